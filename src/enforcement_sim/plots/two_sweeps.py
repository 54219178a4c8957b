"""What the settings of two sweeps change, side by side: a panel for each measure, a row for each setting of both."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from enforcement_sim import labels
from enforcement_sim.errors import InputError
from enforcement_sim.plots import frame, style
from enforcement_sim.plots.differences import MEASURES
from enforcement_sim.plots.sources import stored
from enforcement_sim.results.intervals import HIGHER, LOWER
from enforcement_sim.runs.compared_sweeps import ComparedSweeps
from enforcement_sim.runs.shown_measures import about_measures
from enforcement_sim.tables.amounts import IDENTICAL

TITLE = "What the same settings change in two sweeps"
_SIDES = ("a", "b")
_PANEL_INCHES = 3.6
_DODGE = 0.16
_ROW_INCHES = 0.42


@frame.styled
def two_sweeps(
    found: ComparedSweeps, measures: Sequence[str] = MEASURES[:9], title: str = TITLE, inches: float = frame.WIDTH
) -> frame.Plot:
    """Draw what each setting changes in A and in B, a panel for each measure and a row for each setting.

    Parameters
    ----------
    found : ComparedSweeps
        What :func:`enforcement_sim.compare_sweeps` returns.
    measures : sequence of str
        One panel each, in this order; ``enforcement_sim.results.measures`` lists them.
    title : str
        The figure's title.
    inches : float
        Its width; a narrow figure has fewer panels in a row.

    Returns
    -------
    Plot
        A Matplotlib figure; its ``numbers`` are those rows of ``found.frame()`` that are drawn.

    Raises
    ------
    InputError
        If the sweeps have none of the measures.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from enforcement_sim import compare_sweeps, load_scenario, plots, sweep
    >>> kent = load_scenario("hold-length").with_(**{"scope": {"counties": ["10001"]}, "replications": 1,
    ...     "start.warm_days": 0, "period.start": "2012-01-01", "period.end": "2012-01-31"})
    >>> with TemporaryDirectory() as folder:
    ...     made = sweep(kent, out=f"{folder}/kent", workers=1)
    ...     figure = plots.two_sweeps(compare_sweeps(made, made), ["ice_custody"])
    >>> figure.axes[0].get_title(loc="left").strip()
    'Taken into ICE custody'
    """
    numbers = found.frame()
    numbers = numbers[numbers["measure"].isin(measures)].sort_values(
        "measure", key=lambda column: column.map({name: at for at, name in enumerate(measures)}), kind="stable"
    )
    if numbers.empty:
        raise InputError("the sweeps have none of these measures", key="measures", allowed=found.measures)
    nothing = (numbers["a_verdict"] == IDENTICAL) & (numbers["b_verdict"] == IDENTICAL)
    names, never = frame.shown(numbers, nothing)
    never = never.replace("Zero in every run under every setting", "The same in every run under every setting")
    sides = [stored(sweep) for sweep in (found.a, found.b)]
    abouts = [side.about([getattr(one, key) for one in found.matched]) for side, key in zip(sides, _SIDES, strict=True)]
    names_of_sweeps = labels.called(found.names, [about.title for about in abouts])
    others = [
        f"B, {found.names[1]}: {abouts[1].scope}; engine {abouts[1].engine_version[:12]}.",
        *found.unlike,
        *found.notes,
    ]
    columns = max(1, int(inches / _PANEL_INCHES))
    rows = {one.label: labels.settings_in_words(one.settings) for one in found.matched[1:]}
    figure = frame.framed(
        (inches, -(-len(names) // columns) * (0.75 + _ROW_INCHES * len(rows)) + 0.4),
        title,
        f"Difference from the same sweep's reference ({found.matched[0].label}), same synthetic people in both; hollow: the "
        "interval includes zero, so the direction is uncertain.",
        abouts[0].caption(
            "Whiskers", " ".join(filter(None, ["The caption so far is of A.", *others, never, about_measures(names)]))
        ),
        1,
        numbers,
        abouts[0],
    )
    made = frame.row_panels(figure, numbers, ("measure", names), ("setting", rows), columns, sharex=False)
    for panel in made:
        unit = labels.measure(panel.name)[1]
        panel.axes.axvline(0, color=style.INK, linewidth=0.9)
        for place, side in enumerate(_SIDES):
            _marks(panel, side, place, 100.0 if unit == "share" else 1.0)
        frame.heading(panel.axes, labels.measure(panel.name)[0], size=9)
        frame.value_axis(panel.axes, "x", "difference, % points" if unit == "share" else f"difference, {unit}")
    keys = {
        f"{side.upper()}: {name}": frame.key(*style.series(at))
        for at, (side, name) in enumerate(zip(_SIDES, names_of_sweeps, strict=True))
    }
    frame.legend(figure, keys)
    return figure


def _marks(panel: frame.Panel, side: str, place: int, scale: float) -> None:
    """Draw one sweep's differences in a panel; a mark whose interval includes zero is hollow."""
    colour, marker = style.series(place)
    ends = {f"{side}_difference": "mean", f"{side}_low": "low", f"{side}_high": "high", f"{side}_verdict": "told"}
    drawn = pd.DataFrame({name: panel.found[column] for column, name in ends.items()})
    at = [row + _DODGE * (1 - 2 * place) for row in panel.found["at"]]
    frame.whiskers(panel.axes, drawn, at, colour, scale=scale)
    for row, height in zip(drawn.to_dict("records"), at, strict=True):
        face = colour if row["told"] in (HIGHER, LOWER) else "white"
        panel.axes.plot(row["mean"] * scale, height, marker, markersize=6, markeredgecolor=colour, markerfacecolor=face)

"""Response to swept settings: paired differences from a reference setting, a small panel for each measure.

Both settings have the same people under each seed, so a difference is much more precise than either level. A mark whose
interval contains zero is hollow. One swept address is on the axis; a second has colours.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import ceil, isnan
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from enforcement_sim import labels
from enforcement_sim.errors import InputError
from enforcement_sim.plots import frame, seed_means, style
from enforcement_sim.plots.sources import Drawable, in_time, stored
from enforcement_sim.results.intervals import HIGHER, LOWER
from enforcement_sim.runs.shown_measures import about_measures
from enforcement_sim.runs.sweep_result import Sweep
from enforcement_sim.tables.amounts import IDENTICAL, dollars, thousands, whole

MEASURES = (
    "detainer_issued", "detainer_declined", "detainer_lapsed", "ice_custody", "removed", "detainers_on_citizens",
    "no_conviction_share.removed", "level_1_share.removed", "overdetained",
    "days_per_detainer.statutory_hold", "days_per_detainer.induced", "net_cost.county",
)  # fmt: skip
BY_PROGRAMME = tuple(
    f"{event}.{programme}"
    for event in ("detainer_issued", "ice_custody", "removed")
    for programme in ("secure_communities", "jail_287g", "criminal_alien_program")
)
TITLE = "What changes when the rules change"
TITLE_BY_PROGRAMME = "What changes for each programme's throughput when the rules change"
_COLUMNS = 3
_DODGE = 0.14
_MOST_UNEVEN = 5


@frame.styled
def response(sweep: Sweep | Drawable, measures: Sequence[str] = MEASURES, title: str = TITLE) -> frame.Plot:
    """Draw what changes with the swept settings: paired differences from the reference, a panel for each measure.

    Parameters
    ----------
    sweep : Sweep
        What :func:`enforcement_sim.sweep` or :func:`enforcement_sim.load_sweep` returns.
    measures : sequence of str
        One panel each, in this order; ``enforcement_sim.results.measures`` lists them.
    title : str
        The figure's title.

    Returns
    -------
    Plot
        A Matplotlib figure; its ``numbers`` have ``measure``, ``point``, the swept addresses, ``mean``, ``low``, ``high``,
        ``runs``, ``verdict`` of the paired difference, and ``reference_mean``, ``reference_low``, ``reference_high``.

    Raises
    ------
    InputError
        If no run has any of the measures.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from enforcement_sim import load_scenario, plots, sweep
    >>> kent = load_scenario("hold-length").with_(**{"scope": {"counties": ["10001"]}, "replications": 1,
    ...     "start.warm_days": 0, "period.start": "2012-01-01", "period.end": "2012-01-31"})
    >>> with TemporaryDirectory() as folder:
    ...     figure = plots.response(sweep(kent, out=f"{folder}/kent", workers=1), ["ice_custody"])
    >>> figure.axes[0].get_title(loc="left").strip(), figure.axes[0].get_ylabel()
    ('Taken into ICE custody', 'difference, people')
    """
    drawable = stored(sweep)
    points, addresses = drawable.two_axes
    kept = drawable.measures[drawable.measures["point"].isin(points["point"])]
    if not kept["measure"].isin(measures).any():
        raise InputError("no run has any of these measures", key="measures", allowed=MEASURES)
    about, reference, decisions = drawable.about(points["point"].tolist()), drawable.reference, drawable.decisions
    found = response_numbers(kept, points[["point", *addresses]], reference, measures)
    along, colour_by = _roles(found, addresses)
    names, never = frame.shown(found, (found["reference_mean"] == 0) & (found["verdict"] == IDENTICAL))
    columns = _columns(names)
    at_reference = found[found["point"] == reference].iloc[0]
    base = labels.settings_in_words({address: at_reference[address] for address in addresses})
    pairs = "seed by seed" if about.draws == 1 else "by draw and seed"
    notes = f"Differences are taken {pairs} before they are averaged. {never}{about_measures(names)}".rstrip()
    figure = frame.framed(
        (frame.WIDTH, 2.25 * ceil(len(names) / columns) + 0.5),
        title,
        f"Difference from the reference setting ({base}; ringed), same synthetic people in both; "
        f"hollow: the interval includes zero, so the direction is uncertain; cross: {IDENTICAL} in every run.",
        about.caption(frame.intervals_as(found, "Whiskers"), notes),
        2 if colour_by else 0,
        found,
        about,
    )
    ticks = list(dict.fromkeys(found[along]))
    places = _places(sorted(ticks) if _numeric(ticks) or in_time(ticks) else ticks)
    groups = list(dict.fromkeys(found[colour_by])) if colour_by else [None]
    panels = frame.panels(figure, names, columns, sharex=True)
    for name, axes in panels.items():
        here = found[found["measure"] == name]
        axes.axhline(0, color=style.INK, linewidth=0.9)
        for place, group in enumerate(groups):
            part = here if colour_by is None else here[here[colour_by] == group]
            dodge = (place - (len(groups) - 1) / 2) * _DODGE
            at = [places[value] + dodge for value in part[along]]
            _series(axes, part.assign(at=at), style.series(place), reference)
        _measure_axis(axes, here, name)
        axes.set_xticks(list(places.values()), [_tick(along, value) for value in places])
        axes.set_xlim(-0.5, max(places.values()) + 0.5)
    for axes in list(panels.values())[-columns:]:
        axes.set_xlabel(labels.setting(along, decisions))
    if colour_by:
        place_of_label = {labels.setting_value(colour_by, group): place for place, group in enumerate(groups)}
        marks = {label: frame.key(*style.series(place)) for label, place in place_of_label.items()}
        frame.legend(figure, marks, title=labels.setting(colour_by, decisions))
    return figure


def response_numbers(
    measures: pd.DataFrame, points: pd.DataFrame, reference: int, names: Sequence[str] = MEASURES
) -> pd.DataFrame:
    """Return paired differences from the reference, measure by measure.

    Parameters
    ----------
    measures : DataFrame
        Columns ``point``, ``seed``, ``measure``, ``value``.
    points : DataFrame
        ``point`` and a column for each swept address.
    reference : int
        The point with which all others are compared.
    names : sequence of str
        Measures to keep, in this order; those without numbers are left out.
    """
    found = seed_means.paired(measures[measures["measure"].isin(names)], reference)
    named = found.merge(points, on="point", how="left")
    found = seed_means.in_order(named, measure=names, point=sorted(points["point"]))
    ends = ["mean", "low", "high", "runs", "verdict", "reference_mean", "reference_low", "reference_high"]
    return found[["measure", *points.columns, *ends]]


def _columns(names: Sequence[str]) -> int:
    """Return the number of panels in a row; a programme's measures are in one column."""
    programmes = {name.partition(".")[2] for name in names}
    return min(len(programmes) if programmes <= set(labels.PROGRAMMES) else _COLUMNS, len(names))


def _roles(found: pd.DataFrame, addresses: Sequence[str]) -> tuple[str, str | None]:
    """Return the address on the axis and the address with colours."""
    first, *others = addresses[:2]
    if others and _numeric(found[others[0]]) and not _numeric(found[first]):
        return others[0], first
    return first, others[0] if others else None


def _numeric(values: Any) -> bool:
    return all(isinstance(value, (int, float, np.number)) and not isinstance(value, bool) for value in values)


def _places(ticks: Sequence[Any]) -> dict[Any, float]:
    """Return the position of each value along the axis; the smallest step is one.

    Numbers are to scale, so that the shape of the response is right. Names, and numbers with very uneven steps, are
    evenly spaced.
    """
    if len(ticks) > 1 and _numeric(ticks):
        steps = np.diff(np.asarray(ticks, dtype=float))
        if steps.max() <= _MOST_UNEVEN * steps.min():
            return {value: float((value - ticks[0]) / steps.min()) for value in ticks}
    return {value: float(place) for place, value in enumerate(ticks)}


def _series(axes: Axes, part: pd.DataFrame, colour_and_marker: tuple[str, str], reference: int) -> None:
    """Draw the differences of one colour."""
    colour, marker = colour_and_marker
    factor = 100.0 if (part["measure"].map(lambda name: labels.measure(name)[1]) == "share").any() else 1.0
    frame.whiskers(axes, part, part["at"].tolist(), colour, across=False, scale=factor)
    for row in part.to_dict("records"):
        base = row["point"] == reference
        face = colour if base or row["verdict"] in (HIGHER, LOWER) else "white"
        shape = "x" if row["verdict"] == IDENTICAL and not base else marker
        axes.plot(row["at"], row["mean"] * factor, shape, markersize=6, markeredgecolor=colour, markerfacecolor=face)
        if base:  # not clipped where zero is the panel's edge
            axes.plot(row["at"], 0, "o", ms=12, mec=style.INK, mfc="none", clip_on=False, zorder=4)


def _measure_axis(axes: Axes, here: pd.DataFrame, name: str) -> None:
    """Label a panel with its measure, the level at the reference and the unit."""
    label, unit = labels.measure(name)
    row = here.iloc[0]
    known: dict[str, Callable[[float], str]] = {"people": whole, "dollars": dollars, "share": style.percent}
    format_value = known.get(unit, thousands)
    level, half = format_value(row["reference_mean"]), row["reference_high"] - row["reference_mean"]
    if not isnan(half):
        level += f" \N{PLUS-MINUS SIGN} {f'{100 * half:.1f} points' if unit == 'share' else format_value(half)}"
    level += "" if unit in ("share", "dollars") else f" {unit}"
    frame.heading(axes, label, f"reference: {level}", size=9)
    frame.value_axis(axes, "y", "difference, % points" if unit == "share" else f"difference, {unit}")
    axes.yaxis.label.set_fontsize(8)
    if (here["verdict"] == IDENTICAL).all():
        # Without a difference, automatic ticks would be tiny fractions of a person.
        axes.set_yticks([0])
        axes.set_ylim(-1, 1)
        axes.annotate(IDENTICAL, (0.5, 0.75), xycoords="axes fraction", ha="center", color=style.QUIET)


def _tick(address: str, value: Any) -> str:
    text = labels.setting_value(address, value)
    # Long names of neighbouring ticks would overlap; one word a line avoids that.
    return text.replace(" ", "\n") if len(text) > 10 else text

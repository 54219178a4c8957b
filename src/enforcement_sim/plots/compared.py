"""A comparison: what every measure is under A and under B, and what B changes, on one scale.

Measures are people, days, shares and dollars. Differences are therefore drawn in per cent of the level under A, where all
have one scale; levels and differences in their own units stand beside the marks. A mark whose interval contains zero is
hollow, as in every figure of this package.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from enforcement_sim import labels
from enforcement_sim.errors import InputError
from enforcement_sim.notebook import number
from enforcement_sim.plots import frame, style
from enforcement_sim.plots.captions import Provenance, differing, provenance_of
from enforcement_sim.plots.sources import not_drawn
from enforcement_sim.results.intervals import HIGHER, LOWER, branch_of
from enforcement_sim.runs.comparison import Comparison
from enforcement_sim.runs.shown_measures import formatter_of
from enforcement_sim.tables.amounts import IDENTICAL

MOST_SETTINGS = 4
_PLACES = (0.02, 0.22, 0.42)
"""Where the columns of numbers stand, in widths of their panel."""
_NUMBERS = " "
"""Name of the panel of numbers."""
_ROW_INCHES = 0.3
_WIDEST = 1.15


@frame.styled
def compared(found: Comparison, measures: Sequence[str] = ()) -> frame.Plot:
    """Draw a comparison: the levels under A and B, and the paired differences, a panel for each B.

    Parameters
    ----------
    found : Comparison
        From :func:`enforcement_sim.compare`, or ``comparison`` of a sweep.
    measures : sequence of str
        One row each, in this order; the headline measures unless given.

    Returns
    -------
    Plot
        A Matplotlib figure; its ``numbers`` have ``setting``, ``measure``, ``unit``, ``reference_mean`` (A), ``level`` (B),
        ``difference`` with its ``difference_low``, ``difference_high`` and ``verdict``, and ``mean``, ``low`` and ``high``: the
        difference as a share of A.

    Raises
    ------
    InputError
        If it is no comparison, or no run has any of the measures.

    Examples
    --------
    >>> from enforcement_sim import plots
    >>> from enforcement_sim.runs.comparison import Comparison
    >>> from enforcement_sim.runs.design import Sample
    >>> a = Sample({"detainer.hold_hours": 48.0}, {1: {"removed": 100.0}, 2: {"removed": 120.0}})
    >>> b = Sample({"detainer.hold_hours": 96.0}, {1: {"removed": 110.0}, 2: {"removed": 131.0}})
    >>> figure = plots.compared(Comparison((a, b)))
    >>> [label.get_text() for label in figure.axes[0].get_yticklabels()], float(figure.numbers["difference"].iloc[0])
    (['Removed, people'], 10.5)
    """
    if not isinstance(found, Comparison):
        raise not_drawn(found, "a comparison, as compare() returns it")
    shown, about = compared_numbers(found, measures), about_comparison(found)
    settings = list(dict.fromkeys(shown["setting"]))
    drawn = shown[shown["mean"].notna()]
    names = list(dict.fromkeys(drawn["measure"]))
    rows = {name: _row_label(name) for name in names}
    figure = frame.framed(
        (frame.WIDTH, _ROW_INCHES * max(len(rows), 2) + 1.0),
        _title(found, settings),
        "Difference in per cent of the level under A, for the same synthetic people under the same seeds; hollow: the interval "
        f"includes zero, so the direction is uncertain; cross: {IDENTICAL} in every run.",
        _caption(found, about, drawn, shown, settings),
        0,
        shown,
        about,
    )
    alone = len(settings) == 1
    named = [*settings, _NUMBERS] if alone else settings
    grid: dict[str, Any] = {"gridspec_kw": {"width_ratios": [1.35, 1.0]}} if alone else {}
    panels = frame.row_panels(figure, drawn, ("setting", named), ("measure", rows), sharex=False, **grid)
    reach = _reach(drawn)
    for name, axes, here, _ in panels:
        if name == _NUMBERS:
            _numbers(axes, panels[0].found)
            continue
        _marks(axes, here)
        if not alone:
            frame.heading(axes, name)
        frame.value_axis(axes, "x", "difference, % of A", style.SHARES)
        axes.set_xlim(-reach, reach)
    return figure


def compared_numbers(found: Comparison, measures: Sequence[str] = ()) -> pd.DataFrame:
    """Return the numbers of the figure: one row for each setting and measure; of the headline measures unless given."""
    table = found.frame(over_draws=False)
    wanted = list(measures or found.shown())
    points = [point for point in dict.fromkeys(table["point"]) if point not in found.folded][:MOST_SETTINGS]
    kept = table[table["measure"].isin(wanted) & table["point"].isin(points) & (table["runs"] > 0)]
    if kept.empty:
        known = tuple(dict.fromkeys(table["measure"]))
        raise InputError("no run has any of these measures", key="measures", allowed=known)
    order = {name: place for place, name in enumerate(wanted)}
    kept = kept.sort_values(["point", "measure"], key=lambda one: one.map(order) if one.name == "measure" else one)
    base = kept["reference_mean"].abs()
    share = {
        end: (kept[column] / base).where(base > 0)
        for end, column in (("mean", "difference"), ("low", "low"), ("high", "high"))
    }
    named = kept.assign(setting=[found.heading(int(point)) for point in kept["point"]], level=kept["mean"])
    renamed = named.assign(difference_low=kept["low"], difference_high=kept["high"], **share)
    columns = [
        *("setting", "measure", "unit", "reference_mean", "level", "difference", "difference_low", "difference_high"),
        *("verdict", "mean", "low", "high"),
    ]
    return renamed[columns].reset_index(drop=True)


def about_comparison(found: Comparison) -> Provenance | None:
    """Return the provenance of a comparison; None if it is not known what it was made from."""
    if not found.made_from:
        return None
    branches = [branch_of(key) for sample in found.samples for key in sample.measures]
    seeds = tuple(sorted({branch.seed for branch in branches}))
    engine = str(found.made_from["engine_version"])
    others = f" and {found.heading(1)} (B)" if len(found.samples) == 2 else ""
    both = f"{found.heading(0)} (A){others}"
    plain = {"name": both, "title": both, **found.made_from}
    return provenance_of(plain, engine, ("",) * len(branches), seeds, len(found.samples), found.draws)


def _title(found: Comparison, settings: Sequence[str]) -> str:
    """Return what is compared with what; scenarios that are named below by their titles have only their letters here."""
    others = f"{settings[0]} (B)" if len(settings) == 1 else "other settings"
    if "title" in found.made_from or not found.made_from:
        return f"What changes from {found.heading(0)} (A) to {others}"
    return f"What changes from A to {'B' if len(settings) == 1 else others}"


def _row_label(name: str) -> str:
    label, unit = labels.measure(name)
    return f"{label.removesuffix(f', {unit.partition(" ")[0]}')}, {'%' if unit == 'share' else unit}"


def _caption(
    found: Comparison, about: Provenance | None, drawn: pd.DataFrame, shown: pd.DataFrame, settings: Sequence[str]
) -> str:
    """Return the caption: what differs, what is not drawn, and where the numbers are from."""
    changed = [differing(lines) for _, lines in sorted(found.changed.items())][:1] if len(settings) == 1 else []
    zero = list(dict.fromkeys(labels.measure(name)[0] for name in shown.loc[shown["mean"].isna(), "measure"]))
    notes = changed + ([f"Zero under A, and not drawn: {', '.join(zero)}."] if zero else [])
    left = len(found.samples) - 1 - len(settings)
    notes += [f"{left} more settings are in the table."] if left else []
    whiskers = frame.intervals_as(drawn, "Whiskers") if len(drawn) else ""
    return about.caption(whiskers, " ".join(notes)) if about else " ".join([found.how_to_read(gain=False), *notes])


def _reach(drawn: pd.DataFrame) -> float:
    """Return how far the axis reaches to either side of zero."""
    ends = np.abs(drawn[["mean", "low", "high"]].to_numpy(dtype=float))
    return _WIDEST * float(np.nanmax(ends, initial=0.0)) or 0.1


def _marks(axes: Axes, here: pd.DataFrame) -> None:
    axes.axvline(0, color=style.INK, linewidth=0.9)
    frame.whiskers(axes, here, here["at"], style.MAIN)
    for row in here.to_dict("records"):
        known = row["verdict"] in (HIGHER, LOWER)
        marker = "x" if row["verdict"] == IDENTICAL else "o"
        face = style.MAIN if known else "white"
        axes.plot(row["mean"], row["at"], marker, markersize=6, markeredgecolor=style.MAIN, markerfacecolor=face)


def _numbers(axes: Axes, here: pd.DataFrame) -> None:
    """Write levels and differences level with their marks."""
    axes.set_axis_off()
    top = float(here["at"].max()) + 0.85
    for place, heading in zip(_PLACES, ("A", "B", "B \N{MINUS SIGN} A [95%]"), strict=True):
        frame.beside(axes, heading, top, place, weight="bold")
    for row in here.to_dict("records"):
        for place, text in zip(_PLACES, _texts(row), strict=True):
            frame.beside(axes, text, row["at"], place)


def _texts(row: Mapping[Any, Any]) -> tuple[str, str, str]:
    """Return the level under A, under B, and the difference with its interval."""
    unit = str(row["unit"])
    written = formatter_of(unit) if unit in ("share", "dollars") else number
    low, high = row["difference_low"], row["difference_high"]
    change = f"+{written(row['difference'])}" if row["difference"] > 0 else written(row["difference"])
    ends = "" if low != low else f" [{written(low)} to {written(high)}]"
    return written(row["reference_mean"]), written(row["level"]), f"{change}{ends}"

"""Settings over time: people a month under A and under others, and beside them what the others change.

Levels of two settings are hard to tell apart, because chance moves both together: they have the same people. The difference
is taken month by month and seed by seed, and has a panel of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import NamedTuple

import pandas as pd

from enforcement_sim import labels
from enforcement_sim.errors import InputError
from enforcement_sim.plots import frame, seed_means, style
from enforcement_sim.plots.captions import Provenance
from enforcement_sim.plots.months import EVENTS, date_axis, left_out, month_numbers
from enforcement_sim.plots.sources import Drawable, Source, drawn_from, stored
from enforcement_sim.runs.sweep_result import Sweep

MOST_SETTINGS = 6
LEVEL, DIFFERENCE = "level", "difference"
_ROW_INCHES = 2.0


class _Lines(NamedTuple):
    """Months of several settings: the runs, the settings with A first, where they are from, and if from two scenarios."""

    series: pd.DataFrame
    settings: tuple[str, ...]
    about: Provenance
    of_two: bool = False


@frame.styled
def over_time(a: Source, b: Source | None = None, events: Sequence[str] = EVENTS) -> frame.Plot:
    """Draw settings over time: people a month under each, and the difference from A beside it.

    Parameters
    ----------
    a : Result, sequence of Result, or Sweep
        Runs of A; or a sweep, of which each setting is a line and the reference is A.
    b : Result, sequence of Result, or Sweep, optional
        Runs of B under the same seeds; left out for a sweep.
    events : sequence of str
        A row of panels each: ``detainer_issued``, ``ice_custody``, ``removed``.

    Returns
    -------
    Plot
        A Matplotlib figure; its ``numbers`` have ``what`` (``level`` or ``difference``), ``setting``, ``event``, ``month``,
        ``mean``, ``low``, ``high``, ``runs`` (people a month) and ``whole_month``.

    Raises
    ------
    InputError
        If there is nothing to compare, or A and B have no seed or month in common.

    Examples
    --------
    >>> from enforcement_sim import load_scenario, plots, run
    >>> kent = load_scenario("baseline").with_(**{
    ...     "scope": {"counties": ["10001"]}, "start.warm_days": 0, "period.start": "2012-01-01", "period.end": "2012-02-29"})
    >>> longer = kent.with_(**{"name": "longer", "detainer.hold_hours": 96})
    >>> figure = plots.over_time(run(kent, seed=1), run(longer, seed=1), ["removed"])
    >>> [axes.get_ylabel() for axes in figure.axes]
    ['people a month', 'difference, people']
    """
    lines = _lines(a, b)
    found = over_time_numbers(lines.series, lines.settings, lines.about, events)
    there = [event for event in events if event in set(found["event"])] or list(events)[:1]
    styles = {name: style.series(place) for place, name in enumerate(lines.settings)}
    others = f"{lines.settings[1]} (B)" if len(lines.settings) == 2 else "other settings"
    changes = "What changes from A to B" if lines.of_two else f"What changes from {lines.settings[0]} (A) to {others}"
    figure = frame.framed(
        (frame.WIDTH, _ROW_INCHES * len(there) + 0.4),
        f"{changes}, month by month",
        f"Left: people a month. Right: difference from A ({lines.settings[0]}), taken month by month for the same synthetic "
        "people; a band that holds the line of zero leaves the direction open.",
        lines.about.caption(frame.intervals_as(found, "Bands"), left_out(found)),
        1,
        found,
        lines.about,
    )
    grid = [(event, what) for event in there for what in (LEVEL, DIFFERENCE)]
    for (event, what), axes in frame.panels(figure, grid, 2, sharex=True).items():
        here = found[(found["event"] == event) & (found["what"] == what) & found["whole_month"]]
        if what == DIFFERENCE:
            axes.axhline(0, color=style.INK, linewidth=0.9)
        for name in lines.settings[what == DIFFERENCE :]:
            one, (colour, marker) = here[here["setting"] == name], styles[name]
            axes.fill_between(one["month"], one["low"], one["high"], color=colour, alpha=0.2, linewidth=0)
            axes.plot(one["month"], one["mean"], color=colour, marker=marker if len(one) <= 24 else None, markersize=4)
        if what == LEVEL:
            axes.set_ylim(bottom=0)
        frame.heading(axes, labels.event(event) if what == LEVEL else f"{labels.event(event)}: difference from A")
        frame.value_axis(axes, "y", "people a month" if what == LEVEL else "difference, people")
    for axes in figure.axes[-2:]:
        date_axis(axes, found["month"].nunique(), ticks=5)
    letters = ("A: ", "B: ") if len(lines.settings) == 2 else ("A: ", *("",) * MOST_SETTINGS)
    named = {f"{letter}{name}": styles[name] for letter, name in zip(letters, lines.settings, strict=False)}
    frame.legend(figure, {label: frame.key(colour, marker, line="-") for label, (colour, marker) in named.items()})
    return figure


def over_time_numbers(
    series: pd.DataFrame, settings: Sequence[str], about: Provenance, events: Sequence[str] = EVENTS
) -> pd.DataFrame:
    """Return levels of every setting, and differences of all but the first from the first.

    Parameters
    ----------
    series : DataFrame
        Columns ``setting``, ``seed``, ``month``, ``event``, ``count``.
    settings : sequence of str
        A first.
    about : Provenance
        Its period says which months are whole.
    events : sequence of str
        Of :data:`~enforcement_sim.plots.months.EVENTS`.
    """
    series = seed_means.as_text(series)
    kept = series[series["event"].isin(events)]
    parts = [
        month_numbers(kept[kept["setting"] == name], about.period, by="event").assign(what=LEVEL, setting=name)
        for name in settings
    ]
    levels = pd.concat(parts, ignore_index=True)
    whole = levels.drop_duplicates(["event", "month"]).set_index(["event", "month"])["whole_month"]
    wide = kept.assign(month=pd.to_datetime(kept["month"])).pivot_table(
        index=["event", "month"], columns=["setting", "seed"], values="count", aggfunc="sum"
    )
    wide = wide.reindex(index=whole.index).fillna(0.0)
    for name in settings[1:]:
        common = [seed for seed in wide[settings[0]].columns if seed in wide[name].columns]
        paired = pd.DataFrame({seed: wide[name, seed] - wide[settings[0], seed] for seed in common})
        change = seed_means.interval_of(paired, (-inf, inf))
        named = whole.reset_index().assign(what=DIFFERENCE, setting=name)
        parts.append(pd.concat([named, change], axis="columns"))
    columns = ["what", "setting", "event", "month", "mean", "low", "high", "runs", "whole_month"]
    return pd.concat(parts, ignore_index=True)[columns]


def _lines(a: Source, b: Source | None) -> _Lines:
    """Return what to draw: the settings of a sweep, or A and B."""
    if isinstance(a, Sweep | Drawable) and b is None:
        drawable = stored(a)
        points = [drawable.reference, *(point for point in drawable.ascending if point != drawable.reference)]
        runs = drawable.runs(points[:MOST_SETTINGS])
        if len(runs.settings) < 2:
            raise InputError("this sweep has one setting", allowed="a sweep of several, or runs of A and runs of B")
        return _Lines(runs.table("series", ""), runs.settings, runs.about)
    if b is None:
        raise InputError("there is nothing to compare with", key="b", allowed="runs of B under the same seeds")
    sides = [drawn_from(a), drawn_from(b)]
    names = labels.called([side.settings[0] for side in sides], [side.about.title for side in sides])
    names = [f"{name} ({letter})" for name, letter in zip(names, "AB", strict=True)] if len({*names}) == 1 else names
    tables = [side.table("series", "").assign(setting=name) for side, name in zip(sides, names, strict=True)]
    if not {*tables[0]["seed"]} & {*tables[1]["seed"]} or sides[0].about.period != sides[1].about.period:
        raise InputError(
            "A and B have no seed in common, or another period", key="b", allowed="the seeds and days of A"
        )
    about = Provenance(
        **{
            **vars(sides[0].about),
            **dict.fromkeys(("scenario", "title"), f"{names[0]} (A) and {names[1]} (B)"),
            "run_ids": tuple(run for side in sides for run in side.about.run_ids),
            "settings": 2,
        }
    )
    return _Lines(pd.concat(tables, ignore_index=True), tuple(names), about, of_two=True)

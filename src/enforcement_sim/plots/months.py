"""Monthly throughput, with the dates of policy changes marked.

There is a panel for each of a few events, a line for each programme, and a band for the interval over seeds. The lines omit
months that the period covers only in part, because they would look like a drop in enforcement. Policy dates are numbered
on the panels and listed below; they are history, not causes found by the model.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

import pandas as pd
from matplotlib import dates
from matplotlib.axes import Axes

from enforcement_sim import labels
from enforcement_sim.law.rules import load_rulebook
from enforcement_sim.places.geography import load_geography
from enforcement_sim.plots import frame, seed_means, style
from enforcement_sim.plots.captions import Provenance
from enforcement_sim.plots.programmes import PROGRAMMES, programmes_in
from enforcement_sim.plots.sources import Source, drawn_from

EVENTS = ("detainer_issued", "ice_custody", "removed")
_STYLES: dict[str, tuple[str, str, Any]] = {
    **{
        name: (style.PROGRAMME_COLOURS[name], style.PROGRAMME_MARKERS[name], style.PROGRAMME_LINES[name])
        for name in PROGRAMMES
    },
    **{name: (style.EVENT_COLOURS[name], style.EVENT_MARKERS[name], "-") for name in EVENTS},
}
"""Colour, marker and line style of each programme or event."""
_NEAR_DAYS = 45
_LONG_PERIOD = 30
_MOST_TICKS = 9
_MOST_MARKED = 24


class PolicyDate(NamedTuple):
    """A day on which a rule changed, with a short description."""

    start: date
    what: str


@frame.styled
def throughput(source: Source) -> frame.Plot:
    """Draw detainers, ICE custody and removals a month by programme, with the dates on which a rule changed.

    Parameters
    ----------
    source : Result, sequence of Result, or Sweep
        One run (no intervals), runs of one scenario under different seeds, or a sweep, of which the reference is drawn.

    Returns
    -------
    Plot
        A Matplotlib figure; its ``numbers`` have ``month``, ``programme``, ``event``, ``mean``, ``low``, ``high``, ``runs``
        (people a month) and ``whole_month``, false where the period covers only part of the month.

    Raises
    ------
    InputError
        If there is no result.

    Examples
    --------
    >>> from enforcement_sim import load_scenario, plots, run
    >>> kent = load_scenario("baseline").with_(**{
    ...     "scope": {"counties": ["10001"]}, "start.warm_days": 0, "period.start": "2012-01-01", "period.end": "2012-02-29"})
    >>> [axes.get_title(loc="left") for axes in plots.throughput(run(kent, seed=1)).axes]
    ['Detainer issued', 'Taken into ICE custody', 'Removed']
    """
    runs = drawn_from(source)
    found = month_numbers(runs.table("series", ""), runs.about.period)
    marks = policy_dates(runs.about.period, runs.fips(), runs.changes)
    events = [event for event in EVENTS if event in set(found["event"])]
    key = "   ".join(
        f"[{number}] {mark.start.day} {mark.start:%b %Y}:".replace(" ", "\N{NO-BREAK SPACE}") + f" {mark.what}."
        for number, mark in enumerate(marks, 1)
    )
    about_detainers = labels.ABOUT_DETAINERS if "detainer_issued" in events else ""
    caption = runs.about.caption(
        frame.intervals_as(found, "Bands"), " ".join(filter(None, (left_out(found), about_detainers)))
    )
    figure = frame.framed(
        (frame.WIDTH, 2.0 * max(len(events), 1) + 0.5),
        "Monthly throughput by programme",
        f"{runs.note}People a month, by the programme that found them first; panels have their own scales.",
        f"Policy dates: {key}\n{caption}" if key else caption,
        1,
        found,
        runs.about,
    )
    if not events:
        frame.nothing(figure.subplots(), "Nobody was given a detainer, taken into custody or removed in these runs.")
        return figure
    lines = {n: labels.programme(n) for n in PROGRAMMES if found.loc[found["programme"] == n, "mean"].any()}
    handles: dict[str, Any] = {}
    for event, axes in frame.panels(figure, events, 1, sharex=True).items():
        handles |= _draw_lines(axes, found[found["event"] == event], "programme", lines)
        frame.heading(axes, labels.event(event), pad=14 if axes is figure.axes[0] and marks else 6)
        for mark in marks:
            axes.axvline(_day(mark.start), color=style.QUIET, linewidth=0.9, linestyle=(0, (2, 2)))
    _number_marks(figure.axes[0], marks)
    date_axis(figure.axes[-1], found["month"].nunique())
    frame.legend(figure, handles)
    return figure


@frame.styled
def county_months(series: pd.DataFrame, name: str, about: Provenance, width: float = frame.WIDTH) -> frame.Plot:
    """Draw a county's months of all programmes together, a line for each event.

    Parameters
    ----------
    series : DataFrame
        Columns ``seed``, ``month``, ``event``, ``count``.
    name : str
        The county's name.
    width : float
        Of the figure, in inches; less for a page that is read on a phone.
    """
    found = month_numbers(series, about.period, by="event")
    few = "A single county's months are few people: most of the up and down is chance."
    figure = frame.framed(
        (width, 3.2),
        f"{name}: people a month",
        "Detainers issued, people taken into ICE custody, and removals by the month in which they happened; all programmes.",
        about.caption(frame.intervals_as(found, "Bands"), f"{few} {left_out(found)}"),
        1,
        found,
        about,
    )
    axes = figure.subplots()
    handles = _draw_lines(axes, found, "event", {event: labels.event(event) for event in dict.fromkeys(found["event"])})
    date_axis(axes, found["month"].nunique())
    frame.legend(figure, handles)
    return figure


def policy_dates(
    period: tuple[date, date], fips: Collection[int] = (), changes: Mapping[str, Any] | None = None
) -> list[PolicyDate]:
    """Return the dates to mark: policy dates that apply to the places, and a scenario's own changes.

    Parameters
    ----------
    period : tuple of date
        First and last day; changes on the first day or before are not marked.
    fips : collection of int
        Codes of the simulated counties; empty for the whole nation.
    changes : mapping, optional
        Changes of the scenario by name, each with its first day under ``from``.
    """
    geography = load_geography()
    codes = {f"{int(code):05d}" for code in fips}
    states = {geography.states[int(geography.counties["state"][geography.index_of(code)])].postal for code in codes}
    found: dict[date, list[str]] = {}
    for mark in load_rulebook().marks:
        if not codes or mark.where.kind == "nation" or set(mark.where.members) & (codes | states):
            found.setdefault(mark.day, []).append(mark.text)
    for name, change in (changes or {}).items():
        if change.get("from"):
            text = f"this scenario's change: {labels.spelt_out(name)}"
            found.setdefault(date.fromisoformat(str(change["from"])), []).append(text)
    return [PolicyDate(day, "; ".join(found[day])) for day in sorted(found) if period[0] < day <= period[1]]


def month_numbers(series: pd.DataFrame, period: tuple[date, date], by: str = "programme") -> pd.DataFrame:
    """Return the monthly numbers to draw.

    Parameters
    ----------
    series : DataFrame
        Columns ``seed``, ``month``, ``event``, ``count`` and the one named by ``by``: one setting.
    period : tuple of date
        First and last simulated day.
    by : str
        Column of the lines: ``programme`` or ``event``.
    """
    series = seed_means.as_text(series)
    kept = series[series["event"].isin(EVENTS)]
    keys = ["event"] if by == "event" else ["event", by]
    if by == "programme":
        kept = kept[kept["programme"].isin(programmes_in(series))]
    months = pd.date_range(pd.Timestamp(period[0]).replace(day=1), pd.Timestamp(period[1]), freq="MS")
    wide = kept.assign(month=pd.to_datetime(kept["month"])).pivot_table(
        index=[*keys, "month"], columns="seed", values="count", aggfunc="sum"
    )
    some = kept[kept["count"] > 0]
    lines = [[name for name in dict.fromkeys(kept[key]) if name in set(some[key])] for key in keys]
    every = pd.MultiIndex.from_product([*lines, months], names=[*keys, "month"])
    # A month without events is zero, not a gap in the line.
    wide = wide.reindex(index=every, columns=sorted(set(series["seed"]), key=str)).fillna(0.0)
    found = seed_means.interval_of(wide)
    for place, name in enumerate(["month", *reversed(keys)]):
        found.insert(place, name, wide.index.get_level_values(name))
    last_days = found["month"] + pd.offsets.MonthEnd(0)
    found["whole_month"] = (found["month"] >= pd.Timestamp(period[0])) & (last_days <= pd.Timestamp(period[1]))
    return found


def _draw_lines(axes: Axes, found: pd.DataFrame, by: str, lines: Mapping[str, str]) -> dict[str, Any]:
    """Draw a line of whole months with its band for each name; return the lines by label."""
    handles = {}
    for name, label in lines.items():
        colour, marker, line = _STYLES[name]
        here = found[(found[by] == name) & found["whole_month"]]
        axes.fill_between(here["month"], here["low"], here["high"], color=colour, alpha=0.25, linewidth=0)
        line_style = {"color": colour, "linestyle": line, "marker": marker if len(here) <= _MOST_MARKED else None}
        (handles[label],) = axes.plot(
            here["month"], here["mean"], markersize=4, linewidth=1.7, label=label, **line_style
        )
    axes.set_ylim(bottom=0)
    frame.value_axis(axes, "y", "people a month")
    return handles


def left_out(found: pd.DataFrame) -> str:
    """Return a sentence on the months not drawn because they were simulated only in part."""
    partial = sorted(set(found.loc[~found["whole_month"], "month"]))
    named = " and ".join(f"{month:%B %Y}" for month in partial)
    return f"{named}, simulated only in part, {'is' if len(partial) == 1 else 'are'} not drawn." if partial else ""


def date_axis(axes: Axes, months: int, ticks: int = _MOST_TICKS) -> None:
    """Set date ticks: each January of a long period, at regular months in a short one."""
    step = -(-max(months, 1) // ticks)
    long = months > _LONG_PERIOD
    axes.xaxis.set_major_locator(dates.YearLocator() if long else dates.MonthLocator(interval=step))  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_formatter(dates.DateFormatter("%Y" if long else "%b %Y"))  # type: ignore[no-untyped-call]
    axes.set_xlabel("month (ticks: January)" if long else "month")


def _number_marks(axes: Axes, marks: Sequence[PolicyDate]) -> None:
    """Number the policy dates above the top panel; a number close to the one before is raised, and to two, moved aside."""

    def near(number: int, before: int) -> bool:
        return number > before and marks[number - 1].start - marks[number - 1 - before].start < timedelta(
            days=_NEAR_DAYS
        )

    raised = False
    for number, mark in enumerate(marks, 1):
        raised = near(number, 1) and not raised
        aside = 8 if raised and near(number, 2) else 0
        axes.annotate(
            str(number), (_day(mark.start), 1.0), xycoords=("data", "axes fraction"), xytext=(aside, 10 if raised else 1),
            textcoords="offset points", ha="center", va="bottom", size=8, color=style.QUIET, annotation_clip=False,
        )  # fmt: skip


def _day(day: date) -> float:
    return float(dates.date2num(day))  # type: ignore[no-untyped-call]

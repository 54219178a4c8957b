"""Monthly throughput, with the dates of policy changes marked.

A panel for each of a few events, a line for each programme, a band for the interval over seeds. Months that the
simulated period covers only in part are left out of the lines, since a short month looks like a drop in enforcement.
Policy dates are numbered on the panels and named under them: the history that was in force, not causes found here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pandas as pd
from matplotlib import dates
from matplotlib.axes import Axes

from enforcement_sim import labels
from enforcement_sim.law.rules import Rulebook, load_rulebook
from enforcement_sim.places.geography import load_geography
from enforcement_sim.plots import frame, intervals, style
from enforcement_sim.plots.captions import Provenance
from enforcement_sim.plots.funnels import PROGRAMMES, drawn
from enforcement_sim.plots.sources import Source, one_setting

EVENTS = ("detainer_issued", "ice_custody", "removed")
_EVENT_COLOURS = dict(zip(EVENTS, ("#0072B2", "#E69F00", "#332288"), strict=True))
_EVENT_MARKERS = dict(zip(EVENTS, ("o", "s", "^"), strict=True))
_NEAR_DAYS = 45
_LONG_PERIOD = 30
_MOST_TICKS = 9
_MOST_MARKED = 24


@dataclass(frozen=True)
class PolicyDate:
    """A day on which a rule changed, and what changed in a few words."""

    start: date
    what: str


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
    runs = one_setting(source)
    _, result = next(iter(runs.results()))
    found = numbers(runs.table("series", ""), runs.about.period)
    marks = marked_dates(runs.scenario, runs.about, result.meta["counties"])
    return draw(found, runs.about, marks, runs.note)


def marked_dates(scenario: Mapping[str, Any], about: Provenance, fips: Collection[int]) -> tuple[PolicyDate, ...]:
    """The policy dates to mark for a resolved scenario and the FIPS codes of its counties."""
    places = None
    if scenario["scope"] != "nation":
        geography = load_geography()
        codes = [f"{int(code):05d}" for code in fips]
        states = geography.counties["state"][[geography.index_of(code) for code in codes]]
        places = {*codes, *(geography.states[int(state)].postal for state in states)}
    changes = {
        name: date.fromisoformat(str(change["from"]))
        for name, change in (scenario.get("changes") or {}).items()
        if change.get("from")
    }
    return policy_dates(load_rulebook(), about.period, places, changes)


def policy_dates(
    rulebook: Rulebook,
    period: tuple[date, date],
    places: Collection[str] | None = None,
    changes: Mapping[str, date] | None = None,
) -> tuple[PolicyDate, ...]:
    """The dates to mark: of the law's history, where it touches the simulated places, and of a scenario's own changes.

    Parameters
    ----------
    rulebook : Rulebook
        Its marks, of which those that belong to a timeline entry hold only where the entry does.
    period : tuple of date
        What changed on its first day or before was in force from the start and is not marked.
    places : collection of str, optional
        Postal codes of the states and FIPS codes of the counties simulated; without it, the whole nation.
    changes : mapping, optional
        Name of a change of the scenario to its first day.
    """
    found: dict[date, list[str]] = {}
    for mark in rulebook.marks:
        if places is None or mark.where.kind == "nation" or set(mark.where.members) & set(places):
            found.setdefault(mark.day, []).append(mark.text)
    for name, start in (changes or {}).items():
        found.setdefault(start, []).append(f"this scenario's change: {labels.spelt_out(name)}")
    return tuple(PolicyDate(day, "; ".join(found[day])) for day in sorted(found) if period[0] < day <= period[1])


def numbers(
    series: pd.DataFrame, period: tuple[date, date], events: Sequence[str] = EVENTS, by: str = "programme"
) -> pd.DataFrame:
    """What the figure shows.

    Parameters
    ----------
    series : DataFrame
        Columns ``seed``, ``month``, ``event``, ``count`` and the one named by ``by``: one setting.
    period : tuple of date
        First and last simulated day.
    events : sequence of str
        Events to keep.
    by : str
        What makes a line: ``programme``, or the ``event`` itself.
    """
    series = intervals.as_text(series)
    kept = series[series["event"].isin(events)]
    keys = ["event"] if by == "event" else ["event", by]
    if by == "programme":
        kept = kept[kept["programme"].isin(drawn(series))]
    months = pd.date_range(pd.Timestamp(period[0]).replace(day=1), pd.Timestamp(period[1]), freq="MS")
    wide = kept.assign(month=pd.to_datetime(kept["month"])).pivot_table(
        index=[*keys, "month"], columns="seed", values="count", aggfunc="sum"
    )
    some = kept[kept["count"] > 0]
    lines = [[name for name in dict.fromkeys(kept[key]) if name in set(some[key])] for key in keys]
    every = pd.MultiIndex.from_product([*lines, months], names=[*keys, "month"])
    # A month in which nothing happened is a zero, not a gap in the line.
    wide = wide.reindex(index=every, columns=sorted(set(series["seed"]), key=str)).fillna(0.0)
    found = intervals.interval_of(wide)
    for place, name in enumerate(["month", *reversed(keys)]):
        found.insert(place, name, wide.index.get_level_values(name))
    last_days = found["month"] + pd.offsets.MonthEnd(0)
    found["whole_month"] = (found["month"] >= pd.Timestamp(period[0])) & (last_days <= pd.Timestamp(period[1]))
    return found


@frame.styled
def draw(found: pd.DataFrame, about: Provenance, marks: Sequence[PolicyDate] = (), note: str = "") -> frame.Plot:
    """Draw the frame of :func:`numbers`: policy dates as numbered lines; ``note`` says which setting is shown."""
    events = [event for event in EVENTS if event in set(found["event"])]
    events += [event for event in dict.fromkeys(found["event"]) if event not in events]
    key = "   ".join(
        f"[{number}] {mark.start.day} {mark.start:%b %Y}:".replace(" ", "\N{NO-BREAK SPACE}") + f" {mark.what}."
        for number, mark in enumerate(marks, 1)
    )
    about_detainers = labels.ABOUT_DETAINERS if "detainer_issued" in events else ""
    caption = about.caption("Bands", " ".join(filter(None, (_left_out(found), about_detainers))))
    figure = frame.framed(
        (frame.WIDTH, 2.0 * max(len(events), 1) + 0.5),
        "Monthly throughput by programme",
        f"{note}People a month, by the programme that found them first; panels have their own scales.",
        f"Policy dates: {key}\n{caption}" if key else caption,
        1,
        found,
        about,
    )
    programmes = [name for name in PROGRAMMES if found.loc[found["programme"] == name, "mean"].any()]
    panels = frame.panels(figure, events or ["none"], 1, sharex=True)
    handles = {}
    for event, axes in panels.items():
        for name in programmes:
            here = found[(found["event"] == event) & (found["programme"] == name)]
            line = {"color": style.PROGRAMME_COLOURS[name], "linestyle": style.PROGRAMME_LINES[name]}
            handles[labels.programme(name)] = _line(
                axes, here, style.PROGRAMME_MARKERS[name], labels.programme(name), **line
            )
        frame.heading(axes, labels.event(event), pad=14 if axes is figure.axes[0] and marks else 6)
        _people_a_month(axes)
        for mark in marks:
            axes.axvline(_day(mark.start), color=style.QUIET, linewidth=0.9, linestyle=(0, (2, 2)))
    _number_marks(figure.axes[0], marks)
    _date_axis(figure.axes[-1], found["month"].nunique())
    frame.legend(figure, handles)
    return figure


@frame.styled
def draw_county(found: pd.DataFrame, name: str, about: Provenance) -> frame.Plot:
    """Draw a county's months, a line for each event, from :func:`numbers` by event."""
    figure = frame.framed(
        (frame.WIDTH, 3.2),
        f"{name}: people a month",
        "Detainers issued, people taken into ICE custody, and removals by the month in which they happened; all programmes.",
        about.caption(
            "Bands", f"A single county's months are few people: most of the up and down is chance. {_left_out(found)}"
        ),
        1,
        found,
        about,
    )
    axes = figure.subplots()
    handles = {}
    for event in dict.fromkeys(found["event"]):
        here = found[found["event"] == event]
        colour, marker = _EVENT_COLOURS.get(event, style.INK), _EVENT_MARKERS.get(event, "o")
        handles[labels.event(event)] = _line(axes, here, marker, labels.event(event), color=colour)
    _people_a_month(axes)
    _date_axis(axes, found["month"].nunique())
    frame.legend(figure, handles)
    return figure


def _line(axes: Axes, here: pd.DataFrame, marker: str, label: str, **how: Any) -> Any:
    """One line of whole months with its band."""
    here = here[here["whole_month"]]
    axes.fill_between(here["month"], here["low"], here["high"], color=how["color"], alpha=0.25, linewidth=0)
    shown = marker if len(here) <= _MOST_MARKED else None
    return axes.plot(here["month"], here["mean"], marker=shown, markersize=4, linewidth=1.7, label=label, **how)[0]


def _people_a_month(axes: Axes) -> None:
    axes.set_ylim(bottom=0)
    frame.value_axis(axes, "y", "people a month")


def _left_out(found: pd.DataFrame) -> str:
    """Which months are not drawn because they were simulated in part."""
    partial = sorted(set(found.loc[~found["whole_month"], "month"]))
    named = " and ".join(f"{month:%B %Y}" for month in partial)
    return f"{named}, simulated only in part, {'is' if len(partial) == 1 else 'are'} not drawn." if partial else ""


def _date_axis(axes: Axes, months: int) -> None:
    """Ticks that say the year: each January of a long period, every so many months of a short one."""
    step = -(-max(months, 1) // _MOST_TICKS)
    long = months > _LONG_PERIOD
    axes.xaxis.set_major_locator(dates.YearLocator() if long else dates.MonthLocator(interval=step))  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_formatter(dates.DateFormatter("%Y" if long else "%b %Y"))  # type: ignore[no-untyped-call]
    axes.set_xlabel("month (ticks: January)" if long else "month")


def _number_marks(axes: Axes, marks: Sequence[PolicyDate]) -> None:
    """Number the policy dates above the top panel, a step higher where two stand too close to be read apart."""
    raised = False
    for number, mark in enumerate(marks, 1):
        near = number > 1 and mark.start - marks[number - 2].start < timedelta(days=_NEAR_DAYS)
        raised = near and not raised
        axes.annotate(
            str(number), (_day(mark.start), 1.0), xycoords=("data", "axes fraction"), xytext=(0, 10 if raised else 1),
            textcoords="offset points", ha="center", va="bottom", size=8, color=style.QUIET, annotation_clip=False,
        )  # fmt: skip


def _day(day: date) -> float:
    return float(dates.date2num(day))  # type: ignore[no-untyped-call]

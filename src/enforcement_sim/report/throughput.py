"""Monthly throughput by programme, with the dates of policy changes marked.

A panel for each of a few events, a line for each programme, a band for the interval over seeds. Months that the
simulated period covers only in part are left out of the lines, since a short month looks like a drop in enforcement.
Policy dates are numbered on the panels and named under them: the history that was in force, not causes found here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd
from matplotlib import dates
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from enforcement_sim.law.rules import Rulebook
from enforcement_sim.report import intervals, style, words
from enforcement_sim.report.funnel import PROGRAMMES, drawn
from enforcement_sim.report.provenance import Provenance

EVENTS = ("detainer_issued", "ice_custody", "removed")
_NEAR_DAYS = 45
_LONG_PERIOD = 30
_MOST_TICKS = 9


@dataclass(frozen=True)
class PolicyDate:
    """A day on which a rule changed, and what changed in a few words."""

    start: date
    what: str


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
        if places is None or mark.where[0] == "nation" or set(mark.where[1]) & set(places):
            found.setdefault(mark.day, []).append(mark.text)
    for name, start in (changes or {}).items():
        found.setdefault(start, []).append(f"this scenario's change: {words.spelt_out(name)}")
    return tuple(PolicyDate(day, "; ".join(found[day])) for day in sorted(found) if period[0] < day <= period[1])


def numbers(series: pd.DataFrame, period: tuple[date, date], events: Sequence[str] = EVENTS) -> pd.DataFrame:
    """What the throughput figure shows.

    Parameters
    ----------
    series : DataFrame
        Columns ``seed``, ``month`` (first of the month), ``programme``, ``event``, ``count``: one setting.
    period : tuple of date
        First and last simulated day.
    events : sequence of str
        Events to keep.

    Returns
    -------
    DataFrame
        ``month``, ``programme``, ``event``, ``mean``, ``low``, ``high``, ``runs`` (people a month), and
        ``whole_month``, false where the period covers only part of the month.
    """
    series = intervals.as_text(series)
    kept = series[series["event"].isin(events) & series["programme"].isin(drawn(series))]
    months = pd.date_range(pd.Timestamp(period[0]).replace(day=1), pd.Timestamp(period[1]), freq="MS")
    wide = kept.assign(month=pd.to_datetime(kept["month"])).pivot_table(
        index=["event", "programme", "month"], columns="seed", values="count", aggfunc="sum"
    )
    present = kept[["event", "programme"]].drop_duplicates()
    every = pd.MultiIndex.from_tuples(
        [(event, name, month) for event, name in present.itertuples(index=False) for month in months],
        names=["event", "programme", "month"],
    )
    # A month in which nothing happened is a zero, not a gap in the line.
    wide = wide.reindex(index=every, columns=sorted(set(series["seed"]))).fillna(0.0)
    found = intervals.interval_of(wide)
    found.insert(0, "month", pd.to_datetime(wide.index.get_level_values("month")))
    found.insert(1, "programme", wide.index.get_level_values("programme"))
    found.insert(2, "event", wide.index.get_level_values("event"))
    last_days = found["month"] + pd.offsets.MonthEnd(0)
    found["whole_month"] = (found["month"] >= pd.Timestamp(period[0])) & (last_days <= pd.Timestamp(period[1]))
    return found


@style.styled
def draw(found: pd.DataFrame, about: Provenance, marks: Sequence[PolicyDate] = (), note: str = "") -> Figure:
    """Draw monthly throughput: a panel for each event, a line for each programme, policy dates as numbered lines.

    ``note`` goes before the subtitle: which of several settings is shown.
    """
    events = [event for event in EVENTS if event in set(found["event"])]
    events += [event for event in dict.fromkeys(found["event"]) if event not in events]
    partial = sorted(set(found.loc[~found["whole_month"], "month"]))
    left_out = ""
    if partial:
        named = " and ".join(f"{month:%B %Y}" for month in partial)
        left_out = f"{named}, simulated only in part, {'is' if len(partial) == 1 else 'are'} not drawn."
    key = "   ".join(
        f"[{number}] {mark.start.day} {mark.start:%b %Y}:".replace(" ", "\N{NO-BREAK SPACE}") + f" {mark.what}."
        for number, mark in enumerate(marks, 1)
    )
    about_detainers = words.ABOUT_DETAINERS if "detainer_issued" in events else ""
    caption = about.caption("Bands", " ".join(filter(None, (left_out, about_detainers))))
    figure = style.framed_figure(
        10.5,
        2.0 * max(len(events), 1) + 0.5,
        "Monthly throughput by programme",
        f"{note}People a month, by the programme that found them first; panels have their own scales.",
        f"Policy dates: {key}\n{caption}" if key else caption,
        legend_lines=1,
    )
    panels = figure.subplots(max(len(events), 1), 1, sharex=True, squeeze=False)[:, 0]
    for axes, event in zip(panels, events, strict=False):
        for programme in PROGRAMMES:
            here = found[(found["event"] == event) & (found["programme"] == programme) & found["whole_month"]]
            if here.empty:
                continue
            colour = style.PROGRAMME_COLOURS[programme]
            axes.fill_between(here["month"], here["low"], here["high"], color=colour, alpha=0.25, linewidth=0)
            axes.plot(
                here["month"],
                here["mean"],
                color=colour,
                linestyle=style.PROGRAMME_LINES[programme],
                label=words.programme(programme),
                marker=style.PROGRAMME_MARKERS[programme] if len(here) <= 24 else None,
                markersize=4,
                linewidth=1.7,
            )
        axes.set_title(words.event(event), loc="left", weight="bold", pad=14 if axes is panels[0] and marks else 6)
        axes.set_ylabel("people a month")
        axes.set_ylim(bottom=0)
        axes.yaxis.set_major_formatter(style.COUNTS)
        for mark in marks:
            axes.axvline(_day(mark.start), color=style.QUIET, linewidth=0.9, linestyle=(0, (2, 2)))
    _number_marks(panels[0], marks)
    _date_axis(panels[-1], found["month"].nunique())
    handles, labels = panels[0].get_legend_handles_labels()
    if handles:
        style.legend(figure, handles, labels, columns=len(handles))
    return figure


def _date_axis(axes: Axes, months: int) -> None:
    """Ticks that say the year: each January of a long period, every so many months of a short one."""
    if months > _LONG_PERIOD:
        axes.xaxis.set_major_locator(dates.YearLocator())  # type: ignore[no-untyped-call]
        axes.xaxis.set_major_formatter(dates.DateFormatter("%Y"))  # type: ignore[no-untyped-call]
        axes.set_xlabel("month (ticks: January)")
    else:
        step = -(-max(months, 1) // _MOST_TICKS)
        axes.xaxis.set_major_locator(dates.MonthLocator(interval=step))  # type: ignore[no-untyped-call]
        axes.xaxis.set_major_formatter(dates.DateFormatter("%b %Y"))  # type: ignore[no-untyped-call]
        axes.set_xlabel("month")


def _number_marks(axes: Axes, marks: Sequence[PolicyDate]) -> None:
    """Number the policy dates above the top panel, a step higher where two stand too close to be read apart."""
    raised = False
    for number, mark in enumerate(marks, 1):
        near = number > 1 and mark.start - marks[number - 2].start < timedelta(days=_NEAR_DAYS)
        raised = near and not raised
        axes.annotate(
            str(number),
            (_day(mark.start), 1.0),
            xycoords=("data", "axes fraction"),
            xytext=(0, 10 if raised else 1),
            textcoords="offset points",
            ha="center",
            va="bottom",
            size=8,
            color=style.QUIET,
            annotation_clip=False,
        )


def _day(day: date) -> float:
    return float(dates.date2num(day))  # type: ignore[no-untyped-call]

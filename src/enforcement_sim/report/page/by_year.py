"""People and dollars by fiscal year, under the reference and under each setting.

Events are of the year in which they happen. Hours, and so most dollars, are stored by the month of the booking. Years of
287(g) officers are stored for the whole run only, so that they are in no year's net cost.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd

from enforcement_sim import labels
from enforcement_sim.results.costs import net_costs_of
from enforcement_sim.results.intervals import Difference, difference_between, level_of
from enforcement_sim.results.questions import Questions
from enforcement_sim.results.result import Result
from enforcement_sim.runs.comparison import Comparison
from enforcement_sim.studies.jail_cost.compute import JailCost
from enforcement_sim.studies.jail_cost.price_range import at_other_prices
from enforcement_sim.studies.page_parts import Choice, Fold, Grid, Part, in_full, words
from enforcement_sim.studies.reading import Reading
from enforcement_sim.tables.amounts import amount, difference_in_words, whole, written

OCTOBER = 10
"""First month of a fiscal year, which has the name of the next calendar year."""
PEOPLE = ("detainer_issued", "removed")
MONEY = ("net_cost.county", "net_cost.federal")
PICKED_UP = "ice_custody"
"""The event that costs a pick-up."""
OFFICERS = "bridge.county.officers"
TITLE = "By fiscal year: people and dollars"
NOTE = (
    "Fiscal years run from 1 October to 30 September. People are counted in the year in which it happens to them, jail and "
    "custody days and their dollars in the year of the booking."
)


def fiscal_years(first: date, last: date) -> list[tuple[int, date, date]]:
    """Return the fiscal years of a period, each with the part of it that the period covers.

    Examples
    --------
    >>> [(year, str(start), str(end)) for year, start, end in fiscal_years(date(2011, 1, 1), date(2011, 12, 31))]
    [(2011, '2011-01-01', '2011-09-30'), (2012, '2011-10-01', '2011-12-31')]
    """
    found = []
    for year in range(_year_of(first), _year_of(last) + 1):
        found.append((year, max(first, date(year - 1, OCTOBER, 1)), min(last, date(year, OCTOBER - 1, 30))))
    return found


def measured(result: Result) -> dict[str, float]:
    """Return what is counted and paid in each fiscal year; empty for a run within one.

    Parameters
    ----------
    result : Result
    """
    years = fiscal_years(*period_of(result.meta["scenario"]))
    if len(years) == 1:
        return {}
    found: dict[str, float] = {}
    asked = _Year(result)
    for year, first, last in years:
        asked.year, asked.months = year, (f"{first:%Y-%m}", f"{last:%Y-%m}")
        counts, costs = asked.counts(), net_costs_of(asked)
        found |= {named(year, event): float(counts[event]) for event in PEOPLE}
        found |= {named(year, payer): costs[payer] for payer in MONEY}
    return found


def by_year(reading: Reading) -> tuple[Part, ...]:
    """Return a table for each setting, folded; nothing for a period within one fiscal year."""
    period = period_of(reading.scenario)
    years = fiscal_years(*period)
    if len(years) == 1 or len(reading.points) == 1:
        return ()
    note = " ".join(filter(None, (NOTE, _about_officers(reading.found))))
    options, cost = [], JailCost("county", reading.found)
    for place in range(1, len(reading.points)):
        title = f"At the reference ({reading.labels[0]}), and what {reading.labels[place]} changes"
        prices = words(f"All years together, with 287(g) officers. {at_other_prices(cost, place)}")
        options.append(
            (reading.labels[place], (Grid(_table(reading.found, place, years), title, note, stacked=True), prices))
        )
    choice = Choice("year-setting", "Setting compared with the reference", tuple(options), reading.answered - 1)
    return (Fold(TITLE, (choice,), wide=True),)


def named(year: int, measure: str) -> str:
    """Return the name under which a year's number is measured."""
    return f"year:{year}:{measure}"


def period_of(scenario: Mapping[str, Any]) -> tuple[date, date]:
    """Return the first and the last counted day of a scenario."""
    first, last = (scenario["period"][end] for end in ("start", "end"))
    return date.fromisoformat(str(first)), date.fromisoformat(str(last))


class _Year(Questions):
    """A fiscal year of a run, without officers; the costs of a run are computed of it as of a whole run."""

    year = 0
    months: tuple[str, str] | None = None

    def __init__(self, result: Result) -> None:
        super().__init__(result.tables(), {**result.meta, "officer_years": 0.0})
        # Counted once for all years, because a run's events are its largest table.
        self._events = result.count((*PEOPLE, PICKED_UP), by=("fiscal_year", "event"))

    def counts(self) -> pd.Series:
        return self._events[self._events["fiscal_year"] == self.year].set_index("event")["count"]

    def hours(
        self, by: str = "status_group", where: Mapping[str, Any] | None = None, months: Any = None
    ) -> pd.DataFrame:
        return super().hours(by, where, months or self.months)

    def funnel(self, by: str = "none", year: str | None = None, per: int | None = None) -> pd.DataFrame:
        return self.counts().reset_index()


def _table(found: Comparison, place: int, years: Sequence[tuple[int, date, date]]) -> pd.DataFrame:
    """Return a column for each fiscal year, and for each number a row at the reference and one with its change."""
    rows = []
    for name in (*PEOPLE, *MONEY):
        label = labels.measure(name)[0]
        levels, changes = [f"{label}, at the reference"], [f"{label}, change"]
        for year, _, _ in years:
            at_reference, there = (_values(found, side, named(year, name)) for side in (0, place))
            levels.append(_level(level_of(at_reference), name))
            changes.append(_change(difference_between(at_reference, there), name))
        rows += [levels, changes]
    return pd.DataFrame(rows, columns=["Fiscal year", *(_head(*one) for one in years)])


def _head(year: int, first: date, last: date) -> str:
    if (first, last) == (date(year - 1, OCTOBER, 1), date(year, OCTOBER - 1, 30)):
        return str(year)
    return f"{year} (from {in_full(first)} to {in_full(last)})"


def _values(found: Comparison, place: int, name: str) -> dict[Any, float]:
    return {key: float(run[name]) for key, run in found.samples[place].measures.items()}


def _level(found: Difference, name: str) -> str:
    return amount(found.mean, found.low, found.high, labels.measure(name)[1])


def _change(found: Difference, name: str) -> str:
    unit = labels.measure(name)[1]
    text_of = whole if unit == "people" else written(unit)
    return difference_in_words(found.difference, found.low, found.high, found.verdict, text_of)


def _about_officers(found: Comparison) -> str:
    """Return why the years do not add up to the net cost to counties, where 287(g) officers work."""
    if not any(run[OFFICERS] for sample in found.samples for run in sample.measures.values()):
        return ""
    return "Net costs are without 287(g) officers, whose work is stored for the whole period only."


def _year_of(day: date) -> int:
    return day.year + (day.month >= OCTOBER)

"""The numbers of an answer as one table that stands alone: each row says what it is, of which place and days, from which runs."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from math import isnan, nan
from typing import Any, Protocol

import pandas as pd

from enforcement_sim import labels
from enforcement_sim.codes import PROGRAMMES
from enforcement_sim.places.agreement_record import FISCAL_YEAR_BEGINS, fiscal_year
from enforcement_sim.results.intervals import Difference
from enforcement_sim.scenarios.schema import Scenario
from enforcement_sim.studies.answer.question_file import Question
from enforcement_sim.studies.answer.weakest import Weakest
from enforcement_sim.studies.place_asked import PlaceAsked
from enforcement_sim.studies.under_doubt import UnderDoubt

STAGE, YEAR, CHECK, WEAK = "stage", "stage in a fiscal year", "published check", "weak assumption"
QUARTER, PROGRAMME = "answer in a quarter", "stage by the programme that found the person first"
"""What a row is."""
FOUND, DETAINERS = "identified", "detainer_issued"
"""Stages that are told by programme, too."""
NUMBERS = ("history", "policy", "difference", "seeds_low", "seeds_high", "low", "high")
COLUMNS = (
    "row", "measure", "label", "unit", "place", "fips", "from", "to", *NUMBERS, "verdict", "published", "note", "sets", "seeds",
    "engine", "simulated",
)  # fmt: skip
MONTHS_A_QUARTER = 3
_DIGITS = {"share": 4}
SIMULATED = "simulated, not a record"
type _Part = tuple[date, date, tuple[str, ...]]
"""First and last day, and the whole months as runs name them."""


class Answered(Protocol):
    """What an answer holds that its tables need."""

    @property
    def question(self) -> Question: ...

    @property
    def place(self) -> PlaceAsked: ...

    @property
    def history(self) -> Scenario: ...

    @property
    def found(self) -> UnderDoubt: ...

    @property
    def check(self) -> Any: ...

    @property
    def weakest(self) -> Weakest | None: ...

    def change(self, measure: str) -> Difference:
        """Return what the policy changes in a measure."""


def stage_rows(answer: Answered) -> pd.DataFrame:
    """Return a row for each stage of the whole period: ``measure``, ``label``, ``unit``, ``NUMBERS``, ``verdict``; unrounded."""
    return _of_period(answer, answer.question.measures)


def _of_period(answer: Answered, measures: Iterable[str]) -> pd.DataFrame:
    rows = [{**_named(name), **_numbers(answer.change(name))} for name in measures]
    return pd.DataFrame(rows, columns=["measure", "label", "unit", *NUMBERS, "verdict"])


def year_rows(answer: Answered) -> pd.DataFrame:
    """Return a row for each stage in each whole fiscal year, as ``stage_rows`` with ``from`` and ``to``."""
    return _of_parts(answer, answer.question.measures, list(_fiscal_years(answer)))


def _of_parts(answer: Answered, measures: Iterable[str], parts: Iterable[_Part]) -> pd.DataFrame:
    rows = [
        {**_named(name), "from": first.isoformat(), "to": last.isoformat(),
         **_numbers(answer.found.change_in(answer.question.id, name, months))}
        for name in measures
        for first, last, months in parts
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["measure", "label", "unit", "from", "to", *NUMBERS, "verdict"])


def weak_rows(answer: Answered) -> pd.DataFrame:
    """Return a row for each end of the range of each weak assumption: ``parameter``, ``value``, and the effect there."""
    rows = [
        (
            one.parameter.address,
            value,
            one.parameter.default,
            one.parameter.grade,
            at.reference_mean,
            at.mean,
            at.difference,
        )
        for one in (answer.weakest.found if answer.weakest else ())
        for value, at in ((one.parameter.low, one.at_low), (one.parameter.high, one.at_high))
    ]
    return pd.DataFrame(rows, columns=["parameter", "value", "default", "grade", "history", "policy", "difference"])


def _named(measure: str) -> dict[Hashable, Any]:
    label, unit = labels.measure(measure)
    return {"measure": measure, "label": label, "unit": unit}


def quarter_rows(answer: Answered) -> pd.DataFrame:
    """Return the change of the question's measure in each three whole months, as ``year_rows``."""
    return _of_parts(answer, [answer.question.measure], _pieces(answer, MONTHS_A_QUARTER))


def programme_rows(answer: Answered) -> pd.DataFrame:
    """Return people found and detainers by the programme that found the person first, as ``stage_rows``, where both are asked."""
    told = (FOUND, DETAINERS) if {FOUND, DETAINERS} <= set(answer.question.measures) else ()
    return _of_period(answer, [f"{stage}.{programme}" for stage in told for programme in PROGRAMMES[1:]])


def rounded(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table with the numbers of each row rounded as its unit is read: whole people, shares to four digits."""
    numbers = [name for name in table.columns if name in NUMBERS]
    done = table.copy()
    for unit in set(table["unit"]):
        here = table["unit"] == unit
        done.loc[here, numbers] = table.loc[here, numbers].round(_DIGITS.get(unit, 0))
    return done


def as_read(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table for a text file, in which whole numbers have no decimals.

    Examples
    --------
    >>> as_read(pd.DataFrame({"history": [6189.0, 0.5, nan]}))["history"].tolist()
    [6189, 0.5, '']
    """
    numbers = table.select_dtypes("float").columns
    written = {name: [_without_decimals(value) for value in table[name]] for name in numbers}
    return table.assign(**{name: pd.Series(values, table.index, dtype=object) for name, values in written.items()})


def _without_decimals(value: float) -> float | int | str:
    if isnan(value):
        return ""
    return int(value) if value == int(value) else value


def answer_table(answer: Answered) -> pd.DataFrame:
    """Return every number of an answer with its label, unit, place, days and runs.

    Returns
    -------
    DataFrame
        A row for each stage (``row`` is ``stage``), for each stage in each fiscal year of the period, for the answer in each
        quarter, for people found and detainers by programme, for the published figure, and two for each weak assumption (the
        effect at each end of its range, in ``difference``). Counts are rounded to whole people, shares to four digits.
    """
    rows = [_rounded(row, answer) for row in _rows(answer)]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _rows(answer: Answered) -> Iterator[dict[Hashable, Any]]:
    for kind, rows in ((STAGE, stage_rows), (YEAR, year_rows), (QUARTER, quarter_rows), (PROGRAMME, programme_rows)):
        for row in rows(answer).to_dict("records"):
            yield {"row": kind, **row}
    if answer.check is not None:
        figure, found = answer.check.figure, answer.check.simulated
        yield {
            "row": CHECK, "label": figure.what, "unit": figure.unit, "from": figure.scenario.period_start.isoformat(),
            "to": figure.scenario.period_end.isoformat(), "history": found.mean, "low": found.low,
            "high": found.high, "published": figure.value, "verdict": answer.check.in_a_word,
            "note": f"{answer.check.role} Source: {figure.source}",
            "sets": answer.check.sets, "seeds": 1,
        }  # fmt: skip
    for row in weak_rows(answer).to_dict("records"):
        note = f"{row['parameter']} = {row['value']:g} in place of {row['default']:g}; {row['grade']}"
        levels: dict[Hashable, Any] = {name: row[name] for name in ("history", "policy", "difference")}
        yield {"row": WEAK, **_named(answer.question.measure), **levels, "note": note, "sets": 1, "seeds": 1}


def _rounded(row: Mapping[Hashable, Any], answer: Answered) -> dict[Hashable, Any]:
    """Return a row with what all rows have, and its numbers rounded as its unit is read."""
    place, found = answer.place, answer.found
    of_all: dict[Hashable, Any] = {
        "place": place.name, "fips": place.code if place.kind == "county" else "",
        "from": answer.history.period_start.isoformat(), "to": answer.history.period_end.isoformat(), "sets": found.sets,
        "seeds": len(found.seeds), "engine": found.engine[:12], "simulated": SIMULATED,
    }  # fmt: skip
    whole = of_all | dict(row)
    digits = _DIGITS.get(whole["unit"], 0)
    numbers = {name: round(whole[name], digits) for name in (*NUMBERS, "published") if not isnan(whole.get(name, nan))}
    return whole | numbers


def _numbers(found: Difference) -> dict[Hashable, Any]:
    return {
        "history": found.reference_mean,
        "policy": found.mean,
        "difference": found.difference,
        "seeds_low": found.chance_low,
        "seeds_high": found.chance_high,
        "low": found.low,
        "high": found.high,
        "verdict": found.verdict,
    }


def _months(answer: Answered) -> list[date]:
    """Return the first days of the months that the period covers as a whole."""
    first, last = answer.history.period_start, answer.history.period_end
    begin = first if first.day == 1 else _next_month(first)
    found = []
    while _next_month(begin) <= last + timedelta(days=1):
        found.append(begin)
        begin = _next_month(begin)
    return found


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def _pieces(answer: Answered, length: int) -> Iterator[_Part]:
    """Yield the period in pieces of so many whole months."""
    months = _months(answer)
    for place in range(0, len(months) - length + 1, length):
        piece = months[place : place + length]
        yield piece[0], _next_month(piece[-1]) - timedelta(days=1), tuple(f"{month:%Y-%m}" for month in piece)


def _fiscal_years(answer: Answered) -> Iterator[_Part]:
    """Yield the whole federal fiscal years of the period."""
    by_year: dict[int, list[date]] = {}
    for month in _months(answer):
        by_year.setdefault(fiscal_year(month), []).append(month)
    for year, months in by_year.items():
        if len(months) == 12:
            last = date(year, FISCAL_YEAR_BEGINS, 1) - timedelta(days=1)
            yield months[0], last, tuple(f"{month:%Y-%m}" for month in months)

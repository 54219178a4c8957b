"""The published figure that an answer can be checked against, and the simulated one beside it.

A figure of the county itself comes first: what ICE says its own agency found, or how many of its detainers ended in custody.
Otherwise it is one of the published figures that validation compares; figures that are held out are not opened here. The
simulated value is that of history, because nothing was published about what did not happen.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from math import isnan

from enforcement_sim.parameters.register import load_register
from enforcement_sim.places.agreement_record import FISCAL_YEAR_BEGINS
from enforcement_sim.places.geography import (
    KnownFigure,
    agreements,
    identified_by_agency,
    known_figures,
    load_geography,
)
from enforcement_sim.process.clock import HISTORY_START
from enforcement_sim.results.measures import measures_of
from enforcement_sim.results.result import Result
from enforcement_sim.scenarios.file_format import HISTORY_END
from enforcement_sim.scenarios.load import load_scenario
from enforcement_sim.scenarios.schema import Scenario
from enforcement_sim.studies.answer.question_file import AGENCY, CUSTODY, Question
from enforcement_sim.studies.place_asked import PlaceAsked
from enforcement_sim.studies.validation.compute import simulated
from enforcement_sim.studies.validation.targets import Target, load_targets

THIN_OF_NATION = 20
"""One booking in so many is simulated for a figure of the nation."""
FOUND_BY_OFFICERS = ("found_by_any.jail_287g", "found_by_any.task_force")
ICE_TABLE = "ICE, people identified under section 287(g) by agency and fiscal year, released under the FOIA"
TRAC = (
    "Transactional Records Access Clearinghouse, Syracuse University, detainers by facility, fiscal 2003 to about 2016"
)
ROLES = {
    "fit": "Parameters may be chosen by this figure",
    "context": "Nothing is chosen by this figure, and it does not count in the score of the model",
    "imported": "This figure is an input of the model",
}
"""What the model has to do with a published figure; of all but the second, agreement is no test."""
INSIDE, BELOW, ABOVE, UNTOLD = "inside", "below", "above", "not told"
"""Where a published figure lies: inside the simulated interval, or the whole of it below or above; untold without an interval."""
FOLLOWS = "What this agency's officers do in the model follows from this figure"
_VALUE = "value"


@dataclass(frozen=True)
class PublishedFigure:
    """A published figure with the range within which a simulated value is no miss, and how its simulated value is counted.

    ``role`` says what the model has to do with it, as a clause; ``used`` whether the model uses it, so that agreement is no test.
    ``scenario`` is history in its place and days. It is simulated as a ``target`` of validation, or by adding up ``measures``.
    """

    what: str
    source: str
    unit: str
    value: float
    low: float
    high: float
    role: str
    used: bool
    scenario: Scenario
    target: Target | None = None
    measures: tuple[str, ...] = ()
    remark: str = ""

    def simulated(self, result: Result) -> dict[str, float]:
        """Return the simulated value in one run, under a name of its own."""
        if self.target is None:
            found = measures_of(result)
            return {_VALUE: sum(found[name] for name in self.measures)}
        values = simulated(self.target, [result], bins=tuple(ROLES)).values
        return {_VALUE: values[0] if values else float("nan")}


def where_published(low: float, high: float, simulated_low: float, simulated_high: float) -> str:
    """Return where a published figure, or its range, lies beside the simulated interval.

    Examples
    --------
    >>> where_published(2011, 2011, 2266, 3335), where_published(40, 60, 55, 70), where_published(9, 9, 3, 4)
    ('below', 'inside', 'above')
    """
    if isnan(simulated_low) or isnan(simulated_high):
        return UNTOLD
    if high < simulated_low:
        return BELOW
    return ABOVE if low > simulated_high else INSIDE


def role_in_words(role: str, used: bool, lies: str) -> str:
    """Return what the model has to do with a figure as a sentence, which says that agreement is no test only where there is some.

    Examples
    --------
    >>> role_in_words(ROLES["imported"], True, INSIDE)
    'This figure is an input of the model, so agreement is no test of it.'
    >>> role_in_words(ROLES["imported"], True, BELOW)
    'This figure is an input of the model, and the model still misses it.'
    """
    if not used:
        return f"{role}."
    return (
        f"{role}, and the model still misses it."
        if lies in (BELOW, ABOVE)
        else f"{role}, so agreement is no test of it."
    )


def published_figure(question: Question, place: PlaceAsked) -> PublishedFigure | None:
    """Return the first published figure that the question names and that exists for the place.

    Examples
    --------
    >>> from enforcement_sim.studies.answer.question_file import load_questions
    >>> from enforcement_sim.studies.place_asked import place_asked
    >>> found = published_figure(load_questions()["end-287g"], place_asked(county="37119"))
    >>> found.what
    "People identified by the Mecklenburg County Sheriff's Office, NC, fiscal 2010"
    """
    return next(_existing(question, place), None)


def _existing(question: Question, place: PlaceAsked) -> Iterator[PublishedFigure]:
    for name in question.published:
        if name == AGENCY:
            yield from _of_own_agency(place)
        elif name == CUSTODY:
            yield from _of_own_detainers(question, place)
        elif (target := load_targets()[name]).scope.kind == "nation" or target.scope.members == (place.code,):
            yield _of_validation(target)


def _of_own_agency(place: PlaceAsked) -> Iterator[PublishedFigure]:
    """Yield what ICE says the only 287(g) agency of a county found in the last year of its table."""
    index = load_geography().index_of(place.code) if place.kind == "county" else None
    own = [agreement for agreement in agreements() if agreement.county == index and index is not None]
    if len(own) != 1:
        return
    years = identified_by_agency().get((own[0].state, own[0].agency), {})
    if not years:
        return
    year = max(years)
    days = (date(year - 1, FISCAL_YEAR_BEGINS, 1), date(year, FISCAL_YEAR_BEGINS - 1, 30))
    scenario = _history(place.scope, days)
    values = {**load_register().defaults(), **scenario.parameters}
    used = bool(values["jail_287g.from_record"])
    role = (
        FOLLOWS if used else "What this agency's officers do follows from their number alone; this figure is no input"
    )
    figure = float(years[year])
    what = f"People identified by the {own[0].agency}, {own[0].state}, fiscal {year}"
    yield PublishedFigure(
        what, ICE_TABLE, "people", figure, figure, figure, role, used, scenario, measures=FOUND_BY_OFFICERS
    )


def _of_own_detainers(question: Question, place: PlaceAsked) -> Iterator[PublishedFigure]:
    """Yield the published share of a county's detainers after which ICE took the person."""
    for known in known_of(place):
        if known.kind == CUSTODY:
            what = f"ICE custody by detainer issued, {place.name}"
            scenario = _history(place.scope, (question.start, question.end))
            values = {**load_register().defaults(), **scenario.parameters}
            used = bool(values["county.use_known"]) and values["county.custody_sd"] > 0.0
            role = ROLES["imported" if used else "context"]
            value = known.figure
            yield PublishedFigure(
                what, TRAC, "share", value, value, value, role, used, scenario, measures=("custody_per_detainer",)
            )


def known_of(place: PlaceAsked) -> tuple[KnownFigure, ...]:
    """Return what is published of a county in the package's table; nothing of other places."""
    if place.kind != "county":
        return ()
    index = load_geography().index_of(place.code)
    return tuple(known for known in known_figures() if known.county == index)


def _of_validation(target: Target) -> PublishedFigure:
    days = target.compared_over or (target.start, target.end)
    within = max(days[0], HISTORY_START), min(days[1], HISTORY_END)
    scope = "nation" if target.scope.kind == "nation" else {target.scope.kind: list(target.scope.members)}
    scenario = _history(scope, within, THIN_OF_NATION if scope == "nation" else 1)
    remark = f"{target.remark[:1].upper()}{target.remark[1:]}." if target.remark else ""
    return PublishedFigure(
        target.measures, target.citation, target.unit, target.value, target.low, target.high,
        ROLES[target.bin], target.bin != "context", scenario, target, remark=remark,
    )  # fmt: skip


def _history(scope: object, days: tuple[date, date], thin: int = 1) -> Scenario:
    period = {"period.start": days[0].isoformat(), "period.end": days[1].isoformat()}
    return load_scenario("baseline").with_(**{"scope": scope, "thin": thin, **period})

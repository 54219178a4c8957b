"""The comparison sees what it should: a twin altered in one paragraph differs, and every word is reached.

An agreement says little if the cases never come to a paragraph or if the tables do not show it. Here the twin is spoilt
on purpose, one thing at a time; its own books must balance; and its clocks are checked with a pencil.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

import pytest
from tests.twin.arrestee import Arrestee
from tests.twin.booking import CRIMINAL_ALIEN_PROGRAM
from tests.twin.cases import (
    AGAIN_AND_AGAIN,
    CASES,
    COLLIER,
    IMPERIAL,
    MANY_NONCITIZENS,
    SCARCE,
    TASK_FORCES_BUSY,
    small,
)
from tests.twin.charge import why_not_booked
from tests.twin.clock import RunCalendar, federal_holidays
from tests.twin.compare import TABLES, Table, compare, differences, engine_tables, twin_tables
from tests.twin.finding import Stage
from tests.twin.ledger import TwinLedger
from tests.twin.model import TwinModel
from tests.twin.people import Person
from tests.twin.places import FieldOffice, Jail
from tests.twin.streams import choose

from enforcement_sim.codes import EVENTS, HOUR_KINDS, PROGRAMMES
from enforcement_sim.law.grounds import bits
from enforcement_sim.model import EnforcementModel
from enforcement_sim.parameters.register import load_register
from enforcement_sim.process.rng import counted_key
from enforcement_sim.scenarios.schema import Scenario


@pytest.fixture(scope="module")
def busy() -> EnforcementModel:
    """Return a finished run of the engine in which queues bind and bail is lost."""
    model = EnforcementModel(BUSY)
    model.run()
    return model


BUSY = small(
    [COLLIER, IMPERIAL],
    "2010-02-01",
    "2010-03-31",
    MANY_NONCITIZENS
    | SCARCE
    | AGAIN_AND_AGAIN
    | TASK_FORCES_BUSY
    | {
        "pickup.crew_capacity": 0.03,
        "beds.funded": 20000,
        "beds.interior_share": 0.2,
        "detainer.bail_denied_share": 0.6,
        "hold.past_limit_share": 0.3,
        "thin": 2,
    },
)


class LongerHold(TwinModel):
    """A twin whose holds last an hour more."""

    def __init__(self, scenario: Scenario) -> None:
        super().__init__(scenario)
        longer = self.decided["detainer.hold_hours"] + 1
        self.decided = {**self.decided, "detainer.hold_hours": longer}
        self.values["detainer.hold_hours"] = longer


class OtherDraws(TwinModel):
    """A twin with other stream."""

    def __init__(self, scenario: Scenario) -> None:
        super().__init__(scenario, scenario.seed + 1)


class NoPriority(Arrestee):
    """An arrestee whom crews do not take first."""

    def has_priority(self) -> bool:
        """Nobody comes first."""
        return False


class NeverFree(Arrestee):
    """An arrestee whose former release is forgotten when a detainer costs the bail."""

    def consider_detainer(self, now: int, programme: str) -> None:
        """Take the release after the detainer for the one before it."""
        super().consider_detainer(now, programme)
        self.free = self.plan.release


class BedsForAll(FieldOffice):
    """A field office that never runs out of beds."""

    def has_a_bed(self) -> bool:
        """Take in one more."""
        return True


class SubmitsToNone(Arrestee):
    """An arrestee whom local officers hand over without asking ICE."""

    def consider_detainer(self, now: int, programme: str) -> None:
        """Take every programme for one of ICE's own."""
        super().consider_detainer(now, CRIMINAL_ALIEN_PROGRAM)


class AlwaysHere(Person):
    """A person who may be booked even when away."""

    def is_away_at(self, hour: int) -> bool:
        """Be in the county."""
        return False


class NeverLetGo(Person):
    """A person of whom no failed detainer is remembered."""

    def be_let_go(self) -> None:
        """Forget."""


class NeverEnrolled(Person):
    """A person whom ICE custody does not enroll."""

    def be_enrolled(self) -> None:
        """Stay unknown."""


class FirstTimer(Person):
    """A person whose removal in this run leaves no trace."""

    def be_removed(self) -> None:
        """Forget."""


@pytest.mark.parametrize("altered", [LongerHold, OtherDraws])
def test_an_altered_twin_is_noticed(busy: EnforcementModel, altered: type[TwinModel]) -> None:
    """The comparison sees a hold that is one hour longer, and another seed."""
    assert differences(engine_tables(busy), twin_tables(altered(BUSY).run())) != []


@pytest.mark.parametrize(
    ("name", "altered"),
    [
        ("Arrestee", NoPriority),
        ("Arrestee", NeverFree),
        ("Arrestee", SubmitsToNone),
        ("FieldOffice", BedsForAll),
    ],
)
def test_an_altered_part_is_noticed(
    busy: EnforcementModel, name: str, altered: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The comparison sees crews in another order, bail lost, ICE not asked, and beds that never run out."""
    monkeypatch.setattr(f"tests.twin.model.{name}", altered)
    assert differences(engine_tables(busy), twin_tables(TwinModel(BUSY).run())) != []


@pytest.mark.parametrize("altered", [AlwaysHere, NeverLetGo, NeverEnrolled, FirstTimer])
def test_a_person_who_is_forgotten_is_noticed(altered: type[Person], monkeypatch: pytest.MonkeyPatch) -> None:
    """The comparison sees each of the four things that are remembered of a person."""
    monkeypatch.setattr("tests.twin.model.Person", altered)
    assert compare(CASES["the same people again and again"]) != []


def first_only(self: TwinLedger, hour: int, area: int, event: str, programmes: Sequence[str]) -> None:
    """Count under the first programme alone."""
    if programmes and hour >= self.calendar.first_counted_hour:
        self.any_programme[self.calendar.month_of_hour(hour), area, event, programmes[0]] += 1


def unlimited_visits(self: FieldOffice, day: int) -> None:
    """Let the office visit everyone."""
    FIELD_OFFICE_DAY(self, day)
    self.visits_left = MANY


def in_the_county(self: Arrestee, now: int) -> None:
    """Serve the sentence under the county's eyes and rules."""
    self.jail.prison, prison = self.jail, self.jail.prison
    ENTER_PRISON(self, now)
    self.jail.prison = prison


def recognised_again(self: Arrestee, now: int, programme: str) -> None:
    """Count a programme that recognises someone twice."""
    if programme in self.found_by:
        self.count(now, "also_found", programme)
    NOTE_RECOGNITION(self, now, programme)


MANY = 10**6
FIELD_OFFICE_DAY = FieldOffice.begin_day
ENTER_PRISON = Arrestee.enter_prison
NOTE_RECOGNITION = Arrestee.note_recognition


def never_warm(self: RunCalendar, values: Mapping[str, float]) -> int:
    """Begin the warm start on the first counted day."""
    return self.first_counted_day


def jail_with(**fields: float) -> type[Jail]:
    """Return a jail of which some fields are not what they should be."""

    class OtherJail(Jail):
        """A jail told wrongly."""

        def __init__(self, *told: Any) -> None:
            super().__init__(*told)
            for field, value in fields.items():
                setattr(self, field, value)

    return OtherJail


OFFICERS = "287(g) officers propose, hand over and make up for time"
OFFICERS_TARGET = "officers put serious offences first, in the place of visits"
OFFICERS_OF_PRISONS = "officers of prisons see everyone, and hand over"
UNEVEN: list[tuple[str, str, Any]] = [
    ("the early gate, while the Criminal Alien Program grows", "finding.gate_share", lambda values, today: 1.0),
    ("the early gate, while the Criminal Alien Program grows", "booking.visits_grown", lambda values, today: 1.0),
    ("ICE's effort by office and month", "finding.with_odds", lambda share, odds: 1.0),
    ("ICE's effort by office and month", "places.Jail.be_told", lambda self, field, value: None),
    *(
        ("refusal leaks", f"arrestee.Arrestee.{question}", lambda self, *_: False)
        for question in ("is_not_sent", "is_held_against_the_rule", "is_given_up", "is_elsewhere")
    ),
    ("refusal leaks", "arrestee.Arrestee.be_met_at_the_door", Arrestee.be_sought_later),
    ("refusal leaks", "arrestee.Arrestee.be_remembered", lambda self: self.person.be_let_go()),
    ("refusal leaks where crews and beds are scarce", "arrestee.Arrestee.waiting_since", lambda self: self.hold_start),
    ("counties differ", "booking.with_odds", lambda share, odds: share),
    ("counties differ", "finding.with_odds", lambda share, odds: share),
    ("counties differ", "charge.choose_with_traffic", lambda shares, traffic, draw: choose(shares, draw)),
    ("counties differ", "model.Jail", jail_with(further_prints=0.0)),
    ("counties differ", "model.Jail", jail_with(bail_denied_share=0.1)),
    *(
        ("prisoners from counties with traffic of their own", part, altered)
        for part, altered in (
            ("prisoner.choose_with_traffic", lambda shares, traffic, draw: choose(shares, draw)),
            ("model.Jail", jail_with(prisoner_ratio=1.0)),
        )
    ),
    (OFFICERS, "arrestee.Arrestee.is_handed_over", lambda self: False),
    (OFFICERS, "arrestee.Arrestee.share_with_a_detainer", lambda self, programme: self.jail.issue_covered),
    (OFFICERS, "places.math.ceil", lambda amount: 0),
    (OFFICERS_TARGET, "arrestee.Arrestee.is_processed", lambda self: self.jail.screens(self.grounds)),
    (OFFICERS_TARGET, "arrestee.Arrestee.is_processed", lambda self: True),
    (OFFICERS_TARGET, "booking.visits_grown", lambda values, today: 1 / 0.3),
    (OFFICERS_OF_PRISONS, "arrestee.Arrestee.is_handed_over", lambda self: False),
    (OFFICERS_OF_PRISONS, "arrestee.Arrestee.is_seen_with_a_detainer", lambda self: False),
    ("people removed before the first day", "people.Person.may_have_been_removed", lambda self, expected: None),
    ("people removed before the first day", "places.Jail.share_of_bookings", lambda self, number: 1 / self.pool),
    ("history from its first day, before a warm start", "clock.RunCalendar.warm_start", never_warm),
    ("people removed before the first day", "prisoner.DAYS_OF_A_YEAR", MANY),
    (
        "custody is mandatory for some who were convicted",
        "arrestee.Arrestee.is_custody_mandatory",
        lambda self: bool(self.grounds & bits(["felony_conviction"])),
    ),
]
"""The same for ICE that changes, refusal that leaks, counties that differ and what happened before the first day."""

PAGE_BY_PAGE: list[tuple[str, str, Callable[..., Any]]] = [
    ("prisons with officers", "arrestee.Arrestee.be_screened_in_prison", lambda self, now: None),
    ("prisons with officers", "ledger.TwinLedger.count_any", first_only),
    ("rules and changes for prisons", "arrestee.Arrestee.enter_prison", in_the_county),
    ("visits and prisons find the same people", "arrestee.Arrestee.note_recognition", recognised_again),
    ("prisoners of earlier years leave soon, at once counted", "prisoner.whole_sentence", lambda row, draw: row[512]),
    ("visits are scarce", "places.FieldOffice.begin_day", unlimited_visits),
    ("lock-ups are common", "arrestee.Arrestee.time_in_lockup", lambda self: 0),
    ("more crime, more reports and more arrests", "model.why_added", lambda *_: "caused"),
    (
        "offenders are cited, and police, victims and offenders hold back",
        "model.why_not_booked",
        lambda jail, arrest, charge: "" if arrest.person.citizen else why_not_booked(jail, arrest, charge),
    ),
    *(
        ("most are counted, as prints begin to be shared and offenders are cited", part, altered)
        for part, altered in (
            ("counted.hours_with_a_sentence", lambda waits, sentences, longest: waits),
            ("counted.CountedBookings.depart", lambda self, day: None),
        )
    ),
    (
        "everybody born here is counted, with more crime and more reports",
        "counted.counted_response_key",
        counted_key,
    ),
    ("arrests follow detainers", "institutions.months_before", lambda today, number: (today.year, today.month)),
    (
        "local effort gives way, from the first day",
        "institutions.Institutions.efforts_of_counties",
        lambda self, day: [],
    ),
    ("field offices go where they are welcome", "institutions.Institutions.cooperates", lambda self, county: 1.0),
    ("field offices, before some share prints", "institutions.Institutions.cooperates", lambda self, county: 1.0),
    ("beds follow their use", "institutions.Institutions.beds_after", lambda self, office, response: office.beds),
    (
        "some counties believe that they are bound",
        "institutions.Institutions.believes_to_be_bound",
        lambda self, county: False,
    ),
    ("officers are monitored", "places.Jail.less_if_monitored", lambda self, address, what: self.model.values[address]),
    (
        "counsel comes early",
        "arrestee.Arrestee.share_of_bond",
        lambda self: self.model.values["custody.bond_share"],
    ),
    (
        "field offices differ much",
        "arrestee.Arrestee.stretched",
        lambda self, row, purpose, factor: self.duration(row, purpose),
    ),
    *(
        (f"a review by measure {measure}", "institutions.Institutions.measure", lambda self, kind, county, today: 0.0)
        for measure in (1, 2, 3, 4)
    ),
    (
        "officers do what ICE's record says",
        "institutions.Institutions.measure",
        lambda self, kind, county, today: 0.0,
    ),
]
"""A case, a part of the twin, and how to spoil it."""


@cache
def unspoilt(name: str) -> dict[str, Table]:
    """Return a case's tables as they should be."""
    return twin_tables(TwinModel(CASES[name]).run())


@pytest.mark.parametrize(("name", "part", "altered"), [*PAGE_BY_PAGE, *UNEVEN])
def test_each_paragraph_shows_in_its_case(
    name: str, part: str, altered: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A case made for a paragraph changes when the twin leaves the paragraph out."""
    right = unspoilt(name)
    monkeypatch.setattr(f"tests.twin.{part}", altered)
    assert differences(right, twin_tables(TwinModel(CASES[name]).run())) != []


def test_one_count_more_is_noticed_and_said(busy: EnforcementModel) -> None:
    """A single count more in any table is found, and named."""
    tables = engine_tables(busy)
    for name in TABLES:
        assert tables[name], name
        other = {table: dict(cells) for table, cells in tables.items()}
        key = next(iter(other[name]))
        other[name][key] += 1
        (said,) = differences(tables, other)
        assert said.startswith(f"{name}: ")
        assert str(other[name][key]) in said


def test_the_cases_reach_everything() -> None:
    """Together the chosen cases meet every event, every programme and every kind of hours."""
    events: Counter[str] = Counter()
    programmes: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    for name in (
        "officers and crews are scarce",
        "the TRUST Act",
        "bail is often lost and notice given",
        "the same people again and again",
        "offenders are cited, and police, victims and offenders hold back",
        "more crime, more reports and more arrests",
        "grounds of people",
        "refusal leaks",
    ):
        tables = twin_tables(TwinModel(CASES[name]).run())
        for (_, _, event, programme), count in tables["events"].items():
            events[event] += count
            programmes[programme] += count
        for (_, kind, _), count in tables["hours by place"].items():
            kinds[kind] += count
    assert set(events) == set(EVENTS)
    assert set(programmes) == set(PROGRAMMES)
    assert set(kinds) == set(HOUR_KINDS)


INSIDE = (Stage.JAIL, Stage.HELD, Stage.PRISON)


def test_the_twins_books_balance() -> None:
    """At the end of a run jails, prisons and field offices count as many people as there are."""
    model = TwinModel(BUSY).run()
    people = [agent for agent in model.agents if isinstance(agent, Arrestee)]
    for jail in model.jails:
        here = [person for person in people if person.jail is jail and person.stage in INSIDE]
        counted = [each for each in itertools.chain(*model.counted.departures.values()) if each.jail is jail]
        assert jail.inmates == len(here) + len(counted)
    for office in model.offices:
        taken = [person for person in people if person.jail.field_office is office and person.stage is Stage.CUSTODY]
        assert office.in_custody == len(taken)


# ---- the clocks, with a pencil ---------------------------------------------------------------------------------------


def calendar_from(start: date, **values: float) -> RunCalendar:
    """Return a calendar whose hour 0 is midnight of a day."""
    return RunCalendar(start, 0, 60, {**load_register().defaults(), **values})


@pytest.mark.parametrize(
    ("start", "hour", "hold", "ends"),
    [
        (date(2012, 3, 1), 17, 48, 4 * 24 + 17),  # Thursday 17:00: Monday 17:00
        (date(2012, 3, 1), 0, 48, 48),  # Thursday midnight: the first hour of Saturday
        (date(2012, 3, 3), 5, 48, 4 * 24),  # Saturday: the first hour of Wednesday
        (date(2012, 3, 3), 5, 0, 5),  # no hours: at once, on a Saturday too
        (date(2010, 12, 30), 12, 24, 4 * 24 + 12),  # New Year's Day 2011 is kept on Friday
    ],
)
def test_a_hold_ends_when_the_calendar_says(start: date, hour: int, hold: int, ends: int) -> None:
    """Saturdays, Sundays and holidays do not count towards a hold."""
    assert calendar_from(start).hold_ends(hour, hold) == ends


def test_a_hold_that_counts_weekends_is_a_plain_sum() -> None:
    """Every hour counts when weekends do."""
    assert calendar_from(date(2012, 3, 1), **{"hold.counts_weekends": 1}).hold_ends(17, 48) == 65


def test_holidays_of_a_year_are_those_published() -> None:
    """The ten holidays of 2011 fall on the days that the Office of Personnel Management published."""
    published = ["12-31", "01-17", "02-21", "05-30", "07-04", "09-05", "10-10", "11-11", "11-24", "12-26"]
    years = [2010] + [2011] * 9
    assert federal_holidays(2011) == {date.fromisoformat(f"{y}-{d}") for y, d in zip(years, published, strict=True)}

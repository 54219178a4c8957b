"""The engine and its slow twin agree on every cell of every table.

Places and periods are small and chosen so that every paragraph of docs/process.md is walked through: programmes with
scarce and ample officers, task forces, dates at which rules change, holds of every length, few beds, every route after
custody, people who come again and again, thinning, institutions that respond. Where one county would see too few people
for a rare path, the arrest ratios are set to the ends of their ranges.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.twin.arrestee import Arrestee
from tests.twin.booking import CRIMINAL_ALIEN_PROGRAM
from tests.twin.clock import RunCalendar, federal_holidays
from tests.twin.compare import TABLES, compare, differences, engine_tables, twin_tables
from tests.twin.finding import Stage
from tests.twin.model import TwinModel
from tests.twin.people import Person
from tests.twin.places import FieldOffice

from enforcement_sim.law.rules import load_rulebook
from enforcement_sim.model import EnforcementModel
from enforcement_sim.parameters.register import Parameter, load_register
from enforcement_sim.scenario.load import load_scenario
from enforcement_sim.scenario.schema import Scenario
from enforcement_sim.vocabulary import EVENTS, HOUR_KINDS, LEVERS, PROGRAMMES

FREDERICK, WHITFIELD, ETOWAH, COLLIER = "24021", "13313", "01055", "12021"  # 287(g) at booking
RIVERSIDE = "06065"  # 287(g) after the case
YOLO, IMPERIAL, SANTA_CLARA = "06113", "06025", "06085"
PRINCE_WILLIAM, MANASSAS, BEAUFORT = "51153", "51683", "45013"  # task forces until the end of 2012
KENT, DUPAGE, BERKSHIRE, ROCKLAND, MARION, YAKUTAT = "10001", "17043", "25003", "36087", "41047", "02282"

MANY_NONCITIZENS: dict[str, Any] = {
    "status.arrest_ratio.us_born": 0.05,
    "status.arrest_ratio.naturalised": 1.0,
    "status.arrest_ratio.permanent_resident": 2.0,
    "status.arrest_ratio.temporary_lawful": 2.0,
    "status.arrest_ratio.deferred_or_pending": 2.0,
    "status.arrest_ratio.entered_without_inspection": 2.5,
    "status.arrest_ratio.overstay": 2.5,
    "screening.mistake_share": 0.05,
}
"""Most arrestees are then people whom a programme can reach."""

SCARCE: dict[str, Any] = {"pickup.crew_capacity": 0.01, "jail_287g.interviews_per_officer_day": 0.5}

TASK_FORCES_BUSY: dict[str, Any] = {
    "task_force.arrests_per_officer_year": 60,
    "jail_287g.authorised_share": 0.5,
    "screening.interview_detects_share": 0.7,
}

AGAIN_AND_AGAIN: dict[str, Any] = {
    "people.pool_ratio": 1.5,
    "people.frailty_exponent": 4.0,
    "people.reentry_share": 0.6,
    "people.reentry_days_median": 30,
    "people.reentry_days_sigma": 1.8,
    "custody.short_days_median": 1,
}
"""The same few people come up again and again, and come back within days of a removal."""


def small(
    counties: list[str],
    start: str,
    end: str,
    more: Mapping[str, Any] | None = None,
    *,
    scenario: str = "baseline",
    warm: int = 60,
) -> Scenario:
    """Return a shipped scenario cut down to some counties and months, with further settings by address."""
    settings_by_address: dict[str, Any] = {
        "scope": {"counties": counties},
        "period.start": start,
        "period.end": end,
        "start.warm_days": warm,
    }
    return load_scenario(scenario).with_(**settings_by_address, **(more or {}))


CASES: dict[str, Scenario] = {
    "officers at booking, before prints are shared": small([FREDERICK, WHITFIELD, ETOWAH], "2009-03-10", "2009-05-20"),
    "officers and crews are scarce": small([FREDERICK, COLLIER], "2009-10-01", "2009-11-30", MANY_NONCITIZENS | SCARCE),
    "officers after the case, thinned": small(
        [RIVERSIDE], "2010-04-01", "2010-06-30", MANY_NONCITIZENS | SCARCE | {"thin": 17}
    ),
    "an agreement ends while people wait": small(
        [FREDERICK],
        "2010-03-01",
        "2010-03-31",
        MANY_NONCITIZENS
        | SCARCE
        | {"changes.stop": {"decision": "agreement", "rule": "ended", "where": "nation", "from": "2010-03-11"}},
    ),
    "prints begin to be shared": small(
        [FREDERICK, WHITFIELD], "2010-09-15", "2011-02-10", MANY_NONCITIZENS | {"thin": 3}
    ),
    "the discretion memorandum": small([IMPERIAL, MARION], "2011-06-01", "2011-07-31", MANY_NONCITIZENS | {"thin": 3}),
    "a state prison agreement ends": small([KENT], "2011-12-01", "2012-02-29", MANY_NONCITIZENS),
    "the guidance of December 2012": small(
        [YOLO, FREDERICK], "2012-12-01", "2013-01-31", MANY_NONCITIZENS | {"thin": 3}
    ),
    "the TRUST Act": small([YOLO, IMPERIAL], "2013-10-01", "2014-03-31"),
    "the TRUST Act, many noncitizens": small([IMPERIAL], "2013-12-10", "2014-01-20", MANY_NONCITIZENS),
    "Oregon declines, crews are scarce": small(
        [MARION], "2014-04-01", "2014-05-10", MANY_NONCITIZENS | SCARCE | {"thin": 3}
    ),
    "a county declines by its own decision": small(
        [WHITFIELD, ETOWAH, YOLO, KENT],
        "2013-11-15",
        "2014-02-28",
        MANY_NONCITIZENS | {"institutions.county_refusal_hazard": 0.4, "thin": 3},
    ),
    "states delay": small(
        [BERKSHIRE, ROCKLAND, WHITFIELD],
        "2011-01-01",
        "2011-03-15",
        MANY_NONCITIZENS | {"institutions.state_delay_share": 0.7, "institutions.state_delay_months": 2, "thin": 4},
    ),
    "a hold of no hours": small(
        [COLLIER], "2010-12-20", "2011-01-20", MANY_NONCITIZENS | {"detainer.hold_hours": 0, "thin": 2}
    ),
    "a hold of 96 hours over holidays": small(
        [COLLIER],
        "2010-12-20",
        "2011-01-20",
        MANY_NONCITIZENS
        | {
            "detainer.hold_hours": 96,
            "pickup.delay_hours_median": 96,
            "hold.past_limit_share": 0.5,
            "thin": 2,
        },
    ),
    "weekends count": small(
        [COLLIER],
        "2012-05-20",
        "2012-06-20",
        MANY_NONCITIZENS | {"hold.counts_weekends": 1, "pickup.delay_hours_median": 60, "thin": 2},
    ),
    "a hold of a month": small(
        [IMPERIAL], "2012-11-01", "2012-12-31", MANY_NONCITIZENS | SCARCE | {"detainer.hold_hours": 720, "thin": 2}
    ),
    "decisions on weekdays only": small(
        [IMPERIAL, COLLIER],
        "2011-08-20",
        "2011-09-20",
        MANY_NONCITIZENS
        | {
            "screening.triage_on_weekends": 0,
            "screening.triage_opens": 11,
            "screening.triage_closes": 14,
            "thin": 3,
        },
    ),
    "bail is often lost and notice given": small(
        [COLLIER],
        "2010-02-01",
        "2010-03-31",
        MANY_NONCITIZENS
        | {
            "detainer.bail_denied_share": 0.8,
            "pickup.notice_share": 1.0,
            "case.disposition_days_median_felony": 20,
            "case.disposition_days_median_misdemeanour": 3,
            "case.prison_days_median": 200,
            "custody.docket_days_median": 200,
            "custody.detained_share": 0.4,
            "thin": 5,
        },
        warm=200,
    ),
    "mistakes, prisons and dockets shorter than custody": small(
        [COLLIER, IMPERIAL],
        "2011-09-01",
        "2012-03-31",
        MANY_NONCITIZENS
        | {
            "status.arrest_ratio.naturalised": 2.5,
            "status.in_ident.naturalised": 0.9,
            "detainer.lifted_share": 0.4,
            "detainer.lifted_share_citizen": 0.3,
            "case.disposition_days_median_felony": 20,
            "case.prison_days_median": 200,
            "case.prison_days_sigma": 1.3,
            "custody.detained_share": 0.4,
            "custody.short_days_median": 20,
            "custody.short_days_sigma": 1.8,
            "custody.docket_days_median": 200,
            "custody.docket_days_sigma": 1.2,
            "thin": 4,
        },
        warm=150,
    ),
    "the same people again and again": small(
        [IMPERIAL],
        "2012-01-10",
        "2012-05-20",
        MANY_NONCITIZENS | AGAIN_AND_AGAIN | {"case.prison_days_median": 200, "case.prison_days_sigma": 1.3},
        warm=90,
    ),
    "the same people, let go and arrested again": small(
        [MARION, COLLIER],
        "2014-04-01",
        "2014-05-31",
        MANY_NONCITIZENS | AGAIN_AND_AGAIN | SCARCE | {"detainer.lifted_share": 0.4, "thin": 2},
    ),
    "a county of fifty": small(
        [YAKUTAT], "2008-01-01", "2013-12-31", MANY_NONCITIZENS | AGAIN_AND_AGAIN | {"people.frailty_exponent": 1.0}
    ),
    "task forces until the end of 2012": small(
        [PRINCE_WILLIAM, MANASSAS], "2012-12-01", "2013-01-31", TASK_FORCES_BUSY | {"thin": 2}, warm=30
    ),
    "task forces that add every arrest": small(
        [BEAUFORT, COLLIER],
        "2012-12-10",
        "2013-01-20",
        TASK_FORCES_BUSY | {"task_force.added_share": 1.0, "task_force.charge_share": 0.3, "thin": 2},
        warm=30,
    ),
    "task forces that add none, and many booked twice": small(
        [MANASSAS], "2010-01-01", "2010-12-31", TASK_FORCES_BUSY | AGAIN_AND_AGAIN | {"task_force.added_share": 0.0}
    ),
    "task forces go on": small(
        [BEAUFORT, MANASSAS],
        "2012-12-10",
        "2013-02-10",
        TASK_FORCES_BUSY
        | {"changes.on": {"decision": "task_force", "rule": "continued", "where": "nation", "from": "2012-06-01"}},
        warm=30,
    ),
    "task forces end early, and go on elsewhere": small(
        [BEAUFORT, MANASSAS],
        "2011-12-10",
        "2012-02-10",
        TASK_FORCES_BUSY
        | {
            "changes.stop": {
                "decision": "task_force",
                "rule": "ended",
                "where": {"counties": [BEAUFORT]},
                "from": "2012-01-01",
            },
            "changes.on": {"decision": "task_force", "rule": "continued", "where": {"states": ["VA"]}},
        },
        warm=30,
    ),
    "few beds": small(
        [COLLIER, IMPERIAL],
        "2011-10-01",
        "2011-11-30",
        MANY_NONCITIZENS
        | {
            "beds.funded": 20000,
            "beds.interior_share": 0.2,
            "pickup.crew_capacity": 0.2,
            "pickup.wanted_share_other": 1.0,
            "pickup.delay_hours_median": 4,
            "thin": 2,
        },
    ),
    "bond and counsel are common": small(
        [COLLIER, IMPERIAL],
        "2011-09-01",
        "2012-02-29",
        MANY_NONCITIZENS
        | {
            "beds.funded": 40000,
            "beds.interior_share": 0.8,
            "custody.detained_share": 0.9,
            "custody.bond_share": 0.6,
            "custody.bond_days_median": 90,
            "custody.counsel_detained_share": 0.25,
            "custody.counsel_released_share": 0.8,
            "custody.counsel_odds_ratio": 6.0,
            "custody.administrative_share": 0.0,
            "custody.return_share": 0.0,
            "custody.docket_days_median": 200,
            "custody.docket_days_sigma": 1.2,
            "thin": 4,
        },
        warm=150,
    ),
    "orders without a judge are common": small(
        [COLLIER, IMPERIAL],
        "2011-09-01",
        "2011-12-31",
        MANY_NONCITIZENS
        | {
            "custody.bond_share": 0.05,
            "custody.counsel_detained_share": 0.08,
            "custody.counsel_released_share": 0.4,
            "custody.counsel_odds_ratio": 1.0,
            "custody.stipulated_share": 0.6,
            "custody.administrative_share": 1.0,
            "status.prior_removal_share.entered_without_inspection": 0.6,
            "status.illegal_entry_conviction_share": 0.6,
            "record.noncitizen.aggravated_or_two_felonies": 0.9,
            "thin": 4,
        },
    ),
    "ICE authorises half": small(
        [FREDERICK, WHITFIELD],
        "2009-10-01",
        "2009-11-30",
        MANY_NONCITIZENS | {"jail_287g.authorised_share": 0.5, "jail_287g.interviews_per_officer_day": 8, "thin": 2},
    ),
    "grounds of people": small(
        [IMPERIAL, KENT],
        "2013-01-01",
        "2013-02-28",
        MANY_NONCITIZENS
        | {
            "status.security_share": 0.05,
            "status.registrant_share": 0.05,
            "status.fraud_share": 0.05,
            "status.victim_share": 0.1,
            "status.illegal_entry_conviction_share": 0.6,
            "custody.discretion_share": 0.6,
            "thin": 2,
        },
    ),
    "the nation for some days": load_scenario("baseline").with_(
        **{"period.start": "2012-12-28", "period.end": "2013-01-02", "start.warm_days": 6, "thin": 100}
    ),
    "no warm start": small([FREDERICK], "2010-10-01", "2010-10-31", MANY_NONCITIZENS, warm=0),
    "history's first days": small([COLLIER], "2005-10-01", "2005-10-20", {"thin": 20}, warm=700),
    "history's last days": small([IMPERIAL], "2014-12-20", "2014-12-31", MANY_NONCITIZENS, warm=30),
}


@pytest.mark.parametrize("name", CASES)
def test_engine_and_twin_agree(name: str) -> None:
    """A chosen case gives the same tables twice."""
    assert compare(CASES[name]) == []


SHIPPED: dict[str, tuple[list[str], str, str]] = {
    "baseline": ([FREDERICK, YOLO], "2012-06-01", "2012-07-15"),
    "hold-length": ([COLLIER], "2010-06-15", "2010-07-15"),
    "hold-and-opt-out": ([IMPERIAL], "2011-09-01", "2011-10-15"),
    "hold-and-opt-out-nation": ([SANTA_CLARA, ETOWAH], "2011-10-01", "2011-10-31"),
    "opt-out": ([BERKSHIRE, ROCKLAND], "2011-05-20", "2011-06-20"),
    "refusal": ([BERKSHIRE, DUPAGE], "2011-05-20", "2011-06-20"),
    "screening-point": ([FREDERICK, ETOWAH], "2009-12-01", "2009-12-31"),
    "null": ([KENT, WHITFIELD], "2010-06-15", "2010-07-15"),
}


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_scenarios_agree(name: str) -> None:
    """Every shipped scenario, at both ends of its sweep and in its middle, gives the same tables twice."""
    counties, start, end = SHIPPED[name]
    scenario = small(counties, start, end, MANY_NONCITIZENS | {"thin": 4}, scenario=name, warm=20)
    points = [point.scenario for point in scenario.points()]
    for chosen in {0, len(points) // 2, len(points) - 1}:
        assert compare(points[chosen]) == []


# ---- scenarios made by Hypothesis ----------------------------------------------------------------------------------

RULES = {
    decision: load_rulebook().of_decision(decision) for decision in ("detainer", "honour", "screen", "discretion")
} | LEVERS
FIRST_DAY, LAST_DAY = date(2006, 1, 1), date(2014, 6, 30)
SOME_COUNTIES = (
    *(FREDERICK, WHITFIELD, ETOWAH, COLLIER, YOLO, IMPERIAL, KENT, BERKSHIRE, ROCKLAND, MARION),
    *(MANASSAS, BEAUFORT),
)
NOT_VARIED = ("cost.", "booking.national_per_year", "start.", "status.arrest_ratio", "institutions.")
ADDRESSES = sorted(address for address in load_register() if not address.startswith(NOT_VARIED))
SCALARS = sorted(address for address in ADDRESSES if load_register()[address].table is None)
OFTEN = (
    "detainer.hold_hours",
    "hold.counts_weekends",
    "screening.triage_on_weekends",
    "pickup.crew_capacity",
    "jail_287g.interviews_per_officer_day",
    "institutions.county_refusal_hazard",
    "people.pool_ratio",
    "people.frailty_exponent",
    "people.reentry_share",
    "people.reentry_days_median",
    "task_force.arrests_per_officer_year",
    "task_force.added_share",
    "jail_287g.authorised_share",
    "beds.funded",
    "beds.interior_share",
    "custody.administrative_share",
    "custody.bond_share",
    "custody.counsel_detained_share",
    "custody.stipulated_share",
)


def values_of(parameter: Parameter) -> st.SearchStrategy[float]:
    """Return a strategy for the values a parameter may take."""
    if parameter.integer:
        return st.integers(int(parameter.low), int(parameter.high))
    return st.floats(parameter.low, parameter.high, allow_nan=False)


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    """Make up a scenario: one to three small counties, one to three months, a dozen parameters and some changes."""
    register = load_register()
    counties = draw(st.lists(st.sampled_from(SOME_COUNTIES), min_size=1, max_size=3, unique=True))
    start = draw(st.dates(FIRST_DAY, LAST_DAY))
    days = draw(st.integers(25, 90))
    addresses = draw(st.lists(st.sampled_from(SCALARS), min_size=6, max_size=9, unique=True))
    addresses += draw(st.lists(st.sampled_from(ADDRESSES), min_size=2, max_size=4, unique=True))
    addresses += draw(st.lists(st.sampled_from(OFTEN), max_size=8, unique=True))
    more = dict(MANY_NONCITIZENS)
    more |= {address: draw(values_of(register[address])) for address in addresses}
    for number in range(draw(st.integers(0, 3))):
        decision = draw(st.sampled_from(sorted(RULES)))
        where = draw(st.sampled_from(["nation", {"counties": [counties[0]]}, {"states": ["CA", "GA", "MD"]}]))
        change = {"decision": decision, "rule": draw(st.sampled_from(RULES[decision])), "where": where}
        begins = draw(st.none() | st.integers(-30, days))
        if begins is not None:
            change["from"] = (start + timedelta(days=begins)).isoformat()
        lasts = draw(st.none() | st.integers(1, days))
        if lasts is not None:
            change["until"] = (start + timedelta(days=(begins or 0) + lasts)).isoformat()
        more[f"changes.made-up-{number}"] = change
    more["thin"] = draw(st.integers(2, 8))
    more["seed"] = draw(st.integers(0, 2**62 - 1))
    end = start + timedelta(days=days)
    return small(counties, start.isoformat(), end.isoformat(), more, warm=draw(st.integers(0, 60)))


@settings(max_examples=40, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(scenarios())
def test_made_up_scenarios_agree(scenario: Scenario) -> None:
    """Whatever a scenario sets within the register's ranges, both programs give the same tables."""
    assert compare(scenario) == []


# ---- the comparison itself -------------------------------------------------------------------------------------------


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
        self.hold_hours += 1


class OtherDraws(TwinModel):
    """A twin with other luck."""

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


def test_the_twins_books_balance() -> None:
    """At the end of a run jails and field offices count as many people as there are."""
    model = TwinModel(BUSY).run()
    people = model.agents_by_type[Arrestee]
    for jail in model.jails:
        here = [person for person in people if person.jail is jail and person.stage in (Stage.JAIL, Stage.HELD)]
        assert jail.inmates == len(here)
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

"""Nobody is lost and nobody is counted twice: balances that hold at the end of every day, whatever a scenario says.

The scenarios are made by Hypothesis over the register's ranges, dates and places. Runs start cold (no warm days), so
that everyone who is anywhere was booked in the run or belongs to the stock of prisoners, every event is still in its
tables, and whatever is remembered of anybody was learned in the run.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.process.watching import (
    away_at,
    events_so_far,
    facts_of,
    live_rows,
    of_the_stock,
    people_behind,
    remembered,
    used_rows,
)

from enforcement_sim.codes import EVENTS, HOUR_KINDS, PROGRAMMES
from enforcement_sim.law.rules import load_rulebook
from enforcement_sim.model import EnforcementModel
from enforcement_sim.parameters.register import load_register
from enforcement_sim.process.counts import EVENT_BITS, PLACE_BITS, PROFILE_BITS, PROGRAMME_BITS
from enforcement_sim.process.engine import Engine
from enforcement_sim.process.person import ARRESTEE, Bit, Stage
from enforcement_sim.process.person_state import FULLEST, StateFlag
from enforcement_sim.scenarios.load import load_scenario
from enforcement_sim.scenarios.schema import Scenario

COUNTIES = ("24021", "13313", "06113", "10001", "25003", "12021", "06025", "41047", "51683")
"""Frederick, Whitfield, Yolo, Kent, Berkshire, Collier, Imperial, Marion, Manassas: with and without 287(g) in the jail
and task forces, small to middling."""

MANY_NONCITIZENS = {f"status.arrest_ratio.{status}": 2.5 for status in ("entered_without_inspection", "overstay")} | {
    "status.arrest_ratio.us_born": 0.1,
    "screening.mistake_share": 0.05,
}
WITHOUT_HOLD = ("picked_up_at_release", "arrested_at_large")
OUTCOMES = ("removed", "returned", "relief", "discretion_release", "terminated")


def short_run(counties: list[str], start: date, days: int, more: dict[str, Any]) -> Scenario:
    """Return the baseline cut down to some counties and days, with further settings by address."""
    cut = {
        "scope": {"counties": counties},
        "simulate": "alone",
        "period.start": start.isoformat(),
        "period.end": (start + timedelta(days=days - 1)).isoformat(),
        "start.warm_days": 0,
    }
    return load_scenario("baseline").with_(ensemble=0).with_(**cut, **MANY_NONCITIZENS, **more)


VARIED = (
    "background.visits_a_day",
    "beds.funded",
    "beds.interior_share",
    "case.lockup_share",
    "case.longest_release_days",
    "case.prison_days_median",
    "case.conviction_share_felony",
    "custody.administrative_share",
    "custody.bond_share",
    "custody.counsel_detained_share",
    "custody.counsel_early_share",
    "custody.detained_share",
    "custody.docket_days_median",
    "custody.short_days_median",
    "custody.stipulated_share",
    "detainer.bail_denied_share",
    "detainer.hold_hours",
    "detainer.lifted_share",
    "hold.counts_weekends",
    "hold.past_limit_share",
    "institutions.beds_response",
    "institutions.county_effort_response",
    "institutions.office_effort_logit",
    "jail_287g.authorised_share",
    "jail_287g.interviews_per_officer_day",
    "people.frailty_exponent",
    "people.frailty_offset",
    "people.pool_ratio",
    "people.reentry_days_median",
    "people.reentry_share",
    "pickup.crew_capacity",
    "pickup.delay_hours_median",
    "pickup.notice_share",
    "refusal.at_large_days_median",
    "refusal.at_large_share.other",
    "refusal.at_large_share.priority",
    "refusal.noncompliance_share.other",
    "refusal.notice_share.other",
    "refusal.notice_share.priority",
    "refusal.unsent_share",
    "response.crime",
    "response.reporting",
    "response.traffic_arrests",
    "screening.triage_on_weekends",
    "start.prison_stock",
    "task_force.added_share",
    "task_force.arrests_per_officer_year",
    "task_force.charge_share",
)


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    """Make a scenario: some counties, six to eight weeks, parameters anywhere in their ranges, one or two changes."""
    counties = draw(st.lists(st.sampled_from(COUNTIES), min_size=1, max_size=3, unique=True))
    start = date(2008, 10, 1) + timedelta(days=draw(st.integers(0, 2_100)))
    more: dict[str, Any] = {}
    for address in draw(st.lists(st.sampled_from(VARIED), max_size=10, unique=True)):
        parameter = load_register()[address]
        low, high = parameter.low, parameter.high
        more[address] = draw(st.integers(int(low), int(high)) if parameter.integer else st.floats(low, high))
    choices = {
        decision: load_rulebook().of_decision(decision) for decision in ("detainer", "honour", "screen", "discretion")
    }
    choices |= {"sharing": ("shared", "not-shared"), "screening_point": ("post-case",), "agreement": ("ended",)}
    choices |= {"task_force": ("ended", "continued"), "agreement_budget": ("cut",)}
    choices |= {"citation": ("cited",), "oversight": ("monitored",)}
    for number in range(draw(st.integers(0, 2))):
        decision = draw(st.sampled_from(sorted(choices)))
        more[f"changes.change-{number}"] = {
            "decision": decision,
            "rule": draw(st.sampled_from(choices[decision])),
            "where": "nation",
            "from": (start + timedelta(days=draw(st.integers(0, 30)))).isoformat(),
        }
    more["thin"] = draw(st.integers(1, 3))
    more["seed"] = draw(st.integers(0, 2**40))
    return short_run(counties, start, draw(st.integers(40, 60)), more)


# ---- reading the ledger while it is being written --------------------------------------------------------------------


def profiled_so_far(engine: Engine) -> np.ndarray:
    """Events counted with a profile, that is, of people who were stored; shape (places, events)."""
    cells = engine.ledger.place_cells()
    total = np.zeros(engine.ledger.events.shape[:2], np.int64)
    np.add.at(total, (cells["place"].astype(int), cells["event"].astype(int)), cells["count"])
    codes = engine.ledger.log[1 : int(engine.ledger.log[0]) + 1].astype(np.int64)
    event = (codes >> (PROFILE_BITS + PROGRAMME_BITS)) & ((1 << EVENT_BITS) - 1)
    np.add.at(total, (codes >> (PROFILE_BITS + PROGRAMME_BITS + EVENT_BITS), event), 1)
    return total


class Today:
    """The state of a run at the end of a day, by place.

    ``before`` is what was remembered when the day began, ``met`` every stored booking so far of people who can be
    remembered, by its key, ``stock`` the prisoners of the stock as they were on the first evening.
    """

    def __init__(self, engine: Engine, before: np.ndarray, met: dict[int, int], stock: np.ndarray) -> None:
        self.engine = engine
        self.places = engine.places.size
        self.people = live_rows(engine)
        self.by_programme = events_so_far(engine)
        self.with_profile = profiled_so_far(engine)
        self.before = before
        self.stock = stock
        self.prison = engine.places["is_prison"] != 0
        self.states = remembered(engine)
        rows = used_rows(engine)
        persons = people_behind(engine, rows)
        known = persons != 0
        met |= dict(zip(rows["key"][known].tolist(), persons[known].tolist(), strict=True))
        self.met = met
        today = known & (rows["booked"] >= (engine.day - 1) * 24)
        self.booked_today, self.persons_booked_today = rows[today], persons[today]

    def count(self, *events: str) -> np.ndarray:
        """Events of all programmes."""
        return np.asarray(sum(self.by_programme[:, EVENTS.index(event)].sum(axis=1) for event in events))

    def stored(self, event: str) -> np.ndarray:
        """Events of people who were stored."""
        return np.asarray(self.with_profile[:, EVENTS.index(event)])

    def now(self, *stages: Stage, detainer: bool = False) -> np.ndarray:
        """People now at some stages; with ``detainer`` only those who have one."""
        chosen = np.isin(self.people["stage"], stages)
        if detainer:
            chosen &= (self.people["bits"] & Bit.DETAINER) != 0
        return np.bincount(self.people["place"][chosen], minlength=self.places)

    def in_the_stock(self, detainer: bool = False) -> np.ndarray:
        """People whom the run found in each prison; with ``detainer`` only those who had one."""
        chosen = np.ones(self.stock.size, bool) if not detainer else (self.stock["bits"] & Bit.DETAINER) != 0
        return np.bincount(self.stock["place"][chosen], minlength=self.places)

    def of_state(self, by_county: np.ndarray) -> np.ndarray:
        """Numbers of counties, added up at the prison of their state; 0 at the counties themselves."""
        counties = np.flatnonzero(~self.prison)
        return np.bincount(
            self.engine.places["prison"][counties], weights=by_county[counties], minlength=self.places
        ).astype(np.int64)


def check_jails(today: Today) -> None:
    """The number on the jail's door is the number inside."""
    inmates = today.engine.places["inmates"]
    assert (inmates >= 0).all()
    assert (inmates == today.engine.inmates_recounted()).all()


def check_everyone_is_in_one_place(today: Today) -> None:
    """Booked = in jail + in custody + on the docket + gone to prison + gone by exactly one door; and likewise in prisons.

    Whom ICE meets at the door or finds at large came back from those who were gone by the jail's door.
    Into a state's prison come those of its counties whom a programme can touch, and the stock. Nobody is booked there.
    """
    inmates, prison = today.engine.places["inmates"], today.prison
    gone = today.count("released", "detainer_lifted", "detainer_declined", "detainer_lapsed", *OUTCOMES)
    after = today.now(Stage.CUSTODY, Stage.DOCKET)
    came = today.count("booked", *WITHOUT_HOLD) - today.count("prison")
    assert (came == inmates + after + gone)[~prison].all()
    came = today.of_state(today.stored("prison")) + today.in_the_stock()
    assert (came == inmates + after + gone)[prison].all()
    assert (today.now(Stage.PRISON) == np.where(prison, inmates, 0)).all()
    assert not today.now(Stage.JAIL, Stage.HELD, Stage.AT_LARGE)[prison].any()
    assert not today.count("booked", "suppressed", "held", "prison", "detainer_moved")[prison].any()


def check_funnel(today: Today) -> None:
    """Counts along the way add up, with those who are still on the way."""
    count, now = today.count, today.now
    assert (count("submitted") <= count("printed")).all()
    assert (count("printed") <= count("booked")).all()
    assert (count("matched") + count("missed_in_time") <= count("submitted") + count("matched")).all()
    assert (count("missed_in_time") <= count("matched")).all()
    on_the_way = now(Stage.JAIL, Stage.HELD, Stage.PRISON, detainer=True)
    without_hold = count(*WITHOUT_HOLD)
    ended = count("detainer_lifted", "detainer_declined", "detainer_lapsed", "ice_custody") - without_hold
    moved = today.of_state(count("detainer_moved")) - count("detainer_moved")
    assert (count("detainer_issued") + moved + today.in_the_stock(detainer=True) == ended + on_the_way).all()
    assert (count("ice_custody") == count(*OUTCOMES) + now(Stage.CUSTODY, Stage.DOCKET)).all()
    assert (count("detainer_moved") <= today.stored("prison")).all()
    assert (count("overdetained") <= count("held")).all()
    held_and_gone = count("held") - now(Stage.HELD)
    assert (held_and_gone == count("detainer_lapsed", "ice_custody") - without_hold)[~today.prison].all()
    assert (without_hold + now(Stage.AT_LARGE) <= count("detainer_declined", "detainer_not_sent")).all()
    assert (count("detainer_not_sent") <= count("identified"))[~today.prison].all()
    assert (count("rearrested") <= count("detainer_lifted", "detainer_declined", "detainer_lapsed")).all()
    # Each programme issues detainers only to people whom it identified, and each person is identified once: in the jail,
    # or on the way into the state's prison.
    by_programme = today.by_programme
    issued, identified = by_programme[:, EVENTS.index("detainer_issued")], by_programme[:, EVENTS.index("identified")]
    assert (issued <= identified)[~today.prison].all()
    for state in np.unique(today.engine.places["state"]):
        in_state = today.engine.places["state"] == state
        assert (issued[in_state].sum(axis=0) <= identified[in_state].sum(axis=0)).all()
    for event in ("identified", "detainer_issued", "declined_by_ice", "also_found", "detainer_not_sent"):
        assert (by_programme[:, EVENTS.index(event), PROGRAMMES.index("none")] == 0).all()
    # An answer to a match comes to someone without a detainer, to someone with one, or too late.
    also_found = by_programme[:, EVENTS.index("also_found")]
    assert (also_found[:, PROGRAMMES.index("task_force")] == 0).all()  # it finds its people at the door, first of all
    # Whoever an officer finds, for the first time or again, was interviewed.
    officer = PROGRAMMES.index("jail_287g")
    assert (also_found[:, officer] + identified[:, officer] <= count("interviewed")).all()
    answered = also_found[:, PROGRAMMES.index("secure_communities")] + count("missed_in_time")
    assert (answered <= count("matched")).all()
    field_arrests = by_programme[:, EVENTS.index("field_arrest")]
    assert (field_arrests[:, PROGRAMMES.index("task_force")] == field_arrests.sum(axis=1)).all()


def check_routes(today: Today) -> None:
    """Everyone in custody took one route: let go, an old order, an order without a judge, a return, or a charge."""
    count, now = today.count, today.now
    summary = count("reinstated", "administrative")
    without_charge = count("ice_custody") - count("charged") - summary
    assert (without_charge >= 0).all()
    assert (count("discretion_release", "returned") <= without_charge).all()
    ordered = summary + count("stipulated")
    assert (ordered - now(Stage.CUSTODY) <= count("removed")).all()
    assert (count("removed") <= summary + count("charged")).all()
    for part in ("bonded", "represented", "stipulated", "relief"):
        assert (count(part) <= count("charged")).all()
    assert (count("stipulated", "represented") <= count("charged")).all()  # nobody with counsel stipulates
    assert (count("stipulated", "bonded") <= count("charged")).all()  # nor does anybody who is bonded out
    assert (now(Stage.DOCKET) <= count("charged")).all()


def check_offices(today: Today) -> None:
    """Every office's beds hold the people in its custody, and nobody is fetched from a jail into a bed that is taken."""
    engine, people = today.engine, today.people
    office_of = engine.places["office"][people["place"]]
    in_custody = people["stage"] == Stage.CUSTODY
    offices = engine.offices.size
    assert (engine.offices["in_custody"] == np.bincount(office_of[in_custody], minlength=offices)).all()
    assert (engine.offices["pickups_left"] >= 0).all()
    assert (engine.places["interviews_left"] >= 0).all()
    assert (engine.offices["visits_left"] >= 0).all()
    arrived = in_custody & (people["since"] >= (engine.day - 1) * 24)
    from_prison = (people["bits"] & Bit.TO_PRISON) != 0
    fetched = np.bincount(office_of[arrived & ~from_prison], minlength=offices)
    released = np.bincount(office_of[arrived & from_prison], minlength=offices)
    crowded = engine.offices["in_custody"] > engine.offices["beds_today"] + released
    assert (fetched[crowded] == 0).all()


def check_states(today: Today) -> None:
    """What is remembered is of people whom the run met, fits where they are, and kept the away from being booked."""
    engine, states = today.engine, today.states
    assert states.size == int(engine.world().n_states[0]) <= FULLEST * engine.states.size
    assert np.unique(states["key"]).size == states.size
    bookings_of: dict[int, int] = {}
    for person in today.met.values():
        bookings_of[person] = bookings_of.get(person, 0) + 1
    assert set(states["key"].tolist()) <= bookings_of.keys()
    # Nobody is in a jail by a booking made while away: bookings of a day see what its morning knew.
    assert not away_at(facts_of(today.before, today.persons_booked_today), today.booked_today["booked"]).any()
    # Whoever is in prison or in ICE custody is inside, once for each booking that is, and nobody else is.
    persons = people_behind(engine, today.people)
    stages = today.people["stage"]
    inside = np.isin(stages, (Stage.PRISON, Stage.CUSTODY)) & (persons != 0)
    people_inside, bookings_inside = np.unique(persons[inside], return_counts=True)
    counted = states["flags"] // StateFlag.INSIDE
    assert np.array_equal(states["key"][counted > 0], people_inside)
    assert np.array_equal(counted[counted > 0], bookings_inside)
    # Whoever ICE has is enrolled; of people in jail who were booked only once nothing is known.
    facts = facts_of(states, persons)
    with_ice = np.isin(stages, (Stage.CUSTODY, Stage.DOCKET)) & (persons != 0)
    assert ((facts["flags"][with_ice] & StateFlag.ENROLLED) != 0).all()
    in_jail = np.isin(stages, (Stage.JAIL, Stage.HELD)) & (persons != 0)
    once = np.array([bookings_of.get(person, 0) == 1 for person in persons.tolist()], bool)
    assert not facts["key"][in_jail & once].any()
    # Only people who were removed are gone; nothing but having been let go is forgotten, and nobody is gone for less long.
    assert np.array_equal(states["until"] > 0, (states["flags"] & StateFlag.REMOVED) != 0)
    since = facts_of(states, today.before["key"])
    assert (since["until"] >= today.before["until"]).all()
    lasting = StateFlag.ENROLLED | StateFlag.REMOVED
    assert (today.before["flags"] & ~since["flags"] & lasting == 0).all()
    # Facts are learned by events, and only by them.
    learned = (StateFlag.ENROLLED, StateFlag.REMOVED, StateFlag.LET_GO)
    flagged = {flag: int(((states["flags"] & flag) != 0).sum()) for flag in learned}
    assert flagged[StateFlag.REMOVED] <= today.count("removed", "returned").sum()
    assert flagged[StateFlag.ENROLLED] <= today.count("ice_custody").sum()
    let_go = today.count("detainer_lifted", "detainer_declined", "detainer_lapsed").sum()
    assert flagged[StateFlag.LET_GO] + today.count("rearrested").sum() <= let_go
    if not today.count("removed", "returned", "prison", "ice_custody").any():
        assert not today.count("suppressed").any()


def check_records(today: Today) -> None:
    """Everyone's next hour lies ahead, keys differ, and a row is either a person or free, once."""
    engine, people = today.engine, today.people
    midnight = engine.day * 24
    assert (people["due"] >= midnight).all()
    assert np.unique(people["key"]).size == people.size
    assert (people["until"] >= midnight).all()
    world = engine.world()
    free = world.free[: int(world.n_free[0])]
    assert np.array_equal(np.sort(free), np.flatnonzero(engine.people["stage"] == Stage.NOWHERE))


def check_calendar(today: Today) -> None:
    """Everyone stands in the calendar once, in the bucket of their hour."""
    engine = today.engine
    seen: list[int] = []
    blocks: list[int] = []
    calendar = engine.world().calendar
    for bucket in np.flatnonzero(calendar.first >= 0):
        number = int(calendar.first[bucket])
        while number >= 0:
            blocks.append(number)
            assert len(blocks) <= calendar.blocks.size, "a circle in the calendar"
            rows = calendar.blocks["rows"][number][: calendar.blocks["size"][number]]
            assert (engine.people["due"][rows] % calendar.first.size == bucket).all()
            seen += rows.tolist()
            number = int(calendar.blocks["next"][number])
    free = calendar.free[: int(calendar.n_free[0])].tolist()
    assert sorted(blocks + free) == list(range(calendar.blocks.size))
    assert sorted(seen) == np.flatnonzero(engine.people["stage"] != Stage.NOWHERE).tolist()


def days_of(scenario: Scenario) -> Iterator[Today]:
    """Run a scenario and look at it at the end of every day."""
    model = EnforcementModel(scenario)
    met: dict[int, int] = {}
    stock: np.ndarray | None = None
    while not model.engine.closed:
        before = remembered(model.engine)
        model.step()
        if stock is None:  # whoever left on the first day still fills a row that evening
            rows = used_rows(model.engine)
            stock = rows[of_the_stock(rows["key"])]
        yield Today(model.engine, before, met, stock)


@settings(max_examples=40, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(scenarios())
@pytest.mark.slow
def test_balances_hold_at_the_end_of_every_day(scenario: Scenario) -> None:
    """Jails, ways, routes, beds, states and records are whole on every evening of every made-up scenario.

    The calendar is looked at weekly.
    """
    for today in days_of(scenario):
        check_jails(today)
        check_everyone_is_in_one_place(today)
        check_funnel(today)
        check_routes(today)
        check_offices(today)
        check_states(today)
        check_records(today)
        if today.engine.day % 7 == 0:
            check_calendar(today)


BUSY = short_run(
    ["12021"],
    date(2011, 2, 1),
    270,
    {
        "pickup.crew_capacity": 0.02,
        "hold.past_limit_share": 0.3,
        "custody.docket_days_median": 200,
        "custody.case_days_median": 10,
        "custody.discretion_share": 0.6,
        "custody.stipulated_share": 0.5,
        "people.pool_ratio": 1.5,
        "task_force.arrests_per_officer_year": 30,
        "changes.declines": {"decision": "honour", "rule": "honour-trust", "where": "nation", "from": "2011-09-01"},
        "changes.lenient": {"decision": "discretion", "rule": "discretion-2011", "where": "nation"},
        "changes.cited": {"decision": "citation", "rule": "cited", "where": "nation", "from": "2011-08-01"},
        "response.crime": -0.05,
        "response.reporting": 0.1,
        "response.traffic_arrests": -0.2,
        "refusal.unsent_share": 0.3,
        "refusal.noncompliance_share.other": 0.2,
        "refusal.notice_share.priority": 0.6,
        "refusal.notice_share.other": 0.4,
        "refusal.at_large_share.priority": 0.6,
        "refusal.at_large_share.other": 0.4,
    },
)
"""A county with officers and too few crews, where every balance has something in each of its parts."""


@pytest.fixture(scope="module")
def last_day() -> Today:
    """Return the end of the busy run."""
    return list(days_of(BUSY))[-1]


def test_the_balances_are_about_something(last_day: Today) -> None:
    """In the busy run every event occurs, but for responses of the other sign, so that no balance holds over zeros."""
    missing = [event for event in EVENTS if not last_day.count(event).any()]
    assert missing == ["unreported", "caused", "newly_arrested"]
    assert last_day.in_the_stock(detainer=True).sum() > 5
    assert last_day.count("ice_custody", "detainer_lapsed")[last_day.prison].sum() > 5


def test_pending_is_everyone_still_on_the_way(last_day: Today) -> None:
    """When the books are closed, pending counts those with a detainer in jail, hold or prison, and whom ICE has or seeks."""
    with_ice = last_day.now(Stage.AT_LARGE, Stage.CUSTODY, Stage.DOCKET)
    waiting = last_day.now(Stage.JAIL, Stage.HELD, Stage.PRISON, detainer=True)
    assert (last_day.count("pending") == waiting + with_ice).all()
    assert last_day.now(Stage.AT_LARGE).any()


def test_one_verdict_a_detainer_and_rule(last_day: Today) -> None:
    """The rule that covers anyone has a verdict for every detainer, by programme; no rule has more; others have none."""
    ledger, rules = last_day.engine.ledger, last_day.engine.rules
    issued = last_day.by_programme[:, EVENTS.index("detainer_issued")].sum(axis=0)
    for number, rule in enumerate(rules):
        verdicts = ledger.verdicts[:, :, number].sum(axis=0)
        assert (verdicts <= issued).all()
        if rule.id == "detainer-2008-levels":
            assert (verdicts == issued).all()
        assert verdicts.any() == (rule.decision == "detainer"), rule.id


def test_profiles_are_counted_with_every_event_from_matched_on(last_day: Today) -> None:
    """Events with a profile are all events, but for people who left unseen and for counts made at booking."""
    for event in EVENTS:
        stored, all_of_them = last_day.stored(event), last_day.count(event)
        if EVENTS.index(event) < EVENTS.index("matched"):
            assert not stored.any()
        elif event in ("released", "prison"):
            assert (stored < all_of_them)[~last_day.prison].all()
            assert (stored == all_of_them)[last_day.prison].all()
        else:
            assert (stored == all_of_them).all(), event


def test_inmates_are_counted_on_every_evening() -> None:
    """Inmate-days of a month are the sum over its evenings of the people in jail, or in prison."""
    scenario = short_run(["24021", "10001"], date(2011, 1, 20), 30, {})
    by_month = np.zeros((2, 4), np.int64)  # two counties, and the prisons of their states
    for day, today in enumerate(days_of(scenario)):
        by_month[0 if day < 12 else 1] += today.engine.places["inmates"]
    assert (today.engine.ledger.population() == by_month).all()
    assert by_month.min() > 0


def test_hours_in_jail_match_the_evenings() -> None:
    """Person-hours in jail, or prison, over a day's hours are near the evening counts: both measure the same crowd."""
    scenario = short_run(["10001"], date(2010, 1, 1), 365, {})
    *_, today = days_of(scenario)
    in_jail = [HOUR_KINDS.index(kind) for kind in ("criminal_case", "induced", "statutory_hold", "past_limit")]
    hours = today.engine.ledger.place_hours.sum(axis=2) / 24
    evenings = today.engine.ledger.population().sum(axis=0)
    assert abs(hours[0, in_jail].sum() / evenings[0] - 1) < 0.01
    assert abs(hours[1, HOUR_KINDS.index("prison")] / evenings[1] - 1) < 0.01
    assert hours[0, HOUR_KINDS.index("prison")] == hours[1, in_jail].sum() == 0


def test_the_record_of_a_person_fits_its_numbers() -> None:
    """A record is one cache line of 64 bytes, and holds every bit, stage and county that there is."""
    assert ARRESTEE.itemsize == 64
    assert max(Bit) <= np.iinfo(ARRESTEE["bits"]).max
    assert sum(Bit) == 2 * max(Bit) - 1
    assert np.iinfo(ARRESTEE["place"]).max >= 3_142 + 51
    assert 1 << PLACE_BITS >= 3_142 + 51

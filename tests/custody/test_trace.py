"""Lives told again from the key alone are the lives that were recorded: every event of every person of small runs.

The tables of decisions and the story in ``custody.trace`` never ran the engine; if one share, rule, clock or order in them
were wrong, some life would come out differently. Whoever was not followed is told too, and must come to nothing.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from tests.twin.cases import CASES, COLLIER, FREDERICK, IMPERIAL, MANASSAS, MANY_NONCITIZENS, SCARCE, small

from enforcement_sim.custody.decisions import DECISIONS, Kind, Share
from enforcement_sim.custody.draws import (
    BOOKINGS,
    FIELD_ARRESTS,
    PRISONERS,
    RESPONSES,
    Purpose,
    booking_key,
    field_arrest_key,
    luck_of,
    response_key,
    uniform,
)
from enforcement_sim.custody.fates import fate_of
from enforcement_sim.custody.lives import Lives, key_parts
from enforcement_sim.custody.reasons import SERVED, Trace
from enforcement_sim.custody.teller import Teller
from enforcement_sim.custody.told_booking import person_of_key
from enforcement_sim.custody.trace import recorded_steps, trace_of
from enforcement_sim.model import EnforcementModel
from enforcement_sim.scenario.schema import Scenario
from enforcement_sim.vocabulary import EVENTS

TOLD = (
    "a state prison agreement ends",
    "the TRUST Act",
    "a hold of 96 hours over holidays",
    "prisons with officers",
    "rules and changes for prisons",
    "prisoners of earlier years leave soon, at once counted",
    "the budget for officers is cut",
    "an agreement ends while people wait",
)
BUSY = small(
    [COLLIER, MANASSAS],
    "2010-02-01",
    "2010-02-21",
    MANY_NONCITIZENS
    | SCARCE
    | {
        "pickup.crew_capacity": 0.05,
        "beds.funded": 20000,
        "beds.interior_share": 0.2,
        "detainer.bail_denied_share": 0.6,
        "hold.past_limit_share": 0.3,
        "people.pool_ratio": 1.5,
        "people.frailty_exponent": 4.0,
        "task_force.arrests_per_officer_year": 60,
        "thin": 4,
    },
    warm=40,
)
"""Crews, beds, officers and visits are scarce, bail is lost, and the same people come again."""
RESPONDING = small(
    [IMPERIAL],
    "2013-02-01",
    "2013-02-10",
    MANY_NONCITIZENS
    | {
        "response.crime": -0.05,
        "response.reporting": 0.1,
        "response.traffic_arrests": 0.2,
        "changes.cites": {"decision": "citation", "rule": "cited", "where": "nation"},
        "thin": 2,
    },
    warm=5,
)


@cache
def lives_of(scenario: str) -> Lives:
    named: dict[str, Scenario] = {"busy": BUSY, "responding": RESPONDING}
    model = EnforcementModel(named.get(scenario) or CASES[scenario], lives=True)
    while not model.engine.closed:
        model.step()
    return Lives(model.engine, model.journal)


def told_steps(trace: Trace) -> tuple[tuple[int, str, str, int, bool], ...]:
    return tuple((step.hour, step.event, step.programme, step.place, step.convicted) for step in trace.steps)


def comparable(steps: tuple[tuple[int, str, str, int, bool], ...]) -> tuple[tuple[object, ...], ...]:
    """Leave out whether a conviction had been noted by the end of the period: a visit held in vain, which leaves no
    trace, notes it."""
    return tuple(step[:4] if step[1] == "pending" else step for step in steps)


@pytest.mark.parametrize("scenario", [*TOLD, "busy", "responding"])
def test_every_recorded_life_is_explained(scenario: str) -> None:
    lives = lives_of(scenario)
    assert len(lives) > 100
    for key in lives.keys.tolist():
        assert comparable(told_steps(trace_of(lives, key))) == comparable(recorded_steps(lives, key)), hex(key)


def test_whoever_was_not_followed_is_told_to_come_to_nothing() -> None:
    """Every booking of a fortnight, followed or not: as many as were counted, and followed exactly if recorded."""
    lives = lives_of("responding")
    clock, ledger = lives.clock, lives.engine.ledger
    makers = {BOOKINGS: booking_key, FIELD_ARRESTS: field_arrest_key, RESPONSES: response_key}
    counted: Counter[str] = Counter()
    fips = int(IMPERIAL)
    for day in range(clock.first_counted_day, clock.days):
        for series, maker in makers.items():
            for number in range(10_000):
                trace = trace_of(lives, int(maker(fips, clock.day_number(day), number)))
                first = trace.steps[0] if trace.steps else None
                if first is not None and first.event == "not_drawn" and first.reasons[-1].decision != "added":
                    break
                if not kept(lives, trace):
                    assert trace.key not in lives
                    continue
                if trace.facts is None:
                    assert trace.key not in lives
                    counted[trace.events[0]] += series != RESPONSES
                    continue
                counted["booked"] += 1
                in_time = [step for step in trace.steps if step.hour < clock.hours]
                assert (trace.key in lives) == bool(trace.facts.followed and (in_time or "pending" in trace.events))
    cells = ledger.event_cells()
    for event in ("booked", "suppressed", "cited", "averted"):
        assert counted[event] == cells["count"][cells["event"] == EVENTS.index(event)].sum(), event
    assert counted["cited"] > 10 and counted["averted"] > 3


def kept(lives: Lives, trace: Trace) -> bool:
    """Whether thinning keeps the person behind a booking."""
    parts = key_parts(trace.key)
    person = person_of_key(Teller(lives, trace.key, lives.row_of_fips[parts.fips]), parts)
    return float(uniform(np.uint64(luck_of(lives.seed, np.uint64(person))), int(Purpose.THIN))) < 1 / lives.engine.thin


def test_what_was_waited_for_had_run_out_and_what_was_met_had_not() -> None:
    lives = lives_of("busy")
    seen: Counter[str] = Counter()
    for key in lives.keys.tolist():
        for reason in trace_of(lives, key).reasons():
            for hour, result in reason.tries:
                seen[result] += 1
                row = lives.row_of_fips[key_parts(key).fips]
                if reason.decision == "crew":
                    made, able = lives.crews(int(lives.journal.place_on(hour // 24, row)["office"]), hour)
                    assert (made >= able) if result == "crew" else (made <= able)
                elif reason.decision == "officer":
                    held, able = lives.interviews(row, hour)
                    assert (held >= able) if result == "officer" else (0 < held <= able)
                elif result == SERVED and reason.decision == "visit":
                    assert lives.journal.office_on(hour // 24, int(lives.engine.places["office"][row]))["visits"] > 0
    assert min(seen[result] for result in ("crew", "bed", "officer", "visit", SERVED)) > 0


@pytest.mark.parametrize(
    ("decision", "spoilt"),
    [
        ("detainer", {"covered": Share("place", "issue_not_covered"), "not covered": Share("place", "issue_covered")}),
        ("lifted", {"citizen": Share("register", "detainer.lifted_share_citizen"), "noncitizen": Share("place", "wanted_other")}),
        ("in_ident", {"": Share("status", "removable")}),
        ("kept", {"": Share("register", "detainer.lifted_share")}),
        ("return", {"": Share("register", "custody.relief_share")}),
    ],
)  # fmt: skip
def test_a_wrong_share_in_the_table_is_found_out(
    decision: str, spoilt: dict[str, Share], monkeypatch: pytest.MonkeyPatch
) -> None:
    lives = lives_of("busy")
    monkeypatch.setitem(DECISIONS, decision, replace(DECISIONS[decision], shares=spoilt))
    wrong = sum(
        comparable(told_steps(trace_of(lives, key))) != comparable(recorded_steps(lives, key))
        for key in lives.keys.tolist()
    )
    assert wrong > 0


def test_a_detainer_follows_exactly_if_the_draw_is_below_the_share_of_the_rules_verdict() -> None:
    lives = lives_of("the TRUST Act")
    asked = 0
    for key in lives.keys.tolist():
        trace = trace_of(lives, key)
        if "prison" in trace.events or key_parts(key).series == PRISONERS:  # there the prison's office decides
            continue
        sought = [reason for reason in trace.reasons() if reason.decision == "detainer"]
        for reason in sought:
            place = lives.journal.place_on(reason.hour // 24, lives.row_of_fips[key_parts(key).fips])
            field = "issue_covered" if reason.covers else "issue_not_covered"
            assert reason.rule is lives.rules[int(place["detainer_rule"])]
            assert reason.below == place[field] and reason.drawn is not None
            asked += 1
        issued = any(
            reason.drawn < reason.below for reason in sought if reason.drawn is not None and reason.below is not None
        )
        authorised = all(reason.yes for reason in trace.reasons() if reason.decision == "authorised")
        assert ("detainer_issued" in trace.events) == (issued and authorised)
    assert asked > 50


def test_a_rule_of_its_day_is_named_with_its_citation() -> None:
    """Before 2014 California's jails honoured every detainer; from 1 January 2014 the TRUST Act was asked."""
    lives = lives_of("the TRUST Act")
    by_year: dict[int, set[str]] = {2013: set(), 2014: set()}
    for key in lives.keys.tolist():
        trace = trace_of(lives, key)
        for reason in trace.reasons():
            if reason.decision == "honoured" and reason.rule is not None:
                assert reason.rule.citation
                by_year[trace.when(reason.hour).year].add(reason.rule.id)
    assert by_year == {2013: {"honour-all"}, 2014: {"honour-trust"}}


def test_the_hold_clock_skips_what_does_not_count() -> None:
    lives = lives_of("a hold of 96 hours over holidays")
    clocks = [
        reason for key in lives.keys.tolist() for reason in trace_of(lives, key).reasons() if reason.decision == "hold_clock"
    ]  # fmt: skip
    assert len(clocks) > 20
    for reason in clocks:
        assert reason.since is not None and reason.until is not None
        days = lives.clock.hold_counted
        if reason.until < lives.clock.hours:
            assert days[reason.until] - days[reason.since] == reason.hours == 96
    assert max(reason.until - reason.since for reason in clocks if reason.until and reason.since) > 96 + 48


def test_decisions_name_fields_and_addresses_that_exist() -> None:
    lives = lives_of("the TRUST Act")
    records = {"place": lives.engine.places, "status": lives.statuses, "offence": lives.offences}
    for name, decision in DECISIONS.items():
        for share in decision.shares.values():
            if share.source in records:
                assert share.name in (records[share.source].dtype.names or ()), name
            elif share.source == "register":
                assert share.name in lives.values, name
            for more in (share.times, share.less_if_overseen, share.times_odds, share.over_odds):
                assert not more or more in lives.values, name
        for field in (decision.rule, decision.setting):
            assert not field or field in (lives.engine.places.dtype.names or ()), name
        assert (decision.kind in (Kind.RULE, Kind.FOLLOWED)) == bool(decision.rule), name


def test_fates() -> None:
    assert fate_of(("suppressed",)) == "not_booked"
    assert fate_of(("interviewed", "identified", "released")) == "found_no_detainer"
    assert (
        fate_of(("matched", "identified", "detainer_issued", "prison", "detainer_moved", "pending")) == "pending_prison"
    )
    moved_on = ("identified", "detainer_issued", "prison", "detainer_moved", "ice_custody", "pending")
    assert fate_of(moved_on) == "pending"
    assert fate_of(()) == "never_found"


def test_no_life_of_frederick_without_officers_is_interviewed() -> None:
    """A setting of the day is what is read, not one of another day: the agreement ended on 11 March."""
    lives = lives_of("an agreement ends while people wait")
    ended = (11 - 1) * 24 + lives.clock.first_counted_hour
    on_site = [
        (reason.hour >= ended, reason.below)
        for key in lives.keys.tolist()
        if key_parts(key).fips == int(FREDERICK)
        for reason in trace_of(lives, key).reasons()
        if reason.decision == "officer_on_site"
    ]
    assert {below for after, below in on_site if after} == {0.0}
    assert {below for after, below in on_site if not after} - {0.0}

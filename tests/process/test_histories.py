"""What is recorded is what happened: decisions by their draws and thresholds, events as the ledger counts them.

Draws are drawn again from keys, and thresholds are read where the table of decisions says that they stand; if the table
named another share, rule or draw than the engine used, some row would disagree.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import NamedTuple

import numpy as np
import pytest
from tests.process.watching import draw_all, person_keys
from tests.twin.cases import CASES, COLLIER, FREDERICK, IMPERIAL, KENT, MANASSAS, MANY_NONCITIZENS, SCARCE, small

from enforcement_sim.codes import EVENTS, LISTS, OFFENCES, PROGRAMMES, STATUSES
from enforcement_sim.errors import InputError
from enforcement_sim.model import EnforcementModel
from enforcement_sim.process.decisions import CAUSES, Decision, Kind
from enforcement_sim.process.histories import MET, Records, key_parts, outcome_of
from enforcement_sim.process.recorder import Recorder, Row
from enforcement_sim.process.rng import FIELD_ARRESTS, PRISONERS
from enforcement_sim.process.tables import offence_table, status_table
from enforcement_sim.scenarios.schema import Scenario

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
NAMED = {"busy": BUSY, "responding": RESPONDING}
READ_IN_FULL = (
    "busy",
    "responding",
    "a state prison agreement ends",
    "the TRUST Act",
    "prisons with officers",
    "rules and changes for prisons",
    "the budget for officers is cut",
    "counsel comes early",
    "responses of both signs among task forces",
)
ADJUSTED = (
    Decision.MISTAKE, Decision.KEPT_PAST_LIMIT, Decision.COUNSEL_EARLY, Decision.BOND, Decision.CASE_OUTCOME,
    Decision.CRIME, Decision.REPORTED, Decision.ARRESTED, Decision.VISITED, Decision.EARLY_GATE, Decision.EFFORT,
)  # fmt: skip
"""Thresholds that are worked out from the share that the table names."""


OF_A_PERSON = (Decision.IN_IDENT, Decision.REMOVED_EARLIER)
"""Decisions whose draw is of the person's key."""


class Watched(NamedTuple):
    """A finished run that recorded everything, and every place's row after each of its days."""

    model: EnforcementModel
    records: Records
    places: list[np.ndarray]


@cache
def watched(name: str) -> Watched:
    scenario: Scenario = NAMED.get(name) or CASES[name]
    model = EnforcementModel(scenario, record=True)
    places = []
    while not model.engine.closed:
        model.step()
        places.append(model.engine.places.copy())
    return Watched(model, Records(model.engine), places)


@pytest.mark.parametrize("name", [*CASES, *NAMED])
def test_events_are_those_of_the_ledger_and_draws_those_of_the_keys(name: str) -> None:
    scenario: Scenario = NAMED.get(name) or CASES[name]
    model = EnforcementModel(scenario, record=True)
    model.run()
    engine, records = model.engine, Records(model.engine)
    assert_events_counted(model, records)
    rows = records.rows[records.rows["kind"] == Row.DECISION]
    for decision in Decision:
        if decision.draw is None:
            continue
        mine = rows[rows["number"] == decision]
        keys = mine["key"]
        if decision in OF_A_PERSON:
            outside = np.isin(keys >> np.uint64(48), (FIELD_ARRESTS, PRISONERS))
            keys = np.where(outside, keys, person_keys(engine, keys, mine["place"]))
        assert (mine["draw"] == draw_all(engine.seed, np.ascontiguousarray(keys), int(decision.draw))).all(), decision
        if decision.shares:
            assert (mine["answer"] == (mine["draw"] < mine["threshold"])).all(), decision
    covered = [decision for decision in Decision if decision.kind == Kind.RULE]
    for row in rows[np.isin(rows["number"], covered)][:200]:
        assert engine.rules[row["rule"]].decision == Decision(int(row["number"])).reads[0].removesuffix("_rule")


def assert_events_counted(model: EnforcementModel, records: Records) -> None:
    """Of every event that is counted for a person, as many are recorded, at the same places and programmes."""
    engine, thin = model.engine, model.engine.thin
    cells = engine.ledger.event_cells()
    rows, clock = records.rows, engine.clock
    happened = np.isin(rows["kind"], (Row.EVENT, Row.OUTSIDE)) & (rows["hour"] >= clock.first_counted_hour)
    happened &= (rows["hour"] < clock.hours) | (rows["number"] == EVENTS.index("pending"))
    shape = (engine.places.size, len(EVENTS), len(PROGRAMMES))
    recorded, counted = np.zeros(shape, int), np.zeros(shape, int)
    np.add.at(recorded, tuple(rows[name][happened].astype(int) for name in ("place", "number", "programme")), 1)
    np.add.at(counted, tuple(cells[name].astype(int) for name in ("place", "event", "programme")), cells["count"])
    # Of prints that are taken again, the table counts each, and a person's history one.
    again = any(engine.values[f"booking.prints_per_booking.{state}"] > 1.0 for state in LISTS["counted_state"])
    not_of_a_person = ["booked", "printed", "submitted", "rearrested", "caused", "newly_reported", "newly_arrested"]
    not_of_a_person += ["matched"] * again
    others = [EVENTS.index(name) for name in not_of_a_person]
    counted_bookings = counted[:, EVENTS.index("booked")].sum()
    recorded[:, others] = counted[:, others] = 0
    assert (recorded == counted).all()
    booked = (rows["kind"] == Row.BOOKING) & (rows["hour"] >= clock.first_counted_hour)
    booked &= rows["key"] >> np.uint64(48) != PRISONERS
    assert booked.sum() == counted_bookings
    assert thin >= 1


@pytest.mark.parametrize("name", READ_IN_FULL)
@pytest.mark.slow
def test_thresholds_stand_where_the_table_says(name: str) -> None:
    model, records, places = watched(name)
    values = model.engine.values
    tables = {"status": (status_table(values), STATUSES), "offence": (offence_table(values), OFFENCES)}
    read = 0
    for key in records.keys.tolist():
        history = records.history(key)
        assert history.booking is not None
        for step in (*history.steps, None):
            for one in history.afterwards if step is None else step.decisions:
                if one.threshold is None or one.decision in ADJUSTED:
                    continue
                where, _, field = one.source.partition(": ")
                if where == "place":
                    of_day = places[max(0, one.hour) // 24][field]
                    assert one.threshold in of_day, (one, of_day)
                elif field:
                    table, names = tables[where]
                    named = getattr(history.booking, where)
                    assert one.threshold == table[field][names.index(named)], one
                else:
                    assert one.threshold == values[one.source], one
                read += 1
    assert read > 1000


def test_thresholds_that_are_worked_out() -> None:
    for name in ("responding", "counsel comes early", "officers are monitored"):
        model, records, _ = watched(name)
        values = model.engine.values
        early_odds, odds = values["custody.counsel_bond_odds_ratio"], values["custody.counsel_odds_ratio"]
        rows = records.rows[records.rows["kind"] == Row.DECISION]

        def of(decision: Decision, rows: np.ndarray = rows) -> set[float]:
            return {round(float(threshold), 12) for threshold in rows["threshold"][rows["number"] == decision]}

        def with_odds(share: float, ratio: float) -> float:
            return ratio * share / (ratio * share + 1.0 - share)

        bond = values["custody.bond_share"]
        removed = [values[f"custody.{where}_removed_share"] for where in ("detained", "released")]
        assert of(Decision.CRIME) <= {round(-values["response.crime"], 12)}
        assert of(Decision.BOND) <= {round(bond, 12), round(with_odds(bond, early_odds), 12)}
        assert of(Decision.CASE_OUTCOME) <= {
            round(share, 12) for one in removed for share in (one, with_odds(one, 1.0 / odds))
        }
        early = values["custody.counsel_detained_share"] * values["custody.counsel_early_share"]
        assert of(Decision.COUNSEL_EARLY) <= {round(early, 12)}
        kept, less = values["hold.past_limit_share"], values["institutions.oversight_past_limit_reduction"]
        assert of(Decision.KEPT_PAST_LIMIT) <= {round(kept, 12), round(kept * (1.0 - less), 12)}


def test_what_was_waited_for_had_run_out() -> None:
    """After a try that was not met for want of an officer or crew, nobody else was served there that day."""
    model, records, _ = watched("busy")
    rows = records.rows[records.rows["kind"] == Row.DECISION]
    office = model.engine.places["office"]
    lacked: Counter[str] = Counter()
    for decision, where in (
        (Decision.OFFICER, rows["place"].astype(int)),
        (Decision.VISIT, office[rows["place"]]),
        (Decision.CREW, office[rows["place"]]),
    ):
        mine = rows["number"] == decision
        last_met: dict[tuple[int, int], int] = {}
        for at, hour in zip(
            where[mine & (rows["answer"] == 1)], rows["hour"][mine & (rows["answer"] == 1)], strict=True
        ):
            last_met[int(at), hour // 24] = max(int(hour), last_met.get((int(at), hour // 24), 0))
        in_vain = mine & (rows["answer"] == 0)
        for at, hour, case in zip(where[in_vain], rows["hour"][in_vain], rows["case"][in_vain], strict=True):
            what = decision.reads[case]
            lacked[what] += 1
            if what != "bed":
                assert last_met.get((int(at), hour // 24), 0) <= hour
    assert min(lacked[what] for what in ("crew", "bed", "officer", "visit")) > 0
    tries = [one for key in records.keys.tolist() for one in records.history(key).decisions() if one.tries]
    assert {one.yes for one in tries} == {True, False}
    assert all((one.tries[-1][1] == MET) == one.yes and MET not in dict(one.tries[:-1]).values() for one in tries)


def test_a_detainer_follows_exactly_if_the_draw_is_below_the_share_of_the_rules_verdict() -> None:
    _, records, _ = watched("the TRUST Act")
    asked = 0
    for key in records.keys.tolist():
        if key_parts(key).series == PRISONERS:
            continue
        history = records.history(key)
        decisions = history.decisions()
        covers = [one.yes for one in decisions if one.decision == Decision.DETAINER]
        sought = [one for one in decisions if one.decision == Decision.ISSUE]
        assert [one.source == "place: issue_covered" for one in sought] == covers
        authorised = all(one.yes for one in decisions if one.decision == Decision.AUTHORISED)
        assert ("detainer_issued" in history.events) == (any(one.yes for one in sought) and authorised)
        asked += len(sought)
    assert asked > 50


def test_a_rule_of_its_day_is_named_with_its_citation() -> None:
    """Before 2014 California's jails honoured every detainer; from 1 January 2014 the TRUST Act was asked."""
    _, records, _ = watched("the TRUST Act")
    by_year: dict[int, set[str]] = {2013: set(), 2014: set()}
    for key in records.keys.tolist():
        history = records.history(key)
        for one in history.decisions():
            if one.decision == Decision.HONOURED and one.rule is not None:
                assert one.rule.citation
                by_year[history.when(one.hour).year].add(one.rule.id)
    assert by_year == {2013: {"honour-all"}, 2014: {"honour-trust"}}


@pytest.mark.slow
def test_the_hold_clock_skips_what_does_not_count() -> None:
    model, records, _ = watched("a hold of 96 hours over holidays")
    decisions = [one for key in records.keys.tolist() for one in records.history(key).decisions()]
    clocks = [one for one in decisions if one.decision == Decision.HOLD_CLOCK]
    assert len(clocks) > 20
    lengths = []
    for one in clocks:
        assert one.since is not None and one.until is not None
        if one.until < model.engine.clock.hours:
            counted = model.engine.clock.hold_counted
            assert counted[one.until] - counted[one.since] == one.hours == 96
        lengths.append(one.until - one.since)
    assert max(lengths) > 96 + 48


def test_no_one_of_frederick_without_officers_is_interviewed() -> None:
    """What is recorded is the share of the day: the agreement ended on 11 March."""
    model, records, _ = watched("an agreement ends while people wait")
    ended = (11 - 1) * 24 + model.engine.clock.first_counted_hour
    rows = records.rows[(records.rows["kind"] == Row.DECISION) & (records.rows["number"] == Decision.OFFICER_ON_SITE)]
    rows = rows[model.engine.places["fips"][rows["place"]] == int(FREDERICK)]
    assert set(rows["threshold"][rows["hour"] >= ended]) == {0.0}
    assert set(rows["threshold"][rows["hour"] < ended]) - {0.0}


def test_chosen_bookings_and_events_alone_are_parts_of_the_whole_record() -> None:
    _, everything, _ = watched("busy")
    keys = everything.keys[:: max(1, everything.keys.size // 40)].tolist()

    def run(recorder: Recorder) -> Records:
        model = EnforcementModel(BUSY, record=recorder)
        model.run()
        return Records(model.engine)

    chosen = run(Recorder(keys))
    assert chosen.rows.tobytes() == np.concatenate([everything.rows_of(key) for key in keys]).tobytes()
    events = run(Recorder(decisions=False))
    assert events.rows.tobytes() == everything.rows[everything.rows["kind"] == Row.EVENT].tobytes()
    both = run(Recorder(keys, every_event=True))
    assert (both.keys == events.keys).all() and both.history(keys[0]) == everything.history(keys[0])
    other = next(key for key in events.keys.tolist() if key not in keys)
    with pytest.raises(InputError, match=r"run again with Recorder\(\[key\]\)"):
        both.history(other)


def test_a_record_changes_nothing() -> None:
    scenario = small([KENT], "2012-01-01", "2012-01-20", warm=20)
    plain, recorded = EnforcementModel(scenario).run(), EnforcementModel(scenario, record=True).run()
    for name, table in plain.tables().items():
        assert table.equals(recorded.tables()[name])


def test_a_booking_that_there_is_not() -> None:
    _, records, _ = watched("busy")
    key = int(records.keys[0]) | (1 << 16) - 1 << 31
    history = records.history(key)
    assert history.events == ("not_drawn",) and history.booking is None and history.outcome == "not_booked"
    assert [(one.decision, one.yes) for one in history.decisions()] == [(Decision.DRAWN, False)]


def test_every_decision_names_a_cause_and_its_own_draw() -> None:
    assert {decision.cause.name for decision in Decision} | {"record", "bed"} == set(CAUSES)
    draws = [decision.draw for decision in Decision if decision.draw is not None]
    twice = {draw.name for draw, times in Counter(draws).items() if times > 1}
    assert twice == {"COUNSEL", "SENTENCE_TIME"}


def test_outcomes() -> None:
    assert outcome_of(("suppressed",)) == "not_booked"
    assert outcome_of(("interviewed", "identified", "released")) == "found_no_detainer"
    moved = ("matched", "identified", "detainer_issued", "prison", "detainer_moved", "pending")
    assert outcome_of(moved) == "pending_prison"
    moved_on = ("identified", "detainer_issued", "prison", "detainer_moved", "ice_custody", "pending")
    assert outcome_of(moved_on) == "pending"
    assert outcome_of(()) == "never_found"

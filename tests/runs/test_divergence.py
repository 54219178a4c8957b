"""Where two made-up histories part, and what that is called."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from enforcement_sim.law.rules import load_rulebook
from enforcement_sim.process.decisions import UNEXPLAINED, Decision
from enforcement_sim.process.histories import MET, DecisionRecord, EventRecord, History
from enforcement_sim.runs.divergence import Divergence, decision_differences, divergence_of, results_differ

RULES = load_rulebook().rules
ALL, TRUST = RULES["honour-all"], RULES["honour-trust"]


def history(*steps: tuple[int, str, list[DecisionRecord]]) -> History:
    made = tuple(EventRecord(hour, event, "jail_287g", 0, False, tuple(decisions)) for hour, event, decisions in steps)
    return History(1, 1, datetime(2012, 1, 1), None, made)


def parted(a: History, b: History) -> Divergence:
    found = divergence_of(a, b)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("one", "other", "differs"),
    [
        (
            DecisionRecord(Decision.KEPT_PAST_LIMIT, 5, True, threshold=0.1),
            DecisionRecord(Decision.KEPT_PAST_LIMIT, 5, True, threshold=0.2),
            False,
        ),
        (DecisionRecord(Decision.KEPT_PAST_LIMIT, 5, True), DecisionRecord(Decision.KEPT_PAST_LIMIT, 5, False), True),
        (DecisionRecord(Decision.KEPT_PAST_LIMIT, 5, True), DecisionRecord(Decision.LIFTED, 5, True), True),
        (
            DecisionRecord(Decision.HOLD_CLOCK, 0, False, until=48),
            DecisionRecord(Decision.HOLD_CLOCK, 0, False, until=96),
            False,
        ),
        (
            DecisionRecord(Decision.HOLD_CLOCK, 0, True, until=48),
            DecisionRecord(Decision.HOLD_CLOCK, 0, True, until=96),
            True,
        ),
        (
            DecisionRecord(Decision.DELAY_TIME, 0, since=0, until=9),
            DecisionRecord(Decision.DELAY_TIME, 0, since=0, until=12),
            True,
        ),
        # The hold that ended first saw the same crews as long as it lasted.
        (
            DecisionRecord(Decision.CREW, 0, False, tries=((9, "crew"),)),
            DecisionRecord(Decision.CREW, 0, True, tries=((9, "crew"), (33, MET))),
            False,
        ),
        (
            DecisionRecord(Decision.CREW, 0, False, tries=((9, "crew"),)),
            DecisionRecord(Decision.CREW, 0, True, tries=((9, MET),)),
            True,
        ),
    ],
)
def test_differences(one: DecisionRecord, other: DecisionRecord, differs: bool) -> None:
    assert results_differ(one, other) is results_differ(other, one) is differs


SOUGHT = DecisionRecord(Decision.ISSUE, 1, True, drawn=0.3, threshold=0.9, source="place: issue_covered")
CLOCK = DecisionRecord(Decision.HOLD_CLOCK, 1, False, since=1, until=49, hours=48)
DOOR = DecisionRecord(Decision.HONOURED, 1, True, ALL)
WAIT = DecisionRecord(Decision.DELAY_TIME, 1, since=1, until=9, hours=8, drawn=0.5)


@pytest.mark.parametrize(
    ("one", "changed", "part"),
    [
        (SOUGHT, {"yes": False}, "answer"),
        (SOUGHT, {"threshold": 0.7}, "threshold"),
        (SOUGHT, {"hour": 2}, "hour"),
        (WAIT, {"until": 12, "hours": 11}, "hour"),
        (CLOCK, {"until": 97, "hours": 96}, "hour"),
        (DOOR, {"rule": TRUST}, "rule"),
        (
            DecisionRecord(Decision.CREW, 1, True, tries=((1, "crew"), (9, MET))),
            {"tries": ((1, "bed"), (9, MET))},
            "capacity",
        ),
    ],
)
def test_the_first_difference_of_any_kind_is_named_beside_the_cause(
    one: DecisionRecord, changed: dict[str, Any], part: str
) -> None:
    """The bail parts the two; what differed before it, and did not change what happens, is told too."""
    other = replace(one, **changed)
    assert decision_differences(one, other) == decision_differences(other, one) == (part,)
    assert decision_differences(one, one) == ()
    a, b = (
        history((5, "identified", [first]), (hour, "ice_custody", [DecisionRecord(Decision.BAIL, 4, lost)]))
        for first, hour, lost in ((one, 9, True), (other, 33, False))
    )
    if results_differ(one, other):
        assert parted(a, b).cause == one.decision.cause and parted(a, b).first is None
        return
    assert parted(a, b).cause.name == "bail"
    found = parted(a, b).first
    assert found is not None and (found.a, found.b, found.parts) == (one, other, (part,))
    assert part in ("threshold", "hour", "rule")
    divergence_data = parted(a, b).as_data()
    assert divergence_data["cause"] == "bail" and divergence_data["first_difference"] == {
        "decision": one.decision.name.lower(),
        "differs_in": [part],
    }


@pytest.mark.parametrize("decision", [Decision.EFFORT, Decision.EARLY_GATE])
def test_a_decision_that_all_pass_where_it_is_not_asked_parts_by_its_no(decision: Decision) -> None:
    """Asked in one history alone: left alone there, the other got a detainer; acted upon, it parts them by nothing."""
    detainer, issue = DecisionRecord(Decision.DETAINER, 1, True, RULES["detainer-2010-interim"]), SOUGHT
    asked_by = [detainer, issue]
    left = history((9, "released", [DecisionRecord(decision, 1, False, drawn=0.7, threshold=0.4)]))
    sought = history((1, "detainer_issued", asked_by))
    assert parted(left, sought).cause == parted(sought, left).cause == decision.cause
    acted = [DecisionRecord(decision, 1, True, drawn=0.3, threshold=0.4), *asked_by]
    assert divergence_of(history((1, "detainer_issued", acted)), sought) is None
    lifted = [DecisionRecord(Decision.LIFTED, 5, True, drawn=0.1, threshold=0.2)]
    held = [DecisionRecord(Decision.LIFTED, 5, False, drawn=0.1, threshold=0.05)]
    one = history((1, "detainer_issued", acted), (5, "detainer_lifted", lifted))
    other = history((1, "detainer_issued", asked_by), (5, "held", held))
    assert parted(one, other).cause.name == "lifted"


def test_alike_histories_do_not_part_even_if_thresholds_differ() -> None:
    a, b = (
        history((1, "matched", [DecisionRecord(Decision.PRINTED, 1, True, threshold=threshold)]), (9, "released", []))
        for threshold in (0.9, 0.8)
    )
    assert divergence_of(a, b) is None


def test_a_rule_is_told_from_how_closely_it_is_followed_and_from_other_grounds() -> None:
    def asked(rule: str, covers: bool, yes: bool) -> History:
        decisions = [DecisionRecord(Decision.DISCRETION_RULE, 1, covers, RULES[rule])]
        if covers:
            decisions.append(DecisionRecord(Decision.DISCRETION, 1, yes, drawn=0.5, threshold=0.6 if yes else 0.4))
        return history((1, "discretion_release" if yes else "charged", decisions))

    one, other = "discretion-2011", "discretion-none"
    assert parted(asked(one, True, True), asked(other, False, False)).cause.name == "discretion_rule"
    assert parted(asked(one, True, True), asked(one, True, False)).cause.name == "discretion"
    assert parted(asked(one, True, True), asked(one, False, False)).cause.name == "record"


def test_rules_in_force_are_named() -> None:
    a = history((5, "held", [DecisionRecord(Decision.HONOURED, 5, True, ALL)]))
    b = history((5, "detainer_declined", [DecisionRecord(Decision.HONOURED, 5, False, TRUST)]))
    found = parted(a, b)
    assert (found.cause.name, found.event_a, found.event_b) == ("honour_rule", "held", "detainer_declined")
    assert (found.rule_a, found.rule_b) == ("honour-all", "honour-trust")


def test_a_plan_of_another_programme_is_not_the_cause() -> None:
    """Visits planned in one world only say nothing about a hold whose crew did not come."""
    planned = DecisionRecord(Decision.VISITED, 0, True)
    tries = (((9, "crew"), (33, MET)), ((9, MET),))
    a, b = (
        history((5, "held", more), (hour, "ice_custody", [DecisionRecord(Decision.CREW, 9, True, tries=tried)]))
        for tried, hour, more in zip(tries, (33, 9), ([planned], []), strict=True)
    )
    assert parted(a, b).cause.name == "crew"
    bed = history(
        (5, "held", []), (33, "ice_custody", [DecisionRecord(Decision.CREW, 9, True, tries=((9, "bed"), (33, MET)))])
    )
    assert parted(bed, b).cause.name == "bed"


def test_what_was_asked_in_one_world_only_and_answered_no_has_no_part() -> None:
    on_site = [DecisionRecord(Decision.OFFICER_ON_SITE, 1, yes) for yes in (True, False)]
    a = history((1, "interviewed", [DecisionRecord(Decision.FIELD, 1, False), on_site[0]]))
    b = history((9, "released", [on_site[1]]))
    assert parted(a, b).cause.name == parted(b, a).cause.name == "officers"


def test_other_grounds_change_whom_the_office_wants() -> None:
    """The share of those with priority in one world, of the others in the other: the person's record."""
    a, b = (
        history(
            (5, "held", []),
            (hour, event, [DecisionRecord(Decision.WANTED, 5, yes, drawn=0.5, threshold=share, source=source)]),
        )
        for hour, event, yes, share, source in (
            (9, "ice_custody", True, 0.9, "place: wanted_priority"),
            (53, "detainer_lapsed", False, 0.4, "place: wanted_other"),
        )
    )
    assert parted(a, b).cause.name == "record"


def test_a_history_that_has_ended_parts_from_one_that_goes_on() -> None:
    a = history((1, "matched", []))
    b = history((1, "matched", []), (99, "pending", [DecisionRecord(Decision.PERIOD_END, 99, True)]))
    found = parted(a, b)
    assert (found.event_a, found.event_b, found.at) == ("", "pending", 1)
    assert found.cause.name == "period_end"


def test_what_no_decision_tells_apart_is_called_unexplained() -> None:
    assert parted(history((1, "held", [])), history((2, "held", []))).cause is UNEXPLAINED


def crew(*tries: tuple[int, str]) -> DecisionRecord:
    return DecisionRecord(Decision.CREW, tries[0][0], True, tries=tries)


def test_bail_is_lost_only_if_the_stay_is_longer_without_it() -> None:
    """The rules differ, and bail is denied under one; the case would have ended no later, so that a crew made the difference."""
    would = DecisionRecord(Decision.WOULD_HONOUR, 1, True, ALL)
    denied = DecisionRecord(Decision.BAIL, 1, True, drawn=0.1, threshold=0.5)
    planned = DecisionRecord(Decision.DISPOSITION_TIME, 1, since=1, until=4, hours=3)
    never = DecisionRecord(Decision.WOULD_HONOUR, 1, False, TRUST)
    b = history((5, "held", [never]), (9, "ice_custody", [crew((9, MET))]))
    for longer, cause in ((False, "crew"), (True, "bail_honour")):
        lost = [would, denied, planned, DecisionRecord(Decision.LONGER, 1, longer)]
        a = history((5, "held", lost), (33, "ice_custody", [crew((9, "crew"), (33, MET))]))
        assert parted(a, b).cause.name == cause


def test_a_rule_whose_draw_says_no_either_way_is_not_the_cause() -> None:
    a, b = (
        history(
            (
                3,
                "identified",
                [DecisionRecord(Decision.DETAINER, 3, covers, rule), DecisionRecord(Decision.ISSUE, 3, False)],
            ),
            (hour, "ice_custody", [crew(*tries)]),
        )
        for covers, rule, hour, tries in ((True, ALL, 9, [(9, MET)]), (False, TRUST, 33, [(9, "bed"), (33, MET)]))
    )
    assert parted(a, b).cause.name == "bed"


def test_what_a_visit_without_part_in_it_recognised_is_not_the_cause() -> None:
    visit = [DecisionRecord(Decision.VISIT, 2, True, tries=((2, MET),)), DecisionRecord(Decision.REMOVABLE, 2, True)]
    a = history((5, "held", visit), (33, "ice_custody", [crew((9, "crew"), (33, MET))]))
    b = history((5, "held", []), (9, "ice_custody", [crew((9, MET))]))
    assert parted(a, b).cause.name == "crew"


def test_prints_matter_where_secure_communities_does() -> None:
    shared = [[DecisionRecord(Decision.SHARED, 1, yes)] for yes in (True, False)]
    a, b = (
        history((5, "held", decisions), (9, event, []))
        for decisions, event in zip(shared, ("removed", "relief"), strict=True)
    )
    assert parted(a, b).cause is UNEXPLAINED


def test_a_rule_on_declining_and_what_goes_against_it_are_one_answer() -> None:
    """Where a jail holds, or ICE asks, as if the rule had said yes, the rule is no difference; otherwise it is the cause."""

    def at_the_door(rule: str, honoured: bool, despite: bool | None, end: str) -> History:
        decisions = [DecisionRecord(Decision.HONOURED, 5, honoured, RULES[rule])]
        if despite is not None:
            decisions.append(DecisionRecord(Decision.NONCOMPLIANCE, 5, despite, drawn=0.5))
        crew = [DecisionRecord(Decision.CREW, 9, True, tries=((9, MET),))] if end == "ice_custody" else []
        crew = crew or [DecisionRecord(Decision.CREW, 9, False, tries=((9, "crew"),))]
        held = honoured or bool(despite)
        steps = [(5, "held", decisions), (9, end, crew)] if held else [(5, "detainer_declined", decisions)]
        return history(*steps)

    honours = at_the_door("honour-all", True, None, "ice_custody")
    assert parted(honours, at_the_door("honour-none", False, True, "detainer_lapsed")).cause.name == "crew"
    assert parted(honours, at_the_door("honour-none", False, False, "")).cause.name == "honour_rule"
    held = at_the_door("honour-none", False, True, "ice_custody")
    assert parted(held, at_the_door("honour-none", False, False, "")).cause.name == "noncompliance"

    def asked(rule: str, expected: bool, unsent: bool | None, end: str) -> History:
        decisions = [DecisionRecord(Decision.HONOUR_EXPECTED, 2, expected, RULES[rule])]
        if unsent is not None:
            decisions.append(DecisionRecord(Decision.UNSENT, 2, unsent, drawn=0.5))
        door = [DecisionRecord(Decision.HONOURED, 5, expected, RULES[rule])]
        if unsent:
            return history((2, "detainer_not_sent", decisions), (5, "released", []))
        return history((2, "detainer_issued", decisions), (5, end, door))

    sent = asked("honour-all", True, None, "held")
    assert parted(sent, asked("honour-none", False, False, "detainer_declined")).cause.name == "honour_rule"
    assert parted(sent, asked("honour-none", False, True, "")).cause.name == "unsent_honour"
    declined = asked("honour-none", False, False, "detainer_declined")
    assert parted(declined, asked("honour-none", False, True, "")).cause.name == "unsent"

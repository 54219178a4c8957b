"""Where two made-up lives part, and what that is called."""

from __future__ import annotations

from datetime import datetime

from enforcement_sim.custody.decisions import DECISIONS, DECISIONS_OF_EVENT
from enforcement_sim.custody.reasons import SERVED, Reason, Step, Trace
from enforcement_sim.experiment.parting import CAUSES, UNEXPLAINED, parting_of
from enforcement_sim.law.rules import load_rulebook
from enforcement_sim.vocabulary import EVENTS

RULES = load_rulebook().rules
ALL, TRUST = RULES["honour-all"], RULES["honour-trust"]


def life(*steps: tuple[int, str, list[Reason]]) -> Trace:
    made = tuple(Step(hour, event, "jail_287g", 0, False, tuple(reasons)) for hour, event, reasons in steps)
    return Trace(1, 1, datetime(2012, 1, 1), None, made)


def test_alike_lives_do_not_part_even_if_thresholds_differ() -> None:
    a = life((1, "matched", [Reason("printed", 1, True, below=0.9)]), (9, "released", []))
    b = life((1, "matched", [Reason("printed", 1, True, below=0.8)]), (9, "released", []))
    assert parting_of(a, b) is None


def test_a_rule_is_told_from_how_closely_it_is_followed_and_from_other_grounds() -> None:
    def asked(rule: object, covers: bool, yes: bool) -> Trace:
        reason = Reason("discretion", 1, yes, rule, covers)  # type: ignore[arg-type]
        return life((1, "charged" if not yes else "discretion_release", [reason]))

    one, other = RULES["discretion-2011"], RULES["discretion-none"]
    assert parting_of(asked(one, True, True), asked(other, False, False)).cause.name == "discretion_rule"
    assert parting_of(asked(one, True, True), asked(one, True, False)).cause.name == "discretion"
    assert parting_of(asked(one, True, True), asked(one, False, False)).cause.name == "record"


def test_rules_in_force_are_named() -> None:
    a = life((5, "held", [Reason("honoured", 5, True, ALL, True)]))
    b = life((5, "detainer_declined", [Reason("honoured", 5, False, TRUST, False)]))
    found = parting_of(a, b)
    assert found is not None
    assert (found.cause.name, found.event_a, found.event_b) == ("honour_rule", "held", "detainer_declined")
    assert (found.rule_a, found.rule_b) == ("honour-all", "honour-trust")


def test_a_decision_that_cannot_bring_the_event_about_is_not_its_cause() -> None:
    """Visits planned in one world only say nothing about a hold whose crew did not come."""
    planned = Reason("visited", 0, True)
    tries = (("crew", ((9, "crew"), (33, SERVED))), ("crew", ((9, SERVED),)))
    a, b = (
        life((5, "held", more), (hour, "ice_custody", [Reason(name, 9, True, tries=tried)]))
        for (name, tried), hour, more in zip(tries, (33, 9), ([planned], []), strict=True)
    )
    assert parting_of(a, b).cause.name == "crew"


def test_what_was_asked_in_one_world_only_and_answered_no_has_no_part() -> None:
    shared = Reason("officer_on_site", 1, True), Reason("officer_on_site", 1, False)
    a = life((1, "interviewed", [Reason("field_arrest", 1, False), shared[0]]))
    b = life((9, "released", [shared[1]]))
    assert parting_of(a, b).cause.name == parting_of(b, a).cause.name == "officers"


def test_a_life_that_has_ended_parts_from_one_that_goes_on() -> None:
    a = life((1, "matched", []))
    b = life((1, "matched", []), (99, "pending", [Reason("period_end", 99, True)]))
    found = parting_of(a, b)
    assert found is not None and (found.event_a, found.event_b, found.at) == ("", "pending", 1)
    assert found.cause.name == "period_end"


def test_what_no_decision_tells_apart_is_called_unexplained() -> None:
    assert parting_of(life((1, "held", [])), life((2, "held", []))).cause is UNEXPLAINED


def test_the_tables_know_every_event_and_every_decision() -> None:
    followed = EVENTS[EVENTS.index("matched") :]
    assert set(followed) <= set(DECISIONS_OF_EVENT)
    assert {name for names in DECISIONS_OF_EVENT.values() for name in names} <= set(DECISIONS)
    assert {name for name, _ in CAUSES} == set(DECISIONS) - {"reentry", "reentry_time", "gone"}

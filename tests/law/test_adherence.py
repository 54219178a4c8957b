"""How closely rules are followed, in words that are computed from the parameters they are given."""

from __future__ import annotations

import pytest

from enforcement_sim.law.adherence import (
    ADHERENCE,
    EXACTLY,
    SETTABLE,
    followed_in_words,
    rules_followed,
    share_in_words,
    stated_shares,
)
from enforcement_sim.law.rules import DECISIONS, load_rulebook
from enforcement_sim.parameters.register import load_register
from enforcement_sim.process.decisions import Decision as Asked
from enforcement_sim.process.decisions import Kind
from enforcement_sim.scenarios.file_format import ALL_DECISIONS

RULES = load_rulebook().rules
TEXT_SHIFTS = sorted({address for pair in ADHERENCE["detainer"].texts.values() for address in pair if address})
VALUES = {
    "detainer.issue_if_covered": 0.9,
    "detainer.issue_if_not_covered": 0.125,
    "detainer.adherence_spread": 0.3,
    "effort.acted_share": 1.0,
    "jail_287g.authorised_share": 0.75,
    "jail_287g.officers_propose": 0.0,
    "jail_287g.proposed_share": 0.95,
    "jail_287g.outside_rule_share": 0.0,
    "custody.discretion_share": 0.2,
    "refusal.noncompliance_share.priority": 0.0,
    "refusal.noncompliance_share.other": 0.0,
    **dict.fromkeys(TEXT_SHIFTS, 0.0),
}
NARROW = RULES["detainer-felonies-only"]


def test_every_decision_by_a_rule_is_followed_exactly_or_has_its_shares_in_the_register() -> None:
    """The engine's own table is the yardstick: what it answers by a draw beside a rule is not followed exactly."""
    by_draw = {asked for asked in Asked if asked.kind is Kind.FOLLOWED}
    assert by_draw - {Asked.BAIL} == {Asked.ISSUE, Asked.DISCRETION}, "bail is lost by a draw that is about the person"
    assert set(ADHERENCE) == {"detainer", "discretion", "honour", "screen"}
    for rule in RULES.values():
        exactly = followed_in_words(rule, [VALUES]) == EXACTLY
        assert exactly == (rule.decision in ("honour", "screen")), rule.id  # their shares are 0 in these parameters
    assert set(SETTABLE) <= set(ADHERENCE) <= set(DECISIONS) <= set(ALL_DECISIONS)
    named = {
        address
        for adherence in ADHERENCE.values()
        for address in (
            adherence.covered,
            adherence.not_covered,
            adherence.spread,
            adherence.before,
            adherence.then,
            adherence.switch,
            adherence.proposed,
            adherence.first,
            *TEXT_SHIFTS,
        )
        if address
    }
    assert named <= set(load_register())


def test_what_leaks_is_computed_from_the_parameters() -> None:
    told = followed_in_words(NARROW, [VALUES])
    assert told == (
        "followed as history was: of people covered 90% get a detainer, of people not covered 12.5% still do; field "
        "offices differ around that; ICE authorises 75% of what 287(g) officers propose"
    )
    plain = VALUES | {
        "detainer.issue_if_covered": 1.0,
        "detainer.issue_if_not_covered": 0.0,
        "detainer.adherence_spread": 0.0,
        "jail_287g.authorised_share": 1.0,
    }
    assert followed_in_words(NARROW, [plain]) == (
        "followed as history was: of people covered 100% get a detainer, of people not covered none"
    )
    almost = followed_in_words(NARROW, [plain | {"detainer.issue_if_covered": 0.99999}])
    assert "of people covered over 99.9% get" in almost


def test_several_sets_of_parameters_are_told_as_ranges() -> None:
    other = VALUES | {"detainer.issue_if_not_covered": 0.5, "jail_287g.authorised_share": 0.96}
    told = followed_in_words(NARROW, [VALUES, other])
    assert "of people covered 90% get a detainer, of people not covered 12.5% to 50% still do" in told
    assert "ICE authorises 75% to 96% of" in told


def test_that_ice_leaves_some_alone_is_told_whatever_a_scenario_states() -> None:
    """The rule is not asked for them, so no way of following it speaks of them."""
    acts = "; in October 2011 ICE acts on 40% to 60% of those whom its own programmes identify; ICE authorises"
    worlds = [VALUES | {"effort.acted_share": share} for share in (0.4, 0.6)]
    assert acts in followed_in_words(NARROW, worlds) and acts in followed_in_words(NARROW, worlds, (1.0, 0.0))
    assert "ICE acts" not in followed_in_words(NARROW, [VALUES])


def test_that_officers_go_by_a_share_of_their_own_is_told_whatever_a_scenario_states() -> None:
    seek = "; 287(g) officers seek one for 95% of the people covered whom they find in jail; ICE authorises 75%"
    own = [VALUES, VALUES | {"jail_287g.officers_propose": 1.0}]
    assert seek in followed_in_words(NARROW, own) and seek in followed_in_words(NARROW, own, (1.0, 0.0))
    assert "officers seek" not in followed_in_words(NARROW, [VALUES])


def test_what_a_scenario_states_wins_over_the_parameters() -> None:
    assert followed_in_words(NARROW, [VALUES], stated_shares("strictly")) == (
        "followed strictly: all people covered get a detainer and nobody else does; ICE authorises 75% of what 287(g) "
        "officers propose"
    )
    told = followed_in_words(NARROW, [VALUES], stated_shares({"covered": 0.6, "not_covered": 0.05}))
    assert told.startswith(
        "followed in stated shares: of people covered 60% get a detainer, of people not covered 5% still"
    )
    assert followed_in_words(NARROW, [VALUES], stated_shares("as_history")) == followed_in_words(NARROW, [VALUES])


def test_rules_that_cover_everyone_or_nobody_leak_nothing() -> None:
    assert "not covered" not in followed_in_words(RULES["detainer-2008-levels"], [VALUES])
    assert "nobody else" not in followed_in_words(RULES["detainer-2008-levels"], [VALUES], (1.0, 0.0))
    assert "not covered" in followed_in_words(RULES["detainer-no-minor-traffic"], [VALUES])
    assert followed_in_words(RULES["discretion-none"], [VALUES]) == "followed exactly: it covers nobody"
    assert followed_in_words(RULES["discretion-2011"], [VALUES]) == (
        "followed in part: of people covered 20% are released in discretion, of people not covered none"
    )


@pytest.mark.parametrize(
    ("rule", "covered", "share", "told"),
    [
        ("detainer-pep", True, 0.87, "of people covered here 87% get a detainer"),
        ("detainer-pep", False, 0.615, "of people not covered here 61.5% still get a detainer"),
        ("discretion-2011", True, 0.15, "of people covered here 15% are released in discretion"),
        ("discretion-2011", False, None, "of people not covered here none"),
    ],
)
def test_at_one_place(rule: str, covered: bool, share: float | None, told: str) -> None:
    assert share_in_words(RULES[rule].decision, covered, share) == told


def test_rules_of_several_scenarios_are_told_once_each_way() -> None:
    laid = [{"decision": "detainer", "rule": NARROW.id}, {"decision": "sharing", "rule": "not-shared"}]
    strictly = [{**laid[0], "followed": "strictly"}, {"decision": "honour", "rule": "honour-none"}]
    found = rules_followed([(laid, VALUES), (laid, VALUES), (strictly, VALUES)])
    assert [(one.rule.id, one.words.split(":")[0]) for one in found] == [
        (NARROW.id, "followed as history was"),
        (NARROW.id, "followed strictly"),
        ("honour-none", "followed exactly"),
    ]


def test_every_rule_on_detainers_is_followed_in_the_degree_of_its_text() -> None:
    """The plan of 2008 ranks and exempts nobody: the register's shares are its own. Every later text has a degree."""
    on_detainers = {name for name, rule in RULES.items() if rule.decision == "detainer"}
    assert set(ADHERENCE["detainer"].texts) == on_detainers - {"detainer-2008-levels"}
    stricter = VALUES | {"detainer.not_covered_shift.only_if_2012": -2.0, "detainer.covered_shift.ranking_2010": 1.0}
    assert "of people not covered 1.9% still do" in followed_in_words(RULES["detainer-2012-guidance"], [stricter])
    assert "of people not covered 12.5% still do" in followed_in_words(RULES["detainer-2010-interim"], [stricter])
    assert "of people covered 96.1% get" in followed_in_words(RULES["detainer-2010-interim"], [stricter])
    assert "of people covered 90% get" in followed_in_words(RULES["detainer-2008-levels"], [stricter])


def test_a_targeted_rule_may_leave_room_for_others() -> None:
    """Las Vegas, which targets: 70% of its detainers at Level 1 or 2 (MPI 2011)."""
    worlds = [VALUES | {"jail_287g.outside_rule_share": 0.4}]
    told = followed_in_words(RULES["screen-targeted"], worlds)
    assert told == "followed in part: of people covered 100% get processed, of people not covered 40% still do"
    assert (
        followed_in_words(RULES["screen-universal"], worlds) == "followed in part: of people covered 100% get processed"
    )


def test_that_jails_hold_some_against_their_rule_is_told_with_its_shares() -> None:
    """Sheriffs' records show holds that a county's own rule forbade; whoever reads a caption must learn that the run has them."""
    one = VALUES | {"refusal.noncompliance_share.priority": 0.02, "refusal.noncompliance_share.other": 0.02}
    two = VALUES | {"refusal.noncompliance_share.priority": 0.1, "refusal.noncompliance_share.other": 0.1}
    start = "followed in part: of people whose detainers they decline, jails hold all the same "
    assert followed_in_words(RULES["honour-none"], [one, two]) == f"{start}2% to 10%"
    unlike = one | {"refusal.noncompliance_share.priority": 0.1}
    told = followed_in_words(RULES["honour-trust"], [unlike])
    assert told == f"{start}10% of those for whom ICE comes first and 2% of others"
    assert followed_in_words(RULES["honour-all"], [one]) == EXACTLY, "it declines nobody"
    assert followed_in_words(RULES["honour-none"], [VALUES]) == EXACTLY

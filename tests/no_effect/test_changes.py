"""Changes that do nothing are told with the reason; changes that do little are not told at all."""

from __future__ import annotations

from typing import Any

import pytest

from enforcement_sim.no_effect import NoEffect, without_effect
from enforcement_sim.runs.run import simulate
from enforcement_sim.scenarios.load import load_scenario
from enforcement_sim.scenarios.schema import Scenario

NEW_CASTLE, KENT, MECKLENBURG = "10003", "10001", "37119"


def scenario(changes: dict[str, dict[str, Any]], **settings: Any) -> Scenario:
    """Return January 2012 in one county of Delaware unless told otherwise, with some changes laid over it."""
    usual = {
        "ensemble": 0,
        "scope": {"counties": [NEW_CASTLE]},
        "period.start": "2012-01-01",
        "period.end": "2012-01-31",
    }
    laid = {f"changes.{name}": change for name, change in changes.items()}
    return load_scenario("baseline").with_(**{**usual, **settings}).with_(**laid)


def told(changes: dict[str, dict[str, Any]], **settings: Any) -> list[NoEffect]:
    return list(without_effect([({}, scenario(changes, **settings))]))


def declines(**more: Any) -> dict[str, Any]:
    return {"decision": "honour", "rule": "honour-none", "where": {"counties": [NEW_CASTLE]}, **more}


def the_one(found: list[NoEffect]) -> NoEffect:
    (one,) = found
    return one


# ---- dates ----------------------------------------------------------------------------------------------------------------


def test_a_change_after_the_period_does_nothing() -> None:
    late = the_one(told({"late": declines(**{"from": "2012-02-01"})}))
    assert late.key == "changes.late" and not late.softly
    assert late.why.startswith("does nothing: it begins on 2012-02-01, after the period's last day (2012-01-31)")


@pytest.mark.parametrize("dates", [{"from": "2012-01-31"}, {"until": "2012-01-02"}, {}])
def test_a_change_on_one_day_that_is_counted_does_something(dates: dict[str, str]) -> None:
    assert told({"short": declines(**dates)}) == []


def test_a_change_that_ends_before_the_warm_start_does_nothing() -> None:
    """The warm start of 31 days begins before the period; what begins and ends inside it is only noted."""
    warm = {"start.warm_days": 31}

    def dated(until: str) -> dict[str, Any]:
        return {"early": declines(until=until, **{"from": "2011-06-01"})}

    early = the_one(told(dated("2011-12-01"), **warm))
    assert "it ends on 2011-12-01, before the first day simulated (2011-12-01" in early.why
    noted = the_one(told(dated("2011-12-02"), **warm))
    assert noted.softly and noted.why.startswith("acts only before the first day counted (2012-01-01)")
    assert the_one(told(dated("2012-01-01"), **warm)).softly
    assert told(dated("2012-01-02"), **warm) == []


def test_a_change_without_a_first_day_that_ends_before_the_period_does_nothing() -> None:
    """It would begin on the first counted day."""
    early = the_one(told({"early": declines(until="2012-01-01")}))
    assert not early.softly
    assert early.why.startswith(
        "does nothing: it ends on 2012-01-01, before the first day counted (2012-01-01) is over"
    )
    assert "write `from`" in early.why
    assert told({"early": declines(until="2012-01-02")}) == []


# ---- places ---------------------------------------------------------------------------------------------------------------


def test_a_change_in_places_that_are_not_simulated_does_nothing() -> None:
    away = the_one(told({"away": declines(where={"states": ["CA"]})}))
    assert away.why.startswith("does nothing: its places (California) are not among those simulated (New Castle County")
    assert "write places in its `where` that `scope` names" in away.why


def test_a_change_beside_the_places_reported_is_only_noted() -> None:
    beside = declines(where={"counties": [KENT]})
    noted = the_one(told({"beside": beside}))
    assert noted.softly
    assert noted.why.startswith(
        "acts only outside the places reported (New Castle County (DE)): it can reach them only"
    )
    assert not the_one(told({"beside": beside}, simulate="alone")).softly
    assert told({"beside": beside}, scope={"counties": [NEW_CASTLE, KENT]}) == []


# ---- other changes --------------------------------------------------------------------------------------------------------


def test_a_change_hidden_by_a_later_one_does_nothing_and_the_later_one_is_named() -> None:
    hidden = the_one(told({"one": declines(), "two": {**declines(), "rule": "honour-trust", "where": "nation"}}))
    assert hidden.key == "changes.one"
    assert "does nothing: the change two decides the same over the same places and days" in hidden.why


@pytest.mark.parametrize(
    "later",
    [
        {"from": "2012-01-02"},
        {"until": "2012-01-31"},
        {"where": {"counties": [KENT]}},
    ],
)
def test_a_change_hidden_in_part_still_does_something(later: dict[str, Any]) -> None:
    trust = {**declines(), "rule": "honour-trust"} | later
    assert [one for one in told({"one": declines(), "two": trust}) if not one.softly] == []


def test_two_later_changes_may_hide_a_change_together() -> None:
    trust = {**declines(), "rule": "honour-trust"}
    halves = {"first": trust | {"until": "2012-01-15"}, "second": trust | {"from": "2012-01-15"}}
    hidden = the_one(told({"one": declines(), **halves}))
    assert hidden.key == "changes.one" and "the changes first and second together decide" in hidden.why


def test_a_change_that_says_what_an_earlier_one_says_is_told_with_it() -> None:
    first, second = told({"one": declines(), "two": declines()})
    assert "the change two decides the same" in first.why
    assert "the change one, written before it, does the same there already" in second.why


# ---- history --------------------------------------------------------------------------------------------------------------


def test_a_rule_that_was_in_force_anyway_does_nothing() -> None:
    again = {"decision": "detainer", "rule": "detainer-2010-priorities", "where": "nation", "from": "2010-06-30"}
    summer = {"period.start": "2010-07-01", "period.end": "2010-09-30"}
    as_it_was = the_one(told({"again": again | {"until": "2010-08-02"}}, **summer))
    assert "does nothing: detainer-2010-priorities is what was in force there anyway on all its days" in as_it_was.why
    longer = {**again, "from": "2010-06-29", "until": "2010-08-02"}
    assert told({"longer": longer}, **summer, **{"start.warm_days": 30})[0].softly
    assert told({"shares": again | {"until": "2010-08-02", "followed": "strictly"}}, **summer) == []


def test_sharing_where_every_place_shares_does_nothing() -> None:
    shared = {"decision": "sharing", "rule": "shared", "where": "nation"}
    late = {"period.start": "2014-06-01", "period.end": "2014-06-30"}
    assert "shared is what was in force" in the_one(told({"prints": shared}, **late)).why
    assert told({"prints": shared | {"rule": "not-shared"}}, **late) == []


# ---- nothing to act on ----------------------------------------------------------------------------------------------------

WITHOUT_OFFICERS = {
    "end": {"decision": "agreement", "rule": "ended", "where": {"counties": [NEW_CASTLE]}},
    "cut": {"decision": "agreement_budget", "rule": "cut", "where": {"counties": [NEW_CASTLE]}},
    "point": {"decision": "screening_point", "rule": "post-case", "where": {"counties": [NEW_CASTLE]}},
    "screen": {"decision": "screen", "rule": "screen-targeted", "where": {"counties": [NEW_CASTLE]}},
}


@pytest.mark.parametrize("name", WITHOUT_OFFICERS)
def test_a_lever_on_agreements_does_nothing_where_there_is_none(name: str) -> None:
    change = WITHOUT_OFFICERS[name]
    idle = the_one(told({name: change}))
    assert "none of its places (New Castle County (DE)) that are simulated has " in idle.why
    assert ("287(g) officers in its jail on its days" in idle.why) == (name in ("point", "screen"))
    with_agreement = {**change, "where": {"counties": [MECKLENBURG]}}
    assert told({name: with_agreement}, scope={"counties": [MECKLENBURG]}, simulate="alone") == []


def test_a_task_force_is_not_ended_where_none_is_at_work() -> None:
    ended: dict[str, Any] = {"decision": "task_force", "rule": "ended", "where": "nation", "from": "2012-06-01"}
    in_2013 = {"period.start": "2013-06-01", "period.end": "2013-06-30", "scope": {"states": ["NC"]}}
    in_the_warm_start = the_one(told({"field": ended}, **in_2013))
    assert in_the_warm_start.softly and "in the warm start from 2012-06-01 on" in in_the_warm_start.why
    del ended["from"]
    for later in ({}, {"from": "2013-01-01"}):
        assert "has a 287(g) task force at work on its days" in the_one(told({"field": ended | later}, **in_2013)).why
    in_2011 = {"period.start": "2011-06-01", "period.end": "2011-06-30", "scope": {"states": ["NC"]}}
    assert told({"field": ended | {"from": "2011-06-30"}}, **in_2011) == []


def test_a_cut_of_nothing_does_nothing_and_of_a_part_does_something() -> None:
    cut = {"cut": {"decision": "agreement_budget", "rule": "cut", "where": {"counties": [MECKLENBURG]}}}
    here = {"scope": {"counties": [MECKLENBURG]}, "simulate": "alone"}
    none, part = (scenario(cut, **here, **{"jail_287g.budget_cut": share}) for share in (0.0, 0.25))
    assert [one.key for one in without_effect([({}, none)])] == ["changes.cut"]
    values = [({"jail_287g.budget_cut": share}, world) for share, world in ((0.0, none), (0.25, part))]
    assert without_effect(values) == ()


def test_oversight_acts_on_every_jail_that_holds() -> None:
    """In the model it corrects mistakes of every programme, so it is no lever on 287(g) officers alone."""
    assert told({"watch": {"decision": "oversight", "rule": "monitored", "where": {"counties": [NEW_CASTLE]}}}) == []


# ---- that it is true ------------------------------------------------------------------------------------------------------


def test_what_is_said_to_do_nothing_does_nothing() -> None:
    """Also settings that differ and that nobody reads: screening without officers, prints shared in prisons."""
    where = {"states": ["WV"]}
    idle = {
        "point": {"decision": "screening_point", "rule": "post-case", "where": where},
        "screen": {"decision": "screen", "rule": "screen-targeted", "where": where},
        "prints": {"decision": "sharing", "rule": "shared", "where": where},
        "minor": {"decision": "citation", "rule": "as-practised", "where": where},
        "one": {"decision": "honour", "rule": "honour-none", "where": where},
        "two": {"decision": "honour", "rule": "honour-all", "where": where},
    }
    settings = {"scope": where, "simulate": "alone", "period.start": "2013-01-01", "period.end": "2013-01-31"}
    changed, history = scenario(idle, **settings), scenario({}, **settings)
    assert {one.key for one in without_effect([({}, changed)])} >= {
        f"changes.{name}" for name in ("point", "screen", "prints", "minor", "one")
    }
    one, other = (simulate(world, 1).tables() for world in (changed, history))
    assert all(one[name].equals(other[name]) for name in one)

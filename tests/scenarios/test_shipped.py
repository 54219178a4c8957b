"""The shipped scenarios load, say what they are, and keep the two levers apart."""

from __future__ import annotations

import json
import re
from datetime import date

import jsonschema
import pytest

from enforcement_sim.labels import setting_value
from enforcement_sim.law.adherence import ADHERENCE, EXACTLY, SETTABLE, followed_in_words
from enforcement_sim.law.rules import load_rulebook
from enforcement_sim.parameters.ensemble import load_ensemble
from enforcement_sim.parameters.register import load_register
from enforcement_sim.scenarios.address import plain_value
from enforcement_sim.scenarios.json_schema import json_schema
from enforcement_sim.scenarios.load import load_scenario, shipped_folder, shipped_names
from enforcement_sim.yaml_lines import read_yaml

NAMES = (
    "baseline",
    "citation",
    "counsel",
    "detainer-guidance",
    "diffusion",
    "hold-and-opt-out",
    "hold-and-opt-out-nation",
    "hold-length",
    "hold-under-doubt",
    "null",
    "opt-out",
    "phase-out",
    "phase-out-budget",
    "phase-out-review",
    "prisons",
    "programmes",
    "race",
    "reach-and-cost",
    "refusal",
    "responses",
    "screening-point",
    "trust-act",
    "universal-or-targeted",
    "what-matters",
)


def test_what_is_shipped() -> None:
    assert shipped_names() == NAMES


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.slow
def test_a_shipped_scenario_is_complete(name: str) -> None:
    path = shipped_folder() / f"{name}.yaml"
    assert path.read_text(encoding="utf-8").startswith("# yaml-language-server: $schema=schema.json\n")
    scenario = load_scenario(name)
    assert scenario.name == name
    assert scenario.title
    assert sum(scenario.asks.count(mark) for mark in ".?") == 3
    jsonschema.validate(plain_value(read_yaml(path).data), json_schema())


def test_the_committed_schema_is_current() -> None:
    committed = json.loads((shipped_folder() / "schema.json").read_text(encoding="utf-8"))
    assert committed == json_schema(), "run: enforcement-sim scenario schema > scenarios/schema.json"


@pytest.mark.parametrize(
    "wrong",
    [
        {"nam": "a"},
        {"thin": 0},
        {"scope": {"states": []}},
        {"scope": {"counties": ["6037"]}},
        {"parameters": {"detainer.hold_hour": 1}},
        {"parameters": {"detainer.hold_hours": -1}},
        {"changes": {"a": {"rule": "nothing"}}},
        {"sweep": {}},
        {"sweep": {"thin": []}},
    ],
)
@pytest.mark.slow
def test_the_schema_sees_what_an_editor_can_see(wrong: dict[str, object]) -> None:
    plan = {"schema": 1, "name": "plan"}
    jsonschema.validate(plan, json_schema())
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(plan | wrong, json_schema())


ONLY = re.compile(r"\bonly\b", re.IGNORECASE)


def read_followed(name: str) -> dict[str, set[str]]:
    """Return of each change of a shipped file whether it says, in the change or in the sweep, how its rule is followed."""
    data = read_yaml(shipped_folder() / f"{name}.yaml").data
    said: dict[str, set[str]] = {change: set(body) for change, body in (data.get("changes") or {}).items()}
    for address in data.get("sweep") or {}:
        if address.startswith("changes."):
            said.setdefault(address.split(".")[1], set()).add(address.split(".")[2])
    return said


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_rule_that_restricts_says_how_closely_it_is_followed(name: str) -> None:
    """What can be followed more or less closely is said in the file; everything else says itself how closely it is followed."""
    scenario = load_scenario(name)
    said = read_followed(name)
    rules = load_rulebook().rules
    for point in scenario.points():
        for change in point.scenario.changes:
            if change.decision in SETTABLE:
                assert "followed" in said[change.name], change.name
            elif change.decision in ADHERENCE:
                assert change.decision in ("honour", "screen"), "followed by shares for the whole scenario"
            elif change.rule in rules:
                assert followed_in_words(rules[change.rule], [scenario.parameters]) == EXACTLY


PROMISES = {
    # Title or question with "only" -> the decision it is about, which is followed exactly; none where it is about no rule, or
    # about officers who put serious offences first.
    "phase-out": "",
    "race": "",
    "universal-or-targeted": "",
}


@pytest.mark.parametrize("name", NAMES)
def test_only_means_only(name: str) -> None:
    """A title or question that says "only" is about a rule that is followed exactly, or the file says how it is followed."""
    scenario = load_scenario(name)
    says_only = bool(ONLY.search(f"{scenario.title} {scenario.asks}"))
    explicit = any("followed" in parts for parts in read_followed(name).values())
    assert says_only == (name in PROMISES) or explicit
    decision = PROMISES.get(name)
    if decision:
        assert decision not in ADHERENCE and decision in {change.decision for change in scenario.changes}


def test_no_title_of_a_rule_promises_more_than_is_kept() -> None:
    """In a title "only" stands for exactness; the words of a setting in a figure likewise.

    Titles of rules on holding have the words of their ordinances, beside which it is printed how far jails follow them.
    """
    for rule in load_rulebook().rules.values():
        if rule.decision in ADHERENCE:
            assert rule.decision == "honour" or not ONLY.search(rule.title), rule.id
            assert not ONLY.search(setting_value("", rule.id)), rule.id


def test_the_baseline_is_history() -> None:
    baseline = load_scenario("baseline")
    assert (baseline.period_start, baseline.period_end) == (date(2008, 10, 1), date(2014, 11, 20))
    assert baseline.scope.kind == "nation"
    assert baseline.parameters == {**load_register().defaults(), **load_ensemble(1)[0].parameters}
    assert baseline.changes == () and baseline.sweep == {} and baseline.thin == 1


def test_sharing_and_holding_are_two_levers() -> None:
    """8 CFR 287.7 is about holding a person; prints reach DHS through the FBI, whatever the jail decides."""
    (leave,) = load_scenario("opt-out").changes
    (decline,) = load_scenario("refusal").changes
    assert (leave.decision, decline.decision) == ("sharing", "honour")
    assert (leave.where, leave.start, leave.end) == (decline.where, decline.start, decline.end)


def test_the_null_scenario_repeats_the_timeline_of_history() -> None:
    null = load_scenario("null")
    assert null.parameters == load_scenario("baseline").parameters
    timeline = load_rulebook().timeline
    for change in null.changes:
        if change.decision == "sharing":
            assert change.rule == "as-scheduled"
            continue
        said = (change.decision, change.rule, change.start, change.where)
        (entry,) = [one for one in timeline if (one.decision, one.rule, one.start, one.where) == said]
        # It must end where history puts something else in its place, and nothing narrower may fall inside it.
        later = [one for one in timeline[timeline.index(entry) + 1 :] if one.decision == change.decision]
        inside = [one for one in later if one.where == entry.where or change.where.kind == "nation"]
        assert change.end == (inside[0].start if inside else None)

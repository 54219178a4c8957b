"""How closely a rule is followed, as a scenario file says it: what it resolves to, where it can be set, what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema
import pytest

from enforcement_sim.errors import InputError
from enforcement_sim.runs.design import design_of
from enforcement_sim.runs.provenance import run_id
from enforcement_sim.scenarios.json_schema import json_schema
from enforcement_sim.scenarios.load import load_scenario
from enforcement_sim.scenarios.schema import Scenario

PLAN = """\
schema: 1
name: plan
extends: baseline
scope: {counties: ["10003"]}
changes:
  narrow:
    decision: detainer
    rule: detainer-felonies-only
    where: nation
    followed: FOLLOWED
"""
LINE = 10


def load(folder: Path, text: str) -> Scenario:
    path = folder / "plan.yaml"
    path.write_text(text, encoding="utf-8")
    return load_scenario(path)


def followed(folder: Path, written: str) -> Scenario:
    return load(folder, PLAN.replace("FOLLOWED", written))


BY_ONE_SHARE = (
    "'honour' follows its rule by one share for the whole scenario, the parameter refusal.noncompliance_share.other"
)


@pytest.mark.parametrize(
    ("written", "held", "shares"),
    [
        ("strictly", "strictly", (1.0, 0.0)),
        ("as_history", "as_history", None),
        ("{covered: 0.9, not_covered: 0.05}", {"covered": 0.9, "not_covered": 0.05}, (0.9, 0.05)),
        ("{not_covered: 0, covered: 1}", "strictly", (1.0, 0.0)),
        ("null", "as_history", None),
    ],
)
def test_what_is_written_is_what_is_held(tmp_path: Path, written: str, held: Any, shares: Any) -> None:
    scenario = followed(tmp_path, written)
    (change,) = scenario.changes
    assert (change.followed, change.shares) == (held, shares)
    assert scenario.resolved()["changes"]["narrow"]["followed"] == held


def test_left_out_it_is_as_history_and_the_same_run(tmp_path: Path) -> None:
    silent = load(tmp_path, PLAN.replace("    followed: FOLLOWED\n", ""))
    said = followed(tmp_path, "as_history")
    assert silent == said and silent.changes[0].followed == "as_history"
    assert run_id(silent, 1, "engine") == run_id(said, 1, "engine")


def test_it_is_part_of_what_a_run_is(tmp_path: Path) -> None:
    names = {
        run_id(followed(tmp_path, written), 1, "engine")
        for written in ("as_history", "strictly", "{covered: 0.9, not_covered: 0.05}", "{covered: 1, not_covered: 0}")
    }
    assert len(names) == 3


def test_decisions_without_shares_hold_none() -> None:
    assert {change.followed for change in load_scenario("trust-act").changes} == {None}


def test_it_is_an_address_of_its_own(tmp_path: Path) -> None:
    scenario = followed(tmp_path, "as_history")
    shares = {"covered": 0.8, "not_covered": 0.1}
    assert scenario.with_(**{"changes.narrow.followed": "strictly"}).changes[0].shares == (1.0, 0.0)
    assert scenario.with_(**{"changes.narrow.followed": shares}).changes[0].shares == (0.8, 0.1)
    swept = followed(
        tmp_path, "strictly\nsweep:\n  changes.narrow.followed: [strictly, as_history, {covered: 0.5, not_covered: 0}]"
    )
    points = design_of(swept).points
    assert [point.scenario.changes[0].shares for point in points] == [(1.0, 0.0), None, (0.5, 0.0)]
    assert points[2].label == "changes.narrow.followed = {'covered': 0.5, 'not_covered': 0}"


def test_another_decision_takes_nothing_over_from_the_one_before(tmp_path: Path) -> None:
    scenario = followed(tmp_path, "strictly")
    other = {"decision": "honour", "rule": "honour-none"}
    assert scenario.with_(**{"changes.narrow": other}).changes[0].followed is None
    kept = scenario.with_(**{"changes.narrow": {"rule": "detainer-pep"}})
    assert kept.changes[0].followed == "strictly"


FORMS = "strictly, as_history or shares such as {covered: 0.9, not_covered: 0.05}"
MISTAKES = {
    "strict": f"followed: cannot read 'strict'; allowed: {FORMS}; did you mean 'strictly'?",
    "0.9": f"followed: cannot read 0.9; allowed: {FORMS}",
    "[0.9, 0.1]": f"followed: cannot read [0.9, 0.1]; allowed: {FORMS}",
    "{covered: 0.9}": "followed.not_covered: is missing",
    "{covered: 0.9, not_coverd: 0}": (
        "followed.not_coverd: unknown key; allowed: covered, not_covered; did you mean 'not_covered'?"
    ),
    "{covered: 1.5, not_covered: 0}": "followed.covered: 1.5 is not possible; allowed: a number, 0 to 1",
    "{covered: 1, not_covered: -0.1}": "followed.not_covered: -0.1 is not possible; allowed: a number, 0 to 1",
    "{covered: true, not_covered: 0}": "followed.covered: expected a number, found True; allowed: a number, 0 to 1",
    "{covered: .nan, not_covered: 0}": "followed.covered: .nan is not a number that can be used",
}


@pytest.mark.parametrize("written", MISTAKES)
def test_a_mistake_is_told_with_line_and_key(tmp_path: Path, written: str) -> None:
    with pytest.raises(InputError) as raised:
        followed(tmp_path, written)
    assert str(raised.value) == f"{tmp_path}/plan.yaml:{LINE}: changes.narrow.{MISTAKES[written]}"


@pytest.mark.parametrize(
    ("decision", "rule", "why"),
    [
        (
            "honour",
            "honour-trust",
            BY_ONE_SHARE,
        ),
        (
            "screen",
            "screen-targeted",
            (
                "'screen' follows its rule by one share for the whole scenario, the parameter jail_287g.outside_rule_share"
            ),
        ),
        ("sharing", "not-shared", "'sharing' follows its rule exactly"),
        (
            "discretion",
            "discretion-2011",
            "'discretion' follows its rule by one share for the whole scenario, the parameter custody.discretion_share",
        ),
    ],
)
def test_a_decision_without_shares_of_its_own_is_refused(tmp_path: Path, decision: str, rule: str, why: str) -> None:
    text = PLAN.replace("decision: detainer", f"decision: {decision}").replace("detainer-felonies-only", rule)
    for written in ("strictly", "as_history"):
        with pytest.raises(InputError) as raised:
            load(tmp_path, text.replace("FOLLOWED", written))
        assert str(raised.value) == (
            f"{tmp_path}/plan.yaml:{LINE}: changes.narrow.followed: {why}, so a change cannot state it; allowed: only with "
            "'detainer'"
        )


def test_a_swept_mistake_is_told_where_it_stands(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"plan.yaml:12: sweep.changes.narrow.followed.1: 2 is not possible"):
        followed(
            tmp_path,
            "strictly\nsweep:\n  changes.narrow.followed: [strictly, {covered: 2, not_covered: 0}]",
        )


@pytest.mark.slow
def test_the_schema_knows_it() -> None:
    plan: dict[str, Any] = {"schema": 1, "name": "plan", "changes": {"narrow": {"decision": "detainer"}}}
    for right in ("strictly", "as_history", {"covered": 1, "not_covered": 0.2}):
        plan["changes"]["narrow"]["followed"] = right
        jsonschema.validate(plan, json_schema())
    for wrong in ("strict", 0.5, {"covered": 1}, {"covered": 1, "not_covered": 2}):
        plan["changes"]["narrow"]["followed"] = wrong
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(plan, json_schema())

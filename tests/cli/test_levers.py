"""The table of levers has all that a scenario can change, and its examples do something when they are copied."""

from __future__ import annotations

import json
import shlex

import pytest
from tests.command_line import printed

from enforcement_sim.cli.levers import load_levers
from enforcement_sim.codes import LEVERS
from enforcement_sim.commands.running import sides_of
from enforcement_sim.law.rules import DECISIONS, load_rulebook
from enforcement_sim.parameters.register import load_register
from enforcement_sim.runs.compare import without_effect_of
from enforcement_sim.scenarios.schema import Scenario


def squeezed(text: str) -> str:
    return " ".join(text.split())


def test_every_decision_is_a_lever_with_every_rule_or_value() -> None:
    known = load_levers()
    assert set(known) == set(DECISIONS) | set(LEVERS)
    for name, values in LEVERS.items():
        assert tuple(known[name].values) == values
    for name in DECISIONS:
        assert tuple(known[name].values) == tuple(load_rulebook().of_decision(name))


def test_the_table_shows_how_to_end_an_agreement() -> None:
    text = squeezed(printed("levers", columns=160))
    assert "Whether a 287(g) agreement is in force as-agreed, ended" in text
    assert "To end an agreement: enforcement-sim compare baseline --set" in text
    assert "decision: agreement, rule: ended" in text


def test_the_table_has_the_parameters_that_somebody_decides() -> None:
    text = printed("levers", columns=160)
    assert all(address in text for address in load_register().levers)
    assert len(load_register().levers) > 5


def test_a_single_lever_prints_its_values_its_scenarios_and_two_ways_to_write_it() -> None:
    text = squeezed(printed("levers", "agreement"))
    assert "ended not in force; nobody is interviewed under it" in text
    assert "used in: programmes, reach-and-cost" in text
    assert 'where: {counties: ["Mecklenburg, NC"]}' in text
    assert 'changes: {end-agreement: {decision: agreement, rule: ended, where: {counties: ["37119"]}' in text


def test_levers_as_data_have_a_row_for_each_rule() -> None:
    rows = json.loads(printed("levers", "sharing", "--format", "json"))
    assert [row["rule"] for row in rows] == list(LEVERS["sharing"])
    assert all(row["example"].startswith("enforcement-sim compare baseline") for row in rows)


@pytest.mark.parametrize("name", list(load_levers()))
def test_an_example_can_be_copied_and_changes_something(name: str) -> None:
    words = shlex.split(load_levers()[name].command)
    assert words[:3] == ["enforcement-sim", "compare", "baseline"]
    options: dict[str, list[str]] = {"--set": [], "--set-b": [], "--replications": []}
    for option, value in zip(words[3::2], words[4::2], strict=True):
        options[option].append(value)
    sides = sides_of("baseline", "", options["--set"], options["--set-b"])
    assert all(isinstance(side, Scenario) for side in sides)
    assert sides[1].changes[0].decision == name  # type: ignore[union-attr]
    assert without_effect_of(sides) == ()  # type: ignore[arg-type]


@pytest.mark.parametrize("name", list(load_levers()))
def test_the_change_of_a_file_is_that_of_the_command(name: str) -> None:
    from enforcement_sim.yaml_lines import read_yaml

    one = load_levers()[name]
    written = read_yaml("change.yaml", one.in_a_file).data["changes"][one.name]
    (_, other) = sides_of("baseline", "", list(one.settings), [one.setting])
    change = other.changes[0]  # type: ignore[union-attr]
    assert (written["decision"], written["rule"]) == (change.decision, change.rule)
    assert change.where.written() == written.get("where", "nation")

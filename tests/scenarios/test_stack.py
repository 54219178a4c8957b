"""Scenarios laid over each other: later files change what earlier ones left alone, and every contradiction is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.command_line import called, printed

from enforcement_sim import load_stacked
from enforcement_sim.errors import InputError
from enforcement_sim.scenarios.load import load_scenario

DECLINE = """\
schema: 1
name: decline
title: Jails decline
asks: Who is not held?
extends: baseline
scope: {states: [DE]}
changes:
  decline:
    decision: honour
    rule: honour-none
    where: {counties: ["New Castle, DE"]}
    from: 2012-01-01
"""
LONGER = """\
schema: 1
name: longer
title: A longer hold
asks: Who is held longer?
extends: baseline
parameters:
  detainer.hold_hours: 96
"""
SWEPT = """\
schema: 1
name: swept
extends: baseline
sweep:
  detainer.hold_hours: [48, 72]
"""


@pytest.fixture
def stacked_files(tmp_path: Path) -> Path:
    for name, text in (("decline", DECLINE), ("longer", LONGER), ("swept", SWEPT)):
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def added(folder: Path, name: str, text: str) -> Path:
    path = folder / f"{name}.yaml"
    path.write_text(f"schema: 1\nname: {name}\nextends: baseline\n{text}", encoding="utf-8")
    return path


def error_of(folder: Path, *names: str | Path) -> str:
    with pytest.raises(InputError) as error:
        load_stacked(*(folder / f"{name}.yaml" if isinstance(name, str) else name for name in names))
    return str(error.value).replace(f"{folder}/", "")


def test_each_file_changes_what_the_others_left_alone(stacked_files: Path) -> None:
    found = load_stacked("baseline", stacked_files / "decline.yaml", stacked_files / "longer.yaml")
    assert found.parameters["detainer.hold_hours"] == 96.0
    assert [(change.name, change.where.members) for change in found.changes] == [("decline", ("10003",))]
    assert found.scope.members == ("DE",)
    assert found.period_start == load_scenario("baseline").period_start
    assert found.name == "decline-longer"
    assert found.title == "Jails decline + A longer hold"
    assert found.asks == "Who is not held? Who is held longer?"


def test_the_order_of_files_that_agree_does_not_matter(stacked_files: Path) -> None:
    files = [stacked_files / "decline.yaml", stacked_files / "longer.yaml"]
    labels = ("name", "title", "asks")
    one, other = load_stacked(*files).resolved(), load_stacked(*reversed(files)).resolved()
    assert {key: one[key] for key in one if key not in labels} == {key: other[key] for key in one if key not in labels}


def test_sweeps_of_different_addresses_are_one_grid(stacked_files: Path) -> None:
    other = added(stacked_files, "other", "sweep:\n  detainer.issue_if_covered: [0.5, 0.9, 1.0]\n")
    assert len(load_stacked(stacked_files / "swept.yaml", other).points()) == 6


def test_a_file_overrides_what_it_extends(stacked_files: Path) -> None:
    (stacked_files / "more.yaml").write_text(
        "schema: 1\nname: more\nextends: longer.yaml\nparameters: {detainer.hold_hours: 144}\n", encoding="utf-8"
    )
    found = load_stacked(stacked_files / "longer.yaml", stacked_files / "decline.yaml", stacked_files / "more.yaml")
    assert found.parameters["detainer.hold_hours"] == 144.0
    assert found.name == "decline-more"


def test_files_that_say_the_same_do_not_contradict_each_other(stacked_files: Path) -> None:
    same = added(stacked_files, "same", "scope: {states: [DE]}\nparameters: {detainer.hold_hours: 96.0}\n")
    assert load_stacked(stacked_files / "longer.yaml", stacked_files / "decline.yaml", same).scope.members == ("DE",)


@pytest.mark.parametrize(
    ("text", "over", "message"),
    [
        (
            "parameters:\n  detainer.hold_hours: 24\n",
            "longer",
            "new.yaml:5: parameters.detainer.hold_hours: set to 24 here, and set to 96 in longer.yaml:7; "
            "allowed: one of the two, or --set detainer.hold_hours=VALUE",
        ),
        (
            "sweep:\n  detainer.hold_hours: [24]\n",
            "longer",
            "new.yaml:5: sweep.detainer.hold_hours: varied over [24] here, and set to 96 in longer.yaml:7; "
            "allowed: one of the two",
        ),
        (
            "scope: nation\n",
            "decline",
            "new.yaml:4: scope: set to 'nation' here, and set to {'states': ['DE']} in decline",
        ),
        (
            "changes:\n  decline: {decision: honour, rule: honour-trust, where: nation}\n",
            "decline",
            "new.yaml:5: changes.decline: set to {'decision': 'honour'",
        ),
        (
            "design:\n  uncertainties: {method: ensemble, draws: 2}\n",
            "swept",
            "new.yaml:4: design: cannot be combined with the sweep of swept.yaml:4; allowed: one of the two",
        ),
    ],
)
def test_two_values_of_one_key_are_told_with_both_files_and_lines(
    stacked_files: Path, text: str, over: str, message: str
) -> None:
    told = error_of(stacked_files, over, added(stacked_files, "new", text))
    assert told.startswith(message), told
    assert len(told.splitlines()) == 1


CHANGE = "changes:\n  mine: {{decision: {decision}, rule: {rule}, where: {where}, {dates}}}\n"


@pytest.mark.parametrize(
    ("change", "contradicts"),
    [
        ({}, True),
        ({"where": "{states: [DE]}"}, True),
        ({"where": "nation"}, True),
        ({"where": '{counties: ["Kent, DE"]}'}, False),
        ({"where": "{states: [MD]}"}, False),
        ({"dates": "from: 2011-01-01, until: 2012-01-01"}, False),
        ({"dates": "from: 2011-01-01, until: 2012-01-02"}, True),
        ({"rule": "honour-none"}, False),
        ({"decision": "sharing", "rule": "not-shared"}, False),
    ],
)
def test_one_decision_twice_for_the_same_places_and_days(
    stacked_files: Path, change: dict[str, str], contradicts: bool
) -> None:
    usual = {
        "decision": "honour",
        "rule": "honour-trust",
        "where": '{counties: ["10003"]}',
        "dates": "from: 2013-01-01",
    }
    path = added(stacked_files, "new", CHANGE.format(**{**usual, **change}))
    if not contradicts:
        assert len(load_stacked(stacked_files / "decline.yaml", path).changes) == 2
        return
    told = error_of(stacked_files, "decline", path)
    assert told.startswith(
        "new.yaml:5: changes.mine: decides 'honour' otherwise than changes.decline in decline.yaml:8, for the same places"
    )


def test_a_swept_date_reaches_as_far_as_its_earliest_value(stacked_files: Path) -> None:
    text = CHANGE.format(
        decision="honour", rule="honour-trust", where="nation", dates="from: 2010-01-01, until: 2011-01-01"
    )
    quiet = added(stacked_files, "new", text)
    assert load_stacked(stacked_files / "decline.yaml", quiet)
    reaching = added(stacked_files, "new", text + "sweep:\n  changes.mine.until: [2011-01-01, 2012-06-01]\n")
    assert "decides 'honour' otherwise than changes.decline" in error_of(stacked_files, "decline", reaching)


def test_what_is_wrong_in_a_file_is_told_there(stacked_files: Path) -> None:
    told = error_of(stacked_files, "decline", added(stacked_files, "new", "parameters:\n  detainer.hold_hour: 3\n"))
    assert told.startswith("new.yaml:5: parameters.detainer.hold_hour: unknown parameter")
    assert error_of(stacked_files, "decline", "decline") == "decline.yaml: adds nothing: it is there already"


# ---- the command line --------------------------------------------------------------------------------------------------


def test_show_prints_the_stack_as_one_scenario(stacked_files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(stacked_files)
    shown = printed("scenario", "show", "baseline", "--with", "decline.yaml", "--with", "longer.yaml")
    (stacked_files / "shown.yaml").write_text(shown, encoding="utf-8")
    assert load_scenario("shown.yaml") == load_stacked("baseline", "decline.yaml", "longer.yaml")


def test_a_contradiction_ends_a_command_before_anything_is_written(
    stacked_files: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    added(stacked_files, "new", "parameters: {detainer.hold_hours: 24}\n")
    before = sorted(stacked_files.rglob("*"))
    monkeypatch.chdir(stacked_files)
    for command in ("run", "sweep"):
        code, _, error = called(monkeypatch, capsys, command, "longer.yaml", "--with", "new.yaml")
        assert code == 2 and len(error.splitlines()) == 1
        assert error.startswith("error: new.yaml:4: parameters.detainer.hold_hours: set to 24 here, and set to 96")
    assert sorted(stacked_files.rglob("*")) == before


def test_a_setting_of_the_command_line_settles_a_contradiction(
    stacked_files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    added(stacked_files, "new", "parameters: {detainer.hold_hours: 24}\n")
    monkeypatch.chdir(stacked_files)
    setting = ("--set", "detainer.hold_hours=60")
    assert "detainer.hold_hours: 60.0" in printed("scenario", "show", "longer.yaml", "--with", "new.yaml", *setting)

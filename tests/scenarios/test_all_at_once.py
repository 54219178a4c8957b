"""Everything that is wrong in a file is said at once: each with its line, in order, and nothing that only follows from it."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
from tests.command_line import called

from enforcement_sim.errors import ERRORS_AT_MOST, InputError, InputErrors, lines_of
from enforcement_sim.scenarios.load import load_scenario

FIRST_TRY = """\
schema: 1
nam: my-county
extends: baseline
period: {start: 2012-02-30, end: 2015-01-01}
scope: {counties: ["06o37", "12026", "Mecklenburg"]}
replications: 0
seed: -1
thin: many
parameters:
  detainer.hold_hour: 72
  detainer.issue_if_covered: 2
  pickup.crew_capacity: .inf
changes:
  decline: {decision: honor, rule: honour-none, where: {states: [ca]}}
  accept: {decision: honour, rule: honour-al, where: nation, form: 2011-01-01}
  share: {decision: sharing, where: {state: [CA]}, from: 1999-01-01}
sweep:
  detainer.hold_hours: [24, 9999, long]
  changes.acept.rule: [honour-all]
  changes.accept.rule: [honour-all, honour-tru]
  seed: [1, 2]
"""


def errors_of(path: Path) -> list[tuple[int, str, str]]:
    """Return line, key and message of every error of a file."""
    with pytest.raises(InputError) as raised:
        load_scenario(path)
    assert all(one.file == str(path) for one in raised.value.errors)
    return [(one.line or 0, one.key or "", one.message) for one in raised.value.errors]


def write(folder: Path, text: str, name: str = "plan.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_first_try_is_told_everything_in_one_run(tmp_path: Path) -> None:
    found = errors_of(write(tmp_path, FIRST_TRY))
    assert [(line, key) for line, key, _ in found] == [
        (2, "nam"),
        (4, "period.start"),
        (4, "period.end"),
        (5, "scope.counties.0"),
        (5, "scope.counties.1"),
        (5, "scope.counties.2"),
        (6, "replications"),
        (7, "seed"),
        (8, "thin"),
        (10, "parameters.detainer.hold_hour"),
        (11, "parameters.detainer.issue_if_covered"),
        (12, "parameters.pickup.crew_capacity"),
        (14, "changes.decline.decision"),
        (14, "changes.decline.where.states.0"),
        (15, "changes.accept.form"),
        (15, "changes.accept.rule"),
        (16, "changes.share.rule"),
        (16, "changes.share.where.state"),
        (16, "changes.share.from"),
        (18, "sweep.detainer.hold_hours.1"),
        (18, "sweep.detainer.hold_hours.2"),
        (19, "sweep.changes.acept.rule"),
        (20, "sweep.changes.accept.rule.1"),
        (21, "sweep.seed"),
    ]


def test_the_same_is_said_in_python_and_on_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path, FIRST_TRY)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputErrors) as raised:
        load_scenario(path)
    for command in (["run", str(path)], ["sweep", str(path), "--dry-run"], ["scenario", "check", str(path)]):
        code, said, errors = called(monkeypatch, capsys, *command)
        assert (code, said) == (2, "")
        assert errors == "".join(f"error: {line}\n" for line in str(raised.value).splitlines())
    assert [path.name for path in tmp_path.iterdir()] == ["plan.yaml"]


def test_one_bad_file_does_not_hide_what_is_wrong_in_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, thin in (("a", 0), ("b", 1), ("c", -1)):
        write(tmp_path, f"schema: 1\nname: {name}\nextends: baseline\nthin: {thin}\n", f"{name}.yaml")
    code, said, errors = called(monkeypatch, capsys, "scenario", "check", "a.yaml", "b.yaml", "c.yaml")
    assert code == 2 and said.startswith("b.yaml: ok: ")
    assert [line.partition(" is not")[0] for line in errors.splitlines()] == [
        "error: a.yaml:4: thin: 0",
        "error: c.yaml:4: thin: -1",
    ]


def test_what_was_mended_is_said_no_more_and_the_rest_still_is(tmp_path: Path) -> None:
    """Mending some lines takes their errors away and brings no others."""
    before = errors_of(write(tmp_path, FIRST_TRY))
    mended = (
        FIRST_TRY.replace("thin: many", "thin: 1").replace("honour-al,", "honour-all,").replace("[1, 2]\n", "[1, 2]")
    )
    after = errors_of(write(tmp_path, mended))
    assert [one for one in before if one[1] not in ("thin", "changes.accept.rule")] == after


def test_errors_of_both_files_are_said_the_one_asked_for_first(tmp_path: Path) -> None:
    base = write(
        tmp_path,
        "schema: 1\nname: base\nthin: 0\nparameters: {detainer.hold_hours: -1, jail.nothing: 1}\n",
        "base.yaml",
    )
    path = write(tmp_path, "schema: 1\nname: plan\nextends: base.yaml\nseed: -1\nperiod: {end: 2016-01-01}\n")
    with pytest.raises(InputError) as raised:
        load_scenario(path)
    placed = [(Path(one.file or "").name, one.line, one.key) for one in raised.value.errors]
    assert placed == [
        ("plan.yaml", 4, "seed"),
        ("plan.yaml", 5, "period.end"),
        ("base.yaml", 3, "thin"),
        ("base.yaml", 4, "parameters.detainer.hold_hours"),
        ("base.yaml", 4, "parameters.jail.nothing"),
    ]
    assert base.exists()


def test_a_base_that_is_missing_does_not_hide_what_is_wrong_in_the_file(tmp_path: Path) -> None:
    """What the file could have from its base is not called missing."""
    text = "schema: 1\nname: plan\nextends: basline\nthin: 0\nchanges:\n  decline: {rule: honour-all}\n"
    text += "sweep:\n  changes.decline.rule: [honour-all]\n  changes.other.rule: [honour-all]\n  jail.nothing: [1]\n"
    found = errors_of(write(tmp_path, text))
    assert [key for _, key, _ in found] == ["extends", "thin", "sweep.jail.nothing"]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("a: &x 1\nb: *x\nthin: 0\n", [4]),
        ("thin: 0\nthin: 1\nnothing: 1\n", [5]),
        ("thin: [\nnothing: 1\n", [6]),
    ],
)
def test_text_that_is_no_yaml_of_ours_ends_at_its_first_mistake(tmp_path: Path, text: str, lines: list[int]) -> None:
    found = errors_of(write(tmp_path, f"schema: 1\nname: plan\nextends: baseline\n{text}"))
    assert [line for line, _, _ in found] == lines


DESIGN = """\
schema: 1
name: plan
extends: baseline
design:
  levers:
    method: grid
    values:
      detainer.hold_hours: {from: 24, to: 48}
      changes.nobody.rule: [honour-all]
      seed: [1, 2]
  uncertainties:
    method: sobol
    draws: 7
    values: {jail.nothing: register}
  together: crossd
"""


def test_both_parts_of_a_design_are_checked(tmp_path: Path) -> None:
    found = errors_of(write(tmp_path, DESIGN.replace("crossd", "crossed")))
    assert [(line, key.removeprefix("design.")) for line, key, _ in found] == [
        (8, "levers.values.detainer.hold_hours"),
        (9, "levers.values.changes.nobody.rule"),
        (10, "levers.values.seed"),
        (13, "uncertainties.draws"),
    ]
    rows = DESIGN.partition("  levers:")[0] + "  levers:\n    rows:\n"
    rows += "      - {detainer.hold_hours: 24, thin: 1}\n      - {detainer.hold_hours: -1, thin: 0}\n      - {thin: 1, seed: 2}\n"
    found = errors_of(write(tmp_path, rows))
    assert [(line, key.removeprefix("design.levers.rows.")) for line, key, _ in found] == [
        (8, "1.detainer.hold_hours"),
        (8, "1.thin"),
        (9, "2"),
        (9, "2.seed"),
    ]


@pytest.mark.slow
def test_very_many_mistakes_are_cut_short(tmp_path: Path) -> None:
    text = "schema: 1\nname: plan\nextends: baseline\nparameters:\n" + "".join(
        f"  jail.no{n}: 1\n" for n in range(5_000)
    )
    with pytest.raises(InputErrors) as raised:
        load_scenario(write(tmp_path, text))
    assert len(lines_of(raised.value)) == ERRORS_AT_MOST + 1
    assert str(raised.value).endswith("and more; correct these first")


def test_all_settings_are_checked_at_once_in_python() -> None:
    with pytest.raises(InputErrors) as raised:
        load_scenario("baseline").with_(
            **{"thin": 0, "nothing": 1, "scope": {"counties": ["06999"]}, "detainer.hold_hours": -1}
        )
    keys = [one.key for one in raised.value.errors]
    assert sorted(keys) == ["nothing", "parameters.detainer.hold_hours", "scope.counties.0", "thin"]


def test_several_errors_survive_the_way_back_from_a_worker() -> None:
    errors = InputErrors([InputError("wrong", "plan.yaml", 3, "thin"), InputError("is missing", key="name")])
    back = pickle.loads(pickle.dumps(errors))
    assert str(back) == str(errors) == "plan.yaml:3: thin: wrong\nname: is missing"
    assert [one.line for one in back.errors] == [3, None]

"""The commands about designs: assumptions, sensitivity, export, and what sweep says of draws and of how it ended."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from experiment_fakes import fake_run, runner, sweep_words
from tests.command_line import called

from enforcement_sim.runs import run as runner_module

Command = Callable[..., tuple[int, str, str]]

PLAN = """
schema: 1
name: plan
title: A plan
extends: baseline
replications: 3
sweep: {detainer.hold_hours: [48, 96]}
"""


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    """A command line in an empty folder, with the stand-in as the engine."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(runner_module, "real_runner", lambda: runner(fake_run))
    (tmp_path / "plan.yaml").write_text(PLAN)

    def call(*words: str) -> tuple[int, str, str]:
        return called(monkeypatch, capsys, *words)

    return call


SIDE = """
schema: 1
name: {name}
title: {name}
argues: An argument.
assumptions:
  crews: {{says: Something., values: {{pickup.delay_hours_median: {{value: {delay}, source: A source.}}}}}}
  limit: {{says: Something else., values: {{detainer.issue_if_covered: {{value: {issue}, source: A source.}}}}}}
"""


@pytest.fixture
def sides(tmp_path: Path) -> tuple[str, str]:
    """Two sets of assumptions as files beside the plan."""
    for name, delay, issue in (("soon", 6, 0.9), ("late", 40, 0.5)):
        (tmp_path / f"{name}.yaml").write_text(SIDE.format(name=name, delay=delay, issue=issue))
    return "soon.yaml", "late.yaml"


@pytest.mark.slow
def test_assumptions_prints_the_split_and_keeps_it(command: Command, tmp_path: Path, sides: tuple[str, str]) -> None:
    words = ("assumptions", *sides, "--scenario", "plan.yaml", "--workers", "1", "--no-figures", "--measure", "removed")
    code, out, err = command(*words, "--replications", "2")
    assert code == 0
    assert "16 runs with 1 worker" in err
    out = " ".join(out.split())
    assert "From soon to late: levels at hold limit 48 h" in out
    assert "the difference that hold limit 96 h makes from hold limit 48 h" in out
    assert "late - soon" in out
    assert "imulated, not a record." in out
    (folder,) = (tmp_path / "out").iterdir()
    assert folder.name.startswith("soon-against-late-plan-")
    assert (folder / "gap.csv").is_file() and (folder / "assumptions.csv").is_file()


def test_assumptions_dry_run_writes_nothing(command: Command, tmp_path: Path, sides: tuple[str, str]) -> None:
    code, out, _ = command("assumptions", *sides, "--scenario", "plan.yaml", "--dry-run")
    assert code == 0
    assert out.startswith("24 runs of about")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("larger-reech", "larger-cost"), "did you mean 'larger-reach'"),
        (("larger-reach", "larger-reach"), "assume the same"),
        (("larger-reach", "larger-cost", "--measure", "remove"), "did you mean 'removed'"),
        (("larger-reach", "larger-cost", "--scenario", "nothing-such"), "no shipped scenario"),
    ],
)
def test_mistakes_in_assumptions(command: Command, words: tuple[str, ...], message: str) -> None:
    code, out, err = command("assumptions", *words)
    assert (code, out) == (2, "")
    assert message in err
    assert len(err.strip().splitlines()) == 1


DOUBT = """
schema: 1
name: doubt
extends: baseline
design:
  levers: {values: {detainer.hold_hours: [48, 96]}}
  uncertainties: {method: METHOD, draws: 4, values: {pickup.delay_hours_median: register}}
  together: crossed
"""


@pytest.mark.slow
def test_sensitivity_runs_a_scenario_and_reads_a_folder(command: Command, tmp_path: Path) -> None:
    pytest.importorskip("SALib")
    (tmp_path / "doubt.yaml").write_text(DOUBT.replace("METHOD", "saltelli"))
    words = ("--no-figures", "--measure", "removed")
    code, out, err = command(
        "sensitivity", "doubt.yaml", "--workers", "1", "--out", "kept", "--replications", "1", *words
    )
    assert code == 0
    # Four base rows; of a single parameter the row with one column exchanged is the other row, and is run once.
    assert "16 runs with 1 worker" in err
    assert (tmp_path / "kept" / "sensitivity.csv").is_file()
    code, again, _ = command("sensitivity", "kept", *words)
    assert code == 0
    assert again == out
    assert "sensitivity.csv" in out


def test_export_writes_the_workbench_file(command: Command, tmp_path: Path) -> None:
    command(*sweep_words("--out", "kept"))
    code, out, _ = command("export", "kept")
    assert code == 0
    assert out == f"written: {Path('kept') / 'workbench.tar.gz'}\n"
    assert (tmp_path / "kept" / "workbench.tar.gz").is_file()
    assert command("export", "kept", "--out", "other.tar.gz", "--measure", "removed")[0] == 0
    assert (tmp_path / "other.tar.gz").is_file()


@pytest.mark.parametrize(
    ("method", "words", "message"),
    [
        ("sobol", ("sensitivity", "doubt.yaml"), "drawn by the method saltelli, and these were drawn by sobol"),
        ("sobol", ("sensitivity", "plan.yaml"), "nothing is drawn here"),
        ("saltelli", ("sensitivity", "doubt.yaml", "--measure", "remove"), "did you mean 'removed'"),
        ("saltelli", ("export", "nowhere"), "holds no finished sweep"),
        ("sobol", ("sweep", "doubt.yaml", "--set", "pickup.delay_hours_median=9"), "the scenario varies this"),
        ("sobol", ("sweep", "doubt.yaml", "--set", "detainer.hold_hours=9"), "the scenario varies this"),
    ],
)
def test_mistakes_about_designs(
    command: Command, tmp_path: Path, method: str, words: tuple[str, ...], message: str
) -> None:
    (tmp_path / "doubt.yaml").write_text(DOUBT.replace("METHOD", method))
    code, out, err = command(*words)
    assert (code, out) == (2, "")
    assert message in err
    assert len(err.strip().splitlines()) == 1
    assert {path.name for path in tmp_path.iterdir()} == {"plan.yaml", "doubt.yaml"}


RULED = PLAN.replace(
    "replications: 3", "replications: {at_least: 2, at_most: 4, step: 1, until: {measure: removed, half_width: 1e-9}}"
)


@pytest.mark.slow
def test_a_sweep_says_why_its_replications_ended(command: Command, tmp_path: Path) -> None:
    (tmp_path / "plan.yaml").write_text(RULED)
    assert command(*sweep_words("--dry-run"))[1].startswith("at most 8 runs of about")
    code, out, err = command(*sweep_words())
    assert code == 0
    assert "2 seeds; half-width of removed (difference): " in err and "target 1e-09: 1 more" in err
    assert "Replications ended after 4: at_most reached." in out
    assert "8 runs in" in out


@pytest.mark.slow
def test_a_sweep_over_draws_prints_what_its_intervals_hold(command: Command, tmp_path: Path) -> None:
    (tmp_path / "doubt.yaml").write_text(DOUBT.replace("METHOD", "sobol"))
    code, out, _ = command("sweep", "doubt.yaml", "--workers", "1", "--no-figures", "--replications", "2")
    assert code == 0
    out = " ".join(out.split())
    assert "intervals include the uncertainty of the parameters (4 draws, 2 seeds)" in out
    assert "16 runs (2 settings, 4 draws of uncertain parameters, 2 seeds)" in out
    assert "(one run, without the scenario's design" in command("run", "doubt.yaml")[1]

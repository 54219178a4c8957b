"""The commands run, sweep and compare: what they print, what they keep, and how they end."""

from __future__ import annotations

import ctypes
import errno
import json
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer
from experiment_fakes import Notes, Operations, failing_run, fake_run, files_of, runner, sweep_words
from tests.command_line import called

from enforcement_sim.commands.running import until_interrupted
from enforcement_sim.runs import compare as compare_module
from enforcement_sim.runs import reproduce as reproduce_module
from enforcement_sim.runs import run as runner_module

Command = Callable[..., tuple[int, str, str]]

PLAN = """
schema: 1
name: plan
title: A plan
asks: Does it work?
extends: baseline
replications: 3
sweep: {detainer.hold_hours: [48, 96]}
"""


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    """A command line in an empty folder, with the stand-in as the engine."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plan.yaml").write_text(PLAN)

    def call(*words: str, run: Any = fake_run) -> tuple[int, str, str]:
        monkeypatch.setattr(runner_module, "real_runner", lambda: runner(run))
        monkeypatch.setattr(compare_module, "real_runner", lambda: runner(run))
        monkeypatch.setattr(reproduce_module, "real_runner", lambda: runner(run))
        return called(monkeypatch, capsys, *words)

    return call


def test_sweep_prints_and_keeps(command: Command, tmp_path: Path) -> None:
    code, out, err = command(*sweep_words())
    assert code == 0
    assert "plan: A plan (at hold limit 48 h)" in out
    assert "Removed" in out
    assert "Compared with A: hold limit 48 h" in out
    assert "higher" in out
    assert "6 runs (3 seeds for each of 2 settings)" in " ".join(out.split())
    assert "imulated, not a record." in out
    assert f"6 runs in {Path('out') / 'plan'}" in out
    assert "6 runs with 1 worker" in err
    assert (tmp_path / "out" / "plan" / "manifest.json").is_file()


def test_second_sweep_says_that_all_is_stored(command: Command) -> None:
    command(*sweep_words())
    code, out, err = command(*sweep_words())
    assert code == 0
    assert "6 runs, 6 stored already" in err
    assert "higher" in out


def test_failed_runs_end_with_1_and_are_told(command: Command, tmp_path: Path) -> None:
    code, out, err = command(*sweep_words(), run=failing_run)
    assert code == 1
    assert "failed: ArithmeticError: a crew of minus one" in err
    assert "2 runs failed" in err
    assert "higher" in out
    assert "--retry-failed" in err
    failed = list((tmp_path / "out" / "plan" / "failed").iterdir())
    assert len(failed) == 2
    assert all("Traceback" in json.loads(path.read_bytes())["traceback"] for path in failed)


def test_another_design_in_the_folder_ends_with_2(command: Command, tmp_path: Path) -> None:
    command(*sweep_words("--out", "mine"))
    before = files_of(tmp_path / "mine")
    code, _, err = command(*sweep_words("--out", "mine", "--replications", "4"))
    assert code == 2
    assert "--out" in err
    assert len(err.strip().splitlines()) == 1
    assert files_of(tmp_path / "mine") == before


@pytest.mark.slow
def test_changes_on_the_command_line_get_their_own_folder(command: Command, tmp_path: Path) -> None:
    command(*sweep_words())
    assert command(*sweep_words("--replications", "2"))[0] == 0
    assert command(*sweep_words("--set", "thin=4"))[0] == 0
    assert len(list((tmp_path / "out").iterdir())) == 3
    assert all(path.name.startswith("plan") for path in (tmp_path / "out").iterdir())


def test_dry_run_writes_nothing(command: Command, tmp_path: Path) -> None:
    code, out, _ = command(*sweep_words("--dry-run"))
    assert code == 0
    assert "6 runs of about" in out
    assert "MB of disk" in out
    assert [path.name for path in tmp_path.iterdir()] == ["plan.yaml"]


def test_run_prints_one_funnel(command: Command, tmp_path: Path) -> None:
    code, out, _ = command("run", "plan.yaml", "--seed", "5")
    assert code == 0
    assert "seed 5, one run, no interval" in " ".join(out.split())
    assert "enforcement-sim sweep plan.yaml" in out
    assert f"1 run in {Path('out') / 'plan-seed-5'}" in out
    assert (tmp_path / "out" / "plan-seed-5" / "funnel.csv").is_file()


def test_set_reaches_the_run(command: Command, tmp_path: Path) -> None:
    words = ("--set", "thin=7", "--set", "period.end=2012-01-31", "--set", "scope={states: [CT]}")
    assert command("run", "baseline", "--out", "here", *words)[0] == 0
    scenario = json.loads((tmp_path / "here" / "manifest.json").read_bytes())["scenario"]
    assert (scenario["thin"], scenario["period"]["end"]) == (7, "2012-01-31")
    assert scenario["scope"] == {"states": ["CT"]}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("run", "baselin"), "did you mean 'baseline'"),
        (("run", "baseline", "--set", "detainer.hold_hour=3"), "detainer.hold_hours"),
        (("run", "baseline", "--set", "thin"), "ADDRESS=VALUE"),
        (("run", "baseline", "--set", "thin=[1"), "--set thin: broken YAML"),
        (("sweep", "plan.yaml", "--set", "detainer.hold_hours=72"), "sweeps this"),
        (("sweep", "plan.yaml", "--replications", "0"), "replications"),
        (("sweep", "plan.yaml", "--workers", "0"), "0 workers"),
        (("compare", "baseline", "nothing-such"), "no shipped scenario"),
    ],
)
def test_mistakes_are_one_line_and_exit_2(
    command: Command, tmp_path: Path, words: tuple[str, ...], message: str
) -> None:
    code, out, err = command(*words)
    assert code == 2
    assert message in err
    assert err.startswith("error: ")
    assert len(err.strip().splitlines()) == 1
    assert out == ""
    assert [path.name for path in tmp_path.iterdir()] == ["plan.yaml"]


def test_compare_prints_differences_and_keeps_nothing_unasked(command: Command, tmp_path: Path) -> None:
    code, out, _ = command("compare", "baseline", "plan.yaml", "--replications", "3", "--workers", "1")
    assert code == 0
    assert "Compared with A: baseline" in out
    assert "identical" in out
    assert "higher" in out
    assert [path.name for path in tmp_path.iterdir()] == ["plan.yaml"]


def test_compare_keeps_when_asked_and_reads_what_is_kept(command: Command, tmp_path: Path) -> None:
    command("compare", "baseline", "plan.yaml", "--replications", "2", "--workers", "1", "--out", "kept")
    assert (tmp_path / "kept" / "comparison.csv").is_file()
    code, out, _ = command("compare", "kept:0", "kept:2")
    assert code == 0
    assert "detainer.hold_hours: 48 → 96" in out


def test_ctrl_c_is_told_without_a_traceback(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as changed:
        changed.setattr("enforcement_sim.commands.progress_lines.ProgressLines", lambda: Notes(2, interrupt))
        code, _, err = command(*sweep_words())
    assert code == 130
    assert "the same command continues" in err
    assert "Traceback" not in err
    code, _, err = command(*sweep_words())
    assert code == 0
    assert "2 stored already" in err


@pytest.mark.slow
def test_failed_runs_are_tried_again_when_asked(command: Command, tmp_path: Path) -> None:
    command(*sweep_words(), run=failing_run)
    code, _, err = command(*sweep_words())
    assert code == 1
    assert "4 runs, 4 stored already" in err
    assert "2 runs failed" in err
    code, out, err = command(*sweep_words("--retry-failed"))
    assert code == 0
    assert "6 runs with 1 worker, 4 stored already" in err
    assert "6 runs in" in out


@pytest.mark.slow
def test_status_before_between_and_after(command: Command, tmp_path: Path) -> None:
    code, out, err = command(*sweep_words("--status"))
    assert (code, err) == (1, "")
    assert "6 runs: 6 missing" in out
    assert [path.name for path in tmp_path.iterdir()] == ["plan.yaml"]
    command(*sweep_words(), run=failing_run)
    before = files_of(tmp_path / "out" / "plan")
    code, out, _ = command(*sweep_words("--status"))
    assert code == 1
    assert "6 runs: 4 done, 2 failed" in out
    assert "ArithmeticError: a crew of minus one" in out
    assert "--retry-failed tries the 2 failed again" in out
    assert command("status", "out/plan") == (code, out, "")
    assert files_of(tmp_path / "out" / "plan") == before
    command(*sweep_words("--retry-failed"))
    code, out, _ = command("status", "out/plan")
    assert code == 0
    assert "6 runs: 6 done" in out
    assert "was computed again: failed before: ArithmeticError" in out


def test_status_of_no_sweep_and_of_another_design_ends_with_2(command: Command, tmp_path: Path) -> None:
    code, _, err = command("status", "nowhere")
    assert code == 2
    assert "holds no sweep" in err
    command(*sweep_words("--out", "mine"))
    code, _, err = command(*sweep_words("--out", "mine", "--replications", "4", "--status"))
    assert code == 2
    assert "another design" in err


def test_full_disk_is_told_in_one_line(command: Command, tmp_path: Path) -> None:
    def refuse() -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with Operations(60, refuse, lasting=True, names=Operations.NEEDING_ROOM):
        code, _, err = command(*sweep_words())
    assert code == 1
    assert "stopped: cannot write results to" in err
    assert "No space left on device; finished runs are stored" in err
    assert "Traceback" not in err
    code, _, err = command(*sweep_words())
    assert code == 0
    assert "stored already" in err


def test_cluster_and_workers_exclude_each_other(command: Command, tmp_path: Path) -> None:
    code, _, err = command(*sweep_words("--cluster", "tcp://127.0.0.1:1"))
    assert code == 2
    assert "`workers` cannot be combined with `cluster`" in err
    assert [path.name for path in tmp_path.iterdir()] == ["plan.yaml"]


@pytest.mark.slow
def test_reproduce_prints_a_row_a_run_and_ends_with_what_it_found(command: Command, tmp_path: Path) -> None:
    command(*sweep_words())
    before = files_of(tmp_path / "out" / "plan")
    code, out, err = command("reproduce", "out/plan", "--workers", "1")
    assert code == 0
    assert "6 of 6 runs computed again came out the same" in out
    assert out.count("identical") == 6
    assert "6 runs with 1 worker" in err
    code, out, _ = command("reproduce", "out/plan", "--workers", "1", run=failing_run)
    assert code == 1
    assert out.count("fails now") == 2
    assert "unexplained" in out
    assert files_of(tmp_path / "out" / "plan") == before


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("reproduce", "nowhere"), "no finished sweep"),
        (("reproduce", "out/plan", "--runs", "0"), "0 runs"),
        (("reproduce", "out/plan", "--run", "zzz"), "no run 'zzz'"),
    ],
)
def test_reproduce_of_nothing_ends_with_2(command: Command, words: tuple[str, ...], message: str) -> None:
    command(*sweep_words())
    code, out, err = command(*words)
    assert (code, out) == (2, "")
    assert message in err
    assert len(err.strip().splitlines()) == 1


def test_one_run_that_failed_is_tried_again_by_asking_for_it(command: Command) -> None:
    code, out, err = command("run", "plan.yaml", "--seed", "2", run=failing_run)
    assert code == 1
    assert "0 runs in" in out
    assert "1 run failed" in err
    code, out, _ = command("run", "plan.yaml", "--seed", "2")
    assert code == 0
    assert "1 run in" in out


@pytest.mark.slow
def test_comparison_leaves_out_failed_runs_until_they_are_tried_again(command: Command) -> None:
    words = ("compare", "baseline", "plan.yaml", "--replications", "3", "--workers", "1", "--out", "kept")
    assert "2 runs failed and are left out" in command(*words, run=failing_run)[1]
    assert "2 runs failed and are left out" in command(*words)[1]
    assert "left out" not in command(*words, "--retry-failed")[1]


def test_ctrl_c_that_the_compiler_drops_is_told_in_one_line(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Python drops what is raised in a function that C calls; what then fails is told as the interruption."""

    def compile_and_fail() -> None:
        ctypes.CFUNCTYPE(None)(lambda: signal.raise_signal(signal.SIGINT))()
        raise RuntimeError("no compiled object yet")

    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(typer.Exit) as ended:
        until_interrupted(compile_and_fail, tmp_path)
    assert ended.value.exit_code == 130
    assert capfd.readouterr().err.strip().splitlines() == [
        f"stopped; finished runs are stored in {tmp_path}, and the same command continues"
    ]
    assert signal.getsignal(signal.SIGINT) is before
    with pytest.raises(RuntimeError, match="another"):
        until_interrupted(lambda: (_ for _ in ()).throw(RuntimeError("another")), tmp_path)

"""Sweeps and comparisons with the real engine, on two small counties over two months."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from experiment_fakes import HOLD, child_environment, files_of

from enforcement_sim import compare, load_scenario, run, sweep
from enforcement_sim.runs.reproduce import IDENTICAL, reproduce
from enforcement_sim.runs.sweep_result import load_sweep

SMALL = {
    "scope": {"counties": ["10001", "10005"]},
    "period.start": "2012-01-01",
    "period.end": "2012-02-29",
    "start.warm_days": 30,
}


def small(shipped: str = "baseline", **settings: Any) -> Any:
    return load_scenario(shipped).with_(ensemble=0).with_(**SMALL, **settings)


def swept() -> Any:
    return small(replications=2, name="small").model_copy(update={"sweep": {HOLD: (24.0, 96.0)}})


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return sweep(swept(), out=tmp_path_factory.mktemp("engine") / "one", workers=1)


@pytest.mark.slow
def test_one_and_two_processes_give_the_same_bytes(tmp_path: Path, found: Any) -> None:
    sweep(swept(), out=tmp_path / "two", workers=2)
    assert files_of(tmp_path / "two") == files_of(found.folder)


def test_second_time_computes_nothing(found: Any) -> None:
    assert len(found.computed) == 4
    assert sweep(swept(), out=found.folder, workers=1).computed == ()


def test_stored_result_is_the_run(found: Any) -> None:
    point = swept().points()[1].scenario
    made = run(point, seed=point.seed + 1)
    stored = load_sweep(found.folder).result(point=1, replication=1)
    assert list(stored.tables()) == list(made.tables())
    for name, frame in made.tables().items():
        pd.testing.assert_frame_equal(stored.tables()[name], frame)
    pd.testing.assert_frame_equal(stored.funnel(by="programme"), made.funnel(by="programme"))
    assert stored.meta["scenario"] == point.resolved()
    row = found.measures.query("point == 1 and replication == 1").iloc[0]
    for name, value in made.measures().items():
        assert row[name] == pytest.approx(value, nan_ok=True, rel=0, abs=0)


def test_run_leaves_a_sweep_aside() -> None:
    without = small(replications=2, name="small")
    assert run(swept()).measures()["booked"] == run(without).measures()["booked"]


def test_bookings_do_not_depend_on_a_policy(found: Any) -> None:
    table = found.comparison.frame().set_index("measure")
    assert table.loc["booked", "verdict"] == "identical"
    assert table.loc["booked", "reference_mean"] > 0


@pytest.mark.slow
def test_change_without_effect_is_identical_in_every_measure() -> None:
    found = compare(small(), small("null"), replications=2, workers=1)
    frame = found.frame()
    assert set(frame.loc[frame["runs"] > 0, "verdict"]) == {"identical"}
    assert found.changed[1]


def test_runs_come_out_the_same_again(found: Any) -> None:
    again = reproduce(found.folder, runs=1, workers=1)
    assert [check.verdict for check in again.checks] == [IDENTICAL]
    assert (again.same, again.changed) == (True, ())


KILLED = """
import sys
from experiment_fakes import Operations, kill_this_process
from test_sweep_engine import swept
from enforcement_sim import sweep
with Operations(2, kill_this_process, names=("rename",)):  # just before the second run gets its name
    sweep(swept(), out=sys.argv[1], workers=1)
"""


@pytest.mark.slow
def test_killed_while_a_run_is_written(tmp_path: Path, found: Any) -> None:
    folder = tmp_path / "killed"
    ended = subprocess.run(
        [sys.executable, "-c", KILLED, str(folder)],
        env=child_environment(),
        capture_output=True,
        check=False,
    )
    assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()
    assert len(list((folder / "runs").iterdir())) == 1
    assert len(list(folder.glob("tmp-*"))) == 1
    assert len(sweep(swept(), out=folder, workers=1).computed) == 3
    assert files_of(folder) == files_of(found.folder)

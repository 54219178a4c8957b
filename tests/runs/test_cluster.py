"""A real Dask cluster, in processes of its own that share no folder with the sweep: the same bytes, whoever dies."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from experiment_fakes import (
    Notes,
    child_environment,
    design,
    dying_run,
    failing_run,
    fake_run,
    files_of,
    here_and_there,
    killed_once_run,
    runner,
)

from enforcement_sim import load_scenario, sweep
from enforcement_sim.errors import InputError
from enforcement_sim.runs import dask_cluster, executors
from enforcement_sim.runs.dask_cluster import ClusterLost
from enforcement_sim.runs.design import Design, DesignPoint
from enforcement_sim.runs.sweep import run_design

pytest.importorskip("distributed", reason="needs Dask: pip install 'enforcement-sim[cluster]'")

pytestmark = pytest.mark.slow

TWO_COUNTIES = {
    "scope": {"counties": ["10001", "10005"]},
    "period.start": "2012-01-01",
    "period.end": "2012-01-31",
    "start.warm_days": 20,
}


@dataclass
class Cluster:
    """A scheduler and its workers, each a process."""

    home: Path
    address: str
    scheduler: subprocess.Popen[bytes]
    workers: list[subprocess.Popen[bytes]]

    @classmethod
    def start(cls, home: Path, **environment: str) -> Cluster:
        scheduler = cls._process(home, "dask-scheduler", "distributed.cli.dask_scheduler", "--port", "0", **environment)
        # The scheduler says where it is in its first lines; reading them is all the waiting there is.
        assert scheduler.stderr is not None
        for line in scheduler.stderr:
            if b"Scheduler at:" in line:
                # Somebody must read on, or the scheduler would stop when the pipe is full.
                threading.Thread(target=scheduler.stderr.read, daemon=True).start()
                return cls(home, line.split()[-1].decode(), scheduler, [])
        raise AssertionError("the scheduler did not start")

    def add_worker(self) -> subprocess.Popen[bytes]:
        options = ("--no-nanny", "--nthreads", "1")
        worker = self._process(self.home, "dask-worker", "distributed.cli.dask_worker", self.address, *options)
        self.workers.append(worker)
        return worker

    def stop(self) -> None:
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait()

    @staticmethod
    def _process(home: Path, name: str, module: str, *options: str, **environment: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", module, *options, "--no-dashboard"]
        folder = home / f"{name}-{len(list(home.iterdir()))}"
        folder.mkdir()
        scheduler = name == "dask-scheduler"
        return subprocess.Popen(
            command,
            cwd=folder,
            env=child_environment() | environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE if scheduler else subprocess.DEVNULL,
        )


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    started = Cluster.start(tmp_path_factory.mktemp("cluster"))
    try:
        started.add_worker()
        started.add_worker()
        yield started
    finally:
        started.stop()


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sweeps") / "undisturbed"
    run_design(design(), folder, runner(), workers=1)
    return folder


def test_same_bytes_as_here(cluster: Cluster, tmp_path: Path, undisturbed: Path) -> None:
    found = run_design(design(), tmp_path / "s", runner(), cluster=cluster.address)
    assert len(found.computed) == 8
    assert files_of(tmp_path / "s") == files_of(undisturbed)
    call = json.loads((tmp_path / "s" / "log.json").read_bytes())["calls"][0]
    assert call["where"] == "a cluster"


def test_real_runs_are_the_same_bytes_and_begin_with_a_check_of_the_workers(cluster: Cluster, tmp_path: Path) -> None:
    scenario = load_scenario("baseline").with_(**TWO_COUNTIES, replications=2, name="small")
    swept = scenario.model_copy(update={"sweep": {"detainer.hold_hours": (24.0, 96.0)}})
    sweep(swept, out=tmp_path / "here", workers=1)
    sweep(swept, out=tmp_path / "there", cluster=cluster.address)
    assert files_of(tmp_path / "there") == files_of(tmp_path / "here")


def test_failure_there_is_recorded_here(cluster: Cluster, tmp_path: Path) -> None:
    found = run_design(design(), tmp_path / "s", runner(failing_run), cluster=cluster.address)
    assert len(found.failures) == 2
    assert all("a crew of minus one" in text for text in found.failures.values())


def test_worker_unlike_this_machine_is_refused_by_name(cluster: Cluster, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"engine v1 here, v2 there.*install the same versions"):
        run_design(design(), tmp_path / "s", runner(environment=here_and_there), cluster=cluster.address)
    assert not (tmp_path / "s").exists()


def test_worker_that_joins_later_is_checked_with_its_first_run(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dask_cluster.DaskCluster, "_check_workers", lambda self, client: None)
    with pytest.raises(InputError, match="engine v1 here, v2 there"):
        run_design(design(), tmp_path / "s", runner(environment=here_and_there), cluster=cluster.address)
    assert not list((tmp_path / "s" / "runs").glob("*"))


def test_worker_that_cannot_import_the_code_is_refused_by_name(cluster: Cluster, tmp_path: Path) -> None:
    def only_here(scenario: Any, seed: int) -> Any:
        return fake_run(scenario, seed)

    only_here.__module__, only_here.__qualname__ = "enforcement_sim.no_such_module", "run"
    sys.modules["enforcement_sim.no_such_module"] = module = type(sys)("no_such_module")
    module.run = only_here  # type: ignore[attr-defined]
    try:
        with pytest.raises(InputError, match="cannot run the package"):
            run_design(design(), tmp_path / "s", runner(only_here), cluster=cluster.address)
    finally:
        del sys.modules["enforcement_sim.no_such_module"]


@pytest.mark.parametrize(
    ("address", "message"), [("tcp://127.0.0.1:9", "no Dask scheduler responds"), ("nonsense", "no Dask scheduler")]
)
def test_nobody_at_the_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str, message: str) -> None:
    monkeypatch.setattr(dask_cluster, "CONNECT_SECONDS", 0.2)
    with pytest.raises(InputError, match=message):
        run_design(design(), tmp_path / "s", runner(), cluster=address)
    assert not (tmp_path / "s").exists()


def killed_once(plain: Design, home: Path) -> Design:
    """A design whose runs remember in ``home`` that one of them was killed."""
    points = (
        DesignPoint(point.settings, point.scenario.model_copy(update={"asks": str(home)})) for point in plain.points
    )
    return replace(plain, points=tuple(points))


def test_worker_killed_in_the_middle_of_a_run(cluster: Cluster, tmp_path: Path, undisturbed: Path) -> None:
    found = run_design(
        killed_once(design(), tmp_path), tmp_path / "s", runner(killed_once_run), cluster=cluster.address
    )
    assert (tmp_path / "killed").exists()
    assert [worker.poll() for worker in cluster.workers].count(-signal.SIGKILL) == 1
    assert not found.failures
    assert files_of(tmp_path / "s") == files_of(undisturbed)


def test_worker_that_joins_and_another_that_is_killed(cluster: Cluster, tmp_path: Path, undisturbed: Path) -> None:
    """Only one worker is left by the test before; another joins, and the first is killed from outside."""
    first = next(worker for worker in cluster.workers if worker.poll() is None)
    cluster.add_worker()
    run_design(design(), tmp_path / "s", runner(), None, Notes(after=2, act=first.kill), cluster=cluster.address)
    assert first.wait() == -signal.SIGKILL
    assert files_of(tmp_path / "s") == files_of(undisturbed)


def test_scheduler_that_is_lost_ends_the_sweep_and_keeps_its_runs(
    cluster: Cluster, tmp_path: Path, undisturbed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last of these tests: it ends the cluster."""
    monkeypatch.setattr(dask_cluster, "CONNECT_SECONDS", 1)
    kill = Notes(after=3, act=lambda: os.kill(cluster.scheduler.pid, signal.SIGKILL))
    with pytest.raises(ClusterLost, match="scheduler"):
        run_design(design(), tmp_path / "s", runner(), None, kill, cluster=cluster.address)
    assert not (tmp_path / "s" / "failed").exists()
    kept = {path.name for path in (tmp_path / "s" / "runs").iterdir()}
    assert len(kept) >= 3
    found = run_design(design(), tmp_path / "s", runner(), workers=1)
    assert not set(found.computed) & kept
    assert files_of(tmp_path / "s") == files_of(undisturbed)


def test_run_that_kills_its_worker_is_recorded_and_the_others_go_on(
    tmp_path: Path, undisturbed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the scheduler gives a task up at the first death, it is tried once more with nothing beside it."""
    short_lived = Cluster.start(tmp_path, DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES="0")
    try:
        for _ in range(3):
            short_lived.add_worker()
        found = run_design(design(), tmp_path / "s", runner(dying_run), cluster=short_lived.address)
        assert len(found.failures) == 1
        assert next(iter(found.failures.values())).startswith("WorkerDied")
        assert len(found.measures) == 7
        left = [worker for worker in short_lived.workers if worker.poll() is None]
        assert len(left) == 1

        monkeypatch.setattr(dask_cluster, "PATIENCE_SECONDS", 0.1)
        monkeypatch.setattr(executors, "CHECK_SECONDS", 0.05)
        with pytest.raises(ClusterLost, match="no worker"):
            leave = Notes(after=2, act=left[0].kill)
            run_design(design(), tmp_path / "t", runner(), None, leave, cluster=short_lived.address)
        monkeypatch.setattr(dask_cluster, "WORKERS_SECONDS", 0.1)
        with pytest.raises(InputError, match="has no worker"):
            run_design(design(), tmp_path / "t", runner(), cluster=short_lived.address)
    finally:
        short_lived.stop()
    for folder, how in (("s", {"retry_failed": True}), ("t", {})):
        run_design(design(), tmp_path / folder, runner(), 1, **how)
        assert files_of(tmp_path / folder) == files_of(undisturbed)

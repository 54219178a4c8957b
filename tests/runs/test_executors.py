"""Executors: every task handed over once, in this process or in others, whatever becomes of a worker."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any

import pytest
from experiment_fakes import child_environment

from enforcement_sim.errors import InputError
from enforcement_sim.runs.dask_cluster import ClusterLost
from enforcement_sim.runs.executors import (
    SerialExecutor,
    WorkerDied,
    WorkerProcesses,
    run_tasks,
    worker_count,
)
from enforcement_sim.runs.worker_processes import start_method, stop


def square(number: int) -> int:
    return number * number


def square_or_die(number: int) -> int:
    if number == 5:
        os._exit(1)
    return number * number


def refuse(number: int) -> int:
    raise ArithmeticError(f"not {number}")


@pytest.mark.parametrize("workers", [1, 2])
def test_every_task_once(workers: int) -> None:
    assert sorted(run_tasks(square, range(20), workers)) == [(n, n * n) for n in range(20)]


def test_serial_keeps_the_order() -> None:
    assert [task for task, _ in run_tasks(square, (3, 1, 2))] == [3, 1, 2]


def test_no_tasks_start_nothing() -> None:
    assert list(run_tasks(square, (), 2)) == []


def test_dead_worker_costs_only_its_own_task() -> None:
    found = dict(run_tasks(square_or_die, range(10), 2))
    assert isinstance(found.pop(5), WorkerDied)
    assert found == {n: n * n for n in range(10) if n != 5}


@pytest.mark.parametrize("workers", [1, 2])
def test_exception_ends_the_iteration(workers: int) -> None:
    with pytest.raises(ArithmeticError, match="not 0"):
        list(run_tasks(refuse, (0,), workers))


def test_serial_executor_is_an_executor() -> None:
    with SerialExecutor() as executor:
        assert isinstance(executor, Executor)
        assert list(executor.map(square, (1, 2, 3))) == [1, 4, 9]
        assert isinstance(executor.submit(refuse, 1).exception(), ArithmeticError)


def test_interrupt_is_not_kept_in_a_future() -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        SerialExecutor().submit(interrupt)


def test_worker_count() -> None:
    assert worker_count(8, 3) == 3
    assert worker_count(1, 100) == 1
    assert worker_count(None, 100) >= 1
    assert worker_count(4, 0) == 1
    with pytest.raises(InputError):
        worker_count(0, 1)


class Later(Executor):
    """Answers when it is asked to, the last call first, and remembers how much it was given at a time."""

    def __init__(self) -> None:
        self.waiting: list[tuple[Future[Any], Callable[[], Any]]] = []
        self.most = 0
        self.closed = False

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self.waiting.append((future, lambda: fn(*args, **kwargs)))
        self.most = max(self.most, len(self.waiting))
        return future

    def answer(self) -> None:
        future, call = self.waiting.pop()
        future.set_result(call())

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        self.closed = True
        self.waited = wait


class Elsewhere(WorkerProcesses):
    """A place of two workers that answer late, or not at all."""

    executor: Later

    def start(self) -> Executor:
        object.__setattr__(self, "executor", Later())
        return self.executor

    def check(self, executor: Executor, cancelled: bool = False) -> None:
        assert isinstance(executor, Later)
        if cancelled:
            raise ClusterLost("gone")
        executor.answer()


def test_few_tasks_are_under_way_however_many_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """What waits in memory does not grow with the sweep."""
    monkeypatch.setattr("enforcement_sim.runs.executors.CHECK_SECONDS", 0.0)
    place = Elsewhere(2)
    assert sorted(task for task, _ in run_tasks(square, range(50), place)) == list(range(50))
    assert place.executor.most == 4
    assert place.executor.closed
    assert not place.executor.waited, "an idle worker that was killed would keep the others waiting for ever"


def test_place_that_drops_a_task_is_asked_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("enforcement_sim.runs.executors.CHECK_SECONDS", 0.0)
    place = Elsewhere(2)
    found = run_tasks(square, range(50), place)
    next(found)
    for future, _ in place.executor.waiting:
        future.cancel()
        future.set_running_or_notify_cancel()
    with pytest.raises(ClusterLost):
        list(found)


def test_never_a_copy_of_a_running_process() -> None:
    """Threads and locks would be copied half-way; on macOS the fork server's frameworks too."""
    assert start_method(["fork", "spawn", "forkserver"], "linux") == "forkserver"
    assert start_method(["spawn", "fork", "forkserver"], "darwin") == "spawn"
    assert start_method(["spawn"], "win32") == "spawn"


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="threads are looked up in /proc")
def test_workers_are_forked_from_a_process_of_one_thread() -> None:
    """A lock that another thread holds at the fork would never be released in the worker, which would then hang."""
    executor = WorkerProcesses(1).start()
    try:
        server = executor.submit(os.getppid).result()
        assert server != os.getpid()
        assert len(list(Path(f"/proc/{server}/task").iterdir())) == 1
    finally:
        stop(executor)


SCRIPT = """
from enforcement_sim.runs.executors import run_tasks
print(sorted(made for _, made in run_tasks(abs, (-3, -4), 2)))
"""


@pytest.mark.parametrize("guarded", [True, False])
@pytest.mark.slow
def test_script_without_a_guard_is_told_so(tmp_path: Path, guarded: bool) -> None:
    """Each worker imports the script; without the guard it would start workers of its own, for ever."""
    first, rest = SCRIPT.strip().splitlines()
    (tmp_path / "script.py").write_text(f"{first}\n{'if __name__ == "__main__": ' if guarded else ''}{rest}\n")
    ended = subprocess.run(
        [sys.executable, "script.py"],
        cwd=tmp_path,
        env=child_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    if guarded:
        assert ended.stdout == "[3, 4]\n", ended.stderr
    else:
        assert ended.returncode == 1
        assert "put the call under `if __name__ == '__main__':`" in ended.stderr.splitlines()[-1]


UNGUARDED = """
from enforcement_sim import compare, load_scenario, run
small = {"scope": {"counties": ["10003"]}, "simulate": "alone", "start.warm_days": 0, "period.start": "2012-01-01",
         "period.end": "2012-01-02"}
history = load_scenario("baseline").with_(**small)
print("runs:", run(history, seed=1).meta["seed"])
compare(history, history.with_(name="longer", **{"detainer.hold_hours": 96}), replications=1, workers=2)
"""


@pytest.mark.slow
def test_workers_do_not_repeat_the_runs_of_a_script_without_a_guard(tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text(UNGUARDED)
    words = [sys.executable, "script.py"]
    ended = subprocess.run(words, cwd=tmp_path, env=child_environment(), capture_output=True, text=True, check=False)
    assert ended.stdout == "runs: 1\n"
    assert ended.stderr.count("Traceback") <= 2, "one of the pool, and the error that it causes"
    assert "put the call under `if __name__ == '__main__':`" in ended.stderr.splitlines()[-1]

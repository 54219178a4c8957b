"""Workers that are killed, and a parent that is: nothing of theirs stays, and nothing is said of what was left."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import pytest

import enforcement_sim

pytestmark = pytest.mark.skipif(
    not Path("/dev/shm").is_dir(), reason="semaphores and shared memory are looked up in /dev/shm"
)

SECONDS = 300.0
"""What never ends is a failure."""
PREFIX = "SEMAPHORES_BEGIN_WITH"
"""Tells a program how to name its semaphores, so that those of programs beside it are not taken for its own."""

WORK = """
import os, signal, sys
from multiprocessing import process
process.current_process()._config["semprefix"] = os.environ["SEMAPHORES_BEGIN_WITH"]
from enforcement_sim.runs.executors import WorkerDied, run_tasks

def die_at_odd(number):
    if number % 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return number

def send_much():
    return bytes(20_000_000)
"""

KILLED_WORKERS = """
from dead_workers import WorkerDied, die_at_odd, run_tasks
if __name__ == "__main__":
    found = dict(run_tasks(die_at_odd, range(4), 2))
    print(sorted(number for number, made in found.items() if isinstance(made, WorkerDied)))
"""

KILLED_EXPLORER_WORKERS = """
from dead_workers import die_at_odd
if __name__ == "__main__":
    from concurrent.futures import BrokenExecutor
    from enforcement_sim.explorer.worker_pool import WorkerPool
    with WorkerPool(1) as pool:
        try:
            pool.submit(die_at_odd, 1).result()
        except BrokenExecutor:
            print("died")
"""

STOPPED_WHILE_SENDING = """
from dead_workers import send_much
if __name__ == "__main__":
    from enforcement_sim.runs.executors import WorkerProcesses
    from enforcement_sim.runs.worker_processes import stop
    executor = WorkerProcesses(2).start()
    sent = [executor.submit(send_much) for _ in range(6)]
    sent[0].result()
    stop(executor)
    print("stopped")
"""

KILLED_PARENT = """
import os, signal
from dead_workers import die_at_odd, run_tasks
if __name__ == "__main__":
    for number, made in run_tasks(die_at_odd, range(0, 40, 2), 2):
        print(number, flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
"""


def shared(prefix: str) -> set[str]:
    """Return what processes share by name now: semaphores with a prefix of their own, and any shared memory."""
    return {name for name in os.listdir("/dev/shm") if name.startswith((f"sem.{prefix}", "psm_"))}


def said_by(program: str, folder: Path, prefix: str) -> tuple[int, str, str]:
    """Run a script, and wait until it and all that it started have gone: they hold its output open."""
    (folder / "dead_workers.py").write_text(WORK)
    (folder / "program.py").write_text(program)
    paths = os.pathsep.join([str(Path(enforcement_sim.__file__).parents[1]), str(folder)])
    ended = subprocess.run(
        [sys.executable, "-W", "always::UserWarning", "program.py"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": paths, PREFIX: f"/{prefix}"},
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )
    return ended.returncode, ended.stdout, ended.stderr


@pytest.mark.parametrize(
    ("program", "printed"),
    [(KILLED_WORKERS, "[1, 3]\n"), (KILLED_EXPLORER_WORKERS, "died\n")],
    ids=["sweep", "explorer"],
)
@pytest.mark.slow
def test_workers_that_are_killed_leave_nothing(tmp_path: Path, program: str, printed: str) -> None:
    prefix = f"mp-{uuid4().hex[:12]}"
    before = shared(prefix)
    code, out, err = said_by(program, tmp_path, prefix)
    assert (code, out) == (0, printed)
    assert "leaked" not in err and "resource_tracker" not in err
    assert not shared(prefix) - before


@pytest.mark.slow
def test_a_parent_that_is_killed_leaves_nothing(tmp_path: Path) -> None:
    prefix = f"mp-{uuid4().hex[:12]}"
    before = shared(prefix)
    code, _, err = said_by(KILLED_PARENT, tmp_path, prefix)
    assert code < 0
    assert "Traceback" not in err
    assert not shared(prefix) - before


@pytest.mark.slow
def test_a_program_ends_though_workers_were_stopped_while_they_sent(tmp_path: Path) -> None:
    code, out, err = said_by(STOPPED_WHILE_SENDING, tmp_path, f"mp-{uuid4().hex[:12]}")
    assert (code, out) == (0, "stopped\n")
    assert "Traceback" not in err

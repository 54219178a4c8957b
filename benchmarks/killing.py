"""Kills sweeps at random moments and checks that nothing finished is lost and no result changes.

Three kinds of death, each many times: the whole process at a chosen request to the file system (every stage of writing is
met, between two files of a run as well as between two tables); the whole process group by the clock, with worker
processes at work, on stand-ins and on real runs of two small counties; and one worker by the clock, which the sweep must
survive by itself. After each death the same call goes on, sometimes to be killed again, until it comes to its end. Then
every file but the log must be what an undisturbed sweep wrote, and no run that was finished at a death may have been made
again. The test suite has a short form of this. ``python benchmarks/killing.py [--moments N]`` takes a few minutes.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from record import ROOT

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # processes are copied here, and threads cannot be
os.environ["PYTHONWARNINGS"] = "ignore"  # of what killed processes leave behind in the system
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests" / "runs")]

from experiment_fakes import chance, design, fake_run, files_of, in_a_copy, requests_of, runner  # noqa: E402

from enforcement_sim.runs.design import Design, design_of  # noqa: E402
from enforcement_sim.runs.run import Runner, real_runner  # noqa: E402
from enforcement_sim.runs.store import RunStore  # noqa: E402
from enforcement_sim.runs.sweep import run_design  # noqa: E402
from enforcement_sim.scenarios.load import load_scenario  # noqa: E402

MOMENTS = 20
REPLICATIONS = 4
MOST_DEATHS = 200
"""A sweep that is not done after so many deaths makes no progress between them."""

POLL_SECONDS = 0.02
FIRST_SECONDS, LAST_SECONDS = 1.0, 4.0
"""A sweep is killed so many seconds after it was started, at first, and up to so many later."""

LATER_SECONDS = 0.8
"""A worker is killed within this time after the first run of its sweep is finished."""

TWO_COUNTIES = {
    "scope": {"counties": ["10001", "10005"]},
    "period.start": "2012-01-01",
    "period.end": "2012-12-31",
    "start.warm_days": 30,
}


def stand_ins() -> tuple[Design, Runner]:
    """A sweep of eight stand-ins."""
    return design(replications=REPLICATIONS), runner()


def slow_stand_in(scenario: Any, seed: int) -> Any:
    """A stand-in that takes as long as a small run."""
    time.sleep(0.15)
    return fake_run(scenario, seed)


def slow_stand_ins() -> tuple[Design, Runner]:
    """Eight stand-ins that take some time, for deaths by the clock."""
    return design(replications=REPLICATIONS), runner(slow_stand_in)


def small_runs() -> tuple[Design, Runner]:
    """A sweep of eight real runs of two small counties."""
    scenario = load_scenario("baseline").with_(**TWO_COUNTIES, replications=REPLICATIONS, name="small")
    return design_of(scenario.model_copy(update={"sweep": {"detainer.hold_hours": (24.0, 96.0)}})), real_runner()


SWEEPS: dict[str, Callable[[], tuple[Design, Runner]]] = {
    "stand-ins": stand_ins,
    "slow stand-ins": slow_stand_ins,
    "small runs": small_runs,
}


class Tally:
    """What has been seen."""

    def __init__(self) -> None:
        self.deaths = self.sweeps = self.kept = 0

    def died(self, folder: Path, inputs: str) -> dict[str, int]:
        """Count a death and return the runs that were finished, and when each was put in its place."""
        self.deaths += 1
        store = RunStore(folder, inputs)
        names = [path.name for path in folder.glob("runs/*")]
        found = {name: store.path(name).stat().st_ctime_ns for name in names if store.fault(name) is None}
        self.kept += len(found)
        return found

    def ended(self, folder: Path, finished: dict[str, int], expected: dict[str, bytes]) -> None:
        """Check a sweep that has come to its end."""
        self.sweeps += 1
        now = {name: (folder / "runs" / name).stat().st_ctime_ns for name in finished}
        assert now == finished, f"a finished run was made again in {folder}"
        found = files_of(folder)
        different = [name for name in {*found, *expected} if found.get(name) != expected.get(name)]
        assert not different, f"{folder}: {different[:5]}"


def by_request(home: Path, moments: int, tally: Tally) -> None:
    """Kill at requests to the file system, and again on the way on, until the sweep is done."""
    import pyarrow.parquet  # noqa: F401

    plan, engine = stand_ins()
    requests = requests_of(lambda: run_design(plan, home / "undisturbed", engine, workers=1))
    expected = files_of(home / "undisturbed")
    for number in range(moments):
        folder = home / str(number)
        finished: dict[str, int] = {}
        for death in range(MOST_DEATHS):
            at = 1 + int(requests * chance("request", number, death))
            if not in_a_copy(lambda folder=folder: run_design(plan, folder, engine, workers=1), at):
                break
            before = finished
            finished = tally.died(folder, engine.inputs)
            assert before.items() <= finished.items(), "a death has cost an earlier run"
        else:
            raise AssertionError("no end")
        tally.ended(folder, finished, expected)


def by_clock(home: Path, what: str, workers: int, moments: int, tally: Tally) -> None:
    """Kill the sweeping process by the clock, and again on the way on; its workers must go by themselves."""
    plan, engine = SWEEPS[what]()
    run_design(plan, home / "undisturbed", engine, workers=1)
    expected = files_of(home / "undisturbed")
    for number in range(moments):
        folder = home / str(number)
        finished: dict[str, int] = {}
        for death in range(MOST_DEATHS):
            process = begin(what, folder, workers)
            if ends_within(process, FIRST_SECONDS + LAST_SECONDS * chance("clock", what, workers, number, death)):
                assert process.returncode == 0, process.stderr
                break
            process.send_signal(signal.SIGKILL)
            process.wait()
            before = finished
            finished = tally.died(folder, engine.inputs)
            assert before.items() <= finished.items(), "a death has cost an earlier run"
        else:
            raise AssertionError("no end")
        tally.ended(folder, finished, expected)


def one_worker(home: Path, what: str, moments: int, tally: Tally) -> None:
    """Kill one worker process by the clock; the sweep must go on by itself and fail nowhere."""
    plan, engine = SWEEPS[what]()
    run_design(plan, home / "undisturbed", engine, workers=1)
    expected = files_of(home / "undisturbed")
    for number in range(moments):
        folder = home / str(number)
        process = begin(what, folder, 2)
        while not list(folder.glob("runs/*")) and not ends_within(process, POLL_SECONDS):
            pass  # nobody can be killed before there are workers
        if not ends_within(process, LATER_SECONDS * chance("worker", what, number)):
            victims = workers_of(process.pid)
            if victims:
                os.kill(victims[number % len(victims)], signal.SIGKILL)
                tally.deaths += 1
        assert ends_within(process, 120), "the sweep has not survived its worker"
        assert process.returncode == 0
        assert not (folder / "failed").exists()
        tally.ended(folder, {}, expected)


def begin(what: str, folder: Path, workers: int) -> subprocess.Popen[bytes]:
    """Start a sweep in a process of its own."""
    command = [sys.executable, str(Path(__file__)), "--sweep", what, "--out", str(folder), "--workers", str(workers)]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL)


def ends_within(process: subprocess.Popen[bytes], seconds: float) -> bool:
    """Say whether a process ends in time."""
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    return True


def workers_of(pid: int) -> list[int]:
    """Return the worker processes of a sweep: on Linux the children of its fork server."""
    import psutil

    found = []
    for child in psutil.Process(pid).children(recursive=True):
        if child.parent() is not None and child.parent().pid != pid:
            found.append(child.pid)
    return found


def main() -> None:
    """Kill, compare and say what was seen."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--moments", type=int, default=MOMENTS, help="sweeps that are killed in each way")
    parser.add_argument("--only", default="", help="the ways in whose names this occurs")
    parser.add_argument("--sweep", choices=SWEEPS, help="carry this one out (how it calls itself)")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--workers", type=int, default=1)
    asked = parser.parse_args()
    if asked.sweep:
        plan, engine = SWEEPS[asked.sweep]()
        run_design(plan, asked.out, engine, workers=asked.workers)
        return
    ways: list[tuple[str, Callable[[Path, Tally], None]]] = [
        ("stand-ins, at a request to the file system", lambda home, t: by_request(home, asked.moments, t)),
        ("stand-ins, by the clock, 1 process", lambda home, t: by_clock(home, "slow stand-ins", 1, asked.moments, t)),
        ("stand-ins, by the clock, 2 workers", lambda home, t: by_clock(home, "slow stand-ins", 2, asked.moments, t)),
        ("real runs, by the clock, 1 process", lambda home, t: by_clock(home, "small runs", 1, asked.moments, t)),
        ("real runs, by the clock, 2 workers", lambda home, t: by_clock(home, "small runs", 2, asked.moments, t)),
        ("stand-ins, one worker of 2", lambda home, t: one_worker(home, "slow stand-ins", asked.moments, t)),
        ("real runs, one worker of 2", lambda home, t: one_worker(home, "small runs", asked.moments, t)),
    ]
    for name, way in ways:
        if asked.only not in name:
            continue
        tally = Tally()
        began = time.perf_counter()
        with tempfile.TemporaryDirectory() as home:
            way(Path(home), tally)
        print(
            f"{name}: {tally.deaths} deaths in {tally.sweeps} sweeps, {tally.kept} finished runs met by a death, "
            f"none lost, every file the same ({time.perf_counter() - began:.0f} s)",
            flush=True,
        )


if __name__ == "__main__":
    main()

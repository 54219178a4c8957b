"""A stand-in for the engine, small enough to run hundreds of times: it obeys the contract of results and no more.

Functions here are importable by name, because worker processes find them so.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

import enforcement_sim
from enforcement_sim.law.definitions import load_definitions
from enforcement_sim.runs.atomic_files import StorageError
from enforcement_sim.runs.design import Design, DesignPoint, seeds_of
from enforcement_sim.runs.run import Runner
from enforcement_sim.runs.sweep import run_design
from enforcement_sim.scenarios.load import load_scenario

PROGRAMMES = ("secure_communities", "jail_287g")
EVENTS = ("booked", "matched", "removed")
HOLD = "detainer.hold_hours"


def chance(*keys: Any) -> float:
    """A number in [0, 1) that depends on the keys only."""
    return int.from_bytes(hashlib.sha256(repr(keys).encode()).digest()[:6]) / 2**48


@dataclass
class FakeResult:
    """Counts by month, programme and event."""

    counts: pd.DataFrame
    meta: dict[str, Any]

    def tables(self) -> dict[str, pd.DataFrame]:
        profiles = self.counts.assign(profile=self.counts["count"].astype("uint16")).drop(columns="count")
        return {"events": self.counts, "profiles": profiles}

    @classmethod
    def from_tables(cls, tables: dict[str, pd.DataFrame], meta: dict[str, Any]) -> FakeResult:
        return cls(tables["events"], meta)

    def _total(self, event: str, programme: str | None = None) -> int:
        rows = self.counts[self.counts["event"] == event]
        return int((rows if programme is None else rows[rows["programme"] == programme])["count"].sum())

    def measures(self) -> dict[str, float]:
        totals = {event: float(self._total(event)) for event in EVENTS}
        by_programme = {f"removed.{name}": float(self._total("removed", name)) for name in PROGRAMMES}
        return {**totals, **by_programme, "removed_share": totals["removed"] / totals["booked"], "empty": float("nan")}

    def count(self, events: Any, by: tuple[str, ...]) -> pd.DataFrame:
        """Everything happens in one county."""
        assert by == ("county", "event")
        return pd.DataFrame([{"county": "12021", "event": event, "count": self._total(event)} for event in events])

    def funnel(self, by: str = "programme") -> pd.DataFrame:
        return self.counts.groupby([by, "event"], as_index=False)["count"].sum()

    def series(self, by: str = "programme") -> pd.DataFrame:
        return self.counts[["month", by, "event", "count"]]

    def mix(self, stage: str = "removed", by: str = "programme", definition: str = "charge") -> pd.DataFrame:
        categories = load_definitions()[definition].categories or ("dui", "traffic")
        rows = [(name, category, len(stage), 1 / len(categories)) for name in PROGRAMMES for category in categories]
        return pd.DataFrame(rows, columns=[by, "category", "count", "share"])

    def hours(self, by: str = "status_group") -> pd.DataFrame:
        hold = self._total("removed") * 3
        return pd.DataFrame({"kind": ["statutory_hold"], by: ["unauthorised"], "hours": [hold]})


def fake_run(scenario: Any, seed: int) -> FakeResult:
    """More hours of hold, more removals; bookings depend on the seed alone."""
    hold = scenario.parameters[HOLD]
    rows = []
    for month in pd.date_range("2010-01-01", periods=3, freq="MS"):
        for programme in PROGRAMMES:
            booked = 1000 + int(200 * chance(seed, month, programme, "booked"))
            matched = booked // 10
            removed = int(matched * (0.2 + hold / 1000 + 0.02 * chance(seed, hold, programme, month)))
            rows += [(month, programme, event, n) for event, n in zip(EVENTS, (booked, matched, removed), strict=True)]
    counts = pd.DataFrame(rows, columns=["month", "programme", "event", "count"])
    counts["programme"] = counts["programme"].astype("category")
    meta = {"scenario": scenario.resolved(), "seed": seed, "capacity": {"LOS": 0.25}, "wall_seconds": os.getpid()}
    return FakeResult(counts, meta)


def failing_run(scenario: Any, seed: int) -> FakeResult:
    """Fails under the second seed."""
    if seed == 2:
        raise ArithmeticError("a crew of minus one")
    return fake_run(scenario, seed)


def dying_run(scenario: Any, seed: int) -> FakeResult:
    """Ends its process without an answer, under the second seed and the longest hold."""
    if seed == 2 and scenario.parameters[HOLD] == 96:
        os._exit(9)
    return fake_run(scenario, seed)


def killed_once_run(scenario: Any, seed: int) -> FakeResult:
    """Is killed, as the system would, the first time it meets the second seed; ``asks`` names where it remembers."""
    if seed == 2:
        try:
            # Two workers may meet it at once; one of them makes the file.
            Path(scenario.asks, "killed").touch(exist_ok=False)
        except FileExistsError:
            pass
        else:
            os.kill(os.getpid(), signal.SIGKILL)
    return fake_run(scenario, seed)


def here_and_there() -> dict[str, Any]:
    """An environment that differs between the process of the tests and any other."""
    return {"engine_version": "v1" if "PYTEST_CURRENT_TEST" in os.environ else "v2"}


def runner(run: Any = fake_run, **changed: Any) -> Runner:
    """A way to compute runs with the stand-in."""
    return Runner(run, **{"version": "fake", "inputs": "fake", "restore": FakeResult.from_tables, **changed})


def scenario(**settings: Any) -> Any:
    """A small scenario for the stand-in."""
    return load_scenario("baseline").with_(**settings)


def design(holds: tuple[float, ...] = (48, 96), replications: int = 4, **settings: Any) -> Design:
    """A sweep over hours of hold."""
    base = scenario(replications=replications, **settings)
    points = tuple(DesignPoint({HOLD: hold}, base.with_(**{HOLD: hold})) for hold in holds)
    return Design("holds", points, seeds_of(1, replications), base.resolved())


class Notes:
    """Progress that remembers, and does something after a number of runs."""

    def __init__(self, after: int = 0, act: Any = None) -> None:
        self.begun: tuple[int, int, int] = (0, 0, 0)
        self.outcomes: list[Any] = []
        self.done: list[int] = []
        self.left: list[float] = []
        self.ended = 0
        self._after, self._act = after, act

    def begin(self, runs: int, ready: int, workers: int) -> None:
        self.begun = (runs, ready, workers)

    def advance(self, outcome: Any, done: int, seconds_left: float) -> None:
        self.outcomes.append(outcome)
        self.done.append(done)
        self.left.append(seconds_left)
        if self._act is not None and len(self.outcomes) == self._after:
            self._act()

    def end(self) -> None:
        self.ended += 1


def files_of(folder: Path) -> dict[str, bytes]:
    """Every file of a folder but its log, which is the one that tells the time."""
    found = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    found.pop("log.json", None)
    return found


def child_environment() -> dict[str, str]:
    """The environment of a fresh Python that finds this package and this module, wherever it is started."""
    homes = (Path(enforcement_sim.__file__).parents[1], Path(__file__).parent)
    inherited = {name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"}
    # Copies of a process are made of one that has no threads, also none for linear algebra.
    inherited |= {"OPENBLAS_NUM_THREADS": "1"}
    return inherited | {"PYTHONPATH": os.pathsep.join(map(str, homes))}


class Operations:
    """Counts what this process asks of the file system, and does something just before one of these requests.

    Parameters
    ----------
    at
        The number of the request, from 1; 0 only counts.
    act
        What happens then: it may raise, or end the process.
    lasting
        Whether it happens before every later request too.
    names
        The functions of ``os`` that count.
    """

    CHANGING = ("fsync", "mkdir", "rename", "replace", "rmdir", "unlink")
    NEEDING_ROOM = ("fsync", "mkdir", "rename", "replace")

    def __init__(self, at: int = 0, act: Any = None, lasting: bool = False, names: Any = CHANGING) -> None:
        self.count = 0
        self._at, self._act, self._lasting = at, act, lasting
        self._own = {name: getattr(os, name) for name in names}

    def __enter__(self) -> Operations:
        for name, own in self._own.items():
            setattr(os, name, self._watched(own))
        return self

    def __exit__(self, *_: object) -> None:
        for name, own in self._own.items():
            setattr(os, name, own)

    def _watched(self, own: Any) -> Any:
        def watched(*arguments: Any, **options: Any) -> Any:
            self.count += 1
            if self._at and (self.count == self._at or (self._lasting and self.count > self._at)):
                self._act()
            return own(*arguments, **options)

        return watched


def kill_this_process() -> None:
    """End at once, as with kill -9 or a power cut."""
    os.kill(os.getpid(), signal.SIGKILL)


def be_killed_in_the_middle(folder: str, workers: int) -> None:
    """Carry out a sweep that is killed after three runs."""
    run_design(design(), Path(folder), runner(), workers, Notes(after=3, act=kill_this_process))


def be_killed_at_moments(home: str, moments: int) -> None:
    """Carry out the same sweep many times, each in a copy of this process that is killed at another moment."""
    import pyarrow.parquet  # noqa: F401

    plan = design(replications=2)
    requests = requests_of(lambda: run_design(plan, Path(home, "counted"), runner(), 1))
    for number in range(moments):
        at = 1 + int(requests * chance("moment", number))
        folder = Path(home, str(number))
        assert in_a_copy(lambda folder=folder: run_design(plan, folder, runner(), 1), at), f"not at {at} of {requests}"


def requests_of(work: Any) -> int:
    """Return how many requests to the file system some work makes, in a copy of this process."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        with Operations() as whole:
            work()
        os.write(writing, str(whole.count).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        count = pipe.read()
    os.waitpid(child, 0)
    return int(count)


def in_a_copy(work: Any, at: int) -> bool:
    """Do some work in a copy of this process that is killed at a request; say whether it came to that.

    This process must not have done any such work itself: what it has loaded is copied, its threads are not.
    """
    child = os.fork()
    if not child:
        with Operations(at, kill_this_process):
            work()
        os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def fill_a_small_disk(mount: str, home: str, kilobytes: int, workers: int) -> None:
    """Carry out a sweep on a disk that is too small, make it larger, carry it on, and copy what came of it."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "none", mount], check=True)
    folder = Path(mount, "s")
    try:
        run_design(design(), folder, runner(), workers)
        raise AssertionError("the disk was large enough")
    except StorageError as error:
        assert "No space left on device" in str(error), error
    assert not list(folder.glob("failed/*"))
    assert not list(folder.glob("tmp-*"))
    subprocess.run(["mount", "-o", "remount,size=50m", mount], check=True)
    kept = {path.name for path in folder.glob("runs/*")}
    found = run_design(design(), folder, runner(), 1)
    assert not set(found.computed) & kept
    shutil.copytree(folder, home)
    print(len(kept))


def sweep_words(*more: str) -> tuple[str, ...]:
    """The words of a command that sweeps ``plan.yaml`` in this process, without figures."""
    return ("sweep", "plan.yaml", "--workers", "1", "--no-figures", *more)

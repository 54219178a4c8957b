"""What a sweep costs besides its runs, and what more workers gain: the same runs called one by one, and swept.

Runs of a stretch of national history, each of five seconds or more, are (a) called one after another in one process with
nothing kept, (b) swept in one process, (c) swept by two processes, (d) and (e) swept by one and two workers of a Dask
cluster on this machine. Each way is a fresh process with the engine's code loaded, its folder is empty, and the ways
take turns, so that whatever else the machine does meets all of them. (f) calls the runs in two unrelated processes at a time,
half of them each: what two processes could gain at best here, where caches and memory are shared.

- *Overhead* is what (b) takes more than (a), as a share of (a): in wall time, and in processor time, which other work on
  the machine disturbs less.
- *Two processes against one* is (b) / (c), beginning to end, the start of the workers included.

Times are the smallest of several rounds, because other work can only add. ``python benchmarks/sweeping.py`` takes about
ten minutes; ``--look`` prints the ratios of a short round and writes nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from record import ROOT, child, keep, table

RUNS = 12
ROUNDS = 3
END = "2010-09-30"
"""Last day of the runs; they begin on 2008-10-01 after a warm start of a year."""

FEWEST_SECONDS = 5.0
MOST_OVERHEAD = 0.05
LEAST_GAIN = 1.85
TWO = 2


def scenario_of(runs: int) -> Any:
    """Return the scenario whose replications are the runs."""
    from enforcement_sim.scenarios.load import load_scenario

    return load_scenario("baseline").with_(**{"period.end": END, "replications": runs, "name": "sweeping"})


def prepared() -> None:
    """Load everything that a run needs, which is nobody's overhead."""
    import pyarrow.parquet  # noqa: F401

    from enforcement_sim.process.engine import smallest_engine

    smallest_engine().run_to_end()


def timed(work: Callable[[], Any]) -> dict[str, float]:
    """Return the wall seconds of some work, and the processor seconds of this process and its children."""

    def used() -> float:
        both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        return sum(one.ru_utime + one.ru_stime for one in both)

    wall, processor = time.perf_counter(), used()
    work()
    return {"wall": time.perf_counter() - wall, "processor": used() - processor}


def called(runs: int, first: int = 1) -> dict[str, float]:
    """Call runs one after another and keep nothing."""
    from enforcement_sim.runs.run import run

    prepared()
    scenario = scenario_of(runs)

    def work() -> None:
        for seed in range(first, first + runs):
            run(scenario, seed=seed)

    return timed(work)


def swept(runs: int, workers: int | None, cluster: str | None = None) -> dict[str, float]:
    """Sweep the same runs into an empty folder."""
    from enforcement_sim.runs.sweep import sweep

    prepared()
    scenario = scenario_of(runs)
    with tempfile.TemporaryDirectory(dir=ROOT) as folder:
        return timed(lambda: sweep(scenario, out=Path(folder) / "s", workers=workers, cluster=cluster))


@contextmanager
def cluster_of(workers: int) -> Iterator[str]:
    """Yield the address of a Dask cluster of so many workers, whose engines are compiled."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    with tempfile.TemporaryDirectory() as home:
        told = Path(home) / "scheduler.json"
        scheduler = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--no-dashboard", "--host", "127.0.0.1"]
        worker = [
            sys.executable,
            "-m",
            "distributed.cli.dask_worker",
            "--no-dashboard",
            "--nthreads",
            "1",
            "--no-nanny",
        ]
        processes = [
            subprocess.Popen([*scheduler, "--port", "0", "--scheduler-file", str(told)], cwd=home, **quiet)  # type: ignore[call-overload]
        ]
        try:
            while not told.exists():
                time.sleep(0.05)
            address = str(json.loads(told.read_text(encoding="utf-8"))["address"])
            for _ in range(workers):
                processes.append(subprocess.Popen([*worker, address], cwd=home, env=environment, **quiet))  # type: ignore[call-overload]
            from distributed import Client

            with Client(address, set_as_default=False) as client:
                client.wait_for_workers(workers, timeout=60)
                client.run(_load)
            yield address
        finally:
            for process in processes:
                process.kill()
                process.wait()


def _load() -> None:
    """Load the engine in a worker."""
    from enforcement_sim.process.engine import smallest_engine

    smallest_engine().run_to_end()


def together(runs: int) -> dict[str, float]:
    """Call the runs in two processes that know nothing of each other, half of them each."""
    halves = [(1, runs // TWO), (1 + runs // TWO, runs - runs // TWO)]
    command = [sys.executable, __file__, "--part", "called"]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])}
    processes = [
        subprocess.Popen([*command, str(count), str(first)], stdout=subprocess.PIPE, env=environment)
        for first, count in halves
    ]
    found = [json.loads(process.communicate()[0].splitlines()[-1]) for process in processes]
    return {key: max(one[key] for one in found) for key in ("wall", "processor")}


def part(name: str, *arguments: str) -> dict[str, float]:
    """Do one of the ways in a fresh process."""
    found: dict[str, float] = child("sweeping.py", "--part", name, *arguments)
    return found


def over_dask(runs: int, workers: int) -> dict[str, float]:
    """Sweep on a cluster of this machine; processor time there is nobody's child here, so it is left out."""
    with cluster_of(workers) as address:
        return {"wall": part("cluster", str(runs), address)["wall"]}


def measure(runs: int, rounds: int) -> dict[str, dict[str, float]]:
    """Return the smallest times of each way."""
    ways: dict[str, Callable[[], dict[str, float]]] = {
        "called": lambda: part("called", str(runs)),
        "swept by 1": lambda: part("swept", str(runs), "1"),
        "called by 2": lambda: together(runs),
        "swept by 2": lambda: part("swept", str(runs), "2"),
        "Dask, 1 worker": lambda: over_dask(runs, 1),
        "Dask, 2 workers": lambda: over_dask(runs, 2),
    }
    part("called", "1")  # compiles, if nobody has yet
    found: dict[str, dict[str, float]] = {}
    for number in range(rounds):
        for name, way in ways.items():
            times = way()
            print(f"round {number + 1}, {name}: {times['wall']:.1f} s", file=sys.stderr, flush=True)
            found[name] = {key: min(value, found.get(name, times)[key]) for key, value in times.items()}
    return found


def ratios_of(found: dict[str, dict[str, float]], runs: int) -> dict[str, float]:
    """Return the ratios that are promised, and those that explain them."""
    wall = {name: times["wall"] for name, times in found.items()}
    return {
        "seconds_a_run": wall["called"] / runs,
        "overhead_wall": wall["swept by 1"] / wall["called"] - 1,
        "overhead_processor": found["swept by 1"]["processor"] / found["called"]["processor"] - 1,
        "gain_of_two_processes": wall["swept by 1"] / wall["swept by 2"],
        "gain_of_two_at_best": wall["called"] / wall["called by 2"],
        "gain_of_two_dask_workers": wall["Dask, 1 worker"] / wall["Dask, 2 workers"],
        "dask_against_processes": wall["Dask, 2 workers"] / wall["swept by 2"],
        "dask_overhead": wall["Dask, 1 worker"] / wall["called"] - 1,
    }


def in_words(found: dict[str, dict[str, float]], ratios: dict[str, float], runs: int, rounds: int) -> str:
    """Return the measurements for readers."""
    ways = table(
        ["way", "wall s", "s a run"],
        [[name, f"{times['wall']:.1f}", f"{times['wall'] / runs:.2f}"] for name, times in found.items()],
    )
    promised = [
        ["overhead of a sweep, wall", f"{ratios['overhead_wall']:.1%}", f"≤ {MOST_OVERHEAD:.0%}"],
        ["overhead of a sweep, processor", f"{ratios['overhead_processor']:.1%}", f"≤ {MOST_OVERHEAD:.0%}"],
        ["two processes against one, swept", f"{ratios['gain_of_two_processes']:.2f}", f"≥ {LEAST_GAIN}"],
        ["two processes against one, only called", f"{ratios['gain_of_two_at_best']:.2f}", ""],
        ["two Dask workers against one", f"{ratios['gain_of_two_dask_workers']:.2f}", ""],
        ["one Dask worker: overhead", f"{ratios['dask_overhead']:.1%}", ""],
        ["two Dask workers / two processes, wall", f"{ratios['dask_against_processes']:.2f}", ""],
    ]
    return "\n".join(
        [
            f"{runs} national runs from 2008-10-01 to {END}, {ratios['seconds_a_run']:.1f} s each when called; smallest of "
            f"{rounds} rounds; start of workers included, a cluster's own start not.",
            "",
            ways,
            "",
            table(["ratio", "measured", "promise"], promised),
        ]
    )


def main() -> None:
    """Measure, print and keep; or do the one way that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", nargs="+", help="how it calls itself")
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--look", action="store_true", help="print only, and keep nothing")
    asked = parser.parse_args()
    if asked.part:
        name, *arguments = asked.part
        if name == "called":
            print(json.dumps(called(*map(int, arguments))))
        elif name == "swept":
            print(json.dumps(swept(*map(int, arguments))))
        else:
            print(json.dumps(swept(int(arguments[0]), None, arguments[1])))
        return
    found = measure(asked.runs, asked.rounds)
    ratios = ratios_of(found, asked.runs)
    text = in_words(found, ratios, asked.runs, asked.rounds)
    if asked.look:
        print(text)
    else:
        keep("sweeping", {"ways": found, "ratios": ratios, "runs": asked.runs}, text)
    if ratios["seconds_a_run"] < FEWEST_SECONDS:
        print(f"runs took less than {FEWEST_SECONDS:g} s: lengthen END before trusting the overhead", file=sys.stderr)


if __name__ == "__main__":
    main()

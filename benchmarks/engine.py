"""The engine's pace: seconds, nanoseconds a booking and peak memory of national runs, beside four yardsticks.

The yardsticks are the slow twin, the twin's flow under SimPy, and a much reduced flow at the nation's scale, in compiled code
and in vectorised NumPy. Every measurement is made in a fresh process on one core with the compiled code on disk, and
repeated; the smallest and the middle value are kept, because other work on a machine can only add. Run without arguments
it measures everything; ``--part`` is how it calls itself. Process time counts what this process used, wall time what passed.
``engine_tables`` says what the numbers mean.
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
from collections.abc import Callable
from datetime import date
from typing import Any

from engine_tables import ENDS, START, ratios_of, told
from record import ROOT, child, keep

REPEATS = 3
FIRST_DAYS, WHOLE_YEAR = "2010-01-05", "2010-12-31"
"""Last days of the twin's runs: to load everything, and to measure."""

SMALL_COUNTIES = ("10001", "24021", "13313")
"""Kent, Delaware; Frederick, Maryland and Whitfield, Georgia, which had 287(g) officers."""

KILOBYTES_A_MEBIBYTE = 1024


def timed(work: Callable[[], Any]) -> tuple[Any, float, float]:
    """Return what work gives, its wall seconds and its process seconds."""
    wall, used = time.perf_counter(), time.process_time()
    made = work()
    return made, time.perf_counter() - wall, time.process_time() - used


def national(years: str) -> dict[str, float]:
    """Measure one national run in this process: everything besides the warm start, results included."""
    from enforcement_sim.model import EnforcementModel
    from enforcement_sim.process.engine import smallest_engine
    from enforcement_sim.scenarios.load import load_scenario

    smallest_engine().run_to_end()
    scenario = load_scenario("baseline").with_(**{"period.end": ENDS[int(years)]})
    model, build, build_used = timed(lambda: EnforcementModel(scenario, seed=1, collect=False))

    # What enforcement_sim.run does, split here to leave the warm start out of the time.
    _, warm_wall, _ = timed(lambda: model.run_until(model.engine.clock.first_counted_day))
    result, wall, used = timed(lambda: model.run(keep_people=False))
    funnel, asked, asked_used = timed(lambda: result.funnel(by="none"))
    bookings = int(funnel.set_index("event")["count"]["booked"])
    places = model.engine.places
    return {
        "followed_share": float((places["day_share"] * places["reachable_share"]).sum() / places["day_share"].sum()),
        "bookings": bookings,
        "wall": build + wall + asked,
        "process": build_used + used + asked_used,
        "warm_wall": warm_wall,
        "ns_per_booking": (build_used + used + asked_used) / bookings * 1e9,
        "peak_mebibytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KILOBYTES_A_MEBIBYTE,
    }


def reduced(days: str) -> dict[str, float]:
    """Measure the reduced flow in compiled code."""
    from reduced_flow import simulate
    from reduced_world import BOOKED, world

    places = world()
    simulate(places, 2)
    (counts, _), wall, used = timed(lambda: simulate(places, int(days)))
    return pace_of(int(counts[BOOKED].sum()), wall, used)


def vectorised(days: str) -> dict[str, float]:
    """Measure the reduced flow in NumPy."""
    from numpy_flow import NumPyFlow
    from reduced_world import BOOKED, world

    places = world()
    NumPyFlow(places).simulate(2)
    flow, wall, used = timed(lambda: NumPyFlow(places).simulate(int(days)))
    return pace_of(int(flow.counts[BOOKED].sum()), wall, used)


def pace_of(bookings: int, wall: float, used: float) -> dict[str, float]:
    """Return what is kept of one measurement of a flow."""
    return {"bookings": bookings, "wall": wall, "process": used, "ns_per_booking": used / bookings * 1e9}


def days_of(years: int) -> int:
    """Return how many days a national run counts.

    Examples
    --------
    >>> days_of(1)
    365
    """
    return (date.fromisoformat(ENDS[years]) - date.fromisoformat(START)).days + 1


def small(end: str) -> Any:
    """Return history in three small counties from the first day of 2010 on."""
    from enforcement_sim.scenarios.load import load_scenario

    settings: dict[str, Any] = {"scope": {"counties": list(SMALL_COUNTIES)}, "simulate": "alone", "start.warm_days": 60}
    return load_scenario("baseline").with_(**settings, **{"period.start": "2010-01-01", "period.end": end})


def twin() -> dict[str, Any]:
    """Measure the twin and the engine on the same small counties, every booking of the run counted, set-up apart."""
    from tests.twin.model import TwinModel

    from enforcement_sim.model import EnforcementModel

    TwinModel(small(FIRST_DAYS), 1).run()
    slow, wall, used = timed(TwinModel(small(WHOLE_YEAR), 1).run)
    fast = EnforcementModel(small(WHOLE_YEAR), 1, collect=False)
    _, _, fast_used = timed(fast.run)
    return {
        **pace_of(slow.bookings, wall, used),
        "engine_ns_per_booking_there": fast_used / slow.bookings * 1e9,
        "profile": profile(lambda: TwinModel(small("2010-03-31"), 1).run()),
    }


def simpy(end: str = WHOLE_YEAR) -> dict[str, Any]:
    """Measure the twin's flow under SimPy's calendar, and check in the same process that it is the twin's flow.

    Raises
    ------
    RuntimeError
        If any cell of the two ledgers differs: a pace of something else would be worth nothing.
    """
    from simpy_flow import SimPyFlow, differences_from_the_twin
    from tests.twin.model import TwinModel

    SimPyFlow(small(FIRST_DAYS), 1).run()
    flow, wall, used = timed(SimPyFlow(small(end), 1).run)
    different = differences_from_the_twin(flow, TwinModel(small(end), 1).run())
    if different:
        raise RuntimeError("the SimPy flow is not the twin's: " + "; ".join(different))
    return {
        **pace_of(flow.bookings, wall, used),
        "cells_that_differ_from_the_twin": len(different),
    }


def profile(work: Callable[[], Any], most: int = 8) -> list[list[Any]]:
    """Return the functions in which work spends most of its own time: name and share."""
    import cProfile
    import pstats

    watched = cProfile.Profile()
    watched.runcall(work)
    rows = pstats.Stats(watched).stats.items()  # type: ignore[attr-defined]
    total = sum(row[2] for _, row in rows)
    largest = sorted(rows, key=lambda item: -item[1][2])[:most]
    return [[f"{os.path.basename(key[0])}: {key[2]}".removeprefix("~: "), row[2] / total] for key, row in largest]


def load_engine() -> dict[str, float]:
    """Measure how long it takes until every engine function is compiled, or read from disk."""
    from enforcement_sim.process.engine import smallest_engine

    _, wall, used = timed(lambda: smallest_engine().run_to_end())
    return {"wall": wall, "process": used}


def help_seconds(repeats: int = 9) -> list[float]:
    """Return the wall seconds of ``enforcement-sim --help`` in fresh processes."""
    command = [sys.executable, "-c", "from enforcement_sim.cli import main; main()", "--help"]
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    found = []
    for _ in range(repeats):
        began = time.perf_counter()
        subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
        found.append(time.perf_counter() - began)
    return found


PARTS: dict[str, Callable[..., Any]] = {
    "twin": twin,
    "simpy": simpy,
    "load": load_engine,
    "national": national,
    "reduced": reduced,
    "numpy": vectorised,
}


def measure() -> dict[str, Any]:
    """Measure everything, each part in processes of its own; the six years and the reduced flows take turns."""
    with tempfile.TemporaryDirectory() as empty:
        cold = child("engine.py", "--part", "load", ENFORCEMENT_SIM_CACHE=empty)
    child("engine.py", "--part", "load")
    warm = child("engine.py", "--part", "load")
    runs: dict[int, list[dict[str, Any]]] = {years: [] for years in ENDS}
    found: dict[str, Any] = {"runs": runs, "reduced": [], "numpy": []}
    for _ in range(REPEATS):
        for years in ENDS:
            runs[years].append(child("engine.py", "--part", "national", str(years)))
        for flow in ("reduced", "numpy"):
            found[flow].append(child("engine.py", "--part", flow, str(days_of(6))))
    for flow in ("twin", "simpy"):
        found[flow] = [child("engine.py", "--part", flow) for _ in range(REPEATS)]
    return {
        **found,
        "ratios": ratios_of(found),
        "compile_cold": cold,
        "compile_cached": warm,
        "help": help_seconds(),
    }


def main() -> None:
    """Measure, print and keep; or, with ``--part``, measure one thing and print it as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", choices=PARTS, help="measure one part in this process")
    parser.add_argument("arguments", nargs="*")
    chosen = parser.parse_args()
    if chosen.part:
        print(json.dumps(PARTS[chosen.part](*chosen.arguments)))
        return
    found = measure()
    keep("engine", found, told(found))


if __name__ == "__main__":
    main()

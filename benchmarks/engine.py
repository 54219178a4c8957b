"""The engine's pace: seconds, nanoseconds a booking and peak memory of national runs, beside the slow twin and SimPy.

Every measurement is made in a fresh process on one core with the compiled code on disk, and repeated; the smallest
and the middle value are kept, because other work on a machine can only add. Run without arguments it measures
everything; ``--part`` is how it calls itself. Process time counts what this process used, wall time what passed.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

from record import ROOT, child, keep, table

ENDS = {1: "2009-09-30", 2: "2010-09-30", 4: "2012-09-30", 6: "2014-11-20"}
"""Last day of the runs that begin on 2008-10-01, by the whole years in them; six is the default period."""

REPEATS = {1: 3, 2: 3, 4: 3, 6: 3}
FIRST_DAYS, WHOLE_YEAR = "2010-01-05", "2010-12-31"
"""Last days of the twin's runs: to load everything, and to measure."""

SMALL_COUNTIES = ("10001", "24021", "13313")
"""Kent, Delaware; Frederick, Maryland and Whitfield, Georgia, which had 287(g) officers."""

KILOBYTES_A_MEBIBYTE = 1024
BUDGET = {"seconds": 20, "ns_per_booking": 250, "peak_mebibytes": 400, "compile": 60, "help": 0.3, "ratio": 40}
GOAL = 100
"""Times slower that a flow in plain Python should be, where the budget asks for ``ratio``."""


def timed(work: Callable[[], Any]) -> tuple[Any, float, float]:
    """Return what work gives, its wall seconds and its process seconds."""
    wall, used = time.perf_counter(), time.process_time()
    made = work()
    return made, time.perf_counter() - wall, time.process_time() - used


def national(years: str) -> dict[str, float]:
    """Measure one national run in this process: everything besides the warm start, results included."""
    from enforcement_sim.model import EnforcementModel
    from enforcement_sim.process.engine import smallest_engine
    from enforcement_sim.scenario.load import load_scenario

    smallest_engine().run_to_end()
    scenario = load_scenario("baseline").with_(**{"period.end": ENDS[int(years)]})
    model, build, build_used = timed(lambda: EnforcementModel(scenario, seed=1, collect=False))

    # What enforcement_sim.run does, split here to leave the warm start out of the time.
    _, warm_wall, _ = timed(lambda: model.run_until(model.engine.clock.first_counted_day))
    result, wall, used = timed(lambda: model.run(keep_people=False))
    funnel, asked, asked_used = timed(lambda: result.funnel(by="none"))
    bookings = int(funnel.set_index("event")["count"]["booked"])
    return {
        "bookings": bookings,
        "wall": build + wall + asked,
        "process": build_used + used + asked_used,
        "warm_wall": warm_wall,
        "ns_per_booking": (build_used + used + asked_used) / bookings * 1e9,
        "peak_mebibytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KILOBYTES_A_MEBIBYTE,
    }


def small(end: str) -> Any:
    """Return history in three small counties from the first day of 2010 on."""
    from enforcement_sim.scenario.load import load_scenario

    settings: dict[str, Any] = {"scope": {"counties": list(SMALL_COUNTIES)}, "start.warm_days": 60}
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
        "bookings": slow.bookings,
        "wall": wall,
        "process": used,
        "ns_per_booking": used / slow.bookings * 1e9,
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
        "bookings": flow.bookings,
        "wall": wall,
        "process": used,
        "ns_per_booking": used / flow.bookings * 1e9,
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


def ratios_of(
    national_runs: list[dict[str, Any]], twins: list[dict[str, Any]], flows: list[dict[str, Any]]
) -> dict[str, float]:
    """Return how many times the engine's pace in the nation is that of the twin and of the SimPy flow, fastest to fastest."""
    engine, slow, flow = (
        min(float(part["ns_per_booking"]) for part in parts) for parts in (national_runs, twins, flows)
    )
    return {"twin_to_engine": slow / engine, "simpy_to_engine": flow / engine}


PARTS: dict[str, Callable[..., Any]] = {"twin": twin, "simpy": simpy, "load": load_engine, "national": national}


def measure() -> dict[str, Any]:
    """Measure everything, each part in processes of its own."""
    with tempfile.TemporaryDirectory() as empty:
        cold = child("engine.py", "--part", "load", ENFORCEMENT_SIM_CACHE=empty)
    child("engine.py", "--part", "load")
    warm = child("engine.py", "--part", "load")
    runs = {
        years: [child("engine.py", "--part", "national", str(years)) for _ in range(repeats)]
        for years, repeats in REPEATS.items()
    }
    twins = [child("engine.py", "--part", "twin") for _ in range(2)]
    flows = [child("engine.py", "--part", "simpy") for _ in range(2)]
    return {
        "runs": runs,
        "twin": twins,
        "simpy": flows,
        "ratios": ratios_of(runs[6], twins, flows),
        "compile_cold": cold,
        "compile_cached": warm,
        "help": help_seconds(),
    }


def told(found: dict[str, Any]) -> str:
    """Return the numbers as Markdown."""
    rows = []
    for years, runs in found["runs"].items():
        wall, used, pace = (sorted(run[key] for run in runs) for key in ("wall", "process", "ns_per_booking"))
        rows.append(
            [
                f"2008-10-01 to {ENDS[years]}",
                f"{runs[0]['bookings'] / 1e6:.1f}",
                f"{wall[0]:.1f} / {statistics.median(wall):.1f}",
                f"{used[0]:.1f} / {statistics.median(used):.1f}",
                f"{pace[0]:.0f} / {statistics.median(pace):.0f}",
                f"{max(run['peak_mebibytes'] for run in runs):.0f}",
            ]
        )
    headings = ["national run", "million bookings", "wall s", "process s", "ns a booking", "peak MiB"]
    slow = min(found["twin"], key=lambda part: float(part["ns_per_booking"]))
    flow = min(found["simpy"], key=lambda part: float(part["ns_per_booking"]))
    engine = min(run["ns_per_booking"] for run in found["runs"][6])
    ratios = found["ratios"]
    cold, cached = found["compile_cold"], found["compile_cached"]
    helped = f"{min(found['help']):.2f} / {statistics.median(found['help']):.2f}"
    wanted = f"≥ {BUDGET['ratio']}, goal {GOAL}"
    others = [
        ["engine, national, six years: ns a booking", f"{engine:.0f}", f"≤ {BUDGET['ns_per_booking']}"],
        ["slow twin, three small counties, a year: ns a booking", f"{slow['ns_per_booking']:,.0f}", ""],
        ["the same flow in SimPy, same counties and year: ns a booking", f"{flow['ns_per_booking']:,.0f}", ""],
        ["**twin / engine, per booking**", f"**{ratios['twin_to_engine']:.0f}**", wanted],
        ["**SimPy / engine, per booking**", f"**{ratios['simpy_to_engine']:.0f}**", wanted],
        ["engine on the same three counties: ns a booking", f"{slow['engine_ns_per_booking_there']:,.0f}", ""],
        ["compile from nothing, wall s", f"{cold['wall']:.1f}", f"≤ {BUDGET['compile']}"],
        ["load compiled code from disk, wall s", f"{cached['wall']:.1f}", ""],
        ["`--help`, wall s (smallest / middle of 9)", helped, f"≤ {BUDGET['help']}"],
    ]  # fmt: skip
    hot = ", ".join(f"{name} {share:.0%}" for name, share in slow["profile"])
    return "\n\n".join(
        [
            "Besides the warm start of a year; smallest / middle of "
            f"{min(REPEATS.values())} fresh processes on one core. Budget for the six years: ≤ {BUDGET['seconds']} s, "
            f"≤ {BUDGET['ns_per_booking']} ns, ≤ {BUDGET['peak_mebibytes']} MiB.",
            table(headings, rows),
            table(["", "measured", "budget"], others),
            "The SimPy flow is one process an arrestee over the twin's people, rules and draws, without Mesa; in the same "
            f"measurement {flow['cells_that_differ_from_the_twin']} cells of its ledger differed from the twin's.",
            f"On so few bookings ({slow['bookings']:,}) the engine's fixed cost of a day weighs more, hence its slower "
            f"pace there. Where the twin's own time goes, under a profiler: {hot}.",
        ]
    )


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

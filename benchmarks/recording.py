"""What a record costs: nothing where there is none, and how much where bookings are written down.

- *Off*: a year of California with the engine as it is, and with one from whose sources every question whether there is a
  record is cut out, in turns.
- *One booking*: the same year without a recorder and with one that waits for one booking, in turns.
- *Everything*: Delaware by itself for a year, every decision and event of everybody.
- *A pair*: California for three years, holds of 48 and of 96 hours, four seeds by two processes, as ``compare`` does it.

Each part is measured in fresh processes. ``python benchmarks/recording.py --look`` prints and keeps nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from record import ROOT, child, keep, table

PAIRS = 5
YEAR = {"period.start": "2010-01-01", "period.end": "2010-12-31"}
THREE_YEARS = {"period.start": "2010-10-01", "period.end": "2013-09-30"}
LARGE_STATE, SMALL_STATE = "CA", "DE"
CHOSEN = "booking:06037:2010-06-01:1"
"""A booking of Los Angeles County: county, day, and number within the day."""

ASKED = "w.record.rows.shape[0]"
"""How compiled code asks whether there is a record."""

RUNS = 3
"""Of which a process keeps the fastest."""

SEEDS, PROCESSES = 4, 2
MEGABYTE = 1e6


def seconds(work: Callable[[], Any]) -> tuple[Any, float]:
    """Return what work gives and its processor seconds."""
    began = time.process_time()
    made = work()
    return made, time.process_time() - began


def run(state: str, recorder: Any = None) -> Any:
    """Simulate a state by itself for a year, set-up included."""
    from enforcement_sim.model import EnforcementModel
    from enforcement_sim.runs.recorded_runs import run_recorded
    from enforcement_sim.scenarios.load import load_scenario

    scenario = load_scenario("baseline").with_(scope={"states": [state]}, simulate="alone", **YEAR)
    if recorder is not None:
        return run_recorded(scenario, 1, recorder)
    model = EnforcementModel(scenario, 1, collect=False)
    model.run_model()
    return model


def year() -> dict[str, float]:
    """Measure the large state's year without a recorder, with whatever engine is imported."""
    run(LARGE_STATE)
    return {"seconds": min(seconds(lambda: run(LARGE_STATE))[1] for _ in range(RUNS))}


def off() -> dict[str, Any]:
    """Measure the engine as it is beside one that never asks for a record.

    Raises
    ------
    RuntimeError
        If the sources do not ask in the words known here.
    """
    with tempfile.TemporaryDirectory() as folder:
        for part in ("src", "scenarios"):
            shutil.copytree(ROOT / part, Path(folder) / part)
        cut = sum(never_asking(path) for path in (Path(folder) / "src/enforcement_sim/process").glob("*.py"))
        if not cut:
            raise RuntimeError(f"no source of the engine asks {ASKED}")
        bare = {
            "PYTHONPATH": os.pathsep.join([f"{folder}/src", str(ROOT)]),
            "ENFORCEMENT_SIM_CACHE": f"{folder}/cache",
        }
        for settings in ({}, bare):
            child("recording.py", "--part", "year", **settings)
        pairs = [
            [child("recording.py", "--part", "year", **settings)["seconds"] for settings in (bare, {})]
            for _ in range(PAIRS)
        ]
    return {"pairs": pairs, "questions": cut}


def never_asking(path: Path) -> int:
    """Cut out of a source every question whether there is a record; return how many there were."""
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(ASKED, "False"), encoding="utf-8")
    return text.count(ASKED)


def one_booking() -> dict[str, Any]:
    """Measure runs without a recorder and with one that waits for one booking, in turns."""
    from enforcement_sim.process.recorder import Recorder
    from enforcement_sim.runs.recorded_runs import read_key

    chosen = read_key(CHOSEN)
    run(LARGE_STATE)
    pairs = []
    for _ in range(PAIRS):
        recorder = Recorder([chosen])
        pairs.append(
            [seconds(lambda: run(LARGE_STATE))[1], seconds(lambda recorder=recorder: run(LARGE_STATE, recorder))[1]]
        )
    return {"pairs": pairs, "rows": int(recorder.rows().size)}


def everything() -> dict[str, Any]:
    """Measure a year of Delaware without a record and with a record of everybody."""
    from enforcement_sim.process.recorder import Recorder

    run(SMALL_STATE)
    _, without = seconds(lambda: run(SMALL_STATE))
    recorder = Recorder()
    model, recorded = seconds(lambda: run(SMALL_STATE, recorder))
    rows, sorting = seconds(recorder.rows)
    return {
        "without": without,
        "recorded": recorded + sorting,
        "rows": int(rows.size),
        "bookings": int(model.engine.ledger.bookings.sum()),
        "megabytes": rows.nbytes / MEGABYTE,
    }


def pair() -> dict[str, Any]:
    """Measure the comparison of two holds in California, with the start of its processes."""
    from enforcement_sim.process.engine import smallest_engine
    from enforcement_sim.runs.compare import compare
    from enforcement_sim.scenarios.load import load_scenario

    smallest_engine().run_to_end()
    before = load_scenario("baseline").with_(scope={"states": [LARGE_STATE]}, **THREE_YEARS)
    after = before.with_(**{"detainer.hold_hours": 96})
    began = time.perf_counter()
    compare(before, after, replications=SEEDS, workers=PROCESSES)
    return {"wall": time.perf_counter() - began}


MEASURED = (off, one_booking, everything, pair)
PARTS: dict[str, Callable[[], dict[str, Any]]] = {part.__name__: part for part in (*MEASURED, year)}


def ratios_of(pairs: list[list[float]]) -> str:
    """Return how the second of a pair compares with the first, over all pairs."""
    ratios = [second / first for first, second in pairs]
    return f"{min(ratios):.3f} / {statistics.median(ratios):.3f} / {max(ratios):.3f}"


def told(found: dict[str, Any]) -> str:
    """Return the numbers as Markdown."""
    every = found["everything"]
    rows = [
        ["no recorder / engine that cannot record: smallest / middle / largest", ratios_of(found["off"]["pairs"])],
        [
            "recorder of one booking / no recorder: smallest / middle / largest",
            ratios_of(found["one_booking"]["pairs"]),
        ],
        ["a year of California, no recorder, processor s", f"{min(one for _, one in found['off']['pairs']):.2f}"],
        ["a year of Delaware, no recorder, processor s", f"{every['without']:.2f}"],
        ["every decision and event of it recorded, processor s", f"{every['recorded']:.2f}"],
        ["size of that record, MB", f"{every['megabytes']:.0f}"],
        ["California, three years, two holds, 4 seeds, 2 processes, wall s", f"{found['pair']['wall']:.1f}"],
    ]
    return "\n\n".join(
        [
            f"California and Delaware by themselves in 2010, after a warm start of a year; ratios of {PAIRS} pairs in turns. "
            f"The record of Delaware has {every['rows']:,} rows. The two holds are compared in California with its field "
            "offices, from October 2010 to September 2013.",
            table(["", "measured"], rows),
        ]
    )


def main() -> None:
    """Measure, print and keep; or, with ``--part``, measure one thing and print it as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", choices=PARTS, help="measure one part in this process")
    parser.add_argument("--look", action="store_true", help="print what was measured, and keep nothing")
    chosen = parser.parse_args()
    if chosen.part:
        print(json.dumps(PARTS[chosen.part]()))
        return
    found = {part.__name__: child("recording.py", "--part", part.__name__) for part in MEASURED}
    if chosen.look:
        print(told(found))
    else:
        keep("recording", found, told(found))


if __name__ == "__main__":
    main()

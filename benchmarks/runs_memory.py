"""Whether memory stays flat when one process computes run after run, as a notebook or a script does.

Two hundred runs of a small county under seeds of their own; the process's resident set is read after some and after all.
"""

from __future__ import annotations

import gc
import re
from pathlib import Path
from typing import Any

from record import keep, table

MARKS = (20, 100, 200)
"""Runs after which memory is read."""
MOST_GROWTH_MB = 20


def resident() -> float:
    """Return the memory of this process in MB."""
    found = re.search(r"VmRSS:\s+(\d+)", Path("/proc/self/status").read_text(encoding="utf-8"))
    assert found is not None
    return int(found[1]) / 1024


def measure() -> dict[str, Any]:
    """Compute runs and read the memory."""
    from enforcement_sim import load_scenario, run

    year = {"period.start": "2012-01-01", "period.end": "2012-06-30", "start.warm_days": 30}
    small = load_scenario("baseline").with_(scope={"counties": ["10003"]}, **year)
    memory = {}
    for seed in range(1, MARKS[-1] + 1):
        run(small, seed).measures()
        if seed in MARKS:
            gc.collect()
            memory[seed] = resident()
    return {"memory": memory}


def told(found: dict[str, Any]) -> str:
    """Return the numbers as Markdown."""
    memory = found["memory"]
    growth = memory[MARKS[-1]] - memory[MARKS[0]]
    rows = [[f"memory after {runs} runs, MB", f"{size:.0f}", ""] for runs, size in memory.items()]
    rows.append([f"growth from {MARKS[0]} to {MARKS[-1]} runs, MB", f"{growth:+.0f}", f"≤ {MOST_GROWTH_MB}"])
    heading = "Runs of half a year in a small county, one after another in one process, each asked for its measures."
    return "\n\n".join([heading, table(["", "measured", "budget"], rows), "`python benchmarks/runs_memory.py`"])


if __name__ == "__main__":
    measured = measure()
    keep("runs_memory", measured, told(measured))

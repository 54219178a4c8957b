"""How long the page of a national sweep takes and how large it is, beside drawing the same sweep's figures.

A national sweep of two rules by two seeds over two years, every booking, is run once into a folder that is thrown away; then
the page and the figures are made from it in fresh processes, in turn, three times each.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from record import keep, table

from enforcement_sim import load_scenario, sweep

REBUILD = "python benchmarks/page.py"
BUDGET_SECONDS, BUDGET_MEGABYTES = 6.0, 4.0
BYTES_A_MEGABYTE = 10**6
SCENARIO = """
schema: 1
name: national
title: A longer hold in the nation
extends: baseline
period: {start: 2010-10-01, end: 2012-09-30}
replications: 2
sweep: {detainer.hold_hours: [48, 96]}
"""

MAKERS = {
    "page": "from enforcement_sim.report.page import write_report; write_report({folder!r}, {folder!r} + '/page.html')",
    "figures": "from enforcement_sim.report.figures import draw_all; draw_all({folder!r})",
}


def made(what: str, folder: Path) -> float:
    """Return the seconds that a fresh process takes, its start included."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", MAKERS[what].format(folder=str(folder))], check=True)
    return time.perf_counter() - start


def measure(rounds: int, thin: int) -> dict[str, Any]:
    """Run the sweep and make both from it."""
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home) / "national"
        written = Path(home) / "national.yaml"
        written.write_text(SCENARIO, encoding="utf-8")
        sweep(load_scenario(written).with_(thin=thin), out=folder)
        seconds: dict[str, list[float]] = {what: [] for what in MAKERS}
        for _ in range(rounds):
            for what, found in seconds.items():
                found.append(made(what, folder))
        size = (folder / "page.html").stat().st_size / BYTES_A_MEGABYTE
    return {"seconds": seconds, "megabytes": size, "thin": thin, "rounds": rounds}


def told(found: dict[str, Any]) -> str:
    """Return the section of the page of benchmarks."""
    middle = {what: statistics.median(seconds) for what, seconds in found["seconds"].items()}
    rows = [
        ["page of a national sweep, s, fresh process", f"{middle['page']:.1f}", f"≤ {BUDGET_SECONDS:.0f}"],
        ["its figures alone, s", f"{middle['figures']:.1f}", ""],
        ["page / figures", f"{middle['page'] / middle['figures']:.2f}", ""],
        ["size of the page, MB", f"{found['megabytes']:.2f}", f"≤ {BUDGET_MEGABYTES:.0f}"],
    ]
    head = "Two holds by two seeds, two years, every county; middle of " + f"{found['rounds']} fresh processes."
    return f"{head}\n\n{table(['', 'measured', 'budget'], rows)}\n\n`{REBUILD}`"


def main() -> None:
    """Measure and keep."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--thin", type=int, default=1)
    chosen = parser.parse_args()
    found = measure(chosen.rounds, chosen.thin)
    keep("page", found, told(found))


if __name__ == "__main__":
    main()

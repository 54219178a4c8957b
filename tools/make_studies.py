"""Runs the shipped studies, stores what they give in docs/studies/numbers.csv, and writes the pages docs/studies/NAME.md.

``python -m tools.make_studies [NAME ...] [--sets N] [--replications N] [--thin K] [--workers N]`` runs the named studies, or all,
and keeps the stored numbers of the others. Panels are kept under ``out/studies``, so that an interrupted call continues.
``--page`` writes only the pages, from the numbers that are stored. What is still to be built is in ``docs/studies/not-built.md``,
which is written by hand.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
from tools.study_pages import FOLDER, NUMBERS, ROOT, pages

from enforcement_sim.studies.research_designs.compute import Plan, run_study
from enforcement_sim.studies.research_designs.shipped_studies import load_study, shipped_names

PANELS = ROOT / "out" / "studies"
SETS, REPLICATIONS, THIN = 20, 1, 8
MIDDLE = (0.05, 0.95)
"""Ends of the middle nine in ten."""
DIGITS = 5
KEYS = ["study", "design"]


def main() -> None:
    """Run what is asked for, store it, and write every page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(shipped_names()))
    parser.add_argument("--sets", type=int, default=SETS)
    parser.add_argument("--replications", type=int, default=REPLICATIONS)
    parser.add_argument("--thin", type=int, default=THIN)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--panels", type=Path, default=PANELS)
    parser.add_argument("--page", action="store_true", help="write only the pages")
    asked = parser.parse_args()
    if not asked.page:
        plan = Plan(asked.panels, asked.sets, asked.replications, asked.thin)
        for name in asked.names or shipped_names():
            store(name, run_study(load_study(name), plan, asked.workers), plan)
            print(name, flush=True)
    FOLDER.mkdir(exist_ok=True)
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")


def store(name: str, estimates: pd.DataFrame, plan: Plan, path: Path = NUMBERS) -> None:
    """Put a study's numbers in the place of those that were stored for it."""
    fresh = pd.DataFrame(summaries(name, estimates, plan))
    if path.is_file():
        kept = pd.read_csv(path)
        fresh = pd.concat([kept[kept["study"] != name], fresh], ignore_index=True)
    fresh.sort_values("study", kind="stable").to_csv(
        path, index=False, float_format=f"%.{DIGITS}g", lineterminator="\n"
    )


def summaries(name: str, estimates: pd.DataFrame, plan: Plan) -> Iterator[dict[str, Any]]:
    """Yield a row for each design of a study: its estimates over worlds, beside the effects known there.

    Parameters
    ----------
    name
    estimates
        Of :func:`~enforcement_sim.studies.research_designs.compute.run_study`.
    plan
        What it was run with.
    """
    for design, every in estimates.groupby("design", sort=False):
        rows = every.dropna(subset=["coefficient", "low", "high"])
        if rows.empty:
            continue
        low, high = rows["coefficient"].quantile(MIDDLE)
        known = rows.dropna(subset=["truth"])
        covers = (known["low"] <= known["truth"]) & (known["truth"] <= known["high"])
        yield {
            "study": name,
            "design": design,
            "mean": rows["coefficient"].mean(),
            "low": low,
            "high": high,
            "truth": known["truth"].mean(),
            "covers": covers.mean(),
            "found": ((rows["low"] > 0) | (rows["high"] < 0)).mean(),
            "worlds": len(rows),
            "failed": len(every) - len(rows),
            "sets": plan.sets,
            "seeds": plan.replications,
            "thin": 1 if load_study(name).of_offences else plan.thin,
        }


if __name__ == "__main__":
    main()

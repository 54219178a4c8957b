"""Counts false positives and power of the shipped crime designs: docs/studies/crime-designs.csv, and their figures.

``python -m tools.make_crime_designs [--worlds N] [--workers N]`` draws N worlds for each setting of the grid, 20 at a time. Estimates
are kept under ``out/crime-designs``, so that an interrupted call continues. ``--page`` takes the estimates that are kept, and writes
the table, the figures and the pages of the studies.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import pandas as pd
from tools.study_pages import FOLDER, ROOT, pages

from enforcement_sim.studies.research_designs.error_rates import WORLDS, Repetition, error_rates, repeated_estimates
from enforcement_sim.studies.research_designs.shipped_studies import load_study, shipped_names

KEPT = ROOT / "out" / "crime-designs"
RATES = FOLDER / "crime-designs.csv"
AT_ONCE = 20
DIGITS = 5


def main() -> None:
    """Draw the worlds that are missing, and write what they say."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--worlds", type=int, default=WORLDS)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--page", action="store_true", help="draw no worlds")
    asked = parser.parse_args()
    names = crime_studies()
    if not asked.page:
        for first in range(1, asked.worlds + 1, AT_ONCE):
            for name in names:
                draw(name, first, min(AT_ONCE, asked.worlds + 1 - first), asked.workers)
    rates().to_csv(RATES, index=False, float_format=f"%.{DIGITS}g", lineterminator="\n")
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")


def crime_studies() -> list[str]:
    """Return the names of the shipped studies of offences."""
    return [name for name in shipped_names() if load_study(name).of_offences]


def draw(name: str, first: int, worlds: int, workers: int, folder: Path = KEPT) -> None:
    """Estimate a study in some worlds and keep the estimates, unless they are kept already."""
    path = folder / f"{name}-{first}-{first + worlds - 1}.csv"
    if path.is_file():
        return
    folder.mkdir(parents=True, exist_ok=True)
    repeated_estimates(load_study(name), Repetition(worlds, first=first), workers).to_csv(path, index=False)
    print(path.name, flush=True)


def rates(folder: Path = KEPT) -> pd.DataFrame:
    """Return a row for each study, design, recorder and setting, from the estimates that are kept."""
    found = []
    for name in crime_studies():
        kept = [pd.read_csv(path) for path in folder.glob(f"{name}-*.csv")]
        if kept:
            table = error_rates(pd.concat(kept).sort_values("seed", kind="stable"))
            found.append(table.assign(study=name)[["study", *table.columns]])
    return pd.concat(found, ignore_index=True)


if __name__ == "__main__":
    main()

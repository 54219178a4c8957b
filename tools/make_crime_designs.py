"""Counts false positives and power of the shipped crime designs: crime-designs.csv, stated_worlds.csv, and their figures.

``python -m tools.make_crime_designs [NAME ...] [--worlds N] [--workers N]`` draws N worlds for each setting of the grid, 20 at a
time, for the named studies or all. Estimates are kept under ``out/crime-designs``, by the settings of offences, so that an
interrupted call continues. ``--page`` draws no worlds: it writes the table, the figures and the pages again. A study of which no
estimate is kept stays in the table as it is stored.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

import pandas as pd
from tools.crime_design_pages import (
    RATES,
    ROOT,
    STUDIES_PAGE,
    TREND_PICTURES,
    TWO_SIGNS,
    crime_studies,
    load_rates,
    with_power,
)
from tools.make_studies import store
from tools.pictures import save_picture
from tools.study_pages import pages, power_file

from enforcement_sim.studies.research_designs.compute import Plan
from enforcement_sim.studies.research_designs.error_rate_figure import by_trend, false_positives
from enforcement_sim.studies.research_designs.error_rates import (
    CELL,
    MEASURED,
    WORLDS,
    Repetition,
    error_rates,
    repeated_estimates,
)
from enforcement_sim.studies.research_designs.power_figure import power_against_effect
from enforcement_sim.studies.research_designs.shipped_studies import load_study
from enforcement_sim.studies.research_designs.stated_worlds import WORLDS as STATED
from enforcement_sim.studies.research_designs.stated_worlds import stated_rows, stated_worlds
from enforcement_sim.studies.research_designs.stored_numbers import drawn_from

KEPT = ROOT / "out" / "crime-designs"
IMAGES = ROOT / "docs" / "images"
AT_ONCE = 20
DIGITS = 5


def main() -> None:
    """Draw the worlds that are missing, and write what they say."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(crime_studies()))
    parser.add_argument("--worlds", type=int, default=WORLDS)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--page", action="store_true", help="draw no worlds")
    asked = parser.parse_args()
    if not asked.page:
        for first in range(1, asked.worlds + 1, AT_ONCE):
            for name in asked.names or crime_studies():
                draw(name, first, min(AT_ONCE, asked.worlds + 1 - first), asked.workers)
    if any(KEPT.glob("*/*.csv")):
        as_written = {"index": False, "float_format": f"%.{DIGITS}g", "lineterminator": "\n"}
        rates().to_csv(RATES, **as_written)
        stated().to_csv(STATED, **as_written)
    for name in crime_studies():
        worlds = stated_worlds(load_study(name))
        if worlds:
            rows = pd.concat(worlds.values(), ignore_index=True)
            store(name, rows, Plan(KEPT, int(rows["set"].nunique()), 1))
    write_pages()


def write_pages() -> None:
    """Write the figures and the pages from the stored table."""
    stored = load_rates()
    if stored is None:
        return
    studies = [load_study(name) for name in crime_studies()]
    figures = {
        "crime-false-positives": false_positives(stored, studies),
        "miles-cox-trends": by_trend(stored[stored["study"] == TWO_SIGNS], load_study(TWO_SIGNS)),
    }
    figures |= {
        picture: by_trend(stored[stored["study"] == name], load_study(name)) for name, picture in TREND_PICTURES.items()
    }
    figures |= {f"{one.name}-power": power_against_effect(one, stated_worlds(one)) for one in studies}
    for name, figure in figures.items():
        save_picture(figure, IMAGES / f"{name}.png")
    STUDIES_PAGE.write_text(with_power(STUDIES_PAGE.read_text(encoding="utf-8"), stored), encoding="utf-8")
    for path, text in {**pages(), **power_file()}.items():
        path.write_text(text, encoding="utf-8")


def draw(name: str, first: int, worlds: int, workers: int, folder: Path = KEPT) -> None:
    """Estimate a study in some worlds and keep the estimates, unless they are kept already."""
    study = load_study(name)
    path = folder / drawn_from(study) / f"{name}-{first}-{first + worlds - 1}.csv"
    if path.is_file():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    repeated_estimates(study, Repetition(worlds, first=first), workers).to_csv(path, index=False)
    print(path.name, flush=True)


def rates(folder: Path = KEPT) -> pd.DataFrame:
    """Return a row for each study, design, recorder and setting, from the estimates that are kept and the stored table."""
    return _kept_or_stored(folder, load_rates(), lambda estimates: error_rates(estimates)[[*CELL, *MEASURED]])


def stated(folder: Path = KEPT) -> pd.DataFrame:
    """Return a row for each study, design, recorder and world at the stated settings, kept or as stored."""
    stored = pd.read_csv(STATED) if STATED.is_file() else None
    return _kept_or_stored(folder, stored, stated_rows)


def _kept_or_stored(
    folder: Path, stored: pd.DataFrame | None, made: Callable[[pd.DataFrame], pd.DataFrame]
) -> pd.DataFrame:
    """Return a table over all studies: made from the estimates of a study that are kept, or as it is stored."""
    found = []
    for name in crime_studies():
        mark = drawn_from(load_study(name))
        kept = [pd.read_csv(path) for path in sorted((folder / mark).glob(f"{name}-*.csv"))]
        if kept:
            table = made(pd.concat(kept).sort_values("seed", kind="stable"))
            found.append(table.assign(study=name, drawn_from=mark)[["study", *table.columns, "drawn_from"]])
        elif stored is not None:
            found.append(stored[stored["study"] == name])
    return pd.concat(found, ignore_index=True)


if __name__ == "__main__":
    main()

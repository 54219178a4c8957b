"""Runs the shipped studies, stores what they give in the package (stored_numbers.csv), and writes the pages docs/studies/NAME.md.

``python -m tools.make_studies [NAME ...] [--sets N] [--replications N] [--thin K] [--workers N]`` runs the named studies, or all,
and keeps the stored numbers of the others. Panels are kept under ``out/studies``, so that an interrupted call continues.
``--page`` writes only the pages, from the numbers that are stored. What is still to be built is in ``docs/studies/not-built.md``,
which is written by hand.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import pandas as pd
from tools.study_pages import FOLDER, ROOT, pages, power_file

from enforcement_sim.studies.research_designs.compute import Plan, run_study, thin_of
from enforcement_sim.studies.research_designs.design_performance import performance
from enforcement_sim.studies.research_designs.shipped_studies import load_study, shipped_names
from enforcement_sim.studies.research_designs.stored_numbers import MEASURED, NUMBERS, drawn_from, engine_of

PANELS = ROOT / "out" / "studies"
SETS, REPLICATIONS = 20, 1
DIGITS = 5


def main() -> None:
    """Run what is asked for, store it, and write every page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(shipped_names()))
    parser.add_argument("--sets", type=int, default=SETS)
    parser.add_argument("--replications", type=int, default=REPLICATIONS)
    parser.add_argument("--thin", type=int, help="one booking in this many; by default as the command has it")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--panels", type=Path, default=PANELS)
    parser.add_argument("--page", action="store_true", help="write only the pages")
    asked = parser.parse_args()
    if not asked.page:
        for name in asked.names or shipped_names():
            study = load_study(name)
            thin = asked.thin or thin_of(study)
            plan = Plan(asked.panels, asked.sets, asked.replications, thin, shared=True)
            store(name, run_study(study, plan, asked.workers), plan)
            print(name, flush=True)
    FOLDER.mkdir(exist_ok=True)
    for path, text in {**pages(), **power_file()}.items():
        path.write_text(text, encoding="utf-8")


def store(name: str, estimates: pd.DataFrame, plan: Plan, path: Path = NUMBERS) -> None:
    """Put a study's numbers in the place of those that were stored for it; of a design, those of more worlds stay."""
    fresh = pd.DataFrame(summaries(name, estimates, plan))
    if path.is_file():
        kept = pd.read_csv(path)
        own = kept["study"] == name
        fresh = pd.concat([kept[~own], _of_most_worlds(name, kept[own], fresh)], ignore_index=True)
    fresh.sort_values("study", kind="stable").to_csv(
        path, index=False, float_format=f"%.{DIGITS}g", lineterminator="\n"
    )


def _of_most_worlds(name: str, kept: pd.DataFrame, fresh: pd.DataFrame) -> pd.DataFrame:
    """Return a row for each design of a study: the fresh one, unless that of today's settings and engine has more worlds."""
    study = load_study(name)
    today = (kept["drawn_from"] == drawn_from(study)) & (kept["engine"] == engine_of(study))
    rows = pd.concat([fresh, kept[today]], ignore_index=True).sort_values("worlds", ascending=False, kind="stable")
    order = {design: place for place, design in enumerate(study.designs())}
    rows = rows[rows["design"].isin(order)].drop_duplicates("design")
    return rows.sort_values("design", key=lambda designs: designs.map(order))


def summaries(name: str, estimates: pd.DataFrame, plan: Plan) -> list[dict[str, Any]]:
    """Return a row for each design of a study that was estimated in some world.

    Parameters
    ----------
    name
    estimates
        Of :func:`~enforcement_sim.studies.research_designs.compute.run_study`.
    plan
        What it was run with.
    """
    study = load_study(name)
    about = {"sets": plan.sets, "seeds": plan.replications, "thin": plan.thin}
    about |= {"drawn_from": drawn_from(study), "engine": engine_of(study)}
    rows = performance(estimates, study).to_dict("records")
    return [
        {"study": name, **{key: row[key] for key in ("design", *MEASURED)}, **about} for row in rows if row["worlds"]
    ]


if __name__ == "__main__":
    main()

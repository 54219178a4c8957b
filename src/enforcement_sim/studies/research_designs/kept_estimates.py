"""Estimates of worlds of imported offences, kept on disk: an interrupted call continues, and a repeated one only reads.

Worlds of the ledger keep their panels instead (``study_worlds``), from which any variant is estimated quickly. Of imported
offences there is nothing to simulate, so what is kept is what the designs found.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from enforcement_sim.runs.atomic_files import parquet_bytes, read_parquet, write_atomic
from enforcement_sim.runs.provenance import canonical_json, digest, inputs_digest
from enforcement_sim.studies.research_designs.study_file import Study
from enforcement_sim.studies.research_designs.study_worlds import Draw

ESTIMATES, DESIGN = "estimates", "design"
CODE = (
    ("records", "*.py"),
    ("records", "*.yaml"),
    ("records", "*.csv"),
    ("panels", "*.py"),
    ("research_designs", "*.py"),
)
"""Files that decide what a design finds in imported offences."""
WORLD = ("sample", "outcome", "treatment", "world")
"""Keys of a study file that say what is observed; with a design they decide its estimates, whoever wrote the file."""
MARK_DIGITS = 12


@dataclass(frozen=True)
class KeptEstimates:
    """The estimates of some designs in one kind of world: a folder for each design, with a file for each world.

    Studies with the same sample, outcome and treatment share them, whatever they call a design.

    Attributes
    ----------
    folders : mapping
        Name of each design -> its folder.
    """

    folders: Mapping[str, Path]

    def read(self, draw: Draw) -> list[dict[str, Any]] | None:
        """Return the rows of a world; None where none are kept."""
        files = {name: folder / _name(draw) for name, folder in self.folders.items()}
        if not all(path.is_file() for path in files.values()):
            return None
        rows = {name: read_parquet(path).to_dict("records")[0] for name, path in files.items()}
        return [{**{str(key): value for key, value in row.items()}, DESIGN: name} for name, row in rows.items()]

    def keep(self, draw: Draw, rows: list[dict[str, Any]]) -> None:
        """Keep the rows of a world, unless a design failed there: it is tried again the next time."""
        if any(row["failure"] for row in rows):
            return
        for row in rows:
            folder = self.folders[row[DESIGN]]
            folder.mkdir(parents=True, exist_ok=True)
            write_atomic(folder / _name(draw), parquet_bytes(pd.DataFrame([row])))


def _name(draw: Draw) -> str:
    return f"set-{draw.number}-seed-{draw.seed}.parquet"


def kept_estimates(study: Study, folder: Path, settings: dict[str, Any], effect: float) -> KeptEstimates:
    """Return the kept estimates of a study: a folder's name is a mark of everything that made them."""
    written = study.model_dump(mode="json")
    world = [{key: written[key] for key in WORLD}, settings, effect, inputs_digest(), _code_digest()]
    marks = {
        name: digest(canonical_json([design.model_dump(mode="json"), *world]))[:MARK_DIGITS]
        for name, design in study.designs().items()
    }
    return KeptEstimates({name: folder / ESTIMATES / mark for name, mark in marks.items()})


@cache
def _code_digest() -> str:
    home = Path(__file__).parents[1]
    files = sorted(path for folder, pattern in CODE for path in (home / folder).glob(pattern))
    return digest(b"".join(path.read_bytes() for path in files))

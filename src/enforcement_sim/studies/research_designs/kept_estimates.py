"""Estimates of worlds of imported offences, kept on disk: an interrupted call continues, and a repeated one only reads.

Worlds of the ledger keep their panels instead (``study_worlds``), from which any variant is estimated quickly. Of imported
offences there is nothing to simulate, so what is kept is what the designs found.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from enforcement_sim.runs.atomic_files import parquet_bytes, read_parquet, write_atomic
from enforcement_sim.runs.provenance import canonical_json, digest, inputs_digest
from enforcement_sim.studies.research_designs.study_file import Study
from enforcement_sim.studies.research_designs.study_worlds import Draw

ESTIMATES = "estimates"
CODE = (
    ("records", "*.py"),
    ("records", "*.yaml"),
    ("records", "*.csv"),
    ("panels", "*.py"),
    ("research_designs", "*.py"),
)
"""Files that decide what a design finds in imported offences."""
WORDS = ("title", "question", "citation", "published", "status", "constructed", "cannot")
"""Keys of a study file that say something about it and change no estimate."""
MARK_DIGITS = 12


@dataclass(frozen=True)
class KeptEstimates:
    """The estimates of one study in one kind of world: a folder with a file for each world."""

    folder: Path

    def read(self, draw: Draw) -> list[dict[str, Any]] | None:
        """Return the rows of a world; None where none are kept."""
        path = self._path(draw)
        if not path.is_file():
            return None
        return [{str(key): value for key, value in row.items()} for row in read_parquet(path).to_dict("records")]

    def keep(self, draw: Draw, rows: list[dict[str, Any]]) -> None:
        """Keep the rows of a world, unless a design failed there: it is tried again the next time."""
        if any(row["failure"] for row in rows):
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        write_atomic(self._path(draw), parquet_bytes(pd.DataFrame(rows)))

    def _path(self, draw: Draw) -> Path:
        return self.folder / f"set-{draw.number}-seed-{draw.seed}.parquet"


def kept_estimates(study: Study, folder: Path, settings: dict[str, Any], effect: float) -> KeptEstimates:
    """Return the kept estimates of a study: the folder's name is a mark of everything that made them."""
    design = {key: value for key, value in study.model_dump(mode="json").items() if key not in WORDS}
    design["variants"] = {name: one.model_dump(mode="json") for name, one in study.designs().items()}
    mark = digest(canonical_json([design, settings, effect, inputs_digest(), _code_digest()]))[:MARK_DIGITS]
    return KeptEstimates(folder / ESTIMATES / f"{study.name}-{mark}")


@cache
def _code_digest() -> str:
    home = Path(__file__).parents[1]
    files = sorted(path for folder, pattern in CODE for path in (home / folder).glob(pattern))
    return digest(b"".join(path.read_bytes() for path in files))

"""Where an audit's numbers come from: a prepared folder, the small table that ships, or runs made now.

What has to be kept of the runs is one small table of measured numbers and a page about it: engine, seeds, thinning, and
hashes of all that reaches a measured number (``claims_made_with``). A table of other hashes is not used where the runs can be
asked again, and says so where they cannot. Words may not enter.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from enforcement_sim.csv_text import csv_text
from enforcement_sim.errors import InputError
from enforcement_sim.runs.atomic_files import readable_json, write_atomic
from enforcement_sim.runs.provenance import inputs_digest
from enforcement_sim.runs.sweep_result import Sweep
from enforcement_sim.runs.worker import Progress
from enforcement_sim.studies.claims.made_with import CHANGED, made_with
from enforcement_sim.studies.claims.measured import COLUMNS, measure
from enforcement_sim.studies.claims.runs import SEEDS, THIN, load_runs, prepare, worlds_of

__all__ = ["DEFAULT_FOLDER", "Measured", "measured_in", "prepared", "shipped", "shipped_folder", "write_measured"]

DEFAULT_FOLDER = Path("out") / "claims"
TABLE, ABOUT = "measured.csv", "about.json"
DIGITS = 10
"""Significant digits kept of a measured number."""


@dataclass(frozen=True)
class Measured:
    """A measured table and what it was made with.

    Attributes
    ----------
    numbers : DataFrame
        Columns of :data:`enforcement_sim.studies.claims.measured.COLUMNS`.
    about : dict
        ``engine_version``, ``made_with`` (hashes by part, of :func:`claims_made_with.made_with`; empty for runs of
        another version), ``seeds``, ``thin``, ``runs`` (name -> run ids).
    """

    numbers: pd.DataFrame
    about: Mapping[str, Any]

    @property
    def stale(self) -> str:
        """Say in what the table was made with differs from this version; empty if in nothing that reaches a number."""
        then = self.about.get("made_with", {})
        return ", ".join(CHANGED[part] for part, here in made_with().items() if then.get(part) != here)


def prepared(
    folder: Path,
    replications: int = SEEDS,
    thin: int = THIN,
    workers: int | None = None,
    progress: Progress | None = None,
) -> tuple[Measured, Sweep]:
    """Make the runs that a folder lacks, measure them, and keep the table in it."""
    found = prepare(folder, replications, thin, workers, progress)
    return _measured(folder, found), found


def measured_in(folder: Path) -> Measured:
    """Return the numbers of a prepared folder; measured again if its table is older than how claims are counted.

    Raises
    ------
    InputError
        If the folder holds neither a table nor the runs of the claims.
    """
    if (folder / TABLE).is_file() and (folder / ABOUT).is_file():
        kept = _read(folder)
        if not (folder / "runs").is_dir():
            return kept
        recipes = kept.about.get("made_with", {}).get("recipes")
        if recipes == made_with()["recipes"] and kept.about.get("runs") == _runs(load_runs(folder)):
            return kept
    return _measured(folder, load_runs(folder))


def shipped_folder() -> Path:
    """Return the folder of the table that ships: inside an installed package, or at the top of a checkout."""
    packaged = Path(__file__).with_name("shipped")
    return packaged if packaged.is_dir() else Path(__file__).parents[4] / "results" / "claims"


def shipped() -> Measured | None:
    """Return the numbers that ship; None if there are none."""
    folder = shipped_folder()
    return _read(folder) if (folder / TABLE).is_file() and (folder / ABOUT).is_file() else None


def write_measured(measured: Measured, folder: Path) -> list[Path]:
    """Write a measured table and what it was made with."""
    folder.mkdir(parents=True, exist_ok=True)
    text = csv_text(measured.numbers, float_format=f"%.{DIGITS}g")
    write_atomic(folder / TABLE, text.encode())
    write_atomic(folder / ABOUT, readable_json(dict(measured.about)))
    return [folder / TABLE, folder / ABOUT]


def _measured(folder: Path, found: Sweep) -> Measured:
    """Ask the runs of a folder, seed by seed, and keep what they answer."""
    parts = []
    for seed, runs in worlds_of(found).items():
        parts.append(measure({seed: runs}))
    about = {
        "engine_version": found.manifest["engine_version"],
        "made_with": _made_with(found),
        "seeds": list(found.seeds),
        "thin": found.manifest["scenario"]["thin"],
        "runs": _runs(found),
    }
    numbers = pd.concat(parts, ignore_index=True)
    # Rounded as the file has it, so that the same words come from the runs and from the table.
    text = csv_text(numbers, float_format=f"%.{DIGITS}g")
    measured = Measured(_table(io.StringIO(text)), about)
    write_measured(measured, folder)
    return measured


def _made_with(found: Sweep) -> dict[str, str]:
    """Return what the runs of a folder were made with; of runs of another version only how they are counted is known."""
    from enforcement_sim.process import engine_version

    here = made_with()
    same = (found.manifest["engine_version"], found.manifest["inputs"]) == (engine_version(), inputs_digest())
    return here if same else {"recipes": here["recipes"]}


def _runs(found: Sweep) -> dict[str, list[str]]:
    """Return the ids of the finished runs by name."""
    names = [str(settings["scenario"]) for settings in found.settings]
    runs: dict[str, list[str]] = {name: [] for name in names}
    for run in found.manifest["runs"]:
        if "failed" not in run:
            runs[names[run["point"]]].append(run["run"])
    return runs


def _read(folder: Path) -> Measured:
    try:
        about = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
        numbers = _table(folder / TABLE)
    except (OSError, ValueError) as error:
        raise InputError(f"cannot be read ({error})", file=folder / TABLE) from None
    missing = [name for name in COLUMNS if name not in numbers.columns]
    if missing:
        raise InputError(f"it is no table of measured claims: no column {missing[0]}", file=folder / TABLE)
    if not isinstance(about, dict):
        raise InputError("it says nothing about a table of measured claims", file=folder / ABOUT)
    return Measured(numbers, about)


def _table(source: Any) -> pd.DataFrame:
    return pd.read_csv(source, dtype={"note": str, "label": str}, keep_default_na=False, na_values={"value": [""]})

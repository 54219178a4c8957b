"""The measured table of claims, stored with what it was made with, and whether it is out of date.

The runs themselves are hundreds of megabytes, so only the table is kept, with a page about it: engine, seeds, thinning, and a
hash for each part of the package that reaches a number. It comes from a prepared folder, from the table that ships, or from
runs made now. A table of other hashes is measured again where its runs are kept, and says so where they are not.

A hash of bytes changes with every comment. The numbers are out of date when one may be another, and not when a sentence is:
comments, docstrings, blank lines and the text of errors are left out of code; titles, citations and notes out of rules.
"""

from __future__ import annotations

import ast
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from enforcement_sim.errors import InputError
from enforcement_sim.runs.atomic_files import readable_json, write_atomic
from enforcement_sim.runs.provenance import canonical, canonical_json, digest, inputs_digest
from enforcement_sim.runs.run import real_runner
from enforcement_sim.runs.sweep import run_design
from enforcement_sim.runs.sweep_result import Sweep
from enforcement_sim.runs.worker import Progress
from enforcement_sim.studies.claims.published import load_claims
from enforcement_sim.studies.claims.worlds import (
    COLUMNS,
    SEEDS,
    THIN,
    claims_design,
    load_runs,
    measure,
    worlds_of,
)
from enforcement_sim.tables.csv_text import csv_text
from enforcement_sim.yaml_lines import read_yaml

DEFAULT_FOLDER = Path("out") / "claims"
TABLE, ABOUT = "measured.csv", "about.json"
DIGITS = 10
"""Significant digits kept of a measured number."""
PACKAGE = Path(__file__).parents[2]
CHANGED = {
    "engine": "the engine",
    "inputs": "data, rules or code around the engine",
    "runs": "parameters or runs",
    "counting": "how claims are counted",
}
"""Parts in words."""
FILES = {
    "engine": ("codes.py", "law/grounds.py", "process/*.py"),
    "inputs": (
        "law/[!g]*.py",
        "law/*.yaml",
        "model/*.py",
        "places/*.py",
        "places/data/*.csv",
        "process/*.csv",
        "results/*.py",
        "scenarios/*.py",
    ),
    "counting": tuple(f"studies/claims/{name}.py" for name in ("counted", "observe_*", "operators", "worlds")),
}
"""The files of each part. What is read from scenario files and from the register is in the runs; the map is for drawing."""
FOR_READERS = frozenset({"title", "citation", "grade", "note", "text", "called", "why", "dated"})
"""Keys of rules and definitions that change no number."""
LENGTH = 16
"""Hexadecimal digits of a hash."""


@dataclass(frozen=True)
class Measured:
    """A measured table and what it was made with.

    Attributes
    ----------
    numbers : DataFrame
        Columns :data:`~enforcement_sim.studies.claims.worlds.COLUMNS`.
    about : dict
        ``engine_version``, ``made_with`` (hashes by part, of :func:`made_with`; of runs of another version
        only how they are counted), ``seeds``, ``thin``, ``runs`` (name -> run ids).
    """

    numbers: pd.DataFrame
    about: Mapping[str, Any]

    @property
    def stale(self) -> str:
        """Say in what the table was made with differs from this version; empty if in nothing that reaches a number."""
        then = self.about.get("made_with", {})
        return ", ".join(CHANGED[part] for part, here in made_with().items() if then.get(part) != here)


# ---- stored tables ------------------------------------------------------------------------------------------------------


def prepared(
    folder: Path,
    replications: int = SEEDS,
    thin: int = THIN,
    workers: int | None = None,
    progress: Progress | None = None,
) -> tuple[Measured, Sweep]:
    """Make the runs that a folder lacks, measure them, and keep the table in it.

    See :func:`enforcement_sim.runs.sweep.run_design` for the errors.
    """
    found = run_design(claims_design(replications, thin), folder, real_runner(), workers, progress)
    return _measured(folder, found), found


def measured_in(folder: Path) -> Measured:
    """Return the numbers of a prepared folder; measured again if its table is older than how claims are counted.

    Raises
    ------
    InputError
        If the folder holds neither a table nor the runs of the claims.
    """
    kept = _kept_in(folder)
    if kept is not None:
        if not (folder / "runs").is_dir():
            return kept
        counting = kept.about.get("made_with", {}).get("counting")
        if counting == made_with()["counting"] and kept.about.get("runs") == _runs(load_runs(folder)):
            return kept
    return _measured(folder, load_runs(folder))


def shipped() -> Measured | None:
    """Return the numbers that ship, inside an installed package or at the top of a checkout; None if there are none."""
    packaged = Path(__file__).with_name("shipped")
    return _kept_in(packaged if packaged.is_dir() else Path(__file__).parents[4] / "results" / "claims")


def write_measured(measured: Measured, folder: Path) -> None:
    """Write a measured table and what it was made with."""
    folder.mkdir(parents=True, exist_ok=True)
    write_atomic(folder / TABLE, _as_text(measured.numbers).encode())
    write_atomic(folder / ABOUT, readable_json(dict(measured.about)))


def _measured(folder: Path, found: Sweep) -> Measured:
    """Measure the runs of a folder, seed by seed, and store the table."""
    from enforcement_sim.process import engine_version

    numbers = pd.concat([measure({seed: runs}) for seed, runs in worlds_of(found)], ignore_index=True)
    hashes = made_with()
    if (found.manifest["engine_version"], found.manifest["inputs"]) != (engine_version(), inputs_digest()):
        hashes = {"counting": hashes["counting"]}  # of runs of another version only how they are counted is known
    about = {
        "engine_version": found.manifest["engine_version"],
        "made_with": hashes,
        "seeds": list(found.seeds),
        "thin": found.manifest["scenario"]["thin"],
        "runs": _runs(found),
    }
    # Rounded as the file has it, so that the same words come from the runs and from the table.
    measured = Measured(_table(io.StringIO(_as_text(numbers))), about)
    write_measured(measured, folder)
    return measured


def _runs(found: Sweep) -> dict[str, list[str]]:
    runs: dict[str, list[str]] = {str(settings["scenario"]): [] for settings in found.settings}
    names = list(runs)
    for run in found.manifest["runs"]:
        if "failed" not in run:
            runs[names[run["point"]]].append(run["run"])
    return runs


def _kept_in(folder: Path) -> Measured | None:
    if not ((folder / TABLE).is_file() and (folder / ABOUT).is_file()):
        return None
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


def _as_text(numbers: pd.DataFrame) -> str:
    return csv_text(numbers, float_format=f"%.{DIGITS}g")


def _table(source: Any) -> pd.DataFrame:
    return pd.read_csv(source, dtype={"note": str, "label": str}, keep_default_na=False, na_values={"value": [""]})


# ---- what reaches a number ----------------------------------------------------------------------------------------------


@cache
def made_with() -> dict[str, str]:
    """Return the hashes of this version by part, each of sixteen hexadecimal digits.

    Examples
    --------
    >>> sorted(made_with()) == sorted(CHANGED)
    True
    """
    meanings: dict[str, Any] = {
        part: {
            path.relative_to(PACKAGE).as_posix(): _meaning(path)
            for pattern in patterns
            for path in PACKAGE.glob(pattern)
        }
        for part, patterns in FILES.items()
    }
    meanings["runs"] = [canonical(point.scenario) for point in claims_design().points]
    meanings["counting"]["claims"] = {
        claim.id: [str(claim.own.start), str(claim.own.end), *(claim.by_hand.values.items() if claim.by_hand else ())]
        for claim in load_claims().values()
    }
    return {part: digest(canonical_json(meanings[part]))[:LENGTH] for part in CHANGED}


def _meaning(path: Path) -> Any:
    if path.suffix == ".py":
        return meaning_of_code(path.read_text(encoding="utf-8"))
    return _without_words(read_yaml(path).data) if path.suffix == ".yaml" else digest(path.read_bytes())


def meaning_of_code(source: str) -> str:
    """Return Python source without what cannot change a result.

    Examples
    --------
    >>> print(meaning_of_code('def twice(x):\\n    \\"\\"\\"Return it.\\"\\"\\"\\n\\n    return 2 * x  # two\\n'))
    def twice(x):
        return 2 * x
    """
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise):
            node.exc = node.cause = None
        if isinstance(body := getattr(node, "body", None), list):
            body[:] = [one for one in body if not _is_text(one)]
    return "\n".join(line for line in ast.unparse(tree).splitlines() if line)


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def _without_words(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _without_words(item) for key, item in value.items() if key not in FOR_READERS}
    if isinstance(value, list):
        return [_without_words(item) for item in value]
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)

"""Panels of simulated worlds on disk: each says in its own metadata what it is, and an index beside them lists all.

The name of a file is a mark of everything that made it. What a person wants to know first (study, set, seed, with or without
the policy) stands in the file's metadata and in ``index.csv``, so that panels can be opened in pandas or R.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from enforcement_sim.runs.atomic_files import parquet_bytes, write_atomic
from enforcement_sim.tables.csv_text import csv_text

PANELS = "panels"
INDEX = "index.csv"
ABOUT = "about"
COLUMNS = ("file", "study", "set", "seed", "policy", "scope", "from", "to", "thin", "changes")


def keep_panel(found: pd.DataFrame, path: Path, about: Mapping[str, Any]) -> None:
    """Write a panel with what it is in its metadata, under ``attrs`` of the table that pandas reads.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     keep_panel(pd.DataFrame({"removed": [1]}), Path(folder) / "mark.parquet", {"set": 3})
    ...     pd.read_parquet(Path(folder) / "mark.parquet").attrs
    {'about': {'set': 3}}
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    named = found.copy(deep=False)
    named.attrs = {ABOUT: json.loads(json.dumps(about, default=str))}
    write_atomic(path, parquet_bytes(named))


def write_index(folder: Path) -> Path | None:
    """Write what every kept panel of a folder is beside them, and return the file; None where there are no panels.

    Examples
    --------
    >>> write_index(Path("nowhere")) is None
    True
    """
    files = sorted((folder / PANELS).glob("*.parquet"))
    if not files:
        return None
    path = folder / PANELS / INDEX
    write_atomic(path, csv_text(pd.DataFrame([_line(file) for file in files], columns=list(COLUMNS))).encode())
    return path


def _line(file: Path) -> dict[str, Any]:
    """Return the line of a panel in the index; of one that says nothing of itself, its name alone."""
    import pyarrow.parquet as pq  # type: ignore[import-untyped, unused-ignore]

    written = json.loads((pq.read_schema(file).metadata or {}).get(b"pandas", b"{}"))
    stored = written.get("attributes", {}).get(ABOUT)
    if stored is None:
        return {"file": file.name}
    scenario = stored["scenario"]
    period = scenario.get("period", {})
    return {
        "file": file.name,
        **{name: stored[name] for name in ("study", "set", "seed", "policy")},
        "scope": json.dumps(scenario.get("scope")),
        "from": period.get("start"),
        "to": period.get("end"),
        "thin": scenario.get("thin"),
        "changes": "; ".join(scenario.get("changes") or {}),
    }

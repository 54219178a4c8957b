"""A result for other programs: labelled arrays, workbooks and Parquet files.

Everything here is read off the questions of a result, in words and multiplied back if thinned; a program that wants the
tables as simulated takes :meth:`enforcement_sim.results.result.Result.tables`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from enforcement_sim.errors import InputError
from enforcement_sim.process.counts import profile_parts
from enforcement_sim.results.costs import costs_of
from enforcement_sim.results.dimensions import PARTS, WORDS, Labels
from enforcement_sim.results.measures import measures_of
from enforcement_sim.results.questions import Questions
from enforcement_sim.tables.csv_text import harmless_frame

if TYPE_CHECKING:
    from xarray import DataArray

MOST_ROWS = 1_048_575
"""Rows of a sheet of a workbook under its headings."""


def labelled_array(result: Questions, counts: np.ndarray, levels: Mapping[str, Labels]) -> DataArray:
    """Return counts as an array whose axes carry their labels, with what they were made from among its attributes."""
    xarray = _module("xarray")
    coordinates = {name: pd.Index(labels) for name, labels in levels.items()}
    about = {"units": "people", **_about(result)}
    array: DataArray = xarray.DataArray(counts, coords=coordinates, dims=tuple(levels), name="count", attrs=about)
    return array


def write_workbook(result: Questions, path: Path | str) -> None:
    """Write the tables that answer most questions as the sheets of a workbook."""
    _module("openpyxl")
    sheets = {
        "about": pd.DataFrame({"what": list(_about(result)), "value": [str(one) for one in _about(result).values()]}),
        "funnel": result.funnel(year="fiscal", per=1000),
        "months": result.series(),
        "counties removed": result.counties("removed"),
        "levels removed": result.mix("removed", year="fiscal"),
        "offences removed": result.mix("removed", definition="charge", year="fiscal"),
        "hours": result.hours(),
        "costs": costs_of(result),
        "inmates": result.population(),
        "measures": pd.DataFrame(list(measures_of(result).items()), columns=["measure", "value"]),
    }
    with pd.ExcelWriter(path, engine="openpyxl") as writer:
        for name, frame in sheets.items():
            harmless_frame(frame.head(MOST_ROWS)).to_excel(writer, sheet_name=name, index=False)


def write_parquet(result: Questions, folder: Path | str) -> None:
    """Write every table as a Parquet file, and what produced them as ``about.json``."""
    there = Path(folder)
    there.mkdir(parents=True, exist_ok=True)
    if any(there.iterdir()):
        raise InputError("the folder is not empty", file=there)
    for name, frame in frames_of(result).items():
        frame.to_parquet(there / f"{name}.parquet", index=False)
    (there / "about.json").write_text(json.dumps(result.meta, indent=1, default=str), encoding="utf-8")


def frames_of(result: Questions) -> dict[str, pd.DataFrame]:
    """Return every table in words: profiles as their five parts, and all numbers multiplied back if thinned."""
    frames = {}
    for name, frame in result.tables().items():
        amounts = frame.columns[-1]
        columns: dict[str, Any] = {str(column): frame[column] for column in frame}
        if "profile" in columns:
            parts = profile_parts(columns.pop("profile").to_numpy().astype(np.int64))
            del columns[amounts]
            columns |= {part: _words(codes, WORDS[part]) for part, codes in zip(PARTS, parts, strict=True)}
        columns[amounts] = frame[amounts].to_numpy() * np.int64(result.weight)
        frames[name] = pd.DataFrame(columns)
    return frames


def _words(codes: np.ndarray, words: Sequence[Any]) -> Any:
    if words[0] is False:
        return codes.astype(bool)
    return pd.Categorical.from_codes(codes, categories=pd.Index(list(words)))


def _about(result: Questions) -> dict[str, Any]:
    scenario = result.meta["scenario"]
    period = scenario.get("period", {})
    return {
        "scenario": str(scenario["name"]),
        "period": f"{period.get('start', '')} to {period.get('end', '')}",
        "seed": int(result.meta["seed"]),
        "one simulated booking stands for": result.weight,
        "engine": str(result.meta["engine_version"]),
    }


def _module(name: str) -> Any:
    """Import a package of the extra `data`."""
    if find_spec(name) is None:
        raise InputError(f"this needs the package {name}: pip install 'enforcement-sim[data]'", key=name)
    return __import__(name)

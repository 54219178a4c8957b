"""From a results folder to a tidy file: which runs are read, and how a table of them is written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd

from enforcement_sim.commands.options import check_new_file
from enforcement_sim.errors import InputError
from enforcement_sim.plots.sources import Drawable
from enforcement_sim.results.result import Result
from enforcement_sim.runs.atomic_files import parquet_bytes, write_atomic
from enforcement_sim.runs.sweep_result import load_sweep
from enforcement_sim.tables.csv_text import csv_text

ENDINGS = (".csv", ".parquet")
"""What a tidy file may be: text for any program, or Parquet with its types."""


def check_goes_somewhere(out: Path | None, printed: bool) -> None:
    """Raise unless a tidy table is written into a new file, or printed as data.

    Raises
    ------
    InputError
        If it is neither, or the file is there, or its name has another ending.

    Examples
    --------
    >>> check_goes_somewhere(None, printed=True)
    """
    if out is None and not printed:
        raise InputError(
            "is missing", key="--out", allowed="a new file that ends in .csv or .parquet; or --format to print"
        )
    check_new_file(out, "--out", ENDINGS)


def stored_results(ref: str) -> Iterator[tuple[int | str, Result]]:
    """Yield the stored runs of one point with their seeds.

    Parameters
    ----------
    ref
        A results folder, of which the reference point is read, or ``FOLDER:2`` for its point 2.

    Raises
    ------
    InputError
        If there is no such folder or point, or it keeps no runs.
    """
    folder, _, number = ref.rpartition(":")
    named = bool(folder) and number.isdigit() and Path(folder).is_dir()
    sweep = load_sweep(folder if named else ref)
    if named and int(number) >= len(sweep.settings):
        raise InputError(f"no point {number} in {folder}", allowed=f"0 to {len(sweep.settings) - 1}")
    if not (sweep.folder / "runs").is_dir():
        raise InputError("it keeps no runs, only tables of them", file=sweep.folder, allowed="a folder with its runs")
    drawable = Drawable(sweep)
    try:
        yield from drawable.results(int(number) if named else drawable.reference)
    except (FileNotFoundError, ValueError) as error:
        raise InputError(f"its runs cannot be read: {error}", file=sweep.folder) from error


def of_every_run(ref: str, table: Callable[[Result], pd.DataFrame]) -> pd.DataFrame:
    """Return a table of each stored run of one point, one below the other, with its seed in the first column."""
    tables = []
    for seed, result in stored_results(ref):
        found = table(result)
        found.insert(0, "seed", seed)
        tables.append(found)
    if not tables:
        raise InputError("no run of it succeeded", file=ref)
    return pd.concat(tables, ignore_index=True)


def write_tidy(frame: pd.DataFrame, path: Path) -> None:
    """Write a table as CSV or Parquet, by the ending of the file's name; days are written as 2012-01-31.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> days = pd.DataFrame({"county": ["01001"], "period": pd.to_datetime(["2012-01-01"]), "from": [pd.NaT]})
    >>> with TemporaryDirectory() as folder:
    ...     write_tidy(days, Path(folder) / "panel.csv")
    ...     (Path(folder) / "panel.csv").read_text(encoding="utf-8").splitlines()[1]
    '01001,2012-01-01,'
    """
    if path.suffix == ".parquet":
        write_atomic(path, parquet_bytes(frame))
        return
    write_atomic(path, csv_text(frame, date_format="%Y-%m-%d").encode())

"""The tidy tables of a finished sweep, with one row for each count of each run.

Each run is summarised once, in the process that computed it, and the summaries are stored beside its tables. At the end of
a sweep they are concatenated in batches of runs into a CSV and a Parquet file with the same rows, so memory use does not
grow with the number of runs. The table of differences is computed by ``comparison``, one point at a time.

Every table begins with ``point`` (number of the setting, 0 is the reference), one column for each swept address, ``draw``
and one column for each uncertain parameter where a design draws any, ``replication``, ``seed`` and ``run`` (its
identifier). Then:

========  ======================================================================================================
measures  one column for each measure; one row for each run
funnel    ``programme``, ``event``, ``count``: people for whom the event happened in the period
series    ``month``, ``programme``, ``event``, ``count``
mix       ``stage``, ``definition``, ``programme``, ``category``, ``count``, ``share`` (of the stage and programme)
hours     ``kind``, ``status_group``, ``hours``: person-hours
========  ======================================================================================================

Besides, ``comparison`` has the differences of each setting from the first, ``counties`` the main stages in each county, and
``columns.csv`` says of every column of these tables what it is, with its label and unit.
"""

from __future__ import annotations

import hashlib
import math
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from itertools import batched
from pathlib import Path
from typing import TYPE_CHECKING

from enforcement_sim.place_labels import mark_of
from enforcement_sim.results.data_dictionary import column_rows
from enforcement_sim.results.intervals import Branch, Key
from enforcement_sim.runs.atomic_files import retry_move, sync_folder, temporary_path, write_atomic
from enforcement_sim.runs.comparison import Comparison
from enforcement_sim.runs.county_table import COLUMN_MEANINGS, COUNTIES, county_counts, county_rows
from enforcement_sim.runs.design import Sample, settings_frame
from enforcement_sim.runs.provenance import digest
from enforcement_sim.tables.csv_text import csv_text, write_csv

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from enforcement_sim.results.result import Result
    from enforcement_sim.runs.design import Design, Task
    from enforcement_sim.runs.store import RunStore

TABLES = ("funnel", "series", "mix", "hours")
"""Summary tables that are stored with each run."""

SWEEP_TABLES = ("measures", *TABLES, "comparison", COUNTIES)
ENDINGS = ("csv", "parquet")
COLUMNS = "columns.csv"
"""The dictionary of the columns of all tables."""

RUNS_AT_A_TIME = 50
"""Runs processed at a time: large enough for speed, small enough for memory."""

MIX_STAGES = ("matched", "detainer_issued", "ice_custody", "removed")
"""Stages of the stored mix; others are computed from the tables of the run."""

MIX_DEFINITIONS = (
    "ice-levels-2010",
    "ice-levels-2008",
    "agreement-levels-2009",
    "no-conviction-ever",
    "no-conviction-current",
    "charge",
)
"""Definitions of the stored mix; others are computed from the tables of the run."""


def summaries_of(result: Result) -> dict[str, pd.DataFrame]:
    """Return the summaries of one result by name."""
    import pandas as pd

    mixes = {}
    for stage in MIX_STAGES:
        for definition in MIX_DEFINITIONS:
            mixes[stage, definition] = result.mix(stage=stage, by="programme", definition=definition)
    series = result.series(by="programme")
    return {
        "funnel": result.funnel(by="programme").reset_index(drop=True),
        "series": series[series["count"] > 0].reset_index(drop=True),  # most months see no event of most kinds
        "mix": pd.concat(mixes, names=["stage", "definition", None]).reset_index([0, 1]).reset_index(drop=True),
        "hours": result.hours(by="status_group").reset_index(drop=True),
    }


def write_summaries(folder: Path, design: Design, tasks: Iterable[Task], store: RunStore) -> dict[str, str]:
    """Write the tables of a sweep and return the SHA-256 of each file by name."""
    done = sorted(tasks, key=lambda task: (task.point, task.draw, task.replication))
    if not done:
        # Remove tables of earlier runs.
        for path in (folder / f"{name}.{ending}" for name in SWEEP_TABLES for ending in ENDINGS):
            path.unlink(missing_ok=True)
        (folder / COLUMNS).unlink(missing_ok=True)
        return {}
    settings = settings_frame([point.settings for point in design.points])
    names = list(dict.fromkeys(name for task in done for name in store.measures(task.run)))
    mark = mark_of(design.points[0].scenario.simulate)

    def labelled(rows_of: Callable[[Sequence[Task]], tuple[pd.DataFrame, list[int]]]) -> Iterator[pd.DataFrame]:
        """Yield a table in batches of runs, with the columns that identify the run in front."""
        import pandas as pd

        for batch in batched(done, RUNS_AT_A_TIME):
            rows, lengths = rows_of(batch)
            labels = _labels(batch, settings, design)
            repeated = labels.loc[labels.index.repeat(lengths)].reset_index(drop=True)
            yield pd.concat([repeated, rows], axis="columns")

    def measures(batch: Sequence[Task]) -> tuple[pd.DataFrame, list[int]]:
        return _measures(batch, names, store), [1] * len(batch)

    def summary(name: str, batch: Sequence[Task]) -> tuple[pd.DataFrame, list[int]]:
        import pandas as pd

        tables = [store.summary(task.run, name) for task in batch]
        return pd.concat(tables, ignore_index=True), list(map(len, tables))

    hashes = write_table(folder, "measures", labelled(measures), mark)
    for name in TABLES:
        hashes |= write_table(folder, name, labelled(partial(summary, name)), mark)
    if len(design.points) > 1:
        hashes |= write_table(folder, "comparison", _comparison_frames(design, settings, done, names, store), mark)
    hashes |= write_table(folder, COUNTIES, _county_frames(settings, done, store), mark)
    return hashes | _write_columns(folder, design, mark)


def _county_frames(settings: pd.DataFrame, done: Sequence[Task], store: RunStore) -> Iterator[pd.DataFrame]:
    """Yield the counts by county of each point, from its runs, one at a time."""
    points = list(dict.fromkeys(task.point for task in done))
    runs = {point: [task.run for task in done if task.point == point] for point in points}
    return county_rows(points, settings, ((county_counts(store.read(run)) for run in runs[point]) for point in points))


def _write_columns(folder: Path, design: Design, mark: Mapping[str, str]) -> dict[str, str]:
    """Write the dictionary of the columns of the tables in a folder, and return its hash."""
    import pyarrow.parquet as pq

    there = [name for name in SWEEP_TABLES if (folder / f"{name}.parquet").is_file()]
    tables = {name: [*pq.read_schema(folder / f"{name}.parquet").names, *mark] for name in there}
    swept = settings_frame([point.settings for point in design.points]).columns
    drawn = design.draws[0] if design.draws else {}
    content = csv_text(column_rows(tables, [*swept, *drawn], COLUMN_MEANINGS)).encode()
    write_atomic(folder / COLUMNS, content)
    return {COLUMNS: digest(content)}


def _labels(tasks: Sequence[Task], settings: pd.DataFrame, design: Design) -> pd.DataFrame:
    """Return the leading columns of some runs, one row each."""
    import pandas as pd

    columns = [
        pd.DataFrame({"point": [task.point for task in tasks]}),
        settings.iloc[[task.point for task in tasks]].reset_index(drop=True),
    ]
    if design.draws:
        columns.append(pd.DataFrame([{"draw": task.draw, **design.draws[task.draw]} for task in tasks]))
    columns.append(
        pd.DataFrame({name: [getattr(task, name) for task in tasks] for name in ("replication", "seed", "run")})
    )
    return pd.concat(columns, axis="columns")


def _measures(tasks: Sequence[Task], names: Sequence[str], store: RunStore) -> pd.DataFrame:
    """Return the measures of some runs, one row each."""
    import pandas as pd

    rows = (store.measures(task.run) for task in tasks)
    return pd.DataFrame([[row.get(name, math.nan) for name in names] for row in rows], columns=list(names), dtype=float)


def _comparison_frames(
    design: Design, settings: pd.DataFrame, done: Sequence[Task], names: Sequence[str], store: RunStore
) -> Iterator[pd.DataFrame]:
    """Yield the differences of each point from the first, one point at a time.

    This gives the table of :class:`Comparison` without holding all points in memory.
    """
    by_point: dict[int, list[Task]] = {}
    for task in done:
        by_point.setdefault(task.point, []).append(task)

    def sample(point: int) -> Sample:
        point_tasks = by_point.get(point, [])
        keys: list[Key] = [Branch(task.draw, task.seed) if design.draws else task.seed for task in point_tasks]
        rows = (
            row for batch in batched(point_tasks, RUNS_AT_A_TIME) for row in _measures(batch, names, store).to_numpy()
        )
        position = {name: column for column, name in enumerate(names)}
        found = {key: _Row(position, row) for key, row in zip(keys, rows, strict=True)}
        return Sample(design.points[point].settings, found)

    reference = sample(0)
    shown = list(settings.columns)
    # Use the same columns for every point, even if most of its runs failed.
    over_draws = len(design.draws) > 1 and design.cells is None
    for point in range(1, len(design.points)):
        frame = Comparison((reference, sample(point))).frame(over_draws)
        frame = frame.drop(columns=[name for name in shown if name in frame.columns])
        frame["point"] = point
        for position, name in enumerate(shown, start=1):
            frame.insert(position, name, settings[name].iloc[[point] * len(frame)].to_numpy())
        yield frame.astype({name: settings[name].dtype for name in shown})


class _Row(Mapping[str, float]):
    """The measures of one run in a row of an array, which needs a tenth of the memory of a dictionary."""

    __slots__ = ("_position", "_values")

    def __init__(self, position: Mapping[str, int], values: np.ndarray) -> None:
        self._position, self._values = position, values

    def __getitem__(self, name: str) -> float:
        return float(self._values[self._position[name]])

    def __iter__(self) -> Iterator[str]:
        return iter(self._position)

    def __len__(self) -> int:
        return len(self._position)


def write_table(
    folder: Path, name: str, tables: Iterable[pd.DataFrame], mark: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Concatenate frames into ``name.csv`` and ``name.parquet`` atomically; return their hashes.

    ``mark`` has columns for the CSV only, for readers without the manifest.
    """
    import pyarrow as pa  # type: ignore[import-untyped, unused-ignore]
    import pyarrow.parquet as pq  # type: ignore[import-untyped, unused-ignore]

    paths = {ending: folder / f"{name}.{ending}" for ending in ENDINGS}
    temporary = {ending: temporary_path(path) for ending, path in paths.items()}
    writer: pq.ParquetWriter | None = None
    try:
        with open(temporary["csv"], "w", encoding="utf-8", newline="") as text:
            for frame in tables:
                write_csv(frame.assign(**mark) if mark else frame, text, header=writer is None)
                table = pa.Table.from_pandas(frame, preserve_index=False, nthreads=1)
                if writer is None:
                    # Use the column types of the first batch, without the metadata of pandas (row counts).
                    schema = table.schema.remove_metadata()
                    writer = pq.ParquetWriter(temporary["parquet"], schema, compression="zstd")
                writer.write_table(table.cast(schema))
        if writer is not None:
            writer.close()
            writer = None
        hashes = {}
        for ending, written in temporary.items():
            if written.exists():
                hashes[paths[ending].name] = _flush_and_hash(written)
                retry_move(os.replace, written, paths[ending])
        sync_folder(folder)
        return hashes
    finally:
        if writer is not None:
            with suppress(OSError):  # closing fails for the same reason, but an open file cannot be removed
                writer.close()
        for leftover in temporary.values():
            leftover.unlink(missing_ok=True)


def _flush_and_hash(path: Path) -> str:
    """Flush a file to the disk and return its SHA-256, without reading it into memory."""
    with open(path, "rb+") as file:
        os.fsync(file.fileno())
        return hashlib.file_digest(file, "sha256").hexdigest()

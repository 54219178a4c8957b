"""The tidy tables of a finished sweep: one row for each thing counted in each run.

Each run is summarised once, in the process that made it, and the summaries are kept beside its tables. At the end of a
sweep they are strung together run by run, into a CSV for people and a Parquet file for programs with the same rows, so
that memory does not grow with the number of runs. What may not enter: averages, intervals and pictures, which others
make from these rows.

Every table begins with ``point`` (number of the setting, 0 is the reference), one column for each swept address, ``draw``
and one column for each uncertain parameter where a design draws any, ``replication``, ``seed`` and ``run`` (its
identifier). Then:

========  ======================================================================================================
measures  one column a measure; one row a run
funnel    ``programme``, ``event``, ``count``: people for whom the event happened in the period
series    ``month``, ``programme``, ``event``, ``count``
mix       ``stage``, ``definition``, ``programme``, ``category``, ``count``, ``share`` (of the stage and programme)
hours     ``kind``, ``status_group``, ``hours``: person-hours
========  ======================================================================================================
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from enforcement_sim.experiment.comparison import settings_frame

if TYPE_CHECKING:
    import pandas as pd

    from enforcement_sim.experiment.design import Design, Task
    from enforcement_sim.experiment.store import RunStore
    from enforcement_sim.results import Result

TABLES = ("funnel", "series", "mix", "hours")
"""Summaries that each run keeps."""

MIX_STAGES = ("matched", "detainer_issued", "ice_custody", "removed")
"""Stages at which the mix of a run is summarised; any other is a question to its tables."""


def summaries_of(result: Result) -> dict[str, pd.DataFrame]:
    """Return the summaries of one result by name."""
    import pandas as pd

    from enforcement_sim.law.definitions import load_definitions

    mixes = []
    for stage in MIX_STAGES:
        for definition in load_definitions():
            mix = result.mix(stage=stage, by="programme", definition=definition)
            mix.insert(0, "stage", stage)
            mix.insert(1, "definition", definition)
            mixes.append(mix)
    series = result.series(by="programme")
    return {
        "funnel": result.funnel(by="programme").reset_index(drop=True),
        "series": series[series["count"] > 0].reset_index(drop=True),  # most months see no event of most kinds
        "mix": pd.concat(mixes, ignore_index=True),
        "hours": result.hours(by="status_group").reset_index(drop=True),
    }


@dataclass(frozen=True)
class Labels:
    """The columns that say which run a row belongs to."""

    settings: pd.DataFrame
    draws: tuple[Mapping[str, Any], ...] = ()

    @classmethod
    def of(cls, design: Design) -> Labels:
        """Return the labels of a design's runs."""
        return cls(settings_frame([point.settings for point in design.points]), design.draws)

    def columns(self, task: Task) -> dict[str, Any]:
        """Return the leading columns of a run's rows."""
        settings = {str(name): self.settings[name].iloc[task.point] for name in self.settings.columns}
        return {
            "point": task.point,
            **settings,
            **({"draw": task.draw, **self.draws[task.draw]} if self.draws else {}),
            "replication": task.replication,
            "seed": task.seed,
            "run": task.run,
        }

    def label(self, frame: pd.DataFrame, task: Task) -> pd.DataFrame:
        """Return a run's frame with its labels in front."""
        labelled = frame.copy()
        for position, (name, value) in enumerate(self.columns(task).items()):
            labelled.insert(position, name, value)
        return labelled


def write_summaries(
    folder: Path, design: Design, tasks: Iterable[Task], store: RunStore, measures: Mapping[str, Mapping[str, float]]
) -> dict[str, str]:
    """Write the tables of a sweep and return the SHA-256 of each file by name.

    Parameters
    ----------
    folder : Path
        Where the tables go.
    design : Design
        Gives the settings' columns.
    tasks : iterable of Task
        The runs that succeeded, in the order of the rows.
    store : RunStore
        Where their summaries are.
    measures : mapping
        Run id -> measures.
    """
    import pandas as pd

    labels = Labels.of(design)
    done = sorted(tasks, key=lambda task: (task.point, task.draw, task.replication))
    hashes: dict[str, str] = {}
    if not done:
        return hashes
    rows = pd.DataFrame([{**labels.columns(task), **measures[task.run]} for task in done])
    hashes |= write_table(folder, "measures", [rows])
    for name in TABLES:
        frames = (labels.label(store.summary(task.run, name), task) for task in done)
        hashes |= write_table(folder, name, frames)
    return hashes


def write_table(folder: Path, name: str, frames: Iterable[pd.DataFrame]) -> dict[str, str]:
    """String frames together into ``name.csv`` and ``name.parquet``, whole or not at all; return their hashes."""
    import pyarrow as pa  # type: ignore[import-untyped, unused-ignore]
    import pyarrow.parquet as pq  # type: ignore[import-untyped, unused-ignore]

    paths = {ending: folder / f"{name}.{ending}" for ending in ("csv", "parquet")}
    temporary = {ending: folder / f"tmp-{path.name}-{os.getpid()}" for ending, path in paths.items()}
    writer: pq.ParquetWriter | None = None
    try:
        with open(temporary["csv"], "w", encoding="utf-8", newline="") as text:
            for frame in frames:
                frame.to_csv(text, index=False, header=writer is None, lineterminator="\n")
                table = pa.Table.from_pandas(frame, preserve_index=False, nthreads=1)
                if writer is None:
                    # The first run's column types hold for all; pandas' own notes in it (row counts) do not.
                    schema = table.schema.remove_metadata()
                    writer = pq.ParquetWriter(temporary["parquet"], schema, compression="zstd")
                writer.write_table(table.cast(schema))
        if writer is not None:
            writer.close()
        hashes = {}
        for ending, written in temporary.items():
            if written.exists():
                hashes[paths[ending].name] = _flush_and_hash(written)
                os.replace(written, paths[ending])
        return hashes
    finally:
        for leftover in temporary.values():
            leftover.unlink(missing_ok=True)


def _flush_and_hash(path: Path) -> str:
    """Make a file's content durable and return its SHA-256, without holding it in memory."""
    with open(path, "rb+") as file:
        os.fsync(file.fileno())
        return hashlib.file_digest(file, "sha256").hexdigest()

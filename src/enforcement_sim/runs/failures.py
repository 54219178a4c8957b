"""Failed runs of a results folder: each is recorded with its traceback until it is retried and succeeds."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from enforcement_sim.runs.atomic_files import readable_json, write_atomic
from enforcement_sim.runs.store import FAILED, SCHEMA

if TYPE_CHECKING:
    from enforcement_sim.runs.design import Task


@dataclass(frozen=True)
class Failure:
    """A failed run, as recorded in ``failed/<run>.json`` until it is retried.

    Attributes
    ----------
    point, replication, seed : int
        The position of the run in the design.
    engine_version : str
        The version of the engine.
    traceback : str
        The Python traceback; for a dead worker, one line.
    """

    run: str
    point: int
    replication: int
    seed: int
    engine_version: str
    traceback: str

    @property
    def reason(self) -> str:
        """The last line of the traceback."""
        return last_line(self.traceback)


def last_line(traceback: str) -> str:
    """Return the last line of a traceback, which has the exception.

    Examples
    --------
    >>> last_line("Traceback (most recent call last):\\n  ...\\nValueError: no beds\\n")
    'ValueError: no beds'
    """
    lines = traceback.strip().splitlines()
    return lines[-1] if lines else "no reason was given"


def record_failure(folder: Path, task: Task, engine_version: str, traceback: str) -> None:
    """Record a failed run immediately."""
    failure = Failure(task.run, task.point, task.replication, task.seed, engine_version, traceback)
    (folder / FAILED).mkdir(exist_ok=True)
    record = {"schema": SCHEMA, "reason": failure.reason, **asdict(failure)}
    write_atomic(folder / FAILED / f"{task.run}.json", readable_json(record))


def read_failure(folder: Path, run: str) -> Failure | None:
    """Return the record of a failed run; None if there is none, or it cannot be read."""
    try:
        record = json.loads((folder / FAILED / f"{run}.json").read_bytes())
        if record["schema"] != SCHEMA or record["run"] != run:
            return None
        return Failure(**{name: record[name] for name in Failure.__dataclass_fields__})
    except (OSError, ValueError, KeyError, TypeError):
        return None


def remove_failure(folder: Path, run: str) -> None:
    """Remove the failure record of a run that has succeeded, if there is one."""
    (folder / FAILED / f"{run}.json").unlink(missing_ok=True)
    with suppress(OSError):  # the folder may contain other records, or not exist
        (folder / FAILED).rmdir()

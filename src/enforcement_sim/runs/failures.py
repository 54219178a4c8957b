"""Runs that failed, on disk: a failure is a finding, kept in the folder like any other.

``failed/<run id>.json`` holds the traceback of a run that could not be computed, and what it takes to compute it again.
It is written the moment the failure is known, so a sweep that is killed later has not forgotten it, and it is removed
when the run succeeds. A run is a pure function: it fails again the same way until something changes, so a recorded
failure stands until somebody asks for another attempt. The clock is not in the record; the log has it.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from enforcement_sim.runs.disk import readable_json, write_whole

if TYPE_CHECKING:
    from enforcement_sim.runs.design import Task

FAILED = "failed"
"""The folder of the records, inside a results folder."""

SCHEMA = 1
"""Form of a record. One of another form is left aside, and its run made again."""


@dataclass(frozen=True)
class Failure:
    """One run that failed.

    Attributes
    ----------
    run : str
    point, replication, seed : int
        Which run of the design it is.
    engine_version : str
        The engine it failed with.
    traceback : str
        As Python tells it; for a process that ended without an answer, one line that says so.
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
    """Return the line of a traceback that says what happened.

    Examples
    --------
    >>> last_line("Traceback (most recent call last):\\n  ...\\nValueError: no beds\\n")
    'ValueError: no beds'
    """
    lines = traceback.strip().splitlines()
    return lines[-1] if lines else "no reason was given"


def record_failure(folder: Path, task: Task, engine_version: str, traceback: str) -> None:
    """Write down that a run failed.

    Raises
    ------
    OSError
        If the disk does not take it.
    """
    failure = Failure(task.run, task.point, task.replication, task.seed, engine_version, traceback)
    path = _path(folder, task.run)
    path.parent.mkdir(exist_ok=True)
    write_whole(path, readable_json({"schema": SCHEMA, "reason": failure.reason, **asdict(failure)}))


def failure_of(folder: Path, run: str) -> Failure | None:
    """Return what is recorded of a run's failure; None if it did not fail, or if the record cannot be read."""
    try:
        held = json.loads(_path(folder, run).read_bytes())
        if held["schema"] != SCHEMA or held["run"] != run:
            return None
        return Failure(**{name: held[name] for name in Failure.__dataclass_fields__})
    except (OSError, ValueError, KeyError, TypeError):
        return None


def forget_failure(folder: Path, run: str) -> None:
    """Remove the record of a run that has succeeded, if there is one."""
    path = _path(folder, run)
    path.unlink(missing_ok=True)
    with suppress(OSError):  # others may be left in it, or it never was
        path.parent.rmdir()


def _path(folder: Path, run: str) -> Path:
    """Return where a run's failure is recorded."""
    return folder / FAILED / f"{run}.json"

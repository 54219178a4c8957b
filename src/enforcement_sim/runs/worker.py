"""What a worker does with one run: compute and summarise it, then write it or return its files.

A worker with access to the results folder writes the run there and returns only its measures. A worker of a cluster has
no access and returns the files as bytes; they are the same bytes. An exception in a run is recorded as its outcome.
Storage errors are reported separately, because they are not caused by the run.
"""

from __future__ import annotations

import json
import threading
import time
import traceback
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from enforcement_sim.errors import InputError
from enforcement_sim.places.imported import supplies_of, supply
from enforcement_sim.runs.atomic_files import DISK_FULL_ERRORS, system_message
from enforcement_sim.runs.provenance import environment_differences
from enforcement_sim.runs.run import Runner
from enforcement_sim.runs.store import RECORD, RunFiles, RunStore, measures_of, run_files
from enforcement_sim.runs.summaries import summaries_of

if TYPE_CHECKING:
    from enforcement_sim.runs.design import Task
    from enforcement_sim.scenarios.schema import Scenario

_RUN_LOCK = threading.Lock()
"""A cluster worker may have several threads, but only one of them may compile or simulate at a time."""


@dataclass(frozen=True)
class RunOutcome:
    """The outcome of one run.

    Attributes
    ----------
    run : str
        Its identifier.
    measures : dict or None
        Its measures; None if it failed.
    seconds : float
        Wall time, writing included.
    failure : str or None
        The traceback, if it failed.
    storage_error : str or None
        The error message of the system, if the run could not be written.
    files : dict or None
        The files of the run, from a worker without access to the results folder; they are written before progress is
        reported.
    """

    run: str
    measures: dict[str, float] | None
    seconds: float
    failure: str | None = None
    storage_error: str | None = None
    files: RunFiles | None = field(default=None, repr=False)


class Progress(Protocol):
    """Callbacks of a sweep in the calling process: at the beginning, after each run, and at the end."""

    def begin(self, runs: int, ready: int, workers: int) -> None:
        """Report the start: ``runs`` runs are needed, of which ``ready`` are stored already.

        Failed runs that are not retried are not counted.
        """

    def advance(self, outcome: RunOutcome, done: int, seconds_left: float) -> None:
        """Report that a run has ended, the number of ended runs, and the estimated remaining seconds."""

    def end(self) -> None:
        """Report that the computation has ended, normally or not."""


class NoProgress:
    """Progress callbacks that do nothing."""

    def begin(self, runs: int, ready: int, workers: int) -> None:
        """Do nothing."""

    def advance(self, outcome: RunOutcome, done: int, seconds_left: float) -> None:
        """Do nothing."""

    def end(self) -> None:
        """Do nothing."""


@dataclass(frozen=True)
class ComputeRun:
    """A callable that computes a task in any process.

    Attributes
    ----------
    folder : Path or None
        The folder to write the run to; None to return its files.
    environment : mapping or None
        The required environment of the worker; None if it cannot differ.
    supplies : mapping
        Imported tables that the runs need, by kind and name, because a worker may not have them.
    """

    runner: Runner
    folder: Path | None
    environment: Mapping[str, Any] | None = None
    supplies: Mapping[tuple[str, str], bytes] = field(default_factory=dict)

    def __call__(self, task: Task) -> RunOutcome:
        """Return the outcome of the run."""
        began = time.perf_counter()

        def outcome(measures: dict[str, float] | None = None, **fields: Any) -> RunOutcome:
            return RunOutcome(task.run, measures, time.perf_counter() - began, **fields)

        with _RUN_LOCK:
            check_same_environment(self.runner, self.environment)
            supply(self.supplies)
            try:
                result = self.runner.run(task.scenario, task.seed)
                content = run_files(task, result, summaries_of(result), self.runner.version, self.runner.inputs)
            except Exception as error:
                if isinstance(error, OSError) and error.errno in DISK_FULL_ERRORS:
                    return outcome(storage_error=system_message(error))
                return outcome(failure=traceback.format_exc())
        # Read back from the bytes, because a resumed sweep reads its measures from the stored files.
        measures = measures_of(json.loads(content[RECORD]))
        if self.folder is None:
            return outcome(measures, files=content)
        try:
            RunStore(self.folder, self.runner.inputs).save(task.run, content)
        except OSError as error:
            return outcome(storage_error=system_message(error))
        return outcome(measures)


def imported_tables_for(scenarios: Iterable[Scenario]) -> dict[tuple[str, str], bytes]:
    """Return the imported tables used by scenarios, by kind and name.

    Raises
    ------
    InputError
        If one is missing on this machine, or was changed after the import.
    """
    return supplies_of(scenario.data for scenario in scenarios)


def check_same_environment(runner: Runner, expected: Mapping[str, Any] | None) -> None:
    """Check that this machine would compute the same run as the calling one."""
    if expected is None or runner.environment is None:
        return
    differences = environment_differences(expected, runner.environment())
    if differences:
        listed = "; ".join(f"{name} {here} here, {there} there" for name, here, there in differences)
        raise InputError(
            f"a worker of the cluster differs from this machine ({listed}): install the same versions there"
        )

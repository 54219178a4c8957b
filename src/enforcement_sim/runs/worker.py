"""What a worker does with one run: compute it, summarise it, and write it or return its files.

A worker that sees the results folder writes the run there itself, so that only its measures travel. A machine of a
cluster does not, and returns the run's files as bytes, the same bytes. An exception in a run is an outcome like any
other; what the disk reports is kept apart, because it is no run's fault.
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
from enforcement_sim.runs.atomic_files import NO_ROOM, system_message
from enforcement_sim.runs.provenance import environment_differences
from enforcement_sim.runs.run import Runner
from enforcement_sim.runs.store import RECORD, RunFiles, RunStore, measures_of, run_files
from enforcement_sim.runs.summaries import summaries_of

if TYPE_CHECKING:
    from enforcement_sim.runs.design import Task
    from enforcement_sim.scenarios.schema import Scenario

_ONE_AT_A_TIME = threading.Lock()
"""A worker of a cluster may have several threads; only one of them may compile or simulate at a time."""


@dataclass(frozen=True)
class RunOutcome:
    """What became of one run.

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
        What the system reported, if the disk did not take the run.
    files : dict or None
        The run's files, from a worker that does not see the results folder; they are written before progress is
        reported.
    """

    run: str
    measures: dict[str, float] | None
    seconds: float
    failure: str | None = None
    storage_error: str | None = None
    files: RunFiles | None = field(default=None, repr=False)


class Progress(Protocol):
    """What a sweep calls in the process that asked for it: at the beginning, after each run, and at the end."""

    def begin(self, runs: int, ready: int, workers: int) -> None:
        """Report that ``runs`` runs are wanted, of which ``ready`` are stored already.

        Runs that failed before and are not tried again are not among them.
        """

    def advance(self, outcome: RunOutcome, done: int, seconds_left: float) -> None:
        """Report that a run has ended, how many have, and about how long the others will take."""

    def end(self) -> None:
        """Report that no more runs will end, for whatever reason."""


class NoProgress:
    """Progress that is not shown."""

    def begin(self, runs: int, ready: int, workers: int) -> None:
        """Do nothing."""

    def advance(self, outcome: RunOutcome, done: int, seconds_left: float) -> None:
        """Do nothing."""

    def end(self) -> None:
        """Do nothing."""


@dataclass(frozen=True)
class ComputeRun:
    """Computes a task, in whatever process it is called.

    Attributes
    ----------
    runner : Runner
    folder : Path or None
        Where the run is written; None to return its files.
    environment : mapping or None
        What the runner's environment must be where the run is computed; None where it cannot differ.
    supplies : mapping
        Imported tables that the runs need, by kind and name: a worker may see another folder of them, or none.
    """

    runner: Runner
    folder: Path | None
    environment: Mapping[str, Any] | None = None
    supplies: Mapping[tuple[str, str], bytes] = field(default_factory=dict)

    def __call__(self, task: Task) -> RunOutcome:
        """Return what became of the run.

        Raises
        ------
        InputError
            If this machine differs from the one that asked: its run would not be the same.
        """
        began = time.perf_counter()

        def outcome(measures: dict[str, float] | None = None, **what: Any) -> RunOutcome:
            return RunOutcome(task.run, measures, time.perf_counter() - began, **what)

        with _ONE_AT_A_TIME:
            check_same_environment(self.runner, self.environment)
            supply(self.supplies)
            try:
                result = self.runner.run(task.scenario, task.seed)
                made = run_files(task, result, summaries_of(result), self.runner.version, self.runner.inputs)
            except Exception as error:
                if isinstance(error, OSError) and error.errno in NO_ROOM:
                    return outcome(storage_error=system_message(error))
                return outcome(failure=traceback.format_exc())
        # Read from the bytes: a resumed sweep has only what is stored, and must see the same.
        measures = measures_of(json.loads(made[RECORD]))
        if self.folder is None:
            return outcome(measures, files=made)
        try:
            RunStore(self.folder, self.runner.inputs).save(task.run, made)
        except OSError as error:
            return outcome(storage_error=system_message(error))
        return outcome(measures)


def imported_tables_for(scenarios: Iterable[Scenario]) -> dict[tuple[str, str], bytes]:
    """Return the imported tables that some scenarios name, by kind and name.

    Raises
    ------
    InputError
        If one is not on this machine, or was changed after it was imported.
    """
    return supplies_of(scenario.data for scenario in scenarios)


def check_same_environment(runner: Runner, expected: Mapping[str, Any] | None) -> None:
    """Make sure that a run computed here would be the one that was asked for.

    Raises
    ------
    InputError
        If engine, data, packages or platform differ.
    """
    if expected is None or runner.environment is None:
        return
    differences = environment_differences(expected, runner.environment())
    if differences:
        listed = "; ".join(f"{what} {here} here, {there} there" for what, here, there in differences)
        raise InputError(
            f"a worker of the cluster differs from this machine ({listed}): install the same versions there"
        )

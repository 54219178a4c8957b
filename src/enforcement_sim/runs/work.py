"""What a worker does with one run: compute it, summarise it, and write it or hand it back.

A worker that sees the results folder writes the run there itself, so that only its measures travel. One that does not
(a machine of a cluster) hands the run's files back as bytes, the same bytes. Whatever a run raises is an answer and
not an end; what the disk says is told apart from it, because that is no run's fault. Which runs there are, and where
workers come from, may not enter.
"""

from __future__ import annotations

import json
import threading
import time
import traceback
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from enforcement_sim.errors import InputError
from enforcement_sim.places.imported import supplies_of, supply
from enforcement_sim.runs.disk import NO_ROOM, reason_of
from enforcement_sim.runs.progress import Outcome
from enforcement_sim.runs.provenance import unlike
from enforcement_sim.runs.runner import Runner
from enforcement_sim.runs.store import RECORD, RunStore, measures_of, pack
from enforcement_sim.runs.summaries import summaries_of

if TYPE_CHECKING:
    from enforcement_sim.runs.design import Task
    from enforcement_sim.scenarios.schema import Scenario

_ONE_AT_A_TIME = threading.Lock()
"""A worker of a cluster may have several threads; compiling and simulating are not for two of them at once."""


@dataclass(frozen=True)
class Work:
    """Computes a task, in whatever process it is called.

    Attributes
    ----------
    runner : Runner
    folder : Path or None
        Where the run is written; None to hand its files back.
    identity : mapping or None
        What the runner's identity must be where the run is computed; None where it cannot differ.
    supplies : mapping
        Imported tables that the runs need, by kind and name: a worker may see another folder of them, or none.
    """

    runner: Runner
    folder: Path | None
    identity: Mapping[str, Any] | None = None
    supplies: Mapping[tuple[str, str], bytes] = field(default_factory=dict)

    def __call__(self, task: Task) -> Outcome:
        """Return what became of the run.

        Raises
        ------
        InputError
            If this machine is not like the one that asked: its run would not be the same.
        """
        began = time.perf_counter()
        with _ONE_AT_A_TIME:
            check_likeness(self.runner, self.identity)
            supply(self.supplies)
            try:
                result = self.runner.run(task.scenario, task.seed)
                packed = pack(task, result, summaries_of(result), self.runner.version, self.runner.inputs)
            except Exception as error:
                took = time.perf_counter() - began
                if isinstance(error, OSError) and error.errno in NO_ROOM:
                    return Outcome(task.run, None, took, unkept=reason_of(error))
                return Outcome(task.run, None, took, traceback.format_exc())
        # Taken from the bytes rather than handed over: a resumed sweep has only what is stored, and must see the same.
        measures = measures_of_packed(packed)
        if self.folder is None:
            return Outcome(task.run, measures, time.perf_counter() - began, packed=packed)
        try:
            RunStore(self.folder, self.runner.inputs).keep(task.run, packed)
        except OSError as error:
            return Outcome(task.run, None, time.perf_counter() - began, unkept=reason_of(error))
        return Outcome(task.run, measures, time.perf_counter() - began)


def supplies_for(scenarios: Iterable[Scenario]) -> dict[tuple[str, str], bytes]:
    """Return the imported tables that some scenarios name, by kind and name.

    Raises
    ------
    InputError
        If one is not on this machine, or was changed after it was imported.
    """
    return supplies_of(scenario.data for scenario in scenarios)


def check_likeness(runner: Runner, expected: Mapping[str, Any] | None) -> None:
    """Make sure that a run computed here would be the one that was asked for.

    Raises
    ------
    InputError
        If engine, data, packages or platform differ.
    """
    if expected is None or runner.identity is None:
        return
    differences = unlike(expected, runner.identity())
    if differences:
        told = "; ".join(f"{what} {here} here, {there} there" for what, here, there in differences)
        raise InputError(f"a worker of the cluster is not like this machine ({told}): install the same versions there")


def measures_of_packed(packed: Mapping[str, bytes]) -> dict[str, float]:
    """Return the measures in a run's files."""
    return measures_of(json.loads(packed[RECORD]))

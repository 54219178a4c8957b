"""The state of a results folder: which runs are stored and which are missing. Nothing is changed or simulated.

The manifest, finished or not, lists the runs. Each stored run is checked against its hashes, as a sweep would do, so the
status predicts what the next call will compute.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from enforcement_sim.errors import InputError
from enforcement_sim.runs.call_log import read_log
from enforcement_sim.runs.design import label_of
from enforcement_sim.runs.failures import read_failure
from enforcement_sim.runs.folder_lock import is_locked
from enforcement_sim.runs.manifest import check_owner, read_manifest, settings_of
from enforcement_sim.runs.store import FAILED, MANIFEST, NOT_COMPUTED, RunStore, file_fault
from enforcement_sim.tables.amounts import several

if TYPE_CHECKING:
    from enforcement_sim.runs.design import Design
    from enforcement_sim.runs.run import Runner

DONE, MISSING, DAMAGED, FAILED_RUN = "done", "missing", "to be computed again", "failed"


@dataclass(frozen=True)
class RunState:
    """One run of a folder's design.

    Attributes
    ----------
    setting : str
        The settings of its point in one line.
    state : str
        "done", "missing", "to be computed again" (stored but unusable) or "failed".
    why : str
        The reason, unless the run is done.
    """

    run: str
    setting: str
    seed: int
    state: str
    why: str = ""


@dataclass(frozen=True)
class Status:
    """The state of a results folder.

    Attributes
    ----------
    name : str
        Name of the design.
    runs : tuple of RunState
        Each run once, in the order of computation.
    finished : bool
        Whether the manifest is written, which is the last step of a sweep.
    busy : bool
        Whether a sweep is running in the folder now.
    tables : dict
        Table -> its fault.
    recomputed : dict
        Run -> why it was computed again, in any call.
    calls : tuple of dict
        The log, one dictionary for each call.
    """

    folder: Path
    name: str
    runs: tuple[RunState, ...]
    finished: bool
    busy: bool
    tables: Mapping[str, str]
    recomputed: Mapping[str, str]
    calls: tuple[Mapping[str, Any], ...]

    @property
    def complete(self) -> bool:
        """Whether every run and every table is stored and intact."""
        return self.finished and not self.tables and all(run.state == DONE for run in self.runs)

    def count(self, state: str) -> int:
        """Return the number of runs in a state."""
        return sum(run.state == state for run in self.runs)

    def lines(self) -> Iterator[str]:
        """Yield the state as lines of text; the unfinished runs are in :attr:`runs`."""
        counts = Counter(run.state for run in self.runs)
        state = "finished" if self.finished else "not finished"
        now = "a sweep is running in it now" if self.busy else "no sweep is running in it"
        yield f"{self.name} in {self.folder}: {state}; {now}"
        listed = [f"{counts[state]:,} {state}" for state in (DONE, MISSING, DAMAGED, FAILED_RUN) if counts[state]]
        yield f"{len(self.runs):,} runs: {', '.join(listed)}"
        if self.calls:
            last = self.calls[-1]
            ended = str(last.get("ended", "interrupted"))
            ended = {"finished": "finished", "interrupted": "was interrupted"}.get(ended, ended)
            yield (
                f"{several(len(self.calls), 'call')} so far; the last began "
                f"{last.get('started', '?')}, with {last.get('workers', '?')} worker(s), and "
                f"{'is running' if self.busy else ended}"
            )
        for table, fault in self.tables.items():
            yield f"{table} {fault}; the same sweep writes it again"
        for run, why in self.recomputed.items():
            yield f"run {run} was computed again: {why}"
        if not self.busy and not self.complete:
            todo = counts[MISSING] + counts[DAMAGED]
            parts = [f"the same sweep computes {todo:,}"] if todo else []
            if counts[FAILED_RUN]:
                parts.append(f"--retry-failed tries the {counts[FAILED_RUN]:,} failed again")
            yield f"Next: {'; '.join(parts) or 'the same sweep brings the tables up to date'}"


def status_of(folder: Path) -> Status:
    """Return the state of a results folder.

    Raises
    ------
    InputError
        If it contains no sweep, or its manifest cannot be read or does not list its runs.
    """
    manifest = read_manifest(folder, unfinished=True)
    if "runs" not in manifest:
        raise InputError(f"{folder} was created by an earlier version; continue its sweep to see its status")
    store = RunStore(folder, manifest["inputs"])
    rows = {row["run"]: row for row in manifest["runs"]}
    runs = tuple(_state_of(store, row, label_of(settings_of(manifest, row["point"]))) for row in rows.values())
    calls = read_log(folder)
    reasons = [call.get("computed_again_because") for call in calls]
    again = {run: str(why) for listed in reasons if isinstance(listed, dict) for run, why in listed.items()}
    finished = (folder / MANIFEST).exists()
    outputs = manifest.get("outputs", {}) if finished else {}
    faults = {name: file_fault(folder / name, expected) for name, expected in outputs.items()}
    tables = {name: fault for name, fault in faults.items() if fault is not None}
    name = str(manifest["design"]["name"])
    return Status(folder, name, runs, finished, is_locked(folder), tables, again, tuple(calls))


def status_of_design(design: Design, folder: Path, runner: Runner) -> Status:
    """Return the state of a design in a folder, which need not exist.

    Raises
    ------
    InputError
        If it contains a sweep of another design, or cannot be read.
    """
    if check_owner(folder, design, runner):
        return status_of(folder)
    tasks = {task.run: task for task in design.tasks(runner.version)}
    runs = (
        RunState(task.run, design.points[task.point].label, task.seed, MISSING, NOT_COMPUTED) for task in tasks.values()
    )
    return Status(folder, design.name, tuple(runs), False, is_locked(folder), {}, {}, ())


def _state_of(store: RunStore, row: Mapping[str, Any], setting: str) -> RunState:
    """Return the state of a run, as the next sweep will find it."""
    run, seed = str(row["run"]), int(row["seed"])
    fault = store.fault(run)
    if fault is None:
        return RunState(run, setting, seed, DONE)
    failure = read_failure(store.folder, run)
    if failure is not None:
        return RunState(run, setting, seed, FAILED_RUN, f"{failure.reason} ({FAILED}/{run}.json)")
    return RunState(run, setting, seed, MISSING if fault == NOT_COMPUTED else DAMAGED, fault)

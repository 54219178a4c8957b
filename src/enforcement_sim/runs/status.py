"""What a results folder has of its sweep, and what is missing: read from the folder, changing nothing in it.

The manifest, finished or not, says which runs there should be. Each stored run is checked against its own hashes as a
sweep would check it, so the status says what the next call will do. Nothing is simulated.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from enforcement_sim.errors import InputError
from enforcement_sim.runs.design import label_of
from enforcement_sim.runs.manifest import check_owner, read_manifest, settings_of
from enforcement_sim.runs.store import (
    FAILED,
    MANIFEST,
    NOT_COMPUTED,
    RunStore,
    file_fault,
    is_locked,
    read_failure,
    read_log,
)

if TYPE_CHECKING:
    from enforcement_sim.runs.design import Design
    from enforcement_sim.runs.run import Runner

DONE, MISSING, DAMAGED, FAILED_RUN = "done", "missing", "to be computed again", "failed"


@dataclass(frozen=True)
class RunState:
    """One run of a folder's design.

    Attributes
    ----------
    run : str
    setting : str
        The settings of its point in one line.
    seed : int
    state : str
        "done", "missing", "to be computed again" (it is there and cannot be used) or "failed".
    why : str
        The reason, for what is not done.
    """

    run: str
    setting: str
    seed: int
    state: str
    why: str = ""


@dataclass(frozen=True)
class Status:
    """A folder's state.

    Attributes
    ----------
    folder : Path
    name : str
        Of the design.
    runs : tuple of RunState
        Each run once, in the order in which a sweep computes them.
    finished : bool
        Whether the manifest is written, which is the last thing a sweep does.
    busy : bool
        Whether a sweep is running in the folder now.
    tables : dict
        Table -> what is wrong with it.
    made_again : dict
        Run -> why it was computed again, in any call so far.
    calls : tuple of dict
        The log, a dictionary for each call.
    """

    folder: Path
    name: str
    runs: tuple[RunState, ...]
    finished: bool
    busy: bool
    tables: Mapping[str, str]
    made_again: Mapping[str, str]
    calls: tuple[Mapping[str, Any], ...]

    @property
    def complete(self) -> bool:
        """Whether every run is there and sound, and every table is what the manifest says."""
        return self.finished and not self.tables and all(run.state == DONE for run in self.runs)

    def count(self, state: str) -> int:
        """Return how many runs are in a state."""
        return sum(run.state == state for run in self.runs)

    def lines(self) -> Iterator[str]:
        """Yield the state in sentences; the runs that are not done are in :attr:`runs`."""
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
                f"{len(self.calls)} call{'s' if len(self.calls) > 1 else ''} so far; the last began "
                f"{last.get('started', '?')}, with {last.get('workers', '?')} worker(s), and "
                f"{'is running' if self.busy else ended}"
            )
        for table, fault in self.tables.items():
            yield f"{table} {fault}; the same sweep writes it again"
        for run, why in self.made_again.items():
            yield f"run {run} was computed again: {why}"
        if not self.busy and not self.complete:
            todo = counts[MISSING] + counts[DAMAGED]
            parts = [f"the same sweep computes {todo:,}"] if todo else []
            if counts[FAILED_RUN]:
                parts.append(f"--retry-failed tries the {counts[FAILED_RUN]:,} failed again")
            yield f"Next: {'; '.join(parts) or 'the same sweep brings the tables up to date'}"


def status_of(folder: Path) -> Status:
    """Return what a results folder has.

    Raises
    ------
    InputError
        If it holds no sweep, or one whose manifest cannot be read or does not list its runs.
    """
    manifest = read_manifest(folder, unfinished=True)
    if "runs" not in manifest:
        raise InputError(f"{folder} was begun by an earlier version: continue its sweep to see more")
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
    """Return what a folder has of a design; a folder that does not exist has nothing.

    Raises
    ------
    InputError
        If it holds the sweep of another design, or cannot be read.
    """
    if check_owner(folder, design, runner):
        return status_of(folder)
    tasks = {task.run: task for task in design.tasks(runner.version)}
    runs = (
        RunState(task.run, design.points[task.point].label, task.seed, MISSING, NOT_COMPUTED) for task in tasks.values()
    )
    return Status(folder, design.name, tuple(runs), False, is_locked(folder), {}, {}, ())


def _state_of(store: RunStore, row: Mapping[str, Any], setting: str) -> RunState:
    """Return what has become of a run, as the next sweep will find it."""
    run, seed = str(row["run"]), int(row["seed"])
    fault = store.fault(run)
    if fault is None:
        return RunState(run, setting, seed, DONE)
    failure = read_failure(store.folder, run)
    if failure is not None:
        return RunState(run, setting, seed, FAILED_RUN, f"{failure.reason} ({FAILED}/{run}.json)")
    return RunState(run, setting, seed, MISSING if fault == NOT_COMPUTED else DAMAGED, fault)

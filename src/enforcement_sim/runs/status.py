"""What a results folder has of its sweep, and what it lacks: read from the folder, changing nothing in it.

The folder's manifest, finished or not, says which runs there should be. Each stored run is checked against its own
hashes as a sweep would check it, so what is told here is what the next call will do. Reasons come from where they are
kept: faults from the runs, failures from their records, earlier repetitions from the log. Nothing is simulated.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from enforcement_sim.errors import InputError
from enforcement_sim.runs.design import label_of
from enforcement_sim.runs.failures import FAILED, failure_of
from enforcement_sim.runs.folder import MANIFEST, check_owner, read_any_manifest, settings_of
from enforcement_sim.runs.lock import is_locked
from enforcement_sim.runs.log import read_log
from enforcement_sim.runs.store import NOT_COMPUTED, RunStore

if TYPE_CHECKING:
    from enforcement_sim.runs.design import Design
    from enforcement_sim.runs.runner import Runner

DONE, LACKING, AGAIN, FAILED_RUN = "done", "lacking", "to be made again", "failed"


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
        "done", "lacking", "to be made again" (it is there and cannot be used) or "failed".
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
        Run -> why it was made again, in any call so far.
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
        told = [f"{counts[state]:,} {state}" for state in (DONE, LACKING, AGAIN, FAILED_RUN) if counts[state]]
        state = "finished" if self.finished else "not finished"
        now = "a sweep is running in it now" if self.busy else "no sweep is running in it"
        yield f"{self.name} in {self.folder}: {state}; {now}"
        yield f"{len(self.runs):,} runs: {', '.join(told)}"
        if self.calls:
            last = self.calls[-1]
            yield (
                f"{len(self.calls)} call{'s' if len(self.calls) > 1 else ''} so far; the last began "
                f"{last.get('started', '?')}, with {last.get('workers', '?')} worker(s), and "
                f"{'is running' if self.busy else _how_it_ended(last)}"
            )
        for table, fault in self.tables.items():
            yield f"{table} {fault}; the same sweep writes it again"
        for run, why in self.made_again.items():
            yield f"run {run} was made again: {why}"
        if not self.busy and not self.complete:
            yield self._what_next(counts)

    def _what_next(self, counts: Mapping[str, int]) -> str:
        """Return what the same sweep would do."""
        todo = counts.get(LACKING, 0) + counts.get(AGAIN, 0)
        parts = [f"the same sweep computes {todo:,}"] if todo else []
        if counts.get(FAILED_RUN):
            parts.append(f"--retry-failed tries the {counts[FAILED_RUN]:,} failed again")
        return f"Next: {'; '.join(parts) or 'the same sweep brings the tables up to date'}"


def status_of(folder: Path) -> Status:
    """Say what a results folder has.

    Raises
    ------
    InputError
        If it holds no sweep, or one whose manifest cannot be read or does not list its runs.
    """
    manifest = read_any_manifest(folder)
    if "runs" not in manifest:
        raise InputError(f"{folder} was begun by an earlier version: continue its sweep to know more")
    store = RunStore(folder, manifest["inputs"])
    held = {run["run"]: run for run in manifest["runs"]}
    runs = tuple(_state_of(store, run, label_of(settings_of(manifest, run["point"]))) for run in held.values())
    calls = read_log(folder)
    reasons = [call.get("computed_again_because") for call in calls]
    again = {run: str(why) for told in reasons if isinstance(told, dict) for run, why in told.items()}
    finished = (folder / MANIFEST).exists()
    tables = _damaged_tables(folder, manifest.get("outputs", {})) if finished else {}
    name = str(manifest["design"]["name"])
    return Status(folder, name, runs, finished, is_locked(folder), tables, again, tuple(calls))


def status_of_design(design: Design, folder: Path, runner: Runner) -> Status:
    """Say what a folder has of a design; a folder that does not exist has nothing.

    Raises
    ------
    InputError
        If it holds the sweep of another design, or cannot be read.
    """
    if check_owner(folder, design, runner.version, runner.inputs):
        return status_of(folder)
    tasks = {task.run: task for task in design.tasks(runner.version)}
    runs = (
        RunState(task.run, design.points[task.point].label, task.seed, LACKING, NOT_COMPUTED) for task in tasks.values()
    )
    return Status(folder, design.name, tuple(runs), False, is_locked(folder), {}, {}, ())


def _state_of(store: RunStore, run: Mapping[str, Any], setting: str) -> RunState:
    """Return what has become of a run, as the next sweep will find it."""
    name, seed = str(run["run"]), int(run["seed"])
    fault = store.fault(name)
    if fault is None:
        return RunState(name, setting, seed, DONE)
    failure = failure_of(store.folder, name)
    if failure is not None:
        return RunState(name, setting, seed, FAILED_RUN, f"{failure.reason} ({FAILED}/{name}.json)")
    return RunState(name, setting, seed, LACKING if fault == NOT_COMPUTED else AGAIN, fault)


def _damaged_tables(folder: Path, outputs: Mapping[str, str]) -> dict[str, str]:
    """Return the tables that are not what the manifest says, and why."""
    found = {}
    for name, expected in outputs.items():
        fault = table_fault(folder / name, expected)
        if fault is not None:
            found[name] = fault
    return found


def table_fault(path: Path, expected: str) -> str | None:
    """Return what is wrong with a table that has a hash in a manifest; None if nothing is."""
    try:
        with open(path, "rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return "is missing"
    return None if found == expected else "was changed after it was written"


def _how_it_ended(call: Mapping[str, Any]) -> str:
    """Return how a call ended, in words."""
    ended = str(call.get("ended", "interrupted"))
    return {"finished": "came to its end", "interrupted": "was interrupted"}.get(ended, ended)

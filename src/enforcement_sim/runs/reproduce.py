"""Whether results come out the same again: runs of a folder are computed anew and laid beside what was stored.

What to compute comes from the folder alone: the scenario from the run's own record where the runs are kept, from the
manifest where they are not, and the run's name, which is a hash, shows that it is exactly what was run. Nothing is
written but in a temporary folder. A run that comes out with the same bytes is identical; one whose every stored number
is the same has the same numbers (a newer package may pack them differently); in any other case what differs is said,
and what has changed since: engine, data, parameters, packages, platform, form of the files. If nothing has, the
difference is unexplained.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from enforcement_sim.errors import InputError, lines_of
from enforcement_sim.runs.design import Task, label_of
from enforcement_sim.runs.disk import CannotKeep
from enforcement_sim.runs.executors import WorkerDied, completed, local_place, worker_count
from enforcement_sim.runs.failures import last_line
from enforcement_sim.runs.folder import MANIFEST, differences, read_manifest, settings_of
from enforcement_sim.runs.progress import Outcome, Progress, Silence
from enforcement_sim.runs.provenance import unlike
from enforcement_sim.runs.run import canonical, run_id, with_words
from enforcement_sim.runs.runner import Runner, real_runner
from enforcement_sim.runs.store import Packed, RunStore
from enforcement_sim.runs.stored import EVERY_TABLE, Stored, as_json, read_scenario
from enforcement_sim.runs.work import Work, supplies_for

if TYPE_CHECKING:
    from enforcement_sim.scenarios.schema import Scenario

IDENTICAL, SAME, DIFFERS, FAILED = "identical", "same numbers", "differs", "fails now"
FAILS_ALIKE = "fails as before"
GOOD = (IDENTICAL, SAME, FAILS_ALIKE)

UNEXPLAINED = "unexplained: engine, data, parameters and packages are the same"
MOST_DIFFERENCES = 3
"""Differing numbers that are told of one run; the rest are counted."""

UNNAMED = {"name": "reproduced"}
"""Words for a scenario of a design that had none."""

EVERY_BYTE = "every byte of the run"
NOTHING_KEPT = "nothing to compare with"


@dataclass(frozen=True)
class RunCheck:
    """What came of one run.

    Attributes
    ----------
    run : str
    setting : str
        The settings of its point in one line.
    seed : int
    verdict : str
        "identical", "same numbers", "fails as before", "differs" or "fails now".
    compared : str
        With what the new run was compared.
    differs : tuple of str
        What is not the same, in words.
    why : tuple of str
        What has changed since that may explain it.
    """

    run: str
    setting: str
    seed: int
    verdict: str
    compared: str
    differs: tuple[str, ...] = ()
    why: tuple[str, ...] = ()

    @property
    def good(self) -> bool:
        """Whether the run came out the same."""
        return self.verdict in GOOD


@dataclass(frozen=True)
class Reproduction:
    """What came of a folder.

    Attributes
    ----------
    folder : Path
    name : str
        Of the design.
    known : int
        Runs that the manifest lists.
    checks : tuple of RunCheck
        One for each run computed again.
    changed : tuple of (what, then, now)
        What is not as it was when the results were made.
    damaged : dict
        File of the folder -> why it is not what the manifest says.
    """

    folder: Path
    name: str
    known: int
    checks: tuple[RunCheck, ...]
    changed: tuple[tuple[str, str, str], ...]
    damaged: Mapping[str, str] = field(default_factory=dict)

    @property
    def same(self) -> bool:
        """Whether everything that was computed again came out the same, and nothing stored was altered."""
        return not self.damaged and all(check.good for check in self.checks)

    def lines(self) -> Iterator[str]:
        """Yield the outcome in sentences."""
        good = sum(check.good for check in self.checks)
        yield f"{self.name} in {self.folder}: {good} of {len(self.checks)} runs computed again came out the same"
        yield f"(the folder lists {self.known}; nothing was written)"
        for what, then, now in self.changed:
            yield f"changed since: {what}, {then} then, {now} now"
        for name, fault in self.damaged.items():
            yield f"{name} {fault}"


def reproduce(
    results: Path | str,
    runs: int | None = None,
    only: Sequence[str] = (),
    workers: int | None = None,
    progress: Progress | None = None,
    runner: Runner | None = None,
) -> Reproduction:
    """Compute runs of a results folder again and compare them with what is stored.

    Parameters
    ----------
    results : path
        A folder of ``run``, ``sweep`` or ``compare``, or its ``manifest.json``; the runs themselves need not be kept.
    runs : int, optional
        How many, chosen at random but always alike; all unless given.
    only : sequence of str, optional
        Names of runs, or beginnings of names, instead.
    workers, progress
        See :func:`~enforcement_sim.runs.sweep.sweep`.
    runner : Runner, optional
        What computes the runs; the package's own unless given.

    Returns
    -------
    Reproduction

    Raises
    ------
    InputError
        If the folder holds no finished sweep, or its manifest does not say how its runs are made.
    CannotKeep
        If there is no room for a run in the temporary folder.

    Examples
    --------
    >>> from enforcement_sim.runs.reproduce import reproduce
    >>> reproduce("results/hold-and-opt-out", runs=1).same       # doctest: +SKIP
    True
    """
    folder = Path(results).parent if Path(results).name == MANIFEST else Path(results)
    runner = runner or real_runner()
    told = Silence() if progress is None else progress
    stored = Stored(folder, read_manifest(folder))
    chosen = _chosen(stored.runs, runs, only)
    place = local_place(worker_count(workers, len(chosen)))
    read = _Reader(stored, runner)
    again = [read.run(row) for row in chosen]
    supplies = supplies_for(one.task.scenario for one in again if one.task is not None)
    if place.workers > 1 and runner.prepare is not None:
        runner.prepare()
    # Runs that differed in nothing but what this version does not know are one run now.
    by_run: dict[str, list[_Again]] = {}
    for one in again:
        if one.task is not None:
            by_run.setdefault(one.task.run, []).append(one)
    checks = {one.row["run"]: _unmade(one, read.changed) for one in again if one.task is None}
    began, done = time.perf_counter(), 0
    told.begin(len(by_run), 0, place.workers)
    try:
        tasks = [same[0].task for same in by_run.values() if same[0].task is not None]
        with (
            TemporaryDirectory() as home,
            closing(completed(Work(runner, Path(home), supplies=supplies), tasks, place)) as outcomes,
        ):
            made_again = RunStore(Path(home), runner.inputs)
            for task, made in outcomes:
                outcome = Outcome(task.run, None, 0.0, f"WorkerDied: {made}") if isinstance(made, WorkerDied) else made
                if outcome.unkept is not None:
                    raise CannotKeep(home, outcome.unkept)
                packed = None if outcome.failure is not None else made_again.take(task.run)
                for one in by_run[task.run]:
                    checks[one.row["run"]] = _check(one, outcome, packed, stored, read.changed)
                done += 1
                left = (time.perf_counter() - began) / done * (len(tasks) - done)
                told.advance(outcome, done, left)
    finally:
        told.end()
    ordered = tuple(checks[row["run"]] for row in chosen)
    return Reproduction(folder, stored.name, len(stored.runs), ordered, read.changed, stored.damaged())


def _chosen(rows: Sequence[Mapping[str, Any]], runs: int | None, only: Sequence[str]) -> Sequence[Mapping[str, Any]]:
    """Return the rows of the runs to compute."""
    if only:
        unknown = [name for name in only if not any(row["run"].startswith(name) for row in rows)]
        if unknown:
            raise InputError(f"no run {unknown[0]!r} in the manifest", allowed=[row["run"] for row in rows])
        return [row for row in rows if row["run"].startswith(tuple(only))]
    if runs is None:
        return rows
    if runs < 1:
        raise InputError(f"{runs} runs", key="--runs", allowed="a whole number from 1")
    # Names are hashes: those that come first are a random choice, and always the same one.
    names = sorted(row["run"] for row in rows)[:runs]
    return [row for row in rows if row["run"] in set(names)]


def _changed(manifest: Mapping[str, Any], runner: Runner) -> tuple[tuple[str, str, str], ...]:
    """Return what is not as it was: the manifest's account of how it was made against the present."""
    now = {"engine_version": runner.version, "inputs": runner.inputs}
    if runner.identity is not None:
        now = {**runner.identity(), **now}
    then = {key: manifest[key] for key in now if key in manifest}
    return unlike(then, now)


@dataclass(frozen=True)
class _Again:
    """A run to be computed again.

    Attributes
    ----------
    row : dict
        Its row in the manifest.
    setting : str
    task : Task or None
        None if this version cannot read its scenario.
    why : tuple of str
        Where the scenario as this version reads it is not the one that was run, or why it cannot be read.
    """

    row: Mapping[str, Any]
    setting: str
    task: Task | None
    why: tuple[str, ...]


class _Reader:
    """Reads what a folder says of its runs as this version understands it; the runs of a point under a draw share one scenario.

    Attributes
    ----------
    changed : tuple of (what, then, now)
        What is not as it was when the results were made.
    """

    def __init__(self, stored: Stored, runner: Runner) -> None:
        self._stored, self._runner = stored, runner
        self.changed = _changed(stored.manifest, runner)
        self._scenarios: dict[tuple[int, int], tuple[dict[str, Any], Scenario | None, tuple[str, ...]]] = {}

    def run(self, row: Mapping[str, Any]) -> _Again:
        """Return a run's scenario, and where it is not what was run."""
        point, draw = row["point"], row.get("draw", 0)
        if (point, draw) not in self._scenarios:
            was = self._stored.scenario_of(row)
            self._scenarios[point, draw] = (was, *self._read(was))
        was, scenario, why = self._scenarios[point, draw]
        self._stored.confirm(row, was)
        setting = label_of(settings_of(self._stored.manifest, point))
        if scenario is None:
            return _Again(row, setting, None, why)
        name = run_id(scenario, row["seed"], self._runner.version)
        return _Again(row, setting, Task(name, point, row["replication"], row["seed"], scenario, draw), why)

    def _read(self, was: dict[str, Any]) -> tuple[Scenario | None, tuple[str, ...]]:
        """Return a scenario, if this version can read it, and how it differs from what it was."""
        try:
            scenario, ignored = read_scenario(with_words(was, UNNAMED | self._stored.manifest["scenario"]))
        except InputError as error:
            return None, (f"this version cannot read its scenario: {'; '.join(lines_of(error))}",)
        now = as_json(canonical(scenario))
        kept = was | {"parameters": {key: was["parameters"][key] for key in was["parameters"] if key not in ignored}}
        changed = [f"{address} {then} then, {here} now" for address, then, here in differences(kept, now)]
        unknown = [f"{address} {value:g} then, unknown now" for address, value in ignored.items()]
        return scenario, tuple(f"parameter or setting {text}" for text in (*unknown, *changed))


def _check(
    again: _Again,
    outcome: Outcome,
    packed: Packed | None,
    stored: Stored,
    changed: Sequence[tuple[str, str, str]],
) -> RunCheck:
    """Compare a run that was computed again with what is stored of it."""
    row, before = again.row, again.row.get("failed")
    result = RunCheck(row["run"], again.setting, row["seed"], DIFFERS, "its failure" if before else NOTHING_KEPT)
    if packed is None:
        now = last_line(outcome.failure or "")
        if before == now:
            return replace(result, verdict=FAILS_ALIKE)
        told = f"failed with {before}, now with {now}" if before else now
        return replace(result, verdict=FAILED, differs=(told,), why=_why(again, changed))
    if before:
        return replace(result, differs=(f"failed with {before}, succeeds now",), why=_why(again, changed))
    if stored.same_bytes(row, packed):
        return replace(result, verdict=IDENTICAL, compared=EVERY_BYTE)
    compared, found = stored.compare(row, packed)
    changed = (*changed, *stored.other_forms())
    result = replace(result, compared=", ".join(compared) or NOTHING_KEPT)
    # Other bytes of the same numbers are another way to pack them; without a reason for that, or without all the
    # numbers, something unseen may differ.
    if compared and not found and (again.why or changed or EVERY_TABLE in compared):
        return replace(result, verdict=SAME)
    if not found:
        found = ["its bytes, in what is not kept here"]
    more = len(found) - MOST_DIFFERENCES
    shown = [*found[:MOST_DIFFERENCES], *([f"and {more} more"] if more > 0 else [])]
    return replace(result, differs=tuple(shown), why=_why(again, changed))


def _unmade(again: _Again, changed: Sequence[tuple[str, str, str]]) -> RunCheck:
    """Return what is said of a run that this version cannot compute."""
    differs = ("cannot be computed by this version",)
    row = again.row
    return RunCheck(row["run"], again.setting, row["seed"], DIFFERS, NOTHING_KEPT, differs, _why(again, changed))


def _why(again: _Again, changed: Sequence[tuple[str, str, str]]) -> tuple[str, ...]:
    """Return what may explain a difference."""
    return (*again.why, *dict.fromkeys(what for what, _, _ in changed)) or (UNEXPLAINED,)

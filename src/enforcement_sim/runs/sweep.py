"""Many runs: computed, stored, resumed after an interruption, and summarised.

A sweep computes the runs of its design that are not in the folder yet. Each run is written whole or not at all, so a
sweep may be stopped at any moment, by Ctrl-C, by a full disk or by a power cut: the same call resumes it. A run that
fails is recorded with its traceback, the others go on, and it is tried again on request.

Where a file asks for replications until a measure is known precisely enough, the design is run batch by batch. Each
check sees whole batches of seeds in their order and nothing else, so that it decides alike whatever the number of
workers, and a resumed sweep decides as an undisturbed one. What is watched is what more seeds can narrow: the interval
over seeds alone.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from enforcement_sim.errors import InputError, nearest_names
from enforcement_sim.no_effect import warn
from enforcement_sim.results.intervals import difference_between, level_of
from enforcement_sim.results.measures import MEASURES
from enforcement_sim.runs.atomic_files import StorageError, storage_errors
from enforcement_sim.runs.design import Design, Task, design_of
from enforcement_sim.runs.executors import (
    Backend,
    ClusterLost,
    DaskCluster,
    WorkerDied,
    local_backend,
    run_tasks,
    worker_count,
)
from enforcement_sim.runs.manifest import read_manifest, reopen, reserve_folder, write_finished, write_manifest
from enforcement_sim.runs.provenance import digest
from enforcement_sim.runs.run import Runner, real_runner
from enforcement_sim.runs.store import (
    MANIFEST,
    NOT_COMPUTED,
    RECORD,
    CallLog,
    RunStore,
    folder_lock,
    last_line,
    read_failure,
    record_failure,
    remove_failure,
)
from enforcement_sim.runs.summaries import write_summaries
from enforcement_sim.runs.sweep_result import Sweep, load_sweep
from enforcement_sim.runs.worker import ComputeRun, NoProgress, Progress, RunOutcome, imported_tables_for
from enforcement_sim.scenarios.plan import DIFFERENCE, Stopping

if TYPE_CHECKING:
    from enforcement_sim.scenarios.schema import Scenario

DEFAULT_PARENT = "out"
PRECISE, EXHAUSTED, NOTHING_TO_WATCH = "precise enough", "at_most reached", "no run has a value of the measure"
CONTINUING = "not ended yet; the same command continues"


def sweep(
    scenario: Scenario | str | PathLike[str],
    out: str | PathLike[str] | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
    *,
    retry_failed: bool = False,
    cluster: str | None = None,
) -> Sweep:
    """Run every point of a scenario's sweep or design under each of its seeds, and store the results in a folder.

    Parameters
    ----------
    scenario : Scenario, str or path
        A scenario, the name of a shipped one, or the path of a file. Without a ``sweep`` or ``design`` it is one point.
    out : path, optional
        The folder; ``out/<scenario name>`` under the current one unless given. Runs that are in it already are used.
    workers : int, optional
        Processes; all cores unless given. 1 computes in this process. The results are the same bytes.
    progress : Progress, optional
        Called at the beginning, after each run, and at the end.
    retry_failed : bool
        Try runs again that are recorded as failed; otherwise they stay failed. A run is a pure function, so it fails
        again unless something about the machine has changed.
    cluster : str, optional
        The address of a Dask scheduler (``tcp://...``), whose workers compute instead. They need no shared folder.

    Returns
    -------
    Sweep
        What the folder holds. Runs that failed are in its ``failures``.

    Raises
    ------
    InputError
        If the scenario, the folder or the cluster cannot be used; nothing is computed then.
    StorageError, ClusterLost
        If the disk or the cluster fails in between. Finished runs are kept, and the same call continues.

    Warns
    -----
    NoEffectWarning
        If a change does nothing at any setting, or two settings make the same world.

    Notes
    -----
    In a script with several workers, call it under ``if __name__ == "__main__":``.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from enforcement_sim import load_scenario, sweep
    >>> scenario = load_scenario("hold-length").with_(**{"scope": {"counties": ["10003"]}, "start.warm_days": 0,
    ...     "period.start": "2012-01-01", "period.end": "2012-01-31", "replications": 1})
    >>> with TemporaryDirectory() as folder:
    ...     differences = sweep(scenario, out=f"{folder}/hold", workers=1).comparison.frame()
    >>> differences.query("measure == 'booked'")["difference"].tolist()
    [0.0, 0.0, 0.0, 0.0, 0.0]
    """
    from enforcement_sim.scenarios.load import as_scenario

    design = design_of(as_scenario(scenario))
    warn(design.without_effect())
    folder = Path(DEFAULT_PARENT) / design.name if out is None else Path(out)
    return run_to_precision(
        design, folder, real_runner(), workers, progress, retry_failed=retry_failed, cluster=cluster
    )


def run_design(
    design: Design,
    folder: Path,
    runner: Runner,
    workers: int | None = None,
    progress: Progress | None = None,
    *,
    retry_failed: bool = False,
    cluster: str | None = None,
) -> Sweep:
    """Compute what a design still lacks in a folder, and bring the folder's tables up to date.

    Parameters
    ----------
    design : Design
    folder : Path
        Made if it does not exist.
    runner : Runner
        What computes the runs.
    workers, progress, retry_failed, cluster
        See :func:`sweep`.

    Returns
    -------
    Sweep

    Raises
    ------
    InputError
        If the folder is in use, or holds another design, or the cluster cannot be used.
    StorageError
        If the disk does not take the results. What is in the folder is whole, and the same call continues.
    ClusterLost
        If the cluster does not answer any more. The same holds.
    """
    worker_count(workers, 1)
    if cluster is not None and workers is not None:
        raise InputError("`workers` cannot be combined with `cluster`", key="workers", allowed="one of the two")
    remote = None if cluster is None else DaskCluster(cluster, runner)
    supplies = imported_tables_for(point.scenario for point in design.points)
    with folder_lock(folder):
        with storage_errors(folder):
            repaired = reserve_folder(folder, design, runner)
        store = RunStore(folder, runner.inputs, runner.restore)
        store.clear_leftovers()
        tasks = design.tasks(runner.version)
        found = _check_stored(tasks, store, retry_failed)
        backend: Backend = remote or local_backend(worker_count(workers, len(found.missing)))
        log = CallLog(
            folder,
            stored=len(found.ready),
            missing=len(found.missing),
            again=found.again,
            left_failed=len(found.failed),
            where=backend.name,
            workers=backend.workers,
            repaired=repaired,
        )
        environment = None if backend.sees_folder or runner.environment is None else runner.environment()
        work = ComputeRun(runner, folder if backend.sees_folder else None, environment, supplies)
        _compute(found, store, work, backend, progress or NoProgress(), log)
        with storage_errors(folder):
            if found.missing:
                reopen(folder, design, runner)
            outputs = write_summaries(folder, design, [task for task in tasks if task.run in found.ready], store)
            records = {run: digest((store.path(run) / RECORD).read_bytes()) for run in found.ready}
            write_finished(folder, design, runner, tasks, records, found.failed, outputs)
    computed = tuple(task.run for task in found.missing if task.run in found.ready)
    held = {run: read_failure(folder, run) for run in found.failed}
    tracebacks = {run: found.failed[run] if failure is None else failure.traceback for run, failure in held.items()}
    return Sweep(folder, read_manifest(folder), computed, tracebacks, runner)


@dataclass
class _Found:
    """What a folder has of a design; runs move from ``missing`` to ``ready`` or ``failed`` as they end.

    Attributes
    ----------
    ready : set
        Runs that are stored and sound.
    failed : dict
        Run -> last line of its traceback, of runs that failed and are not tried again.
    missing : list of Task
        Runs to compute, each once.
    again : dict
        Run -> why it is computed although it was there.
    """

    ready: set[str]
    failed: dict[str, str]
    missing: list[Task]
    again: dict[str, str]


def _check_stored(tasks: Iterable[Task], store: RunStore, retry_failed: bool) -> _Found:
    """Return for every run of a design whether it is there; every byte of those that are is checked."""
    found = _Found(set(), {}, [], {})
    for task in {task.run: task for task in tasks}.values():
        fault = store.fault(task.run)
        failure = read_failure(store.folder, task.run)
        if fault is None:
            found.ready.add(task.run)
            remove_failure(store.folder, task.run)
        elif failure is not None and not retry_failed:
            found.failed[task.run] = failure.reason
        else:
            found.missing.append(task)
            if failure is not None:
                found.again[task.run] = f"failed before: {failure.reason}"
            elif fault != NOT_COMPUTED:
                found.again[task.run] = fault
    return found


def _compute(
    found: _Found, store: RunStore, work: ComputeRun, backend: Backend, progress: Progress, log: CallLog
) -> None:
    """Compute the runs that are missing, and save or record what becomes of each."""
    runner = work.runner
    with storage_errors(store.folder):
        log.write()
    progress.begin(log.stored + log.missing, log.stored, backend.workers)
    try:
        if backend.sees_folder and backend.workers > 1 and runner.prepare is not None and found.missing:
            runner.prepare()
        with closing(run_tasks(work, found.missing, backend)) as outcomes:
            for task, made in outcomes:
                outcome = outcome_of(task, made)
                _save(task, outcome, store, runner, found)
                log.note(task.run, outcome.seconds, outcome.failure)
                progress.advance(replace(outcome, files=None), log.stored + len(log.seconds), log.seconds_left())
        log.ended = "finished"
    except (StorageError, ClusterLost, InputError) as error:
        log.ended = f"stopped: {error}"
        raise
    finally:
        progress.end()
        store.clear_leftovers()
        with suppress(OSError):  # a full disk has been reported already, and the log decides nothing
            log.write()


def outcome_of(task: Task, made: RunOutcome | WorkerDied) -> RunOutcome:
    """Return what became of a run, also where its worker died."""
    return RunOutcome(task.run, None, 0.0, f"WorkerDied: {made}") if isinstance(made, WorkerDied) else made


def _save(task: Task, outcome: RunOutcome, store: RunStore, runner: Runner, found: _Found) -> None:
    """Save or record what became of a run; a disk that does not take it raises, as it would for every other run."""
    if outcome.storage_error is not None:
        raise StorageError(store.folder, outcome.storage_error)
    with storage_errors(store.folder):
        if outcome.failure is not None:
            record_failure(store.folder, task, runner.version, outcome.failure)
            found.failed[task.run] = last_line(outcome.failure)
            return
        if outcome.files is not None:
            store.save(task.run, outcome.files)
        remove_failure(store.folder, task.run)
        found.ready.add(task.run)


def run_to_precision(
    design: Design,
    folder: Path,
    runner: Runner,
    workers: int | None = None,
    progress: Progress | None = None,
    report: Callable[[str], object] = lambda line: None,
    **options: Any,
) -> Sweep:
    """Run a design, batch by batch where its replications end by a rule.

    Parameters
    ----------
    design : Design
        With as many seeds as there may be at most. Without a rule it is simply run.
    folder, runner, workers, progress
        See :func:`run_design`; ``progress`` begins anew with each batch.
    report : callable, optional
        Called with a line after each check: how precise the result is, and what follows.
    **options
        Passed on to every :func:`run_design`.

    Returns
    -------
    Sweep
        With the seeds that were needed.

    Raises
    ------
    InputError
        If the rule cannot be followed: no such measure, or a difference where there is one setting only.
    """
    rule = design.stopping
    if rule is None:
        return run_design(design, folder, runner, workers, progress, **options)
    check_stopping_rule(rule, len(design.points))
    computed: list[str] = []
    failures: dict[str, str] = {}
    taken = _seeds_taken(design, rule, folder, runner)
    while True:
        batch = replace(design, seeds=design.seeds[:taken], stopped={"ended": CONTINUING})
        found = run_design(batch, folder, runner, workers, progress, **options)
        computed += found.computed
        failures = {run: text for run, text in failures.items() if run not in found.computed} | dict(found.failures)
        width, ended = check_precision(found, rule, taken)
        known = "unknown" if math.isnan(width) else f"{width:.4g}"
        line = f"{taken} seeds; half-width of {rule.measure} ({rule.of}): {known}, wanted {rule.half_width:g}"
        if ended is not None:
            manifest = read_manifest(folder)
            manifest["design"]["stopping"] |= {"ended": ended, "half_width": None if math.isnan(width) else width}
            write_manifest(folder, manifest)
            report(f"{line}: {ended}")
            return replace(load_sweep(folder), computed=tuple(computed), failures=failures, runner=runner)
        further = min(taken + rule.step, rule.at_most)
        report(f"{line}: {further - taken} more")
        taken = further


def check_precision(found: Sweep, rule: Stopping, taken: int) -> tuple[float, str | None]:
    """Return the half-width of the widest watched interval, and why replications end here, if they do.

    Differences are watched at every setting but the reference, levels at every setting. Settings at which no run has a
    value are left aside; if that is all of them, more runs would not help.
    """
    samples = [found.sample(point).values(rule.measure) for point in range(len(found.settings))]
    if rule.of == DIFFERENCE:
        known = [difference_between(samples[0], other) for other in samples[1:]]
    else:
        known = [level_of(values) for values in samples]
    widths = [one.half_width for one in known if one.runs]
    widest = max(widths, key=lambda width: math.inf if math.isnan(width) else width, default=math.nan)
    if not widths:
        return widest, NOTHING_TO_WATCH
    if widest <= rule.half_width:
        return widest, PRECISE
    return widest, EXHAUSTED if taken >= rule.at_most else None


def check_stopping_rule(rule: Stopping, points: int) -> None:
    """Raise unless a rule can be followed in a design with this many points.

    Raises
    ------
    InputError
        With the key in the file.
    """
    if rule.measure not in MEASURES:
        near = nearest_names(rule.measure, MEASURES)
        raise InputError(
            f"unknown measure {rule.measure!r}", key="replications.until.measure", allowed=MEASURES, nearest=near
        )
    if rule.of == DIFFERENCE and points < 2:
        raise InputError(
            "one setting alone has no difference from another", key="replications.until.of", allowed="level"
        )


def _seeds_taken(design: Design, rule: Stopping, folder: Path, runner: Runner) -> int:
    """Return how many seeds an earlier call of the same sweep had come to; the first batch if there was none."""
    first = min(rule.at_least, len(design.seeds))
    if not (folder / MANIFEST).exists():
        return first
    held: dict[str, Any] = read_manifest(folder).get("design", {})
    same = held.get("identity") == design.identity(runner.version, runner.inputs)
    return max(first, len(held.get("seeds", []))) if same else first

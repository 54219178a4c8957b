"""Sweeps: computing, storing, resuming and summarising many runs.

A sweep computes the runs of its design that are not stored in the folder yet. Runs are written atomically, so a sweep can
be stopped at any moment, by Ctrl-C, a full disk or a power cut; the same call resumes it. A failed run is recorded with
its traceback while the others continue; it is retried on request.

With a stopping rule, replications are added batch by batch until a measure is precise enough. Each check depends only on
complete batches of seeds in their order, so the decision is the same for any number of workers and after an interruption.
The precision is that of the interval over seeds alone, because more seeds narrow only this interval.
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
from enforcement_sim.runs.call_log import CallLog
from enforcement_sim.runs.dask_cluster import ClusterLost, DaskCluster
from enforcement_sim.runs.design import Design, Task, design_of
from enforcement_sim.runs.executors import Backend, WorkerDied, local_backend, run_tasks, worker_count
from enforcement_sim.runs.failures import last_line, read_failure, record_failure, remove_failure
from enforcement_sim.runs.folder_lock import folder_lock
from enforcement_sim.runs.manifest import read_manifest, reopen, reserve_folder, write_finished, write_manifest
from enforcement_sim.runs.provenance import digest
from enforcement_sim.runs.run import Runner, end_if_starting, real_runner
from enforcement_sim.runs.store import MANIFEST, NOT_COMPUTED, RECORD, RunStore
from enforcement_sim.runs.summaries import write_summaries
from enforcement_sim.runs.sweep_result import Sweep, load_sweep
from enforcement_sim.runs.worker import ComputeRun, NoProgress, Progress, RunOutcome, imported_tables_for
from enforcement_sim.scenarios.plan import DIFFERENCE, Stopping

if TYPE_CHECKING:
    from enforcement_sim.scenarios.schema import Scenario

DEFAULT_PARENT = "out"
PRECISE, EXHAUSTED, NO_VALUES = "precise enough", "at_most reached", "no run has a value of the measure"
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
        A scenario, the name of a shipped one, or the path of a file. Without ``sweep`` or ``design``, a single point.
    out : path, optional
        The folder; ``out/<scenario name>`` in the current one by default. Stored runs in it are reused.
    workers : int, optional
        Number of processes; all cores by default. 1 computes in this process. The results are the same bytes.
    progress : Progress, optional
        Called at the beginning, after each run, and at the end.
    retry_failed : bool
        Retry runs that are recorded as failed. A run is a pure function, so it fails again unless something about the
        machine has changed.
    cluster : str, optional
        The address of a Dask scheduler (``tcp://...``) whose workers compute the runs. They need no shared folder.

    Returns
    -------
    Sweep
        The content of the folder. Failed runs are in ``failures``.

    Raises
    ------
    InputError
        If the scenario, the folder or the cluster cannot be used; no run is computed then.
    StorageError, ClusterLost
        If the disk or the cluster fails during the sweep. Finished runs are stored; the same call continues it.

    Warns
    -----
    NoEffectWarning
        If a change has no effect at any setting, or two settings are equivalent.

    Notes
    -----
    A script that uses several workers must call it under ``if __name__ == "__main__":``.

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
    """Compute the missing runs of a design in a folder, and update the tables of the folder.

    Raises
    ------
    InputError
        If the folder is locked or contains another design, or the cluster cannot be used.
    StorageError
        If the results cannot be written. Stored runs are intact, and the same call continues the sweep.
    ClusterLost
        If the cluster no longer responds. Stored runs are intact, too.
    """
    end_if_starting()
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
    recorded = {run: read_failure(folder, run) for run in found.failed}
    tracebacks = {run: found.failed[run] if failure is None else failure.traceback for run, failure in recorded.items()}
    return Sweep(folder, read_manifest(folder), computed, tracebacks, runner)


@dataclass
class _RunStates:
    """The state of each run of a design; runs move from ``missing`` to ``ready`` or ``failed``.

    Attributes
    ----------
    ready : set
        Runs that are stored and intact.
    failed : dict
        Failed run that is not retried -> last line of its traceback.
    missing : list of Task
        Runs to compute, without duplicates.
    again : dict
        Stored or failed run -> why it is computed again.
    """

    ready: set[str]
    failed: dict[str, str]
    missing: list[Task]
    again: dict[str, str]


def _check_stored(tasks: Iterable[Task], store: RunStore, retry_failed: bool) -> _RunStates:
    """Return the state of every run of a design; every byte of stored runs is checked."""
    found = _RunStates(set(), {}, [], {})
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
    found: _RunStates, store: RunStore, work: ComputeRun, backend: Backend, progress: Progress, log: CallLog
) -> None:
    """Compute the missing runs, and save or record the outcome of each."""
    runner = work.runner
    with storage_errors(store.folder):
        log.write()
    progress.begin(log.stored + log.missing, log.stored, backend.workers)
    try:
        if backend.sees_folder and backend.workers > 1 and runner.prepare is not None and found.missing:
            runner.prepare()
        with closing(run_tasks(work, found.missing, backend)) as outcomes:
            for task, output in outcomes:
                outcome = outcome_of(task, output)
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
        with suppress(OSError):  # a full disk is already reported, and the log is informative only
            log.write()


def outcome_of(task: Task, output: RunOutcome | WorkerDied) -> RunOutcome:
    """Return the outcome of a run; a dead worker is a failure."""
    return RunOutcome(task.run, None, 0.0, f"WorkerDied: {output}") if isinstance(output, WorkerDied) else output


def _save(task: Task, outcome: RunOutcome, store: RunStore, runner: Runner, found: _RunStates) -> None:
    """Save or record the outcome of a run; raise on a storage error, which would affect every other run."""
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
    """Run a design, batch by batch if it has a stopping rule.

    Parameters
    ----------
    design : Design
        With the maximum number of seeds. Without a stopping rule, all of them are run.
    folder, runner, workers, progress
        See :func:`run_design`; ``progress`` begins again with each batch.
    report : callable, optional
        Called after each check with a line about the precision and the next step.
    **options
        Passed to every :func:`run_design`.

    Raises
    ------
    InputError
        If the rule is invalid: an unknown measure, or a difference in a design with one setting.
    """
    rule = design.stopping
    if rule is None:
        return run_design(design, folder, runner, workers, progress, **options)
    check_stopping_rule(rule, len(design.points))
    computed: list[str] = []
    failures: dict[str, str] = {}
    seed_count = _seeds_reached(design, rule, folder, runner)
    while True:
        batch = replace(design, seeds=design.seeds[:seed_count], stopped={"ended": CONTINUING})
        found = run_design(batch, folder, runner, workers, progress, **options)
        computed += found.computed
        failures = {run: text for run, text in failures.items() if run not in found.computed} | dict(found.failures)
        width, ended = check_precision(found, rule, seed_count)
        half_width = "unknown" if math.isnan(width) else f"{width:.4g}"
        line = f"{seed_count} seeds; half-width of {rule.measure} ({rule.of}): {half_width}, target {rule.half_width:g}"
        if ended is not None:
            manifest = read_manifest(folder)
            manifest["design"]["stopping"] |= {"ended": ended, "half_width": None if math.isnan(width) else width}
            write_manifest(folder, manifest)
            report(f"{line}: {ended}")
            return replace(load_sweep(folder), computed=tuple(computed), failures=failures, runner=runner)
        next_count = min(seed_count + rule.step, rule.at_most)
        report(f"{line}: {next_count - seed_count} more")
        seed_count = next_count


def check_precision(found: Sweep, rule: Stopping, seed_count: int) -> tuple[float, str | None]:
    """Return the half-width of the widest interval, and why replications end, or None if they continue.

    Differences are checked at every setting but the reference, levels at every setting. Settings without a value in any
    run are ignored; if there are no others, more runs would not help.
    """
    samples = [found.sample(point).values(rule.measure) for point in range(len(found.settings))]
    if rule.of == DIFFERENCE:
        intervals = [difference_between(samples[0], other) for other in samples[1:]]
    else:
        intervals = [level_of(values) for values in samples]
    widths = [one.half_width for one in intervals if one.runs]
    widest = max(widths, key=lambda width: math.inf if math.isnan(width) else width, default=math.nan)
    if not widths:
        return widest, NO_VALUES
    if widest <= rule.half_width:
        return widest, PRECISE
    return widest, EXHAUSTED if seed_count >= rule.at_most else None


def check_stopping_rule(rule: Stopping, points: int) -> None:
    """Check that a stopping rule is valid in a design with a number of points."""
    if rule.measure not in MEASURES:
        near = nearest_names(rule.measure, MEASURES)
        raise InputError(
            f"unknown measure {rule.measure!r}", key="replications.until.measure", allowed=MEASURES, nearest=near
        )
    if rule.of == DIFFERENCE and points < 2:
        raise InputError("a difference needs at least two settings", key="replications.until.of", allowed="level")


def _seeds_reached(design: Design, rule: Stopping, folder: Path, runner: Runner) -> int:
    """Return the number of seeds that an earlier call of this sweep reached; the first batch if there was none."""
    first = min(rule.at_least, len(design.seeds))
    if not (folder / MANIFEST).exists():
        return first
    stored: dict[str, Any] = read_manifest(folder).get("design", {})
    same = stored.get("identity") == design.identity(runner.version, runner.inputs)
    return max(first, len(stored.get("seeds", []))) if same else first

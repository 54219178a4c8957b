"""Many runs: carried out, kept, continued after an interruption, and summarised.

A sweep computes the runs of its design that are not in the folder yet, wherever it is told to, and holds of a run no
more than its name. Each run is written whole or not at all, so a sweep may be stopped at any moment, by Ctrl-C, by a
full disk or by pulling the plug: the same call goes on where it was. A run that fails is recorded with its traceback,
the others go on, and it is tried again when somebody asks for that. How the runs are chosen, and what their differences
mean, is decided elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from enforcement_sim.errors import InputError
from enforcement_sim.no_effect import warn
from enforcement_sim.runs.design import Design, Task, design_of
from enforcement_sim.runs.disk import CannotKeep, keeping
from enforcement_sim.runs.executors import ClusterLost, Place, WorkerDied, completed, local_place, worker_count
from enforcement_sim.runs.failures import failure_of, forget_failure, last_line, record_failure
from enforcement_sim.runs.folder import claim, finish, read_manifest, reopen
from enforcement_sim.runs.lock import folder_lock
from enforcement_sim.runs.log import Account, Log
from enforcement_sim.runs.progress import Outcome, Progress, Silence
from enforcement_sim.runs.run import digest
from enforcement_sim.runs.runner import Runner, real_runner
from enforcement_sim.runs.store import NOT_COMPUTED, RECORD, RunStore
from enforcement_sim.runs.summaries import write_summaries
from enforcement_sim.runs.swept import Sweep
from enforcement_sim.runs.work import Work, supplies_for

if TYPE_CHECKING:
    from enforcement_sim.scenarios.schema import Scenario

DEFAULT_PARENT = "out"


def sweep(
    scenario: Scenario | str | PathLike[str],
    out: str | PathLike[str] | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
    *,
    retry_failed: bool = False,
    cluster: str | None = None,
) -> Sweep:
    """Run every point of a scenario's sweep or design under each of its seeds, and keep the results in a folder.

    Parameters
    ----------
    scenario : Scenario, str or path
        A scenario, the name of a shipped one, or the path of a file. Without a ``sweep`` or ``design`` it is one point.
    out : path, optional
        The folder; ``out/<scenario name>`` under the current one unless given. Runs that are in it already are used.
    workers : int, optional
        Processes; all cores unless given. 1 computes in this process. The results are the same bytes.
    progress : Progress, optional
        Told at the beginning, after each run, and at the end.
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
    CannotKeep, ClusterLost
        If the disk or the cluster gives out in between. Finished runs are kept, and the same call goes on.

    Warns
    -----
    NoEffectWarning
        If a change does nothing at any setting, or two settings make the same world.

    Notes
    -----
    In a script with several workers, call it under ``if __name__ == "__main__":``.

    Examples
    --------
    >>> from enforcement_sim import sweep
    >>> found = sweep("hold-length", out="out/hold-length")       # doctest: +SKIP
    >>> found.comparison.frame().query("measure == 'removed'")    # doctest: +SKIP
    """
    from enforcement_sim.scenarios.load import as_scenario

    design = design_of(as_scenario(scenario))
    warn(design.without_effect())
    folder = Path(DEFAULT_PARENT) / design.name if out is None else Path(out)
    from enforcement_sim.runs.until import carry_out_until

    return carry_out_until(design, folder, real_runner(), workers, progress, retry_failed=retry_failed, cluster=cluster)


def carry_out(
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
    CannotKeep
        If the disk does not take the results. What is in the folder is whole, and the same call goes on.
    ClusterLost
        If the cluster will not answer any more. The same holds.
    """
    progress = Silence() if progress is None else progress
    place = _place(workers, cluster, runner)
    supplies = supplies_for(point.scenario for point in design.points)
    with folder_lock(folder):
        with keeping(folder):
            repaired = claim(folder, design, runner.version, runner.inputs)
        store = RunStore(folder, runner.inputs, runner.restore)
        store.clear_leftovers()
        tasks = design.tasks(runner.version)
        found = _take_stock(tasks, store, retry_failed)
        here = place if place is not None else local_place(worker_count(workers, len(found.lacking)))
        account = Account(
            stored=len(found.ready),
            lacking=len(found.lacking),
            again=found.again,
            left_failed=len(found.failed),
            where=here.name,
            workers=here.workers,
            repaired=repaired,
        )
        _compute(found, store, runner, here, progress, account, supplies)
        with keeping(folder):
            if found.lacking:
                reopen(folder, design, runner.version, runner.inputs)
            finished = [task for task in tasks if task.run in found.ready]
            outputs = write_summaries(folder, design, finished, store)
            records = {run: digest((store.path(run) / RECORD).read_bytes()) for run in found.ready}
            finish(folder, design, tasks, records, found.failed, outputs, runner.version, runner.inputs)
    computed = tuple(task.run for task in found.lacking if task.run in found.ready)
    return Sweep(folder, read_manifest(folder), computed, _tracebacks(folder, found.failed), runner)


@dataclass
class _Found:
    """What a folder has of a design; runs move from ``lacking`` to one of the others as they end.

    Attributes
    ----------
    ready : set
        Runs that are stored and sound.
    failed : dict
        Run -> last line of its traceback, of runs that failed and are not tried again.
    lacking : list of Task
        Runs to compute, each once.
    again : dict
        Run -> why it is computed although it was there.
    """

    ready: set[str]
    failed: dict[str, str]
    lacking: list[Task]
    again: dict[str, str]


def _take_stock(tasks: Iterable[Task], store: RunStore, retry_failed: bool) -> _Found:
    """Say of every run of a design whether it is there; every byte of those that are is checked."""
    found = _Found(set(), {}, [], {})
    for task in {task.run: task for task in tasks}.values():
        fault = store.fault(task.run)
        failure = failure_of(store.folder, task.run)
        if fault is None:
            found.ready.add(task.run)
            forget_failure(store.folder, task.run)
        elif failure is not None and not retry_failed:
            found.failed[task.run] = failure.reason
        else:
            found.lacking.append(task)
            if failure is not None:
                found.again[task.run] = f"failed before: {failure.reason}"
            elif fault != NOT_COMPUTED:
                found.again[task.run] = fault
    return found


def _place(workers: int | None, cluster: str | None, runner: Runner) -> Place | None:
    """Return the cluster that is asked for, if one is; whatever is wrong with the request is said first."""
    worker_count(workers, 1)
    if cluster is None:
        return None
    if workers is not None:
        raise InputError("a cluster has the workers that it has", key="workers", allowed="one of workers and cluster")
    from enforcement_sim.runs.cluster import Cluster

    return Cluster(cluster, runner)


def _compute(
    found: _Found,
    store: RunStore,
    runner: Runner,
    place: Place,
    progress: Progress,
    account: Account,
    supplies: Mapping[tuple[str, str], bytes],
) -> None:
    """Compute the runs that are lacking, and keep or record what becomes of each."""
    total = account.stored + account.lacking
    log = Log(store.folder, account)
    with keeping(store.folder):
        log.write()
    progress.begin(total, account.stored, place.workers)
    try:
        if place.sees_folder and place.workers > 1 and runner.prepare is not None and found.lacking:
            runner.prepare()
        sees = place.sees_folder
        work = Work(runner, store.folder if sees else None, None if sees else _identity(runner), supplies)
        with closing(completed(work, found.lacking, place)) as outcomes:
            for task, made in outcomes:
                outcome = Outcome(task.run, None, 0.0, f"WorkerDied: {made}") if isinstance(made, WorkerDied) else made
                _keep(task, outcome, store, runner, found)
                account.note(outcome)
                progress.advance(
                    replace(outcome, packed=None),
                    total - account.lacking + len(account.seconds),
                    account.seconds_left(),
                )
        account.ended = "finished"
    except (CannotKeep, ClusterLost, InputError) as trouble:
        account.ended = f"stopped: {trouble}"
        raise
    finally:
        progress.end()
        store.clear_leftovers()
        with suppress(OSError):  # a full disk has been told of already, and the log decides nothing
            log.write()


def _identity(runner: Runner) -> Mapping[str, Any] | None:
    """Return what a worker elsewhere must be like."""
    return None if runner.identity is None else runner.identity()


def _keep(task: Task, outcome: Outcome, store: RunStore, runner: Runner, found: _Found) -> None:
    """Write down what became of a run.

    Raises
    ------
    CannotKeep
        If the disk does not take it: the same would become of every other run.
    """
    if outcome.unkept is not None:
        raise CannotKeep(store.folder, outcome.unkept)
    with keeping(store.folder):
        if outcome.failure is not None:
            record_failure(store.folder, task, runner.version, outcome.failure)
            found.failed[task.run] = last_line(outcome.failure)
            return
        if outcome.packed is not None:
            store.keep(task.run, outcome.packed)
        forget_failure(store.folder, task.run)
        found.ready.add(task.run)


def _tracebacks(folder: Path, failed: Mapping[str, str]) -> dict[str, str]:
    """Return the traceback of every run that failed."""
    held = {run: failure_of(folder, run) for run in failed}
    return {run: failed[run] if failure is None else failure.traceback for run, failure in held.items()}

"""Where runs are computed: in this process, in several processes, or on a cluster, through one interface.

The interface is :class:`concurrent.futures.Executor`; a :class:`Backend` creates one. All backends produce the same bytes.
If a worker dies, only its own run fails. Module ``worker_processes`` starts and ends the processes of this machine; module
``dask_cluster`` has the backend of a cluster.
"""

from __future__ import annotations

import os
import sys
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    ProcessPoolExecutor,
    wait,
)
from typing import Any

from enforcement_sim.errors import InputError
from enforcement_sim.runs.run import end_if_starting
from enforcement_sim.runs.worker_processes import start_worker, stop, worker_context

MAX_WORKERS = 61 if sys.platform == "win32" else 1024
"""Windows cannot wait for more processes at once."""

TASKS_PER_WORKER = 2
"""Tasks submitted for each worker: one being computed and one queued, so that the worker is never idle."""

CHECK_SECONDS = 10.0
"""Interval after which a backend without results is checked."""

HOW_TO_START = (
    "worker processes could not start; in a script, put the call under `if __name__ == '__main__':` "
    "(each worker imports the script; a script read from standard input cannot be imported), or pass workers=1"
)


class WorkerDied(RuntimeError):
    """The worker process ended without a result: killed, out of memory, or crashed in native code."""


def available_cores() -> int:
    """Return the number of cores available to this process."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def worker_count(workers: int | None, runs: int) -> int:
    """Return the number of workers: as requested (all cores by default), but not more than runs."""
    if workers is not None and workers < 1:
        raise InputError(f"{workers} workers", key="workers", allowed="a whole number from 1")
    return max(1, min(available_cores() if workers is None else int(workers), runs, MAX_WORKERS))


class SerialExecutor(Executor):
    """An executor that computes each submitted call immediately in this process.

    Examples
    --------
    >>> with SerialExecutor() as executor:
    ...     executor.submit(abs, -3).result()
    3
    """

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Call the function and return a future that already has its result or its exception."""
        future: Future[Any] = Future()
        future.set_running_or_notify_cancel()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


class Backend:
    """Where runs are computed. The base class computes them in this process, one after another.

    Attributes
    ----------
    name : str
        For the log.
    workers : int
        Number of runs computed at a time.
    sees_folder : bool
        Whether workers can write to the results folder; otherwise they return the files of a run.
    death_errors : tuple of exception types
        Exceptions that a future raises if its worker died.
    """

    name = "this process"
    workers = 1
    sees_folder = True
    death_errors: tuple[type[BaseException], ...] = ()

    def start(self, workers: int | None = None) -> Executor:
        """Return an executor that is ready, with the given number of workers or all of them."""
        return SerialExecutor()

    def window(self, executor: Executor) -> int:
        """Return the maximum number of tasks submitted to an executor at a time."""
        return 1

    def check(self, executor: Executor, cancelled: bool = False) -> None:
        """Raise if an executor without results, or one that cancelled a task, cannot produce any more."""


class WorkerProcesses(Backend):
    """Processes of this machine."""

    name = "processes of this machine"
    death_errors = (BrokenExecutor,)

    def __init__(self, workers: int) -> None:
        self.workers = workers

    def start(self, workers: int | None = None) -> Executor:
        """Return a pool of worker processes that have started and respond.

        Raises
        ------
        InputError
            If no worker starts, as in a script without a ``__main__`` guard.
        """
        end_if_starting()
        pool = ProcessPoolExecutor(workers or self.workers, mp_context=worker_context(), initializer=start_worker)
        try:
            pool.submit(os.getpid).result()
        except BrokenExecutor as error:
            raise InputError(HOW_TO_START) from error
        return pool

    def window(self, executor: Executor) -> int:
        """Return two tasks for each worker."""
        return TASKS_PER_WORKER * self.workers


def local_backend(workers: int) -> Backend:
    """Return the backend for a number of workers on this machine."""
    return Backend() if workers == 1 else WorkerProcesses(workers)


def run_tasks[Task, Output](
    work: Callable[[Task], Output], tasks: Iterable[Task], backend: Backend | int = 1
) -> Generator[tuple[Task, Output | WorkerDied]]:
    """Compute tasks and yield each with its result as it finishes.

    At most two tasks for each worker are submitted at a time, so memory use does not grow with the number of tasks. If a
    worker dies, any of the submitted tasks may be the cause: each of them is retried once in a separate process. A task
    that kills this process too is yielded as :class:`WorkerDied`; the others continue.

    Parameters
    ----------
    work : callable
        Importable by name; pickled with each task if there are several workers. An exception ends the iteration, so
        ``work`` must catch the errors that may occur.
    tasks : iterable
        One argument for each call.
    backend : Backend or int
        Where to compute, or the number of workers on this machine: 1 computes in order, more in any order.

    Yields
    ------
    tuple
        The task and the result of ``work``.
    """
    if isinstance(backend, int):
        backend = local_backend(backend)
    waiting = deque(tasks)
    while waiting:
        executor = backend.start()
        submitted: dict[Future[Output], Task] = {}
        suspects: list[Task] = []
        died = False
        try:
            while submitted or (waiting and not died):
                died = died or not _submit(executor, work, waiting, submitted, backend.window(executor))
                # A broken pool completes all its futures, with a result or with an exception.
                done, _ = wait(submitted, timeout=CHECK_SECONDS, return_when=FIRST_COMPLETED)
                if submitted and not done:
                    backend.check(executor)
                for future in done:
                    task = submitted.pop(future)
                    if future.cancelled():
                        backend.check(executor, cancelled=True)
                    if isinstance(future.exception(), backend.death_errors):
                        suspects.append(task)
                        died = True
                    else:
                        yield task, future.result()
        finally:
            # Terminate the workers: one that was killed while waiting for work may have left the lock of the queue
            # acquired, and an orderly shutdown of the others would then never finish.
            stop(executor)
        for task in suspects:
            yield task, _run_alone(backend, work, task)


def _submit[Task, Output](
    executor: Executor,
    work: Callable[[Task], Output],
    waiting: deque[Task],
    submitted: dict[Future[Output], Task],
    window: int,
) -> bool:
    """Submit waiting tasks up to the window; return whether the executor still accepts tasks."""
    while waiting and len(submitted) < window:
        try:
            submitted[executor.submit(work, waiting[0])] = waiting[0]
        except BrokenExecutor:
            return False
        waiting.popleft()
    return True


def _run_alone[Task, Output](backend: Backend, work: Callable[[Task], Output], task: Task) -> Output | WorkerDied:
    """Compute one task on its own, and survive the death of its worker."""
    executor = backend.start(1)
    try:
        return executor.submit(work, task).result()
    except CancelledError:
        backend.check(executor, cancelled=True)
        raise
    except backend.death_errors:
        return WorkerDied("the worker process ended without a result: killed, out of memory, or crashed")
    finally:
        stop(executor)

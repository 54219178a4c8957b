"""Where runs are computed: one after another here, or in several processes, through one interface.

The interface is that of :class:`concurrent.futures.Executor`, so anything that speaks it can take the runs. The serial
one computes in this process and gives the same bytes. Worker processes come from a fork server that has imported the
engine once, where the system has one, and are started afresh elsewhere; they never inherit a half-copied parent. A
worker that dies takes only its own run with it. What a run is, and what becomes of its result, may not enter.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import (
    ALL_COMPLETED,
    FIRST_COMPLETED,
    BrokenExecutor,
    Executor,
    Future,
    ProcessPoolExecutor,
    wait,
)
from typing import Any

from enforcement_sim.errors import InputError

PRELOADED = ("pandas", "pyarrow.parquet", "enforcement_sim.results", "enforcement_sim.model")
"""What the fork server imports once, so that no worker has to."""

MOST_WORKERS = 61 if sys.platform == "win32" else 1024
"""Windows cannot wait for more processes at once."""

HOW_TO_START = (
    "worker processes could not start; in a script, put the call under `if __name__ == '__main__':` "
    "(each worker imports the script), or ask for workers=1"
)


class WorkerDied(RuntimeError):
    """The process that computed a run ended without an answer (killed, out of memory, or crashed in native code)."""


class SerialExecutor(Executor):
    """Computes in this process, at once, when something is submitted.

    Examples
    --------
    >>> with SerialExecutor() as executor:
    ...     executor.submit(abs, -3).result()
    3
    """

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Call the function now and return a future that already holds its result or its exception."""
        future: Future[Any] = Future()
        future.set_running_or_notify_cancel()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def worker_count(workers: int | None, runs: int) -> int:
    """Return how many workers to start: as many as asked for (all cores if not said), and no more than runs."""
    if workers is not None and workers < 1:
        raise InputError(f"{workers} workers", key="workers", allowed="a whole number from 1")
    return max(1, min(cores() if workers is None else int(workers), runs, MOST_WORKERS))


def open_executor(workers: int) -> Executor:
    """Return an executor with this many workers: the serial one for 1, processes for more."""
    return SerialExecutor() if workers == 1 else process_executor(workers)


def process_executor(workers: int) -> ProcessPoolExecutor:
    """Return worker processes, started and answering.

    Raises
    ------
    InputError
        If no worker comes up, which is what a script without a ``__main__`` guard looks like from here.
    """
    methods = multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")
    if context.get_start_method() == "forkserver":
        context.set_forkserver_preload(list(PRELOADED))
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_start_worker)
    try:
        pool.submit(os.getpid).result()
    except BrokenExecutor as error:
        raise InputError(HOW_TO_START) from error
    return pool


def completed[Work, Made](
    work: Callable[[Work], Made], tasks: Sequence[Work], workers: int = 1
) -> Generator[tuple[Work, Made | WorkerDied]]:
    """Compute every task and hand each over as it is done.

    At most two tasks a worker are under way, so what waits in memory does not grow with the number of tasks. If a
    worker dies, nobody can say which of the tasks under way killed it: each of them is tried once more in a process of
    its own, and one that kills that too is handed over as :class:`WorkerDied`. The rest go on.

    Parameters
    ----------
    work : callable
        Importable by name and pickled with each task when there is more than one worker. An exception it lets out
        ends the whole iteration; what may fail must be caught inside.
    tasks : sequence
        Arguments, one a call.
    workers : int
        1 computes here, in order; more compute in processes, in any order.

    Yields
    ------
    tuple
        The task, and what ``work`` made of it.
    """
    waiting = deque(tasks)
    window = 1 if workers == 1 else 2 * workers
    while waiting:
        executor = open_executor(workers)
        under_way: dict[Future[Made], Work] = {}
        suspects: list[Work] = []
        broken = False
        try:
            while (waiting or under_way) and not broken:
                broken = not _fill(executor, work, waiting, under_way, window)
                done, _ = wait(under_way, return_when=ALL_COMPLETED if broken else FIRST_COMPLETED)
                for future in done:
                    task = under_way.pop(future)
                    if isinstance(future.exception(), BrokenExecutor):
                        suspects.append(task)
                        broken = True
                    else:
                        yield task, future.result()
            # A broken pool answers for everything it still held, with a result or with its own end.
            for future, task in under_way.items():
                if isinstance(future.exception(), BrokenExecutor):
                    suspects.append(task)
                else:
                    yield task, future.result()
        except BaseException:
            stop(executor)
            raise
        executor.shutdown(wait=True, cancel_futures=True)
        for task in suspects:
            yield task, _alone(work, task)


def _fill[Work, Made](
    executor: Executor,
    work: Callable[[Work], Made],
    waiting: deque[Work],
    under_way: dict[Future[Made], Work],
    window: int,
) -> bool:
    """Submit waiting tasks up to the window; say whether the executor still takes any."""
    while waiting and len(under_way) < window:
        try:
            under_way[executor.submit(work, waiting[0])] = waiting[0]
        except BrokenExecutor:
            return False
        waiting.popleft()
    return True


def stop(executor: Executor) -> None:
    """End an executor now: what is waiting is cancelled, what is being computed is abandoned.

    Nothing is lost by that, because a run is written whole or not at all.
    """
    # Python 3.14 has terminate_workers(); before it the processes are only reachable this way.
    processes = list((getattr(executor, "_processes", None) or {}).values())
    executor.shutdown(wait=False, cancel_futures=True)
    for process in processes:
        process.terminate()
    for process in processes:
        process.join()


def _alone[Work, Made](work: Callable[[Work], Made], task: Work) -> Made | WorkerDied:
    """Compute one task in a process of its own, and survive its death."""
    executor = process_executor(1)
    try:
        return executor.submit(work, task).result()
    except BrokenExecutor:
        return WorkerDied("the worker process ended without an answer: killed, out of memory, or crashed")
    finally:
        stop(executor)


def _start_worker() -> None:
    """Prepare a worker: leave Ctrl-C to the parent, and do not outlive it.

    A killed parent cannot tell its workers to go; without the watch they would wait for work for ever.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:

        def leave_with_the_parent() -> None:
            parent.join()
            os._exit(1)

        threading.Thread(target=leave_with_the_parent, daemon=True).start()

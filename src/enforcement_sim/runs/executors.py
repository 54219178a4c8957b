"""Where runs are computed: one after another here, in several processes, or elsewhere, through one interface.

The interface is that of :class:`concurrent.futures.Executor`; a :class:`Place` opens one. The serial one computes in
this process and gives the same bytes. Worker processes come from a fork server that has imported the engine once, where
the system has a safe one, and are started afresh elsewhere; they never inherit a half-copied parent. The machines of a
cluster are in ``cluster``. A worker that dies takes only its own run with it. What a run is, and what becomes of its
result, may not enter.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    ProcessPoolExecutor,
    wait,
)
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from enforcement_sim.errors import InputError

PRELOADED = ("pandas", "pyarrow.parquet", "enforcement_sim.results.result", "enforcement_sim.model")
"""What the fork server imports once, so that no worker has to."""

MOST_WORKERS = 61 if sys.platform == "win32" else 1024
"""Windows cannot wait for more processes at once."""

TASKS_A_WORKER = 2
"""Tasks under way for each worker: one that is computed, and one so that the worker need not wait for the next."""

SILENCE = 10.0
"""Seconds without news after which a place is asked whether there will be any."""

HOW_TO_START = (
    "worker processes could not start; in a script, put the call under `if __name__ == '__main__':` "
    "(each worker imports the script; one read from standard input cannot be imported), or ask for workers=1"
)


class WorkerDied(RuntimeError):
    """The process that computed a run ended without an answer (killed, out of memory, or crashed in native code)."""


class ClusterLost(RuntimeError):
    """The cluster will not answer any more. Finished runs are kept, and the same call goes on."""


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


class Place(Protocol):
    """Where runs can be computed.

    Attributes
    ----------
    name : str
        For people.
    workers : int
        How many runs are computed at a time.
    sees_folder : bool
        Whether a worker can write into the results folder; if not, it hands its run back.
    deaths : tuple of exception types
        How a future says that the process which had it ended without an answer.
    """

    @property
    def name(self) -> str: ...

    @property
    def workers(self) -> int: ...

    @property
    def sees_folder(self) -> bool: ...

    @property
    def deaths(self) -> tuple[type[BaseException], ...]: ...

    def open(self) -> Executor:
        """Return an executor that is ready."""

    def window(self, executor: Executor) -> int:
        """Return how many tasks may be under way in an executor at a time."""

    def alone(self) -> Executor:
        """Return an executor for one task that may kill its worker."""

    def check(self, executor: Executor, cancelled: bool = False) -> None:
        """Raise if an executor that is silent, or has dropped a task by itself, will never answer."""


@dataclass(frozen=True)
class Here:
    """This process, one run after another."""

    name: ClassVar[str] = "this process"
    workers: ClassVar[int] = 1
    sees_folder: ClassVar[bool] = True
    deaths: ClassVar[tuple[type[BaseException], ...]] = ()

    def open(self) -> Executor:
        """Return the serial executor."""
        return SerialExecutor()

    alone = open

    def window(self, executor: Executor) -> int:
        """Return 1: what is submitted is computed at once."""
        return 1

    def check(self, executor: Executor, cancelled: bool = False) -> None:
        """Find nothing: an answer is there before anybody can wait for it."""


@dataclass(frozen=True)
class Processes:
    """Processes of this machine."""

    workers: int
    name: ClassVar[str] = "processes of this machine"
    sees_folder: ClassVar[bool] = True
    deaths: ClassVar[tuple[type[BaseException], ...]] = (BrokenExecutor,)

    def open(self) -> Executor:
        """Return worker processes that answer."""
        return process_executor(self.workers)

    def alone(self) -> Executor:
        """Return one worker process."""
        return process_executor(1)

    def window(self, executor: Executor) -> int:
        """Return two tasks a worker."""
        return TASKS_A_WORKER * self.workers

    def check(self, executor: Executor, cancelled: bool = False) -> None:
        """Find nothing: the pool itself notices when a process is gone."""


def local_place(workers: int) -> Place:
    """Return the place for so many workers on this machine."""
    return Here() if workers == 1 else Processes(workers)


def start_method(methods: Sequence[str] | None = None, system: str = sys.platform) -> str:
    """Return how worker processes are started: from a fork server, or afresh.

    Never by copying this process, whose threads and locks would be copied half-way. On macOS the fork server is left
    alone too: its children would be copies of a process that has loaded system frameworks, which may not be used then.

    Examples
    --------
    >>> start_method(["fork", "spawn", "forkserver"], "linux"), start_method(["fork", "spawn", "forkserver"], "darwin")
    ('forkserver', 'spawn')
    """
    known = multiprocessing.get_all_start_methods() if methods is None else methods
    return "forkserver" if "forkserver" in known and system != "darwin" else "spawn"


def process_executor(workers: int) -> ProcessPoolExecutor:
    """Return worker processes, started and answering.

    Raises
    ------
    InputError
        If no worker comes up, which is what a script without a ``__main__`` guard looks like from here.
    """
    context = multiprocessing.get_context(start_method())
    if context.get_start_method() == "forkserver":
        context.set_forkserver_preload(list(PRELOADED))
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=start_worker)
    try:
        pool.submit(os.getpid).result()
    except BrokenExecutor as error:
        raise InputError(HOW_TO_START) from error
    return pool


def completed[Work, Made](
    work: Callable[[Work], Made], tasks: Iterable[Work], place: Place | int = 1
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
    tasks : iterable
        Arguments, one a call.
    place : Place or int
        Where, or how many workers of this machine: 1 computes here, in order; more compute in any order.

    Yields
    ------
    tuple
        The task, and what ``work`` made of it.
    """
    where = local_place(place) if isinstance(place, int) else place
    waiting = deque(tasks)
    while waiting:
        executor = where.open()
        under_way: dict[Future[Made], Work] = {}
        suspects: list[Work] = []
        died = False
        try:
            while under_way or (waiting and not died):
                died = died or not _fill(executor, work, waiting, under_way, where.window(executor))
                # A broken pool answers for everything it still held, with a result or with its own end.
                done, _ = wait(under_way, timeout=SILENCE, return_when=FIRST_COMPLETED)
                if under_way and not done:
                    where.check(executor)
                for future in done:
                    task = under_way.pop(future)
                    if future.cancelled():
                        where.check(executor, cancelled=True)
                    if isinstance(future.exception(), where.deaths):
                        suspects.append(task)
                        died = True
                    else:
                        yield task, future.result()
        finally:
            # Never a polite farewell: a worker that was killed while it waited for work takes the lock on the queue with
            # it, and then the others never hear that there is none left.
            stop(executor)
        for task in suspects:
            yield task, _alone(where, work, task)


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


def _alone[Work, Made](place: Place, work: Callable[[Work], Made], task: Work) -> Made | WorkerDied:
    """Compute one task while nothing else is under way, and survive the death of its worker."""
    executor = place.alone()
    try:
        return executor.submit(work, task).result()
    except CancelledError:
        place.check(executor, cancelled=True)
        raise
    except place.deaths:
        return WorkerDied("the worker process ended without an answer: killed, out of memory, or crashed")
    finally:
        stop(executor)


def start_worker() -> None:
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

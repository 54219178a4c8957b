"""Where runs are computed: in this process, in several processes, or on a Dask cluster, through one interface.

The interface is that of :class:`concurrent.futures.Executor`; a :class:`Backend` opens one. The bytes of a run are the
same on all of them. Worker processes come from a fork server that has imported the engine once, where the system has a
safe one, and are started afresh elsewhere. Workers of a cluster need the package and no shared folder; each must have
the same engine, data, packages and platform as this machine. A worker that dies takes only its own run with it.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import time
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
from typing import Any

from enforcement_sim.errors import InputError
from enforcement_sim.runs.run import Runner
from enforcement_sim.runs.worker import check_same_environment

PRELOADED = ("pandas", "pyarrow.parquet", "enforcement_sim.results.result", "enforcement_sim.model")
"""What the fork server imports once, so that no worker has to."""

MAX_WORKERS = 61 if sys.platform == "win32" else 1024
"""Windows cannot wait for more processes at once."""

TASKS_PER_WORKER = 2
"""Tasks under way for each worker: one that is computed, and one so that the worker need not wait for the next."""

SILENCE_SECONDS = 10.0
"""After so long without an answer a backend is asked whether there will be any."""

CONNECT_SECONDS = 10
"""How long the scheduler of a cluster may take to answer."""

WORKERS_SECONDS = 30
"""How long the first worker may take to join the scheduler."""

PATIENCE_SECONDS = 600
"""How long a sweep waits when every worker has gone; a batch system may be starting others."""

HOW_TO_START = (
    "worker processes could not start; in a script, put the call under `if __name__ == '__main__':` "
    "(each worker imports the script; one read from standard input cannot be imported), or ask for workers=1"
)
CONNECTION_LOST = "the connection to the cluster's scheduler was lost"


class WorkerDied(RuntimeError):
    """The process that computed a run ended without an answer (killed, out of memory, or crashed in native code)."""


class ClusterLost(RuntimeError):
    """The cluster does not answer any more. Finished runs are kept, and the same call continues."""


def available_cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def worker_count(workers: int | None, runs: int) -> int:
    """Return how many workers to start: as many as asked for (all cores unless given), and no more than runs."""
    if workers is not None and workers < 1:
        raise InputError(f"{workers} workers", key="workers", allowed="a whole number from 1")
    return max(1, min(available_cores() if workers is None else int(workers), runs, MAX_WORKERS))


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


class Backend:
    """Where runs can be computed; this process, one run after another, unless a subclass says otherwise.

    Attributes
    ----------
    name : str
        For the log.
    workers : int
        How many runs are computed at a time.
    sees_folder : bool
        Whether a worker can write into the results folder; if not, it returns its run's files.
    deaths : tuple of exception types
        How a future reports that the process that had it ended without an answer.
    """

    name = "this process"
    workers = 1
    sees_folder = True
    deaths: tuple[type[BaseException], ...] = ()

    def start(self, workers: int | None = None) -> Executor:
        """Return an executor that is ready, with all of the workers unless told otherwise."""
        return SerialExecutor()

    def window(self, executor: Executor) -> int:
        """Return how many tasks may be under way in an executor at a time."""
        return 1

    def check(self, executor: Executor, cancelled: bool = False) -> None:
        """Raise if an executor that is silent, or has dropped a task by itself, will never answer."""


class WorkerProcesses(Backend):
    """Processes of this machine."""

    name = "processes of this machine"
    deaths = (BrokenExecutor,)

    def __init__(self, workers: int) -> None:
        self.workers = workers

    def start(self, workers: int | None = None) -> Executor:
        """Return worker processes, started and answering.

        Raises
        ------
        InputError
            If no worker comes up, which is how a script without a ``__main__`` guard appears here.
        """
        context = multiprocessing.get_context(start_method())
        if context.get_start_method() == "forkserver":
            context.set_forkserver_preload(list(PRELOADED))
        pool = ProcessPoolExecutor(workers or self.workers, mp_context=context, initializer=start_worker)
        try:
            pool.submit(os.getpid).result()
        except BrokenExecutor as error:
            raise InputError(HOW_TO_START) from error
        return pool

    def window(self, executor: Executor) -> int:
        """Return two tasks a worker."""
        return TASKS_PER_WORKER * self.workers


def local_backend(workers: int) -> Backend:
    """Return the backend for so many workers on this machine."""
    return Backend() if workers == 1 else WorkerProcesses(workers)


class DaskExecutor(Executor):
    """One connection to a Dask scheduler, as an executor that closes it when it is shut down.

    Parameters
    ----------
    client : distributed.Client
    """

    def __init__(self, client: Any) -> None:
        self.client = client
        # Not pure: a run that is asked for again is computed again, whatever the scheduler still remembers.
        self._inner = client.get_executor(pure=False)
        self.silent_since: float | None = None

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Send a call to whichever worker is free."""
        try:
            future: Future[Any] = self._inner.submit(fn, *args, **kwargs)
        except Exception as error:
            if self.client.status == "running":
                raise
            raise ClusterLost(CONNECTION_LOST) from error
        return future

    def workers(self) -> int:
        """Return how many runs the cluster computes at a time now: one in each worker process."""
        if self.client.status != "running":
            raise ClusterLost(CONNECTION_LOST)
        try:
            return len(self.client.nthreads())
        except (OSError, TimeoutError, CancelledError) as error:
            raise ClusterLost(CONNECTION_LOST) from error

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Close the connection; the scheduler drops what nobody waits for."""
        if self.client.status == "running":
            self._inner.shutdown(wait=wait and not cancel_futures)
        self.client.close(timeout=CONNECT_SECONDS)


class _NoCluster(InputError):
    """The scheduler does not answer, or has no worker."""


class DaskCluster(Backend):
    """The workers of a Dask cluster.

    Parameters
    ----------
    address : str
        The scheduler's, such as ``tcp://10.0.0.1:8786``.
    runner : Runner
        What computes the runs; its environment here is what every worker's must be.

    Raises
    ------
    InputError
        If Dask is not installed, no scheduler answers, it has no worker, or a worker differs from this machine.
    """

    name = "a cluster"
    sees_folder = False

    def __init__(self, address: str, runner: Runner) -> None:
        try:
            from distributed.scheduler import KilledWorker
        except ImportError as error:
            raise InputError(
                "needs Dask; install it with: pip install 'enforcement-sim[cluster]'", key="--cluster"
            ) from error
        self.address = address
        self.deaths = (KilledWorker,)
        self._runner = runner
        executor = self._connect(WORKERS_SECONDS)
        try:
            self.workers = executor.workers()
        finally:
            executor.shutdown()

    def start(self, workers: int | None = None) -> Executor:
        """Return a connection to the scheduler, which has answered before.

        Raises
        ------
        ClusterLost
            If it does not answer now, or no worker comes back.
        InputError
            If a worker has joined that differs from this machine.
        """
        try:
            return self._connect(PATIENCE_SECONDS)
        except _NoCluster as error:
            raise ClusterLost(str(error)) from error

    def window(self, executor: Executor) -> int:
        """Return two tasks for each worker that is there now: others may join, or leave, while a sweep goes on."""
        assert isinstance(executor, DaskExecutor)
        return TASKS_PER_WORKER * max(1, executor.workers())

    def check(self, executor: Executor, cancelled: bool = False) -> None:
        """Raise if the scheduler is gone, or if every worker has been gone for too long."""
        assert isinstance(executor, DaskExecutor)
        if cancelled:
            raise ClusterLost("the cluster's scheduler was lost, or has dropped what it was given")
        if executor.workers():
            executor.silent_since = None
            return
        executor.silent_since = executor.silent_since or time.monotonic()
        if time.monotonic() - executor.silent_since >= PATIENCE_SECONDS:
            raise ClusterLost(f"the cluster has had no worker for {PATIENCE_SECONDS // 60} minutes")

    def _connect(self, patience: float) -> DaskExecutor:
        """Return a connection to a scheduler that has workers, none of which differs from this machine."""
        from distributed import Client

        try:
            client = Client(self.address, timeout=CONNECT_SECONDS, set_as_default=False)
        except (OSError, ValueError, TimeoutError) as error:
            raise _NoCluster(
                f"no Dask scheduler answers at {self.address!r}",
                key="--cluster",
                allowed="the address that dask-scheduler prints, such as tcp://10.0.0.1:8786",
            ) from error
        executor = DaskExecutor(client)
        try:
            client.wait_for_workers(1, timeout=patience)
            self._check_workers(client)
        except BaseException as error:
            executor.shutdown(cancel_futures=True)
            if isinstance(error, TimeoutError):
                raise _NoCluster(f"the scheduler at {self.address} has no worker", key="--cluster") from error
            raise
        return executor

    def _check_workers(self, client: Any) -> None:
        """Compare the environment of every worker with this machine's, before anything is computed."""
        expected = None if self._runner.environment is None else dict(self._runner.environment())
        answers = client.run(check_same_environment, self._runner, expected, on_error="return")
        for worker, answer in answers.items():
            if isinstance(answer, InputError):
                raise answer
            if isinstance(answer, (OSError, CancelledError)):
                continue  # it left while it was asked
            if isinstance(answer, BaseException):
                raise InputError(
                    f"the worker at {worker} cannot run the package ({type(answer).__name__}: {answer}); "
                    "install the same version there",
                    key="--cluster",
                ) from answer


def run_tasks[Task, Made](
    work: Callable[[Task], Made], tasks: Iterable[Task], backend: Backend | int = 1
) -> Generator[tuple[Task, Made | WorkerDied]]:
    """Compute every task and yield each as it is done.

    At most two tasks a worker are under way, so what waits in memory does not grow with the number of tasks. If a
    worker dies, any of the tasks under way may have killed it: each of them is tried once more in a process of its own,
    and one that kills that too is yielded as :class:`WorkerDied`. The rest go on.

    Parameters
    ----------
    work : callable
        Importable by name and pickled with each task when there is more than one worker. An exception in it ends the
        whole iteration; what may fail must be caught inside.
    tasks : iterable
        Arguments, one a call.
    backend : Backend or int
        Where, or how many workers of this machine: 1 computes here, in order; more compute in any order.

    Yields
    ------
    tuple
        The task, and what ``work`` returned for it.
    """
    where = local_backend(backend) if isinstance(backend, int) else backend
    waiting = deque(tasks)
    while waiting:
        executor = where.start()
        under_way: dict[Future[Made], Task] = {}
        suspects: list[Task] = []
        died = False
        try:
            while under_way or (waiting and not died):
                died = died or not _submit(executor, work, waiting, under_way, where.window(executor))
                # A broken pool answers for everything it still held, with a result or with its own end.
                done, _ = wait(under_way, timeout=SILENCE_SECONDS, return_when=FIRST_COMPLETED)
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
            # Not an orderly shutdown: a worker that was killed while it waited for work takes the lock on the queue
            # with it, and then the others never hear that there is none left.
            stop(executor)
        for task in suspects:
            yield task, _run_alone(where, work, task)


def _submit[Task, Made](
    executor: Executor,
    work: Callable[[Task], Made],
    waiting: deque[Task],
    under_way: dict[Future[Made], Task],
    window: int,
) -> bool:
    """Submit waiting tasks up to the window; return whether the executor still takes any."""
    while waiting and len(under_way) < window:
        try:
            under_way[executor.submit(work, waiting[0])] = waiting[0]
        except BrokenExecutor:
            return False
        waiting.popleft()
    return True


def _run_alone[Task, Made](backend: Backend, work: Callable[[Task], Made], task: Task) -> Made | WorkerDied:
    """Compute one task while nothing else is under way, and survive the death of its worker."""
    executor = backend.start(1)
    try:
        return executor.submit(work, task).result()
    except CancelledError:
        backend.check(executor, cancelled=True)
        raise
    except backend.deaths:
        return WorkerDied("the worker process ended without an answer: killed, out of memory, or crashed")
    finally:
        stop(executor)


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


def start_method(methods: Sequence[str] | None = None, system: str = sys.platform) -> str:
    """Return how worker processes are started: from a fork server, or afresh.

    Never by copying this process, whose threads and locks would be copied half-way. On macOS the fork server is not
    used either: its children would be copies of a process that has loaded system frameworks, which are then unusable.

    Examples
    --------
    >>> start_method(["fork", "spawn", "forkserver"], "linux"), start_method(["fork", "spawn", "forkserver"], "darwin")
    ('forkserver', 'spawn')
    """
    known = multiprocessing.get_all_start_methods() if methods is None else methods
    return "forkserver" if "forkserver" in known and system != "darwin" else "spawn"


def start_worker() -> None:
    """Prepare a worker: leave Ctrl-C to the parent, and do not outlive it.

    A killed parent cannot stop its workers; without the watch they would wait for work for ever.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:

        def leave_with_the_parent() -> None:
            parent.join()
            os._exit(1)

        threading.Thread(target=leave_with_the_parent, daemon=True).start()

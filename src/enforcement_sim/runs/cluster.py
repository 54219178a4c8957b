"""Runs on the machines of a Dask cluster, through the same interface as those of this machine.

Workers need the package and nothing else: no folder is shared with them. A finished run comes back as the files it
consists of, and this process writes them, so a cluster without a shared disk is no different from one that has it, and
no result depends on how a network file system renames. Every worker must be like this machine (engine, data, packages,
platform), because a result is promised to the last bit only there; one that is not is refused by name. Dask itself
moves the runs of a worker that is lost to another. What a run is, and where its files go, may not enter.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import CancelledError, Executor, Future
from typing import Any, ClassVar

from enforcement_sim.errors import InputError
from enforcement_sim.runs.executors import TASKS_A_WORKER, ClusterLost
from enforcement_sim.runs.runner import Runner
from enforcement_sim.runs.work import check_likeness

EXTRA = "needs Dask; install it with: pip install 'enforcement-sim[cluster]'"
LOST = "the connection to the cluster's scheduler was lost"
CONNECT_SECONDS = 10
"""How long a scheduler may take to answer."""

WORKERS_SECONDS = 30
"""How long the first worker may take to join the scheduler."""

PATIENCE_SECONDS = 600
"""How long a sweep waits when every worker has gone; a batch system may be starting others."""


class ClusterExecutor(Executor):
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
            raise ClusterLost(LOST) from error
        return future

    def workers(self) -> int:
        """Return how many runs the cluster computes at a time now: one in each worker process."""
        try:
            return len(self.client.nthreads())
        except (OSError, TimeoutError, CancelledError) as error:
            raise ClusterLost(LOST) from error

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Close the connection; what nobody waits for is dropped by the scheduler."""
        if self.client.status == "running":
            self._inner.shutdown(wait=wait and not cancel_futures)
        self.client.close(timeout=CONNECT_SECONDS)


class _Nobody(InputError):
    """The scheduler does not answer, or has no worker."""


class Cluster:
    """A Dask cluster as a place for runs.

    Parameters
    ----------
    address : str
        The scheduler's, such as ``tcp://10.0.0.1:8786``.
    runner : Runner
        What computes the runs; its identity here is what every worker's must be.

    Raises
    ------
    InputError
        If Dask is not installed, nobody answers, no worker is there, or a worker is not like this machine.
    """

    sees_folder: ClassVar[bool] = False

    def __init__(self, address: str, runner: Runner) -> None:
        try:
            from distributed.scheduler import KilledWorker
        except ImportError as error:
            raise InputError(EXTRA, key="--cluster") from error
        self.address = address
        self.identity = None if runner.identity is None else dict(runner.identity())
        self.deaths: tuple[type[BaseException], ...] = (KilledWorker,)
        self._runner = runner
        executor = self._connect(WORKERS_SECONDS)
        try:
            self.workers = executor.workers()
        finally:
            executor.shutdown()

    @property
    def name(self) -> str:
        """The place in the log; the address is nobody's business later."""
        return "a cluster"

    def open(self) -> ClusterExecutor:
        """Return a connection to the scheduler, which has answered before.

        Raises
        ------
        ClusterLost
            If it does not answer now, or its workers stay away.
        InputError
            If a worker has joined that is not like this machine.
        """
        try:
            return self._connect(PATIENCE_SECONDS)
        except _Nobody as error:
            raise ClusterLost(str(error)) from error

    def _connect(self, patience: float) -> ClusterExecutor:
        """Return a connection to a scheduler that has workers, all of them like this machine."""
        from distributed import Client

        try:
            client = Client(self.address, timeout=CONNECT_SECONDS, set_as_default=False)
        except (OSError, ValueError, TimeoutError) as error:
            raise _Nobody(
                f"no Dask scheduler answers at {self.address!r}",
                key="--cluster",
                allowed="the address that dask-scheduler prints, such as tcp://10.0.0.1:8786",
            ) from error
        executor = ClusterExecutor(client)
        try:
            client.wait_for_workers(1, timeout=patience)
            self._check_workers(client)
        except TimeoutError as error:
            executor.shutdown(cancel_futures=True)
            raise _Nobody(f"the scheduler at {self.address} has no worker", key="--cluster") from error
        except BaseException:
            executor.shutdown(cancel_futures=True)
            raise
        return executor

    alone = open

    def window(self, executor: Executor) -> int:
        """Return two tasks for each worker that is there now: others may join, or leave, while a sweep goes on."""
        assert isinstance(executor, ClusterExecutor)
        self._check_connection(executor)
        return TASKS_A_WORKER * max(1, executor.workers())

    def check(self, executor: Executor, cancelled: bool = False) -> None:
        """Raise if the scheduler is gone, or if every worker has been gone for too long."""
        assert isinstance(executor, ClusterExecutor)
        if cancelled:
            raise ClusterLost("the cluster's scheduler was lost, or has dropped what it was given")
        self._check_connection(executor)
        if executor.workers():
            executor.silent_since = None
            return
        now = time.monotonic()
        executor.silent_since = executor.silent_since or now
        if now - executor.silent_since >= PATIENCE_SECONDS:
            raise ClusterLost(f"the cluster has had no worker for {PATIENCE_SECONDS // 60} minutes")

    def _check_connection(self, executor: ClusterExecutor) -> None:
        """Raise if the connection is closed."""
        if executor.client.status != "running":
            raise ClusterLost(LOST)

    def _check_workers(self, client: Any) -> None:
        """Ask every worker whether it is like this machine, before anything is computed."""
        answers = client.run(check_likeness, self._runner, self.identity, on_error="return")
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

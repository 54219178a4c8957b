"""Runs on a Dask cluster.

Workers need the package but no shared folder; their engine, data, packages and platform must match this machine.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import CancelledError, Executor, Future
from typing import Any

from enforcement_sim.errors import InputError
from enforcement_sim.runs.executors import TASKS_PER_WORKER, Backend
from enforcement_sim.runs.run import Runner
from enforcement_sim.runs.worker import check_same_environment

CONNECT_SECONDS = 10
"""Time limit for connecting to the scheduler of a cluster."""

WORKERS_SECONDS = 30
"""Time limit for the first worker to join the scheduler."""

PATIENCE_SECONDS = 600
"""Time limit without any worker; a batch system may be starting others."""
CONNECTION_LOST = "the connection to the cluster's scheduler was lost"


class ClusterLost(RuntimeError):
    """The cluster no longer responds. Finished runs are stored; repeating the call continues the sweep."""


class DaskExecutor(Executor):
    """A connection to a Dask scheduler as an executor; shutting it down closes the connection."""

    def __init__(self, client: Any) -> None:
        self.client = client
        # Not pure: a resubmitted run is computed again, even if the scheduler has a result for its key.
        self._inner = client.get_executor(pure=False)
        self.no_workers_since: float | None = None

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Submit a call to the scheduler."""
        try:
            future: Future[Any] = self._inner.submit(fn, *args, **kwargs)
        except Exception as error:
            if self.client.status == "running":
                raise
            raise ClusterLost(CONNECTION_LOST) from error
        return future

    def workers(self) -> int:
        """Return the current number of workers; each computes one run at a time."""
        if self.client.status != "running":
            raise ClusterLost(CONNECTION_LOST)
        try:
            return len(self.client.nthreads())
        except (OSError, TimeoutError, CancelledError) as error:
            raise ClusterLost(CONNECTION_LOST) from error

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Close the connection; the scheduler then drops the pending tasks."""
        if self.client.status == "running":
            self._inner.shutdown(wait=wait and not cancel_futures)
        self.client.close(timeout=CONNECT_SECONDS)


class _NoCluster(InputError):
    """The scheduler does not respond, or has no worker."""


class DaskCluster(Backend):
    """The workers of a Dask cluster.

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
        self.death_errors = (KilledWorker,)
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
            If it does not respond, or no worker joins again.
        InputError
            If a new worker differs from this machine.
        """
        try:
            return self._connect(PATIENCE_SECONDS)
        except _NoCluster as error:
            raise ClusterLost(str(error)) from error

    def window(self, executor: Executor) -> int:
        """Return two tasks for each current worker; workers may join or leave during a sweep."""
        assert isinstance(executor, DaskExecutor)
        return TASKS_PER_WORKER * max(1, executor.workers())

    def check(self, executor: Executor, cancelled: bool = False) -> None:
        """Raise if the scheduler is lost, or if there has been no worker for too long."""
        assert isinstance(executor, DaskExecutor)
        if cancelled:
            raise ClusterLost("the cluster's scheduler was lost, or has cancelled its tasks")
        if executor.workers():
            executor.no_workers_since = None
            return
        executor.no_workers_since = executor.no_workers_since or time.monotonic()
        if time.monotonic() - executor.no_workers_since >= PATIENCE_SECONDS:
            raise ClusterLost(f"the cluster has had no worker for {PATIENCE_SECONDS // 60} minutes")

    def _connect(self, patience: float) -> DaskExecutor:
        """Connect to the scheduler, wait for a worker, and check that all workers match this machine."""
        from distributed import Client

        try:
            client = Client(self.address, timeout=CONNECT_SECONDS, set_as_default=False)
        except (OSError, ValueError, TimeoutError) as error:
            raise _NoCluster(
                f"no Dask scheduler responds at {self.address!r}",
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
        """Compare the environment of every worker with that of this machine, before any run."""
        expected = None if self._runner.environment is None else dict(self._runner.environment())
        answers = client.run(check_same_environment, self._runner, expected, on_error="return")
        for worker, answer in answers.items():
            if isinstance(answer, InputError):
                raise answer
            if isinstance(answer, (OSError, CancelledError)):
                continue  # the worker left during the check
            if isinstance(answer, BaseException):
                raise InputError(
                    f"the worker at {worker} cannot run the package ({type(answer).__name__}: {answer}); "
                    "install the same version there",
                    key="--cluster",
                ) from answer

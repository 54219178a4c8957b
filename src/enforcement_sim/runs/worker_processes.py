"""How worker processes start and end: from a fork server of one thread where the system has one, and never after this process.

Where there is a safe fork server, workers are forked from one that has imported the engine; elsewhere they are spawned.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from multiprocessing.context import BaseContext

PRELOADED = ("pandas", "pyarrow.parquet", "enforcement_sim.results.result", "enforcement_sim.model")
"""Modules that the fork server imports once for all workers."""

ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "JE_ARROW_MALLOC_CONF": "background_thread:false"}
"""Settings under which these modules start no thread; a lock that a thread holds at a fork is never released in the worker."""


def worker_context(*more: str) -> BaseContext:
    """Return the context in which worker processes start, with its fork server running.

    Parameters
    ----------
    *more : str
        Further modules that the fork server imports. The first call of a process decides.
    """
    method = start_method()
    context = multiprocessing.get_context(method)
    if method == "forkserver":
        from multiprocessing import forkserver

        context.set_forkserver_preload([*PRELOADED, *more])
        with _environment(ONE_THREAD):
            forkserver.ensure_running()
    return context


@contextmanager
def _environment(settings: Mapping[str, str]) -> Iterator[None]:
    """Give the processes that are started in this block further settings; those that the user made stay."""
    added = {name: value for name, value in settings.items() if name not in os.environ}
    os.environ.update(added)
    try:
        yield
    finally:
        for name in added:
            os.environ.pop(name, None)


def start_method(methods: Sequence[str] | None = None, system: str = sys.platform) -> str:
    """Return the start method of worker processes: fork server or spawn.

    This process is never forked, because its threads and locks would be copied in an inconsistent state. On macOS the fork
    server is not used either, because system frameworks do not work in forked processes.

    Examples
    --------
    >>> start_method(["fork", "spawn", "forkserver"], "linux"), start_method(["fork", "spawn", "forkserver"], "darwin")
    ('forkserver', 'spawn')
    """
    known = multiprocessing.get_all_start_methods() if methods is None else methods
    return "forkserver" if "forkserver" in known and system != "darwin" else "spawn"


def start_worker() -> None:
    """Prepare a worker: ignore Ctrl-C, which the parent handles, and exit when the parent exits.

    A killed parent cannot stop its workers; without this watch they would wait for work forever.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:

        def exit_with_parent() -> None:
            parent.join()
            os._exit(1)

        threading.Thread(target=exit_with_parent, daemon=True).start()


def stop(executor: Executor) -> None:
    """Stop an executor immediately: cancel queued tasks and abandon running ones.

    Stored results are not affected, because runs are written atomically.
    """
    # Python 3.14 has terminate_workers(); earlier versions give no other access to the processes and the pipe of results.
    processes = list((getattr(executor, "_processes", None) or {}).values())
    results = getattr(getattr(executor, "_result_queue", None), "_writer", None)
    executor.shutdown(wait=False, cancel_futures=True)
    for process in processes:
        process.terminate()
    for process in processes:
        process.join()
    # A worker may have been terminated in the middle of sending a result. The thread that reads it would wait for the rest as
    # long as anybody could still write, this process too, and the interpreter waits for the thread when it exits.
    if results is not None:
        results.close()

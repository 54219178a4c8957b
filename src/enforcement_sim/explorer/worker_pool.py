"""Worker processes that compute runs for the explorer, report progress, and stop cancelled runs.

A run is requested by scenario and seed. The first request starts it, requests meanwhile wait for the same run, and later
ones get the cached result. Sharing a run between pages discloses nothing, because its result depends on its inputs alone.
A run that its last requester cancels stops within a few simulated days. Long runs have separate workers with a lower
priority, so that a run of the nation in the background does not delay a county.
"""

from __future__ import annotations

import gc
import os
import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, CancelledError, Future, ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from enforcement_sim.explorer.summary import Summary, summary_of
from enforcement_sim.process.jit import engine_version
from enforcement_sim.runs.executors import WorkerDied, available_cores
from enforcement_sim.runs.provenance import run_id
from enforcement_sim.runs.shared_history import ContinuedModel, HistoryStore
from enforcement_sim.runs.states_folder import states_folder
from enforcement_sim.runs.worker_processes import start_worker, stop, worker_context
from enforcement_sim.scenarios.load import load_scenario
from enforcement_sim.scenarios.schema import Scenario

CACHE_BYTES = 400 << 20
"""Size of the cache of summaries; the least recently used are dropped first."""
SLOTS = 512
"""Runs that can be in progress at a time."""
DAYS_BETWEEN_CHECKS = 8
"""Simulated days between checks whether a run was cancelled."""
NICENESS = {False: 3, True: 12}
"""Added niceness of the workers of short and of long runs: below the server and the browser, which answer a key meanwhile."""

_flags: Any = None
_shares: Any = None
_folder = Path()


class Stopped(Exception):
    """The run was cancelled before it ended."""


@dataclass
class Order:
    """One requested run.

    Attributes
    ----------
    name : str
        The run's name: a hash of what produces it.
    slot, ticket : int
        Index of its progress in the shared arrays, and the number stored there until it is cancelled.
    long : bool
        Whether it is computed in the background.
    future : Future
        Its result is a :class:`Summary`.
    waiting : int
        Number of requests for it.
    on_update : list of callables
        Called, in any thread, when it finished, failed or was stopped.
    """

    name: str
    slot: int
    ticket: int
    long: bool
    future: Future[Any] = field(default_factory=Future)
    waiting: int = 0
    on_update: list[Callable[[], None]] = field(default_factory=list)


class WorkerPool:
    """Worker processes with a cache of what they have computed.

    Parameters
    ----------
    workers : int, optional
        Processes for short runs; all cores unless given.

    Notes
    -----
    Use it as a context manager, or call :meth:`close`.
    """

    def __init__(self, workers: int | None = None) -> None:
        self.workers = workers or available_cores()
        self._context = worker_context(__name__)
        self._wanted = self._context.RawArray("Q", SLOTS)
        self._done = self._context.RawArray("d", SLOTS)
        self._pools: dict[bool, ProcessPoolExecutor] = {}
        self._lock = threading.RLock()
        self._at_end = ExitStack()
        self._folder = self._at_end.enter_context(states_folder())
        self._tickets = 0
        self._orders: dict[str, Order] = {}
        self._cache: OrderedDict[str, Summary] = OrderedDict()

    def __enter__(self) -> WorkerPool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End all workers and abandon their runs."""
        with self._lock:
            for pool in self._pools.values():
                stop(pool)
            self._pools.clear()
        self._at_end.close()

    def warm_up(self) -> None:
        """Start the workers for short runs and load the compiled engine in each."""
        for future in [self._pool(False).submit(_load_engine) for _ in range(self.workers)]:
            future.result()

    def name_of(self, scenario: Scenario, seed: int) -> str:
        """Return the name of a run."""
        return run_id(scenario, seed, engine_version())

    def cached(self, name: str) -> Summary | None:
        """Return the cached summary of a run; None if there is none."""
        with self._lock:
            if name in self._cache:
                self._cache.move_to_end(name)
            return self._cache.get(name)

    def order(self, scenario: Scenario, seed: int, on_update: Callable[[], None], long: bool = False) -> Order | None:
        """Request a run; return None if it is in the cache.

        Parameters
        ----------
        scenario, seed
            The run.
        on_update : callable
            Called without arguments when the run finished, failed or was stopped.
        long : bool
            Compute it in the background, at a lower priority.
        """
        name = self.name_of(scenario, seed)
        with self._lock:
            if self.cached(name) is not None:
                return None
            order = self._orders.get(name)
            if order is None:
                self._tickets += 1
                order = self._orders[name] = Order(name, self._tickets % SLOTS, self._tickets, long)
                self._wanted[order.slot], self._done[order.slot] = order.ticket, 0.0
                order.future = self._submit(long, _simulate, scenario, seed, order.slot, order.ticket)
                order.future.add_done_callback(partial(self._finished, order))
            order.waiting += 1
            order.on_update.append(on_update)
            return order

    def cancel(self, order: Order, on_update: Callable[[], None] | None = None) -> None:
        """Withdraw a request; the run stops when it has no other.

        Parameters
        ----------
        order
            From :meth:`order`.
        on_update : callable, optional
            The callback of this request, which is removed.
        """
        with self._lock:
            order.waiting -= 1
            if on_update in order.on_update:
                order.on_update.remove(on_update)
            if order.waiting > 0 or self._orders.get(order.name) is not order:
                return
            del self._orders[order.name]
            if self._wanted[order.slot] == order.ticket:
                self._wanted[order.slot] = 0
        order.future.cancel()

    def progress(self, order: Order) -> float:
        """Return the share of a run that is done, 0 to 1."""
        if order.future.done():
            return 1.0
        return float(self._done[order.slot]) if self._wanted[order.slot] == order.ticket else 0.0

    def submit(self, work: Callable[..., Any], *arguments: Any, long: bool = False) -> Future[Any]:
        """Call a function, importable by name, in a worker; in the background, at a lower priority, if ``long``."""
        with self._lock:
            return self._submit(long, work, *arguments)

    def _submit(self, long: bool, work: Callable[..., Any], *arguments: Any) -> Future[Any]:
        try:
            return self._pool(long).submit(work, *arguments)
        except BrokenExecutor:  # a worker was killed: start a new pool
            self._pools.pop(long, None)
            return self._pool(long).submit(work, *arguments)

    def _finished(self, order: Order, future: Future[Any]) -> None:
        error = CancelledError() if future.cancelled() else future.exception()
        with self._lock:
            if self._orders.get(order.name) is order:
                del self._orders[order.name]
            if error is None:
                self._cache[order.name] = future.result()
                while sum(one.size for one in self._cache.values()) > CACHE_BYTES and len(self._cache) > 1:
                    self._cache.popitem(last=False)
            elif isinstance(error, BrokenExecutor):
                self._pools.pop(order.long, None)
            callbacks = order.on_update[:]
            order.on_update.clear()
        for update in callbacks:
            update()

    def _pool(self, long: bool) -> ProcessPoolExecutor:
        if long not in self._pools:
            shared = (self._wanted, self._done, NICENESS[long], self._folder)
            self._pools[long] = ProcessPoolExecutor(self.workers, self._context, _start_worker_process, shared)
        return self._pools[long]


def error_message(order: Order) -> str:
    """Return why a run failed; empty if it has a result, is in progress or was cancelled."""
    error = order.future.exception() if order.future.done() and not order.future.cancelled() else None
    if error is None or isinstance(error, (Stopped, CancelledError)):
        return ""
    if isinstance(error, (BrokenExecutor, WorkerDied)):
        return "a worker process ended without a result: killed, or out of memory"
    return f"{type(error).__name__}: {error}"


# ---- in the workers ----------------------------------------------------------------------------------------------------


def _start_worker_process(flags: Any, shares: Any, niceness: int, folder: Path) -> None:
    """Prepare a worker: set the shared arrays, the priority, and the folder of histories."""
    global _flags, _shares, _folder
    _flags, _shares, _folder = flags, shares, folder
    start_worker()
    if hasattr(os, "nice"):
        os.nice(niceness)


def _load_engine() -> None:
    """Load the compiled engine by a run of a month in one small county."""
    month = {"period.start": "2012-01-01", "period.end": "2012-01-31", "start.warm_days": 0}
    small = load_scenario("baseline").with_(scope={"counties": ["10001"]}, **month)
    summary_of(simulate(small, 1, lambda done: None, HistoryStore(_folder)))
    # Everything loaded so far is permanent: looking through it for garbage takes a tenth of a second in the middle of a run.
    gc.collect()
    gc.freeze()


def _simulate(scenario: Scenario, seed: int, slot: int, ticket: int) -> Summary:
    """Compute a run, reporting progress; stop when it is cancelled."""

    def report(done: float) -> None:
        if _flags[slot] != ticket:
            raise Stopped
        _shares[slot] = done

    return summary_of(simulate(scenario, seed, report, HistoryStore(_folder)))


def simulate(scenario: Scenario, seed: int, report: Callable[[float], None], store: HistoryStore) -> Any:
    """Run a scenario as :func:`enforcement_sim.run` does, reporting the share done every few days."""

    def after_day(model: ContinuedModel) -> None:
        if model.engine.day % DAYS_BETWEEN_CHECKS == 0:
            report((model.engine.day - model.begun_on) / (model.world.clock.days - model.begun_on))

    report(0.0)
    model = ContinuedModel(scenario.without_design, seed, store, after_day)
    return model.run(after_day, keep_people=False)  # type: ignore[arg-type]  # it is handed this very model

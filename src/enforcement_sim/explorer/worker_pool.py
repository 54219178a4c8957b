"""Worker processes that compute runs for the explorer, report progress, and stop when nobody wants the run.

A run is asked for by scenario and seed. The first request starts it, requests meanwhile wait for the same one, and later
ones get what was kept: a run is a pure function, so sharing it shares nothing that anybody chose. A run that its last
requester cancels is stopped within a few simulated days. Long runs have workers of their own, at a lower priority, so that
the nation in the background does not hold up a county.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, CancelledError, Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from enforcement_sim.explorer.summary import Summary, summary_of
from enforcement_sim.model import EnforcementModel
from enforcement_sim.process.jit import engine_version
from enforcement_sim.runs.executors import PRELOADED, WorkerDied, available_cores, start_method, start_worker, stop
from enforcement_sim.runs.provenance import run_id
from enforcement_sim.scenarios.load import load_scenario
from enforcement_sim.scenarios.schema import Scenario

KEPT_BYTES = 400 << 20
"""Summaries are kept up to this size, the least recently wanted thrown away first."""
SLOTS = 512
"""Runs that can be under way at a time."""
DAYS_BETWEEN_LOOKS = 8
"""Simulated days after which a worker looks whether its run is still wanted."""
LESS_URGENT = 10
"""By how much the workers of long runs are nicer than others."""

_flags: Any = None
_shares: Any = None


class Stopped(Exception):
    """The run was cancelled before it ended."""


@dataclass
class Order:
    """One run that somebody wants.

    Attributes
    ----------
    name : str
        The run's name: a hash of what produces it.
    slot, ticket : int
        Where its progress stands, and the number that stands there while it is wanted.
    long : bool
        Whether it is one for the background.
    future : Future
        Whose result is a :class:`Summary`.
    askers : int
        How many still want it.
    on_update : list of callables
        Called, in some thread, when it is there, failed or was stopped.
    """

    name: str
    slot: int
    ticket: int
    long: bool
    future: Future[Any] = field(default_factory=Future)
    askers: int = 0
    on_update: list[Callable[[], None]] = field(default_factory=list)


class WorkerPool:
    """Workers and what they have computed.

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
        self._context = multiprocessing.get_context(start_method())
        if self._context.get_start_method() == "forkserver":
            self._context.set_forkserver_preload([*PRELOADED, __name__])
        self._wanted = self._context.RawArray("Q", SLOTS)
        self._done = self._context.RawArray("d", SLOTS)
        self._pools: dict[bool, ProcessPoolExecutor] = {}
        self._lock = threading.RLock()
        self._tickets = 0
        self._orders: dict[str, Order] = {}
        self._kept: OrderedDict[str, Summary] = OrderedDict()

    def __enter__(self) -> WorkerPool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End all workers; what they were computing is abandoned."""
        with self._lock:
            for pool in self._pools.values():
                stop(pool)
            self._pools.clear()

    def warm_up(self) -> None:
        """Start the workers for short runs and let each load the compiled engine, so that nobody waits for it later."""
        for future in [self._pool(False).submit(_load_engine) for _ in range(self.workers)]:
            future.result()

    def name_of(self, scenario: Scenario, seed: int) -> str:
        """Return the name of a run."""
        return run_id(scenario, seed, engine_version())

    def kept(self, name: str) -> Summary | None:
        """Return what is kept of a run; None if it was not computed or has been thrown away."""
        with self._lock:
            if name in self._kept:
                self._kept.move_to_end(name)
            return self._kept.get(name)

    def order(self, scenario: Scenario, seed: int, on_update: Callable[[], None], long: bool = False) -> Order | None:
        """Ask for a run; None if it is kept already.

        Parameters
        ----------
        scenario, seed
            What to run.
        on_update : callable
            Called without arguments when the run is there, failed or was stopped.
        long : bool
            Compute it in the background, at a lower priority.
        """
        name = self.name_of(scenario, seed)
        with self._lock:
            if self.kept(name) is not None:
                return None
            order = self._orders.get(name)
            if order is None:
                self._tickets += 1
                order = self._orders[name] = Order(name, self._tickets % SLOTS, self._tickets, long)
                self._wanted[order.slot], self._done[order.slot] = order.ticket, 0.0
                order.future = self._submit(long, _simulate, scenario, seed, order.slot, order.ticket)
                order.future.add_done_callback(partial(self._finished, order))
            order.askers += 1
            order.on_update.append(on_update)
            return order

    def cancel(self, order: Order, on_update: Callable[[], None] | None = None) -> None:
        """Want a run no longer; it stops when nobody else wants it.

        Parameters
        ----------
        order
            As it was given out.
        on_update : callable, optional
            What need not be called any more; it is let go, though others wait on.
        """
        with self._lock:
            order.askers -= 1
            if on_update in order.on_update:
                order.on_update.remove(on_update)
            if order.askers > 0 or self._orders.get(order.name) is not order:
                return
            del self._orders[order.name]
            if self._wanted[order.slot] == order.ticket:
                self._wanted[order.slot] = 0
        order.future.cancel()

    def progress(self, order: Order) -> float:
        """Return how much of a run is done, 0 to 1."""
        if order.future.done():
            return 1.0
        return float(self._done[order.slot]) if self._wanted[order.slot] == order.ticket else 0.0

    def submit(self, work: Callable[..., Any], *arguments: Any) -> Future[Any]:
        """Let a worker call a function, importable by name, besides the runs."""
        with self._lock:
            return self._submit(False, work, *arguments)

    def _submit(self, long: bool, work: Callable[..., Any], *arguments: Any) -> Future[Any]:
        try:
            return self._pool(long).submit(work, *arguments)
        except BrokenExecutor:  # a worker was killed: the next one starts afresh
            self._pools.pop(long, None)
            return self._pool(long).submit(work, *arguments)

    def _finished(self, order: Order, future: Future[Any]) -> None:
        error = CancelledError() if future.cancelled() else future.exception()
        with self._lock:
            if self._orders.get(order.name) is order:
                del self._orders[order.name]
            if error is None:
                self._kept[order.name] = future.result()
                while sum(one.size for one in self._kept.values()) > KEPT_BYTES and len(self._kept) > 1:
                    self._kept.popitem(last=False)
            elif isinstance(error, BrokenExecutor):
                self._pools.pop(order.long, None)
            waiting = order.on_update[:]
            order.on_update.clear()
        for update in waiting:
            update()

    def _pool(self, long: bool) -> ProcessPoolExecutor:
        if long not in self._pools:
            shared = (self._wanted, self._done, LESS_URGENT if long else 0)
            self._pools[long] = ProcessPoolExecutor(self.workers, self._context, _begin, shared)
        return self._pools[long]


def trouble_of(order: Order) -> str:
    """Return why a run that ended has no result; empty if it has one or was cancelled."""
    error = order.future.exception() if order.future.done() and not order.future.cancelled() else None
    if error is None or isinstance(error, (Stopped, CancelledError)):
        return ""
    if isinstance(error, (BrokenExecutor, WorkerDied)):
        return "a worker process ended without an answer: killed, or out of memory"
    return f"{type(error).__name__}: {error}"


# ---- in the workers ----------------------------------------------------------------------------------------------------


def _begin(flags: Any, shares: Any, nicer: int) -> None:
    """Prepare a worker: where to look whether a run is wanted, and how urgent it is."""
    global _flags, _shares
    _flags, _shares = flags, shares
    start_worker()
    if nicer and hasattr(os, "nice"):
        os.nice(nicer)


def _load_engine() -> None:
    """Load the compiled engine by a run of a month in one small county."""
    month = {"period.start": "2012-01-01", "period.end": "2012-01-31", "start.warm_days": 0}
    summary_of(simulate(load_scenario("baseline").with_(scope={"counties": ["10001"]}, **month), 1, lambda done: None))


def _simulate(scenario: Scenario, seed: int, slot: int, ticket: int) -> Summary:
    """Compute a run, saying how far it is; leave it when it is not wanted any more."""

    def report(done: float) -> None:
        if _flags[slot] != ticket:
            raise Stopped
        _shares[slot] = done

    return summary_of(simulate(scenario, seed, report))


def simulate(scenario: Scenario, seed: int, report: Callable[[float], None]) -> Any:
    """Run a scenario as :func:`enforcement_sim.run` does, reporting the share done every few days."""

    def after_day(model: EnforcementModel) -> None:
        if model.engine.day % DAYS_BETWEEN_LOOKS == 0:
            report(model.engine.day / model.world.clock.days)

    report(0.0)
    return EnforcementModel(scenario.without_design, seed, collect=False).run(after_day, keep_people=False)

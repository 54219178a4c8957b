"""The change against history for the user's choices; where the exact result takes long, a thinned one comes first.

A :class:`Query` belongs to one open page. Each request cancels runs of the previous one that are no longer needed. All
runs come from the worker pool, which caches them, so that only new runs are computed. Differences are paired by seed, with
an interval over seeds, as in ``runs``.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import batched

import numpy as np

from enforcement_sim.explorer.summary import Summary
from enforcement_sim.explorer.worker_pool import Order, WorkerPool, error_message
from enforcement_sim.parameters.register import load_register
from enforcement_sim.places.build import expected_bookings
from enforcement_sim.places.geography import load_geography
from enforcement_sim.places.scope import simulated_counties
from enforcement_sim.process.clock import DAYS_A_YEAR
from enforcement_sim.process.engine import clock_for
from enforcement_sim.results.intervals import Difference, difference_of
from enforcement_sim.runs.design import seeds_of
from enforcement_sim.scenarios.schema import Scenario

WORLDS = ("what-if", "history")
DRAFT_SIZE = 500_000
"""Bookings of a thinned run; fewer would save little, because each simulated day has a fixed cost."""
THINNEST = 50
"""Strongest thinning; beyond it small capacities, which round to whole numbers, distort the result."""
LONG_FROM = 20_000_000
"""Bookings from which a run is computed in the background, after a draft; a smaller one takes a second or two."""
ENOUGH_PAIRS = 2
"""Pairs of runs from which a difference has an interval."""


@dataclass(frozen=True)
class Picture:
    """History and the what-if on common seeds.

    Attributes
    ----------
    history, what_if : dict
        Seed -> :class:`Summary`; the same seeds in both, in order. Equal where nothing is changed.
    thin : int
        One booking in this many was simulated; 1 for an exact picture.
    wanted : int
        Number of seeds requested.
    """

    history: Mapping[int, Summary]
    what_if: Mapping[int, Summary]
    thin: int
    wanted: int

    @property
    def seeds(self) -> tuple[int, ...]:
        """The seeds whose runs are done."""
        return tuple(self.history)

    @property
    def complete(self) -> bool:
        """Whether this is the exact picture, with every seed."""
        return self.thin == 1 and len(self.history) == self.wanted

    def any(self) -> Summary:
        """Return any run, for attributes that all runs share."""
        return next(iter(self.history.values()))

    def each(self, world: str, of: Callable[[Summary], np.ndarray]) -> np.ndarray:
        """Return an array of every seed in ``history`` or ``what-if``, stacked."""
        runs = self.history if world == "history" else self.what_if
        return np.array([of(summary) for summary in runs.values()])

    def mean(self, world: str, of: Callable[[Summary], np.ndarray]) -> np.ndarray:
        """Return the mean over seeds of an array in ``history`` or ``what-if``."""
        return np.asarray(self.each(world, of).mean(axis=0))

    def difference(self, of: Callable[[Summary], float]) -> Difference:
        """Return the paired difference of a number, with its interval over seeds."""
        return difference_of(*([of(runs[seed]) for seed in self.seeds] for runs in (self.history, self.what_if)))


@dataclass
class _Level:
    """The runs of one picture: their names, and the orders in progress."""

    thin: int
    long: bool
    names: dict[int, tuple[str, str]] = field(default_factory=dict)
    orders: list[Order] = field(default_factory=list)


class Query:
    """The runs requested by one open page.

    Parameters
    ----------
    pool : WorkerPool
    on_update : callable
        Called, in any thread, when there may be a new result.
    """

    def __init__(self, pool: WorkerPool, on_update: Callable[[], None]) -> None:
        self.pool, self._on_update = pool, on_update
        self._lock = threading.RLock()
        self._levels: list[_Level] = []
        self.stopped = False

    def ask(self, history: Scenario, what_if: Scenario) -> None:
        """Start to compute a pair of scenarios; cancel the previous request."""
        size = expected_size(history)
        # A few counties are never thinned: what is counted there is too little, however much is simulated around it.
        thin = 1 if history.scope.kind == "counties" else thinning_of(size)
        with self._lock:
            before, self.stopped = self._levels, False
            self._levels = ([_Level(thin, False)] if thin > 1 else []) + [_Level(1, size >= LONG_FROM)]
            for level in self._levels:
                self._order(level, history, what_if)
            # Cancelled only now, so that runs needed by both requests continue.
            self._cancel(before)

    def stop(self) -> None:
        """Cancel everything that is still being computed; finished runs remain."""
        with self._lock:
            self.stopped = self.working
            self._cancel(self._levels)

    def close(self) -> None:
        """Cancel everything, and release all runs."""
        with self._lock:
            self.stop()
            self._levels = []

    def _order(self, level: _Level, history: Scenario, what_if: Scenario) -> None:
        sides = [side if level.thin == 1 else side.with_(thin=level.thin) for side in (history, what_if)]
        seeds = seeds_of(history.seed, history.replications)
        level.names = {seed: (self.pool.name_of(sides[0], seed), self.pool.name_of(sides[1], seed)) for seed in seeds}
        # A what-if begins where history's run came by (``runs.shared_history``), so that history's goes ahead.
        for some in batched(seeds, ENOUGH_PAIRS):
            for side in sides[:1] if history is what_if else sides:
                orders = (self.pool.order(side, seed, self._on_update, level.long) for seed in some)
                level.orders += filter(None, orders)

    def _cancel(self, levels: list[_Level]) -> None:
        for level in levels:
            orders, level.orders = level.orders, []
            for order in orders:
                self.pool.cancel(order, self._on_update)

    @property
    def working(self) -> bool:
        """Whether anything is still being computed."""
        with self._lock:
            return any(not order.future.done() for level in self._levels for order in level.orders)

    @property
    def ends_soon(self) -> bool:
        """Whether what is still being computed takes a second or two, so that only the headline is worth showing before."""
        with self._lock:
            return self.working and not self._levels[-1].long

    def error(self) -> str:
        """Return the error message of a failed run; empty if none failed."""
        with self._lock:
            return next(
                (message for level in self._levels for order in level.orders if (message := error_message(order))), ""
            )

    def progress(self) -> float:
        """Return the share of the exact picture that is done, 0 to 1."""
        with self._lock:
            if not self._levels:
                return 0.0
            level = self._levels[-1]
            names = {name for pair in level.names.values() for name in pair}
            under_way = {order.name: order for order in level.orders}
            done = sum(
                self.pool.progress(under_way[name]) if name in under_way else float(self.pool.cached(name) is not None)
                for name in names
            )
            return done / max(1, len(names))

    def picture(self) -> Picture | None:
        """Return the best available picture: the exact one, a part of it with an interval, the thinned one, or None."""
        with self._lock:
            for level in reversed(self._levels):
                pairs = {seed: [self.pool.cached(name) for name in names] for seed, names in level.names.items()}
                history = {seed: a for seed, (a, b) in pairs.items() if a and b}
                what_if = {seed: b for seed, (a, b) in pairs.items() if a and b}
                # Every booking under some of the seeds is an answer, marked as such; an interval needs two. A draft is not.
                enough = len(history) >= ENOUGH_PAIRS and (level.thin == 1 or self.stopped)
                if enough or len(history) == len(level.names):
                    return Picture(history, what_if, level.thin, len(level.names))
        return None


@cache
def _weights() -> np.ndarray:
    """Expected share of the nation's bookings by county."""
    geography = load_geography()
    weights = expected_bookings(load_register().defaults(), geography.counties, geography).sum(axis=1)
    return np.asarray(weights / weights.sum())


def expected_size(scenario: Scenario) -> float:
    """Return the approximate number of bookings in a run, with the warm start and places that are not reported.

    Examples
    --------
    >>> from enforcement_sim import load_scenario
    >>> history = load_scenario("baseline")
    >>> expected_size(history) > LONG_FROM > expected_size(history.with_(scope={"states": ["CA"]}))
    True
    """
    values, scope = scenario.parameters, scenario.scope
    simulated = simulated_counties(scope.kind, scope.members, scenario.simulate, values, load_geography())
    share = _weights()[simulated.counties]
    a_year = [value for address, value in values.items() if address.startswith("booking.national_per_year")]
    days = clock_for(values, scenario.period_start, scenario.period_end).days
    return float(share.sum() * np.mean(a_year) * days / DAYS_A_YEAR)


def thinning_of(size: float) -> int:
    """Return the thinning of the first picture for a run of this many bookings; 1 if it is exact.

    Examples
    --------
    >>> thinning_of(5_200_000), thinning_of(21_000_000), thinning_of(80_000_000)
    (1, 42, 50)
    """
    return 1 if size < LONG_FROM else min(THINNEST, round(size / DRAFT_SIZE))

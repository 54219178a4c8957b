"""The change against history for what was chosen: a thinned picture at once, the exact one after it.

A :class:`Query` belongs to one open page. Each request cancels what the one before still wanted; runs come from the worker
pool, history's among them, so that going back to a setting, or changing one rule, computes only what is new. Differences
are those of ``runs``: the same people under both, seed by seed, with the interval over seeds.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache

import numpy as np

from enforcement_sim.explorer.summary import Summary
from enforcement_sim.explorer.worker_pool import Order, WorkerPool, trouble_of
from enforcement_sim.parameters.register import load_register
from enforcement_sim.places.build import expected_bookings
from enforcement_sim.places.geography import load_geography
from enforcement_sim.places.scope import simulated_counties
from enforcement_sim.process.clock import DAYS_A_YEAR
from enforcement_sim.results.intervals import Difference, difference_of
from enforcement_sim.runs.design import seeds_of
from enforcement_sim.scenarios.schema import Scenario

WORLDS = ("what-if", "history")
DRAFT_SIZE = 500_000
"""Bookings of a thinned run: so many take about as long as the days they fall on."""
WORTH_THINNING = 1_000_000
"""Bookings up to which a run is exact at once."""
THINNEST = 50
"""Small capacities round to whole numbers; thinner than this a picture says little."""
LONG_FROM = 20_000_000
"""Bookings from which a run goes to the background."""
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
        How many seeds there are to be.
    """

    history: Mapping[int, Summary]
    what_if: Mapping[int, Summary]
    thin: int
    wanted: int

    @property
    def seeds(self) -> tuple[int, ...]:
        """The seeds that are there."""
        return tuple(self.history)

    @property
    def complete(self) -> bool:
        """Whether this is the exact picture, with every seed."""
        return self.thin == 1 and len(self.history) == self.wanted

    def any(self) -> Summary:
        """Return some run of it, for what all have alike."""
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
    """The runs of one picture: which, and the orders that are still out."""

    thin: int
    long: bool
    names: dict[int, tuple[str, str]] = field(default_factory=dict)
    orders: list[Order] = field(default_factory=list)


class Query:
    """What one open page wants to know.

    Parameters
    ----------
    pool : WorkerPool
    on_update : callable
        Called in some thread whenever there may be something new to look at.
    """

    def __init__(self, pool: WorkerPool, on_update: Callable[[], None]) -> None:
        self.pool, self._on_update = pool, on_update
        self._lock = threading.RLock()
        self._levels: list[_Level] = []
        self.stopped = False

    def ask(self, history: Scenario, what_if: Scenario) -> None:
        """Begin to compute a pair of scenarios; whatever was asked before is cancelled."""
        size = expected_size(history)
        thin = 1 if history.scope.kind == "counties" else thinning_of(size)  # a few counties are never thinned
        with self._lock:
            before, self.stopped = self._levels, False
            self._levels = ([_Level(thin, False)] if thin > 1 else []) + [_Level(1, size >= LONG_FROM)]
            for level in self._levels:
                self._order(level, history, what_if)
            # Cancelled only now, so that runs wanted before and after go on.
            self._cancel(before)

    def stop(self) -> None:
        """Cancel everything that is still being computed; what is there stays."""
        with self._lock:
            self.stopped = self.working
            self._cancel(self._levels)

    def close(self) -> None:
        """Cancel everything, and hold no run any more."""
        with self._lock:
            self.stop()
            self._levels = []

    def _order(self, level: _Level, history: Scenario, what_if: Scenario) -> None:
        sides = [side if level.thin == 1 else side.with_(thin=level.thin) for side in (history, what_if)]
        for seed in seeds_of(history.seed, history.replications):
            level.names[seed] = (self.pool.name_of(sides[0], seed), self.pool.name_of(sides[1], seed))
            for side in sides[:1] if history is what_if else sides:
                if order := self.pool.order(side, seed, self._on_update, level.long):
                    level.orders.append(order)

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

    def trouble(self) -> str:
        """Return why something could not be computed; empty if nothing failed."""
        with self._lock:
            return next((told for level in self._levels for order in level.orders if (told := trouble_of(order))), "")

    def progress(self) -> tuple[bool, float]:
        """Return whether the exact picture is one for the background, and how much of it is done, 0 to 1."""
        with self._lock:
            if not self._levels:
                return False, 0.0
            level = self._levels[-1]
            names = {name for pair in level.names.values() for name in pair}
            under_way = {order.name: order for order in level.orders}
            done = sum(
                self.pool.progress(under_way[name]) if name in under_way else float(self.pool.kept(name) is not None)
                for name in names
            )
            return level.long, done / max(1, len(names))

    def picture(self) -> Picture | None:
        """Return the best picture there is: the exact one, one in progress with an interval, the thinned one, or none yet."""
        with self._lock:
            for level in reversed(self._levels):
                pairs = {seed: [self.pool.kept(name) for name in names] for seed, names in level.names.items()}
                history = {seed: a for seed, (a, b) in pairs.items() if a and b}
                what_if = {seed: b for seed, (a, b) in pairs.items() if a and b}
                # Part of the seeds is shown where the rest takes long or will not come; an interval needs two.
                enough = len(history) >= ENOUGH_PAIRS and (level.long or self.stopped)
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
    """Return about how many bookings a run of a scenario has, its warm start and places that are not reported included.

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
    days = (scenario.period_end - scenario.period_start).days + 1 + values["start.warm_days"]
    return float(share.sum() * np.mean(a_year) * days / DAYS_A_YEAR)


def thinning_of(size: float) -> int:
    """Return by how much the first picture of a run of so many bookings is thinned; 1 where it is exact at once.

    Examples
    --------
    >>> thinning_of(100_000), thinning_of(5_200_000), thinning_of(80_000_000)
    (1, 10, 50)
    """
    return 1 if size <= WORTH_THINNING else min(THINNEST, max(2, round(size / DRAFT_SIZE)))

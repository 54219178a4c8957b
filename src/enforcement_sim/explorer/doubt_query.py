"""The runs behind the doubt about parameters: history and the what-if under one set of the ensemble after another.

They are computed in the background. Every measure of a run is kept, so that another measure can be shown without new runs.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from enforcement_sim.explorer.worker_pool import Order, WorkerPool, error_message
from enforcement_sim.parameters.ensemble import load_ensemble
from enforcement_sim.results.intervals import Branch, Difference, Key, difference_between
from enforcement_sim.runs.design import seeds_of
from enforcement_sim.scenarios.schema import Scenario

SEEDS = 4
"""Seeds of each set."""


@dataclass
class _Asked:
    """The runs asked for: of each set, side and seed the run's name, and what is known of it."""

    names: dict[tuple[int, int, int], str] = field(default_factory=dict)
    orders: list[Order] = field(default_factory=list)
    found: dict[tuple[int, int, int], Mapping[str, float]] = field(default_factory=dict)


def under_sets(history: Scenario, what_if: Scenario, sets: int) -> list[tuple[Scenario, Scenario]]:
    """Return both scenarios under the first sets of the ensemble; what the what-if changes itself stays as it is.

    Examples
    --------
    >>> from enforcement_sim.explorer.choices import Choices, pair_of
    >>> pairs = under_sets(*pair_of(Choices(place="10003", settings=("pickup.crew_capacity=0.2",))), 2)
    >>> [what_if.parameters["pickup.crew_capacity"] for _, what_if in pairs]
    [0.2, 0.2]
    """
    changed = {one for one, value in what_if.parameters.items() if value != history.parameters[one]}
    return [
        (
            history.throughout(member.parameters),
            what_if.throughout({one: value for one, value in member.parameters.items() if one not in changed}),
        )
        for member in load_ensemble(sets)
    ]


class DoubtQuery:
    """The background runs of one page.

    Parameters
    ----------
    pool : WorkerPool
    on_update : callable
        Called, in any thread, when a run is done.
    """

    def __init__(self, pool: WorkerPool, on_update: Callable[[], None]) -> None:
        self._pool, self._on_update = pool, on_update
        self._lock = threading.RLock()
        self._asked = _Asked()

    def ask(self, history: Scenario, what_if: Scenario, sets: int) -> None:
        """Start to compute, set by set; cancel what was asked before."""
        self.stop()
        with self._lock:
            self._asked = asked = _Asked()
            for number, sides in enumerate(under_sets(history, what_if, sets), start=1):
                for side, scenario in enumerate(sides):
                    for seed in seeds_of(history.seed, SEEDS):
                        asked.names[number, side, seed] = self._pool.name_of(scenario, seed)
                        if order := self._pool.order(scenario, seed, self._on_update, long=True):
                            asked.orders.append(order)

    def stop(self) -> None:
        """Cancel what is still being computed."""
        with self._lock:
            orders, self._asked.orders = self._asked.orders, []
        for order in orders:
            self._pool.cancel(order, self._on_update)

    def clear(self) -> None:
        """Cancel everything, and forget what is done."""
        self.stop()
        with self._lock:
            self._asked = _Asked()

    def error(self) -> str:
        """Return the error message of a failed run; empty if none failed."""
        with self._lock:
            return next((message for order in self._asked.orders if (message := error_message(order))), "")

    def progress(self) -> tuple[int, int]:
        """Return how many runs are done, and how many were asked for."""
        self._collect()
        return len(self._asked.found), len(self._asked.names)

    def differences(self, measure: str) -> list[Difference]:
        """Return a measure's difference after the first set, the first two, and so on, as far as all their runs are done."""
        self._collect()
        with self._lock:
            found, names = dict(self._asked.found), list(self._asked.names)
        rows: list[Difference] = []
        sides: tuple[dict[Key, float], dict[Key, float]] = ({}, {})
        for number in sorted({name[0] for name in names}):
            mine = [name for name in names if name[0] == number]
            if not all(name in found for name in mine):
                break
            for name in mine:
                sides[name[1]][Branch(number, name[2])] = found[name].get(measure, math.nan)
            rows.append(difference_between(*sides))
        return rows

    def _collect(self) -> None:
        """Keep the measures of every run that is done, because the pool drops its oldest results."""
        with self._lock:
            for name, run in self._asked.names.items():
                if name not in self._asked.found and (summary := self._pool.cached(run)) is not None:
                    self._asked.found[name] = summary.measures

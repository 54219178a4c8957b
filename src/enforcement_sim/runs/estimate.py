"""The estimated size of a sweep before it is computed: runs, minutes, disk space.

A small run of the first point is computed in memory with a sample of the bookings, to measure the number of bookings and
the fixed time of a run on this machine. The rest is calculated with the measured speed of the engine. The estimate is
accurate to a factor of two. Nothing is written.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import Any

from enforcement_sim.runs.atomic_files import parquet_bytes
from enforcement_sim.runs.design import Design
from enforcement_sim.runs.executors import worker_count
from enforcement_sim.runs.run import Runner
from enforcement_sim.runs.summaries import summaries_of
from enforcement_sim.tables.amounts import several

SECONDS_PER_BOOKING = 250e-9
"""Benchmark speed of the engine on one core; slower machines take longer than estimated."""

PROBE_THINNING = 200
"""The small run simulates one booking in this many."""

ROWS_GROW = 0.5
"""Stored tables omit zero counts, so they grow more slowly than bookings: about with the square root."""


@dataclass(frozen=True)
class Estimate:
    """The size of a sweep.

    Attributes
    ----------
    runs : int
        The maximum, if there is a stopping rule.
    bookings : float
        Simulated in each run, without the warm start.
    minutes : float
        For all runs with the given number of workers.
    megabytes : float
        Disk space for all runs.
    """

    runs: int
    workers: int
    bookings: float
    seconds_per_run: float
    minutes: float
    megabytes: float
    at_most: bool = False

    def __str__(self) -> str:
        """Return the estimate as one sentence."""
        at_most = "at most " if self.at_most else ""
        return (
            f"{at_most}{self.runs:,} runs of about {self.bookings:,.0f} bookings: about {_minutes(self.minutes)} "
            f"with {several(self.workers, 'worker')} ({self.seconds_per_run:.2g} s a run), "
            f"about {max(1, self.megabytes):,.0f} MB of disk"
        )


def estimate(design: Design, runner: Runner, workers: int | None = None) -> Estimate:
    """Estimate the size of a design from one small run of its first point."""
    if runner.prepare is not None:
        runner.prepare()
    point, seed = design.points[0].scenario, design.seeds[0]
    thin = int(point.thin)
    # Not `with_`, which refuses to thin a scope of counties; the counts of this run are not reported.
    small = point.model_copy(update={"thin": max(thin, PROBE_THINNING)})
    began = time.perf_counter()
    result = runner.run(small, seed)
    elapsed = time.perf_counter() - began
    bookings = float(result.measures()["booked"]) / thin
    sampled = thin / int(small.thin)
    seconds = elapsed + bookings * (1 - sampled) * SECONDS_PER_BOOKING
    runs = len({task.run for task in design.tasks(runner.version)})
    count = worker_count(workers, runs)
    megabytes = runs * _stored_bytes(result) * sampled**-ROWS_GROW / 1e6
    minutes = math.ceil(runs / count) * seconds / 60
    return Estimate(runs, count, bookings, seconds, minutes, megabytes, design.stopping is not None)


def _stored_bytes(result: Any) -> int:
    """Return the size of a stored result in bytes."""
    tables = [*result.tables().values(), *summaries_of(result).values()]
    return sum(len(parquet_bytes(frame)) for frame in tables)


def _minutes(minutes: float) -> str:
    """Return a duration in seconds, minutes or hours."""
    if minutes < 1:
        return f"{max(1, round(minutes * 60))} s"
    return f"{minutes:.0f} min" if minutes < 120 else f"{minutes / 60:.1f} h"

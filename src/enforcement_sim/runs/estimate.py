"""What a sweep will cost, before anything of it is computed: runs, minutes, disk.

One small run of the first point is made in memory, with few bookings kept, to learn how many bookings there are and
how long everything besides bookings takes here; the rest is arithmetic with the engine's measured pace. It is
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

SECONDS_PER_BOOKING = 250e-9
"""The pace the engine is held to on one core; a slower machine takes longer than estimated."""

PROBE_THINNING = 200
"""The small run keeps one booking in this many."""

ROWS_GROW = 0.5
"""Stored tables leave out what did not happen, so they grow more slowly than the bookings: about with their root."""


@dataclass(frozen=True)
class Estimate:
    """The size of a sweep.

    Attributes
    ----------
    runs : int
        At most, where replications end by a rule.
    bookings : float
        Simulated in each run, warm start aside.
    seconds_per_run : float
    minutes : float
        For all runs with the workers asked for.
    megabytes : float
        Of disk, for all runs.
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
            f"with {self.workers} worker{'s' if self.workers > 1 else ''} ({self.seconds_per_run:.2g} s a run), "
            f"about {max(1, self.megabytes):,.0f} MB of disk"
        )


def estimate(design: Design, runner: Runner, workers: int | None = None) -> Estimate:
    """Estimate what a design costs, from one small run of its first point.

    Parameters
    ----------
    design : Design
    runner : Runner
        Prepared (compiled) first, which is not part of the estimate.
    workers : int, optional
        Processes; all cores unless given.
    """
    if runner.prepare is not None:
        runner.prepare()
    point, seed = design.points[0].scenario, design.seeds[0]
    thin = int(point.thin)
    # Not by `with_`: a scope of counties is not thinned where its numbers are told, and these are not.
    probed = point.model_copy(update={"thin": max(thin, PROBE_THINNING)})
    began = time.perf_counter()
    result = runner.run(probed, seed)
    took = time.perf_counter() - began
    bookings = float(result.measures()["booked"]) / thin
    kept = thin / int(probed.thin)
    seconds = took + bookings * (1 - kept) * SECONDS_PER_BOOKING
    runs = len({task.run for task in design.tasks(runner.version)})
    count = worker_count(workers, runs)
    megabytes = runs * _stored_bytes(result) * kept**-ROWS_GROW / 1e6
    minutes = math.ceil(runs / count) * seconds / 60
    return Estimate(runs, count, bookings, seconds, minutes, megabytes, design.stopping is not None)


def _stored_bytes(result: Any) -> int:
    """Return how many bytes a result takes when stored."""
    frames = [*result.tables().values(), *summaries_of(result).values()]
    return sum(len(parquet_bytes(frame)) for frame in frames)


def _minutes(minutes: float) -> str:
    """Return a duration in the unit people would use."""
    if minutes < 1:
        return f"{max(1, round(minutes * 60))} s"
    return f"{minutes:.0f} min" if minutes < 120 else f"{minutes / 60:.1f} h"

"""Runs of which only numbers are wanted: they are taken where a run is computed, nothing is stored, and progress is told."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass

from enforcement_sim.runs.executors import WorkerDied, run_tasks, worker_count
from enforcement_sim.runs.worker import Progress, RunOutcome


def found_for_each[Task, Found](
    work: Callable[[Task], Found], tasks: Sequence[Task], workers: int | None, progress: Progress, runs: int = 1
) -> list[Found]:
    """Compute tasks, tell how many of their runs are done, and return what is found for each, in order.

    Parameters
    ----------
    work : callable
        Importable by name, or a small object; an exception in it ends the computation.
    tasks : sequence
        One argument for each call.
    workers : int or None
        Processes; all cores for None. They end with the computation, however it ends.
    progress : Progress
        What is told.
    runs : int
        How many runs a task has.

    Examples
    --------
    >>> from enforcement_sim.runs.worker import NoProgress
    >>> found_for_each(abs, [-3, 2], workers=1, progress=NoProgress())
    [3, 2]
    """
    found: dict[int, Found] = {}
    count, began = worker_count(workers, len(tasks)), time.perf_counter()
    progress.begin(runs * len(tasks), 0, count)
    try:
        with closing(run_tasks(_Numbered(work), list(enumerate(tasks)), count)) as outcomes:
            for done, ((place, _), one) in enumerate(outcomes, 1):
                if isinstance(one, WorkerDied):
                    raise one
                found[place] = one
                seconds = (time.perf_counter() - began) / (runs * done)
                for ended in range(runs * (done - 1) + 1, runs * done + 1):
                    left = seconds * (runs * len(tasks) - ended)
                    progress.advance(RunOutcome(str(ended), {}, seconds), ended, left)
    finally:
        progress.end()
    return [found[place] for place in range(len(tasks))]


@dataclass(frozen=True)
class _Numbered[Task, Found]:
    """Calls what is wrapped with a task that has a number."""

    work: Callable[[Task], Found]

    def __call__(self, numbered: tuple[int, Task]) -> Found:
        return self.work(numbered[1])

"""Progress of a study over its worlds: a bar with the time left, or a line from time to time where there is no terminal."""

from __future__ import annotations

import time

import pandas as pd

from enforcement_sim.commands.running import ProgressBar
from enforcement_sim.runs.executors import worker_count
from enforcement_sim.runs.worker import RunOutcome
from enforcement_sim.studies.research_designs.compute import Plan, kept_rows, run_study
from enforcement_sim.studies.research_designs.study_file import Study
from enforcement_sim.studies.research_designs.study_worlds import Draw

LINES = 10
"""About so many lines say how far a study is, where no bar can be drawn."""


class StudyProgress(ProgressBar):
    """The bar of sweeps; without a terminal, a line after the first world and after each tenth of them."""

    def start(self, worlds: int, ready: int, workers: int) -> None:
        """Begin with the worlds that are kept already."""
        self.worlds, self.next_line = worlds, ready + 1
        self.begin(worlds, ready, workers)

    def advance(self, outcome: RunOutcome, done: int, seconds_left: float) -> None:
        """Update the bar, or print a line."""
        super().advance(outcome, done, seconds_left)
        if not self.console.is_terminal and (done >= self.next_line or done == self.worlds):
            left = "" if done == self.worlds else f", {about(seconds_left)} left"
            self._print(f"{done} of {self.worlds} worlds{left}")
            self.next_line = done + max(1, self.worlds // LINES)


def about(seconds: float) -> str:
    """Return a duration in round words.

    Examples
    --------
    >>> about(150), about(20)
    ('about 2 minutes', 'less than a minute')
    """
    if seconds < 60:
        return "less than a minute"
    minutes = round(seconds / 60)
    return (
        f"about {minutes} minute{'' if minutes == 1 else 's'}" if minutes < 120 else f"about {minutes / 60:.1f} hours"
    )


def run_with_progress(study: Study, plans: list[Plan], workers: int | None) -> list[pd.DataFrame]:
    """Run a study for one plan after another, with one progress bar for all of them.

    Parameters
    ----------
    study
    plans
        One for each effect, otherwise alike.
    workers
        Processes; all cores unless given.
    """
    ready = [len(kept_rows(study, plan)) for plan in plans]
    worlds = [len(plan.draws()) for plan in plans]
    bar, began, finished, found = StudyProgress(), time.perf_counter(), 0, []
    bar.start(sum(worlds), sum(ready), worker_count(workers, sum(worlds)))
    try:
        for place, plan in enumerate(plans):
            before = sum(worlds[:place]) + sum(ready[place + 1 :])

            def told(draw: Draw, _: float, failure: str | None, done: int, __: float, before: int = before) -> None:
                nonlocal finished
                finished += 1
                seconds = time.perf_counter() - began
                left = seconds / finished * (sum(worlds) - before - done)
                bar.advance(
                    RunOutcome(f"set {draw.number}, seed {draw.seed}", None, seconds, failure), before + done, left
                )

            found.append(run_study(study, plan, workers, told))
    finally:
        bar.end()
    return found

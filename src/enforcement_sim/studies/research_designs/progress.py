"""Progress of a study over its worlds: a bar with the time left, or a line from time to time where there is no terminal."""

from __future__ import annotations

import time

import pandas as pd

from enforcement_sim.commands.progress_lines import ProgressLines
from enforcement_sim.runs.executors import worker_count
from enforcement_sim.runs.worker import RunOutcome
from enforcement_sim.studies.research_designs.compute import Plan, kept_rows, run_study
from enforcement_sim.studies.research_designs.study_file import Study
from enforcement_sim.studies.research_designs.study_worlds import Draw


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
    bar, began, finished, found = ProgressLines("worlds"), time.perf_counter(), 0, []
    bar.begin(sum(worlds), sum(ready), worker_count(workers, sum(worlds)))
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

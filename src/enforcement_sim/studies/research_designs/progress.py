"""Progress of a study over its worlds: a bar with the time left, or a line from time to time where there is no terminal."""

from __future__ import annotations

import time

import pandas as pd

from enforcement_sim.commands.progress_lines import ProgressLines
from enforcement_sim.runs.executors import worker_count
from enforcement_sim.runs.worker import RunOutcome
from enforcement_sim.studies.research_designs.compute import Plan, estimated_plan, kept_rows, run_study
from enforcement_sim.studies.research_designs.study_file import Study
from enforcement_sim.studies.research_designs.study_worlds import Draw


def run_with_progress(study: Study, plans: list[Plan], workers: int | None) -> list[pd.DataFrame]:
    """Run a study for one plan (one effect) after another, with one progress bar for all of them."""
    missing = [len(plan.draws()) - len(kept_rows(study, plan)) for plan in to_estimate(study, plans)]
    total = sum(len(plan.draws()) for plan in to_estimate(study, plans))
    bar, began, finished, found = ProgressLines("worlds"), time.perf_counter(), 0, []
    bar.begin(total, total - sum(missing), worker_count(workers, total))

    def told(draw: Draw, _: float, failure: str | None, __: int, ___: float) -> None:
        nonlocal finished
        finished += 1
        seconds, left = time.perf_counter() - began, max(0, sum(missing) - finished)
        outcome = RunOutcome(f"set {draw.number}, seed {draw.seed}", None, seconds, failure)
        bar.advance(outcome, total - left, seconds / finished * left)

    try:
        for plan in plans:
            found.append(run_study(study, plan, workers, told))
    finally:
        bar.end()
    return found


def to_estimate(study: Study, plans: list[Plan]) -> list[Plan]:
    """Return the plans whose worlds are estimated for some plans, each once."""
    return list({plan.effect: plan for plan in (estimated_plan(study, one) for one in plans)}.values())

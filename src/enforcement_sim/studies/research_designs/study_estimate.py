"""How many worlds a study takes and about how long, before it is run: ``enforcement-sim study NAME --dry-run``."""

from __future__ import annotations

import time
from collections.abc import Sequence

from enforcement_sim.commands.progress_lines import about
from enforcement_sim.runs.design import design_of
from enforcement_sim.runs.estimate import estimate
from enforcement_sim.runs.executors import worker_count
from enforcement_sim.runs.run import real_runner
from enforcement_sim.studies.research_designs.compute import Plan, estimates_in, kept_rows, prepare
from enforcement_sim.studies.research_designs.study_file import Study
from enforcement_sim.studies.research_designs.study_worlds import Draw

PROBE = Draw(1, 1)


def estimate_study(study: Study, plans: Sequence[Plan], workers: int | None = None) -> str:
    """Return the size of a study as a sentence; nothing is written.

    Of imported offences one world is estimated, to measure it on this machine. Of the ledger a small run is simulated, as for
    a sweep; estimating a panel takes little beside it.

    Parameters
    ----------
    study
    plans
        One for each effect that is put in.
    workers
        Processes; all cores unless given.
    """
    for plan in plans:
        prepare(study, plan)
    worlds = sum(len(plan.draws()) for plan in plans)
    count = worker_count(workers, worlds)
    if study.of_offences:
        kept = sum(len(kept_rows(study, plan)) for plan in plans)
        missing, what = worlds - kept, "worlds of imported offences"
        seconds = _one_world(study, plans[0]) if missing else 0.0
        stored = f"{kept} estimated already" if kept else ""
    else:
        runs = 2 * worlds
        kept = sum(_panels_kept(study, plan) for plan in plans)
        missing, what = runs - kept, f"worlds, each simulated with and without the policy ({runs:,} runs)"
        seconds = _one_run(study, plans[0]) if missing else 0.0
        stored = f"{kept} panels kept" if kept else ""
    designs = len(study.designs())
    sentence = f"{worlds:,} {what}, {designs} design{'' if designs == 1 else 's'} in each"
    sentence += f", {stored}" if stored else ""
    return f"{sentence}: {about(seconds * missing / count)} with {count} worker{'' if count == 1 else 's'}"


def _one_world(study: Study, plan: Plan) -> float:
    """Return the seconds of one world: the second of two, because the first also loads libraries."""
    estimates_in(study, plan, PROBE)
    began = time.perf_counter()
    estimates_in(study, plan, PROBE)
    return time.perf_counter() - began


def _one_run(study: Study, plan: Plan) -> float:
    return estimate(design_of(plan.worlds.history(study, 1)), real_runner()).seconds_per_run


def _panels_kept(study: Study, plan: Plan) -> int:
    """Return how many of a plan's panels are kept already."""
    if study.sample.unit == "booking":
        return 0
    worlds, numbers = plan.worlds, {draw.number for draw in plan.draws()}
    scenarios = {number: (worlds.history(study, number), worlds.without(study, number)) for number in numbers}
    return sum(
        worlds.path(study, scenario, draw.seed).is_file()
        for draw in plan.draws()
        for scenario in scenarios[draw.number]
    )

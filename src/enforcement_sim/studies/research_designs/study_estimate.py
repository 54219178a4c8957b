"""How many worlds a study takes and about how long, before it is run: ``enforcement-sim study NAME --dry-run``.

What a world of a shipped study of offences costs is stored in ``world_seconds.csv``, so that the answer comes at once. Anything
else is tried first, which takes up to a minute and is said.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import pandas as pd

from enforcement_sim.commands.progress_lines import about
from enforcement_sim.runs.design import design_of
from enforcement_sim.runs.estimate import estimate
from enforcement_sim.runs.executors import available_cores, worker_count
from enforcement_sim.runs.run import real_runner
from enforcement_sim.studies.research_designs.compute import Plan, estimates_in, kept_rows, prepare
from enforcement_sim.studies.research_designs.error_rates import Repetition, estimates_of_seed, samples_of
from enforcement_sim.studies.research_designs.progress import to_estimate
from enforcement_sim.studies.research_designs.shipped_studies import load_study, shipped_names
from enforcement_sim.studies.research_designs.study_file import Study
from enforcement_sim.studies.research_designs.study_worlds import Draw

PROBE = Draw(1, 1)
SECONDS = Path(__file__).with_name("world_seconds.csv")
"""Seconds of one core, measured on a server of 2024, for a world of each shipped study of offences, and for one world of each of
the 17 settings of false positives on every record."""
WORLD, FALSE_POSITIVES = "world", "false_positives"
AS_NOW = "at the load that this machine has now"
TRYING = "trying one world first, to see how long it takes here"

Told = Callable[[str], None]


def estimate_study(study: Study, plans: Sequence[Plan], workers: int | None = None, told: Told = print) -> str:
    """Return the size of a study as a sentence; ``told`` gets a line before a world is tried, and nothing is written."""
    for plan in plans:
        prepare(study, plan)
    made = to_estimate(study, list(plans))
    worlds = sum(len(plan.draws()) for plan in made)
    if study.of_offences:
        kept = sum(len(kept_rows(study, plan)) for plan in made)
        missing, what = worlds - kept, "worlds of imported offences"
        seconds = _stored(study, WORLD) or (_one_world(study, made[0], told) if missing else 0.0)
        more = f"{kept} estimated already" if kept else ""
        tried = missing and not _stored(study, WORLD)
    else:
        runs = 2 * worlds
        kept = sum(_panels_kept(study, plan) for plan in made)
        missing, what = runs - kept, f"worlds, each simulated with and without the policy ({runs:,} runs)"
        seconds = _one_run(study, made[0], told) if missing else 0.0
        more, tried = f"{kept} panels kept" if kept else "", bool(missing)
    size = _sentence(f"{worlds:,} {what}", study, more, seconds * missing, worker_count(workers, worlds))
    return f"{size} {AS_NOW if tried else _on_free_cores()}"


def estimate_false_positives(study: Study, worlds: int, workers: int | None = None, told: Told = print) -> str:
    """Return the size of a count of false positives as a sentence; nothing is written."""
    repetition = Repetition(worlds)
    repetition.check(study)
    seconds = _stored(study, FALSE_POSITIVES) or _one_seed(study, repetition, told)
    what = f"{worlds:,} worlds of each of {len(repetition.grid)} settings"
    size = _sentence(what, study, "on every record", seconds * worlds, worker_count(workers, worlds))
    return f"{size} {_on_free_cores() if _stored(study, FALSE_POSITIVES) else AS_NOW}"


def _sentence(what: str, study: Study, more: str, seconds: float, workers: int) -> str:
    designs = len(study.designs())
    sentence = f"{what}, {designs} design{'' if designs == 1 else 's'} in each" + (f", {more}" if more else "")
    return f"{sentence}: {about(seconds / workers)} with {workers} worker{'' if workers == 1 else 's'}"


def _on_free_cores() -> str:
    """Return what a stored time holds for, with the load of this machine where its cores are not free."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    cores = available_cores()
    busy = f"; they are not free now (load {load:.0f} on {cores}), so it takes longer" if load > cores else ""
    return f"on free cores{busy}"


@cache
def _table() -> pd.DataFrame:
    return pd.read_csv(SECONDS).set_index("study")


def _stored(study: Study, what: str) -> float:
    """Return the stored seconds of a shipped study as it ships; 0 for any other."""
    shipped = study.name in shipped_names() and study == load_study(study.name)
    return float(_table()[what].get(study.name, 0.0)) if shipped else 0.0


def _one_world(study: Study, plan: Plan, told: Told) -> float:
    """Return the seconds of one world: the second of two, because the first also loads libraries."""
    told(TRYING)
    estimates_in(study, plan, PROBE)
    began = time.perf_counter()
    estimates_in(study, plan, PROBE)
    return time.perf_counter() - began


def _one_seed(study: Study, repetition: Repetition, told: Told) -> float:
    """Return the seconds of one world of every setting; samples are made before, once for all worlds."""
    told(TRYING)
    samples, began = samples_of(study), time.perf_counter()
    estimates_of_seed(study, samples, repetition, PROBE.seed)
    return time.perf_counter() - began


def _one_run(study: Study, plan: Plan, told: Told) -> float:
    told(TRYING)
    return estimate(design_of(plan.worlds.history(study, 1)), real_runner()).seconds_per_run


def _panels_kept(study: Study, plan: Plan) -> int:
    if study.sample.unit == "booking":
        return 0
    worlds, numbers = plan.worlds, {draw.number for draw in plan.draws()}
    scenarios = {number: (worlds.history(study, number), worlds.without(study, number)) for number in numbers}
    return sum(
        worlds.path(study, scenario, draw.seed).is_file()
        for draw in plan.draws()
        for scenario in scenarios[draw.number]
    )

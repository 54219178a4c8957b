"""A study on many simulated worlds: what its design finds in each, beside the true effect there.

For each set of the ensemble and each seed a world is made, with the policy and without it. The design and its variants are
estimated on the records of the first; the second is for the truth alone, which no author could see.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from enforcement_sim.errors import InputError
from enforcement_sim.runs.executors import WorkerDied, run_tasks, worker_count
from enforcement_sim.studies.research_designs.estimators import check_installed, estimate
from enforcement_sim.studies.research_designs.ice_records import as_recorded
from enforcement_sim.studies.research_designs.imported_offences import OffenceWorlds
from enforcement_sim.studies.research_designs.kept_estimates import KeptEstimates, kept_estimates
from enforcement_sim.studies.research_designs.observations import rows_of, with_outcome
from enforcement_sim.studies.research_designs.power_by_shift import in_log_points, moved, moves_exactly
from enforcement_sim.studies.research_designs.study_file import Study
from enforcement_sim.studies.research_designs.study_parts import Design
from enforcement_sim.studies.research_designs.study_worlds import Draw, Worlds
from enforcement_sim.studies.research_designs.true_effects import true_effect

SETS, REPLICATIONS = 50, 4
THIN_PANELS, THIN_BOOKINGS = 8, 1
"""One booking in this many is simulated, for panels and for designs on single bookings of few counties."""
FIRST_SEED = 1
COLUMNS = ("set", "seed", "design", "coefficient", "standard_error", "low", "high", "observations", "truth", "failure")
"""Of the table of estimates: one row a world and design."""


@dataclass(frozen=True)
class Plan:
    """How many worlds a study is run on, and of which kind.

    Attributes
    ----------
    settings : dict
        Addresses of the scenario, and ``offences.NAME`` for settings of imported offences, of a what-if world.
    effect : float
        Effect of the policy on offences that is put into the world, in log points.
    shared : bool
        Whether the worlds are those that all studies share.
    kept : Path or None
        Where panels and estimates of worlds are kept; ``folder`` unless given.
    """

    folder: Path
    sets: int = SETS
    replications: int = REPLICATIONS
    thin: int = THIN_PANELS
    settings: dict[str, Any] = field(default_factory=dict)
    effect: float = 0.0
    shared: bool = False
    kept: Path | None = None

    @property
    def worlds(self) -> Worlds:
        """How the worlds are made."""
        return Worlds(self.kept or self.folder, self.thin, self.settings, self.shared)

    def draws(self) -> list[Draw]:
        """Return the worlds: all sets with the first seed, then with the next."""
        for name, value in (("--sets", self.sets), ("--replications", self.replications), ("--thin", self.thin)):
            if value < 1:
                raise InputError(f"{value} is not a number of them", key=name, allowed="a whole number from 1")
        seeds = range(FIRST_SEED, FIRST_SEED + self.replications)
        return [Draw(number, seed) for seed in seeds for number in range(1, self.sets + 1)]


def thin_of(study: Study) -> int:
    """Return how much the worlds of a study are thinned unless somebody says otherwise."""
    return THIN_BOOKINGS if study.sample.unit == "booking" else THIN_PANELS


def kept_rows(study: Study, plan: Plan) -> dict[Draw, Rows]:
    """Return the estimates of the plan's worlds that are kept already; none for worlds of the ledger, which keep panels."""
    if not study.of_offences:
        return {}
    kept = _kept(study, estimated_plan(study, plan))
    found = {draw: kept.read(draw) for draw in plan.draws()}
    return {draw: rows for draw, rows in found.items() if rows is not None}


def estimated_plan(study: Study, plan: Plan) -> Plan:
    """Return the plan whose worlds are estimated: that without an effect, where an effect only moves the estimates.

    Examples
    --------
    >>> from enforcement_sim.studies.research_designs.shipped_studies import load_study
    >>> estimated_plan(load_study("miles-cox-2014"), Plan(Path("out"), effect=-0.02)).effect
    0.0
    """
    if plan.effect and all(moves_exactly(study, design) for design in study.designs().values()):
        return replace(plan, effect=0.0)
    return plan


def _kept(study: Study, plan: Plan) -> KeptEstimates:
    return kept_estimates(study, plan.kept or plan.folder, plan.settings, plan.effect)


Rows = list[dict[str, Any]]
Told = Callable[[Draw, float, str | None, int, float], None]
"""Told after each world: which, its seconds, its failure, how many are done, and the seconds that are left."""


def run_study(study: Study, plan: Plan, workers: int | None = None, told: Told | None = None) -> pd.DataFrame:
    """Run a study and its variants on every world of a plan.

    Parameters
    ----------
    study
        From :func:`~enforcement_sim.studies.research_designs.shipped_studies.load_study`.
    plan
        Which worlds, and where their panels are kept.
    workers
        Processes; all cores unless given.
    told
        Called after each world.

    Returns
    -------
    DataFrame
        Columns :data:`COLUMNS`, in the order of sets, seeds and designs; a design that failed in a world has no
        coefficient, and ``failure`` says why.

    Raises
    ------
    InputError
        If the study or the plan cannot be run.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from enforcement_sim.law.where import Where
    >>> from enforcement_sim.studies.research_designs.shipped_studies import load_study
    >>> study = load_study("miles-cox-2014")
    >>> two_states = study.sample.model_copy(update={"places": Where.model_validate({"states": ["DE", "MD"]})})
    >>> small = study.model_copy(update={"sample": two_states})
    >>> with TemporaryDirectory() as folder:
    ...     found = run_study(small, Plan(Path(folder), sets=1, replications=1), workers=1)
    >>> found["design"].tolist()[0], float(found["truth"].iloc[0])
    ('as published', 0.0)
    """
    prepare(study, plan)
    asked, plan = plan, estimated_plan(study, plan)
    ready = kept_rows(study, plan)
    draws = [draw for draw in plan.draws() if draw not in ready]
    began, rows = time.perf_counter(), [row for found in ready.values() for row in found]
    work = partial(estimates_in, study, plan)
    tasks = run_tasks(work, draws, worker_count(workers, len(draws))) if draws else ()
    for done, (draw, found) in enumerate(tasks, start=1):
        if isinstance(found, WorkerDied):
            found = [_blank(draw, name, "the worker process ended") for name in study.designs()]
        elif study.of_offences:
            _kept(study, plan).keep(draw, found)
        rows += found
        failure = next((str(row["failure"]) for row in found if row["failure"]), None)
        if told is not None:
            seconds = time.perf_counter() - began
            told(draw, seconds, failure, len(ready) + done, seconds / done * (len(draws) - done))
    order = {name: place for place, name in enumerate(study.designs())}
    table = pd.DataFrame(rows)
    table = table.sort_values(
        ["set", "seed", "design"], key=lambda one: one.map(order) if one.name == "design" else one
    )[[*COLUMNS, *(name for name in table.columns if name not in COLUMNS)]].reset_index(drop=True)
    return table if plan is asked else moved(table, asked.effect)


def prepare(study: Study, plan: Plan) -> None:
    """Check what can be checked before workers start, and compile the engine once."""
    check_installed(study.designs().values())
    if study.of_offences:
        OffenceWorlds(plan.settings, plan.effect).settings(1, study)
        return
    if plan.effect:
        raise InputError(
            "an effect is put into imported offences; of what is simulated the effect is the model's own",
            key="--world effect",
            allowed="a study of offences",
        )
    for number in (1, plan.sets):
        plan.worlds.without(study, number)
    from enforcement_sim.process import compile_engine

    compile_engine()


def estimates_in(study: Study, plan: Plan, draw: Draw) -> list[dict[str, Any]]:
    """Return what each design finds in one world, as rows of the table; what fails is said there."""
    try:
        made = _source_of(study)(study, plan, draw)
    except InputError:
        raise
    except Exception as error:
        return [_blank(draw, name, _said(error)) for name in study.designs()]
    return [made(name, design) for name, design in study.designs().items()]


Made = Callable[[str, Design], dict[str, Any]]


def _source_of(study: Study) -> Callable[[Study, Plan, Draw], Made]:
    """Return what makes the worlds of a study."""
    if study.of_offences:
        return _of_offences
    return _of_bookings if study.sample.unit == "booking" else _of_the_ledger


def _of_bookings(study: Study, plan: Plan, draw: Draw) -> Made:
    """Return the function that estimates a design on the stays of single bookings in one world."""
    from enforcement_sim.studies.research_designs.booking_stays import pair_of_stays, true_log_days, with_log_days

    history, without = pair_of_stays(plan.worlds, study, draw)
    rows = with_log_days(history)

    def made(name: str, design: Design) -> dict[str, Any]:
        return _row(draw, name, study, design, lambda: rows, lambda: true_log_days(history, without))

    return made


def _of_the_ledger(study: Study, plan: Plan, draw: Draw) -> Made:
    """Return the function that estimates a design on one simulated world."""
    panels = plan.worlds.pair(study, draw)
    history, without = (rows_of(one, study) for one in panels)

    @cache
    def recorded(recorder: str, extract: date | None) -> pd.DataFrame:
        design = study.design.model_copy(update={"recorder": recorder, "extract": extract})
        shown = as_recorded(panels[0], study, design)
        return history if shown is panels[0] else rows_of(shown, study)

    def made(name: str, design: Design) -> dict[str, Any]:
        def rows() -> pd.DataFrame:
            return with_outcome(recorded(design.recorder, design.extract), study.outcome.form)

        def truth() -> float:
            in_file = history["period"].isin(recorded(design.recorder, design.extract)["period"])
            return true_effect(history[in_file], without, study, design)

        return _row(draw, name, study, design, rows, truth)

    return made


def _of_offences(study: Study, plan: Plan, draw: Draw) -> Made:
    """Return the function that estimates a design on the records of one world of imported offences."""
    world = OffenceWorlds(plan.settings, plan.effect)
    settings = world.settings(draw.number, study)
    known = world.offences(study, draw)

    def made(name: str, design: Design) -> dict[str, Any]:
        def rows() -> pd.DataFrame:
            recorded = world.recorded(known, design.recorder, study, draw)
            return with_outcome(rows_of(recorded, study), study.outcome.form)

        found = _row(draw, name, study, design, rows, lambda: _put_in(study, design, plan.effect))
        return found | {f"offences.{key}": settings[key] for key in settings.values if key != "effect"}

    return made


def _put_in(study: Study, design: Design, effect: float) -> float:
    """Return the effect on offences that is put in, in the terms of a design; not a number where it is not in log points."""
    if effect == 0.0 or study.treatment.times is not None:
        return 0.0
    return effect if in_log_points(study, design) else np.nan


def _row(
    draw: Draw, name: str, study: Study, design: Design, rows: Callable[[], pd.DataFrame], truth: Callable[[], float]
) -> dict[str, Any]:
    """Return a row of the table: what a design finds in the rows of one world, and the truth."""
    try:
        found = estimate(rows(), design, study.treatment)
        return _blank(draw, name, "") | vars(found) | {"truth": truth()}
    except InputError:
        raise
    except Exception as error:  # an estimator of a library may fail on one world of many
        return _blank(draw, name, _said(error))


def _blank(draw: Draw, name: str, failure: str) -> dict[str, Any]:
    """Return a row without an estimate."""
    numbers = dict.fromkeys(COLUMNS[3:], np.nan) | {"observations": 0, "failure": failure}
    return {"set": draw.number, "seed": draw.seed, "design": name} | numbers


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".splitlines()[0]

"""Evaluations: what one set of the unknowns gives for every figure that may be fitted, kept on disk and never made twice.

An evaluation is one thinned run of history. Its file holds all figures of the bin *fit*, also those that a refit leaves
out, so that refits use the same runs again, and some headline measures by year, about which inference is checked. The
file's name is a hash of everything that reaches its content.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from enforcement_sim.results.result import Result
from enforcement_sim.runs.atomic_files import readable_json, write_atomic
from enforcement_sim.runs.provenance import canonical_json, digest, inputs_digest
from enforcement_sim.runs.run import simulate
from enforcement_sim.scenarios.load import load_scenario
from enforcement_sim.studies.calibration.unknowns import Calibration
from enforcement_sim.studies.validation.compute import simulated
from enforcement_sim.studies.validation.observation_operators import operator_of
from enforcement_sim.studies.validation.period import ObservedPeriod
from enforcement_sim.studies.validation.place_operators import BY_287G, GONE
from enforcement_sim.studies.validation.targets import Scope, Target, load_targets

FITTED = "fit"
HEADLINE_YEARS = range(2008, 2013)
"""Fiscal years of the headline measures."""
SEPTEMBER, OCTOBER, LAST_OF_SEPTEMBER = 9, 10, 30

Evaluation = Callable[[Calibration, Sequence[float]], "Evaluated"]


@dataclass(frozen=True)
class Evaluated:
    """One set of the unknowns, as standard normal deviates, and what its run gave.

    ``figures`` holds the simulated values that there are by name; ``headlines`` detainers, removals and people whom 287(g)
    identified in each fiscal year.
    """

    deviates: tuple[float, ...]
    figures: Mapping[str, float]
    headlines: Mapping[str, float] = field(default_factory=dict)


def fitted_targets(calibration: Calibration) -> list[Target]:
    """Return the figures that may be used: of the bin *fit*, one of each family, expressible and not left out."""
    left_out = calibration.settings.left_out
    return [
        target
        for target in load_targets().counted(FITTED)
        if operator_of(target) is not None and target.id not in left_out and not target.ceiling
    ]


def evaluate(calibration: Calibration, deviates: Sequence[float]) -> Evaluated:
    """Run history with one set of the unknowns and return what it says about each figure."""
    settings = calibration.settings
    scenario = (
        load_scenario(settings.scenario)
        .with_(
            **{
                "ensemble": 0,
                "period.start": settings.period.start.isoformat(),
                "period.end": settings.period.end.isoformat(),
                "thin": settings.thin,
            }
        )
        .throughout(calibration.parameters(deviates))
    )
    result = simulate(scenario, seed=settings.seed)
    figures = {}
    for target in fitted_targets(calibration):
        found = simulated(target, [result])
        if found.values and math.isfinite(found.values[0]):
            figures[target.id] = found.values[0]
    return Evaluated(tuple(float(one) for one in deviates), figures, headlines_of(result))


def headlines_of(result: Result) -> dict[str, float]:
    """Return detainers, removals (with returns) and people identified by 287(g) by fiscal year, of a national run."""
    found = {}
    for year in HEADLINE_YEARS:
        window = date(year - 1, OCTOBER, 1), date(year, SEPTEMBER, LAST_OF_SEPTEMBER)
        period = ObservedPeriod(result, *window, Scope("nation"))
        found[f"detainers_{year}"] = float(period.count("detainer_issued"))
        found[f"removals_{year}"] = float(sum(period.count(event) for event in GONE))
        found[f"identified_287g_{year}"] = float(sum(period.count_any("identified", by) for by in BY_287G))
    return found


def evaluate_all(
    calibration: Calibration,
    folder: Path,
    executor: Executor,
    engine_version: str,
    deviates: np.ndarray,
    evaluation: Evaluation = evaluate,
) -> list[Evaluated]:
    """Return the evaluations of many sets in their order; those that the folder has are read, the others made.

    Parameters
    ----------
    deviates
        Shape (sets, unknowns).
    """
    paths = [_path(folder, calibration, engine_version, row) for row in deviates]
    folder.mkdir(parents=True, exist_ok=True)
    futures = [
        executor.submit(_make, evaluation, calibration, row, path)
        for row, path in zip(deviates, paths, strict=True)
        if not path.exists()
    ]
    try:
        for future in futures:
            future.result()
    except BaseException:
        for future in futures:
            future.cancel()
        raise
    return [_read(path) for path in paths]


def _make(evaluation: Evaluation, calibration: Calibration, deviates: np.ndarray, path: Path) -> None:
    found = evaluation(calibration, [float(one) for one in deviates])
    plain = {
        "deviates": list(found.deviates),
        "figures": dict(found.figures),
        "headlines": dict(found.headlines),
    }
    write_atomic(path, readable_json(plain))


def _read(path: Path) -> Evaluated:
    plain = json.loads(path.read_bytes())
    return Evaluated(tuple(plain["deviates"]), plain["figures"], plain["headlines"])


def _path(folder: Path, calibration: Calibration, engine_version: str, deviates: np.ndarray) -> Path:
    settings = calibration.settings
    made_from: dict[str, Any] = {
        "engine": engine_version,
        "inputs": inputs_digest(),
        "figures": _figures_digest(),
        "parameters": calibration.parameters(deviates),
        "period": [settings.period.start.isoformat(), settings.period.end.isoformat()],
        "thin": settings.thin,
        "seed": settings.seed,
        "scenario": settings.scenario,
        "left_out": list(settings.left_out),
    }
    return folder / f"{digest(canonical_json(made_from))[:16]}.json"


@cache
def _figures_digest() -> str:
    folder = files("enforcement_sim.studies.validation")
    return digest(canonical_json({name: digest(folder.joinpath(name).read_bytes()) for name in FIGURES_FROM}))


FIGURES_FROM = (
    "arrest_ratios.py",
    "compute.py",
    "external_constants.py",
    "external_constants.yaml",
    "observation_operators.py",
    "period.py",
    "place_operators.py",
    "stay_lengths.py",
    "targets.py",
    "targets.yaml",
)
"""Files of validation that reach a fitted figure."""

"""A calibration with few unknowns and a stand-in for the run of the nation, whose answers are known."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np

from enforcement_sim.studies.calibration.evaluations import Evaluated, fitted_targets
from enforcement_sim.studies.calibration.observed import figure_of
from enforcement_sim.studies.calibration.unknowns import Calibration, load_calibration
from enforcement_sim.studies.validation.targets import Target

UNKNOWNS, FIGURES = 5, 12


@cache
def small() -> Calibration:
    """Return the shipped calibration with its first unknowns only."""
    shipped = load_calibration()
    return shipped.model_copy(update={"unknowns": dict(list(shipped.unknowns.items())[:UNKNOWNS])})


@cache
def targets() -> tuple[Target, ...]:
    return tuple(fitted_targets(load_calibration())[:FIGURES])


def stand_in(calibration: Calibration, deviates: Sequence[float]) -> Evaluated:
    """Return figures that are a known, slightly curved function of the unknowns, with some noise of the run's own."""
    rng = np.random.default_rng(7)
    z = np.asarray(deviates, float)
    noise = np.random.default_rng(np.asarray(deviates, float).view(np.uint64))
    figures = {}
    for target in targets():
        line, curve = 0.25 * rng.standard_normal(z.size), 0.05 * rng.standard_normal(z.size)
        figure = figure_of(target)
        scaled = figure.published + float(line @ z + curve @ (z**2 - 1.0)) + 0.02 * noise.standard_normal()
        figures[target.id] = float(figure.unscaled(np.array(scaled)))
    return Evaluated(tuple(deviates), figures, {"all": float(np.exp(8.0 + 0.3 * z.sum()))})

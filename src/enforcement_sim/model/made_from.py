"""What a model is made from: a scenario with settings, and a seed, each checked before anything is built."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from os import PathLike
from typing import Any, Literal

import numpy as np

from enforcement_sim.errors import InputError, shown
from enforcement_sim.scenarios.file_format import check_seed
from enforcement_sim.scenarios.load import as_scenario
from enforcement_sim.scenarios.plan import LARGEST_SEED
from enforcement_sim.scenarios.schema import Scenario

__all__ = ["SCENARIO", "Seed", "scenario_of", "seed_of"]

Seed = int | None | Literal["scenario"]
SCENARIO: Literal["scenario"] = "scenario"
"""The seed that the scenario names."""


def scenario_of(scenario: Scenario | str | PathLike[str], settings: Mapping[str, Any]) -> Scenario:
    """Return the scenario of one world.

    Raises
    ------
    InputError
        If it cannot be read, or a setting is not possible.
    ValueError
        If it has a sweep or a design.
    """
    if not isinstance(scenario, (Scenario, str, PathLike)):
        allowed = "a Scenario, a name or a path; mesa.batch_run takes a Scenario apart unless it stands in a list"
        raise InputError(f"found {shown(scenario)}", key="scenario", allowed=allowed)
    scenario = as_scenario(scenario)
    if settings:
        scenario = scenario.with_(**settings)
    if scenario.sweep or scenario.design is not None:
        raise ValueError("a model is one world: take one of scenario.points(), or scenario.without_design")
    return scenario


def seed_of(scenario: Scenario, seed: Seed, rng: Seed) -> int:
    """Return the seed that was given under either name, the scenario's own, or a new one for None.

    Raises
    ------
    InputError
        If both were given, or the seed is not possible.
    """
    if SCENARIO not in (seed, rng):
        raise InputError("give seed or rng, not both", key="rng")
    chosen = rng if seed == SCENARIO else seed
    if chosen is None:
        return secrets.randbelow(LARGEST_SEED + 1)
    if chosen == SCENARIO:
        return scenario.seed
    return check_seed(int(chosen) if isinstance(chosen, np.integer) else chosen)

"""One run: a pure function, and the name it gives its result.

The same resolved scenario, seed and engine give the same result wherever and whenever they are computed; nothing here
reads the clock, a file in the working directory, or anything left over from another run. The run's name says exactly
that: it is a hash of what reaches the engine and of nothing else, so a new title or another order of keys leaves it
alone and a changed parameter does not.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from math import prod
from os import PathLike
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from enforcement_sim.no_effect import NoEffect
    from enforcement_sim.results.result import Result
    from enforcement_sim.scenarios.schema import Scenario

WORDS = ("name", "title", "asks")
"""Parts of a scenario that are for readers only."""

DESIGN = ("replications", "seed", "sweep", "design")
"""Parts of a scenario that say which runs there are, not what happens in one."""

ID_LENGTH = 16
"""Hexadecimal digits kept of a run's hash: 64 bits, so a clash among a million runs has odds of one in 37 million."""


def run(scenario: Scenario | str | PathLike[str], seed: int | None = None) -> Result:
    """Simulate one scenario once.

    Parameters
    ----------
    scenario : Scenario, str or path
        A scenario, the name of a shipped one, or the path of a scenario file. Its ``sweep`` or ``design`` is left
        aside: what runs is the scenario as it stands.
    seed : int, optional
        The seed of this run; without one, the scenario's own.

    Returns
    -------
    Result
        What was counted. Equal arguments give equal results, number for number.

    Raises
    ------
    InputError
        If the scenario cannot be read.

    Warns
    -----
    NoEffectWarning
        If a change of the scenario does nothing.

    Examples
    --------
    >>> from enforcement_sim import load_scenario, run
    >>> scenario = load_scenario("baseline").with_(**{
    ...     "scope": {"counties": ["10001"]}, "period.start": "2012-01-01", "period.end": "2012-01-31"})
    >>> run(scenario, seed=3).funnel().equals(run(scenario, seed=3).funnel())
    True
    """
    from enforcement_sim.no_effect import warn
    from enforcement_sim.scenarios.load import as_scenario

    scenario = as_scenario(scenario)
    warn(idle_parts(scenario))
    return simulate(scenario, scenario.seed if seed is None else int(seed))


def idle_parts(scenario: Scenario) -> tuple[NoEffect, ...]:
    """Return what of a scenario does nothing as it stands, nor at any setting of its sweep or design."""
    from enforcement_sim.no_effect import MOST_WORLDS, without_effect
    from enforcement_sim.runs.worlds import worlds_of

    if prod(map(len, scenario.sweep.values())) > MOST_WORLDS:
        return ()  # to make the points takes longer than a run
    points, draws, _ = worlds_of(scenario)
    worlds = [({}, scenario.without_design), *((point.settings, point.scenario) for point in points)]
    return without_effect(worlds, alike=False, drawn=tuple(draws[0]) if draws else ())


def simulate(scenario: Scenario, seed: int) -> Result:
    """Simulate one scenario once, whatever of it does nothing: what sweeps and workers call."""
    from enforcement_sim.model import EnforcementModel

    return EnforcementModel(scenario.without_design, int(seed), collect=False).run(keep_people=False)


def canonical(scenario: Scenario) -> dict[str, Any]:
    """Return the part of a resolved scenario that reaches the engine.

    Words for readers and the choice of runs are left out. Changes become a list, because of two that overlap the later
    one wins, and a mapping's order would be lost when its keys are sorted for hashing.
    """
    return canonical_of(scenario.resolved())


def canonical_of(resolved: Mapping[str, Any]) -> dict[str, Any]:
    """Return :func:`canonical` of a scenario that is given as resolved, such as a manifest has it."""
    kept = {key: value for key, value in resolved.items() if key not in WORDS + DESIGN}
    changes = kept.get("changes")
    if isinstance(changes, Mapping):
        kept["changes"] = [{"name": name, **change} for name, change in changes.items()]
    return kept


def with_words(stored: dict[str, Any], described: dict[str, Any]) -> dict[str, Any]:
    """Return what :func:`canonical` made in the form of a resolved scenario again, with another's words and seeds."""
    resolved = {key: described[key] for key in (*WORDS, "replications", "seed") if key in described} | stored
    if isinstance(stored.get("changes"), list):
        resolved["changes"] = {
            change["name"]: {key: value for key, value in change.items() if key != "name"}
            for change in stored["changes"]
        }
    return resolved


def canonical_json(value: Any) -> str:
    """Return JSON with one spelling only: keys sorted, no spaces, no number outside the standard."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def digest(text: str | bytes) -> str:
    """Return the SHA-256 of a text or of bytes, in hexadecimal."""
    return hashlib.sha256(text.encode() if isinstance(text, str) else text).hexdigest()


def run_id(scenario: Scenario, seed: int, engine_version: str) -> str:
    """Return the name of a run: a hash of what produced it.

    Parameters
    ----------
    scenario : Scenario
        Hashed as resolved, without name, title, question, replications, seed, sweep and design.
    seed : int
        The seed of this run.
    engine_version : str
        The hash of the engine's sources (``custody.engine_version()``).

    Returns
    -------
    str
        Sixteen hexadecimal digits.
    """
    return run_id_of(canonical(scenario), seed, engine_version)


def run_id_of(made_from: Mapping[str, Any], seed: int, engine_version: str) -> str:
    """Return the name of a run whose scenario is given in the form of :func:`canonical`."""
    produced_by = {"scenario": made_from, "seed": int(seed), "engine_version": engine_version}
    return digest(canonical_json(produced_by))[:ID_LENGTH]

"""One run: a pure function of a resolved scenario, a seed and the engine.

A run does not read the clock, files of the working directory, or the state of earlier runs. A :class:`Runner` is a way to
compute runs. Sweeps, resumption and comparison take one as a parameter, so they can be tested with a small substitute for
the engine.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import prod
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from enforcement_sim.runs.provenance import environment, inputs_digest
from enforcement_sim.runs.sampling import points_of

if TYPE_CHECKING:
    import pandas as pd

    from enforcement_sim.no_effect import NoEffect
    from enforcement_sim.results.result import Result
    from enforcement_sim.scenarios.schema import Scenario


@dataclass(frozen=True)
class Runner:
    """A way to compute runs.

    Attributes
    ----------
    run : callable
        Pure function: scenario and seed -> result. Importable by name, because worker processes load it by name.
    version : str
        Hash of the sources of the engine.
    inputs : str
        Digest of all other inputs from the package that affect a result.
    restore : callable, optional
        Tables and meta -> result; ``Result.from_tables`` by default.
    prepare : callable, optional
        Called once before workers start.
    environment : callable, optional
        Versions and platform that affect a result, importable by name; they must be the same on every worker.
    """

    run: Callable[[Any, int], Result]
    version: str
    inputs: str
    restore: Callable[[dict[str, pd.DataFrame], dict[str, Any]], Result] | None = None
    prepare: Callable[[], object] | None = None
    environment: Callable[[], Mapping[str, Any]] | None = None


def real_runner() -> Runner:
    """Return the engine of the package; it is compiled once before several workers start."""
    from enforcement_sim.process import engine_version

    return Runner(simulate, engine_version(), inputs_digest(), prepare=_compile, environment=environment)


def _compile() -> None:
    from enforcement_sim.runs.shared_bookings import compile_whole_engine  # takes a second to import

    compile_whole_engine()


def run(scenario: Scenario | str | PathLike[str], seed: int | None = None) -> Result:
    """Simulate one scenario once.

    Parameters
    ----------
    scenario : Scenario, str or path
        A scenario, the name of a shipped one, or the path of a scenario file. Its ``sweep`` or ``design`` is ignored.
    seed : int, optional
        The seed of this run; that of the scenario by default.

    Returns
    -------
    Result
        The counts of the run. Equal arguments give equal results.

    Raises
    ------
    InputError
        If the scenario cannot be read.

    Warns
    -----
    NoEffectWarning
        If a change of the scenario has no effect.

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

    end_if_starting()
    scenario = as_scenario(scenario)
    warn(scenario_without_effect(scenario))
    return simulate(scenario, scenario.seed if seed is None else int(seed))


def end_if_starting() -> None:
    """End a worker process that imports a script which calls this without a main guard.

    A worker imports the script that started it. Without ``if __name__ == "__main__":`` it would begin all runs of the script
    again. It ends without a word, because the script itself then reports the missing guard, once.
    """
    if getattr(multiprocessing.current_process(), "_inheriting", False):
        raise SystemExit(1)


def scenario_without_effect(scenario: Scenario) -> tuple[NoEffect, ...]:
    """Return the parts of a scenario without effect, alone and at every setting of its sweep or design."""
    from enforcement_sim.no_effect import MOST_POINTS, without_effect

    if prod(map(len, scenario.sweep.values())) > MOST_POINTS:
        return ()  # creating the points would take longer than a run
    points, draws, _ = points_of(scenario)
    return without_effect([({}, scenario.without_design), *points], same=False, drawn=tuple(draws[0]) if draws else ())


def simulate(scenario: Scenario, seed: int) -> Result:
    """Simulate one scenario once, without the check for changes without effect; used by sweeps and workers."""
    from enforcement_sim.model import EnforcementModel

    return EnforcementModel(scenario.without_design, int(seed), collect=False).run(keep_people=False)


@dataclass(frozen=True)
class FromSharedHistory:
    """What computes a run as :func:`simulate` does, from the history of an earlier run where it can.

    Attributes
    ----------
    folder : Path
        Where the states are kept; importable by name and small, for worker processes.
    """

    folder: Path

    def __call__(self, scenario: Scenario, seed: int) -> Result:
        """Return the result of a run."""
        from enforcement_sim.runs.shared_history import ContinuedModel, HistoryStore

        return ContinuedModel(scenario.without_design, int(seed), HistoryStore(self.folder)).run(keep_people=False)

"""A few scenarios under several sets of parameters and several seeds, so that two kinds of doubt can be told apart.

Chance is the spread over seeds, the sets of parameters taken as they are. Doubt about the parameters is the spread over sets
of the ensemble: each set fits what was published, and which is true is not known. An interval over both is never
narrower than one over seeds alone.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from enforcement_sim.parameters.ensemble import load_ensemble
from enforcement_sim.results.intervals import Difference, difference_between, level_of, within
from enforcement_sim.runs.design import Design, DesignPoint, Sample, seeds_of
from enforcement_sim.runs.pairing_words import ENOUGH_DRAWS
from enforcement_sim.runs.run import FromSharedHistory, Runner, real_runner
from enforcement_sim.runs.states_folder import states_folder
from enforcement_sim.runs.sweep import run_design
from enforcement_sim.runs.sweep_result import Measure
from enforcement_sim.runs.worker import Progress
from enforcement_sim.scenarios.schema import Scenario
from enforcement_sim.tables.amounts import Written, ends_in_words

SETTING = "policy"
"""Address under which the scenarios are told apart."""
A_SEED, A_SET = "draws of chance", "choices of the uncertain numbers"
"""What seeds and sets are, where they are first named."""


@dataclass(frozen=True)
class UnderDoubt:
    """Scenarios that were run under the same sets and seeds.

    Attributes
    ----------
    samples : dict
        Name -> the measures of its runs; the first is the reference.
    sets : int
        How many sets of the ensemble, from the first.
    seeds : tuple of int
    engine : str
        Hash of the engine's sources.
    """

    samples: Mapping[str, Sample]
    sets: int
    seeds: tuple[int, ...]
    engine: str

    def __repr__(self) -> str:
        """Return the scenarios and the size in one line."""
        return f"UnderDoubt({', '.join(self.samples)}: {self.sets} sets x {len(self.seeds)} seeds = {self.runs} runs)"

    @property
    def reference(self) -> str:
        """Name of the first scenario."""
        return next(iter(self.samples))

    @property
    def runs(self) -> int:
        """Number of runs of all scenarios."""
        return sum(len(sample.measures) for sample in self.samples.values())

    def level(self, name: str, measure: str) -> Difference:
        """Return a measure under one scenario, with both intervals; no count lies below zero."""
        found = level_of(self.samples[name].values(measure), least=0.0)
        return replace(found, chance_low=within(found.chance_low, 0.0, math.inf))

    def difference(self, name: str, measure: str) -> Difference:
        """Return how a measure differs from the reference, run by run under the same set and seed."""
        return difference_between(self.samples[self.reference].values(measure), self.samples[name].values(measure))

    @property
    def to_quote(self) -> str:
        """Which of the two intervals to quote, as a sentence.

        Examples
        --------
        >>> UnderDoubt({}, 6, (1, 2, 3, 4), "").to_quote
        'Quote the wider one, over seeds and sets: the other takes the uncertain numbers as if they were known.'
        """
        if self.sets > 1:
            return (
                "Quote the wider one, over seeds and sets: the other takes the uncertain numbers as if they were known."
            )
        if len(self.seeds) > 1:
            return "With one set both are the same: ask for more sets (--sets 5), and quote the wider one."
        return "One run has no interval to quote: ask for more seeds and sets (--replications 4 --sets 5)."

    @property
    def method(self) -> str:
        """What the two intervals are, as sentences.

        Examples
        --------
        >>> UnderDoubt({}, 6, (1, 2, 3, 4), "").method.partition(":")[0]
        'Two intervals, both 95%'
        """
        middle = "the middle 95%" if self.sets >= ENOUGH_DRAWS else "the whole range"
        over = f"{len(self.seeds)} seeds (Student's t), the parameters taken as they are"
        sets = (
            f"{middle} of {self.sets} sets of parameters, widened by the interval over seeds"
            if self.sets > 1
            else "one set of parameters, so the same as over seeds"
        )
        return (
            f"Two intervals, both 95%: over seeds, {over}; over seeds and sets, {sets}. Every set fits what was "
            "published, and nobody knows which is true. Neither interval holds what the model leaves out."
        )


def under_doubt(
    scenarios: Mapping[str, Scenario],
    sets: int,
    replications: int,
    workers: int | None = None,
    progress: Progress | None = None,
    measured: Measure | None = None,
    runner: Runner | None = None,
) -> UnderDoubt:
    """Run scenarios of the same period and places under the first sets of the ensemble, each under the same seeds.

    Parameters
    ----------
    scenarios
        Name -> scenario; the first is the reference.
    sets, replications
        How many sets, and how many seeds of each.
    workers
        Processes; all cores by default.
    progress
        See :func:`~enforcement_sim.runs.sweep.sweep`.
    measured
        A function from a run to numbers by name; the named measures of every comparison by default.
    runner
        What computes the runs; the package's own unless given.

    Raises
    ------
    InputError
        If there are not so many sets, or no replication.

    Examples
    --------
    >>> from enforcement_sim import load_scenario
    >>> history = load_scenario("baseline").with_(**{"scope": {"counties": ["10003"]}, "start.warm_days": 0,
    ...     "period.start": "2012-01-01", "period.end": "2012-01-31"})
    >>> found = under_doubt({"history": history}, sets=2, replications=2, workers=1)
    >>> found.runs, found.level("history", "booked").draws
    (4, 2)
    """
    seeds = seeds_of(next(iter(scenarios.values())).seed, replications)
    points = tuple(DesignPoint({SETTING: name}, scenario) for name, scenario in scenarios.items())
    draws = tuple(member.parameters for member in load_ensemble(sets))
    # One scenario under every set, then the next: each goes on from the days before the first counted one, which the first
    # of them has simulated meanwhile.
    cells = tuple((draw, point) for point in range(len(points)) for draw in range(len(draws)))
    design = Design("under-doubt", points, seeds, points[0].scenario.resolved(), draws, cells)
    with TemporaryDirectory() as folder, states_folder() as histories:
        chosen = runner or real_runner()
        if runner is None and len(points) > 1:
            chosen = replace(chosen, run=FromSharedHistory(histories))
        swept = run_design(design, Path(folder), chosen, workers, progress)
        if swept.failures:
            raise RuntimeError(next(iter(swept.failures.values())))
        samples = {name: swept.sample(place, measured) for place, name in enumerate(scenarios)}
        return UnderDoubt(samples, sets, seeds, str(swept.manifest["engine_version"]))


def over_seeds(found: Difference, written: Written) -> str:
    """Return the interval over seeds alone in words."""
    return ends_in_words(found.chance_low, found.chance_high, written)


def over_both(found: Difference, written: Written) -> str:
    """Return the interval over seeds and sets in words."""
    return ends_in_words(found.low, found.high, written)

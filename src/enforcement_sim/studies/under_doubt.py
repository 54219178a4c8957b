"""A few scenarios under several sets of parameters and several seeds, so that two kinds of doubt can be told apart.

Chance is the spread over seeds of the mean over the sets of parameters. Doubt about the parameters is the spread over sets
of the ensemble: each set fits what was published, and which is true is not known. An interval over both is never
narrower than one over seeds alone.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from enforcement_sim.parameters.ensemble import load_ensemble
from enforcement_sim.results.intervals import Branch, Difference, difference_between, level_of, within
from enforcement_sim.results.measures import measures_of
from enforcement_sim.results.questions import Questions
from enforcement_sim.results.result import Result
from enforcement_sim.runs.design import Sample, seeds_of
from enforcement_sim.runs.executors import worker_count
from enforcement_sim.runs.pairing_words import ENOUGH_DRAWS
from enforcement_sim.runs.run import FromSharedHistory, simulate
from enforcement_sim.runs.states_folder import states_folder
from enforcement_sim.runs.sweep_result import Measure
from enforcement_sim.runs.worker import NoProgress, Progress
from enforcement_sim.scenarios.schema import Scenario
from enforcement_sim.studies.told_runs import found_for_each
from enforcement_sim.tables.amounts import Written, ends_in_words

SETTING = "policy"
"""Address under which the scenarios are told apart."""
A_SEED, A_SET = "draws of chance", "choices of the uncertain numbers"
"""What seeds and sets are, where they are first named."""
MONTH = "month:"
"""What begins the name of a count of one month."""
FOR_A_MEMO = 20
"""So many sets are asked for before a number is quoted."""


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

    def change_in(self, name: str, event: str, months: Collection[str]) -> Difference:
        """Return how the people of some months differ from the reference; see :func:`month_counts`."""
        reference, other = (
            {key: sum(run[f"{MONTH}{month}:{event}"] for month in months) for key, run in sample.measures.items()}
            for sample in (self.samples[self.reference], self.samples[name])
        )
        return difference_between(reference, other)

    @property
    def spread(self) -> str:
        """What the interval over seeds and sets is, in words.

        Examples
        --------
        >>> UnderDoubt({}, 12, (1, 2), "").spread, UnderDoubt({}, 40, (1, 2), "").spread
        ('the range over 12 sets of parameters', 'the middle 95% of 40 sets of parameters')
        """
        if self.sets >= ENOUGH_DRAWS:
            return f"the middle 95% of {self.sets} sets of parameters"
        return f"the range over {counted(self.sets, 'set')} of parameters"

    def to_quote(self, takes: str = "") -> str:
        """Return whether an interval can be quoted, and which, as sentences.

        Parameters
        ----------
        takes
            How long enough sets take, in words, where it is known.

        Examples
        --------
        >>> UnderDoubt({}, 12, (1, 2), "").to_quote("about 4 minutes").partition(". ")[0]
        'A first look: do not quote it'
        >>> UnderDoubt({}, 20, (1, 2), "").to_quote().partition(".")[0]
        'Quote the number with this range'
        """
        first_look = (
            f"A first look: do not quote it. A number to quote needs {FOR_A_MEMO} sets{f', {takes}' if takes else ''}."
        )
        if self.sets == 1:
            nothing = (
                "One run has no interval" if len(self.seeds) == 1 else "One set tells nothing of the uncertain numbers"
            )
            return f"{first_look} {nothing}."
        inside = (self.sets - 1) / (self.sets + 1)
        held = f"One more set would give a number inside this range about {100 * inside:.0f} times in 100."
        if self.sets < FOR_A_MEMO:
            return f"{first_look} {held}"
        every = len(load_ensemble())
        known = f"It rests on {self.sets} of the {every} sets that fit what was published"
        if self.sets >= ENOUGH_DRAWS:
            return f"Quote the number with this interval. {known}."
        return f"Quote the number with this range. {held} {known}; all {every} only take longer."

    @property
    def method(self) -> str:
        """What the two intervals are, as sentences.

        Examples
        --------
        >>> UnderDoubt({}, 6, (1, 2, 3, 4), "").method.partition(".")[0]
        'A seed is one draw of chance, and the same seed gives history and policy the same people'
        """
        seeds = "A seed is one draw of chance, and the same seed gives history and policy the same people."
        sets = "A set is one choice of the uncertain numbers. Every set fits what was published, and nobody knows which is true."
        chance = (
            f"The interval over seeds is for the mean over the sets, 95% by Student's t, the usual interval for few values, from "
            f"{counted(len(self.seeds), 'seed')}."
        )
        both = f"The interval over seeds and sets is {self.spread}, widened by the interval over seeds."
        if self.sets == 1:
            both = "With one set the interval over seeds and sets is the same."
        if len(self.seeds) == 1:
            chance = "One seed gives no interval over seeds."
            both = both.replace(", widened by the interval over seeds", "")
        return f"{seeds} {sets} {chance} {both} Neither interval holds what the model leaves out."


def month_counts(result: Questions, events: Sequence[str]) -> dict[str, float]:
    """Return how many people met each event in each month of a run: ``month:2010-10:removed``."""
    found = result.count(events, by=("month", "event"))
    return {f"{MONTH}{row['month']:%Y-%m}:{row['event']}": float(row["count"]) for row in found.to_dict("records")}


def counted(number: int, what: str) -> str:
    """Return a number of things in words.

    Examples
    --------
    >>> counted(1, "seed"), counted(12, "set")
    ('1 seed', '12 sets')
    """
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def under_doubt(
    scenarios: Mapping[str, Scenario],
    sets: int,
    replications: int,
    workers: int | None = None,
    progress: Progress | None = None,
    measured: Measure | None = None,
    added: Measure | None = None,
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
        A function from a run to numbers by name, importable by name; the named measures of every comparison by default.
    added
        A function from a run to further numbers beside these.

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
    from enforcement_sim.process import compile_engine, engine_version

    seeds = seeds_of(next(iter(scenarios.values())).seed, replications)
    draws = [member.parameters for member in load_ensemble(sets)]
    under_sets = {name: [scenario.throughout(draw) for draw in draws] for name, scenario in scenarios.items()}
    # Seed by seed, one scenario under every set, then the next: each goes on from the days before the first counted one,
    # which the first of them has simulated meanwhile, and few of these histories are kept at a time.
    keys = [(name, Branch(draw, seed)) for seed in seeds for name in scenarios for draw in range(sets)]
    tasks = [(under_sets[name][branch.draw], branch.seed) for name, branch in keys]
    if worker_count(workers, len(tasks)) > 1:
        compile_engine()  # once, before several workers would
    with states_folder() as histories:
        run = FromSharedHistory(histories) if len(scenarios) > 1 else simulate
        numbers = found_for_each(_Numbers(run, measured, added), tasks, workers, progress or NoProgress())
    found = dict(zip(keys, numbers, strict=True))
    branches = [Branch(draw, seed) for draw in range(sets) for seed in seeds]
    samples = {
        name: Sample({SETTING: name}, {branch: found[name, branch] for branch in branches}) for name in scenarios
    }
    return UnderDoubt(samples, sets, seeds, engine_version())


@dataclass(frozen=True)
class _Numbers:
    """Runs a scenario under a seed, and returns the numbers that are wanted of the run."""

    run: Callable[[Scenario, int], Result]
    measured: Measure | None
    added: Measure | None

    def __call__(self, task: tuple[Scenario, int]) -> dict[str, float]:
        result = self.run(*task)
        found = dict(measures_of(result) if self.measured is None else self.measured(result))
        return found if self.added is None else {**found, **self.added(result)}


def over_seeds(found: Difference, written: Written) -> str:
    """Return the interval over seeds alone in words."""
    return ends_in_words(found.chance_low, found.chance_high, written)


def over_both(found: Difference, written: Written) -> str:
    """Return the interval over seeds and sets in words."""
    return ends_in_words(found.low, found.high, written)

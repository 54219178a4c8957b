"""Transitions: the outcomes of the same bookings under two scenarios, and the first decision that differs.

Both scenarios are run on the same synthetic people with every event recorded; a booking that was followed in either is
looked up in both. Where its events differ, both are run again and record the decisions about those bookings alone. The
result contains counts only: how many bookings that ended one way under A ended another way under B, by profile, and by
which decision or capacity they first differ.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from os import PathLike
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from enforcement_sim.codes import OFFENCES, PRIOR_RECORDS, STATUS_GROUPS
from enforcement_sim.errors import InputError
from enforcement_sim.law.rules import load_rulebook
from enforcement_sim.place_labels import alone_in_words, places_in_words
from enforcement_sim.process.decisions import CAUSES
from enforcement_sim.process.histories import OUTCOMES, History, outcome_of
from enforcement_sim.results.intervals import difference_of, within
from enforcement_sim.runs.compare import MUST_BE_ALIKE
from enforcement_sim.runs.design import seeds_of
from enforcement_sim.runs.divergence import divergence_of
from enforcement_sim.runs.executors import WorkerDied, run_tasks, worker_count
from enforcement_sim.runs.manifest import changed_settings
from enforcement_sim.runs.provenance import canonical
from enforcement_sim.runs.recorded_runs import check_recordable, in_period, record_events, same_events

if TYPE_CHECKING:
    import pandas as pd

    from enforcement_sim.scenarios.schema import Scenario


EVERYONE = "everyone"
CHANGES = ("fate", "path", "hours")
"""What differs between two histories: the outcome; the events on the way to the same outcome; only their hours."""
INTERVAL = ("mean", "low", "high", "runs")
DIFFERENCE = ("mean", "difference", "low", "high", "runs", "verdict")
DIMENSIONS = (EVERYONE, "offence", "prior_record", "status_group")
"""By what bookings are counted: all of them together, and by their profile."""


class OutcomeCell(NamedTuple):
    """A cell of the table of outcomes."""

    dimension: str
    category: str
    fate_a: str
    fate_b: str


class DivergenceCell(NamedTuple):
    """A cell of the table of divergences."""

    cause: str
    change: str
    event_a: str
    event_b: str
    rule_a: str
    rule_b: str


@dataclass(frozen=True)
class TransitionCounts:
    """What was counted under one seed."""

    seed: int
    outcomes: Mapping[OutcomeCell, int]
    divergences: Mapping[DivergenceCell, int]


@dataclass(frozen=True)
class Transitions:
    """What became of the same bookings under A and B, counted over seeds.

    Attributes
    ----------
    a, b : Scenario
        As they were run.
    seeds : tuple of int
    counts : tuple of TransitionCounts
        One a seed, in order.
    changed : tuple of str
        In which settings B differs from A, a line each.
    engine_version : str
    """

    a: Scenario
    b: Scenario
    seeds: tuple[int, ...]
    counts: tuple[TransitionCounts, ...]
    changed: tuple[str, ...]
    engine_version: str

    def outcomes(self) -> pd.DataFrame:
        """Return how many bookings that ended one way under A ended which way under B.

        Returns
        -------
        DataFrame
            ``dimension`` (``everyone``, ``offence``, ``prior_record``, ``status_group``), ``category``, ``fate_a``,
            ``fate_b`` (of ``process.histories.OUTCOMES``), and ``mean``, ``low``, ``high`` (95% interval for the mean over
            seeds, missing for one seed) and ``runs``. Bookings of the counted period that were followed in at least one
            of the worlds; multiplied back where the scenarios are thinned.
        """
        return self._means("outcomes", OutcomeCell._fields)

    def divergences(self) -> pd.DataFrame:
        """Return the first decision or capacity that differs, the most frequent first.

        Returns
        -------
        DataFrame
            ``cause``, ``reach`` (``direct`` or ``knock-on``), ``change`` (of `CHANGES`), ``event_a``, ``event_b`` (the
            next event under either; empty for none), ``rule_a``, ``citation_a``, ``rule_b``, ``citation_b`` (rules in
            force at that place and hour, where a rule was asked), and the columns of an interval.
        """
        frame = self._by_cause(DivergenceCell._fields)
        rules = load_rulebook().rules
        for side in ("a", "b"):
            citations = [rules[name].citation if name else "" for name in frame[f"rule_{side}"]]
            frame.insert(list(frame.columns).index(f"rule_{side}") + 1, f"citation_{side}", citations)
        return frame

    def causes(self) -> pd.DataFrame:
        """Return how many bookings part by each cause, by what changes: ``cause``, ``reach``, ``change``, interval."""
        return self._by_cause(("cause", "change"))

    def differences(self) -> pd.DataFrame:
        """Return by outcome how many more bookings have it under B than under A, with the paired interval.

        Returns
        -------
        DataFrame
            ``dimension``, ``category``, ``fate``, ``a``, ``b``, ``difference``, ``low``, ``high``, ``runs``, ``verdict``.
        """
        import pandas as pd

        a, b = (self._by_seed("outcomes", ("dimension", "category", side)) for side in ("fate_a", "fate_b"))
        nobody = [0.0] * len(self.counts)
        rows = []
        for cell in sorted({*a, *b}, key=_in_order):
            found = difference_of(a.get(cell, nobody), b.get(cell, nobody))
            rows.append((*cell, found.reference_mean, *(getattr(found, name) for name in DIFFERENCE)))
        return pd.DataFrame(rows, columns=["dimension", "category", "fate", "a", "b", *DIFFERENCE[1:]])

    @property
    def thin(self) -> int:
        """One person in so many was simulated."""
        return int(self.a.thin)

    def about(self) -> dict[str, Any]:
        """Return what the tables were made from, as plain values."""
        return {
            "a": self.a.resolved(),
            "b": self.b.resolved(),
            "places": places_in_words(self.a.resolved()),
            "alone": alone_in_words(self.a.resolved()),
            "differs_in": list(self.changed),
            "seeds": list(self.seeds),
            "engine_version": self.engine_version,
        }

    def _by_seed(self, table: str, columns: Sequence[str]) -> dict[tuple[str, ...], list[float]]:
        """Return how many bookings each cell has under each seed, added up over the columns that are not asked for."""
        found: dict[tuple[str, ...], list[float]] = {}
        for position, counts in enumerate(self.counts):
            for cell, count in getattr(counts, table).items():
                seeds = found.setdefault(tuple(getattr(cell, name) for name in columns), [0.0] * len(self.counts))
                seeds[position] += self.thin * count
        return found

    def _means(self, table: str, columns: Sequence[str]) -> pd.DataFrame:
        """Return every cell with its mean over seeds and the interval of that."""
        import pandas as pd

        rows = []
        for cell, counts in sorted(self._by_seed(table, columns).items(), key=lambda item: _in_order(item[0])):
            found = difference_of([0.0] * len(counts), counts)
            rows.append((*cell, found.mean, within(found.low, 0.0, inf), found.high, found.runs))
        return pd.DataFrame(rows, columns=[*columns, *INTERVAL])

    def _by_cause(self, columns: Sequence[str]) -> pd.DataFrame:
        frame = self._means("divergences", columns)
        frame.insert(1, "reach", [CAUSES[name].reach if name in CAUSES else "" for name in frame["cause"]])
        return frame.sort_values("mean", ascending=False, kind="stable", ignore_index=True)


def who_changed(
    a: Scenario | str | PathLike[str],
    b: Scenario | str | PathLike[str],
    *,
    replications: int = 1,
    workers: int | None = 1,
    report: Callable[[str], None] | None = None,
) -> Transitions:
    """Run two scenarios on the same synthetic people and count who ends differently, and why.

    Parameters
    ----------
    a, b : Scenario, str or path
        Alike in period, places and thinning; of a part of the country, or thinned. Sweeps and designs are left aside.
    replications : int
        How many seeds, from the seed of ``a`` on.
    workers : int, optional
        Processes, a seed each; all cores if None.
    report : callable, optional
        Called with a line after each seed.

    Raises
    ------
    InputError
        If the scenarios are not alike, or are a whole nation.

    Examples
    --------
    >>> from enforcement_sim import load_scenario
    >>> history = load_scenario("baseline").with_(**{"ensemble": 0, "scope": {"counties": ["10001"]},
    ...     "start.warm_days": 0, "period.start": "2012-01-01", "period.end": "2012-02-29"})
    >>> refused = history.with_(**{"changes.no": {"decision": "honour", "rule": "honour-none", "where": "nation"}})
    >>> found = who_changed(history, refused)
    >>> found.causes().query("change == 'fate'")["cause"].to_list()
    ['honour_rule']
    """
    from enforcement_sim.scenarios.load import as_scenario

    sides = [as_scenario(side).without_design for side in (a, b)]
    for side in sides:
        check_recordable(side)
    check_same_people(*sides)
    made = [canonical(side) for side in sides]
    seeds = seeds_of(sides[0].seed, replications)
    from enforcement_sim.process.jit import engine_version

    tasks = [(sides[0], sides[1], seed) for seed in seeds]
    counted: dict[int, TransitionCounts] = {}
    for task, counts in run_tasks(_count_transitions, tasks, worker_count(workers, len(tasks))):
        if isinstance(counts, WorkerDied):
            raise counts
        counted[task[2]] = counts
        if report is not None:
            changed = sum(counts.divergences.values())
            report(f"seed {counts.seed}: {_followed(counts):,} bookings followed, {changed:,} differ")
    return Transitions(
        sides[0],
        sides[1],
        seeds,
        tuple(counted[seed] for seed in seeds),
        changed_settings(made[0], made[1]),
        engine_version(),
    )


def check_same_people(a: Scenario, b: Scenario) -> None:
    """Refuse two scenarios that would not meet the same people.

    Raises
    ------
    InputError
        If they differ in period, places or thinning.
    """
    made = [canonical(side) for side in (a, b)]
    for part in MUST_BE_ALIKE:
        if made[0][part] != made[1][part]:
            raise InputError(
                f"the scenarios differ in {part}: they would not meet the same people",
                key=part,
                allowed="two scenarios with the same period, scope, simulate and thin; --set sets something in both",
            )


def _followed(counts: TransitionCounts) -> int:
    return sum(count for cell, count in counts.outcomes.items() if cell.dimension == EVERYONE)


def _count_transitions(task: tuple[Scenario, Scenario, int]) -> TransitionCounts:
    """Run both scenarios under one seed for outcomes, then again for the decisions about bookings that differ."""
    *scenarios, seed = task
    worlds = [record_events(scenario, seed) for scenario in scenarios]
    a, b = (world.arrestees.records for world in worlds)
    keys = list(in_period(a.clock, np.union1d(a.keys, b.keys).tolist()))
    differing = [key for key in keys if not same_events(a, b, key)]
    ends = dict.fromkeys(differing, ("", ""))
    divergences: Counter[DivergenceCell] = Counter()
    for key, one, other in zip(differing, *(world.histories(differing) for world in worlds), strict=True):
        ends[key] = one.outcome, other.outcome
        found = divergence_of(one, other)
        if found is not None:
            change = "fate" if one.outcome != other.outcome else "path" if _path(one) != _path(other) else "hours"
            cell = (found.cause.name, change, found.event_a, found.event_b, found.rule_a, found.rule_b)
            divergences[DivergenceCell(*cell)] += 1
    outcomes: Counter[OutcomeCell] = Counter()
    for key in keys:
        profile = (a if key in a else b).profile_of(key)
        end = ends.get(key) or (outcome_of(a.happened(key)),) * 2
        outcomes.update(OutcomeCell(name, getattr(profile, name, EVERYONE), *end) for name in DIMENSIONS)
    return TransitionCounts(seed, dict(outcomes), dict(divergences))


def _path(history: History) -> list[tuple[str, str]]:
    return [(step.event, step.programme) for step in history.steps]


_WORDS = (*DIMENSIONS, *OFFENCES, *PRIOR_RECORDS, *STATUS_GROUPS, *OUTCOMES)
_ORDER = {word: place for place, word in enumerate(dict.fromkeys(_WORDS))}


def _in_order(cell: tuple[str, ...]) -> tuple[Any, ...]:
    """Order cells as the vocabulary does, and by the letter what it does not know."""
    return tuple((_ORDER.get(word, len(_ORDER)), word) for word in cell)

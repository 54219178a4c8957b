"""Transitions: the outcomes of the same bookings under two scenarios, and the first decision that differs.

Both scenarios are run on the same synthetic people with all events recorded. Bookings tracked in either run are compared.
If their events differ, both runs are repeated to record the decisions about those bookings. The result contains only
counts: the number of bookings for each pair of outcomes under A and B, by profile, and by the decision or capacity in
which they first differ.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from os import PathLike
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import numpy as np

from enforcement_sim.codes import OFFENCES, PRIOR_RECORDS, STATUS_GROUPS
from enforcement_sim.errors import InputError
from enforcement_sim.law.rules import load_rulebook
from enforcement_sim.place_labels import alone_in_words, places_in_words
from enforcement_sim.process.decisions import CAUSES
from enforcement_sim.process.histories import OUTCOMES, History, outcome_of
from enforcement_sim.results.intervals import difference_of, within
from enforcement_sim.runs.compare import MUST_MATCH
from enforcement_sim.runs.design import seeds_of
from enforcement_sim.runs.divergence import divergence_of
from enforcement_sim.runs.executors import WorkerDied, run_tasks, worker_count
from enforcement_sim.runs.labelled_tables import LabelledTables
from enforcement_sim.runs.manifest import changed_settings
from enforcement_sim.runs.provenance import canonical
from enforcement_sim.runs.recorded_runs import check_recordable, in_period, record_events, same_events
from enforcement_sim.tables.amounts import several

if TYPE_CHECKING:
    import pandas as pd

    from enforcement_sim.scenarios.schema import Scenario


EVERYONE = "everyone"
CHANGES = ("outcome", "path", "hours")
"""The difference of two histories: the outcome; the events before the same outcome; or only their hours."""
INTERVAL = ("mean", "low", "high", "runs")
DIFFERENCE = ("mean", "difference", "low", "high", "runs", "verdict")
DIMENSIONS = (EVERYONE, "offence", "prior_record", "status_group")
"""The breakdowns: all bookings, and by profile."""


class OutcomeCell(NamedTuple):
    """A cell of the table of outcomes; ``outcome_a`` and ``outcome_b`` are the outcomes under A and B."""

    dimension: str
    category: str
    outcome_a: str
    outcome_b: str


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
    """The counts under one seed."""

    seed: int
    outcomes: Mapping[OutcomeCell, int]
    divergences: Mapping[DivergenceCell, int]


@dataclass(frozen=True)
class Transitions(LabelledTables):
    """The outcomes of the same bookings under A and B, counted for several seeds.

    Attributes
    ----------
    a, b : Scenario
        The scenarios that were run.
    counts : tuple of TransitionCounts
        One for each seed, in order.
    changed : tuple of str
        The settings in which B differs from A, one line each.
    """

    AXES: ClassVar = {
        "differences": ("dimension", "category", "outcome"),
        "outcomes": ("dimension", "category", "outcome_a", "outcome_b"),
        "divergences": ("cause", "change", "event_a", "event_b", "rule_a", "rule_b"),
    }
    COLUMNS_MEAN: ClassVar = {
        "dimension": ("Breakdown", "name", "all bookings, or bookings by one part of the profile"),
        "category": ("Category", "name", "of the breakdown"),
        "outcome": ("Outcome", "name", "how a booking ends"),
        "outcome_a": ("Outcome under A", "name", "how a booking ends under A"),
        "outcome_b": ("Outcome under B", "name", "how the same booking ends under B"),
        "a": ("A", "bookings", "mean over seeds"),
        "b": ("B", "bookings", "mean over the same seeds"),
        "mean": ("Bookings", "bookings", "mean over seeds"),
        "difference": ("B - A", "bookings", "mean of the differences of paired runs"),
        "low": ("Low end", "bookings", "of the 95% interval over seeds"),
        "high": ("High end", "bookings", "of the 95% interval over seeds"),
        "cause": ("First difference", "name", "the decision or capacity in which the two histories first differ"),
        "reach": ("Reach", "text", "direct: the policy's own; knock-on: through crews, beds or other people"),
        "change": ("What changes", "text", "the outcome; the path to the same outcome; or only its hours"),
        "event_a": ("Next under A", "name", "the next event under A; empty for none"),
        "event_b": ("Next under B", "name", "the next event under B; empty for none"),
        "rule_a": ("Rule under A", "name", "in force at that place and hour; empty if no rule decides"),
        "rule_b": ("Rule under B", "name", "in force at that place and hour; empty if no rule decides"),
        "citation_a": ("Citation, A", "text", "of the rule under A"),
        "citation_b": ("Citation, B", "text", "of the rule under B"),
    }

    a: Scenario
    b: Scenario
    seeds: tuple[int, ...]
    counts: tuple[TransitionCounts, ...]
    changed: tuple[str, ...]
    engine_version: str

    def __repr__(self) -> str:
        """Return the scenarios, the seeds and the bookings in one line."""
        moved = sum(sum(counts.divergences.values()) for counts in self.counts) * self.thin
        seeds = several(len(self.seeds), "seed")
        return f"Transitions({self.a.name} and {self.b.name}, {seeds}: {moved:,} bookings go another way)"

    def _repr_html_(self) -> str:
        """Show the ends under both scenarios in a notebook."""
        from enforcement_sim import labels
        from enforcement_sim.notebook import SIMULATED, page
        from enforcement_sim.tables.amounts import difference_in_words, thousands
        from enforcement_sim.tables.table import Table

        found = self.differences()
        rows = tuple(
            (
                labels.outcome(row["outcome"]),
                thousands(row["a"]),
                thousands(row["b"]),
                difference_in_words(row["difference"], row["low"], row["high"], row["verdict"], thousands),
            )
            for row in found[found["dimension"] == EVERYONE].to_dict("records")
        )
        table = Table(("How bookings end", "A", "B", "B \N{MINUS SIGN} A [95%]"), rows)
        title = f"A: {self.a.name}, B: {self.b.name}"
        return page(title, [f"B differs in {one}." for one in self.changed], table.html(), [SIMULATED])

    def outcomes(self) -> pd.DataFrame:
        """Return the number of bookings for each pair of outcomes under A and B.

        Returns
        -------
        DataFrame
            ``dimension`` (``everyone``, ``offence``, ``prior_record``, ``status_group``), ``category``, ``outcome_a``,
            ``outcome_b`` (of ``process.histories.OUTCOMES``), and ``mean``, ``low``, ``high`` (95% interval for the mean over
            seeds, missing for one seed) and ``runs``. Bookings of the counted period that were tracked in at least one run;
            scaled up if the scenarios are thinned.
        """
        return self._means("outcomes", OutcomeCell._fields)

    def divergences(self) -> pd.DataFrame:
        """Return the first decision or capacity that differs, the most frequent first.

        Returns
        -------
        DataFrame
            ``cause``, ``reach`` (``direct`` or ``knock-on``), ``change`` (of `CHANGES`), ``event_a``, ``event_b`` (the
            next event under each; empty for none), ``rule_a``, ``citation_a``, ``rule_b``, ``citation_b`` (rules in force at
            that place and hour, if the decision depends on a rule), and the columns of an interval.
        """
        frame = self._by_cause(DivergenceCell._fields)
        rules = load_rulebook().rules
        for side in ("a", "b"):
            citations = [rules[name].citation if name else "" for name in frame[f"rule_{side}"]]
            frame.insert(list(frame.columns).index(f"rule_{side}") + 1, f"citation_{side}", citations)
        return frame

    def causes(self) -> pd.DataFrame:
        """Return the number of diverging bookings by cause and change: ``cause``, ``reach``, ``change``, interval."""
        return self._by_cause(("cause", "change"))

    def differences(self) -> pd.DataFrame:
        """Return by outcome the difference in bookings between B and A, with the paired interval.

        Returns
        -------
        DataFrame
            ``dimension``, ``category``, ``outcome``, ``a``, ``b``, ``difference``, ``low``, ``high``, ``runs``, ``verdict``.
        """
        import pandas as pd

        a, b = (self._by_seed("outcomes", ("dimension", "category", side)) for side in ("outcome_a", "outcome_b"))
        zeros = [0.0] * len(self.counts)
        rows = []
        for cell in sorted({*a, *b}, key=_sort_key):
            found = difference_of(a.get(cell, zeros), b.get(cell, zeros))
            rows.append((*cell, found.reference_mean, *(getattr(found, name) for name in DIFFERENCE)))
        return pd.DataFrame(rows, columns=["dimension", "category", "outcome", "a", "b", *DIFFERENCE[1:]])

    def _exported(self) -> dict[str, pd.DataFrame]:
        return {"outcomes": self.outcomes(), "differences": self.differences(), "divergences": self.divergences()}

    def _origin(self) -> dict[str, Any]:
        named = {"A": self.a.name, "B": self.b.name, "seeds": list(self.seeds), "engine": self.engine_version}
        return named | {"differs in": list(self.changed), "places": places_in_words(self.a.resolved())}

    @property
    def thin(self) -> int:
        """One person in this many was simulated."""
        return int(self.a.thin)

    def about(self) -> dict[str, Any]:
        """Return the provenance of the tables as a dictionary."""
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
        """Return the bookings of each cell by seed, summed over the other columns."""
        found: dict[tuple[str, ...], list[float]] = {}
        for position, counts in enumerate(self.counts):
            for cell, count in getattr(counts, table).items():
                seeds = found.setdefault(tuple(getattr(cell, name) for name in columns), [0.0] * len(self.counts))
                seeds[position] += self.thin * count
        return found

    def _means(self, table: str, columns: Sequence[str]) -> pd.DataFrame:
        """Return every cell with its mean over seeds and its interval."""
        import pandas as pd

        rows = []
        for cell, counts in sorted(self._by_seed(table, columns).items(), key=lambda item: _sort_key(item[0])):
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
    """Run two scenarios on the same synthetic people and count the changed outcomes by cause.

    Parameters
    ----------
    a, b : Scenario, str or path
        With the same period, places and thinning; a part of the country, or thinned. Sweeps and designs are ignored.
    replications : int
        Number of seeds, beginning with the seed of ``a``.
    workers : int, optional
        Number of processes, with one seed each; all cores if None.
    report : callable, optional
        Called with a line of text after each seed.

    Raises
    ------
    InputError
        If the scenarios differ in these, or are the whole nation without thinning.

    Examples
    --------
    >>> from enforcement_sim import load_scenario
    >>> history = load_scenario("baseline").with_(**{"ensemble": 0, "scope": {"counties": ["10001"]},
    ...     "start.warm_days": 0, "period.start": "2012-01-01", "period.end": "2012-02-29"})
    >>> refused = history.with_(**{"changes.no": {"decision": "honour", "rule": "honour-none", "where": "nation"}})
    >>> found = who_changed(history, refused)
    >>> found.causes().query("change == 'outcome'")["cause"].to_list()
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
            report(f"seed {counts.seed}: {_tracked(counts):,} bookings followed, {changed:,} differ")
    return Transitions(
        sides[0],
        sides[1],
        seeds,
        tuple(counted[seed] for seed in seeds),
        changed_settings(made[0], made[1]),
        engine_version(),
    )


def check_same_people(a: Scenario, b: Scenario) -> None:
    """Check that two scenarios have the same people."""
    made = [canonical(side) for side in (a, b)]
    for part in MUST_MATCH:
        if made[0][part] != made[1][part]:
            raise InputError(
                f"the scenarios differ in {part}: they would not meet the same people",
                key=part,
                allowed="two scenarios with the same period, scope, simulate and thin; --set sets something in both",
            )


def _tracked(counts: TransitionCounts) -> int:
    return sum(count for cell, count in counts.outcomes.items() if cell.dimension == EVERYONE)


def _count_transitions(task: tuple[Scenario, Scenario, int]) -> TransitionCounts:
    """Run both scenarios under one seed for outcomes, then again for decisions about the differing bookings."""
    *scenarios, seed = task
    runs = [record_events(scenario, seed) for scenario in scenarios]
    a, b = (run.arrestees.records for run in runs)
    keys = list(in_period(a.clock, np.union1d(a.keys, b.keys).tolist()))
    differing = [key for key in keys if not same_events(a, b, key)]
    outcome_pairs = dict.fromkeys(differing, ("", ""))
    divergences: Counter[DivergenceCell] = Counter()
    for key, one, other in zip(differing, *(run.histories(differing) for run in runs), strict=True):
        outcome_pairs[key] = one.outcome, other.outcome
        found = divergence_of(one, other)
        if found is not None:
            change = "outcome" if one.outcome != other.outcome else "path" if _path(one) != _path(other) else "hours"
            cell = (found.cause.name, change, found.event_a, found.event_b, found.rule_a, found.rule_b)
            divergences[DivergenceCell(*cell)] += 1
    outcomes: Counter[OutcomeCell] = Counter()
    for key in keys:
        profile = (a if key in a else b).profile_of(key)
        outcome_pair = outcome_pairs.get(key) or (outcome_of(a.happened(key)),) * 2
        outcomes.update(OutcomeCell(name, getattr(profile, name, EVERYONE), *outcome_pair) for name in DIMENSIONS)
    return TransitionCounts(seed, dict(outcomes), dict(divergences))


def _path(history: History) -> list[tuple[str, str]]:
    return [(step.event, step.programme) for step in history.steps]


_CODES = (*DIMENSIONS, *OFFENCES, *PRIOR_RECORDS, *STATUS_GROUPS, *OUTCOMES)
_ORDER = {word: place for place, word in enumerate(dict.fromkeys(_CODES))}


def _sort_key(cell: tuple[str, ...]) -> tuple[Any, ...]:
    """Return the sort key of a cell: the order of the codes, then the alphabet for unknown ones."""
    return tuple((_ORDER.get(word, len(_ORDER)), word) for word in cell)

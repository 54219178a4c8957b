"""Who changed: what became of the same bookings under two scenarios, and the first decision that differs.

Both scenarios are run on the same synthetic people with every event recorded; a booking that was followed in either is
looked up in both. Where its events differ, both are run again and record the decisions about those bookings alone. What
leaves this module is counted: how many bookings that ended one way under A ended another way under B, by profile, and by
which decision or capacity they first differ. Nothing about a single booking is kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from os import PathLike
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from enforcement_sim.errors import InputError
from enforcement_sim.experiment.compare import MUST_BE_ALIKE
from enforcement_sim.experiment.design import seeds_of
from enforcement_sim.experiment.difference import difference_of, within
from enforcement_sim.experiment.divergence import Divergence, divergence_of
from enforcement_sim.experiment.executors import WorkerDied, completed, worker_count
from enforcement_sim.experiment.folder import changed_settings
from enforcement_sim.experiment.run import canonical
from enforcement_sim.law.rules import load_rulebook
from enforcement_sim.place_labels import alone_in_words, places_in_words
from enforcement_sim.process.counts import profile_parts
from enforcement_sim.process.decisions import CAUSES
from enforcement_sim.process.histories import EventRecord, Records, key_parts
from enforcement_sim.process.outcomes import OUTCOMES, outcome_of
from enforcement_sim.process.recorder import Recorder
from enforcement_sim.process.rng import PRISONERS
from enforcement_sim.vocabulary import EVENTS, OFFENCES, PRIOR_RECORDS, STATUS_GROUPS
from enforcement_sim.world.simulated import couples_the_nation

if TYPE_CHECKING:
    import pandas as pd

    from enforcement_sim.model import EnforcementModel
    from enforcement_sim.scenario.schema import Scenario

__all__ = ["CHANGES", "EVERYONE", "Tally", "WhoChanged", "alike", "followable", "who_changed"]

EVERYONE = "everyone"
CHANGES = ("fate", "path", "hours")
"""What differs between two lives: how they end; what happens on the way to the same end; only when it happens."""
INTERVAL = ("mean", "low", "high", "runs")


class FateCell(NamedTuple):
    """A cell of the table of fates."""

    dimension: str
    category: str
    fate_a: str
    fate_b: str


class PartingCell(NamedTuple):
    """A cell of the table of partings."""

    cause: str
    change: str
    event_a: str
    event_b: str
    rule_a: str
    rule_b: str


@dataclass(frozen=True)
class Tally:
    """What was counted under one seed."""

    seed: int
    fates: Mapping[FateCell, int]
    partings: Mapping[PartingCell, int]


@dataclass(frozen=True)
class WhoChanged:
    """What became of the same bookings under A and B, counted over seeds.

    Attributes
    ----------
    a, b : Scenario
        As they were run.
    seeds : tuple of int
    tallies : tuple of Tally
        One a seed, in order.
    changed : tuple of str
        In which settings B differs from A, a line each.
    engine_version : str
    """

    a: Scenario
    b: Scenario
    seeds: tuple[int, ...]
    tallies: tuple[Tally, ...]
    changed: tuple[str, ...]
    engine_version: str

    def fates(self) -> pd.DataFrame:
        """Return how many bookings that ended one way under A ended which way under B.

        Returns
        -------
        DataFrame
            ``dimension`` (``everyone``, ``offence``, ``prior_record``, ``status_group``), ``category``, ``fate_a``,
            ``fate_b`` (of ``process.outcomes.OUTCOMES``), and ``mean``, ``low``, ``high`` (95% interval for the mean over
            seeds, missing for one seed) and ``runs``. Bookings of the counted period that were followed in at least one
            of the worlds; multiplied back where the scenarios are thinned.
        """
        return self._table(FateCell._fields, lambda tally: tally.fates)

    def partings(self) -> pd.DataFrame:
        """Return the first decision or capacity that differs, the most frequent first.

        Returns
        -------
        DataFrame
            ``cause``, ``reach`` (``direct`` or ``knock-on``), ``change`` (of `CHANGES`), ``event_a``, ``event_b`` (the
            next event under either; empty for none), ``rule_a``, ``citation_a``, ``rule_b``, ``citation_b`` (rules in
            force at that place and hour, where a rule was asked), and the columns of an interval.
        """
        frame = self._table(PartingCell._fields, lambda tally: tally.partings)
        rules = load_rulebook().rules
        for side in ("a", "b"):
            citations = [rules[name].citation if name else "" for name in frame[f"rule_{side}"]]
            frame.insert(list(frame.columns).index(f"rule_{side}") + 1, f"citation_{side}", citations)
        reach = {cause.name: cause.reach for cause in CAUSES.values()}
        frame.insert(1, "reach", [reach.get(name, "") for name in frame["cause"]])
        return frame.sort_values("mean", ascending=False, kind="stable", ignore_index=True)

    def causes(self) -> pd.DataFrame:
        """Return how many bookings part by each cause, by what changes: ``cause``, ``reach``, ``change``, interval."""
        reach = {cause.name: cause.reach for cause in CAUSES.values()}
        frame = self._table(("cause", "change"), lambda tally: _summed(tally.partings, (0, 1)))
        frame.insert(1, "reach", [reach.get(name, "") for name in frame["cause"]])
        return frame.sort_values("mean", ascending=False, kind="stable", ignore_index=True)

    def differences(self) -> pd.DataFrame:
        """Return by fate how many more bookings end so under B than under A, with the paired interval.

        Returns
        -------
        DataFrame
            ``dimension``, ``category``, ``fate``, ``a``, ``b``, ``difference``, ``low``, ``high``, ``runs``, ``verdict``.
        """
        import pandas as pd

        sides = [[_summed(tally.fates, (0, 1, side)) for tally in self.tallies] for side in (2, 3)]
        cells = dict.fromkeys(cell for side in sides for tally in side for cell in tally)
        rows = []
        for cell in sorted(cells, key=_in_order):
            found = difference_of(*([self.thin * tally.get(cell, 0) for tally in side] for side in sides))
            rows.append(
                {
                    **dict(zip(("dimension", "category", "fate"), cell, strict=True)),
                    "a": found.reference_mean,
                    "b": found.mean,
                    "difference": found.difference,
                    "low": found.low,
                    "high": found.high,
                    "runs": found.runs,
                    "verdict": found.verdict,
                }
            )
        return pd.DataFrame(rows)

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

    def _table(self, columns: Sequence[str], counts: Callable[[Tally], Mapping[Any, int]]) -> pd.DataFrame:
        """Return every cell with its mean over seeds; a seed without it counts as zero."""
        import pandas as pd

        by_seed = [counts(tally) for tally in self.tallies]
        nothing = [0.0] * len(by_seed)
        rows = []
        for cell in sorted(dict.fromkeys(cell for one in by_seed for cell in one), key=_in_order):
            found = difference_of(nothing, [float(self.thin * one.get(cell, 0)) for one in by_seed])
            rows.append((*cell, found.mean, within(found.low, 0.0, inf), found.high, found.runs))
        return pd.DataFrame(rows, columns=[*columns, *INTERVAL])


def who_changed(
    a: Scenario | str | PathLike[str],
    b: Scenario | str | PathLike[str],
    *,
    replications: int = 1,
    workers: int | None = 1,
    told: Callable[[str], None] | None = None,
) -> WhoChanged:
    """Run two scenarios on the same synthetic people and count who ends differently, and why.

    Parameters
    ----------
    a, b : Scenario, str or path
        Alike in period, places and thinning; of a part of the country, or thinned. Sweeps and designs are left aside.
    replications : int
        How many seeds, from the seed of ``a`` on.
    workers : int, optional
        Processes, a seed each; all cores if None.
    told : callable, optional
        Is handed a line after each seed.

    Raises
    ------
    InputError
        If the scenarios are not alike, or are a whole nation.

    Examples
    --------
    >>> from enforcement_sim import load_scenario
    >>> history = load_scenario("baseline").with_(**{"ensemble": 0, "scope": {"counties": ["10003"]},
    ...     "start.warm_days": 0, "period.start": "2012-01-01", "period.end": "2012-01-31"})
    >>> refused = history.with_(**{"changes.no": {"decision": "honour", "rule": "honour-none", "where": "nation"}})
    >>> found = who_changed(history, refused)
    >>> found.causes().query("change == 'fate'")["cause"].to_list()
    ['honour_rule']
    """
    from enforcement_sim.scenario.load import as_scenario

    sides = [as_scenario(side).bare for side in (a, b)]
    followable(sides[0])
    alike(*sides)
    made = [canonical(side) for side in sides]
    seeds = seeds_of(sides[0].seed, replications)
    from enforcement_sim.process.jit import engine_version

    tasks = [(sides[0], sides[1], seed) for seed in seeds]
    tallies: dict[int, Tally] = {}
    for task, tally in completed(_tally, tasks, worker_count(workers, len(tasks))):
        if isinstance(tally, WorkerDied):
            raise tally
        tallies[task[2]] = tally
        if told is not None:
            changed = sum(tally.partings.values())
            told(f"seed {tally.seed}: {_followed(tally):,} bookings followed, {changed:,} differ")
    return WhoChanged(
        sides[0],
        sides[1],
        seeds,
        tuple(tallies[seed] for seed in seeds),
        changed_settings(made[0], made[1]),
        engine_version(),
    )


def followable(scenario: Scenario) -> None:
    """Refuse a scenario too large to follow every booking of it.

    Raises
    ------
    InputError
        For a whole nation that is not thinned.
    """
    nation = scenario.scope.kind == "nation" or couples_the_nation(scenario.parameters)
    if nation and scenario.thin == 1:
        raise InputError(
            "following every booking of the whole nation takes too much memory and time; choose a part with "
            "--where (a state such as CT, or a county such as 12021), or one person in twenty with --set thin=20",
            key="scope",
        )


def alike(a: Scenario, b: Scenario) -> None:
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


def _followed(tally: Tally) -> int:
    return sum(count for cell, count in tally.fates.items() if cell.dimension == EVERYONE)


def run_recorded(scenario: Scenario, seed: int | None, recorder: Recorder) -> EnforcementModel:
    """Run a scenario to its end while a recorder writes down."""
    from enforcement_sim.model import EnforcementModel

    model = EnforcementModel(scenario, scenario.seed if seed is None else seed, recorder, collect=False)
    model.run_model()
    return model


def _recorded(scenario: Scenario, seed: int, recorder: Recorder) -> Records:
    return Records(run_recorded(scenario, seed, recorder).engine)


def _tally(task: tuple[Scenario, Scenario, int]) -> Tally:
    """Run both scenarios under one seed for outcomes, then again for the decisions about bookings that differ."""
    scenarios, seed = task[:2], task[2]
    a, b = (_recorded(side, seed, Recorder(decisions=False)) for side in scenarios)
    keys = _of_period(a, b)
    differing = [key for key in keys if not same_events(a, b, key)]
    explained = (_recorded(side, seed, Recorder(differing)) for side in scenarios)
    return tally_of((a, b), tuple(explained), keys, set(differing), seed)


def _of_period(a: Records, b: Records) -> list[int]:
    """Bookings of the counted period that were followed in at least one of two runs."""
    first_day = a.clock.day_number(a.clock.first_counted_day)
    parts = ((key, key_parts(key)) for key in np.union1d(a.keys, b.keys).tolist())
    return [key for key, part in parts if part.series != PRISONERS and part.day >= first_day]


def same_events(a: Records, b: Records, key: int) -> bool:
    """Return whether the same happened to a booking in both runs, at the same hours."""
    one, other = a.events_of(key), b.events_of(key)
    return len(one) == len(other) and all((one[part] == other[part]).all() for part in ("number", "hour", "programme"))


def tally_of(
    events: tuple[Records, Records], decisions: tuple[Records, ...], keys: Sequence[int], differing: set[int], seed: int
) -> Tally:
    """Count what became of the bookings of two runs with one seed."""
    fates: Counter[FateCell] = Counter()
    partings: Counter[PartingCell] = Counter()
    a, b = events
    for key in keys:
        fate_a = fate_b = outcome_of(tuple(EVENTS[number] for number in a.events_of(key)["number"]))
        if key in differing:
            one, other = (side.history(key) for side in decisions)
            fate_a, fate_b = one.outcome, other.outcome
            found = divergence_of(one, other)
            if found is not None:
                change = "hours" if _path(one.steps) == _path(other.steps) else "path"
                partings[_cell(found, "fate" if fate_a != fate_b else change)] += 1
        for dimension, category in _profile(a if key in a else b, key):
            fates[FateCell(dimension, category, fate_a, fate_b)] += 1
    return Tally(seed, dict(fates), dict(partings))


def _cell(found: Divergence, change: str) -> PartingCell:
    return PartingCell(found.cause.name, change, found.event_a, found.event_b, found.rule_a, found.rule_b)


def _path(steps: Sequence[EventRecord]) -> list[tuple[str, str]]:
    return [(step.event, step.programme) for step in steps]


def _profile(records: Records, key: int) -> Iterator[tuple[str, str]]:
    """The categories in which a booking is counted."""
    offence, _, _, record, group = (
        int(part[0]) for part in profile_parts(records.events_of(key)["profile"][:1].astype(int))
    )
    yield EVERYONE, EVERYONE
    yield "offence", OFFENCES[offence]
    yield "prior_record", PRIOR_RECORDS[record]
    yield "status_group", STATUS_GROUPS[group]


def _summed(counts: Mapping[Any, int], positions: tuple[int, ...]) -> Mapping[tuple[str, ...], int]:
    """Add up the cells that agree in some of their positions."""
    summed: Counter[tuple[str, ...]] = Counter()
    for cell, count in counts.items():
        summed[tuple(cell[position] for position in positions)] += count
    return summed


_ORDER = {
    word: place
    for place, word in enumerate(
        dict.fromkeys(
            (EVERYONE, "offence", "prior_record", "status_group", *OFFENCES, *PRIOR_RECORDS, *STATUS_GROUPS, *OUTCOMES)
        )
    )
}


def _in_order(cell: tuple[str, ...]) -> tuple[Any, ...]:
    """Order cells as the vocabulary does, and by the letter what it does not know."""
    return tuple((_ORDER.get(word, len(_ORDER)), word) for word in cell)

"""Decomposition of the difference between two sets of assumptions, assumption by assumption.

Both sets, and the mixtures of them that the decomposition needs, are run on the same synthetic people, as a design whose
draws are the mixtures: all of them for up to eight assumptions. The difference (``gap``) in a measure is its value under
B's assumptions less that under A's; for a policy's effect, the paired difference under B less that under A. Each is
decomposed by Shapley's rule, seed by seed, so that each part has an interval over seeds, and all measures share the same
runs. Runs are computed and stored like those of any sweep, with the tables ``gap.csv`` and ``assumptions.csv``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from enforcement_sim.errors import InputError
from enforcement_sim.results.intervals import Branch, Key, level_of
from enforcement_sim.runs.design import Design, Sample, design_of, settings_frame
from enforcement_sim.runs.labelled_tables import LabelledTables
from enforcement_sim.runs.run import Runner
from enforcement_sim.runs.shapley import (
    MAX_EXACT,
    combinations_along,
    combinations_of,
    orders_of,
    shapley_exact,
    shapley_sampled,
)
from enforcement_sim.runs.summaries import write_table
from enforcement_sim.runs.sweep import run_design
from enforcement_sim.runs.sweep_result import Sweep
from enforcement_sim.runs.worker import Progress
from enforcement_sim.scenarios.plan import DIFFERENCE, LEVEL
from enforcement_sim.studies.assumptions.assumption_sets import AssumptionSet, Opposed, opposed

if TYPE_CHECKING:
    import pandas as pd

    from enforcement_sim.results.data_dictionary import Meanings
    from enforcement_sim.scenarios.schema import Scenario

GAP, START, END = "gap", "start", "end"
PAIRS_OF_ORDERS = 24
ORDERS_SEED = 1
A, B = 0, 1


@dataclass(frozen=True)
class Contest:
    """Two sets of assumptions on one scenario, and the runs that decompose their difference.

    Attributes
    ----------
    sides : tuple of AssumptionSet
        A and B.
    assumptions : tuple of Opposed
        In which they differ.
    design : Design
        The scenario's policies under every mixture that is needed; draw *i* is ``combinations[i]``.
    combinations : tuple of int
        Mixtures: bit *i* says whether the *i*-th assumption is B's.
    orders : tuple of tuple of int
        The orders of a sampled split; empty where it is exact.
    """

    sides: tuple[AssumptionSet, AssumptionSet]
    assumptions: tuple[Opposed, ...]
    design: Design
    combinations: tuple[int, ...]
    orders: tuple[tuple[int, ...], ...] = ()

    @property
    def every(self) -> int:
        """The mixture in which every assumption is B's."""
        return (1 << len(self.assumptions)) - 1


def contest_of(
    scenario: Scenario, a: AssumptionSet, b: AssumptionSet, pairs_of_orders: int = PAIRS_OF_ORDERS
) -> Contest:
    """Return the runs that decompose the difference between two sets of assumptions.

    Parameters
    ----------
    scenario : Scenario
        Where, when, which policies (its sweep or levers; the first is the reference) and which seeds.
    a, b : AssumptionSet
    pairs_of_orders : int
        How many orders, each with its reverse, where there are more assumptions than are split exactly.

    Raises
    ------
    InputError
        If the sets differ in nothing, or set what the scenario varies itself.
    """
    base = design_of(scenario)
    if base.draws:
        raise InputError("the scenario draws uncertain parameters itself; the sets say what is assumed", key="design")
    if base.stopping is not None:
        raise InputError("a split needs a fixed number of seeds", key="replications", allowed="a whole number")
    assumptions = opposed(a, b, scenario.parameters)
    for one in assumptions:
        for address in one.values[A]:
            if any(address in point.settings for point in base.points):
                raise InputError(f"the scenario varies {address}, which {one.name} is an assumption about")
    names = [one.name for one in assumptions]
    orders: tuple[tuple[int, ...], ...] = ()
    if len(names) > MAX_EXACT:
        if pairs_of_orders < 1:
            raise InputError(f"{pairs_of_orders} pairs of orders", key="orders", allowed="a whole number from 1")
        orders = orders_of(names, pairs_of_orders, ORDERS_SEED)
    combinations = combinations_along(orders) if orders else combinations_of(len(names))
    draws = tuple(_mixture(assumptions, combination) for combination in combinations)
    named = replace(base, name=f"{a.name}-against-{b.name}-{base.name}", draws=draws)
    return Contest((a, b), assumptions, named, combinations, orders)


def split(
    contest: Contest, folder: Path, runner: Runner, workers: int | None = None, progress: Progress | None = None
) -> Decomposition:
    """Run a contest, and write the decomposition beside the tables of the runs.

    Parameters
    ----------
    contest : Contest
        From :func:`contest_of`.
    folder, runner, workers, progress
        See :func:`~enforcement_sim.runs.sweep.run_design`.

    Returns
    -------
    Decomposition
        Its :meth:`~Decomposition.frame` is also written as ``gap.csv``, and what each side assumes as
        ``assumptions.csv``.

    Raises
    ------
    InputError
        If the folder cannot be used; nothing is computed then.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from enforcement_sim import load_scenario
    >>> from enforcement_sim.runs.run import real_runner
    >>> from enforcement_sim.studies.assumptions.assumption_sets import AssumedValue, Assumption
    >>> kent = load_scenario("baseline").with_(**{"ensemble": 0, "scope": {"counties": ["10001"]}, "replications": 1,
    ...     "start.warm_days": 0, "period.start": "2012-01-01", "period.end": "2012-01-31"})
    >>> def side(name, dollars):
    ...     price = Assumption(says="Why.", values={"cost.jail_day": AssumedValue(value=dollars, source="A source.")})
    ...     return AssumptionSet(name=name, title=name, argues="An argument.", assumptions={"price": price})
    >>> contest = contest_of(kent, side("cheap", 60), side("dear", 140))
    >>> with TemporaryDirectory() as folder:
    ...     found = split(contest, Path(folder) / "gap", real_runner(), 1)
    >>> found.frame(["net_cost.county"])["part"].tolist()
    ['start', 'price', 'end', 'gap']
    """
    found = Decomposition(contest, run_design(contest.design, folder, runner, workers, progress))
    write_table(folder, "gap", [found.frame()])
    write_table(folder, "assumptions", [assumptions_frame(contest)])
    return found


@dataclass(frozen=True)
class Decomposition(LabelledTables):
    """The runs of a contest, and their decomposition."""

    AXES: ClassVar = {"gap": ("of", "point", "measure", "part"), "assumptions": ("assumption", "address")}
    COLUMNS_MEAN: ClassVar = {
        "of": ("Of", "text", "the measure itself, or its difference from the reference policy"),
        "from_set": ("From", "name", "the assumptions with which the split starts (A)"),
        "to_set": ("To", "name", "the assumptions with which it ends (B)"),
        "part": ("Part", "name", "start, each assumption in which the sides differ, end, and the whole gap"),
        "value": ("Value", "of the measure", "mean over seeds"),
        "low": ("Low end", "of the measure", "of the 95% interval over seeds"),
        "high": ("High end", "of the measure", "of the 95% interval over seeds"),
        "order_error": ("Error of orders", "of the measure", "standard error from the orders taken; 0 where exact"),
        "assumption": ("Assumption", "name", "in which the sides differ"),
        "address": ("Address", "name", "of the parameter that the assumption sets"),
    }

    contest: Contest
    sweep: Sweep

    def __repr__(self) -> str:
        a, b = (side.name for side in self.contest.sides)
        return f"Decomposition(from {a} to {b}: {len(self.measures)} measures; {self.sweep!r})"

    def _repr_html_(self) -> str:
        from enforcement_sim.runs.shown_measures import FEWEST_MEASURES, HEADLINES
        from enforcement_sim.tables.described import entries_html

        named = [name for name in HEADLINES if name in self.measures][:FEWEST_MEASURES]
        table = self.frame(named).query("of == 'level'")
        headings = ("measure", "part", "value", "low", "high")
        there = [name for name in headings if name in table.columns]
        return entries_html(repr(self), there, table[there].itertuples(index=False), "frame() has them all")

    def _exported(self) -> dict[str, pd.DataFrame]:
        return {"gap": self.frame(), "assumptions": assumptions_frame(self.contest)}

    def _origin(self) -> dict[str, Any]:
        sides = {letter: f"{side.name}: {side.title}" for letter, side in zip("AB", self.contest.sides, strict=True)}
        seeds, engine = list(self.sweep.seeds), str(self.sweep.manifest["engine_version"])
        return {**sides, "folder": str(self.sweep.folder), "seeds": seeds, "engine": engine}

    def _own_meanings(self) -> Meanings:
        sides = {side.name: (side.title, "of the parameter", "as this side assumes it") for side in self.contest.sides}
        sources = {
            f"source of {side.name}": ("Source", "text", f"of what {side.name} assumes") for side in self.contest.sides
        }
        named = {("assumptions", column): meaning for column, meaning in (sides | sources).items()}
        return {**super()._own_meanings(), **named}

    def _swept(self) -> list[str]:
        return [str(name) for name in settings_frame(self.sweep.settings).columns]

    @cached_property
    def measures(self) -> tuple[str, ...]:
        """The names of the measures."""
        columns = list(self.sweep.measures.columns)
        return tuple(columns[columns.index("run") + 1 :])

    def rows(self, measure: str, point: int, of: str) -> list[dict[str, object]]:
        """Return the split of one measure at one policy: where it starts, each part, where it ends, and the gap.

        Parameters
        ----------
        measure : str
        point : int
            The policy.
        of : {"level", "difference"}
            The measure itself, or its paired difference from the reference policy.

        Returns
        -------
        list of dict
            ``part`` (``start`` under A, ``end`` under B, ``gap``, or an assumption's name), ``value``, ``low`` and
            ``high`` (95% over seeds), ``order_error`` (standard error from the orders taken; 0 where exact), ``runs``.
        """
        by_seed = self._values(measure, point, of)
        every, names = self.contest.every, [one.name for one in self.contest.assumptions]
        parts = {seed: self._parts(values)[0] for seed, values in by_seed.items()}
        steps = [{seed: found[place] for seed, found in parts.items()} for place in range(len(names))]
        start, end = ({seed: values[side] for seed, values in by_seed.items()} for side in (0, every))
        gap = {seed: end[seed] - start[seed] for seed in by_seed}
        errors = [0.0, *self._order_errors(by_seed), 0.0, 0.0]
        rows: list[dict[str, object]] = []
        for part, values, error in zip((START, *names, END, GAP), (start, *steps, end, gap), errors, strict=True):
            one = level_of(values)
            about = {"value": one.difference, "low": one.low, "high": one.high}
            rows.append({"part": part, **about, "order_error": error, "runs": one.runs})
        return rows

    def frame(self, measures: Sequence[str] | None = None) -> pd.DataFrame:
        """Return the split of measures at every policy, tidy.

        Returns
        -------
        DataFrame
            ``of`` (level or difference), ``point``, a column for each setting, ``measure``, ``from_set``, ``to_set``,
            and the keys of :meth:`rows`.
        """
        import pandas as pd

        settings = settings_frame(self.sweep.settings)
        a, b = (side.name for side in self.contest.sides)
        rows = []
        for of in (LEVEL, DIFFERENCE):
            for point in range(of == DIFFERENCE, len(settings)):
                labels = {
                    "of": of,
                    "point": point,
                    **{str(name): settings[name].iloc[point] for name in settings.columns},
                }
                for measure in measures or self.measures:
                    about = labels | {"measure": measure, "from_set": a, "to_set": b}
                    rows += [about | row for row in self.rows(measure, point, of)]
        return pd.DataFrame(rows)

    def _values(self, measure: str, point: int, of: str) -> dict[Key, dict[int, float]]:
        """Return seed -> mixture -> value, of the seeds that have a value under every mixture."""
        found = self._by_branch(measure, point)
        if of == DIFFERENCE:
            reference = self._by_branch(measure, 0)
            found = {branch: value - reference.get(branch, math.nan) for branch, value in found.items()}
        by_seed: dict[int, dict[int, float]] = {}
        for branch, value in found.items():
            if math.isfinite(value):
                by_seed.setdefault(branch.seed, {})[self.contest.combinations[branch.draw]] = value
        every = len(self.contest.combinations)
        return {seed: values for seed, values in sorted(by_seed.items()) if len(values) == every}

    def _by_branch(self, measure: str, point: int) -> Mapping[Branch, float]:
        if point not in self._samples:
            self._samples[point] = self.sweep.sample(point)
        values = self._samples[point].values(measure)
        return {key: value for key, value in values.items() if isinstance(key, Branch)}

    @cached_property
    def _samples(self) -> dict[int, Sample]:
        return {}

    def _parts(self, values: Mapping[int, float]) -> tuple[list[float], list[float]]:
        """Return every assumption's part under one seed, and the errors that the orders leave."""
        count = len(self.contest.assumptions)
        if self.contest.orders:
            return shapley_sampled(values, count, self.contest.orders)
        return shapley_exact(values, count), [0.0] * count

    def _order_errors(self, by_seed: Mapping[Key, Mapping[int, float]]) -> list[float]:
        """Return the standard error that the choice of orders leaves in each part of the mean over seeds."""
        if not by_seed:
            return [math.nan] * len(self.contest.assumptions)
        mean = {
            combination: math.fsum(values[combination] for values in by_seed.values()) / len(by_seed)
            for combination in self.contest.combinations
        }
        return self._parts(mean)[1]


def assumptions_frame(contest: Contest) -> pd.DataFrame:
    """Return what the two sides assume, a row a parameter.

    Returns
    -------
    DataFrame
        ``assumption``, ``address``, then for each side, under its name, the value and the source.
    """
    import pandas as pd

    a, b = (side.name for side in contest.sides)
    rows = [
        {
            "assumption": one.name,
            "address": address,
            a: one.values[A][address],
            b: one.values[B][address],
            f"source of {a}": one.sources[A][address] or "the scenario's own value",
            f"source of {b}": one.sources[B][address] or "the scenario's own value",
        }
        for one in contest.assumptions
        for address in one.values[A]
    ]
    return pd.DataFrame(rows)


def _mixture(assumptions: Sequence[Opposed], combination: int) -> dict[str, float]:
    """Return the parameters of a mixture: B's where its bit is set, A's elsewhere."""
    return {
        address: value
        for place, one in enumerate(assumptions)
        for address, value in one.values[B if combination >> place & 1 else A].items()
    }

"""A county under history: the flow of people stage by stage and month by month, and the published figures beside it.

One set of runs serves everything, from the first day of the period to the last. Figures that are held out are not opened.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, ClassVar

import pandas as pd

from enforcement_sim import labels
from enforcement_sim.notebook import SIMULATED, page
from enforcement_sim.parameters.ensemble import load_ensemble
from enforcement_sim.plots import seed_means
from enforcement_sim.plots.months import EVENTS
from enforcement_sim.process.jit import engine_version
from enforcement_sim.results.intervals import Branch, Difference, Key, branch_of
from enforcement_sim.results.measures import ratio
from enforcement_sim.results.result import Result
from enforcement_sim.runs.design import Sample
from enforcement_sim.runs.labelled_tables import WITH_BOTH_INTERVALS, LabelledTables
from enforcement_sim.runs.run import simulate
from enforcement_sim.runs.worker import Progress
from enforcement_sim.scenarios.load import load_scenario
from enforcement_sim.scenarios.schema import Scenario
from enforcement_sim.studies.place_asked import PlaceAsked
from enforcement_sim.studies.reading import COUNTY_EVENTS
from enforcement_sim.studies.under_doubt import MONTH, SETTING, UnderDoubt, month_counts, under_doubt
from enforcement_sim.studies.validation.compute import simulated
from enforcement_sim.studies.validation.targets import Target, load_targets
from enforcement_sim.tables.amounts import level_in_words, thousands
from enforcement_sim.tables.table import Table

SETS, REPLICATIONS = 6, 3
"""Sets come first, because they differ by more than seeds do."""
HISTORY = "history"
OFFICERS = ("jail_287g", "task_force")
SHOWN_BINS = ("fit", "context", "imported")
CUSTODY = "custody_per_detainer"
STAGES, MONTHS = "stages", "months"
"""The tables of a county."""


@dataclass(frozen=True)
class CountyRuns(LabelledTables):
    """Runs of history in a county, under several sets of parameters and seeds."""

    AXES: ClassVar = {STAGES: ("event",), MONTHS: ("month", "event", "seed")}
    COLUMNS_MEAN: ClassVar = {
        **WITH_BOTH_INTERVALS,
        "mean": ("People", "people", "mean over seeds and sets of parameters"),
        "month": ("Month", "year and month", "of the event"),
        "seed": ("Run", "text", "the seed, behind the set of parameters where there are several"),
        "count": ("People", "people", "in that month of that run"),
    }

    place: PlaceAsked
    scenario: Scenario
    found: UnderDoubt

    def __repr__(self) -> str:
        return f"CountyRuns({self.place.name}: {self.found.runs} runs, {self.found.sets} sets of parameters)"

    def _repr_html_(self) -> str:
        rows = []
        for event in COUNTY_EVENTS:
            found = self.level(event)
            rows.append((labels.event(event), level_in_words(found.mean, found.low, found.high, thousands)))
        table = Table(("Stage", "People [95%]"), tuple(rows))
        return page(f"{self.place.name} under history", [], table.html(), [self.found.method, SIMULATED])

    def frame(self) -> pd.DataFrame:
        """Return how many people reached each stage: ``event``, ``label``, ``mean`` and the ends of both intervals."""
        rows = []
        for event in COUNTY_EVENTS:
            found = self.level(event)
            ends = found.chance_low, found.chance_high, found.low, found.high
            rows.append((event, labels.event(event), "people", found.mean, *ends))
        columns = ["event", "label", "unit", "mean", "seeds_low", "seeds_high", "low", "high"]
        return pd.DataFrame(rows, columns=columns)

    def _exported(self) -> dict[str, pd.DataFrame]:
        return {STAGES: self.frame(), MONTHS: self.months}

    def _origin(self) -> dict[str, Any]:
        period = self.scenario.resolved()["period"]
        return {
            "county": self.place.name,
            "period": f"{period['start']} to {period['end']}",
            "seeds": list(self.found.seeds),
            "sets of parameters": self.found.sets,
            "engine": self.found.engine,
            "how to read it": self.found.method,
        }

    def level(self, measure: str) -> Difference:
        """Return a simulated number with both intervals, by a name of :func:`measured`."""
        return self.found.level(HISTORY, measure)

    def has(self, measure: str) -> bool:
        """Return whether the runs have a number of this name."""
        return any(measure in run for run in self.found.samples[HISTORY].measures.values())

    @property
    def months(self) -> pd.DataFrame:
        """Events by month and run: ``month``, ``event``, ``seed``, ``count``."""
        rows = [
            (*name.split(":")[1:], seed_means.label_of(key), count)
            for key, run in self.found.samples[HISTORY].measures.items()
            for name, count in run.items()
            if name.startswith(MONTH)
        ]
        return pd.DataFrame(rows, columns=["month", "event", "seed", "count"])


def county_targets(place: PlaceAsked) -> tuple[Target, ...]:
    """Return the published figures of validation that are about this county alone, but those that are held out.

    Examples
    --------
    >>> from enforcement_sim.studies.place_asked import place_asked
    >>> [target.id for target in county_targets(place_asked(county="37001"))]
    ['g287_proceedings_per_processed']
    """
    return tuple(
        target for target in load_targets().values()
        if target.scope.kind == "counties" and target.scope.members == (place.code,)
    )  # fmt: skip


def county_runs(
    place: PlaceAsked,
    start: date,
    end: date,
    sets: int = SETS,
    replications: int = REPLICATIONS,
    workers: int | None = None,
    progress: Progress | None = None,
) -> CountyRuns:
    """Run history in a county.

    Parameters
    ----------
    place
        A county.
    start, end
        First and last day.
    sets, replications
        Sets of the ensemble, and seeds of each.
    workers, progress
        See :func:`~enforcement_sim.runs.sweep.sweep`.

    Raises
    ------
    InputError
        If the days are outside the period of the model, or there are not so many sets.
    """
    scenario = county_scenario(place, start, end)
    targets = county_targets(place)
    found = under_doubt(
        {HISTORY: scenario}, sets, replications, workers, progress, measured=partial(measured, targets=targets)
    )
    return CountyRuns(place, scenario, found)


def county_scenario(place: PlaceAsked, start: date, end: date) -> Scenario:
    """Return history in a county.

    Raises
    ------
    InputError
        If the days are outside the period of the model.
    """
    period = {"period.start": start.isoformat(), "period.end": end.isoformat()}
    return load_scenario("baseline").with_(**{"name": HISTORY, "scope": place.scope, **period})


def one_run(place: PlaceAsked, scenario: Scenario, branch: Branch) -> Mapping[str, float]:
    """Return the numbers of one run of :func:`county_runs`, for callers that spread the runs themselves.

    A branch is the number of a set of the ensemble, from zero, and a seed.
    """
    under_set = scenario.throughout(load_ensemble(branch.draw + 1)[branch.draw].parameters)
    return measured(simulate(under_set, branch.seed), county_targets(place))


def runs_together(place: PlaceAsked, scenario: Scenario, runs: Mapping[Key, Mapping[str, float]]) -> CountyRuns:
    """Return the runs of :func:`one_run` as those of :func:`county_runs`."""
    branches = [branch_of(key) for key in runs]
    seeds, sets = tuple(dict.fromkeys(one.seed for one in branches)), len({one.draw for one in branches})
    sample = Sample({SETTING: HISTORY}, runs)
    return CountyRuns(place, scenario, UnderDoubt({HISTORY: sample}, sets, seeds, engine_version()))


def measured(result: Result, targets: tuple[Target, ...] = ()) -> Mapping[str, float]:
    """Return the numbers of one run, by name.

    Returns
    -------
    dict
        Each stage (``removed``), ``month:2010-10:removed``, ``officers:2010`` (found by 287(g) officers, first or later, in a
        fiscal year), ``booked:2010`` (a calendar year), ``custody_per_detainer``, and the ids of targets.
    """
    found = {event: float(result.array(event)) for event in COUNTY_EVENTS}
    found |= month_counts(result, EVENTS)
    by_officers = result.count(("identified", "also_found"), by="fiscal_year", where={"programme": OFFICERS})
    found |= {f"officers:{row['fiscal_year']}": row["count"] for row in by_officers.to_dict("records")}
    by_year = result.count("booked", by="calendar_year")
    found |= {f"booked:{row['calendar_year']}": row["count"] for row in by_year.to_dict("records")}
    found[CUSTODY] = ratio(found["ice_custody"], found["detainer_issued"])
    for target in targets:
        values = simulated(target, [result], bins=SHOWN_BINS).values
        found |= {target.id: values[0]} if values else {}
    return {name: float(count) for name, count in found.items()}

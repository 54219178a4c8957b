"""The simulated worlds of a study: history under each set of parameters and seed, and the same people without the policy.

A world is reduced to its panel, which is kept in a folder under the name of the run that made it. Studies with the same
sample share panels, and nothing is simulated twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from enforcement_sim.law.where import NATION, Where
from enforcement_sim.parameters.ensemble import load_ensemble
from enforcement_sim.places.geography import load_geography
from enforcement_sim.process import engine_version
from enforcement_sim.results.result import Result
from enforcement_sim.runs.atomic_files import read_parquet
from enforcement_sim.runs.provenance import canonical_json, digest, inputs_digest, run_id
from enforcement_sim.runs.run import simulate
from enforcement_sim.scenarios.load import load_scenario
from enforcement_sim.scenarios.schema import Scenario, assemble
from enforcement_sim.studies.panels import panel as panel_module
from enforcement_sim.studies.panels.panel import panel
from enforcement_sim.studies.research_designs.convictions_on_file import column_of, columns_on_file
from enforcement_sim.studies.research_designs.kept_panels import PANELS, keep_panel
from enforcement_sim.studies.research_designs.study_file import Study
from enforcement_sim.studies.research_designs.study_parts import Sample

HISTORY, WITHOUT = "with the policy", "without the policy"
"""What a kept panel says of its world."""
COUNTIES = "counties"
"""The kind of panel that serves every outcome that is not by category."""
SHARED_FROM, SHARED_TO = date(2006, 1, 1), date(2014, 11, 20)
"""Days of the worlds that all studies share."""
MARK_DIGITS = 8


@dataclass(frozen=True)
class Draw:
    """One world: a set of the ensemble and a seed."""

    number: int
    seed: int


@dataclass(frozen=True)
class Worlds:
    """How the worlds of a study are made, and where their panels are kept.

    Attributes
    ----------
    folder : Path
        Panels are kept in its folder ``panels``.
    thin : int
        One booking in this many is simulated.
    settings : mapping
        Addresses of the scenario with values, of a what-if world; they hold with and without the policy.
    shared : bool
        Whether the nation and all years are simulated whatever the sample is, so that all studies share their worlds.
    """

    folder: Path
    thin: int
    settings: Mapping[str, Any]
    shared: bool = False

    def history(self, study: Study, number: int) -> Scenario:
        """Return the scenario of history under one set of parameters; set 0 is the register's defaults."""
        places, start, end = self._simulated(study.sample)
        parameters = load_ensemble(number)[-1].parameters if number else {}
        return load_scenario("baseline").with_(
            **{
                "ensemble": 0,
                "scope": places.written(),
                "period.start": start.isoformat(),
                "period.end": end.isoformat(),
                "replications": 1,
                "thin": self.thin,
                **parameters,
                **self.settings,
            }
        )

    def _simulated(self, sample: Sample) -> tuple[Where, date, date]:
        """Return the places and days that are simulated for a sample."""
        if sample.unit == "booking" or not self.shared:
            thinned = sample.places.kind == "counties" and self.thin > 1 and sample.unit != "booking"
            return states_of(sample.places) if thinned else sample.places, sample.start, sample.end
        return NATION, min(SHARED_FROM, sample.start), max(SHARED_TO, sample.end)

    def without(self, study: Study, number: int) -> Scenario:
        """Return the scenario without the policy, otherwise as :meth:`history`."""
        plain = self.history(study, number).resolved()
        changes = {name: change.written() for name, change in study.world.without.items()}
        return assemble({**plain, "changes": {**plain.get("changes", {}), **changes}})

    def pair(self, study: Study, draw: Draw) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return the panels of history and of the world without the policy, of the same people."""
        others = by_category() if self.shared else ()
        history = self._panel(study, self.history(study, draw.number), draw, others, HISTORY)
        same_policy = [one for one in others if one.world == study.world]
        return history, self._panel(study, self.without(study, draw.number), draw, same_policy, WITHOUT)

    def _panel(
        self, study: Study, scenario: Scenario, draw: Draw, others: Iterable[Study], policy: str
    ) -> pd.DataFrame:
        """Return a world's panel. Where studies share worlds, every panel that another of them will ask for is kept as well."""
        seed = draw.seed
        path = self.path(study, scenario, seed)
        if path.is_file():
            return read_parquet(path)
        result = simulate(scenario, seed)
        about = {"set": draw.number, "seed": seed, "policy": policy, "scenario": scenario.resolved()}
        if self.shared:
            of_counties = self._path_of(COUNTIES, scenario, seed)
            if not of_counties.is_file():
                keep_panel(panel(result, "month"), of_counties, {"study": study.name, **about})
            for one in others:
                keep_panel(counted(result, one), self.path(one, scenario, seed), {"study": one.name, **about})
        if not path.is_file():
            keep_panel(counted(result, study), path, {"study": study.name, **about})
        return read_parquet(path)

    def path(self, study: Study, scenario: Scenario, seed: int) -> Path:
        """Return where a world's panel is kept: its name says everything that made it."""
        among = study.outcome.among
        files = sorted(filter(None, map(column_of, study.designs().values())))
        kind = COUNTIES if among is None else canonical_json([study.outcome.model_dump(mode="json"), files])
        return self._path_of(kind, scenario, seed)

    def _path_of(self, kind: str, scenario: Scenario, seed: int) -> Path:
        source = digest(Path(panel_module.__file__).read_bytes())
        mark = digest(canonical_json([inputs_digest(), kind, source]))[:MARK_DIGITS]
        return self.folder / PANELS / f"{run_id(scenario, seed, engine_version())}-{mark}.parquet"


@cache
def by_category() -> tuple[Study, ...]:
    """Return the shipped studies of people in some categories, each of which needs a panel of its own."""
    from enforcement_sim.studies.research_designs.shipped_studies import load_study, shipped_names

    studies = map(load_study, shipped_names())
    return tuple(study for study in studies if study.outcome.among is not None)


def states_of(counties: Where) -> Where:
    """Return the states of some counties: a scope of counties cannot be thinned, so their states are simulated.

    Examples
    --------
    >>> states_of(Where.model_validate({"counties": ["06013", "06029", "10003"]})).members
    ('CA', 'DE')
    """
    postal = {state.fips: state.postal for state in load_geography().states}
    return Where.model_validate({"states": sorted({postal[county[:2]] for county in counties.members})})


def counted(result: Result, study: Study) -> pd.DataFrame:
    """Return a run as the panel that a study is estimated on: counties by month, or states by month and category."""
    outcome = study.outcome
    if outcome.among is None:
        return panel(result, "month")
    population = panel(result, "year").groupby("state", observed=True)["population"].first()
    among = result.count(list(outcome.counts), by=["state", "month", "category"], definition=outcome.among.definition)
    chosen = among[among["category"].isin(outcome.among.categories)]
    sums = chosen.groupby(["state", "month"], sort=True)["count"].sum()
    found: pd.DataFrame = sums.rename(NUMERATOR).reset_index().rename(columns={"month": "period"})
    if outcome.over:
        over = result.count(list(outcome.over), by=["state", "month"]).rename(columns={"month": "period"})
        found[DENOMINATOR] = found.merge(over, on=["state", "period"], how="left")["count"].to_numpy()
    found["population"] = found["state"].map(population).astype("int64")
    found = found.astype({"state": "str"})
    on_file = columns_on_file(result, study)
    return found if on_file.empty else found.merge(on_file.astype({"state": "str"}), on=["state", "period"], how="left")


NUMERATOR, DENOMINATOR = "in_categories", "of_these"
"""Columns of a panel by category."""

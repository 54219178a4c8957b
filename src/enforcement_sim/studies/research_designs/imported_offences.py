"""Worlds of imported offences: counties and months with offences known to the police, of which enforcement changes none.

No run is needed: treatment dates are history's, and offences are laid beside them. A set draws every setting of offences
within its range, a seed everything else. An effect is there only if the user puts one in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pandas as pd

from enforcement_sim.errors import InputError
from enforcement_sim.places.geography import load_geography
from enforcement_sim.results.result import Result
from enforcement_sim.scenarios.load import load_scenario
from enforcement_sim.studies.panels.covariates import COVARIATES, covariates
from enforcement_sim.studies.panels.treatment_dates import detainer_policies, treatment_dates
from enforcement_sim.studies.records.offence_settings import OffenceSettings, drawn_settings, offence_settings
from enforcement_sim.studies.records.offences import KINDS, offences_known
from enforcement_sim.studies.records.ucr_files import AGENCY_MONTH, COUNTY, county_months, ucr_county
from enforcement_sim.studies.research_designs.observations import DATE_COLUMNS
from enforcement_sim.studies.research_designs.study_file import Study
from enforcement_sim.studies.research_designs.study_parts import POLICY
from enforcement_sim.studies.research_designs.study_worlds import Draw

PREFIX = "offences."
SETTINGS_SEED = 1
SEEDS_A_SET = 100_000
"""Seeds of one set are this far from those of the next, so that no two worlds share a draw."""


@dataclass(frozen=True)
class OffenceWorlds:
    """How worlds of imported offences are made.

    Attributes
    ----------
    chosen : mapping
        ``offences.NAME`` with values, for settings that are not drawn.
    effect : float
        Log points from the first day of the study's treatment on.
    """

    chosen: Mapping[str, Any]
    effect: float

    def settings(self, number: int, study: Study) -> OffenceSettings:
        """Return the settings of one set.

        Raises
        ------
        InputError
            For a setting that there is not, or a value outside its range.
        """
        chosen = {}
        for address, value in self.chosen.items():
            if not address.startswith(PREFIX):
                raise InputError(
                    f"{address} reaches no imported offence", key="--world", allowed=f"{PREFIX}NAME, and effect"
                )
            chosen[address.removeprefix(PREFIX)] = value
        begins = study.treatment.begins
        carrier = DATE_COLUMNS.get(str(begins), DATE_COLUMNS[POLICY])
        drawn = drawn_settings(SETTINGS_SEED, number, self.effect, carrier)
        return offence_settings(carrier, **{**drawn.values, **chosen})

    def offences(self, study: Study, draw: Draw) -> pd.DataFrame:
        """Return every offence known: rows of county, month and kind."""
        settings = self.settings(draw.number, study)
        return offences_known(months_of(study, draw.seed), settings, _seed_of(draw))

    def recorded(self, offences: pd.DataFrame, recorder: str, study: Study, draw: Draw) -> pd.DataFrame:
        """Return what a recorder made of the offences: a panel by month with a column for each kind.

        A year of the county file stands in its January.
        """
        if recorder == AGENCY_MONTH:
            offences = county_months(offences, _seed_of(draw))
        elif recorder == COUNTY:
            by_year = ucr_county(offences, _seed_of(draw))
            offences = by_year.assign(month=pd.to_datetime(by_year["year"].astype(str) + "-01-01"))
        wide = offences.pivot_table(index=["county", "month"], columns="kind", values="offences", aggfunc="sum")
        frame = months_of(study, draw.seed).join(wide, on=["county", "period"])
        return frame.fillna(dict.fromkeys(KINDS, 0))


def _seed_of(draw: Draw) -> int:
    return SEEDS_A_SET * draw.number + draw.seed


@lru_cache(maxsize=4)
def _months_of(places: str, start: str, end: str, seed: int) -> pd.DataFrame:
    from json import loads

    scenario = load_scenario("baseline").with_(
        **{"scope": loads(places), "period.start": start, "period.end": end, "replications": 1}
    )
    geography = load_geography()
    kind, members = scenario.scope.kind, set(scenario.scope.members)
    postal = [geography.states[number].postal for number in geography.counties["state"]]
    counties = [
        int(code)
        for code, state in zip(geography.counties["fips"], postal, strict=True)
        if kind == "nation" or (state if kind == "states" else f"{int(code):05d}") in members
    ]
    # Dates and residents depend on the scenario and the seed alone: nothing is simulated.
    unsimulated = Result({}, {"scenario": scenario.resolved(), "counties": counties, "seed": seed, "thin": 1})
    dates, known = treatment_dates(unsimulated), covariates(unsimulated)
    of_county = known[list(COVARIATES)].assign(
        secure_communities_from=dates.secure_communities.astype("datetime64[ns]"),
        agreement_from=dates.agreement.astype("datetime64[ns]"),
    )
    of_county[DATE_COLUMNS[POLICY]] = of_county.index.map(detainer_policies(of_county.index)).astype("datetime64[ns]")
    months = pd.date_range(pd.Timestamp(start).replace(day=1), end, freq="MS")
    rows = of_county.loc[of_county.index.repeat(len(months))].reset_index(names="county")
    return rows.assign(period=list(months) * len(of_county))


def months_of(study: Study, seed: int) -> pd.DataFrame:
    """Return counties by month of a study's places and days, with treatment dates and covariates, without any count."""
    from json import dumps

    sample = study.sample
    return _months_of(dumps(sample.places.written()), sample.start.isoformat(), sample.end.isoformat(), seed)

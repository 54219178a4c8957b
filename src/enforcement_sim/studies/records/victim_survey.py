"""A survey of victims, of runs that import a response of victims; other runs have nothing to ask them about."""

from __future__ import annotations

import numpy as np
import pandas as pd

from enforcement_sim.errors import InputError
from enforcement_sim.places.geography import load_geography, region_of_state
from enforcement_sim.process.tables import OFFENCES_WITH_VICTIMS
from enforcement_sim.results.result import Result
from enforcement_sim.studies.records.keyed_draws import Purpose, binomials, uniforms
from enforcement_sim.studies.records.recorder_rules import rules_in_force
from enforcement_sim.studies.records.recording_asked import Recording

SURVEY = "ncvs"
RESPONSE = "response.reporting"
"""The parameter by which a run imports that victims report less, or more, where fingerprints are shared."""
PARTS = {"southeast": "south", "south_central": "south"}
"""Regions of the package that are one of the survey's."""


def ncvs(result: Result, asked: Recording) -> pd.DataFrame:
    """Return offences with a victim by region and year, and whether they were reported to the police.

    Parameters
    ----------
    result
        Of a scenario in which ``response.reporting`` is not 0.

    Returns
    -------
    DataFrame
        ``region`` (``state`` without the rule on regions), ``year``, ``reported``, ``offences`` (estimated from the
        sample) and ``offences_true``: those that led to a booking, or that would have, had they been reported.

    Raises
    ------
    InputError
        If the run imports no response of victims.

    Examples
    --------
    >>> from enforcement_sim import load_scenario, run
    >>> county = load_scenario("baseline").with_(**{"scope": {"counties": ["10003"]}, "start.warm_days": 0,
    ...     "period.start": "2012-01-01", "period.end": "2012-01-31"})
    >>> ncvs(run(county, seed=1), Recording())
    Traceback (most recent call last):
    ...
    enforcement_sim.errors.InputError: --as: this run imports no response of victims, so there is nothing to ask them ...
    """
    rules = rules_in_force(SURVEY, asked.without)
    if not float(result.meta["scenario"]["parameters"][RESPONSE]):
        raise InputError(
            "this run imports no response of victims, so there is nothing to ask them about",
            key="--as",
            allowed=f"a run in which {RESPONSE} is not 0",
        )
    true = _true(result)
    place = "state"
    if "survey-regions" in rules:
        place = "region"
        regions = {one.postal: name for one, name in zip(load_geography().states, region_of_state(), strict=True)}
        region = true["state"].map(regions).replace(PARTS)
        by = ["region", "year", "reported"]
        added = true.assign(region=region).groupby(by)["offences_true"].sum().reset_index()
        true = added.sort_values(by, ascending=[True, True, False], ignore_index=True)
    estimate = true["offences_true"].to_numpy(float)
    if "survey-sample" in rules:
        share = rules["survey-sample"].values["sampled"].value
        letters = true[place].map(lambda name: int.from_bytes(name.encode()[:7], "big")).to_numpy(np.int64)
        draws = uniforms(asked.seed, Purpose.INTERVIEWED, letters, true["year"], true["reported"].astype(int))
        estimate = binomials(true["offences_true"], share, draws) / share
    return true.assign(offences=np.rint(estimate).astype(np.int64))[
        [place, "year", "reported", "offences", "offences_true"]
    ]


def _true(result: Result) -> pd.DataFrame:
    """Return offences with a victim by state and year, reported and not."""
    by = ["state", "calendar_year"]
    booked = result.count("booked", by=[*by, "offence"], where={"offence": list(OFFENCES_WITH_VICTIMS)})
    reported = booked.groupby(by)["count"].sum().reset_index().assign(reported=True)
    unreported = result.count("unreported", by=by).assign(reported=False)
    both = pd.concat([reported, unreported], ignore_index=True)
    named = both.rename(columns={"calendar_year": "year", "count": "offences_true"})
    return named.sort_values(["state", "year", "reported"], ascending=[True, True, False], ignore_index=True)

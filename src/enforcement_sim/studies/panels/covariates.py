"""What the package knows of each county and does not change with time: residents, and whether it lies on the border."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from enforcement_sim.places.geography import load_geography
from enforcement_sim.places.overlay import with_noncitizens
from enforcement_sim.results.result import Result

COVARIATES = (
    "state",
    "name",
    "population",
    "foreign_born",
    "noncitizens",
    "unauthorised",
    "noncitizen_share",
    "unauthorised_share",
    "border",
)
"""Columns of a panel that do not change with time."""


@cache
def border_counties() -> frozenset[str]:
    """Return the FIPS codes of the counties on the boundary with Mexico.

    Examples
    --------
    >>> len(border_counties()), "48141" in border_counties()
    (23, True)
    """
    text = Path(__file__).with_name("border_counties.csv").read_text(encoding="utf-8")
    return frozenset(
        row["fips"] for row in csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    )


def covariates(result: Result) -> pd.DataFrame:
    """Return what is known of each county of a run.

    Parameters
    ----------
    result
        Whose scenario may name imported figures of non-citizens.

    Returns
    -------
    DataFrame
        A row for each county, by its FIPS code as text, ascending; columns as in :data:`COVARIATES`. ``population`` is
        of the 2010 Census; ``foreign_born``, ``noncitizens`` and ``unauthorised`` are people of all ages about 2010, which
        the package estimates or the scenario imports; shares are of the population.

    Examples
    --------
    >>> from enforcement_sim import load_scenario, run
    >>> county = load_scenario("baseline").with_(**{"scope": {"counties": ["10003"]}, "start.warm_days": 0,
    ...     "period.start": "2012-01-01", "period.end": "2012-01-31"})
    >>> found = covariates(run(county, seed=1)).loc["10003"]
    >>> found["name"], int(found["population"]), bool(found["border"])
    ('New Castle County', 538479, False)
    """
    geography = load_geography()
    here = np.searchsorted(geography.counties.fips, sorted(result.meta["counties"]))
    counties = with_noncitizens(dict(result.meta["scenario"].get("data", {})), geography)[here]
    fips = pd.Index([f"{code:05d}" for code in counties["fips"]], name="county")
    population = counties["population"].astype(np.int64)
    columns = {
        "state": [geography.states[state].postal for state in counties["state"]],
        "name": [geography.names[index] for index in here],
        "population": population,
        **{name: counties[name].astype(np.int64) for name in ("foreign_born", "noncitizens", "unauthorised")},
        "noncitizen_share": counties["noncitizens"] / population,
        "unauthorised_share": counties["unauthorised"] / population,
        "border": fips.isin(border_counties()),
    }
    return pd.DataFrame(columns, index=fips)

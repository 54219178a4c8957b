"""Panels by hand: counties and months without a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from enforcement_sim.places.geography import load_geography


def made_panel(
    counties: Sequence[str],
    start: str = "2010-01-01",
    end: str = "2011-12-01",
    activated: str | Mapping[str, str] = "2010-07-01",
) -> pd.DataFrame:
    """Return a row for each county and month, with the columns that records need."""
    months = pd.date_range(start, end, freq="MS")
    geography = load_geography()
    rows = []
    for fips in counties:
        county = geography.counties[geography.index_of(fips)]
        day = activated if isinstance(activated, str) else activated.get(fips)
        rows += [
            {
                "county": fips,
                "period": month,
                "days": month.days_in_month,
                "state": geography.states[county["state"]].postal,
                "population": int(county["population"]),
                "secure_communities_from": pd.Timestamp(day) if day else pd.NaT,
                "agreement_from": pd.NaT,
                "state_agreement_from": pd.NaT,
            }
            for month in months
        ]
    return pd.DataFrame(rows)


def counties_of(state: str) -> list[str]:
    """Return the FIPS codes of a state's counties."""
    geography = load_geography()
    return [f"{code:05d}" for code in geography.counties["fips"][geography.counties_of_state(state)]]

"""Agencies within counties: synthetic parts of each county, drawn once, that stand for no real agency.

Every county has a county agency and, with its size, more agencies; together about as many as report to the FBI. Their
residents are shares of the county's that are drawn by key, so a county has the same agencies in every run of a seed.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pandas as pd

from enforcement_sim.places.geography import load_geography, region_of_state
from enforcement_sim.studies.records.keyed_draws import Purpose, binomials, uniforms
from enforcement_sim.studies.records.offences import MONTHS_A_YEAR, kind_numbers
from enforcement_sim.studies.records.recorder_rules import agency_numbers

GROUP_ENDS = (2_500, 10_000, 25_000, 50_000, 100_000, 250_000)
"""Residents at which the FBI's groups of cities end; group 1 has 250,000 and more, group 7 fewer than 2,500."""
COUNTY_GROUP = 8
"""County agencies; the package does not tell metropolitan counties (the FBI's group 9) from others."""


def agencies(seed: int) -> pd.DataFrame:
    """Return the nation's synthetic agencies.

    Returns
    -------
    DataFrame
        Sorted by ``county`` (a number) and ``number`` within it: ``agency`` (FIPS code and number, such as ``10003-02``),
        ``state``, ``region``, ``group`` (the FBI's population group), ``residents`` and ``share`` (of the county's
        residents; they add up to 1).

    Examples
    --------
    >>> found = agencies(1)
    >>> 17_000 < len(found) < 19_500, round(float(found.query("county == 10003")["share"].sum()), 9)
    (True, 1.0)
    """
    return _agencies(seed).copy()


@lru_cache(maxsize=4)
def _agencies(seed: int) -> pd.DataFrame:
    geography = load_geography()
    counties = geography.counties
    population = counties["population"].astype(float)
    numbers = agency_numbers()
    size = population ** numbers["size_power"].value
    how_many = np.maximum(1, np.rint(numbers["number"].value * size / size.sum()).astype(int))
    row = np.repeat(np.arange(population.size), how_many)
    number = np.arange(row.size) - np.repeat(np.cumsum(how_many) - how_many, how_many)
    # Exponential draws over their sum divide a county evenly at random.
    drawn = -np.log(uniforms(seed, Purpose.AGENCY_SIZE, counties["fips"][row], number))
    share = drawn / np.bincount(row, drawn)[row]
    residents = np.rint(share * population[row]).astype(np.int64)
    group = np.where(number == 0, COUNTY_GROUP, len(GROUP_ENDS) + 1 - np.searchsorted(GROUP_ENDS, residents, "right"))
    state = counties["state"][row]
    fips = counties["fips"][row].astype(np.int64)
    return pd.DataFrame(
        {
            "county": fips,
            "number": number,
            "agency": [f"{code:05d}-{one:02d}" for code, one in zip(fips, number, strict=True)],
            "state": np.array([one.postal for one in geography.states])[state],
            "region": np.array(region_of_state())[state],
            "group": group,
            "residents": residents,
            "share": share,
        }
    )


def divided(offences: pd.DataFrame, among: pd.DataFrame, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Divide each county's offences of a month among its agencies; every offence is one agency's.

    Parameters
    ----------
    offences
        Rows with ``county`` (FIPS code as text), ``month``, ``kind`` and ``offences``.

    Returns
    -------
    tuple of ndarray
        For each agency of each row, in their order: the position of the row, that of the agency, and its offences.

    Examples
    --------
    >>> known = pd.DataFrame({"county": ["10003"], "month": pd.to_datetime(["2012-01-01"]), "kind": ["violent"]})
    >>> _, _, given = divided(known.assign(offences=[250]), agencies(1), seed=1)
    >>> int(given.sum())
    250
    """
    fips = offences["county"].astype(np.int64).to_numpy()
    first = np.searchsorted(among["county"], fips)
    how_many = np.searchsorted(among["county"], fips, "right") - first
    row = np.repeat(np.arange(fips.size), how_many)
    agency = np.arange(row.size) - np.repeat(np.cumsum(how_many) - how_many, how_many) + first[row]
    kind = kind_numbers(offences["kind"])
    number = among["number"].to_numpy()[agency]
    draws = uniforms(seed, Purpose.AGENCY_OFFENCES, fips[row], number, month_numbers(offences["month"])[row], kind[row])
    return row, agency, _given(offences["offences"].to_numpy(), how_many, among["share"].to_numpy()[agency], draws)


def month_numbers(months: pd.Series) -> np.ndarray:
    """Return whole numbers that count months, for the keys of draws.

    Examples
    --------
    >>> month_numbers(pd.Series(pd.to_datetime(["2011-12-01", "2012-01-01"]))).tolist()
    [24144, 24145]
    """
    index = pd.DatetimeIndex(months)
    return np.asarray(MONTHS_A_YEAR * index.year + index.month)


def _given(left: np.ndarray, how_many: np.ndarray, share: np.ndarray, draws: np.ndarray) -> np.ndarray:
    """Give each part its binomial number of what is left; the last one gets the rest."""
    begins = np.cumsum(how_many) - how_many
    left, share_left = left.astype(np.int64).copy(), np.ones(left.size)
    given = np.zeros(share.size, np.int64)
    for turn in range(int(how_many.max(initial=0))):
        here = np.flatnonzero(how_many > turn)
        at = begins[here] + turn
        last = how_many[here] == turn + 1
        chance = np.where(last, 1.0, np.clip(share[at] / np.maximum(share_left[here], 1e-300), 0.0, 1.0))
        given[at] = binomials(left[here], chance, draws[at])
        left[here] -= given[at]
        share_left[here] -= share[at]
    return given

"""Offences known to the police in every county and month of a run: imported, not simulated.

The world begins at booking, so offences are laid beside it: published rates by state and year, spread over counties by
size, with differences, trends, years and overdispersion that are drawn within stated ranges. Enforcement does not
change them. A user may suppose an effect from the day of a treatment on, to ask whether a design would have found it. All
draws are keyed, so worlds with and without an effect differ by the effect alone.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from enforcement_sim.errors import InputError
from enforcement_sim.places.geography import load_geography
from enforcement_sim.studies.panels.panel import DATES, DAYS
from enforcement_sim.studies.records.keyed_draws import Purpose, normals, uniforms
from enforcement_sim.studies.records.offence_settings import OffenceSettings

KINDS = ("violent", "property")
"""Murder, rape, robbery and aggravated assault; burglary, larceny and theft of motor vehicles."""
RATE_OF = 100_000
MONTHS_A_YEAR = 12
PEAK = 6.5
"""Middle of July, in months from the beginning of the year."""
TREND_FROM = pd.Timestamp("2010-07-01")
"""The day on which straight trends are zero: the middle of the period."""
DAYS_A_YEAR = 365.25


def offences_known(panel: pd.DataFrame, settings: OffenceSettings, seed: int) -> pd.DataFrame:
    """Return offences known to the police for the counties and months of a panel.

    Parameters
    ----------
    panel
        By month, of :func:`enforcement_sim.studies.panels.panel.panel`: its ``county``, ``period`` and treatment dates.
    settings
        How offences differ between counties and over time, and the effect that is supposed.
    seed
        Decides all draws; it need not be that of the run.

    Returns
    -------
    DataFrame
        A row for each county, month and kind, in this order: ``county``, ``month`` (its first day), ``kind`` (of
        :data:`KINDS`) and ``offences`` (a count of the whole month, even if the run begins or ends within it).

    Raises
    ------
    InputError
        If the panel is not by month, or no rate is known for one of its years.

    Examples
    --------
    >>> from enforcement_sim.studies.records.offence_settings import offence_settings
    >>> months = pd.DataFrame({"county": ["10001", "10003"], "period": pd.to_datetime(["2012-07-01"] * 2)})
    >>> months = months.assign(secure_communities_from=pd.Timestamp("2010-04-13"))
    >>> found = offences_known(months, offence_settings(), seed=1)
    >>> found["kind"].tolist(), bool((found["offences"] > 0).all())
    (['violent', 'property', 'violent', 'property'], True)
    """
    from scipy.stats import nbinom, poisson  # at call: it loads slowly

    months = pd.DatetimeIndex(panel["period"])
    _check_months(panel)
    expected = np.stack([expected_offences(panel, settings, kind, seed) for kind in KINDS], axis=1)
    fips = panel["county"].astype(np.int64).to_numpy()
    number = (MONTHS_A_YEAR * months.year + months.month).to_numpy()
    draws = uniforms(seed, Purpose.OFFENCES, fips[:, np.newaxis], number[:, np.newaxis], np.arange(len(KINDS)))
    more = settings["dispersion"]
    counted = nbinom.ppf(draws, 1.0 / more, 1.0 / (1.0 + more * expected)) if more else poisson.ppf(draws, expected)
    return pd.DataFrame(
        {
            "county": np.repeat(panel["county"].to_numpy(), len(KINDS)),
            "month": np.repeat(months.to_numpy(), len(KINDS)),
            "kind": np.tile(np.array(KINDS, dtype=object), len(panel)),
            "offences": counted.astype(np.int64).ravel(),
        }
    ).astype({"county": "str", "kind": "str"})


def expected_offences(panel: pd.DataFrame, settings: OffenceSettings, kind: str, seed: int) -> np.ndarray:
    """Return the expected offences of one of :data:`KINDS` for each row of a panel by month, float64."""
    months, fips = pd.DatetimeIndex(panel["period"]), panel["county"].astype(np.int64).to_numpy()
    counties, row = np.unique(fips, return_inverse=True)
    base = county_base(kind, settings, seed)
    by_state = _published(counties, months.year.to_numpy(), row, kind)
    log_rate = county_trends(panel, settings, kind, seed) * years_from_middle(months)
    years, year = np.unique(months.year.to_numpy(), return_inverse=True)
    of_year = normals(seed, Purpose.COUNTY_YEAR, counties[:, np.newaxis], years[np.newaxis], KINDS.index(kind))
    log_rate += settings["year_spread"] * of_year[row, year]
    log_rate -= settings["year_spread"] ** 2 / 2.0  # so that the mean over years stays the published one
    log_rate += settings["season"] * np.cos((months.month.to_numpy() - 0.5 - PEAK) * 2.0 * np.pi / MONTHS_A_YEAR)
    log_rate += settings["effect"] * share_treated(months, panel[settings.effect_from])
    length = months.days_in_month.to_numpy() / np.where(months.is_leap_year, 366.0, 365.0)
    return np.asarray(by_state / RATE_OF * np.array([base[code] for code in counties])[row] * length * np.exp(log_rate))


def county_trends(panel: pd.DataFrame, settings: OffenceSettings, kind: str, seed: int) -> np.ndarray:
    """Return the straight trend of each row's county, in log points a year, float64."""
    counties, row = np.unique(panel["county"].astype(np.int64).to_numpy(), return_inverse=True)
    own = settings["trend_spread"] * normals(seed, Purpose.COUNTY_TREND, counties, KINDS.index(kind))
    return np.asarray(own[row] + settings["trend_by_activation"] * _years_early(panel))


def years_from_middle(months: pd.DatetimeIndex) -> np.ndarray:
    """Return the years from :data:`TREND_FROM` to the first day of each month.

    Examples
    --------
    >>> years_from_middle(pd.DatetimeIndex(["2010-07-01", "2011-07-01"])).round(2).tolist()
    [0.0, 1.0]
    """
    return np.asarray((months - TREND_FROM).days, float) / DAYS_A_YEAR


def kind_numbers(kinds: pd.Series) -> np.ndarray:
    """Return the position of each kind in :data:`KINDS`.

    Examples
    --------
    >>> kind_numbers(pd.Series(["property", "violent"])).tolist()
    [1, 0]
    """
    return np.asarray(pd.Categorical(kinds, categories=list(KINDS)).codes, np.int64)


def share_treated(months: pd.DatetimeIndex, begins: pd.Series) -> np.ndarray:
    """Return the share of each month's days on or after a first day of treatment; 0 for never.

    Examples
    --------
    >>> months = pd.DatetimeIndex(["2012-03-01", "2012-04-01", "2012-05-01"])
    >>> share_treated(months, pd.Series(pd.to_datetime(["2012-04-16"] * 3))).tolist()
    [0.0, 0.5, 1.0]
    """
    before = (pd.DatetimeIndex(begins) - months).days.to_numpy()
    days = months.days_in_month.to_numpy()
    return np.asarray(np.where(np.isnan(before), 0.0, np.clip(1.0 - before / days, 0.0, 1.0)))


def _published(counties: np.ndarray, years: np.ndarray, row: np.ndarray, kind: str) -> np.ndarray:
    """Return for each row the rate of its county's state in its year, of 100,000 residents."""
    rates, geography = _rates(), load_geography()
    states = geography.counties["state"][np.searchsorted(geography.counties["fips"], counties)]
    postal = [geography.states[state].postal for state in states.tolist()]
    known = sorted({year for _, year in rates})
    for year in np.unique(years):
        if year not in known:
            says = f"no rate of offences is known for {year}"
            raise InputError(says, key="offences", allowed=f"{known[0]} to {known[-1]}")
    table = np.array([[rates[state, year][KINDS.index(kind)] for year in known] for state in postal])
    return np.asarray(table[row, years - known[0]])


def county_base(kind: str, settings: OffenceSettings, seed: int) -> dict[int, float]:
    """Return residents of each county of the nation times its rate over its state's, by FIPS code.

    They add up to the residents of each state, so that its offences in a year are the published ones on average.
    """
    counties = load_geography().counties
    population = counties["population"].astype(float)
    drawn = normals(seed, Purpose.COUNTY_RATE, counties["fips"], KINDS.index(kind))
    weight = population ** (1.0 + settings[f"size_slope_{kind}"]) * np.exp(settings["county_spread"] * drawn)
    of_state = [np.bincount(counties["state"], amounts) for amounts in (population, weight)]
    factor = (of_state[0] / of_state[1])[counties["state"]]
    return dict(zip(counties["fips"].tolist(), (weight * factor).tolist(), strict=True))


def _years_early(panel: pd.DataFrame) -> np.ndarray:
    """Return by how many years a county was activated before the mean of the panel's counties; 0 for never."""
    first = panel.groupby("county", sort=False)[DATES[0]].first()
    early = (first.mean() - first).dt.days / DAYS_A_YEAR
    return np.asarray(panel["county"].map(early.fillna(0.0)), float)


def _check_months(panel: pd.DataFrame) -> None:
    months = pd.DatetimeIndex(panel["period"])
    longer = DAYS in panel and bool((panel[DAYS].to_numpy() > months.days_in_month.to_numpy()).any())
    if longer or bool((months.day != 1).any()):
        raise InputError("offences are laid over months", key="by", allowed="a panel by month")


@cache
def _rates() -> dict[tuple[str, int], tuple[float, float]]:
    """Return offences for 100,000 residents by state and year: violent, property."""
    text = Path(__file__).with_name("offence_rates.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    return {(row["state"], int(row["year"])): (float(row["violent"]), float(row["property"])) for row in rows}

"""Offences as the Uniform Crime Reports had them: by agency and month, and by county and year with imputation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from enforcement_sim.errors import InputError
from enforcement_sim.studies.records.agencies import agencies, divided, month_numbers
from enforcement_sim.studies.records.keyed_draws import Purpose, binomials, uniforms
from enforcement_sim.studies.records.offences import KINDS, MONTHS_A_YEAR, kind_numbers
from enforcement_sim.studies.records.recorder_rules import RecordRule, rules_in_force
from enforcement_sim.studies.records.reporting import months_reported

LEAST_MONTHS = 3
"""Agencies that reported fewer months of a year are imputed."""
AGENCY_MONTH, COUNTY = "ucr-agency-month", "ucr-county"


def ucr_agency_month(offences: pd.DataFrame, seed: int, without: Iterable[str] = ()) -> pd.DataFrame:
    """Return offences by agency and month, as agencies reported them.

    Parameters
    ----------
    seed
        Of the records; it decides the agencies too.

    Returns
    -------
    DataFrame
        ``county``, ``state``, ``agency``, ``population_group``, ``agency_population``, ``month``, ``kind``,
        ``months_reported`` and ``last_month_reported`` (of its calendar year, 0 for none), ``offences`` (missing if the
        month was not reported) and ``offences_true``, which add up to those of the county.

    Raises
    ------
    InputError
        If the recorder has no rule of that name.

    Examples
    --------
    >>> known = pd.DataFrame({"county": ["10003"], "month": pd.to_datetime(["2012-01-01"]), "kind": ["violent"]})
    >>> found = ucr_agency_month(known.assign(offences=[250]), seed=1)
    >>> int(found["offences_true"].sum()), bool((found["offences"] <= found["offences_true"]).all())
    (250, True)
    """
    rules = rules_in_force(AGENCY_MONTH, without)
    among = agencies(seed)
    row, agency, true, recorded, reported = _as_reported(offences, rules, seed)
    months = pd.DatetimeIndex(offences["month"])
    years, year = np.unique(months.year, return_inverse=True)
    number = np.arange(1, MONTHS_A_YEAR + 1)
    by_year = months_reported(years, rules, seed)
    how_many, last = by_year.sum(axis=2), (by_year * number).max(axis=2)

    def of_agency(column: str) -> pd.Categorical[str]:
        codes, names = pd.factorize(among[column])
        return pd.Categorical.from_codes(codes[agency], categories=names)

    return pd.DataFrame(
        {
            "county": pd.Categorical(offences["county"]).take(row),
            "state": of_agency("state"),
            "agency": of_agency("agency"),
            "population_group": among["group"].to_numpy()[agency],
            "agency_population": among["residents"].to_numpy()[agency],
            "month": months.to_numpy()[row],
            "kind": pd.Categorical(offences["kind"], categories=list(KINDS)).take(row),
            "months_reported": how_many[agency, year[row]],
            "last_month_reported": last[agency, year[row]],
            "offences": pd.array(np.where(reported, recorded, 0), dtype="Int64").astype("Int64"),
            "offences_true": true,
        }
    ).assign(offences=lambda frame: frame["offences"].where(reported))


def county_months(offences: pd.DataFrame, seed: int, without: Iterable[str] = ()) -> pd.DataFrame:
    """Return offences by county and month, added up from the agencies that reported the month.

    Returns
    -------
    DataFrame
        The rows of ``offences`` with ``offences`` as recorded, ``offences_true``, and ``reported_share``: the share of
        the county's residents whose agency reported the month.

    Examples
    --------
    >>> known = pd.DataFrame({"county": ["10003"], "month": pd.to_datetime(["2012-01-01"]), "kind": ["violent"]})
    >>> found = county_months(known.assign(offences=[250]), seed=1, without=["hierarchy"])
    >>> bool(found["offences"].iloc[0] <= 250 == found["offences_true"].iloc[0])
    True
    """
    row, agency, _, recorded, reported = _as_reported(offences, rules_in_force(AGENCY_MONTH, without), seed)
    share = agencies(seed)["share"].to_numpy()[agency]
    size = len(offences)
    return offences.assign(
        offences_true=offences["offences"],
        offences=np.bincount(row, recorded * reported, size).astype(np.int64),
        reported_share=np.minimum(1.0, np.bincount(row, share * reported, size)),
    )


def ucr_county(offences: pd.DataFrame, seed: int, without: Iterable[str] = ()) -> pd.DataFrame:
    """Return offences by county and calendar year, imputed as the National Archive of Criminal Justice Data does.

    Returns
    -------
    DataFrame
        ``county``, ``state``, ``year``, ``kind``, ``population`` (of the 2010 Census), ``coverage_indicator`` (0 to 100),
        ``offences`` (a whole number) and ``offences_true``; years of which the offences have all twelve months.

    Raises
    ------
    InputError
        If there is no such rule, or no whole year.

    Examples
    --------
    >>> from enforcement_sim.studies.records.offences import KINDS
    >>> months = pd.date_range("2012-01-01", "2012-12-01", freq="MS")
    >>> known = pd.DataFrame({"county": "10003", "month": months, "kind": "violent", "offences": 250})
    >>> every = ("hierarchy", "agencies-not-reporting", "months-not-reported")
    >>> ucr_county(known, seed=1, without=every)[["coverage_indicator", "offences"]].values.tolist()
    [[100.0, 3000.0]]
    """
    rules = rules_in_force(COUNTY, without)
    whole = whole_years(offences)
    among = agencies(seed)
    row, agency, _, recorded, reported = _as_reported(whole, rules, seed)
    years, year = np.unique(pd.DatetimeIndex(whole["month"]).year, return_inverse=True)
    kinds = kind_numbers(whole["kind"])
    shape = (len(among), years.size, len(KINDS))
    cell = np.ravel_multi_index((agency, year[row], kinds[row]), shape)
    size = int(np.prod(shape))
    sums = np.bincount(cell, recorded * reported, size).reshape(shape)
    how_many = months_reported(years, rules, seed).sum(axis=2)
    counted = np.unique(agency)
    estimated = imputed(among.iloc[counted], sums[counted], how_many[counted], rules)
    return _by_county(whole, among.iloc[counted], estimated, how_many[counted], years, rules)


def imputed(
    among: pd.DataFrame, reported: np.ndarray, months: np.ndarray, rules: Mapping[str, RecordRule]
) -> np.ndarray:
    """Return offences of each agency and year, with what the months that were not reported are taken to hold.

    Parameters
    ----------
    among
        Agencies, with ``state``, ``region``, ``group`` and ``residents``.
    reported
        Offences of the reported months, shape (agencies, years, kinds).
    months
        Months reported, shape (agencies, years).
    rules
        Of the recorder ``ucr-county`` that are in force.

    Examples
    --------
    >>> made = pd.DataFrame({"state": ["DE"] * 3, "region": ["southeast"] * 3, "group": [6] * 3, "residents": [5, 5, 10]})
    >>> counts, months = np.array([[[60.0]], [[30.0]], [[0.0]]]), np.array([[12], [6], [0]])
    >>> imputed(made, counts, months, rules_in_force("ucr-county")).ravel().tolist()
    [60.0, 60.0, 120.0]
    """
    found = reported.astype(float)
    n = months[..., np.newaxis]
    if "weighted-months" in rules:
        found = np.where((n >= LEAST_MONTHS) & (n < MONTHS_A_YEAR), found * MONTHS_A_YEAR / np.maximum(n, 1), found)
    if "imputed-agencies" not in rules:
        return found
    lacking = months < LEAST_MONTHS
    residents = among["residents"].to_numpy(float)[:, np.newaxis]
    full = (months == MONTHS_A_YEAR) & (residents > 0)
    rate = np.full(found.shape, np.nan)
    for keys in (["state", "group"], ["region", "group"], ["group"], []):
        stratum = among.groupby(keys, sort=False).ngroup().to_numpy() if keys else np.zeros(len(among), int)
        people, counts = _added_up(stratum, residents * full), _added_up(stratum, reported * full[..., np.newaxis])
        with np.errstate(divide="ignore", invalid="ignore"):
            mean = counts / people[..., np.newaxis]
        rate = np.where(np.isnan(rate), mean[stratum], rate)
    return np.where(lacking[..., np.newaxis], np.nan_to_num(rate) * residents[..., np.newaxis], found)


def _added_up(stratum: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Add up rows of an array by the number of their stratum."""
    from scipy.sparse import csr_array  # at call: it loads slowly

    members = csr_array((np.ones(stratum.size), (stratum, np.arange(stratum.size))))
    sums = members @ values.reshape(stratum.size, -1).astype(float)
    return np.asarray(sums).reshape(-1, *values.shape[1:])


def whole_years(offences: pd.DataFrame) -> pd.DataFrame:
    """Return the offences of the calendar years of which all twelve months are there.

    Raises
    ------
    InputError
        If there is none.
    """
    month = pd.DatetimeIndex(offences["month"])
    there = pd.Series(month.month).groupby(month.year).nunique()
    whole = there.index[there == MONTHS_A_YEAR]
    if whole.empty:
        raise InputError(
            f"{COUNTY} is annual, and the run has no whole calendar year", key="--as", allowed=AGENCY_MONTH
        )
    return offences[month.year.isin(whole)].reset_index(drop=True)


def _as_reported(
    offences: pd.DataFrame, rules: Mapping[str, RecordRule], seed: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return for each agency of each row: row, agency, its offences, those that its report would count, and whether it came."""
    row, agency, true = divided(offences, agencies(seed), seed)
    recorded = true
    if "hierarchy" in rules:
        lost = np.array([rules["hierarchy"].values[f"{kind}_lost"].value for kind in KINDS])
        kind = kind_numbers(offences["kind"])[row]
        draws = uniforms(seed, Purpose.HIERARCHY, agency, month_numbers(offences["month"])[row], kind)
        recorded = binomials(true, 1.0 - lost[kind], draws)
    months = pd.DatetimeIndex(offences["month"])
    years, year = np.unique(months.year, return_inverse=True)
    reported = months_reported(years, rules, seed)[agency, year[row], (months.month.to_numpy() - 1)[row]]
    return row, agency, true, recorded, reported


def _by_county(
    whole: pd.DataFrame,
    among: pd.DataFrame,
    estimated: np.ndarray,
    months: np.ndarray,
    years: np.ndarray,
    rules: Mapping[str, RecordRule],
) -> pd.DataFrame:
    """Add up agencies' years to the county file."""
    fips, county = np.unique(among["county"], return_inverse=True)
    residents = among["residents"].to_numpy(float)
    population = np.bincount(county, residents)
    counts = np.zeros((fips.size, *estimated.shape[1:]))
    np.add.at(counts, county, estimated)
    used = np.where(months < LEAST_MONTHS, 0, months) if "imputed-agencies" in rules else months
    covered = np.zeros((fips.size, years.size))
    np.add.at(covered, county, residents[:, np.newaxis] * used / MONTHS_A_YEAR)
    year = pd.DatetimeIndex(whole["month"]).year
    true = whole.groupby([whole["county"].astype(np.int64), year, "kind"])["offences"].sum()
    keys = pd.MultiIndex.from_product([fips, years, KINDS], names=["county", "year", "kind"])
    state = among.drop_duplicates("county").set_index("county")["state"]
    place = np.repeat(np.arange(fips.size), years.size * len(KINDS))
    frame = pd.DataFrame(
        {
            "county": [f"{code:05d}" for code in fips[place]],
            "state": state.loc[fips[place]].to_numpy(),
            "year": keys.get_level_values("year"),
            "kind": keys.get_level_values("kind"),
            "population": population[place].astype(np.int64),
            "coverage_indicator": np.repeat((100.0 * covered / population[:, np.newaxis]).ravel(), len(KINDS)).round(4),
            "offences": np.rint(counts.ravel()).astype(np.int64),
            "offences_true": true.reindex(keys).to_numpy(),
        }
    )
    return frame[frame["offences_true"].notna()].astype({"offences_true": np.int64}).reset_index(drop=True)

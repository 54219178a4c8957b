"""From the panel of a world to the rows that a design is estimated on: units, periods, outcome and treatment.

Rows have the columns ``unit``, ``state``, ``period`` (a number from 1), ``month_of_year``, ``outcome``, ``treated`` (the share
of the period's days under treatment), ``cohort`` (the number of the first period treated for at least half; 0 for never),
``weight`` and the covariates of the county.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from enforcement_sim.law.where import Where
from enforcement_sim.places.geography import load_geography
from enforcement_sim.studies.panels.treatment_dates import detainer_policies
from enforcement_sim.studies.research_designs.study_file import Study
from enforcement_sim.studies.research_designs.study_parts import COVARIATES, POLICY, Sample
from enforcement_sim.studies.research_designs.study_worlds import DENOMINATOR, NUMERATOR

FREQUENCIES = {"month": "M", "quarter": "Q-DEC", "year": "Y-DEC", "fiscal_year": "Y-SEP"}
DATE_COLUMNS = {
    "secure_communities": "secure_communities_from",
    "agreement": "agreement_from",
    POLICY: "detainer_policy_from",
}
"""What begins -> the column of a panel that says when."""
PER = 100_000
TREATED_SHARE = 0.5
"""Share of a period's days from which the period counts as treated, for cohorts."""


def counts_of(study: Study) -> tuple[list[str], list[str], list[str]]:
    """Return the columns of a panel that make the outcome, what it is divided by, and what is instrumented."""
    outcome = study.outcome
    if outcome.among is not None:
        return [NUMERATOR], [DENOMINATOR] if outcome.over else [], []
    suffix = f"_{outcome.programme}" if outcome.programme else ""
    numerator = [f"{event}{suffix}" for event in outcome.counts] or list(outcome.offences)
    return numerator, list(outcome.over), list(study.treatment.through)


def rows_of(panel: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return the rows of a study's own sample, before the outcome takes its form.

    Parameters
    ----------
    panel
        Counties by month; or states by month, for an outcome by category.

    Returns
    -------
    DataFrame
        Columns as in the head of this module, with ``numerator``, ``denominator`` and ``through`` in place of ``outcome``.
    """
    sample = study.sample
    chosen = panel[_in_sample(panel, sample)]
    place = "county" if "county" in chosen else "state"
    numerator, denominator, through = counts_of(study)
    periods = pd.PeriodIndex(chosen["period"], freq="M").asfreq(FREQUENCIES[sample.by])
    sums = {
        "numerator": chosen[numerator].sum(axis=1),
        "denominator": chosen[denominator].sum(axis=1) if denominator else 0,
        "through": chosen[through].sum(axis=1) if through else 0,
    }
    known = [name for name in ("state", *COVARIATES) if name in chosen and name != place]
    frame = chosen[[place, *known]].assign(period=periods, **sums)
    one_date = isinstance(study.treatment.begins, date)
    if place == "county" or one_date:
        frame["begins"] = _begins(chosen, study).to_numpy()
        known.append("begins")
    by_place = frame.groupby([place, "period"], as_index=False, sort=True, observed=True).agg(
        {**dict.fromkeys(sums, "sum"), **dict.fromkeys(known, "first")}
    )
    if "begins" in by_place:
        by_place["treated"] = _share_treated(by_place["begins"], by_place["period"])
    else:
        by_place["treated"] = residents_with_policy(by_place)
    by_unit = _as_units(by_place, sample.unit, place)
    return _numbered(by_unit, sample)


def _in_sample(panel: pd.DataFrame, sample: Sample) -> pd.Series[bool]:
    """Return which rows of a panel a sample's places and days take in."""
    months = panel["period"]
    first = pd.Timestamp(sample.start).to_period("M").to_timestamp()
    inside = (months >= first) & (months <= pd.Timestamp(sample.end))
    inside &= _among_places(panel, sample.places)
    if sample.leave_out is not None:
        inside &= ~_among_places(panel, sample.leave_out)
    if sample.least_population:
        inside &= panel["population"] >= sample.least_population
    if sample.keep == "with agreement":
        inside &= panel["agreement_from"].notna() & (panel["agreement_from"] <= pd.Timestamp(sample.end))
    return inside


def _among_places(panel: pd.DataFrame, where: Where) -> pd.Series[bool]:
    if where.kind == "nation":
        return pd.Series(True, index=panel.index)
    return panel["state" if where.kind == "states" else "county"].isin(where.members)


def _begins(panel: pd.DataFrame, study: Study) -> pd.Series[pd.Timestamp]:
    """Return the first day of treatment of each row's place; NaT for never, or for a day after the sample."""
    begins = study.treatment.begins
    if isinstance(begins, date):
        return pd.Series(pd.Timestamp(begins), index=panel.index)
    return panel[DATE_COLUMNS[begins]]


def residents_with_policy(rows: pd.DataFrame) -> np.ndarray:
    """Return which share of a state's residents live in counties that honour less than every detainer, over each period's days.

    Examples
    --------
    >>> residents_with_policy(pd.DataFrame({"state": ["CT", "DE"], "period": pd.PeriodIndex(["2014-07"] * 2, freq="M")}))
    array([1., 0.])
    """
    geography = load_geography()
    postal = {state.fips: state.postal for state in geography.states}
    fips = geography.counties["fips"]
    counties = pd.DataFrame({"county": [f"{code:05d}" for code in fips], "people": geography.counties["population"]})
    counties["state"] = counties["county"].str[:2].map(postal)
    counties["begins"] = pd.to_datetime(counties["county"].map(detainer_policies(counties["county"])))
    cells = rows[["state", "period"]].merge(counties.dropna(subset=["begins"]), on="state")
    cells["treated"] = _share_treated(cells["begins"], cells["period"]) * cells["people"]
    people = counties.groupby("state")["people"].sum()
    treated = cells.groupby(["state", "period"], as_index=False)["treated"].sum()
    found = rows[["state", "period"]].merge(treated, on=["state", "period"], how="left")["treated"]
    return np.asarray(found.fillna(0.0) / rows["state"].map(people).to_numpy(), dtype=float)


def _share_treated(begins: pd.Series[pd.Timestamp], periods: pd.Series[pd.Period]) -> np.ndarray:
    """Return the share of each row's period that lies at or after the day on which treatment begins."""
    index = pd.PeriodIndex(periods)
    first, after = index.to_timestamp(how="start"), (index + 1).to_timestamp(how="start")
    days = (after - first).days.to_numpy()
    under = (after - pd.DatetimeIndex(begins)).days.to_numpy(dtype=float)
    return np.asarray(np.nan_to_num(np.clip(under / days, 0.0, 1.0)))


def _as_units(frame: pd.DataFrame, unit: str, place: str) -> pd.DataFrame:
    """Add up places into the units of the sample; treatment is the mean over residents."""
    if unit == place:
        return frame.assign(unit=frame[place])
    frame = frame.assign(unit=frame["state"] if unit == "state" else "nation", people=frame["population"])
    frame["treated"] *= frame["people"]
    sums = ["numerator", "denominator", "through", "treated", "people", "population"]
    more = [name for name in ("foreign_born", "noncitizens", "unauthorised") if name in frame]
    added = frame.groupby(["unit", "period"], as_index=False, sort=True, observed=True).agg(
        {**dict.fromkeys([*sums, *more], "sum"), "state": "first"}
    )
    added["treated"] /= added["people"]
    for share, people in (("noncitizen_share", "noncitizens"), ("unauthorised_share", "unauthorised")):
        if people in added:
            added[share] = added[people] / added["population"]
    return added


def _numbered(frame: pd.DataFrame, sample: Sample) -> pd.DataFrame:
    """Return rows with periods as numbers from 1, each unit's cohort, and the units that the sample keeps."""
    periods = pd.PeriodIndex(frame["period"])
    numbers = (periods.asi8 - periods.asi8.min() + 1).astype(int) if len(frame) else np.array([], int)
    frame = frame.assign(month_of_year=periods.month, period=numbers)
    treated = frame["period"].where(frame["treated"] >= TREATED_SHARE)
    frame["cohort"] = treated.groupby(frame["unit"]).transform("min").fillna(0).astype(int)
    frame["county"] = frame["unit"]
    frame["weight"] = frame["population"].astype(float)
    if sample.keep == "once treated":
        frame = frame[frame["cohort"] > 0]
    elif sample.keep == "border":
        frame = frame[frame["unit"].isin(in_pairs(frame)["unit"])]
    return frame.reset_index(drop=True)


def with_outcome(rows: pd.DataFrame, form: str) -> pd.DataFrame:
    """Return rows with their outcome; those without one (the logarithm of nothing, a share of nothing) are left out.

    Examples
    --------
    >>> with_outcome(pd.DataFrame({"numerator": [0, 2], "denominator": [1, 4]}), "share")["outcome"].tolist()
    [0.0, 0.5]
    """
    top = rows["numerator"].to_numpy(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        if form == "log":
            values = np.where(top > 0, np.log(top), np.nan)
        elif form == "share":
            below = rows["denominator"].to_numpy(float)
            values = np.where(below > 0, top / below, np.nan)
        elif form == "per_100000":
            values = PER * top / rows["population"].to_numpy(float)
        else:
            values = top
    return rows.assign(outcome=values).dropna(subset=["outcome"])


def in_pairs(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows for every pair of neighbours of which one is treated within the sample and the other is not.

    A county stands in as many pairs as it has such neighbours; ``pair`` names the pair.
    """
    cohort = rows.groupby("unit")["cohort"].first()
    geography = load_geography()
    codes = [f"{int(code):05d}" for code in geography.counties["fips"]]
    pairs = []
    for treated in cohort.index[cohort > 0]:
        for near in geography.neighbours(geography.index_of(treated)):
            other = codes[near]
            if cohort.get(other, 1) == 0:
                pairs += [(treated, f"{treated}-{other}"), (other, f"{treated}-{other}")]
    members = pd.DataFrame(pairs, columns=["unit", "pair"])
    return members.merge(rows, on="unit", how="inner")

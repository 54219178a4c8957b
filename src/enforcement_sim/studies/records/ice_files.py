"""ICE's files of detainers and removals, as released: what they count, up to which day, with which convictions.

By county and month the files hold numbers of people. Convictions are kept by the ledger for states and not for counties, so
the files of convictions are by state and month. The true counts stand beside what a file shows.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np
import pandas as pd

from enforcement_sim.law.recording import load_recording
from enforcement_sim.results.result import Result
from enforcement_sim.studies.panels.panel import panel
from enforcement_sim.studies.records.completeness import on_file
from enforcement_sim.studies.records.keyed_draws import Purpose, binomials, uniforms
from enforcement_sim.studies.records.offences import MONTHS_A_YEAR
from enforcement_sim.studies.records.recorder_rules import RecordRule, rules_in_force
from enforcement_sim.studies.records.recording_asked import Recording

DETAINERS, DETAINER_CONVICTIONS = "ice-detainers", "ice-detainer-convictions"
REMOVALS, REMOVAL_CONVICTIONS = "ice-removals", "ice-removal-convictions"
LEVELS = "ice-levels-2010"
"""The definition by which the files sort convictions; its last category is people without any."""
CATEGORY = "most_serious_conviction"
DAYS_A_MONTH = 30.4375
HALF_A_MONTH = pd.Timedelta(days=15)


def ice_detainers(result: Result, asked: Recording) -> pd.DataFrame:
    """Return the file of detainers by county and month; see :func:`detainer_months`."""
    return detainer_months(panel(result), asked, last_day(result))


def detainer_months(months: pd.DataFrame, asked: Recording, last: date) -> pd.DataFrame:
    """Return detainers by county and month as ICE's file counts them.

    Parameters
    ----------
    months
        A panel by month.
    asked
        Rules to leave out, and the day of the extract.
    last
        The last day of the run, which is the day of the extract unless one is asked for.

    Returns
    -------
    DataFrame
        ``county``, ``state``, ``month``, ``detainers`` (missing if the month was not over at the extract),
        ``detainers_true`` (issued) and ``held_true`` (jails that held somebody on one).

    Examples
    --------
    >>> made = pd.DataFrame({"county": ["10003"], "state": ["DE"], "period": pd.to_datetime(["2012-01-01"])})
    >>> made = made.assign(detainer_issued=[30], held=[20])
    >>> detainer_months(made, Recording(), date(2012, 1, 31))["detainers"].tolist()
    [30]
    """
    rules = rules_in_force(DETAINERS, asked.without)
    counted = months["detainer_issued" if "created-not-served" in rules else "held"]
    return _of_counties(months, rules, asked, last).assign(
        detainers=lambda frame: _until_extract(counted, frame.pop("in_file")),
        detainers_true=months["detainer_issued"].to_numpy(),
        held_true=months["held"].to_numpy(),
    )


def ice_removals(result: Result, asked: Recording) -> pd.DataFrame:
    """Return the file of removals by county and month; see :func:`removal_months`."""
    return removal_months(panel(result), asked, last_day(result))


def removal_months(months: pd.DataFrame, asked: Recording, last: date) -> pd.DataFrame:
    """Return removals by county and month as ICE's file counts them.

    Returns
    -------
    DataFrame
        ``county``, ``state``, ``month``, ``removals`` (missing if the month was not over at the extract),
        ``removed_true`` (by an order) and ``returned_true``.

    Examples
    --------
    >>> made = pd.DataFrame({"county": ["10003"], "state": ["DE"], "period": pd.to_datetime(["2012-01-01"])})
    >>> made = made.assign(removed=[10], returned=[4])
    >>> removal_months(made, Recording(), date(2012, 1, 31))["removals"].tolist()
    [14]
    """
    rules = rules_in_force(REMOVALS, asked.without)
    counted = months["removed"] + (months["returned"] if "returns-counted" in rules else 0)
    return _of_counties(months, rules, asked, last).assign(
        removals=lambda frame: _until_extract(counted, frame.pop("in_file")),
        removed_true=months["removed"].to_numpy(),
        returned_true=months["returned"].to_numpy(),
    )


def ice_detainer_convictions(result: Result, asked: Recording) -> pd.DataFrame:
    """Return detainers by state, month and the most serious conviction on file at the extract.

    Parameters
    ----------
    asked
        Rules to leave out, seed of the draws, and the day of the extract.

    Returns
    -------
    DataFrame
        ``state``, ``month``, ``most_serious_conviction``, ``detainers`` and ``detainers_true``; of one state and month
        both add up to the same.

    Examples
    --------
    >>> from enforcement_sim import load_scenario, run
    >>> county = load_scenario("baseline").with_(**{"scope": {"counties": ["10003"]}, "start.warm_days": 0,
    ...     "period.start": "2012-01-01", "period.end": "2012-01-31"})
    >>> found = ice_detainer_convictions(run(county, seed=1), Recording())
    >>> int(found["detainers"].sum()) == int(found["detainers_true"].sum())
    True
    """
    rules = rules_in_force(DETAINER_CONVICTIONS, asked.without)
    frame = _by_conviction(result, "detainer_issued")
    extract = asked.extract or last_day(result)
    share = np.ones(len(frame))
    if "convictions-on-file" in rules:
        half = rules["convictions-on-file"].values["half_months"].value
        age = (pd.Timestamp(extract) - (frame["month"] + HALF_A_MONTH)).dt.days.to_numpy() / DAYS_A_MONTH
        moments = load_recording()
        share = on_file(np.maximum(age, 0.0), moments["at_issue"].share, moments["later_file"].share, half)
    recorded = _with_convictions_on_file(frame, share, asked.seed, Purpose.CONVICTIONS)
    there = _over_by(frame["month"], extract) | ("extract-date" not in rules)
    return frame.rename(columns={"people": "detainers_true"}).assign(detainers=_until_extract(recorded, there))[
        ["state", "month", CATEGORY, "detainers", "detainers_true"]
    ]


def ice_removal_convictions(result: Result, asked: Recording) -> pd.DataFrame:
    """Return removals by state, month and the most serious conviction on file.

    Returns
    -------
    DataFrame
        ``state``, ``month``, ``most_serious_conviction``, ``removals``, ``removed_true`` and ``returned_true``.
    """
    rules = rules_in_force(REMOVAL_CONVICTIONS, asked.without)
    frame = _by_conviction(result, "removed")
    returned = _by_conviction(result, "returned")["people"]
    true = frame["people"]
    share = load_recording()["at_removal"].share if "convictions-at-removal" in rules else 1.0
    counted = frame.assign(people=true + (returned if "returns-counted" in rules else 0))
    recorded = _with_convictions_on_file(counted, np.full(len(frame), share), asked.seed, Purpose.CONVICTIONS)
    there = _over_by(frame["month"], asked.extract or last_day(result)) | ("extract-date" not in rules)
    return frame.drop(columns="people").assign(
        removals=_until_extract(recorded, there), removed_true=true, returned_true=returned
    )


def last_day(result: Result) -> date:
    """Return the last day of a run's period."""
    return date.fromisoformat(str(result.meta["scenario"]["period"]["end"]))


def _of_counties(months: pd.DataFrame, rules: Mapping[str, RecordRule], asked: Recording, last: date) -> pd.DataFrame:
    """Return county, state and month of each row, and whether it is in the file."""
    frame = months[["county", "state", "period"]].rename(columns={"period": "month"}).reset_index(drop=True)
    there = _over_by(frame["month"], asked.extract or last) | ("extract-date" not in rules)
    return frame.assign(in_file=there)


def _over_by(months: pd.Series, day: date) -> np.ndarray:
    """Return whether each month was over at the end of a day."""
    return np.asarray(months + pd.offsets.MonthEnd(0) <= pd.Timestamp(day))


def _until_extract(counted: pd.Series | np.ndarray, there: pd.Series | np.ndarray) -> pd.Series:
    """Return whole numbers, missing where nothing is in the file."""
    return pd.Series(np.asarray(counted, np.int64)).astype("Int64").where(np.asarray(there, bool))


def _by_conviction(result: Result, event: str) -> pd.DataFrame:
    """Return people by state, month and category, in this order; ``people`` counts them."""
    counts, levels = result.labelled(event, by=["state", "month", "category"], definition=LEVELS)
    keys = pd.MultiIndex.from_product(
        [list(levels["state"]), pd.DatetimeIndex(levels["month"]), list(levels["category"])],
        names=["state", "month", CATEGORY],
    )
    return keys.to_frame(index=False).assign(people=counts.ravel())


def _with_convictions_on_file(frame: pd.DataFrame, share: np.ndarray, seed: int, purpose: Purpose) -> np.ndarray:
    """Return people by category as the file shows them: those whose conviction is not in it are in the last category."""
    categories = list(dict.fromkeys(frame[CATEGORY]))
    number = pd.Categorical(frame[CATEGORY], categories=categories).codes.astype(np.int64)
    state = pd.factorize(frame["state"])[0]
    month = pd.DatetimeIndex(frame["month"])
    letters = frame["state"].map(lambda postal: 256 * ord(postal[0]) + ord(postal[1])).to_numpy(np.int64)
    draws = uniforms(seed, purpose, letters, (MONTHS_A_YEAR * month.year + month.month).to_numpy(), number)
    people = frame["people"].to_numpy(np.int64)
    convicted = number < len(categories) - 1
    shown = np.where(convicted, binomials(people, share, draws), people)
    cell = (
        state * (1 + int(month.year.max()) * MONTHS_A_YEAR + MONTHS_A_YEAR) + month.year * MONTHS_A_YEAR + month.month
    )
    lost = pd.Series(people - shown).groupby(np.asarray(cell)).transform("sum").to_numpy()
    return np.where(convicted, shown, people + lost)

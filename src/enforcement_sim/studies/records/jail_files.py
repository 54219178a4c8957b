"""Jail rosters as sums by county and month, and admissions by charge as sums by state and month; no row is a person's."""

from __future__ import annotations

import numpy as np
import pandas as pd

from enforcement_sim.places.geography import load_geography
from enforcement_sim.results.result import Result
from enforcement_sim.studies.panels.panel import DAYS, INMATE_DAYS, panel
from enforcement_sim.studies.records.recorder_rules import rules_in_force
from enforcement_sim.studies.records.recording_asked import Recording

ROSTER, ADMISSIONS = "jail-roster", "jail-admissions"
COUNTED = {
    "admissions": "booked",
    "releases": "released",
    "transfers_to_prison": "prison",
    "detainers": "detainer_issued",
}
"""Columns of the roster, and the events that they count."""
AVERAGE = "average_daily_population"


def jail_roster(result: Result, asked: Recording) -> pd.DataFrame:
    """Return a run's jail rosters by county and month; see :func:`roster_months`."""
    return roster_months(panel(result), asked)


def roster_months(months: pd.DataFrame, asked: Recording) -> pd.DataFrame:
    """Return rosters by county and month.

    Returns
    -------
    DataFrame
        ``county``, ``state``, ``month``; ``admissions``, ``releases``, ``transfers_to_prison``, ``detainers`` and
        ``average_daily_population`` of the county's jail (missing for a county without one), and each as ``..._true``,
        of the people who were arrested in the county.

    Examples
    --------
    >>> made = pd.DataFrame({"county": ["10003"], "state": ["DE"], "period": pd.to_datetime(["2012-01-01"]), "days": [31]})
    >>> made = made.assign(booked=[90], released=[80], prison=[4], detainer_issued=[3], inmate_days=[3100])
    >>> roster_months(made, Recording())[["admissions", "average_daily_population"]].values.tolist()
    [[90, 100.0]]
    """
    rules = rules_in_force(ROSTER, asked.without)
    true = pd.DataFrame(
        {name: months[event].to_numpy(float) for name, event in COUNTED.items()}
        | {AVERAGE: months[INMATE_DAYS].to_numpy() / months[DAYS].to_numpy()}
    )
    recorded = _at_the_jail_used(months, true) if "shared-jails" in rules else true
    keys = months[["county", "state", "period"]].rename(columns={"period": "month"}).reset_index(drop=True)
    counts = dict.fromkeys(COUNTED, "Int64")
    return pd.concat(
        [keys, recorded.astype(counts), true.astype(dict.fromkeys(COUNTED, "int64")).add_suffix("_true")], axis=1
    )


def _at_the_jail_used(months: pd.DataFrame, true: pd.DataFrame) -> pd.DataFrame:
    """Add counties without a jail to the county whose jail they use; their own rows are missing."""
    geography = load_geography()
    row = np.searchsorted(geography.counties["fips"], months["county"].astype(np.int64))
    used = geography.counties["fips"][geography.counties["jail"][row]]
    period = months["period"].to_numpy()
    sums = true.groupby([used, period]).sum()
    own = pd.MultiIndex.from_arrays([months["county"].astype(np.int64).to_numpy(), period])
    return sums.reindex(own).reset_index(drop=True)


def jail_admissions(result: Result, asked: Recording) -> pd.DataFrame:
    """Return admissions by state, month, and class and grade of the most serious charge.

    Returns
    -------
    DataFrame
        ``state``, ``month``, ``charge``, ``felony``, ``admissions`` and ``admissions_true``, which are the same.

    Examples
    --------
    >>> from enforcement_sim import load_scenario, run
    >>> county = load_scenario("baseline").with_(**{"scope": {"counties": ["10003"]}, "start.warm_days": 0,
    ...     "period.start": "2012-01-01", "period.end": "2012-01-31"})
    >>> result = run(county, seed=1)
    >>> int(jail_admissions(result, Recording())["admissions"].sum()) == int(result.array("booked"))
    True
    """
    rules_in_force(ADMISSIONS, asked.without)
    counts, levels = result.labelled("booked", by=["state", "month", "offence", "felony"])
    keys = pd.MultiIndex.from_product(
        [list(levels["state"]), pd.DatetimeIndex(levels["month"]), list(levels["offence"]), list(levels["felony"])],
        names=["state", "month", "charge", "felony"],
    )
    return keys.to_frame(index=False).assign(admissions=counts.ravel(), admissions_true=counts.ravel())

"""A run as a panel: one row for each county and period, with counts, treatment dates and covariates.

Rows of counties and periods in which nothing happened are there, because a design needs them: a zero is an observation.
Counts are those of the ledger, multiplied back in a thinned run. State prisons are no counties and have no rows.
"""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
import pandas as pd

from enforcement_sim.codes import EVENTS, PROGRAMMES
from enforcement_sim.results.dimensions import check_word
from enforcement_sim.results.result import Result
from enforcement_sim.studies.panels.covariates import COVARIATES, covariates
from enforcement_sim.studies.panels.treatment_dates import detainer_policies, treatment_dates

By = Literal["month", "quarter", "year", "fiscal_year"]
PERIODS: tuple[str, ...] = get_args(By)
KEYS = ("county", "period")
DATES = ("secure_communities_from", "agreement_from", "state_agreement_from", "detainer_policy_from")
"""Columns of first days of treatment; empty for never."""
DAYS, INMATE_DAYS = "days", "inmate_days"
EVENTS_BY_PROGRAMME = ("identified", "also_found", "detainer_issued", "held", "ice_custody", "removed", "returned")
"""Events that also have a column for each programme that found the person first, such as
``removed_secure_communities``."""
FINDERS = PROGRAMMES[1:]
_FREQUENCY = {"month": "M", "quarter": "Q", "year": "Y", "fiscal_year": "Y-SEP"}


def panel(result: Result, by: By = "month") -> pd.DataFrame:
    """Return a run as rows of counties and periods.

    Parameters
    ----------
    result
        Of any scenario, thinned or not.
    by
        ``month``, ``quarter``, (calendar) ``year``, or ``fiscal_year``, which begins in October.

    Returns
    -------
    DataFrame
        Sorted by ``county`` (FIPS code as text) and ``period`` (its first day, even if the run begins later in it).
        ``days`` is the number of its days that were counted; ``inmate_days`` the people in the county's jail at the end
        of each of these days, added up. A column for each event of the ledger, and for those of
        :data:`EVENTS_BY_PROGRAMME` one for each programme that found the person first. ``secure_communities_from``,
        ``agreement_from`` and ``state_agreement_from`` are the first days of treatment as the run's scenario had them
        (:func:`~enforcement_sim.studies.panels.treatment_dates.treatment_dates`). ``detainer_policy_from`` is the first day on
        which the county honoured less than every detainer, as history has it
        (:func:`~enforcement_sim.studies.panels.treatment_dates.detainer_policies`). Covariates are those of
        :func:`~enforcement_sim.studies.panels.covariates.covariates`.

    Raises
    ------
    InputError
        If ``by`` is none of these.

    Examples
    --------
    >>> from enforcement_sim import load_scenario, run
    >>> county = load_scenario("baseline").with_(**{"scope": {"counties": ["10003"]}, "start.warm_days": 0,
    ...     "period.start": "2012-01-01", "period.end": "2012-02-29"})
    >>> result = run(county, seed=1)
    >>> found = panel(result)
    >>> len(found), int(found["booked"].sum()) == int(result.array("booked"))
    (2, True)
    """
    check_word(by, PERIODS, "period")
    counted, levels = result.labelled(EVENTS, by=["county", "month", "event"])
    counties, months = list(levels["county"]), pd.DatetimeIndex(levels["month"])
    starts = months.to_period(_FREQUENCY[by]).to_timestamp()
    periods, first_months = np.unique(starts, return_index=True)
    rows = len(counties) * len(periods)

    def added_up(amounts: np.ndarray) -> np.ndarray:
        """Add up the months of each period; an axis of months stands second, and rows are counties by periods."""
        return np.add.reduceat(amounts, first_months, axis=1).reshape(rows, *amounts.shape[2:])

    every, found_first = added_up(counted), added_up(_by_programme(result))
    days = np.array([result.meta["days_in_month"][f"{month:%Y-%m}"] for month in months])
    columns: dict[str, object] = {
        "county": np.repeat(np.array(counties, dtype=object), len(periods)),
        "period": np.tile(periods, len(counties)),
        DAYS: added_up(np.tile(days, (len(counties), 1))),
        INMATE_DAYS: added_up(_inmate_days(result, months)),
    }
    columns |= {event: every[:, number] for number, event in enumerate(EVENTS)}
    columns |= {
        f"{event}_{programme}": found_first[:, of_event, of_programme]
        for of_event, event in enumerate(EVENTS_BY_PROGRAMME)
        for of_programme, programme in enumerate(FINDERS)
    }
    dates = treatment_dates(result)
    limits = pd.to_datetime(pd.Series(detainer_policies(counties))).to_numpy()
    of_counties = (dates.secure_communities, dates.agreement, dates.state_agreement, limits)
    for name, of_county in zip(DATES, of_counties, strict=True):
        columns[name] = np.repeat(of_county.astype("datetime64[ns]"), len(periods))
    known = covariates(result).loc[counties]
    columns |= {name: np.repeat(known[name].to_numpy(), len(periods)) for name in COVARIATES}
    return pd.DataFrame(columns).astype({"county": "str", "period": "datetime64[ns]"})


def _by_programme(result: Result) -> np.ndarray:
    """Return people by county, month, event and the programme that found them first."""
    counted, levels = result.labelled(EVENTS_BY_PROGRAMME, by=["county", "month", "event", "programme"])
    order = [list(levels["event"]).index(event) for event in EVENTS_BY_PROGRAMME]
    return counted[:, :, order][..., [list(levels["programme"]).index(programme) for programme in FINDERS]]


def _inmate_days(result: Result, months: pd.DatetimeIndex) -> np.ndarray:
    """Return person-days in each county's jail by month, int64, shape (counties, months)."""
    frame = result.tables()["population"]
    fips = np.array(sorted(result.meta["counties"]))
    place = np.searchsorted(fips, frame["fips"])
    here = (place < fips.size) & (fips[np.minimum(place, fips.size - 1)] == frame["fips"])
    number = months.get_indexer(pd.DatetimeIndex([f"{text}-01" for text in frame["month"].cat.categories]))
    days = np.zeros((fips.size, len(months)), np.int64)
    np.add.at(
        days,
        (place[here], number[frame["month"].cat.codes.to_numpy()[here]]),
        frame["inmate_days"].to_numpy()[here].astype(np.int64),
    )
    return days * result.weight

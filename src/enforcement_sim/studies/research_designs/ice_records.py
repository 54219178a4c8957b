"""The panel of a world as one of ICE's files shows it: what the file counts, up to the day on which it was extracted."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from enforcement_sim.studies.records.ice_files import DETAINERS, REMOVALS, detainer_months, removal_months
from enforcement_sim.studies.records.recording_asked import Recording
from enforcement_sim.studies.research_designs.convictions_on_file import column_of
from enforcement_sim.studies.research_designs.observations import FREQUENCIES
from enforcement_sim.studies.research_designs.study_file import Study
from enforcement_sim.studies.research_designs.study_parts import Design
from enforcement_sim.studies.research_designs.study_worlds import NUMERATOR


def as_recorded(panel: pd.DataFrame, study: Study, design: Design) -> pd.DataFrame:
    """Return a world's panel as a design's file shows it; the panel itself if the design counts in the ledger.

    Returns
    -------
    DataFrame
        Without the periods that were not over at the extract.

    Examples
    --------
    >>> from enforcement_sim.studies.research_designs.shipped_studies import load_study
    >>> study = load_study("california-jails")
    >>> months = pd.to_datetime(["2008-01-01", "2011-12-01"])
    >>> made = pd.DataFrame({"county": "06075", "state": "CA", "period": months, "detainer_issued": [3, 4], "held": [1, 2]})
    >>> as_recorded(made, study, study.design)["detainer_issued"].tolist()
    [3, 4]
    """
    extract = design.extract or study.sample.last_day_of_last_month
    asked = Recording(extract=extract)
    shown: dict[str, Any]
    if design.recorder == DETAINERS:
        shown = {"detainer_issued": detainer_months(panel, asked, extract)["detainers"].to_numpy()}
    elif design.recorder == REMOVALS:
        # The file does not tell a return from a removal by order: both are in one count.
        shown = {"removed": removal_months(panel, asked, extract)["removals"].to_numpy(), "returned": 0}
    elif column := column_of(design):
        shown = {NUMERATOR: panel[column].to_numpy()}
    else:
        return panel
    found = panel.assign(**shown)[_in_whole_periods(panel, study, extract)].reset_index(drop=True)
    return found.astype(dict.fromkeys(shown, "int64"))


def _in_whole_periods(panel: pd.DataFrame, study: Study, extract: date) -> pd.Series[bool]:
    """Return which rows are in the file with the whole of their period: nobody compares a part of a year with whole ones."""
    months = pd.PeriodIndex(panel["period"], freq="M")
    periods = months.asfreq(FREQUENCIES[study.sample.by])
    over = pd.Series(months.end_time.normalize() <= pd.Timestamp(extract), index=panel.index)
    of_sample = months <= pd.Period(study.sample.end, freq="M")
    return over & ~pd.Series(periods.isin(periods[~over & of_sample]), index=panel.index)

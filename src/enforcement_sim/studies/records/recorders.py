"""A run as one of the files that a researcher would have had: which recorder makes it, and from what."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import pandas as pd

from enforcement_sim.results.result import Result
from enforcement_sim.studies.panels.panel import panel
from enforcement_sim.studies.records import ice_files, jail_files, victim_survey
from enforcement_sim.studies.records.offences import offences_known
from enforcement_sim.studies.records.recorder_rules import rules_in_force
from enforcement_sim.studies.records.recording_asked import Recording
from enforcement_sim.studies.records.ucr_files import AGENCY_MONTH, COUNTY, ucr_agency_month, ucr_county

OFFENCES = "offences"


def record(result: Result, name: str, asked: Recording | None = None) -> pd.DataFrame:
    """Return a run as a recorder would have written it down, with the true counts beside.

    Parameters
    ----------
    result
        Of any scenario.
    name
        Of the recorder; :func:`enforcement_sim.studies.records.recorder_rules.load_recorders` has them.
    asked
        Rules to leave out, seed and offences; every rule and the usual settings unless given.

    Returns
    -------
    DataFrame
        Columns as the file has them; what it records, and beside it the same counted in full (``..._true``).

    Raises
    ------
    InputError
        If there is no such recorder or rule, or the run has not what the file is about.

    Examples
    --------
    >>> from enforcement_sim import load_scenario, run
    >>> county = load_scenario("baseline").with_(**{"scope": {"counties": ["10003"]}, "start.warm_days": 0,
    ...     "period.start": "2012-01-01", "period.end": "2012-01-31"})
    >>> found = record(run(county, seed=1), "ucr-agency-month", Recording(without=("hierarchy",)))
    >>> bool((found["offences"].dropna() <= found["offences_true"][found["offences"].notna()]).all())
    True
    """
    chosen = asked or Recording()
    rules_in_force(name, chosen.without)
    return MADE_BY[name](result, chosen)


def _offences(result: Result, asked: Recording) -> pd.DataFrame:
    return offences_known(panel(result), asked.offences, asked.seed)


def _from_offences(
    write: Callable[[pd.DataFrame, int, Iterable[str]], pd.DataFrame],
) -> Callable[[Result, Recording], pd.DataFrame]:
    return lambda result, asked: write(_offences(result, asked), asked.seed, asked.without)


MADE_BY: Mapping[str, Callable[[Result, Recording], pd.DataFrame]] = {
    OFFENCES: _offences,
    AGENCY_MONTH: _from_offences(ucr_agency_month),
    COUNTY: _from_offences(ucr_county),
    ice_files.DETAINERS: ice_files.ice_detainers,
    ice_files.DETAINER_CONVICTIONS: ice_files.ice_detainer_convictions,
    ice_files.REMOVALS: ice_files.ice_removals,
    ice_files.REMOVAL_CONVICTIONS: ice_files.ice_removal_convictions,
    jail_files.ROSTER: jail_files.jail_roster,
    jail_files.ADMISSIONS: jail_files.jail_admissions,
    victim_survey.SURVEY: victim_survey.ncvs,
}
"""What makes the file of each recorder."""

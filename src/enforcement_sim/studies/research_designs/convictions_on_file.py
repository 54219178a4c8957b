"""Convictions as they stood in ICE's files, for outcomes by category: columns that are kept beside the true counts of a world.

The ledger of a world is not kept, so what a file showed of it is worked out when the world is reduced to its panel.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd

from enforcement_sim.results.result import Result
from enforcement_sim.studies.records.ice_files import (
    CATEGORY,
    DETAINER_CONVICTIONS,
    REMOVAL_CONVICTIONS,
    ice_detainer_convictions,
    ice_removal_convictions,
)
from enforcement_sim.studies.records.recording_asked import Recording
from enforcement_sim.studies.research_designs.study_file import Study
from enforcement_sim.studies.research_designs.study_parts import BY_CONVICTION, Design

FILES: Mapping[str, tuple[Callable[[Result, Recording], pd.DataFrame], str]] = {
    DETAINER_CONVICTIONS: (ice_detainer_convictions, "detainers"),
    REMOVAL_CONVICTIONS: (ice_removal_convictions, "removals"),
}
"""What makes each file, and the column that it records."""


def column_of(design: Design) -> str:
    """Return the name of the column that holds what a design's file showed; empty if it is no file of convictions.

    Examples
    --------
    >>> column_of(Design(estimator="twfe"))
    ''
    """
    if design.recorder not in BY_CONVICTION:
        return ""
    return f"{design.recorder}@{design.extract or 'whole'}"


def columns_on_file(result: Result, study: Study) -> pd.DataFrame:
    """Return what each file of convictions that a study names showed of one world.

    Returns
    -------
    DataFrame
        ``state``, ``period`` (a month) and a column for each design with such a file: people in the categories of the
        study's outcome; missing where the month was not over at the extract.
    """
    assert study.outcome.among is not None
    seed = int(result.meta["seed"])
    found: pd.DataFrame | None = None
    for design in study.designs().values():
        column = column_of(design)
        if not column or (found is not None and column in found):
            continue
        made, counted = FILES[design.recorder]
        file = made(result, Recording(seed=seed, extract=design.extract or study.sample.last_day_of_last_month))
        chosen = file[file[CATEGORY].isin(study.outcome.among.categories)]
        sums = chosen.groupby(["state", "month"])[counted].sum(min_count=1).astype("Float64")
        one = sums.rename(column).reset_index().rename(columns={"month": "period"})
        found = one if found is None else found.merge(one, on=["state", "period"])
    return pd.DataFrame(columns=["state", "period"]) if found is None else found

"""Reads a finished sweep once for the page: what each study measures in a run, and counts by county and month.

Reading a national run back takes longer than drawing it, so every stored run of the shown settings is opened one time.
Tables of the whole sweep (funnel, months, mix) come from the sweep's own files.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from enforcement_sim.errors import InputError, nearest_names, tell
from enforcement_sim.places.county_codes import read_counties
from enforcement_sim.plots.drawable import Drawable
from enforcement_sim.runs.compare import StoredPoint, gathered
from enforcement_sim.studies import pages
from enforcement_sim.studies.card.card import Recorder
from enforcement_sim.studies.reading import COUNTY_EVENTS, MONTHLY_EVENTS, Reading, name_at_county

if TYPE_CHECKING:
    from enforcement_sim.results.result import Result

__all__ = ["read"]


def read(folder: Path | str, counties: Sequence[str] = ()) -> Reading:
    """Read a finished sweep.

    Parameters
    ----------
    folder : Path or str
    counties : sequence of str
        FIPS codes with a section of their own.

    Raises
    ------
    InputError
        If the folder holds no finished sweep with its runs, or a county is none or was not simulated.
    """
    drawable = Drawable.read(folder)
    if not len(drawable.sweep.measures):
        raise InputError("no run has succeeded, so there is nothing to report", file=Path(folder))
    try:
        read = read_counties(counties)
    except InputError as error:
        raise InputError(error.message, key="--county", allowed=error.allowed, nearest=error.nearest) from None
    for notice in read.notices:
        tell(notice, key="--county")
    own = read.fips
    chosen = [drawable.reference, *(point for point in drawable.shown if point != drawable.reference)]
    recorder = Recorder(_measured(own))
    found = gathered([StoredPoint(drawable.sweep, point) for point in chosen], measured=recorder)
    reading = Reading(drawable, tuple(chosen), found, recorder.of(found), own)
    for fips in own:
        if fips not in reading.fips:
            raise InputError(
                f"county {fips} was not simulated",
                key="--county",
                allowed="counties of these results",
                nearest=nearest_names(fips, list(reading.fips)),
            )
    return reading


def _measured(counties: Sequence[str]) -> Callable[[Result], dict[str, float]]:
    studied = [page.measured for page in pages()]

    def measured(result: Result) -> dict[str, float]:
        found = _counts(result) | _months(result, counties)
        for measure in studied:
            found |= measure(result)
        return found

    return measured


def _counts(result: Result) -> dict[str, float]:
    """Count events by county, multiplied back if thinned."""
    events = result.tables()["events"]
    found: dict[str, float] = {}
    for event in COUNTY_EVENTS:
        of_event = events[(events["event"] == event).to_numpy()]
        codes, row = np.unique(of_event["fips"].to_numpy().astype(np.int64), return_inverse=True)
        sums = np.bincount(row, weights=of_event["count"].to_numpy(), minlength=codes.size)
        for code, count in zip(codes.tolist(), sums.tolist(), strict=True):
            found[name_at_county(f"{code:05d}", event)] = float(count * result.weight)
    return found


def _months(result: Result, counties: Sequence[str]) -> dict[str, float]:
    """Count events by month in some counties."""
    if not counties:
        return {}
    events = result.tables()["events"]
    found: dict[str, float] = {}
    for fips in counties:
        here = events[(events["fips"].to_numpy() == int(fips)) & events["event"].isin(MONTHLY_EVENTS).to_numpy()]
        sums = here.groupby(["month", "event"], observed=True)["count"].sum()
        for (month, event), count in sums.items():
            found[f"month:{fips}:{month}:{event}"] = float(count * result.weight)
    return found

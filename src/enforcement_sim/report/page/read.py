"""Reads a finished sweep once for the page: what each study measures in a run, and counts by county and month.

Reading a national run back takes longer than drawing it, so every stored run of the shown settings is opened one time.
Tables of the whole sweep (funnel, months, mix) come from the sweep's own files.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

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
    """Count events by place, multiplied back if thinned; places without any are left out."""
    found = result.count(COUNTY_EVENTS, by=("event", "place"))
    named = zip(found["event"], found["place"], found["count"], strict=True)
    return {name_at_county(f"{place:05d}", event): float(count) for event, place, count in named if count}


def _months(result: Result, counties: Sequence[str]) -> dict[str, float]:
    """Count events by month in some counties."""
    if not counties:
        return {}
    found = result.count(MONTHLY_EVENTS, by=("county", "month", "event"), where={"county": counties})
    named = zip(found["county"], found["month"], found["event"], found["count"], strict=True)
    return {f"month:{fips}:{month:%Y-%m}:{event}": float(count) for fips, month, event, count in named if count}

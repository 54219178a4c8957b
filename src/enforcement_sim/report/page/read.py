"""Everything a page needs of a finished sweep, read once.

Reading a national run back takes longer than drawing it, so every stored run of the shown settings is opened one time and
asked everything: the rows of the both-sides card, jail time by county, and counts by county. Tables of the whole sweep
(funnel, months, mix) come from the sweep's own files. Words and markup may not enter.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from enforcement_sim.amounts import NO_INTERVAL
from enforcement_sim.errors import InputError, nearest_names, tell
from enforcement_sim.places.county_codes import read_counties
from enforcement_sim.places.geography import load_geography
from enforcement_sim.plots import intervals
from enforcement_sim.plots.drawable import Drawable
from enforcement_sim.runs.compare import StoredPoint, collect
from enforcement_sim.runs.comparison import Comparison
from enforcement_sim.runs.difference import Branch, Difference, Key, difference_between, level_of
from enforcement_sim.studies.card.card import Card, Recorder, card_of
from enforcement_sim.studies.card.measures import ledger_measures
from enforcement_sim.studies.card.rows import load_layout
from enforcement_sim.studies.jail_cost.jail_cost import JailCost, jail_time

if TYPE_CHECKING:
    from enforcement_sim.results.result import Result

__all__ = ["COUNTY_EVENTS", "MONTHLY_EVENTS", "Reading", "read"]

COUNTY_EVENTS = (
    "booked",
    "submitted",
    "matched",
    "identified",
    "detainer_issued",
    "detainer_declined",
    "ice_custody",
    "removed",
)
"""Events told by county."""

MONTHLY_EVENTS = ("detainer_issued", "ice_custody", "removed")
"""Events told by month of a county that has a section of its own."""


@dataclass(frozen=True)
class Reading:
    """A finished sweep, ready to be told.

    Attributes
    ----------
    drawable : Drawable
        The sweep's own tables.
    points : tuple of int
        Settings shown, the reference first.
    found : Comparison
        What was measured of their runs, in this order.
    metas : list
        What each run of each setting was made from.
    counties : tuple of str
        FIPS codes with a section of their own.
    """

    drawable: Drawable
    points: tuple[int, ...]
    found: Comparison
    metas: Sequence[Sequence[Mapping[str, Any]]]
    counties: tuple[str, ...]

    @property
    def labels(self) -> list[str]:
        """Each shown setting in words, the reference first."""
        return [self.drawable.label(point) for point in self.points]

    @property
    def scenario(self) -> Mapping[str, Any]:
        """The scenario as its file resolved."""
        written: Mapping[str, Any] = self.drawable.sweep.manifest["scenario"]
        return written

    @cached_property
    def made_from(self) -> list[Mapping[str, Any]]:
        """What of each shown setting reached the engine."""
        return [self.drawable.sweep.scenario_of(point) for point in self.points]

    @property
    def cost(self) -> JailCost:
        """Jail cost by county, of every shown setting."""
        return JailCost("county", self.found)

    def cards(self) -> list[Card]:
        """The both-sides card of every other setting against the reference."""
        layout = load_layout()
        return [
            card_of(self.found, place, layout, (*self.metas[0], *self.metas[place]))
            for place in range(1, len(self.points))
        ]

    def at_county(self, fips: str, event: str, place: int = 0) -> Difference:
        """A county's count under one shown setting."""
        return level_of(self._of_county(fips, event, place), least=0.0)

    def change_at_county(self, fips: str, event: str, place: int) -> Difference:
        """A county's count under a shown setting, less that under the reference."""
        return difference_between(self._of_county(fips, event, 0), self._of_county(fips, event, place))

    def _of_county(self, fips: str, event: str, place: int) -> dict[Key, float]:
        name = _named(fips, event)
        return {key: float(run.get(name, 0.0)) for key, run in self.found.samples[place].measures.items()}

    @cached_property
    def by_county(self) -> pd.DataFrame:
        """Counts at the reference: ``fips``, ``name``, ``state``, ``seed`` and a column for each event."""
        places = load_geography()
        indices = [places.index_of(fips) for fips in self.fips]
        states = [places.states[int(number)].postal for number in places.counties["state"][indices]]
        named = {"fips": self.fips, "name": [places.names[index] for index in indices], "state": states}
        frames = []
        for key, run in self.found.samples[0].measures.items():
            counts = {event: [run.get(_named(fips, event), 0.0) for fips in self.fips] for event in COUNTY_EVENTS}
            frames.append(pd.DataFrame({"seed": _label(key), **named, **counts}))
        return pd.concat(frames, ignore_index=True)

    @property
    def fips(self) -> tuple[str, ...]:
        """Codes of the simulated counties."""
        return tuple(f"{int(code):05d}" for code in self.metas[0][0]["counties"])

    @property
    def with_intervals(self) -> str:
        """What a table's title says of its intervals; with one run there are none."""
        several = len(self.found.samples[0].measures) > 1
        return ", with 95% intervals" if several else f": {NO_INTERVAL}"

    @property
    def largest(self) -> str:
        """The county with most bookings at the reference, for commands that follow single lives."""
        means = self.by_county.groupby("fips", sort=False)["booked"].mean()
        return str(means.idxmax())

    def monthly(self, fips: str, place: int = 0) -> pd.DataFrame:
        """A county's months under a shown setting: ``month``, ``event``, ``seed``, ``count``."""
        rows = []
        for key, run in self.found.samples[place].measures.items():
            for name, count in run.items():
                if name.startswith(f"month:{fips}:"):
                    _, _, month, event = name.split(":")
                    rows.append({"month": month, "event": event, "seed": _label(key), "count": count})
        return pd.DataFrame(rows, columns=["month", "event", "seed", "count"])


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
    found = collect([StoredPoint(drawable.sweep, point) for point in chosen], measured=recorder)
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
    in_jail = jail_time("county")

    def measured(result: Result) -> dict[str, float]:
        return {**ledger_measures(result), **in_jail(result), **_counts(result), **_months(result, counties)}

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
            found[_named(f"{code:05d}", event)] = float(count * result.weight)
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


def _label(key: Key) -> str | int:
    return intervals.branch_label(*key) if isinstance(key, Branch) else key


def _named(fips: str, event: str) -> str:
    return f"county:{fips}:{event}"

"""A result in the months and the place of one published figure.

Tables hold months, so a period that begins or ends inside a month includes the whole month. An observed period lies
within the run's period.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from enforcement_sim.codes import PRIOR_RECORDS, STATUS_GROUPS
from enforcement_sim.places.geography import load_geography
from enforcement_sim.process.counts import PROFILES, profile_parts
from enforcement_sim.results.dimensions import categories_of
from enforcement_sim.results.result import Result
from enforcement_sim.studies.validation.targets import Scope

_FELONY_RECORDS = [PRIOR_RECORDS.index(name) for name in ("felony", "aggravated_or_two_felonies")]
_DIMENSION_OF_SCOPE = {"states": "state", "counties": "county", "places": "place"}
STATE_DIGITS = 1000
"""A county's FIPS code is its state's times this, and a number inside the state."""


def period_of(result: Result) -> tuple[date, date]:
    """Return the first and last counted day of a run."""
    period = result.meta["scenario"]["period"]
    return date.fromisoformat(str(period["start"])), date.fromisoformat(str(period["end"]))


def overlap(start: date, end: date, result: Result) -> tuple[date, date] | None:
    """Return the part of a period inside a run's period; None if there is none."""
    first, last = period_of(result)
    inside = max(start, first), min(end, last)
    return inside if inside[0] <= inside[1] else None


def fips_of(scope: Scope) -> np.ndarray:
    """Return the FIPS codes of the counties in a scope, int64; a state's prisons have its number."""
    geography = load_geography()
    codes = geography.counties["fips"].astype(np.int64)
    if scope.kind == "nation":
        return codes
    if scope.kind in ("counties", "places"):
        return np.array([int(member) for member in scope.members], np.int64)
    numbers = [int(state.fips) for state in geography.states if state.postal in scope.members]
    return codes[np.isin(codes // STATE_DIGITS, numbers)]


def covers(result: Result, scope: Scope) -> bool:
    """Return whether every county of a scope was run, and its prisons."""
    run = [*result.meta["counties"], *(result.meta.get("prisons", ()) if scope.kind == "places" else ())]
    return bool(np.isin(fips_of(scope), run).all())


@dataclass(frozen=True)
class ObservedPeriod:
    """One result between two days, in one scope, both inside what was run."""

    result: Result
    start: date
    end: date
    scope: Scope

    @property
    def _months(self) -> tuple[str, str]:
        return f"{self.start:%Y-%m}", f"{self.end:%Y-%m}"

    @property
    def _here(self) -> dict[str, Any]:
        if self.scope.kind == "nation":
            return {}
        members = fips_of(self.scope).tolist() if self.scope.kind == "places" else self.scope.members
        return {_DIMENSION_OF_SCOPE[self.scope.kind]: members}

    def _array(self, events: str | Sequence[str], by: str | Sequence[str] = (), **asked: Any) -> np.ndarray:
        definition = asked.pop("definition", None)
        given = {name: value for name, value in asked.items() if value is not None}
        return self.result.array(events, by, self._here | given, self._months, definition)

    def count(self, event: str, programme: str | None = None) -> float:
        """Count an event, of all people or of those one programme found first, scaled up if thinned.

        In states and counties no state prisons are counted.
        """
        if self.scope.kind in ("nation", "places"):
            return float(self._array(event, programme=programme))
        given = {} if programme is None else {"programme": programme}
        counties = [f"{code:05d}" for code in fips_of(self.scope)]
        return float(self.result.array(event, where={"county": counties, **given}, months=self._months))

    def count_any(self, event: str, programme: str) -> float:
        """Count an event of people whom a programme had found by then, first or later; not of a single county.

        A programme's own statistics count everyone it found, also those whom another programme found before.
        """
        return float(self._array(event, any_programme=programme))

    def by_place(
        self, event: str, programmes: Sequence[str] | None = None, dimension: str = "county"
    ) -> dict[Any, float]:
        """Count an event by county, place or state; of the people whom one of these programmes found first, if named."""
        where = self._here | ({} if programmes is None else {"programme": list(programmes)})
        counts, labels = self.result.labelled(event, dimension, where, self._months)
        return dict(zip(labels[dimension], counts.astype(float).tolist(), strict=True))

    def bookings(self, felony: bool) -> dict[str, float]:
        """Count bookings for felonies, or for misdemeanours, by status group."""
        counts = self._array("booked", "status_group", felony=felony)
        return dict(zip(STATUS_GROUPS, counts.astype(float).tolist(), strict=True))

    def between(self, start: date, end: date) -> ObservedPeriod | None:
        """Return the part of these days that was run, in the same scope; None if there is none."""
        days = overlap(start, end, self.result)
        return None if days is None else ObservedPeriod(self.result, *days, self.scope)

    def by_profile(self, events: Sequence[str], programme: str | None = None) -> np.ndarray:
        """Count events from ``matched`` on by profile, scaled up if thinned; int64, shape (events, profiles)."""
        return self._array(events, ("event", "profile"), programme=programme)

    def by_category(self, event: str, definition: str, programme: str | None = None) -> dict[str, float]:
        """Count an event by the categories of a definition."""
        counts = self._array(event, "category", definition=definition, programme=programme)
        return dict(zip(categories_of(definition), counts.astype(float).tolist(), strict=True))

    def by_status_group(self, event: str) -> dict[str, float]:
        """Count an event by status group."""
        return dict(zip(STATUS_GROUPS, self._array(event, "status_group").astype(float).tolist(), strict=True))

    def inmate_days(self) -> float:
        """Add up the people in jail at the end of each day; state prisons are not jails."""
        return float(self.result.inmate_days(self._here, self._months).sum())

    def hours(self) -> dict[tuple[str, str], float]:
        """Add up person-hours by kind and status group, of people booked in the months; of a county, of the period."""
        months = None if self.scope.kind == "counties" else self._months
        found = self.result.hours(where=self._here, months=months)
        return {(kind, group): float(hours) for kind, group, hours in found.itertuples(index=False) if hours}

    def with_felony_conviction(self, event: str) -> float:
        """Count an event of people with a felony conviction by then, in the present case or before."""
        felony, convicted, record = (profile_parts(np.arange(PROFILES))[part] for part in (1, 2, 3))
        wanted = ((felony != 0) & (convicted != 0)) | np.isin(record, _FELONY_RECORDS)
        return float(self._array(event, profile=np.flatnonzero(wanted)))

    def days(self) -> int:
        """Count the days of these months that the run counted."""
        first, last = self._months
        counted = self.result.meta["days_in_month"]
        return sum(int(days) for month, days in counted.items() if first <= month <= last)

    def within(self, scope: Scope) -> ObservedPeriod:
        """Return the same months in a smaller scope."""
        return ObservedPeriod(self.result, self.start, self.end, scope)

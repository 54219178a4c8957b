"""A result cut down to the months and the place of one published figure.

Months are the ledger's smallest piece of time, so a window that begins or ends inside a month takes the whole month.
A window never reaches outside the run's own period; whoever asks learns which part was left.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import pandas as pd

from enforcement_sim.codes import EVENTS, OFFENCES, PRIOR_RECORDS, STATUS_GROUPS
from enforcement_sim.law.definitions import load_definitions
from enforcement_sim.places.geography import load_geography
from enforcement_sim.process.counts import PROFILES, profile_parts
from enforcement_sim.process.profiles import category_of_profile
from enforcement_sim.results.result import Result
from enforcement_sim.studies.validation.targets import Scope

__all__ = ["Window", "fips_of", "overlap", "period_of"]

_FELONY_RECORDS = [PRIOR_RECORDS.index(name) for name in ("felony", "aggravated_or_two_felonies")]
STATE_DIGITS = 1000
"""A county's FIPS code is its state's times this, and a number inside the state."""


def period_of(result: Result) -> tuple[date, date]:
    """Return the first and last counted day of a run."""
    period = result.meta["scenario"]["period"]
    return date.fromisoformat(str(period["start"])), date.fromisoformat(str(period["end"]))


def overlap(start: date, end: date, result: Result) -> tuple[date, date] | None:
    """Return the part of a window inside a run's period; None if there is none."""
    first, last = period_of(result)
    inside = max(start, first), min(end, last)
    return inside if inside[0] <= inside[1] else None


def fips_of(scope: Scope) -> np.ndarray:
    """Return the FIPS codes of the counties in a scope, int64."""
    geography = load_geography()
    codes = geography.counties["fips"].astype(np.int64)
    if scope.kind == "nation":
        return codes
    if scope.kind == "counties":
        return np.array([int(member) for member in scope.members], np.int64)
    numbers = [int(state.fips) for state in geography.states if state.postal in scope.members]
    return codes[np.isin(codes // STATE_DIGITS, numbers)]


@dataclass(frozen=True)
class Window:
    """One result between two days, in one scope.

    Attributes
    ----------
    result : Result
    start, end : date
        Inside the run's period.
    scope : Scope
        Inside the run's places.
    """

    result: Result
    start: date
    end: date
    scope: Scope

    @cached_property
    def _months(self) -> tuple[str, str]:
        return f"{self.start:%Y-%m}", f"{self.end:%Y-%m}"

    def _cut(self, name: str) -> pd.DataFrame:
        """Return a raw table's rows of the months and the place."""
        frame = self.result.tables()[name]
        first, last = self._months
        inside = np.array([first <= month <= last for month in frame["month"].cat.categories], bool)
        chosen = inside[frame["month"].cat.codes.to_numpy()]
        if self.scope.kind != "nation":
            chosen &= self._here(frame)
        return frame[chosen]

    def _here(self, frame: pd.DataFrame) -> np.ndarray:
        if "fips" in frame:
            return np.isin(frame["fips"].to_numpy(), fips_of(self.scope))
        if self.scope.kind != "states":
            raise ValueError("tables by area know states, not counties")
        areas = frame["area"].cat.categories
        return np.array([area[:2] in self.scope.members for area in areas], bool)[frame["area"].cat.codes.to_numpy()]

    @cached_property
    def _events(self) -> Mapping[tuple[str, str], int]:
        return _counts(self._cut("events"))

    def count(self, event: str, programme: str | None = None) -> float:
        """Count an event, of all people or of those one programme found first, multiplied back if thinned."""
        found = sum(count for (name, by), count in self._events.items() if name == event and programme in (None, by))
        return float(found * self.result.weight)

    @cached_property
    def _events_of_any(self) -> Mapping[tuple[str, str], int]:
        return _counts(self._cut("any_programme"))

    def count_any(self, event: str, programme: str) -> float:
        """Count an event of people whom a programme had found by then, first or later; not of a single county.

        Who enforces a programme counts everyone it found, whoever was there before.
        """
        return float(self._events_of_any.get((event, programme), 0) * self.result.weight)

    def _profiles(self, event: str, programme: str | None) -> pd.DataFrame:
        frame = self._cut("profiles")
        chosen = frame["event"] == event
        if programme is not None:
            chosen &= frame["programme"] == programme
        return frame[chosen]

    def by_profile(self, programme: str | None = None) -> np.ndarray:
        """Count every event by profile, multiplied back if thinned; int64, shape (events, profiles).

        Events before ``matched`` are not counted by profile, and are zero here.
        """
        frame = self._cut("profiles")
        if programme is not None:
            frame = frame[frame["programme"] == programme]
        # By name: in a table stored by an earlier version the events may be numbered otherwise.
        number = frame["event"].cat.rename_categories({name: place for place, name in enumerate(EVENTS)})
        cells = number.astype(np.int64).to_numpy() * PROFILES + frame["profile"].to_numpy()
        sums = np.bincount(cells, weights=frame["count"].to_numpy(), minlength=len(EVENTS) * PROFILES)
        return np.asarray(sums.astype(np.int64) * self.result.weight).reshape(len(EVENTS), PROFILES)

    def by_category(self, event: str, definition: str, programme: str | None = None) -> dict[str, float]:
        """Count an event by the categories of a definition."""
        frame = self._profiles(event, programme)
        chosen = load_definitions()[definition]
        categories = OFFENCES if chosen.by_offence else chosen.categories
        codes = category_of_profile(definition)[frame["profile"].to_numpy()]
        return _sums(codes, frame, categories, self.result.weight)

    def by_status_group(self, event: str) -> dict[str, float]:
        """Count an event by status group."""
        frame = self._profiles(event, None)
        return _sums(profile_parts(frame["profile"].to_numpy())[4], frame, STATUS_GROUPS, self.result.weight)

    def inmate_days(self) -> float:
        """Add up the people in jail at the end of each day; state prisons are not jails."""
        frame = self._cut("population")
        in_jail = ~np.isin(frame["fips"].to_numpy(), self.result.meta["prisons"])
        return float(frame["inmate_days"][in_jail].sum() * self.result.weight)

    def hours(self) -> dict[tuple[str, str], float]:
        """Add up person-hours by kind and status group, of people booked in the months; of a county, of the period."""
        if self.scope.kind == "counties":
            frame = self.result.tables()["hours_by_place"]
            frame = frame[np.isin(frame["fips"].to_numpy(), fips_of(self.scope))]
        else:
            frame = self._cut("hours")
        sums = frame.groupby(["kind", "status_group"], observed=True)["hours"].sum()
        kinds, groups = (sums.index.get_level_values(level) for level in ("kind", "status_group"))
        return {
            (str(kind), str(group)): float(spent * self.result.weight)
            for kind, group, spent in zip(kinds, groups, sums.to_numpy(), strict=True)
        }

    def with_felony_conviction(self, event: str) -> float:
        """Count an event of people with a felony conviction by then, in the present case or before."""
        frame = self._profiles(event, None)
        _, felony, convicted, record, _ = profile_parts(frame["profile"].to_numpy())
        chosen = ((felony != 0) & (convicted != 0)) | np.isin(record, _FELONY_RECORDS)
        return float(frame["count"].to_numpy()[chosen].sum() * self.result.weight)

    def days(self) -> int:
        """Count the days of the window's months that the run counted."""
        first, last = self._months
        counted = self.result.meta["days_in_month"]
        return sum(int(days) for month, days in counted.items() if first <= month <= last)

    def within(self, scope: Scope) -> Window:
        """Return the same months in a smaller scope."""
        return Window(self.result, self.start, self.end, scope)


def _counts(frame: pd.DataFrame) -> dict[tuple[str, str], int]:
    """Add up a table of counts by event and programme."""
    counts = frame.groupby(["event", "programme"], observed=True)["count"].sum()
    events, programmes = (counts.index.get_level_values(level) for level in ("event", "programme"))
    return {
        (str(event), str(programme)): int(count)
        for event, programme, count in zip(events, programmes, counts.to_numpy(), strict=True)
    }


def _sums(codes: np.ndarray, frame: pd.DataFrame, names: tuple[str, ...], weight: int) -> dict[str, float]:
    sums = np.bincount(codes, weights=frame["count"].to_numpy(), minlength=len(names)) * weight
    return dict(zip(names, sums.tolist(), strict=True))

"""One result, asked many questions: events, people by category, hours and money, by months, places and programmes.

The audit of claims asks a national run of nine years some hundreds of questions. Each answer here is a sum over a
small dense table that is added up once, so that a question costs next to nothing. Months are the smallest piece of time;
months outside the run count as nothing. Counts of a thinned run are multiplied back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property

import numpy as np
import pandas as pd

from enforcement_sim.codes import EVENTS, OFFENCES, PROGRAMMES, STATUS_GROUPS
from enforcement_sim.law.definitions import load_definitions
from enforcement_sim.process.clock import HOURS_A_DAY
from enforcement_sim.process.counts import PROFILES, profile_parts
from enforcement_sim.process.profiles import category_of_profile
from enforcement_sim.results.result import Result

__all__ = ["EVER", "G287", "SC", "Counted", "Span", "fiscal"]

Span = tuple[str, str]
"""First and last month, both included, as ``2010-10``."""

EVER: Span = ("0000-00", "9999-99")
SC: tuple[str, ...] = ("secure_communities",)
G287: tuple[str, ...] = ("jail_287g", "task_force")


def fiscal(first: int, last: int | None = None) -> Span:
    """Return the months of a fiscal year, or of several from the first to the last.

    Examples
    --------
    >>> fiscal(2010), fiscal(2010, 2012)
    (('2009-10', '2010-09'), ('2009-10', '2012-09'))
    """
    return f"{first - 1}-10", f"{first if last is None else last}-09"


class Counted:
    """A result added up for questions.

    Parameters
    ----------
    result
        Any run; what its period and places do not hold counts as nothing.
    """

    def __init__(self, result: Result) -> None:
        self.result = result
        self._at: dict[frozenset[int], np.ndarray] = {}
        self._people: dict[tuple[str, str], np.ndarray] = {}

    # ---- events -------------------------------------------------------------------------------------------------------

    def count(
        self, event: str, by: Iterable[str] | None = None, span: Span = EVER, places: Iterable[int] | None = None
    ) -> float:
        """Count an event.

        Parameters
        ----------
        event
            A word of the vocabulary.
        by
            Programmes that found the person first; all people unless given.
        span
            Months.
        places
            FIPS codes of counties (or codes of prisons); everywhere unless given.
        """
        cube = self._cube if places is None else self._cube_at(frozenset(places))
        chosen = cube[self._inside(span), :, EVENTS.index(event)][:, _positions(by)]
        return float(chosen.sum() * self.result.weight)

    def by_any(self, event: str, programme: str, span: Span = EVER) -> float:
        """Count an event of people whom a programme had found by then, first or later.

        Whom it found at all is its ``identified`` and its ``also_found`` together.
        """
        if event == "identified":
            return self.count("identified", (programme,), span) + self.count("also_found", (programme,), span)
        frame = self.result.tables()["any_programme"]
        chosen = self._inside(span)[frame["month"].cat.codes.to_numpy()]
        chosen &= (frame["event"] == event).to_numpy() & (frame["programme"] == programme).to_numpy()
        return float(frame["count"].to_numpy()[chosen].sum() * self.result.weight)

    def by_place(self, event: str, by: Iterable[str] | None = None, span: Span = EVER) -> dict[int, float]:
        """Count an event by the code of the county, or of the prison; places without any are left out."""
        frame = self._events
        chosen = self._inside(span)[frame["month"].cat.codes.to_numpy()]
        chosen &= frame["event"].cat.codes.to_numpy() == EVENTS.index(event)
        chosen &= np.isin(frame["programme"].cat.codes.to_numpy(), _positions(by))
        found = frame[chosen].groupby("fips")["count"].sum() * self.result.weight
        return {int(code): float(count) for code, count in zip(found.index, found.to_numpy(), strict=True)}

    # ---- people -------------------------------------------------------------------------------------------------------

    def people(
        self, event: str, by: Iterable[str] | None = None, span: Span = EVER, state: str | None = None
    ) -> np.ndarray:
        """Count the people of an event (from ``matched`` on) by profile; float64, shape (profiles,)."""
        key = event, state or ""
        if key not in self._people:
            self._people[key] = self._added_up(event, state)
        chosen = self._people[key][self._inside(span)][:, _positions(by)]
        people: np.ndarray = chosen.sum(axis=(0, 1)) * float(self.result.weight)
        return people

    def categories(
        self,
        event: str,
        definition: str,
        by: Iterable[str] | None = None,
        span: Span = EVER,
        state: str | None = None,
    ) -> dict[str, float]:
        """Count the people of an event by the categories of a definition."""
        chosen = load_definitions()[definition]
        names = OFFENCES if chosen.by_offence else chosen.categories
        people = self.people(event, by, span, state)
        sums = np.bincount(category_of_profile(definition), weights=people, minlength=len(names))
        return dict(zip(names, sums.tolist(), strict=True))

    def status_groups(self, event: str, by: Iterable[str] | None = None, span: Span = EVER) -> dict[str, float]:
        """Count the people of an event by status group."""
        groups = profile_parts(np.arange(PROFILES))[4]
        sums = np.bincount(groups, weights=self.people(event, by, span), minlength=len(STATUS_GROUPS))
        return dict(zip(STATUS_GROUPS, sums.tolist(), strict=True))

    def states_with(self, event: str) -> tuple[str, ...]:
        """Return the postal codes of the states in which an event has people."""
        frame = self.result.tables()["profiles"]
        areas = frame["area"][(frame["event"] == event).to_numpy()].astype(str).unique()
        return tuple(sorted({area[:2] for area in areas}))

    def verdicts(self, rule: str, span: Span = EVER) -> float:
        """Count the detainers that a detainer rule would have covered."""
        frame = self.result.tables()["verdicts"]
        chosen = self._inside(span)[frame["month"].cat.codes.to_numpy()] & (frame["rule"] == rule).to_numpy()
        return float(frame["count"].to_numpy()[chosen].sum() * self.result.weight)

    # ---- hours and money ----------------------------------------------------------------------------------------------

    def days(self, kinds: Iterable[str], span: Span = EVER, state: str | None = None) -> float:
        """Add up person-days of some kinds, by the month of booking."""
        frame = self.result.tables()["hours"]
        chosen = self._inside(span)[frame["month"].cat.codes.to_numpy()] & frame["kind"].isin(list(kinds)).to_numpy()
        if state is not None:
            chosen &= _in_state(frame["area"], state)
        return float(frame["hours"].to_numpy()[chosen].sum() * self.result.weight / HOURS_A_DAY)

    @cached_property
    def dollars(self) -> Mapping[str, float]:
        """Dollars that programmes cause over the whole run, by payer."""
        costs = self.result.costs()
        caused = costs[costs["caused_by"] == "programme"].groupby("payer")["dollars"].sum()
        return {str(payer): float(dollars) for payer, dollars in caused.items()}

    @property
    def officer_years(self) -> float:
        """Years of 287(g) officers' work over the whole run."""
        return float(self.result.meta["officer_years"])

    @property
    def counties(self) -> tuple[int, ...]:
        """FIPS codes of the counties of the run."""
        return tuple(self.result.meta["counties"])

    def parameter(self, address: str) -> float:
        """Return a parameter of the register as the run had it."""
        return float(self.result.meta["scenario"]["parameters"][address])

    # ---- adding up ----------------------------------------------------------------------------------------------------

    @cached_property
    def _months(self) -> np.ndarray:
        return np.array(list(self._events["month"].cat.categories), dtype="U7")

    def _inside(self, span: Span) -> np.ndarray:
        inside: np.ndarray = (self._months >= span[0]) & (self._months <= span[1])
        return inside

    @cached_property
    def _events(self) -> pd.DataFrame:
        return self.result.tables()["events"]

    @cached_property
    def _cube(self) -> np.ndarray:
        return self._folded(self._events)

    def _cube_at(self, places: frozenset[int]) -> np.ndarray:
        if places not in self._at:
            frame = self._events
            self._at[places] = self._folded(frame[np.isin(frame["fips"].to_numpy(), list(places))])
        return self._at[places]

    def _folded(self, frame: pd.DataFrame) -> np.ndarray:
        """Add up events by month, programme and event."""
        shape = self._months.size, len(PROGRAMMES), len(EVENTS)
        codes = (
            frame["month"].cat.codes.to_numpy().astype(np.int64) * shape[1] + frame["programme"].cat.codes.to_numpy()
        )
        codes = codes * shape[2] + frame["event"].cat.codes.to_numpy()
        weights = frame["count"].to_numpy()
        return np.bincount(codes, weights=weights, minlength=int(np.prod(shape))).reshape(shape)

    def _added_up(self, event: str, state: str | None) -> np.ndarray:
        """Add up the people of one event by month, programme and profile."""
        frame = self.result.tables()["profiles"]
        chosen = frame["event"].cat.codes.to_numpy() == EVENTS.index(event)
        if state is not None:
            chosen &= _in_state(frame["area"], state)
        frame = frame[chosen]
        shape = self._months.size, len(PROGRAMMES), PROFILES
        codes = (
            frame["month"].cat.codes.to_numpy().astype(np.int64) * shape[1] + frame["programme"].cat.codes.to_numpy()
        )
        codes = codes * shape[2] + frame["profile"].to_numpy()
        return np.bincount(codes, weights=frame["count"].to_numpy(), minlength=int(np.prod(shape))).reshape(shape)


def _positions(by: Iterable[str] | None) -> list[int]:
    """Return the positions of programmes."""
    return list(range(len(PROGRAMMES))) if by is None else [PROGRAMMES.index(name) for name in by]


def _in_state(areas: pd.Series, state: str) -> np.ndarray:
    """Say of each row whether its area lies in a state."""
    here = np.array([str(area)[:2] == state for area in areas.cat.categories], bool)
    found: np.ndarray = here[areas.cat.codes.to_numpy()]
    return found

"""One result, asked many questions: events, people by category, hours and money, by months, places and programmes.

Every answer is one :meth:`~enforcement_sim.results.result.Result.count`, as a number or a mapping for the operators of
claims. Months are the smallest piece of time; months outside the run count as nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

import numpy as np

from enforcement_sim.codes import STATUS_GROUPS
from enforcement_sim.process.clock import HOURS_A_DAY
from enforcement_sim.process.counts import PROFILES
from enforcement_sim.results.dimensions import categories_of
from enforcement_sim.results.result import Result

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
    """A result added up for questions; what its period and places do not hold counts as nothing."""

    def __init__(self, result: Result) -> None:
        self.result = result

    # ---- events -------------------------------------------------------------------------------------------------------

    def count(
        self, event: str, by: Iterable[str] | None = None, span: Span = EVER, places: Iterable[int] | None = None
    ) -> float:
        """Count an event.

        Parameters
        ----------
        by
            Programmes that found the person first; all people unless given.
        span
            Months.
        places
            FIPS codes of counties (or codes of prisons); everywhere unless given.
        """
        return float(self.result.array(event, where=_given(programme=by, place=places), months=span))

    def by_any(self, event: str, programme: str, span: Span = EVER) -> float:
        """Count an event of people whom a programme had found by then, first or later.

        Whom it found at all is its ``identified`` and its ``also_found`` together.
        """
        if event == "identified":
            return float(self.result.array(("identified", "also_found"), where={"programme": programme}, months=span))
        return float(self.result.array(event, where={"any_programme": programme}, months=span))

    def by_place(self, event: str, by: Iterable[str] | None = None, span: Span = EVER) -> dict[int, float]:
        """Count an event by the code of the county, or of the prison; places without any are left out."""
        found = self.result.count(event, by="place", where=_given(programme=by), months=span)
        return {int(place): float(count) for place, count in sorted(found.to_numpy().tolist()) if count}

    # ---- people -------------------------------------------------------------------------------------------------------

    def people(
        self, event: str, by: Iterable[str] | None = None, span: Span = EVER, state: str | None = None
    ) -> np.ndarray:
        """Count the people of an event (from ``matched`` on) by profile; float64, shape (profiles,)."""
        return self.result.array(event, "profile", _given(programme=by, state=state), span).astype(float)

    def categories(
        self,
        event: str,
        definition: str,
        by: Iterable[str] | None = None,
        span: Span = EVER,
        state: str | None = None,
    ) -> dict[str, float]:
        """Count the people of an event by the categories of a definition."""
        sums = self.result.array(event, "category", _given(programme=by, state=state), span, definition)
        return dict(zip(categories_of(definition), sums.astype(float).tolist(), strict=True))

    def status_groups(self, event: str, by: Iterable[str] | None = None, span: Span = EVER) -> dict[str, float]:
        """Count the people of an event by status group."""
        sums = self.result.array(event, "status_group", _given(programme=by), span)
        return dict(zip(STATUS_GROUPS, sums.astype(float).tolist(), strict=True))

    def states_with(self, event: str) -> tuple[str, ...]:
        """Return the postal codes of the states in which an event has people."""
        found = self.result.count(event, by=("state",), where={"profile": range(PROFILES)})
        return tuple(sorted(found["state"][found["count"] > 0]))

    def verdicts(self, rule: str, span: Span = EVER) -> float:
        """Count the detainers that a detainer rule would have covered."""
        return float(self.result.array("detainer_issued", where={"rule": rule}, months=span))

    # ---- hours and money ----------------------------------------------------------------------------------------------

    def days(self, kinds: Iterable[str], span: Span = EVER, state: str | None = None) -> float:
        """Add up person-days of some kinds, by the month of booking."""
        hours = self.result.hours("none", _given(kind=tuple(kinds), state=state), span)["hours"]
        return float(hours.sum() / HOURS_A_DAY)

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


def _given(**where: Any) -> dict[str, Any]:
    return {
        name: value if isinstance(value, str) else tuple(value) for name, value in where.items() if value is not None
    }

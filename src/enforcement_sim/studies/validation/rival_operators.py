"""How the rival's compartments compute each published figure that they can express, and why not the others.

An operator is the rival's counterpart of that in ``observation_operators``, with the same conventions: months are whole,
detainers of TRAC hold a share of federal ones, removals hold returns. Compartments have no offence, record, status,
length of stay or county, and one share of removals for all agreements under 287(g); figures of those are not expressible.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from enforcement_sim.process.clock import DAYS_A_YEAR
from enforcement_sim.results.measures import ratio
from enforcement_sim.studies.validation.external_constants import external_constants
from enforcement_sim.studies.validation.observation_operators import published_detainers
from enforcement_sim.studies.validation.rival_compartments import (
    AGREEMENTS,
    CAP,
    PROGRAMMES,
    SC,
    Flows,
)
from enforcement_sim.studies.validation.rival_inputs import month_index
from enforcement_sim.studies.validation.targets import Scope, Target

FIRST_DAY, LAST_DAY = date(2005, 10, 1), date(2014, 9, 30)
"""Figures are compared between these days, as with the model."""


@dataclass(frozen=True)
class Seen:
    """The compartments in the months and the place of one published figure."""

    flows: Flows
    start: date
    end: date
    scope: Scope

    def _rows(self, rows: int) -> np.ndarray:
        """Return which states, or which agreements, lie in the scope."""
        inputs = self.flows.inputs
        of_states = rows == len(inputs.states)
        if self.scope.kind == "nation":
            return np.ones(rows, bool)
        if self.scope.kind == "states":
            return np.isin(inputs.states if of_states else inputs.agreement_states, self.scope.members)
        return np.zeros(rows, bool) if of_states else np.isin(inputs.agreement_places, self.scope.members)

    def _sum(self, people: np.ndarray) -> float:
        months = slice(month_index(self.start), month_index(self.end) + 1)
        return float(people[self._rows(len(people)), months].sum())

    def prints(self) -> float:
        """Count prints submitted."""
        return self._sum(self.flows.submitted)

    def matches(self) -> float:
        """Count matches."""
        return self._sum(self.flows.matched)

    def detainers(self, programmes: Sequence[str] = PROGRAMMES) -> float:
        """Count detainers; of 287(g) people identified."""
        return sum(self._sum(self.flows.in_jail[name].entered) for name in programmes)

    def custody(self, programmes: Sequence[str] = PROGRAMMES) -> float:
        """Count people who came into ICE custody."""
        return sum(self._sum(self.flows.in_custody[name].entered) for name in programmes)

    def removed(self, programmes: Sequence[str] = PROGRAMMES) -> float:
        """Count people removed or returned."""
        return sum(self._sum(self.flows.removed[name]) for name in programmes)

    def within(self, scope: Scope) -> Seen:
        """Return the same months in another place."""
        return Seen(self.flows, self.start, self.end, scope)


Operator = Callable[[Seen], float]


def _removed_sc(seen: Seen) -> float:
    return seen.removed((SC,))


def _found_287g(seen: Seen) -> float:
    return seen.detainers((AGREEMENTS,))


def _removed_287g(seen: Seen) -> float:
    return seen.removed((AGREEMENTS,))


def _over(top: Operator, bottom: Operator) -> Operator:
    return lambda seen: ratio(top(seen), bottom(seen))


def _detainers_published(seen: Seen) -> float:
    return published_detainers(seen.detainers())


def _californias_share(seen: Seen) -> float:
    return ratio(_removed_sc(seen.within(Scope("states", ("CA",)))), _removed_sc(seen))


def _charged_by_cap(seen: Seen) -> float:
    days = (seen.end - seen.start).days + 1
    return seen.detainers((CAP,)) + external_constants()["federal_prison_charged_a_year"] * days / DAYS_A_YEAR


def _share_of_detainers(seen: Seen) -> float:
    return ratio(seen.detainers(), seen.within(Scope("nation")).detainers())


_CUSTODY_SHARE = _over(Seen.custody, Seen.detainers)

OF_FIGURES: dict[str, Operator] = {
    **dict.fromkeys(("sc_match_rate", "sc_match_rate_tx"), _over(Seen.matches, Seen.prints)),
    "sc_matches_2009_08": Seen.matches,
    "sc_detainers_per_match_2009_08": lambda seen: ratio(seen.detainers((SC,)), seen.matches()),
    **dict.fromkeys(("sc_submissions_2011_06", "sc_submissions_full_year"), Seen.prints),
    **dict.fromkeys(("sc_submissions_ca", "sc_submissions_tx"), Seen.prints),
    "sc_custody_2011_03": lambda seen: ratio(seen.custody((SC,)), seen.prints()),
    **dict.fromkeys(("sc_removed_2011_03", "sc_removed_ca"), _over(_removed_sc, Seen.prints)),
    "sc_removed_ca_share": _californias_share,
    **{f"sc_removals_fy{year}": _removed_sc for year in (2009, 2010, 2011)},
    **dict.fromkeys(("sc_removed_2011_02", "sc_removed_fy2012_h1"), _removed_sc),
    "detainer_custody_share": _CUSTODY_SHARE,
    **{f"detainers_fy{years}": _detainers_published for years in ("2008_2011", "2012", "2013", "2014")},
    **{f"detainers_{month}": _detainers_published for month in ("2011_10", "2011_11", "2013_01")},
    **dict.fromkeys(("g287_identified_2012_02", "g287_arrests_fy2008"), _found_287g),
    **{f"g287_identified_fy{year}": _found_287g for year in range(2007, 2013)},
    **{f"g287_removed_fy{year}": _removed_287g for year in range(2007, 2014)},
    "g287_removals_fy2013": _removed_287g,
    "g287_removed_share": _over(_removed_287g, _found_287g),
    "cap_charged_fy2008": _charged_by_cap,
    **dict.fromkeys(("interior_removals_fy2013", "interior_removals_fy2014"), Seen.removed),
}
"""Id of a figure -> its operator in the compartments."""

OF_VECTORS: dict[str, Operator] = {
    "detainers_by_state": _share_of_detainers,
    "custody_by_state": _CUSTODY_SHARE,
    "g287_identified_by_agency": _found_287g,
    "g287_removed_by_agency": _removed_287g,
}
"""Name of a vector -> the operator of each of its values."""


def rival_operator(target: Target) -> Operator | None:
    """Return how the compartments compute a figure, a value of a vector included; None if they cannot express it.

    Examples
    --------
    >>> from enforcement_sim.studies.validation.targets import load_targets
    >>> targets = load_targets()
    >>> rival_operator(targets["sc_match_rate"]) is None, rival_operator(targets["detainers_lpr"]) is None
    (False, True)
    """
    return OF_VECTORS.get(target.vector) or OF_FIGURES.get(target.id)


def rival_value(target: Target, found: Flows) -> float:
    """Return a figure in the compartments; nan where they cannot express it, or it has no people."""
    operator = rival_operator(target)
    start, end = target.compared_over or (target.start, target.end)
    start, end = max(start, FIRST_DAY), min(end, LAST_DAY)
    if operator is None or end < start:
        return float("nan")
    return operator(Seen(found, start, end, target.scope))

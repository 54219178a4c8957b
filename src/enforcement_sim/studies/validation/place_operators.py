"""Observation operators that compare places: deciles over counties, shares by state, agencies under 287(g).

Counts of single counties are kept by the programme that found a person first. ICE's statistics of 287(g) count everybody
whom its officers found, so a county's count is raised by the ratio of the two in its state. A thinned run counts one person
in so many, which adds to the differences between places; what it adds in expectation is taken out of deciles.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import wraps
from weakref import WeakKeyDictionary

import numpy as np

from enforcement_sim.places.geography import load_geography
from enforcement_sim.results.measures import ratio
from enforcement_sim.results.result import Result
from enforcement_sim.studies.validation.period import STATE_DIGITS, ObservedPeriod
from enforcement_sim.studies.validation.targets import Scope

Numbers = Callable[[ObservedPeriod], dict[str, float]]
"""The numbers of a vector by label."""

BY_287G = ("jail_287g", "task_force")
GONE = ("removed", "returned")
TENTHS, AGENCY_TENTHS = tuple(range(1, 10)), (1, 3, 5, 7, 9)

PUBLISHED_DETAINERS, LEAST_DETAINERS = 1_845_001, 500
"""Detainers behind the published custody shares of jails, and the least a jail had."""

AGENCY_PLACES = (
    "04000", "04013", "04021", "04025", "05007", "05143", "06037", "06059", "06065", "06071", "08041",
    "12005", "12021", "12031", "13067", "13135", "13139", "13313", "24021", "32003", "34017", "37001",
    "37025", "37071", "37089", "37119", "37183", "39017", "40143", "45019", "45091", "47037", "48201",
    "51153", "51165",
)  # fmt: skip
"""Counties whose agencies under 287(g) identified at least 200 people in fiscal 2006 to 2010, and Arizona's prisons."""


def deciles(part: np.ndarray, whole: np.ndarray, thin: int, tenths: Sequence[int] = TENTHS) -> np.ndarray:
    """Return deciles of a share over places, without what thinning adds to its spread.

    Parameters
    ----------
    part, whole : float64 arrays
        Counts by place, multiplied back; of more than nothing.
    thin : int
        One person in so many was simulated.
    tenths : sequence of int
        Which deciles.

    Examples
    --------
    >>> deciles(np.arange(1.0, 12.0), np.full(11, 20.0), thin=1, tenths=(5,)).round(2)
    array([0.3])
    """
    shares = part / whole
    middle = float(shares.mean())
    added = float(np.mean(shares * (1.0 - shares) * (thin - 1) / whole))
    spread = float(shares.var())
    kept = np.sqrt(max(0.0, 1.0 - added / spread)) if spread > 0.0 else 1.0
    return np.asarray(np.percentile(middle + kept * (shares - middle), [10 * tenth for tenth in tenths]))


def once_a_result(numbers: Numbers) -> Numbers:
    """Keep what a function found in a result's months, because each of a vector's figures asks for it."""
    found: WeakKeyDictionary[Result, dict[tuple[object, ...], dict[str, float]]] = WeakKeyDictionary()

    @wraps(numbers)
    def kept(period: ObservedPeriod) -> dict[str, float]:
        of_result = found.setdefault(period.result, {})
        months = (period.start, period.end, period.scope)
        if months not in of_result:
            of_result[months] = numbers(period)
        return of_result[months]

    return kept


def _named(points: np.ndarray, tenths: Sequence[int]) -> dict[str, float]:
    return {f"decile-{tenth}": float(point) for tenth, point in zip(tenths, points, strict=True)}


@once_a_result
def custody_deciles(period: ObservedPeriod) -> dict[str, float]:
    """Return ICE custody by detainer, in deciles over counties with as large a part of the detainers as the published jails."""
    issued, taken = (np.array(list(period.by_place(event).values())) for event in ("detainer_issued", "ice_custody"))
    chosen = issued >= max(LEAST_DETAINERS / PUBLISHED_DETAINERS * issued.sum(), 1.0)
    if not chosen.any():
        return {}
    return _named(deciles(taken[chosen], issued[chosen], period.result.weight), TENTHS)


@once_a_result
def detainers_by_state(period: ObservedPeriod) -> dict[str, float]:
    """Return each state's share of the detainers."""
    counts = period.by_place("detainer_issued", dimension="state")
    return {state: ratio(count, sum(counts.values())) for state, count in counts.items()}


@once_a_result
def custody_by_state(period: ObservedPeriod) -> dict[str, float]:
    """Return ICE custody by detainer in each state."""
    issued, taken = (period.by_place(event, dimension="state") for event in ("detainer_issued", "ice_custody"))
    return {state: ratio(taken[state], issued[state]) for state in issued}


def _under_287g(period: ObservedPeriod, events: Sequence[str]) -> dict[str, float]:
    """Count events by place, of the people whom 287(g) officers had found, first or later."""
    states = {int(state.fips): state.postal for state in load_geography().states}
    total: dict[str, float] = {}
    for event in events:
        for programme in BY_287G:
            by_state = period.by_place(event, (programme,), "state")
            raised = {
                state: period.within(Scope("states", (state,))).count_any(event, programme) / count
                for state, count in by_state.items()
                if count
            }
            for place, count in period.by_place(event, (programme,), "place").items():
                label = f"{place:05d}"
                factor = raised.get(states[place // STATE_DIGITS], 0.0)
                total[label] = total.get(label, 0.0) + count * factor
    return total


@once_a_result
def identified_under_287g(period: ObservedPeriod) -> dict[str, float]:
    """Return by place the people whom 287(g) officers identified."""
    return _under_287g(period, ("identified",))


@once_a_result
def removed_under_287g(period: ObservedPeriod) -> dict[str, float]:
    """Return by place the people removed or returned whom 287(g) officers had identified."""
    return _under_287g(period, GONE)


@once_a_result
def agency_deciles(period: ObservedPeriod) -> dict[str, float]:
    """Return removed by identified, in deciles over the places of agencies under 287(g)."""
    identified, removed = identified_under_287g(period), removed_under_287g(period)
    found, gone = (np.array([counts.get(place, 0.0) for place in AGENCY_PLACES]) for counts in (identified, removed))
    if not (found > 0.0).any():
        return {}
    points = deciles(gone[found > 0.0], found[found > 0.0], period.result.weight, AGENCY_TENTHS)
    return _named(points, AGENCY_TENTHS)


VECTORS: dict[str, Numbers] = {
    "custody_deciles": custody_deciles,
    "custody_by_state": custody_by_state,
    "detainers_by_state": detainers_by_state,
    "g287_agency_spread": agency_deciles,
    "g287_identified_by_agency": identified_under_287g,
    "g287_removed_by_agency": removed_under_287g,
}
"""Name of a vector -> its numbers by label."""


def over_year(event: str, year: int) -> Callable[[ObservedPeriod], float]:
    """Return the operator of an event a day over that of a calendar year, as far as each was run."""

    def compared(period: ObservedPeriod) -> float:
        base = period.between(date(year, 1, 1), date(year, 12, 31))
        if base is None:
            return float("nan")
        return ratio(period.count(event) / period.days(), base.count(event) / base.days())

    return compared

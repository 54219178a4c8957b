"""Claims about where programmes are: who takes part, how agreements work, and which of them end.

Agreements and activation are the shipped record, not simulated. Bookings of non-citizens by county are those the model
expects from the people who live there, because a booking that no programme touches has no status in the counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from functools import cache
from itertools import combinations

import numpy as np

from enforcement_sim.places.build import NONCITIZEN_FROM, PRISON_CODE, expected_bookings
from enforcement_sim.places.geography import Agreement, agreements, load_geography, secure_communities_dates
from enforcement_sim.results.measures import ratio
from enforcement_sim.studies.claims.counted import G287, SC, Counted, Span, fiscal
from enforcement_sim.studies.claims.operators import (
    MAIN_STAGES,
    STAGE,
    Operator,
    Rows,
    Worlds,
    percent,
    percent_more,
    removed_with_conviction,
    share,
)

DAY = date(2012, 2, 25)
MIDDLE = date(2011, 4, 1)
"""The day on which agreements are looked up for fiscal 2010 to 2012."""
AFTER_REVIEW = fiscal(2012)
IN_JAIL, IN_FIELD = ("jail_287g",), ("task_force",)
STATE = "CA"
DETAINER = "detainer_issued"
REVIEWS = {
    "review_detainers": "detainers an officer-day",
    "review_levels": "share at level 1 or 2",
    "review_cost": "detainers by cost",
    "review_removals": "removals and returns an officer-day",
}

# ---- agreements and counties --------------------------------------------------------------------------------------------


def in_force(day: date) -> tuple[Agreement, ...]:
    """Return the agreements in force on a day.

    Examples
    --------
    >>> len(in_force(date(2012, 2, 25)))
    68
    """
    return tuple(one for one in agreements() if one.start <= day and (one.end is None or day <= one.end))


@cache
def _fips() -> np.ndarray:
    """FIPS codes of all counties, in the order of the geography."""
    codes: np.ndarray = load_geography().counties["fips"].astype(np.int64)
    return codes


def _counties() -> frozenset[int]:
    return frozenset(_fips().tolist())


def _places_of(chosen: Iterable[Agreement]) -> frozenset[int]:
    """Return the codes of the places that agencies of counties and cities, and prisons, work in."""
    state_codes = {state.postal: int(state.fips) for state in load_geography().states}
    chosen = tuple(chosen)
    counties = {int(_fips()[one.county]) for one in chosen if one.county is not None}
    prisons = {state_codes[one.state] * PRISON_CODE for one in chosen if one.county is None and one.kind == "prison"}
    return frozenset(counties | prisons)


def places_with_officers_in_jail() -> frozenset[int]:
    """Return the places with an agreement, in the middle of fiscal 2010 to 2012, whose officers work in a jail or prison."""
    return _places_of(one for one in in_force(MIDDLE) if not one.in_field_only)


def _counties_with_states(chosen: tuple[Agreement, ...]) -> frozenset[int]:
    """Return the counties of all agreements, every county of a state for a state's agency."""
    geography = load_geography()
    whole = [geography.counties_of_state(one.state) for one in chosen if one.county is None]
    return frozenset(int(_fips()[place]) for places in whole for place in places) | (_places_of(chosen) & _counties())


def _share_of_people(counties: frozenset[int], group: str = "population") -> float:
    """Return a share of the nation's people of a group (population, noncitizens, unauthorised), in percent."""
    people = load_geography().counties[group].astype(float)
    return 100 * float(people[np.isin(_fips(), list(counties))].sum() / people.sum())


def _share_of_noncitizen_bookings(counted: Counted, counties: frozenset[int]) -> float:
    """Return a share of the bookings of non-citizens that the model expects in the counties of the run, in percent."""
    geography = load_geography()
    weights = expected_bookings(counted.result.meta["scenario"]["parameters"], geography.counties, geography)
    expected = np.where(np.isin(_fips(), counted.counties), weights[:, NONCITIZEN_FROM:].sum(axis=1), 0.0)
    return percent(float(expected[np.isin(_fips(), list(counties))].sum()), float(expected.sum()))


# ---- who takes part -----------------------------------------------------------------------------------------------------


def _enrolled_287g(worlds: Worlds, rows: Rows) -> None:
    chosen = in_force(DAY)
    note = "the shipped record of agreements, not simulated"
    rows.own(percent(len(chosen), rows.number("jurisdictions")), note)
    which = {"": _places_of(chosen) & _counties(), ", whole states included": _counties_with_states(chosen)}
    for who, counties in which.items():
        label = f"counties with an agreement{who}"
        rows.other("denominator", {f"{label}, of all counties": percent(len(counties), _fips().size)})
        _weigh(worlds["history_from_2005"], rows, counties, label)


def _enrolled_sc(worlds: Worlds, rows: Rows) -> None:
    counties = frozenset(int(code) for code in _fips()[secure_communities_dates() <= np.datetime64(DAY)])
    rows.own(percent(len(counties), _fips().size), "the shipped dates of activation, not simulated")
    _weigh(worlds["history_from_2005"], rows, counties, "counties that share prints")


def _weigh(counted: Counted, rows: Rows, counties: frozenset[int], which: str) -> None:
    """Add the share of people, of bookings and of bookings of non-citizens in some counties."""
    bookings = percent(counted.count("booked", None, rows.span, counties), counted.count("booked", None, rows.span))
    shares = {f"population of {which}": _share_of_people(counties), f"bookings in {which}": bookings}
    rows.other("denominator", shares)
    of_noncitizens = _share_of_noncitizen_bookings(counted, counties)
    note = "expected from who lives there"
    rows.other("denominator", {f"bookings of non-citizens in {which}": of_noncitizens}, note)


def _california(worlds: Worlds, rows: Rows) -> None:
    long, everywhere = worlds["history_from_2005"], worlds["shared_everywhere"]
    value, from_the_start = (_share_convicted(world, rows.span) for world in (long, everywhere))
    rows.own(value)
    spans: dict[str, Span] = {"the last 14 months, Feb 2010 - Mar 2011": ("2010-02", "2011-03")}
    spans |= {f"fiscal {year}": fiscal(year) for year in range(2009, 2015)}
    rows.other("period", {label: _share_convicted(long, span) for label, span in spans.items()})
    stages = {event: STAGE[event] for event in ("matched", "detainer_issued", "ice_custody")}
    shares = {
        f"{stage}, to March 2011": percent(
            long.people(event, SC, rows.span, STATE).sum(), long.people(event, SC, rows.span).sum()
        )
        for event, stage in (stages | {"removed": "everyone removed"}).items()
    }
    rows.other("stage", shares)
    here = frozenset(int(code) for code in _fips()[load_geography().counties_of_state(STATE)])
    groups = {"people": "population", "non-citizens": "noncitizens", "unauthorised people": "unauthorised"}
    lives = {f"{words} who live there": _share_of_people(here, group) for words, group in groups.items()}
    rows.other("denominator", lives)
    label = "convicted and removed, if every county had shared from October 2008"
    rows.compared("without it", {label: from_the_start})
    rows.effect("points", {"points that the order of activation adds": value - from_the_start})


def _share_convicted(counted: Counted, span: Span) -> float:
    """Return California's share of people with a conviction removed by Secure Communities, in percent."""
    return percent(*(removed_with_conviction(counted, SC, span, state) for state in (STATE, None)))


# ---- how agreements work ------------------------------------------------------------------------------------------------


def _jail_90(worlds: Worlds, rows: Rows) -> None:
    long = worlds["history_from_2005"]
    hybrid = _places_of(one for one in agreements() if one.model == "both")

    def shares(label: str, span: Span, event: str) -> dict[str, float]:
        """Return the shares of jail-only agreements and of all officers in jails."""
        found = long.by_place(event, IN_JAIL, span)
        alone, every = sum(n for place, n in found.items() if place not in hybrid), long.count(event, G287, span)
        of_officers = percent(long.count(event, IN_JAIL, span), every)
        return {f"{label}, jail-only agreements": percent(alone, every), f"{label}, officers in jails": of_officers}

    own, of_officers = shares("", rows.span, DETAINER).values()
    rows.own(own)
    rows.other("attribution", {"found by officers in jails, of hybrid agencies too": of_officers})
    for event in MAIN_STAGES:
        if event != DETAINER:
            rows.other("stage", shares(STAGE[event], rows.span, event))
    periods: dict[str, Span] = {
        "2012, before task forces ended": ("2012-01", "2012-12"),
        "2013, after task forces ended": ("2013-01", "2013-12"),
        "2006 to 2013": ("2006-01", "2013-12"),
    }
    for label, span in periods.items():
        rows.other("period", shares(label, span, DETAINER))


def _screens_after_the_case(agreement: Agreement) -> bool:
    return agreement.screening_point == "post-case"


def _upfront(worlds: Worlds, rows: Rows) -> None:
    history, early, late = worlds["history"], worlds["at_booking"], worlds["post_case"]
    at_work = [one for one in in_force(MIDDLE) if not one.in_field_only]
    after = _where_screened_after_the_case(at_work)

    def share_after(event: str) -> float:
        found = history.by_place(event, IN_JAIL)
        return percent(sum(count for place, count in found.items() if place in after), sum(found.values()))

    rows.own(share_after("interviewed"))
    rows.other(
        "stage",
        {event: share_after(event) for event in MAIN_STAGES},
        label="{} after an interview that comes after the case",
    )
    late_agreements = list(filter(_screens_after_the_case, at_work))
    officers = [sum(one.officers for one in chosen) for chosen in (late_agreements, at_work)]
    agreement_shares = {
        "agreements with officers in jails, April 2011": percent(len(late_agreements), len(at_work)),
        "officers under these agreements": percent(*officers),
    }
    rows.other("denominator", agreement_shares, "the shipped record")

    change = "after the case instead of at booking everywhere"
    first = f"people whom 287(g) is the first to find, {change}"

    def difference(count: Callable[[Counted], float]) -> float:
        return count(late) - count(early)

    people = {
        f"people interviewed, {change}": difference(lambda one: one.count("interviewed", IN_JAIL)),
        f"people found by anyone, {change}": difference(lambda one: one.count("identified")),
        f"people removed, {change}": difference(lambda one: one.count("removed")),
        first: difference(lambda one: one.count("identified", IN_JAIL)),
    }
    rows.effect("people", people)
    points = difference(lambda one: share(one, "no-conviction-ever", ("no conviction",), DETAINER, IN_JAIL))
    rows.effect("points", {f"points without a conviction among 287(g) detainers, {change}": points})
    rows.effect("days", {f"jail days that detainers induce, {change}": difference(lambda one: one.days(("induced",)))})
    more = percent_more(late.count("identified", IN_JAIL), early.count("identified", IN_JAIL))
    rows.beside("counterfactual", "percent more", {first: more})


def _where_screened_after_the_case(at_work: list[Agreement]) -> frozenset[int]:
    """Return the places; one where several agencies work belongs to the one that sees most bookings."""
    by_place: dict[frozenset[int], list[Agreement]] = {}
    for one in at_work:
        by_place.setdefault(_places_of([one]), []).append(one)
    after = (
        place
        for place, here in by_place.items()
        if _screens_after_the_case(max(here, key=lambda one: one.share_of_bookings))
    )
    return frozenset().union(*after)


def ended(history: Counted, reviewed: Counted) -> frozenset[int]:
    """Return the counties whose own agreement is at work in one run after the review, and stopped in the other."""

    def at_work(counted: Counted) -> frozenset[int]:
        found = [
            counted.by_place("interviewed", IN_JAIL, AFTER_REVIEW),
            counted.by_place("field_arrest", IN_FIELD, AFTER_REVIEW),
        ]
        return frozenset(place for places in found for place, count in places.items() if count > 0)

    return (at_work(history) - at_work(reviewed)) & _places_of(agreements()) & _counties()


def _least_productive(worlds: Worlds, rows: Rows) -> None:
    history = worlds["history"]
    lists = {name: ended(history, worlds[name]) for name in REVIEWS}
    pairs = {
        f"by {REVIEWS[one]} and by {REVIEWS[two]}": percent(
            len(lists[one] & lists[two]), max(len(lists[one]), len(lists[two]))
        )
        for one, two in combinations(REVIEWS, 2)
    }
    rows.own(ratio(sum(pairs.values()), len(pairs)))
    rows.other("pair of measures", pairs)
    group, longest = "all four", max(map(len, lists.values()))
    on_all, on_any = frozenset.intersection(*lists.values()), frozenset.union(*lists.values())
    once = [code for code in on_any if sum(code in named for named in lists.values()) == 1]
    rows.other(group, {"counties on every list": percent(len(on_all), longest)})
    rows.beside(group, "percent", {"counties on one list only, of those on any": percent(len(once), len(on_any))})
    rows.beside(group, "counties", {"counties on a list": float(longest), "counties on any list": float(len(on_any))})
    changes = {
        f"{STAGE[event]}, fiscal 2012, a quarter ended by {measure}": worlds[name].count(event, None, AFTER_REVIEW)
        - history.count(event, None, AFTER_REVIEW)
        for name, measure in REVIEWS.items()
        for event in (DETAINER, "removed")
    }
    rows.effect("people", changes)


OPERATORS: dict[str, Operator] = {
    "enrolled-02": _enrolled_287g,
    "enrolled-71": _enrolled_sc,
    "california-40": _california,
    "jail-90": _jail_90,
    "upfront-after": _upfront,
    "least-productive": _least_productive,
}

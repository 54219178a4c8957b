"""Claims about 287(g) agreements and how they work: jail-90, upfront-after, least-productive."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from itertools import combinations

from enforcement_sim.places.geography import Agreement, agreements
from enforcement_sim.results.measures import ratio
from enforcement_sim.studies.claims.counted import G287, Counted, Span, fiscal
from enforcement_sim.studies.claims.places import agreements_on, counties_of, fips, officers_on, works_in_jail
from enforcement_sim.studies.claims.recipes.offences import EVER_CONVICTED, share
from enforcement_sim.studies.claims.rows import Recipe, Row, beside, effect, other, own, percent, percent_more

__all__ = ["RECIPES"]

Worlds = Mapping[str, Counted]

TEN_MONTHS: Span = ("2009-10", "2010-07")
BEFORE_THE_END, AFTER_THE_END = ("2012-01", "2012-12"), ("2013-01", "2013-12")
MIDDLE = date(2011, 4, 1)
"""The day on which agreements are looked up for fiscal 2010 to 2012."""
AFTER_REVIEW = fiscal(2012)
IN_JAIL, IN_FIELD = ("jail_287g",), ("task_force",)
STAGES = {"identified": "identified", "detainer_issued": "detainer", "ice_custody": "ICE custody", "removed": "removed"}
DETAINER = "detainer_issued"
REVIEWS = {
    "review_detainers": "detainers an officer-day",
    "review_levels": "share at level 1 or 2",
    "review_cost": "detainers by cost",
    "review_removals": "removals and returns an officer-day",
}
PERCENT, PEOPLE = "percent", "people"


def _jail_90(worlds: Worlds) -> list[Row]:
    long = worlds["history_from_2005"]
    hybrid = counties_of(one for one in agreements() if one.model == "both")

    def jail_only(span: Span, event: str = DETAINER) -> float:
        in_jails = long.by_place(event, IN_JAIL, span)
        alone = sum(found for place, found in in_jails.items() if place not in hybrid)
        return percent(alone, long.count(event, G287, span))

    def of_officers(span: Span, event: str = DETAINER) -> float:
        return percent(long.count(event, IN_JAIL, span), long.count(event, G287, span))

    rows = [own(jail_only(TEN_MONTHS), PERCENT)]
    rows.append(
        other("attribution", "found by officers in jails, of hybrid agencies too", of_officers(TEN_MONTHS), PERCENT)
    )
    for event, stage in STAGES.items():
        if event != DETAINER:
            rows.append(other("stage", f"{stage}, jail-only agreements", jail_only(TEN_MONTHS, event), PERCENT))
            rows.append(other("stage", f"{stage}, officers in jails", of_officers(TEN_MONTHS, event), PERCENT))
    for label, span in (
        ("2012, before task forces ended", BEFORE_THE_END),
        ("2013, after task forces ended", AFTER_THE_END),
        ("2006 to 2013", ("2006-01", "2013-12")),
    ):
        rows.append(other("period", f"{label}, jail-only agreements", jail_only(span), PERCENT))
        rows.append(other("period", f"{label}, officers in jails", of_officers(span), PERCENT))
    return rows


def _after_the_case(agreement: Agreement) -> bool:
    return agreement.screening_point == "post-case"


def _upfront(worlds: Worlds) -> list[Row]:
    history, early, late = worlds["history"], worlds["at_booking"], worlds["post_case"]
    at_work = [one for one in agreements_on(MIDDLE) if works_in_jail(one)]
    after = counties_of(one for one in at_work if _after_the_case(one))
    # A county where several agencies work belongs to the one that sees most bookings.
    for code in after & counties_of(one for one in at_work if not _after_the_case(one)):
        here = [one for one in at_work if counties_of([one]) == {code}]
        if not _after_the_case(max(here, key=lambda one: one.share_of_bookings)):
            after -= {code}

    def share_after(event: str) -> float:
        found = history.by_place(event, IN_JAIL)
        return percent(sum(count for place, count in found.items() if place in after), sum(found.values()))

    rows = [own(share_after("interviewed"), PERCENT)]
    for event, stage in STAGES.items():
        rows.append(
            other("stage", f"{stage} after an interview that comes after the case", share_after(event), PERCENT)
        )
    late_agreements = sum(map(_after_the_case, at_work))
    rows.append(
        other(
            "denominator",
            "agreements with officers in jails, April 2011",
            percent(late_agreements, len(at_work)),
            PERCENT,
            "the shipped record",
        )
    )
    late_officers = officers_on(MIDDLE, lambda one: works_in_jail(one) and _after_the_case(one))
    rows.append(
        other(
            "denominator",
            "officers under these agreements",
            percent(late_officers, officers_on(MIDDLE, works_in_jail)),
            PERCENT,
            "the shipped record",
        )
    )
    change = "after the case instead of at booking everywhere"
    for event, words in (
        ("interviewed", "people interviewed"),
        ("identified", "people found by anyone"),
        ("removed", "people removed"),
    ):
        by = IN_JAIL if event == "interviewed" else None
        rows.append(effect(f"{words}, {change}", late.count(event, by) - early.count(event, by), PEOPLE))
    found = (world.count("identified", IN_JAIL) for world in (late, early))
    rows.append(effect(f"people whom 287(g) is the first to find, {change}", next(found) - next(found), PEOPLE))
    missed = (without_conviction(world) for world in (late, early))
    rows.append(
        effect(f"points without a conviction among 287(g) detainers, {change}", next(missed) - next(missed), "points")
    )
    days = (world.days(("induced",)) for world in (late, early))
    rows.append(effect(f"jail days that detainers induce, {change}", next(days) - next(days), "days"))
    more = percent_more(late.count("identified", IN_JAIL), early.count("identified", IN_JAIL))
    rows.append(beside("counterfactual", f"people whom 287(g) is the first to find, {change}", more, "percent more"))
    return rows


def without_conviction(counted: Counted) -> float:
    """Return the share of 287(g) detainers in jails on people without any conviction, in percent."""
    return share(counted, EVER_CONVICTED, ("no conviction",), DETAINER, IN_JAIL)


def ended(history: Counted, reviewed: Counted) -> frozenset[int]:
    """Return the counties whose own agreement is at work in one run after the review, and stopped in the other."""
    with_own = counties_of(agreements()) & frozenset(fips().tolist())

    def at_work(counted: Counted) -> frozenset[int]:
        found = {
            place
            for event, by in (("interviewed", IN_JAIL), ("field_arrest", IN_FIELD))
            for place, count in counted.by_place(event, by, AFTER_REVIEW).items()
            if count > 0
        }
        return frozenset(found) & with_own

    return at_work(history) - at_work(reviewed)


def _least_productive(worlds: Worlds) -> list[Row]:
    history = worlds["history"]
    lists = {name: ended(history, worlds[name]) for name in REVIEWS}
    pairs = {pair: _overlap(*(lists[name] for name in pair)) for pair in combinations(REVIEWS, 2)}
    rows = [own(ratio(sum(pairs.values()), len(pairs)), PERCENT)]
    for (one, two), overlap in pairs.items():
        rows.append(other("pair of measures", f"by {REVIEWS[one]} and by {REVIEWS[two]}", overlap, PERCENT))
    longest = max(len(named) for named in lists.values())
    on_all = frozenset.intersection(*lists.values())
    rows.append(other("all four", "counties on every list", percent(len(on_all), longest), PERCENT))
    on_any = frozenset.union(*lists.values())
    once = sum(1 for code in on_any if sum(code in named for named in lists.values()) == 1)
    rows.append(beside("all four", "counties on one list only, of those on any", percent(once, len(on_any)), PERCENT))
    rows.append(beside("all four", "counties on a list", float(longest), "counties"))
    rows.append(beside("all four", "counties on any list", float(len(on_any)), "counties"))
    for name, measure in REVIEWS.items():
        for event in (DETAINER, "removed"):
            change = worlds[name].count(event, None, AFTER_REVIEW) - history.count(event, None, AFTER_REVIEW)
            rows.append(effect(f"{STAGES[event]}, fiscal 2012, a quarter ended by {measure}", change, PEOPLE))
    return rows


def _overlap(one: frozenset[int], two: frozenset[int]) -> float:
    return percent(len(one & two), max(len(one), len(two)))


RECIPES: dict[str, Recipe] = {
    "jail-90": _jail_90,
    "upfront-after": _upfront,
    "least-productive": _least_productive,
}

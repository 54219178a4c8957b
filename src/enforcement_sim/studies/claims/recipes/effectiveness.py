"""Claims about how much each programme does: effective-156, identified-279.

Two ways of attributing run through all of them. *Average*: people belong to the programme that found them first, or to
every programme that found them. *Marginal*: what would not have happened without the programme, from two runs on the same
people.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from enforcement_sim.results.measures import ratio
from enforcement_sim.studies.claims.counted import G287, SC, Counted, Span, fiscal
from enforcement_sim.studies.claims.places import agreements_on, counties_of, works_in_jail
from enforcement_sim.studies.claims.rows import (
    Recipe,
    Row,
    beside,
    effect,
    no_value,
    other,
    own,
    percent,
    percent_more,
)

__all__ = ["RECIPES"]

Worlds = Mapping[str, Counted]

LEVELS, NO_CONVICTION = "ice-levels-2010", "no conviction"
SIX_YEARS: Span = ("2006-01", "2011-12")
TO_FEBRUARY: Span = ("2008-10", "2012-02")
THREE_YEARS = fiscal(2010, 2012)
THREE_YEARS_MIDDLE = date(2011, 4, 1)
"""The day on which agreements are looked up for fiscal 2010 to 2012."""
TAKEN_OF_SIX = 4 / 6
APPROPRIATED_287G, APPROPRIATED_SC = 204e6, 531e6
"""Federal money of fiscal 2010 to 2012 as the claim's author gives it (claims.yaml, cost-60)."""
STAGES = {
    "identified": "identified",
    "detainer_issued": "detainer",
    "ice_custody": "ICE custody",
    "removed": "removed",
}
MORE, LESS, PEOPLE, RATIO = "percent more", "percent less", "people", "ratio"


def convicted_removed(counted: Counted, by: tuple[str, ...] | None, span: Span) -> float:
    """Count people removed who have a conviction, now or before."""
    people = counted.categories("removed", LEVELS, by, span)
    return sum(people.values()) - people[NO_CONVICTION]


def found_by_287g(counted: Counted, span: Span) -> float:
    """Count people whom 287(g) officers found, first or later."""
    return sum(counted.by_any("identified", programme, span) for programme in G287)


def _effective(worlds: Worlds) -> list[Row]:
    long, history = worlds["history_from_2005"], worlds["history"]
    in_sc = convicted_removed(long, SC, TO_FEBRUARY)
    rows = [
        own(percent_more(long.count("identified", G287, SIX_YEARS) * TAKEN_OF_SIX, in_sc), MORE),
        other(
            "period",
            "all six years identified, not four sixths",
            percent_more(long.count("identified", G287, SIX_YEARS), in_sc),
            MORE,
        ),
    ]
    for event, stage in STAGES.items():
        rows.append(other("stage", f"both {stage}, Oct 2008 - Feb 2012", _lead(long, event, TO_FEBRUARY), MORE))
    convicted = percent_more(convicted_removed(long, G287, TO_FEBRUARY), in_sc)
    rows.append(other("stage", "both convicted and removed, Oct 2008 - Feb 2012", convicted, MORE))
    for event, stage in STAGES.items():
        both = percent_more(
            sum(long.by_any(event, programme, TO_FEBRUARY) for programme in G287),
            long.by_any(event, SC[0], TO_FEBRUARY),
        )
        rows.append(
            other("attribution", f"{stage}, everyone whom the programme found, Oct 2008 - Feb 2012", both, MORE)
        )
    here = counties_of(one for one in agreements_on(THREE_YEARS_MIDDLE) if works_in_jail(one))
    a_booking = ratio(history.count("removed", G287, places=here), history.count("booked", None, places=here))
    a_print = ratio(history.count("removed", SC), history.count("submitted", SC))
    rows.append(
        other(
            "denominator",
            "removed per booking in counties with an agreement, per print shared",
            percent_more(a_booking, a_print),
            MORE,
        )
    )
    a_dollar = percent_more(
        history.count("removed", G287) / APPROPRIATED_287G, history.count("removed", SC) / APPROPRIATED_SC
    )
    rows.append(
        other(
            "denominator",
            "removed per federal dollar appropriated, fiscal 2010-2012",
            a_dollar,
            MORE,
            "dollars as published",
        )
    )
    per_officer = ratio(history.count("removed", G287), history.officer_years)
    rows.append(
        beside("denominator", "removed per 287(g) officer-year, fiscal 2010-2012", per_officer, "people a year")
    )
    rows.append(
        no_value(
            "denominator",
            "removed per officer of Secure Communities",
            "people a year",
            "ICE's officers are not counted",
        )
    )
    without_287g, without_sc = worlds["without_287g"], worlds["without_secure_communities"]
    for event in ("ice_custody", "removed"):
        ours, theirs = (history.count(event) - one.count(event) for one in (without_287g, without_sc))
        rows.append(
            other(
                "without it",
                f"{STAGES[event]} that would not have happened, fiscal 2010-2012",
                percent_more(ours, theirs),
                MORE,
            )
        )
        rows.append(effect(f"{STAGES[event]} because of 287(g), fiscal 2010-2012", ours, PEOPLE))
        rows.append(effect(f"{STAGES[event]} because of Secure Communities, fiscal 2010-2012", theirs, PEOPLE))
    return rows


def _lead(counted: Counted, event: str, span: Span) -> float:
    return percent_more(counted.count(event, G287, span), counted.count(event, SC, span))


def _identified(worlds: Worlds) -> list[Row]:
    long = worlds["history_from_2005"]
    rows = [own(long.count("identified", G287, SIX_YEARS), PEOPLE)]
    rows.append(
        other(
            "stage",
            "interviewed in custody or arrested in the field",
            long.count("interviewed", ("jail_287g",), SIX_YEARS)
            + long.count("field_arrest", ("task_force",), SIX_YEARS),
            PEOPLE,
        )
    )
    rows.append(other("attribution", "found by 287(g), first or later", found_by_287g(long, SIX_YEARS), PEOPLE))
    rows.append(
        other(
            "attribution",
            "found first by officers in jails and prisons alone",
            long.count("identified", ("jail_287g",), SIX_YEARS),
            PEOPLE,
        )
    )
    for event, stage in list(STAGES.items())[1:]:
        rows.append(other("stage", stage, long.count(event, G287, SIX_YEARS), PEOPLE))
    removed = percent(long.count("removed", G287, SIX_YEARS), long.count("identified", G287, SIX_YEARS))
    rows.append(beside("stage", "removed, of those identified", removed, "percent"))
    history = worlds["history"]
    for name, by, run in (("287(g)", G287, "without_287g"), ("Secure Communities", SC, "without_secure_communities")):
        lost = history.count("identified") - worlds[run].count("identified")
        found = history.count("identified", by)
        rows.append(effect(f"people found by nobody else without {name}, fiscal 2010-2012", lost, PEOPLE))
        rows.append(
            beside(
                "without it",
                f"found first by {name} whom others would have found, fiscal 2010-2012",
                100.0 - percent(lost, found),
                "percent",
            )
        )
    return rows


RECIPES: dict[str, Recipe] = {
    "effective-156": _effective,
    "identified-279": _identified,
}

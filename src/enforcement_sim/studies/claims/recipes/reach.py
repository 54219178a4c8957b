"""Claims about how much of the country takes part, and where: enrolled-02, enrolled-71, california-40."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from enforcement_sim.places.geography import load_geography
from enforcement_sim.studies.claims.counted import SC, Counted, Span, fiscal
from enforcement_sim.studies.claims.places import (
    agreements_on,
    counties_of,
    counties_sharing,
    fips,
    share_of_bookings,
    share_of_noncitizen_bookings,
    share_of_people,
    with_states,
)
from enforcement_sim.studies.claims.recipes.effectiveness import convicted_removed
from enforcement_sim.studies.claims.rows import Recipe, Row, compared, effect, other, own, percent

__all__ = ["RECIPES"]

Worlds = Mapping[str, Counted]

DAY = date(2012, 2, 25)
MONTH: Span = ("2012-02", "2012-02")
JURISDICTIONS = 3181
"""What ICE counted as jurisdictions, territories included (claims.yaml, enrolled-02)."""
CUMULATIVE: Span = ("2008-10", "2011-03")
FOURTEEN_MONTHS: Span = ("2010-02", "2011-03")
STATE = "CA"
PERCENT = "percent"


def _enrolled_287g(worlds: Worlds) -> list[Row]:
    in_force = agreements_on(DAY)
    of_agencies = counties_of(in_force) & frozenset(fips().tolist())
    rows = [own(percent(len(in_force), JURISDICTIONS), PERCENT, note="the shipped record of agreements, not simulated")]
    for who, counties in (("", of_agencies), (", whole states included", with_states(in_force))):
        rows += _four(worlds["history_from_2005"], counties, f"with an agreement{who}")
    return rows


def _enrolled_sc(worlds: Worlds) -> list[Row]:
    counties = counties_sharing(DAY)
    rows = [own(percent(len(counties), fips().size), PERCENT, note="the shipped dates of activation, not simulated")]
    return rows + _four(worlds["history_from_2005"], counties, "that share prints")[1:]


def _four(counted: Counted, counties: frozenset[int], which: str) -> list[Row]:
    """Return the share of counties, of people, of bookings and of bookings of non-citizens."""
    return [
        other("denominator", f"counties {which}, of all counties", percent(len(counties), fips().size), PERCENT),
        other("denominator", f"population of counties {which}", 100 * share_of_people(counties), PERCENT),
        other(
            "denominator", f"bookings in counties {which}", 100 * share_of_bookings(counted, counties, MONTH), PERCENT
        ),
        other(
            "denominator",
            f"bookings of non-citizens in counties {which}",
            100 * share_of_noncitizen_bookings(counted, counties),
            PERCENT,
            "expected from who lives there",
        ),
    ]


def _california(worlds: Worlds) -> list[Row]:
    long, everywhere = worlds["history_from_2005"], worlds["shared_everywhere"]
    value = _share_convicted(long, CUMULATIVE)
    rows = [own(value, PERCENT)]
    spans = {"the last 14 months, Feb 2010 - Mar 2011": FOURTEEN_MONTHS}
    spans |= {f"fiscal {year}": fiscal(year) for year in range(2009, 2015)}
    rows += [other("period", label, _share_convicted(long, span), PERCENT) for label, span in spans.items()]
    stages = {
        "matched": "matched",
        "detainer_issued": "detainer",
        "ice_custody": "ICE custody",
        "removed": "everyone removed",
    }
    for event, stage in stages.items():
        share = percent(long.people(event, SC, CUMULATIVE, STATE).sum(), long.people(event, SC, CUMULATIVE).sum())
        rows.append(other("stage", f"{stage}, to March 2011", share, PERCENT))
    here = frozenset(int(code) for code in fips()[load_geography().counties_of_state(STATE)])
    for group, words in (
        ("population", "people"),
        ("noncitizens", "non-citizens"),
        ("unauthorised", "unauthorised people"),
    ):
        rows.append(other("denominator", f"{words} who live there", 100 * share_of_people(here, group), PERCENT))
    from_the_start = _share_convicted(everywhere, CUMULATIVE)
    rows.append(
        compared(
            "without it", "convicted and removed, if every county had shared from October 2008", from_the_start, PERCENT
        )
    )
    rows.append(effect("points that the order of activation adds", value - from_the_start, "points"))
    return rows


def _share_convicted(counted: Counted, span: Span) -> float:
    people = counted.categories("removed", "ice-levels-2010", SC, span, STATE)
    return percent(sum(people.values()) - people["no conviction"], convicted_removed(counted, SC, span))


RECIPES: dict[str, Recipe] = {
    "enrolled-02": _enrolled_287g,
    "enrolled-71": _enrolled_sc,
    "california-40": _california,
}

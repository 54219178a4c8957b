"""Claims about whom programmes find, by offence and record: half-minor, minor-55, guidance-2012.

Every definition that is loaded is used, so a definition added later adds its rows here by itself.
"""

from __future__ import annotations

from collections.abc import Mapping

from enforcement_sim.law.definitions import load_definitions
from enforcement_sim.studies.claims.counted import EVER, G287, SC, Counted, Span, fiscal
from enforcement_sim.studies.claims.rows import (
    Recipe,
    Row,
    beside,
    compared,
    effect,
    minor_categories,
    non_criminal_categories,
    other,
    own,
    percent,
    shares_by_definition,
)

__all__ = ["RECIPES"]

Worlds = Mapping[str, Counted]

TEN_MONTHS: Span = ("2009-10", "2010-07")
TO_AUGUST_2011: Span = ("2008-10", "2011-08")
AFTER: Span = ("2013-01", "2014-09")
BEFORE: Span = ("2012-01", "2012-11")
FROM_OCTOBER_2011: Span = ("2011-10", "2012-11")
LEVELS, OF_AGREEMENTS, EVER_CONVICTED = "ice-levels-2010", "agreement-levels-2009", "no-conviction-ever"
GUIDANCE = "detainer-2012-guidance"
FEWEST_DETAINERS = 200
"""Detainers in a state below which a share says little."""
STAGES = {
    "matched": "matched",
    "identified": "identified",
    "detainer_issued": "detainer",
    "ice_custody": "ICE custody",
    "removed": "removed",
}
DETAINER = "detainer_issued"
PERCENT = "percent"


def share(
    counted: Counted,
    definition: str,
    wanted: tuple[str, ...],
    event: str,
    by: tuple[str, ...] | None,
    span: Span = EVER,
    state: str | None = None,
) -> float:
    """Return the share of the people of an event in some categories, in percent."""
    people = counted.categories(event, definition, by, span, state)
    return percent(sum(people[name] for name in wanted), sum(people.values()))


def _half_minor(worlds: Worlds) -> list[Row]:
    long = worlds["history_from_2005"]
    minor = minor_categories(load_definitions()[OF_AGREEMENTS])
    rows = [own(share(long, OF_AGREEMENTS, minor, DETAINER, G287, TEN_MONTHS), PERCENT)]
    for label, value in shares_by_definition(
        lambda name: long.categories(DETAINER, name, G287, TEN_MONTHS), minor_categories
    ):
        if not label.endswith(f"({OF_AGREEMENTS})"):
            rows.append(other("definition", f"detainer: {label}", value, PERCENT))
    for event in ("identified", "ice_custody", "removed"):
        value = share(long, OF_AGREEMENTS, minor, event, G287, TEN_MONTHS)
        rows.append(other("stage", STAGES[event], value, PERCENT))
    words = {
        "history": "as agreed, fiscal 2010-2012",
        "universal": "universal everywhere, fiscal 2010-2012",
        "targeted": "targeted everywhere, fiscal 2010-2012",
        "at_booking": "screening at booking everywhere, fiscal 2010-2012",
        "post_case": "screening after the case everywhere, fiscal 2010-2012",
    }
    by_run = {name: share(worlds[name], OF_AGREEMENTS, minor, DETAINER, ("jail_287g",)) for name in words}
    group = "whom and when officers screen"
    rows.append(other(group, words["history"], by_run["history"], PERCENT))
    rows += [compared(group, label, by_run[name], PERCENT) for name, label in words.items() if name != "history"]
    rows.append(effect("points from targeted to universal", by_run["universal"] - by_run["targeted"], "points"))
    rows.append(
        effect("points from after the case to at booking", by_run["at_booking"] - by_run["post_case"], "points")
    )
    by_state = [
        share(long, OF_AGREEMENTS, minor, DETAINER, G287, fiscal(2010), state)
        for state in long.states_with(DETAINER)
        if long.people(DETAINER, G287, fiscal(2010), state).sum() >= FEWEST_DETAINERS
    ]
    for which, value in (
        ("lowest", min(by_state, default=float("nan"))),
        ("highest", max(by_state, default=float("nan"))),
    ):
        rows.append(
            compared(
                "place",
                f"{which} of the states with at least {FEWEST_DETAINERS} detainers, fiscal 2010",
                value,
                PERCENT,
            )
        )
    return rows


def _minor_55(worlds: Worlds) -> list[Row]:
    long = worlds["history_from_2005"]
    minor = minor_categories(load_definitions()[LEVELS])
    rows = [own(share(long, LEVELS, minor, "removed", SC, TO_AUGUST_2011), PERCENT)]
    for event, stage in STAGES.items():

        def counts(name: str, event: str = event) -> dict[str, float]:
            return long.categories(event, name, SC, TO_AUGUST_2011)

        for of in (minor_categories, non_criminal_categories):
            for label, value in shares_by_definition(counts, of):
                if (event, of, label.endswith(f"({LEVELS})")) != ("removed", minor_categories, True):
                    rows.append(other("stage and definition", f"{stage}: {label}", value, PERCENT))
    for year in range(2009, 2015):
        value = share(long, LEVELS, minor, "removed", SC, fiscal(year))
        rows.append(other("period", f"fiscal {year}", value, PERCENT))
    return rows


def _guidance(worlds: Worlds) -> list[Row]:
    long, issued, always, never = (
        worlds[name] for name in ("history_from_2005", "guidance_as_issued", "guidance_always", "no_guidance_2012")
    )
    nothing = non_criminal_categories(load_definitions()[EVER_CONVICTED])

    def without_record(counted: Counted, span: Span, event: str = DETAINER) -> float:
        return share(counted, EVER_CONVICTED, nothing, event, None, span)

    value = without_record(issued, AFTER)
    rows = [own(value, PERCENT)]
    for label, found in shares_by_definition(
        lambda name: issued.categories(DETAINER, name, None, AFTER), non_criminal_categories
    ):
        if not label.endswith(f"({EVER_CONVICTED})"):
            rows.append(other("definition", f"detainer: {label}", found, PERCENT))
    for event in ("ice_custody", "removed"):
        rows.append(other("stage", STAGES[event], without_record(issued, AFTER, event), PERCENT))
    rows.append(compared("period", "before, January to November 2012", without_record(issued, BEFORE), PERCENT))
    rows.append(
        compared("without it", "January 2013 - September 2014, never issued", without_record(never, AFTER), PERCENT)
    )
    rows.append(
        compared(
            "without it",
            "October 2011 - November 2012, in force all the time",
            without_record(always, FROM_OCTOBER_2011),
            PERCENT,
        )
    )
    for year in range(2008, 2013):
        issued_then = long.count(DETAINER, None, fiscal(year))
        covered = long.verdicts(GUIDANCE, fiscal(year))
        label = f"detainers that the guidance does not cover, fiscal {year}"
        rows.append(beside("earlier years", label, percent(issued_then - covered, issued_then), PERCENT))
        rows.append(beside("earlier years", label, issued_then - covered, "people"))
    still = issued.count(DETAINER, None, AFTER)
    left = still - issued.verdicts(GUIDANCE, AFTER)
    rows.append(
        beside(
            "who still gets one", "detainers after the guidance that it does not cover", percent(left, still), PERCENT
        )
    )
    serious = "level 1"
    for name, one, two, span in (
        ("the guidance, January 2013 - September 2014", issued, never, AFTER),
        ("the guidance in force all the time, October 2011 - November 2012", always, issued, FROM_OCTOBER_2011),
    ):
        rows.append(
            effect(f"detainers, by {name}", one.count(DETAINER, None, span) - two.count(DETAINER, None, span), "people")
        )
        rows.append(
            effect(
                f"points without a conviction, by {name}",
                without_record(one, span) - without_record(two, span),
                "points",
            )
        )
        levels = (share(world, LEVELS, (serious,), DETAINER, None, span) for world in (one, two))
        rows.append(effect(f"points at level 1, by {name}", next(levels) - next(levels), "points"))
    return rows


RECIPES: dict[str, Recipe] = {
    "half-minor": _half_minor,
    "minor-55": _minor_55,
    "guidance-2012": _guidance,
}

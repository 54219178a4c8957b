"""Claims about whom programmes find: offences and records, citizens, families, and people who are let go.

Family, and being booked again after a release without a detainer, are not counted in a run. They follow from the register:
family from the status of the people counted, bookings from the law by which people are booked.
"""

from __future__ import annotations

import math

import numpy as np

from enforcement_sim.codes import LISTS, STATUS_GROUP_OF, STATUS_GROUPS, STATUSES
from enforcement_sim.law.definitions import load_definitions
from enforcement_sim.results.measures import ratio
from enforcement_sim.studies.claims.counted import G287, SC, Counted, Span, fiscal
from enforcement_sim.studies.claims.operators import (
    MAIN_STAGES,
    STAGE,
    Operator,
    Rows,
    Worlds,
    minor_categories,
    non_criminal_categories,
    percent,
    share,
    shares_by_definition,
)

DETAINER = "detainer_issued"
BEFORE_GUIDANCE: Span = ("2012-01", "2012-11")
FROM_OCTOBER_2011: Span = ("2011-10", "2012-11")
LEVELS, OF_AGREEMENTS, EVER_CONVICTED = "ice-levels-2010", "agreement-levels-2009", "no-conviction-ever"
GUIDANCE = "detainer-2012-guidance"
FEWEST_DETAINERS = 200
"""Detainers in a state below which a share says little."""
CITIZEN = "citizen"
NONCITIZEN_GROUPS = tuple(group for group in STATUS_GROUPS if group != CITIZEN)
CUSTODY_STAGES = tuple(event for event in STAGE if event != "identified")
LET_GO = ("detainer_declined", "detainer_lapsed", "detainer_lifted")
NORMAL_95 = 1.959964
"""Standard normal quantile of a two-sided 95% interval."""
MONTHS_A_YEAR = 12
LAW_STEPS = 20_000

# ---- offences and records -----------------------------------------------------------------------------------------------


def _half_minor(worlds: Worlds, rows: Rows) -> None:
    long = worlds["history_from_2005"]
    minor = minor_categories(load_definitions()[OF_AGREEMENTS])
    rows.own(share(long, OF_AGREEMENTS, minor, DETAINER, G287, rows.span))
    defined = shares_by_definition(long, DETAINER, G287, rows.span, minor_categories, OF_AGREEMENTS)
    rows.other("definition", defined, label="detainer: {}")
    stages = ("identified", "ice_custody", "removed")
    rows.other("stage", {event: share(long, OF_AGREEMENTS, minor, event, G287, rows.span) for event in stages})
    words = {
        "history": "as agreed, fiscal 2010-2012",
        "universal": "universal everywhere, fiscal 2010-2012",
        "targeted": "targeted everywhere, fiscal 2010-2012",
        "at_booking": "screening at booking everywhere, fiscal 2010-2012",
        "post_case": "screening after the case everywhere, fiscal 2010-2012",
    }
    by_run = {run: share(worlds[run], OF_AGREEMENTS, minor, DETAINER, ("jail_287g",)) for run in words}
    group = "whom and when officers screen"
    rows.other(group, {words["history"]: by_run["history"]})
    rows.compared(group, {words[run]: value for run, value in by_run.items() if run != "history"})
    points = {
        "points from targeted to universal": by_run["universal"] - by_run["targeted"],
        "points from after the case to at booking": by_run["at_booking"] - by_run["post_case"],
    }
    rows.effect("points", points)
    by_state = [
        share(long, OF_AGREEMENTS, minor, DETAINER, G287, fiscal(2010), state)
        for state in long.states_with(DETAINER)
        if long.people(DETAINER, G287, fiscal(2010), state).sum() >= FEWEST_DETAINERS
    ]
    label = f"{{}} of the states with at least {FEWEST_DETAINERS} detainers, fiscal 2010"
    ends = {"lowest": min(by_state, default=math.nan), "highest": max(by_state, default=math.nan)}
    rows.compared("place", ends, label=label)


def _minor_55(worlds: Worlds, rows: Rows) -> None:
    long = worlds["history_from_2005"]
    minor = minor_categories(load_definitions()[LEVELS])
    rows.own(share(long, LEVELS, minor, "removed", SC, rows.span))
    for event in ("matched", *MAIN_STAGES):
        for wanted in (minor_categories, non_criminal_categories):
            own = LEVELS if (event, wanted) == ("removed", minor_categories) else ""
            defined = shares_by_definition(long, event, SC, rows.span, wanted, own)
            rows.other("stage and definition", defined, label=f"{STAGE[event]}: {{}}")
    by_year = {f"fiscal {year}": share(long, LEVELS, minor, "removed", SC, fiscal(year)) for year in range(2009, 2015)}
    rows.other("period", by_year)


def _guidance(worlds: Worlds, rows: Rows) -> None:
    issued, always, never = (worlds[name] for name in ("guidance_as_issued", "guidance_always", "no_guidance_2012"))
    nothing = non_criminal_categories(load_definitions()[EVER_CONVICTED])

    def without_record(counted: Counted, span: Span, event: str = DETAINER) -> float:
        return share(counted, EVER_CONVICTED, nothing, event, None, span)

    rows.own(without_record(issued, rows.span))
    defined = shares_by_definition(issued, DETAINER, None, rows.span, non_criminal_categories, EVER_CONVICTED)
    rows.other("definition", defined, label="detainer: {}")
    stages = ("ice_custody", "removed")
    rows.other("stage", {event: without_record(issued, rows.span, event) for event in stages})
    rows.compared("period", {"before, January to November 2012": without_record(issued, BEFORE_GUIDANCE)})
    elsewhere = {
        "January 2013 - September 2014, never issued": without_record(never, rows.span),
        "October 2011 - November 2012, in force all the time": without_record(always, FROM_OCTOBER_2011),
    }
    rows.compared("without it", elsewhere)
    for year in range(2008, 2013):
        left, every = _not_covered(worlds["history_from_2005"], fiscal(year))
        label, group = f"detainers that the guidance does not cover, fiscal {year}", "earlier years"
        rows.beside(group, "percent", {label: percent(left, every)})
        rows.beside(group, "people", {label: left})
    still = percent(*_not_covered(issued, rows.span))
    rows.beside("who still gets one", "percent", {"detainers after the guidance that it does not cover": still})
    pairs: dict[str, tuple[Counted, Counted, Span]] = {
        "the guidance, January 2013 - September 2014": (issued, never, rows.span),
        "the guidance in force all the time, October 2011 - November 2012": (always, issued, FROM_OCTOBER_2011),
    }
    for name, (one, two, span) in pairs.items():
        detainers = one.count(DETAINER, None, span) - two.count(DETAINER, None, span)
        rows.effect("people", {f"detainers, by {name}": detainers})
        levels = [share(world, LEVELS, ("level 1",), DETAINER, None, span) for world in (one, two)]
        points = {
            f"points without a conviction, by {name}": without_record(one, span) - without_record(two, span),
            f"points at level 1, by {name}": levels[0] - levels[1],
        }
        rows.effect("points", points)


def _not_covered(counted: Counted, span: Span) -> tuple[float, float]:
    """Count the detainers that the guidance of 2012 does not cover, and all detainers."""
    every = counted.count(DETAINER, None, span)
    return every - counted.verdicts(GUIDANCE, span), every


# ---- citizens and families ----------------------------------------------------------------------------------------------


def _citizens(worlds: Worlds, rows: Rows) -> None:
    arrests = rows.number("arrested")
    groups = {event: worlds["history_from_2005"].status_groups(event, SC, rows.span) for event in CUSTODY_STAGES}
    shares = {event: ratio(found[CITIZEN], sum(found.values())) for event, found in groups.items()}
    rows.own(groups["ice_custody"][CITIZEN])
    for event in CUSTODY_STAGES:
        stage = STAGE[event]
        if event != "ice_custody":
            rows.other("stage", {event: groups[event][CITIZEN]})
        label = f"share of citizens at the stage {stage}, times the published {arrests:,.0f}"
        rows.other("share over the published total", {label: shares[event] * arrests})
        rows.beside("share", "percent", {f"citizens, {stage}": 100 * shares[event]})
    found, sample = (int(rows.number(name)) for name in ("in_sample", "sample"))
    ends = dict(zip(("lowest", "highest"), _wilson_interval(found, sample), strict=True))
    label = f"{{}} number that {found} of a sample of {sample} can stand for"
    rows.beside("sample", "people", {which: end * arrests for which, end in ends.items()}, "95%, Wilson", label)


def _wilson_interval(found: int, sample: int) -> tuple[float, float]:
    """Return the 95% interval of a share from a sample."""
    share, square = found / sample, NORMAL_95**2
    middle = (share + square / (2 * sample)) / (1 + square / sample)
    half = NORMAL_95 / (1 + square / sample) * math.sqrt(share * (1 - share) / sample + square / (4 * sample**2))
    return middle - half, middle + half


def _families(worlds: Worlds, rows: Rows) -> None:
    long, arrests = worlds["history_from_2005"], rows.number("arrested")
    family = {group: _expected_share(long, "status.citizen_family_share", group) for group in NONCITIZEN_GROUPS}
    people = {event: long.status_groups(event, SC, rows.span) for event in CUSTODY_STAGES}
    expected = {event: sum(found[group] * family[group] for group in family) for event, found in people.items()}
    shares = {event: ratio(expected[event], sum(found[group] for group in family)) for event, found in people.items()}
    rows.own(expected["ice_custody"], "expected from status")
    for event in CUSTODY_STAGES:
        if event != "ice_custody":
            rows.other("stage", {event: expected[event]})
        label = "non-citizens expected to have citizen family, {}"
        rows.beside("share", "percent", {event: 100 * shares[event]}, label=label)
    label = f"share at the stage ICE custody, times the published {arrests:,.0f}"
    rows.other("share over the published total", {label: shares["ice_custody"] * arrests})


def _expected_share(counted: Counted, address: str, group: str) -> float:
    """Return a share of the register by status for a status group, its statuses weighed as they are booked and matched."""
    inside = counted.parameter("status.entered_without_inspection_share")
    weights = dict.fromkeys(STATUSES, 1.0)
    weights |= {status: counted.parameter(f"status.lawful_split.{status}") for status in LISTS["lawful_status"]}
    weights |= {"entered_without_inspection": inside, "overstay": 1.0 - inside}
    weighed = {
        status: weights[status]
        * counted.parameter(f"status.arrest_ratio.{status}")
        * counted.parameter(f"status.in_ident.{status}")
        for status, number in zip(STATUSES, STATUS_GROUP_OF, strict=True)
        if STATUS_GROUPS[number] == group
    }
    with_it = sum(weight * counted.parameter(f"{address}.{status}") for status, weight in weighed.items())
    return ratio(with_it, sum(weighed.values()))


# ---- people who are let go ----------------------------------------------------------------------------------------------


def _flagged(worlds: Worlds, rows: Rows) -> None:
    long = worlds["history_from_2005"]

    def left(event: str) -> dict[str, float]:
        """Count matched people less those of an event or found by another programme, by status group."""
        people, *gone = (long.status_groups(name, SC, rows.span) for name in ("matched", event, "also_found"))
        return {group: max(0.0, count - sum(one[group] for one in gone)) for group, count in people.items()}

    no_detainer = left(DETAINER)
    every = sum(no_detainer.values())
    rows.own(every)
    stages = {
        "not in ICE custody": sum(left("ice_custody").values()),
        "not found removable": sum(left("identified").values()),
        "released before an answer came": long.count("missed_in_time", SC, rows.span),
    }
    rows.other("stage", stages)
    removable = {group: _expected_share(long, "status.removable_share", group) for group in NONCITIZEN_GROUPS}
    could_be, group = sum(no_detainer[name] * removable.get(name, 0.0) for name in no_detainer), "who could be removed"
    note = "expected from status, before any conviction of the case"
    rows.other(group, {"without a detainer and removable as they stood": could_be}, note)
    parts = {name.replace("_", " "): count for name, count in no_detainer.items()}
    parts["removable as they stood"] = could_be
    shares = {name: percent(count, every) for name, count in parts.items()}
    rows.beside(group, "percent", shares, label="{}, of those without a detainer")
    group, label = "booked again", "anyone booked and not removed, booked again within a year"
    again = 100 * booked_again(long, MONTHS_A_YEAR)
    rows.beside(group, "percent", {label: again}, "from the law by which people are booked")
    why = "not expressed: single people are not followed after their release"
    rows.beside(group, "percent", {"re-arrests of these people": math.nan}, why)


def booked_again(counted: Counted, months: float) -> float:
    """Return the chance that a person who was booked is booked again within some months if nothing takes them away.

    By the law of the model: bookings of a county fall on its pool by a power law, so whoever is booked is likelier than
    others to be booked often. The law knows nothing of detainers or releases.
    """
    exponent, offset = counted.parameter("people.frailty_exponent"), counted.parameter("people.frailty_offset")
    a_year = 1.0 / counted.parameter("people.pool_ratio")
    draw = (np.arange(LAW_STEPS) + 0.5) / LAW_STEPS
    spread = exponent * (1 - offset) * (offset + (1 - offset) * draw) ** (exponent - 1) / (1 - offset**exponent)
    return float(np.mean(1.0 - np.exp(-a_year * months / MONTHS_A_YEAR / spread)))


def _released(worlds: Worlds, rows: Rows) -> None:
    long, eight_months = worlds["history_from_2005"], rows.span

    def rate(span: Span, over: Span) -> float:
        let_go = sum(long.count(event, None, over) for event in LET_GO)
        return percent(long.count("rearrested", None, span), let_go)

    note = "declined, lapsed and lifted detainers; bookings of people let go at any time"
    rows.own(rate(eight_months, eight_months), note)
    label = "over people let go in these eight months and the eight before"
    rows.other("denominator", {label: rate(eight_months, ("2013-05", "2014-08"))})
    rows.other("period", {"a year earlier": rate(("2013-01", "2013-08"), ("2013-01", "2013-08"))})
    whole = 8
    halves = np.linspace(0, whole, 2 * whole + 1)[1::2]
    average = float(np.mean([booked_again(long, float(months)) for months in halves]))
    anyone = {
        "anyone booked, followed for eight months": 100 * booked_again(long, whole),
        "anyone booked, released evenly over eight months and followed to their end": 100 * average,
    }
    rows.compared("people without a detainer", anyone, "from the law by which people are booked")


OPERATORS: dict[str, Operator] = {
    "half-minor": _half_minor,
    "minor-55": _minor_55,
    "guidance-2012": _guidance,
    "citizens-3600": _citizens,
    "families-88000": _families,
    "flagged-159": _flagged,
    "released-rearrest": _released,
}

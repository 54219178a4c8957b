"""Claims about citizens, families and people let go: citizens-3600, families-88000, flagged-159, released-rearrest.

Family, and being booked again after a release without a detainer, are not in the ledger. They are worked out from the
register: family from the status of the people counted, bookings from the law by which people are booked.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from enforcement_sim.codes import LISTS, STATUS_GROUP_OF, STATUS_GROUPS, STATUSES
from enforcement_sim.results.measures import ratio
from enforcement_sim.studies.claims.counted import SC, Counted, Span
from enforcement_sim.studies.claims.rows import Recipe, Row, beside, compared, no_value, other, own, percent

__all__ = ["RECIPES", "booked_again", "expected_share"]

Worlds = Mapping[str, Counted]

TO_APRIL_2011: Span = ("2008-10", "2011-04")
TO_JULY_2011: Span = ("2008-10", "2011-07")
EIGHT_MONTHS, SIXTEEN_MONTHS, YEAR_EARLIER = ("2014-01", "2014-08"), ("2013-05", "2014-08"), ("2013-01", "2013-08")
PUBLISHED_ARRESTS = 225_000
"""People arrested under Secure Communities as the claim's author counts them (claims.yaml, citizens-3600)."""
SAMPLE, IN_SAMPLE = 375, 6
"""People in the claim's sample, and citizens among them (claims.yaml, citizens-3600)."""
NORMAL_95 = 1.959964
"""Standard normal quantile of a two-sided 95% interval."""
MONTHS_A_YEAR = 12
LAW_STEPS = 20_000
STAGES = {
    "matched": "matched",
    "detainer_issued": "detainer",
    "held": "held",
    "ice_custody": "ICE custody",
    "removed": "removed",
}
LET_GO = ("detainer_declined", "detainer_lapsed", "detainer_lifted")
CITIZEN = "citizen"
PEOPLE, PERCENT = "people", "percent"


def _citizens(worlds: Worlds) -> list[Row]:
    long = worlds["history_from_2005"]
    groups = {event: long.status_groups(event, SC, TO_APRIL_2011) for event in STAGES}
    shares = {event: ratio(found[CITIZEN], sum(found.values())) for event, found in groups.items()}
    rows = [own(groups["ice_custody"][CITIZEN], PEOPLE)]
    for event, stage in STAGES.items():
        if event != "ice_custody":
            rows.append(other("stage", stage, groups[event][CITIZEN], PEOPLE))
        label = f"share of citizens at the stage {stage}, times the published 225,000"
        rows.append(other("share over the published total", label, shares[event] * PUBLISHED_ARRESTS, PEOPLE))
        rows.append(beside("share", f"citizens, {stage}", 100 * shares[event], PERCENT))
    low, high = sample_interval(IN_SAMPLE, SAMPLE)
    for which, end in (("lowest", low), ("highest", high)):
        label = f"{which} number that 6 of a sample of 375 can stand for"
        rows.append(beside("sample", label, end * PUBLISHED_ARRESTS, PEOPLE, "95%, Wilson"))
    return rows


def sample_interval(found: int, sample: int) -> tuple[float, float]:
    """Return the 95% interval of a share from a sample (Wilson).

    Examples
    --------
    >>> [round(end, 4) for end in sample_interval(6, 375)]
    [0.0074, 0.0345]
    """
    share, square = found / sample, NORMAL_95**2
    middle = (share + square / (2 * sample)) / (1 + square / sample)
    half = NORMAL_95 / (1 + square / sample) * math.sqrt(share * (1 - share) / sample + square / (4 * sample**2))
    return middle - half, middle + half


def expected_share(counted: Counted, address: str, group: str) -> float:
    """Return a status's share of the register for a status group, its statuses weighed as they are booked and matched.

    Parameters
    ----------
    counted
        Whose run's parameters are taken.
    address
        A table of the register by status, such as ``status.citizen_family_share``.
    group
        A status group other than citizens.
    """
    inside = counted.parameter("status.entered_without_inspection_share")
    weights = dict.fromkeys(STATUSES, 1.0)
    weights |= {status: counted.parameter(f"status.lawful_split.{status}") for status in LISTS["lawful_status"]}
    weights |= {"entered_without_inspection": inside, "overstay": 1.0 - inside}
    parts = [status for status, number in zip(STATUSES, STATUS_GROUP_OF, strict=True) if STATUS_GROUPS[number] == group]
    weighed = {
        status: weights[status]
        * counted.parameter(f"status.arrest_ratio.{status}")
        * counted.parameter(f"status.in_ident.{status}")
        for status in parts
    }
    return ratio(
        sum(weight * counted.parameter(f"{address}.{status}") for status, weight in weighed.items()),
        sum(weighed.values()),
    )


def _families(worlds: Worlds) -> list[Row]:
    long = worlds["history_from_2005"]
    with_family = {
        group: expected_share(long, "status.citizen_family_share", group) for group in STATUS_GROUPS if group != CITIZEN
    }
    rows, expected, shares = [], {}, {}
    for event in STAGES:
        people = long.status_groups(event, SC, TO_APRIL_2011)
        expected[event] = sum(people[group] * share for group, share in with_family.items())
        shares[event] = ratio(expected[event], sum(people[group] for group in with_family))
    rows.append(own(expected["ice_custody"], PEOPLE, note="expected from status"))
    for event, stage in STAGES.items():
        if event != "ice_custody":
            rows.append(other("stage", stage, expected[event], PEOPLE))
        rows.append(
            beside("share", f"non-citizens expected to have citizen family, {stage}", 100 * shares[event], PERCENT)
        )
    label = "share at the stage ICE custody, times the published 225,000"
    rows.append(other("share over the published total", label, shares["ice_custody"] * PUBLISHED_ARRESTS, PEOPLE))
    return rows


def _flagged(worlds: Worlds) -> list[Row]:
    long = worlds["history_from_2005"]

    def left(*events: str) -> dict[str, float]:
        """Count matched people less those of some events, by status group."""
        people = long.status_groups("matched", SC, TO_JULY_2011)
        gone = [long.status_groups(event, SC, TO_JULY_2011) for event in events]
        return {group: max(0.0, count - sum(one[group] for one in gone)) for group, count in people.items()}

    no_detainer = left("detainer_issued", "also_found")
    rows = [own(sum(no_detainer.values()), PEOPLE)]
    rows.append(other("stage", "not in ICE custody", sum(left("ice_custody", "also_found").values()), PEOPLE))
    rows.append(other("stage", "not found removable", sum(left("identified", "also_found").values()), PEOPLE))
    rows.append(
        other("stage", "released before an answer came", long.count("missed_in_time", SC, TO_JULY_2011), PEOPLE)
    )
    removable = {CITIZEN: 0.0} | {
        group: expected_share(long, "status.removable_share", group) for group in STATUS_GROUPS if group != CITIZEN
    }
    could_be = sum(no_detainer[group] * share for group, share in removable.items())
    rows.append(
        other(
            "who could be removed",
            "without a detainer and removable as they stood",
            could_be,
            PEOPLE,
            "expected from status, before any conviction of the case",
        )
    )
    for group, count in no_detainer.items():
        rows.append(
            beside(
                "who could be removed",
                f"{group.replace('_', ' ')}, of those without a detainer",
                percent(count, sum(no_detainer.values())),
                PERCENT,
            )
        )
    rows.append(
        beside(
            "who could be removed",
            "removable as they stood, of those without a detainer",
            percent(could_be, sum(no_detainer.values())),
            PERCENT,
        )
    )
    rows.append(
        beside(
            "booked again",
            "anyone booked and not removed, booked again within a year",
            100 * booked_again(long, MONTHS_A_YEAR),
            PERCENT,
            "from the law by which people are booked",
        )
    )
    rows.append(
        no_value(
            "booked again", "re-arrests of these people", PERCENT, "single people are not followed after their release"
        )
    )
    return rows


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


def _released(worlds: Worlds) -> list[Row]:
    long = worlds["history_from_2005"]

    def rate(span: Span, over: Span) -> float:
        let_go = sum(long.count(event, None, over) for event in LET_GO)
        return percent(long.count("rearrested", None, span), let_go)

    note = "declined, lapsed and lifted detainers; bookings of people let go at any time"
    rows = [own(rate(EIGHT_MONTHS, EIGHT_MONTHS), PERCENT, note=note)]
    label = "over people let go in these eight months and the eight before"
    rows.append(other("denominator", label, rate(EIGHT_MONTHS, SIXTEEN_MONTHS), PERCENT))
    rows.append(other("period", "a year earlier", rate(YEAR_EARLIER, YEAR_EARLIER), PERCENT))
    whole = 8
    rows.append(
        compared(
            "people without a detainer",
            "anyone booked, followed for eight months",
            100 * booked_again(long, whole),
            PERCENT,
            "from the law by which people are booked",
        )
    )
    halves = np.linspace(0, whole, 2 * whole + 1)[1::2]
    average = float(np.mean([booked_again(long, float(months)) for months in halves]))
    rows.append(
        compared(
            "people without a detainer",
            "anyone booked, released evenly over eight months and followed to their end",
            100 * average,
            PERCENT,
            "from the law by which people are booked",
        )
    )
    return rows


RECIPES: dict[str, Recipe] = {
    "citizens-3600": _citizens,
    "families-88000": _families,
    "flagged-159": _flagged,
    "released-rearrest": _released,
}

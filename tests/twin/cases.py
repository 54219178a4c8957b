"""The chosen cases: small places and short periods in which every paragraph of docs/process.md is walked through.

Programmes with scarce and ample officers, task forces, dates at which rules change, holds of every length, few beds,
every route after custody, people who come again and again, bookings that are counted, thinning, prisons and their
stock, and institutions, communities and police that respond. Where one county would see too few people for a rare path,
the arrest ratios are set to the ends of their ranges.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from enforcement_sim.law.rules import load_rulebook
from enforcement_sim.parameters.register import load_register
from enforcement_sim.scenarios.load import load_scenario
from enforcement_sim.scenarios.schema import Scenario

FREDERICK, WHITFIELD, ETOWAH, COLLIER = "24021", "13313", "01055", "12021"  # 287(g) at booking
RIVERSIDE = "06065"  # 287(g) after the case
YOLO, IMPERIAL, SANTA_CLARA = "06113", "06025", "06085"
PRINCE_WILLIAM, MANASSAS, BEAUFORT = "51153", "51683", "45013"  # task forces until the end of 2012
GREENLEE, LUNA = "04011", "35029"  # states whose prisons have 287(g) officers, as KENT and BERKSHIRE
SUFFOLK = "25025"  # prints shared years before the rest of Massachusetts
NAPA = "06055"
KENT, DUPAGE, BERKSHIRE, ROCKLAND, MARION, YAKUTAT = "10001", "17043", "25003", "36087", "41047", "02282"

MANY_NONCITIZENS: dict[str, Any] = {
    "status.arrest_ratio.us_born": 0.05,
    "status.arrest_ratio.naturalised": 1.0,
    "status.arrest_ratio.permanent_resident": 2.0,
    "status.arrest_ratio.temporary_lawful": 2.0,
    "status.arrest_ratio.deferred_or_pending": 2.0,
    "status.arrest_ratio.entered_without_inspection": 2.5,
    "status.arrest_ratio.overstay": 2.5,
    "screening.mistake_share": 0.05,
}
"""Most arrestees are then people whom a programme can reach."""

SCARCE: dict[str, Any] = {"pickup.crew_capacity": 0.01, "jail_287g.interviews_per_officer_day": 0.5}

TASK_FORCES_BUSY: dict[str, Any] = {
    "task_force.arrests_per_officer_year": 60,
    "jail_287g.authorised_share": 0.5,
    "screening.interview_detects_share": 0.7,
}

OFFICERS_ACT: dict[str, Any] = {
    "jail_287g.officers_propose": 1,
    "jail_287g.proposed_share": 0.7,
    "jail_287g.hand_over_share": 0.6,
    "jail_287g.interviews_per_officer_day": 0.5,
    "jail_287g.interview_carry_days": 3,
    "jail_287g.prison_with_detainer_share": 0.6,
    "detainer.issue_if_covered": 0.9,
}
"""287(g) officers do what ICE does elsewhere."""

AGAIN_AND_AGAIN: dict[str, Any] = {
    "people.pool_ratio": 1.5,
    "people.frailty_exponent": 4.0,
    "people.reentry_share": 0.6,
    "people.reentry_days_median": 30,
    "people.reentry_days_sigma": 1.8,
    "custody.short_days_median": 1,
}
"""The same few people come up again and again, and come back within days of a removal."""

LONG_STAYS: dict[str, Any] = {
    "case.jail_days_median_felony": 240,
    "case.jail_days_median_misdemeanour": 90,
    "case.jail_days_sigma": 1.5,
    "case.longest_stay_days": 200,
    "case.longest_release_days": 10,
}
"""Many stays are as long as a stay can be."""

TEXTS: dict[str, Any] = {
    "detainer.covered_shift.ranking_2010": -0.7,
    "detainer.covered_shift.minor_traffic_2012": 0.4,
    "detainer.covered_shift.only_if_2012": -0.5,
    "detainer.not_covered_shift.minor_traffic_2012": -0.8,
    "detainer.not_covered_shift.only_if_2012": -1.0,
}
"""Each text on detainers is followed in a degree of its own."""

REFUSAL_LEAKS: dict[str, Any] = {
    "refusal.unsent_share": 0.5,
    **{f"refusal.noncompliance_share.{who}": share for who, share in (("other", 0.1), ("priority", 0.3))},
    **{f"refusal.notice_share.{who}": share for who, share in (("other", 0.3), ("priority", 0.5))},
    **{f"refusal.at_large_share.{who}": share for who, share in (("other", 0.3), ("priority", 0.6))},
    "refusal.at_large_days_median": 10,
    "detainer.lifted_share": 0.2,
    "pickup.wanted_share_other": 0.8,
}
"""Detainers that would be declined are often not sent, and ICE often comes without a hold."""

COUNTIES_DIFFER: dict[str, Any] = {
    "county.bookings_sd": 0.5,
    "county.traffic_sd": 0.8,
    "county.traffic_region.southeast": 0.7,
    "county.traffic_region.northeast": -0.4,
    "county.presence_sd": 0.8,
    "county.custody_sd": 0.7,
    "county.bail_sd": 0.8,
    "booking.prints_per_booking.california": 1.5,
    "booking.prints_per_booking.texas": 1.3,
}
"""Counties have bookings, traffic, a presence of ICE, ways to custody and bail of their own; prints are taken again."""

EFFORT: dict[str, Any] = {
    "effort.acted_share": 0.6,
    "effort.national_sd": 0.1,
    "effort.national_step.2008_h2": 1.0,
    "effort.national_step.2009_h1": 2.0,
    "effort.national_step.2012_h1": -1.5,
    "effort.office_sd": 0.1,
    "effort.california_step.2009": 1.0,
    "effort.california_step.2012": -2.0,
}
"""ICE acts on some of those whom it identifies, more at some offices and in some months than in others."""

GROWTH: dict[str, Any] = {
    "secure_communities.gate_start_share": 0.1,
    "secure_communities.gate_months": 24,
    "background.growth_years": 4,
    "background.growth_middle_year": 2008,
    "background.coverage": 0.8,
}
"""Secure Communities begins with Level 1, and the Criminal Alien Program with few jails."""

EARLIER: dict[str, Any] = {
    "start.earlier_removals": 1,
    "start.removed_a_year": 100000,
    "people.pool_ratio": 1.5,
    "people.reentry_share": 0.4,
}
"""Every run begins in October 2005, with people removed in the years before."""


def small(
    counties: list[str],
    start: str,
    end: str,
    more: Mapping[str, Any] | None = None,
    *,
    scenario: str = "baseline",
    warm: int = 60,
) -> Scenario:
    """Return a shipped scenario cut down to some counties alone and some months, with further settings by address.

    Levers among them hold throughout, unless their history is set, too.
    """
    more = more or {}
    throughout = {f"history.{address}": value for address, value in more.items() if address in load_register().levers}
    settings_by_address: dict[str, Any] = {
        "scope": {"counties": counties},
        "simulate": "alone",
        "period.start": start,
        "period.end": end,
        "start.warm_days": warm,
    }
    return load_scenario(scenario).with_(ensemble=0).with_(**settings_by_address, **(throughout | dict(more)))


CASES: dict[str, Scenario] = {
    "officers at booking, before prints are shared": small([FREDERICK, WHITFIELD, ETOWAH], "2009-03-10", "2009-05-20"),
    "officers and crews are scarce": small([FREDERICK, COLLIER], "2009-10-01", "2009-11-30", MANY_NONCITIZENS | SCARCE),
    "officers after the case, thinned": small(
        [RIVERSIDE], "2010-04-01", "2010-06-30", MANY_NONCITIZENS | SCARCE | {"thin": 17}
    ),
    "an agreement ends while people wait": small(
        [FREDERICK],
        "2010-03-01",
        "2010-03-31",
        MANY_NONCITIZENS
        | SCARCE
        | {"changes.stop": {"decision": "agreement", "rule": "ended", "where": "nation", "from": "2010-03-11"}},
    ),
    "prints begin to be shared": small(
        [FREDERICK, WHITFIELD], "2010-09-15", "2011-02-10", MANY_NONCITIZENS | {"thin": 3}
    ),
    "the discretion memorandum": small([IMPERIAL, MARION], "2011-06-01", "2011-07-31", MANY_NONCITIZENS | {"thin": 3}),
    "a state prison agreement ends": small([KENT], "2011-12-01", "2012-02-29", MANY_NONCITIZENS),
    "the guidance of December 2012": small(
        [YOLO, FREDERICK], "2012-12-01", "2013-01-31", MANY_NONCITIZENS | {"thin": 3}
    ),
    "the TRUST Act": small([YOLO, IMPERIAL], "2013-10-01", "2014-03-31"),
    "jails end holds for medical reasons": small(
        [IMPERIAL], "2013-03-01", "2013-03-31", MANY_NONCITIZENS | {"hold.medical_reason_share": 0.05}
    ),
    "the TRUST Act, many noncitizens": small([IMPERIAL], "2013-12-10", "2014-01-20", MANY_NONCITIZENS),
    "Oregon declines, crews are scarce": small(
        [MARION], "2014-04-01", "2014-05-10", MANY_NONCITIZENS | SCARCE | {"thin": 3}
    ),
    "a county declines by its own decision": small(
        [WHITFIELD, ETOWAH, YOLO, KENT],
        "2013-11-15",
        "2014-02-28",
        MANY_NONCITIZENS | {"institutions.county_refusal_hazard": 0.4, "thin": 3},
    ),
    "neighbours and a ruling": small(
        [MARION, "41053", "41043", "41005", WHITFIELD],
        "2014-02-01",
        "2014-06-10",
        MANY_NONCITIZENS
        | {
            "institutions.county_refusal_hazard": 0.1,
            "institutions.refusal_neighbour_weight": 5.0,
            "institutions.court_shock_hazard": 0.2,
            "thin": 10,
        },
    ),
    "agreements end once prints are shared": small(
        [WHITFIELD, ETOWAH, FREDERICK, COLLIER],
        "2011-06-15",
        "2011-11-30",
        MANY_NONCITIZENS | {"institutions.exit_hazard": 0.3, "thin": 5},
    ),
    "states delay": small(
        [BERKSHIRE, ROCKLAND, WHITFIELD],
        "2011-01-01",
        "2011-03-15",
        MANY_NONCITIZENS | {"institutions.state_delay_share": 0.7, "institutions.state_delay_months": 2, "thin": 4},
    ),
    "a hold of no hours": small(
        [COLLIER], "2010-12-20", "2011-01-20", MANY_NONCITIZENS | {"detainer.hold_hours": 0, "thin": 2}
    ),
    "a hold of 96 hours over holidays": small(
        [COLLIER],
        "2010-12-20",
        "2011-01-20",
        MANY_NONCITIZENS
        | {
            "detainer.hold_hours": 96,
            "pickup.delay_hours_median": 96,
            "hold.past_limit_share": 0.5,
            "thin": 2,
        },
    ),
    "weekends count": small(
        [COLLIER],
        "2012-05-20",
        "2012-06-20",
        MANY_NONCITIZENS | {"hold.counts_weekends": 1, "pickup.delay_hours_median": 60, "thin": 2},
    ),
    "a hold of a month": small(
        [IMPERIAL], "2012-11-01", "2012-12-31", MANY_NONCITIZENS | SCARCE | {"detainer.hold_hours": 720, "thin": 2}
    ),
    "decisions on weekdays only": small(
        [IMPERIAL, COLLIER],
        "2011-08-20",
        "2011-09-20",
        MANY_NONCITIZENS
        | {
            "screening.triage_on_weekends": 0,
            "screening.triage_opens": 11,
            "screening.triage_closes": 14,
            "thin": 3,
        },
    ),
    "bail is often lost and notice given": small(
        [COLLIER],
        "2010-02-01",
        "2010-03-31",
        MANY_NONCITIZENS
        | {
            "detainer.bail_denied_share": 0.8,
            "pickup.notice_share": 1.0,
            "case.disposition_days_median_felony": 20,
            "case.disposition_days_median_misdemeanour": 3,
            "case.prison_days_median": 200,
            "custody.docket_days_median": 200,
            "custody.detained_share": 0.4,
            "thin": 5,
        },
        warm=200,
    ),
    "mistakes, prisons and dockets shorter than custody": small(
        [COLLIER, IMPERIAL],
        "2011-09-01",
        "2012-03-31",
        MANY_NONCITIZENS
        | {
            "status.arrest_ratio.naturalised": 2.5,
            "status.in_ident.naturalised": 0.9,
            "detainer.lifted_share": 0.4,
            "detainer.lifted_share_citizen": 0.3,
            "case.disposition_days_median_felony": 20,
            "case.prison_days_median": 200,
            "case.prison_days_sigma": 1.3,
            "custody.detained_share": 0.4,
            "custody.short_days_median": 20,
            "custody.short_days_sigma": 1.8,
            "custody.docket_days_median": 200,
            "custody.docket_days_sigma": 1.2,
            "thin": 4,
        },
        warm=150,
    ),
    "the same people again and again": small(
        [IMPERIAL],
        "2012-01-10",
        "2012-05-20",
        MANY_NONCITIZENS | AGAIN_AND_AGAIN | {"case.prison_days_median": 200, "case.prison_days_sigma": 1.3},
        warm=90,
    ),
    "the same people, let go and arrested again": small(
        [MARION, COLLIER],
        "2014-04-01",
        "2014-05-31",
        MANY_NONCITIZENS | AGAIN_AND_AGAIN | SCARCE | {"detainer.lifted_share": 0.4, "thin": 2},
    ),
    "a county of fifty": small(
        [YAKUTAT], "2008-01-01", "2013-12-31", MANY_NONCITIZENS | AGAIN_AND_AGAIN | {"people.frailty_exponent": 1.0}
    ),
    "task forces until the end of 2012": small(
        [PRINCE_WILLIAM, MANASSAS], "2012-12-01", "2013-01-31", TASK_FORCES_BUSY | {"thin": 2}, warm=30
    ),
    "task forces that add every arrest": small(
        [BEAUFORT, COLLIER],
        "2012-12-10",
        "2013-01-20",
        TASK_FORCES_BUSY | {"task_force.added_share": 1.0, "task_force.charge_share": 0.3, "thin": 2},
        warm=30,
    ),
    "task forces that add none, and many booked twice": small(
        [MANASSAS], "2010-01-01", "2010-12-31", TASK_FORCES_BUSY | AGAIN_AND_AGAIN | {"task_force.added_share": 0.0}
    ),
    "task forces go on": small(
        [BEAUFORT, MANASSAS],
        "2012-12-10",
        "2013-02-10",
        TASK_FORCES_BUSY
        | {"changes.on": {"decision": "task_force", "rule": "continued", "where": "nation", "from": "2012-06-01"}},
        warm=30,
    ),
    "task forces end early, and go on elsewhere": small(
        [BEAUFORT, MANASSAS],
        "2011-12-10",
        "2012-02-10",
        TASK_FORCES_BUSY
        | {
            "changes.stop": {
                "decision": "task_force",
                "rule": "ended",
                "where": {"counties": [BEAUFORT]},
                "from": "2012-01-01",
            },
            "changes.on": {"decision": "task_force", "rule": "continued", "where": {"states": ["VA"]}},
        },
        warm=30,
    ),
    "few beds": small(
        [COLLIER, IMPERIAL],
        "2011-10-01",
        "2011-11-30",
        MANY_NONCITIZENS
        | {
            "beds.funded": 20000,
            "beds.interior_share": 0.2,
            "pickup.crew_capacity": 0.2,
            "pickup.wanted_share_other": 1.0,
            "pickup.delay_hours_median": 4,
            "thin": 2,
        },
    ),
    "bond and counsel are common": small(
        [COLLIER, IMPERIAL],
        "2011-09-01",
        "2012-02-29",
        MANY_NONCITIZENS
        | {
            "beds.funded": 40000,
            "beds.interior_share": 0.8,
            "custody.detained_share": 0.9,
            "custody.bond_share": 0.6,
            "custody.bond_days_median": 90,
            "custody.counsel_detained_share": 0.25,
            "custody.counsel_released_share": 0.8,
            "custody.counsel_odds_ratio": 6.0,
            "custody.administrative_share": 0.0,
            "custody.return_share": 0.0,
            "custody.docket_days_median": 200,
            "custody.docket_days_sigma": 1.2,
            "thin": 4,
        },
        warm=150,
    ),
    "orders without a judge are common": small(
        [COLLIER, IMPERIAL],
        "2011-09-01",
        "2011-12-31",
        MANY_NONCITIZENS
        | {
            "custody.bond_share": 0.05,
            "custody.counsel_detained_share": 0.08,
            "custody.counsel_released_share": 0.4,
            "custody.counsel_odds_ratio": 1.0,
            "custody.stipulated_share": 0.6,
            "custody.administrative_share": 1.0,
            "status.prior_removal_share.entered_without_inspection": 0.6,
            "status.illegal_entry_conviction_share": 0.6,
            "record.noncitizen.aggravated_or_two_felonies": 0.9,
            "thin": 4,
        },
    ),
    "ICE authorises half": small(
        [FREDERICK, WHITFIELD],
        "2009-10-01",
        "2009-11-30",
        MANY_NONCITIZENS | {"jail_287g.authorised_share": 0.5, "jail_287g.interviews_per_officer_day": 8, "thin": 2},
    ),
    "grounds of people": small(
        [IMPERIAL, KENT],
        "2013-01-01",
        "2013-02-28",
        MANY_NONCITIZENS
        | {
            "status.security_share": 0.05,
            "status.registrant_share": 0.05,
            "status.fraud_share": 0.05,
            "status.victim_share": 0.1,
            "status.illegal_entry_conviction_share": 0.6,
            "custody.discretion_share": 0.6,
            "pickup.crew_capacity": 0.2,
            "custody.short_days_median": 3,
            "thin": 2,
        },
    ),
    "offenders are cited, and police, victims and offenders hold back": small(
        [IMPERIAL, WHITFIELD],
        "2011-11-01",
        "2011-12-31",
        MANY_NONCITIZENS
        | {
            "changes.cite": {"decision": "citation", "rule": "cited", "where": "nation", "from": "2011-12-01"},
            "response.crime": -0.2,
            "response.reporting": -0.5,
            "response.traffic_arrests": -0.6,
            "thin": 4,
        },
        warm=30,
    ),
    "more crime, more reports and more arrests": small(
        [IMPERIAL, FREDERICK],
        "2011-01-10",
        "2011-02-28",
        MANY_NONCITIZENS
        | AGAIN_AND_AGAIN
        | {
            "response.crime": 0.2,
            "response.reporting": 0.5,
            "response.traffic_arrests": 0.6,
            "booking.citable_share.traffic": 1.0,
            "changes.cite": {"decision": "citation", "rule": "cited", "where": {"states": ["CA"]}},
            "thin": 4,
        },
        warm=30,
    ),
    "responses of both signs among task forces": small(
        [MANASSAS, PRINCE_WILLIAM],
        "2011-03-01",
        "2011-05-31",
        TASK_FORCES_BUSY
        | {
            "response.crime": 0.2,
            "response.reporting": -0.3,
            "response.traffic_arrests": 0.6,
            "institutions.county_effort_response": -0.2,
            "task_force.added_share": 0.5,
            "thin": 3,
        },
        warm=30,
    ),
    "most are counted, as prints begin to be shared and offenders are cited": small(
        [FREDERICK, WHITFIELD],
        "2010-09-15",
        "2011-02-10",
        LONG_STAYS
        | {
            "status.in_ident.us_born": 0.3,
            "response.crime": -0.2,
            "response.reporting": -0.5,
            "response.traffic_arrests": -0.6,
            "changes.cite": {
                "decision": "citation",
                "rule": "cited",
                "where": {"states": ["GA"]},
                "from": "2010-11-10",
            },
            "thin": 3,
        },
        warm=30,
    ),
    "everybody born here is counted, with more crime and more reports": small(
        [FREDERICK, IMPERIAL],
        "2010-09-15",
        "2011-02-10",
        LONG_STAYS
        | {
            "status.in_ident.us_born": 0.0,
            "response.crime": 0.2,
            "response.reporting": 0.5,
            "response.traffic_arrests": 0.6,
            "institutions.county_effort_response": 0.2,
            "booking.citable_share.traffic": 1.0,
            "changes.cite": {"decision": "citation", "rule": "cited", "where": {"states": ["CA"]}},
            "thin": 2,
        },
        warm=30,
    ),
    "more crime and fewer reports, most counted": small(
        [WHITFIELD, YOLO],
        "2010-11-01",
        "2010-12-15",
        {"status.in_ident.us_born": 0.3, "response.crime": 0.2, "response.reporting": -0.5},
        warm=0,
    ),
    "less crime and more reports, all counted": small(
        [FREDERICK],
        "2011-02-01",
        "2011-03-31",
        {"status.in_ident.us_born": 0.0, "response.crime": -0.2, "response.reporting": 0.5},
    ),
    "a state among its whole field office": small(
        [KENT],
        "2010-10-15",
        "2010-11-15",
        {"status.in_ident.us_born": 0.0, "response.crime": 0.2, "response.reporting": -0.5},
        warm=30,
    ).with_(scope={"states": ["DE"]}, simulate="offices", thin=60),
    "arrests follow detainers": small(
        [COLLIER, IMPERIAL, MARION],
        "2010-02-01",
        "2010-05-31",
        MANY_NONCITIZENS | {"institutions.county_effort_response": 0.2, "thin": 8},
        warm=45,
    ),
    "local effort gives way, from the first day": small(
        [COLLIER, FREDERICK],
        "2010-02-01",
        "2010-04-30",
        MANY_NONCITIZENS | {"institutions.county_effort_response": -0.2, "thin": 6},
        warm=0,
    ),
    "prisons with officers": small(
        [GREENLEE, LUNA, KENT, BERKSHIRE],
        "2011-11-01",
        "2012-08-31",
        MANY_NONCITIZENS
        | {
            "case.disposition_days_median_felony": 20,
            "case.prison_days_median": 200,
            "case.prison_days_sigma": 1.3,
            "case.prison_share.drug_sale": 0.9,
            "case.prison_share.drug_possession": 0.8,
            "jail_287g.authorised_share": 0.5,
            "background.prison_find_share": 0.7,
            "thin": 3,
        },
        warm=100,
    ),
    "rules and changes for prisons": small(
        [BERKSHIRE, KENT],
        "2011-10-01",
        "2012-03-31",
        MANY_NONCITIZENS
        | {
            "case.disposition_days_median_felony": 20,
            "case.prison_days_median": 200,
            "case.prison_days_sigma": 1.3,
            "background.prison_find_share": 1.0,
            "screening.mistake_share": 0.05,
            "changes.stop": {
                "decision": "agreement",
                "rule": "ended",
                "where": {"states": ["MA"]},
                "from": "2011-12-01",
            },
            "changes.watch": {"decision": "oversight", "rule": "monitored", "where": {"states": ["DE"]}},
            "changes.few": {
                "decision": "detainer",
                "rule": load_rulebook().of_decision("detainer")[-1],
                "where": {"states": ["MA"]},
                "from": "2012-01-10",
            },
            "thin": 3,
        },
    ),
    "no prisoners of earlier years": small(
        [IMPERIAL], "2011-09-01", "2011-10-31", MANY_NONCITIZENS | {"start.prison_stock": 0, "thin": 2}
    ),
    "prisoners of earlier years leave soon, at once counted": small(
        [IMPERIAL, YOLO, MARION],
        "2011-09-01",
        "2011-12-31",
        MANY_NONCITIZENS
        | {
            "case.prison_days_median": 200,
            "case.prison_days_sigma": 0.4,
            "background.prison_find_share": 0.6,
            "pickup.wanted_share_priority": 0.7,
            "detainer.lifted_share": 0.3,
            "thin": 3,
        },
        warm=0,
    ),
    "visits are scarce": small(
        [IMPERIAL, COLLIER],
        "2009-10-01",
        "2009-11-30",
        MANY_NONCITIZENS
        | {
            "background.visits_a_day": 900,
            "background.coverage": 0.8,
            "jail_287g.interviews_per_officer_day": 0.5,
            "case.disposition_days_median_misdemeanour": 20,
            "thin": 3,
        },
    ),
    "visits and prisons find the same people": small(
        [IMPERIAL, COLLIER],
        "2009-10-01",
        "2010-03-31",
        MANY_NONCITIZENS
        | {
            "background.visits_a_day": 6000,
            "background.coverage": 0.8,
            "background.prison_find_share": 1.0,
            "detainer.issue_if_covered": 0.6,
            "jail_287g.authorised_share": 0.5,
            "case.disposition_days_median_felony": 20,
            "case.conviction_share_felony": 0.8,
            "case.prison_share.drug_possession": 0.8,
            "thin": 5,
        },
    ),
    "lock-ups are common": small(
        [COLLIER, IMPERIAL],
        "2010-02-01",
        "2010-03-31",
        MANY_NONCITIZENS
        | {
            "case.lockup_share": 0.8,
            "case.lockup_hours_median": 40,
            "case.lockup_hours_sigma": 1.2,
            "background.coverage": 0.8,
            "thin": 3,
        },
    ),
    "field offices differ much": small(
        [MARION, IMPERIAL, FREDERICK, BERKSHIRE],
        "2011-05-01",
        "2011-07-31",
        MANY_NONCITIZENS
        | {
            "detainer.adherence_spread": 1.5,
            "pickup.wanted_spread": 1.5,
            "pickup.delay_spread": 1.0,
            "institutions.office_draw": 2,
            "thin": 6,
        },
    ),
    "a rule on detainers is followed strictly, in shares, and as ever": small(
        [IMPERIAL, FREDERICK, WHITFIELD],
        "2011-05-01",
        "2011-08-31",
        MANY_NONCITIZENS
        | {
            "detainer.adherence_spread": 1.5,
            "jail_287g.authorised_share": 0.8,
            "changes.narrow": {
                "decision": "detainer",
                "rule": "detainer-felonies-only",
                "where": "nation",
                "until": "2011-08-10",
                "followed": "strictly",
            },
            "changes.stated": {
                "decision": "detainer",
                "rule": "detainer-pep",
                "where": {"states": ["MD"]},
                "from": "2011-06-10",
                "followed": {"covered": 0.6, "not_covered": 0.2},
            },
            "changes.wide": {
                "decision": "detainer",
                "rule": "detainer-2008-levels",
                "where": {"counties": [IMPERIAL]},
                "from": "2011-07-05",
                "until": "2011-07-25",
                "followed": "as_history",
            },
            "thin": 6,
        },
    ),
    "field offices go where they are welcome": small(
        [YOLO, NAPA, WHITFIELD, ETOWAH],
        "2013-05-01",
        "2013-09-30",
        MANY_NONCITIZENS
        | {
            "institutions.office_effort_logit": 2.0,
            "pickup.agreement_jail_effort": 1.5,
            "pickup.wanted_share_other": 0.5,
            "pickup.crew_capacity": 0.2,
            "changes.refuse": {
                "decision": "honour",
                "rule": "honour-king-county",
                "where": {"counties": [YOLO]},
                "from": "2013-06-10",
                "until": "2013-09-10",
            },
            "thin": 4,
        },
    ),
    "field offices, before some share prints": small(
        [BERKSHIRE, SUFFOLK],
        "2010-04-01",
        "2010-06-30",
        MANY_NONCITIZENS
        | {
            "institutions.office_effort_logit": 3.0,
            "pickup.crew_capacity": 0.2,
            "background.visits_a_day": 6000,
            "background.coverage": 0.8,
            "thin": 4,
        },
        warm=30,
    ),
    "beds follow their use": small(
        [COLLIER, IMPERIAL],
        "2011-10-01",
        "2012-02-29",
        MANY_NONCITIZENS
        | {
            "institutions.beds_response": 1.0,
            "beds.funded": 20000,
            "beds.interior_share": 0.2,
            "pickup.crew_capacity": 0.2,
            "pickup.wanted_share_other": 1.0,
            "pickup.delay_hours_median": 4,
            "thin": 5,
        },
    ),
    "some counties believe that they are bound": small(
        [WHITFIELD, ETOWAH, YOLO, KENT, MARION],
        "2013-12-15",
        "2014-05-31",
        MANY_NONCITIZENS
        | {"institutions.county_refusal_hazard": 0.4, "institutions.believes_binding_share": 0.6, "thin": 10},
        warm=30,
    ),
    "officers are monitored": small(
        [COLLIER, IMPERIAL],
        "2010-02-01",
        "2010-03-31",
        MANY_NONCITIZENS
        | {
            "changes.watch": {"decision": "oversight", "rule": "monitored", "where": "nation", "from": "2010-02-15"},
            "institutions.oversight_mistake_reduction": 0.8,
            "institutions.oversight_past_limit_reduction": 0.8,
            "institutions.oversight_time_share": 0.5,
            "jail_287g.interviews_per_officer_day": 1,
            "status.arrest_ratio.naturalised": 2.5,
            "status.in_ident.naturalised": 0.9,
            "hold.past_limit_share": 0.5,
            "thin": 3,
        },
    ),
    "the budget for officers is cut": small(
        [COLLIER, MANASSAS, BERKSHIRE],
        "2010-02-01",
        "2010-04-30",
        MANY_NONCITIZENS
        | TASK_FORCES_BUSY
        | {
            "changes.cut": {
                "decision": "agreement_budget",
                "rule": "cut",
                "where": "nation",
                "from": "2010-03-10",
                "until": "2010-04-10",
            },
            "jail_287g.interviews_per_officer_day": 1,
            "thin": 4,
        },
        warm=30,
    ),
    "counsel comes early": small(
        [COLLIER, IMPERIAL],
        "2011-09-01",
        "2012-02-29",
        MANY_NONCITIZENS
        | {
            "beds.funded": 40000,
            "beds.interior_share": 0.8,
            "custody.detained_share": 0.9,
            "custody.bond_share": 0.3,
            "custody.counsel_detained_share": 0.25,
            "custody.counsel_early_share": 1.0,
            "custody.counsel_bond_odds_ratio": 4.0,
            "custody.counsel_docket_ratio": 1.5,
            "custody.counsel_released_share": 0.5,
            "custody.administrative_share": 0.0,
            "custody.return_share": 0.0,
            "custody.docket_days_median": 200,
            "custody.docket_days_sigma": 1.2,
            "thin": 4,
        },
        warm=150,
    ),
    "officers do what ICE's record says": small(
        [FREDERICK, WHITFIELD, COLLIER, MANASSAS, PRINCE_WILLIAM, BEAUFORT, KENT],
        "2009-08-15",
        "2010-11-15",
        TASK_FORCES_BUSY
        | {
            "jail_287g.from_record": 1,
            "jail_287g.identified_per_interview": 0.5,
            "jail_287g.funding_followed": 0.5,
            "institutions.review_measure": 1,
            "institutions.review_share": 0.4,
            "institutions.review_year": 2010,
            "changes.cut": {
                "decision": "agreement_budget",
                "rule": "cut",
                "where": "nation",
                "from": "2010-02-10",
                "until": "2010-06-10",
            },
            "thin": 12,
        },
    ),
    "287(g) officers propose, hand over and make up for time": small(
        [FREDERICK, COLLIER, WHITFIELD],
        "2010-03-01",
        "2011-02-28",
        MANY_NONCITIZENS
        | OFFICERS_ACT
        | {
            "beds.funded": 26000,
            "beds.interior_share": 0.3,
            "pickup.crew_capacity": 0.2,
            "changes.stop": {
                "decision": "agreement",
                "rule": "ended",
                "where": {"counties": [COLLIER]},
                "from": "2010-11-20",
            },
            "thin": 10,
        },
        warm=30,
    ),
    "officers put serious offences first, in the place of visits": small(
        [FREDERICK, COLLIER],
        "2010-03-01",
        "2010-12-31",
        MANY_NONCITIZENS
        | {
            "jail_287g.outside_rule_share": 0.4,
            "background.beside_officers_share": 0.3,
            "background.coverage": 0.6,
            "changes.target": {
                "decision": "screen",
                "rule": "screen-targeted",
                "where": "nation",
                "from": "2010-06-10",
            },
            "thin": 6,
        },
        warm=30,
    ),
    "officers of prisons see everyone, and hand over": small(
        [BERKSHIRE],
        "2010-01-01",
        "2011-12-31",
        MANY_NONCITIZENS
        | OFFICERS_ACT
        | {
            "background.coverage": 0.5,
            "pickup.wanted_share_priority": 0.4,
            "pickup.wanted_share_other": 0.3,
            "case.prison_days_median": 200,
            "case.prison_days_sigma": 0.5,
        },
    ),
    "officers by ICE's record, with less money, monitored": small(
        [FREDERICK, COLLIER, MANASSAS],
        "2012-08-15",
        "2013-01-31",
        MANY_NONCITIZENS
        | {
            "jail_287g.from_record": 1,
            "jail_287g.funding_followed": 1.0,
            "jail_287g.budget_cut": 0.6,
            "institutions.exit_hazard": 0.1,
            "changes.watch": {"decision": "oversight", "rule": "monitored", "where": "nation", "from": "2012-10-15"},
            "thin": 6,
        },
    ),
    **{
        f"a review by measure {measure}": small(
            [FREDERICK, WHITFIELD, COLLIER, MANASSAS, PRINCE_WILLIAM, BEAUFORT],
            "2012-07-10",
            "2012-11-20",
            MANY_NONCITIZENS
            | TASK_FORCES_BUSY
            | {
                "institutions.review_measure": measure,
                "institutions.review_share": 0.5,
                "institutions.exit_hazard": 0.1,
                "thin": thin,
            },
            warm=warm,
        )
        for measure, warm, thin in ((1, 60, 20), (2, 120, 20), (3, 0, 20), (4, 365, 12))
    },
    "texts on detainers are followed in their own degrees": small(
        [IMPERIAL, FREDERICK, KENT],
        "2012-06-01",
        "2013-01-31",
        MANY_NONCITIZENS
        | TEXTS
        | {
            "detainer.adherence_spread": 0.7,
            "changes.pep": {
                "decision": "detainer",
                "rule": "detainer-pep",
                "where": {"states": ["MD"]},
                "from": "2012-08-10",
                "until": "2012-10-05",
                "followed": "as_history",
            },
            "changes.ranking": {
                "decision": "detainer",
                "rule": "detainer-2010-priorities",
                "where": {"states": ["DE"]},
                "from": "2012-07-10",
                "followed": {"covered": 0.7, "not_covered": 0.3},
            },
            "thin": 10,
        },
        warm=30,
    ),
    "refusal leaks": small(
        [MARION, YOLO, WHITFIELD],
        "2014-04-01",
        "2014-08-31",
        MANY_NONCITIZENS
        | REFUSAL_LEAKS
        | AGAIN_AND_AGAIN
        | {
            "background.coverage": 0.8,
            "jail_287g.authorised_share": 0.7,
            "hold.medical_reason_share": 0.05,
            "case.disposition_days_median_felony": 20,
            "changes.refuse": {
                "decision": "honour",
                "rule": "honour-none",
                "where": {"counties": [WHITFIELD]},
                "from": "2014-05-10",
                "until": "2014-07-10",
            },
            "thin": 4,
        },
        warm=90,
    ),
    "refusal leaks where crews and beds are scarce": small(
        [IMPERIAL, COLLIER],
        "2011-10-01",
        "2011-12-31",
        MANY_NONCITIZENS
        | REFUSAL_LEAKS
        | {
            "beds.funded": 20000,
            "beds.interior_share": 0.2,
            "pickup.crew_capacity": 0.1,
            "refusal.unsent_share": 0.3,
            "refusal.at_large_days_median": 7,
            "changes.refuse": {
                "decision": "honour",
                "rule": "honour-king-county",
                "where": "nation",
                "from": "2011-09-01",
            },
            "thin": 3,
        },
    ),
    "counties differ": small(
        [IMPERIAL, WHITFIELD, BERKSHIRE, "13067"],
        "2011-07-01",
        "2011-09-30",
        MANY_NONCITIZENS | COUNTIES_DIFFER | {"background.coverage": 0.6, "effort.acted_share": 0.6, "thin": 16},
        warm=90,
    ),
    "counties differ, but for what is known of them": small(
        ["06075", "53033", "13067"],
        "2012-03-01",
        "2012-04-30",
        COUNTIES_DIFFER | {"county.use_known": 0, "institutions.office_draw": 5, "thin": 60},
        warm=30,
    ),
    "prisoners from counties with traffic of their own": small(
        [IMPERIAL, WHITFIELD, KENT],
        "2011-09-01",
        "2011-12-31",
        MANY_NONCITIZENS
        | COUNTIES_DIFFER
        | {
            "effort.acted_share": 0.5,
            "case.prison_days_median": 200,
            "case.prison_days_sigma": 0.4,
            "case.prison_share.traffic": 0.3,
            "offence.felony_share.traffic": 0.05,
            "background.prison_find_share": 0.6,
            "thin": 3,
        },
        warm=0,
    ),
    "custody is mandatory for some who were convicted": small(
        [COLLIER, IMPERIAL],
        "2011-09-01",
        "2012-02-29",
        MANY_NONCITIZENS
        | {
            "beds.funded": 40000,
            "beds.interior_share": 0.8,
            "custody.mandatory_share_felony": 0.6,
            "custody.mandatory_share_misdemeanour": 0.4,
            "custody.detained_share": 0.5,
            "custody.bond_share": 0.5,
            "custody.administrative_share": 0.0,
            "custody.return_share": 0.0,
            "thin": 5,
        },
    ),
    "ICE's effort by office and month": small(
        [IMPERIAL, YOLO, FREDERICK, KENT],
        "2011-10-15",
        "2012-05-15",
        MANY_NONCITIZENS | EFFORT | {"background.coverage": 0.8, "thin": 12},
        warm=45,
    ),
    "the early gate, while the Criminal Alien Program grows": small(
        [IMPERIAL, BERKSHIRE],
        "2009-03-01",
        "2009-12-31",
        MANY_NONCITIZENS
        | GROWTH
        | {
            "changes.share": {"decision": "sharing", "rule": "shared", "where": "nation", "from": "2009-01-01"},
            "thin": 8,
        },
        warm=60,
    ),
    "people removed before the first day": small(
        [FREDERICK, YAKUTAT],
        "2006-07-01",
        "2006-12-31",
        MANY_NONCITIZENS | EARLIER | {"thin": 2},
        warm=100,
    ),
    "history from its first day, before a warm start": small(
        [FREDERICK],
        "2008-06-10",
        "2008-08-31",
        MANY_NONCITIZENS
        | EARLIER
        | AGAIN_AND_AGAIN
        | {
            "case.longest_stay_days": 200,
            "case.longest_release_days": 10,
            "institutions.county_effort_response": 0.2,
            "status.in_ident.us_born": 0.3,
            "thin": 8,
        },
        warm=30,
    ),
    "all that makes the world uneven": small(
        [IMPERIAL, WHITFIELD, MARION],
        "2006-03-01",
        "2007-02-28",
        MANY_NONCITIZENS
        | TEXTS
        | REFUSAL_LEAKS
        | COUNTIES_DIFFER
        | EFFORT
        | GROWTH
        | EARLIER
        | {
            "custody.mandatory_share_felony": 0.6,
            "custody.mandatory_share_misdemeanour": 0.3,
            "changes.share": {"decision": "sharing", "rule": "shared", "where": "nation", "from": "2005-11-01"},
            "changes.refuse": {
                "decision": "honour",
                "rule": "honour-king-county",
                "where": "nation",
                "from": "2006-06-01",
            },
            "thin": 25,
        },
        warm=90,
    ),
    "all that makes the world uneven, late": small(
        [MARION, YOLO, WHITFIELD, KENT],
        "2013-10-15",
        "2014-05-31",
        MANY_NONCITIZENS
        | TEXTS
        | REFUSAL_LEAKS
        | COUNTIES_DIFFER
        | EFFORT
        | GROWTH
        | {
            "custody.mandatory_share_felony": 0.6,
            "custody.mandatory_share_misdemeanour": 0.3,
            "institutions.county_refusal_hazard": 0.2,
            "institutions.office_effort_logit": 1.0,
            "detainer.adherence_spread": 0.7,
            "pickup.wanted_spread": 0.7,
            "thin": 12,
        },
    ),
    "levers change on the first counted day": small(
        [FREDERICK, COLLIER],
        "2011-12-05",
        "2012-01-31",
        MANY_NONCITIZENS
        | {
            "pickup.delay_hours_median": 60,
            "beds.interior_share": 0.2,
            "detainer.hold_hours": 24,
            "history.pickup.crew_capacity": 0.01,
            "history.pickup.weekend_capacity_ratio": 0.6,
            "history.background.coverage": 0.8,
            "history.background.visits_a_day": 6000,
            "history.beds.funded": 20000,
            "history.beds.interior_share": 0.8,
            "history.detainer.hold_hours": 720,
            "history.hold.counts_weekends": 1,
            "history.screening.triage_opens": 12,
            "history.screening.triage_closes": 13,
            "history.screening.triage_on_weekends": 0,
            "history.institutions.shift_begins": 0,
            "history.response.crime": 0.2,
            "history.response.reporting": -0.5,
            "history.response.traffic_arrests": 0.6,
            "institutions.beds_response": 1.0,
            "case.longest_stay_days": 200,
            "thin": 2,
        },
    ),
    "history's levers from its first day": small(
        [FREDERICK],
        "2007-01-01",
        "2007-02-10",
        MANY_NONCITIZENS
        | EARLIER
        | {
            "changes.share": {"decision": "sharing", "rule": "shared", "where": "nation"},
            "detainer.hold_hours": 0,
            "history.detainer.hold_hours": 96,
            "history.screening.triage_on_weekends": 0,
            "pickup.crew_capacity": 0.02,
            "case.longest_stay_days": 200,
            "thin": 6,
        },
        warm=30,
    ),
    "the nation for some days": load_scenario("baseline")
    .with_(ensemble=0)
    .with_(**{"period.start": "2012-12-28", "period.end": "2013-01-02", "start.warm_days": 6, "thin": 100}),
    "no warm start": small([FREDERICK], "2010-10-01", "2010-10-31", MANY_NONCITIZENS, warm=0),
    "history's first days": small([COLLIER], "2005-10-01", "2005-10-20", {"thin": 20}, warm=700),
    "history's last days": small([IMPERIAL], "2014-12-20", "2014-12-31", MANY_NONCITIZENS, warm=30),
}

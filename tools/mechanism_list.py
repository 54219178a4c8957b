"""The mechanisms of the model that can be switched off, what must move without each, and why one expects so.

Data for ``make_mechanisms``: a mechanism is switched off by settings alone. Some do nothing as shipped (institutions
that respond, imported effects, levers of policy); for those, the settings of both worlds say how they are switched on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from enforcement_sim.codes import STATUSES
from enforcement_sim.parameters.register import load_register

SC, JAIL, BACKGROUND = "secure_communities", "jail_287g", "criminal_alien_program"
SHORT = {SC: "Secure Communities", JAIL: "287(g) in the jail", BACKGROUND: "the Criminal Alien Program"}
BOOKED_ONCE: dict[str, Any] = {"people.pool_ratio": 500.0}
"""A pool so large that hardly anyone is booked twice."""

JAILS_DECLINE: dict[str, Any] = {"changes.declines": {"decision": "honour", "rule": "honour-none", "where": "nation"}}
WITHOUT_HOLD = ("refusal.noncompliance_share", "refusal.notice_share", "refusal.at_large_share")
"""What is left of custody where a jail declines."""

UP, DOWN, SAME = "rises", "falls", "stays the same"
AS_EXPECTED = "as expected"
NONCITIZENS = STATUSES[2:]


@dataclass(frozen=True)
class Mechanism:
    """One mechanism, how it is switched off, and what must move.

    Attributes
    ----------
    name : str
        What is left out.
    off : mapping
        Dotted address -> value: the settings that switch it off.
    switch : str
        The same in words.
    expected : mapping
        Measure -> ``UP``, ``DOWN`` or ``SAME``: how it changes without the mechanism.
    source : str
        Why, with what the register or the record says.
    on : mapping
        Settings of both worlds, where the ordinary ones would not show the mechanism.
    """

    name: str
    off: Mapping[str, Any]
    switch: str
    expected: Mapping[str, str]
    source: str
    on: Mapping[str, Any] = field(default_factory=dict)


def in_ident_for_all() -> dict[str, float]:
    """Return settings by which every non-citizen is in IDENT, and as many as before carry a removal or an order."""
    defaults = load_register().defaults()
    off: dict[str, float] = {}
    for status in NONCITIZENS:
        known = defaults[f"status.in_ident.{status}"]
        off[f"status.in_ident.{status}"] = 1.0
        for share in ("prior_removal_share", "outstanding_order_share"):
            off[f"status.{share}.{status}"] = defaults[f"status.{share}.{status}"] * known
    return off


MECHANISMS = (
    Mechanism(
        "The race against release",
        {
            "screening.response_hours_median": 0.1,
            "screening.response_hours_sigma": 0.2,
            "screening.triage_hours_median": 0.1,
            "screening.triage_hours_sigma": 0.2,
            "screening.triage_opens": 0,
            "screening.triage_closes": 24,
        },
        "the answer to a match comes within the hour, at any hour",
        {
            "missed_in_time": DOWN,
            f"ice_custody.{SC}": UP,
            f"level_1_or_2_share.{SC}": DOWN,
            f"traffic_share.{SC}": UP,
        },
        "Half of felony defendants released before disposition leave within a day (BJS NCJ 214994), people booked on minor "
        "offences sooner; an answer took up to a day (Miranda-Olivares v. Clackamas County, D. Or. 2014).",
    ),
    Mechanism(
        "People whose prints DHS never had",
        in_ident_for_all(),
        "every non-citizen is in IDENT, with as many earlier removals and orders as before",
        {f"identified.{SC}": UP, "found_only_by_others": DOWN, "missed_by_prints_share": DOWN},
        "Secure Communities finds only people already in IDENT; where both ran, 287(g) found about twice as many (statement "
        "of a restriction advocate to Congress, 2012).",
    ),
    Mechanism(
        "The Criminal Alien Program in the background",
        {"background.coverage": 0.0, "background.prison_find_share": 0.0},
        "no visits to jails, no screening of prisons",
        {
            f"identified.{SC}": UP,
            f"identified.{JAIL}": UP,
            f"detainer_issued.{SC}": UP,
            f"detainer_issued.{JAIL}": UP,
            "detainer_issued": DOWN,
            "removed": DOWN,
        },
        "Some 221,000 people were charged by it in fiscal 2008 (ICE), many of whom another programme would have found.",
    ),
    Mechanism(
        "Stay that a detainer induces",
        {"detainer.bail_denied_share": 0.0},
        "nobody loses a release before disposition to a detainer",
        {"hours.induced": DOWN, "hours.criminal_case": SAME, "hours.statutory_hold": UP},
        "20.6 extra days a detainer in Los Angeles County (Justice Strategies 2012, an advocate's estimate that ICE "
        "disputes). Releases before disposition have no known date, so holds begin without notice to the field office.",
    ),
    Mechanism(
        "A warm start",
        {"start.warm_days": 0},
        "jails, cases, prisons and dockets are empty on the first day",
        {"early_removed": DOWN, "early_convicted_share": DOWN, "early_jail_inmates": DOWN},
        "People booked in earlier months are the ones with sentences: prison admissions of 2008 were removed years later.",
    ),
    Mechanism(
        "People booked more than once",
        BOOKED_ONCE,
        "a pool so large that hardly anyone is booked twice",
        {"suppressed": DOWN, "rearrested": DOWN},
        "Some nine million people make twelve million jail admissions a year (BJS and consultants, recalled); a mean of "
        "seven arrests each among incarcerated criminal aliens (GAO-11-187).",
    ),
    Mechanism(
        "Unequal risk of being booked",
        {"people.frailty_exponent": 1.0},
        "everyone of the pool is booked equally often",
        {"suppressed": DOWN, "rearrested": DOWN},
        "The same few are booked again and again (GAO-11-187).",
    ),
    Mechanism(
        "Return after removal",
        {"people.reentry_share": 0.0},
        "nobody who was removed comes back",
        {"suppressed": UP, "reinstated": DOWN},
        "A third of all DHS removals in fiscal 2011 were reinstatements (DHS OIS 2011).",
    ),
    Mechanism(
        "Authorisation by ICE",
        {"jail_287g.authorised_share": 1.0},
        "every detainer that officers propose is issued",
        {"declined_by_ice": DOWN, f"detainer_issued.{JAIL}": UP},
        "On-site ICE managers review every detainer (Frederick County sheriff).",
    ),
    Mechanism(
        "Mistakes about citizens",
        {"screening.mistake_share": 0.0},
        "no citizen is taken for removable",
        {"detainers_on_citizens": DOWN, "held_citizens": DOWN},
        "834 detainers on citizens in 949,126 (TRAC).",
    ),
    Mechanism(
        "Task forces",
        {"changes.task-forces": {"decision": "task_force", "rule": "ended", "where": "nation"}},
        "no field arrests",
        {"field_arrest": DOWN, "identified.task_force": DOWN, "booked": DOWN, f"detainer_issued.{JAIL}": UP},
        "Task forces placed 2% of the detainers under 287(g) (MPI 2011); part of those they arrest would have been booked and "
        "found anyway.",
    ),
    Mechanism(
        "Counsel",
        {"custody.counsel_odds_ratio": 1.0},
        "counsel changes no odds",
        {"removed": UP, "represented": SAME, "not_removed": DOWN},
        "Odds of relief 5.5 times as high with counsel, an association that selection inflates (Eagly and Shafer 2015).",
    ),
    Mechanism(
        "Scarce beds",
        {"beds.interior_share": 0.8},
        "beds for four fifths of 33,400, where the world with it has a fifth of 20,000",
        {"ice_custody": UP, "detainer_lapsed": DOWN},
        "Appropriations cover some 34,000 beds, which the border fills first; a hold for which no bed is free runs out.",
        {"beds.interior_share": 0.2, "beds.funded": 20000},
    ),
    Mechanism(
        "The beds that were funded",
        {"beds.interior_share": 0.8},
        "nearly twice the share of beds for people from jails",
        {"ice_custody": UP, "detainer_lapsed": DOWN},
        "Funded beds were meant not to bind outside the border (ICE's stated use of about 34,000 a day).",
    ),
    Mechanism(
        "Delay of pick-ups",
        {"pickup.delay_hours_median": 2, "pickup.delay_hours_sigma": 0.2},
        "crews come within hours",
        {"detainer_lapsed": DOWN, "ice_custody": UP, "hours.statutory_hold": DOWN},
        "ICE says it comes within hours; field offices cover several states.",
    ),
    Mechanism(
        "Prisoners of earlier years",
        {"start.prison_stock": 0},
        "prisons hold only those whom the warm start sent there",
        {"early_removed": DOWN, "early_convicted_share": DOWN, "prisoners": DOWN},
        "Terms last years: people booked in 2008 are removed in 2012.",
    ),
    Mechanism(
        "Removals before the first day",
        {"start.earlier_removals": 0},
        "nobody is removed when a run begins, where the world with it knows who was, since fiscal 1997",
        {"suppressed": DOWN, "detainer_issued": UP, "removed": UP},
        "672,593 people were removed on criminal grounds in fiscal 1997 to 2005 (Human Rights Watch 2007); ICE removed 195,066 "
        "in fiscal 2005 and 389,834 in fiscal 2009, border included. Those who were gone were not booked again.",
        {"start.earlier_removals": 1},
    ),
    Mechanism(
        "City lock-ups",
        {"case.lockup_share": 0.0},
        "everyone is booked at the county jail",
        {"interviewed": UP, f"identified.{BACKGROUND}": UP, "matched": SAME},
        "Officers and visits are in county jails; prints are taken in either, and many leave from the lock-up.",
    ),
    Mechanism(
        "Scarce visits",
        {"background.visits_a_day": 6000},
        "visits for everyone due, where the world with it has 150 a working day in the nation",
        {f"identified.{BACKGROUND}": UP, f"also_found.{BACKGROUND}": UP},
        "The Criminal Alien Program had some $190 million a year and visited by turns.",
        {"background.visits_a_day": 150},
    ),
    Mechanism(
        "Training and attrition of officers",
        {"jail_287g.training_weeks": 0, "jail_287g.attrition_a_year": 0.0},
        "officers work from the day of signing, and none is lost",
        {"interviewed": UP, f"identified.{JAIL}": UP},
        "Four weeks at Charleston and a refresher every two years (ICE); officers leave like others.",
    ),
    Mechanism(
        "Agencies that do what ICE says they did",
        {"jail_287g.from_record": 0},
        "every agency works as its number of officers says, where in the world with it each identifies what ICE's table has",
        {"identified.task_force": UP},
        "ICE's table of fiscal 2006 to 2010: 182,550 people in all, from none (Pima) to 13,522 a year (Maricopa). At the "
        "register's 12 arrests a year most task forces would have found many more; of jails no direction follows, because some "
        "(Cobb, Gwinnett) found more than their officers' number says, and others less.",
        {"jail_287g.from_record": 1},
    ),
    Mechanism(
        "A budget cut by a quarter",
        {"changes.budget.rule": "as-funded"},
        "agreements as funded, where the world with it has a quarter fewer officers",
        {"interviewed": UP, f"identified.{JAIL}": UP, "dollars.county": UP},
        "The request for fiscal 2013 was $17 million, or 25%, lower (DHS budget in brief).",
        {"changes.budget": {"decision": "agreement_budget", "rule": "cut", "where": "nation"}},
    ),
    Mechanism(
        "Citing instead of booking",
        {"changes.citing.rule": "as-practised"},
        "booked as in history, where the world with it cites who may be cited",
        {"cited": DOWN, "booked": UP, "missed_in_time": UP, f"traffic_share.{SC}": UP},
        "Whether unlicensed drivers are booked is a matter of state law and local practice.",
        {"changes.citing": {"decision": "citation", "rule": "cited", "where": "nation"}},
    ),
    Mechanism(
        "Fewer reports by victims",
        {"response.reporting": 0.0},
        "no response, where in the world with it a tenth fewer bookings follow a report where prints are shared",
        {"unreported": DOWN, "recorded_events": UP, "true_events": SAME},
        "Imported: reporting by Hispanic victims 9.4 points lower (NBER 32109); other studies find none. What happened stays the "
        "same, what is recorded does not.",
        {"response.reporting": -0.1},
    ),
    Mechanism(
        "More reports by victims",
        {"response.reporting": 0.0},
        "no response, where in the world with it a tenth more bookings follow a report",
        {"newly_reported": DOWN, "recorded_events": DOWN, "true_events": SAME},
        "The other direction, in which the model is as able to answer.",
        {"response.reporting": 0.1},
    ),
    Mechanism(
        "Fewer arrests for minor traffic",
        {"response.traffic_arrests": 0.0},
        "no response, where in the world with it three in ten such bookings of non-citizens do not come about",
        {"not_arrested": DOWN, "recorded_events": UP, f"traffic_share.{SC}": UP},
        "Imported: no-licence bookings fell by 30 to 58% in Georgia counties (Atlanta Journal-Constitution 2010).",
        {"response.traffic_arrests": -0.3},
    ),
    Mechanism(
        "Deterrence",
        {"response.crime": 0.0},
        "no response, where in the world with it one offence in twenty does not happen",
        {"averted": DOWN, "recorded_events": UP, "true_events": UP},
        "Imported and at the edge of what studies allow: Miles and Cox 2014 and Treyger and others 2014 find no effect on crime.",
        {"response.crime": -0.05},
    ),
    Mechanism(
        "Monitoring",
        {"changes.monitoring.rule": "none"},
        "none, where the world with it prevents three in ten mistakes and stays past the limit",
        {"detainers_on_citizens": UP, "overdetained": UP, "interviewed": UP},
        "Announced in June 2011 (ICE); the effect is assumed and may be zero, and it takes officers' time.",
        {"changes.monitoring": {"decision": "oversight", "rule": "monitored", "where": "nation"}},
    ),
    Mechanism(
        "Counsel in time for the bond hearing",
        {"custody.counsel_early_share": 0.0},
        "counsel always comes after it",
        {"bonded": DOWN, "hours.ice_custody": UP},
        "Represented people were released after a hearing four times as often (Eagly and Shafer 2015, selection included).",
    ),
    Mechanism(
        "Longer cases with counsel",
        {"custody.counsel_docket_ratio": 1.0},
        "cases take as long without counsel",
        {"pending": DOWN},
        "Cases with counsel are adjourned for applications (TRAC).",
    ),
    Mechanism(
        "County effort against federal effort",
        {"institutions.county_effort_response": 0.0},
        "no response, where in the world with it counties book fewer unlicensed drivers the more detainers there are",
        {"not_arrested": DOWN, "booked": UP},
        "No-licence bookings fell in the first year of 287(g); elsewhere they rose.",
        {"institutions.county_effort_response": -0.1},
    ),
    Mechanism(
        "Field offices that go where they are welcome",
        {"institutions.office_effort_logit": 0.0},
        "alike to all, where in the world with it Cobb County declines and other counties of its area are preferred",
        {"ice_custody": DOWN},
        "A trip to a jail that declines is in vain.",
        {
            "institutions.office_effort_logit": 2.0,
            "changes.cobb": {"decision": "honour", "rule": "honour-none", "where": {"counties": ["13067"]}},
        },
    ),
    Mechanism(
        "Mandatory custody by the offence",
        {"custody.mandatory_share_felony": 1.0, "custody.mandatory_share_misdemeanour": 0.0},
        "custody is mandatory after every felony conviction and no other, where in the world with it after half of them and "
        "some misdemeanours",
        {"bonded": DOWN, "hours.ice_custody": UP},
        "8 USC 1226(c)(1) names grounds of removal and no felonies as such: many felonies are outside, drug offences in.",
        {"custody.mandatory_share_felony": 0.5, "custody.mandatory_share_misdemeanour": 0.1},
    ),
    Mechanism(
        "Adherence by text",
        {"detainer.not_covered_shift.only_if_2012": 0.0},
        "the guidance of 2012, laid over history in both worlds, leaks as the ranking of 2010 does, where in the world with "
        "it the guidance leaks less",
        {"detainer_issued": UP, "no_conviction_share.detainer_issued": UP, "traffic_share.detainer_issued": UP},
        'The memorandum of 2010 ranks and forbids nothing; the guidance of 21 December 2012 has detainers "only if" a listed '
        "ground is true (ICE).",
        {
            "detainer.not_covered_shift.only_if_2012": -3.0,
            "changes.guidance": {"decision": "detainer", "rule": "detainer-2012-guidance", "where": "nation"},
        },
    ),
    Mechanism(
        "ICE's effort",
        {"effort.acted_share": 1.0},
        "ICE acts on everybody identified, where in the world with it on six in ten, by field office and month",
        {"detainer_issued": UP, f"detainer_issued.{SC}": UP, "ice_custody": UP, "removed": UP},
        "Detainers fell by a quarter from October 2011 to January 2013 (TRAC), across all groups and under the same rules.",
        {"effort.acted_share": 0.6, "effort.office_sd": 0.1},
    ),
    Mechanism(
        "The early gate of Secure Communities",
        {"secure_communities.gate_start_share": 1.0},
        "none, where in the world with it few people charged below Level 1 are acted upon at first, and nine in ten after "
        "four years",
        {f"detainer_issued.{SC}": UP, f"level_1_or_2_share.{SC}": DOWN, "ice_custody": UP},
        "One match in five led to a detainer to August 2009 (ICE), about half later.",
        {"secure_communities.gate_start_share": 0.05, "secure_communities.gate_months": 48},
    ),
    Mechanism(
        "Growth of the Criminal Alien Program",
        {"background.growth_years": 0.0, "background.growth_middle_year": 2007.0},
        "always grown, where in the world with it coverage of jails passes half of its level in 2010",
        {f"identified.{BACKGROUND}": UP, "detainer_issued": UP},
        "The programme's funds rose most from fiscal 2005 to 2008 (CRS R42057).",
        {"background.growth_years": 4.0, "background.growth_middle_year": 2010.0},
    ),
    Mechanism(
        "Regions that book more for traffic",
        {"county.traffic_region.southeast": 0.0},
        "one share everywhere, where in the world with it the Southeast books more non-citizens for traffic",
        {f"traffic_share.{JAIL}": DOWN, "booked": SAME},
        "The ten 287(g) sites with the highest shares of traffic were all in the Southeast (Migration Policy Institute 2011).",
        {"county.traffic_region.southeast": 1.0},
    ),
    Mechanism(
        "Jails where ICE is present, and jails where it is not",
        {"county.presence_sd": 0.0},
        "alike, where in the world with it the odds of a visit, and of being acted upon, differ between counties",
        {"booked": SAME, f"identified.{BACKGROUND}": DOWN},
        "Officers sat in some jails and never came to most (GAO-05-337R). In the draw of the world taken here the share visited "
        "of these states' non-citizens is 40% where alike it is 30%.",
        {"county.presence_sd": 2.0, "institutions.office_draw": 4},
    ),
    Mechanism(
        "Counties that ICE comes for, and counties that it does not",
        {"county.custody_sd": 0.0},
        "alike within an office, where in the world with it the odds of being wanted differ between counties",
        {"ice_custody": UP, "detainer_lapsed": DOWN},
        "Custody followed 30 to 77% of detainers between the first and last tenth of counties (TRAC by facility). In the draw "
        "of the world taken here 60% of these states' non-citizens are wanted where alike three quarters are.",
        {"county.custody_sd": 1.5, "institutions.office_draw": 2},
    ),
    Mechanism(
        "Counties where a detainer costs bail, and counties where it does not",
        {"county.bail_sd": 0.0},
        "alike, where in the world with it the odds of losing bail differ between counties",
        {"hours.induced": DOWN, "booked": SAME},
        "20.6 extra days in Los Angeles County (Justice Strategies 2012), some 73 recalled at Rikers Island. In the draw of the "
        "world taken here 28% of these states' non-citizens lose bail where alike 22% do.",
        {"county.bail_sd": 1.5, "institutions.office_draw": 2},
    ),
    Mechanism(
        "Prints that are taken more than once",
        {"booking.prints_per_booking.texas": 1.0},
        "once, where in the world with it half of those printed in Texas are printed and sent again",
        {"submitted": DOWN, "matched": DOWN, "booked": SAME, "identified": SAME, "detainer_issued": SAME},
        "ICE counts prints and matches, not people; a stay in a city's lock-up may be printed again in the county's jail.",
        {"booking.prints_per_booking.texas": 1.5},
    ),
    Mechanism(
        "Detainers that 287(g) officers propose",
        {"jail_287g.officers_propose": 0},
        "officers seek one for 80% of people covered, as ICE does, where in the world with it they seek one for 95%",
        {f"detainer_issued.{JAIL}": DOWN, "declined_by_ice": DOWN},
        "Programmes that screen everybody placed detainers on everyone they found removable (MPI 2011).",
        {"jail_287g.officers_propose": 1, "detainer.issue_if_covered": 0.8},
    ),
    Mechanism(
        "Officers beside their rule",
        {"jail_287g.outside_rule_share": 0.0},
        "officers process nobody whom a targeted rule does not cover, where in the world with it four in ten of them",
        {"interviewed": DOWN, f"identified.{JAIL}": DOWN},
        "70% of Las Vegas's detainers were at Level 1 or 2, not all of them (MPI 2011).",
        {"jail_287g.outside_rule_share": 0.4},
    ),
    Mechanism(
        "Officers in the place of visits",
        {"background.beside_officers_share": 1.0},
        "the Criminal Alien Program visits jails with an agreement, too, where in the world with it officers take its place",
        {"identified.criminal_alien_program": UP, f"identified.{JAIL}": DOWN},
        "ICE presented agreements as a way to add to its own officers (GAO-09-109, summary).",
        {"background.beside_officers_share": 0.0},
    ),
    Mechanism(
        "Handing over by 287(g) officers",
        {"jail_287g.hand_over_share": 0.0},
        "whoever is held waits for a crew, where in the world with it officers take eight in ten to ICE",
        {f"ice_custody.{JAIL}": DOWN, "detainer_lapsed": UP, "hours.statutory_hold": UP},
        "ICE took custody after 75% of detainers at 18 jails with agreements, after 57% at other large ones (TRAC).",
        {"jail_287g.hand_over_share": 0.8},
    ),
    Mechanism(
        "Interviews that keep",
        {"jail_287g.interview_carry_days": 0},
        "unused interviews are lost, where in the world with it two days' worth keep, with officers who are not always enough",
        {"interviewed": DOWN, f"identified.{JAIL}": DOWN},
        "Rosters follow bookings: quiet days pay for busy ones.",
        {"jail_287g.interview_carry_days": 2, "jail_287g.interviews_per_officer_day": 0.8},
    ),
    Mechanism(
        "Detainers not sent to jails that decline",
        {"refusal.unsent_share": 0.0},
        "every detainer is sent, where in the world with it jails decline and six in ten are not",
        {"detainer_not_sent": DOWN, "detainer_issued": UP, "detainer_declined": UP, "rearrested": UP},
        "In the five months after Cook County's ordinance its jail let go 2.2 people a day with a detainer, where it had handed "
        "over 2.9 to 4.6 a day (WBEZ 2011, 2012). Only those with a detainer count as booked again after one.",
        {"refusal.unsent_share": 0.6, **JAILS_DECLINE},
    ),
    Mechanism(
        "Custody without a hold",
        {f"{share}.{who}": 0.0 for share in WITHOUT_HOLD for who in ("priority", "other")},
        "whoever is declined is gone, where in the world with it jails hold all the same, ICE is at the door or comes later",
        {"picked_up_at_release": DOWN, "arrested_at_large": DOWN, "held": DOWN, "ice_custody": DOWN, "removed": DOWN},
        "ICE had arrested 40% of those arrested again after a declined detainer in 2014 (Center for Immigration Studies 2015), "
        "and came for a fifth of the releases that Alameda County announced in 2015 (Santa Cruz Sentinel).",
        {
            **{f"{share}.priority": 0.2 for share in WITHOUT_HOLD},
            **{f"{share}.other": 0.05 for share in WITHOUT_HOLD},
            **JAILS_DECLINE,
        },
    ),
    Mechanism(
        "Beds that follow their use",
        {"institutions.beds_response": 0.0},
        "fixed beds, where in the world with it each month's beds follow what was in use",
        {"ice_custody": UP, "detainer_lapsed": DOWN},
        "Beds moved between offices and between border and interior.",
        {"institutions.beds_response": 1.0, "institutions.beds_usual_use": 1.0},
    ),
    Mechanism(
        "A review that ends the least productive agreements",
        {"institutions.review_measure": 0},
        "none, where the world with it ends half of them after a year, by detainers an officer-day",
        {f"identified.{JAIL}": UP, "interviewed": UP},
        "ICE announced in 2012 that it would end the least productive and published no measure.",
        {"institutions.review_measure": 1, "institutions.review_share": 0.5, "institutions.review_year": 2011},
    ),
)


EXPLAINED = {
    (
        "The race against release",
        f"level_1_or_2_share.{SC}",
    ): "Where officers put serious offences first (Harris County), an answer within the hour comes before their interview, and "
    "Secure Communities finds the serious people whom they would have found. Over whole states its share of them falls.",
    (
        "The Criminal Alien Program in the background",
        f"detainer_issued.{JAIL}",
    ): "Officers do find more people. But people "
    "belong to whoever found them first: where officers are targeted (Harris County), those whom they find and leave aside "
    "may get a detainer from a later visit, which counts as theirs. Without the visits these detainers are not placed.",
    (
        "The beds that were funded",
        "ice_custody",
    ): "The beds that the register leaves for people from jails are never full in "
    "these two states. Fewer people reach custody than in the record (see the funnel below), so the limit has little to do; it "
    "does bind when beds are scarce.",
    ("The beds that were funded", "detainer_lapsed"): "As above.",
    (
        "The Criminal Alien Program in the background",
        f"detainer_issued.{SC}",
    ): "Secure Communities does find more people. But people belong to whoever found them first: those whom the priorities of "
    "2010 leave aside, because they are charged and not convicted, may get a detainer from a later visit, which counts as "
    "theirs.",
    (
        "A review that ends the least productive agreements",
        f"identified.{JAIL}",
    ): "The review ranks the agreements of the nation. Of these two states' counties none, or a city's agency alone, is in "
    "the lower half.",
    ("A review that ends the least productive agreements", "interviewed"): "As above.",
}
"""Why a measure does not move as its source leads one to expect, by mechanism and measure."""
NOT_EXAMINED = "The reason has not been looked into."

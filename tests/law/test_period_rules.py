"""The rest of the period's rulebook: each later rule with its citation, each line of the timeline, each marked date.

The first twelve rules have their expectations in ``test_rules.py``; what they gained since is here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from enforcement_sim.errors import InputError
from enforcement_sim.law.grounds import bits
from enforcement_sim.law.rules import GRADES, ground_names, load_rulebook
from enforcement_sim.places.build import build_world
from enforcement_sim.places.geography import load_geography
from enforcement_sim.scenarios.file_format import HISTORY_END
from enforcement_sim.scenarios.load import load_scenario

RULEBOOK = load_rulebook()

FIRST_RULES = (
    "detainer-2008-levels",
    "detainer-2010-priorities",
    "detainer-2012-guidance",
    "detainer-felonies-only",
    "honour-all",
    "honour-none",
    "honour-trust",
    "honour-connecticut-trust",
    "screen-universal",
    "screen-targeted",
    "discretion-none",
    "discretion-2011",
)


@dataclass(frozen=True)
class Expected:
    """What a rule's text says, and people whom it covers and whom it does not."""

    decision: str
    citation: str
    effective: date | None
    grade: str
    covers: tuple[str, ...]
    spares: tuple[str, ...]


# People are written by their grounds; everyone also has the ground `anyone`.
DRIVER = "misdemeanour_charge minor_traffic_only"
DRUNK_DRIVER = "misdemeanour_charge serious_misdemeanour"
PETTY_THIEF = "misdemeanour_charge level_2_offence_2008"
ACCUSED_FELON = "felony_charge"
ONE_MISDEMEANOUR = "misdemeanour_charge any_conviction"
THREE_MISDEMEANOURS = "misdemeanour_charge any_conviction three_misdemeanours"
FELON = "misdemeanour_charge any_conviction felony_conviction"
ROBBER = "felony_charge any_conviction felony_conviction serious_felony_conviction"
HELD_TO_ANSWER = "felony_charge held_to_answer_felony"
RETURNED = "misdemeanour_charge prior_removal"
ORDERED_OUT = "misdemeanour_charge outstanding_order"
NEWCOMER = "misdemeanour_charge recent_entry"
GANG_MEMBER = "misdemeanour_charge security_or_gang"
REGISTRANT = "misdemeanour_charge registrant_or_warrant"
CHEAT = "misdemeanour_charge immigration_fraud"
REENTERED = "misdemeanour_charge illegal_entry_conviction"
RESIDENT = "misdemeanour_charge long_residence"
PARENT = "misdemeanour_charge citizen_family"
VICTIM = "misdemeanour_charge victim_or_witness"

WITH_REASONS = (
    f"{DRIVER} any_conviction",
    f"{DRIVER} prior_removal",
    f"{DRIVER} outstanding_order",
    f"{DRIVER} security_or_gang",
    f"{DRUNK_DRIVER} any_conviction",
    NEWCOMER,
    CHEAT,
    REENTERED,
    REGISTRANT,
)

RULES: dict[str, Expected] = {
    "detainer-2010-interim": Expected(
        "detainer",
        "ICE interim policy 10074.1, Detainers, 2 August 2010, read with policy 10072.1",
        date(2010, 8, 2),
        "derived",
        WITH_REASONS,
        (DRIVER, PETTY_THIEF, RESIDENT, ACCUSED_FELON, DRUNK_DRIVER),
    ),
    "detainer-2012-minor-traffic": Expected(
        "detainer",
        "ICE, Response to the Task Force on Secure Communities Findings and Recommendations, 27 April 2012",
        date(2012, 4, 27),
        "derived",
        (*WITH_REASONS, f"{DRIVER} any_conviction current_conviction"),
        (DRIVER, PETTY_THIEF, f"{DRIVER} long_residence", ACCUSED_FELON),
    ),
    "detainer-no-minor-traffic": Expected(
        "detainer",
        "The traffic clause of ICE interim policy 10074.1, draft of August 2010, read without the priorities and "
        "without its exceptions",
        None,
        "assumed",
        ("", PETTY_THIEF, ONE_MISDEMEANOUR, ROBBER),
        (DRIVER, f"{DRIVER} prior_removal"),
    ),
    "detainer-pep": Expected(
        "detainer",
        "DHS, Secure Communities (Johnson), 20 November 2014; announced inside the period, in use from July 2015",
        None,
        "derived",
        (FELON, ROBBER, "any_conviction aggravated_or_two_felonies", THREE_MISDEMEANOURS, GANG_MEMBER),
        (ACCUSED_FELON, DRUNK_DRIVER, ONE_MISDEMEANOUR, RETURNED, ORDERED_OUT, NEWCOMER, DRIVER),
    ),
    "honour-pep": Expected(
        "honour",
        "DHS, Secure Communities (Johnson), 20 November 2014; holds in special circumstances, otherwise requests for "
        "notification",
        None,
        "recalled",
        (ORDERED_OUT,),
        (ROBBER, RETURNED, GANG_MEMBER, DRIVER),
    ),
    "honour-new-york-2011": Expected(
        "honour",
        "New York City Local Law 2011/062, enacted 22 November 2011 (Administrative Code 9-131)",
        date(2012, 3, 21),
        "recalled",
        (ONE_MISDEMEANOUR, FELON, ACCUSED_FELON, DRUNK_DRIVER, RETURNED, ORDERED_OUT, GANG_MEMBER, REGISTRANT),
        (DRIVER, PETTY_THIEF, NEWCOMER, CHEAT, RESIDENT),
    ),
    "honour-new-york-2013": Expected(
        "honour",
        "New York City Local Laws 2013/021 and 2013/022, enacted 18 March 2013 (Administrative Code 9-131, 14-154)",
        date(2013, 7, 16),
        "recalled",
        (FELON, THREE_MISDEMEANOURS, ACCUSED_FELON, DRUNK_DRIVER, ORDERED_OUT, GANG_MEMBER, REGISTRANT),
        (ONE_MISDEMEANOUR, DRIVER, PETTY_THIEF, RETURNED, NEWCOMER),
    ),
    "honour-district-of-columbia": Expected(
        "honour",
        "D.C. Immigration Detainer Compliance Emergency Amendment Act of 2012, passed 5 June 2012 (D.C. Code 24-211.07)",
        date(2012, 6, 5),
        "derived",
        (ROBBER,),
        (FELON, ACCUSED_FELON, THREE_MISDEMEANOURS, ORDERED_OUT, RETURNED, GANG_MEMBER),
    ),
    "honour-king-county": Expected(
        "honour",
        "King County Ordinance 17706, enacted 10 December 2013 (King County Code 2.15.020)",
        date(2013, 12, 10),
        "seen",
        (ROBBER, REGISTRANT),
        (FELON, ACCUSED_FELON, ONE_MISDEMEANOUR, THREE_MISDEMEANOURS, DRUNK_DRIVER, DRIVER, RETURNED, ORDERED_OUT),
    ),
    "discretion-2011-victims": Expected(
        "discretion",
        "ICE policies 10075.1, Exercising Prosecutorial Discretion, and 10076.1, Certain Victims, Witnesses and "
        "Plaintiffs (Morton), 17 June 2011",
        date(2011, 6, 17),
        "derived",
        (VICTIM, RESIDENT, PARENT, f"{VICTIM} any_conviction"),
        (
            DRIVER,
            NEWCOMER,
            f"{VICTIM} serious_misdemeanour",
            f"{VICTIM} security_or_gang",
            f"{RESIDENT} immigration_fraud",
            f"{PARENT} illegal_entry_conviction",
            f"{RESIDENT} prior_removal",
            f"{PARENT} outstanding_order",
            "felony_charge long_residence",
        ),
    ),
    "discretion-2012-childhood-arrivals": Expected(
        "discretion",
        "DHS, Exercising Prosecutorial Discretion with Respect to Individuals Who Came to the United States as Children "
        "(Napolitano), 15 June 2012",
        date(2012, 6, 15),
        "recalled",
        (RESIDENT, f"{RESIDENT} outstanding_order", f"{RESIDENT} any_conviction"),
        (
            PARENT,
            VICTIM,
            NEWCOMER,
            f"{RESIDENT} felony_conviction",
            f"{RESIDENT} three_misdemeanours",
            f"{RESIDENT} serious_misdemeanour",
            f"{RESIDENT} security_or_gang",
        ),
    ),
    "honour-serious": Expected(
        "honour",
        "Sheriffs of San Francisco, 1 June 2011, and Multnomah County, 15 April 2013 (The Oregonian, 4 April 2013)",
        date(2011, 6, 1),
        "recalled",
        (ACCUSED_FELON, FELON, DRUNK_DRIVER, ORDERED_OUT, GANG_MEMBER, REGISTRANT),
        (DRIVER, PETTY_THIEF, ONE_MISDEMEANOUR, RETURNED, NEWCOMER),
    ),
    "honour-felony-convictions": Expected(
        "honour",
        "Connecticut Department of Correction, checklist in use from 16 April 2012 (New Haven Register, as quoted by Patch)",
        date(2012, 4, 16),
        "derived",
        (FELON, ROBBER, ORDERED_OUT, GANG_MEMBER, REGISTRANT),
        (ACCUSED_FELON, ONE_MISDEMEANOUR, DRUNK_DRIVER, RETURNED, DRIVER),
    ),
    "honour-convictions-or-serious-charges": Expected(
        "honour",
        "Milwaukee County Board of Supervisors, Resolution 12-135, signed 4 June 2012",
        date(2012, 6, 4),
        "derived",
        (ONE_MISDEMEANOUR, FELON, ACCUSED_FELON, DRUNK_DRIVER, GANG_MEMBER, REGISTRANT),
        (DRIVER, PETTY_THIEF, RETURNED, ORDERED_OUT, NEWCOMER),
    ),
    "honour-serious-charge": Expected(
        "honour",
        "Orleans Parish Sheriff's Office, policy on ICE detainers, 2013 (statement of 14 August 2013)",
        date(2013, 7, 1),
        "derived",
        (HELD_TO_ANSWER,),
        (ACCUSED_FELON, FELON, ROBBER, DRUNK_DRIVER, ORDERED_OUT, GANG_MEMBER),
    ),
    "honour-orders": Expected(
        "honour",
        "Broward Sheriff's Office, July 2014; Governor of Rhode Island, 14 August 2014 (Associated Press, 15 August 2014)",
        date(2014, 7, 18),
        "derived",
        (ORDERED_OUT,),
        (ROBBER, RETURNED, GANG_MEMBER, DRIVER),
    ),
    "honour-serious-felonies-orders-gangs": Expected(
        "honour",
        "Middlesex County (New Jersey), policy in effect 8 July 2014 (The Star-Ledger, 10 July 2014)",
        date(2014, 7, 8),
        "derived",
        (HELD_TO_ANSWER, ROBBER, ORDERED_OUT, GANG_MEMBER),
        (ACCUSED_FELON, FELON, DRUNK_DRIVER, RETURNED),
    ),
}

GAINED: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "detainer-2010-priorities": (
        "ICE policy 10072.1, Civil Immigration Enforcement - Priorities (Morton), 30 June 2010",
        (GANG_MEMBER, REGISTRANT, CHEAT, REENTERED),
        (
            DRIVER,
            PETTY_THIEF,
            ACCUSED_FELON,
            DRUNK_DRIVER,
        ),  # "aliens convicted of crimes": charged alone is no priority
    ),
    "detainer-2012-guidance": (
        "ICE, Civil Immigration Enforcement - Guidance on the Use of Detainers (Morton), 21 December 2012",
        (GANG_MEMBER, REGISTRANT, CHEAT, REENTERED),
        (DRIVER, PETTY_THIEF, NEWCOMER, ONE_MISDEMEANOUR),
    ),
    "honour-trust": (
        "California TRUST Act, AB 4 (2013), Gov. Code 7282.5",
        (REGISTRANT, FELON, ROBBER, HELD_TO_ANSWER),
        (GANG_MEMBER, CHEAT, REENTERED, ORDERED_OUT, ACCUSED_FELON, ONE_MISDEMEANOUR),
    ),
    "honour-connecticut-trust": (
        "Connecticut Public Act 13-155, 1 January 2014",
        (GANG_MEMBER, ORDERED_OUT, FELON),
        (REGISTRANT, CHEAT, RETURNED),
    ),
    "discretion-2011": (
        "ICE policy 10075.1, Exercising Prosecutorial Discretion (Morton), 17 June 2011",
        (RESIDENT, PARENT),
        (VICTIM, f"{RESIDENT} security_or_gang", f"{PARENT} immigration_fraud", f"{PARENT} illegal_entry_conviction"),
    ),
}

FIRST_GRADES = {
    "detainer-2008-levels": "recalled",
    "detainer-2010-priorities": "derived",
    "detainer-2012-guidance": "derived",
    "detainer-felonies-only": "assumed",
    "honour-all": "seen",
    "honour-none": "seen",
    "honour-trust": "derived",
    "honour-connecticut-trust": "derived",
    "screen-universal": "seen",
    "screen-targeted": "derived",
    "discretion-none": "recalled",
    "discretion-2011": "derived",
}


def grounds(person: str) -> int:
    """Return the word of a person written by grounds."""
    return bits(["anyone", *person.split()])


def test_new_rules_stand_at_the_end() -> None:
    """A rule's place is its number in stored results: the first twelve keep theirs."""
    assert tuple(RULEBOOK.rules) == (*FIRST_RULES, *RULES)
    assert len(RULEBOOK.rules) <= 200


@pytest.mark.parametrize("name", RULES)
def test_a_rule_says_what_its_text_says(name: str) -> None:
    """Decision, citation, day of effect, grade, whom it covers and whom it spares."""
    rule, expected = RULEBOOK.rules[name], RULES[name]
    assert (rule.decision, rule.citation) == (expected.decision, expected.citation)
    assert (rule.effective, rule.grade) == (expected.effective, expected.grade)
    assert [person for person in expected.covers if not rule.covers(grounds(person))] == []
    assert [person for person in expected.spares if rule.covers(grounds(person))] == []
    assert rule.note, "each of these texts says something that grounds cannot"


@pytest.mark.parametrize("name", GAINED)
def test_what_the_first_rules_gained(name: str) -> None:
    """Grounds added to rules whose other people are in ``test_rules.py``."""
    rule, (citation, covers, spares) = RULEBOOK.rules[name], GAINED[name]
    assert rule.citation == citation
    assert [person for person in covers if not rule.covers(grounds(person))] == []
    assert [person for person in spares if rule.covers(grounds(person))] == []


def test_grades_of_the_first_rules() -> None:
    assert {name: RULEBOOK.rules[name].grade for name in FIRST_RULES} == FIRST_GRADES


@pytest.mark.parametrize("name", ["detainer-2010-interim", "detainer-2012-minor-traffic"])
def test_the_traffic_texts_except_whom_the_priorities_name(name: str) -> None:
    """Both texts leave the priorities as they were, as their notes say."""
    rule, priorities = RULEBOOK.rules[name], RULEBOOK.rules["detainer-2010-priorities"]
    assert (rule.any_of, rule.none_of) == (priorities.any_of, priorities.none_of)
    assert "covers the same people as detainer-2010-priorities" in rule.note


def test_words_of_grounds_are_taken_apart_as_they_were_put_together() -> None:
    for rule in RULEBOOK.rules.values():
        assert bits(ground_names(rule.any_of)) == rule.any_of
        assert bits(ground_names(rule.none_of)) == rule.none_of


# ---- the timeline --------------------------------------------------------------------------------------------------------

NATION = ("nation", ())
NEW_YORK_CITY = ("counties", ("36005", "36047", "36061", "36081", "36085"))
ORDINANCE = "Cook County Ordinance 11-O-73, 7 September 2011"
POLICY_3_54 = "Santa Clara County, Board of Supervisors Policy 3.54, 18 October 2011"
RULING = "Miranda-Olivares v. Clackamas County (D. Or., 11 April 2014); "

TIMELINE: tuple[tuple[str, date | None, tuple[str, tuple[str, ...]], str, str], ...] = (
    (
        "detainer-2008-levels",
        None,
        NATION,
        "recalled",
        "ICE, Secure Communities - A Comprehensive Plan to Identify and Remove ",
    ),
    ("honour-all", None, NATION, "seen", "8 CFR 287.7(d), read by most jails before 2014 as binding"),
    (
        "discretion-none",
        None,
        NATION,
        "recalled",
        "Illegal Immigration Reform and Immigrant Responsibility Act of 1996",
    ),
    (
        "detainer-2010-priorities",
        date(2010, 6, 30),
        NATION,
        "derived",
        "ICE policy 10072.1, Civil Immigration Enforcement - Priorities (Morton",
    ),
    (
        "detainer-2010-interim",
        date(2010, 8, 2),
        NATION,
        "derived",
        "ICE interim policy 10074.1, Detainers, 2 August 2010, read with policy",
    ),
    (
        "honour-serious",
        date(2011, 6, 1),
        ("counties", ("06075",)),
        "recalled",
        "Sheriff of San Francisco, in effect 1 June 2011; Los Angeles Times, 5 ",
    ),
    (
        "discretion-2011-victims",
        date(2011, 6, 17),
        NATION,
        "derived",
        "ICE policies 10075.1, Exercising Prosecutorial Discretion, and 10076.1",
    ),
    ("honour-none", date(2011, 9, 7), ("counties", ("17031",)), "seen", ORDINANCE),
    ("honour-none", date(2011, 10, 18), ("counties", ("06085",)), "seen", POLICY_3_54),
    (
        "honour-none",
        date(2012, 3, 8),
        ("counties", ("17019",)),
        "seen",
        "Sheriff of Champaign County, letter to ICE, 8 March 2012, as quoted by",
    ),
    (
        "honour-new-york-2011",
        date(2012, 3, 21),
        NEW_YORK_CITY,
        "recalled",
        "New York City Local Law 2011/062, enacted 22 November 2011 (Administra",
    ),
    (
        "honour-felony-convictions",
        date(2012, 4, 16),
        ("states", ("CT",)),
        "derived",
        "Connecticut Department of Correction, checklist in effect with Secure ",
    ),
    (
        "detainer-2012-minor-traffic",
        date(2012, 4, 27),
        NATION,
        "derived",
        "ICE, Response to the Task Force on Secure Communities Findings and Rec",
    ),
    (
        "honour-convictions-or-serious-charges",
        date(2012, 6, 4),
        ("counties", ("55079",)),
        "seen",
        "Milwaukee County Board, Resolution 12-135, signed 4 June 2012 (Hispani",
    ),
    (
        "honour-district-of-columbia",
        date(2012, 6, 5),
        ("states", ("DC",)),
        "derived",
        "D.C. Immigration Detainer Compliance Emergency Amendment Act of 2012, ",
    ),
    (
        "honour-none",
        date(2012, 7, 15),
        ("counties", ("36067",)),
        "derived",
        "Onondaga County Sheriff, about two years before July 2014 (The Post-St",
    ),
    (
        "detainer-2012-guidance",
        date(2012, 12, 21),
        NATION,
        "derived",
        "ICE, Civil Immigration Enforcement - Guidance on the Use of Detainers ",
    ),
    (
        "honour-serious",
        date(2013, 1, 1),
        ("counties", ("06037",)),
        "derived",
        "Sheriff of Los Angeles County, announced 5 December 2012 (Los Angeles ",
    ),
    (
        "honour-felony-convictions",
        date(2013, 1, 15),
        ("counties", ("06075",)),
        "assumed",
        "San Francisco Sheriff's Department, release of 29 May 2014: holds narr",
    ),
    (
        "honour-serious",
        date(2013, 4, 15),
        ("counties", ("41051",)),
        "seen",
        "Multnomah County Sheriff  and Board of County Commissioners, 4 April 2",
    ),
    (
        "honour-serious-charge",
        date(2013, 7, 1),
        ("counties", ("22071",)),
        "derived",
        "Orleans Parish Sheriff's Office, policy on ICE detainers of summer 201",
    ),
    (
        "honour-new-york-2013",
        date(2013, 7, 16),
        NEW_YORK_CITY,
        "recalled",
        "New York City Local Laws 2013/021 and 2013/022, enacted 18 March 2013 ",
    ),
    (
        "honour-district-of-columbia",
        date(2013, 11, 5),
        ("counties", ("06075",)),
        "derived",
        "San Francisco Ordinance 204-13, Due Process for All (Administrative Co",
    ),
    (
        "honour-none",
        date(2013, 12, 3),
        ("counties", ("12086",)),
        "seen",
        "Miami-Dade County Resolution R-1008-13, adopted 3 December 2013",
    ),
    (
        "honour-king-county",
        date(2013, 12, 10),
        ("counties", ("53033",)),
        "seen",
        "King County Ordinance 17706, enacted 10 December 2013 (King County Cod",
    ),
    (
        "honour-trust",
        date(2014, 1, 1),
        ("states", ("CA",)),
        "derived",
        "California TRUST Act, AB 4 (2013), Gov. Code 7282.5",
    ),
    ("honour-none", date(2014, 1, 1), ("counties", ("06085",)), "derived", POLICY_3_54),
    (
        "honour-connecticut-trust",
        date(2014, 1, 1),
        ("states", ("CT",)),
        "derived",
        "Connecticut Public Act 13-155, 1 January 2014",
    ),
    (
        "honour-district-of-columbia",
        date(2014, 1, 1),
        ("counties", ("06075",)),
        "derived",
        "San Francisco Ordinance 204-13, Due Process for All (Administrative Co",
    ),
    (
        "honour-none",
        date(2014, 4, 9),
        ("counties", ("42077",)),
        "derived",
        "Lehigh County Board of Commissioners, resolution of April 2014 after G",
    ),
    (
        "honour-none",
        date(2014, 4, 16),
        ("counties", ("41005", "41051", "41067")),
        "seen",
        RULING + "sheriffs of Clackamas, Multnomah and Washington Counties, 16",
    ),
    (
        "honour-none",
        date(2014, 4, 16),
        ("counties", ("42101",)),
        "seen",
        "City of Philadelphia, executive order of 16 April 2014",
    ),
    (
        "honour-none",
        date(2014, 4, 17),
        ("counties", ("41017", "41021", "41027", "41055", "41065", "41069")),
        "seen",
        RULING + "The Oregonian, 17 April 2014: Deschutes, Gilliam, Hood River",
    ),
    (
        "honour-serious",
        date(2014, 4, 18),
        ("counties", ("24510",)),
        "derived",
        "Governor of Maryland, April 2014: detainers at the Baltimore jail, whi",
    ),
    (
        "honour-none",
        date(2014, 4, 21),
        ("counties", ("41019", "41029", "41039", "41043", "41047")),
        "assumed",
        RULING + "American Immigration Council, 21 April 2014 (14 counties)",
    ),
    (
        "honour-none",
        date(2014, 4, 25),
        (
            "counties",
            (
                "41003",
                "41007",
                "41009",
                "41011",
                "41013",
                "41015",
                "41031",
                "41035",
                "41041",
                "41045",
                "41053",
                "41057",
                "41059",
                "41061",
                "41071",
            ),
        ),
        "assumed",
        RULING + "news reports of late April 2014 (29 of 36 counties)",
    ),
    (
        "honour-none",
        date(2014, 4, 30),
        ("counties", ("53035", "53067", "53071")),
        "seen",
        "The Seattle Times, 30 April 2014: Kitsap, Thurston and Walla Walla Cou",
    ),
    (
        "honour-none",
        date(2014, 5, 1),
        ("counties", ("08013", "08031", "08077", "08113")),
        "derived",
        "News reports of about 1 May 2014: sheriffs of Boulder, Denver, Mesa an",
    ),
    (
        "honour-none",
        date(2014, 5, 1),
        ("counties", ("53077",)),
        "derived",
        "Yakima Herald, about 1 May 2014: Yakima County, after Miranda-Olivares",
    ),
    (
        "honour-none",
        date(2014, 5, 6),
        ("counties", ("35013",)),
        "derived",
        "Doña Ana County, policy ended early May 2014 (Albuquerque Journal, Jun",
    ),
    (
        "honour-none",
        date(2014, 5, 12),
        ("counties", ("41001", "41023", "41025", "41033", "41037", "41049", "41063")),
        "assumed",
        RULING + "Washington County Sheriff: every other county of Oregon stop",
    ),
    (
        "honour-none",
        date(2014, 5, 14),
        ("counties", ("06013",)),
        "derived",
        "Sheriff of Contra Costa County, the week before 21 May 2014 (San Jose ",
    ),
    (
        "honour-none",
        date(2014, 5, 15),
        ("counties", ("06065", "06071")),
        "seen",
        "The Press-Enterprise, 15 May 2014: sheriffs of Riverside and San Berna",
    ),
    (
        "honour-none",
        date(2014, 5, 21),
        ("counties", ("06001",)),
        "seen",
        "Sheriff of Alameda County, memorandum of 21 May 2014 (San Jose Mercury",
    ),
    (
        "honour-none",
        date(2014, 5, 22),
        ("counties", ("06081",)),
        "seen",
        "San Francisco Examiner, May 2014: San Mateo County, in effect 22 May 2",
    ),
    (
        "honour-none",
        date(2014, 5, 28),
        ("counties", ("06037", "06053", "06073", "06087")),
        "derived",
        "Americas Quarterly, late May 2014, and Los Angeles Times, 1 June 2014,",
    ),
    (
        "honour-none",
        date(2014, 5, 29),
        ("counties", ("06075",)),
        "seen",
        "San Francisco Sheriff's Department, release of 29 May 2014",
    ),
    (
        "honour-none",
        date(2014, 5, 31),
        ("counties", ("53005", "53007", "53009", "53011", "53015", "53017", "53021", "53047", "53053", "53057")),
        "assumed",
        "Northwest Immigrant Rights Project, list of Washington counties that c",
    ),
    (
        "honour-none",
        date(2014, 6, 4),
        ("counties", ("06059",)),
        "derived",
        "Sheriff of Orange County, statement of 4 June 2014 (OC Weekly, 5 June ",
    ),
    (
        "honour-none",
        date(2014, 6, 6),
        ("counties", ("06055", "06067", "06097")),
        "derived",
        "CBS San Francisco, 6 June 2014: Napa, after Sonoma, Sacramento and oth",
    ),
    (
        "honour-none",
        date(2014, 6, 9),
        ("counties", ("20055", "20091", "20177")),
        "seen",
        "ACLU of Kansas, 9 June 2014: Shawnee, Johnson and Finney Counties",
    ),
    (
        "honour-none",
        date(2014, 6, 11),
        ("counties", ("27053",)),
        "seen",
        "Sheriff of Hennepin County, 11 June 2014 (MPR News)",
    ),
    (
        "honour-none",
        date(2014, 6, 16),
        ("counties", ("27123",)),
        "derived",
        "Minnesota Daily, June 2014: Ramsey County shortly after Hennepin",
    ),
    (
        "honour-none",
        date(2014, 6, 16),
        ("counties", ("36059",)),
        "assumed",
        "ABC 7, September 2014: Nassau County curtailed its holds in June 2014",
    ),
    (
        "honour-none",
        date(2014, 6, 24),
        (
            "counties",
            (
                "08001",
                "08019",
                "08037",
                "08043",
                "08045",
                "08049",
                "08051",
                "08053",
                "08059",
                "08063",
                "08065",
                "08067",
                "08075",
                "08081",
                "08085",
                "08087",
                "08089",
                "08097",
                "08099",
                "08101",
                "08103",
                "08107",
                "08109",
                "08111",
                "08115",
                "08121",
                "08125",
            ),
        ),
        "derived",
        "The Meyer Law Office, Colorado jurisdictions that no longer honour ICE",
    ),
    (
        "honour-none",
        date(2014, 6, 30),
        ("counties", ("20015", "20079", "20173")),
        "derived",
        "ICE, Declined Detainer Outcome Report, 2017, as quoted by The Sentinel",
    ),
    (
        "honour-none",
        date(2014, 6, 30),
        (
            "counties",
            (
                "42009",
                "42015",
                "42017",
                "42019",
                "42029",
                "42031",
                "42045",
                "42049",
                "42055",
                "42081",
                "42091",
                "42093",
                "42099",
                "42103",
                "42129",
            ),
        ),
        "assumed",
        "Temple University, A Changing Landscape (March 2015): 14 counties adop",
    ),
    (
        "honour-serious-felonies-orders-gangs",
        date(2014, 7, 8),
        ("counties", ("34023",)),
        "seen",
        "Middlesex County Board of Chosen Freeholders, in effect 8 July 2014 (T",
    ),
    (
        "honour-none",
        date(2014, 7, 8),
        ("counties", ("32003",)),
        "recalled",
        "Las Vegas Metropolitan Police Department, July 2014 (Las Vegas Review-",
    ),
    (
        "honour-none",
        date(2014, 7, 17),
        ("states", ("RI",)),
        "seen",
        "Governor of Rhode Island, Department of Corrections policy, announced ",
    ),
    (
        "honour-orders",
        date(2014, 7, 18),
        ("counties", ("12011",)),
        "derived",
        "Broward Sheriff's Office, July 2014 (AILA South Florida; South Florida",
    ),
    (
        "honour-none",
        date(2014, 7, 22),
        ("counties", ("12099",)),
        "seen",
        "Palm Beach County Sheriff's Office, 22 July 2014 (South Florida Sun Se",
    ),
    (
        "honour-none",
        date(2014, 7, 31),
        ("counties", ("31079",)),
        "derived",
        "Center for Immigration Studies, map of policies on detainers: Hall Cou",
    ),
    (
        "honour-none",
        date(2014, 7, 31),
        ("counties", ("36023", "36053")),
        "derived",
        "The Post-Standard, July 2014: sheriffs of Cortland and Madison Countie",
    ),
    (
        "honour-orders",
        date(2014, 7, 31),
        ("counties", ("12103",)),
        "derived",
        "Tampa Bay Times, 11 September 2014: Pinellas County, announced in July",
    ),
    (
        "honour-none",
        date(2014, 8, 4),
        ("counties", ("34039",)),
        "seen",
        "Union County, in effect 4 August 2014 (ACLU of New Jersey, 12 August 2",
    ),
    (
        "honour-orders",
        date(2014, 8, 14),
        ("states", ("RI",)),
        "seen",
        "Governor of Rhode Island, policy for executive agencies, 14 August 201",
    ),
    (
        "honour-none",
        date(2014, 8, 18),
        (
            "counties",
            (
                "19005",
                "19011",
                "19029",
                "19045",
                "19061",
                "19069",
                "19071",
                "19073",
                "19093",
                "19095",
                "19101",
                "19103",
                "19113",
                "19125",
                "19133",
                "19137",
                "19153",
                "19155",
                "19167",
                "19169",
                "19179",
                "19191",
            ),
        ),
        "seen",
        "ACLU of Iowa, 18 August 2014: 22 counties (Radio Iowa)",
    ),
    (
        "honour-none",
        date(2014, 8, 19),
        ("counties", ("34029",)),
        "derived",
        "My Central Jersey, 19 August 2014: Ocean County has also changed its p",
    ),
    (
        "honour-orders",
        date(2014, 8, 20),
        ("counties", ("12053", "12057", "12101")),
        "derived",
        "Tampa Bay Times, 11 September 2014: Hillsborough County, in effect 20 ",
    ),
    (
        "honour-none",
        date(2014, 8, 27),
        ("counties", ("24510",)),
        "seen",
        "Governor of Maryland, letter of 27 August 2014: the Baltimore jail onl",
    ),
    (
        "honour-none",
        date(2014, 8, 29),
        ("counties", ("35001",)),
        "seen",
        "Associated Press, 29 August 2014: Bernalillo County, Metropolitan Dete",
    ),
    (
        "honour-none",
        date(2014, 9, 5),
        ("counties", ("53033",)),
        "seen",
        "King County Ordinance 17886, enacted 5 September 2014",
    ),
    (
        "honour-none",
        date(2014, 9, 18),
        (
            "counties",
            (
                "08003",
                "08005",
                "08007",
                "08009",
                "08011",
                "08014",
                "08015",
                "08017",
                "08021",
                "08023",
                "08025",
                "08027",
                "08029",
                "08033",
                "08035",
                "08039",
                "08041",
                "08047",
                "08055",
                "08057",
                "08061",
                "08069",
                "08071",
                "08073",
                "08079",
                "08083",
                "08091",
                "08093",
                "08095",
                "08105",
                "08117",
                "08119",
                "08123",
            ),
        ),
        "seen",
        "ACLU of Colorado, 18 September 2014: all 64 sheriffs (The Denver Post)",
    ),
    (
        "honour-none",
        date(2014, 9, 22),
        ("counties", ("36103",)),
        "derived",
        "ABC 7, September 2014: memorandum of the Suffolk County Sheriff",
    ),
    (
        "honour-none",
        date(2014, 10, 1),
        ("counties", ("24033",)),
        "seen",
        "Prince George's County Department of Corrections, 1 October 2014 (The ",
    ),
    (
        "honour-none",
        date(2014, 10, 7),
        ("counties", ("24031",)),
        "seen",
        "Montgomery County Executive, memorandum of 7 October 2014 (The Baltimo",
    ),
    (
        "honour-none",
        date(2014, 11, 16),
        ("counties", ("34005", "34007")),
        "derived",
        "NJ.com, November 2014: Burlington and Camden Counties",
    ),
    (
        "honour-none",
        date(2014, 11, 18),
        ("counties", ("13063",)),
        "derived",
        "Clayton County Sheriff's Office, November 2014 (The Atlanta Journal-Co",
    ),
    (
        "honour-none",
        date(2014, 12, 14),
        NEW_YORK_CITY,
        "seen",
        "New York City Local Laws 2014/058 and 2014/059, enacted 14 November 20",
    ),
    (
        "honour-district-of-columbia",
        date(2014, 12, 15),
        ("states", ("CT",)),
        "seen",
        "Connecticut Department of Correction, letter of 17 November 2014, in e",
    ),
)


def test_every_line_of_the_timeline_is_expected() -> None:
    assert len(RULEBOOK.timeline) == len(TIMELINE)


@pytest.mark.parametrize("position", range(len(TIMELINE)), ids=lambda position: f"{TIMELINE[position][:2]}")
def test_a_line_of_the_timeline(position: int) -> None:
    """Rule, date, place, grade and citation of each line, in the order of the file."""
    entry = RULEBOOK.timeline[position]
    rule, start, where, grade, citation = TIMELINE[position]
    assert (entry.rule, entry.start, (entry.where.kind, entry.where.members), entry.grade) == (
        rule,
        start,
        where,
        grade,
    )
    assert entry.citation.startswith(citation)
    assert entry.decision == RULEBOOK.rules[rule].decision
    assert grade != "assumed" or entry.note, "what is assumed is said"


def test_places_exist_and_lie_in_the_period() -> None:
    geography = load_geography()
    for where in [entry.where for entry in RULEBOOK.timeline] + [mark.where for mark in RULEBOOK.marks]:
        kind, members = where.kind, where.members
        for member in members:
            _ = geography.index_of(member) if kind == "counties" else geography.state_index(member)
    assert all(entry.start is None or entry.start <= HISTORY_END for entry in RULEBOOK.timeline)


def test_no_what_if_stands_in_history() -> None:
    used = {entry.rule for entry in RULEBOOK.timeline}
    what_ifs = {name for name, rule in RULEBOOK.rules.items() if rule.effective is None}
    assert what_ifs == {"detainer-felonies-only", "detainer-no-minor-traffic", "detainer-pep", "honour-pep"}
    assert not used & what_ifs


def test_oregon_follows_in_the_counted_steps() -> None:
    """3 counties on 16 April 2014, 14 by 21 April, 29 of 36 within two weeks of the ruling, then all."""
    counties = [f"{fips:05d}" for fips in load_geography().counties.fips if fips // 1000 == 41]

    def declining(day: date) -> int:
        answers = [RULEBOOK.in_force("honour", day, fips, "OR") for fips in counties]
        return sum(answer is not None and answer.rule == "honour-none" for answer in answers)

    assert len(counties) == 36
    days = [date(2014, 4, 11), date(2014, 4, 16), date(2014, 4, 17), date(2014, 4, 21), date(2014, 4, 25)]
    assert [declining(day) for day in days] == [0, 3, 9, 14, 29]
    assert declining(date(2014, 5, 12)) == 36


def limiting(day: date) -> int:
    """Return in how many counties not every detainer is honoured on a day."""
    geography = load_geography()
    answers = [
        RULEBOOK.in_force("honour", day, f"{fips:05d}", geography.states[state].postal)
        for fips, state in zip(geography.counties.fips, geography.counties.state, strict=True)
    ]
    return sum(answer is not None and answer.rule != "honour-all" for answer in answers)


def test_refusal_spreads_as_it_did() -> None:
    """A handful of counties by 2012; some 250 to 300 jurisdictions by late 2014, most of them after March.

    Before 2014 about 20 places had a rule: five boroughs, Connecticut's eight counties and single counties. In 2014 California's
    58 counties count for one act, so counties are more than jurisdictions.
    """
    assert limiting(date(2011, 9, 6)) == 1
    assert 10 <= limiting(date(2012, 6, 30)) <= 25
    early, late = limiting(date(2014, 3, 31)), limiting(date(2014, 12, 31))
    assert early < 90
    assert 230 <= late <= 310


def test_prisons_of_states_whose_sheriffs_stopped_go_on() -> None:
    """Oregon's and Colorado's sheriffs run county jails; entries for them name counties, and the states' prisons honour."""
    for entry in RULEBOOK.timeline:
        if entry.rule == "honour-none" and entry.where.kind == "states":
            assert entry.where.members == ("RI",), "one system of jail and prison"


IN_FORCE = (
    ("detainer", date(2010, 6, 29), "48201", "TX", "detainer-2008-levels"),
    ("detainer", date(2010, 6, 30), "48201", "TX", "detainer-2010-priorities"),
    ("detainer", date(2011, 1, 1), "48201", "TX", "detainer-2010-interim"),
    ("detainer", date(2012, 5, 1), "48201", "TX", "detainer-2012-minor-traffic"),
    ("detainer", date(2014, 12, 31), "48201", "TX", "detainer-2012-guidance"),
    ("discretion", date(2011, 6, 16), "48201", "TX", "discretion-none"),
    ("discretion", date(2014, 12, 31), "48201", "TX", "discretion-2011-victims"),
    ("honour", date(2014, 12, 31), "48201", "TX", "honour-all"),
    ("honour", date(2011, 9, 6), "17031", "IL", "honour-all"),
    ("honour", date(2011, 9, 7), "17031", "IL", "honour-none"),
    ("honour", date(2013, 12, 31), "06085", "CA", "honour-none"),
    ("honour", date(2014, 1, 1), "06085", "CA", "honour-none"),
    ("honour", date(2014, 1, 1), "06037", "CA", "honour-trust"),
    ("honour", date(2014, 1, 1), "09001", "CT", "honour-connecticut-trust"),
    ("honour", date(2012, 3, 20), "36061", "NY", "honour-all"),
    ("honour", date(2012, 3, 21), "36061", "NY", "honour-new-york-2011"),
    ("honour", date(2013, 7, 16), "36005", "NY", "honour-new-york-2013"),
    ("honour", date(2014, 12, 14), "36085", "NY", "honour-none"),
    ("honour", date(2014, 12, 14), "36119", "NY", "honour-all"),
    ("honour", date(2012, 12, 31), "06037", "CA", "honour-all"),
    ("honour", date(2013, 1, 1), "06037", "CA", "honour-serious"),
    ("honour", date(2014, 5, 27), "06037", "CA", "honour-trust"),
    ("honour", date(2014, 5, 28), "06037", "CA", "honour-none"),
    ("honour", date(2013, 2, 1), "06075", "CA", "honour-felony-convictions"),
    ("honour", date(2014, 1, 1), "06075", "CA", "honour-district-of-columbia"),
    ("honour", date(2014, 5, 29), "06075", "CA", "honour-none"),
    ("honour", date(2014, 12, 31), "06019", "CA", "honour-trust"),
    ("honour", date(2012, 6, 4), "55079", "WI", "honour-convictions-or-serious-charges"),
    ("honour", date(2013, 8, 13), "22071", "LA", "honour-serious-charge"),
    ("honour", date(2013, 12, 2), "12086", "FL", "honour-all"),
    ("honour", date(2013, 12, 3), "12086", "FL", "honour-none"),
    ("honour", date(2014, 4, 16), "42101", "PA", "honour-none"),
    ("honour", date(2014, 7, 17), "44007", "RI", "honour-none"),
    ("honour", date(2014, 8, 14), "44007", "RI", "honour-orders"),
    ("honour", date(2012, 4, 16), "09001", "CT", "honour-felony-convictions"),
    ("honour", date(2014, 9, 18), "08041", "CO", "honour-none"),
    ("honour", date(2014, 8, 18), "19153", "IA", "honour-none"),
    ("honour", date(2013, 12, 9), "53033", "WA", "honour-all"),
    ("honour", date(2012, 6, 5), "11001", "DC", "honour-district-of-columbia"),
    ("honour", date(2014, 5, 1), "53033", "WA", "honour-king-county"),
    ("honour", date(2014, 9, 5), "53033", "WA", "honour-none"),
    ("honour", date(2014, 4, 30), "53035", "WA", "honour-none"),
    ("honour", date(2014, 5, 1), "08031", "CO", "honour-none"),
    ("honour", date(2014, 5, 1), "08041", "CO", "honour-all"),
)


@pytest.mark.parametrize("expected", IN_FORCE, ids=lambda one: f"{one[0]} {one[1]} {one[2]}")
def test_which_rule_answers_where_and_when(expected: tuple[str, date, str, str, str]) -> None:
    decision, day, county, state, rule = expected
    found = RULEBOOK.in_force(decision, day, county, state)
    assert found is not None
    assert found.rule == rule


def test_a_run_lays_out_the_same_history() -> None:
    """What `in_force` says of a county on a day is what the places of a run have on that day."""
    counties = sorted({county for _, _, county, _, _ in IN_FORCE})
    scenario = load_scenario("baseline").with_(
        **{
            "scope": {"counties": counties},
            "simulate": "alone",
            "period.start": "2005-10-01",
            "period.end": "2014-12-31",
        }
    )
    world = build_world(scenario, 1)
    for decision, day, county, _, rule in IN_FORCE:
        places = world.places.copy()
        for setting in world.settings:
            if setting.field == f"{decision}_rule" and setting.day <= (day - world.clock.start).days:
                places[setting.field][setting.places] = setting.value
        (number,) = places[places["fips"] == int(county)][f"{decision}_rule"]
        assert world.rules[int(number)].id == rule, (decision, day, county)


def test_whom_officers_screen_is_not_on_the_timeline() -> None:
    assert RULEBOOK.in_force("screen", date(2012, 1, 1), "37119", "NC") is None


# ---- marked dates --------------------------------------------------------------------------------------------------------

MARKS = (
    (date(2008, 10, 27), "first counties share prints", NATION, "seen"),
    (date(2010, 6, 30), "priorities memorandum", NATION, "derived"),
    (date(2011, 5, 4), "Illinois asks to leave", ("states", ("IL",)), "seen"),
    (date(2011, 6, 1), "New York asks to leave", ("states", ("NY",)), "seen"),
    (date(2011, 6, 6), "Massachusetts declines to join", ("states", ("MA",)), "assumed"),
    (date(2011, 6, 17), "discretion memorandum", NATION, "derived"),
    (date(2011, 8, 5), "no opting out of sharing", NATION, "seen"),
    (date(2011, 9, 7), "Cook County declines", ("counties", ("17031",)), "seen"),
    (date(2011, 10, 18), "Santa Clara County declines", ("counties", ("06085",)), "seen"),
    (date(2011, 12, 29), "detainers may wait for conviction", NATION, "seen"),
    (date(2012, 3, 21), "New York City limits holds", NEW_YORK_CITY, "recalled"),
    (date(2012, 4, 27), "minor traffic waits for conviction", NATION, "derived"),
    (date(2012, 6, 5), "District of Columbia limits holds", ("states", ("DC",)), "derived"),
    (date(2012, 6, 15), "deferred action for childhood arrivals", NATION, "recalled"),
    (date(2012, 12, 4), "California: detainers are requests", ("states", ("CA",)), "seen"),
    (date(2012, 12, 21), "detainer guidance", NATION, "derived"),
    (date(2012, 12, 31), "task-force agreements end", NATION, "seen"),
    (date(2013, 1, 1), "Los Angeles County limits holds", ("counties", ("06037",)), "derived"),
    (date(2014, 1, 1), "TRUST Acts", ("states", ("CA",)), "derived"),
    (date(2014, 3, 4), "Galarza: detainers are requests", ("states", ("DE", "NJ", "PA")), "seen"),
    (date(2014, 4, 16), "Oregon after Miranda-Olivares", ("counties", ("41005", "41051", "41067")), "seen"),
    (date(2014, 4, 16), "Philadelphia declines", ("counties", ("42101",)), "seen"),
    (date(2014, 4, 30), "Washington and Colorado counties follow", ("counties", ("53035", "53067", "53071")), "seen"),
    (
        date(2014, 5, 28),
        "Los Angeles and San Diego decline",
        ("counties", ("06037", "06053", "06073", "06087")),
        "derived",
    ),
    (date(2014, 11, 20), "end of Secure Communities announced", NATION, "seen"),
)


def test_marked_dates() -> None:
    assert (
        tuple((mark.day, mark.text, (mark.where.kind, mark.where.members), mark.grade) for mark in RULEBOOK.marks)
        == MARKS
    )
    assert all(mark.citation for mark in RULEBOOK.marks)
    galarza = next(mark for mark in RULEBOOK.marks if mark.text.startswith("Galarza"))
    assert galarza.citation == "Galarza v. Szalczyk, 745 F.3d 634 (3d Cir., 4 March 2014)"


# ---- grades in files of one's own ----------------------------------------------------------------------------------------

RULE = """\
rules:
  mine:
    decision: honour
    title: Mine
    any_of: [felony_charge]
    none_of: []
    effective: 2011-01-01
    citation: My ordinance, 1 January 2011
    grade: seen
"""
ENTRY = "timeline:\n  - {decision: honour, rule: mine, from: 2011-01-01, where: nation}\n"

BROKEN: dict[str, tuple[str, int, str, str]] = {
    "no grade": (RULE.replace("    grade: seen\n", ""), 2, "rules.mine.grade", "is missing"),
    "a grade that is none": (RULE.replace("seen", "sure"), 9, "rules.mine.grade", "unknown grade 'sure'"),
    "an entry's grade that is none": (
        RULE + ENTRY.replace("nation}", "nation, grade: sure}"),
        11,
        "timeline.0.grade",
        "unknown grade 'sure'",
    ),
    "a mark's grade that is none": (
        RULE + "marks:\n  - {date: 2011-01-01, text: a, grade: sure}\n",
        11,
        "marks.0.grade",
        "unknown grade 'sure'",
    ),
    "an unknown key of a mark": (
        RULE + "marks:\n  - {date: 2011-01-01, text: a, source: b}\n",
        11,
        "marks.0.source",
        "unknown key",
    ),
    "a mark in no place": (
        RULE + "marks:\n  - {date: 2011-01-01, text: a, where: here}\n",
        11,
        "marks.0.where",
        "expected some places",
    ),
}


@pytest.mark.parametrize("mistake", BROKEN)
def test_a_broken_rulebook_is_refused(mistake: str, tmp_path: Path) -> None:
    text, line, key, message = BROKEN[mistake]
    file = tmp_path / "rulebook.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_rulebook(file)
    assert (caught.value.file, caught.value.line, caught.value.key) == (str(file), line, key)
    assert message in caught.value.message


def test_an_entry_has_its_rules_citation_and_grade_unless_it_brings_its_own(tmp_path: Path) -> None:
    file = tmp_path / "rulebook.yaml"
    file.write_text(RULE + ENTRY, encoding="utf-8")
    (entry,) = load_rulebook(file).timeline
    assert (entry.citation, entry.grade, entry.note) == ("My ordinance, 1 January 2011", "seen", "")
    own = ENTRY.replace("nation}", "nation, citation: A letter, grade: recalled, note: Not read.}")
    file.write_text(RULE + own, encoding="utf-8")
    (entry,) = load_rulebook(file).timeline
    assert (entry.citation, entry.grade, entry.note) == ("A letter", "recalled", "Not read.")
    assert GRADES == ("seen", "derived", "recalled", "assumed")


WHOLE = """rules:
  a:
    decision: honour
    title: All
    any_of: [anyone]
    none_of: []
    effective: 2010-01-01
    citation: a text
    grade: seen
timeline:
"""
MALFORMED = {
    "an entry without a place": (
        WHOLE + "  - {decision: honour, rule: a, from: null}\n",
        11,
        "timeline.0.where: is missing",
    ),
    "an entry without a rule": (
        WHOLE + "  - {decision: honour, from: null, where: nation}\n",
        11,
        "timeline.0.rule: is missing",
    ),
    "a day in words": (WHOLE + "  - {decision: honour, rule: a, from: soon, where: nation}\n", 11, "expected a date"),
    "grounds left out": (WHOLE.replace(" [anyone]", "") + "  []\n", 5, "expected a list of grounds"),
    "rules as a list": ("rules:\n  - a\n", 1, "rules: expected 'key: value' lines, found a list"),
    "a mark without a date": (WHOLE + "  []\nmarks:\n  - {text: then}\n", 13, "marks.0.date: is missing"),
}


@pytest.mark.parametrize(("text", "line", "message"), MALFORMED.values(), ids=MALFORMED.keys())
def test_a_malformed_rulebook_is_refused_with_its_line(tmp_path: Path, text: str, line: int, message: str) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text(text)
    with pytest.raises(InputError) as refused:
        load_rulebook(file)
    assert refused.value.line == line
    assert message in str(refused.value)

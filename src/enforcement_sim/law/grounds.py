"""The grounds: facts about an arrestee on which the period's policies turn, one bit each of a 32-bit word.

A ground says what is true of a person at one moment as far as the agency that asks can know; a rule
(:mod:`enforcement_sim.law.rules`) says which grounds bring a person in and which take the person out.
Only facts belong here: no dates, no places, no decisions.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Ground:
    """One fact about an arrestee.

    Parameters
    ----------
    name
        The word used in rule files.
    definition
        What must be true.
    citation
        The text that makes the fact matter.
    in_profile
        Whether the fact can be read from a ledger profile, so that a published definition may use it.
    """

    name: str
    definition: str
    citation: str
    in_profile: bool = True


GROUNDS: tuple[Ground, ...] = (
    Ground("anyone", "Always true.", "-"),
    Ground("felony_charge", "Booked on a felony charge.", "ICE detainer guidance, 21 Dec 2012"),
    Ground("felony_conviction", "Convicted of a felony, now or before.", "ICE detainer guidance, 21 Dec 2012"),
    Ground("misdemeanour_charge", "Booked on a misdemeanour or an infraction.", "ICE detainer guidance, 21 Dec 2012"),
    Ground(
        "any_conviction",
        "Convicted of any offence, now or before.",
        "ICE, Secure Communities quarterly report to Congress, fiscal 2010",
    ),
    Ground(
        "current_conviction",
        "Convicted in the present case.",
        "ICE, Secure Communities standard operating procedures, 2009",
    ),
    Ground(
        "three_misdemeanours",
        "Three or more misdemeanour convictions before, minor traffic apart.",
        "ICE detainer guidance, 21 Dec 2012",
    ),
    Ground(
        "serious_misdemeanour",
        "Charged with or convicted of a misdemeanour of violence, sexual abuse, driving under the influence, "
        "weapons or drug distribution.",
        "ICE detainer guidance, 21 Dec 2012",
    ),
    Ground(
        "aggravated_or_two_felonies",
        "Convicted of an aggravated felony or of two or more felonies.",
        "ICE policy 10072.1, 30 June 2010 (level 1 offenders)",
    ),
    Ground("minor_traffic_only", "Booked on a minor traffic offence only.", "ICE detainer guidance, 21 Dec 2012"),
    Ground(
        "level_1_offence_2008",
        "Booked on major drug, national-security or violent offences: homicide, rape, robbery, kidnapping, "
        "aggravated assault, drug trafficking.",
        "DHS press release, 12 Nov 2009; ICE Secure Communities plan, 2008",
    ),
    Ground(
        "level_2_offence_2008",
        "Booked on minor drug or property offences: burglary, larceny, fraud.",
        "DHS press release, 12 Nov 2009; ICE Secure Communities plan, 2008",
    ),
    Ground(
        "serious_felony_conviction",
        "Convicted of a serious or violent felony, now or before.",
        "California TRUST Act, AB 4 (2013), Gov. Code 7282.5(a)",
    ),
    Ground(
        "held_to_answer_felony",
        "Booked on a serious or violent felony and held for it by a magistrate.",
        "California TRUST Act, AB 4 (2013), Gov. Code 7282.5(a)(5)",
        in_profile=False,
    ),
    Ground(
        "prior_removal",
        "Removed or returned before and here again.",
        "ICE policy 10072.1, 30 June 2010 (priority 3); 8 USC 1231(a)(5)",
        in_profile=False,
    ),
    Ground(
        "outstanding_order",
        "Under an order of removal that was not carried out.",
        "ICE policy 10072.1, 30 June 2010 (priority 3)",
        in_profile=False,
    ),
    Ground(
        "illegal_entry_conviction",
        "Convicted of illegal entry or reentry.",
        "ICE detainer guidance, 21 Dec 2012; 8 USC 1325, 1326",
        in_profile=False,
    ),
    Ground(
        "security_or_gang",
        "A risk to national security, or a gang member.",
        "ICE policy 10072.1, 30 June 2010 (priority 1)",
        in_profile=False,
    ),
    Ground(
        "registrant_or_warrant",
        "A sex or arson registrant, or the subject of a federal felony warrant.",
        "California TRUST Act, AB 4 (2013), Gov. Code 7282.5(a)(5)-(6)",
        in_profile=False,
    ),
    Ground(
        "immigration_fraud",
        "Knowingly committed immigration fraud.",
        "ICE detainer guidance, 21 Dec 2012",
        in_profile=False,
    ),
    Ground(
        "victim_or_witness",
        "A victim of or witness to a crime in the present case.",
        "ICE policy 10076.1, 17 June 2011 (victims, witnesses and plaintiffs)",
        in_profile=False,
    ),
    Ground(
        "recent_entry", "Entered within three years.", "ICE policy 10072.1, 30 June 2010 (priority 2)", in_profile=False
    ),
    Ground(
        "long_residence",
        "Resident for ten years or more.",
        "ICE policy 10075.1, 17 June 2011 (prosecutorial discretion)",
        in_profile=False,
    ),
    Ground(
        "citizen_family",
        "Has a spouse or child who is a U.S. citizen.",
        "ICE policy 10075.1, 17 June 2011 (prosecutorial discretion)",
        in_profile=False,
    ),
    Ground("unauthorised", "Entered without inspection or overstayed.", "8 USC 1182(a)(6); 8 USC 1227(a)(1)"),
    Ground("citizen", "A citizen of the United States.", "8 CFR 287.7(a) reaches aliens only"),
    Ground(
        "immigration_offence",
        "Booked on an immigration or federal hold.",
        "ICE detainer guidance, 21 Dec 2012 (illegal entry)",
    ),
)

_POSITIONS = {ground.name: position for position, ground in enumerate(GROUNDS)}
PROFILE_GROUNDS = frozenset(ground.name for ground in GROUNDS if ground.in_profile)


def bit(name: str) -> int:
    """Return the bit of one ground.

    Parameters
    ----------
    name
        A ground's name.

    Returns
    -------
    int
        A power of two below 2**32.

    Raises
    ------
    KeyError
        If there is no such ground.

    Examples
    --------
    >>> bit("anyone")
    1
    """
    return 1 << _POSITIONS[name]


def bits(names: tuple[str, ...] | list[str]) -> int:
    """Return the word in which the named grounds are set.

    Examples
    --------
    >>> bits(("anyone", "felony_charge"))
    3
    """
    word = 0
    for name in names:
        word |= bit(name)
    return word

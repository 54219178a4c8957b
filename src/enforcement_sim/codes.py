"""The words the whole package counts in: statuses, offences, programmes, events and hours.

One list a word family, in the order in which arrays are laid out; a position in a list is the number the engine
stores. They stand at the bottom of the house so that the register of parameters, the rules, the engine and the
results cannot disagree about them. Nothing else belongs here.
"""

from __future__ import annotations

STATUSES = (
    "us_born",
    "naturalised",
    "permanent_resident",
    "temporary_lawful",
    "deferred_or_pending",
    "entered_without_inspection",
    "overstay",
)
"""Immigration and citizenship status of an arrestee."""

STATUS_GROUPS = ("citizen", "permanent_resident", "other_lawful", "unauthorised")
"""Statuses as tables group them."""

STATUS_GROUP_OF = (0, 0, 1, 2, 2, 3, 3)
"""Position in ``STATUS_GROUPS`` of each status."""

OFFENCES = (
    "serious_violent",
    "aggravated_assault",
    "simple_assault",
    "sex_offence",
    "weapons",
    "drug_sale",
    "drug_possession",
    "marijuana_possession",
    "burglary_arson",
    "theft_fraud",
    "dui",
    "traffic",
    "public_order",
    "immigration_hold",
)
"""Offence classes: the shortest list that expresses ICE's levels, the 2012 guidance and arrest statistics."""

PRIOR_RECORDS = ("none", "misdemeanour", "three_misdemeanours", "felony", "aggravated_or_two_felonies")
"""The worst that applies of a person's convictions before the present case."""

PROGRAMMES = ("none", "secure_communities", "jail_287g", "criminal_alien_program", "task_force")
"""The programme that first found the person."""

EVENTS = (
    "booked",
    "suppressed",
    "cited",
    "averted",
    "unreported",
    "not_arrested",
    "caused",
    "newly_reported",
    "newly_arrested",
    "rearrested",
    "printed",
    "submitted",
    "matched",
    "missed_in_time",
    "field_arrest",
    "interviewed",
    "identified",
    "also_found",
    "declined_by_ice",
    "detainer_not_sent",
    "detainer_issued",
    "detainer_lifted",
    "detainer_moved",
    "detainer_declined",
    "held",
    "overdetained",
    "detainer_lapsed",
    "released",
    "prison",
    "picked_up_at_release",
    "arrested_at_large",
    "ice_custody",
    "discretion_release",
    "bonded",
    "charged",
    "represented",
    "reinstated",
    "administrative",
    "stipulated",
    "removed",
    "returned",
    "relief",
    "terminated",
    "pending",
)
"""What can happen to a booked person; each is counted when it happens, and a person may reach many."""

SERIOUSNESS = ("other", "priority")
"""Whether a field office counts a person among those it comes for first."""

HOUR_KINDS = ("criminal_case", "induced", "statutory_hold", "past_limit", "prison", "ice_custody")
"""How person-hours are split."""

LEVERS = {
    "sharing": ("as-scheduled", "shared", "not-shared"),
    "screening_point": ("as-agreed", "at-booking", "post-case"),
    "agreement": ("as-agreed", "ended"),
    "task_force": ("as-agreed", "ended", "continued"),
    "agreement_budget": ("as-funded", "cut"),
    "citation": ("as-practised", "cited"),
    "oversight": ("none", "monitored"),
}
"""Levers that are not rules over grounds, with the values each takes. Sharing prints and honouring detainers are two."""

# fmt: off
STATES = (
    "AL", "AK", "AZ", "AR", "CA", "CO", "CT", "DE", "DC", "FL", "GA", "HI", "ID",
    "IL", "IN", "IA", "KS", "KY", "LA", "ME", "MD", "MA", "MI", "MN", "MS", "MO",
    "MT", "NE", "NV", "NH", "NJ", "NM", "NY", "NC", "ND", "OH", "OK", "OR", "PA",
    "RI", "SC", "SD", "TN", "TX", "UT", "VT", "VA", "WA", "WV", "WI", "WY",
)
# fmt: on
"""Postal codes of the fifty states and the District of Columbia."""

LISTS: dict[str, tuple[str, ...]] = {
    "offence": OFFENCES,
    "status": STATUSES,
    "status_group": STATUS_GROUPS,
    "lawful_status": STATUSES[2:5],
    "prior_record": PRIOR_RECORDS,
    "programme": PROGRAMMES,
    "state": STATES,
    "counted_state": ("california", "texas"),
    "detainer_text": ("ranking_2010", "minor_traffic_2012", "only_if_2012"),
    "later_detainer_text": ("minor_traffic_2012", "only_if_2012"),
    "region": ("northeast", "midwest", "southeast", "south_central", "west"),
    "year": tuple(str(year) for year in range(2004, 2015)),
    "half_year": tuple(f"{year}_{half}" for year in range(2006, 2015) for half in ("h1", "h2")),
    "california_year": tuple(str(year) for year in range(2007, 2015)),
    "month": (
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ),
    "weekday": ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
    "day_part": ("night", "day", "evening"),
    "seriousness": SERIOUSNESS,
}
"""The lists a table of the register may run over, by the word written after ``by:``."""

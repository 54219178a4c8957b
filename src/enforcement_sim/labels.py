"""Labels of events, programmes, measures and settings in figures, tables and notebooks, with their units.

Each code (such as ``detainer_issued``) has one label, the same in every figure, table and notebook. An unknown name is
spelt out rather than rejected, because a scenario may sweep any parameter.
"""

from __future__ import annotations

from ast import literal_eval
from collections import ChainMap
from collections.abc import Iterable, Mapping, Sequence
from math import inf
from numbers import Real
from typing import Any

from enforcement_sim.law.adherence import rules_followed
from enforcement_sim.parameters.register import load_register

PROGRAMMES = {
    "secure_communities": "Secure Communities",
    "jail_287g": "287(g) in jails",
    "criminal_alien_program": "Criminal Alien Program",
    "task_force": "287(g) task forces",
    "none": "No programme",
}

EVENTS = {
    "booked": "Booked",
    "not_drawn": "No such booking",
    "suppressed": "Not booked: away",
    "cited": "Not booked: cited",
    "averted": "Not booked: offence averted",
    "unreported": "Not booked: not reported",
    "not_arrested": "Not booked: not arrested",
    "caused": "Booked: offence caused",
    "newly_reported": "Booked: newly reported",
    "newly_arrested": "Booked: newly arrested",
    "rearrested": "Booked again after a detainer",
    "printed": "Fingerprinted",
    "submitted": "Prints submitted to DHS",
    "matched": "Matched in DHS records",
    "missed_in_time": "Left before the answer",
    "field_arrest": "Arrested in the field",
    "interviewed": "Interviewed",
    "identified": "Found removable",
    "also_found": "Found by a second programme",
    "declined_by_ice": "Detainer not authorised by ICE",
    "detainer_not_sent": "Detainer not sent: the jail would decline",
    "detainer_issued": "Detainer issued",
    "detainer_lifted": "Detainer lifted",
    "detainer_moved": "Detainer moved",
    "detainer_declined": "Detainer declined by jail",
    "held": "Held on the detainer",
    "overdetained": "Held past the limit",
    "detainer_lapsed": "Detainer lapsed",
    "released": "Released",
    "prison": "Sent to prison",
    "picked_up_at_release": "Picked up at release, without a hold",
    "arrested_at_large": "Arrested at large after release",
    "ice_custody": "Taken into ICE custody",
    "discretion_release": "Released by ICE in discretion",
    "bonded": "Released on bond",
    "charged": "Charged in immigration court",
    "represented": "Represented by counsel",
    "reinstated": "Earlier removal reinstated",
    "administrative": "Administrative removal",
    "stipulated": "Stipulated order",
    "removed": "Removed",
    "returned": "Returned",
    "relief": "Granted relief",
    "terminated": "Case terminated",
    "pending": "Pending at the end",
}

HOUR_KINDS = {
    "criminal_case": "Criminal case",
    "induced": "Induced by the detainer",
    "statutory_hold": "Statutory hold",
    "past_limit": "Past the limit",
    "prison": "State prison",
    "ice_custody": "ICE custody",
}

OUTCOMES = {
    "not_booked": "Not booked",
    "never_found": "Never found",
    "found_no_detainer": "Found, no detainer",
    "lifted": "Detainer lifted",
    "declined": "Declined by jail",
    "lapsed": "Hold lapsed",
    "removed": "Removed",
    "returned": "Returned",
    "relief": "Granted relief",
    "terminated": "Case terminated",
    "discretion_release": "Discretion of ICE",
    "pending_prison": "Waiting in prison",
    "pending": "Pending at the end",
}

CHANGES = {
    "outcome": "Another end",
    "path": "The same end by another way",
    "hours": "Only at other hours",
}

STATUS_GROUPS = {
    "citizen": "Citizens",
    "permanent_resident": "Permanent residents",
    "other_lawful": "Other lawful",
    "unauthorised": "Unauthorised",
}

OFFENCES = {
    "dui": "driving under the influence",
    "drug_sale": "sale of drugs",
    "drug_possession": "possession of drugs",
    "marijuana_possession": "possession of marijuana",
    "burglary_arson": "burglary or arson",
    "theft_fraud": "theft or fraud",
    "traffic": "traffic, no licence",
}

# The fourteen offence classes drawn as seven groups, because more colours could not be distinguished.
OFFENCE_GROUPS = {
    "serious_violent": "violence, weapons",
    "aggravated_assault": "violence, weapons",
    "simple_assault": "violence, weapons",
    "sex_offence": "violence, weapons",
    "weapons": "violence, weapons",
    "drug_sale": "drugs",
    "drug_possession": "drugs",
    "marijuana_possession": "drugs",
    "burglary_arson": "property",
    "theft_fraud": "property",
    "dui": "driving under the influence",
    "traffic": "traffic, no licence",
    "public_order": "public order, other",
    "immigration_hold": "immigration hold",
}

# Measures by the part of their name before the point: label and unit.
_MEASURES = {
    "no_conviction_share": ("Without conviction", "share"),
    "level_1_share": ("Level 1", "share"),
    "traffic_share": ("Traffic, no licence", "share"),
    "serious_violent_share": ("Serious violence", "share"),
    "match_share": ("Matched, of submitted", "share"),
    "custody_per_detainer": ("ICE custody, of detainers", "share"),
    "removed_per_custody": ("Removed, of ICE custody", "share"),
    "detainers_on_citizens": ("Detainers on citizens", "people"),
    "held_citizens": ("Citizens held on a detainer", "people"),
    "let_go_without_hold": ("Left jail or prison without a hold", "people"),
    "jail_inmates": ("People in jail on an average day", "people"),
    "prisoners": ("People in state prison on an average day", "people"),
    "recorded_events": ("Bookings", "bookings"),
    "true_events": ("Offences as history would have booked them", "offences"),
}
# Families of measures by the part of their name before the point: unit, and a suffix of the label.
_FAMILIES = {
    "hours": ("hours", "all hours"),
    "person_days": ("person-days", "in total"),
    "days_per_detainer": ("days per detainer", "days"),
    "dollars": ("dollars", "before refunds and rents"),
    "case_refunds": ("dollars", "repaid for criminal cases"),
}
COUNTED = {
    "removed": "people removed",
    "ice_custody": "people taken into ICE custody",
    "detainer_issued": "detainers issued",
    "net_cost.county": "the net cost to counties",
}
"""Labels of measures as a sentence on a number writes them."""
_PAYERS = {"county": "Counties", "state": "States", "federal": "Federal side"}
NET_COST = {
    "county": "Net cost to counties",
    "state": "Net cost to states",
    "federal": "Net cost to the federal side",
}
"""The one headline cost, by payer."""
BRIDGE = {
    "county": {
        "jail_days": "jail days that detainers add",
        "officers": "287(g) officers",
        "rented_days": "days in beds that ICE rents",
        "refunds": "refunds for the added days",
        "rents": "rents that ICE pays",
    },
    "federal": {
        "pickups": "pick-ups",
        "own_beds": "days in ICE's own beds",
        "rents": "rents paid to counties",
        "refunds": "refunds paid to counties",
    },
}
"""The lines that add up to a payer's net cost."""
ABOUT_NET_COST = (
    "Net cost: jail days that detainers add, days in rented beds and 287(g) officers, less refunds and rents. The criminal "
    "case and what is repaid for it are in no part of it."
)
ABOUT_DETAINERS = (
    "Detainers issued, and days per detainer: people in jails and in state prisons. Tables of jail cost count those in "
    "jails only."
)

# Short labels, used before the name of a programme.
_SHORT_EVENTS = {"ice_custody": "ICE custody", "detainer_issued": "Detainers"}

_SETTINGS = {
    "detainer.hold_hours": ("Hold limit", "hours"),
    "honour-all": "every detainer honoured",
    "honour-none": "no detainer honoured",
    "honour-trust": "TRUST-type refusal",
    "screen-universal": "universal screening",
    "screen-targeted": "targeted screening",
    "at-booking": "screened at booking",
    "post-case": "screened after the case",
    "as-scheduled": "as scheduled",
    "not-shared": "prints not shared",
    "shared": "prints shared",
    "honour-connecticut-trust": "Connecticut TRUST Act",
    "honour-serious": "felonies and serious misdemeanours honoured",
    "honour-orders": "orders of removal honoured",
    "detainer-2008-levels": "levels of 2008",
    "detainer-2010-priorities": "priorities of 2010",
    "detainer-2012-guidance": "guidance of 2012",
    "detainer-felonies-only": "felony convictions",
    "continued": "task forces continued",
    "in-force": "agreement in force",
    "as-agreed": "as agreed",
    "ended": "ended",
    "as-funded": "as funded",
    "cut": "budget cut",
    "as-practised": "booked as in history",
    "cited": "cited where the law allows",
    "monitored": "monitored",
    "detainer-pep": "Priority Enforcement (later)",
    "strictly": "followed strictly",
    "as_history": "followed as in history",
}

# Numbers that encode a choice, by address.
_NUMBERED = {
    "institutions.review_measure": ("no review", "detainers", "Level 1 or 2", "cost", "removals"),
    "screening.triage_on_weekends": ("working days", "every day"),
}

_DECISIONS = {
    "detainer": "Rule for issuing",
    "honour": "Who is held",
    "screen": "Whom officers screen",
    "discretion": "Discretion",
    "sharing": "Sharing of prints",
    "screening_point": "Point of screening",
    "agreement": "Agreements",
    "task_force": "Task forces",
    "agreement_budget": "Budget of agreements",
    "citation": "Minor charges",
    "oversight": "Monitoring",
}


DEFINITIONS = {
    "ice-levels-2010": "ICE levels 2010",
    "ice-levels-2008": "ICE levels 2008",
    "agreement-levels-2009": "287(g) levels 2009",
    "mpi-2011": "MPI 2011: minor",
    "trac-at-issue": "TRAC, at issue",
    "trac-later": "TRAC, later file",
    "charged-or-convicted-2008": "Not charged (to 2008)",
    "serious-violent-convicted": "Not serious, convicted",
    "serious-violent-charged": "Not serious, charged",
    "minor-only": "Minor or none",
    "no-conviction-ever": "No conviction ever",
    "no-conviction-current": "No conviction now",
    "charge": "Immigration hold only",
}
"""Label of the people whom each definition's headline counts, short enough for the head of a column."""


def decision(name: str) -> str:
    """Return the label of a decision."""
    return _DECISIONS.get(name, spelt_out(name).capitalize())


def spelt_out(name: str) -> str:
    """Return a code as words: ``level_1`` becomes ``level 1``."""
    return name.replace("_", " ").replace("-", " ")


def programme(name: str) -> str:
    """Return the label of a programme."""
    return PROGRAMMES.get(name, spelt_out(name))


def event(name: str) -> str:
    """Return the label of an event."""
    return EVENTS.get(name, spelt_out(name).capitalize())


def offence(name: str) -> str:
    """Return the label of an offence class."""
    return OFFENCES.get(name, spelt_out(name))


def outcome(name: str) -> str:
    """Return the label of a booking's outcome."""
    return OUTCOMES.get(name, spelt_out(name).capitalize())


def category(name: str) -> str:
    """Return the label of a category of a published definition, or of a group of offence classes."""
    words = spelt_out(name)
    return words[:1].upper() + words[1:]


def definition(name: str) -> str:
    """Return the label of a definition's headline."""
    return DEFINITIONS.get(name, category(name))


def measure(name: str) -> tuple[str, str]:
    """Return the label and the unit of a measure, such as ``removed.jail_287g``."""
    head, _, tail = name.partition(".")
    if head == "net_cost":
        return NET_COST[tail], "dollars"
    if head == "bridge":
        payer, _, line = tail.partition(".")
        return f"{_PAYERS[payer]}, {BRIDGE[payer][line]}", "dollars"
    if head in _FAMILIES:
        unit, what = _FAMILIES[head]
        return f"{(HOUR_KINDS | _PAYERS).get(tail, spelt_out(tail).capitalize())}, {what}", unit
    label, unit = _MEASURES.get(head, (_SHORT_EVENTS.get(head, event(head)) if tail else event(head), "people"))
    if head.endswith("_share") and head not in _MEASURES:
        label, unit = spelt_out(head.removesuffix("_share")).capitalize(), "share"
    for part in filter(None, tail.split(".")):
        if part in PROGRAMMES:
            label = f"{label}, {PROGRAMMES[part]}"
        elif unit == "share":
            label = f"{label}, of {event(part)[:1].lower()}{event(part)[1:]}"
        else:
            label = f"{label}, {spelt_out(part)}"
    return label, unit


def bounds(name: str) -> tuple[float, float]:
    """Return the lowest and highest possible level of a measure, at which intervals are cut.

    Examples
    --------
    >>> bounds("removed"), bounds("level_1_share.removed"), bounds("net_cost.county"), bounds("bridge.county.rents")
    ((0.0, inf), (0.0, 1.0), (-inf, inf), (-inf, 0.0))
    """
    if name == "net_cost.county":
        return -inf, inf
    if name in ("bridge.county.refunds", "bridge.county.rents"):  # received, so never above zero
        return -inf, 0.0
    return 0.0, 1.0 if measure(name)[1] == "share" else inf


def bounds_of_difference(name: str) -> tuple[float, float]:
    """Return the lowest and highest possible difference of a measure: two shares differ by a hundred points at most.

    Examples
    --------
    >>> bounds_of_difference("level_1_share.removed"), bounds_of_difference("removed")
    ((-1.0, 1.0), (-inf, inf))
    """
    return (-1.0, 1.0) if measure(name)[1] == "share" else (-inf, inf)


def setting(address: str, decisions: dict[str, str] | None = None) -> str:
    """Return the axis label of a swept address, with its unit if it has one.

    ``decisions`` maps the name of a change to its decision, so that ``changes.refusal.rule`` is labelled by its decision
    instead of by its name.
    """
    known = _SETTINGS.get(address)
    if isinstance(known, tuple):
        return f"{known[0]} ({known[1]})"
    parts = address.split(".")
    if parts[0] == "changes" and len(parts) == 3:
        name = _DECISIONS.get((decisions or {}).get(parts[1], ""), spelt_out(parts[1]).capitalize())
        if parts[2] == "rule":
            return name
        return f"{name}, {spelt_out(parts[2])}"
    name = ", ".join(spelt_out(part) for part in parts).capitalize()
    parameter = load_register().get(address)
    return f"{name} ({parameter.unit})" if parameter is not None and address not in _NUMBERED else name


def setting_value(address: str, value: Any) -> str:
    """Return the label of a swept value, short enough for a legend."""
    known = _SETTINGS.get(str(value))
    if isinstance(known, str):
        return known
    if address.startswith("changes.") and address.endswith(".followed"):
        # Tables of a sweep hold the shares as text.
        shares = literal_eval(value) if isinstance(value, str) else value
        return f"followed for {100 * shares['covered']:g}% of covered, {100 * shares['not_covered']:g}% of others"
    if address in _NUMBERED and isinstance(value, (int, float)):
        return _NUMBERED[address][int(value)]
    parameter = load_register().get(address)
    if parameter is not None and parameter.unit == "hours":
        return f"{value:g} h" if isinstance(value, (int, float)) else f"{value} h"
    if isinstance(value, float):
        return f"{value:g}"
    return spelt_out(str(value)) if not str(value)[:1].isdigit() else str(value)


def settings_in_words(settings: Mapping[str, Any]) -> str:
    """Return swept values separated by commas; if several are numbers, each with its name.

    Examples
    --------
    >>> settings_in_words({"detainer.hold_hours": 96, "changes.no.rule": "honour-none"})
    '96 h, no detainer honoured'
    >>> settings_in_words({"screening.response_hours_median": 1, "screening.triage_hours_median": 0.5})
    'response hours median 1 h, triage hours median 0.5 h'
    """
    numbers = [address for address, value in settings.items() if isinstance(value, Real) and address not in _NUMBERED]
    named = {address: f"{spelt_out(address.rpartition('.')[2])} " for address in numbers} if len(numbers) > 1 else {}
    return ", ".join(f"{named.get(address, '')}{setting_value(address, value)}" for address, value in settings.items())


def named_settings(settings: Mapping[str, Any]) -> str:
    """Return swept values separated by commas, each number with its name.

    Examples
    --------
    >>> named_settings({"detainer.hold_hours": 96, "changes.no.rule": "honour-none"})
    'hold limit 96 h, no detainer honoured'
    """
    found = []
    for address, value in settings.items():
        numeric = isinstance(value, Real) and not isinstance(value, bool) and address not in _NUMBERED
        name = setting(address).partition(" (")[0] if numeric else ""
        found.append(f"{name[:1].lower()}{name[1:]} {setting_value(address, value)}".strip())
    return ", ".join(found)


def called(names: Sequence[str], titles: Sequence[str]) -> list[str]:
    """Return what readers call scenarios: their titles, or their names where titles do not tell the scenarios apart.

    Examples
    --------
    >>> called(["baseline", "trust-act"], ["History, as it was", "TRUST Acts"])
    ['History, as it was', 'TRUST Acts']
    >>> called(["baseline", "longer"], ["History, as it was", "History, as it was"])
    ['baseline', 'longer']
    """
    apart = all(titles) and len({*titles}) == len({*names})
    return list(titles if apart else names)


def rules_in_words(scenarios: Iterable[Mapping[str, Any]]) -> str:
    """Return the rules that resolved scenarios lay over history, and how closely they are followed, as sentences.

    Examples
    --------
    >>> rules_in_words([{"changes": {"no": {"decision": "honour", "rule": "honour-none"}}}])
    'Who is held (no detainer honoured): followed exactly.'
    """
    defaults = load_register().defaults()
    stated = []
    for plain in scenarios:
        changes = plain.get("changes") or {}
        listed = list(changes.values()) if isinstance(changes, Mapping) else changes
        stated.append((listed, ChainMap(plain.get("parameters") or {}, defaults)))
    groups: dict[tuple[str, str], list[str]] = {}
    for found in rules_followed(stated):
        groups.setdefault((found.rule.decision, found.words), []).append(setting_value("", found.rule.id))
    return " ".join(f"{decision(name)} ({', '.join(rules)}): {followed}." for (name, followed), rules in groups.items())

"""Decisions and their rules in a few words, for lists, bars and sentences of the page."""

from __future__ import annotations

from enforcement_sim import labels
from enforcement_sim.law.rules import load_rulebook

DECISION_LABELS = {
    "honour": "Who is held",
    "agreement": "287(g) agreements",
    "sharing": "Sharing of prints",
    "detainer": "Guidance on detainers",
    "screen": "Universal or targeted",
    "screening_point": "Point of screening",
    "discretion": "Discretion of ICE",
    "task_force": "Task forces",
    "agreement_budget": "Budget of 287(g)",
    "citation": "Minor charges",
    "oversight": "Monitoring",
}
"""Label of each decision, in the order of the controls."""
FOLLOWS_HISTORY = ("as-scheduled", "as-agreed", "as-funded", "as-practised", "none")
RULE_LABELS = {
    "honour-pep": "orders of removal; of others notice",
    "honour-new-york-2011": "New York City's rule of 2011",
    "honour-new-york-2013": "New York City's rule of 2013",
    "honour-district-of-columbia": "the District of Columbia's rule",
    "honour-king-county": "King County's rule",
    "honour-felony-convictions": "felony convictions, orders, gangs honoured",
    "honour-convictions-or-serious-charges": "convictions or serious charges honoured",
    "honour-serious-charge": "gravest felonies alone honoured",
    "honour-serious-felonies-orders-gangs": "serious felonies, orders, gangs honoured",
    "detainer-2010-interim": "interim policy of 2010",
    "detainer-2012-minor-traffic": "2012, minor traffic after conviction",
    "detainer-no-minor-traffic": "nobody for minor traffic alone",
    "discretion-none": "nobody singled out for release",
    "discretion-2011": "memorandum of 2011",
    "discretion-2011-victims": "memoranda of 2011, with victims",
    "discretion-2012-childhood-arrivals": "2012, with childhood arrivals",
}
"""Rules whose names say too little on a page."""


def rule_label(decision: str, rule: str) -> str:
    """Return a rule or setting in a few words.

    Examples
    --------
    >>> rule_label("honour", "honour-none"), rule_label("sharing", "as-scheduled"), rule_label("honour", "honour-king-county")
    ('no detainer honoured', 'as in history', "King County's rule")
    """
    if rule in FOLLOWS_HISTORY:
        return "as in history"
    return RULE_LABELS.get(rule) or labels.setting_value(f"changes.{decision}.rule", rule)


def rule_title(rule: str) -> str:
    """Return what a rule says, as a sentence without its full stop; empty for a lever, which has no text.

    Examples
    --------
    >>> rule_title("honour-none"), rule_title("ended")
    ('The jail declines every detainer', '')
    """
    found = load_rulebook().rules.get(rule)
    return "" if found is None else found.title

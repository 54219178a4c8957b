"""Whether ICE still asks for a person when they could leave, and who would bring them: 287(g) officers or the field office.

Asked at the end of a stay in jail or prison, whether the jail then holds the person or not.
"""

from __future__ import annotations

from enforcement_sim.process.calendar import has_priority
from enforcement_sim.process.counts import Programme, has_found
from enforcement_sim.process.decisions import Decision, decide, share
from enforcement_sim.process.jit import part


@part
def is_lifted(w, p):
    """Whether ICE has lifted the detainer by the time the person could leave."""
    citizen = 1 if p.status.citizen else 0
    return decide(w, p, Decision.LIFTED, share(w, Decision.LIFTED, citizen), citizen)


@part
def is_wanted(w, p):
    """Whether the field office chooses to come for the person at all."""
    if has_priority(p.row):
        return decide(w, p, Decision.WANTED, p.place.wanted_priority, 1)
    return decide(w, p, Decision.WANTED, p.place.wanted_other)


@part
def is_handed_over(w, p):
    """Whether 287(g) officers of the place, who know the person, take them to ICE themselves."""
    taken = share(w, Decision.HANDED_OVER)
    if taken <= 0.0 or p.place.officer_share <= 0.0 or not has_found(p, Programme.JAIL_287G):
        return False
    return decide(w, p, Decision.HANDED_OVER, taken)

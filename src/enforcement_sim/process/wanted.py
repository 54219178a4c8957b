"""Whether ICE still asks for a person when they could leave, and whether the field office would come for them.

Asked at the end of a stay in jail or prison, whether the jail then holds the person or not.
"""

from __future__ import annotations

from enforcement_sim.process.calendar import has_priority
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

"""Person-hours by facility and cause, counted when a person leaves a stay.

The time in jail is split into what the criminal case took and what a detainer added to it; a hold into what the law
allows and what lies past the limit; prison and ICE custody stand apart.
"""

from __future__ import annotations

from enforcement_sim.process.counts import HourKind, add_hours
from enforcement_sim.process.jit import part
from enforcement_sim.process.person import Stage

__all__ = ["spend_hours"]


@part
def spend_hours(w, p, left):
    """Count the hours of the stay that ends at the hour ``left``."""
    since, stage = p.row.since, p.row.stage
    bound = min(p.row.bound, left)
    if stage == Stage.JAIL:
        add_hours(w, p, since, bound, HourKind.CRIMINAL_CASE)
        add_hours(w, p, bound, left, HourKind.INDUCED)
    elif stage == Stage.HELD:
        add_hours(w, p, since, bound, HourKind.STATUTORY_HOLD)
        add_hours(w, p, bound, left, HourKind.PAST_LIMIT)
    elif stage == Stage.PRISON:
        add_hours(w, p, since, left, HourKind.PRISON)
    elif stage == Stage.CUSTODY:
        add_hours(w, p, since, left, HourKind.ICE_CUSTODY)

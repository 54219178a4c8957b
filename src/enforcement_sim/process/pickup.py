"""Pick-up: a crew takes a held person into ICE custody, if a crew and a bed are free."""

from __future__ import annotations

from enforcement_sim.process.calendar import next_shift
from enforcement_sim.process.deciding import note
from enforcement_sim.process.decisions import Decision
from enforcement_sim.process.immigration_court import take_into_custody
from enforcement_sim.process.jit import part
from enforcement_sim.process.person import Bit
from enforcement_sim.process.person_hours import spend_hours

__all__ = ["try_pickup"]


@part
def try_pickup(w, p):
    """A crew is due: it takes the person, or comes again at the next shift."""
    office = w.offices[p.place.office]
    crew, bed = office.pickups_left > 0, office.in_custody < office.beds_today
    if not note(w, p, Decision.CREW, crew and bed, 1 if crew else 0):
        p.row.call = next_shift(w)
        return
    if not p.row.bits & Bit.KEPT:
        note(w, p, Decision.HOLD_CLOCK, False)
    office.pickups_left -= 1
    p.place.inmates -= 1
    spend_hours(w, p, p.row.due)
    take_into_custody(w, p)

"""Responses and local practice: whether a booking that history has comes about, and which ones are added.

Citation instead of booking, offences averted or caused, victims who report less or more, and arrests for minor traffic that
follow local practice. Without any of them every booking of history comes about, and none is added.
"""

from __future__ import annotations

from enforcement_sim.codes import OFFENCES
from enforcement_sim.process.counts import Event, Programme, count_outside
from enforcement_sim.process.decisions import Decision, decide, note, share
from enforcement_sim.process.jit import part
from enforcement_sim.process.person import Bit
from enforcement_sim.process.rng import Draw, uniform
from enforcement_sim.process.tables import NONCITIZEN_FROM

TRAFFIC = OFFENCES.index("traffic")


@part
def _arrest_change(w, place):
    """Relative change in non-citizens' bookings for minor traffic here, by practice, avoidance or local effort."""
    return place.arrest_change + (share(w, Decision.ARRESTED) if place.sharing else 0.0)


@part
def _responses(w, place):
    """Relative changes in offences committed and in victims' reports here: none where prints are not shared."""
    if place.sharing:
        return share(w, Decision.CRIME), share(w, Decision.REPORTED)
    return 0.0, 0.0


@part
def rate_of_added(w, place):
    """How many bookings responses may add, for each booking that is expected."""
    crime, reporting = _responses(w, place)
    return max(0.0, crime) + max(0.0, reporting) + max(0.0, _arrest_change(w, place))


@part
def _is_minor_traffic(row):
    """Whether this is a non-citizen's booking for minor traffic, which follows local arrest practice."""
    return row.status >= NONCITIZEN_FROM and row.offence == TRAFFIC and not row.bits & Bit.FELONY


@part
def _not_booked(w, p):
    """The event by which a booking that history has does not come about; -1 if it does."""
    felony = (p.row.bits & Bit.FELONY) != 0
    if p.place.cites and not felony and decide(w, p, Decision.CITED, p.offence.citable_share):
        return Event.CITED.value
    crime, reporting = _responses(w, p.place)
    if crime < 0.0 and decide(w, p, Decision.CRIME, -crime):
        return Event.AVERTED.value
    if p.offence.has_victim and reporting < 0.0 and decide(w, p, Decision.REPORTED, -reporting):
        return Event.UNREPORTED.value
    change = _arrest_change(w, p.place)
    if _is_minor_traffic(p.row) and change < 0.0 and decide(w, p, Decision.ARRESTED, -change):
        return Event.NOT_ARRESTED.value
    return -1


@part
def _added_as(w, p):
    """The event as which a booking that history does not have comes about; -1 if it does not."""
    crime, reporting = _responses(w, p.place)
    crime, reporting = max(0.0, crime), max(0.0, reporting)
    drawn = uniform(p.stream, Draw.ADDED) * rate_of_added(w, p.place)
    if drawn < crime:
        return Event.CAUSED.value
    if drawn < crime + reporting:
        return Event.NEWLY_REPORTED.value if p.offence.has_victim else -1
    return Event.NEWLY_ARRESTED.value if _is_minor_traffic(p.row) else -1


@part
def comes_about(w, p, by_response):
    """Whether responses, citation and local practice leave the booking, or make it."""
    if by_response:
        event = _added_as(w, p)
        if note(w, p, Decision.ADDED, event >= 0):
            w.events[p.row.place, event, Programme.NONE] += 1
        return event >= 0
    event = _not_booked(w, p)
    if event >= 0:
        count_outside(w, p, event)
    return event < 0


@part
def is_any(w, place):
    """Whether anything here could keep a booking out, or add one."""
    crime, reporting = _responses(w, place)
    return place.cites != 0 or _arrest_change(w, place) != 0.0 or crime != 0.0 or reporting != 0.0

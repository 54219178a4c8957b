"""The hold, told: whom the field office wants, when a crew arrives and is free, and when the clock runs out.

Follows ``docs/process.md``, "In jail", passes (c) to (e). The hour of the pick-up is the record's, because crews and beds
are everybody's; for every hour at which the person was not picked up, what was missing is counted again.
"""

from __future__ import annotations

from enforcement_sim.custody.case import scaled
from enforcement_sim.custody.clock import HOURS_A_DAY, hold_expiry
from enforcement_sim.custody.detainer import PRIORITY
from enforcement_sim.custody.reasons import SERVED, Reason
from enforcement_sim.custody.teller import NEVER, Teller
from enforcement_sim.custody.told_custody import tell_custody, tell_pending

__all__ = ["is_wanted", "next_shift", "tell_hold"]


def next_shift(teller: Teller, hour: int) -> int:
    """Return the hour of the next day at which what was put off is tried again."""
    return (hour // HOURS_A_DAY + 1) * HOURS_A_DAY + int(teller.lives.values["institutions.shift_begins"])


def is_wanted(teller: Teller, hour: int) -> bool:
    """Ask whether the field office comes for the person at all."""
    return teller.ask("wanted", hour, "priority" if teller.grounds & PRIORITY else "other")


def tell_hold(teller: Teller, hour: int) -> None:
    """Tell a hold from its first hour to the crew, or to the end of the clock."""
    teller.event("held", hour)
    clock, values = teller.lives.clock, teller.lives.values
    limit = int(values["detainer.hold_hours"])
    runs_out = int(hold_expiry(hour, limit, clock.hold_counted, clock.hold_hour_at))
    crew = _arrival(teller, hour)
    taken = teller.lives.at_jail(teller.key, "ice_custody")
    crew, met = _tries(teller, crew, taken, runs_out)
    if met:
        teller.write(Reason("hold_clock", hour, False, since=hour, until=runs_out, hours=limit))
        tell_custody(teller, taken)
        return
    if teller.at_end(runs_out):
        tell_pending(teller)
        return
    teller.write(Reason("hold_clock", runs_out, True, since=hour, until=runs_out, hours=limit))
    if not teller.ask("kept", runs_out):
        teller.event("detainer_lapsed", runs_out)
        return
    teller.event("overdetained", runs_out)
    kept_until = runs_out + teller.lasts("kept_time", runs_out)
    crew, met = _tries(teller, crew, taken, kept_until)
    if met:
        tell_custody(teller, taken)
    elif teller.at_end(kept_until):
        tell_pending(teller)
    else:
        teller.event("detainer_lapsed", kept_until)


def _arrival(teller: Teller, hour: int) -> int:
    """Return the hour at which a crew first arrives; -1 if nobody is sent."""
    if not is_wanted(teller, hour):
        return NEVER
    if teller.sentenced and teller.ask("noticed", hour):
        return hour
    delay = int(scaled(teller.lasts("delay", hour), float(teller.place(hour)["delay_factor"])))
    teller.until(hour + delay)
    return hour + delay


def _tries(teller: Teller, crew: int, taken: int, last: int) -> tuple[int, bool]:
    """Tell every hour up to ``last`` at which a crew was there; returns the next try, and whether the crew was met."""
    tries = []
    while 0 <= crew <= last and crew != taken and not teller.at_end(crew):
        made, able = teller.lives.crews(int(teller.place(crew)["office"]), crew)
        tries.append((crew, "crew" if made >= able else "bed"))
        crew = next_shift(teller, crew)
    met = 0 <= crew <= last and crew == taken
    if met:
        tries.append((crew, SERVED))
    if tries:
        first, final = tries[0][0], tries[-1][0]
        teller.write(Reason("crew", first, met, since=first, until=final, tries=tuple(tries)))
    elif crew >= 0:
        teller.write(Reason("crew", last, False, note="it was not due before the hold ended"))
    return crew, met

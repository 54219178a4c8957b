"""Refusal leaks: a jail that holds against its rule, ICE at the door, and arrests at large after a release without a hold.

A jail may decline a detainer, or ICE may not send one because the jail would. What is then left of custody has three ways:
the jail holds the person all the same; ICE knows the hour of the release and meets the person at the door; or the person is
found at large, weeks or months later. Each has its own shares for people whom the field office comes for first and for others.
"""

from __future__ import annotations

from enforcement_sim.process.calendar import has_priority, next_shift
from enforcement_sim.process.counts import Event, count
from enforcement_sim.process.decisions import Decision, decide, duration, note, share
from enforcement_sim.process.immigration_court import take_into_custody
from enforcement_sim.process.jit import part
from enforcement_sim.process.person import Bit, Stage
from enforcement_sim.process.person_state import StateFlag, is_away, note_flag
from enforcement_sim.process.wanted import is_lifted, is_wanted


@part
def _seriousness(p):
    """Case of the shares of this module: 1 for whom the field office comes first, 0 for others."""
    return 1 if has_priority(p.row) else 0


@part
def holds_all_the_same(w, p):
    """Whether a jail whose rule says no holds the person."""
    case = _seriousness(p)
    held = share(w, Decision.NONCOMPLIANCE, case)
    return held > 0.0 and decide(w, p, Decision.NONCOMPLIANCE, held, case)


@part
def let_go_without_hold(w, p):
    """The jail has let go someone for whom ICE asked, or would have. Returns whether the person's way ends here."""
    case = _seriousness(p)
    notified = share(w, Decision.NOTIFIED, case)
    if (notified > 0.0 or share(w, Decision.SOUGHT, case) > 0.0) and _still_asked_for(w, p) and is_wanted(w, p):
        if notified > 0.0 and decide(w, p, Decision.NOTIFIED, notified, case):
            _stay_at_large(p, p.row.due)
            return False
        return not _is_sought(w, p, case)
    _note_let_go(w, p)
    return True


@part
def _still_asked_for(w, p):
    """Whether ICE has not given up on someone without a detainer; of one with a detainer the jail's door has asked."""
    return not (p.row.bits & Bit.NOT_SENT and is_lifted(w, p))


@part
def _note_let_go(w, p):
    """Remember that a detainer has ended at the door; where none was sent, none has."""
    if p.row.bits & Bit.DETAINER:
        note_flag(w, p, StateFlag.LET_GO.value)


@part
def _stay_at_large(p, until):
    """Out of jail until ICE comes; at the door that is the hour of the release."""
    row = p.row
    row.stage, row.since, row.until, row.bound = Stage.AT_LARGE, row.due, until, -1


@part
def _is_sought(w, p, case):
    """Whether ICE will find the person later; until then they are let go."""
    _note_let_go(w, p)
    sought = share(w, Decision.SOUGHT, case)
    if sought > 0.0 and decide(w, p, Decision.SOUGHT, sought, case):
        _stay_at_large(p, p.row.due + duration(w, p, Decision.AT_LARGE_TIME, p.row.due))
        return True
    return False


@part
def try_arrest(w, p):
    """ICE is at the door, or has found someone at large. Returns whether the person's way ends here."""
    if p.row.since == p.row.due:
        return _meet_at_the_door(w, p)
    if is_away(w, p):
        note(w, p, Decision.ELSEWHERE, True)
        return True
    office = w.offices[p.place.office]
    if note(w, p, Decision.AT_LARGE_BED, office.in_custody < office.beds_today):
        count(w, p, Event.ARRESTED_AT_LARGE)
        take_into_custody(w, p)
    else:
        p.row.until = next_shift(w)
    return False


@part
def _meet_at_the_door(w, p):
    """A crew takes the person at the door, or they are gone; returns whether their way ends here."""
    office = w.offices[p.place.office]
    crew, bed = office.pickups_left > 0, office.in_custody < office.beds_today
    if note(w, p, Decision.AT_THE_DOOR, crew and bed, 1 if crew else 0):
        office.pickups_left -= 1
        count(w, p, Event.PICKED_UP_AT_RELEASE)
        take_into_custody(w, p)
        return False
    return not _is_sought(w, p, _seriousness(p))

"""The end of a life, told: which way a person goes through ICE custody, how long it takes, and how it ends.

Follows ``docs/process.md``, "Prison, custody, docket".
"""

from __future__ import annotations

from enforcement_sim.custody.case import scaled
from enforcement_sim.custody.reasons import Reason
from enforcement_sim.custody.records import Duration
from enforcement_sim.custody.removal import PERMANENT_RESIDENT
from enforcement_sim.custody.teller import Teller
from enforcement_sim.law.grounds import bits
from enforcement_sim.vocabulary import STATUSES

__all__ = ["tell_custody", "tell_pending"]

_REINSTATED = bits(["prior_removal", "outstanding_order"])
_ADMINISTRATIVE = bits(["aggravated_or_two_felonies"])
_MANDATORY = bits(["felony_conviction"])
_OUT = ("removed", "returned")


def tell_custody(teller: Teller, hour: int) -> None:
    """Tell ICE custody from its first hour to the end of the case."""
    teller.event("ice_custody", hour)
    outcome, row, case_ends = _route(teller, hour)
    custody_ends = hour + teller.lasts("custody_time", hour, row)
    if 0 <= case_ends <= custody_ends:
        case_ends = custody_ends + 1  # a case that goes on outside ends after custody, not before
    ends = max(custody_ends, case_ends)
    if teller.at_end(ends):
        tell_pending(teller)
        return
    teller.event(outcome, ends)
    if outcome in _OUT:
        back = teller.ask("reentry", ends)
        until = ends + teller.lasts("reentry_time", ends) if back else None
        teller.write(Reason("gone", ends, True, since=ends, until=until))


def tell_pending(teller: Teller) -> None:
    """Tell the end of the period for someone who is still on the way; only who has a detainer is counted."""
    if teller.detainer:
        end = teller.lives.clock.hours
        teller.write(Reason("period_end", end, True))
        teller.event("pending", end)


def _route(teller: Teller, hour: int) -> tuple[str, Duration, int]:
    """Return how it will end, the row of the time in custody, and when a case outside ends (-1 for none)."""
    if not teller.removable(hour):
        soon = teller.ask("lawful_release", hour)
        return "terminated", (Duration.CUSTODY_SHORT if soon else Duration.CUSTODY_CASE), -1
    if teller.ask("discretion", hour):
        return "discretion_release", Duration.CUSTODY_SHORT, -1
    if _fact(teller, "reinstatement", hour, _REINSTATED):
        teller.event("reinstated", hour)
        return "removed", Duration.CUSTODY_SHORT, -1
    resident = teller.facts is not None and STATUSES.index(teller.facts.status) == PERMANENT_RESIDENT
    if not resident and teller.grounds & _ADMINISTRATIVE and teller.ask("administrative", hour):
        teller.event("administrative", hour)
        return "removed", Duration.CUSTODY_SHORT, -1
    if teller.ask("return", hour):
        return "returned", Duration.CUSTODY_SHORT, -1
    return _charge(teller, hour)


def _charge(teller: Teller, hour: int) -> tuple[str, Duration, int]:
    """Tell a case before a judge; returns what :func:`_route` returns."""
    teller.event("charged", hour)
    mandatory = _fact(teller, "mandatory", hour, _MANDATORY)
    detained = mandatory or teller.ask("detained", hour)
    bonded = False
    if detained and not mandatory:
        early = teller.ask("counsel_early", hour)
        bonded = teller.ask("bond", hour, "early" if early else "")
    throughout = detained and not bonded
    if bonded:
        teller.event("bonded", hour)
    where = "detained" if throughout else "released"
    counsel = teller.ask("counsel", hour, where)
    if counsel:
        teller.event("represented", hour)
    case_ends = -1
    if not throughout:
        docket = teller.lasts("docket_time", hour)
        if counsel:
            docket = int(scaled(docket, teller.lives.values["custody.counsel_docket_ratio"]))
        case_ends = hour + docket
        teller.until(case_ends)
    elif not counsel and teller.ask("stipulated", hour):
        teller.event("stipulated", hour)
        return "removed", Duration.CUSTODY_SHORT, -1
    row = Duration.CUSTODY_CASE if throughout else (Duration.BOND if bonded else Duration.CUSTODY_SHORT)
    if teller.ask("case_outcome", hour, f"{where}_counsel" if counsel else where):
        return "removed", row, case_ends
    return ("relief" if teller.ask("relief", hour) else "terminated"), row, case_ends


def _fact(teller: Teller, decision: str, hour: int, grounds: int) -> bool:
    true = bool(teller.grounds & grounds)
    teller.write(Reason(decision, hour, true))
    return true

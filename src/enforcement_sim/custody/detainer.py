"""The detainer: issued or not, what it does to the case, and what the jail does when the person could leave.

A detainer is a request to hold for up to 48 hours beyond release. It also costs some people the release on bond that
they would have had: that induced stay is kept apart from the hold in every table. When the person could leave, ICE
may have lifted it, the jail's own rule may decline it, or the hold begins and the clock runs.
"""

from __future__ import annotations

from enforcement_sim.custody.case import draw_duration, plan_held, scaled
from enforcement_sim.custody.clock import hold_expiry
from enforcement_sim.custody.compiled import compiled
from enforcement_sim.custody.draws import Purpose, uniform
from enforcement_sim.custody.ledger import Event, count_person, first_programme
from enforcement_sim.custody.records import Bit, Duration, Stage
from enforcement_sim.law.grounds import bits

__all__ = ["PRIORITY", "begin_hold", "consider_detainer", "covered", "is_lifted", "is_wanted", "keep_past_limit"]

DETAINER_DECISION = 0
"""Position of ``detainer`` among the decisions of the rulebook."""
PRIORITY = bits(["felony_conviction", "felony_charge", "prior_removal", "outstanding_order"])
"""Grounds by which a field office comes for someone first."""


@compiled
def covered(rule, grounds):
    """A rule's verdict: at least one ground that brings in, none that takes out."""
    return (grounds & rule.any_of) != 0 and (grounds & rule.none_of) == 0


@compiled
def has_priority(p):
    """Whether the field office counts the person among those it comes for first."""
    return (p.grounds & PRIORITY) != 0


@compiled
def consider_detainer(
    p, luck, proposed, place, offence, status, rules, parameters, durations, events, log, verdicts, month,
):  # fmt: skip
    """Issue a detainer if the rule in force, followed as closely as it is, says so.

    ``proposed`` says that local officers propose it, so that ICE must authorise it.
    """
    follows = place.issue_not_covered
    if covered(rules[place.detainer_rule], p.grounds):
        follows = place.issue_covered
    if uniform(luck, Purpose.ISSUE) >= follows:
        return
    if proposed and uniform(luck, Purpose.AUTHORISED) >= parameters.jail_287g_authorised_share:
        count_person(p, status.group, Event.DECLINED_BY_ICE, events, log)
        return
    p.bits |= Bit.DETAINER
    count_person(p, status.group, Event.DETAINER_ISSUED, events, log)
    if place.reported:
        for r in range(rules.shape[0]):
            if rules[r].decision == DETAINER_DECISION and covered(rules[r], p.grounds):
                verdicts[month, first_programme(p), r] += 1
    # Bail is lost because release would lead to a hold, so only where the jail would honour the detainer.
    would_hold = covered(rules[place.honour_rule], p.grounds)
    lost_bail = would_hold and uniform(luck, Purpose.BAIL) < parameters.detainer_bail_denied_share
    if p.stage == Stage.JAIL and p.bits & Bit.PRETRIAL and lost_bail:
        wait, disposition, outcome = plan_held(luck, (p.bits & Bit.FELONY) != 0, offence, parameters, durations)
        if p.booked + wait > p.release:
            p.release = p.booked + wait
            p.disposition = p.booked + disposition if disposition >= 0 else -1
            p.bits = (p.bits & ~Bit.PRETRIAL) | outcome


@compiled
def is_lifted(luck, status, parameters):
    """Whether ICE has lifted the detainer by the time the person could leave."""
    share = parameters.detainer_lifted_share_citizen if status.citizen else parameters.detainer_lifted_share
    return uniform(luck, Purpose.LIFTED) < share


@compiled
def is_wanted(p, luck, place):
    """Whether the field office chooses to come for the person at all."""
    share = place.wanted_priority if has_priority(p) else place.wanted_other
    return uniform(luck, Purpose.WANTED) < share


@compiled
def begin_hold(p, luck, now, place, status, parameters, durations, hold_counted, hold_hour_at, events, log):
    """Start the clock of the hold, and send for a crew if the person is wanted."""
    p.stage = Stage.HELD
    p.release = now
    p.visit = -1
    p.expiry = hold_expiry(now, int(parameters.detainer_hold_hours), hold_counted, hold_hour_at)
    p.arrival = -1
    count_person(p, status.group, Event.HELD, events, log)
    if is_wanted(p, luck, place):
        if p.bits & Bit.SENTENCED and uniform(luck, Purpose.NOTICE) < parameters.pickup_notice_share:
            p.arrival = now
        else:
            delay = draw_duration(luck, Purpose.DELAY_TIME, Duration.DELAY, durations)
            p.arrival = now + scaled(delay, place.delay_factor)


@compiled
def keep_past_limit(p, luck, place, status, parameters, durations, events, log):
    """At the end of the clock: whether the jail keeps the person on, and if so until when."""
    share = parameters.hold_past_limit_share
    if place.oversight:
        share *= 1.0 - parameters.institutions_oversight_past_limit_reduction
    if p.bits & Bit.KEPT or uniform(luck, Purpose.KEPT_PAST_LIMIT) >= share:
        return False
    p.bits |= Bit.KEPT
    p.visit = p.expiry + draw_duration(luck, Purpose.PAST_LIMIT_TIME, Duration.PAST_LIMIT, durations)
    count_person(p, status.group, Event.OVERDETAINED, events, log)
    return True

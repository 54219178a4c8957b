"""The detainer: issued or not, and what it does to the criminal case.

A detainer is a request to hold for up to 48 hours beyond release. Where the jail would decline it, ICE may not send it. It
also costs some people the release on bond that they would have had: that induced stay is kept apart from the hold in every
table.
"""

from __future__ import annotations

from enforcement_sim.process.case import plan_held
from enforcement_sim.process.counts import Event, Programme, count
from enforcement_sim.process.decisions import Decision, covered, decide, note, share, verdict
from enforcement_sim.process.jit import inlined, part
from enforcement_sim.process.person import Bit, Stage

DETAINER_DECISION = 0
"""Position of ``detainer`` among the decisions of the rulebook."""
NOT_COVERED, COVERED, PROPOSED = 0, 1, 2
"""Cases of the share that gets a detainer; the last of people covered for whom 287(g) officers seek it by their own lights."""


@part
def consider_detainer(w, p, programme):
    """Issue a detainer if the rule in force, followed as closely as it is, says so.

    Local officers propose theirs, so that ICE must authorise them.
    """
    if not _is_sought(w, p, programme):
        return
    if is_proposed_by(programme) and not decide(w, p, Decision.AUTHORISED, share(w, Decision.AUTHORISED)):
        count(w, p, Event.DECLINED_BY_ICE)
        return
    if p.row.stage == Stage.JAIL and _is_not_sent(w, p):
        return
    p.row.bits = (p.row.bits & ~Bit.NOT_SENT) | Bit.DETAINER
    count(w, p, Event.DETAINER_ISSUED)
    if p.place.reported:
        for r in range(w.rules.shape[0]):
            if w.rules[r].decision == DETAINER_DECISION and covered(w.rules[r], p.row.grounds):
                w.verdicts[w.today[0].month, p.row.first, r] += 1
    if p.row.stage == Stage.JAIL and p.row.bits & Bit.PRETRIAL:
        _lose_bail(w, p)


@inlined
def is_proposed_by(programme):
    """Whether detainers of a programme are proposed by local officers."""
    return programme == Programme.JAIL_287G or programme == Programme.TASK_FORCE


@part
def _is_sought(w, p, programme):
    """Whether a detainer is sought: by ICE's officers, or by 287(g) officers who draft every paper themselves."""
    if not verdict(w, p, Decision.DETAINER, p.place.detainer_rule):
        return decide(w, p, Decision.ISSUE, p.place.issue_not_covered, NOT_COVERED)
    if programme == Programme.JAIL_287G and w.parameters[0].jail_287g_officers_propose:
        return decide(w, p, Decision.ISSUE, share(w, Decision.ISSUE, PROPOSED), PROPOSED)
    return decide(w, p, Decision.ISSUE, p.place.issue_covered, COVERED)


@part
def _is_not_sent(w, p):
    """Whether ICE sends no detainer because the jail would decline it; counted once a person."""
    unsent = share(w, Decision.UNSENT)
    if unsent <= 0.0 or verdict(w, p, Decision.HONOUR_EXPECTED, p.place.honour_rule):
        return False
    if not decide(w, p, Decision.UNSENT, unsent):
        return False
    if not p.row.bits & Bit.NOT_SENT:
        p.row.bits |= Bit.NOT_SENT
        count(w, p, Event.DETAINER_NOT_SENT)
    return True


@part
def _lose_bail(w, p):
    """Plan the case anew if bail is lost: because release would lead to a hold, so only where the jail would honour."""
    if not verdict(w, p, Decision.WOULD_HONOUR, p.place.honour_rule):
        return
    if not decide(w, p, Decision.BAIL, p.place.bail_denied_share):
        return
    row = p.row
    wait, disposition, outcome = plan_held(w, p, (row.bits & Bit.FELONY) != 0)
    if note(w, p, Decision.LONGER, row.booked + wait > row.until):
        row.until = row.booked + wait
        row.court = row.booked + disposition if disposition >= 0 else -1
        row.bits = (row.bits & ~Bit.PRETRIAL) | outcome

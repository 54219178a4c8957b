"""Screening: what a programme learns when it reaches someone who is still in jail.

Secure Communities knows only people in IDENT; officers who interview also find people whom DHS has never met; the
Criminal Alien Program visits some jails and most prisons. Whoever is first to identify a person as removable is the
programme to which everything that follows is attributed. Whether a detainer follows is decided in ``detainer``.
"""

from __future__ import annotations

from enforcement_sim.process.counts import Event, Programme, count, count_under, has_found, note_found
from enforcement_sim.process.decisions import Decision, decide, share, verdict
from enforcement_sim.process.detainer import consider_detainer
from enforcement_sim.process.jit import part, stage
from enforcement_sim.process.person import Bit

_BY_CONVICTION = Bit.CONVICTED | Bit.FELONY


@part
def is_removable(w, p):
    """Whether the law would allow the removal of this person now: as they stand, or by a felony conviction."""
    if decide(w, p, Decision.REMOVABLE, p.status.removable):
        return True
    return (p.row.bits & _BY_CONVICTION) == _BY_CONVICTION and decide(
        w, p, Decision.REMOVABLE_IF_FELONY, p.status.removable_if_felony
    )


@part
def _is_recognised(w, p, programme):
    """Whether the programme takes the person for removable: rightly, or a citizen by mistake."""
    if p.status.citizen:
        mistakes = share(w, Decision.MISTAKE)
        if p.place.oversight:
            mistakes *= 1.0 - w.parameters[0].institutions_oversight_mistake_reduction
        return decide(w, p, Decision.MISTAKE, mistakes)
    if not is_removable(w, p):
        return False
    if programme == Programme.JAIL_287G:
        return decide(w, p, Decision.DETECTED_BY_OFFICER, share(w, Decision.DETECTED_BY_OFFICER))
    if programme == Programme.TASK_FORCE:
        return decide(w, p, Decision.DETECTED_IN_FIELD, share(w, Decision.DETECTED_IN_FIELD))
    if programme == Programme.CRIMINAL_ALIEN_PROGRAM:
        return decide(w, p, Decision.DETECTED_ON_VISIT, share(w, Decision.DETECTED_ON_VISIT))
    return True


@part
def _also_found(w, p, programme):
    """Count, once for each programme, that it found someone whom another had found before."""
    if not has_found(p, programme):
        note_found(p, programme)
        count_under(w, p, Event.ALSO_FOUND, programme)


@stage
def find(w, p, programme):
    """Let a programme reach a person who has no detainer yet."""
    if not _is_recognised(w, p, programme):
        return
    if p.row.bits & Bit.IDENTIFIED:
        _also_found(w, p, programme)
    else:
        p.row.bits |= Bit.IDENTIFIED
        note_found(p, programme)
        count(w, p, Event.IDENTIFIED)
    if programme == Programme.JAIL_287G and not verdict(w, p, Decision.SCREEN, p.place.screen_rule):
        return
    consider_detainer(w, p, programme == Programme.JAIL_287G or programme == Programme.TASK_FORCE)


@stage
def reach(w, p, programme):
    """Secure Communities or a visit reaches a person in jail; one with a detainer is only found again."""
    if not p.row.bits & Bit.DETAINER:
        find(w, p, programme)
    elif _is_recognised(w, p, programme):
        _also_found(w, p, programme)

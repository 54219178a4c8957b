"""Screening: what a programme learns when it reaches someone who is still in jail.

Secure Communities knows only people in IDENT; officers who interview also find people whom DHS has never met; the
Criminal Alien Program visits some jails and most prisons. Whoever is first to identify a person as removable is the
programme to which everything that follows is attributed. On whom its own programmes identify, ICE acts as its effort of
the month allows; whether a detainer follows is decided in ``detainer``.
"""

from __future__ import annotations

import numpy as np

from enforcement_sim.law.grounds import bits
from enforcement_sim.process.counts import Event, Programme, count, count_under, has_found, note_found
from enforcement_sim.process.decisions import Decision, decide, share, verdict, with_odds
from enforcement_sim.process.detainer import consider_detainer, is_proposed_by
from enforcement_sim.process.jit import part, stage
from enforcement_sim.process.person import Bit

_BY_CONVICTION = Bit.CONVICTED | Bit.FELONY
_PAST_THE_GATE = np.uint32(bits(("level_1_offence_2008", "aggravated_or_two_felonies")))
"""Charged with an offence of level 1 of the plan of 2008, or convicted of what counted as much: acted upon from the first day."""


@part
def is_screened(w, p):
    """Whether 287(g) officers of the place process the person: by its screening rule, or outside it."""
    if verdict(w, p, Decision.SCREEN, p.place.screen_rule):
        return True
    outside = share(w, Decision.OUTSIDE_RULE)
    return outside > 0.0 and decide(w, p, Decision.OUTSIDE_RULE, outside)


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


@part
def _ice_acts(w, p, programme):
    """Whether ICE acts on somebody whom one of its own programmes identified; where nobody is left alone nothing is drawn."""
    gate, acted = w.today[0].gate_share, p.place.acted_share
    gated = programme == Programme.SECURE_COMMUNITIES and gate < 1.0 and not p.row.grounds & _PAST_THE_GATE
    if gated and not decide(w, p, Decision.EARLY_GATE, gate):
        return False
    return acted >= 1.0 or decide(w, p, Decision.EFFORT, with_odds(acted, p.place.presence_odds))


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
    if is_proposed_by(programme) or _ice_acts(w, p, programme):
        consider_detainer(w, p, programme)


@stage
def reach(w, p, programme):
    """A programme reaches a person who may have a detainer; whoever has one is only found again."""
    if not p.row.bits & Bit.DETAINER:
        find(w, p, programme)
    elif _is_recognised(w, p, programme):
        _also_found(w, p, programme)

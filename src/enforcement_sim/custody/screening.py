"""Finding people: what a programme learns when it reaches someone who is still in jail.

Secure Communities knows only people in IDENT; officers who interview also find people whom DHS has never met; the
Criminal Alien Program visits some jails and most prisons. Whoever is first to identify a person as removable is the
programme to which everything that follows is attributed. Whether a detainer follows is decided in ``detainer``.
"""

from __future__ import annotations

from enforcement_sim.custody.compiled import compiled
from enforcement_sim.custody.detainer import consider_detainer, covered
from enforcement_sim.custody.draws import Purpose, uniform
from enforcement_sim.custody.ledger import Event, Programme, count_person, count_under, has_found, note_found
from enforcement_sim.custody.records import Bit

__all__ = ["count_also_found", "find", "is_recognised", "is_removable"]


@compiled
def is_removable(p, luck, status):
    """Whether the law would allow the removal of this person now: as they stand, or by a felony conviction."""
    if uniform(luck, Purpose.REMOVABLE) < status.removable:
        return True
    by_conviction = Bit.CONVICTED | Bit.FELONY
    return (p.bits & by_conviction) == by_conviction and (
        uniform(luck, Purpose.REMOVABLE_IF_FELONY) < status.removable_if_felony
    )


@compiled
def is_recognised(p, luck, programme, place, status, parameters):
    """Whether the programme takes the person for removable: rightly, or a citizen by mistake."""
    if status.citizen:
        mistakes = parameters.screening_mistake_share
        if place.oversight:
            mistakes *= 1.0 - parameters.institutions_oversight_mistake_reduction
        return uniform(luck, Purpose.MISTAKE) < mistakes
    if not is_removable(p, luck, status):
        return False
    if programme == Programme.JAIL_287G:
        return uniform(luck, Purpose.DETECTED_BY_OFFICER) < parameters.screening_interview_detects_share
    if programme == Programme.TASK_FORCE:
        return uniform(luck, Purpose.DETECTED_IN_FIELD) < parameters.screening_interview_detects_share
    if programme == Programme.CRIMINAL_ALIEN_PROGRAM:
        return uniform(luck, Purpose.DETECTED_ON_VISIT) < parameters.screening_interview_detects_share
    return True


@compiled
def count_also_found(p, programme, status, events, log):
    """Count, once for each programme, that it found someone whom another had found before."""
    if not has_found(p, programme):
        note_found(p, programme)
        count_under(p, status.group, Event.ALSO_FOUND, programme, events, log)


@compiled
def find(
    p, luck, programme, now, place, offence, status, rules, parameters, durations, events, log, verdicts, month,
):  # fmt: skip
    """Let a programme reach a person who has no detainer yet."""
    if not is_recognised(p, luck, programme, place, status, parameters):
        return
    if not p.bits & Bit.IDENTIFIED:
        p.bits |= Bit.IDENTIFIED
        note_found(p, programme)
        count_person(p, status.group, Event.IDENTIFIED, events, log)
    else:
        count_also_found(p, programme, status, events, log)
    if programme == Programme.JAIL_287G and not covered(rules[place.screen_rule], p.grounds):
        return
    proposed = programme == Programme.JAIL_287G or programme == Programme.TASK_FORCE
    consider_detainer(
        p, luck, proposed, place, offence, status, rules, parameters, durations, events, log, verdicts, month
    )

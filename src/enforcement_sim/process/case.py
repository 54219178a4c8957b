"""The criminal case: how and when a jail would let a person go, and whether a conviction falls before that.

Local justice runs here as it would without any detainer. Two paths: released before disposition (on recognisance or
bond), or held to disposition, which ends in dismissal, time served, a jail sentence or prison. A conviction is
recorded only for people still held when it falls: what happens to a case after release on bond is not seen by the jail.
"""

from __future__ import annotations

import math

import numpy as np

from enforcement_sim.law.grounds import bit
from enforcement_sim.process.clock import HOURS_A_DAY
from enforcement_sim.process.decisions import Decision, decide, duration, share
from enforcement_sim.process.jit import part
from enforcement_sim.process.person import Bit

_FELONY_CONVICTION = np.uint32(bit("felony_conviction"))
_TWO_FELONIES = np.uint32(bit("aggravated_or_two_felonies"))


@part
def scaled(hours, factor):
    """A duration times a factor, to the nearest hour, at least one."""
    return max(1, math.floor(hours * factor + 0.5))


@part
def plan_held(w, p, felony):
    """Plan the case of someone held to disposition.

    Returns
    -------
    release : int
        Hours from booking until the jail would let go, or move the person to prison.
    disposition : int
        Hours from booking until the conviction falls; -1 without one.
    bits : int
        ``TO_PRISON`` and ``SENTENCED`` where they apply.
    """
    booked, grade = p.row.booked, 1 if felony else 0
    longest = int(w.parameters[0].case_longest_stay_days) * HOURS_A_DAY
    wait = min(duration(w, p, Decision.DISPOSITION_TIME, booked, grade), longest)
    if not decide(w, p, Decision.CONVICTED, share(w, Decision.CONVICTED, grade), grade):
        return wait, -1, 0
    if felony and decide(w, p, Decision.PRISON, p.offence.prison_share):
        return wait, wait, Bit.TO_PRISON.value
    if not decide(w, p, Decision.JAIL, share(w, Decision.JAIL)):
        return wait, wait, 0
    sentence = duration(w, p, Decision.SENTENCE_TIME, booked + wait, grade)
    return min(wait + sentence, longest), wait, Bit.SENTENCED.value


@part
def plan_release(w, p, felony):
    """Plan a case as it runs without a detainer; returns what :func:`plan_held` returns, ``PRETRIAL`` possible."""
    released, grade = p.offence.release_misdemeanour, 0
    if felony:
        released, grade = p.offence.release_felony, 1
    if decide(w, p, Decision.RELEASE_PATH, released, grade):
        longest = int(w.parameters[0].case_longest_release_days) * HOURS_A_DAY
        wait = duration(w, p, Decision.RELEASE_TIME, p.row.booked, grade)
        return min(wait, longest), -1, Bit.PRETRIAL.value
    return plan_held(w, p, felony)


@part
def convict_when_due(p):
    """Record the conviction of someone held until it fell."""
    row = p.row
    if row.court >= 0 and row.due >= row.court and not row.bits & Bit.CONVICTED:
        row.bits |= Bit.CONVICTED
        if row.bits & Bit.FELONY:
            if row.grounds & _FELONY_CONVICTION:
                row.grounds |= _TWO_FELONIES
            row.grounds |= p.offence.felony_conviction_grounds
        else:
            row.grounds |= p.offence.misdemeanour_conviction_grounds

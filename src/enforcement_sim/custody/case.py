"""The criminal case: how and when a jail would let a person go, and whether a conviction falls before that.

Local justice runs here as it would without any detainer. Two paths: released before disposition (on recognisance or
bond), or held to disposition, which ends in dismissal, time served, a jail sentence or prison. A conviction is
recorded only for people still held when it falls: what happens to a case after release on bond is not seen by the jail.
"""

from __future__ import annotations

import math

import numpy as np

from enforcement_sim.custody.compiled import compiled
from enforcement_sim.custody.draws import Purpose, uniform
from enforcement_sim.custody.records import QUANTILES, Bit, Duration
from enforcement_sim.law.grounds import bit

__all__ = ["convict_when_due", "draw_duration", "plan_held", "plan_release", "scaled"]

HOURS_A_DAY = 24
_FELONY_CONVICTION = np.uint32(bit("felony_conviction"))
_TWO_FELONIES = np.uint32(bit("aggravated_or_two_felonies"))


@compiled
def draw_duration(luck, purpose, row, durations):
    """Hours of a duration: the quantile in which the draw falls."""
    return durations[row, int(uniform(luck, purpose) * QUANTILES)]


@compiled
def scaled(hours, factor):
    """A duration times a factor, to the nearest hour, at least one."""
    return max(1, math.floor(hours * factor + 0.5))


@compiled
def plan_held(luck, felony, offence, parameters, durations):
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
    longest = int(parameters.case_longest_stay_days) * HOURS_A_DAY
    if felony:
        wait = draw_duration(luck, Purpose.DISPOSITION_TIME, Duration.DISPOSITION_FELONY, durations)
        convicted = uniform(luck, Purpose.CONVICTED) < parameters.case_conviction_share_felony
    else:
        wait = draw_duration(luck, Purpose.DISPOSITION_TIME, Duration.DISPOSITION_MISDEMEANOUR, durations)
        convicted = uniform(luck, Purpose.CONVICTED) < parameters.case_conviction_share_misdemeanour
    wait = min(wait, longest)
    if not convicted:
        return wait, -1, 0
    if felony and uniform(luck, Purpose.PRISON) < offence.prison_share:
        return wait, wait, Bit.TO_PRISON.value
    if uniform(luck, Purpose.JAIL) >= parameters.case_jail_share:
        return wait, wait, 0
    row = Duration.JAIL_FELONY if felony else Duration.JAIL_MISDEMEANOUR
    sentence = draw_duration(luck, Purpose.SENTENCE_TIME, row, durations)
    return min(wait + sentence, longest), wait, Bit.SENTENCED.value


@compiled
def plan_release(luck, felony, offence, parameters, durations):
    """Plan a case as it runs without a detainer; returns what :func:`plan_held` returns, ``PRETRIAL`` possible."""
    share = offence.release_felony if felony else offence.release_misdemeanour
    if uniform(luck, Purpose.RELEASE_PATH) < share:
        row = Duration.RELEASE_FELONY if felony else Duration.RELEASE_MISDEMEANOUR
        wait = draw_duration(luck, Purpose.RELEASE_TIME, row, durations)
        return min(wait, int(parameters.case_longest_release_days) * HOURS_A_DAY), -1, Bit.PRETRIAL.value
    return plan_held(luck, felony, offence, parameters, durations)


@compiled
def convict_when_due(p, now, offence):
    """Record the conviction of someone held until it fell."""
    if p.disposition >= 0 and now >= p.disposition and not p.bits & Bit.CONVICTED:
        p.bits |= Bit.CONVICTED
        if p.bits & Bit.FELONY:
            if p.grounds & _FELONY_CONVICTION:
                p.grounds |= _TWO_FELONIES
            p.grounds |= offence.felony_conviction_grounds
        else:
            p.grounds |= offence.misdemeanour_conviction_grounds

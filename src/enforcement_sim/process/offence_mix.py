"""What people are booked for: the offence class by cumulative shares, and a place's own share of traffic among non-citizens.

A place has one number, the share of the class traffic in its non-citizens' bookings. All other classes keep their shares among
themselves: a draw below the place's traffic, or above it, is stretched to where it would lie with the nation's share.
"""

from __future__ import annotations

from enforcement_sim.codes import OFFENCES
from enforcement_sim.process.jit import inlined, part
from enforcement_sim.process.rng import Draw, uniform

TRAFFIC = OFFENCES.index("traffic")
IS_TRAFFIC = -1.0
"""Stands for a draw that falls on traffic."""


@inlined
def as_in_nation(draw, below, share, here):
    """A draw moved to where it lies with the nation's share of traffic in place of the share here.

    ``below`` is the nation's cumulative share of the classes before traffic. Returns `IS_TRAFFIC` where the draw falls on it.
    """
    stretch = (1.0 - share) / (1.0 - here)
    below_here = below / stretch
    if draw < below_here:
        return draw * stretch
    if draw < below_here + here:
        return IS_TRAFFIC
    return below + share + (draw - below_here - here) * stretch


@part
def draw_offence(w, stream, citizen, place):
    """Position of the offence class of a booking, by the shares of citizens or of non-citizens at the place."""
    draw = uniform(stream, Draw.OFFENCE)
    o = 0
    if citizen:
        while o < w.offences.shape[0] - 1 and draw >= w.offences[o].citizen_cdf:
            o += 1
        return o
    below = w.offences[TRAFFIC - 1].noncitizen_cdf
    share = w.offences[TRAFFIC].noncitizen_cdf - below
    if place.traffic_share != share:
        draw = as_in_nation(draw, below, share, place.traffic_share)
        if draw == IS_TRAFFIC:
            return TRAFFIC
    while o < w.offences.shape[0] - 1 and draw >= w.offences[o].noncitizen_cdf:
        o += 1
    return o


@part
def draw_prisoner_offence(w, stream, place):
    """Position of the offence class of a prisoner of earlier years, from the place's bookings of non-citizens."""
    draw = uniform(stream, Draw.OFFENCE)
    before = w.offences[TRAFFIC - 1].noncitizen_cdf
    booked = w.offences[TRAFFIC].noncitizen_cdf - before
    if place.traffic_share != booked:
        below = w.offences[TRAFFIC - 1].prisoner_cdf
        share = w.offences[TRAFFIC].prisoner_cdf - below
        here = share * (place.traffic_share / booked) / place.prisoner_ratio
        draw = as_in_nation(draw, below, share, here)
        if draw == IS_TRAFFIC:
            return TRAFFIC
    o = 0
    while o < w.offences.shape[0] - 1 and draw >= w.offences[o].prisoner_cdf:
        o += 1
    return o

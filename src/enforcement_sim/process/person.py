"""A person in the engine's hands: one row of 64 bytes, in which every field means one thing.

Times are hours since the run began; -1 is "never". A stay is what the person is in at the moment: the jail, a hold, prison,
ICE custody, or outside: while the immigration court has the case, or at large after a release without a hold.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np

ARRESTEE = np.dtype(
    [
        ("key", "u8"),
        ("grounds", "u4"),
        ("due", "i4"),  # when something happens next; while it happens, now
        ("booked", "i4"),
        ("since", "i4"),  # when the stay began
        ("until", "i4"),  # when the stay ends, as far as is known
        ("bound", "i4"),  # up to when the stay has its first cause: in jail the criminal case, in a hold the detainer
        ("court", "i4"),  # when a court decides: on a conviction, or from ICE custody on the immigration court
        ("answer", "i4"),  # when Secure Communities' answer has been decided on
        ("call", "i4"),  # when a 287(g) officer means to interview, or in a hold when a crew means to come
        ("visit", "i4"),  # when the Criminal Alien Program means to visit
        ("bits", "u2"),
        ("place", "u2"),
        ("home", "u2"),  # the county in whose pool the person is
        ("status", "u1"),
        ("offence", "u1"),
        ("record", "u1"),  # the prior record
        ("stage", "u1"),
        ("first", "u1"),  # the programme that found the person first
        ("found", "u1"),  # a bit for each programme that has found the person
        ("outcome", "u1"),  # how ICE custody or the case after it ends
        ("spare", "u1", (3,)),
    ]
)
assert ARRESTEE.itemsize == 64


class Stage(IntEnum):
    """Where a person is. ``NOWHERE`` marks a free row."""

    NOWHERE = 0
    JAIL = 1
    HELD = 2
    PRISON = 3
    CUSTODY = 4
    DOCKET = 5
    AT_LARGE = 6  # let go without a hold, and ICE is at the door or will find the person


class Bit(IntEnum):
    """Facts of a booking, one bit each."""

    FELONY = 1
    CONVICTED = 2  # in the present case
    DETAINER = 4
    TO_PRISON = 8  # the present case will end in prison
    SENTENCED = 16  # the release date is known in advance
    KEPT = 32  # kept past the limit of the hold
    IDENTIFIED = 64
    PRETRIAL = 128  # will be released before disposition
    NOT_SENT = 256  # ICE sent no detainer, because the jail would decline it
    HANDED_OVER = 512  # 287(g) officers take the person to ICE when the jail would let go


class Outcome(IntEnum):
    """How ICE custody or the case after it ends."""

    NONE = 0
    DISCRETION = 1
    REMOVED = 2
    RETURNED = 3
    RELIEF = 4
    TERMINATED = 5

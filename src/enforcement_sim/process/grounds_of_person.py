"""What a person brings along: the prior record, and the grounds that no charge sets.

Status, record and history with DHS belong to the person and are drawn with the person's key; whether the person is the
victim or a witness belongs to the booking.
"""

from __future__ import annotations

import numpy as np

from enforcement_sim.law.grounds import bit
from enforcement_sim.process.counts import profile_of
from enforcement_sim.process.jit import part, stage
from enforcement_sim.process.person import Bit, Stage
from enforcement_sim.process.person_state import Remembered
from enforcement_sim.process.recorder import Row, new_row
from enforcement_sim.process.rng import Purpose, uniform

__all__ = ["describe"]

_PRIOR_REMOVAL = np.uint32(bit("prior_removal"))
_OUTSTANDING_ORDER = np.uint32(bit("outstanding_order"))
_RECENT_ENTRY = np.uint32(bit("recent_entry"))
_LONG_RESIDENCE = np.uint32(bit("long_residence"))
_CITIZEN_FAMILY = np.uint32(bit("citizen_family"))
_ILLEGAL_ENTRY = np.uint32(bit("illegal_entry_conviction"))
_SECURITY = np.uint32(bit("security_or_gang"))
_REGISTRANT = np.uint32(bit("registrant_or_warrant"))
_FRAUD = np.uint32(bit("immigration_fraud"))
_VICTIM = np.uint32(bit("victim_or_witness"))


@part
def _person_grounds(w, p, person, in_ident, flags):
    """Grounds that the person brings along. Earlier dealings with DHS need a record there, or are remembered."""
    status, parameters = p.status, w.parameters[0]
    luck = person.luck
    grounds = status.grounds
    removed = in_ident and uniform(luck, Purpose.PRIOR_REMOVAL) < status.prior_removal
    if removed or flags & Remembered.REMOVED:
        grounds |= _PRIOR_REMOVAL
        if uniform(luck, Purpose.ILLEGAL_ENTRY) < parameters.status_illegal_entry_conviction_share:
            grounds |= _ILLEGAL_ENTRY
    if in_ident and uniform(luck, Purpose.OUTSTANDING_ORDER) < status.outstanding_order:
        grounds |= _OUTSTANDING_ORDER
    if uniform(luck, Purpose.RECENT_ENTRY) < status.recent_entry:
        grounds |= _RECENT_ENTRY
    elif uniform(luck, Purpose.LONG_RESIDENCE) < status.long_residence:
        grounds |= _LONG_RESIDENCE
    if uniform(luck, Purpose.CITIZEN_FAMILY) < status.citizen_family:
        grounds |= _CITIZEN_FAMILY
    if not status.citizen:
        if uniform(luck, Purpose.SECURITY) < parameters.status_security_share:
            grounds |= _SECURITY
        if uniform(luck, Purpose.REGISTRANT) < parameters.status_registrant_share:
            grounds |= _REGISTRANT
        if uniform(luck, Purpose.FRAUD) < parameters.status_fraud_share:
            grounds |= _FRAUD
    if uniform(p.luck, Purpose.VICTIM) < parameters.status_victim_share:
        grounds |= _VICTIM
    return grounds


@stage
def describe(w, p, person, in_ident, flags):
    """Set the prior record and the grounds of someone; ``person`` has the luck of the person instead of the booking."""
    row = p.row
    draw = uniform(person.luck, Purpose.PRIOR_RECORD)
    record = 0
    while record < w.record_grounds.shape[0] - 1 and draw >= p.status.record_cdf[record]:
        record += 1
    row.record = record
    charge = p.offence.felony_grounds if row.bits & Bit.FELONY else p.offence.misdemeanour_grounds
    row.grounds = _person_grounds(w, p, person, in_ident, flags) | charge | w.record_grounds[record]
    if w.record.rows.shape[0]:
        position = new_row(w.record, row, Row.BOOKING.value, row.status)
        if position >= 0:
            written = w.record.rows[position]
            written.hour, written.threshold, written.profile = row.booked, row.grounds, profile_of(p)
            written.answer = row.stage != Stage.NOWHERE

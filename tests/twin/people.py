"""A person: what outlasts a booking.

Status, fingerprints on file and history belong to the person and are drawn with the person's stream, so that they are
the same whenever the person is booked. Of what enforcement did, five things are remembered, and only for people who are
not citizens: how many bookings are inside, until when they are gone, that they are enrolled in IDENT, that they were
removed or returned, and that a detainer came to nothing at the jail door.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import SimpleNamespace

from tests.twin.clock import NEVER
from tests.twin.streams import Stream, choose

from enforcement_sim.codes import PRIOR_RECORDS, STATUS_GROUPS, STATUSES
from enforcement_sim.law.grounds import bits
from enforcement_sim.process.layouts import Duration
from enforcement_sim.process.rng import Draw
from enforcement_sim.process.tables import RECORD_GROUNDS

HOURS_A_YEAR = 8766
FOR_GOOD = NEVER
"""Nobody who is away for good comes back within a run."""


class Person:
    """Someone who may be booked in a county.

    Parameters
    ----------
    stream
        The person's own, the same at every booking.
    status_number
        Position of the status in the list of statuses.
    status
        The row of that status.
    values
        Every parameter by address.
    """

    def __init__(
        self, stream: Stream, status_number: int, status: SimpleNamespace, values: Mapping[str, float]
    ) -> None:
        self.stream = stream
        self.values = values
        self.status = status
        self.foreign_born = status_number >= STATUSES.index("naturalised")
        self.permanent_resident = STATUSES[status_number] == "permanent_resident"
        self.group = STATUS_GROUPS[status.group]
        self.unauthorised = self.group == "unauthorised"
        self.citizen = bool(status.citizen)
        self.inside = 0
        self.gone_until = -1
        self.enrolled = False
        self.removed_before = False
        self.let_go = False

    # ---- who this is --------------------------------------------------------------------------------------------

    def is_in_ident_by_the_draw(self) -> bool:
        """Return whether IDENT had this person before the run began."""
        return self.stream.yes(Draw.IN_IDENT, self.status.in_ident)

    def is_in_ident(self) -> bool:
        """Return whether IDENT has this person, from before or since a custody in this run."""
        return self.enrolled or self.is_in_ident_by_the_draw()

    def prior_record(self) -> str:
        """Return the prior record."""
        return PRIOR_RECORDS[choose(self.status.record_cdf, self.stream.draw(Draw.PRIOR_RECORD))]

    def has_prior_removal(self) -> bool:
        """Return whether this person was removed or returned, before the run or in it."""
        if self.removed_before:
            return True
        return self.is_in_ident_by_the_draw() and self.stream.yes(Draw.PRIOR_REMOVAL, self.status.prior_removal)

    def grounds(self) -> int:
        """Return the grounds that the status, the history and the prior record set."""
        yes, status, values = self.stream.yes, self.status, self.values
        found = list(RECORD_GROUNDS[self.prior_record()])
        if self.has_prior_removal():
            found.append("prior_removal")
            if yes(Draw.ILLEGAL_ENTRY, values["status.illegal_entry_conviction_share"]):
                found.append("illegal_entry_conviction")
        if self.is_in_ident_by_the_draw() and yes(Draw.OUTSTANDING_ORDER, status.outstanding_order):
            found.append("outstanding_order")
        if yes(Draw.RECENT_ENTRY, status.recent_entry):
            found.append("recent_entry")
        elif yes(Draw.LONG_RESIDENCE, status.long_residence):
            found.append("long_residence")
        if yes(Draw.CITIZEN_FAMILY, status.citizen_family):
            found.append("citizen_family")
        if not self.citizen:
            if yes(Draw.SECURITY, values["status.security_share"]):
                found.append("security_or_gang")
            if yes(Draw.REGISTRANT, values["status.registrant_share"]):
                found.append("registrant_or_warrant")
            if yes(Draw.FRAUD, values["status.fraud_share"]):
                found.append("immigration_fraud")
        return bits(found) | int(status.grounds)

    # ---- what happened before the run ---------------------------------------------------------------------------

    def may_have_been_removed(self, expected: float) -> None:
        """Have been removed before the run, where so many removals a removable person could be expected.

        Of a pool only. Nothing of it changes from one booking to the next, so it is asked once.
        """
        expected *= self.status.removable
        if self.citizen or expected <= 0 or not self.stream.yes(Draw.REMOVED_EARLIER, 1 - math.exp(-expected)):
            return
        self.removed_before = self.enrolled = True
        if not self.stream.yes(Draw.REENTRY, self.values["people.reentry_share"]):
            self.be_gone()
            return
        hours = self.stream.draw(Draw.EARLIER_TIME) * self.values["start.removal_years"] * HOURS_A_YEAR
        removed = -1 - math.floor(hours)
        self.be_gone(until=removed + self.stream.duration(Duration.REENTRY, Draw.REENTRY_TIME))

    # ---- what is remembered -------------------------------------------------------------------------------------

    def is_away_at(self, hour: int) -> bool:
        """Return whether this person cannot be booked at an hour."""
        return self.inside > 0 or self.gone_until > hour

    def go_inside(self) -> None:
        """Enter prison or ICE custody."""
        if not self.citizen:
            self.inside += 1

    def come_out(self) -> None:
        """Leave prison or ICE custody."""
        if not self.citizen:
            self.inside -= 1

    def be_gone(self, until: int = FOR_GOOD) -> None:
        """Be out of the county until an hour, or for good."""
        if not self.citizen:
            self.gone_until = max(self.gone_until, until)

    def be_enrolled(self) -> None:
        """Be in IDENT from now on."""
        if not self.citizen:
            self.enrolled = True

    def be_removed(self) -> None:
        """Have been removed or returned from now on."""
        if not self.citizen:
            self.removed_before = True

    def be_let_go(self) -> None:
        """Leave the jail although there was a detainer."""
        if not self.citizen:
            self.let_go = True

"""A booked person: who this is, how the criminal case will go, and which programmes mean to look.

Everything here is settled at the jail door, in the order of the section "Booking" of docs/process.md. What happens
afterwards is in ``arrestee``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import mesa
import numpy as np
from tests.twin.case import plan_without_detainer
from tests.twin.clock import HOURS_A_DAY, NEVER
from tests.twin.ledger import Profile

from enforcement_sim.custody.draws import Purpose, uniform
from enforcement_sim.custody.records import QUANTILES, RECORD_GROUNDS, Duration
from enforcement_sim.law.grounds import bits
from enforcement_sim.vocabulary import OFFENCES, PRIOR_RECORDS, STATUS_GROUPS, STATUSES

if TYPE_CHECKING:
    from tests.twin.model import TwinModel
    from tests.twin.places import Jail

NATURALISED = STATUSES.index("naturalised")

NONE = "none"
SECURE_COMMUNITIES = "secure_communities"
JAIL_287G = "jail_287g"
CRIMINAL_ALIEN_PROGRAM = "criminal_alien_program"


def choose(cumulative: list[float], draw: float) -> int:
    """Return the first position whose cumulative share exceeds a draw, the last if none does."""
    for position, share in enumerate(cumulative):
        if share > draw:
            return position
    return len(cumulative) - 1


class BookedPerson(mesa.Agent):
    """One booking as it stands at the jail door."""

    model: TwinModel

    def __init__(self, model: TwinModel, jail: Jail, day: int, key: int, luck: np.uint64) -> None:
        super().__init__(model)
        self.jail = jail
        self.key = key
        self.luck = luck
        self.programme = NONE
        self.convicted = False
        self.be_booked(day)

    # ---- draws --------------------------------------------------------------------------------------------------

    def draw(self, purpose: Purpose) -> float:
        """Return this booking's number in [0, 1) for a purpose."""
        return uniform(self.luck, purpose.value)

    def yes(self, purpose: Purpose, probability: float) -> bool:
        """Answer yes with a probability."""
        return self.draw(purpose) < probability

    def duration(self, row: Duration, purpose: Purpose) -> int:
        """Return a duration in hours."""
        return self.model.durations[row.value][int(self.draw(purpose) * QUANTILES)]

    # ---- booking ------------------------------------------------------------------------------------------------

    def be_booked(self, day: int) -> None:
        """Settle who this is, what the case will be, and which programmes will look."""
        model = self.model
        self.booked = day * HOURS_A_DAY + self.duration(Duration.HOUR_OF_DAY, Purpose.HOUR)
        self.status_number = choose(self.jail.status_cdf, self.draw(Purpose.STATUS))
        self.status = model.statuses[self.status_number]
        self.citizen = bool(self.status.citizen)
        self.group = STATUS_GROUPS[self.status.group]
        mix = model.citizen_offences if self.citizen else model.noncitizen_offences
        self.offence_number = choose(mix, self.draw(Purpose.OFFENCE))
        self.offence = model.offences[self.offence_number]
        self.felony = self.yes(Purpose.GRADE, self.offence.felony_share)
        printed = self.yes(Purpose.PRINTED, self.offence.printed_share)
        submitted = printed and bool(self.jail.sharing)
        self.in_ident = self.yes(Purpose.IN_IDENT, self.status.in_ident)
        self.matched = submitted and self.in_ident

        ledger, fips = model.ledger, self.jail.fips
        ledger.count(self.booked, fips, "booked", NONE)
        if printed:
            ledger.count(self.booked, fips, "printed", NONE)
        if submitted:
            ledger.count(self.booked, fips, "submitted", SECURE_COMMUNITIES)

        self.plan = plan_without_detainer(self)
        self.free = self.plan.release
        self.interview = self.plan_interview()
        self.visit = self.plan_visit()
        self.response = NEVER
        self.jail.inmates += 1
        self.untouched = self.cannot_be_touched()
        if not self.untouched:
            self.settle_the_rest()

    def plan_interview(self) -> int:
        """Return when a 287(g) officer means to interview."""
        if self.status_number < NATURALISED or self.jail.officer_share <= 0:
            return NEVER
        if not self.yes(Purpose.OFFICER_ON_SITE, self.jail.officer_share):
            return NEVER
        if not self.yes(Purpose.SAYS_FOREIGN_BORN, self.model.values["jail_287g.says_foreign_born_share"]):
            return NEVER
        if self.jail.post_case:
            return self.plan.conviction
        return self.booked + self.duration(Duration.INTERVIEW, Purpose.INTERVIEW_TIME)

    def plan_visit(self) -> int:
        """Return when the Criminal Alien Program will visit."""
        if self.citizen or not self.yes(Purpose.VISITED, self.model.values["background.coverage"]):
            return NEVER
        return self.booked + self.duration(Duration.VISIT, Purpose.VISIT_TIME)

    def cannot_be_touched(self) -> bool:
        """Return whether no programme can reach this person before the release."""
        interviewed = self.interview <= self.plan.release
        visited = self.visit <= self.plan.release
        prisoner = self.plan.to_prison and not self.citizen
        return not (self.matched or interviewed or visited or prisoner)

    def settle_the_rest(self) -> None:
        """Settle the record and the grounds of someone whom a programme may reach, and when a match is answered."""
        status, offence = self.status, self.offence
        self.prior_record = PRIOR_RECORDS[choose(status.record_cdf, self.draw(Purpose.PRIOR_RECORD))]
        personal = []
        if self.in_ident and self.yes(Purpose.PRIOR_REMOVAL, status.prior_removal):
            personal.append("prior_removal")
        if self.in_ident and self.yes(Purpose.OUTSTANDING_ORDER, status.outstanding_order):
            personal.append("outstanding_order")
        if self.yes(Purpose.RECENT_ENTRY, status.recent_entry):
            personal.append("recent_entry")
        elif self.yes(Purpose.LONG_RESIDENCE, status.long_residence):
            personal.append("long_residence")
        if self.yes(Purpose.CITIZEN_FAMILY, status.citizen_family):
            personal.append("citizen_family")
        charge = offence.felony_grounds if self.felony else offence.misdemeanour_grounds
        self.grounds = status.grounds | bits(personal) | charge | bits(RECORD_GROUNDS[self.prior_record])
        if self.matched:
            self.count(self.booked, "matched", SECURE_COMMUNITIES)
            self.response = self.plan_response()

    def plan_response(self) -> int:
        """Return the hour at which a field office has decided on the answer to a match."""
        calendar = self.model.calendar
        received = self.booked + self.duration(Duration.RESPONSE, Purpose.RESPONSE_TIME)
        decided = calendar.triage_from(received) + self.duration(Duration.TRIAGE, Purpose.TRIAGE_TIME)
        return calendar.triage_from(decided)

    # ---- counting -----------------------------------------------------------------------------------------------

    def count(self, hour: int, event: str, programme: str | None = None) -> None:
        """Count an event under a programme, or under the one that found this person first."""
        profile = Profile(OFFENCES[self.offence_number], self.felony, self.convicted, self.prior_record, self.group)
        self.model.ledger.count(hour, self.jail.fips, event, programme or self.programme, profile)

    def add_hours(self, kind: str, start: int, end: int) -> None:
        """Add hours spent in some way."""
        self.model.ledger.add_hours(self.jail.fips, self.group, self.booked, kind, start, end)

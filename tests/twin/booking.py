"""A booked person: how the criminal case will go, and which programmes mean to look.

Everything here is settled at the jail door, in the order of the section "Booking" of docs/process.md. What happens
afterwards is in ``finding``, ``after_custody`` and ``arrestee``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import mesa
from tests.twin.case import plan_without_detainer
from tests.twin.charge import Arrest, Charge
from tests.twin.clock import HOURS_A_DAY, NEVER
from tests.twin.growth import visits_grown, with_odds
from tests.twin.ledger import Profile

from enforcement_sim.law.grounds import bit, bits
from enforcement_sim.process.layouts import Duration
from enforcement_sim.process.rng import Draw

if TYPE_CHECKING:
    from tests.twin.model import TwinModel
    from tests.twin.places import Jail

NONE = "none"
SECURE_COMMUNITIES = "secure_communities"
JAIL_287G = "jail_287g"
CRIMINAL_ALIEN_PROGRAM = "criminal_alien_program"
TASK_FORCE = "task_force"


class BookedPerson(mesa.Agent):
    """One booking as it stands at the jail door."""

    model: TwinModel

    def __init__(self, model: TwinModel, jail: Jail, arrest: Arrest, charge: Charge) -> None:
        super().__init__(model)
        self.jail = jail
        self.key = arrest.key
        self.stream = arrest.stream
        self.booked = arrest.hour
        self.person = arrest.person
        self.charge = charge
        self.offence = charge.offence
        self.felony = charge.felony
        self.arrested_in_field = charge.in_field
        self.programme = NONE
        self.found_by: list[str] = []
        self.silent = False
        self.convicted = False
        self.be_booked()

    # ---- draws of this booking ----------------------------------------------------------------------------------

    def yes(self, purpose: Draw, probability: float) -> bool:
        """Answer yes with a probability."""
        return self.stream.yes(purpose, probability)

    def duration(self, row: Duration, purpose: Draw) -> int:
        """Return a duration in hours."""
        return self.stream.duration(row, purpose)

    # ---- booking ------------------------------------------------------------------------------------------------

    def be_booked(self) -> None:
        """Settle what the case will be, and which programmes will look."""
        self.printed = self.yes(Draw.PRINTED, self.offence.printed_share)
        self.submitted = self.printed and bool(self.jail.sharing)
        self.taken_again = self.submitted and self.yes(Draw.PRINTED_AGAIN, self.jail.further_prints)
        self.matched = self.submitted and self.person.is_in_ident()
        self.count_at_the_door()

        self.plan = plan_without_detainer(self)
        self.free = self.plan.release
        self.moved = self.time_in_lockup()
        self.interview = self.plan_interview()
        self.visit = self.plan_visit()
        self.response = NEVER
        self.jail.inmates += 1
        self.untouched = self.cannot_be_touched()
        if not self.untouched:
            self.settle_the_rest()

    def count_at_the_door(self) -> None:
        """Count what is known of everyone booked."""
        ledger, fips = self.model.ledger, self.jail.fips
        ledger.count(self.booked, fips, "booked", NONE)
        ledger.count_booking(self.booked, self.jail.area, self.charge.name, self.felony, self.person.group)
        if self.person.let_go:
            self.person.let_go = False
            ledger.count(self.booked, fips, "rearrested", NONE)
        if self.printed:
            ledger.count(self.booked, fips, "printed", NONE)
        for _ in range(self.submitted + self.taken_again):
            ledger.count(self.booked, fips, "submitted", SECURE_COMMUNITIES)

    def time_in_lockup(self) -> int:
        """Return after how many hours the county jail takes over from a lock-up; 0 if there is none."""
        if not self.yes(Draw.LOCKED_UP, self.model.values["case.lockup_share"]):
            return 0
        return self.duration(Duration.LOCKUP, Draw.LOCKUP_TIME)

    def plan_interview(self) -> int:
        """Return when a 287(g) officer means to interview."""
        if not self.person.foreign_born or self.jail.officer_share <= 0:
            return NEVER
        if not self.yes(Draw.OFFICER_ON_SITE, self.jail.officer_share):
            return NEVER
        if not self.says_foreign_born():
            return NEVER
        if self.jail.post_case:
            return self.plan.conviction
        return self.booked + self.moved + self.duration(Duration.INTERVIEW, Draw.INTERVIEW_TIME)

    def says_foreign_born(self) -> bool:
        """Return whether someone born abroad says so."""
        return self.yes(Draw.SAYS_FOREIGN_BORN, self.model.values["jail_287g.says_foreign_born_share"])

    def plan_visit(self) -> int:
        """Return when the Criminal Alien Program will visit."""
        values, today = self.model.values, self.model.calendar.date_of(self.booked // HOURS_A_DAY)
        covered = values["background.coverage"] * visits_grown(values, today)
        if self.jail.officer_share > 0:
            covered *= values["background.beside_officers_share"]
        coverage = with_odds(covered, self.jail.presence_odds)
        if self.person.citizen or not self.yes(Draw.VISITED, coverage):
            return NEVER
        return self.booked + self.moved + self.duration(Duration.VISIT, Draw.VISIT_TIME)

    def cannot_be_touched(self) -> bool:
        """Return whether no programme can reach this person before the release."""
        interviewed = self.interview <= self.plan.release
        visited = self.visit <= self.plan.release
        prisoner = self.plan.to_prison and not self.person.citizen
        return not (self.matched or self.arrested_in_field or interviewed or visited or prisoner)

    def settle_the_rest(self) -> None:
        """Settle the record and the grounds of someone whom a programme may reach, and when a match is answered."""
        self.prior_record = self.person.prior_record()
        charge = self.offence.felony_grounds if self.felony else self.offence.misdemeanour_grounds
        self.grounds = self.person.grounds() | charge
        if self.yes(Draw.VICTIM, self.model.values["status.victim_share"]):
            self.grounds |= bits(["victim_or_witness"])
        if self.matched:
            for _ in range(1 + self.taken_again):
                self.count(self.booked, "matched", SECURE_COMMUNITIES)
            self.response = self.plan_response()

    def be_convicted(self) -> None:
        """Be convicted of the charge."""
        self.convicted = True
        offence = self.offence
        if self.felony and self.grounds & bit("felony_conviction"):
            self.grounds |= bit("aggravated_or_two_felonies")
        self.grounds |= offence.felony_conviction_grounds if self.felony else offence.misdemeanour_conviction_grounds

    def plan_response(self) -> int:
        """Return the hour at which a field office has decided on the answer to a match."""
        calendar = self.model.calendar
        received = self.booked + self.duration(Duration.RESPONSE, Draw.RESPONSE_TIME)
        decided = calendar.triage_from(received) + self.duration(Duration.TRIAGE, Draw.TRIAGE_TIME)
        return calendar.triage_from(decided)

    # ---- counting -----------------------------------------------------------------------------------------------

    def count(self, hour: int, event: str, programme: str | None = None) -> None:
        """Count an event under a programme, or under the one that found this person first and all that did."""
        if self.silent:
            return
        profile = Profile(self.charge.name, self.felony, self.convicted, self.prior_record, self.person.group)
        self.model.ledger.count(hour, self.jail.fips, event, programme or self.programme, profile)
        if programme is None:
            self.model.ledger.count_any(hour, self.jail.area, event, self.found_by)

    def add_hours(self, kind: str, start: int, end: int) -> None:
        """Add hours spent in some way."""
        self.model.ledger.add_hours(self.jail.fips, self.person.group, self.booked, kind, start, end)

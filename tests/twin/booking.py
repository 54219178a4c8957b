"""A booked person: how the criminal case will go, and which programmes mean to look.

Everything here is settled at the jail door, in the order of the section "Booking" of docs/process.md. What happens
afterwards is in ``finding``, ``after_custody`` and ``arrestee``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import mesa
from tests.twin.case import plan_without_detainer
from tests.twin.clock import NEVER
from tests.twin.ledger import Profile
from tests.twin.luck import Luck, choose
from tests.twin.people import Person

from enforcement_sim.custody.draws import Purpose
from enforcement_sim.custody.records import Duration
from enforcement_sim.law.grounds import bits
from enforcement_sim.vocabulary import OFFENCES

if TYPE_CHECKING:
    from tests.twin.model import TwinModel
    from tests.twin.places import Jail

TRAFFIC, IMMIGRATION_HOLD = OFFENCES.index("traffic"), OFFENCES.index("immigration_hold")

NONE = "none"
SECURE_COMMUNITIES = "secure_communities"
JAIL_287G = "jail_287g"
CRIMINAL_ALIEN_PROGRAM = "criminal_alien_program"
TASK_FORCE = "task_force"


@dataclass(frozen=True)
class Arrest:
    """What a day brings to the jail door.

    Attributes
    ----------
    key, luck
        Of this booking, or of this arrest that a task force added.
    hour
        Hour of the run at which the person is booked.
    person
        Who it is.
    added
        Whether a task force made the arrest and nobody else would have.
    """

    key: int
    luck: Luck
    hour: int
    person: Person
    added: bool = False


class BookedPerson(mesa.Agent):
    """One booking as it stands at the jail door."""

    model: TwinModel

    def __init__(self, model: TwinModel, jail: Jail, arrest: Arrest) -> None:
        super().__init__(model)
        self.jail = jail
        self.key = arrest.key
        self.luck = arrest.luck
        self.booked = arrest.hour
        self.person = arrest.person
        self.added = arrest.added
        self.programme = NONE
        self.convicted = False
        self.be_booked()

    # ---- draws of this booking ----------------------------------------------------------------------------------

    def yes(self, purpose: Purpose, probability: float) -> bool:
        """Answer yes with a probability."""
        return self.luck.yes(purpose, probability)

    def duration(self, row: Duration, purpose: Purpose) -> int:
        """Return a duration in hours."""
        return self.luck.duration(row, purpose)

    # ---- booking ------------------------------------------------------------------------------------------------

    def be_booked(self) -> None:
        """Settle what the charge is, what the case will be, and which programmes will look."""
        self.offence_number = self.choose_offence()
        self.offence = self.model.offences[self.offence_number]
        self.felony = self.yes(Purpose.GRADE, self.offence.felony_share)
        self.printed = self.yes(Purpose.PRINTED, self.offence.printed_share)
        self.submitted = self.printed and bool(self.jail.sharing)
        self.matched = self.submitted and self.person.is_in_ident()
        self.count_at_the_door()

        self.plan = plan_without_detainer(self)
        self.free = self.plan.release
        self.interview = self.plan_interview()
        self.visit = self.plan_visit()
        self.response = NEVER
        self.arrested_in_field = self.is_arrested_in_field()
        self.jail.inmates += 1
        self.untouched = self.cannot_be_touched()
        if not self.untouched:
            self.settle_the_rest()

    def choose_offence(self) -> int:
        """Return the position of the offence class."""
        if self.added:
            charged = self.yes(Purpose.OFFENCE, self.model.values["task_force.charge_share"])
            return TRAFFIC if charged else IMMIGRATION_HOLD
        mix = self.model.citizen_offences if self.person.citizen else self.model.noncitizen_offences
        return choose(mix, self.luck.draw(Purpose.OFFENCE))

    def count_at_the_door(self) -> None:
        """Count what is known of everyone booked."""
        ledger, fips = self.model.ledger, self.jail.fips
        ledger.count(self.booked, fips, "booked", NONE)
        if self.person.let_go:
            self.person.let_go = False
            ledger.count(self.booked, fips, "rearrested", NONE)
        if self.printed:
            ledger.count(self.booked, fips, "printed", NONE)
        if self.submitted:
            ledger.count(self.booked, fips, "submitted", SECURE_COMMUNITIES)

    def plan_interview(self) -> int:
        """Return when a 287(g) officer means to interview."""
        if not self.person.foreign_born or self.jail.officer_share <= 0:
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
        if self.person.citizen or not self.yes(Purpose.VISITED, self.model.values["background.coverage"]):
            return NEVER
        return self.booked + self.duration(Duration.VISIT, Purpose.VISIT_TIME)

    def is_arrested_in_field(self) -> bool:
        """Return whether a task force made this arrest, of its own or in another's place."""
        return self.added or (self.person.unauthorised and self.yes(Purpose.FIELD, self.jail.field_share))

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
        if self.yes(Purpose.VICTIM, self.model.values["status.victim_share"]):
            self.grounds |= bits(["victim_or_witness"])
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
        offence, group = OFFENCES[self.offence_number], self.person.group
        profile = Profile(offence, self.felony, self.convicted, self.prior_record, group)
        self.model.ledger.count(hour, self.jail.fips, event, programme or self.programme, profile)

    def add_hours(self, kind: str, start: int, end: int) -> None:
        """Add hours spent in some way."""
        self.model.ledger.add_hours(self.jail.fips, self.person.group, self.booked, kind, start, end)

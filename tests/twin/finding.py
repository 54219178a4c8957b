"""A programme finds a person: recognition, the detainer, and what the detainer does to the criminal case.

Secure Communities, 287(g) officers in the jail, the Criminal Alien Program and task forces all come through here; the
paragraphs "A programme finds a person" and "Detainer" of docs/process.md. The stages a person passes are named here
too, because a detainer costs bail only in jail.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from tests.twin.booking import JAIL_287G, SECURE_COMMUNITIES, TASK_FORCE, BookedPerson
from tests.twin.case import plan_held_to_disposition
from tests.twin.charge import Arrest, Charge
from tests.twin.clock import HOURS_A_DAY
from tests.twin.growth import gate_share, with_odds

from enforcement_sim.law.grounds import bits
from enforcement_sim.process.rng import Draw

if TYPE_CHECKING:
    from tests.twin.model import TwinModel
    from tests.twin.places import Jail

DETECTED = {
    JAIL_287G: Draw.DETECTED_BY_OFFICER,
    TASK_FORCE: Draw.DETECTED_IN_FIELD,
    "criminal_alien_program": Draw.DETECTED_ON_VISIT,
}
"""The draw that answers whether a programme that asks questions recognises someone."""
PAST_THE_GATE = bits(["level_1_offence_2008", "aggravated_or_two_felonies"])
"""Whom Secure Communities acts upon from its first day."""
BY_LOCAL_OFFICERS = (JAIL_287G, TASK_FORCE)
"""Programmes whose detainers ICE must authorise."""


class Stage(Enum):
    """Where a person is."""

    JAIL = "in jail on the criminal case"
    HELD = "held for ICE"
    AT_THE_DOOR = "let go without a hold, with ICE at the door"
    AT_LARGE = "let go without a hold, and sought"
    PRISON = "in prison"
    CUSTODY = "in ICE custody"
    DOCKET = "released, with a case before the immigration court"
    GONE = "gone"


class FoundPerson(BookedPerson):
    """A booked person whom programmes may find."""

    def __init__(self, model: TwinModel, jail: Jail, arrest: Arrest, charge: Charge) -> None:
        super().__init__(model, jail, arrest, charge)
        self.stage = Stage.JAIL
        self.detainer = False
        self.not_sent_for = False

    def is_processed(self) -> bool:
        """Return whether 287(g) officers here process people like this one, by their rule or outside it."""
        outside = self.model.values["jail_287g.outside_rule_share"]
        return self.jail.screens(self.grounds) or self.yes(Draw.OUTSIDE_RULE, outside)

    def is_removable(self) -> bool:
        """Return whether this person can be removed, as they stand or because of this case's felony conviction."""
        if self.person.citizen:
            return False
        status = self.person.status
        if self.yes(Draw.REMOVABLE, status.removable):
            return True
        convicted_of_felony = self.convicted and self.felony
        return convicted_of_felony and self.yes(Draw.REMOVABLE_IF_FELONY, status.removable_if_felony)

    def is_recognised_by(self, programme: str) -> bool:
        """Return whether a programme that looks at this person takes them for removable."""
        values = self.model.values
        if self.person.citizen:
            return self.yes(Draw.MISTAKE, self.jail.less_if_monitored("screening.mistake_share", "mistake"))
        if not self.is_removable():
            return False
        if programme == SECURE_COMMUNITIES:
            return True
        return self.yes(DETECTED[programme], values["screening.interview_detects_share"])

    def be_looked_at(self, now: int, programme: str) -> None:
        """Be found by a programme, or only be recognised again if there is a detainer already."""
        if not self.detainer:
            self.be_found(now, programme)
        elif self.is_recognised_by(programme):
            self.note_recognition(now, programme)

    def note_recognition(self, now: int, programme: str) -> None:
        """Be recognised: for the first time, by one more programme, or by one that has done so before."""
        if programme in self.found_by:
            return
        self.found_by.append(programme)
        if len(self.found_by) == 1:
            self.programme = programme
            self.count(now, "identified")
        else:
            self.count(now, "also_found", programme)

    def be_found(self, now: int, programme: str) -> None:
        """Be looked at by a programme, and perhaps get a detainer."""
        if not self.is_recognised_by(programme):
            return
        self.note_recognition(now, programme)
        self.consider_detainer(now, programme)

    def is_acted_upon(self, now: int, programme: str) -> bool:
        """Return whether ICE acts on someone whom one of its own programmes has identified."""
        gate = gate_share(self.model.values, self.model.calendar.date_of(now // HOURS_A_DAY))
        gated = programme == SECURE_COMMUNITIES and not self.grounds & PAST_THE_GATE
        if gated and not self.yes(Draw.EARLY_GATE, gate):
            return False
        return self.yes(Draw.EFFORT, with_odds(self.jail.acted_share, self.jail.presence_odds))

    def is_not_sent(self) -> bool:
        """Return whether ICE does not send a detainer because the jail would decline it."""
        share = self.model.values["refusal.unsent_share"]
        return not self.jail.honours(self.grounds) and self.yes(Draw.UNSENT, share)

    def share_with_a_detainer(self, programme: str) -> float:
        """Return the share of people like this one who get a detainer here from those who found them."""
        if not self.jail.detains(self.grounds):
            return self.jail.issue_not_covered
        values = self.model.values
        if programme == JAIL_287G and values["jail_287g.officers_propose"] == 1:
            return values["jail_287g.proposed_share"]
        return self.jail.issue_covered

    def consider_detainer(self, now: int, programme: str) -> None:
        """Get a detainer if ICE acts and issues one, and perhaps lose a release before disposition by it."""
        values = self.model.values
        if programme not in BY_LOCAL_OFFICERS and not self.is_acted_upon(now, programme):
            return
        if not self.yes(Draw.ISSUE, self.share_with_a_detainer(programme)):
            return
        if programme in BY_LOCAL_OFFICERS and not self.yes(Draw.AUTHORISED, values["jail_287g.authorised_share"]):
            self.count(now, "declined_by_ice")
            return
        if self.stage is Stage.JAIL and self.is_not_sent():
            if not self.not_sent_for:
                self.count(now, "detainer_not_sent")
            self.not_sent_for = True
            return
        self.detainer = True
        self.not_sent_for = False
        self.count(now, "detainer_issued")
        for rule in self.model.rules:
            if rule.decision == "detainer" and rule.covers(self.grounds) and self.jail.reported and not self.silent:
                self.model.ledger.count_verdict(now, self.programme, rule.id)
        could_leave_early = (
            self.stage is Stage.JAIL and self.plan.before_disposition and self.jail.honours(self.grounds)
        )
        if could_leave_early and self.yes(Draw.BAIL, self.jail.bail_denied_share):
            held = plan_held_to_disposition(self)
            if held.release > self.plan.release:
                self.plan = held  # the former release stays in `free`

"""An arrestee: one booking, from the jail door to the outcome, told in the order of docs/process.md.

Each method is a paragraph of that page. Times are hours of the run.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

import numpy as np
from tests.twin.booking import CRIMINAL_ALIEN_PROGRAM, JAIL_287G, NONE, SECURE_COMMUNITIES, BookedPerson
from tests.twin.case import plan_held_to_disposition
from tests.twin.clock import HOURS_A_DAY, NEVER

from enforcement_sim.custody.draws import Purpose
from enforcement_sim.custody.records import Duration
from enforcement_sim.law.grounds import bits

if TYPE_CHECKING:
    from tests.twin.model import TwinModel
    from tests.twin.places import Jail

MORNING = 8
PRIORITY = bits(("felony_charge", "felony_conviction", "prior_removal", "outstanding_order"))
SENT_BACK_BEFORE = bits(("prior_removal", "outstanding_order"))


class Stage(Enum):
    """Where a person is."""

    JAIL = "in jail on the criminal case"
    HELD = "held for ICE"
    PRISON = "in prison"
    CUSTODY = "in ICE custody"
    DOCKET = "released, with a case before the immigration court"
    GONE = "gone"


def eight_tomorrow(hour: int) -> int:
    """Return 8 o'clock of the day after an hour's day."""
    return (hour // HOURS_A_DAY + 1) * HOURS_A_DAY + MORNING


class Arrestee(BookedPerson):
    """One booking and all that follows from it."""

    def __init__(self, model: TwinModel, jail: Jail, day: int, key: int, luck: np.uint64) -> None:
        super().__init__(model, jail, day, key, luck)
        self.stage = Stage.JAIL
        self.detainer = False
        self.waits_for_officer = False
        self.kept = False
        self.kept_until = NEVER
        self.hold_start = NEVER
        self.hold_end = NEVER
        self.arrival = NEVER
        self.prison_end = NEVER
        self.custody_start = NEVER
        self.custody_end = NEVER
        self.docket_end = NEVER
        self.outcome = ""

    # ---- hours and endings --------------------------------------------------------------------------------------

    def add_jail_hours(self, now: int) -> None:
        """Add the hours in jail so far: the criminal case, and what a detainer added to it."""
        until = min(self.free, now)
        self.add_hours("criminal_case", self.booked, until)
        self.add_hours("induced", until, now)

    def add_hold_hours(self, now: int) -> None:
        """Add the hours of the hold so far: within the limit, and past it."""
        until = min(self.hold_end, now)
        self.add_hours("statutory_hold", self.hold_start, until)
        self.add_hours("past_limit", until, now)

    def leave_jail(self) -> None:
        """Walk out of the jail, wherever to."""
        self.jail.inmates -= 1

    def end(self, hour: int, event: str) -> None:
        """Count how the story ends, and end it."""
        self.count(hour, event)
        self.stage = Stage.GONE
        self.remove()

    def depart_untouched(self) -> None:
        """Leave the jail without any programme ever having looked."""
        self.leave_jail()
        event = "prison" if self.plan.to_prison else "released"
        self.model.ledger.count(self.plan.release, self.jail.fips, event, NONE)
        self.add_hours("criminal_case", self.booked, self.plan.release)
        self.stage = Stage.GONE
        self.remove()

    # ---- when to look next --------------------------------------------------------------------------------------

    def next_hour(self) -> int:
        """Return the next hour at which something of this person's is due."""
        if self.stage is Stage.JAIL:
            hours = [self.plan.release]
            if not self.detainer:
                hours += [self.response, self.interview, self.visit]
        elif self.stage is Stage.HELD:
            hours = [self.arrival, self.kept_until if self.kept else self.hold_end]
        elif self.stage is Stage.PRISON:
            hours = [self.prison_end]
        elif self.stage is Stage.CUSTODY:
            hours = [self.custody_end]
        else:
            hours = [self.docket_end]
        return min(hours)

    # ---- pass (a): reach ----------------------------------------------------------------------------------------

    def reach(self, now: int) -> None:
        """In jail: the conviction, Secure Communities, the Criminal Alien Program, the call for an officer."""
        if self.stage is not Stage.JAIL:
            return
        if self.plan.conviction <= now and not self.convicted:
            self.convicted = True
            offence = self.offence
            self.grounds |= (
                offence.felony_conviction_grounds if self.felony else offence.misdemeanour_conviction_grounds
            )
        if self.response <= now:
            self.response = NEVER
            if not self.detainer:
                self.be_found(now, SECURE_COMMUNITIES)
        if self.visit <= now:
            self.visit = NEVER
            if not self.detainer:
                self.be_found(now, CRIMINAL_ALIEN_PROGRAM)
        if self.interview <= now:
            self.interview = NEVER
            self.waits_for_officer = not self.detainer

    # ---- pass (b): interview ------------------------------------------------------------------------------------

    def meet_officer(self, now: int) -> None:
        """Be interviewed if an officer still has time today, tomorrow morning otherwise."""
        self.waits_for_officer = False
        if self.jail.interviews_left == 0:
            self.interview = eight_tomorrow(now)
            return
        self.jail.interviews_left -= 1
        self.count(now, "interviewed", JAIL_287G)
        self.be_found(now, JAIL_287G)

    # ---- a programme finds a person -----------------------------------------------------------------------------

    def is_removable(self) -> bool:
        """Return whether this person can be removed, as they stand or because of this case's felony conviction."""
        if self.citizen:
            return False
        if self.yes(Purpose.REMOVABLE, self.status.removable):
            return True
        convicted_of_felony = self.convicted and self.felony
        return convicted_of_felony and self.yes(Purpose.REMOVABLE_IF_FELONY, self.status.removable_if_felony)

    def is_recognised_by(self, programme: str) -> bool:
        """Return whether a programme that looks at this person takes them for removable."""
        values = self.model.values
        if self.citizen:
            return self.yes(Purpose.MISTAKE, values["screening.mistake_share"])
        if not self.is_removable():
            return False
        if programme == SECURE_COMMUNITIES:
            return True
        detected = Purpose.DETECTED_BY_OFFICER if programme == JAIL_287G else Purpose.DETECTED_ON_VISIT
        return self.yes(detected, values["screening.interview_detects_share"])

    def be_found(self, now: int, programme: str) -> None:
        """Be looked at by a programme, and perhaps get a detainer."""
        if not self.is_recognised_by(programme):
            return
        if self.programme == NONE:
            self.programme = programme
            self.count(now, "identified")
        if programme == JAIL_287G and not self.jail.screens(self.grounds):
            return
        self.consider_detainer(now)

    def consider_detainer(self, now: int) -> None:
        """Get a detainer if ICE issues one, and perhaps lose a release before disposition by it."""
        values = self.model.values
        covered = self.jail.detains(self.grounds)
        share = "detainer.issue_if_covered" if covered else "detainer.issue_if_not_covered"
        if not self.yes(Purpose.ISSUE, values[share]):
            return
        self.detainer = True
        self.count(now, "detainer_issued")
        for rule in self.model.rules:
            if rule.decision == "detainer" and rule.covers(self.grounds):
                self.model.ledger.count_verdict(now, self.programme, rule.id)
        could_leave_early = (
            self.stage is Stage.JAIL and self.plan.before_disposition and self.jail.honours(self.grounds)
        )
        if could_leave_early and self.yes(Purpose.BAIL, values["detainer.bail_denied_share"]):
            held = plan_held_to_disposition(self)
            if held.release > self.plan.release:
                self.plan = held  # the former release stays in `free`

    # ---- pass (c): move -----------------------------------------------------------------------------------------

    def move(self, now: int) -> None:
        """Leave a place if it is time."""
        if self.stage is Stage.JAIL and self.plan.release <= now:
            self.leave_the_case(now)
        elif self.stage is Stage.PRISON and self.prison_end <= now:
            self.leave_prison(now)
        elif self.stage is Stage.CUSTODY and self.custody_end <= now:
            self.leave_custody(now)
        elif self.stage is Stage.DOCKET and self.docket_end <= now:
            self.end(now, self.outcome)

    def leave_the_case(self, now: int) -> None:
        """Be let go by the criminal case: to prison, out, or into a hold for ICE."""
        self.add_jail_hours(now)
        if self.plan.to_prison:
            self.go_to_prison(now)
        elif not self.detainer:
            self.leave_jail()
            if self.response < NEVER:
                self.count(now, "missed_in_time", SECURE_COMMUNITIES)
            self.end(now, "released")
        elif self.is_lifted():
            self.leave_jail()
            self.end(now, "detainer_lifted")
        elif not self.jail.honours(self.grounds):
            self.leave_jail()
            self.end(now, "detainer_declined")
        else:
            self.be_held(now)

    def go_to_prison(self, now: int) -> None:
        """Move to prison, where the Criminal Alien Program may find who has no detainer yet."""
        self.leave_jail()
        self.stage = Stage.PRISON
        self.count(now, "prison")
        self.response = self.interview = self.visit = NEVER
        self.prison_end = now + self.duration(Duration.PRISON, Purpose.SENTENCE_TIME)
        if self.detainer:
            self.count(now, "detainer_moved")
        elif self.yes(Purpose.FOUND_IN_PRISON, self.model.values["background.prison_find_share"]):
            self.be_found(now, CRIMINAL_ALIEN_PROGRAM)

    def is_lifted(self) -> bool:
        """Return whether ICE lifts the detainer."""
        share = "detainer.lifted_share_citizen" if self.citizen else "detainer.lifted_share"
        return self.yes(Purpose.LIFTED, self.model.values[share])

    def has_priority(self) -> bool:
        """Return whether field offices come for this person first."""
        return bool(self.grounds & PRIORITY)

    def is_wanted(self) -> bool:
        """Return whether the field office will come at all."""
        share = "pickup.wanted_share_priority" if self.has_priority() else "pickup.wanted_share_other"
        return self.yes(Purpose.WANTED, self.model.values[share])

    def be_held(self, now: int) -> None:
        """Stay in jail for ICE; the clock starts."""
        self.stage = Stage.HELD
        self.count(now, "held")
        self.hold_start = now
        self.hold_end = self.model.calendar.hold_ends(now, self.model.hold_hours)
        if not self.is_wanted():
            return
        if self.plan.sentenced and self.yes(Purpose.NOTICE, self.model.values["pickup.notice_share"]):
            self.arrival = now
        else:
            self.arrival = now + self.duration(Duration.DELAY, Purpose.DELAY_TIME)

    # ---- pass (d): pick up --------------------------------------------------------------------------------------

    def is_ready_for_crew(self, now: int) -> bool:
        """Return whether this person is held and the crew is here."""
        return self.stage is Stage.HELD and self.arrival <= now

    def meet_crew(self, now: int) -> None:
        """Be picked up if the office can still send a crew today, wait until tomorrow morning otherwise."""
        office = self.jail.field_office
        if office.pickups_left == 0:
            self.arrival = eight_tomorrow(now)
            return
        office.pickups_left -= 1
        self.leave_jail()
        self.add_hold_hours(now)
        self.enter_custody(now)

    # ---- pass (e): clocks ---------------------------------------------------------------------------------------

    def watch_the_clock(self, now: int) -> None:
        """Leave, or be kept, when the hold has run out."""
        if self.stage is not Stage.HELD:
            return
        if not self.kept and self.hold_end <= now:
            if self.yes(Purpose.KEPT_PAST_LIMIT, self.model.values["hold.past_limit_share"]):
                self.kept = True
                self.kept_until = self.hold_end + self.duration(Duration.PAST_LIMIT, Purpose.PAST_LIMIT_TIME)
                self.count(now, "overdetained")
            else:
                self.walk_out_of_the_hold(now)
        elif self.kept and self.kept_until <= now:
            self.walk_out_of_the_hold(now)

    def walk_out_of_the_hold(self, now: int) -> None:
        """Nobody came."""
        self.leave_jail()
        self.add_hold_hours(now)
        self.end(now, "detainer_lapsed")

    # ---- prison, custody, docket --------------------------------------------------------------------------------

    def leave_prison(self, now: int) -> None:
        """Leave prison when the sentence is served: out, or into ICE custody on the spot."""
        if not self.detainer:
            self.end(now, "released")
        elif self.is_lifted():
            self.end(now, "detainer_lifted")
        elif self.is_wanted():
            self.enter_custody(now)
        else:
            self.end(now, "detainer_lapsed")

    def enter_custody(self, now: int) -> None:
        """ICE custody begins; the route to the outcome is settled."""
        values = self.model.values
        self.stage = Stage.CUSTODY
        self.custody_start = now
        self.count(now, "ice_custody")
        if not self.is_removable():
            self.outcome = "terminated"
            short = self.yes(Purpose.LAWFUL_RELEASE, values["custody.lawful_release_share"])
        elif self.jail.spares(self.grounds) and self.yes(Purpose.DISCRETION, values["custody.discretion_share"]):
            self.outcome, short = "discretion_release", True
        elif self.grounds & SENT_BACK_BEFORE:
            self.outcome, short = "removed", True
        elif self.yes(Purpose.RETURN, values["custody.return_share"]):
            self.outcome, short = "returned", True
        else:
            self.count(now, "charged")
            detained = self.yes(Purpose.DETAINED, values["custody.detained_share"])
            short = not detained
            removed = values["custody.detained_removed_share" if detained else "custody.released_removed_share"]
            if self.yes(Purpose.CASE_OUTCOME, removed):
                self.outcome = "removed"
            else:
                self.outcome = "relief" if self.yes(Purpose.RELIEF, values["custody.relief_share"]) else "terminated"
            if not detained:
                self.docket_end = now + self.duration(Duration.DOCKET, Purpose.DOCKET_TIME)
        row = Duration.CUSTODY_SHORT if short else Duration.CUSTODY_CASE
        self.custody_end = now + self.duration(row, Purpose.CUSTODY_TIME)
        if self.docket_end <= self.custody_end:
            self.docket_end = self.custody_end + 1

    def leave_custody(self, now: int) -> None:
        """Custody ends: with the outcome, or to wait for it."""
        self.add_hours("ice_custody", self.custody_start, now)
        if self.docket_end == NEVER:
            self.end(now, self.outcome)
        else:
            self.stage = Stage.DOCKET

    # ---- the end of the period ----------------------------------------------------------------------------------

    def be_overtaken_by_the_end(self, end: int) -> None:
        """Count as pending with a detainer, and add the hours so far."""
        if self.detainer:
            self.count(end - 1, "pending")
        if self.stage is Stage.JAIL:
            self.add_jail_hours(end)
        elif self.stage is Stage.HELD:
            self.add_hold_hours(end)
        elif self.stage is Stage.CUSTODY:
            self.add_hours("ice_custody", self.custody_start, end)

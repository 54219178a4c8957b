"""An arrestee: one booking, from the jail door to the outcome, told in the order of docs/process.md.

Here are the passes of an hour as one person lives them (reach, interview, move, pick-up, clocks), the jail and the hold,
and the next hour at which something is due. Times are hours of the run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.twin.after_custody import PersonAfterJail
from tests.twin.booking import CRIMINAL_ALIEN_PROGRAM, JAIL_287G, NONE, SECURE_COMMUNITIES, TASK_FORCE
from tests.twin.charge import Arrest, Charge
from tests.twin.clock import HOURS_A_DAY, NEVER
from tests.twin.finding import Stage

from enforcement_sim.process.layouts import Duration
from enforcement_sim.process.rng import Draw

if TYPE_CHECKING:
    from tests.twin.model import TwinModel
    from tests.twin.places import Jail


def next_shift(hour: int, begins: float) -> int:
    """Return the hour at which shifts begin on the day after an hour's day."""
    return (hour // HOURS_A_DAY + 1) * HOURS_A_DAY + int(begins)


class Arrestee(PersonAfterJail):
    """One booking and all that follows from it."""

    def __init__(self, model: TwinModel, jail: Jail, arrest: Arrest, charge: Charge) -> None:
        super().__init__(model, jail, arrest, charge)
        self.waits_for_officer = False
        self.waits_for_visit = False
        self.kept = False
        self.with_officers = False
        self.kept_until = NEVER
        self.hold_start = NEVER
        self.hold_end = NEVER
        self.let_go_at = NEVER
        self.arrival = NEVER
        if self.arrested_in_field:
            self.count(self.booked, "field_arrest", TASK_FORCE)
            self.be_found(self.booked, TASK_FORCE)

    # ---- hours in jail ------------------------------------------------------------------------------------------

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
            hours = [self.plan.release, self.response, self.visit]
            if not self.detainer:
                hours.append(self.interview)
        elif self.stage is Stage.HELD:
            hours = [self.arrival, self.kept_until if self.kept else self.hold_end]
        elif self.stage is Stage.AT_LARGE:
            hours = [self.arrival]
        elif self.stage is Stage.PRISON:
            hours = [self.prison_end]
        elif self.stage is Stage.CUSTODY:
            hours = [self.custody_end]
        else:
            hours = [self.docket_end]
        return min(hours)

    # ---- pass (a): reach ----------------------------------------------------------------------------------------

    def reach(self, now: int) -> None:
        """In jail: the conviction, Secure Communities, the call for an officer, the wait for a visit."""
        if self.stage is not Stage.JAIL:
            return
        if self.plan.conviction <= now and not self.convicted:
            self.be_convicted()
        if self.response <= now:
            self.response = NEVER
            self.be_looked_at(now, SECURE_COMMUNITIES)
        if self.interview <= now:
            self.interview = NEVER
            self.waits_for_officer = not self.detainer and self.is_processed()
        if self.visit <= now:
            self.visit = NEVER
            self.waits_for_visit = True

    # ---- pass (b): interview ------------------------------------------------------------------------------------

    def meet_officer(self, now: int) -> None:
        """Be interviewed if an officer still has time today, at the next shift otherwise."""
        self.waits_for_officer = False
        if self.jail.interviews_left == 0:
            self.interview = next_shift(now, self.model.values["institutions.shift_begins"])
            return
        self.jail.interviews_left -= 1
        self.count(now, "interviewed", JAIL_287G)
        self.be_found(now, JAIL_287G)

    def meet_visitor(self, now: int) -> None:
        """Be visited if the field office still has time today, at the next shift otherwise."""
        self.waits_for_visit = False
        office = self.jail.field_office
        if office.visits_left == 0:
            self.visit = next_shift(now, self.model.values["institutions.shift_begins"])
            return
        office.visits_left -= 1
        self.be_looked_at(now, CRIMINAL_ALIEN_PROGRAM)

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
            self.meet_the_outcome(now)

    def leave_the_case(self, now: int) -> None:
        """Be let go by the criminal case: to prison, out, or into a hold for ICE."""
        self.add_jail_hours(now)
        if self.plan.to_prison:
            self.go_to_prison(now)
        elif not self.detainer:
            self.leave_jail()
            if self.response < NEVER:
                self.count(now, "missed_in_time", SECURE_COMMUNITIES)
            if self.not_sent_for:
                self.count(now, "released")
                self.be_let_go_without_a_hold(now)
            else:
                self.end(now, "released")
        elif self.is_lifted():
            self.walk_out_despite_the_detainer(now, "detainer_lifted")
        elif not self.jail.honours(self.grounds) and not self.is_held_against_the_rule():
            self.leave_jail()
            self.count(now, "detainer_declined")
            self.be_let_go_without_a_hold(now)
        elif self.has_a_medical_reason():
            self.walk_out_despite_the_detainer(now, "detainer_declined")
        else:
            self.be_held(now)

    def has_a_medical_reason(self) -> bool:
        """Return whether the jail lets the person go at once for a medical reason."""
        return self.yes(Draw.MEDICAL_REASON, self.model.values["hold.medical_reason_share"])

    def is_held_against_the_rule(self) -> bool:
        """Return whether the jail holds someone whom its rule does not cover."""
        return self.yes(Draw.NONCOMPLIANCE, self.model.values[f"refusal.noncompliance_share.{self.seriousness()}"])

    def go_to_prison(self, now: int) -> None:
        """Move to prison, where programmes may find people."""
        self.leave_jail()
        self.count(now, "prison")
        self.response = self.interview = self.visit = NEVER
        if self.detainer:
            self.count(now, "detainer_moved")
        self.enter_prison(now)
        self.be_screened_in_prison(now)

    def walk_out_despite_the_detainer(self, now: int, event: str) -> None:
        """Leave the jail although there was a detainer, which is remembered."""
        self.leave_jail()
        self.person.be_let_go()
        self.end(now, event)

    # ---- pass (c), let go without a hold ------------------------------------------------------------------------

    def be_let_go_without_a_hold(self, now: int) -> None:
        """Be out; ICE may be at the door, or seek the person later."""
        self.let_go_at = now
        notice, at_large = (self.refusal_share(name) for name in ("notice_share", "at_large_share"))
        comes = notice > 0 or at_large > 0
        if not comes or self.is_given_up() or not self.is_wanted():
            self.be_remembered()
            self.vanish()
        elif self.yes(Draw.NOTIFIED, notice):
            self.stage = Stage.AT_THE_DOOR
        else:
            self.be_sought_later(now)

    def is_given_up(self) -> bool:
        """Return whether ICE would have lifted the detainer that it did not send."""
        return self.not_sent_for and self.is_lifted()

    def refusal_share(self, name: str) -> float:
        """Return a share of the register by this person's seriousness."""
        return self.model.values[f"refusal.{name}.{self.seriousness()}"]

    def be_remembered(self) -> None:
        """Be remembered as let go if there was a detainer."""
        if self.detainer:
            self.person.be_let_go()

    def be_sought_later(self, now: int) -> None:
        """Be outside, and found there some day or never."""
        self.be_remembered()
        if self.yes(Draw.SOUGHT, self.refusal_share("at_large_share")):
            self.stage = Stage.AT_LARGE
            self.arrival = now + max(1, self.duration(Duration.AT_LARGE, Draw.AT_LARGE_TIME))
        else:
            self.vanish()

    def be_held(self, now: int) -> None:
        """Stay in jail for ICE; the clock starts."""
        self.stage = Stage.HELD
        self.count(now, "held")
        self.hold_start = now
        self.hold_end = self.model.calendar.hold_ends(now, int(self.model.values["detainer.hold_hours"]))
        self.with_officers = self.is_handed_over()
        if self.with_officers:
            self.arrival = now
            return
        if not self.is_wanted():
            return
        if self.plan.sentenced and self.yes(Draw.NOTICE, self.model.values["pickup.notice_share"]):
            self.arrival = now
        else:
            self.arrival = now + self.stretched(Duration.DELAY, Draw.DELAY_TIME, self.jail.delay_factor)

    # ---- pass (d): pick up --------------------------------------------------------------------------------------

    def is_ready_for_crew(self, now: int) -> bool:
        """Return whether this person is held or outside, and ICE is here."""
        due = self.stage in (Stage.HELD, Stage.AT_LARGE) and self.arrival <= now
        return due or self.stage is Stage.AT_THE_DOOR

    def waiting_since(self) -> int:
        """Return the hour at which the hold began, or of the release without one."""
        return self.hold_start if self.stage is Stage.HELD else self.let_go_at

    def meet_crew(self, now: int) -> None:
        """Be picked up from the hold, at the door or at large."""
        if self.stage is Stage.AT_THE_DOOR:
            self.be_met_at_the_door(now)
        elif self.stage is Stage.AT_LARGE:
            self.be_met_at_large(now)
        else:
            self.be_picked_up(now)

    def be_met_at_the_door(self, now: int) -> None:
        """Be taken into custody if the office has a crew and a bed, be sought later otherwise."""
        office = self.jail.field_office
        if office.pickups_left == 0 or not office.has_a_bed():
            self.be_sought_later(now)
            return
        office.pickups_left -= 1
        self.count(now, "picked_up_at_release")
        self.enter_custody(now)

    def be_met_at_large(self, now: int) -> None:
        """Be arrested if there is a bed and the person is still about."""
        if self.is_elsewhere(now):
            self.vanish()
        elif self.jail.field_office.has_a_bed():
            self.count(now, "arrested_at_large")
            self.enter_custody(now)
        else:
            self.arrival = next_shift(now, self.model.values["institutions.shift_begins"])

    def is_elsewhere(self, now: int) -> bool:
        """Return whether this person is inside or gone by another booking."""
        return self.person.is_away_at(now)

    def be_picked_up(self, now: int) -> None:
        """Be picked up if the office still has a crew and a bed today, wait for the next shift otherwise.

        287(g) officers who hand over need no crew.
        """
        office = self.jail.field_office
        crew = self.with_officers or office.pickups_left > 0
        if not crew or not office.has_a_bed():
            self.arrival = next_shift(now, self.model.values["institutions.shift_begins"])
            return
        if not self.with_officers:
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
            if self.yes(Draw.KEPT_PAST_LIMIT, self.jail.less_if_monitored("hold.past_limit_share", "past_limit")):
                self.kept = True
                self.kept_until = self.hold_end + self.duration(Duration.PAST_LIMIT, Draw.PAST_LIMIT_TIME)
                self.count(now, "overdetained")
            else:
                self.leave_the_hold(now)
        elif self.kept and self.kept_until <= now:
            self.leave_the_hold(now)

    def leave_the_hold(self, now: int) -> None:
        """Nobody came."""
        self.add_hold_hours(now)
        self.walk_out_despite_the_detainer(now, "detainer_lapsed")

    # ---- the end of the period ----------------------------------------------------------------------------------

    def be_overtaken_by_the_end(self, end: int) -> None:
        """Count as pending with a detainer, and add the hours so far."""
        if self.detainer or self.stage in (Stage.AT_LARGE, Stage.CUSTODY, Stage.DOCKET):
            self.count(end - 1, "pending")
        if self.stage is Stage.JAIL:
            self.add_jail_hours(end)
        elif self.stage is Stage.HELD:
            self.add_hold_hours(end)
        elif self.stage is Stage.PRISON:
            self.add_hours("prison", self.prison_start, end)
        elif self.stage is Stage.CUSTODY:
            self.add_hours("ice_custody", self.custody_start, end)

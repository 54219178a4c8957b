"""Prison, ICE custody and the docket: the section "Prison, custody, docket" of docs/process.md.

Where someone goes whom the jail has handed over, by which route the matter is decided, and what the county remembers
of it: who is away, for how long, and who was removed.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from tests.twin.booking import CRIMINAL_ALIEN_PROGRAM, JAIL_287G
from tests.twin.charge import Arrest, Charge
from tests.twin.clock import NEVER
from tests.twin.finding import FoundPerson, Stage

from enforcement_sim.law.grounds import bit, bits
from enforcement_sim.process.layouts import Duration
from enforcement_sim.process.rng import Draw

if TYPE_CHECKING:
    from tests.twin.model import TwinModel
    from tests.twin.places import Jail

PRIORITY = bits(("felony_charge", "felony_conviction", "prior_removal", "outstanding_order"))
SENT_BACK_BEFORE = bits(("prior_removal", "outstanding_order"))
AGGRAVATED = bit("aggravated_or_two_felonies")
FELONY_CONVICTION, ANY_CONVICTION = bit("felony_conviction"), bit("any_conviction")
HALF = 0.5
SHORT, CASE, BOND = Duration.CUSTODY_SHORT, Duration.CUSTODY_CASE, Duration.BOND


class PersonAfterJail(FoundPerson):
    """A person whom the jail may hand over to a prison or to ICE."""

    def __init__(self, model: TwinModel, jail: Jail, arrest: Arrest, charge: Charge) -> None:
        super().__init__(model, jail, arrest, charge)
        self.prison_start = NEVER
        self.prison_end = NEVER
        self.custody_start = NEVER
        self.custody_end = NEVER
        self.docket_end = NEVER
        self.outcome = ""

    def end(self, hour: int, event: str) -> None:
        """Count how the story ends, and end it."""
        self.count(hour, event)
        self.vanish()

    def vanish(self) -> None:
        """End the story."""
        self.stage = Stage.GONE
        self.remove()

    # ---- questions asked at the jail door and at the prison's ---------------------------------------------------

    def is_lifted(self) -> bool:
        """Return whether ICE lifts the detainer."""
        share = "detainer.lifted_share_citizen" if self.person.citizen else "detainer.lifted_share"
        return self.yes(Draw.LIFTED, self.model.values[share])

    def has_priority(self) -> bool:
        """Return whether field offices come for this person first."""
        return bool(self.grounds & PRIORITY)

    def seriousness(self) -> str:
        """Return the word by which shares of the register differ between those who come first and all others."""
        return "priority" if self.has_priority() else "other"

    def is_wanted(self) -> bool:
        """Return whether the field office will come at all."""
        return self.yes(Draw.WANTED, self.jail.wanted_priority if self.has_priority() else self.jail.wanted_other)

    def is_handed_over(self) -> bool:
        """Return whether 287(g) officers here, who know this person, take them to ICE."""
        known = JAIL_287G in self.found_by and self.jail.officer_share > 0
        return known and self.yes(Draw.HANDED_OVER, self.model.values["jail_287g.hand_over_share"])

    def stretched(self, row: Duration, purpose: Draw, factor: float) -> int:
        """Return a duration times a factor, to the nearest hour and at least one."""
        return max(1, math.floor(self.duration(row, purpose) * factor + HALF))

    # ---- prison -------------------------------------------------------------------------------------------------

    def enter_prison(self, now: int) -> None:
        """Begin a sentence in the state's prison, which is where this person is from now on."""
        self.stage = Stage.PRISON
        self.jail = self.jail.prison
        self.jail.inmates += 1
        self.person.go_inside()
        self.prison_start = now
        self.prison_end = now + self.duration(Duration.PRISON, Draw.SENTENCE_TIME)

    def be_screened_in_prison(self, now: int) -> None:
        """Meet the prison's 287(g) officers, if it has any, and the Criminal Alien Program."""
        officer = self.person.foreign_born and self.yes(Draw.OFFICER_ON_SITE, self.jail.officer_share)
        asked = officer and self.says_foreign_born() and self.is_processed()
        if asked and (not self.detainer or self.is_seen_with_a_detainer()):
            self.count(now, "interviewed", JAIL_287G)
            self.be_looked_at(now, JAIL_287G)
        share = self.model.values["background.prison_find_share"]
        if not self.detainer and self.yes(Draw.FOUND_IN_PRISON, share):
            self.be_found(now, CRIMINAL_ALIEN_PROGRAM)

    def is_seen_with_a_detainer(self) -> bool:
        """Return whether officers of the prison see someone who comes with a detainer."""
        return self.yes(Draw.WITH_DETAINER, self.model.values["jail_287g.prison_with_detainer_share"])

    def leave_prison(self, now: int) -> None:
        """Leave prison when the sentence is served: out, or into ICE custody on the spot."""
        self.jail.inmates -= 1
        self.add_hours("prison", self.prison_start, now)
        self.person.come_out()
        lifted = self.detainer and self.is_lifted()
        if self.detainer and not lifted and (self.is_handed_over() or self.is_wanted()):
            self.enter_custody(now)
            return
        if lifted:
            self.end(now, "detainer_lifted")
        else:
            self.end(now, "detainer_lapsed" if self.detainer else "released")

    # ---- ICE custody --------------------------------------------------------------------------------------------

    def enter_custody(self, now: int) -> None:
        """ICE custody begins; the route to the outcome is settled."""
        self.stage = Stage.CUSTODY
        self.custody_start = now
        self.count(now, "ice_custody")
        self.jail.field_office.in_custody += 1
        self.person.be_enrolled()
        self.person.go_inside()
        stay = self.take_a_route(now)
        self.custody_end = now + self.duration(stay, Draw.CUSTODY_TIME)
        if self.docket_end <= self.custody_end:
            self.docket_end = self.custody_end + 1

    def take_a_route(self, now: int) -> Duration:
        """Settle the outcome by the first route that applies, and return what kind of stay it takes."""
        values = self.model.values
        if not self.is_removable():
            self.outcome = "terminated"
            return SHORT if self.yes(Draw.LAWFUL_RELEASE, values["custody.lawful_release_share"]) else CASE
        if self.jail.spares(self.grounds) and self.yes(Draw.DISCRETION, values["custody.discretion_share"]):
            self.outcome = "discretion_release"
            return SHORT
        if self.grounds & SENT_BACK_BEFORE:
            self.count(now, "reinstated")
            self.outcome = "removed"
            return SHORT
        may_be_administrative = bool(self.grounds & AGGRAVATED) and not self.person.permanent_resident
        if may_be_administrative and self.yes(Draw.ADMINISTRATIVE, values["custody.administrative_share"]):
            self.count(now, "administrative")
            self.outcome = "removed"
            return SHORT
        if self.yes(Draw.RETURN, values["custody.return_share"]):
            self.outcome = "returned"
            return SHORT
        return self.be_charged(now)

    def be_charged(self, now: int) -> Duration:
        """Get a notice to appear: detained or not, bond, counsel, and how the case ends."""
        values = self.model.values
        self.count(now, "charged")
        mandatory = self.is_custody_mandatory()
        detained = mandatory or self.yes(Draw.DETAINED, values["custody.detained_share"])
        bonded = detained and not mandatory and self.yes(Draw.BOND, self.share_of_bond())
        throughout = detained and not bonded
        if bonded:
            self.count(now, "bonded")
        with_counsel = "custody.counsel_detained_share" if throughout else "custody.counsel_released_share"
        represented = self.yes(Draw.COUNSEL, values[with_counsel])
        if not throughout:
            longer = values["custody.counsel_docket_ratio"] if represented else 1.0
            self.docket_end = now + self.stretched(Duration.DOCKET, Draw.DOCKET_TIME, longer)
        if represented:
            self.count(now, "represented")
        elif throughout and self.yes(Draw.STIPULATED, values["custody.stipulated_share"]):
            self.count(now, "stipulated")
            self.outcome = "removed"
            return SHORT
        removed = values["custody.detained_removed_share" if throughout else "custody.released_removed_share"]
        if represented:
            removed = removed / (removed + (1 - removed) * values["custody.counsel_odds_ratio"])
        if self.yes(Draw.CASE_OUTCOME, removed):
            self.outcome = "removed"
        else:
            self.outcome = "relief" if self.yes(Draw.RELIEF, values["custody.relief_share"]) else "terminated"
        if throughout:
            return CASE
        return BOND if bonded else SHORT

    def is_custody_mandatory(self) -> bool:
        """Return whether the law leaves no choice but custody, by what the person was convicted of."""
        if self.grounds & FELONY_CONVICTION:
            return self.yes(Draw.MANDATORY_OFFENCE, self.model.values["custody.mandatory_share_felony"])
        if self.grounds & ANY_CONVICTION:
            return self.yes(Draw.MANDATORY_OFFENCE, self.model.values["custody.mandatory_share_misdemeanour"])
        return False

    def share_of_bond(self) -> float:
        """Return the probability of bond, which is higher for those whose counsel comes early."""
        values = self.model.values
        share = values["custody.bond_share"]
        early = values["custody.counsel_detained_share"] * values["custody.counsel_early_share"]
        if not self.yes(Draw.COUNSEL, early):
            return share
        odds_ratio = values["custody.counsel_bond_odds_ratio"]
        return odds_ratio * share / (odds_ratio * share + 1 - share)

    def leave_custody(self, now: int) -> None:
        """Custody ends: with the outcome, or to wait for it outside."""
        self.add_hours("ice_custody", self.custody_start, now)
        self.jail.field_office.in_custody -= 1
        self.person.come_out()
        if self.docket_end == NEVER:
            self.meet_the_outcome(now)
        else:
            self.stage = Stage.DOCKET

    def meet_the_outcome(self, now: int) -> None:
        """The matter is decided; who is sent away may come back."""
        if self.outcome in ("removed", "returned"):
            self.person.be_removed()
            if self.yes(Draw.REENTRY, self.model.values["people.reentry_share"]):
                self.person.be_gone(until=now + self.duration(Duration.REENTRY, Draw.REENTRY_TIME))
            else:
                self.person.be_gone()
        self.end(now, self.outcome)

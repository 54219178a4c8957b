"""The criminal case as it would run: released before disposition, or held to disposition and what follows.

A plan is made at booking, and made anew for someone who loses bail because of a detainer. Both times the same draws
answer, so that the second plan is what would have happened to this very person.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.twin.clock import HOURS_A_DAY, NEVER

from enforcement_sim.process.layouts import Duration
from enforcement_sim.process.rng import Draw

if TYPE_CHECKING:
    from tests.twin.booking import BookedPerson


@dataclass(frozen=True)
class CasePlan:
    """When and how the criminal case lets go of someone.

    Attributes
    ----------
    release
        Hour of the run at which the jail would let go.
    conviction
        Hour of the conviction; NEVER if there will be none.
    to_prison
        Whether the person leaves for prison at that hour.
    sentenced
        Whether a jail sentence is served, so that the release date is known in advance.
    before_disposition
        Whether this is a release before disposition.
    """

    release: int
    conviction: int = NEVER
    to_prison: bool = False
    sentenced: bool = False
    before_disposition: bool = False


def plan_without_detainer(person: BookedPerson) -> CasePlan:
    """Plan the case of someone just booked."""
    offence = person.offence
    released = offence.release_felony if person.felony else offence.release_misdemeanour
    if not person.yes(Draw.RELEASE_PATH, released):
        return plan_held_to_disposition(person)
    row = Duration.RELEASE_FELONY if person.felony else Duration.RELEASE_MISDEMEANOUR
    longest = int(person.model.values["case.longest_release_days"]) * HOURS_A_DAY
    wait = min(person.duration(row, Draw.RELEASE_TIME), longest)
    return CasePlan(release=person.booked + wait, before_disposition=True)


def plan_held_to_disposition(person: BookedPerson) -> CasePlan:
    """Plan the case of someone who stays in jail until it is decided."""
    values = person.model.values
    grade = "felony" if person.felony else "misdemeanour"
    longest = int(values["case.longest_stay_days"]) * HOURS_A_DAY
    row = Duration.DISPOSITION_FELONY if person.felony else Duration.DISPOSITION_MISDEMEANOUR
    wait = min(person.duration(row, Draw.DISPOSITION_TIME), longest)
    disposition = person.booked + wait
    if not person.yes(Draw.CONVICTED, values[f"case.conviction_share_{grade}"]):
        return CasePlan(release=disposition)
    if person.felony and person.yes(Draw.PRISON, person.offence.prison_share):
        return CasePlan(release=disposition, conviction=disposition, to_prison=True)
    if person.yes(Draw.JAIL, values["case.jail_share"]):
        row = Duration.JAIL_FELONY if person.felony else Duration.JAIL_MISDEMEANOUR
        stay = min(wait + person.duration(row, Draw.SENTENCE_TIME), longest)
        return CasePlan(release=person.booked + stay, conviction=disposition, sentenced=True)
    return CasePlan(release=disposition, conviction=disposition)

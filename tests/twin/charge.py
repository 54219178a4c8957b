"""What brings someone to the jail door, and whether they come through it.

The charge and its grade, whether a task force made the arrest, and what the responses of communities, police and
offenders take away from the bookings or add to them: the paragraphs "Not booked after all" and "Added by responses" of
docs/process.md. Whoever is booked after this is ``booking``'s.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from types import SimpleNamespace
from typing import TYPE_CHECKING

from tests.twin.people import Person
from tests.twin.streams import Stream, choose

from enforcement_sim.codes import OFFENCES
from enforcement_sim.process.rng import Draw

if TYPE_CHECKING:
    from tests.twin.model import TwinModel
    from tests.twin.places import Jail

TRAFFIC, IMMIGRATION_HOLD = OFFENCES.index("traffic"), OFFENCES.index("immigration_hold")


class Origin(Enum):
    """Why someone is arrested."""

    AS_EVER = "an arrest that does not depend on any programme"
    TASK_FORCE = "an arrest that a task force adds"
    RESPONSE = "an arrest that a response adds"
    EARLIER = "an arrest of earlier years, for which the person is in prison when the run begins"


@dataclass(frozen=True)
class Arrest:
    """Whom a day brings to the jail door.

    Attributes
    ----------
    key, stream
        Of this booking.
    hour
        Hour of the run at which the person is booked.
    person
        Who it is.
    origin
        Why.
    """

    key: int
    stream: Stream
    hour: int
    person: Person
    origin: Origin = Origin.AS_EVER


@dataclass(frozen=True)
class Charge:
    """What someone is arrested for.

    Attributes
    ----------
    number, offence
        Position of the offence class, and its row.
    felony
        Whether it is a felony.
    in_field
        Whether a task force made the arrest, of its own or in another's place.
    """

    number: int
    offence: SimpleNamespace
    felony: bool
    in_field: bool = False

    @property
    def name(self) -> str:
        """The word for the offence class."""
        return OFFENCES[self.number]

    @property
    def minor_traffic(self) -> bool:
        """Whether this is a traffic matter and no felony."""
        return self.number == TRAFFIC and not self.felony


@dataclass(frozen=True)
class Responses:
    """By what share arrests at a place change: offences, reports by victims, arrests for minor traffic."""

    crime: float
    reporting: float
    traffic: float

    @property
    def added(self) -> Responses:
        """The changes upwards."""
        return Responses(max(self.crime, 0.0), max(self.reporting, 0.0), max(self.traffic, 0.0))

    @property
    def total(self) -> float:
        """All three together."""
        return self.crime + self.reporting + self.traffic


def responses_at(jail: Jail) -> Responses:
    """Return how arrests at a place change as things stand today."""
    if not jail.sharing:
        return Responses(0.0, 0.0, jail.arrest_change)
    values = jail.model.values
    traffic = values["response.traffic_arrests"] + jail.arrest_change
    return Responses(values["response.crime"], values["response.reporting"], traffic)


def share_of_traffic(cumulative: Sequence[float]) -> float:
    """Return the share of traffic among cumulative shares of the offence classes."""
    return cumulative[TRAFFIC] - cumulative[TRAFFIC - 1]


def choose_with_traffic(cumulative: Sequence[float], traffic: float, draw: float) -> int:
    """Choose an offence where the share of traffic is a county's own, and the others stand to each other as ever."""
    nation, before = share_of_traffic(cumulative), cumulative[TRAFFIC - 1]
    if traffic == nation:
        return choose(cumulative, draw)
    stretch = (1 - nation) / (1 - traffic)
    begins = before / stretch
    if draw < begins:
        return choose(cumulative, draw * stretch)
    if draw < begins + traffic:
        return TRAFFIC
    return choose(cumulative, before + nation + (draw - begins - traffic) * stretch)


def charge_of(model: TwinModel, jail: Jail, arrest: Arrest) -> Charge:
    """Return what someone is arrested for, and whether by a task force."""
    stream, person = arrest.stream, arrest.person
    if arrest.origin is Origin.TASK_FORCE:
        charged = stream.yes(Draw.OFFENCE, model.values["task_force.charge_share"])
        number = TRAFFIC if charged else IMMIGRATION_HOLD
        in_field = True
    else:
        draw = stream.draw(Draw.OFFENCE)
        if person.citizen:
            number = choose(model.citizen_offences, draw)
        else:
            number = choose_with_traffic(model.noncitizen_offences, jail.traffic_share, draw)
        may_be_in_field = arrest.origin is Origin.AS_EVER and person.unauthorised
        in_field = may_be_in_field and stream.yes(Draw.FIELD, jail.field_share)
    offence = model.offences[number]
    return Charge(number, offence, stream.yes(Draw.GRADE, offence.felony_share), in_field)


def why_not_booked(jail: Jail, arrest: Arrest, charge: Charge) -> str:
    """Return the event that takes the place of an ordinary booking; nothing if the person is booked."""
    stream = arrest.stream
    if charge.in_field:
        return ""
    if jail.cites and not charge.felony and stream.yes(Draw.CITED, charge.offence.citable_share):
        return "cited"
    change = responses_at(jail)
    if stream.yes(Draw.CRIME, -change.crime):
        return "averted"
    if charge.offence.has_victim and stream.yes(Draw.REPORTED, -change.reporting):
        return "unreported"
    may_be_spared = charge.minor_traffic and not arrest.person.citizen
    if may_be_spared and stream.yes(Draw.ARRESTED, -change.traffic):
        return "not_arrested"
    return ""


def why_added(jail: Jail, arrest: Arrest, charge: Charge) -> str:
    """Return the event by which a response adds a booking; nothing if there is no such booking."""
    added = responses_at(jail).added
    which = arrest.stream.draw(Draw.ADDED) * added.total
    if which < added.crime:
        return "caused"
    if which < added.crime + added.reporting:
        return "newly_reported" if charge.offence.has_victim else ""
    return "newly_arrested" if charge.minor_traffic and not arrest.person.citizen else ""

"""Jails, prisons and field offices as agents: what they were told, whom a day brings, and how much they can still do today."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import mesa
import numpy as np
from tests.twin.charge import Arrest, Origin, responses_at
from tests.twin.clock import HOURS_A_DAY
from tests.twin.people import Person
from tests.twin.streams import Stream, choose

from enforcement_sim.codes import STATUSES
from enforcement_sim.process.layouts import Duration
from enforcement_sim.process.rng import (
    Draw,
    booking_key,
    field_arrest_key,
    office_day_key,
    person_key,
    place_day_key,
    response_key,
)

if TYPE_CHECKING:
    from tests.twin.model import TwinModel

ENTERED_WITHOUT_INSPECTION, OVERSTAY = STATUSES.index("entered_without_inspection"), STATUSES.index("overstay")


OF_AGREEMENTS = ("officer_share", "interviews_a_day", "field_arrests_a_day", "field_share")
"""What an agreement gives a county."""


class FieldOffice(mesa.Agent):
    """A field office, its crews and its beds."""

    model: TwinModel

    def __init__(self, model: TwinModel, row: np.void) -> None:
        super().__init__(model)
        self.code = int(row["code"])
        self.give(row)
        self.pickups_left = 0
        self.visits_left = 0
        self.beds_today = 0
        self.in_custody = 0

    def give(self, row: np.void) -> None:
        """Learn what the office has: crews, beds and visits."""
        self.capacity = float(row["capacity"])
        self.beds = float(row["beds"])
        self.visits = float(row["visits"])

    def begin_day(self, day: int) -> None:
        """Learn how many pick-ups and visits the officers can make today, and how many beds there are."""
        working = self.model.calendar.is_working_day(day)
        ratio = 1.0 if working else self.model.values["pickup.weekend_capacity_ratio"]
        stream = self.model.stream_of_key(office_day_key(self.code, self.model.calendar.day_number(day)))
        self.pickups_left = stream.round(Draw.CREWS, self.capacity * ratio / self.model.thin)
        self.visits_left = stream.round(Draw.VISITS, self.visits * ratio / self.model.thin)
        self.beds_today = stream.round(Draw.BEDS, self.beds / self.model.thin)

    def has_a_bed(self) -> bool:
        """Return whether one more person can be taken into custody."""
        return self.in_custody < self.beds_today


class Jail(mesa.Agent):
    """The jail of a county, with the people who may be booked there and the rules in force; or a state's prison.

    The attributes from ``officer_share`` to ``oversight``, the two that begin with ``issue``, and ``acted_share`` are the
    fields that dated settings change; they have the names of the fields. ``prison`` is the state's prison, None for a
    prison itself.
    """

    model: TwinModel

    def __init__(self, model: TwinModel, row: np.void, field_office: FieldOffice) -> None:
        super().__init__(model)
        self.field_office = field_office
        self.fips = int(row["fips"])
        self.area = int(row["area"])
        self.reported = bool(row["reported"])
        self.day_share = float(row["day_share"])
        self.reachable_share = float(row["reachable_share"])
        self.status_cdf = [float(share) for share in row["status_cdf"]]
        self.pool = int(row["pool"])
        self.officer_share = float(row["officer_share"])
        self.interviews_a_day = float(row["interviews_a_day"])
        self.interviews_per_officer = float(row["interviews_per_officer"])
        self.field_arrests_a_day = float(row["field_arrests_a_day"])
        self.arrests_per_officer = float(row["arrests_per_officer"])
        self.field_share = float(row["field_share"])
        self.sharing = int(row["sharing"])
        self.detainer_rule = int(row["detainer_rule"])
        self.honour_rule = int(row["honour_rule"])
        self.discretion_rule = int(row["discretion_rule"])
        self.screen_rule = int(row["screen_rule"])
        self.post_case = int(row["post_case"])
        self.cites = int(row["cites"])
        self.oversight = int(row["oversight"])
        self.arrest_change = float(row["arrest_change"])
        self.issue_covered = float(row["issue_covered"])
        self.issue_not_covered = float(row["issue_not_covered"])
        self.wanted_priority = float(row["wanted_priority"])
        self.wanted_other = float(row["wanted_other"])
        self.delay_factor = float(row["delay_factor"])
        self.acted_share = float(row["acted_share"])
        self.removed_before = float(row["removed_before"])
        self.presence_odds = float(row["presence_odds"])
        self.bail_denied_share = float(row["bail_denied_share"])
        self.traffic_share = float(row["traffic_share"])
        self.prisoner_ratio = float(row["prisoner_ratio"])
        self.further_prints = float(row["further_prints"])
        self.is_prison = bool(row["is_prison"])
        self.prison: Jail | None = None
        self.people: dict[int, Person] = {}
        self.interviews_left = 0
        self.inmates = 0
        self.agreement_ended = False

    # ---- whom a day brings --------------------------------------------------------------------------------------

    def stream_of_day(self, day: int) -> Stream:
        """Return the stream of this jail's day."""
        return self.model.stream_of_key(place_day_key(self.fips, self.model.calendar.day_number(day)))

    def arrests_of_day(self, day: int) -> Iterator[Arrest]:
        """Bring today's followed bookings, after them the arrests that task forces add, and then those that responses add."""
        stream = self.stream_of_day(day)
        expected = self.model.expected_national_bookings(day) * self.day_share * self.reachable_share
        yield from self.arrests_of_pool(day, stream.count(Draw.COUNT, expected), booking_key, Origin.AS_EVER)
        added = self.field_arrests_a_day * self.model.values["task_force.added_share"]
        for key, own_stream, hour in self.comers(day, stream.count(Draw.FIELD_COUNT, added), field_arrest_key):
            if self.is_kept(own_stream):
                yield Arrest(key, own_stream, hour, self.stranger(own_stream), Origin.TASK_FORCE)
        more = stream.count(Draw.RESPONSE_COUNT, expected * responses_at(self).added.total)
        yield from self.arrests_of_pool(day, more, response_key, Origin.RESPONSE)

    def arrests_of_pool(
        self, day: int, count: int, key_of: Callable[..., np.uint64], origin: Origin
    ) -> Iterator[Arrest]:
        """Bring arrests of people of the county's pool."""
        for key, own_stream, hour in self.comers(day, count, key_of):
            person = self.person_behind(own_stream)
            if self.is_kept(person.stream):
                yield Arrest(key, own_stream, hour, person, origin)

    def comers(self, day: int, count: int, key_of: Callable[..., np.uint64]) -> Iterator[tuple[int, Stream, int]]:
        """Number the arrests of a day, and say at which hour each comes."""
        for index in range(count):
            key = int(key_of(self.fips, self.model.calendar.day_number(day), index))
            stream = self.model.stream_of_key(key)
            yield key, stream, day * HOURS_A_DAY + stream.duration(Duration.HOUR_OF_DAY, Draw.HOUR)

    def is_kept(self, stream: Stream) -> bool:
        """Return whether a thinned run keeps the person whose stream this is."""
        return self.model.thin == 1 or stream.yes(Draw.THIN, 1 / self.model.thin)

    def person_behind(self, stream: Stream) -> Person:
        """Return who of the county's pool it is; low numbers come again and again."""
        exponent, offset = self.model.values["people.frailty_exponent"], self.model.values["people.frailty_offset"]
        lowest = offset**exponent
        frailty = (offset + (1 - offset) * stream.draw(Draw.PERSON)) ** exponent
        number = min(max(math.floor(self.pool * (frailty - lowest) / (1 - lowest)), 0), self.pool - 1)
        if number not in self.people:
            own = self.model.stream_of_key(person_key(self.fips, number))
            person = self.people[number] = self.model.person(own, choose(self.status_cdf, own.draw(Draw.STATUS)))
            if self.removed_before > 0:
                person.may_have_been_removed(self.removed_before * self.share_of_bookings(number))
        return self.people[number]

    def share_of_bookings(self, number: int) -> float:
        """Return the share of the pool's bookings that are of one person."""
        exponent, offset = self.model.values["people.frailty_exponent"], self.model.values["people.frailty_offset"]
        lowest = offset**exponent

        def below(end: int) -> float:
            return float((end / self.pool * (1 - lowest) + lowest) ** (1 / exponent) / (1 - offset))

        return below(number + 1) - below(number)

    def stranger(self, stream: Stream) -> Person:
        """Return someone outside the pool whom a task force arrests, who is never met again."""
        crossed = stream.yes(Draw.STATUS, self.model.values["status.entered_without_inspection_share"])
        return self.model.person(stream, ENTERED_WITHOUT_INSPECTION if crossed else OVERSTAY)

    # ---- what can be done today ---------------------------------------------------------------------------------

    def begin_day(self, day: int) -> None:
        """Learn how many interviews the 287(g) officers can hold today."""
        left_over, self.interviews_left = self.interviews_left, 0
        if self.officer_share > 0:
            time_left = 1.0 - self.model.values["institutions.oversight_time_share"] if self.oversight else 1.0
            amount = self.interviews_a_day * time_left / self.model.thin
            new = self.stream_of_day(day).round(Draw.INTERVIEWS, amount)
            kept = math.ceil(self.model.values["jail_287g.interview_carry_days"] * self.interviews_a_day)
            self.interviews_left = new + min(left_over, kept)

    # ---- 287(g) and monitoring ----------------------------------------------------------------------------------

    @property
    def has_agreement(self) -> bool:
        """Whether there are 287(g) officers or a task force."""
        return self.officer_share > 0 or self.field_arrests_a_day > 0

    def end_agreement(self) -> None:
        """Have no officers and no task force from now on, whatever is laid down later."""
        self.agreement_ended = True
        for field in OF_AGREEMENTS:
            setattr(self, field, 0.0)

    def be_told(self, field: str, value: float) -> None:
        """Let a dated setting change one of the fields."""
        if not (self.agreement_ended and field in OF_AGREEMENTS):
            setattr(self, field, type(getattr(self, field))(value))  # rule numbers stay whole numbers

    def less_if_monitored(self, address: str, what: str) -> float:
        """Return a share, less by what monitoring prevents where there is monitoring."""
        share = self.model.values[address]
        return share * (1 - self.model.values[f"institutions.oversight_{what}_reduction"]) if self.oversight else share

    # ---- the rules in force -------------------------------------------------------------------------------------

    def detains(self, grounds: int) -> bool:
        """Return whether ICE's rule on detainers covers someone here."""
        return self.model.rules[self.detainer_rule].covers(grounds)

    def honours(self, grounds: int) -> bool:
        """Return whether the jail honours a detainer on someone."""
        return self.model.rules[self.honour_rule].covers(grounds)

    def screens(self, grounds: int) -> bool:
        """Return whether 287(g) officers process someone here."""
        return self.model.rules[self.screen_rule].covers(grounds)

    def spares(self, grounds: int) -> bool:
        """Return whether ICE's rule on discretion covers someone from here."""
        return self.model.rules[self.discretion_rule].covers(grounds)

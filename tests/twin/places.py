"""Jails and field offices as agents: what they were told, and how much they can still do today."""

from __future__ import annotations

from typing import TYPE_CHECKING

import mesa
import numpy as np

from enforcement_sim.custody.draws import Purpose, luck_of, office_day_key, place_day_key, poisson, rounded

if TYPE_CHECKING:
    from tests.twin.model import TwinModel


class FieldOffice(mesa.Agent):
    """A field office and its crews."""

    model: TwinModel

    def __init__(self, model: TwinModel, row: np.void) -> None:
        super().__init__(model)
        self.code = int(row["code"])
        self.capacity = float(row["capacity"])
        self.pickups_left = 0

    def begin_day(self, day: int) -> None:
        """Learn how many pick-ups the crews can make today."""
        capacity = self.capacity
        if not self.model.calendar.is_working_day(day):
            capacity *= self.model.values["pickup.weekend_capacity_ratio"]
        key = np.uint64(office_day_key(self.code, self.model.calendar.day_number(day)))
        luck = np.uint64(luck_of(self.model.seed, key))
        self.pickups_left = rounded(luck, int(Purpose.CREWS), capacity / self.model.thin)


class Jail(mesa.Agent):
    """The jail of a county, with the rules in force there.

    The attributes after ``area`` are the fields that dated settings change; they have the names of the fields.
    """

    model: TwinModel

    def __init__(self, model: TwinModel, row: np.void, field_office: FieldOffice) -> None:
        super().__init__(model)
        self.field_office = field_office
        self.fips = int(row["fips"])
        self.area = int(row["area"])
        self.day_share = float(row["day_share"])
        self.status_cdf = [float(share) for share in row["status_cdf"]]
        self.officer_share = float(row["officer_share"])
        self.interviews_a_day = float(row["interviews_a_day"])
        self.sharing = int(row["sharing"])
        self.detainer_rule = int(row["detainer_rule"])
        self.honour_rule = int(row["honour_rule"])
        self.discretion_rule = int(row["discretion_rule"])
        self.screen_rule = int(row["screen_rule"])
        self.post_case = int(row["post_case"])
        self.interviews_left = 0
        self.inmates = 0

    def luck_of_day(self, day: int) -> np.uint64:
        """Return the luck of this jail's day."""
        key = np.uint64(place_day_key(self.fips, self.model.calendar.day_number(day)))
        return np.uint64(luck_of(self.model.seed, key))

    def bookings_of_day(self, day: int) -> int:
        """Return how many people are booked today."""
        mean = self.model.expected_national_bookings(day) * self.day_share
        return poisson(self.luck_of_day(day), int(Purpose.COUNT), mean)

    def begin_day(self, day: int) -> None:
        """Learn how many interviews the 287(g) officers can hold today."""
        self.interviews_left = 0
        if self.officer_share > 0:
            amount = self.interviews_a_day / self.model.thin
            self.interviews_left = rounded(self.luck_of_day(day), int(Purpose.INTERVIEWS), amount)

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

"""Institutions that decide by themselves on the first of a month: counties, field offices, headquarters.

The first point of "The order of a day" and the section "Institutions" of docs/process.md. Everything is decided on what
stood before anyone decided, and only then done.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from tests.twin.booking import JAIL_287G, TASK_FORCE
from tests.twin.ledger import Profile

from enforcement_sim.codes import OFFENCES, PRIOR_RECORDS, STATUS_GROUPS
from enforcement_sim.law.adherence import shifted
from enforcement_sim.law.definitions import load_definitions
from enforcement_sim.places.geography import agreements, load_geography
from enforcement_sim.process.rng import Draw, institution_stream, uniform
from enforcement_sim.process.tables import profile_grounds

if TYPE_CHECKING:
    from tests.twin.model import TwinModel
    from tests.twin.places import FieldOffice, Jail

COUNTIES = 3
"""The kind of institution a county is."""
GALARZA, MIRANDA_OLIVARES = date(2014, 3, 4), date(2014, 4, 11)
DAYS_A_YEAR = 365.25
OCTOBER = 10
DETAINERS_A_DAY, LEVELS, DETAINERS_A_DOLLAR, REMOVALS_A_DAY = 1, 2, 3, 4
"""What a review may measure."""


class Institutions:
    """Those who decide in one run."""

    def __init__(self, model: TwinModel) -> None:
        self.model = model
        self.values = model.values
        self.calendar = model.calendar
        self.beds_at_the_start = {int(row["code"]): float(row["beds"]) for row in model.capacities}
        self.wanted_by_office = {jail.fips: (jail.wanted_priority, jail.wanted_other) for jail in model.counties}
        self.rule_numbers = {rule.id: number for number, rule in enumerate(model.rules)}
        self.county_of = {county.fips: county for county in model.counties}
        self.officer_days: dict[tuple[int, int, int], float] = {}

    def decide(self, day: int) -> None:
        """Let everyone decide if it is the first of a counted month, and note who works how much today."""
        if day >= self.calendar.first_counted_day and self.calendar.date_of(day).day == 1:
            for do in [*self.refusals(day), *self.exits(day), *self.review(day), *self.efforts(day), *self.beds()]:
                do()
        self.note_officer_days(day)

    # ---- counties -----------------------------------------------------------------------------------------------

    def draw(self, county: Jail, purpose: Draw, day_number: int) -> float:
        """Return a county's draw for a decision on a day, 0 for one that is taken once."""
        return float(
            uniform(institution_stream(int(self.model.seed), COUNTIES, county.fips, day_number), purpose.value)
        )

    def declines_all(self, county: Jail) -> bool:
        """Return whether a county honours no detainer."""
        return county.honour_rule == self.rule_numbers["honour-none"]

    def believes_to_be_bound(self, county: Jail) -> bool:
        """Return whether a county takes detainers for orders."""
        return self.draw(county, Draw.BELIEVES, 0) < self.values["institutions.believes_binding_share"]

    def refusals(self, day: int) -> list[Callable[[], None]]:
        """Counties that begin to decline every detainer."""
        today = self.calendar.date_of(day)
        return [
            partial(setattr, county, "honour_rule", self.rule_numbers["honour-none"])
            for county in self.model.counties
            if not self.declines_all(county)
            and not (today < GALARZA and self.believes_to_be_bound(county))
            and self.draw(county, Draw.REFUSAL, self.calendar.day_number(day)) < self.hazard(county, today)
        ]

    def hazard(self, county: Jail, today: date) -> float:
        """Return the probability with which a county begins to decline."""
        around = self.neighbours_of(county)
        share = sum(self.declines_all(neighbour) for neighbour in around) / len(around) if around else 0.0
        hazard = self.values["institutions.county_refusal_hazard"]
        hazard *= 1 + self.values["institutions.refusal_neighbour_weight"] * share
        if today >= MIRANDA_OLIVARES:
            hazard += self.values["institutions.court_shock_hazard"]
        return hazard

    def neighbours_of(self, county: Jail) -> list[Jail]:
        """Return the counties of the run that border on one."""
        geography = load_geography()
        around = geography.neighbours(geography.index_of(f"{county.fips:05d}"))
        codes = [int(code) for code in geography.counties.fips[around]]
        return [self.county_of[code] for code in codes if code in self.county_of]

    def exits(self, day: int) -> list[Callable[[], None]]:
        """Counties that end their 287(g) agreement because prints are shared."""
        hazard = self.values["institutions.exit_hazard"]
        number = self.calendar.day_number(day)
        return [
            county.end_agreement
            for county in self.model.counties
            if county.has_agreement and county.sharing and self.draw(county, Draw.EXIT, number) < hazard
        ]

    def efforts(self, day: int) -> list[Callable[[], None]]:
        """What counties' police and field offices make of last month and of each other."""
        return [*self.efforts_of_counties(day), *self.efforts_of_offices()]

    def efforts_of_counties(self, day: int) -> list[Callable[[], None]]:
        """Arrests for minor traffic follow the detainers of last month."""
        response = self.values["institutions.county_effort_response"]
        limit = self.values["institutions.county_effort_limit"]
        if response == 0:
            return []
        decisions = []
        month = months_before(self.calendar.date_of(day), 1)
        for county in self.model.counties:
            issued = self.model.ledger.happened(month, county.fips, "detainer_issued")
            booked = self.model.ledger.happened(month, county.fips, "booked")
            change = max(-limit, min(limit, response * 100 * issued / booked)) if booked else 0.0
            decisions.append(partial(setattr, county, "arrest_change", change))
        return decisions

    # ---- field offices ------------------------------------------------------------------------------------------

    def cooperates(self, county: Jail) -> float:
        """Return 1 for a county that shares prints and honours every detainer."""
        return float(bool(county.sharing) and county.honour_rule == self.rule_numbers["honour-all"])

    def efforts_of_offices(self) -> list[Callable[[], None]]:
        """Field offices come more readily to counties that cooperate than to their others."""
        logit = self.values["institutions.office_effort_logit"]
        if logit == 0:
            return []
        decisions = []
        for office in self.model.offices:
            counties = [county for county in self.model.counties if county.field_office is office]
            people = sum(county.day_share for county in counties)
            for county in counties:
                mean = sum(other.day_share * self.cooperates(other) for other in counties) / people
                more = logit * (self.cooperates(county) - mean)
                priority, other_people = self.wanted_by_office[county.fips]
                decisions.append(partial(setattr, county, "wanted_priority", shifted(priority, more)))
                decisions.append(partial(setattr, county, "wanted_other", shifted(other_people, more)))
        return decisions

    def beds(self) -> list[Callable[[], None]]:
        """Beds follow their use."""
        response = self.values["institutions.beds_response"]
        if response == 0:
            return []
        return [
            partial(setattr, office, "beds", self.beds_after(office, response))
            for office in self.model.offices
            if self.beds_at_the_start[office.code] > 0
        ]

    def beds_after(self, office: FieldOffice, response: float) -> float:
        """Return an office's beds from now on."""
        start = self.beds_at_the_start[office.code]
        use = office.in_custody * self.model.thin / start / self.values["institutions.beds_usual_use"]
        return max(0.0, start * (1 + response * (use - 1)))

    # ---- headquarters -------------------------------------------------------------------------------------------

    def has_its_own_agreement(self, county: Jail) -> bool:
        """Return whether an agency of the county or of a city in it, not only of the state, is on the list."""
        index = load_geography().index_of(f"{county.fips:05d}")
        return any(agreement.county == index for agreement in agreements())

    def review(self, day: int) -> list[Callable[[], None]]:
        """Headquarters ends the agreements that measured lowest in a year."""
        today = self.calendar.date_of(day)
        kind = self.values["institutions.review_measure"]
        if kind == 0 or (today.year, today.month) != (self.values["institutions.review_year"], OCTOBER):
            return []
        counties = [
            county for county in self.model.counties if county.has_agreement and self.has_its_own_agreement(county)
        ]
        counties.sort(key=lambda county: (self.measure(int(kind), county, today), county.fips))
        ended = math.floor(self.values["institutions.review_share"] * len(counties))
        return [county.end_agreement for county in counties[:ended]]

    def measure(self, kind: int, county: Jail, today: date) -> float:
        """Return what a review sees of a county."""
        months = [months_before(today, number) for number in range(12, 0, -1)]
        officer_days = sum(self.officer_days.get((*month, county.fips), 0.0) for month in months)

        def all_of(event: str) -> int:
            return sum(
                self.model.ledger.happened(month, county.fips, event, programme)
                for month in months
                for programme in (JAIL_287G, TASK_FORCE)
            )

        if kind == REMOVALS_A_DAY:
            return quotient(all_of("removed") + all_of("returned"), officer_days)
        issued = all_of("detainer_issued")
        if kind == LEVELS:
            return quotient(self.detainers_at_high_levels(county, months), issued)
        if kind == DETAINERS_A_DOLLAR:
            return quotient(issued, officer_days * self.values["cost.officer_year_287g"] / DAYS_A_YEAR)
        return quotient(issued, officer_days)

    def detainers_at_high_levels(self, county: Jail, months: list[tuple[int, int]]) -> int:
        """Return how many detainers that 287(g) brought were on people at Level 1 or 2."""
        return sum(
            number
            for (month, fips, event, programme, profile), number in self.model.ledger.whole_run.items()
            if fips == county.fips
            and event == "detainer_issued"
            and programme in (JAIL_287G, TASK_FORCE)
            and month in months
            and profile is not None
            and level_of(profile) in ("level 1", "level 2")
        )

    def note_officer_days(self, day: int) -> None:
        """Add today's officers to those of the month."""
        today = self.calendar.date_of(day)
        for county in self.model.counties:
            officers = quotient(county.interviews_a_day, county.interviews_per_officer)
            officers += quotient(county.field_arrests_a_day, county.arrests_per_officer)
            key = (today.year, today.month, county.fips)
            self.officer_days[key] = self.officer_days.get(key, 0.0) + officers


def months_before(today: date, number: int) -> tuple[int, int]:
    """Return the year and month so many calendar months before today's."""
    months = today.year * 12 + today.month - 1 - number
    return months // 12, months % 12 + 1


def quotient(above: float, below: float) -> float:
    """Return a quotient, 0 where the divisor is 0."""
    return above / below if below else 0.0


def level_of(profile: Profile) -> str:
    """Return the level of a profile as ICE has defined it since 2010."""
    parts = (
        OFFENCES.index(profile.offence),
        profile.felony,
        profile.convicted,
        PRIOR_RECORDS.index(profile.prior_record),
        STATUS_GROUPS.index(profile.status_group),
    )
    (grounds,) = profile_grounds(*(np.array([part]) for part in parts))
    return load_definitions()["ice-levels-2010"].category(int(grounds))

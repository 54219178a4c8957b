"""The stock of prisoners: people in state prisons for what happened before the first day.

The section "The initial prison population" of docs/process.md. How many there are of each county, who they are, how much of
the sentence is left, and whether the Criminal Alien Program has been there already. Of all this nothing is counted;
from the first hour on a prisoner's story goes on as anyone's in prison.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tests.twin.arrestee import Arrestee
from tests.twin.booking import CRIMINAL_ALIEN_PROGRAM
from tests.twin.case import CasePlan
from tests.twin.charge import Arrest, Charge, Origin, choose_with_traffic, share_of_traffic
from tests.twin.clock import HOURS_A_DAY, NEVER
from tests.twin.finding import Stage
from tests.twin.people import Person
from tests.twin.streams import Stream, choose

from enforcement_sim.codes import STATUSES
from enforcement_sim.process.layouts import Duration
from enforcement_sim.process.rng import Draw, place_day_key, prisoner_key

if TYPE_CHECKING:
    from tests.twin.model import TwinModel
    from tests.twin.places import Jail

DAYS_OF_A_YEAR = 365
LAST_CITIZEN = STATUSES.index("naturalised")


def prisoners_of_earlier_years(model: TwinModel) -> Iterator[Prisoner]:
    """Bring the prisoners whom each county has in the state's prison when the run begins."""
    in_nation = expected_prisoners_of_nation(model)
    for county in model.counties:
        stream = model.stream_of_key(place_day_key(county.fips, 0))
        noncitizens = county.reachable_share * (1 - county.status_cdf[LAST_CITIZEN])
        expected = in_nation * county.day_share * noncitizens * county.prisoner_ratio / model.thin
        for index in range(stream.count(Draw.STOCK, expected)):
            yield Prisoner(model, county, int(prisoner_key(county.fips, index)))


def expected_prisoners_of_nation(model: TwinModel) -> float:
    """Return the prisoners if all the nation's bookings were of non-citizens: those of a day times the days they stay."""
    values = model.values
    days_of_mean = DAYS_OF_A_YEAR if values["start.earlier_removals"] == 1 else model.calendar.days
    days_of_mean = min(days_of_mean, model.calendar.days)
    a_day = sum(model.expected_national_bookings(day) for day in range(days_of_mean)) / days_of_mean
    to_prison = 0.0
    before = 0.0
    for offence in model.offences:
        share = offence.noncitizen_cdf - before
        before = offence.noncitizen_cdf
        to_prison += share * offence.felony_share * (1 - offence.release_felony) * offence.prison_share
    sentences = model.durations[Duration.PRISON]
    days = sum(sentences) / len(sentences) / HOURS_A_DAY
    convicted = values["case.conviction_share_felony"]
    return a_day * to_prison * convicted * days


def whole_sentence(sentences: list[int], draw: float) -> int:
    """Return the sentence of someone met in prison: long ones are met in proportion to their length."""
    passed = 0
    wanted = draw * sum(sentences)
    for hours in sentences:
        passed += hours
        if passed > wanted:
            return hours
    return sentences[-1]


def offence_of(model: TwinModel, county: Jail, draw: float) -> int:
    """Return the offence class of a prisoner from a county with its own share of traffic."""
    shares = [offence.prisoner_cdf for offence in model.offences]
    nation = share_of_traffic(model.noncitizen_offences)
    if county.traffic_share == nation:
        return choose(shares, draw)
    own = share_of_traffic(shares) * (county.traffic_share / nation) / county.prisoner_ratio
    return choose_with_traffic(shares, own, draw)


class Prisoner(Arrestee):
    """Someone in prison from hour 0 for a felony of earlier years."""

    def __init__(self, model: TwinModel, county: Jail, key: int) -> None:
        stream = model.stream_of_key(key)
        number = offence_of(model, county, stream.draw(Draw.OFFENCE))
        sentence = whole_sentence(model.durations[Duration.PRISON], stream.draw(Draw.SENTENCE_TIME))
        served = int(stream.draw(Draw.ELAPSED) * sentence)
        arrest = Arrest(key, stream, -served - 1, self.someone(model, county, stream), Origin.EARLIER)
        super().__init__(model, county.prison, arrest, Charge(number, model.offences[number], felony=True))
        self.stage = Stage.PRISON
        self.jail.inmates += 1
        self.person.go_inside()
        self.prison_start = 0
        self.prison_end = sentence - served
        self.silent = True
        if self.yes(Draw.FOUND_IN_PRISON, model.values["background.prison_find_share"]):
            self.be_found(0, CRIMINAL_ALIEN_PROGRAM)
        self.silent = False

    @staticmethod
    def someone(model: TwinModel, county: Jail, stream: Stream) -> Person:
        """Return a non-citizen outside the county's pool."""
        citizens = county.status_cdf[LAST_CITIZEN]
        return model.person(stream, choose(county.status_cdf, citizens + stream.draw(Draw.STATUS) * (1 - citizens)))

    def be_booked(self) -> None:
        """Have been booked, convicted and sent to prison before the run."""
        self.matched = False
        self.untouched = False
        self.plan = CasePlan(release=0, conviction=0, to_prison=True)
        self.free = self.interview = self.visit = self.response = NEVER
        self.settle_the_rest()
        self.be_convicted()

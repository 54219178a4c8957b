"""Bookings that do not come about and bookings that responses add: who, by which draw, and that nobody else moves.

docs/process.md, section "Booking": *Not booked after all* and *Added by responses*. Every booking of a small county is drawn
again here from those words, and each count is theirs.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.process.watching import FIRST_NONCITIZEN, counted_of_day, in_pool, used_rows

from enforcement_sim.codes import EVENTS, OFFENCES
from enforcement_sim.model import EnforcementModel
from enforcement_sim.process.person import ARRESTEE
from enforcement_sim.process.rng import (
    RESPONSES,
    Draw,
    booking_key,
    person_key,
    place_day_key,
    poisson,
    response_key,
    stream_of,
    uniform,
)
from enforcement_sim.scenarios.load import load_scenario
from enforcement_sim.scenarios.schema import Scenario

pytestmark = pytest.mark.slow

IMPERIAL = "06025"
"""A county without 287(g), many of whose arrestees are not citizens."""
SEED = 3
WITH_VICTIMS = {
    "serious_violent",
    "aggravated_assault",
    "simple_assault",
    "sex_offence",
    "burglary_arson",
    "theft_fraud",
}
NOT_BOOKED = ("cited", "averted", "unreported", "not_arrested")
ADDED = ("caused", "newly_reported", "newly_arrested")
FIELDS = list(ARRESTEE.names or ())
SHARED = {"changes.on": {"decision": "sharing", "rule": "shared", "where": "nation"}}
CITED = {"changes.cited": {"decision": "citation", "rule": "cited", "where": "nation"}}


def scenario_of(more: dict[str, Any] | None = None) -> Scenario:
    """Return three months of one county where prints are shared."""
    settings: dict[str, Any] = {
        "scope": {"counties": [IMPERIAL]},
        "simulate": "alone",
        "period.start": "2011-01-01",
        "period.end": "2011-03-31",
        "start.warm_days": 0,
        "status.arrest_ratio.entered_without_inspection": 2.5,
        "status.arrest_ratio.overstay": 2.5,
        **SHARED,
    }
    return load_scenario("baseline").with_(ensemble=0).with_(**(settings | (more or {})))


def model_of(more: dict[str, Any] | None = None) -> EnforcementModel:
    """Build it with crews, beds and visits enough, and a pool in which nobody is booked twice."""
    model = EnforcementModel(scenario_of(more), SEED)
    model.field_offices.set("pickups_a_day", 1e6)
    model.engine.offices["beds"] = model.engine.offices["visits"] = 1e6
    model.engine.places["pool"] = 2**30
    return model


def stream(key: int) -> np.uint64:
    """Return a key's stream."""
    return np.uint64(stream_of(np.uint64(SEED), np.uint64(key)))


class Redrawn:
    """The bookings of a whole run, drawn again: what becomes of each in words of docs/process.md."""

    def __init__(self, model: EnforcementModel, sharing: bool = True, cites: bool = False) -> None:
        engine, values = model.engine, model.scenario.parameters
        place = engine.places[0]
        fips, pool = int(place["fips"]), int(place["pool"])
        frailty = values["people.frailty_exponent"], values["people.frailty_offset"]
        crime, reporting, traffic = (
            values[f"response.{name}"] if sharing else 0.0 for name in ("crime", "reporting", "traffic_arrests")
        )
        self.counts: Counter[str] = Counter()
        self.kept: list[int] = []
        self.added: list[int] = []

        def drawn(key: int) -> tuple[np.uint64, bool, str, bool]:
            """Stream of a booking, whether the person is not a citizen, the offence, and whether it is a felony."""
            own = stream(key)
            number = int(in_pool(np.array([uniform(own, Draw.PERSON.value)]), pool, *frailty)[0])
            person = stream(int(person_key(fips, number)))
            cumulative = place["status_cdf"]
            status = min(
                int(np.searchsorted(cumulative, uniform(person, Draw.STATUS.value), "right")), cumulative.size - 1
            )
            column = "citizen_cdf" if status < 2 else "noncitizen_cdf"
            row = int(np.searchsorted(engine.world().offences[column], uniform(own, Draw.OFFENCE.value), "right"))
            name = OFFENCES[min(row, len(OFFENCES) - 1)]
            felony = uniform(own, Draw.GRADE.value) < values[f"offence.felony_share.{name}"]
            return own, status >= FIRST_NONCITIZEN, name, felony

        def outcome(own: np.uint64, noncitizen: bool, offence: str, felony: bool) -> str:
            if cites and not felony and uniform(own, Draw.CITED.value) < values[f"booking.citable_share.{offence}"]:
                return "cited"
            if uniform(own, Draw.CRIME.value) < -crime:
                return "averted"
            if offence in WITH_VICTIMS and uniform(own, Draw.REPORTED.value) < -reporting:
                return "unreported"
            minor_traffic = noncitizen and offence == "traffic" and not felony
            return "not_arrested" if minor_traffic and uniform(own, Draw.ARRESTED.value) < -traffic else "booked"

        more, more_reports, more_arrests = max(0.0, crime), max(0.0, reporting), max(0.0, traffic)

        def cause(own: np.uint64, noncitizen: bool, offence: str, felony: bool) -> str:
            v = uniform(own, Draw.ADDED.value) * (more + more_reports + more_arrests)
            if v < more:
                return "caused"
            if v < more + more_reports:
                return "newly_reported" if offence in WITH_VICTIMS else ""
            return "newly_arrested" if noncitizen and offence == "traffic" and not felony else ""

        for day in range(engine.clock.days):
            number = engine.clock.day_number(day)
            today = np.uint64(stream_of(np.uint64(SEED), np.uint64(place_day_key(fips, number))))
            mean = float(engine.expected[day]) * float(place["day_share"]) * float(place["reachable_share"])
            for index in range(poisson(today, Draw.COUNT.value, mean)):
                key = int(booking_key(fips, number, index))
                event = outcome(*drawn(key))
                self.counts[event] += 1
                if event == "booked":
                    self.kept.append(key)
            total = more + more_reports + more_arrests
            for own, kind, by_response in counted_of_day(engine, place, day, total):
                offence, felony = OFFENCES[kind["offence"]], bool(kind["felony"])
                event = outcome(own, False, offence, felony) if not by_response else cause(own, False, offence, felony)
                self.counts[event] += bool(event)
                self.counts["booked"] += by_response and bool(event)
            for index in range(poisson(today, Draw.RESPONSE_COUNT.value, mean * total) if total else 0):
                key = int(response_key(fips, number, index))
                event = cause(*drawn(key))
                if event:
                    self.counts[event] += 1
                    self.counts["booked"] += 1
                    self.added.append(key)


def records(model: EnforcementModel) -> dict[int, np.void]:
    """Run to the end and return the last seen record of every stored booking by its key."""
    found: dict[int, np.void] = {}
    while not model.engine.closed:
        model.step()
        rows = used_rows(model.engine)
        found |= dict(zip(rows["key"].tolist(), rows[FIELDS], strict=True))
    return found


@pytest.fixture(scope="module")
def usual() -> dict[int, np.void]:
    """Return the records of the run without any response."""
    return records(model_of())


CASES: dict[str, tuple[dict[str, Any], set[str]]] = {
    "cited": (CITED, {"cited"}),
    "less crime": ({"response.crime": -0.2}, {"averted"}),
    "more crime": ({"response.crime": 0.2}, {"caused"}),
    "fewer reports": ({"response.reporting": -0.3}, {"unreported"}),
    "more reports": ({"response.reporting": 0.3}, {"newly_reported"}),
    "fewer arrests": ({"response.traffic_arrests": -0.6}, {"not_arrested"}),
    "more arrests": ({"response.traffic_arrests": 0.6}, {"newly_arrested"}),
    "several": (
        CITED | {"response.crime": 0.1, "response.reporting": -0.3, "response.traffic_arrests": 0.4},
        {"cited", "caused", "unreported", "newly_arrested"},
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_each_response_by_its_draws(case: str, usual: dict[int, np.void]) -> None:
    """Counts are those of the draws, and each record of anybody else is what it was, to the last field."""
    more, expected = CASES[case]
    model = model_of(more)
    redrawn = Redrawn(model, cites="changes.cited" in more)
    found = records(model)
    counts = model.result().funnel(by="none").set_index("event")["count"]
    for event in (*NOT_BOOKED, *ADDED, "booked"):
        assert counts[event] == redrawn.counts[event], event
    assert {event for event in (*NOT_BOOKED, *ADDED) if counts[event]} == expected
    assert min(counts[event] for event in expected) > 3
    of_responses = {key for key in found if key >> 48 == RESPONSES}
    assert of_responses <= set(redrawn.added)
    assert bool(of_responses) == bool(expected & set(ADDED))
    # Everybody else: those who are not booked are gone, the others are there and the same.
    others = found.keys() - of_responses
    assert others <= usual.keys()
    gone = usual.keys() - others
    assert not gone & set(redrawn.kept)
    assert bool(gone) == bool(expected & set(NOT_BOOKED))
    assert all(found[key] == usual[key] for key in others)


def test_added_bookings_are_like_any_other() -> None:
    """Whoever is booked by a response is screened, held and removed as others are, and counts once under `booked`."""
    model = model_of({"response.crime": 0.2})
    found = records(model)
    added = [row for key, row in found.items() if key >> 48 == RESPONSES]
    assert sum(row["bits"] & 4 != 0 for row in added) > 3  # have a detainer
    counts = model.result().funnel(by="none").set_index("event")["count"]
    before = model_of().run().funnel(by="none").set_index("event")["count"]
    assert counts["booked"] == before["booked"] + counts["caused"]


def same_tables(first: EnforcementModel, second: EnforcementModel) -> bool:
    """Whether two runs give the same tables to the last bit."""
    tables = first.run().tables(), second.run().tables()
    for name, table in tables[0].items():
        pd.testing.assert_frame_equal(table, tables[1][name], obj=name)
    return True


@pytest.mark.parametrize(
    "more",
    [
        # Where prints are not shared nobody responds to it.
        {
            "response.crime": 0.2,
            "response.reporting": -0.5,
            "response.traffic_arrests": 0.6,
            "changes.on": {"decision": "sharing", "rule": "not-shared", "where": "nation"},
        },
        # Where the law lets nothing be cited nothing is.
        CITED | {f"booking.citable_share.{name}": 0.0 for name in OFFENCES},
        # As practised is not cited.
        {"changes.cited": {"decision": "citation", "rule": "as-practised", "where": "nation"}},
        # Felonies are never cited, whatever the share, nor is anybody at another place.
        {"changes.cited": {"decision": "citation", "rule": "cited", "where": {"states": ["NV"]}}},
    ],
)
@pytest.mark.slow
def test_what_does_not_apply_changes_nothing(more: dict[str, Any]) -> None:
    """To the last bit: a response without sharing, citation without anything to cite, practice as it is."""
    before = {key: value for key, value in more.items() if key == "changes.on"}
    assert same_tables(model_of(before), model_of(more))
    events = model_of(more).run().funnel(by="none").set_index("event")["count"]
    assert not events[[*NOT_BOOKED, *ADDED]].any()


def test_by_default_nobody_responds() -> None:
    """The seven events exist and are zero in history: shares of responses are 0, and offenders are booked as practised."""
    counts = EnforcementModel(scenario_of(), SEED).run().funnel(by="none").set_index("event")["count"]
    assert counts["booked"] > 500
    assert not counts[[*NOT_BOOKED, *ADDED]].any()
    assert set(NOT_BOOKED + ADDED) < set(EVENTS)

"""Which lives are chosen to be looked at, and what cannot be asked for."""

from __future__ import annotations

from functools import cache

import pytest
from tests.twin.cases import COLLIER, MANY_NONCITIZENS, small

from enforcement_sim.errors import InputError
from enforcement_sim.runs.recorded_runs import (
    BookingFilter,
    RecordedRun,
    first_divergences,
    first_histories,
    record_events,
)
from enforcement_sim.runs.transitions import who_changed
from enforcement_sim.scenarios.load import load_scenario

SMALL = {
    "scope": {"counties": [COLLIER]},
    "simulate": "alone",
    "period.start": "2010-11-05",
    "period.end": "2010-11-30",
    "start.warm_days": 4,
}
BASE = small([COLLIER], "2010-11-05", "2010-11-14", MANY_NONCITIZENS | {"thin": 3}, warm=4)


@cache
def world(hours: int = 48) -> RecordedRun:
    return record_events(BASE.with_(**{"detainer.hold_hours": hours}))


def test_the_first_that_fit_in_the_order_of_keys() -> None:
    wanted = BookingFilter(
        outcome="detainer_issued", offence="simple_assault", status="unauthorised", programme="jail_287g"
    )
    traces = first_histories(world(), wanted, 3)
    keys = [trace.key for trace in traces]
    assert len(keys) == 3 and keys == sorted(keys)
    first_day = world().arrestees.records.clock.first_counted_hour
    for trace in traces:
        assert trace.booking is not None and trace.booking.booked >= first_day
        assert "detainer_issued" in trace.events and trace.booking.offence == "simple_assault"
        assert trace.booking.status_group == "unauthorised"
    everyone_before = [
        one.key
        for one in world().arrestees
        if one.key < keys[0] and wanted.matches(one) and one.booked >= traces[0].when(first_day)
    ]
    assert everyone_before == []


def test_an_end_can_be_asked_for_like_an_event() -> None:
    assert {trace.outcome for trace in first_histories(world(), BookingFilter(outcome="never_found"), 5)} == {
        "never_found"
    }


def test_pairs_are_of_one_booking_and_do_part() -> None:
    pairs = first_divergences(world(), world(4), BookingFilter(outcome="held"), 4)
    assert len(pairs) == 4
    for pair in pairs:
        assert pair.a.key == pair.b.key and pair.a.events[: pair.divergence.at] == pair.b.events[: pair.divergence.at]
        assert "held" in pair.a.events


@pytest.mark.parametrize(
    ("condition", "word", "near"), [("outcome", "overdetaned", "overdetained"), ("offence", "trafic", "traffic")]
)
def test_words_that_are_not_of_the_vocabulary(condition: str, word: str, near: str) -> None:
    with pytest.raises(InputError, match=f"did you mean '{near}'") as error:
        BookingFilter(**{condition: word})
    assert error.value.key == f"--{condition}"


@pytest.mark.parametrize("number", [0, -1, 51])
def test_how_many(number: int) -> None:
    with pytest.raises(InputError, match="1 to 50"):
        first_histories(world(), BookingFilter(), number)


def test_a_scenario_with_a_design_is_followed_as_it_stands() -> None:
    """A sweep and a design say which worlds there are besides; a life is followed in the scenario's own."""
    designed = load_scenario("hold-under-doubt").with_(**SMALL)
    assert designed.design is not None
    keys = [one.key for one in record_events(designed).arrestees]
    assert keys == [one.key for one in record_events(designed.without_design).arrestees] != []
    found = who_changed(designed, designed.with_(**{"detainer.hold_hours": 8}))
    assert set(found.causes()["cause"]) >= {"hold_clock"}

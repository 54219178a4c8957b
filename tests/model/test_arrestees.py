"""The view of a finished run's people: found, chosen and explained one by one, or refused with a reason."""

from __future__ import annotations

from functools import cache

import pytest
from tests.twin.cases import COLLIER, MANY_NONCITIZENS, small

from enforcement_sim.codes import EVENTS
from enforcement_sim.errors import InputError
from enforcement_sim.model import EnforcementModel
from enforcement_sim.model.arrestees import Arrestees

SCENARIO = small([COLLIER], "2010-11-01", "2010-11-12", MANY_NONCITIZENS | {"thin": 5}, warm=0)


@cache
def finished() -> EnforcementModel:
    model = EnforcementModel(SCENARIO, record=True)
    model.run()
    return model


def test_the_view_has_everyone_once_and_in_order() -> None:
    arrestees = finished().arrestees
    keys = [one.key for one in arrestees]
    assert keys == sorted(set(keys)) and len(keys) == len(arrestees) > 100
    assert finished().arrestees is arrestees
    counted = finished().result().funnel()
    matched = counted.loc[counted["event"] == "matched", "count"].sum() / SCENARIO.thin
    assert sum("matched" in one.events for one in arrestees) == matched > 0


def test_one_is_found_by_number_and_by_text() -> None:
    arrestees = finished().arrestees
    first = next(iter(arrestees))
    assert arrestees[first.key].events == arrestees[f"{first.key:#x}"].events == first.history().events
    assert first.county == "Collier County, FL" and repr(first).startswith(f"Arrestee({first.key:#x}: Collier")
    with pytest.raises(KeyError, match="no followed booking 0x1 "):
        arrestees[1]


def test_what_is_said_of_one_agrees_with_the_history() -> None:
    for one in finished().arrestees:
        trace = one.history()
        facts = trace.booking
        assert facts is not None
        assert (one.offence, one.felony, one.prior_record, one.status_group) == (
            facts.offence, facts.felony, facts.prior_record, facts.status_group
        )  # fmt: skip
        assert one.outcome == trace.outcome and (facts.booked < 0 or one.booked == trace.when(facts.booked))
        assert set(one.events) <= set(EVENTS)


def test_selections_are_views_of_the_same_kind() -> None:
    arrestees = finished().arrestees
    felons = arrestees.select(lambda one: one.felony)
    found = felons.select(lambda one: one.programme == "jail_287g")
    assert isinstance(found, Arrestees) and 0 < len(found) < len(felons) < len(arrestees)
    assert all(one.felony and "identified" in one.events for one in found)
    other = next(one.key for one in arrestees if not one.felony)
    assert other in arrestees and other not in felons


def test_a_run_without_a_record_says_how_to_make_one() -> None:
    model = EnforcementModel(SCENARIO)
    with pytest.raises(InputError, match="record=True"):
        _ = model.arrestees
    model = EnforcementModel(SCENARIO, record=True)
    model.step()
    with pytest.raises(InputError, match="not over"):
        _ = model.arrestees

"""Parameters that are set or swept while their switch is off; none is told of whose switch is on or unknown."""

from __future__ import annotations

from typing import Any

import pytest
from tests.no_effect.test_changes import scenario, told

from enforcement_sim.parameters.register import load_register
from enforcement_sim.runs.design import design_of
from enforcement_sim.runs.run import simulate
from enforcement_sim.scenarios.schema import assemble

CITED = {"minor": {"decision": "citation", "rule": "cited", "where": "nation"}}


def test_a_number_whose_switch_is_zero_does_nothing() -> None:
    (one,) = told({}, **{"institutions.review_share": 0.5})
    assert str(one) == (
        "parameters.institutions.review_share: does nothing: read only where a measure is chosen; set for instance "
        "institutions.review_measure = 1, too"
    )
    assert told({}, **{"institutions.review_share": 0.5, "institutions.review_measure": 2}) == []


def test_a_number_of_a_lever_that_nobody_pulls_does_nothing() -> None:
    (one,) = told({}, **{"booking.citable_share.traffic": 0.1})
    assert one.key == "parameters.booking.citable_share.traffic" and "decision: citation, rule: cited" in one.why
    assert told(CITED, **{"booking.citable_share.traffic": 0.1}) == []


def test_the_register_s_own_number_is_not_set_by_anybody() -> None:
    usual = load_register().defaults()["institutions.review_share"]
    assert told({}, **{"institutions.review_share": usual}) == []


@pytest.mark.parametrize(
    "address", ["jail_287g.training_weeks", "institutions.court_shock_hazard", "people.smallest_pool"]
)
def test_a_number_that_acts_in_some_places_or_months_only_is_not_told_of(address: str) -> None:
    entry = load_register()[address]
    assert told({}, **{address: entry.high}) == []


def test_a_switch_that_is_on_at_one_setting_or_drawn_is_on() -> None:
    def keys(**more: Any) -> list[str]:
        return [one.key for one in design_of(assemble(scenario({}).resolved() | more)).without_effect()]

    share, measure = "institutions.review_share", "institutions.review_measure"
    assert keys(sweep={share: [0.25, 0.5]}) == [share]
    assert keys(sweep={share: [0.25, 0.5], measure: [0, 1]}) == []
    response, use = "institutions.beds_response", "institutions.beds_usual_use"
    levers = {"values": {use: [0.7, 0.9]}}
    drawn = {"method": "latin-hypercube", "draws": 2, "values": {response: {"from": 0.1, "to": 1.0}}}
    assert keys(design={"levers": levers}) == [use]
    assert keys(design={"levers": levers, "uncertainties": drawn, "together": "crossed"}) == []


def test_what_is_said_to_do_nothing_does_nothing() -> None:
    idle = {"institutions.oversight_mistake_reduction": 1.0, "booking.citable_share.traffic": 0.0}
    short = {"simulate": "alone", "period.end": "2012-01-10", "start.warm_days": 10}
    assert len(told({}, **idle, **short)) == 2
    one, other = (simulate(scenario({}, **short, **more), 1).tables() for more in (idle, {}))
    assert all(one[name].equals(other[name]) for name in one)

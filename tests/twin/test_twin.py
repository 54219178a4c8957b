"""The engine and its slow twin agree on every cell of every table.

In the chosen cases, in the shipped scenarios cut down to a few counties, and in scenarios that Hypothesis makes up
within the register's ranges.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.twin.cases import (
    BEAUFORT,
    BERKSHIRE,
    CASES,
    COLLIER,
    DUPAGE,
    ETOWAH,
    FREDERICK,
    IMPERIAL,
    KENT,
    MANASSAS,
    MANY_NONCITIZENS,
    MARION,
    PRINCE_WILLIAM,
    ROCKLAND,
    SANTA_CLARA,
    WHITFIELD,
    YOLO,
    small,
)
from tests.twin.compare import compare

from enforcement_sim.codes import LEVERS
from enforcement_sim.law.rules import load_rulebook
from enforcement_sim.parameters.register import Parameter, load_register
from enforcement_sim.scenarios.schema import Scenario


@pytest.mark.parametrize("name", CASES)
def test_engine_and_twin_agree(name: str) -> None:
    """A chosen case gives the same tables twice."""
    assert compare(CASES[name]) == []


SHIPPED: dict[str, tuple[list[str], str, str]] = {
    "baseline": ([FREDERICK, YOLO], "2012-06-01", "2012-07-15"),
    "hold-length": ([COLLIER], "2010-06-15", "2010-07-15"),
    "hold-and-opt-out": ([IMPERIAL], "2011-09-01", "2011-10-15"),
    "hold-and-opt-out-nation": ([SANTA_CLARA, ETOWAH], "2011-10-01", "2011-10-31"),
    "opt-out": ([BERKSHIRE, ROCKLAND], "2011-05-20", "2011-06-20"),
    "refusal": ([BERKSHIRE, DUPAGE], "2011-05-20", "2011-06-20"),
    "screening-point": ([FREDERICK, ETOWAH], "2009-12-01", "2009-12-31"),
    "null": ([KENT, WHITFIELD], "2010-06-15", "2010-07-15"),
    "counsel": ([IMPERIAL], "2011-09-01", "2011-10-15"),
    "detainer-guidance": ([IMPERIAL], "2011-09-01", "2011-10-15"),
    "diffusion": ([MARION], "2014-04-01", "2014-06-15"),
    "phase-out": ([WHITFIELD], "2012-12-10", "2013-01-20"),
    "prisons": ([WHITFIELD], "2011-10-01", "2011-11-15"),
    "programmes": ([WHITFIELD], "2011-10-01", "2011-11-15"),
    "race": ([YOLO], "2012-01-01", "2012-01-31"),
    "trust-act": ([IMPERIAL, YOLO], "2012-12-15", "2013-01-15"),
    "universal-or-targeted": ([FREDERICK, PRINCE_WILLIAM], "2010-12-01", "2010-12-31"),
}


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_scenarios_agree(name: str) -> None:
    """A shipped scenario, at both ends of its sweep and in its middle, gives the same tables twice."""
    counties, start, end = SHIPPED[name]
    scenario = small(counties, start, end, MANY_NONCITIZENS | {"thin": 4}, scenario=name, warm=20)
    points = [point.scenario for point in scenario.points()]
    for chosen in {0, len(points) // 2, len(points) - 1}:
        assert compare(points[chosen]) == []


# ---- scenarios made by Hypothesis ----------------------------------------------------------------------------------

RULES = {
    decision: load_rulebook().of_decision(decision) for decision in ("detainer", "honour", "screen", "discretion")
} | LEVERS
FIRST_DAY, LAST_DAY = date(2006, 1, 1), date(2014, 6, 30)
SOME_COUNTIES = (
    *(FREDERICK, WHITFIELD, ETOWAH, COLLIER, YOLO, IMPERIAL, KENT, BERKSHIRE, ROCKLAND, MARION),
    *(MANASSAS, BEAUFORT),
)
NOT_VARIED = ("cost.", "booking.national_per_year", "start.", "status.arrest_ratio", "institutions.")
ADDRESSES = sorted(address for address in load_register() if not address.startswith(NOT_VARIED))
SCALARS = sorted(address for address in ADDRESSES if load_register()[address].table is None)
OFTEN = (
    "detainer.hold_hours",
    "hold.counts_weekends",
    "screening.triage_on_weekends",
    "pickup.crew_capacity",
    "jail_287g.interviews_per_officer_day",
    "institutions.county_refusal_hazard",
    "institutions.refusal_neighbour_weight",
    "institutions.exit_hazard",
    "institutions.believes_binding_share",
    "institutions.office_draw",
    "institutions.office_effort_logit",
    "institutions.county_effort_response",
    "institutions.review_measure",
    "institutions.review_share",
    "institutions.beds_response",
    "institutions.oversight_mistake_reduction",
    "institutions.oversight_past_limit_reduction",
    "institutions.oversight_time_share",
    "response.crime",
    "response.reporting",
    "response.traffic_arrests",
    "case.jail_share",
    "case.lockup_share",
    "case.longest_stay_days",
    "status.in_ident.us_born",
    "background.visits_a_day",
    "start.prison_stock",
    "people.pool_ratio",
    "people.frailty_exponent",
    "people.frailty_offset",
    "people.reentry_share",
    "people.reentry_days_median",
    "task_force.arrests_per_officer_year",
    "task_force.added_share",
    "jail_287g.authorised_share",
    "beds.funded",
    "beds.interior_share",
    "custody.administrative_share",
    "custody.bond_share",
    "custody.counsel_detained_share",
    "custody.stipulated_share",
)


def values_of(parameter: Parameter) -> st.SearchStrategy[float]:
    """Return a strategy for the values a parameter may take."""
    if parameter.integer:
        return st.integers(int(parameter.low), int(parameter.high))
    return st.floats(parameter.low, parameter.high, allow_nan=False)


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    """Make up a scenario: one to three small counties, one to three months, a dozen parameters and some changes."""
    register = load_register()
    counties = draw(st.lists(st.sampled_from(SOME_COUNTIES), min_size=1, max_size=3, unique=True))
    start = draw(st.dates(FIRST_DAY, LAST_DAY))
    days = draw(st.integers(25, 90))
    addresses = draw(st.lists(st.sampled_from(SCALARS), min_size=6, max_size=9, unique=True))
    addresses += draw(st.lists(st.sampled_from(ADDRESSES), min_size=2, max_size=4, unique=True))
    addresses += draw(st.lists(st.sampled_from(OFTEN), max_size=12, unique=True))
    more = dict(MANY_NONCITIZENS)
    more |= {address: draw(values_of(register[address])) for address in addresses}
    more["status.arrest_ratio.us_born"] = draw(st.sampled_from([0.05, 1.0]))  # few bookings are counted, or most
    if draw(st.booleans()):
        more |= {"people.pool_ratio": register["people.pool_ratio"].low, "people.reentry_days_median": 30}
    for number in range(draw(st.integers(0, 3))):
        decision = draw(st.sampled_from(sorted(RULES)))
        where = draw(st.sampled_from(["nation", {"counties": [counties[0]]}, {"states": ["CA", "GA", "MD"]}]))
        change: dict[str, Any] = {"decision": decision, "rule": draw(st.sampled_from(RULES[decision])), "where": where}
        if decision == "detainer":
            shares = st.fixed_dictionaries({"covered": st.floats(0, 1), "not_covered": st.floats(0, 1)})
            change["followed"] = draw(st.sampled_from(["strictly", "as_history"]) | shares)
        begins = draw(st.none() | st.integers(-30, days))
        if begins is not None:
            change["from"] = (start + timedelta(days=begins)).isoformat()
        lasts = draw(st.none() | st.integers(1, days))
        if lasts is not None:
            change["until"] = (start + timedelta(days=(begins or 0) + lasts)).isoformat()
        more[f"changes.made-up-{number}"] = change
    for address in draw(st.lists(st.sampled_from(register.levers), max_size=5, unique=True)):
        more[f"history.{address}"] = draw(values_of(register[address]))
    more["thin"] = draw(st.integers(2, 8))
    more["seed"] = draw(st.integers(0, 2**62 - 1))
    end = start + timedelta(days=days)
    more["institutions.review_year"] = min(max(end.year, 2007), 2014)
    return small(counties, start.isoformat(), end.isoformat(), more, warm=draw(st.integers(0, 60)))


@settings(max_examples=120, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(scenarios())
def test_made_up_scenarios_agree(scenario: Scenario) -> None:
    """Whatever a scenario sets within the register's ranges, both programs give the same tables."""
    assert compare(scenario) == []

"""The named numbers of a run: each against the answer that it is short for, and officers' years by hand."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from enforcement_sim.codes import EVENTS, HOUR_KINDS, PROGRAMMES
from enforcement_sim.model import EnforcementModel
from enforcement_sim.results.measures import MEASURES, measures_of, ratio
from enforcement_sim.results.result import Result
from enforcement_sim.scenarios.load import load_scenario


def run(more: dict[str, Any] | None = None) -> Result:
    """Run half a year of two counties, with many people whom a programme can find and every 287(g) officer at work."""
    settings: dict[str, Any] = {
        "jail_287g.training_weeks": 0,
        "jail_287g.attrition_a_year": 0,
        "scope": {"counties": ["12021", "10003"]},
        "simulate": "alone",
        "period.start": "2010-10-01",
        "period.end": "2011-03-31",
        "start.warm_days": 60,
        "status.arrest_ratio.naturalised": 2.0,
        "status.in_ident.naturalised": 0.9,
        "screening.mistake_share": 0.05,
        "thin": 2,
    }
    return EnforcementModel(
        load_scenario("baseline").with_(ensemble=0).with_(**(settings | (more or {}))), seed=2
    ).run()


@pytest.fixture(scope="module")
def result() -> Result:
    """Return one run."""
    return run()


def test_every_measure_is_named_beforehand(result: Result) -> None:
    """What a file may ask for is known before anything is run."""
    assert tuple(result.measures()) == MEASURES


def test_counts_are_the_funnels(result: Result) -> None:
    """Each event in all, and the main ones by programme."""
    measures = result.measures()
    total = result.funnel(by="none").set_index("event")["count"]
    assert {event: measures[event] for event in EVENTS} == {event: float(count) for event, count in total.items()}
    by_programme = result.funnel().set_index(["programme", "event"])["count"]
    for event in ("identified", "detainer_issued", "ice_custody", "removed", "returned"):
        parts = [measures[f"{event}.{programme}"] for programme in PROGRAMMES[1:]]
        assert parts == [by_programme[programme, event] for programme in PROGRAMMES[1:]]
        assert sum(parts) == measures[event]


def test_ratios_are_of_the_counts(result: Result) -> None:
    """Matches among prints submitted, custody among detainers, removals among custody."""
    measures = result.measures()
    assert measures["match_share"] == measures["matched"] / measures["submitted"]
    assert measures["custody_per_detainer"] == measures["ice_custody"] / measures["detainer_issued"]
    assert measures["removed_per_custody"] == measures["removed"] / measures["ice_custody"]
    assert 0 < measures["match_share"] < 1


@pytest.mark.parametrize("stage", ["detainer_issued", "ice_custody", "removed"])
def test_shares_are_the_mixes(result: Result, stage: str) -> None:
    """Shares of a stage under named definitions."""
    measures = result.measures()
    levels = result.mix(stage, "none", "ice-levels-2010").set_index("category")["share"]
    charges = result.mix(stage, "none", "charge").set_index("category")["share"]
    assert measures[f"no_conviction_share.{stage}"] == levels["no conviction"]
    assert measures[f"level_1_share.{stage}"] == levels["level 1"]
    assert measures[f"traffic_share.{stage}"] == charges["traffic"]
    assert measures[f"serious_violent_share.{stage}"] == charges["serious_violent"]
    assert 0 < measures[f"no_conviction_share.{stage}"] < 1


def test_citizens_are_counted_from_profiles(result: Result) -> None:
    """Citizens with a detainer are those of the status group, multiplied back like every count."""
    measures = result.measures()
    frame = result.tables()["profiles"]
    citizens = frame["profile"] % 4 == 0  # the status group is the last part of a profile, citizens its first member
    on_citizens = frame.loc[citizens & (frame["event"] == "detainer_issued"), "count"].sum()
    assert measures["detainers_on_citizens"] == 2 * on_citizens > 0
    held = frame.loc[citizens & (frame["event"] == "held"), "count"].sum()
    assert measures["held_citizens"] == 2 * held > 0
    assert measures["held_citizens"] <= measures["held"]


def test_hours_days_and_dollars(result: Result) -> None:
    """Hours by kind, days a detainer adds, and dollars by payer."""
    measures = result.measures()
    hours = result.hours("none").set_index("kind")["hours"]
    assert {kind: measures[f"hours.{kind}"] for kind in HOUR_KINDS} == {kind: float(hours[kind]) for kind in HOUR_KINDS}
    for kind in ("induced", "statutory_hold", "past_limit"):
        assert measures[f"days_per_detainer.{kind}"] == measures[f"hours.{kind}"] / 24 / measures["detainer_issued"]
    costs = result.costs()
    of_programmes = costs[costs["caused_by"] == "programme"].groupby("payer")["dollars"].sum()
    for payer in ("county", "federal"):
        assert measures[f"dollars.{payer}"] == pytest.approx(of_programmes[payer], abs=0.001)
        assert of_programmes[payer] > 0
    net = costs[costs["caused_by"] != "criminal case"].groupby("payer")["dollars"].sum()
    assert measures["net_cost.county"] == pytest.approx(net["county"], abs=0.001)
    assert measures["net_cost.federal"] == pytest.approx(net["federal"], abs=0.001)
    assert net["county"] != of_programmes["county"]
    assert net["federal"] > of_programmes["federal"]  # refunds
    assert measures["net_cost.state"] == 0  # prison days and their refunds belong to the criminal case
    assert measures["case_refunds.state"] > 0
    assert measures["jail_inmates"] == result.population()["inmates"].mean()
    assert measures["prisoners"] == result.population(of="prisons")["inmates"].mean() > 0


def test_every_measure_is_a_plain_number(result: Result) -> None:
    """Names are text, values plain floats, the same each time they are asked for."""
    measures = result.measures()
    assert all(type(name) is str and type(value) is float for name, value in measures.items())
    assert measures == measures_of(result)
    assert all(math.isfinite(value) for value in measures.values())


def test_a_share_of_nobody_is_no_number(result: Result) -> None:
    """Shares of what does not happen are not numbers, and nothing fails: the same run with bookings only."""
    tables = {name: frame.iloc[:0] for name, frame in result.tables().items()}
    events = result.tables()["events"]
    tables["events"] = events[events["event"] == "booked"]
    tables["population"] = result.tables()["population"]
    measures = Result.from_tables(tables, result.meta | {"officer_years": 0.0}).measures()
    assert measures["booked"] == result.measures()["booked"]
    assert measures["detainer_issued"] == measures["detainers_on_citizens"] == 0.0
    for name in ("match_share", "custody_per_detainer", "no_conviction_share.removed", "days_per_detainer.induced"):
        assert math.isnan(measures[name])
    assert measures["dollars.county"] == measures["hours.induced"] == 0.0


def test_ratio() -> None:
    """A quotient, or not a number over zero."""
    assert ratio(1, 4) == 0.25
    assert math.isnan(ratio(1, 0))


# ---- officers' years -------------------------------------------------------------------------------------------------

FREDERICK, BEAUFORT, CHARLESTON = "24021", "45013", "45019"
"""26 officers under both models, 9 on a task force, 14 in the jail; no agency of Maryland or South Carolina adds any."""
IN_JAIL = 0.7
"""Share of the officers of an agency under both models who work in its jail, by default."""


def without(decision: str, rule: str, start: str, until: str | None = None) -> dict[str, Any]:
    """Return one change everywhere."""
    body = {"decision": decision, "rule": rule, "where": "nation", "from": start}
    return {"changes.policy": body if until is None else body | {"until": until}}


@pytest.mark.parametrize(
    ("county", "more", "days"),
    [
        # 182 days, October 2010 to March 2011; every officer works in the jail or on the task force.
        (FREDERICK, {}, 26 * 182),
        (BEAUFORT, {}, 9 * 182),
        (CHARLESTON, {}, 14 * 182),
        # Ended after the first three months: October, November, December. A task force ends with its agreement.
        (FREDERICK, without("agreement", "ended", "2011-01-01"), 26 * 92),
        (BEAUFORT, without("agreement", "ended", "2011-01-01"), 9 * 92),
        # Ended before the period, in the warm start.
        (FREDERICK, without("agreement", "ended", "2010-09-15"), 0),
        # Away for the whole of November and back.
        (FREDERICK, without("agreement", "ended", "2010-11-01", "2010-12-01"), 26 * 152),
        # Only the task force ends: those in the jail stay.
        (FREDERICK, without("task_force", "ended", "2011-01-01"), 26 * (92 + IN_JAIL * 90)),
        (CHARLESTON, without("task_force", "ended", "2011-01-01"), 14 * 182),
        # However an agency divides its officers, their number is the same.
        (FREDERICK, {"task_force.officers_share_in_both": 0.6}, 26 * 182),
    ],
)
@pytest.mark.parametrize(("per_officer", "arrests"), [(1, 12), (4, 60)])
def test_officer_years_by_hand(county: str, more: dict[str, Any], days: float, per_officer: int, arrests: int) -> None:
    """Officers times the days of the counted period on which their agreement is in force, however fast they work."""
    settings = {
        "scope": {"counties": [county]},
        "simulate": "alone",
        "jail_287g.interviews_per_officer_day": per_officer,
        "task_force.arrests_per_officer_year": arrests,
    }
    assert run(settings | more).meta["officer_years"] == pytest.approx(days / 365.25, abs=1e-6)


@pytest.mark.parametrize(
    ("county", "more", "days"),
    [
        # Task-force agreements were not renewed beyond 31 December 2012; 90 days of the period follow. Officers of an
        # agency under both models came back to its jail.
        (FREDERICK, {}, 26 * 182),
        (BEAUFORT, {}, 9 * 92),
        (CHARLESTON, {}, 14 * 182),
        (BEAUFORT, without("task_force", "continued", "2012-12-01"), 9 * 182),
        (FREDERICK, without("task_force", "continued", "2012-12-01"), 26 * 182),
        # Continued for all of January only: in the field for a month more, and in the jail after it.
        (FREDERICK, without("task_force", "continued", "2012-12-01", "2013-02-01"), 26 * 182),
        (BEAUFORT, without("task_force", "continued", "2012-12-01", "2013-02-01"), 9 * (182 - 59)),
    ],
)
def test_officer_years_around_the_end_of_task_forces(county: str, more: dict[str, Any], days: float) -> None:
    """From October 2012 to March 2013 the years are those of jail officers and of task forces while these last."""
    period = {"period.start": "2012-10-01", "period.end": "2013-03-31"}
    found = run({"scope": {"counties": [county]}, "simulate": "alone"} | period | more).meta["officer_years"]
    assert found == pytest.approx(days / 365.25, abs=1e-6)


def test_officers_of_a_state_are_divided_among_its_counties() -> None:
    """Collier County has its sheriff's 34 officers and its part of Florida's 62; all counties together have all."""
    years = 182 / 365.25
    collier = run({"scope": {"counties": ["12021"]}, "simulate": "alone", "thin": 50}).meta["officer_years"]
    florida = run({"scope": {"states": ["FL"]}, "thin": 50}).meta["officer_years"]
    assert 34 * years < collier < 36 * years
    # Collier 34, Bay 11, Jacksonville 18, and the Department of Law Enforcement 62.
    assert florida == pytest.approx((34 + 11 + 18 + 62) * years, abs=1e-6)


def test_measures_do_not_depend_on_the_order_of_places() -> None:
    """Counties named in another order give the same numbers."""
    first, second = (
        run({"scope": {"counties": counties}, "simulate": "alone"}).measures()
        for counties in (["12021", "10003"], ["10003", "12021"])
    )
    assert np.array_equal(list(first.values()), list(second.values()), equal_nan=True)

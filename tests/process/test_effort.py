"""On whom ICE acts: its effort, the early gate of Secure Communities, and how the Criminal Alien Program grew.

docs/process.md, sections "Places and offices" (*ICE's effort*, *Programmes that grew*) and "In jail" (*Does ICE act?*).
"""

from __future__ import annotations

import math
from datetime import date
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.twin.cases import COLLIER, IMPERIAL, MANY_NONCITIZENS, small

from enforcement_sim.codes import EVENTS, PROGRAMMES
from enforcement_sim.law.grounds import bits
from enforcement_sim.model import EnforcementModel
from enforcement_sim.process.clock import make_clock
from enforcement_sim.process.decisions import Decision
from enforcement_sim.process.growth import gate_by_day, growth_by_day
from enforcement_sim.process.histories import Records
from enforcement_sim.process.recorder import Row

SHARED = {"changes.on": {"decision": "sharing", "rule": "shared", "where": "nation"}}
HALF = 0.5
SEED = 4


@cache
def recorded(county: str, start: str, end: str, more: tuple[tuple[str, Any], ...], seed: int = SEED) -> Records:
    """Run some weeks of a county where prints are shared, and record everything."""
    settings = {**MANY_NONCITIZENS, **SHARED, "thin": 3, **dict(more)}
    model = EnforcementModel(small([county], start, end, settings, warm=5), seed, record=True)
    model.run()
    return Records(model.engine)


def run(county: str, more: dict[str, Any], start: str = "2011-10-01", end: str = "2011-10-31") -> Records:
    """Record a month of a county."""
    return recorded(county, start, end, tuple(more.items()))


def rows_of(records: Records, decision: Decision) -> np.ndarray:
    """Return what was recorded of a decision."""
    rows: np.ndarray = records.rows
    return rows[(rows["kind"] == Row.DECISION) & (rows["number"] == decision)]


def detained(records: Records) -> set[int]:
    """Return the bookings that got a detainer."""
    rows = records.rows[
        (records.rows["kind"] == Row.EVENT) & (records.rows["number"] == EVENTS.index("detainer_issued"))
    ]
    return set(rows["key"].tolist())


def tables(more: dict[str, Any]) -> dict[str, pd.DataFrame]:
    """Return every table of a month with 287(g), prints shared, visits and prisons."""
    scenario = small([COLLIER], "2010-02-01", "2010-02-28", MANY_NONCITIZENS | SHARED | {"thin": 4} | more, warm=20)
    return EnforcementModel(scenario, SEED).run().tables()


# ---- the shapes ------------------------------------------------------------------------------------------------------


def test_the_gate_opens_evenly_on_the_log_odds() -> None:
    clock = make_clock(date(2008, 8, 1), date(2014, 9, 30), 0)
    day = {each: (date.fromisoformat(each) - clock.start).days for each in ("2008-10-01", "2009-04-01", "2010-04-01")}
    gate = {"secure_communities.gate_start_share": 0.05, "secure_communities.gate_months": 18.0}
    shares = gate_by_day(gate, clock)
    assert set(shares[: day["2008-10-01"] + 1]) == {shares[0]} and shares[0] == pytest.approx(0.05)
    assert shares[day["2010-04-01"]] == pytest.approx(0.9, abs=0.001)  # eighteen months of 30.4 days
    log_odds = np.log(shares / (1.0 - shares))[day["2008-10-01"] :]
    assert np.diff(log_odds) == pytest.approx((math.log(9) - math.log(1 / 19)) / 18 / 30.4375, rel=1e-4)
    assert (np.diff(shares) >= 0.0).all() and shares[-1] > 0.999


def test_a_gate_that_begins_wide_open_stays_as_it_is() -> None:
    clock = make_clock(date(2009, 1, 1), date(2009, 12, 31), 0)
    for start in (1.0, 0.95):
        shares = gate_by_day({"secure_communities.gate_start_share": start, "secure_communities.gate_months": 6}, clock)
        assert shares == pytest.approx(start)


def test_coverage_grows_from_a_tenth_to_nine_tenths_in_its_years() -> None:
    clock = make_clock(date(2005, 10, 1), date(2014, 9, 30), 0)
    grows = {"background.growth_middle_year": 2008.0, "background.growth_years": 4.0}
    shares = growth_by_day(grows, clock)
    days = [(date(year, 1, 1) - clock.start).days for year in (2006, 2008, 2010)]
    assert shares[days] == pytest.approx([0.1, 0.5, 0.9], abs=0.001)
    assert (np.diff(shares) > 0.0).all()
    assert (growth_by_day(grows | {"background.growth_years": 0.0}, clock) == 1.0).all()


# ---- neutral ---------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_whatever_cannot_act_changes_nothing() -> None:
    """With everybody acted upon, no gate and no growth, every other number of the three is without effect, bit for bit."""
    plain = tables({})
    idle = tables(
        {
            "effort.national_sd": 0.3,
            "effort.office_sd": 0.3,
            "effort.national_step.2009_h2": -4.0,
            "effort.california_step.2010": 4.0,
            "secure_communities.gate_months": 6,
            "background.growth_middle_year": 2010.0,
        }
    )
    assert all(table.equals(idle[name]) for name, table in plain.items())


def test_what_cannot_differ_is_not_asked() -> None:
    records = run(IMPERIAL, {})
    assert detained(records)
    assert not rows_of(records, Decision.EFFORT).size and not rows_of(records, Decision.EARLY_GATE).size


# ---- effort ----------------------------------------------------------------------------------------------------------


def test_more_effort_is_more_detainers_of_the_same_people() -> None:
    """Each share adds people to those of the lower one, by about as much; nobody at nothing."""
    found = [detained(run(IMPERIAL, {"effort.acted_share": share})) for share in (0.0, 0.3, 0.7, 1.0)]
    assert not found[0] and all(few < more for few, more in pairwise(found))
    assert len(found[1]) / len(found[3]) == pytest.approx(0.3, abs=0.1)
    assert len(found[2]) / len(found[3]) == pytest.approx(0.7, abs=0.1)


def test_where_ice_does_not_act_the_detainer_rule_is_not_asked() -> None:
    """And nothing else follows: the person stays identified. A history says by which draw and share."""
    records = run(IMPERIAL, {"effort.acted_share": HALF})
    asked = rows_of(records, Decision.EFFORT)
    assert set(asked["threshold"]) == {HALF} and (asked["answer"] == (asked["draw"] < HALF)).all()
    assert len(rows_of(records, Decision.DETAINER)) == asked["answer"].sum()
    left = set(asked["key"][asked["answer"] == 0].tolist())
    assert left and not left & detained(records)
    alone = next(records.history(key) for key in sorted(left) if key in records)
    assert "identified" in alone.events
    (why,) = [one for one in alone.decisions() if one.decision == Decision.EFFORT][:1]
    assert (why.yes, why.source, why.decision.cause.words) == (False, "place: acted_share", "ICE's effort")


def test_each_month_has_its_own_share_and_a_person_one_draw() -> None:
    """A step down of the nation's effort at the turn of a half-year: fewer of those asked, in every month."""
    steps = {"effort.acted_share": HALF, "effort.national_sd": 0.3, "effort.national_step.2012_h1": -3.0}
    records = recorded(IMPERIAL, "2011-12-20", "2012-03-20", tuple(steps.items()))
    asked = rows_of(records, Decision.EFFORT)
    start = records.clock.start
    month = np.array([(records.clock.date_of(int(hour) // 24)).strftime("%Y-%m") for hour in asked["hour"]])
    thresholds = [set(asked["threshold"][month == each]) for each in sorted(set(month))]
    assert start.year == 2011 and all(len(each) == 1 for each in thresholds)
    by_month = [each for (each,) in thresholds]
    assert by_month[0] == by_month[1] == pytest.approx(HALF)  # December, and on 1 January nothing has moved
    step = 3.0 * 0.3 * math.sqrt(6) / 6
    assert by_month[2:] == pytest.approx([1 / (1 + math.exp(step)), 1 / (1 + math.exp(2 * step))])
    keys, draws = asked["key"], asked["draw"]
    assert len(set(zip(keys.tolist(), draws.tolist(), strict=True))) == len(set(keys.tolist()))


def test_officers_of_287g_need_no_effort_of_ices() -> None:
    """Without effort all detainers are those that local officers, in jail or field, propose."""
    records = run(COLLIER, {"effort.acted_share": 0.0})
    proposed = set(rows_of(records, Decision.AUTHORISED)["key"].tolist())
    assert detained(records) and detained(records) <= proposed


# ---- the early gate --------------------------------------------------------------------------------------------------

GATE = {"secure_communities.gate_start_share": 0.1, "secure_communities.gate_months": 12}
PAST = bits(("level_1_offence_2008", "aggravated_or_two_felonies"))


@pytest.mark.slow
def test_the_gate_is_asked_of_people_below_level_1_by_secure_communities_alone() -> None:
    records = run(IMPERIAL, GATE, "2009-03-01", "2009-04-30")
    asked = rows_of(records, Decision.EARLY_GATE)
    shares = gate_by_day(records.engine.values, records.clock)
    assert (asked["threshold"] == shares[asked["hour"] // 24]).all() and len(set(asked["threshold"])) > 30
    assert asked["answer"].mean() == pytest.approx(asked["threshold"].mean(), abs=0.05)
    programme = PROGRAMMES.index("secure_communities")
    events = records.rows[(records.rows["kind"] == Row.EVENT) & (records.rows["programme"] == programme)]
    identified = set(events["key"][events["number"] == EVENTS.index("identified")].tolist())
    below = set()
    for key in identified:
        booking = records.booking_of(key)
        assert booking is not None
        if not booking.grounds & PAST:
            below.add(key)
    # Whoever is convicted of an aggravated or second felony before the answer comes is past the gate.
    assert below and len(below - set(asked["key"].tolist())) <= 0.02 * len(below)
    assert detained(records) & (identified - below)


@pytest.mark.slow
def test_the_gate_opens_by_month() -> None:
    """The share of those asked who are acted upon rises from a tenth to nine tenths in the gate's months."""
    acted = []
    for start, end in (("2008-10-01", "2008-11-15"), ("2009-03-10", "2009-04-20"), ("2009-09-15", "2009-10-25")):
        asked = rows_of(run(IMPERIAL, GATE, start, end), Decision.EARLY_GATE)
        acted.append(float(asked["answer"].mean()))
    assert acted == pytest.approx([0.13, 0.5, 0.89], abs=0.06)


# ---- the Criminal Alien Program --------------------------------------------------------------------------------------

GROWS = {"background.growth_middle_year": 2007.0, "background.growth_years": 3.0}


def test_visits_are_planned_as_far_as_the_programme_has_grown() -> None:
    early = run(IMPERIAL, GROWS, "2006-02-01", "2006-02-28")
    planned = rows_of(early, Decision.VISITED)
    grown = growth_by_day(early.engine.values, early.clock) * early.engine.values["background.coverage"]
    booked = np.array([(key >> 17 & 16383) - early.clock.day_number(0) for key in planned["key"].tolist()])
    assert (planned["threshold"] == grown[booked]).all()
    always = rows_of(run(IMPERIAL, {}, "2006-02-01", "2006-02-28"), Decision.VISITED)
    visited, otherwise = (set(rows["key"][rows["answer"] == 1].tolist()) for rows in (planned, always))
    assert visited < otherwise and len(visited) / len(otherwise) == pytest.approx(grown.mean() / 0.3, abs=0.05)
    found = [set(rows_of(each, Decision.FOUND_IN_PRISON)["threshold"]) for each in (early, run(IMPERIAL, {}))]
    assert all(each <= {early.engine.values["background.prison_find_share"]} for each in found)


def test_a_county_with_more_presence_of_ice_is_acted_upon_more() -> None:
    """Presence multiplies the odds of acting as it does those of a visit, where anybody is left alone at all."""
    settings = {"effort.acted_share": HALF, "county.presence_sd": 1.0, "county.use_known": 0}
    records = run(IMPERIAL, settings)
    odds = float(records.engine.places["presence_odds"][0])
    assert odds != 1.0
    (threshold,) = set(rows_of(records, Decision.EFFORT)["threshold"][rows_of(records, Decision.EFFORT)["place"] == 0])
    assert threshold == pytest.approx(odds / (1.0 + odds))
    everybody = run(IMPERIAL, {**settings, "effort.acted_share": 1.0})
    assert not rows_of(everybody, Decision.EFFORT).size

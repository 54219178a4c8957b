"""Counsel, early or in the end, by its draws; and monitoring, which spares some mistakes and costs officers time.

docs/process.md, "Prison, custody, docket" and "Institutions". Counsel: Eagly and Shafer, A National Study of Access to
Counsel in Immigration Court, 164 U. Pa. L. Rev. 1 (2015). Monitoring: ICE, 17 June and 29 December 2011.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.process.watching import draw_all, live_rows, used_rows

from enforcement_sim.codes import STATUSES
from enforcement_sim.law.grounds import bit
from enforcement_sim.model import EnforcementModel
from enforcement_sim.process.layouts import QUANTILES, Duration
from enforcement_sim.process.person import Stage
from enforcement_sim.process.rng import Draw, place_day_key, stream_of, uniform
from enforcement_sim.scenarios.load import load_scenario

IMPERIAL, COLLIER = "06025", "12021"
SEED = 7
ALL_CHARGED: dict[str, Any] = {
    "custody.discretion_share": 0.0,
    "custody.administrative_share": 0.0,
    "custody.return_share": 0.0,
    "custody.detained_share": 0.9,
    **{
        f"status.{share}.{status}": 0.0
        for share in ("prior_removal_share", "outstanding_order_share")
        for status in STATUSES
    },
    **{
        f"status.{share}.{status}": 0.0
        for share in ("removable_share", "removable_if_felony_share")
        for status in STATUSES[2:5]
    },
}
"""Whoever is taken into custody is unauthorised, or a citizen by mistake, and gets a notice to appear."""


def model_of(county: str, more: dict[str, Any] | None = None) -> EnforcementModel:
    """Build ten months of a county with crews, beds and visits enough."""
    settings: dict[str, Any] = {
        "scope": {"counties": [county]},
        "simulate": "alone",
        "period.start": "2010-10-01",
        "period.end": "2011-07-31",
        "start.warm_days": 0,
        "start.prison_stock": 0,
        "status.arrest_ratio.us_born": 0.2,
        "status.arrest_ratio.entered_without_inspection": 2.5,
        "status.arrest_ratio.overstay": 2.5,
        "people.pool_ratio": 500,
        "people.frailty_exponent": 1.0,
    }
    model = EnforcementModel(load_scenario("baseline").with_(ensemble=0).with_(**(settings | (more or {}))), SEED)
    model.field_offices.set("pickups_a_day", 1e6)
    model.engine.offices["beds"] = model.engine.offices["visits"] = 1e6
    return model


def in_custody(model: EnforcementModel) -> np.ndarray:
    """Run to the end and return the rows of unauthorised people as they last were in custody, or after it."""
    found: dict[int, np.void] = {}
    while not model.engine.closed:
        model.step()
        rows = used_rows(model.engine)
        charged = (rows["outcome"] != 0) & (rows["status"] >= 5)
        found |= dict(zip(rows["key"][charged].tolist(), rows[charged], strict=True))
    return np.array(list(found.values()))


def drawn(model: EnforcementModel, rows: np.ndarray, purpose: Draw) -> np.ndarray:
    """Draws of bookings for a purpose."""
    return draw_all(model.engine.seed, np.ascontiguousarray(rows["key"]), purpose.value)


def bonded_by_draws(model: EnforcementModel, rows: np.ndarray) -> np.ndarray:
    """Who is bonded out: detained, custody not mandatory, BOND below the share that counsel in time gives."""
    values = model.scenario.parameters
    felon, convicted = ((rows["grounds"] & bit(ground)) != 0 for ground in ("felony_conviction", "any_conviction"))
    of_offence = [values[f"custody.mandatory_share_{grade}"] for grade in ("felony", "misdemeanour")]
    mandatory = convicted & (drawn(model, rows, Draw.MANDATORY_OFFENCE) < np.where(felon, *of_offence))
    detained = drawn(model, rows, Draw.DETAINED) < values["custody.detained_share"]
    early = values["custody.counsel_detained_share"] * values["custody.counsel_early_share"]
    b, odds = values["custody.bond_share"], values["custody.counsel_bond_odds_ratio"]
    share = np.where(drawn(model, rows, Draw.COUNSEL) < early, odds * b / (odds * b + 1 - b), b)
    return np.asarray(~mandatory & detained & (drawn(model, rows, Draw.BOND) < share))


def test_custody_is_mandatory_for_some_convictions_and_nobody_else() -> None:
    """8 USC 1226(c)(1) names grounds of removal: person by person, felonies outside it get bond and some misdemeanours none."""
    bonded = {}
    for felony, misdemeanour in ((1.0, 0.0), (0.5, 0.0), (0.5, 0.4)):
        shares = {"custody.mandatory_share_felony": felony, "custody.mandatory_share_misdemeanour": misdemeanour}
        model = model_of(IMPERIAL, ALL_CHARGED | COUNSEL | shares)
        by_draws = bonded_by_draws(model, in_custody(model))
        assert model.result().funnel(by="none").set_index("event")["count"]["bonded"] == by_draws.sum()
        bonded[felony, misdemeanour] = by_draws.sum()
    assert bonded[1.0, 0.0] < bonded[0.5, 0.0] > bonded[0.5, 0.4]


COUNSEL = {"custody.counsel_detained_share": 0.25, "custody.counsel_bond_odds_ratio": 8.0, "custody.bond_share": 0.3}


def test_counsel_before_the_hearing_raises_bonds() -> None:
    """Person by person: with early counsel the odds of bond are eight times as high, and only theirs."""
    counts, bonded = {}, {}
    for share in (0.0, 1.0):
        model = model_of(IMPERIAL, ALL_CHARGED | COUNSEL | {"custody.counsel_early_share": share})
        rows = in_custody(model)
        events = model.result().funnel(by="none").set_index("event")["count"]
        assert events["charged"] == rows.size > 100
        by_draws = bonded_by_draws(model, rows)
        assert events["bonded"] == by_draws.sum()
        counts[share], bonded[share] = events, set(rows["key"][by_draws].tolist())
    assert bonded[0.0] < bonded[1.0]
    assert counts[1.0]["charged"] == counts[0.0]["charged"]


@pytest.mark.slow
def test_counsel_that_comes_late_makes_no_bond() -> None:
    """With nobody early the odds ratio does not matter: to the last bit. Nor does it at one, whoever is early."""
    for first, second in (
        ({"custody.counsel_early_share": 0.0, "custody.counsel_bond_odds_ratio": ratio} for ratio in (1.0, 8.0)),
        ({"custody.counsel_early_share": share, "custody.counsel_bond_odds_ratio": 1.0} for share in (0.0, 1.0)),
    ):
        results = [model_of(IMPERIAL, more).run() for more in (first, second)]
        assert results[0].measures()["charged"] > 30
        for name, table in results[0].tables().items():
            pd.testing.assert_frame_equal(table, results[1].tables()[name], obj=name)


@pytest.mark.parametrize("ratio", [1.0, 1.4, 2.75])
def test_cases_with_counsel_take_longer(ratio: float) -> None:
    """Outside detention a case takes its duration, for the represented times the ratio, to the nearest hour."""
    model = model_of(IMPERIAL, ALL_CHARGED | {"custody.counsel_docket_ratio": ratio, "custody.docket_days_median": 200})
    found: dict[int, np.void] = {}
    while not model.engine.closed:
        model.step()
        rows = live_rows(model.engine)
        rows = rows[(rows["stage"] == Stage.CUSTODY) & (rows["status"] >= 5)]
        rows = rows[rows["court"] >= 0]
        found |= dict(zip(rows["key"].tolist(), rows, strict=True))
    rows = np.array(list(found.values()))
    docket = model.engine.durations[Duration.DOCKET][(drawn(model, rows, Draw.DOCKET_TIME) * QUANTILES).astype(int)]
    share = model.scenario.parameters["custody.counsel_released_share"]
    represented = drawn(model, rows, Draw.COUNSEL) < share
    hours = [
        max(1, math.floor(hours * ratio + 0.5)) if with_counsel else hours
        for hours, with_counsel in zip(docket.tolist(), represented.tolist(), strict=True)
    ]
    expected = rows["since"] + np.array(hours)
    expected = np.where(expected <= rows["until"], rows["until"] + 1, expected)
    assert (rows["court"] == expected).all()
    assert 20 < represented.sum() < rows.size - 10


# ---- monitoring ------------------------------------------------------------------------------------------------------

MANY_MISTAKES: dict[str, Any] = {
    "screening.mistake_share": 0.05,
    "status.arrest_ratio.naturalised": 2.0,
    "status.in_ident.naturalised": 0.9,
    "hold.past_limit_share": 0.3,
    "pickup.delay_hours_median": 48,
}
MONITORED = {"changes.watch": {"decision": "oversight", "rule": "monitored", "where": "nation"}}


def reductions(mistakes: float, past_limit: float, time: float) -> dict[str, float]:
    """Return what monitoring does."""
    return {
        "institutions.oversight_mistake_reduction": mistakes,
        "institutions.oversight_past_limit_reduction": past_limit,
        "institutions.oversight_time_share": time,
    }


@pytest.mark.slow
def test_monitoring_that_does_nothing_changes_nothing() -> None:
    """To the last bit; and what it would do does not matter where there is none, or not yet."""
    unwatched = model_of(COLLIER, MANY_MISTAKES).run()
    for more in (
        MONITORED | reductions(0.0, 0.0, 0.0),
        reductions(1.0, 1.0, 0.5),
        {"changes.watch": {"decision": "oversight", "rule": "none", "where": "nation"}} | reductions(1.0, 1.0, 0.5),
        {"changes.watch": MONITORED["changes.watch"] | {"where": {"states": ["GA"]}}} | reductions(1.0, 1.0, 0.5),
    ):
        result = model_of(COLLIER, MANY_MISTAKES | more).run()
        for name, table in unwatched.tables().items():
            pd.testing.assert_frame_equal(table, result.tables()[name], obj=name)


def test_monitoring_spares_mistakes_and_stays_past_the_limit() -> None:
    """At a half about half of each is spared, at one all of it; nobody else is found or held less."""
    enough = MANY_MISTAKES | {"jail_287g.interviews_per_officer_day": 8}  # nobody waits for another's interview
    found = {
        share: model_of(COLLIER, enough | MONITORED | reductions(share, share, 0.0)).run().measures()
        for share in (0.0, 0.5, 1.0)
    }
    for name in ("detainers_on_citizens", "overdetained"):
        none, half, all_of_it = (found[share][name] for share in (0.0, 0.5, 1.0))
        assert all_of_it == 0.0
        assert none > 30
        assert abs(half - none / 2) < 4.5 * math.sqrt(none / 4), name
    # Noncitizens whom nothing mistakes: as many detainers as before.
    others = [found[share]["detainer_issued"] - found[share]["detainers_on_citizens"] for share in (0.0, 1.0)]
    assert others[0] == others[1]


def test_monitoring_takes_officers_time() -> None:
    """Interviews of a day are a half fewer, rounded by the draw INTERVIEWS of the county's day."""
    model = model_of(COLLIER, MONITORED | reductions(0.0, 0.0, 0.5) | {"jail_287g.interviews_per_officer_day": 0.5})
    row = int(np.flatnonzero(model.engine.places["fips"] == int(COLLIER))[0])
    busy = 0
    while not model.engine.closed:
        number = model.engine.clock.day_number(model.engine.day)
        model.step()
        place = model.engine.places[row]
        amount = float(place["interviews_a_day"]) * 0.5
        stream = np.uint64(stream_of(model.engine.seed, np.uint64(place_day_key(int(COLLIER), number))))
        whole = math.floor(amount)
        made = whole + (uniform(stream, Draw.INTERVIEWS.value) < amount - whole)
        assert 0 <= place["interviews_left"] <= made
        busy += int(place["interviews_left"] == 0 < made)
    assert busy > 20

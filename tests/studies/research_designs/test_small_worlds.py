"""What is read of a small simulated world: stays of single bookings, and counts by category."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.studies.research_designs.test_observations import study

from enforcement_sim import load_scenario
from enforcement_sim.runs.run import simulate
from enforcement_sim.scenarios.schema import Scenario
from enforcement_sim.studies.research_designs.booking_stays import stays_of, true_log_days, with_log_days
from enforcement_sim.studies.research_designs.study_worlds import DENOMINATOR, NUMERATOR, counted

NO_DETAINERS = {
    "decision": "detainer",
    "rule": "detainer-2010-priorities",
    "where": "nation",
    "followed": {"covered": 0.0, "not_covered": 0.0},
}


@pytest.fixture(scope="module")
def county() -> Scenario:
    """Two months of one county, alone."""
    return load_scenario("baseline").with_(
        **{
            "scope": {"counties": ["10003"]},
            "simulate": "alone",
            "start.warm_days": 0,
            "period.start": "2011-10-01",
            "period.end": "2011-11-30",
        }
    )


@pytest.fixture(scope="module")
def stays(county: Scenario) -> Any:
    return stays_of(county, 1)


def test_stays_of_bookings_are_days_with_and_without_a_detainer(stays: Any, county: Scenario) -> None:
    assert (stays["days"] > 0).all() and stays["booking"].is_unique
    assert set(stays["county"]) == {"10003"} and set(stays["treated"]) == {0.0, 1.0}
    issued = int(simulate(county, 1).array("detainer_issued"))
    assert 0 < stays["treated"].sum() <= issued
    assert np.isfinite(with_log_days(stays)["outcome"]).all()


def test_the_effect_of_a_detainer_is_that_on_the_same_people(stays: Any, county: Scenario) -> None:
    from enforcement_sim.scenarios.schema import assemble

    without = stays_of(assemble({**county.resolved(), "changes": {"none": NO_DETAINERS}}), 1)
    assert without["treated"].sum() == 0
    assert true_log_days(stays, without) > 0
    same = stays[stays["treated"] == 0].merge(without, on="booking")
    assert (same["days_x"] == same["days_y"]).mean() > 0.9, "people without a detainer stay as long as before"


def test_an_outcome_by_category_is_counted_by_state_and_month(county: Scenario) -> None:
    one = study(
        sample={"unit": "state", "by": "month"},
        treatment={"from": "detainer_policy"},
        outcome={
            "form": "share",
            "over": ["detainer_issued"],
            "among": {"definition": "trac-later", "categories": ["no conviction"]},
        },
    )
    result = simulate(county, 1)
    found = counted(result, one)
    assert found["state"].tolist() == ["DE", "DE"] and (found[NUMERATOR] <= found[DENOMINATOR]).all()
    assert found[DENOMINATOR].sum() == int(result.array("detainer_issued"))
    assert 0 < found[NUMERATOR].sum() < found[DENOMINATOR].sum()

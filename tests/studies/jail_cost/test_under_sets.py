"""The jail cost under several sets of parameters, and what is told beside a number of one set or of one county."""

from __future__ import annotations

import pickle
from pathlib import Path

import pandas as pd
import pytest

from enforcement_sim import load_scenario
from enforcement_sim.errors import InputError
from enforcement_sim.parameters.ensemble import load_ensemble
from enforcement_sim.results.intervals import Branch
from enforcement_sim.runs.comparison import Comparison
from enforcement_sim.runs.design import Sample
from enforcement_sim.runs.run import run
from enforcement_sim.studies.answer.question_file import question_of
from enforcement_sim.studies.jail_cost.compute import JailCost, jail_time
from enforcement_sim.studies.jail_cost.how_far import how_far
from enforcement_sim.studies.jail_cost.page import bridge_rows, how_to_read, level_rows, places_shown
from enforcement_sim.studies.jail_cost.under_sets import check_not_drawn, cost_under_sets
from enforcement_sim.studies.one_set import ONE_SET, cautions

SMALL = load_scenario("baseline").with_(
    **{
        "scope": {"counties": ["10003"]},
        "start.warm_days": 0,
        "period.start": "2012-01-01",
        "period.end": "2012-01-31",
    }
)
LONGER = SMALL.with_(**{"name": "longer", "detainer.hold_hours": 96})


@pytest.fixture(scope="module")
def found() -> JailCost:
    return cost_under_sets([SMALL, LONGER], "county", sets=2, replications=1, workers=1)


def test_every_run_is_that_of_its_set_and_scenario(found: JailCost) -> None:
    second = load_ensemble(2)[1].parameters
    by_hand = jail_time("county")(run(LONGER.throughout(second), seed=LONGER.seed))
    assert found.found.samples[1].measures[Branch(1, LONGER.seed)] == by_hand


def test_the_range_over_sets_is_called_so_and_a_single_county_stands_once(found: JailCost) -> None:
    levels = found.levels().set_index(["place", "part", "quantity"])
    days = [run["10003|induced"] / 24 for run in found.found.samples[0].measures.values()]
    row = levels.loc[("10003", "induced", "days")]
    assert (row["low"], row["high"]) == (min(days), max(days))
    assert "over 2 sets of parameters" in how_to_read(found) and "needs 20 sets" in how_to_read(found)
    assert "over the sets" in bridge_rows(found.found, 1).columns[-1] and places_shown(found, 8) == ("10003",)
    assert "held past the limit" in " ".join(level_rows(found, ["10003"])["Place and part"])


def test_what_cannot_be_run_under_sets_is_refused() -> None:
    with pytest.raises(InputError, match="is drawn by the sets"):
        check_not_drawn(["detainer.hold_hours", next(iter(load_ensemble(1)[0].parameters))])
    with pytest.raises(InputError, match="differ in period"):
        cost_under_sets([SMALL, SMALL.with_(**{"period.end": "2012-02-29"})], "nation", sets=1)
    with pytest.raises(InputError, match="only scenarios"):
        cost_under_sets([object()], "nation", sets=1)


def test_one_set_is_warned_of_and_several_are_not() -> None:
    plain = SMALL.resolved()
    assert cautions(plain, 1)[0].startswith(ONE_SET) and not any(ONE_SET in line for line in cautions(plain, 2))
    drawn, known = (cautions(SMALL.with_(scope={"counties": [code]}).resolved(), 2) for code in ("13135", "06037"))
    assert len(drawn) == 1 and "is drawn" in drawn[0] and known == ()


def test_the_cost_of_a_county_names_its_own_price_and_its_officers() -> None:
    def told(code: str) -> str:
        plain = SMALL.with_(scope={"counties": [code]}).resolved()
        return " ".join(
            how_far(JailCost("nation", Comparison((Sample({}, {1: {"cost.jail_day": 80.0}}),), made_from=plain)))
        )

    gwinnett = told("13135")
    assert "$63" in gwinnett and "--set cost.jail_day=63" in gwinnett and "(assumed)" in gwinnett
    assert "none is known of New Castle County, DE" in told("10003") and "287(g) officers" not in told("10003")
    assert "48 hours" in gwinnett and "range 0 to 0.5" in gwinnett and "Saturdays" in gwinnett
    scorecard = pd.read_csv(Path(__file__).parents[3] / "results" / "validation.csv").set_index("id")
    assert "the model misses it" in gwinnett and scorecard.loc["induced_stay_days", "verdict"] == "below"


def test_worker_processes_can_be_sent_what_is_measured() -> None:
    assert pickle.loads(pickle.dumps(jail_time("state"))).args == ("state",)


def test_people_held_past_the_limit_are_those_of_the_run() -> None:
    measured = jail_time("nation")(run(LONGER.with_(**{"hold.past_limit_share": 0.5}), seed=3))
    counted = run(LONGER.with_(**{"hold.past_limit_share": 0.5}), seed=3).array("overdetained")
    assert counted > 0 and measured["all|past_limit|people"] == counted


@pytest.mark.parametrize("asked", ["how many people were held past 48 hours", "what did it cost the county", "cost"])
def test_a_question_of_cost_is_sent_to_the_command_that_tells_it(asked: str) -> None:
    with pytest.raises(InputError, match="jail-cost"):
        question_of(asked)

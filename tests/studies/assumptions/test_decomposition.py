"""The gap between two sets of assumptions on a stand-in whose answers are known in closed form."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from experiment_fakes import HOLD, FakeResult, chance, fake_run, files_of, runner
from tests.studies.assumptions.made_sets import made_set

from enforcement_sim.errors import InputError
from enforcement_sim.scenarios.plan import DIFFERENCE, LEVEL
from enforcement_sim.scenarios.schema import assemble
from enforcement_sim.studies.assumptions.compute import END, GAP, START, Decomposition, contest_of, split

DELAY, CREWS, BAIL = "pickup.delay_hours_median", "pickup.crew_capacity", "detainer.bail_denied_share"
MONEY = "cost.pickup"


REACH = made_set("reach", crews={CREWS: 0.1, DELAY: 10}, bail={BAIL: 0.1}, money={MONEY: 200})
COST = made_set("cost", crews={CREWS: 0.02, DELAY: 40}, bail={BAIL: 0.3}, money={MONEY: 900})


def scenario(**more: Any) -> Any:
    plain = {"schema": 1, "name": "ground", "replications": 3, "sweep": {HOLD: [48, 96]}}
    return assemble(plain | more)


def known_run(scenario: Any, seed: int) -> FakeResult:
    """Removals a month and programme: a constant, less delay, less bail, and 2 for each pair of both, and stream.

    The longer hold gives half the delay back. Money moves nothing.
    """
    result = fake_run(scenario, seed)
    parameters = scenario.parameters
    long = parameters[HOLD] > 50
    delay = parameters[DELAY] * (0.5 if long else 1.0)
    removed = 1000 + int(100 * chance(seed)) - delay - 100 * parameters[BAIL] - delay * 10 * parameters[BAIL]
    result.counts.loc[result.counts["event"] == "removed", "count"] = int(removed)
    return result


CELLS = 6  # three months, two programmes


@pytest.fixture(scope="module")
def gap(tmp_path_factory: pytest.TempPathFactory) -> Decomposition:
    contest = contest_of(scenario(), REACH, COST)
    return split(contest, tmp_path_factory.mktemp("gap") / "s", runner(known_run), workers=1)


def parts(gap: Decomposition, measure: str, point: int, of: str) -> dict[str, float]:
    return {str(row["part"]): float(str(row["value"])) for row in gap.rows(measure, point, of)}


def test_levels_are_split_as_worked_out_by_hand(gap: Decomposition) -> None:
    found = parts(gap, "removed", 0, LEVEL)
    # Delay 10 -> 40 and bail 0.1 -> 0.3: 30 less, 20 less, and delay x 10 x bail: 10, 30 (bail), 40 (delay), 120 (both).
    # Alone delay takes 30 + 30, bail 20 + 20; together 50 + 110; the 60 that only both make is shared.
    assert found["crews"] == pytest.approx(CELLS * -(60 + 30))
    assert found["bail"] == pytest.approx(CELLS * -(40 + 30))
    assert found["money"] == 0
    assert found[GAP] == pytest.approx(CELLS * -160)
    assert found[END] - found[START] == pytest.approx(found[GAP])


def test_the_effect_of_a_policy_is_split_too(gap: Decomposition) -> None:
    found = parts(gap, "removed", 1, DIFFERENCE)
    # Half the delay comes back, and half of delay x 10 x bail: under A 5 + 5, under B 20 + 60.
    assert (found[START], found[END]) == (pytest.approx(CELLS * 10), pytest.approx(CELLS * 80))
    assert found["crews"] == pytest.approx(CELLS * (15 + (15 + 45) / 2))
    assert found["bail"] == pytest.approx(CELLS * ((10 + 40) / 2))
    assert found["crews"] + found["bail"] + found["money"] == found[GAP]


@pytest.mark.parametrize("measure", ["removed", "booked", "removed_share", "removed.jail_287g"])
@pytest.mark.parametrize(("point", "of"), [(0, LEVEL), (1, LEVEL), (1, DIFFERENCE)])
def test_parts_add_up_to_the_gap(gap: Decomposition, measure: str, point: int, of: str) -> None:
    found = parts(gap, measure, point, of)
    assert math.fsum(found[name] for name in ("crews", "bail", "money")) == pytest.approx(
        found[GAP], rel=1e-12, abs=1e-12
    )
    assert all(row["order_error"] == 0 for row in gap.rows(measure, point, of))


def test_parts_have_intervals_over_seeds_and_luck_cancels(gap: Decomposition) -> None:
    """The stream of a seed is the same under every mixture, so levels vary over seeds and steps hardly do."""
    rows = {row["part"]: row for row in gap.rows("removed", 0, LEVEL)}
    width = {name: float(str(row["high"])) - float(str(row["low"])) for name, row in rows.items()}
    assert width[START] > 100
    assert width["crews"] < 10
    assert {row["runs"] for row in rows.values()} == {3}


def test_tables_are_written_beside_the_runs(gap: Decomposition) -> None:
    table = pd.read_csv(gap.sweep.folder / "gap.csv")
    assert len(table) == len(gap.measures) * 3 * (3 + 3)
    row = table.query("of == 'difference' and measure == 'removed' and part == 'crews'").iloc[0]
    assert (row["point"], row[HOLD], row["from_set"], row["to_set"]) == (1, 96, "reach", "cost")
    assert row["value"] == parts(gap, "removed", 1, DIFFERENCE)["crews"]
    assumed = pd.read_csv(gap.sweep.folder / "assumptions.csv").set_index("address")
    assert (assumed.loc[DELAY, "reach"], assumed.loc[DELAY, "cost"], assumed.loc[DELAY, "assumption"]) == (
        10,
        40,
        "crews",
    )
    assert assumed.loc[DELAY, "source of cost"] == "A source."


def test_every_mixture_is_run_once_for_all_measures_and_policies(gap: Decomposition) -> None:
    assert len(gap.contest.combinations) == 2**3
    assert len(gap.sweep.measures) == 2**3 * 2 * 3
    draws = {(draw[DELAY], draw[CREWS], draw[BAIL], draw[MONEY]) for draw in gap.contest.design.draws}
    assert (10.0, 0.1, 0.1, 200.0) in draws and (40.0, 0.02, 0.3, 900.0) in draws and (40.0, 0.02, 0.1, 200.0) in draws


def test_a_second_time_computes_nothing_and_writes_the_same(gap: Decomposition) -> None:
    before = files_of(gap.sweep.folder)
    again = split(gap.contest, gap.sweep.folder, runner(known_run), workers=1)
    assert again.sweep.computed == ()
    assert files_of(gap.sweep.folder) == before


def test_a_measure_without_value_has_no_split(gap: Decomposition) -> None:
    assert all(math.isnan(float(str(row["value"]))) for row in gap.rows("empty", 0, LEVEL))
    assert {row["runs"] for row in gap.rows("empty", 0, LEVEL)} == {0}


def fails_somewhere(scenario: Any, seed: int) -> FakeResult:
    """The second seed is not computed under one mixture."""
    if seed == 2 and scenario.parameters[BAIL] == 0.3 and scenario.parameters[DELAY] == 10:
        raise ArithmeticError("a crew of minus one")
    return known_run(scenario, seed)


@pytest.mark.slow
def test_a_seed_that_lacks_a_mixture_is_left_out(tmp_path: Path) -> None:
    found = split(contest_of(scenario(sweep={HOLD: [48]}), REACH, COST), tmp_path / "s", runner(fails_somewhere), 1)
    assert found.sweep.failures
    assert {row["runs"] for row in found.rows("removed", 0, LEVEL)} == {2}
    assert parts(found, "removed", 0, LEVEL)["bail"] == pytest.approx(CELLS * -70)


MANY = [f"cost.{name}" for name in ("jail_day", "ice_bed_day", "pickup", "officer_year_287g")]


@pytest.mark.slow
def test_more_than_eight_assumptions_are_split_over_orders(tmp_path: Path) -> None:
    idle = {f"idle-{n}": {MANY[n]: value} for n, value in enumerate((100.0, 120.0, 700.0, 80000.0))}
    idle |= {f"more-{n}": {f"booking.hour_weight.{part}": 1.1} for n, part in enumerate(("night", "day", "evening"))}
    a = made_set("reach", crews={DELAY: 10}, bail={BAIL: 0.1})
    b = made_set("cost", crews={DELAY: 40}, bail={BAIL: 0.3}, **idle)
    contest = contest_of(scenario(replications=1, sweep={HOLD: [48]}), a, b, pairs_of_orders=2)
    assert len(contest.assumptions) == 9
    assert len(contest.orders) == 4
    assert len(contest.combinations) <= 4 * 8 + 2
    found = split(contest, tmp_path / "s", runner(known_run), workers=1)
    split_up = parts(found, "removed", 0, LEVEL)
    named = [value for name, value in split_up.items() if name not in (START, END, GAP)]
    assert math.fsum(named) == pytest.approx(split_up[GAP]) == pytest.approx(CELLS * -160)
    # Only two assumptions meet, so each order with its reverse is exact already, and the errors say so.
    assert split_up["crews"] == pytest.approx(CELLS * -90)
    assert all(row["order_error"] == pytest.approx(0, abs=1e-9) for row in found.rows("removed", 0, LEVEL))
    with pytest.raises(InputError, match="0 pairs of orders"):
        contest_of(scenario(), a, b, pairs_of_orders=0)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (
            {"sweep": {DELAY: [10, 20]}},
            "the scenario varies pickup.delay_hours_median, which crews is an assumption about",
        ),
        ({"replications": {"at_most": 9, "until": {"measure": "removed", "half_width": 1}}}, "a fixed number of seeds"),
    ],
)
def test_scenarios_that_cannot_be_the_ground(more: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError) as raised:
        contest_of(scenario(**more), REACH, COST)
    assert said in str(raised.value)
    drawn = {"uncertainties": {"method": "sobol", "draws": 2, "values": {MONEY: "register"}}}
    plain = {"schema": 1, "name": "ground", "design": drawn}
    with pytest.raises(InputError, match="the scenario draws uncertain parameters itself"):
        contest_of(assemble(plain), REACH, COST)

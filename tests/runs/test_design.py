"""From what a file varies to points, draws and the runs they make: references, pairs, names."""

from __future__ import annotations

from typing import Any

import pytest
from experiment_fakes import HOLD

from enforcement_sim.errors import InputError
from enforcement_sim.runs.design import Design, design_of, design_of_several
from enforcement_sim.scenarios.load import load_scenario
from enforcement_sim.scenarios.schema import Scenario, assemble

CREWS, DELAY = "pickup.crew_capacity", "pickup.delay_hours_median"
UNCERTAIN = {"method": "sobol", "draws": 4, "values": {CREWS: "register", DELAY: {"from": 6, "to": 48}}}
DECLINE = {"decision": "honour", "rule": "honour-none", "where": {"states": ["CT"]}}


def scenario(name: str = "plan", **more: Any) -> Scenario:
    return assemble({"schema": 1, "name": name, "replications": 2, "changes": {"decline": DECLINE}, **more})


def designed(**design: Any) -> Design:
    return design_of(scenario(design=design))


def test_a_grid_of_levers_is_a_sweep() -> None:
    values = {HOLD: [48, 24], "changes.decline.rule": ["honour-all", "honour-none"]}
    as_sweep, as_design = design_of(scenario(sweep=values)), designed(levers={"values": values})
    assert as_sweep.points == as_design.points
    assert [task.run for task in as_sweep.tasks("e")] == [task.run for task in as_design.tasks("e")]
    assert as_sweep.identity("e", "i") == as_design.identity("e", "i")


@pytest.mark.parametrize(
    ("levers", "first", "points"),
    [
        ({"values": {HOLD: [24, 48, 96]}}, 24, 3),
        ({"rows": [{HOLD: 96}, {HOLD: 24}]}, 96, 2),
        ({"method": "one-at-a-time", "values": {HOLD: [24, 48, 96]}}, 48, 3),
        ({"method": "latin-hypercube", "draws": 5, "values": {HOLD: "register"}}, 48, 6),
        ({"method": "sobol", "draws": 4, "values": {HOLD: "register"}}, 48, 5),
    ],
)
def test_the_reference_stands_first(levers: dict[str, Any], first: float, points: int) -> None:
    design = designed(levers=levers)
    assert design.points[0].settings == {HOLD: first}
    assert len(design.points) == points
    for point in design.points:
        assert point.scenario.parameters[HOLD] == point.settings[HOLD]
        assert point.scenario.design is None


def test_crossed_is_every_policy_under_every_draw_and_seed() -> None:
    design = designed(levers={"values": {HOLD: [48, 96]}}, uncertainties=UNCERTAIN, together="crossed")
    tasks = design.tasks("e")
    assert len(tasks) == 2 * 4 * 2 == len({task.run for task in tasks})
    # Replication by replication and draw by draw, so that what is done first is whole comparisons.
    assert [(task.replication, task.draw, task.point) for task in tasks[:4]] == [
        (0, 0, 0),
        (0, 0, 1),
        (0, 1, 0),
        (0, 1, 1),
    ]
    for task in tasks:
        assert {address: task.scenario.parameters[address] for address in (CREWS, DELAY)} == design.draws[task.draw]
        assert task.scenario.parameters[HOLD] == design.points[task.point].settings[HOLD]
    assert all(6 <= draw[DELAY] <= 48 for draw in design.draws)


def test_matched_runs_each_policy_and_the_reference_under_its_draw() -> None:
    levers = {"method": "sobol", "draws": 4, "values": {HOLD: "register"}}
    design = designed(levers=levers, uncertainties=UNCERTAIN, together="matched")
    assert design.cells == ((0, 0), (0, 1), (1, 0), (1, 2), (2, 0), (2, 3), (3, 0), (3, 4))
    rows = designed(levers={"rows": [{HOLD: h} for h in (48, 24, 72, 96)]}, uncertainties=UNCERTAIN, together="matched")
    # The first row is the reference and has a draw of its own.
    assert rows.cells == ((0, 0), (1, 0), (1, 1), (2, 0), (2, 2), (3, 0), (3, 3))
    assert len(rows.tasks("e")) == 7 * 2


def test_uncertainties_one_at_a_time_begin_with_the_scenario_itself() -> None:
    design = designed(uncertainties={"method": "one-at-a-time", "values": {CREWS: "register", DELAY: [6, 48]}})
    own = scenario().parameters
    assert len(design.points) == 1 and design.points[0].settings == {}
    assert design.draws[0] == {CREWS: own[CREWS], DELAY: own[DELAY]}
    moved = [[address for address in draw if draw[address] != own[address]] for draw in design.draws[1:]]
    assert moved == [[CREWS], [CREWS], [DELAY], [DELAY]]


def test_dates_and_levers_outside_the_register_are_set() -> None:
    values = {"changes.decline.from": {"from": "2010-01-01", "to": "2011-01-01"}, "thin": {"from": 1, "to": 8}}
    design = designed(levers={"method": "latin-hypercube", "draws": 8, "values": values})
    assert design.points[0].settings == {"changes.decline.from": None, "thin": 1}
    assert sorted(point.settings["thin"] for point in design.points[1:]) == [1, 2, 3, 4, 5, 6, 7, 8]
    for point in design.points[1:]:
        start = point.scenario.changes[0].start
        assert start is not None and start.isoformat() == point.settings["changes.decline.from"]


def test_identity_knows_draws_cells_and_the_rule_but_not_how_far_it_came() -> None:
    def identity(**more: Any) -> str:
        return design_of(scenario(**more)).identity("e", "i")

    levers = {"values": {HOLD: [48, 24, 72, 96]}}
    crossed = identity(design={"levers": levers, "uncertainties": UNCERTAIN, "together": "crossed"})
    matched = identity(design={"levers": levers, "uncertainties": UNCERTAIN, "together": "matched"})
    other = identity(design={"levers": levers, "uncertainties": {**UNCERTAIN, "seed": 2}, "together": "crossed"})
    assert len({crossed, matched, other, identity(design={"levers": levers})}) == 4
    rule = {"at_most": 16, "until": {"measure": "removed", "half_width": 5}}
    finer = {"at_most": 16, "until": {"measure": "removed", "half_width": 2}}
    assert len({identity(replications=16), identity(replications=rule), identity(replications=finer)}) == 3
    held = design_of(scenario(replications=rule))
    shorter = Design(held.name, held.points, held.seeds[:8], held.scenario, stopping=held.stopping)
    assert shorter.identity("e", "i") == held.identity("e", "i")


def test_several_scenarios_share_their_draws() -> None:
    design = {"uncertainties": UNCERTAIN}
    one, other = scenario(design=design), scenario("other", design=design).with_(**{HOLD: 96})
    both = design_of_several([one, other], (1, 2))
    assert [point.settings for point in both.points] == [{"scenario": "plan"}, {"scenario": "other"}]
    assert both.draws == design_of(one).draws
    with pytest.raises(InputError, match="baseline does not draw the same parameters as plan"):
        design_of_several([one, load_scenario("baseline")], (1,))
    rows = {"rows": [{HOLD: h} for h in (48, 24, 72, 96)]}
    matched = scenario("matched", design={"levers": rows, "uncertainties": UNCERTAIN, "together": "matched"})
    with pytest.raises(InputError, match="matched matches policies with draws"):
        design_of_several([one, matched], (1,))

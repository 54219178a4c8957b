"""Sweeps whose design draws uncertain parameters: tables, pairing, comparing what is stored."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from experiment_fakes import HOLD, FakeResult, fake_run, files_of, runner

from enforcement_sim.errors import InputError
from enforcement_sim.results.intervals import Branch
from enforcement_sim.runs.compare import Execution, compare
from enforcement_sim.runs.design import Design, design_of
from enforcement_sim.runs.manifest import point_scenario, read_manifest
from enforcement_sim.runs.provenance import canonical, run_id
from enforcement_sim.runs.stored_runs import as_json
from enforcement_sim.runs.sweep import run_design
from enforcement_sim.runs.sweep_result import Sweep, load_sweep
from enforcement_sim.scenarios.schema import assemble

DELAY = "pickup.delay_hours_median"
LEVERS = {"values": {HOLD: [48, 96]}}
UNCERTAIN = {"method": "latin-hypercube", "draws": 2, "values": {DELAY: {"from": 6, "to": 48}}}


def scenario(**more: Any) -> Any:
    return assemble({"schema": 1, "name": "plan", "replications": 2, **more})


def drawn(**design: Any) -> Design:
    return design_of(scenario(design={"levers": LEVERS, "uncertainties": UNCERTAIN, "together": "crossed"} | design))


def delayed_run(scenario: Any, seed: int) -> FakeResult:
    """The stand-in, with one removal fewer a month for every hour that a pick-up takes longer."""
    result = fake_run(scenario, seed)
    rows = result.counts["event"] == "removed"
    result.counts.loc[rows, "count"] -= int(scenario.parameters[DELAY]) // 6
    return result


def alike(values: pd.Series) -> Any:
    """These numbers exactly; one of the stand-in's measures has no value."""
    return pytest.approx(values.tolist(), rel=0, abs=0, nan_ok=True)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Sweep:
    return run_design(drawn(), tmp_path_factory.mktemp("draws") / "s", runner(delayed_run), workers=1)


def test_every_table_says_point_draw_and_seed(found: Sweep) -> None:
    measures = found.measures
    assert list(measures.columns[:7]) == ["point", HOLD, "draw", DELAY, "replication", "seed", "run"]
    assert len(measures) == measures["run"].nunique() == 2 * 2 * 2
    for draw, values in enumerate(found.draws):
        assert set(measures.loc[measures["draw"] == draw, DELAY]) == {values[DELAY]}
    funnel = found.table("funnel").query("event == 'removed'").groupby(["point", "draw", "seed"])["count"].sum()
    assert funnel.tolist() == measures["removed"].tolist()
    csv = pd.read_csv(found.folder / "measures.csv")
    pd.testing.assert_frame_equal(csv, measures, check_dtype=False)


def test_the_manifest_tells_draws_and_which_run_is_which(found: Sweep) -> None:
    manifest = json.loads((found.folder / "manifest.json").read_bytes())
    assert manifest["design"]["draws"] == {"addresses": [DELAY], "points": "all", "values": found.draws}
    assert manifest["scenario"]["design"]["uncertainties"]["draws"] == 2
    where = {(run["point"], run["draw"], run["seed"]): run["run"] for run in manifest["runs"]}
    rows = found.measures[["point", "draw", "seed", "run"]].itertuples(index=False)
    assert {(row.point, row.draw, row.seed): row.run for row in rows} == where


def test_what_is_drawn_of_a_lever_holds_throughout(tmp_path: Path) -> None:
    """What is chosen begins on the first counted day; the manifest restores both, and the runs have their names."""
    crews = "pickup.crew_capacity"
    uncertain = {"method": "latin-hypercube", "draws": 2, "values": {crews: {"from": 0.02, "to": 0.1}}}
    design = drawn(uncertainties=uncertain)
    run_design(design, tmp_path / "s", runner(), workers=1)
    manifest = read_manifest(tmp_path / "s")
    for point, hold in enumerate((48.0, 96.0)):
        for draw, values in enumerate(design.draws):
            made = design.scenario_at(point, draw)
            assert made.parameters[crews] == made.history[crews] == values[crews]
            assert (made.parameters[HOLD], made.history[HOLD]) == (hold, 48.0)
            assert point_scenario(manifest, point, draw) == as_json(canonical(made))
    names = {(row["point"], row["draw"], row["seed"]): row["run"] for row in manifest["runs"]}
    assert names[1, 1, 2] == run_id(design.scenario_at(1, 1), 2, manifest["engine_version"])


def test_a_history_that_is_swept_is_in_the_manifest(tmp_path: Path) -> None:
    swept = design_of(scenario(sweep={f"history.{HOLD}": [48, 0]}))
    run_design(swept, tmp_path / "s", runner(), workers=1)
    manifest = read_manifest(tmp_path / "s")
    assert manifest["design"]["points"][1]["differs"] == {"history": {HOLD: 0.0}}
    assert point_scenario(manifest, 1) == as_json(canonical(swept.points[1].scenario))


def test_differences_are_paired_within_draw_and_seed(found: Sweep) -> None:
    sample = found.sample(1)
    assert set(sample.measures) == {Branch(draw, seed) for draw in (0, 1) for seed in (1, 2)}
    wide = found.measures.pivot(index=["draw", "seed"], columns="point", values="removed")
    by_draw = (wide[1] - wide[0]).groupby("draw").mean()
    row = found.comparison.frame().query("measure == 'removed'").iloc[0]
    assert row["difference"] == pytest.approx(by_draw.mean())
    assert (row["draws"], row["runs"]) == (2, 4)
    pd.testing.assert_frame_equal(found.comparison.frame(), found.table("comparison"), check_dtype=False)


def test_results_are_read_by_draw(found: Sweep) -> None:
    stored = load_sweep(found.folder)
    object.__setattr__(stored, "runner", runner())
    one, other = (stored.result(1, 0, draw) for draw in (0, 1))
    assert [result.meta["scenario"]["parameters"][DELAY] for result in (one, other)] == [d[DELAY] for d in found.draws]
    with pytest.raises(KeyError):
        stored.result(1, 0, 2)


@pytest.mark.slow
def test_two_workers_and_a_second_time_give_the_same_bytes(tmp_path: Path, found: Sweep) -> None:
    again = run_design(drawn(), tmp_path / "s", runner(delayed_run), workers=2)
    assert files_of(tmp_path / "s") == files_of(found.folder)
    assert run_design(drawn(), again.folder, runner(delayed_run), workers=1).computed == ()


def test_a_matched_design_pairs_each_policy_under_its_draw(tmp_path: Path) -> None:
    plan = drawn(levers={"rows": [{HOLD: 48}, {HOLD: 96}]}, together="matched")
    found = run_design(plan, tmp_path / "s", runner(delayed_run), workers=1)
    assert found.measures.groupby("point")["draw"].unique().map(list).to_dict() == {0: [0, 1], 1: [1]}
    row = found.comparison.frame().query("measure == 'removed'").iloc[0]
    wide = found.measures.query("draw == 1").pivot(index="seed", columns="point", values="removed")
    assert row["difference"] == (wide[1] - wide[0]).mean()
    assert row["runs"] == 2


def test_uncertainties_alone_have_nothing_to_compare(tmp_path: Path) -> None:
    plan = design_of(scenario(design={"uncertainties": UNCERTAIN}))
    found = run_design(plan, tmp_path / "s", runner(delayed_run), workers=1)
    assert len(found.measures) == 4
    assert not (tmp_path / "s" / "comparison.csv").exists()


@pytest.mark.slow
def test_what_is_stored_is_compared_where_draws_agree(tmp_path: Path, found: Sweep) -> None:
    alone = compare(f"{found.folder}:0", f"{found.folder}:1")
    assert alone.frame()["difference"].tolist() == alike(found.comparison.frame()["difference"])
    # What differs from draw to draw is no difference between the policies.
    assert alone.changed == {1: (f"{HOLD}: 48 → 96",)}
    same = scenario(name="longer", design={"uncertainties": UNCERTAIN}).with_(**{HOLD: 96})
    mixed = compare(f"{found.folder}:0", same, execution=Execution(runner=runner(delayed_run)), workers=1)
    assert mixed.frame()["difference"].tolist() == alike(alone.frame()["difference"])
    assert mixed.changed == alone.changed
    with pytest.raises(InputError, match="not all sides draw the same uncertain parameters"):
        compare(f"{found.folder}:0", "baseline", execution=Execution(runner=runner(delayed_run)), workers=1)
    other = drawn(uncertainties={**UNCERTAIN, "seed": 2})
    run_design(other, tmp_path / "other", runner(delayed_run), workers=1)
    with pytest.raises(InputError, match="not all sides draw the same uncertain parameters"):
        compare(f"{found.folder}:0", f"{tmp_path / 'other'}:1")


def test_scenarios_with_draws_are_compared(found: Sweep) -> None:
    one = scenario(design={"uncertainties": UNCERTAIN})
    made = compare(
        one, one.with_(**{"name": "longer", HOLD: 96}), execution=Execution(runner=runner(delayed_run)), workers=1
    )
    assert made.frame()["difference"].tolist() == alike(found.comparison.frame()["difference"])
    assert made.draws == 2

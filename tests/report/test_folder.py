"""A finished sweep is drawn whole: every figure, from the numbers that the sweep wrote, with the reference it names."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pandas as pd
import pytest
from PIL import Image

from enforcement_sim import labels, load_scenario, sweep
from enforcement_sim.errors import InputError
from enforcement_sim.plots import about_results
from enforcement_sim.plots.captions import provenance_of
from enforcement_sim.plots.sources import Drawable
from enforcement_sim.report.figures import draw_all, draw_result
from enforcement_sim.runs.sweep_result import Sweep

AT_ONE_SETTING = {"funnel", "throughput", "mix-levels-2010", "mix-charge", "county-map", "stay"}
ACROSS_SETTINGS = {"response", "response-by-programme", "mix-by-setting"}


SCENARIO = """
schema: 1
name: small
title: Two holds, two ways to honour
extends: hold-and-opt-out
scope: {counties: ["37119"]}
period: {start: 2011-10-01, end: 2012-01-31}
replications: 2
changes:
  who-honours: {where: {counties: ["37119"]}}
sweep:
  detainer.hold_hours: [24, 48]
  changes.who-honours.rule: [honour-all, honour-none]
"""


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Sweep:
    """Two holds and two ways to honour, two seeds, four months of one county that has a 287(g) agreement."""
    home = tmp_path_factory.mktemp("sweep")
    (home / "small.yaml").write_text(SCENARIO, encoding="utf-8")
    return sweep(load_scenario(home / "small.yaml"), out=home / "small", workers=1)


@pytest.fixture(scope="module")
def drawn(small: Sweep) -> dict[str, Path]:
    return {path.name: path for path in draw_all(small.folder)}


@pytest.mark.slow
def test_every_figure_is_drawn_in_three_forms(drawn: dict[str, Path], small: Sweep) -> None:
    cards = {f"card-{point}" for point in range(4) if point != Drawable(small).reference}
    names = AT_ONE_SETTING | ACROSS_SETTINGS | cards
    assert set(drawn) == {f"{name}.{ending}" for name in names for ending in ("png", "svg", "csv")}
    assert {path.parent for path in drawn.values()} == {small.folder / "figures"}


@pytest.mark.slow
def test_the_reference_has_the_scenarios_own_hold_and_the_first_rule(small: Sweep) -> None:
    reference = Drawable(small).reference
    assert small.settings[reference] == {"detainer.hold_hours": 48, "changes.who-honours.rule": "honour-all"}


@pytest.mark.slow
def test_captions_say_how_closely_the_rules_of_their_settings_are_followed(small: Sweep) -> None:
    drawable = Drawable(small)
    assert "Who is held (every detainer honoured): followed exactly." in drawable.about([0]).caption()
    both = drawable.about(list(range(4))).caption()
    assert "Who is held (every detainer honoured): followed exactly." in both
    assert re.search(r"Who is held \(no detainer honoured\): followed in part: .* hold all the same [\d.]+%\.", both)
    narrow = {"decision": "detainer", "rule": "detainer-felonies-only", "where": "nation"}
    world = load_scenario("baseline").with_(**{"changes.narrow": narrow, "detainer.issue_if_not_covered": 0.125})
    told = provenance_of(world.resolved(), "x", ("run",), (1,)).caption()
    assert "Rule for issuing (felony convictions): followed as history was: of people covered" in told
    assert re.search(r"of people not covered [\d.]+% still do", told)


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("strictly", "followed strictly"),
        ("as_history", "followed as in history"),
        ({"covered": 0.9, "not_covered": 0.05}, "followed for 90% of covered, 5% of others"),
        ("{'covered': 0.9, 'not_covered': 0.05}", "followed for 90% of covered, 5% of others"),  # as tables hold it
    ],
)
def test_how_closely_a_rule_is_followed_is_a_setting_in_words(value: object, told: str) -> None:
    assert labels.setting_value("changes.narrow.followed", value) == told


@pytest.mark.slow
def test_the_funnel_shows_what_the_sweep_counted_at_the_reference(drawn: dict[str, Path], small: Sweep) -> None:
    shown = pd.read_csv(drawn["funnel.csv"]).set_index(["programme", "event"])["mean"]
    counted = small.table("funnel")
    counted = counted[counted["point"] == Drawable(small).reference].astype({"programme": str, "event": str})
    expected = counted.groupby(["programme", "event"])["count"].mean()
    assert shown.sum() > 0
    assert shown.to_dict() == pytest.approx(expected[shown.index].to_dict())


@pytest.mark.slow
def test_differences_are_those_of_the_stored_measures(drawn: dict[str, Path], small: Sweep) -> None:
    shown = pd.read_csv(drawn["response.csv"])
    reference = Drawable(small).reference
    means = small.measures.groupby("point")["ice_custody"].mean()
    custody = shown[shown["measure"] == "ice_custody"].set_index("point")["mean"]
    assert custody.to_dict() == pytest.approx((means - means[reference]).to_dict())
    refused = shown[(shown["measure"] == "ice_custody") & (shown["changes.who-honours.rule"] == "honour-none")]
    assert (refused["mean"] < 0).all()


@pytest.mark.slow
def test_cards_compare_every_setting_with_the_named_reference(drawn: dict[str, Path], small: Sweep) -> None:
    reference = Drawable(small).reference
    means = small.measures.groupby("point")[["held_citizens", "net_cost.county"]].mean()
    for point in set(range(4)) - {reference}:
        shown = pd.read_csv(drawn[f"card-{point}.csv"]).set_index("row")
        assert shown.loc["county_money", "a"] == pytest.approx(means.loc[reference, "net_cost.county"])
        assert shown.loc["county_money", "b"] == pytest.approx(means.loc[point, "net_cost.county"])
        assert shown.loc["citizens", "b"] == pytest.approx(means.loc[point, "held_citizens"])
        assert shown.loc["families", "verdict"] == "not counted"


@pytest.mark.slow
def test_cards_are_left_out_where_reading_every_run_would_take_long(
    small: Sweep, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is drawn is not written again: the names are enough."""
    monkeypatch.setattr("enforcement_sim.plots.save", lambda _, home, name: [home / name])
    monkeypatch.setattr("enforcement_sim.report.figures.MOST_FOR_CARDS", 7)
    names = [path.name for path in draw_all(small.folder)]
    assert names and not [name for name in names if name.startswith("card")]


@pytest.mark.slow
def test_pictures_name_exactly_the_runs_they_show(drawn: dict[str, Path], small: Sweep) -> None:
    told = {}
    for name in ("funnel", "response"):
        with Image.open(drawn[f"{name}.png"]) as picture:
            told[name] = json.loads(picture.info["Source"])
    by_point = small.measures.groupby("point")["run"].apply(list)
    assert told["funnel"]["run_ids"] == by_point[Drawable(small).reference]
    assert sorted(told["response"]["run_ids"]) == sorted(small.measures["run"])
    assert told["funnel"]["engine_version"] == small.manifest["engine_version"]


@pytest.mark.slow
def test_one_result_is_drawn_without_intervals(small: Sweep, tmp_path: Path) -> None:
    result = small.result(0, 0)
    names = {path.stem for path in draw_result(result, tmp_path)}
    assert names == AT_ONE_SETTING
    assert pd.read_csv(tmp_path / "funnel.csv")["low"].isna().all()
    about = about_results(result)
    assert about.run_ids == (small.measures.loc[0, "run"],)
    assert about.scope.startswith("Mecklenburg County (NC), simulated with all 305 counties")


def test_a_folder_without_a_sweep_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no finished sweep"):
        draw_all(tmp_path)

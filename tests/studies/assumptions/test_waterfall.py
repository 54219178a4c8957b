"""The waterfall: bars hang where the one before ended, signs are told apart, and the caption says what was averaged."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle
from tests.studies.assumptions.made_sets import made_set

from enforcement_sim.plots import Plot, Provenance, frame
from enforcement_sim.runs.run import real_runner
from enforcement_sim.scenarios.schema import assemble
from enforcement_sim.studies.assumptions import figure as waterfall
from enforcement_sim.studies.assumptions.assumption_sets import AssumptionSet
from enforcement_sim.studies.assumptions.compute import contest_of, split
from enforcement_sim.studies.assumptions.figure import draw_decomposition
from enforcement_sim.tables.amounts import thousands

ABOUT = Provenance(
    scenario="made-up",
    title="Made-up numbers",
    engine_version="0123456789abcdef",
    run_ids=tuple(f"{number:016x}" for number in range(8)),
    seeds=(1, 2),
    period=(date(2011, 10, 1), date(2012, 9, 30)),
    scope="Connecticut",
    settings=8,
)
SIDES = ("one-side", "other-side")
PARTS = [("start", 100.0, 95, 105), ("crews", 40.0, 30, 50), ("bail", -25.0, -35, -15), ("stream", 5.0, -1, 11)]
PARTS += [("idle", 0.0, 0, 0), ("end", 120.0, 110, 130), ("gap", 20.0, 10, 30)]


def made_up(measure: str = "removed") -> pd.DataFrame:
    columns = ["part", "value", "low", "high"]
    return pd.DataFrame(PARTS, columns=columns).assign(measure=measure, order_error=0.0)


def panel(effect: str = "") -> tuple[Axes, Plot]:
    figure = waterfall.draw(waterfall.numbers(made_up()), SIDES, ABOUT, effect)
    return figure.axes[0], figure


def bars(axes: Axes) -> list[tuple[float, float, str, str]]:
    """Left end, width, face and edge of each bar, from the top."""
    found = sorted((one for one in axes.patches if isinstance(one, Rectangle)), key=lambda one: -one.get_y())
    return [(one.get_x(), one.get_width(), to_hex(one.get_facecolor()), to_hex(one.get_edgecolor())) for one in found]


def test_bars_begin_where_the_one_before_ended() -> None:
    found = waterfall.numbers(made_up()).set_index("part")
    assert found["left"].to_dict() == {"start": 0, "crews": 100, "bail": 140, "stream": 115, "idle": 120, "end": 0}
    assert found.loc["idle", "left"] + found.loc["idle", "value"] == found.loc["end", "value"]
    axes, _ = panel()
    assert [(left, width) for left, width, _, _ in bars(axes)] == [(100, 40), (140, -25), (115, 5)]


@pytest.mark.slow
def test_signs_are_colours_and_what_cannot_be_told_is_hollow() -> None:
    axes, _ = panel()
    crews, bail, stream = bars(axes)
    assert crews[2:] == (waterfall.HIGHER_COLOUR.lower(),) * 2
    assert bail[2:] == (waterfall.LOWER_COLOUR.lower(),) * 2
    assert stream[2:] == ("#ffffff", waterfall.HIGHER_COLOUR.lower())


def test_rows_are_the_sides_and_what_they_differ_in() -> None:
    axes, figure = panel()
    assert [label.get_text() for label in axes.get_yticklabels()] == [
        "one side",
        "crews",
        "bail",
        "stream",
        "idle",
        "other side",
    ]
    written = {text.get_text() for text in axes.texts}
    assert written == {"100", "+40", f"{thousands(-25)}", "+5", "0", "120"}
    what = "From one side to other side: which assumption makes the gap"
    assert frame.text_of(figure, "title") == f"{what}: {ABOUT.heading}", "what, and of which scenario, where and when"


def test_an_effect_shows_its_zero_and_levels_need_not() -> None:
    assert panel()[0].get_xlim()[0] > 50
    axes, figure = panel("longer, compared with shorter")
    assert axes.get_xlim()[0] < 0
    assert "What a policy changes (longer, compared with shorter)" in frame.text_of(figure, "subtitle")
    assert "+100" in {text.get_text() for text in axes.texts}


def test_measures_without_values_have_no_panel() -> None:
    empty = made_up("returned").assign(value=float("nan"))
    found = waterfall.numbers(pd.concat([empty, made_up()]), ("returned", "removed", "booked"))
    assert list(found["measure"].unique()) == ["removed"]
    assert waterfall.numbers(empty).empty


def test_the_caption_says_how_steps_were_averaged() -> None:
    assert "Every combination" in waterfall.order_note([], True, 0)
    told = waterfall.order_note([0.5, 12.0], False, 48)
    assert "48 orders drawn by key" in told and "standard error that this leaves is 12" in told


@pytest.mark.parametrize("seeds", [(1,), (1, 2)])
def test_one_seed_is_drawn_without_whiskers(seeds: tuple[int, ...]) -> None:
    bare = made_up().assign(low=float("nan"), high=float("nan")) if len(seeds) == 1 else made_up()
    figure = waterfall.draw(waterfall.numbers(bare), SIDES, replace(ABOUT, seeds=seeds))
    whiskers = [line for line in figure.axes[0].lines if len(set(line.get_ydata())) == 1 and len(line.get_xdata()) == 2]
    assert bool(whiskers) == (len(seeds) > 1)
    # Without an interval no sign is known.
    assert all(face == "#ffffff" for _, _, face, _ in bars(figure.axes[0])) == (len(seeds) == 1)


@pytest.mark.slow
def test_a_contest_is_drawn_whole(tmp_path: Path) -> None:
    def side(name: str, delay: float, dollars: float) -> AssumptionSet:
        values = {"crews": {"pickup.delay_hours_median": delay}, "money": {"cost.jail_day": dollars}}
        return made_set(name, **values)

    ground = assemble(
        {
            "schema": 1,
            "name": "ground",
            "scope": {"counties": ["37119"]},
            "period": {"start": "2012-01-01", "end": "2012-02-29"},
            "parameters": {"start.warm_days": 20},
            "sweep": {"detainer.hold_hours": [24, 96]},
        }
    )
    gap = split(contest_of(ground, side("soon", 4, 60), side("late", 60, 140)), tmp_path / "s", real_runner(), 1)
    names = {path.name for path in draw_decomposition(gap)}
    assert names == {f"{name}.{ending}" for name in ("gap", "gap-in-effect-1") for ending in ("png", "svg", "csv")}
    drawn = pd.read_csv(tmp_path / "s" / "figures" / "gap.csv").set_index(["measure", "part"])["value"]
    assert drawn["ice_custody", "crews"] < 0
    assert drawn["ice_custody", "money"] == 0
    assert drawn["net_cost.county", "money"] > 0
    for name in ("ice_custody", "net_cost.county"):
        assert drawn[name, "crews"] + drawn[name, "money"] == pytest.approx(drawn[name, "end"] - drawn[name, "start"])

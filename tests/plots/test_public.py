"""The public figures: what they take, what they carry, and what their artists show."""

from __future__ import annotations

import subprocess
import sys
from inspect import getdoc
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.plots.test_importance import indices
from tests.report.test_folder import SCENARIO

from enforcement_sim import load_scenario, load_sweep, plots, sweep
from enforcement_sim.errors import InputError
from enforcement_sim.report.figures import draw_indices
from enforcement_sim.results.result import Result
from enforcement_sim.runs.sweep_result import Sweep
from enforcement_sim.studies.card.compute import cards_of
from enforcement_sim.studies.card.figure import card as draw_card
from enforcement_sim.studies.validation.figure import validation as draw_validation
from enforcement_sim.studies.validation.scorecard import Validation

FIGURES = [name for name in plots.__all__ if name.islower() and name not in ("about_results", "save")]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Sweep:
    """Two holds and two ways to honour in a county of Delaware, two seeds, two months."""
    home = tmp_path_factory.mktemp("sweep")
    text = SCENARIO.replace("37119", "10003").replace("2012-01-31", "2011-11-30")
    (home / "small.yaml").write_text(text, encoding="utf-8")
    return sweep(
        load_scenario(home / "small.yaml").with_(**{"ensemble": 0, "start.warm_days": 30}),
        out=home / "small",
        workers=1,
    )


@pytest.fixture(scope="module")
def results(small: Sweep) -> list[Result]:
    return [small.result(2, replication) for replication in (0, 1)]


def test_every_figure_says_what_it_takes_and_returns_and_has_an_example() -> None:
    for name in FIGURES:
        told = getdoc(getattr(plots, name)) or ""
        for section in ("Parameters\n-", "Returns\n-", "Examples\n-"):
            assert section in told, (name, section)


def test_importing_the_package_draws_in_no_plotting_library() -> None:
    asked = "import sys, enforcement_sim, enforcement_sim.cli; print('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout == "False\n"


@pytest.mark.parametrize("draw", [plots.funnel, plots.throughput, plots.mix, plots.county_map])
def test_a_sweep_is_drawn_at_its_reference_with_the_numbers_of_its_runs(
    draw: object, small: Sweep, results: list[Result]
) -> None:
    of_sweep, of_runs = draw(small), draw(results)  # type: ignore[operator]
    pd.testing.assert_frame_equal(of_sweep.numbers, of_runs.numbers, check_like=True)
    assert of_sweep.about.run_ids == of_runs.about.run_ids
    assert "Reference setting: 48 h, every detainer honoured." in plots.frame.text_of(of_sweep, "subtitle")


def test_a_mean_stands_at_the_middle_of_its_runs_and_its_whiskers_at_the_interval(results: list[Result]) -> None:
    figure = plots.funnel(results)
    counts = [result.funnel() for result in results]
    issued = [
        frame[(frame["event"] == "detainer_issued") & (frame["programme"] == "secure_communities")]["count"].sum()
        for frame in counts
    ]
    panel = next(axes for axes in figure.axes if axes.get_title(loc="left") == "Secure Communities")
    points = panel.get_lines()[0].get_xdata()
    assert np.mean(issued) in points
    half = 12.706204736432095 * np.std(issued, ddof=1) / np.sqrt(2)
    segments = [segment[:, 0] for line in panel.collections for segment in line.get_segments() if len(segment)]
    assert any(np.allclose(ends, [max(0, np.mean(issued) - half), np.mean(issued) + half]) for ends in segments)


def test_a_programme_that_found_nobody_has_no_panel_and_is_named(results: list[Result]) -> None:
    figure = plots.funnel(results)
    assert "287(g) in jails" not in [axes.get_title(loc="left") for axes in figure.axes]
    assert "Found nobody first: 287(g) in jails." in plots.frame.text_of(figure, "caption")
    assert "jail_287g" in set(figure.numbers["programme"])


def test_measures_that_are_zero_everywhere_have_no_panel_and_are_named(small: Sweep) -> None:
    figure = plots.response(small, ["removed", "removed.jail_287g"])
    assert [axes.get_title(loc="left").strip() for axes in figure.axes if axes.get_visible()] == ["Removed"]
    assert "not drawn: Removed, 287(g) in jails" in plots.frame.text_of(figure, "caption")
    assert set(figure.numbers["measure"]) == {"removed", "removed.jail_287g"}


def test_a_folder_that_keeps_no_runs_is_refused_in_a_line() -> None:
    kept = load_sweep(Path(__file__).parents[2] / "results" / "hold-and-opt-out")
    with pytest.raises(InputError, match="holds no run to draw"):
        plots.response(kept)


@pytest.mark.slow
def test_settings_stand_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    design = load_scenario("hold-length").with_(
        **{
            "scope": {"counties": ["10003"]},
            "start.warm_days": 0,
            "period.start": "2012-01-01",
            "period.end": "2012-01-31",
        },
        replications=1,
    )
    rows = plots.stay(sweep(design, out=tmp_path / "hold", workers=1)).axes[0].get_yticklabels()
    hours = [int(label.get_text().removesuffix(" h")) for label in rows]
    assert hours == sorted(hours) and len(hours) > 2


def test_a_setting_without_people_keeps_its_row(small: Sweep) -> None:
    figure = plots.mix_by_setting(small, stage="ice_custody")
    rows = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert len(rows) == 4 and "48 h, no detainer honoured" in rows
    assert [text.get_text() for text in figure.axes[0].texts].count("nobody") == 2


def test_the_stay_has_a_row_for_every_setting_of_a_sweep_and_one_for_runs(small: Sweep, results: list[Result]) -> None:
    assert len(plots.stay(small).axes[0].get_yticklabels()) == 4
    assert [label.get_text() for label in plots.stay(results).axes[0].get_yticklabels()] == ["small"]


def test_one_run_has_no_whiskers(results: list[Result]) -> None:
    figure = plots.funnel(results[0])
    ends = [segment for axes in figure.axes for line in axes.collections for segment in line.get_segments()]
    assert not any(len(segment) for segment in ends)


@pytest.mark.slow
def test_a_card_shows_its_own_lines(small: Sweep) -> None:
    first = load_scenario("baseline").with_(
        **{
            "scope": {"counties": ["10003"]},
            "start.warm_days": 0,
            "period.start": "2012-01-01",
            "period.end": "2012-01-31",
        }
    )
    (card,) = cards_of(first, first.with_(**{"name": "longer", "detainer.hold_hours": 96}), replications=2, workers=1)
    figure = draw_card(card)
    pd.testing.assert_frame_equal(figure.numbers, card.frame())
    written = {text.get_text() for text in figure.axes[0].texts}
    assert {line.row.label for line in card.lines if len(line.row.label) < 40} <= written


@pytest.mark.slow
def test_indices_are_drawn_for_levels_and_for_each_policy_that_has_them(small: Sweep) -> None:
    found = indices()
    levels = {f"sensitivity.{ending}" for ending in ("png", "svg", "csv")}
    effects = {f"sensitivity-of-effect-1.{ending}" for ending in ("png", "svg", "csv")}
    assert {path.name for path in draw_indices(small, found)} == levels | effects
    without = found.assign(value=found["value"].where(found["of"] == "level"))
    assert {path.name for path in draw_indices(small, without)} == levels


def test_a_figure_far_outside_its_range_becomes_an_arrow_at_the_edge() -> None:
    row = {"bin": "fit", "measures": "Detainers", "published": 10.0, "low": 9.0, "high": 11.0, "verdict": "above"}
    row |= {"simulated": 30.0, "simulated_low": 28.0, "simulated_high": 32.0, "vector": "", "weight": 1.0}
    figure = draw_validation(Validation(pd.DataFrame([row]), 4, "seeds"))
    assert [line.get_marker() for line in figure.axes[0].get_lines() if line.get_marker() != "None"] == [">"]
    assert figure.numbers["place"].tolist() == [20.0]


def test_what_cannot_be_drawn_is_said_in_a_line(small: Sweep, results: list[Result]) -> None:
    for wrong, told in (
        (lambda: plots.funnel([]), "no results to draw"),
        (lambda: plots.mix(results, "ice-level-2010"), "did you mean 'ice-levels-2010'"),
        (lambda: plots.response(small, ["nothing"]), "no run has any of these measures"),
    ):
        with pytest.raises(InputError, match=told):
            wrong()


@pytest.mark.slow
def test_a_notebook_gets_a_picture_and_a_folder_three_files(results: list[Result], tmp_path: Path) -> None:
    figure = plots.stay(results)
    assert figure._repr_png_().startswith(b"\x89PNG")
    assert [path.name for path in plots.save(figure, tmp_path, "stay")] == ["stay.png", "stay.svg", "stay.csv"]

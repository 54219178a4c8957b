"""What a study says first: false positives, power and the published number, in counts of worlds; and effects in words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from enforcement_sim.errors import InputError
from enforcement_sim.studies.research_designs.compute import Plan
from enforcement_sim.studies.research_designs.design_performance import performance, smallest_found_interval
from enforcement_sim.studies.research_designs.effect_words import as_change, read_effects
from enforcement_sim.studies.research_designs.shipped_studies import load_study
from enforcement_sim.studies.research_designs.short_answers import answers_to_effects, of_worlds, short_answers
from enforcement_sim.studies.research_designs.study_tables import (
    Results,
    effects_table,
    performance_table,
    remarks,
    results_of,
)

MILES_COX = load_study("miles-cox-2014")


def made(coefficients: Any, effect: float = 0.0, error: float = 0.005, design: str = "as published") -> pd.DataFrame:
    """Return estimates in log points, one world a set."""
    found = np.asarray(coefficients, dtype=float)
    return pd.DataFrame(
        {
            "set": np.arange(len(found)),
            "seed": 1,
            "design": design,
            "coefficient": found,
            "standard_error": error,
            "low": found - 1.96 * error,
            "high": found + 1.96 * error,
            "observations": 10,
            "truth": effect,
            "failure": "",
        }
    )


def plan(worlds: int, effect: float = 0.0) -> Plan:
    return Plan(Path("none"), worlds, 1, effect=effect)


# ---- three lines -----------------------------------------------------------------------------------------------------


def test_without_an_effect_the_lines_count_false_positives_and_the_worlds_that_would_find_a_fall() -> None:
    # Of 20 worlds one finds an effect that is not there. With a fall of .02, those below .0102 find it: all but two.
    told = short_answers(MILES_COX, plan(20), made([0.0] * 18 + [0.02, 0.0105 - 0.0002]))
    assert "in 2 of 20 worlds" in told["truth"] and "does in 5%" in told["truth"]
    assert (
        told["power"] == "Power: a fall of 2% (-0.02 log points) would have been found in 18 of 20 worlds (70% to 97%)."
    )
    # Had offences fallen by 2%, the coefficients would be -.02 but for one at 0 and one at -.0097.
    assert "1 of 20 worlds (1% to 24%) would have shown the published 0 or a higher coefficient" in told["published"]


def test_with_an_effect_put_in_power_is_counted_in_the_worlds_themselves() -> None:
    effect = -0.05
    told = short_answers(MILES_COX, plan(4, effect), made([-0.05, -0.05, -0.005, 0.02], effect))
    assert "a fall of 4.9% (-0.05 log points) would have been found in 2 of 4 worlds" in told["power"]
    assert "1 of 4 worlds" in told["published"]
    assert "in 2 of 4 worlds" in told["truth"] and "taken off for this line" in told["truth"]


def test_a_rise_is_found_above_zero_alone() -> None:
    told = short_answers(MILES_COX, plan(3, 0.02), made([0.02, -0.02, 0.02], 0.02))
    assert "a rise of 2% (0.02 log points) would have been found in 2 of 3 worlds" in told["power"]


@pytest.mark.parametrize(("worlds", "few"), [(49, True), (50, False)])
def test_few_worlds_are_named_and_give_no_place_of_the_published_number(worlds: int, few: bool) -> None:
    table = made([0.0] * worlds)
    assert ("worlds" in short_answers(MILES_COX, plan(worlds), table)) == few
    said = " ".join(remarks(results_of(MILES_COX, plan(worlds), table)))
    assert ("lie below the published one" in said) != few


@pytest.mark.parametrize(
    ("error", "says"), [(0.0046, None), (0.0097, "2.1 times as large"), (0.002, "2.3 times as small")]
)
def test_a_design_that_is_less_or_more_precise_than_the_published_one_is_named(error: float, says: str | None) -> None:
    told = short_answers(MILES_COX, plan(3), made([0.0, 0.001, -0.001], error=error)).get("error")
    assert told is None if says is None else says in str(told) and "Power is that of the design here" in str(told)


def test_power_is_also_given_without_the_mean_bias_where_there_is_one() -> None:
    worlds = np.linspace(-0.012, -0.008, 20)
    told = short_answers(MILES_COX, plan(20), made(worlds, error=0.012))
    # With the bias a fall of .02 is found everywhere that -.03 lies beyond 1.96 x .012; without it nowhere.
    assert "20 of 20 worlds" in told["power"] and "off by -0.01" in told["bias"] and "0 of 20 worlds" in told["bias"]
    assert "bias" not in short_answers(MILES_COX, plan(20), made(worlds + 0.01))


def test_a_simulated_outcome_is_told_by_its_own_truth() -> None:
    study = load_study("taken-over-287g")
    told = short_answers(study, plan(3), made([-0.3, -0.31, -0.1], -0.3, error=0.02))
    assert "holds the true effect in 2 of 3 worlds" in told["truth"] and "-0.3 on average" in told["power"]


def test_a_design_without_an_estimate_says_nothing() -> None:
    assert short_answers(MILES_COX, plan(2), made([np.nan, np.nan])) == {}


def test_counts_of_worlds_have_an_interval() -> None:
    assert of_worlds([True] * 14 + [False] * 6) == "14 of 20 worlds (48% to 85%)"


# ---- several effects -------------------------------------------------------------------------------------------------


def several() -> list[Results]:
    worlds = np.linspace(-0.004, 0.004, 8)
    return [results_of(MILES_COX, plan(8, effect), made(worlds + effect, effect)) for effect in (0.0, -0.009, -0.05)]


def test_several_effects_give_one_table_and_a_line_on_power_for_each() -> None:
    results = several()
    told = answers_to_effects(MILES_COX, [one.plan for one in results], [one.estimates for one in results])
    assert [line.partition(":")[0] for line in told[:5]] == [
        "False positives", "Power", "Power", "Published number", "Published number",
    ]  # fmt: skip
    table = effects_table(results)
    assert [row[1].partition(" ")[0] for row in table.rows] == ["none", "-0.009", "-0.05"]
    shares = [row[-1].partition(" ")[0] for row in table.rows]
    assert shares[0] == "0%" and shares[2] == "100%"


def test_the_figure_of_several_effects_holds_the_shares_of_worlds() -> None:
    from enforcement_sim.studies.research_designs.power_figure import power_against_effect

    numbers = power_against_effect(several()).numbers
    assert numbers["effect_put_in"].tolist() == [-0.05, -0.009, 0.0]
    assert numbers["differs_from_zero"].tolist()[0] == 1.0 and numbers["differs_from_zero"].tolist()[-1] == 0.0


# ---- the table and the figure ------------------------------------------------------------------------------------------


def test_what_a_row_of_offences_shows_depends_on_the_effect_put_in() -> None:
    without, with_effect = (
        " ".join(remarks(results_of(MILES_COX, plan(3, effect), made([effect] * 3, effect)))) for effect in (0.0, -0.02)
    )
    assert "placebos" in without and "power" not in without
    assert "power" in with_effect and "placebo" not in with_effect
    assert "parameters offences" in without and "assumed" in without


def test_the_table_names_designs_by_words_and_has_errors_and_the_interval_of_the_fall() -> None:
    table = pd.concat([made(np.linspace(-0.01, 0.01, 30)), made([0.0], design="without-trends")])
    shown = performance_table(results_of(MILES_COX, plan(30), table))
    assert [row[0] for row in shown.rows] == ["As published", "Without county trends"]
    row = dict(zip(shown.headings, shown.rows[0], strict=True))
    assert row["own error: published / simulated"] == "0.0046 / 0.005"
    fall, _, ends = row["fall found in 80%"].partition(" ")
    low, high = (float(end) for end in ends.strip("[]").split(", "))
    assert low <= float(fall) <= high < 0.0
    assert (
        "(S)" not in str(shown.caption)
        and "seen in a source" in str(shown.caption)
        and "1 seed." not in str(shown.caption)
    )


def test_panels_share_an_axis_count_worlds_and_keep_every_bar() -> None:
    from enforcement_sim.studies.research_designs.figure import coefficients

    table = pd.concat([made([-0.03, 0.0, 0.0, 0.01]), made([0.05, 0.06, 0.06, 0.07], design="without-trends")])
    figure = coefficients(results_of(MILES_COX, plan(4), table))
    first, second = figure.axes
    assert first.get_xlim() == second.get_xlim() and first.get_ylim() == second.get_ylim()
    assert [axes.get_title(loc="left").strip() for axes in figure.axes] == ["As published", "Without county trends"]
    assert len(first.get_yticks()) > 1
    assert figure.numbers.groupby("design")["worlds"].sum().tolist() == [4, 4]
    assert "fall found in 80% of worlds" in [text.get_text() for text in figure.legends[0].get_texts()]


def test_the_interval_of_the_smallest_fall_narrows_with_more_sets_and_is_the_same_each_time() -> None:
    noise = pd.Series(np.random.default_rng(3).normal(0, 1, 400))
    one, sets = pd.Series(1.0, index=noise.index), pd.Series(np.arange(400))
    few = smallest_found_interval(noise[:40], one[:40], sets[:40])
    many = smallest_found_interval(noise, one, sets)
    assert many == smallest_found_interval(noise, one, sets)
    assert many[0] < -2.8 < many[1] and many[1] - many[0] < few[1] - few[0]
    assert all(np.isnan(smallest_found_interval(noise, one, pd.Series(1, index=noise.index))))


def test_power_without_bias_is_that_of_the_centred_estimates() -> None:
    row = performance(made([-0.02, -0.03, -0.04], error=0.005), MILES_COX).iloc[0]
    assert row["found"] == 1.0 and row["found_unbiased"] == pytest.approx(2 / 3)
    assert row["own_error"] == 0.005


# ---- effects as they are written ---------------------------------------------------------------------------------------


def test_effects_are_read_in_log_points_and_per_cent() -> None:
    assert read_effects("0, -0.02, -5%") == pytest.approx((0.0, -0.02, np.log(0.95)))
    assert read_effects([0, -0.02]) == (0.0, -0.02)
    assert as_change(read_effects("-2%")[0]).startswith("a fall of 2% ")


@pytest.mark.parametrize("written", ["much", "-100%", "0,", True, "0,0", float("nan"), "-0.02,much"])
def test_what_is_no_effect_is_refused(written: Any) -> None:
    with pytest.raises(InputError, match="effect"):
        read_effects(written)

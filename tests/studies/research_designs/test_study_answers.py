"""What a study says first: false alarms, falls that it sees, how far off it is, what it cannot see; power; effects in words."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from enforcement_sim import plots
from enforcement_sim.errors import InputError
from enforcement_sim.studies.research_designs.compute import Plan
from enforcement_sim.studies.research_designs.design_performance import (
    of_worlds,
    performance,
    smallest_found_interval,
)
from enforcement_sim.studies.research_designs.effect_words import as_change, read_effects, rises
from enforcement_sim.studies.research_designs.power_by_shift import moves_exactly, without_effect
from enforcement_sim.studies.research_designs.power_figure import power_against_effect
from enforcement_sim.studies.research_designs.power_tables import power_table
from enforcement_sim.studies.research_designs.result_tables import tables_of
from enforcement_sim.studies.research_designs.shipped_studies import load_study
from enforcement_sim.studies.research_designs.short_answers import answers_to_effects, short_answers
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


# ---- the first lines ---------------------------------------------------------------------------------------------------

TWO_PER_CENT = math.log(0.98)


def test_without_an_effect_the_lines_count_false_alarms_and_the_worlds_that_would_find_a_fall() -> None:
    # Of 20 worlds two find an effect that is not there. With a fall of 2%, those below .0104 find it: all but two.
    told = short_answers(
        MILES_COX, plan(20, TWO_PER_CENT), made(np.array([0.0] * 18 + [0.02, 0.0105]) + TWO_PER_CENT, TWO_PER_CENT)
    )
    assert "in 2 of 20 worlds (3% to 30%). It should be 5%" in told["alarms"]
    assert "A fall of 2%: in 18 of 20 worlds (70% to 97%)" in told["falls"]
    # Had offences fallen by 2%, one world would show 0 or more: that whose error is .02 or more, .0202 short of it.
    assert told["published"] == (
        "Published number: A true fall of 2% would hardly ever have given the published 0 or a higher number (0 of 20 worlds, "
        "at most 16%; with their own error, by arithmetic: below 1%)."
    )
    often = short_answers(
        MILES_COX, plan(4, TWO_PER_CENT), made(np.array([0.03, 0.03, 0.0, 0.0]) + TWO_PER_CENT, TWO_PER_CENT)
    )["published"]
    assert "in 2 of 4 worlds (15% to 85%); with their own error, by arithmetic: below 1%." in often


def test_the_four_lines_come_first_and_name_the_variant_that_makes_the_difference() -> None:
    table = pd.concat([made([0.0] * 9 + [0.02]), made([-0.02] * 5 + [0.0] * 5, design="without-trends")])
    told = short_answers(MILES_COX, plan(10), table)
    assert list(told)[:6] == ["worlds", "alarms", "falls", "null", "off", "unseen"]
    assert "in 1 of 10 worlds (2% to 40%); without county trends in 5 of 10 worlds" in told["alarms"]
    assert "grows with time" in told["unseen"] and "each county" in told["unseen"]
    alike = pd.concat([made([0.0] * 10), made([0.0] * 10, design="without-trends")])
    assert "without county trends" not in short_answers(MILES_COX, plan(10), alike)["alarms"]


def test_an_effect_that_was_put_in_is_taken_off_before_anything_is_counted() -> None:
    effect, errors = TWO_PER_CENT, np.array([0.0, 0.001, 0.012, -0.001])
    plain = short_answers(MILES_COX, plan(4), made(errors))
    shifted = short_answers(MILES_COX, plan(4, effect), made(errors + effect, effect))
    assert all(shifted[kind] == plain[kind] for kind in ("alarms", "off", "unseen"))
    assert "A fall of 2%: in 3 of 4 worlds" in shifted["falls"] and "A fall of 2%: in 3 of 4 worlds" in plain["falls"]


def test_a_rise_is_found_above_zero_alone() -> None:
    told = short_answers(MILES_COX, plan(3, 0.02), made(np.array([0.02, 0.0115, 0.02]), 0.02))
    assert "A rise of 2% (0.02 log points): in 3 of 3 worlds" in told["falls"]


def test_the_published_error_gives_power_by_arithmetic() -> None:
    told = short_answers(MILES_COX, plan(20), made(np.linspace(-0.02, 0.02, 20), error=0.0097))
    # 2.8 errors of .0046 are 1.28%; a fall of 2% lies 4.4 errors off, of which 1.96 are needed.
    assert "The design here is 2.1 times noisier than theirs, so these shares understate them" in told["falls"]
    assert "it would find a fall of 2% with a chance of 99%" in told["falls"] and "99% (" not in told["falls"]
    assert "a fall of 5% with a chance of 100% and a fall of 1.3% in four cases of five" in told["falls"]
    assert "interval leaves out falls of more than 0.9%" in told["falls"]
    assert "noisier" not in short_answers(MILES_COX, plan(20), made([0.0] * 20))["falls"]
    table = power_table(MILES_COX, {"as published": without_effect(made([0.0, 0.0], error=0.0097))})
    rows = {row[0]: row[1:] for row in table.rows}
    assert rows["Published 95% interval leaves it out"][:5] == ("", "yes", "yes", "yes", "yes")
    assert rows["With the published error, by arithmetic"][2] == "99%"


def test_a_design_with_many_false_alarms_has_power_at_a_threshold_of_its_own() -> None:
    # Every second world finds a fall that is not there; at 1.9 errors of bias more a true zero is found in 5% of the worlds.
    worlds = np.linspace(-0.02, 0.0, 100)
    told = short_answers(MILES_COX, plan(100), made(worlds))
    assert "in 51 of 100 worlds" in told["alarms"]
    assert "not quoted as it stands" in told["falls"] and "only beyond 3.8 of its own errors" in told["falls"]
    # A fall of 2% lies beyond 3.8 x .005 = .019 in all worlds but those above +.0012 without it: all find it.
    assert "A fall of 2%: in 100 of 100 worlds" in told["falls"]
    rows = power_table(MILES_COX, {"as published": without_effect(made(worlds))}).rows
    assert math.isnan(performance(made(worlds), MILES_COX)["detectable"].iloc[0])
    assert set(rows[0][2:]) == {"-"} and rows[1][0].endswith("at 5% false alarms") and rows[1][1].startswith("5%")


def test_a_null_speaks_against_the_effects_that_hardly_ever_give_it() -> None:
    told = short_answers(MILES_COX, plan(100), made(np.linspace(-0.009, 0.009, 100), error=0.0075))
    assert "comes out in 100 of 100 worlds (96% to 100%) without an effect; in 20 with a fall of 2%" in told["null"]
    assert "and 0 with a fall of 5%" in told["null"]
    assert told["null"].endswith("speaks against a fall of 5%, and not against a fall of 2%.")
    significant = MILES_COX.model_copy(update={"published": MILES_COX.variants["without-trends"].published})
    assert "null" not in short_answers(significant, plan(100), made([0.0] * 100))


def test_the_setting_that_drives_the_estimates_is_named_with_both_ends_and_the_page() -> None:
    trend = np.linspace(-0.02, 0.02, 30)
    table = made(2.0 * trend).assign(
        **{"offences.trend_by_activation": trend, "offences.dispersion": [0.01, 0.02] * 15}
    )
    told = short_answers(MILES_COX, plan(30), table)["turns"]
    assert "trend_by_activation" in told and "-0.02 to 0.02 (assumed" in told
    assert "lowest values the design finds -0.0276 on average" in told and "highest 0.0276" in told
    assert "false alarms in 4 of 100 worlds" in told and "--world offences.trend_by_activation=0" in told
    assert "turns" not in short_answers(MILES_COX, plan(30), table.assign(coefficient=np.tile([0.01, -0.01, 0.0], 10)))


def test_power_without_bias_stands_beside_power() -> None:
    worlds = np.linspace(-0.012, -0.008, 20)
    told = short_answers(MILES_COX, plan(20), made(worlds, error=0.012))
    # With the bias a fall of .02 is found everywhere that -.03 lies beyond 1.96 x .012; without it nowhere.
    assert "in 20 of 20 worlds" in told["falls"] and "in 0 once its bias is taken off" in told["falls"]
    assert "by -0.01 " in told["off"] and "leans towards a fall" in told["off"]
    assert "not measurably" in short_answers(MILES_COX, plan(20), made(worlds + 0.01))["off"]
    rows = power_table(MILES_COX, {"as published": without_effect(made(worlds, error=0.012))}).rows
    assert rows[0][3].startswith("100%") and rows[1][0].endswith("its bias taken off") and rows[1][3].startswith("0%")


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


def test_several_effects_give_one_table_of_power_and_one_line_on_it() -> None:
    results = several()
    told = answers_to_effects(MILES_COX, [one.plan for one in results], [one.estimates for one in results])
    assert [line.partition(":")[0] for line in told[:8]] == [
        "First look", "False alarms", "Falls it sees", "Published null", "How far off", "Cannot see", "Published number",
        "Published number",
    ]  # fmt: skip
    assert "A fall of 0.9% (-0.009 log points)" in told[2] and "A fall of 4.9% (-0.05 log points)" in told[2]
    _, designs, power = tables_of(results)
    assert "effects 0, -0.009 and -0.05; this table: none put in; the table of power" in str(designs.caption)
    assert len(designs.rows) == 1 and power.headings[1:4] == ("false alarms", "0.9% (-0.009)", "1%")
    shares = dict(zip(power.headings, power.rows[0], strict=True))
    assert shares["false alarms"].startswith("0%") and shares["4.9% (-0.05)"].startswith("100%")


def test_where_effects_do_not_only_move_estimates_a_row_for_each_is_shown() -> None:
    poisson = MILES_COX.model_copy(update={"design": MILES_COX.design.model_copy(update={"estimator": "poisson"})})
    assert not moves_exactly(poisson, poisson.design)
    table = effects_table([results_of(poisson, one.plan, one.estimates) for one in several()])
    assert [row[1].partition(" ")[0] for row in table.rows] == ["none", "-0.009", "-0.05"]
    shares = [row[-1].partition(" ")[0] for row in table.rows]
    assert shares[0] == "0%" and shares[2] == "100%"


def test_the_figure_of_power_is_the_whole_curve_and_counts_false_alarms_at_zero() -> None:
    worlds = {"as published": without_effect(made([0.02, -0.02, 0.0, 0.0], error=0.005))}
    figure = power_against_effect(MILES_COX, worlds)
    numbers = figure.numbers.set_index("effect_per_cent")
    # The axis ends at whole per cent, and not before the falls that every table asks about, or the largest asked about here.
    assert (numbers.index.max(), numbers.index.min()) == (0.0, -6.0)
    wider = power_against_effect(MILES_COX, worlds, [math.log(0.88)])
    assert wider.numbers["effect_per_cent"].min() == -13.0 and "asked: −12%" in [
        text.get_text() for text in wider.axes[0].texts
    ]
    assert numbers["false_alarms"].iloc[0] == 0.5 and numbers.loc[0.0, "found"] == 0.25
    assert (
        numbers.loc[-3.0, "found"] == 1.0
        and (numbers["found_low"] <= numbers["found"]).all()
        and numbers["found"].is_monotonic_increasing
    )
    (axes,) = figure.axes
    assert "a larger fall" in axes.get_xlabel() and axes.get_xticklabels()[2].get_text() == "−2%"
    caption = plots.frame.text_of(figure, "caption")
    assert "4 worlds" in caption and "no merit" in caption
    wide = power_against_effect(MILES_COX, {"as published": without_effect(made([0.0] * 4, error=0.0097))})
    caption = plots.frame.text_of(wide, "caption")
    assert "2.1 times as large" in caption and "no merit" not in caption


# ---- the table and the figure ------------------------------------------------------------------------------------------


def test_what_a_row_of_offences_shows_depends_on_the_effect_put_in() -> None:
    without, with_effect = (
        " ".join(remarks(results_of(MILES_COX, plan(3, effect), made([effect] * 3, effect)))) for effect in (0.0, -0.02)
    )
    assert "placebos" in without and "power" not in without
    assert "power" in with_effect and "placebo" not in with_effect
    results = several()
    both = " ".join(remarks(results[0], [one.plan.effect for one in results]))
    assert "Where no effect is put in, rows are placebos" in both and "Where an effect on them is put in" in both
    assert "also draw trends that go with activation" in both
    assert "parameters offences" in without and "assumed" in without


def test_the_table_names_designs_by_words_and_has_errors_and_the_interval_of_the_fall() -> None:
    table = pd.concat([made(np.linspace(-0.01, 0.01, 30)), made([0.0], design="without-trends")])
    shown = performance_table(results_of(MILES_COX, plan(30), table))
    assert [row[0] for row in shown.rows] == ["Rebuilt", "Without county trends"]
    row = dict(zip(shown.headings, shown.rows[0], strict=True))
    assert row["own error: published / simulated"] == "0.0046 / 0.005"
    fall, _, ends = row["fall found in 80%"].partition(" ")
    low, high = (float(end.rstrip("%")) for end in ends.strip("[]").split(", "))
    assert 0.0 < low <= float(fall.rstrip("%")) <= high and fall.endswith("%")
    assert (
        "(S)" not in str(shown.caption)
        and "seen at second hand" in str(shown.caption)
        and "1 seed." not in str(shown.caption)
    )


def test_panels_share_an_axis_count_worlds_and_keep_every_bar() -> None:
    from enforcement_sim.studies.research_designs.figure import coefficients

    table = pd.concat([made([-0.03, 0.0, 0.0, 0.01]), made([0.05, 0.06, 0.06, 0.07], design="without-trends")])
    figure = coefficients(results_of(MILES_COX, plan(4), table))
    first, second = figure.axes
    assert first.get_xlim() == second.get_xlim() and first.get_ylim() == second.get_ylim()
    assert [axes.get_title(loc="left").strip() for axes in figure.axes] == ["Rebuilt", "Without county trends"]
    assert len(first.get_yticks()) > 1
    assert figure.numbers.groupby("design")["worlds"].sum().tolist() == [4, 4]
    legend = [text.get_text() for text in figure.legends[0].get_texts()]
    assert legend == ["simulated coefficients", "mean of the true effects", "published, with its 95% interval"]
    assert plots.frame.text_of(figure, "subtitle").startswith("First look, 4 worlds")
    treyger = coefficients(results_of(load_study("treyger-2014"), plan(4), made([0.0, 0.1, 0.1, 0.2])))
    assert not [text for text in treyger.legends[0].get_texts() if "published" in text.get_text()]


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
    assert as_change(read_effects("-2%")[0]) == "a fall of 2%"
    assert "5% is a rise" in rises(read_effects("-2%,5%")) and rises(read_effects("-2%")) == ""


def test_a_number_that_was_meant_as_per_cent_is_named() -> None:
    with pytest.raises(InputError, match="did you mean '-2%'"):
        read_effects("-2")


@pytest.mark.parametrize("written", ["much", "-100%", "0,", True, "0,0", float("nan"), "-0.02,much"])
def test_what_is_no_effect_is_refused(written: Any) -> None:
    with pytest.raises(InputError, match="effect"):
        read_effects(written)

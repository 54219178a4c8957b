"""The stored table of false positives and power, the pages made of it, and the command that makes it for one study."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tools import make_crime_designs
from tools.crime_design_pages import RATES, STUDIES_PAGE, both_signs, crime_studies, load_rates, of_study, with_power
from typer.testing import CliRunner

from enforcement_sim import cli
from enforcement_sim.errors import InputError
from enforcement_sim.studies.research_designs.error_rate_figure import by_trend, false_positives
from enforcement_sim.studies.research_designs.error_rate_tables import (
    HEADINGS,
    error_rate_table,
    setting_that_gives,
    summaries,
)
from enforcement_sim.studies.research_designs.error_rates import CELL, MEASURED, RECORDS, VARIED, full_grid
from enforcement_sim.studies.research_designs.repeated_designs import repeatable
from enforcement_sim.studies.research_designs.shipped_studies import load_study
from enforcement_sim.studies.research_designs.stored_numbers import drawn_from

MILES_COX = load_study("miles-cox-2014")
DESIGNS = ("as published", "without-trends")


def rates(slope: float = 3.0, level: float = -0.01) -> pd.DataFrame:
    """Return a table made by hand, in which the coefficient without trends follows trends by activation."""
    rows = []
    for design in DESIGNS:
        for recorder in RECORDS:
            for setting in full_grid():
                early = setting["trend_by_activation"]
                mean = level + slope * early if design == "without-trends" else 0.0
                wrong = 0.05 + 40.0 * abs(early) * (design == "without-trends") + setting["trend_spread"] / 10
                found = {
                    "worlds": 200,
                    "found": wrong,
                    "found_low": wrong / 2,
                    "found_high": wrong * 1.1,
                    "found_naive": 0.4,
                }
                ends = {"mean": mean, "low": mean - 0.01, "high": mean + 0.01}
                falls = {"fall": -2.0, "fall_low": -2.5, "fall_high": -1.5}
                cell = {"study": MILES_COX.name, "design": design, "recorder": recorder, "by": "month", **setting}
                rows.append({**cell, **found, **ends, **falls})
    return pd.DataFrame(rows)


def test_a_summary_has_the_stated_settings_and_the_ranges_around_them() -> None:
    first, *_, last = summaries(rates())
    assert (first.design, first.recorder, last.design, last.recorder) == (
        *DESIGNS[:1],
        RECORDS[0],
        DESIGNS[1],
        RECORDS[-1],
    )
    assert first.stated["found"] == pytest.approx(0.052)
    assert (first.found_low, first.found_high) == pytest.approx((0.0505, 0.054))
    assert last.with_activation == pytest.approx(0.852)
    assert (first.fall_low, first.fall_high) == (-2.0, -2.0)


def test_the_table_says_shares_and_falls_in_per_cent() -> None:
    table = error_rate_table(rates(), MILES_COX)
    assert len(table.rows) == len(DESIGNS) * len(RECORDS)
    assert table.rows[0][2:] == (
        "5.2% [2.6%, 5.7%]",
        "5.1% to 5.4%",
        "up to 5.2%",
        "40%",
        "2% [1.5%, 2.5%]",
        "2% to 2%",
    )


@pytest.mark.parametrize(("slope", "level", "setting"), [(3.0, -0.01, -0.01), (1.0, -0.01, -0.03)])
def test_the_setting_that_gives_a_number_is_read_off_the_whole_line(slope: float, level: float, setting: float) -> None:
    found = setting_that_gives(rates(slope, level), "without-trends", "ucr-agency-month", -0.04)
    assert found == pytest.approx(setting)


def test_a_flat_line_gives_no_number_but_its_own() -> None:
    assert not abs(setting_that_gives(rates(0.0), "without-trends", "as-counted", -0.04)) < 1.0
    assert math.isnan(setting_that_gives(rates().query("trend_by_activation == 0"), "as published", "as-counted", 1.0))


def test_a_page_says_whether_the_published_pair_lies_in_the_range() -> None:
    inside = "\n".join(both_signs(MILES_COX, rates()))
    outside = "\n".join(both_signs(MILES_COX, rates(slope=1.0)))
    assert "**inside**" in inside and "the published pair needs no effect" in inside
    assert "**outside**" in outside and "do not give the published pair" in outside
    for early in ("-0.02", "-0.01", "| 0 |", "+0.01", "+0.02"):
        assert early in inside


def test_studies_of_what_is_simulated_have_no_such_section() -> None:
    assert of_study(load_study("hines-peri-2019"), rates()) == []
    assert of_study(MILES_COX, None) == []


# ---- what is stored ------------------------------------------------------------------------------------------------------


def test_the_stored_table_is_of_the_present_designs_and_settings() -> None:
    stored = load_rates()
    assert stored is not None and list(stored.columns) == ["study", *CELL, *MEASURED, "drawn_from"]
    assert set(stored["study"]) == set(crime_studies())
    grid = {tuple(setting[name] for name in VARIED) for setting in full_grid()}
    for name, of_study_ in stored.groupby("study"):
        for _, of_one in of_study_.groupby(["design", "recorder"]):
            assert set(map(tuple, of_one[[*VARIED]].to_numpy().tolist())) == grid
        assert set(of_study_["design"]) == set(repeatable(load_study(str(name))))
        assert set(of_study_["recorder"]) == set(RECORDS)
        assert set(of_study_["drawn_from"]) == {drawn_from(load_study(str(name)))}, "run: make studies"
    assert (stored["found_low"] <= stored["found"]).all() and (stored["found"] <= stored["found_high"]).all()


def test_the_page_of_studies_is_the_one_that_the_stored_table_makes() -> None:
    stored, text = load_rates(), STUDIES_PAGE.read_text(encoding="utf-8")
    assert stored is not None
    assert with_power(text, stored) == text, "run: python -m tools.make_crime_designs --page"
    assert all(f"](studies/{name}.md)" in text for name in crime_studies())
    assert all(heading in text for heading in HEADINGS[2:])


def test_county_trends_bring_the_size_down_and_errors_without_clusters_up() -> None:
    stored = load_rates()
    assert stored is not None
    of_miles_cox = stored[stored["study"] == MILES_COX.name].set_index(["design", "recorder", *VARIED]).sort_index()
    with_trends, without = (of_miles_cox.loc[design] for design in DESIGNS)
    early = without.index.get_level_values("trend_by_activation") < 0
    assert (without.loc[early, "found"] > with_trends.loc[early, "found"]).all()
    monthly = with_trends.loc["ucr-agency-month"]
    assert (monthly["found_naive"] > monthly["found"]).all()


def test_figures_show_every_cell_and_the_whole_curve() -> None:
    stored = load_rates()
    assert stored is not None
    studies = [load_study(name) for name in crime_studies()]
    figure = false_positives(stored, studies)
    assert all(one.title in axes.get_title(loc="left") for one, axes in zip(studies, figure.axes, strict=True))
    curve = by_trend(stored[stored["study"] == MILES_COX.name], MILES_COX)
    assert len(curve.numbers) == 2 * 5
    assert np.isclose(sorted(curve.numbers["trend_by_activation"].unique()), [-0.02, -0.01, 0.0, 0.01, 0.02]).all()


def test_kept_estimates_are_not_drawn_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = []

    def once(study: object, repetition: object, workers: int) -> pd.DataFrame:
        drawn.append(repetition)
        return pd.DataFrame({"seed": [1]})

    monkeypatch.setattr(make_crime_designs, "repeated_estimates", once)
    for _ in range(2):
        make_crime_designs.draw(MILES_COX.name, 1, 20, 1, tmp_path)
    assert len(drawn) == 1
    assert RATES.parent.name == "studies"


# ---- the command ---------------------------------------------------------------------------------------------------------

PLAN = """
name: crime
title: Crime in two states
question: Did crime fall?
citation: {authors: A. Author, year: 2013, title: Crime, where: nowhere, read: all of it}
sample: {places: {states: [DE, MD]}, from: 2009-01-01, to: 2012-12-31, by: quarter}
outcome: {offences: [violent, property], form: log, is: imported}
treatment: {from: secure_communities}
design: {estimator: twfe, fixed_effects: [county, period]}
published: {unit: log points, source: none, grade: R, note: Nothing is published.}
status: constructed
constructed: [Offences are imported.]
"""


def test_the_command_counts_false_positives_of_a_users_own_study(tmp_path: Path) -> None:
    path = tmp_path / "crime.yaml"
    path.write_text(PLAN, encoding="utf-8")
    words = ("study", str(path), "--false-positives", "2", "--workers", "1", "--out", str(tmp_path / "out"))
    ended = CliRunner().invoke(cli.app, list(words))
    assert ended.exit_code == 0, ended.output
    assert "False positives and power" in ended.stdout
    written = {one.name for one in (tmp_path / "out" / "crime").iterdir()}
    assert {"false-positives.csv", "false-positives-matrix.png", "trends.png"} <= written
    assert len(pd.read_csv(tmp_path / "out" / "crime" / "false-positives.csv")) == len(full_grid()) * len(RECORDS)
    before = {one: one.read_bytes() for one in (tmp_path / "out" / "crime").iterdir()}
    again = CliRunner().invoke(cli.app, [*words[:3], "3", *words[4:]])
    assert isinstance(again.exception, InputError) and "exists already" in str(again.exception)
    assert "another folder" in str(again.exception)
    assert {one: one.read_bytes() for one in (tmp_path / "out" / "crime").iterdir()} == before


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("miles-cox-2014", "--false-positives", "0"), "--false-positives"),
        (("hines-peri-2019", "--false-positives", "2"), "a study of offences"),
        (("miles-cox-2014", "--false-positives", "2", "--world", "effect=-0.02"), "without an effect"),
    ],
)
def test_what_cannot_be_counted_is_said_before_anything_is_written(
    words: tuple[str, ...], says: str, tmp_path: Path
) -> None:
    ended = CliRunner().invoke(cli.app, ["study", *words, "--out", str(tmp_path / "out")])
    assert isinstance(ended.exception, InputError)  # which the program prints, with exit code 2
    assert says in str(ended.exception)
    assert not (tmp_path / "out").exists()

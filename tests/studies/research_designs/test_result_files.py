"""Results of a study on disk: names that say the world, nothing lost, columns explained, estimates kept."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from enforcement_sim.commands.progress_lines import ProgressLines, about
from enforcement_sim.studies.research_designs.compute import Plan
from enforcement_sim.studies.research_designs.effect_words import read_effects
from enforcement_sim.studies.research_designs.figure import draw_study
from enforcement_sim.studies.research_designs.kept_estimates import kept_estimates
from enforcement_sim.studies.research_designs.power_figure import draw_power
from enforcement_sim.studies.research_designs.result_files import figures_in, written_tables
from enforcement_sim.studies.research_designs.result_folder import folder_name, result_folder
from enforcement_sim.studies.research_designs.result_tables import tables_of, worlds_without_effect
from enforcement_sim.studies.research_designs.shipped_studies import load_study
from enforcement_sim.studies.research_designs.study_columns import MEANINGS, designs_as_data
from enforcement_sim.studies.research_designs.study_tables import Results, results_of
from enforcement_sim.studies.research_designs.study_worlds import Draw

MILES_COX = load_study("miles-cox-2014")


def results(folder: Path, effect: float = 0.0, sets: int = 3) -> Results:
    rows = [
        {
            "set": number,
            "seed": 1,
            "design": design,
            "coefficient": effect + 0.001 / 3 * number,
            "standard_error": 0.005,
            "low": effect - 0.01,
            "high": effect + 0.01,
            "observations": 10,
            "truth": effect,
            "failure": "",
            "offences.trend_spread": 0.01 * number,
        }
        for number in range(1, sets + 1)
        for design in ("as published", "without-trends")
    ]
    return results_of(MILES_COX, Plan(folder, sets, 1, effect=effect), pd.DataFrame(rows))


def stored(one: Results) -> Path:
    home = result_folder(one.study, one.plan, [one.plan.effect])
    written_tables([one], home)
    return home


# ---- folders ---------------------------------------------------------------------------------------------------------


def test_a_result_is_never_written_over_that_of_another_world(tmp_path: Path) -> None:
    plain, fall, larger = (stored(results(tmp_path, effect)) for effect in (0.0, -0.02, -0.05))
    names = [home.name for home in (plain, fall, larger)]
    assert names == ["miles-cox-2014", "miles-cox-2014-effect-minus-0.02", "miles-cox-2014-effect-minus-0.05"]
    assert stored(results(tmp_path, -0.02)) == fall  # the same again
    more = stored(results(tmp_path, -0.02, sets=4))
    assert more.name == "miles-cox-2014-effect-minus-0.02-2"
    assert len(pd.read_csv(fall / "estimates.csv")) == 6 and len(pd.read_csv(more / "estimates.csv")) == 8


def test_another_study_under_the_same_name_gets_a_folder_of_its_own(tmp_path: Path) -> None:
    first = stored(results(tmp_path))
    changed = MILES_COX.model_copy(update={"design": MILES_COX.design.model_copy(update={"trends": "none"})})
    assert result_folder(changed, Plan(tmp_path, 3, 1), [0.0]).name == f"{first.name}-2"


def test_a_folder_without_a_result_is_used(tmp_path: Path) -> None:
    (tmp_path / "miles-cox-2014").mkdir()
    assert result_folder(MILES_COX, Plan(tmp_path), [0.0]).name == "miles-cox-2014"
    (tmp_path / "miles-cox-2014" / "designs.csv").write_text("somebody's own")
    assert result_folder(MILES_COX, Plan(tmp_path), [0.0]).name == "miles-cox-2014-2"


@pytest.mark.parametrize(
    ("settings", "effects", "says"),
    [
        ({}, (0.0, -0.02), "-effect-0-minus-0.02"),
        ({"offences.dispersion": 0.04}, (0.0,), "-dispersion-0.04"),
        ({}, (0.02,), "-effect-0.02"),
        ({}, read_effects("-2%"), "-effect-minus-2pc"),
        ({}, read_effects("0,-2%,-5%"), "-effect-0-minus-2pc-minus-5pc"),
    ],
)
def test_the_name_says_what_is_supposed(settings: dict[str, Any], effects: tuple[float, ...], says: str) -> None:
    assert folder_name(MILES_COX, Plan(Path("none"), settings=settings), effects) == f"miles-cox-2014{says}"


def test_thinned_and_shared_worlds_are_in_the_name_of_what_is_simulated() -> None:
    study = load_study("taken-over-287g")
    assert folder_name(study, Plan(Path("none"), thin=4, shared=True), [0.0]) == "taken-over-287g-thin-4-shared"


# ---- files -----------------------------------------------------------------------------------------------------------


def test_every_column_of_every_table_is_explained(tmp_path: Path) -> None:
    one = results(tmp_path)
    home = stored(one)
    draw_study(one, home)
    draw_power(MILES_COX, worlds_without_effect([one]), home)
    columns = pd.read_csv(home / "columns.csv").set_index(["table", "column"])
    for path in home.glob("*.csv"):
        if path.name != "columns.csv":
            for column in pd.read_csv(path).columns:
                assert columns.loc[(path.stem, column), ["label", "unit", "meaning"]].notna().all(), (path.name, column)
    assert set(designs_as_data([one]).columns) <= set(MEANINGS)
    numbers = [cell.lstrip("-") for name in ("figure", "power-curve") for cell in _numbers(home / f"{name}.csv")]
    assert max(len(cell.partition(".")[2]) for cell in numbers) <= 6
    # The same result again: its files are the same, and its figures are there.
    assert written_tables([one], home)[1] and len(figures_in(home, with_power=True)) == 6
    assert not written_tables([results(tmp_path, sets=4)], home)[1]
    (home / "figure.svg").unlink()
    assert figures_in(home, with_power=True) == []


def test_the_file_of_power_holds_what_the_table_on_the_screen_holds(tmp_path: Path) -> None:
    one = results(tmp_path)
    found = pd.read_csv(stored(one) / "power.csv")
    *_, table = tables_of([one])
    assert found["says"].drop_duplicates().tolist() == [row[0] for row in table.rows]
    assert found["effect_per_cent"].unique().tolist() == [-1.0, -2.0, -3.0, -5.0]
    shown = found[found["says"] == "Rebuilt"].set_index("effect_per_cent").loc[-2.0]
    assert table.rows[0][3] == f"{shown['found']:.0%} [{shown['found_low']:.0%}, {shown['found_high']:.0%}]"
    assert shown["fall_found_in_80_per_cent"] < 0.0
    # One sign and one unit: in the table of designs, and in the figure's, a fall is a negative per cent of offences.
    designs = pd.read_csv(tmp_path / "miles-cox-2014" / "designs.csv")
    fall = designs.loc[0, "fall_found_in_80_per_cent"]
    assert fall == pytest.approx(shown["fall_found_in_80_per_cent"], rel=1e-5)
    assert found["leaves_it_out"].dropna().tolist() == ["yes"] * 4


def test_designs_stand_beside_what_was_published_with_short_numbers(tmp_path: Path) -> None:
    home = stored(results(tmp_path, -0.02))
    designs = pd.read_csv(home / "designs.csv").set_index("design")
    row = designs.loc["as published"]
    assert (row["published"], row["published_error"], row["effect_put_in"]) == (0.0, 0.0046, -0.02)
    assert row["error_ratio"] == pytest.approx(0.005 / 0.0046, rel=1e-4)
    assert row["bias_low"] < row["bias"] < row["bias_high"]
    assert designs.loc["without-trends", "says"] == "Without county trends"
    digits = [len(cell.strip("-").replace(".", "").lstrip("0")) for cell in _numbers(home / "designs.csv")]
    assert max(digits) <= 6


def _numbers(path: Path) -> list[str]:
    cells = [cell for line in path.read_text(encoding="utf-8").splitlines()[1:] for cell in line.split(",")]
    return [cell for cell in cells if cell.strip("-").replace(".", "").isdigit()]


def test_what_made_a_result_is_beside_it_with_its_first_lines(tmp_path: Path) -> None:
    told = json.loads((stored(results(tmp_path, -0.02)) / "about.json").read_text(encoding="utf-8"))
    assert told["world"] == {"effect": -0.02} and told["sets"] == 3
    assert told["in_short"][1].startswith("False alarms")


# ---- estimates that are kept -------------------------------------------------------------------------------------------


def test_estimates_of_a_world_are_kept_unless_a_design_failed_there(tmp_path: Path) -> None:
    kept = kept_estimates(MILES_COX, tmp_path, {}, 0.0)
    one = {"set": 1, "seed": 1, "coefficient": 1 / 3, "failure": ""}
    rows = [{**one, "design": name} for name in MILES_COX.designs()]
    kept.keep(Draw(1, 1), rows)
    kept.keep(Draw(2, 1), [rows[0] | {"failure": "LinAlgError"}, *rows[1:]])
    assert kept.read(Draw(1, 1)) == rows and kept.read(Draw(2, 1)) is None


def test_kept_estimates_are_those_of_the_same_design_and_world_alone(tmp_path: Path) -> None:
    own = kept_estimates(MILES_COX, tmp_path, {}, 0.0)
    renamed = MILES_COX.model_copy(update={"title": "Another title"})
    assert kept_estimates(renamed, tmp_path, {}, 0.0) == own
    changed = MILES_COX.model_copy(update={"design": MILES_COX.design.model_copy(update={"trends": "none"})})
    others = [
        kept_estimates(changed, tmp_path, {}, 0.0),
        kept_estimates(MILES_COX, tmp_path, {}, -0.02),
        kept_estimates(MILES_COX, tmp_path, {"offences.dispersion": 0.04}, 0.0),
    ]
    assert len({one.folders["as published"] for one in [own, *others]}) == 4


def test_a_study_file_of_ones_own_reads_what_the_same_design_found(tmp_path: Path) -> None:
    """The same sample, outcome and treatment: the name of the study and of the design do not matter."""
    kept_estimates(MILES_COX, tmp_path, {}, 0.0).keep(
        Draw(1, 1),
        [{"set": 1, "seed": 1, "design": name, "coefficient": 1.0, "failure": ""} for name in MILES_COX.designs()],
    )
    without = MILES_COX.varied(MILES_COX.variants["without-trends"])
    mine = MILES_COX.model_copy(update={"name": "mine", "design": without, "variants": {}, "status": "comparable"})
    assert kept_estimates(mine, tmp_path, {}, 0.0).read(Draw(1, 1)) == [
        {"set": 1, "seed": 1, "design": "as published", "coefficient": 1.0, "failure": ""}
    ]
    elsewhere = MILES_COX.sample.model_copy(update={"least_population": 1})
    other = mine.model_copy(update={"sample": elsewhere})
    assert kept_estimates(other, tmp_path, {}, 0.0).read(Draw(1, 1)) is None


# ---- progress --------------------------------------------------------------------------------------------------------


def told_lines(capsys: pytest.CaptureFixture[str], seconds: float) -> list[str]:
    """Return the lines on 16 worlds of which each takes so many seconds, after 4 that are kept."""
    from enforcement_sim.runs.worker import RunOutcome

    now = [0.0]
    bar = ProgressLines("worlds", clock=lambda: now[0])
    bar.begin(20, 4, 2)
    for done in range(5, 21):
        now[0] += seconds
        bar.advance(RunOutcome("set 1, seed 1", None, 1.0, None), done, 60.0 * (20 - done))
    bar.end()
    return capsys.readouterr().err.splitlines()


def test_without_a_terminal_a_line_comes_after_the_first_world_and_each_tenth(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lines = told_lines(capsys, seconds=0.1)
    assert lines[0].endswith("4 stored already")
    assert [line.split()[0] for line in lines[1:]] == ["5", "7", "9", "11", "13", "15", "17", "19", "20"]
    assert lines[1] == "5 of 20 worlds" and lines[2] == "7 of 20 worlds"  # three worlds are too few to tell
    assert lines[3] == "9 of 20 worlds, about 11 minutes left" and lines[-1] == "20 of 20 worlds"


def test_slow_worlds_have_a_line_each(capsys: pytest.CaptureFixture[str]) -> None:
    assert len(told_lines(capsys, seconds=21.0)) == 1 + 16
    assert len(told_lines(capsys, seconds=11.0)) == 1 + 9


def test_times_are_round_words() -> None:
    assert [about(seconds) for seconds in (5, 61, 600, 10_000)] == [
        "less than a minute", "about 1 minute", "about 10 minutes", "about 2.8 hours",
    ]  # fmt: skip


def test_a_plan_keeps_worlds_where_it_is_told_to(tmp_path: Path) -> None:
    plan = replace(Plan(tmp_path / "here"), kept=tmp_path / "there")
    assert plan.worlds.folder == tmp_path / "there"

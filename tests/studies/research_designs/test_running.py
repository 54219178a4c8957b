"""A study on simulated worlds: panels are kept, what fails is said, and offences have no effect but the one put in."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.command_line import printed
from typer.testing import CliRunner

from enforcement_sim import cli
from enforcement_sim.errors import InputError
from enforcement_sim.law.where import Where
from enforcement_sim.studies.research_designs import command, compute, study_estimate, study_worlds
from enforcement_sim.studies.research_designs.compute import Plan, estimated_plan, estimates_in, run_study, thin_of
from enforcement_sim.studies.research_designs.imported_offences import OffenceWorlds, months_of
from enforcement_sim.studies.research_designs.kept_panels import write_index
from enforcement_sim.studies.research_designs.power_by_shift import adds, moved, moves_exactly
from enforcement_sim.studies.research_designs.shipped_studies import load_study, shipped_names
from enforcement_sim.studies.research_designs.study_worlds import Draw

pytest.importorskip("pyfixest")

FINDS = """
name: finds
title: Finds before and after
question: Did finds rise?
citation: {authors: A. Author, year: 2013, title: Finds, where: nowhere, read: all of it}
sample: {places: {states: [DE]}, from: 2010-01-01, to: 2010-08-31, by: month}
outcome: {counts: [identified], form: count, is: fitted}
treatment: {from: 2010-05-01}
design: {estimator: twfe, fixed_effects: [county], cluster: none}
world: {without: {no-sharing: {decision: sharing, rule: not-shared, where: nation}}}
published: {coefficient: 10.0, standard_error: 2.0, unit: people found, source: table 1, grade: S}
status: comparable
variants: {counted: {says: A regression of counts, estimator: poisson}}
"""
CRIME = """
name: crime
title: Crime in three states
question: Did crime fall?
citation: {authors: A. Author, year: 2013, title: Crime, where: nowhere, read: all of it}
sample: {places: {states: [DE, MD, NJ]}, from: 2009-01-01, to: 2012-12-31, by: quarter}
outcome: {offences: [violent, property], form: log, is: imported}
treatment: {from: secure_communities}
design: {estimator: twfe, fixed_effects: [county, period]}
published: {coefficient: 0.0, standard_error: 0.01, unit: log points, source: table 1, grade: S}
status: constructed
constructed: [Offences are imported.]
variants:
  reported: {says: As agencies reported, recorder: ucr-agency-month}
"""
SMALL = {"start.warm_days": 30}
SMALL_STATES = Where.model_validate({"states": ["DE", "MD", "NJ", "PA"]})


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep panels and estimates of every test in a folder of its own."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def finds(tmp_path: Path) -> Any:
    return load_study(_written(tmp_path, "finds.yaml", FINDS))


@pytest.fixture
def crime(tmp_path: Path) -> Any:
    return load_study(_written(tmp_path, "crime.yaml", CRIME))


def _written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_study_is_run_with_its_truth_and_nothing_is_simulated_twice(
    finds: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = Plan(tmp_path, sets=1, replications=1, thin=4, settings=SMALL)
    found = run_study(finds, plan, workers=1)
    assert found["design"].tolist() == ["as published", "counted"]
    assert found["coefficient"].notna().all() and found["truth"].notna().all() and (found["failure"] == "").all()
    # Sharing began in Delaware within the sample; others find people too, so there is a ratio to take.
    assert (found["truth"] > 0).all()
    kept = sorted(path.name for path in (tmp_path / "panels").iterdir())
    assert len(kept) == 2
    index = write_index(tmp_path)
    assert index is not None
    lines = pd.read_csv(index, dtype=str).set_index("policy")
    assert sorted(lines["file"]) == kept and set(lines["set"] + lines["seed"]) == {"11"}
    assert set(lines.index) == {"with the policy", "without the policy"}
    assert set(lines["study"]) == {finds.name} and set(lines["thin"]) == {"4"} and "DE" in lines["scope"].iloc[0]
    about = pd.read_parquet(tmp_path / "panels" / kept[0]).attrs["about"]
    assert about["set"] == 1 and about["scenario"]["period"]["start"]

    def simulated(*_: Any) -> None:
        raise AssertionError("simulated again")

    monkeypatch.setattr(study_worlds, "simulate", simulated)
    again = run_study(finds, plan, workers=1)
    pd.testing.assert_frame_equal(again, found)


def test_shared_worlds_are_of_the_nation_and_a_kept_panel_says_what_made_it(finds: Any, tmp_path: Path) -> None:
    plan = Plan(tmp_path, thin=40)
    shared = Plan(tmp_path, thin=40, shared=True).worlds
    own = plan.worlds.history(finds, 1)
    national = shared.history(finds, 1)
    assert own.scope.members == ("DE",) and national.scope.kind == "nation"
    assert national.period_start <= own.period_start and national.period_end >= own.period_end
    paths = {
        plan.worlds.path(finds, own, 1),
        plan.worlds.path(finds, own, 2),
        shared.path(finds, national, 1),
        plan.worlds.path(finds, plan.worlds.without(finds, 1), 1),
        plan.worlds.path(finds, plan.worlds.history(finds, 2), 1),
    }
    assert len(paths) == 5


def test_a_shared_world_is_simulated_once_for_counties_and_for_categories(
    finds: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[Any] = []

    def simulated(scenario: Any, seed: int) -> Any:
        calls.append(scenario)
        return "a run"

    monkeypatch.setattr(study_worlds, "simulate", simulated)
    monkeypatch.setattr(study_worlds, "panel", lambda *_: pd.DataFrame({"county": ["10003"]}))
    monkeypatch.setattr(study_worlds, "counted", lambda *_: pd.DataFrame({"state": ["DE"]}))
    worlds = Plan(tmp_path, thin=40, shared=True).worlds
    # History is simulated once for all three; each study's own world without its policy once more.
    for worlds_made, name in ((2, "guidance-2012-mix"), (3, "hausman-2020-convictions")):
        history, without = worlds.pair(load_study(name), Draw(1, 1))
        assert history.columns.tolist() == without.columns.tolist() == ["state"]
        assert len(calls) == worlds_made
    assert worlds.pair(finds, Draw(1, 1))[0].columns.tolist() == ["county"] and len(calls) == 4
    worlds.pair(load_study("hausman-2020"), Draw(1, 1))
    assert len(calls) == 4


@pytest.mark.parametrize("name", shipped_names())
def test_the_worlds_of_every_shipped_study_can_be_made_as_they_are_by_default(name: str, tmp_path: Path) -> None:
    study = load_study(name)
    if not study.of_offences:
        worlds = Plan(tmp_path, thin=thin_of(study)).worlds
        history, without = worlds.history(study, 1), worlds.without(study, 1)
        assert history.changes != without.changes and history.thin == thin_of(study)


def test_what_fails_in_a_world_is_said_there_and_the_others_go_on(
    finds: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> None:
        raise np.linalg.LinAlgError("Singular matrix")

    monkeypatch.setattr(study_worlds.Worlds, "pair", broken)
    rows = estimates_in(finds, Plan(tmp_path), Draw(1, 1))
    assert [row["failure"] for row in rows] == ["LinAlgError: Singular matrix"] * 2
    assert all(np.isnan(row["coefficient"]) for row in rows)


def test_offences_have_no_effect_but_the_one_that_is_put_in(crime: Any, tmp_path: Path) -> None:
    plain, less = (
        run_study(crime, Plan(tmp_path, sets=2, replications=2, effect=effect), workers=1) for effect in (0.0, -0.2)
    )
    assert not (tmp_path / "panels").exists()  # nothing is simulated for offences
    assert (plain["truth"] == 0.0).all() and (less["truth"] == -0.2).all()
    assert (less["coefficient"] - plain["coefficient"]).to_numpy() == pytest.approx(-0.2)
    assert {"offences.trend_spread", "offences.dispersion"} <= set(plain.columns)


@pytest.mark.parametrize("name", [name for name in shipped_names() if load_study(name).of_offences])
def test_an_effect_moves_the_estimates_of_a_crime_design_as_if_it_had_been_drawn(name: str, tmp_path: Path) -> None:
    """Worlds without an effect serve for all effects: what is moved is what an estimate of the drawn effect gives."""
    study, effect = load_study(name), -0.1
    small = study.model_copy(update={"sample": study.sample.model_copy(update={"places": SMALL_STATES})})
    drawn = pd.DataFrame(estimates_in(small, Plan(tmp_path, effect=effect), Draw(1, 1)))
    shifted = moved(pd.DataFrame(estimates_in(small, Plan(tmp_path), Draw(1, 1))), effect)
    assert drawn["coefficient"].notna().all() and (shifted["truth"] == drawn["truth"]).all()
    exact = np.array([moves_exactly(small, design) for design in small.designs().values()])
    assert exact.any() and all(adds(small, design) for design in small.designs().values())
    drawn, shifted = drawn[exact], shifted[exact]
    # Counts are whole numbers, so the drawn effect is met to a hundredth of itself and no closer.
    assert shifted["coefficient"].to_numpy() == pytest.approx(drawn["coefficient"].to_numpy(), abs=abs(effect) / 100)
    assert shifted["standard_error"].to_numpy() == pytest.approx(drawn["standard_error"].to_numpy(), rel=0.02)


@pytest.mark.parametrize("changed", ["estimator: sun-abraham", "estimator: twfe, recorder: ucr-county"])
def test_a_design_that_an_effect_does_not_only_move_is_estimated_with_it(changed: str, tmp_path: Path) -> None:
    written = CRIME.replace("estimator: twfe", changed).replace("by: quarter", "by: year")
    study = load_study(_written(tmp_path, "crime.yaml", written.partition("variants:")[0]))
    assert estimated_plan(study, Plan(tmp_path, effect=-0.2)).effect == -0.2


def test_the_recorder_of_a_design_decides_what_it_sees(crime: Any) -> None:
    world, draw = OffenceWorlds({}, 0.0), Draw(1, 1)
    known = world.offences(crime, draw)
    every, reported = (world.recorded(known, name, crime, draw) for name in ("as-counted", "ucr-agency-month"))
    assert len(every) == len(reported) == len(months_of(crime, 1))
    assert reported["property"].sum() < every["property"].sum()
    by_year = world.recorded(known, "ucr-county", crime, draw)
    assert by_year.loc[by_year["period"].dt.month > 1, "property"].sum() == 0
    assert by_year["property"].sum() == pytest.approx(every["property"].sum(), rel=0.1)


@pytest.mark.parametrize(
    ("chosen", "says"),
    [
        ({"offences.trend_spred": 0.01}, "did you mean 'trend_spread'"),
        ({"detainer.hold_hours": 96}, "reaches no imported offence"),
        ({"offences.dispersion": 9.0}, "is not possible"),
    ],
)
def test_a_wrong_setting_of_offences_is_refused(crime: Any, chosen: dict[str, Any], says: str) -> None:
    with pytest.raises(InputError, match=says):
        OffenceWorlds(chosen, 0.0).settings(1, crime)


def test_settings_that_are_chosen_are_not_drawn(crime: Any) -> None:
    world = OffenceWorlds({"offences.trend_spread": 0.03}, -0.02)
    one, other = world.settings(1, crime), world.settings(2, crime)
    assert one["trend_spread"] == other["trend_spread"] == 0.03 and one["effect"] == -0.02
    assert one["dispersion"] != other["dispersion"]


def test_a_missing_library_is_said_before_any_world_is_made(
    finds: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(InputError, match=r"enforcement-sim\[studies\]"):
        run_study(finds, Plan(tmp_path / "none"), workers=1)
    assert not (tmp_path / "none").exists()


def test_an_effect_is_for_offences_alone(finds: Any, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="put into imported offences"):
        run_study(finds, Plan(tmp_path, effect=-0.02), workers=1)


def test_an_effect_in_log_points_is_the_truth_of_designs_in_log_points_alone(tmp_path: Path) -> None:
    rate = load_study(_written(tmp_path, "rate.yaml", CRIME.replace("form: log", "form: per_100000")))
    found = run_study(rate, Plan(tmp_path, sets=1, replications=1, effect=-0.2), workers=1)
    assert found["coefficient"].notna().all() and found["truth"].isna().all()


# ---- the command -----------------------------------------------------------------------------------------------------


def called(*words: str) -> Any:
    return CliRunner().invoke(cli.app, ["study", *words])


def test_the_command_prints_and_writes_a_table_and_a_figure(tmp_path: Path) -> None:
    path = _written(tmp_path, "crime.yaml", CRIME)
    options = ("--sets", "2", "--replications", "2", "--workers", "1", "--out", str(tmp_path / "out"))
    ended = called(str(path), *options)
    assert ended.exit_code == 0, ended.output
    for word in (
        "Main design",
        "As agencies reported",
        "False alarms: ",
        "--false-positives",
        "placebo",
        "Power: ",
        "Words: ",
    ):
        assert word in ended.stdout
    written = {one.name for one in (tmp_path / "out" / "crime").iterdir()}
    assert written == {
        "about.json", "columns.csv", "designs.csv", "estimates.csv", "figure.csv", "figure.png", "figure.svg",
        "power.csv", "power-curve.csv", "power-curve.png", "power-curve.svg",
    }  # fmt: skip
    assert len(pd.read_csv(tmp_path / "out" / "crime" / "estimates.csv")) == 2 * 2 * 2
    with pytest.MonkeyPatch.context() as changed:
        changed.setattr(command, "_drawn", lambda *_: pytest.fail("drawn again"))
        again = called(str(path), *options)
    assert again.exit_code == 0 and "its figures stay" in again.stderr and "wrote" not in again.stderr


def test_several_effects_give_one_result_and_nothing_is_estimated_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _written(tmp_path, "crime.yaml", CRIME)
    options = ("--sets", "2", "--replications", "1", "--workers", "1", "--no-figures")
    sized = called(str(path), *options, "--world", "effect=0,-20%", "--dry-run")
    assert sized.exit_code == 0 and "2 worlds of imported offences, 2 designs in each" in sized.stdout
    assert "trying one world first" in sized.stderr
    assert not (tmp_path / "out").exists()
    ended = called(str(path), *options, "--world", "effect=0,-20%")
    assert ended.exit_code == 0, ended.output
    told = " ".join(ended.stdout.split())
    assert "False alarms: where there is no effect" in told and "A fall of 20%" in told
    home = tmp_path / "out" / "studies" / "crime-effect-0-minus-20pc"
    assert pd.read_csv(home / "designs.csv")["effect_put_in"].round(3).tolist() == [0.0, 0.0, -0.223, -0.223]

    about = json.loads((home / "about.json").read_text(encoding="utf-8"))["about"]
    assert "effects 0 and -20%" in about
    paper = called(str(path), *options, "--world", "effect=0,-20%", "--format", "markdown").stdout
    # A paper gets tables and their notes; what explains them on the screen is left out.
    assert "2 sets of the settings of imported offences by 1 seed" in paper
    assert not any(word in paper for word in ("Words:", "Constructed:", "--false-positives", "False alarms: where"))

    def estimated(*_: Any) -> None:
        raise AssertionError("estimated again")

    monkeypatch.setattr(compute, "estimates_in", estimated)
    again = called(str(path), *options, "--world", "effect=-20%", "--out", "elsewhere")
    assert again.exit_code == 0, again.output
    assert "2 stored already" in again.stderr and (tmp_path / "elsewhere" / "crime-effect-minus-20pc").is_dir()
    assert "show how often the design finds it" in " ".join(again.stdout.split())


def test_the_command_describes_without_running(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compute, "run_study", None)
    ended = called("miles-cox-2014", "--describe")
    assert ended.exit_code == 0 and "Journal of Law and Economics" in " ".join(ended.stdout.split())


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("miles-cox-2015",), "did you mean 'miles-cox-2014'"),
        (("miles-cox-2014", "--sets", "0"), "--sets"),
        (("miles-cox-2014", "--world", "effect=much"), "is not an effect"),
        (("miles-cox-2014", "--world", "effect"), "--world"),
        (("miles-cox-2014", "--world", "effect=9"), "did you mean '9%'"),
        (("miles-cox-2014", "--world", "effect=90%"), "is not possible"),
        (("Secure Communities",), "shipped studies have the words 'Secure Communities'; allowed: alsan"),
        (("taken-over-287g", "--world", "effect=-0.1"), "put into imported offences"),
    ],
)
def test_a_mistake_ends_the_command_before_anything_is_written(
    tmp_path: Path, words: tuple[str, ...], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(InputError, match=says):
        CliRunner().invoke(cli.app, ["study", *words, "--out", str(tmp_path / "out")], catch_exceptions=False)
    assert not (tmp_path / "out").exists()


def test_the_size_of_a_shipped_study_of_offences_is_stored_and_nothing_is_tried(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def tried(*_: Any) -> None:
        raise AssertionError("tried a world")

    monkeypatch.setattr(study_estimate, "estimates_in", tried)
    monkeypatch.setattr(study_estimate, "estimates_of_seed", tried)
    sized = called("Miles and Cox", "--dry-run", "--workers", "2", "--world", "effect=0,-2%,5%")
    assert sized.exit_code == 0, sized.output
    assert "200 worlds of imported offences, 3 designs in each: about" in sized.stdout
    assert "miles-cox-2014-effect-0-minus-2pc-5pc" in sized.stdout and "note: 5% is a rise" in sized.stderr
    rates = called("miles-cox-2014", "--false-positives", "50", "--dry-run", "--workers", "2")
    assert rates.exit_code == 0 and "50 worlds of each of 17 settings" in rates.stdout


def test_every_shipped_study_of_offences_has_stored_seconds() -> None:
    stored = pd.read_csv(study_estimate.SECONDS)
    assert set(stored["study"]) == {name for name in shipped_names() if load_study(name).of_offences}
    assert (stored[["world", "false_positives"]] > 0.0).all(axis=None)


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("Miles and Cox", "miles-cox-2014"),
        ("miles cox", "miles-cox-2014"),
        ("Hines & Peri 2019", "hines-peri-2019"),
        ("Goncalves", "goncalves-2026-detainers"),
    ],
)
def test_a_study_is_found_by_its_authors_and_title(words: str, name: str) -> None:
    assert load_study(words).name == name


def test_studies_are_listed_and_a_study_is_run_as_data(tmp_path: Path) -> None:
    listed = pd.DataFrame(json.loads(printed("study", "--format", "json")))
    assert set(listed["study"]) == set(shipped_names())
    miles_cox = listed[listed["study"] == "miles-cox-2014"].set_index("design")
    assert miles_cox.loc["without-trends", "published"] == -0.04
    _written(tmp_path, "crime.yaml", CRIME)
    words = (
        "study",
        str(tmp_path / "crime.yaml"),
        "--sets",
        "1",
        "--replications",
        "2",
        "--workers",
        "1",
        "--no-figures",
    )
    text = printed(*words, "--out", str(tmp_path / "out"), "--format", "csv")
    found = pd.read_csv(io.StringIO(text))
    assert found["design"].tolist() == ["as published", "reported"] and (found["worlds"] == 2).all()
    assert found["published"].iloc[0] == 0.0 and pd.isna(found["published"].iloc[1])
    for_paper = printed(*words, "--out", str(tmp_path / "out"), "--format", "markdown")
    assert for_paper.startswith("**Crime in three states: estimates**") and "| design | published (95%) |" in for_paper
    assert for_paper.count("| Main design |") == 3 and len(for_paper.splitlines()[2].split("|")) == 7
    stored = pd.read_csv(tmp_path / "out" / "crime" / "designs.csv")
    assert found["mean"].tolist() == pytest.approx(stored["mean"].tolist(), rel=1e-5)  # the file has six digits

"""Two finished sweeps beside each other: what a setting changes in both, and whether that differs."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from experiment_fakes import HOLD, fake_run, runner, scenario
from made_sweeps import made_sweep
from tests.command_line import called, printed

from enforcement_sim.errors import InputError
from enforcement_sim.results.intervals import difference_of
from enforcement_sim.runs.compared_sweeps import ComparedSweeps, compare_sweeps
from enforcement_sim.runs.design import design_of
from enforcement_sim.runs.sweep import run_design
from enforcement_sim.runs.sweep_result import Sweep

ABOUT: dict[str, Any] = {
    "name": "made-up",
    "title": "Made up",
    "scope": {"states": ["DE"]},
    "period": {"start": "2012-01-01", "end": "2012-01-31"},
    "simulate": "offices",
    "thin": 1,
}


def effect(slope: float) -> Callable[..., Mapping[str, float]]:
    """Numbers that a longer hold moves by so much an hour, more under some seeds than under others."""

    def formula(settings: Mapping[str, Any], draw: Mapping[str, float], seed: int) -> dict[str, float]:
        del draw
        return {"removed": 100.0 + 7 * seed + slope * seed * (settings[HOLD] - 48)}

    return formula


@pytest.fixture
def made(tmp_path: Path) -> Callable[..., Sweep]:
    """A maker of sweeps over holds, about each of which something may be said otherwise."""

    def make(
        name: str, slope: float, holds: tuple[int, ...] = (48, 72, 96), seeds: tuple[int, ...] = (1, 2, 3), **about: Any
    ) -> Sweep:
        found = made_sweep(tmp_path / name, effect(slope), [], [{HOLD: hold} for hold in holds], seeds, method=None)
        engine = about.pop("engine_version", "aaaa")
        scenario = {**ABOUT, "name": name, **about}
        return replace(found, manifest={**found.manifest, "scenario": scenario, "engine_version": engine, "inputs": {}})

    return make


def compared(a: Sweep, b: Sweep) -> pd.DataFrame:
    return compare_sweeps(a, b).frame().set_index(HOLD)


def test_the_last_column_is_the_difference_of_differences_seed_by_seed(made: Callable[..., Sweep]) -> None:
    found = compared(made("a", 1.0), made("b", 1.5))
    assert found.index.tolist() == [72, 96]
    assert found.loc[96, "a_difference"] == pytest.approx(96.0)
    assert found.loc[96, "b_difference"] == pytest.approx(144.0)
    by_hand = difference_of([48.0 * seed for seed in (1, 2, 3)], [72.0 * seed for seed in (1, 2, 3)])
    for name in ("difference", "low", "high", "verdict", "runs"):
        assert found.loc[96, name] == pytest.approx(getattr(by_hand, name)), name


def test_the_sentence_is_about_the_setting_that_changes_most(made: Callable[..., Sweep]) -> None:
    a, b = made("a", 1.0), made("b", 1.5)
    told = compare_sweeps(a, b).sentence()
    assert told.startswith("Hold limit 96 h: Removed (people) changes by +96 [")
    assert " in a (A) and by +144 [" in told and told.endswith("] (sign not known) in b (B). The difference of the two, +48 ["
        "\N{MINUS SIGN}11.62 to +107.6], cannot be told from zero.")  # fmt: skip
    assert compare_sweeps(a, made("same", 1.0)).sentence().endswith("The difference of the two is zero in every run.")
    assert "The difference" not in compare_sweeps(a, made("elsewhere", 1.0, thin=8)).sentence()


def test_only_common_seeds_and_common_settings_count_and_that_is_told(made: Callable[..., Sweep]) -> None:
    a, b = made("a", 1.0, seeds=(1, 2, 3)), made("b", 2.0, holds=(48, 24, 96), seeds=(2, 3, 4, 5))
    found = compare_sweeps(a, b)
    assert [one.settings[HOLD] for one in found.matched] == [48, 96]
    frame = found.frame()
    assert frame["runs"].unique().tolist() == [2]
    assert frame["a_difference"].tolist() == [pytest.approx(48 * 2.5)]
    told = " ".join(found.preamble())
    assert "Seeds: 3 in A, 4 in B, 2 in both; only common ones are used." in told
    assert "Only A has: hold limit 72 h." in told and "Only B has: hold limit 24 h." in told


@pytest.mark.parametrize(
    ("about", "says"),
    [
        ({"scope": {"states": ["MD"]}}, "Other places: Delaware in A, Maryland in B."),
        (
            {"period": {"start": "2013-01-01", "end": "2013-01-31"}},
            "Other days: 2012-01-01 to 2012-01-31 in A, 2013-01-01 to 2013-01-31 in B.",
        ),
        ({"thin": 8}, "Thinned otherwise: one booking in 1 in A, one in 8 in B."),
        ({"simulate": "alone"}, "Simulated otherwise: offices in A, alone in B."),
        ({"seeds": (7, 8)}, "No common seed."),
    ],
)
def test_other_people_are_told_and_never_paired(made: Callable[..., Sweep], about: dict[str, Any], says: str) -> None:
    found = compare_sweeps(made("a", 1.0), made("b", 1.5, **about))
    told = found.preamble()
    assert says in told and "The people are not the same, so no difference between the sweeps is given." in told
    frame = found.frame()
    assert frame[["difference", "low", "high"]].isna().all(axis=None) and set(frame["verdict"]) == {"not paired"}
    assert frame["a_difference"].notna().all() and frame["b_difference"].notna().all()


def test_another_engine_is_told_and_does_not_forbid_a_comparison(made: Callable[..., Sweep]) -> None:
    found = compare_sweeps(made("a", 1.0), made("b", 1.5, engine_version="bbbb"))
    assert any("Made by different versions of the engine (aaaa and bbbb)" in line for line in found.preamble())
    assert found.frame()["difference"].notna().all()


def test_other_draws_are_no_pairs(made: Callable[..., Sweep]) -> None:
    a, b = made("a", 1.0), made("b", 1.0)
    drawn = {**b.manifest["design"], "draws": {"addresses": ["x"], "values": [{"x": 1.0}]}}
    b = replace(b, manifest={**b.manifest, "design": drawn})
    assert "Not the same draws of uncertain parameters." in ComparedSweeps(a, b, (), ("a", "b")).unlike


def test_sweeps_without_a_common_setting_are_refused(made: Callable[..., Sweep]) -> None:
    for holds in ((48, 24), (24, 48, 96)):
        with pytest.raises(InputError, match="no setting in common besides their references"):
            compare_sweeps(made("a", 1.0), made(f"b{len(holds)}", 1.0, holds=holds))


# ---- the command -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two sweeps of the stand-in for the engine; the second has another share of detainers and a setting less."""
    home = tmp_path_factory.mktemp("two")
    for name, more, holds in (("a", {}, (48, 72, 96)), ("b", {"detainer.issue_if_covered": 0.5}, (48, 96))):
        one = scenario(replications=3, name=name, **more).model_copy(update={"sweep": {HOLD: holds}})
        run_design(design_of(one), home / name, runner(fake_run), workers=1)
    return home


def test_two_folders_are_told_side_by_side(folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folders)
    text = " ".join(printed("compare", "a", "b", columns=160).split())
    assert "A: a (a)" in text and "B: b (b)" in text
    assert "Each setting is compared with the same sweep's hold limit 48 h." in text
    assert "B differs from A in these inputs: detainer.issue_if_covered" in text
    assert "What settings change in A (a) and in B (b)" in text and "3 common seeds." in text


def test_two_folders_as_data_hold_what_python_returns(folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folders)
    found = pd.read_csv(io.StringIO(printed("compare", "a", "b", "--format", "csv")))
    frame = compare_sweeps("a", "b").frame()
    assert list(found.columns) == list(frame.columns) and len(found) == len(frame)
    assert found["difference"].round(6).equals(frame["difference"].round(6))


def test_single_points_of_two_sweeps_are_compared_as_ever(folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folders)
    assert "Compared with A" in printed("compare", "a:0", "b:1")


def test_a_full_folder_is_refused_before_anything_is_printed(
    folders: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folders)
    code, out, error = called(monkeypatch, capsys, "compare", "a", "b", "--out", "a")
    assert (code, out) == (2, "") and "a is not empty" in error


def test_a_workbook_says_what_every_column_is(folders: Path, tmp_path: Path) -> None:
    found = compare_sweeps(folders / "a", folders / "b")
    told = found.columns()
    assert told["column"].tolist() == list(found.frame().columns) and (told["meaning"] != "").all()
    found.to_excel(tmp_path / "two.xlsx")
    assert list(pd.read_excel(tmp_path / "two.xlsx", sheet_name=None)) == ["columns", "about", "sweeps"]


def test_a_notebook_shows_the_table(folders: Path) -> None:
    found = compare_sweeps(folders / "a", folders / "b")
    assert repr(found) == "ComparedSweeps(a and b: 2 settings of both)"
    shown = found._repr_html_()
    assert "changes in A [95%]" in shown and "Simulated" in shown

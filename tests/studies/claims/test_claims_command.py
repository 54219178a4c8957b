"""`claims` from the shell: what it prints, writes and refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from tests.command_line import called, printed
from tests.studies.claims.made_worlds import small_worlds

from enforcement_sim.studies.claims.measured import Measured, write_measured
from enforcement_sim.studies.claims.published import load_claims
from enforcement_sim.studies.claims.worlds import measure


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return a folder with the measured table of one small county."""
    about = {
        "engine_version": "made by a test",
        "made_with": {},
        "seeds": [1, 2],
        "thin": 1,
        "runs": {name: ["0"] for name in load_claims().runs},
    }
    path = tmp_path_factory.mktemp("claims")
    write_measured(Measured(measure(small_worlds()), about), path)
    return str(path)


@pytest.mark.slow
def test_overview_has_every_claim_and_its_finding(folder: str) -> None:
    text = printed("claims", "--from", folder)
    for claim in load_claims().values():
        assert text.count(f"{claim.id}") >= 2
    told = " ".join(text.split())
    assert "Claim enrolled-02: arithmetic wrong by a factor of 107; compares unlike things; holds under no" in told
    assert (
        "(68) divided by counties and their like as ICE counts jurisdictions (3,181) gives 2.14%, and what is" in told
    )
    assert "Simulated, not a record: 2 seeds" in told and "made by another version" in told


def test_one_claim_is_told_whole(folder: str) -> None:
    text = " ".join(printed("claims", "enrolled-02", "--from", folder, columns=160).split())
    assert text.startswith(
        "Claim: .02% of jurisdictions take part in 287(g). Claimed by advocacy for restriction: "
        '"The ongoing assault on 287(g)", 25 February 2012, quoting ICE and the department. '
        "Verdict, by hand and in the simulated world: arithmetic wrong by a factor of 107;"
    )
    assert "agreements / jurisdictions * 100 = 2.14%" in text
    assert "agreements = 68 agreements (seen)" in text and "[advocacy for restriction]" in text
    assert "population of counties with an agreement" in text and "cost-60" not in text


def test_part_of_a_name_is_enough(folder: str) -> None:
    assert printed("claims", "156", "--from", folder) == printed("claims", "effective-156", "--from", folder)


def test_json_and_csv_say_the_same(folder: str, tmp_path: Path) -> None:
    csv = tmp_path / "claims.csv"
    told = json.loads(printed("claims", "--from", folder, "--format", "json", "--csv", str(csv)))
    frame = pd.read_csv(csv)
    assert [one["id"] for one in told["claims"]] == list(load_claims()) == list(dict.fromkeys(frame["claim"]))
    assert printed("claims", "--from", folder, "--format", "csv") == csv.read_text(encoding="utf-8")
    for one in told["claims"]:
        here = frame[frame["claim"] == one["id"]]
        assert len(here) == len(one["rows"]) and set(here["verdict"]) == {one["verdict"]["words"]}
        assert set(here["arithmetic"]) == {one["arithmetic"]} and set(here["world"]) == {one["world"]}
        assert [row["holds"] for row in one["rows"]] == here["holds"].fillna("").tolist()
        assert sum(row["holds"] == "yes" for row in one["rows"]) == one["verdict"]["holding"]
        assert [row["value"] is None for row in one["rows"]] == here["value"].isna().tolist()


def test_figure_is_written_with_its_numbers(folder: str, tmp_path: Path) -> None:
    figure = tmp_path / "one.png"
    printed("claims", "enrolled-02", "--from", folder, "--figure", str(figure))
    assert figure.read_bytes().startswith(b"\x89PNG")
    frame = pd.read_csv(tmp_path / "one.csv")
    assert frame.loc[0, "value"] == pytest.approx(100 * 68 / 3181) and (tmp_path / "one.svg").is_file()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("claims", "minr-55"), "did you mean 'minor-55'"),
        (("claims", "minor"), "several claims have 'minor'; allowed: half-minor, minor-55"),
        (("claims", "--replications", "2"), "with --prepare FOLDER"),
        (("claims", "--from", "a", "--prepare", "b"), "one of --prepare and --from"),
        (("claims", "--figure", "claims.jpg"), "ends in .png"),
        (("claims", "--prepare", "b", "--thin", "0"), "a whole number from 1"),
        (("claims", "--from", "nowhere"), "holds no finished sweep"),
        (("claims", "--csv", "nowhere/claims.csv"), "there is no folder nowhere"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_code_two(
    words: tuple[str, ...],
    says: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, error = called(monkeypatch, capsys, *words)
    assert (code, out) == (2, "") and says in error and error.count("\n") == 1
    assert not list(tmp_path.iterdir())


def test_file_that_is_there_is_not_written_over(
    folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for option, name in (("--csv", "claims.csv"), ("--figure", "claims.png")):
        (tmp_path / "claims.csv").write_text("mine")
        code, _, error = called(monkeypatch, capsys, "claims", "--from", folder, option, str(tmp_path / name))
        assert code == 2 and "exists already" in error
        assert (tmp_path / "claims.csv").read_text() == "mine"

"""`claims` from the shell: what it prints, writes and refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from tests.command_line import called, printed
from tests.evidence.made_worlds import small_worlds

from enforcement_sim.evidence.claim_runs import RUNS
from enforcement_sim.evidence.claims import measure
from enforcement_sim.evidence.published_claims import load_claims
from enforcement_sim.evidence.stored_claims import Measured, write_measured


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return a folder with the measured table of one small county."""
    about = {
        "engine_version": "made by a test",
        "inputs": "x",
        "recipes": "y",
        "seeds": [1, 2],
        "thin": 1,
        "runs": {name: ["0"] for name in RUNS},
    }
    path = tmp_path_factory.mktemp("claims")
    write_measured(Measured(measure(small_worlds()), about), path)
    return str(path)


def test_overview_has_every_claim_and_its_finding(folder: str) -> None:
    text = printed("claims", "--from", folder)
    for claim in load_claims().values():
        assert text.count(f"{claim.id}") >= 2
    told = " ".join(text.split())
    assert "The share of the country in 287(g): the figures given make 2.14%, what is stated is 0.02%" in told
    assert "Simulated, not a record: 2 seeds" in told and "made by another version" in told


def test_one_claim_is_told_whole(folder: str) -> None:
    text = " ".join(printed("claims", "enrolled-02", "--from", folder, columns=160).split())
    assert "agreements / jurisdictions * 100 = 2.14%" in text
    assert "agreements = 68 agreements (seen)" in text and "[advocacy for restriction]" in text
    assert "population of counties with an agreement" in text and "cost-60" not in text


def test_json_and_csv_say_the_same(folder: str, tmp_path: Path) -> None:
    csv = tmp_path / "claims.csv"
    told = json.loads(printed("claims", "--from", folder, "--json", "--csv", str(csv)))
    frame = pd.read_csv(csv)
    assert [one["id"] for one in told["claims"]] == list(load_claims()) == list(dict.fromkeys(frame["claim"]))
    for one in told["claims"]:
        here = frame[frame["claim"] == one["id"]]
        assert len(here) == len(one["rows"]) and set(here["finding"]) == {one["finding"]}
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
        (("claims", "minor-5"), "did you mean 'minor-55'"),
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
        assert code == 2 and "is there already" in error
        assert (tmp_path / "claims.csv").read_text() == "mine"

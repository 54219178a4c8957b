"""`card` and `jail-cost` from the shell: what they print, write and refuse."""

from __future__ import annotations

import io
from pathlib import Path

import pandas as pd
import pytest
from tests.command_line import called, printed

TINY = (
    "--set", "scope={counties: ['12021']}", "--set", "simulate=alone", "--set", "period.start=2010-11-05",
    "--set", "period.end=2010-11-30", "--set", "start.warm_days=0", "--workers", "1",
)  # fmt: skip
NOBODY = "changes.no={decision: honour, rule: honour-none, where: nation}"


@pytest.mark.slow
def test_a_card_is_printed_and_written(tmp_path: Path) -> None:
    folder = tmp_path / "card"
    text = printed(
        "card", "baseline", "baseline", *TINY, "--set-b", NOBODY, "--replications", "2", "--out", str(folder)
    )
    assert "They differ in: Who is held: as history" in " ".join(text.split())
    first, second, third = (
        text.index(f"those who put {side} first" if side != "Money" else "Money, which both sides count")
        for side in ("public safety", "liberty and community", "Money")
    )
    assert first < second < third
    told = " ".join(text.split())
    assert told.count("needs single lives") >= 2 and "Simulated, not a record." in told
    assert sorted(path.name for path in folder.iterdir()) == ["card.csv", "card.png", "card.svg"]
    table = pd.read_csv(folder / "card.csv").set_index("row")
    assert table.loc["declined", "a"] == 0 and table.loc["declined", "b"] > 0
    assert table.loc["citizens", "side"] == "liberty" and table["led_by"].notna().all()


def test_a_card_as_csv_has_both_shares_and_families() -> None:
    text = printed("card", "baseline", "baseline", *TINY, "--replications", "1", "--lives", "12021", "--format", "csv")
    table = pd.read_csv(io.StringIO(text)).set_index("row")
    assert table.loc["families", "counted_in"] == "sample of lives"
    assert "eight months" in table.loc["booked_again_gap", "why"]  # the period is shorter
    assert set(table["setting"]) == {"baseline (2)"}


def test_jail_cost_by_county_in_words_and_as_csv() -> None:
    arguments = ("jail-cost", "baseline", *TINY, "--by", "county", "--replications", "2")
    text = printed(*arguments)
    assert "Collier County, FL" in text and "statutory hold" in text and "induced stay" in text
    assert "$40 to $180" in text and "detainers" in text
    table = pd.read_csv(io.StringIO(printed(*arguments, "--format", "csv")), dtype={"place": str})
    assert set(table["place"]) == {"all", "12021"}
    parts = table[(table["quantity"] == "hours") & (table["place"] == "12021")].set_index("part")["mean"]
    assert parts["all"] == pytest.approx(parts[["statutory_hold", "induced", "past_limit"]].sum()) and parts["all"] > 0


@pytest.mark.slow
def test_jail_cost_compared_says_what_differs() -> None:
    text = printed(
        "jail-cost", "baseline", "baseline", *TINY, "--set-b", "detainer.hold_hours=0", "--replications", "2"
    )
    assert "baseline-hold-hours-0 differs in: detainer.hold_hours: 48 → 0" in text
    assert "baseline-hold-hours-0 less baseline" in text and "identical" in text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("card", "baseline"), "one setting alone has nothing to be compared with"),
        (("card", "baseline", "baseline", *TINY, "--lives", "12071"), "12071 is not among the places of the runs"),
        (("card", "baselin", "baseline"), "did you mean 'baseline'"),
        (("jail-cost", "baseline", "--by", "town"), "unknown area 'town'; allowed: county, state, nation"),
    ],
)
def test_what_is_refused(
    words: tuple[str, ...], said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = called(monkeypatch, capsys, *words)
    assert code == 2 and said in err and out == ""
    assert err.count("\n") == 1


def test_a_folder_that_is_not_empty_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "kept").write_text("mine")
    code, _, err = called(monkeypatch, capsys, "card", "baseline", "baseline", *TINY, "--out", str(tmp_path))
    assert code == 2 and "is not empty" in err and (tmp_path / "kept").read_text() == "mine"


def test_a_folder_that_keeps_tables_only_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = str(Path(__file__).parents[3] / "results" / "trust-act")
    code, _, err = called(monkeypatch, capsys, "jail-cost", folder)
    assert code == 2 and "holds summary tables only" in err

"""Who changed, drawn and written: the numbers of the tables, both worlds named, and a folder whole or not at all."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from tests.twin.cases import KENT, small

from enforcement_sim.errors import InputError
from enforcement_sim.plots import first_differences, frame, who_changed
from enforcement_sim.plots.outcome_changes import about
from enforcement_sim.report.who_changed import (
    cause_rows,
    end_rows,
    outcome_rows,
    rules_followed_in,
    write,
)
from enforcement_sim.runs.transitions import DivergenceCell, OutcomeCell, TransitionCounts, Transitions

A = small([KENT], "2012-01-01", "2012-01-31")
B = A.with_(**{"name": "refused", "changes.no": {"decision": "honour", "rule": "honour-none", "where": "nation"}})


def tally(seed: int, declined: int) -> TransitionCounts:
    everyone = ("everyone", "everyone")
    outcomes = {
        OutcomeCell(*everyone, "removed", "declined"): declined,
        OutcomeCell(*everyone, "removed", "removed"): 4,
        OutcomeCell(*everyone, "never_found", "never_found"): 200,
        OutcomeCell(*everyone, "not_booked", "lapsed"): seed - 1,
    }
    divergences = {
        DivergenceCell("honour_rule", "outcome", "held", "detainer_declined", "honour-all", "honour-none"): declined,
        DivergenceCell("crew", "hours", "ice_custody", "ice_custody", "", ""): 7,
        DivergenceCell("away", "outcome", "suppressed", "matched", "", ""): seed - 1,
    }
    return TransitionCounts(
        seed, {cell: n for cell, n in outcomes.items() if n}, {cell: n for cell, n in divergences.items() if n}
    )


REFUSED = "changes.no: nothing → decision honour, rule honour-none, where nation"
MADE_UP = Transitions(A, B, (1, 2), (tally(1, 30), tally(2, 50)), (REFUSED,), "0123456789ab")


def test_tables_hold_means_with_their_intervals() -> None:
    moved = outcome_rows(MADE_UP)
    assert moved.iloc[0].tolist()[:3] == ["Removed", "Declined by jail", "40"]
    assert moved.iloc[1].tolist()[:3] == ["Not booked", "Hold lapsed", "<1"]
    assert len(moved) == 2  # those who end alike are not listed
    ends = end_rows(MADE_UP).set_index("End")
    assert ends.loc["Removed"].tolist()[:3] == ["44", "4", "\N{MINUS SIGN}40"]
    causes = cause_rows(MADE_UP)
    assert causes.iloc[0].tolist()[:5] == [
        "Honour rule", "Another end", "Held on the detainer / Detainer declined by jail", "honour-all / honour-none", "40",
    ]  # fmt: skip


def test_rules_that_lives_part_by_are_told_with_how_closely_they_are_followed() -> None:
    assert rules_followed_in(MADE_UP) == ["A: honour-all: followed exactly.", "B: honour-none: followed exactly."]
    narrow = {"decision": "detainer", "rule": "detainer-felonies-only", "where": "nation", "followed": "strictly"}
    strict = A.with_(**{"name": "strict", "changes.narrow": narrow, "detainer.issue_if_not_covered": 0.125})
    rules = ("detainer-2010-interim", "detainer-felonies-only")
    parted = {DivergenceCell("detainer_rule", "outcome", "detainer_issued", "released", *rules): 5}
    found = Transitions(A, strict, (1,), (TransitionCounts(1, tally(1, 3).outcomes, parted),), (), "0123456789ab")
    history, laid = rules_followed_in(found)
    assert history.startswith("A: detainer-2010-interim: followed as history was: of people covered ")
    assert laid.startswith(
        "B: detainer-felonies-only: followed strictly: all people covered get a detainer and nobody else"
    )
    assert "Rule for issuing (felony convictions): followed strictly" in about(found).caption()


def test_one_seed_has_no_interval() -> None:
    single = Transitions(A, B, (1,), (tally(1, 30),), (), "0123456789ab")
    assert set(outcome_rows(single)["95% interval"]) == {"one run, no interval"}


def test_the_matrix_shows_each_cell_once_and_counts_who_moved() -> None:
    figure = who_changed(MADE_UP)
    told = [text.get_text() for text in figure.axes[0].texts]
    assert sorted(told) == sorted(["40", "4", "200", "<1"])
    assert "17% end differently" in frame.text_of(figure, "title")  # 40.5 of 244.5
    assert "A: History, as it was. B: no detainer honoured." in frame.text_of(figure, "subtitle")
    labels = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert labels == ["Not booked", "Never found", "Declined by jail", "Hold lapsed", "Removed"]


def test_bars_have_a_panel_for_each_kind_of_change() -> None:
    figure = first_differences(MADE_UP)
    titles = [axes.get_title(loc="left") for axes in figure.axes]
    assert titles == ["Another end", "Only at other hours"]
    widths = [bar.get_width() for bar in figure.axes[0].patches]
    assert widths == [40.0, 0.5]
    assert figure.axes[0].get_yticklabels()[0].get_text() == "Honour rule"


@pytest.mark.slow
def test_a_folder_is_written_whole_and_never_over_another(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "out"
    names = {str(path.relative_to(folder)) for path in write(MADE_UP, folder)}
    assert {"outcomes.csv", "differences.csv", "first_differences.csv", "causes.csv", "about.json"} <= names
    assert {
        f"figures/who-changed-{name}.{ending}" for name in ("outcomes", "causes") for ending in ("png", "svg", "csv")
    } < names
    assert pd.read_csv(folder / "outcomes.csv")["mean"].sum() == 40 + 4 + 200 + 0.5
    about = json.loads((folder / "about.json").read_text())
    assert about["seeds"] == [1, 2] and about["b"]["name"] == "refused"
    with pytest.raises(InputError, match="not empty"):
        write(MADE_UP, folder)
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["out"]


def test_nothing_is_left_if_drawing_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: Transitions) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("enforcement_sim.plots.first_differences", fail)
    with pytest.raises(OSError, match="disk full"):
        write(MADE_UP, tmp_path / "out")
    assert list(tmp_path.iterdir()) == []

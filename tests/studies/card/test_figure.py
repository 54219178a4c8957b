"""The card drawn and written: both sides alike, what cannot be told, what is not counted, and three files or none."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
from matplotlib.figure import Figure
from PIL import Image
from tests.studies.card.cards import PLAIN, A, B, C, card, layout_of

from enforcement_sim.plots import frame
from enforcement_sim.runs.design import Sample
from enforcement_sim.studies.card.card_rows import load_layout
from enforcement_sim.studies.card.compute import Card
from enforcement_sim.studies.card.figure import about, note, sides, titles, write
from enforcement_sim.studies.card.figure import card as draw
from enforcement_sim.studies.card.page import not_counted, rows_of

MINUS = "\N{MINUS SIGN}"


def sampled() -> Card:
    shares = {"booked_again_let_go": 0.3, "booked_again_comparable": 0.25, "booked_again_gap": 0.05}
    followed = [
        Sample({}, {seed: {**shares, "removed_with_citizen_family": 4.0 * point + seed} for seed in (1, 2, 3)})
        for point in (1, 2)
    ]
    return card(A, C, followed=followed, sample=("12021",))


AGAINST_B, AGAINST_C, WITH_LIVES = card(A, B), card(A, C), sampled()


@cache
def drawn(which: str) -> Figure:
    return draw({"B": AGAINST_B, "C": AGAINST_C, "lives": WITH_LIVES}[which])


def texts(figure: Figure) -> list[tuple[float, float, str]]:
    """Everything written inside a card: across, down, text."""
    return [(*text.get_position(), text.get_text()) for text in figure.axes[0].texts]


def test_both_sides_are_laid_out_alike() -> None:
    written = texts(drawn("lives"))
    layout = load_layout()
    left, right = (
        [text for x, y, text in written if text in {row.label for row in layout.of(side)}] for side in layout.sides
    )
    # A label that is broken in two is found by its beginning.
    assert len(left) + sum("Booked again in eight" in text for _, _, text in written) == 6 and len(right) == 6
    places = {text: (x, y) for x, y, text in written}
    first, second = (places[layout.of(side)[0].label] for side in layout.sides)
    assert first[1] == second[1] and first[0] == 0 and second[0] > 0
    last = [places[layout.of(side)[5].label][1] for side in layout.sides]
    assert last[0] == last[1]
    heads = [text for _, _, text in written if text in ("A", "B", f"B {MINUS} A")]
    assert len(heads) == 12  # the same columns over every panel


def test_numbers_intervals_and_verdicts_are_written() -> None:
    written = {text for _, _, text in texts(drawn("B"))}
    assert {"5.3", "5.7", "+0.33", "cannot tell"} <= written
    told = {text for _, _, text in texts(drawn("C"))}
    assert {"32", "+26.7", "identical", "in every run"} <= told
    one = {text for _, _, text in texts(draw(card(A[:1], B[:1])))}
    assert "one run, no interval" in one


def test_what_is_not_counted_says_so_and_what_is_counted_in_a_sample_says_where(tmp_path: Path) -> None:
    written = " ".join(text for _, _, text in texts(drawn("B")))
    assert written.count("Not counted: needs single lives") == 2
    written = " ".join(text for _, _, text in texts(drawn("lives")))
    assert "Not counted" not in written and "people, sample" in written
    assert "let go with a detainer: 30.0% [in every run] under A, 30.0% [in every run] under B" in written
    assert "Collier County (FL) only" in frame.text_of(drawn("lives"), "caption") and "only" in note(WITH_LIVES)
    assert note(AGAINST_B) == ""
    plain = card(A, B, layout_of(tmp_path, PLAIN))
    assert "Not counted: nobody counts it." in {text for _, _, text in texts(draw(plain))}


def test_who_leads_with_a_row_stands_under_it() -> None:
    written = " ".join(text for _, _, text in texts(drawn("B")))
    assert written.count("Led with by:") == 14
    assert "advocacy for restriction" in written and "advocacy for immigrants" in written


def test_the_table_has_a_column_for_each_number() -> None:
    rows = rows_of(AGAINST_C, "liberty")
    assert list(rows.columns) == ["Counted", "A [95%]", "B [95%]", f"B {MINUS} A", "95% interval", "Verdict"]
    assert rows.loc[0].tolist()[0] == "Citizens held on a detainer (people)"
    assert rows.loc[0, "Verdict"] == "higher" and "to" in rows.loc[0, "A [95%]"]
    families = rows[rows["Counted"].str.startswith("Removed, with a citizen")].iloc[0]
    assert families["Verdict"] == "not counted" and families[f"B {MINUS} A"] == ""
    assert not_counted(AGAINST_C, "liberty").startswith("Not counted. Removed, with a citizen spouse or child: needs")
    assert not_counted(AGAINST_C, "money") == ""
    assert [*titles(AGAINST_C)] == ["public_safety", "liberty", "money"]


def test_the_caption_names_both_sides_and_their_runs() -> None:
    found = AGAINST_B
    told = about(found)
    assert told.scenario == "a (A) and b (B)" and told.seeds == (1, 2, 3) and told.settings == 2
    assert "Simulated, not a record." in told.caption()
    points = replace(found, a="swept, detainer.hold_hours = 48", b="swept, detainer.hold_hours = 96")
    assert about(points).scenario == "swept"
    assert sides(found).startswith("A: a. B: b. They differ in: ")
    assert told.title == "a (A) and b (B)"


@pytest.mark.slow
def test_files_are_written_whole(tmp_path: Path) -> None:
    written = write([AGAINST_B], tmp_path / "one")
    assert [path.name for path in written] == ["card.png", "card.svg", "card.csv"]
    assert all(path.is_file() for path in written)
    assert len(pd.read_csv(written[2])) == 14
    with Image.open(written[0]) as picture:
        assert json.loads(picture.info["Source"])["seeds"] == [1, 2, 3]


def test_several_cards_are_numbered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("enforcement_sim.studies.card.figure.card", lambda found: None)
    monkeypatch.setattr(
        "enforcement_sim.studies.card.figure.save", lambda figure, folder, name, *_: [folder / f"{name}.png"]
    )
    several = write([AGAINST_B, AGAINST_C], tmp_path / "two")
    assert several == [tmp_path / "two" / "card-1.png", tmp_path / "two" / "card-2.png"]


def test_nothing_is_left_where_writing_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "enforcement_sim.studies.card.figure.save", lambda *_: (_ for _ in ()).throw(OSError("no space"))
    )
    with pytest.raises(OSError, match="no space"):
        write([AGAINST_B], tmp_path / "one")
    assert list(tmp_path.iterdir()) == []

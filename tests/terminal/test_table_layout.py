"""The layout of tables depends on the terminal width, and no layout cuts a cell."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.terminal.whole_tables import assert_whole

from enforcement_sim.tables.table import Table
from enforcement_sim.terminal import layout
from enforcement_sim.terminal.layout import layout_lines, print_table

COMPARISON = Table(
    ("setting (B)", "measure", "A", "B", "B - A", "95% interval", "pairing gain", "verdict"),
    (
        ("hold = 96", "dollars.county", "12,597,693", "12,600,000", "2,307", "-1,145,003 to 1,149,617", "12x", "cannot tell"),
        ("hold = 96", "removed", "1,767", "1,826", "59", "31 to 86", "2,104x", "higher"),
        ("hold = 240", "removed.criminal_alien_program", "0.3333", "0.3333", "0", "0 to 0", "-", "identical"),
    ),
    grouped=True,
)  # fmt: skip
FUNNEL = Table(
    ("Stage", "Secure Communities", "287(g) in jails", "Criminal Alien Program"),
    (
        ("Detainer issued", "1,234 [1,200 to 1,269]", "310 [−3 to 4,310]", "none"),
        ("Taken into ICE custody", "12,234 [11,200 to 13,269]", "–", "none"),
    ),
    uniform=True,
)
WIDTHS = (20, 60, 61, 72, 80, 100, 120, 160, 1000)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("table", [COMPARISON, FUNNEL], ids=["comparison", "funnel"])
def test_nothing_is_lost_at_any_width(table: Table, width: int) -> None:
    assert_whole(table, width)


@pytest.mark.parametrize("width", [width for width in WIDTHS if width >= 60])
def test_an_interval_stays_on_one_line(width: int) -> None:
    text = "\n".join(layout_lines(COMPARISON, width)[0])
    assert "-1,145,003 to 1,149,617" in text and "31 to 86" in text and "cannot tell" in text
    text = "\n".join(layout_lines(FUNNEL, width)[0])
    assert "12,234 [11,200 to 13,269]" in text


def test_a_wide_terminal_has_a_grid_with_right_aligned_numbers() -> None:
    lines = layout_lines(COMPARISON, 160)[0]
    heading, _, first, second = lines[:4]
    for name, one, other in (("A", "12,597,693", "1,767"), ("B - A", "2,307", "59")):
        at = heading.index(f" {name} ") + 1 + len(name)
        assert first[:at].endswith(one) and second[:at].endswith(other)
    assert second.startswith(" ")  # the setting is printed once


def test_groups_have_a_line_of_their_own_where_a_grid_does_not_fit() -> None:
    lines = layout_lines(COMPARISON, 110)[0]
    assert lines[0] == "setting (B): hold = 96" and "setting (B): hold = 240" in lines


def test_uniform_columns_are_printed_in_bands_of_equal_size() -> None:
    lines = layout_lines(FUNNEL, 60)[0]
    headings = [line for line in lines if line.startswith("Stage")]
    assert len(headings) == 2 and "Secure Communities" in headings[0] and "Criminal Alien Program" in headings[1]
    assert lines.count("") == 1


def test_rows_are_printed_one_after_another_if_nothing_else_fits() -> None:
    lines = layout_lines(COMPARISON, 60)[0]
    assert lines[:4] == [
        "setting (B): hold = 96",
        "dollars.county",
        "  A: 12,597,693  B: 12,600,000  B - A: 2,307",
        "  95% interval: -1,145,003 to 1,149,617  pairing gain: 12x",
    ]


def test_an_optional_column_is_omitted_with_a_note(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    table = Table(
        ("parameter", "value", "source"),
        (("detainer.hold_hours", "48", "8 CFR 287.7(d), " * 30),),
        optional=frozenset({"source"}),
        optional_note="The parameter's own page has it.",
    )
    monkeypatch.setenv("COLUMNS", "60")
    print_table(table)
    out = capsys.readouterr().out
    assert "CFR" not in out and out.endswith("\nNot shown: source. The parameter's own page has it.\n")
    monkeypatch.setenv("COLUMNS", "400")
    print_table(table)
    assert capsys.readouterr().out.count("CFR") == 30


def test_a_table_without_rows_prints_its_title_and_caption(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(Table(("a", "b"), (), "Nothing", "None was run."))
    assert capsys.readouterr().out == "Nothing\nNone was run.\n"


def test_rows_must_have_one_cell_for_each_heading() -> None:
    with pytest.raises(ValueError, match="1 cells under 2 headings"):
        Table(("a", "b"), (("1",),))


WORDS = st.lists(st.text("abcdefgh(),", min_size=1, max_size=12), min_size=1, max_size=6).map(" ".join)
NUMBERS = st.integers(-(10**9), 10**9).map("{:,}".format)
INTERVALS = st.tuples(NUMBERS, NUMBERS, NUMBERS).map(lambda found: f"{found[0]} [{found[1]} to {found[2]}]")
CELLS = {"words": WORDS, "numbers": NUMBERS, "intervals": INTERVALS, "mixed": WORDS | NUMBERS | st.just("")}


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """Some table, with columns of words, numbers, intervals, or all of them."""
    kinds = draw(st.lists(st.sampled_from(sorted(CELLS)), min_size=1, max_size=8))
    headings = tuple(draw(st.lists(WORDS, min_size=len(kinds) + 1, max_size=len(kinds) + 1, unique=True)))
    row = st.tuples(WORDS, *(CELLS[kind] for kind in kinds))
    rows = tuple(draw(st.lists(row, min_size=1, max_size=6)))
    grouped = len(kinds) > 1 and draw(st.booleans())
    return Table(headings, rows, grouped=grouped, uniform=not grouped and draw(st.booleans()))


@given(tables(), st.integers(1, 200))
@settings(max_examples=150, deadline=None)
@pytest.mark.slow
def test_any_table_is_complete_at_any_width(table: Table, width: int) -> None:
    assert_whole(table, width)


def test_replaced_characters_are_measured_by_their_replacement(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A grid stays straight where ± becomes three characters."""
    monkeypatch.setattr(layout, "as_printed", lambda text: text.replace("±", "+/-"))
    print_table(Table(("a", "b"), (("x", "1 ± 2"), ("y", "10 ± 20"))))
    lines = capsys.readouterr().out.splitlines()
    assert {len(line) for line in lines[2:]} == {len("a  10 +/- 20")}


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("12,597,693", True), ("−1.5 [−20.6 to +17.6]", True), ("$164k [$138k to $190k]", True), ("+6.1", True),
        ("0 [identical in every run]", True), ("−4.1 [−48 to −1] cannot tell", True), ("52.0 ±39.9", True),
        ("0.12 ± 0.03", True), ("35.9% more (33.1 to 38.7)", True), ("90.9% less to 104% more", True), ("<1", True),
        ("$0.476 million", True), ("12x", True), ("2.14% (in every seed)", True), ("55.4 to 58.5", True), ("48 h", True),
        ("8 CFR 287.7(d).", False), ("287(g) in jails", False), ("2012-05-01", False), ("identical in every run", False),
        ("3 months of hold in a jail", False),
    ],
)  # fmt: skip
def test_numbers_are_right_aligned_and_text_left_aligned(cell: str, number: bool) -> None:
    assert Table(("a", "b"), (("x", cell),)).is_number(1) is number


def test_an_empty_column_is_omitted() -> None:
    lines = layout_lines(Table(("a", "b", "c"), (("x", "", "1"), ("y", " ", "2"))), 80)[0]
    assert lines[0] == "a  c"

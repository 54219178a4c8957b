"""The page of parameters is what the register says today, and holds all of it."""

from __future__ import annotations

import csv
from typing import Any

from tools.make_parameters import ENDS, OUT, SECTIONS, entries, in_cell, page, told_moves

from enforcement_sim.parameters.register import Argument, load_register


def test_the_committed_page_is_current() -> None:
    assert OUT.read_text(encoding="utf-8") == page(), "run: python -m tools.make_parameters"


def test_every_entry_has_its_row_with_all_that_is_said_of_it() -> None:
    arguments = page().partition("## What each number moves")[0]
    rows = {line.split("`")[1]: line for line in arguments.splitlines() if line.startswith("| `")}
    assert set(rows) == {parameter.table or parameter.address for parameter in load_register().values()}
    for address, members in entries().items():
        one, row = members[0], rows[address]
        assert row.count(" | ") == 8
        for said in (one.meaning, one.unit, one.grade, one.source, one.argument.range_from, one.argument.disputed_by):
            assert in_cell(said) in row
        assert all(f"{each.default:.10g}" in row for each in members)
        assert all(f"`{name}`" in row for name in one.argument.moves)


def test_every_section_stands_once() -> None:
    headings = [line.removeprefix("## ") for line in page().splitlines() if line.startswith("## ")]
    assert headings == [*SECTIONS.values(), "What each number moves"]


def test_the_table_of_ends_was_made_with_todays_ranges() -> None:
    with ENDS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    made_with = {row["parameter"]: (row["low"], row["high"]) for row in rows}
    today = {one.address: (f"{one.low:.10g}", f"{one.high:.10g}") for one in load_register().values()}
    assert made_with == today, "run: python -m tools.check_parameters_move, then tools.make_parameters"
    for row in rows:
        assert bool(row["measure"]) == bool(load_register()[row["parameter"]].moves) == (row["measures_moved"] != "0")


def test_settings_and_reasons_are_told() -> None:
    def argued(moves: tuple[str, ...], **more: Any) -> Argument:
        return Argument(range_from="A.", disputed_by="B.", moves=moves or "nothing", **more)

    alone = argued(("booked",))
    acting = argued(("cited",), acts_with={"changes.all": {"rule": "cited", "where": "nation"}}, because="Read there.")
    assert told_moves(alone) == "`booked`"
    assert told_moves(acting) == "`cited` with `changes.all: {rule: cited, where: nation}`. Read there."
    assert told_moves(argued(("held",), unmoved=("dui",), because="It cannot.")) == "`held`; not by dui. It cannot."
    assert told_moves(argued((), because="It cannot.")) == "nothing. It cannot."

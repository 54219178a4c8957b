"""Output never ends a command, and a table never loses a number: every command, whatever it is printed on.

The commands are taken from the program itself: a new one without an entry in ``every_command`` fails here.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import cache
from io import BytesIO
from pathlib import Path

import pandas as pd
import pytest
from tests.cli.every_command import MORE, TRIED, Ended, Streams, commands, made_ground, tried
from tests.terminal.whole_tables import assert_whole

from enforcement_sim.runs.shown_measures import HEADLINES, formatter_of
from enforcement_sim.studies.validation.scorecard import LONG_VECTOR
from enforcement_sim.tables.amounts import signed, written
from enforcement_sim.tables.table import Table
from enforcement_sim.terminal.layout import layout_lines

WIDTHS = (20, 60, 80, 100, 160)
NARROW = "ascii, twenty columns"
OUTPUTS = {
    NARROW: Streams("ascii", columns=20),
    "cp1252": Streams("cp1252"),
    "a terminal of cp437": Streams("cp437", terminal=True),
    "a closed pipe": Streams(closed=True),
}
EVERY = {**TRIED, **MORE}
QUICK = ("compare", "status", "rules", "parameters", "data status", "a refusal")
"""Commands that are tried on a narrow screen also where slow tests are left out."""


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that each command is tried in a copy of."""
    return made_ground(tmp_path_factory.mktemp("ground"))


@pytest.fixture(scope="module")
def plainly(ground: Path, tmp_path_factory: pytest.TempPathFactory) -> object:
    """How a command ends where every character can be printed, in a hundred columns."""
    return cache(lambda name: tried(EVERY[name], ground, tmp_path_factory.mktemp("plain"), Streams()))


def test_every_command_is_tried() -> None:
    assert set(TRIED) == commands()


# ---- output ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "output"),
    [
        pytest.param(name, output, marks=() if (name in QUICK and output == NARROW) else pytest.mark.slow)
        for name in EVERY
        for output in OUTPUTS
    ],
)
def test_a_command_ends_alike_whatever_it_is_printed_on(
    name: str, output: str, ground: Path, plainly: object, tmp_path: Path
) -> None:
    there: Ended = plainly(name)  # type: ignore[operator]
    assert there.code == EVERY[name].code, there.err.decode()
    streams = OUTPUTS[output]
    here = tried(EVERY[name], ground, tmp_path, streams)
    assert here.code == there.code, here.err.decode(streams.encoding)
    assert sorted(here.files) == sorted(there.files)
    assert [name for name in here.files if here.files[name] != there.files[name]] == []
    printed = here.out.decode(streams.encoding) + here.err.decode(streams.encoding)
    if not streams.terminal:
        assert printed.isascii() or streams.encoding == "utf-8"
    assert "Traceback" not in printed and "codec can't" not in printed
    if not streams.closed:
        assert numbers_in(there.out.decode()) <= numbers_in(printed)


def numbers_in(text: str) -> set[str]:
    """The numbers of a text, whatever stands around them."""
    return set(re.findall(r"\d[\d.,]*\d|\d", text))


# ---- tables ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", EVERY)
def test_every_table_of_a_command_is_whole_at_every_width(name: str, plainly: object) -> None:
    ended: Ended = plainly(name)  # type: ignore[operator]
    assert len(ended.tables) == EVERY[name].tables, "say in every_command how many tables it prints"
    for table in ended.tables:
        for width in WIDTHS:
            assert_whole(table, width)


@pytest.mark.parametrize("width", WIDTHS)
def test_a_comparison_prints_every_number_of_its_frame(width: int, plainly: object) -> None:
    ended: Ended = plainly("compare")  # type: ignore[operator]
    printed = words_of(ended.tables[0], width)
    frame = frame_of(ended, "compared/comparison.csv")
    headlines = frame[frame["measure"].isin(HEADLINES)]
    assert len(headlines) >= 5
    for column in ("reference_mean", "mean", "difference", "low", "high"):
        for value, unit in zip(headlines[column], headlines["unit"], strict=True):
            assert formatter_of(unit)(value) in printed


@pytest.mark.parametrize("width", WIDTHS)
def test_stages_print_every_share_of_their_frame(width: int, plainly: object) -> None:
    ended: Ended = plainly("stages")  # type: ignore[operator]
    frame = frame_of(ended, "cells.csv")
    for table, column in zip(ended.tables, ("share", "recorded"), strict=False):
        printed = words_of(table, width)
        known = frame[column].dropna()
        assert len(known) > 50
        assert {f"{100 * value:.1f}" for value in known} <= printed


@pytest.mark.parametrize("width", WIDTHS)
def test_a_card_prints_what_its_csv_holds(width: int, plainly: object) -> None:
    card: Ended = plainly("card")  # type: ignore[operator]
    frame = pd.read_csv(BytesIO(plainly("card as CSV").out))  # type: ignore[operator]
    printed = {word for table in card.tables for word in words_of(table, width)}
    counted = frame[frame["a"].notna()]
    assert len(counted) > 8
    for row in counted.to_dict("records"):
        formatter = written(row["unit"])
        for value, write in ((row["a"], formatter), (row["b"], formatter), (row["difference"], signed(formatter))):
            # Where both ends of its interval would read alike, a number has more digits.
            assert {write(value, more=more) for more in range(3)} & printed, (row["row"], value)


@pytest.mark.parametrize("width", WIDTHS)
def test_a_validation_prints_every_figure(width: int, plainly: object) -> None:
    ended: Ended = plainly("validate")  # type: ignore[operator]
    frame = frame_of(ended, "figures.csv")
    printed = {word for table in ended.tables for word in words_of(table, width)}
    values = frame["vector"].map(frame["vector"].value_counts())
    long = frame["vector"].notna() & (values > LONG_VECTOR)
    for value in frame["published"][~long]:
        assert (f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}") in printed
    assert set(frame["id"][~long]) <= printed
    assert set(frame["vector"].dropna()) <= printed


# ---- data --------------------------------------------------------------------------------------------------------------

NESTED = ("claims",)
"""Commands whose JSON has more than one table's rows."""


def as_data(name: str, form: str, ground: Path, folder: Path) -> Ended:
    one = TRIED[name]
    ended = tried(replace(one, words=(*one.words, "--format", form)), ground, folder, Streams())
    assert ended.code == one.code, ended.err.decode()
    assert ended.tables == []
    return ended


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.slow) for name, one in TRIED.items() if one.tables]
)
def test_every_command_that_prints_a_table_prints_it_as_data(name: str, ground: Path, tmp_path: Path) -> None:
    """Whatever prints a table takes ``--format``, and nothing but the data goes to standard output."""
    found = pd.read_csv(BytesIO(as_data(name, "csv", ground, tmp_path / "csv").out))
    assert len(found) and len(found.columns) > 2
    rows = json.loads(as_data(name, "json", ground, tmp_path / "json").out)
    if name not in NESTED:
        assert [list(row) for row in rows] == [list(found.columns)] * len(found)
    stored = pd.read_parquet(BytesIO(as_data(name, "parquet", ground, tmp_path / "parquet").out))
    assert stored.shape == found.shape


@pytest.mark.parametrize("name", ["card as CSV", "jail-cost as CSV"])
def test_every_row_of_a_card_and_a_cost_has_its_label_and_unit(name: str, plainly: object) -> None:
    found = pd.read_csv(BytesIO(plainly(name).out))  # type: ignore[operator]
    assert found["label"].notna().all() and found["unit"].notna().all()
    assert not found["label"].str.contains("_").any()


def words_of(table: Table, width: int) -> set[str]:
    return {word for line in layout_lines(table, width)[0] for word in line.split()}


def frame_of(ended: Ended, name: str) -> pd.DataFrame:
    return pd.read_csv(BytesIO(ended.files[name]))


def test_no_other_table_is_printed() -> None:
    """Tables have one renderer: no module of the command line, or below it, makes a table of another library."""
    import enforcement_sim

    package = Path(enforcement_sim.__file__).parent
    found = [
        str(path.relative_to(package))
        for path in package.rglob("*.py")
        if re.search(r"rich\.(table|panel|columns|text)|import tabulate", path.read_text(encoding="utf-8"))
    ]
    assert found == []

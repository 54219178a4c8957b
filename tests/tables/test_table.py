"""A table has the same cells in a terminal, a page, a notebook and a spreadsheet."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from enforcement_sim.tables.table import Table, table_of
from enforcement_sim.terminal.layout import print_table

NUMBERS = pd.DataFrame({"stage": ["removed"], "mean": [1234.0], "low": [1200.0], "high": [1268.0]})
TABLE = Table(
    ("Stage", "People [95%]"),
    (("Removed <b>", "1,234 [1,200 to 1,268]"),),
    "Who & when",
    "Two runs.",
    hints=("removed",),
    numbers=NUMBERS,
)


def test_a_page_has_every_cell_escaped_and_numbers_marked() -> None:
    html = TABLE.html("number")
    assert "<caption>Who &amp; when</caption>" in html and "<p>Two runs.</p>" in html
    assert '<th scope="row" style="text-align: left" title="removed">Removed &lt;b&gt;</th>' in html
    assert '<td class="number">1,234 [1,200 to 1,268]</td>' in html
    assert TABLE._repr_html_() == TABLE.html() == html.replace(' class="number"', "")


def test_a_terminal_prints_the_same_cells(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(TABLE)
    printed = capsys.readouterr().out
    for text in (TABLE.title, *TABLE.headings, *TABLE.rows[0], TABLE.caption):
        assert text in printed


def test_a_file_contains_the_numbers_if_present_and_otherwise_the_text(tmp_path: Path) -> None:
    assert TABLE.csv() == "stage,mean,low,high\nremoved,1234.0,1200.0,1268.0\n"
    TABLE.to_excel(tmp_path / "table.xlsx")
    assert pd.read_excel(tmp_path / "table.xlsx").to_dict("records") == NUMBERS.to_dict("records")
    text = table_of(pd.DataFrame({"who": ["=1+1"], "people": ["12"]}))
    assert text.csv() == "who,people\n'=1+1,12\n"
    text.to_excel(tmp_path / "text.xlsx")
    assert pd.read_excel(tmp_path / "text.xlsx")["who"].tolist() == ["'=1+1"]

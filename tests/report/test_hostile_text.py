"""Text of a user's own (titles, questions, names of files and folders) is shown as it is written, and does nothing."""

from __future__ import annotations

import io
import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pandas as pd
import pytest

from enforcement_sim.notebook import scenario_html
from enforcement_sim.plots import frame, style
from enforcement_sim.report.page.write import report_of
from enforcement_sim.results.result_page import result_html
from enforcement_sim.runs.run import run
from enforcement_sim.runs.summaries import write_table
from enforcement_sim.runs.sweep import sweep
from enforcement_sim.runs.sweep_result import load_sweep
from enforcement_sim.scenarios.load import load_scenario
from enforcement_sim.tables.csv_text import csv_text, harmless, write_csv

TITLE = "<script>alert(1)</script> \"'&amp;</title></style><img src=x onerror=alert(2)> $\\frac{ costs $5"
ASKS = "<svg onload=alert(3)>--><!-- {{ 7 * 7 }} {% raw %} ]]> javascript:alert(4)"
FOLDER = "<img src=x onerror=alert(5)>&'"
HOSTILE = ("=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", " =1", "=cmd|' /C calc'!A0", "-2+3+cmd")
NUMBERS = ("-4.5", "+3", "-1e-7", "-.5", "12")


class Elements(HTMLParser):
    """Notes the elements of a page, their attributes, and what is written on it."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def elements(html: str) -> Elements:
    parser = Elements()
    parser.feed(html)
    return parser


def is_harmless(html: str) -> None:
    """See that nothing of the hostile text became an element, an attribute, or a comment."""
    read = elements(html)
    for tag, attributes in read.found:
        assert not any(name.startswith("on") for name in attributes), (tag, attributes)
        assert not any("javascript:" in (value or "") for name, value in attributes.items() if name in ("href", "src"))
        assert attributes.get("src") != "x"
    assert "<script>alert(1)" not in html.replace("&lt;", "") and "<img src=x" not in html and "<svg onload" not in html


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished sweep of a scenario with such words, in a folder with such a name."""
    home = tmp_path_factory.mktemp("hostile")
    text = (
        "schema: 1\nname: small\ntitle: " + quoted(TITLE) + "\nasks: " + quoted(ASKS) + "\nextends: baseline\n"
        "scope: {counties: ['10003']}\nperiod: {start: 2012-01-01, end: 2012-01-31}\n"
        "parameters: {start.warm_days: 0}\nreplications: 1\nsweep: {detainer.hold_hours: [48, 96]}\n"
    )
    (home / "small.yaml").write_text(text)
    sweep(home / "small.yaml", out=home / FOLDER, workers=1)
    return home / FOLDER


def quoted(text: str) -> str:
    """Return text as YAML takes it literally."""
    return "'" + text.replace("'", "''") + "'"


@pytest.mark.slow
def test_the_report_shows_it_and_runs_nothing_of_it(folder: Path) -> None:
    page = report_of(folder)
    is_harmless(page)
    read = elements(page)
    assert "<script>alert(1)</script>" in read.text.replace("\n", " ")
    assert "49" not in read.text.partition("{{ 7 * 7 }}")[1]


class About:
    """Says where a figure comes from, in words that are hostile too."""

    alone = ""
    heading = TITLE

    def as_json(self) -> str:
        return json.dumps({"title": TITLE})


def saved(numbers: pd.DataFrame, folder: Path) -> list[Path]:
    """Save a figure with its numbers as every figure is saved."""
    about: Any = About()
    with style.applied():
        figure = frame.framed((6, 4), TITLE, ASKS, FOLDER, numbers=numbers, about=about)
    return frame.save(figure, folder, "figure")


def test_a_figure_is_drawn_of_it_and_is_a_proper_file(tmp_path: Path) -> None:
    tree = ElementTree.parse(saved(pd.DataFrame({"a": [1]}), tmp_path)[1])
    kinds = {element.tag.rpartition("}")[2] for element in tree.iter()}
    assert "title" in kinds and not kinds & {"script", "foreignObject", "a", "img", "image", "iframe"}


def test_a_notebook_shows_it_and_runs_nothing_of_it(folder: Path) -> None:
    month = {"period.start": "2012-01-01", "period.end": "2012-01-31", "start.warm_days": 0}
    scenario = load_scenario("baseline").with_(scope={"counties": ["10003"]}, title=TITLE, asks=ASKS, **month)
    pages = [scenario_html(scenario), result_html(run(scenario, 1))]
    pages += [load_sweep(folder).comparison._repr_html_()]
    for page in pages:
        is_harmless(page)
    assert "<script>alert(1)</script>" in elements(pages[0]).text


@pytest.mark.parametrize("text", HOSTILE)
def test_text_that_a_spreadsheet_would_run_is_text(text: str) -> None:
    frame = pd.DataFrame({"title": [text, "plain"], text: [-1.5, 2.0], "kind": pd.Categorical([text, "plain"])})
    read = pd.read_csv(io.StringIO(csv_text(frame)), dtype=str, keep_default_na=False)
    told = "'" + text.replace("\r", " ")
    assert read["title"].tolist() == [told, "plain"] == read["kind"].tolist()
    assert read.columns.tolist() == ["title", told, "kind"]
    assert read[told].tolist() == ["-1.5", "2.0"]  # a negative number stays one


@pytest.mark.parametrize("text", NUMBERS)
def test_a_number_stays_a_number_also_where_it_is_text(text: str) -> None:
    assert harmless(text) == text


def test_a_table_without_such_text_is_the_same_to_the_byte() -> None:
    frame = pd.DataFrame({"a": [-1, 2], "b": ["x", "y - z"], "c": [True, False], "d": [None, "e"]})
    written = io.StringIO()
    write_csv(frame, written)
    assert written.getvalue() == csv_text(frame) == frame.to_csv(index=False, lineterminator="\n")


def written_by_sweeps(frame: pd.DataFrame, folder: Path) -> str:
    write_table(folder, "table", [frame])
    assert pd.read_parquet(folder / "table.parquet")["title"].tolist() == frame["title"].tolist()
    return (folder / "table.csv").read_text()


def written_by_figures(frame: pd.DataFrame, folder: Path) -> str:
    return saved(frame, folder)[2].read_text()


@pytest.mark.parametrize("writer", [written_by_sweeps, written_by_figures])
def test_every_writer_of_tables_writes_text(tmp_path: Path, writer: Any) -> None:
    frame = pd.DataFrame({"title": list(HOSTILE), "count": range(len(HOSTILE))})
    read = pd.read_csv(io.StringIO(writer(frame, tmp_path)), dtype=str, keep_default_na=False)
    assert read["title"].tolist() == ["'" + text.replace("\r", " ") for text in HOSTILE]


def test_no_table_is_written_past_it() -> None:
    """Only one module hands a table to pandas to be written as CSV."""
    import enforcement_sim

    package = Path(enforcement_sim.__file__).parent
    writing = [
        path.name
        for path in package.rglob("*.py")
        if ".to_csv(" in path.read_text() or "csv.writer(" in path.read_text()
    ]
    assert writing == ["csv_text.py"]

"""A page in a file of its own: it is whole, it is escaped, and no other file is overwritten."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from enforcement_sim.errors import InputError
from enforcement_sim.studies.page_parts import Grid, Section, words
from enforcement_sim.studies.single_page import SinglePage, check_page_file, write_page

PAGE = SinglePage(
    "A <b>title</b>",
    "Under it.",
    (words("The answer."),),
    (Section("one", "One", (Grid(pd.DataFrame({"What": ["a & b"], "Why": ["because"]}), "A table", prose=True),)),),
)


def test_a_page_is_escaped_and_its_cells_name_their_column() -> None:
    html = PAGE.html
    assert "<h1>A &lt;b&gt;title&lt;/b&gt;</h1>" in html
    assert '<th scope="row">a &amp; b</th><td data-head="Why">because</td>' in html
    assert html.index("The answer.") < html.index("Under it.")


def test_a_page_may_be_written_again_and_any_other_file_may_not(tmp_path: Path) -> None:
    path = write_page(PAGE, tmp_path / "new" / "page.html")
    assert write_page(PAGE, path).read_text(encoding="utf-8") == PAGE.html
    other = tmp_path / "mine.html"
    other.write_text("<p>mine</p>", encoding="utf-8")
    with pytest.raises(InputError, match="is not overwritten"):
        write_page(PAGE, other)
    assert other.read_text(encoding="utf-8") == "<p>mine</p>"


@pytest.mark.parametrize("name", ["page.pdf", "page"])
def test_another_ending_is_refused_before_anything_is_computed(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match=r"ends in \.html"):
        check_page_file(tmp_path / name)

"""The files of an answer: the page, and beside it under the same name the picture as PNG and SVG and all numbers as CSV.

A name that ends in ``.xlsx`` asks for a workbook as well. None of them takes the place of a file that is not the same part of
an answer, and this is known before anything is computed.
"""

from __future__ import annotations

import shlex
import sys
import zipfile
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from enforcement_sim import plots
from enforcement_sim.errors import InputError
from enforcement_sim.runs.atomic_files import write_atomic
from enforcement_sim.studies.answer.answer_table import COLUMNS, answer_table
from enforcement_sim.studies.single_page import ENDINGS, check_page_file, refuse_other_file, write_page
from enforcement_sim.tables.csv_text import csv_text

if TYPE_CHECKING:
    from enforcement_sim.studies.answer.compute import Answer

PICTURE_MARK, NUMBERS_MARK = '"engine_version"', ",".join(COLUMNS)
"""What a picture's text fields, and the first line of its numbers, have and other files have not."""
WORKBOOK = ".xlsx"
PARTS = (".png", ".svg", ".csv")
"""Endings of what is written beside the page; asked for by any of them, all are written."""
SHEETS = {"columns", "about", "answer", "years"}
"""A workbook of an answer has these."""
_HEAD = 20_000
"""The text fields stand in so many of a picture's first characters."""


def files_of(out: Path) -> AnswerFiles:
    """Return the files that a name asks for: the page under it, and all that stands beside.

    Raises
    ------
    InputError
        If the name has another ending, or a workbook is asked for and cannot be written here.

    Examples
    --------
    >>> print(files_of(Path("memo.xlsx")))
    page: memo.html, picture: memo.png and memo.svg, numbers: memo.csv, workbook: memo.xlsx
    >>> files_of(Path("memo.png")).page.name
    'memo.html'
    """
    if out.suffix in ENDINGS:
        return AnswerFiles(out)
    if out.suffix == WORKBOOK and find_spec("openpyxl") is None:
        install = f"{shlex.quote(sys.executable)} -m pip install openpyxl"
        raise InputError(
            "a workbook needs the package openpyxl", key="--out", allowed=f"after {install}; or a .csv name"
        )
    if out.suffix not in (WORKBOOK, *PARTS):
        allowed = f"a name that ends in {', '.join((*ENDINGS, *PARTS))} or {WORKBOOK}"
        raise InputError(f"cannot write {out.name}", key="--out", allowed=allowed)
    return AnswerFiles(out.with_suffix(ENDINGS[0]), workbook=out.suffix == WORKBOOK)


@dataclass(frozen=True)
class AnswerFiles:
    """Where the parts of an answer are written.

    Examples
    --------
    >>> print(AnswerFiles(Path("page.html")))
    page: page.html, picture: page.png and page.svg, numbers: page.csv
    """

    page: Path
    workbook: bool = False

    @property
    def pictures(self) -> tuple[Path, Path]:
        """The picture as PNG and as SVG."""
        return self.page.with_suffix(".png"), self.page.with_suffix(".svg")

    @property
    def numbers(self) -> Path:
        """All numbers of the answer."""
        return self.page.with_suffix(".csv")

    @property
    def book(self) -> Path:
        """The workbook, where one is asked for."""
        return self.page.with_suffix(WORKBOOK)

    def __str__(self) -> str:
        """Return in a line which file is where."""
        png, svg = self.pictures
        book = f", workbook: {self.book}" if self.workbook else ""
        return f"page: {self.page}, picture: {png} and {svg}, numbers: {self.numbers}{book}"

    @property
    def replaced(self) -> tuple[Path, ...]:
        """Which of them exist, from an earlier answer."""
        every = (self.page, *self.pictures, self.numbers, *((self.book,) if self.workbook else ()))
        return tuple(path for path in every if path.exists())

    @property
    def replacing(self) -> str:
        """Which files of an earlier answer are replaced, in words to come after a list of all; nothing if none is."""
        names = ", ".join(path.name for path in self.replaced)
        return f"; replaces what an earlier answer left there: {names}" if names else ""

    def check(self) -> None:
        """Raise if one of them would take the place of something else.

        Raises
        ------
        InputError
            If the page has another ending, or one of the paths is a folder or another file.
        """
        check_page_file(self.page)
        for picture in self.pictures:
            refuse_other_file(picture, PICTURE_MARK, "a picture of this program", within=_HEAD)
        refuse_other_file(self.numbers, NUMBERS_MARK, "the numbers of an answer")
        if self.workbook and self.book.exists() and not _is_an_answers(self.book):
            raise InputError("exists and is not the workbook of an answer, so it is not overwritten", file=self.book,
                             key="--out")  # fmt: skip

    def write(self, answer: Answer) -> None:
        """Write all of them; their folder is made if missing.

        Raises
        ------
        InputError
            As :meth:`check`.
        """
        from enforcement_sim.studies.answer.answer_page import in_short, page_of
        from enforcement_sim.studies.answer.figure import answer_figure

        self.check()
        write_page(page_of(answer), self.page)
        plots.save(answer_figure(answer), self.page.parent, self.page.stem)
        write_atomic(self.numbers, csv_text(answer_table(answer)).encode("utf-8"))
        if self.workbook:
            replace(answer, in_words=in_short(answer)).to_excel(self.book)


def _is_an_answers(path: Path) -> bool:
    """Return whether a file is a workbook with the sheets of an answer."""
    if not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as parts:
        names = parts.read("xl/workbook.xml").decode() if "xl/workbook.xml" in parts.namelist() else ""
    return all(f'name="{sheet}"' in names for sheet in SHEETS)

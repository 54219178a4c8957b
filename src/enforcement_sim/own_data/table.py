"""Files as rows of cells: CSV and the sheets of an Excel workbook, with the number of every line.

Only what the file says is read here: text as text, dates as dates. Titles above the heading and notes below the table are
rows like any other; which row is the heading is asked in ``columns``.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from enforcement_sim.errors import InputError, nearest_names

__all__ = ["Cell", "Line", "Sheet", "read_sheets"]

Cell = str | date
TEXT_ENDINGS = (".csv", ".tsv", ".txt")
WORKBOOK = ".xlsx"
SEPARATORS = (",", "\t", ";", "|")
ENCODINGS = ("utf-8-sig", "cp1252")
"""Tried in this order; the second is what older tables of the Census Bureau come in."""
LARGEST = 200_000_000
"""Bytes of a file. A county table has a few megabytes; a larger file is likelier to hold persons."""
NO_WORKBOOKS = (
    "reading a workbook needs openpyxl: pip install 'enforcement-sim[data]', or save the sheet as CSV and import that"
)


@dataclass(frozen=True)
class Line:
    """One row of a file: its number, counted from 1, and its cells."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Sheet:
    """A file's rows, or those of one sheet of a workbook.

    Attributes
    ----------
    path : Path
        As the user wrote it; only its name goes into a note.
    name : str
        Of the sheet; empty for a CSV file.
    sha256 : str
        Of the whole file.
    lines : tuple of Line
        Without the empty ones.
    """

    path: Path
    name: str
    sha256: str
    lines: tuple[Line, ...]


def read_sheets(path: Path) -> tuple[Sheet, ...]:
    """Return the sheets of a file, one for a CSV file.

    Raises
    ------
    InputError
        If there is no such file, or it is of a form that cannot be read.
    """
    path = path.expanduser()
    if not path.is_file():
        near = nearest_names(path.name, [one.name for one in path.parent.glob("*")]) if path.parent.is_dir() else ()
        raise InputError("no such file", file=path, nearest=near)
    ending = path.suffix.lower()
    if ending not in (*TEXT_ENDINGS, WORKBOOK):
        told = "save it as .xlsx or .csv first" if ending == ".xls" else "copy its table to a .csv file first"
        raise InputError(
            f"cannot read a {ending or 'file without an ending'}; {told}", path, allowed=".csv, .tsv, .xlsx"
        )
    if path.stat().st_size > LARGEST:
        raise InputError(f"larger than {LARGEST // 1_000_000} MB; a table of counts by county is far smaller", path)
    content = path.read_bytes()
    sha256 = hashlib.sha256(content).hexdigest()
    if ending == WORKBOOK:
        return tuple(Sheet(path, name, sha256, tuple(lines)) for name, lines in _of_workbook(path, content))
    return (Sheet(path, "", sha256, tuple(_of_text(path, content))),)


def _of_text(path: Path, content: bytes) -> Iterator[Line]:
    """Yield the rows of a text file, whichever of the usual separators it has."""
    for encoding in ENCODINGS:
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise InputError("is not text in UTF-8 or Windows-1252", path)
    first = "\n".join(text.splitlines()[:20])
    separator = max(SEPARATORS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        for cells in reader:
            row = tuple(cell.strip() for cell in cells)
            if any(row):
                yield Line(reader.line_num, row)
    except csv.Error as error:
        raise InputError(f"cannot be read as CSV ({error})", path, reader.line_num) from None


def _of_workbook(path: Path, content: bytes) -> Iterator[tuple[str, list[Line]]]:
    """Yield the sheets of a workbook by name; formulas as the values saved with them."""
    try:
        from openpyxl import load_workbook
    except ImportError:
        raise InputError(NO_WORKBOOKS, path) from None
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except Exception as error:  # openpyxl lets out whatever the archive or its XML does
        raise InputError(f"cannot be read as a workbook ({type(error).__name__})", path) from None
    for sheet in book.worksheets:
        lines = []
        for number, values in enumerate(sheet.iter_rows(values_only=True), 1):
            row = tuple(map(_cell, values))
            if any(row):
                lines.append(Line(number, row))
        yield sheet.title, lines


def _cell(value: object) -> Cell:
    """Return a cell of a workbook: a day as a date, whole numbers without a point, all else as text."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()

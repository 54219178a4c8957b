"""Files as tables of text: CSV, the Census API's JSON, and the sheets of an Excel workbook, row by row.

Only what the file says is read here. Titles above the heading and notes below the table are rows like any other; which row
is the heading is decided in ``recognise``. Rows keep the number that an editor or a spreadsheet shows, so the standard
``csv`` reader splits the text (pandas' own loses the numbers and swallows an unclosed quote); everything after that is a
data frame.

Records of persons, and places smaller than a county, are refused. Columns are judged by what they are called before anything
else of a file is read; a recognised table is judged by what its cells look like, too. ``tables.yaml`` has the names and the
looks. Counts by group (race, sex, charge) are not records of persons: what is split is added up.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pandas as pd

from enforcement_sim.errors import InputError, nearest_names
from enforcement_sim.places.data_import.declarations import DECLARED, fits, spelling
from enforcement_sim.places.geography import load_geography

WORKBOOK = ".xlsx"
ENDINGS = (".csv", ".tsv", ".txt", ".json", WORKBOOK)
SEPARATORS = (",", "\t", ";", "|")
SEPARATOR_LOOKED_FOR_IN = 50
"""Rows at the top of a file from which its separator is told."""
ENCODING_LOOKED_FOR_IN = 200
"""Bytes from which it is told whether a character has two."""
ZIP = b"PK\x03\x04"
LARGEST = 200_000_000
"""Bytes of a file. A county table has a few megabytes; a larger file is likelier to hold persons."""
NO_WORKBOOKS = (
    "reading a workbook needs openpyxl: pip install 'enforcement-sim[data]', or save the sheet as CSV and import that"
)
UNSAVED = "\ue000"
"""Begins a cell whose formula has no saved value; a character for private use, in no published file."""

type Rows = Iterable[tuple[int, list[str]]]


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
    cells : DataFrame
        Text, without empty rows; indexed by the row's number in the file, counted from 1.
    hidden : bool
        Whether the workbook hides the sheet.
    notes : tuple of str
        What was noticed in reading.
    """

    path: Path
    name: str
    sha256: str
    cells: pd.DataFrame
    hidden: bool = False
    notes: tuple[str, ...] = ()

    def top(self, rows: int) -> list[tuple[int, list[str]]]:
        """Return the first rows, each with its number."""
        head = self.cells.head(rows)
        return [(int(row), [*cells]) for row, cells in zip(head.index, head.itertuples(index=False), strict=True)]

    def error(self, message: str, row: int | None = None, key: str | None = None, *more: Any) -> InputError:
        """Return the error for a row or cell, with file and sheet; ``more`` is what is allowed, and the nearest names."""
        where = f"sheet {self.name!r}: " if self.name else ""
        return InputError(f"{where}{message}", self.path, row, key, *more)


def read_sheets(path: Path) -> tuple[Sheet, ...]:
    """Return the sheets of a file, one for a CSV file."""
    path = path.expanduser()
    if path.is_dir():
        raise InputError("is a folder, not a file", path)
    if not path.is_file():
        near = nearest_names(path.name, [one.name for one in path.parent.glob("*")]) if path.parent.is_dir() else ()
        raise InputError("no such file", path, nearest=near)
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        advice = "save it as .xlsx or .csv first" if ending == ".xls" else "copy its table to a .csv file first"
        message = f"cannot read a {ending or 'file without an ending'}; {advice}"
        raise InputError(message, path, allowed=".csv, .tsv, .xlsx, .json")
    try:
        if path.stat().st_size > LARGEST:
            raise InputError(f"larger than {LARGEST // 1_000_000} MB; a table of counts by county is far smaller", path)
        content = path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", path) from None
    sha256 = hashlib.sha256(content).hexdigest()
    if ending == WORKBOOK:
        return tuple(_of_workbook(path, content, sha256))
    if content.startswith(ZIP):
        raise InputError(f"is a workbook or an archive by its content: name it {WORKBOOK}, or unpack it", path)
    text, notes = _decoded(path, content)
    if re.match(r"\s*\[\s*[\[{]", text):
        rows, noticed = _of_json(path, text)
        return (Sheet(path, "", sha256, _frame(rows), notes=notes + noticed),)
    return (Sheet(path, "", sha256, _frame(_of_text(path, text)), notes=notes),)


def _frame(rows: Rows) -> pd.DataFrame:
    """Return rows as a data frame of stripped text, short rows filled up, without empty ones."""
    filled = {number: cells for number, cells in rows if any(cells)}
    full = zip(*zip_longest(*filled.values(), fillvalue=""), strict=True)
    return pd.DataFrame(full, index=[*filled], dtype=object)


def _decoded(path: Path, content: bytes) -> tuple[str, tuple[str, ...]]:
    """Return the text of a file, whichever of the usual encodings it has, and what is to be said of that."""
    halves = {"utf-16-le": content[1:ENCODING_LOOKED_FOR_IN:2], "utf-16-be": content[:ENCODING_LOOKED_FOR_IN:2]}
    encodings = [name for name, half in halves.items() if half.count(0) > len(half) // 2][:1] or ["utf-8-sig", "cp1252"]
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ["utf-16"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            row = text.count("\n", 0, text.index("\0")) + 1
            raise InputError("a byte of zero: this is no text, or it is damaged", path, row)
        return text, ("its letters are read as Windows-1252",) if encoding == "cp1252" else ()
    raise InputError("is not text in UTF-8, UTF-16 or Windows-1252", path)


def _separator(text: str) -> str:
    """Return the separator of which most of the first rows have the same number."""
    lines = [re.sub(r'"[^"]*"', "", line) for line in text.splitlines()[:SEPARATOR_LOOKED_FOR_IN]]

    def likeness(separator: str) -> tuple[int, int]:
        counts = Counter(count for line in lines if (count := line.count(separator)))
        return max(((rows, count) for count, rows in counts.items()), default=(0, 0))

    return max(SEPARATORS, key=likeness)


def _of_text(path: Path, text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of separated text."""
    separator = _separator(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True, strict=True)
    before = 0
    try:
        for cells in reader:
            first, before = before + 1, reader.line_num
            inside = [line for cell in cells for line in re.split(r"\r\n?|\n", cell)[1:]]
            fewest = min(2, len(cells) - 1)
            if sum(map(bool, cells)) > 1 and any(line.count(separator) >= fewest for line in inside):
                raise InputError("a quote is not closed: its cell holds the rows below", path, first)
            yield first, [_unwrapped(cell) for cell in cells]
    except csv.Error as error:
        message = "a quote is not closed" if "unexpected end" in str(error) else f"cannot be read as CSV ({error})"
        raise InputError(message, path, before + 1) from None


def _unwrapped(cell: str) -> str:
    """Return a cell without spaces around it, and without the signs by which spreadsheets keep a code as text."""
    # Marks of direction, zero-width spaces and control codes for a terminal are not printable.
    plain = "".join(character for character in " ".join(cell.split()) if character.isprintable())
    return re.sub(r"^=\"(.*)\"$|^'(.+)$", r"\1\2", plain)


def _of_json(path: Path, text: str) -> tuple[Rows, tuple[str, ...]]:
    """Return the rows of the array of arrays, or of objects, that an API answers with, and what was noticed."""
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    notes: tuple[str, ...] = ()
    try:
        rows = json.loads(text)
    except (ValueError, RecursionError):
        rows, notes = [], ("the brackets at its end are missing: look whether the file is whole",)
        for number, line in lines:
            try:
                rows.append(json.loads(f"[{re.sub(r'^\s*\[{1,2}|\]{0,2},?\s*$', '', line)}]"))
            except (ValueError, RecursionError):
                raise InputError("cannot be read as JSON", path, number) from None
    if rows and all(isinstance(row, dict) for row in rows):  # Socrata answers with objects
        rows = [list(rows[0]), *([row.get(name) for name in rows[0]] for row in rows)]
    numbers = [number for number, _ in lines] if len(lines) == len(rows) else range(1, len(rows) + 1)
    flat = []
    for number, row in zip(numbers, rows, strict=True):
        if not isinstance(row, list) or any(isinstance(cell, list | dict) for cell in row):
            raise InputError("is not a row of cells; the Census API answers with rows", path, number)
        flat.append((number, [_cell(cell) for cell in row]))
    return flat, notes


def _of_workbook(path: Path, content: bytes, sha256: str) -> Iterator[Sheet]:
    """Yield the sheets of a workbook; formulas as the values saved with them, or as unsaved."""
    try:
        from openpyxl import load_workbook
    except ImportError:
        raise InputError(NO_WORKBOOKS, path) from None
    try:
        books = [load_workbook(io.BytesIO(content), read_only=True, data_only=only) for only in (True, False)]
        for both in zip(*(book.worksheets for book in books), strict=True):
            for sheet in both:
                sheet.reset_dimensions()  # some programs write a wrong size, and rows would be missing
            pairs = zip(*(sheet.iter_rows(values_only=True) for sheet in both), strict=True)
            rows = [(number, [*map(_cell, *pair)]) for number, pair in enumerate(pairs, 1)]
            yield Sheet(path, both[0].title, sha256, _frame(rows), both[0].sheet_state != "visible")
    except Exception as error:  # openpyxl lets out whatever the archive or its XML does
        raise InputError(f"cannot be read as a workbook ({type(error).__name__})", path) from None


def _cell(value: object, formula: object = None) -> str:
    """Return a cell as text: a day in ISO form, whole numbers without a point."""
    if value is None:
        return f"{UNSAVED}{formula}" if isinstance(formula, str) and formula.startswith("=") else ""
    if isinstance(value, datetime):
        return str(value.date() if value.time() == time() else value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value) if isinstance(value, date) else _unwrapped(str(value))


REFUSED = DECLARED.refused
HEADING_WITHIN = 25
"""Rows at the top of a sheet among which the heading is looked for."""
RECORDS = "records of persons; only counts are taken (for bookings: county, month, bookings)"
NAME = "a person's name"
TWO_WORDS = r"[A-Z][A-Za-z'-]+,? ([A-Z]\.? )?[A-Z][A-Za-z'-]+"
A_PLACE = re.compile(r"\b(?:county|parish|borough|area|city|municipality|columbia)\b", re.IGNORECASE)
ROWS_LOOKED_AT = 1_000
FEWEST_CELLS = 2
"""So many different cells of that look, and half of a column, make it a column of persons."""


def refuse_person_columns(sheet: Sheet, rows: int) -> None:
    """Raise if one of the first rows has a column of a record of one person."""
    for row, cells in sheet.top(rows):
        for at, cell in enumerate(cells):
            if fits(REFUSED["persons"], spelling(cell)):
                ages = sheet.cells.loc[row:, at].iloc[1:]
                # Ages in bands are groups; an age in years is a person's.
                in_bands = len(ages) > 0 and not ages.str.fullmatch(r"\d{1,3}(\.0)?|").any()
                if spelling(cell) != "age" or not in_bands:
                    raise sheet.error(f"a column of {RECORDS}", row, cell)


def refuse_small_places(sheet: Sheet, row: int, heading: list[str], body: pd.DataFrame) -> None:
    """Raise if a column that is not empty is of places smaller than a county."""
    for at, name in enumerate(heading):
        if fits(REFUSED["small_places"], spelling(name)) and (body[at] != "").any():
            message = "a column of places smaller than a county; add up to counties and leave it out"
            raise sheet.error(message, row, name)


def refuse_uncounted(sheet: Sheet) -> None:
    """Raise if a sheet that is no known table has columns of persons or of small places and counts nothing."""
    for position, (row, cells) in enumerate(sheet.top(HEADING_WITHIN), 1):
        body = sheet.cells.iloc[position:]
        refuse_small_places(sheet, row, cells, body)
        for at, cell in enumerate(cells):
            if fits(REFUSED["persons_without_counts"], spelling(cell)) and not _is_counted(
                cell, body[at], body.drop(columns=at)
            ):
                raise sheet.error(f"a column of {RECORDS}", row, cell)


def _is_counted(heading: str, column: pd.Series[str], others: pd.DataFrame) -> bool:
    """Say whether a column names places, or stands beside one whose cells are all counts and not all one."""
    if spelling(heading) == "name":
        names = column[~column.str.contains(A_PLACE)]
        return not column.empty and not names.str.fullmatch(TWO_WORDS).any()
    counts = [other for _, other in others.items() if len(other) and other.str.fullmatch(r"[\d,]+(\.\d+)?").all()]
    return any((other != "1").any() for other in counts)


def refuse_person_cells(sheet: Sheet, unread: pd.DataFrame) -> None:
    """Raise if half of the cells of a column that is not read look like those of a record of persons."""
    states = {text.lower() for state in load_geography().states for text in (state.name, state.postal)}
    for at, name in enumerate(unread.columns):
        column = unread.iloc[:, at].head(ROWS_LOOKED_AT)
        filled = column[column != ""]
        for look, cells in DECLARED.looks.items():
            alike = filled[filled.str.fullmatch(cells)]
            if look == NAME:  # "Kent, Delaware" and "Kent County, DE" are none
                alike = alike[~alike.str.split(", ").str[-1].str.lower().isin(states) & ~alike.str.contains(A_PLACE)]
            if alike.nunique() >= FEWEST_CELLS and len(alike) * 2 >= len(filled):
                raise sheet.error(f"a cell looks like {look}: {RECORDS}", int(alike.index[0]), name)

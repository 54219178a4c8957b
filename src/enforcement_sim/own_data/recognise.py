"""Which table a file holds: its layout is found by its heading, its columns are put under the names that are used here.

Whatever layout it has, a recognised table comes out in one form: a row a county (or a county and month), a column a meaning.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pandas as pd

from enforcement_sim.errors import InputError, nearest_names
from enforcement_sim.own_data.cells import has_figure
from enforcement_sim.own_data.files import UNSAVED, Sheet
from enforcement_sim.own_data.layouts import FIGURES, GROUP, IN_WORDS, LAYOUTS, MEASURES, WHERE, Layout, spelling
from enforcement_sim.own_data.persons import (
    HEADING_WITHIN,
    refuse_person_cells,
    refuse_person_columns,
    refuse_small_places,
    refuse_uncounted,
)
from enforcement_sim.own_data.table import Table, in_rows

__all__ = ["recognise"]

A_LETTER, A_DIGIT = re.compile(r"[^\W\d_]"), re.compile(r"\d")
NO_VALUE = "a formula without a saved value: open and save the workbook first"


def recognise(path: Path, sheets: tuple[Sheet, ...], chosen: str | None = None) -> Table:
    """Return the table that a file holds, of the sheet that was chosen or of the only one that fits.

    Raises
    ------
    InputError
        If it holds persons, or places below a county, no table that is known, or several.
    """
    found = {sheet.name: _found(sheet) for sheet in sheets}
    for sheet in sheets:
        fit = found[sheet.name]
        refuse_person_columns(sheet, HEADING_WITHIN if fit is None else fit[0] + 1)
    if chosen is not None:
        sheets = tuple(sheet for sheet in sheets if sheet.name == chosen)
        if not sheets:
            raise InputError(f"no sheet {chosen!r}", path, allowed=list(found), nearest=nearest_names(chosen, found))
    fits = [sheet for sheet in sheets if found[sheet.name] and (chosen or not sheet.hidden)]
    hidden = [sheet.name for sheet in sheets if found[sheet.name] and sheet not in fits]
    if len(fits) > 1 or (hidden and not fits):
        names = hidden if hidden and not fits else [sheet.name for sheet in fits]
        message = f"{len(names)} sheets hold a table" if fits else "only a hidden sheet holds a table"
        raise InputError(f"{message}: {', '.join(map(repr, names))}; choose with --sheet", path, allowed=names)
    if not fits:
        for sheet in sheets:
            refuse_uncounted(sheet)
        raise _unrecognised(path, sheets)
    (sheet,) = fits
    fit = found[sheet.name]
    assert fit is not None
    table = _table(sheet, *fit)
    others = [f"{name!r}{' (hidden)' if name in hidden else ''}" for name in found if name != sheet.name]
    if others:
        notes = (f"sheet {sheet.name!r} is read; not read: {', '.join(others)}", *table.notes)
        table = replace(table, notes=notes)
    return table


COMPARED = 200
"""Columns whose headings are held against the names that are missing."""


def _found(sheet: Sheet) -> tuple[int, Layout] | None:
    """Return the position of a sheet's heading and its layout; None if it has none that is known."""
    for position, cells in enumerate(sheet.cells.head(HEADING_WITHIN).itertuples(index=False)):
        for layout in LAYOUTS:
            if layout.named and layout.named not in spelling(sheet.path.name):
                continue
            if not _lacking(layout, _columns_of(layout, cells)):
                return position, layout
    return None


def _columns_of(layout: Layout, cells: tuple[str, ...]) -> dict[str, list[int]]:
    """Return what is understood of a heading -> positions of the columns that the first fitting name finds."""
    spelt = [spelling(cell) for cell in cells]
    found = {}
    for column, names in layout.columns.items():
        for name in names:
            there = [position for position, heading in enumerate(spelt) if re.fullmatch(name, heading)]
            if there:
                found[column] = there
                break
    return found


def _lacking(layout: Layout, columns: Mapping[str, list[int]]) -> list[str]:
    """Return the columns that a layout needs and a heading does not have; a county's whole name may hold the state."""
    lacking = [column for column in layout.needs if column not in columns]
    if "county" in layout.columns and layout.kind != "bookings" and not columns.keys() & {"code", "county"}:
        lacking.append("county")
    return lacking


def _table(sheet: Sheet, position: int, layout: Layout) -> Table:
    """Return the table below a heading."""
    row, heading = int(sheet.cells.index[position]), [*map(str, sheet.cells.iloc[position])]
    used = _used(sheet, layout, row, heading)
    body = sheet.cells.iloc[position + 1 :]
    below = body[~(body == sheet.cells.iloc[position]).all(axis=1)]  # without a heading that is repeated
    body = _below_second_heading(sheet, below, heading, used)
    if layout.kind != "activation":
        refuse_small_places(sheet, row, heading, body)
    _refuse_unsaved(sheet, heading, list(used.values()), body)
    _refuse_surplus(sheet, heading, body)
    frame = pd.DataFrame({what: body[at] for what, at in used.items()}, index=body.index, dtype=object)
    rest = [at for at in range(len(heading)) if at not in used.values()]
    unread = body[rest].set_axis([heading[at] for at in rest], axis=1)
    refuse_person_cells(sheet, unread)
    headings = {what: heading[at] for what, at in used.items()}
    of = [what for what in headings if what in (*MEASURES[layout.kind], "month", "day", "year")]
    columns = ", ".join(f"{what} from {headings[what]!r}" for what in of)
    notes = (f"read as {layout.name}{columns and f': {columns}'}", *sheet.notes)
    if layout.warning and len(body) == len(below):
        notes += (f"warning: {layout.warning}",)
    return in_rows(Table(layout, sheet, headings, frame, unread, notes))


def _used(sheet: Sheet, layout: Layout, row: int, heading: list[str]) -> dict[str, int]:
    """Return what is read of a heading -> position of its column; groups and a layout's counties as the file calls them."""
    columns = _columns_of(layout, tuple(heading))
    for column in MEASURES[layout.kind]:
        if len(columns.get(column, ())) > 1:
            names = ", ".join(repr(heading[one]) for one in columns[column])
            raise sheet.error(f"{len(columns[column])} columns of {column}: {names}; leave one", row)
    if any(name.startswith(UNSAVED) for name in heading):
        raise sheet.error(f"a heading is {NO_VALUE}", row)
    used = {what: there[0] for what, there in columns.items()}
    others = {name: at for at, name in enumerate(heading) if name and at not in used.values()}
    if layout.kind == "bookings":
        return used | {f"group: {name}": at for name, at in others.items() if GROUP.fullmatch(spelling(name))}
    return used | others if layout.shape == "across" else used


def _below_second_heading(sheet: Sheet, body: pd.DataFrame, heading: list[str], used: dict[str, int]) -> pd.DataFrame:
    """Return a table without its second heading, in words, having checked that the words are of the figure that is meant."""
    if not {*FIGURES} <= used.keys() or body.empty:
        return body
    words = {figure: str(body.iloc[0, used[figure]]) for figure in FIGURES}
    if not all(A_LETTER.search(one) and has_figure(one) and not A_DIGIT.search(one) for one in words.values()):
        return body
    described = re.sub(r"(margins?_of_error|estimates?)_?", "", spelling(words["noncitizens"]))
    if described and not re.search("not_a_u_?s_citizen", described):
        message = f"is described as {words['noncitizens']!r:.80} and not as people who are not citizens"
        raise sheet.error(message, int(body.index[0]), heading[used["noncitizens"]], "table B05001")
    return body.iloc[1:]


def _refuse_unsaved(sheet: Sheet, heading: list[str], columns: list[int], body: pd.DataFrame) -> None:
    """Raise for a formula without a saved value in a column that is read."""
    for at in columns:
        unsaved = body[at][body[at].str.startswith(UNSAVED)]
        if len(unsaved):
            formula = unsaved.iloc[0].removeprefix(UNSAVED)
            raise sheet.error(f"{formula:.40} is {NO_VALUE}", int(unsaved.index[0]), heading[at])


def _refuse_surplus(sheet: Sheet, heading: list[str], body: pd.DataFrame) -> None:
    """Raise for a row with more cells than the heading: a comma within a number is taken for a separator."""
    last = max(at for at, name in enumerate(heading) if name)
    surplus = body.index[(body.iloc[:, last + 1 :] != "").any(axis=1)]
    if len(surplus) and not sheet.name:
        message = f"more cells than the heading's {last + 1}; is there a separator within a number or a name?"
        raise sheet.error(message, int(surplus[0]))


def _unrecognised(path: Path, sheets: tuple[Sheet, ...]) -> InputError:
    """Return the error for a file that is no known table: of the layout it is most like, what it lacks."""
    best: tuple[int, Layout, Sheet, int, list[str], list[str]] | None = None
    for sheet in sheets:
        for row, cells in zip(
            sheet.cells.index, sheet.cells.head(HEADING_WITHIN).itertuples(index=False), strict=False
        ):
            spelt = [spelling(cell) for cell in cells[:COMPARED]]
            for layout in LAYOUTS:
                columns = _columns_of(layout, cells)
                lacking = _lacking(layout, columns)
                near = sum(
                    bool(nearest_names(name, spelt))
                    for column in lacking
                    if column not in WHERE
                    for name in _called(column)
                )
                there = len(columns.keys() & {*layout.needs} - WHERE.keys())
                # A state and a county alone make no kind likelier than another.
                likeness = 4 * there + 2 * near - len(lacking)
                if (there or near) and (best is None or likeness > best[0]):
                    best = likeness, layout, sheet, int(row), lacking, list(cells)
    if best is None:
        raise InputError("no table that is known here", path, allowed="; ".join(IN_WORDS.values()))
    _, layout, sheet, row, lacking, heading = best
    if not lacking:  # American FactFinder without words: only the file's name says which table it is
        lacking = [f"name of table {layout.named.upper()} in the file's name"]
    headings = {spelling(cell): cell for cell in heading if cell}
    called = _called(lacking[0])
    nearest = list(dict.fromkeys(headings[near] for name in called for near in nearest_names(name, headings)))
    message = f"no column {lacking[0]}, without which it is no table of {IN_WORDS[layout.kind]} ({layout.name})"
    return sheet.error(message, row, None, f"a column such as {' or '.join(called)}", nearest)


def _called(column: str) -> tuple[str, ...]:
    """Return what a column is called as a rule."""
    return CALLED.get(column, (column,))


CALLED = {
    "day": ("activation_date", "date_activated"),
    "code": ("fips", "geoid"),
    "county": ("fips", "state and county"),
    "noncitizens": ("noncitizens", "B05001_006E"),
    "total": ("total", "B05001_001E"),
    "year": ("activation_year",),
    "label": ("Label (Grouping)",),
}
"""What a column that is missing is called as a rule, if not as in the layout."""

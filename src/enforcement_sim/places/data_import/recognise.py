"""Which table a file holds: its layout is found by its heading, and it is brought into one form, a row a county."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from operator import itemgetter
from pathlib import Path

import pandas as pd

from enforcement_sim.errors import InputError, nearest_names
from enforcement_sim.places.data_import.declarations import (
    COUNTY,
    TABLES,
    Layout,
    called,
    fits,
    has_figure,
    matching,
    spelling,
)
from enforcement_sim.places.data_import.files import (
    HEADING_WITHIN,
    UNSAVED,
    Sheet,
    refuse_person_cells,
    refuse_person_columns,
    refuse_small_places,
    refuse_uncounted,
)
from enforcement_sim.places.imported import KINDS

GROUP = "group: "
"""Begins the name of a column by which counts are split."""
LINES = {"total": "B05001_001", "noncitizens": "B05001_006"}
"""Lines of table B05001 that must be there."""


@dataclass(frozen=True)
class Table:
    """A recognised table.

    Attributes
    ----------
    headings : mapping
        What is understood -> how the file calls it.
    frame : DataFrame
        Text by what is understood, below the heading, and ``group: HEADING`` for each column by which counts are split;
        indexed by the row in the file.
    unread : DataFrame
        The other columns, by the file's headings; same index.
    notes : tuple of str
        How the file was read.
    """

    kind: str
    layout: Layout
    sheet: Sheet
    headings: Mapping[str, str]
    frame: pd.DataFrame
    unread: pd.DataFrame
    notes: tuple[str, ...] = ()

    def error(
        self, message: str, row: int | None = None, column: str | None = None, allowed: str | None = None
    ) -> InputError:
        """Return the error for a cell, with file, sheet, row and the column as the file calls it."""
        heading = None if column is None else self.headings.get(column, column.removeprefix(GROUP))
        return self.sheet.error(message, row, heading, allowed)


def in_rows(table: Table) -> Table:
    """Return a table with a row a county (or a county and month).

    Raises
    ------
    InputError
        If a figure is missing that every county needs, or is there twice.
    """
    if table.layout.shape == "long":
        return _of_long(table)
    return _of_across(table) if table.layout.shape == "across" else table


def _of_long(table: Table) -> Table:
    """Return a table with a row a county from one with a row a figure."""
    where = [column for column in COUNTY if column in table.frame]
    what = _figures(table, table.frame["variable"])
    rows = table.frame.assign(what=what, row=what.index)[what != ""]
    double = rows.index[rows.duplicated([*where, "what"])]
    if len(double):
        message = f"a second row of {table.frame.at[double[0], 'variable']!r} for one county"
        raise table.error(message, int(double[0]), "variable")
    by_county = rows.groupby(where, sort=False)
    frame = by_county[["row"]].min().join(rows.pivot(index=where, columns="what", values="estimate"))
    if "total" in rows:
        frame["total"] = by_county["total"].max()
    if "moe" in rows:
        frame["margin"] = rows[rows["what"] == "noncitizens"].set_index(where)["moe"]
    for figure, line in LINES.items():
        if figure not in frame:
            raise table.error(f"no row of the {figure}: {line} is missing", None, "variable")
    frame = frame.fillna("").reset_index().set_index("row")
    headings = {**table.headings, **dict.fromkeys((*table.layout.rows, "margin"), table.headings["estimate"])}
    return replace(table, frame=frame, unread=table.unread.loc[frame.index], headings=headings)


def _of_across(table: Table) -> Table:
    """Return a table with a row a county from one with a column a county, as data.census.gov shows it."""
    what = _figures(table, table.frame["label"]).drop_duplicates()
    rows = {figure: row for row, figure in zip(what.index.tolist(), what.tolist(), strict=True) if figure}
    for figure in LINES:
        if figure not in rows:
            raise table.error(f"no row of the {figure}", None, "label", "table B05001")
    counties: dict[str, dict[str, str]] = {}
    for heading in table.frame.columns:
        place, _, of = heading.partition("!!")
        names = {"Estimate": rows, "Margin of Error": {"margin": rows["noncitizens"]}}.get(of, {})
        for column, row in names.items():
            counties.setdefault(place, {"county": place})[column] = str(table.frame.at[row, heading])
    frame = pd.DataFrame(counties.values(), index=[rows["noncitizens"]] * len(counties)).fillna("")
    headings = {**table.headings, "county": "county"} | dict.fromkeys((*rows, "margin"), "Estimate")
    return replace(table, frame=frame, unread=pd.DataFrame(index=frame.index), headings=headings)


def _figures(table: Table, names: pd.Series[str]) -> pd.Series[str]:
    """Return which figure each row is of, by what its row is called; empty if of none."""
    figures = pd.Series("", index=names.index)
    for figure, declared in table.layout.rows.items():
        figures[matching(declared, names.map(spelling))] = figure
    return figures


FIGURES = ("total", "noncitizens")
"""What the second heading of a Census table describes."""
IN_WORDS = re.compile(r"(?=.*[^\W\d_])\D*")
"""A cell with letters and without digits."""
NO_VALUE = "a formula without a saved value: open and save the workbook first"
COMPARED = 200
"""Columns whose headings are held against the names that are missing."""


@dataclass(frozen=True)
class Heading:
    """A row of a sheet, read as the heading of a layout.

    Attributes
    ----------
    position, row : int
        Where the row is among the sheet's rows, and its number in the file.
    columns : dict
        What is understood -> positions of the columns that the first fitting name finds.
    """

    sheet: Sheet
    position: int
    row: int
    cells: list[str]
    kind: str
    layout: Layout
    columns: dict[str, list[int]]

    @property
    def lacking(self) -> list[str]:
        """What the layout needs and the heading does not have; a county's whole name may hold the state."""
        lacking = [column for column in self.layout.needs if column not in self.columns]
        needed = TABLES[self.kind].county_needed and "county" in self.layout.columns
        return [*lacking, "county"] if needed and not self.columns.keys() & {"code", "county"} else lacking

    @property
    def likeness(self) -> int:
        """How like the layout the heading is; 0 if a state and a county are all that they share."""
        spelt = [spelling(cell) for cell in self.cells[:COMPARED]]
        missing = [name for column in self.lacking if column not in COUNTY for name in called(self.kind, column)]
        near = sum(bool(nearest_names(name, spelt)) for name in missing)
        there = len(self.columns.keys() & {*self.layout.needs} - COUNTY.keys())
        return LIKEST + 4 * there + 2 * near - len(self.lacking) if there or near else 0


LIKEST = 100
"""More than a heading can lack."""


def recognise(path: Path, sheets: tuple[Sheet, ...], chosen: str | None = None) -> Table:
    """Return the table that a file holds, of the sheet that was chosen or of the only one that fits.

    Raises
    ------
    InputError
        If it holds persons, or places below a county, no table that is known, or several.
    """
    found = {sheet.name: next(filter(_fits, _headings(sheet)), None) for sheet in sheets}
    for sheet in sheets:
        heading = found[sheet.name]
        refuse_person_columns(sheet, HEADING_WITHIN if heading is None else heading.position + 1)
    if chosen is not None:
        sheets = tuple(sheet for sheet in sheets if sheet.name == chosen)
        if not sheets:
            raise InputError(f"no sheet {chosen!r}", path, allowed=list(found), nearest=nearest_names(chosen, found))
    known = [heading for sheet in sheets if (heading := found[sheet.name])]
    fits = [heading for heading in known if chosen or not heading.sheet.hidden]
    hidden = [heading.sheet.name for heading in known if heading not in fits]
    if len(fits) > 1 or (hidden and not fits):
        names = [heading.sheet.name for heading in fits] or hidden
        message = f"{len(names)} sheets hold a table" if fits else "only a hidden sheet holds a table"
        raise InputError(f"{message}: {', '.join(map(repr, names))}; choose with --sheet", path, allowed=names)
    if not fits:
        for sheet in sheets:
            refuse_uncounted(sheet)
        raise _unrecognised(path, sheets)
    table = _table(fits[0])
    others = [f"{name!r}{' (hidden)' if name in hidden else ''}" for name in found if name != table.sheet.name]
    note = f"sheet {table.sheet.name!r} is read; not read: {', '.join(others)}"
    return replace(table, notes=(note, *table.notes)) if others else table


def _headings(sheet: Sheet) -> Iterator[Heading]:
    """Yield each of the first rows as the heading of every layout, in the order in which layouts are tried."""
    for position, (row, cells) in enumerate(sheet.top(HEADING_WITHIN)):
        spelt = [spelling(cell) for cell in cells]
        for kind, layout in ((kind, layout) for kind, table in TABLES.items() for layout in table.layouts):
            columns = {}
            for column, names in layout.columns.items():
                fitting = ([at for at, one in enumerate(spelt) if re.fullmatch(name, one)] for name in names)
                if there := next(filter(None, fitting), None):
                    columns[column] = there
            yield Heading(sheet, position, row, cells, kind, layout, columns)


def _fits(heading: Heading) -> bool:
    """Say whether nothing is missing of a layout."""
    return not heading.lacking and heading.layout.file_name in spelling(heading.sheet.path.name)


def _table(heading: Heading) -> Table:
    """Return the table below a heading."""
    sheet, cells = heading.sheet, heading.cells
    used = _used(heading)
    below = sheet.cells.iloc[heading.position + 1 :]
    below = below[(below != cells).any(axis=1)]  # without a heading that is repeated
    body = _below_second_heading(heading, below, used)
    if heading.kind != "activation":  # places of a roster are counted with their county
        refuse_small_places(sheet, heading.row, cells, body)
    for at in used.values():
        for row in body.index[body[at].str.startswith(UNSAVED)].tolist():
            raise sheet.error(f"{str(body.at[row, at]).removeprefix(UNSAVED):.40} is {NO_VALUE}", row, cells[at])
    width = max(at for at, name in enumerate(cells) if name) + 1
    surplus = body.index[(body.iloc[:, width:] != "").any(axis=1)]
    if len(surplus) and not sheet.name:
        message = f"more cells than the heading's {width}; is there a separator within a number or a name?"
        raise sheet.error(message, int(surplus[0]))
    rest = [at for at in range(len(cells)) if at not in used.values()]
    unread = body[rest].set_axis([cells[at] for at in rest], axis=1)
    refuse_person_cells(sheet, unread)
    frame = pd.DataFrame({what: body[at] for what, at in used.items()}, index=body.index, dtype=object)
    headings = {what: cells[at] for what, at in used.items()}
    typed = TABLES[heading.kind].of_type("count", "date", "part")
    columns = ", ".join(f"{what} from {headings[what]!r}" for what in headings if what in typed)
    notes = (f"read as {heading.layout.name}{columns and f': {columns}'}", *sheet.notes)
    if heading.layout.warning and len(body) == len(below):
        notes += (f"warning: {heading.layout.warning}",)
    return in_rows(Table(heading.kind, heading.layout, sheet, headings, frame, unread, notes))


def _used(heading: Heading) -> dict[str, int]:
    """Return what is read of a heading -> position of its column; groups and a layout's counties as the file calls them."""
    sheet, cells, columns = heading.sheet, heading.cells, heading.columns
    for column in TABLES[heading.kind].of_type("count"):
        if len(there := columns.get(column, ())) > 1:
            names = ", ".join(repr(cells[at]) for at in there)
            raise sheet.error(f"{len(there)} columns of {column}: {names}; leave one", heading.row)
    if any(name.startswith(UNSAVED) for name in cells):
        raise sheet.error(f"a heading is {NO_VALUE}", heading.row)
    used = {what: there[0] for what, there in columns.items()}
    others = {name: at for at, name in enumerate(cells) if name and at not in used.values()}
    groups = {f"{GROUP}{name}": at for name, at in others.items() if fits(TABLES[heading.kind].groups, spelling(name))}
    return used | (others if heading.layout.shape == "across" else groups)


def _below_second_heading(heading: Heading, body: pd.DataFrame, used: dict[str, int]) -> pd.DataFrame:
    """Return a table without its second heading, in words, having checked that the words are of the figure that is meant."""
    if not {*FIGURES} <= used.keys() or body.empty:
        return body
    words = {figure: str(body.iloc[0, used[figure]]) for figure in FIGURES}
    if not all(IN_WORDS.fullmatch(one) and has_figure(one) for one in words.values()):
        return body
    described = re.sub(r"(margins?_of_error|estimates?)_?", "", spelling(words["noncitizens"]))
    if described and not re.search("not_a_u_?s_citizen", described):
        message = f"is described as {words['noncitizens']!r:.80} and not as people who are not citizens"
        raise heading.sheet.error(message, int(body.index[0]), heading.cells[used["noncitizens"]], "table B05001")
    return body.iloc[1:]


def _unrecognised(path: Path, sheets: tuple[Sheet, ...]) -> InputError:
    """Return the error for a file that is no known table: of the layout it is most like, what it lacks."""
    all_headings = ((one.likeness, one) for sheet in sheets for one in _headings(sheet))
    likeness, heading = max(all_headings, default=(0, None), key=itemgetter(0))
    if not likeness or heading is None:
        words = "; ".join(TABLES[kind].words for kind in KINDS)
        return InputError("no table that is known here", path, allowed=words)
    # Nothing is lacking where only the file's name would say which table it is.
    file_name = f"name of table {heading.layout.file_name.upper()} in the file's name"
    lacking = next(iter(heading.lacking), file_name)
    names = called(heading.kind, lacking)
    spelt = {spelling(cell): cell for cell in heading.cells if cell}
    nearest = list(dict.fromkeys(spelt[near] for name in names for near in nearest_names(name, spelt)))
    table = f"no table of {TABLES[heading.kind].words} ({heading.layout.name})"
    message = f"no column {lacking}, without which it is {table}"
    return heading.sheet.error(message, heading.row, None, f"a column such as {' or '.join(names)}", nearest)

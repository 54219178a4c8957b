"""The whole way of some files: read, recognised, checked, and only then written.

Files of one kind are one table, such as a state's bookings in a file a county. Every file is checked before the first
byte is written, so that a mistake in the last leaves nothing of the others.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from enforcement_sim.errors import InputError
from enforcement_sim.own_data.activation import check_activation
from enforcement_sim.own_data.bookings import check_bookings
from enforcement_sim.own_data.checked import Checked
from enforcement_sim.own_data.files import WORKBOOK, read_sheets
from enforcement_sim.own_data.found import counties_of
from enforcement_sim.own_data.keep import keep, listed
from enforcement_sim.own_data.noncitizens import check_noncitizens
from enforcement_sim.own_data.recognise import recognise
from enforcement_sim.own_data.table import Table
from enforcement_sim.world.county_codes import nearest_counties, read_county
from enforcement_sim.world.imported import KINDS

__all__ = ["Choices", "Imported", "import_files"]

CHECKS = {"activation": check_activation, "noncitizens": check_noncitizens, "bookings": check_bookings}


@dataclass(frozen=True)
class Choices:
    """What a user chooses of an import.

    Attributes
    ----------
    accept_sums : bool
        Take tables whose sum is far from the package's.
    accept_unknown : bool
        Leave rows aside whose county is unknown.
    sheet : str or None
        Name of the sheet to read in workbooks.
    county : str or None
        Code of the county of files that name none.
    list_file : Path or None
        Where to write every row and county that is left out or not taken as it is written.
    write : bool
        False to check only.
    """

    accept_sums: bool = False
    accept_unknown: bool = False
    sheet: str | None = None
    county: str | None = None
    list_file: Path | None = None
    write: bool = True


@dataclass(frozen=True)
class Imported:
    """What became of the files of one kind.

    Attributes
    ----------
    checked : Checked
    files : tuple of str
        Names of the files.
    new : bool or None
        Whether the table was not there before; None if nothing was to be written.
    """

    checked: Checked
    files: tuple[str, ...]
    new: bool | None


def import_files(files: Sequence[Path], choices: Choices | None = None) -> tuple[Imported, ...]:
    """Check files and keep what they hold in the user's folder.

    Parameters
    ----------
    files
        CSV files or workbooks, in any order and of any of the three kinds.
    choices
        What to accept, and whether to write.

    Returns
    -------
    tuple of Imported
        One for each kind.

    Raises
    ------
    InputError
        For the first thing that is wrong in any of them; nothing is written then.
    """
    choices = choices or Choices()
    county = None if choices.county is None else _county(choices.county)
    tables = [_recognised(Path(path), choices.sheet) for path in files]
    if choices.sheet is not None and not any(table.sheet.name for table in tables):
        raise InputError("--sheet chooses a sheet of a workbook; none of the files is one", allowed=WORKBOOK)
    checked: list[tuple[Checked, tuple[Table, ...]]] = []
    for kind in KINDS:
        of_kind = tuple(table for table in tables if table.layout.kind == kind)
        if of_kind:
            found = counties_of(of_kind, choices.accept_unknown, county)
            checked.append((CHECKS[kind](found, choices.accept_sums), of_kind))
    accepted = [word for word in ("sums", "unknown") if getattr(choices, f"accept_{word}")]
    sheets = [(one, [table.sheet for table in of_kind]) for one, of_kind in checked]
    with listed(choices.list_file, [one for one, _ in checked]):
        new = keep(sheets, accepted) if choices.write else [None] * len(checked)
    return tuple(
        Imported(one, tuple(table.sheet.path.name for table in of_kind), is_new)
        for (one, of_kind), is_new in zip(checked, new, strict=True)
    )


def _recognised(path: Path, sheet: str | None) -> Table:
    """Return the table of a file."""
    return recognise(path, read_sheets(path), sheet if path.suffix.lower() == WORKBOOK else None)


def _county(written: str) -> str:
    """Return the county that the user names by its code."""
    if re.fullmatch("[0-9]{4}", written):
        written = f"0{written}"
    try:
        return read_county(written).fips
    except InputError:
        near = nearest_counties(written)
        raise InputError(
            f"--county {written!r:.60} is no county's code", allowed="a code such as 06075", nearest=near
        ) from None

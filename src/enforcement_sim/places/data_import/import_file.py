"""The whole way of some files: read, recognised, checked, and only then written.

Files of one kind are one table, such as a state's bookings in a file a county. Every file is checked before the first
byte is written, so that a mistake in the last leaves nothing of the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from enforcement_sim.errors import InputError
from enforcement_sim.places.county_codes import read_county
from enforcement_sim.places.data_import.activation_roster import check_activation
from enforcement_sim.places.data_import.citizenship_table import check_noncitizens
from enforcement_sim.places.data_import.county_rows import rows_of
from enforcement_sim.places.data_import.files import WORKBOOK, read_sheets
from enforcement_sim.places.data_import.monthly_bookings import check_bookings
from enforcement_sim.places.data_import.recognise import Table, recognise
from enforcement_sim.places.data_import.stored_tables import Checked, files_of, is_sound, list_of, write_all
from enforcement_sim.places.geography import FIPS_DIGITS
from enforcement_sim.places.imported import CURRENT

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
    accepted = [word for word in ("sums", "unknown") if getattr(choices, f"accept_{word}")]
    found: list[Imported] = []
    stored: dict[Path, bytes] = {}
    for kind, check in CHECKS.items():
        of_kind = [table for table in tables if table.kind == kind]
        if of_kind:
            checked = check(rows_of(of_kind, choices.accept_unknown, county), choices.accept_sums)
            new = not is_sound(kind, checked.name) if choices.write else None
            found.append(Imported(checked, tuple(table.sheet.path.name for table in of_kind), new))
            stored |= files_of(checked, [table.sheet for table in of_kind], accepted) if choices.write else {}
    if choices.list_file is not None:
        stored[choices.list_file.expanduser()] = list_of([one.checked for one in found])
    # Last what names the current tables: it never names what is not there.
    write_all(dict(sorted(stored.items(), key=lambda file: file[0].name == CURRENT)))
    return tuple(found)


def _recognised(path: Path, sheet: str | None) -> Table:
    """Return the table of a file."""
    return recognise(path, read_sheets(path), sheet if path.suffix.lower() == WORKBOOK else None)


def _county(written: str) -> str:
    """Return the county that the user names by its code."""
    code = written.zfill(FIPS_DIGITS) if len(written) == FIPS_DIGITS - 1 else written
    try:
        return read_county(code).fips
    except InputError as error:
        message = f"--county {written!r:.60} is no county's code"
        raise InputError(message, allowed="a code such as 06075", nearest=error.nearest) from None

"""The whole way of some files: read, recognised, checked, and only then written.

Files of one kind are one table, such as a state's bookings in a file a county. Every file is checked before the first
byte is written, so that a mistake in the last leaves nothing of the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from enforcement_sim.own_data.activation import check_activation
from enforcement_sim.own_data.bookings import check_bookings
from enforcement_sim.own_data.checked import Checked
from enforcement_sim.own_data.columns import Table, recognise
from enforcement_sim.own_data.keep import keep
from enforcement_sim.own_data.noncitizens import check_noncitizens
from enforcement_sim.own_data.places import counties_of
from enforcement_sim.own_data.table import read_sheets
from enforcement_sim.world.imported import KINDS

__all__ = ["Imported", "bring_in"]

CHECKS = {"activation": check_activation, "noncitizens": check_noncitizens, "bookings": check_bookings}


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


def bring_in(
    files: Sequence[Path], *, accept_sums: bool = False, accept_unknown: bool = False, write: bool = True
) -> tuple[Imported, ...]:
    """Check files and keep what they hold in the user's folder.

    Parameters
    ----------
    files
        CSV files or workbooks, in any order and of any of the three kinds.
    accept_sums
        Take tables whose sum is far from the package's.
    accept_unknown
        Leave rows aside whose county is unknown.
    write
        False to check only.

    Returns
    -------
    tuple of Imported
        One for each kind.

    Raises
    ------
    InputError
        For the first thing that is wrong in any of them; nothing is written then.
    """
    tables = [recognise(path, read_sheets(Path(path))) for path in files]
    by_kind: dict[str, tuple[Table, ...]] = {
        kind: tuple(table for table in tables if table.kind == kind) for kind in KINDS
    }
    checked = {
        kind: CHECKS[kind](counties_of(found, accept_unknown), accept_sums) for kind, found in by_kind.items() if found
    }
    accepted = [word for word, given in (("sums", accept_sums), ("unknown", accept_unknown)) if given]
    return tuple(
        Imported(
            one,
            tuple(table.sheet.path.name for table in by_kind[kind]),
            keep(one, [table.sheet for table in by_kind[kind]], accepted) if write else None,
        )
        for kind, one in checked.items()
    )

"""``--format``: the table of a command as CSV, JSON or Parquet on standard output, for other programs.

The numbers are unformatted and stand with their labels and units. Nothing else goes to standard output then; progress and
notes go to standard error as always. Parquet is binary, so it is refused on a terminal, before anything is computed.
"""

from __future__ import annotations

import sys
from enum import StrEnum
from math import isfinite
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    import pandas as pd


class Format(StrEnum):
    """How a command prints its table."""

    TEXT = "text"
    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"


def _checked(wanted: Format) -> Format:
    from enforcement_sim.errors import InputError

    if wanted is Format.PARQUET and sys.stdout.isatty():
        raise InputError("Parquet is binary; add > FILE.parquet, or a pipe", key="--format")
    return wanted


def _without_tables(wanted: Format) -> Format:
    from enforcement_sim.errors import InputError

    if wanted in (Format.CSV, Format.PARQUET):
        raise InputError(f"prints no table that could be {wanted}", key="--format", allowed="text or json")
    return wanted


TextOrJson = Annotated[Format, typer.Option("--format", help="Print JSON: json.", callback=_without_tables)]
AsFormat = Annotated[
    Format, typer.Option("--format", help="Print the table as data: csv, json or parquet.", callback=_checked)
]


def print_data(frame: pd.DataFrame, wanted: Format) -> None:
    """Print a table as data.

    Parameters
    ----------
    frame : DataFrame
        Unformatted numbers; its index is left out.
    wanted : Format
        Any but ``Format.TEXT``.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"measure": ["removed", "share"], "difference": [1.5, float("nan")]})
    >>> print_data(frame, Format.CSV)
    measure,difference
    removed,1.5
    share,
    >>> print_data(frame.head(1), Format.JSON)
    [
     {
      "measure": "removed",
      "difference": 1.5
     }
    ]
    """
    from enforcement_sim.terminal.printing import print_csv, print_json
    from enforcement_sim.terminal.streams import print_bytes

    if wanted is Format.CSV:
        print_csv(frame)
    elif wanted is Format.JSON:
        known = frame.astype(object).where(frame.notna(), None)
        print_json([{str(name): _as_json(value) for name, value in row.items()} for row in known.to_dict("records")])
    else:
        print_bytes(frame.to_parquet(index=False))


def _as_json(value: Any) -> Any:
    """Return a value as JSON knows it: plain numbers for those of NumPy, and nothing for one that is not finite."""
    plain = value.item() if hasattr(value, "item") else value
    if hasattr(plain, "isoformat"):
        return str(plain)[:10] if str(plain) != "NaT" else None
    return None if isinstance(plain, float) and not isfinite(plain) else plain

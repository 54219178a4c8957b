"""``--format``: the table of a command as CSV, JSON or Parquet on standard output, for other programs.

The numbers are unformatted and stand with their labels and units. Nothing else goes to standard output then; progress and
notes go to standard error as always. Parquet is binary, so it is refused on a terminal, before anything is computed.
"""

from __future__ import annotations

import sys
from enum import StrEnum
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
        print_json([{str(name): _as_json(value) for name, value in row.items()} for row in frame.to_dict("records")])
    else:
        print_bytes(frame.to_parquet(index=False))


def with_labels(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table with the label and the unit of each measure behind its name.

    Examples
    --------
    >>> import pandas as pd
    >>> with_labels(pd.DataFrame({"measure": ["net_cost.county"], "difference": [2.0]})).iloc[0].tolist()
    ['net_cost.county', 'Net cost to counties', 'dollars', 2.0]
    """
    from enforcement_sim.labels import measure

    known = [measure(name) for name in frame["measure"]]
    at = frame.columns.get_loc("measure")
    labelled = frame.copy()
    labelled.insert(at + 1, "label", [label for label, _ in known])
    labelled.insert(at + 2, "unit", [unit for _, unit in known])
    return labelled


def _as_json(value: Any) -> Any:
    """Return a value as JSON knows it: nothing for a number that is none, plain numbers for those of NumPy."""
    plain = value.item() if hasattr(value, "item") else value
    if hasattr(plain, "isoformat"):
        return str(plain)[:10] if str(plain) != "NaT" else None
    return None if isinstance(plain, float) and plain != plain else plain

"""``--format``: the table of a command as CSV, JSON, Parquet or Markdown on standard output, for other programs and papers.

The numbers are unformatted and stand with their labels and units. Nothing else goes to standard output then; progress and
notes go to standard error as always. Parquet is binary, so it is refused on a terminal, before anything is computed.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from math import isfinite
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    import pandas as pd

    from enforcement_sim.tables.table import Table


class Format(StrEnum):
    """How a command prints its table."""

    TEXT = "text"
    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"
    MARKDOWN = "markdown"


DIGITS = 4
"""Significant digits of a number in Markdown, which is for reading."""


def _checked(wanted: Format) -> Format:
    from enforcement_sim.errors import InputError

    if wanted is Format.PARQUET and sys.stdout.isatty():
        raise InputError("Parquet is binary; add > FILE.parquet, or a pipe", key="--format")
    return wanted


def _without_tables(wanted: Format) -> Format:
    from enforcement_sim.errors import InputError

    if wanted in (Format.CSV, Format.PARQUET, Format.MARKDOWN):
        raise InputError(f"prints no table that could be {wanted}", key="--format", allowed="text or json")
    return wanted


TextOrJson = Annotated[Format, typer.Option("--format", help="Print JSON: json.", callback=_without_tables)]
AsFormat = Annotated[
    Format,
    typer.Option(
        "--format", help="Print the table as csv, json or parquet; or for a paper: markdown.", callback=_checked
    ),
]


def print_data(frame: pd.DataFrame, wanted: Format) -> None:
    """Print a table as data: unformatted numbers, without its index.

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
    >>> print_data(frame, Format.MARKDOWN)
    | measure | difference |
    | --- | --- |
    | removed | 1.5 |
    | share |  |
    """
    from enforcement_sim.terminal.printing import print_csv, print_json
    from enforcement_sim.terminal.streams import print_bytes

    if wanted is Format.CSV:
        print_csv(frame)
    elif wanted is Format.JSON:
        known = frame.astype(object).where(frame.notna(), None)
        print_json([{str(name): _as_json(value) for name, value in row.items()} for row in known.to_dict("records")])
    elif wanted is Format.MARKDOWN:
        rows = [[_as_words(value) for value in row] for row in frame.itertuples(index=False)]
        print_markdown([str(name) for name in frame.columns], rows)
    else:
        print_bytes(frame.to_parquet(index=False))


def print_rows(rows: Sequence[Mapping[str, Any]], wanted: Format) -> None:
    """Print records as :func:`print_data` prints a table; the keys of a record are its columns."""
    import pandas as pd

    print_data(pd.DataFrame(rows), wanted)


def print_tables(tables: Iterable[Table]) -> None:
    """Print formatted tables as Markdown, each with its title and its caption.

    Examples
    --------
    >>> from enforcement_sim.tables.table import Table
    >>> print_tables([Table(("Who", "People"), (("all", "12"),), "Counts", "Simulated.")])
    **Counts**
    <BLANKLINE>
    | Who | People |
    | --- | --- |
    | all | 12 |
    <BLANKLINE>
    Simulated.
    """
    from enforcement_sim.terminal.printing import print_text

    for place, table in enumerate(tables):
        print_text("\n" * bool(place) + f"**{table.title}**\n")
        print_markdown(table.headings, table.rows)
        print_text(f"\n{table.caption}")


def print_markdown(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print headings and rows of text as a table in Markdown."""
    from enforcement_sim.terminal.printing import print_text

    for line in (headings, ["---"] * len(headings), *rows):
        print_text(f"| {' | '.join(cell.replace('|', '\\|') for cell in line)} |")


def _as_words(value: Any) -> str:
    """Return a value as text for reading; nothing for one that is not there."""
    known = _as_json(value)
    if known is None:
        return ""
    return f"{known:.{DIGITS}g}" if isinstance(known, float) else " ".join(str(known).split())


def _as_json(value: Any) -> Any:
    """Return a value as JSON knows it: plain numbers for those of NumPy, and nothing for one that is not finite."""
    plain = value.item() if hasattr(value, "item") else value
    if hasattr(plain, "isoformat"):
        return str(plain)[:10] if str(plain) != "NaT" else None
    return None if isinstance(plain, float) and not isfinite(plain) else plain

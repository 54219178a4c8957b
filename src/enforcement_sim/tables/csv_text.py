"""Tables as CSV for people: text stays text, also in a spreadsheet.

A spreadsheet takes a cell that begins with ``=``, ``+``, ``-`` or ``@`` for a formula, and so runs what somebody wrote into
a title or a name. Such text gets an apostrophe in front, which spreadsheets read as "this is text". Numbers are left as
they are, negative ones too. Every table that is exported is written here.
"""

from __future__ import annotations

import re
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

FORMULA = re.compile(r"\s*[=+\-@]|[\t\r\n]")
"""How text begins that a spreadsheet may take for a formula; it skips blanks in front."""
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?|[+-]?inf")


def harmless(text: str) -> str:
    """Return text so that no spreadsheet takes it for a formula.

    Examples
    --------
    >>> harmless("=HYPERLINK(1)"), harmless("@name"), harmless("-4.5"), harmless("a-b")
    ("'=HYPERLINK(1)", "'@name", '-4.5', 'a-b')
    """
    text = text.replace("\r", " ")  # one alone would end the row
    return f"'{text}" if FORMULA.match(text) and not NUMBER.fullmatch(text) else text


def csv_text(frame: pd.DataFrame, **settings: Any) -> str:
    """Return a table as CSV without its index; ``settings`` are those of pandas.

    Examples
    --------
    >>> import pandas as pd
    >>> csv_text(pd.DataFrame({"title": ["=1+1"], "change": [-2.5]}))
    "title,change\\n'=1+1,-2.5\\n"
    """
    return str(harmless_frame(frame).to_csv(index=False, lineterminator="\n", **settings))


def write_csv(frame: pd.DataFrame, to: IO[str], **settings: Any) -> None:
    """Write a table, or some rows of one, to an open file; see :func:`csv_text`."""
    harmless_frame(frame).to_csv(to, index=False, lineterminator="\n", **settings)


def harmless_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table with harmless text in its cells and headings; the same one where all of it is."""
    import pandas as pd

    changed: dict[int, Any] = {}
    for place, kind in enumerate(frame.dtypes):
        column = frame.iloc[:, place]
        if isinstance(kind, pd.CategoricalDtype):
            values = list(kind.categories)
        elif pd.api.types.is_numeric_dtype(kind) or pd.api.types.is_datetime64_any_dtype(kind):
            continue
        else:
            values = list(column.dropna().unique())
        told = {value: harmless(value) for value in values if isinstance(value, str)}
        worse = {value: text for value, text in told.items() if text != value}
        if worse:
            changed[place] = column.astype(object).map(lambda value, worse=worse: worse.get(value, value))
    headings = [harmless(name) if isinstance(name, str) else name for name in frame.columns]
    if not changed and headings == list(frame.columns):
        return frame
    parts = [changed.get(place, frame.iloc[:, place]) for place in range(frame.shape[1])]
    guarded: pd.DataFrame = pd.concat(parts, axis="columns")
    guarded.columns = pd.Index(headings)
    return guarded

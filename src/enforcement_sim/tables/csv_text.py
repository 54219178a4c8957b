"""Tables as CSV in which spreadsheets do not run text as formulas.

Spreadsheets treat a cell that begins with ``=``, ``+``, ``-`` or ``@`` as a formula, so text in a title or a name could be
executed. Such text is prefixed with an apostrophe, which marks it as text. Numbers, including negative ones, are not
changed. All exported tables are written by this module.
"""

from __future__ import annotations

import re
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

FORMULA = re.compile(r"\s*[=+\-@]|[\t\r\n]")
"""Beginnings of text that a spreadsheet may treat as a formula; spreadsheets skip leading spaces."""
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?|[+-]?inf")


def harmless(text: str) -> str:
    """Return text that no spreadsheet treats as a formula.

    Examples
    --------
    >>> harmless("=HYPERLINK(1)"), harmless("@name"), harmless("-4.5"), harmless("a-b")
    ("'=HYPERLINK(1)", "'@name", '-4.5', 'a-b')
    """
    text = text.replace("\r", " ")  # a lone carriage return would end the row
    return f"'{text}" if FORMULA.match(text) and not NUMBER.fullmatch(text) else text


def csv_text(frame: pd.DataFrame, **settings: Any) -> str:
    """Return a table as CSV without its index; ``settings`` are passed to ``DataFrame.to_csv``.

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
    """Return a table with escaped text in its cells and headings; the same object if nothing needs escaping."""
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
        escaped = {value: harmless(value) for value in values if isinstance(value, str)}
        escaped = {value: text for value, text in escaped.items() if text != value}
        if escaped:
            changed[place] = column.astype(object).map(lambda value, escaped=escaped: escaped.get(value, value))
    headings = [harmless(name) if isinstance(name, str) else name for name in frame.columns]
    if not changed and headings == list(frame.columns):
        return frame
    parts = [changed.get(place, frame.iloc[:, place]) for place in range(frame.shape[1])]
    guarded: pd.DataFrame = pd.concat(parts, axis="columns")
    guarded.columns = pd.Index(headings)
    return guarded

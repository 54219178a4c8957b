"""A plain scenario as the text of a file that loads as the same scenario.

The text is the small part of YAML that every reader understands alike: one key a line, and values in JSON's
notation, so that a county code stays text and a title may contain anything.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

_SECTIONS = ("parameters", "changes", "sweep")
"""Written with a line for each entry; everything else fits on its own line."""


def dump(plain: Mapping[str, Any], ascii_only: bool = False) -> str:
    """Return a plain scenario, such as :meth:`Scenario.resolved` gives, as YAML text.

    Parameters
    ----------
    plain : mapping
    ascii_only : bool
        Write every other character as an escape, which reads back as the same text.

    Examples
    --------
    >>> print(dump({"schema": 1, "scope": {"states": ["CA"]}, "parameters": {"detainer.hold_hours": 72.0}}), end="")
    schema: 1
    scope: {"states": ["CA"]}
    parameters:
      detainer.hold_hours: 72.0
    """
    lines = []
    for key, value in plain.items():
        if key in _SECTIONS and value:
            lines.append(f"{key}:")
            lines += [f"  {name}: {_inline(entry, ascii_only)}" for name, entry in value.items()]
        else:
            lines.append(f"{key}: {_inline(value, ascii_only)}")
    return "\n".join(lines) + "\n"


def _inline(value: object, ascii_only: bool) -> str:
    """Return a value on one line; characters that YAML does not take as they are become its escapes."""
    text = json.dumps(value, ensure_ascii=False)
    return "".join(one if _stays(one, ascii_only) else f"\\U{ord(one):08x}" for one in text)


def _stays(one: str, ascii_only: bool) -> bool:
    return one.isprintable() and (one.isascii() or not ascii_only)

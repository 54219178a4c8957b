"""What the readers of the room's small files share: keys that must be there, texts, days, shares, and one kind of error.

Every error names file, line and key, what is allowed, and the nearest name. What the entries mean is said by the modules
that read them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from enforcement_sim.errors import InputError, nearest_names
from enforcement_sim.yaml_lines import Document, Step

__all__ = ["check_keys", "day", "mapping_of", "number", "one_of", "text", "wrong"]

At = tuple[Step, ...]
"""Where in a document something stands."""


def wrong(document: Document, at: At, message: str, **more: Any) -> InputError:
    """Return the error for something in a file, with its line and key."""
    key = ".".join(map(str, at))
    return InputError(message, file=document.path, line=document.line(at), key=key, **more)


def mapping_of(document: Document, at: At) -> dict[str, Any]:
    """Return a mapping of a file.

    Raises
    ------
    InputError
        If it is missing or not a mapping.
    """
    found: Any = document.data
    for step in at:
        found = found.get(step) if isinstance(found, dict) else None
    if not isinstance(found, dict):
        raise wrong(document, at, "missing, or not a mapping")
    return found


def check_keys(
    document: Document, at: At, entry: Mapping[str, Any], required: Iterable[str], optional: Iterable[str] = ()
) -> None:
    """Make sure that an entry has every required key and no unknown one.

    Raises
    ------
    InputError
        At the first key that is unknown, or else missing or empty.
    """
    needed = tuple(required)
    known = (*needed, *optional)
    for key in entry:
        if key not in known:
            raise wrong(document, (*at, key), "unknown key", allowed=known, nearest=nearest_names(key, known))
    for key in needed:
        if entry.get(key) in (None, "", []):
            raise wrong(document, at, f"has no {key}", allowed=f"{key}: ...")


def text(document: Document, at: At, written: Any) -> str:
    """Return a text that is not empty."""
    if not isinstance(written, str) or not written.strip():
        raise wrong(document, at, "not text")
    return written.strip()


def day(document: Document, at: At, written: Any) -> date:
    """Return a day."""
    if not isinstance(written, date):
        raise wrong(document, at, f"{written!r} is not a day", allowed="YYYY-MM-DD, such as 2010-06-30")
    return written


def number(document: Document, at: At, written: Any) -> float:
    """Return a finite number."""
    if isinstance(written, bool) or not isinstance(written, (int, float)) or not math.isfinite(written):
        raise wrong(document, at, f"{written!r} is not a number")
    return float(written)


def one_of(document: Document, at: At, written: Any, known: Iterable[str], what: str) -> str:
    """Return a name that must be among the known ones."""
    names = tuple(known)
    if written not in names:
        nearest = nearest_names(str(written), names)
        raise wrong(document, at, f"unknown {what} {written!r}", allowed=names, nearest=nearest)
    return str(written)

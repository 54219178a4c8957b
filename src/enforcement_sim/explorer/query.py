"""The words of an address's query, read strictly: what follows the question mark, as names and values.

Anybody can write an address. It is taken apart here and nowhere else: at a bounded length, with every percent sign and every
character accounted for, and with no name twice that has one meaning. What the values mean is asked in ``state``.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from urllib.parse import unquote_to_bytes

from enforcement_sim.errors import InputError, Problems, nearest_names, shown

__all__ = ["LONGEST_QUERY", "words_of"]

LONGEST_QUERY = 8_000
"""Characters of a query; the codes of all counties of Texas are a quarter of that."""
LONGEST_NAME = 40
"""A longer name is not repeated."""
_BROKEN_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")


def words_of(query: str, known: Collection[str], repeated: Collection[str]) -> list[tuple[str, str]]:
    """Return the names and values of a query, in order.

    Parameters
    ----------
    query : str
        With or without its question mark.
    known : collection of str
        The names that may stand in an address.
    repeated : collection of str
        Those of them that may stand there more than once.

    Raises
    ------
    InputError
        For everything that cannot be read: a percent sign that begins no character, bytes that are not UTF-8, characters
        that cannot be seen, a name that is unknown or stands there twice; at once if the query is too long.

    Examples
    --------
    >>> words_of("?place=CA%2CNV&set=a%3D1&set=b%3D2", ("place", "set"), ("set",))
    [('place', 'CA,NV'), ('set', 'a=1'), ('set', 'b=2')]
    """
    if len(query) > LONGEST_QUERY:
        raise InputError(f"an address with {len(query):,} characters", allowed=f"at most {LONGEST_QUERY:,}")
    problems = Problems()
    found: list[tuple[str, str]] = []
    for part in query.removeprefix("?").split("&"):
        if not part:
            continue
        with problems.gathering():
            written, _, value = part.partition("=")
            name = _plain(written, "address")
            if name not in known:
                near = nearest_names(name, known)
                raise InputError(
                    "unknown in an address",
                    key=name if len(name) <= LONGEST_NAME else None,
                    allowed=tuple(known),
                    nearest=near,
                )
            if name not in repeated and name in {one for one, _ in found}:
                raise InputError("stands in the address twice", key=name)
            found.append((name, _plain(value, name)))
        if problems.enough:
            break
    problems.raise_if_any()
    return found


def _plain(written: str, key: str) -> str:
    """Return text without its percent signs."""
    if _BROKEN_PERCENT.search(written):
        raise InputError(f"cannot read {shown(written)}", key=key, allowed="%25 for a percent sign, %20 for a space")
    try:
        text = unquote_to_bytes(written.replace("+", " ")).decode("utf-8")
    except UnicodeError:
        raise InputError(f"cannot read {shown(written)}", key=key, allowed="characters in UTF-8") from None
    if not text.isprintable():
        raise InputError(f"a character in {shown(text)} cannot be seen", key=key)
    return text

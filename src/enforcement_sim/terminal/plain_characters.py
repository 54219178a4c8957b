"""Plain characters in place of those that an encoding lacks: a hyphen for a dash, ``+/-`` for a plus-minus sign.

The meaning stays and nothing is refused. A letter with a mark loses the mark, a line of a frame becomes ``-``, ``|`` or
``+``, and a character without anything like it becomes a question mark. Writing anything may not enter.
"""

from __future__ import annotations

import codecs
import unicodedata

__all__ = ["is_unicode", "spelt"]

UNKNOWN = "?"
"""In place of a character that nothing plain is like."""

PLAIN = {
    "\N{EN DASH}": "-",
    "\N{EM DASH}": "--",
    "\N{HYPHEN}": "-",
    "\N{NON-BREAKING HYPHEN}": "-",
    "\N{MINUS SIGN}": "-",
    "\N{SOFT HYPHEN}": "",
    "\N{LEFT SINGLE QUOTATION MARK}": "'",
    "\N{RIGHT SINGLE QUOTATION MARK}": "'",
    "\N{LEFT DOUBLE QUOTATION MARK}": '"',
    "\N{RIGHT DOUBLE QUOTATION MARK}": '"',
    "\N{LEFT-POINTING DOUBLE ANGLE QUOTATION MARK}": '"',
    "\N{RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK}": '"',
    "\N{PLUS-MINUS SIGN}": "+/-",
    "\N{MULTIPLICATION SIGN}": "x",
    "\N{DIVISION SIGN}": "/",
    "\N{GREATER-THAN OR EQUAL TO}": ">=",
    "\N{LESS-THAN OR EQUAL TO}": "<=",
    "\N{NOT EQUAL TO}": "!=",
    "\N{ALMOST EQUAL TO}": "~",
    "\N{RIGHTWARDS ARROW}": "->",
    "\N{LEFTWARDS ARROW}": "<-",
    "\N{UPWARDS ARROW}": "^",
    "\N{DOWNWARDS ARROW}": "v",
    "\N{BULLET}": "*",
    "\N{MIDDLE DOT}": "*",
    "\N{SECTION SIGN}": "section ",
    "\N{PILCROW SIGN}": "paragraph ",
    "\N{DEGREE SIGN}": " degrees",
    "\N{POUND SIGN}": "GBP ",
    "\N{EURO SIGN}": "EUR ",
    "\N{CENT SIGN}": " cents",
    "\N{COPYRIGHT SIGN}": "(c)",
    "\N{REGISTERED SIGN}": "(R)",
    "\N{LATIN SMALL LETTER SHARP S}": "ss",
    "\N{LATIN SMALL LETTER AE}": "ae",
    "\N{LATIN CAPITAL LETTER AE}": "AE",
    "\N{LATIN SMALL LETTER O WITH STROKE}": "o",
    "\N{LATIN CAPITAL LETTER O WITH STROKE}": "O",
    "\N{LATIN SMALL LETTER L WITH STROKE}": "l",
    "\N{LATIN CAPITAL LETTER L WITH STROKE}": "L",
    "\N{LATIN SMALL LIGATURE OE}": "oe",
    "\N{LATIN CAPITAL LIGATURE OE}": "OE",
    "\N{CHECK MARK}": "yes",
    "\N{ZERO WIDTH SPACE}": "",
    "\N{ZERO WIDTH NO-BREAK SPACE}": "",
}


def is_unicode(encoding: str) -> bool:
    """Return whether an encoding has every character.

    Examples
    --------
    >>> is_unicode("UTF8"), is_unicode("utf-16-le"), is_unicode("cp1252")
    (True, True, False)
    """
    try:
        return codecs.lookup(encoding).name.startswith("utf")
    except LookupError:
        return False


def spelt(text: str, encoding: str) -> str:
    """Return a text in characters that an encoding has.

    Parameters
    ----------
    text : str
    encoding : str
        Its name; one that Python does not know is taken for ASCII.

    Examples
    --------
    >>> spelt("48 → 96 h: +1 ± 2, “Doña Ana” – ½", "ascii")
    '48 -> 96 h: +1 +/- 2, "Dona Ana" - 1/2'
    >>> spelt("48 → 96 h: 1 ± 2", "cp1252")
    '48 -> 96 h: 1 ± 2'
    """
    if text.isascii():
        return text
    try:
        codecs.lookup(encoding)
    except LookupError:
        encoding = "ascii"
    if _has(encoding, text):
        return text
    return "".join(one if one.isascii() or _has(encoding, one) else _plain(one) for one in text)


def _has(encoding: str, text: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeError:
        return False
    return True


def _plain(one: str) -> str:
    """Return ASCII for a character: from the table, as a part of a frame, or without its mark."""
    if one in PLAIN:
        return PLAIN[one]
    name = unicodedata.name(one, "")
    if name.startswith("BOX DRAWINGS"):
        along, across = "HORIZONTAL" in name, "VERTICAL" in name
        corner = along == across or " AND " in name
        return "+" if corner else "-" if along else "|"
    if "BLOCK" in name or "SHADE" in name:
        return "#"
    apart = unicodedata.normalize("NFKD", one).replace("\N{FRACTION SLASH}", "/")
    plain = "".join(part for part in apart if part.isascii())
    return plain or UNKNOWN

"""Standard output and error that never end a command: characters they lack are replaced, and a reader may go away.

A command may have computed for an hour when it prints. So both streams are wrapped once, when the program begins, and
everything that is printed passes through here: tables, sentences, progress, warnings, tracebacks.

- A terminal gets the characters it has, and plain ones for the others: a hyphen for a dash, ``+/-`` for a plus-minus sign.
- A file or pipe in an encoding other than Unicode gets ASCII alone, which reads the same in every encoding, so that what
  was redirected can be read back as UTF-8.
- When the reader has gone (``| head``), the rest is dropped, the work continues, and the exit code is the same.
- When the output cannot be written for another reason (a full disk), the work continues too, and an error is printed last.
"""

from __future__ import annotations

import codecs
import errno
import os
import sys
import unicodedata
from collections.abc import Iterable
from typing import Any, TextIO, cast

GONE = (errno.EPIPE, errno.EINVAL, errno.EIO, errno.ESHUTDOWN)
"""What a system reports where nobody reads any more: a pipe or a terminal that was closed."""

# ---- plain characters --------------------------------------------------------------------------------------------------

UNKNOWN = "?"
"""In place of a character that no plain character resembles."""
_PAIRS = (
    '–=-|—=--|‐=-|‑=-|−=-|‘=\'|’=\'|“="|”="|«="|»="|±=+/-|×=x|÷=/|≥=>=|≤=<=|≠=!=|≈=~|→=->|←=<-|↑=^|↓=v|•=*|·=*|'
    "§=section |¶=paragraph |°= degrees|£=GBP |€=EUR |¢= cents|©=(c)|®=(R)|✓=yes|"
    "ß=ss|æ=ae|Æ=AE|ø=o|Ø=O|ł=l|Ł=L|œ=oe|Œ=OE"
)
_PLAIN = dict(pair.split("=", 1) for pair in _PAIRS.split("|"))


def _plain(one: str) -> str:
    """Return ASCII for a character: from the table, as a part of a frame, or without its diacritical mark."""
    if one in _PLAIN:
        return _PLAIN[one]
    if unicodedata.category(one) == "Cf":  # soft hyphens and other characters without width
        return ""
    name = unicodedata.name(one, "")
    if name.startswith("BOX DRAWINGS"):
        along, across = "HORIZONTAL" in name, "VERTICAL" in name
        corner = along == across or " AND " in name
        return "+" if corner else "-" if along else "|"
    if "BLOCK" in name or "SHADE" in name:
        return "#"
    decomposed = unicodedata.normalize("NFKD", one).replace("\N{FRACTION SLASH}", "/")
    return "".join(part for part in decomposed if part.isascii()) or UNKNOWN


def _in_plain_characters(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeEncodeError)
    return "".join(map(_plain, error.object[error.start : error.end])), error.end


codecs.register_error("enforcement_sim.plain", _in_plain_characters)


def plain_text(text: str, encoding: str) -> str:
    """Return a text in characters that an encoding has.

    Parameters
    ----------
    text : str
    encoding : str
        Its name; one that Python does not know is taken for ASCII.

    Examples
    --------
    >>> plain_text("48 → 96 h: +1 ± 2, “Doña Ana” – ½", "ascii")
    '48 -> 96 h: +1 +/- 2, "Dona Ana" - 1/2'
    >>> plain_text("48 → 96 h: 1 ± 2", "cp1252")
    '48 -> 96 h: 1 ± 2'
    """
    if text.isascii():
        return text
    try:
        codecs.lookup(encoding)
    except LookupError:
        encoding = "ascii"
    return text.encode(encoding, "enforcement_sim.plain").decode(encoding)


def _is_unicode(encoding: str) -> bool:
    try:
        return codecs.lookup(encoding).name.startswith("utf")
    except LookupError:
        return False


# ---- streams -----------------------------------------------------------------------------------------------------------


class SafeStream:
    """A text stream over another that replaces characters which the other lacks, and ignores that nobody reads it.

    The bytes beneath are not offered: what is written to them would not be replaced.

    Parameters
    ----------
    stream : text stream
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.trouble: OSError | None = None
        """Why nothing is written any more; None while everything is."""
        self.encoding: str = getattr(stream, "encoding", None) or "utf-8"
        self.errors = getattr(stream, "errors", "strict")
        self._encoding = self.encoding if _is_unicode(self.encoding) or self.isatty() else "ascii"

    def plain(self, text: str) -> str:
        """Return a text as this stream writes it."""
        return plain_text(text, self._encoding)

    @property
    def is_unicode(self) -> bool:
        """Whether every character is written as it is."""
        return _is_unicode(self._encoding)

    def write(self, text: str) -> int:
        """Write a text, or drop it where nobody reads any more."""
        if not isinstance(text, str):
            raise TypeError(f"a text stream takes str, not {type(text).__name__}")
        if self.trouble is None:
            try:
                self._stream.write(self.plain(text))
            except (OSError, ValueError) as error:
                self._fall_silent(error)
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write texts one after another."""
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """Flush the stream beneath."""
        if self.trouble is None:
            try:
                self._stream.flush()
            except (OSError, ValueError) as error:
                self._fall_silent(error)

    def isatty(self) -> bool:
        """Whether a terminal shows this."""
        try:
            return self._stream.isatty()
        except ValueError:
            return False

    def __getattr__(self, name: str) -> Any:
        if name in ("buffer", "detach", "_stream"):
            raise AttributeError(name)
        return getattr(self._stream, name)

    def _fall_silent(self, error: OSError | ValueError) -> None:
        """Drop everything from here on, also what is still buffered, which would fail once more at the end."""
        if not isinstance(error, OSError) and not getattr(self._stream, "closed", False):
            raise error
        self.trouble = error if isinstance(error, OSError) else OSError(errno.EPIPE, "closed")
        try:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self._stream.fileno())
            os.close(nowhere)
        except (OSError, ValueError):
            pass  # a stream without a descriptor holds nothing back


def keep_writing() -> None:
    """Wrap standard output and standard error of this process; nothing happens where they are wrapped already."""
    _occupy_closed()
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # closed; nothing that is meant for it may land in the other
            stream = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8")
        if not isinstance(stream, SafeStream):
            setattr(sys, name, cast("TextIO", SafeStream(stream)))


def _occupy_closed() -> None:
    """Open what was closed before the program began (``>&-``), so that no results file gets the number of an output."""
    for descriptor in (0, 1, 2):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)


def as_printed(text: str) -> str:
    """Return a text as standard output will write it, so that its width is known before it is laid out."""
    stream: Any = sys.stdout
    return stream.plain(text) if isinstance(stream, SafeStream) else text


def prints_unicode() -> bool:
    """Return whether standard output writes every character as it is."""
    stream: Any = sys.stdout
    return stream.is_unicode if isinstance(stream, SafeStream) else True


def lost() -> str | None:
    """Return why standard output could not be written, or None; a reader who has gone is no reason."""
    stream: Any = sys.stdout
    if isinstance(stream, SafeStream):
        stream.flush()
        if stream.trouble is not None and stream.trouble.errno not in GONE:
            return stream.trouble.strerror or str(stream.trouble)
    return None

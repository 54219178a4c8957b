"""Standard output and error that never abort a command: characters are replaced if needed, and write errors are deferred.

A command may print only after an hour of computation. Both streams are therefore wrapped once at program start; all
output passes through this module: tables, text, progress, warnings, tracebacks.

- On a terminal, characters missing from its encoding are replaced: a hyphen for a dash, ``+/-`` for a plus-minus sign.
- A file or pipe with an encoding other than Unicode receives only ASCII, which is the same in every encoding, so the file
  can be read as UTF-8.
- If the reader closes the pipe (``| head``), further output is dropped. The work continues and the exit code is unchanged.
- If output fails for another reason (a full disk), the work continues too, and an error is printed at the end.
"""

from __future__ import annotations

import codecs
import errno
import os
import sys
import unicodedata
from collections.abc import Iterable
from typing import Any, TextIO, cast

READER_GONE = (errno.EPIPE, errno.EINVAL, errno.EIO, errno.ESHUTDOWN)
"""Error numbers reported after a pipe or a terminal was closed."""

# ---- plain characters --------------------------------------------------------------------------------------------------

UNKNOWN = "?"
"""Replacement for characters without a plain equivalent."""
_PAIRS = (
    '–=-|—=--|‐=-|‑=-|−=-|‘=\'|’=\'|“="|”="|«="|»="|±=+/-|×=x|÷=/|≥=>=|≤=<=|≠=!=|≈=~|→=->|←=<-|↑=^|↓=v|•=*|·=*|'
    "§=section |¶=paragraph |°= degrees|£=GBP |€=EUR |¢= cents|©=(c)|®=(R)|✓=yes|"
    "ß=ss|æ=ae|Æ=AE|ø=o|Ø=O|ł=l|Ł=L|œ=oe|Œ=OE"
)
_PLAIN = dict(pair.split("=", 1) for pair in _PAIRS.split("|"))


def _plain(one: str) -> str:
    """Return ASCII for a character: from the table, for box drawings, or without its diacritical mark."""
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
    """Return a text in the characters of an encoding.

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
    """A wrapper of a text stream that replaces missing characters and survives write errors.

    It has no ``buffer``, because bytes written there would bypass the replacement.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.failure: OSError | None = None
        """The error that stopped output; None while output works."""
        self.encoding: str = getattr(stream, "encoding", None) or "utf-8"
        self.errors = getattr(stream, "errors", "strict")
        self._encoding = self.encoding if _is_unicode(self.encoding) or self.isatty() else "ascii"

    def plain(self, text: str) -> str:
        """Return a text as this stream writes it."""
        return plain_text(text, self._encoding)

    @property
    def is_unicode(self) -> bool:
        """Whether the stream can write every character."""
        return _is_unicode(self._encoding)

    def write(self, text: str) -> int:
        """Write a text, or drop it after output has failed."""
        if not isinstance(text, str):
            raise TypeError(f"a text stream takes str, not {type(text).__name__}")
        if self.failure is None:
            try:
                self._stream.write(self.plain(text))
            except (OSError, ValueError) as error:
                self._stop_writing(error)
        return len(text)

    def write_bytes(self, content: bytes) -> None:
        """Write bytes that are no text, such as a Parquet file, behind the text written so far; none after a failure."""
        self.flush()
        if self.failure is None:
            try:
                self._stream.buffer.write(content)
                self._stream.buffer.flush()
            except (OSError, ValueError) as error:
                self._stop_writing(error)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write several texts."""
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """Flush the wrapped stream."""
        if self.failure is None:
            try:
                self._stream.flush()
            except (OSError, ValueError) as error:
                self._stop_writing(error)

    def isatty(self) -> bool:
        """Return whether the wrapped stream is a terminal."""
        try:
            return self._stream.isatty()
        except ValueError:
            return False

    def __getattr__(self, name: str) -> Any:
        if name in ("buffer", "detach", "_stream"):
            raise AttributeError(name)
        return getattr(self._stream, name)

    def _stop_writing(self, error: OSError | ValueError) -> None:
        """Drop all further output and the buffered output, which would otherwise raise again at exit."""
        if not isinstance(error, OSError) and not getattr(self._stream, "closed", False):
            raise error
        self.failure = error if isinstance(error, OSError) else OSError(errno.EPIPE, "closed")
        try:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self._stream.fileno())
            os.close(nowhere)
        except (OSError, ValueError):
            pass  # a stream without a descriptor has no buffered output


def install_safe_streams() -> None:
    """Wrap standard output and standard error of this process, unless they are wrapped already."""
    _open_closed_descriptors()
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # closed: output for it must not reach the other stream
            stream = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8")
        if not isinstance(stream, SafeStream):
            setattr(sys, name, cast("TextIO", SafeStream(stream)))


def _open_closed_descriptors() -> None:
    """Open descriptors closed by the caller (``>&-``), so that no results file is assigned their numbers."""
    for descriptor in (0, 1, 2):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)


def print_bytes(content: bytes) -> None:
    """Write bytes to standard output."""
    stream: Any = sys.stdout
    if isinstance(stream, SafeStream):
        stream.write_bytes(content)
    else:
        stream.buffer.write(content)


def as_printed(text: str) -> str:
    """Return a text as standard output will print it, to measure its width before layout."""
    stream: Any = sys.stdout
    return stream.plain(text) if isinstance(stream, SafeStream) else text


def prints_unicode() -> bool:
    """Return whether standard output can write every character."""
    stream: Any = sys.stdout
    return stream.is_unicode if isinstance(stream, SafeStream) else True


def output_error() -> str | None:
    """Return why standard output could not be written, or None; a closed pipe is not an error."""
    stream: Any = sys.stdout
    if isinstance(stream, SafeStream):
        stream.flush()
        if stream.failure is not None and stream.failure.errno not in READER_GONE:
            return stream.failure.strerror or str(stream.failure)
    return None

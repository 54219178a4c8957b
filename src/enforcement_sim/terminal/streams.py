"""Standard output and error that never end a command: characters they lack are replaced, and a reader may go away.

A command may have computed for an hour when it prints. So both streams are wrapped once, where the program begins, and
everything that writes to them passes here: tables, sentences, progress, warnings, tracebacks.

- A terminal gets the characters it has, and plain ones for the others.
- A file or pipe in an encoding other than Unicode gets ASCII alone, which reads the same in every encoding, so that what
  was redirected can be read back as UTF-8.
- When the reader has gone (``| head``), the rest is dropped, the work goes on, and the exit code is the same.
- When the output cannot be written for another reason (a full disk), the work goes on too, and the end says so.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterable
from typing import Any, TextIO, cast

from enforcement_sim.terminal.plain_characters import is_unicode, spelt

__all__ = ["Lasting", "as_printed", "keep_writing", "lost", "prints_unicode"]

GONE = (errno.EPIPE, errno.EINVAL, errno.EIO, errno.ESHUTDOWN)
"""What a system says where nobody reads any more: a pipe or a terminal that was closed."""


class Lasting:
    """A text stream over another that spells what the other lacks in plain characters, and survives its end.

    The bytes beneath are not offered: what writes to them would go round the spelling.

    Parameters
    ----------
    stream : text stream
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.trouble: OSError | None = None
        """Why nothing is written any more; None while all is well."""
        self.encoding: str = getattr(stream, "encoding", None) or "utf-8"
        self.errors = getattr(stream, "errors", "strict")
        self._spelling = self.encoding if is_unicode(self.encoding) or self.isatty() else "ascii"

    def spelt(self, text: str) -> str:
        """Return a text as this stream writes it."""
        return spelt(text, self._spelling)

    @property
    def is_unicode(self) -> bool:
        """Whether every character is written as it is."""
        return is_unicode(self._spelling)

    def write(self, text: str) -> int:
        """Write a text, or drop it where nobody reads any more."""
        if not isinstance(text, str):
            raise TypeError(f"a text stream takes str, not {type(text).__name__}")
        if self.trouble is None:
            try:
                self._stream.write(self.spelt(text))
            except (OSError, ValueError) as error:
                self._fall_silent(error)
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write texts one after another."""
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """Hand over what was written so far."""
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
        """Drop everything from here on; what is still held back goes nowhere too, or it would fail once more at the end."""
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
        if not isinstance(stream, Lasting):
            setattr(sys, name, cast("TextIO", Lasting(stream)))


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
    return stream.spelt(text) if isinstance(stream, Lasting) else text


def prints_unicode() -> bool:
    """Return whether standard output writes every character as it is."""
    stream: Any = sys.stdout
    return stream.is_unicode if isinstance(stream, Lasting) else True


def lost() -> str | None:
    """Return why standard output could not be written, or None; a reader who has gone is no reason."""
    stream: Any = sys.stdout
    if isinstance(stream, Lasting):
        stream.flush()
        if stream.trouble is not None and stream.trouble.errno not in GONE:
            return stream.trouble.strerror or str(stream.trouble)
    return None

"""Read a YAML file and remember on which line everything stands.

The parameter register, the rulebook and every scenario are YAML written by people, and each promises errors that
name file, line and key. This module is the one reader they share. It accepts the plain part of YAML 1.2: mappings,
lists, text, numbers, ``true``/``false``, ``null`` and dates. It refuses what makes two readers disagree about one
file: a key written twice, anchors and aliases, tags, several documents in one file. Keys are always text, exactly
as written.

It works on the parser's stream of events, which is faster than building YAML's own node tree first, and keeps for
every value the line it was written on. It knows nothing about what the files mean, and imports only ``errors``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from os import PathLike
from pathlib import Path
from typing import Any

from enforcement_sim.errors import InputError

Step = str | int
"""One step into a document: a mapping's key, or an index into a list."""

DEEPEST = 40
"""Nesting beyond this depth is refused: no file of ours goes past 6, and endless nesting must not end in a crash."""

LONGEST_NUMBER = 40
"""Longer numbers are refused: none of ours comes near, and Python itself gives up on very long ones."""

_DIGITS = r"[0-9]+(?:_[0-9]+)*"
_INTEGER = re.compile(rf"[-+]?{_DIGITS}\Z")
_DECIMAL = re.compile(rf"[-+]?(?:{_DIGITS}(?:\.(?:{_DIGITS})?)?|\.{_DIGITS})(?:[eE][-+]?[0-9]+)?\Z")
_DATE = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})\Z")
_WORDS: dict[str, Any] = {
    "": None,
    "~": None,
    "null": None,
    "Null": None,
    "NULL": None,
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
    ".inf": float("inf"),
    "+.inf": float("inf"),
    "-.inf": float("-inf"),
    ".nan": float("nan"),
}


@dataclass(frozen=True)
class Document:
    r"""A YAML file as plain Python values, with the line of every key.

    Attributes
    ----------
    path : Path
        The file, as it was named.
    data : dict
        Its content: dictionaries with text keys, lists, text, numbers, booleans, ``None`` and ``datetime.date``.

    Examples
    --------
    >>> document = read_yaml("plan.yaml", text="title: A plan\nsweep:\n  thin: [1, 2]\n")
    >>> document.data["sweep"]["thin"], document.line(("sweep", "thin"))
    ([1, 2], 3)
    """

    path: Path
    data: dict[str, Any]
    lines: dict[tuple[Step, ...], int] = field(repr=False)

    def line(self, path: tuple[Step, ...]) -> int:
        """Return the line, counted from 1, of a key or list item; of the nearest thing around it if it is absent."""
        for length in range(len(path), 0, -1):
            found = self.lines.get(path[:length])
            if found is not None:
                return found
        return 1


def read_yaml(path: str | PathLike[str], text: str | None = None) -> Document:
    """Read one YAML mapping from a file, or from ``text`` that stands for the file's content.

    Parameters
    ----------
    path : str or path
        The file; with ``text`` given, only the name used in errors.
    text : str, optional
        The content, when it is already in memory.

    Raises
    ------
    InputError
        If the file is missing, not a text file, empty, broken YAML, not a mapping, or has a key twice, an
        impossible date, an anchor, an alias, a tag or a second document. One error, with the line.
    """
    file = Path(path)
    content = _read_text(file) if text is None else text
    if not content.strip():
        raise InputError("the file is empty", file=file)
    return _Builder(file).build(content)


def _read_text(file: Path) -> str:
    """Return the file's text, or say plainly why it has none."""
    try:
        raw = file.read_bytes()
    except FileNotFoundError:
        raise InputError("no such file", file=file) from None
    except IsADirectoryError:
        raise InputError("this is a folder, not a file", file=file) from None
    except OSError as error:
        raise InputError(f"cannot be read ({error.strerror or error})", file=file) from None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError("not a text file in UTF-8", file=file) from None
    if "\0" in text:
        raise InputError("a binary file, not YAML", file=file)
    return text


class _Builder:
    """Turns the parser's events into values and lines; one is made for each file."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.lines: dict[tuple[Step, ...], int] = {}

    def build(self, content: str) -> Document:
        # Imported here so that `--help` does not pay for a YAML parser.
        from ruamel.yaml import YAML
        from ruamel.yaml.error import MarkedYAMLError, YAMLError

        events = iter(YAML(typ="safe", pure=True).parse(content))
        try:
            data = self._documents(events)
        except MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            reason = ", ".join(part for part in (error.context, error.problem) if part)
            raise InputError(f"broken YAML: {reason}", self.file, mark.line + 1 if mark else None) from None
        except YAMLError as error:
            first_line = (str(error).splitlines() or ["unreadable"])[0]
            raise InputError(f"broken YAML: {first_line}", self.file) from None
        return Document(self.file, data, self.lines)

    def _documents(self, events: Iterator[Any]) -> dict[str, Any]:
        """Return the file's only document, having read to the end so that every mistake is seen."""
        data: Any = None
        documents = 0
        for event in events:
            kind = type(event).__name__
            if kind == "DocumentStartEvent":
                documents += 1
                if documents > 1:
                    raise self._error("a second document begins here; one file holds one", event)
                first = next(events)
                data = self._value(first, events, ())
                if not isinstance(data, dict):
                    if data is None:
                        raise InputError("the file is empty", self.file)
                    raise self._error("expected a mapping of 'key: value' lines", first)
        if documents == 0:
            raise InputError("the file is empty", self.file)
        assert isinstance(data, dict)
        return data

    def _value(self, event: Any, events: Iterator[Any], path: tuple[Step, ...]) -> Any:
        """Return the value that begins with this event."""
        kind = type(event).__name__
        if kind == "AliasEvent":
            raise self._error("aliases (*name) are not used here; write the value itself", event, path)
        if event.anchor is not None:
            raise self._error("anchors (&name) are not used here", event, path)
        if event.tag is not None:
            raise self._error(f"tags ({event.tag}) are not used here", event, path)
        if kind == "ScalarEvent":
            # Only an unquoted scalar can be anything but text.
            return self._plain(event, path) if event.implicit[0] else event.value
        if len(path) >= DEEPEST:
            raise self._error(f"nested more than {DEEPEST} levels deep", event)
        return self._mapping(events, path) if kind == "MappingStartEvent" else self._list(events, path)

    def _mapping(self, events: Iterator[Any], path: tuple[Step, ...]) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        for event in events:
            kind = type(event).__name__
            if kind == "MappingEndEvent":
                break
            if kind != "ScalarEvent":
                raise self._error("a key must be plain text", event, path)
            key: str = event.value
            here = (*path, key)
            if key in mapping:
                raise self._error(f"key written twice (first on line {self.lines[here]})", event, here)
            if key == "<<":
                raise self._error("merge keys (<<) are not used here", event, path)
            self.lines[here] = event.start_mark.line + 1
            mapping[key] = self._value(next(events), events, here)
        return mapping

    def _list(self, events: Iterator[Any], path: tuple[Step, ...]) -> list[Any]:
        items: list[Any] = []
        for event in events:
            if type(event).__name__ == "SequenceEndEvent":
                break
            here = (*path, len(items))
            self.lines[here] = event.start_mark.line + 1
            items.append(self._value(event, events, here))
        return items

    def _plain(self, event: Any, path: tuple[Step, ...]) -> Any:
        """Return what an unquoted scalar means: nothing, a truth value, a number, a date, or text."""
        text: str = event.value
        if text in _WORDS:
            return _WORDS[text]
        if text[0] not in "+-.0123456789":
            return text
        if len(text) > LONGEST_NUMBER and (_INTEGER.match(text) or _DECIMAL.match(text)):
            raise self._error(f"a number of more than {LONGEST_NUMBER} digits", event, path)
        if _INTEGER.match(text):
            return int(text)
        if _DECIMAL.match(text):
            return float(text)
        written = _DATE.match(text)
        if written:
            try:
                return date(*(int(part) for part in written.groups()))
            except ValueError:
                raise self._error(f"{text} is not a day of the calendar", event, path) from None
        return text

    def _error(self, message: str, event: Any, path: tuple[Step, ...] = ()) -> InputError:
        return InputError(message, self.file, event.start_mark.line + 1, ".".join(map(str, path)) or None)

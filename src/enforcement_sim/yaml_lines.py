"""Read a YAML file and remember on which line everything stands.

The parameter register, the rulebook and every scenario are YAML written by people, and each promises errors that
name file, line and key. This module is the one reader they share, and a single value on the command line or in an
address is read by it too (:func:`read_value`). It accepts the plain part of YAML 1.2: mappings, lists, text, numbers,
``true``/``false``, ``null`` and dates. It refuses what makes two readers disagree about one file: a key written twice,
anchors and aliases, tags, numbers that begin with a zero, several documents in one file. Keys are always text, exactly
as written.

It works on the parser's stream of events, which is faster than building YAML's own node tree first, keeps for every
value the line it was written on, and stops at the first event that is refused: text made to be expensive costs no more
than its first lines. It knows nothing about what the files mean, and imports only ``errors``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from math import isfinite
from os import PathLike
from pathlib import Path
from typing import Any

from enforcement_sim.errors import InputError, Problems

Step = str | int
"""One step into a document: a mapping's key, or an index into a list."""

DEEPEST = 40
"""Nesting beyond this depth is refused: no file of ours goes past 6, and endless nesting must not end in a crash."""

LONGEST_NUMBER = 40
"""Longer numbers are refused: none of ours comes near, and Python itself gives up on very long ones."""

LONGEST_FILE = 2_000_000
"""Files of more characters are refused: a design of 10,000 rows has half as many."""

UTF8_BYTES = 4
"""The most bytes of one character."""

LONGEST_VALUE = 10_000
"""Single values of more characters are refused; what is longer belongs into a file."""

LONGEST_REASON = 160
"""Characters of the parser's own words that an error repeats."""

_TOO_DEEP = re.compile(rf"(?:[\[{{][^\[\]{{}}'\"#]*){{{DEEPEST + 1}}}")
"""So many brackets opened and none closed: the parser would look ahead through all of them before it told the first."""

_DIGITS = r"[0-9]+(?:_[0-9]+)*"
_INTEGER = re.compile(rf"[-+]?{_DIGITS}\Z")
_DECIMAL = re.compile(rf"[-+]?(?:{_DIGITS}(?:\.(?:{_DIGITS})?)?|\.{_DIGITS})(?:[eE][-+]?[0-9]+)?\Z")
_DATE = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})\Z")
_WORDS: dict[str, Any] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_NO_NUMBERS = re.compile(r"(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))\Z")
_ZERO_FIRST = re.compile(r"[-+]?0[0-9_]")


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
    >>> document.data["sweep"]["thin"], document.line("sweep.thin")
    ([1, 2], 3)
    """

    path: Path
    data: dict[str, Any]
    lines: dict[tuple[Step, ...], int] = field(repr=False)

    def line(self, key: str) -> int:
        """Return the line, counted from 1, of a dotted key; of the nearest thing around it if it is absent."""
        return self.lines.get(self.steps(key), 1)

    def steps(self, key: str) -> tuple[Step, ...]:
        """Return the steps of a dotted key, as far as it stands in the file; names may have dots of their own."""
        found: list[Step] = []
        value: Any = self.data
        while key:
            first = key.partition(".")[0]
            step: Step | None = None
            if isinstance(value, dict):
                step = max((name for name in value if f"{key}.".startswith(f"{name}.")), key=len, default=None)
            elif isinstance(value, list) and first.isdecimal() and int(first) < len(value):
                step = int(first)
            if step is None:
                break
            found.append(step)
            value, key = value[step], key[len(str(step)) + 1 :]  # type: ignore[index]
        return tuple(found)

    def placed(self, error: InputError) -> InputError:
        """Return an error at this file, and at the line of its key."""
        return error.at(error.key, self.path, self.line(error.key or ""))


def read_yaml(path: str | PathLike[str], text: str | None = None, problems: Problems | None = None) -> Document:
    """Read one YAML mapping from a file, or from ``text`` that stands for the file's content.

    Parameters
    ----------
    path : str or path
        The file; with ``text`` given, only the name used in errors.
    text : str, optional
        The content, when it is already in memory.
    problems : Problems, optional
        Gathers single values that cannot be read, such as an impossible date, so that the rest can be checked too;
        in their place stands ``None``.

    Raises
    ------
    InputError
        If the file is missing, not a text file, empty, too long, broken YAML, not a mapping, or has a key twice, an
        anchor, an alias, a tag or a second document, with the line of the first; without ``problems`` also for values
        that cannot be read.
    """
    file = Path(path)
    content = _read_text(file) if text is None else text
    if len(content) > LONGEST_FILE:
        raise InputError(f"{len(content):,} characters", file=file, allowed=f"at most {LONGEST_FILE:,}")
    if not content.strip():
        raise InputError("the file is empty", file=file)
    unreadable = Problems() if problems is None else problems
    document = _Builder(file, unreadable).build(content)
    if problems is None:
        unreadable.raise_if_any()
    return document


def read_value(text: str, key: str | None = None) -> Any:
    """Read one value as a file would have it, for the command line and for addresses.

    Parameters
    ----------
    text : str
        The value, in the YAML of files; empty text is nothing.
    key : str, optional
        Where it was written, for errors.

    Raises
    ------
    InputError
        For everything that a file refuses, and for very long text.

    Examples
    --------
    >>> read_value("72"), read_value("{states: [CA]}"), read_value("2011-01-01"), read_value("0x30")
    (72, {'states': ['CA']}, datetime.date(2011, 1, 1), '0x30')
    """
    if len(text) > LONGEST_VALUE:
        raise InputError(f"{len(text):,} characters", key=key, allowed=f"at most {LONGEST_VALUE:,}")
    if not text.strip():
        return None
    unreadable = Problems()
    value = _Builder(None, unreadable, key).value(text)
    unreadable.raise_if_any()
    return value


def _read_text(file: Path) -> str:
    """Return the file's text, or say plainly why it has none."""
    try:
        if file.stat().st_size > UTF8_BYTES * LONGEST_FILE:
            raise InputError("the file is too long", file=file, allowed=f"at most {LONGEST_FILE:,} characters")
        raw = file.read_bytes()
    except FileNotFoundError:
        raise InputError("no such file", file=file) from None
    except IsADirectoryError:
        raise InputError("this is a folder, not a file", file=file) from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        raise InputError(f"cannot be read ({reason or error})", file=file) from None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError("not a text file in UTF-8", file=file) from None
    if "\0" in text:
        raise InputError("a binary file, not YAML", file=file)
    return text


class _Builder:
    """Turns the parser's events into values and lines; one is made for each text."""

    def __init__(self, file: Path | None, unreadable: Problems, key: str | None = None) -> None:
        self.file = file
        self.unreadable = unreadable
        self.key = key
        self.lines: dict[tuple[Step, ...], int] = {}

    def build(self, content: str) -> Document:
        """Return a file's content, which is a mapping."""
        data, first = self._parsed(content)
        if data is None:
            raise InputError("the file is empty", self.file)
        if not isinstance(data, dict):
            raise self._error("expected a mapping of 'key: value' lines", first)
        assert self.file is not None
        return Document(self.file, data, self.lines)

    def value(self, content: str) -> Any:
        """Return a single value, of whatever kind."""
        return self._parsed(content)[0]

    def _parsed(self, content: str) -> tuple[Any, Any]:
        """Return what a text holds, and the event with which that begins."""
        too_deep = _TOO_DEEP.search(content)
        if too_deep:
            line = content.count("\n", 0, too_deep.start()) + 1 if self.file else None
            raise InputError(f"nested more than {DEEPEST} levels deep", self.file, line, self.key)
        # Imported here so that `--help` does not pay for a YAML parser.
        import yaml

        try:
            events = iter(yaml.parse(content, Loader=yaml.CSafeLoader))
            return self._document(events)
        except InputError:
            raise
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
            parts = [getattr(error, part, None) for part in ("context", "problem")]
            reason = ", ".join(filter(None, parts)) or next(iter(str(error).splitlines()), "unreadable")
            line = mark.line + 1 if mark and self.file else None
            raise InputError(f"broken YAML: {_cut(reason)}", self.file, line, self.key) from None
        except (ValueError, LookupError, RecursionError, AssertionError, TypeError, AttributeError):
            # The parser's own mistakes about text that is no YAML, such as a version that is no number.
            raise InputError("broken YAML: it cannot be parsed", self.file, None, self.key) from None

    def _document(self, events: Iterator[Any]) -> tuple[Any, Any]:
        """Return the only document and its first event, having read to the end so that every mistake is seen."""
        data: Any = None
        first: Any = None
        for event in events:
            if type(event).__name__ == "DocumentStartEvent":
                if first is not None:
                    raise self._error("a second document begins here; one file holds one", event)
                first = next(events)
                data = self._value(first, events, ())
        return data, first

    def _value(self, event: Any, events: Iterator[Any], path: tuple[Step, ...]) -> Any:
        """Return the value that begins with this event."""
        kind = type(event).__name__
        self._only_plain(kind, event, path)
        if kind == "ScalarEvent":
            # Only an unquoted scalar can be anything but text.
            return self._plain(event, path) if event.implicit[0] else event.value
        if len(path) >= DEEPEST:
            raise self._error(f"nested more than {DEEPEST} levels deep", event)
        return self._mapping(events, path) if kind == "MappingStartEvent" else self._list(events, path)

    def _only_plain(self, kind: str, event: Any, path: tuple[Step, ...]) -> None:
        """Raise for what lets one part of a file stand for another, or gives it another type."""
        if kind == "AliasEvent":
            raise self._error("aliases (*name) are not used here; write the value itself", event, path)
        if event.anchor is not None:
            raise self._error("anchors (&name) are not used here", event, path)
        if event.tag is not None:
            raise self._error(f"tags ({_cut(str(event.tag))}) are not used here", event, path)

    def _mapping(self, events: Iterator[Any], path: tuple[Step, ...]) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        for event in events:
            kind = type(event).__name__
            if kind == "MappingEndEvent":
                break
            if kind != "ScalarEvent":
                raise self._error("a key must be plain text", event, path)
            self._only_plain(kind, event, path)
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
        if _NO_NUMBERS.match(text):
            return self._unreadable(f"{text} is not a number that can be used", event, path)
        if _INTEGER.match(text) or _DECIMAL.match(text):
            return self._number(text, event, path)
        written = _DATE.match(text)
        if written:
            try:
                return date(*(int(part) for part in written.groups()))
            except ValueError:
                return self._unreadable(f"{text} is not a day of the calendar", event, path)
        return text

    def _number(self, text: str, event: Any, path: tuple[Step, ...]) -> Any:
        """Return a number; one that begins with a zero is an octal number to some readers, and a code to people."""
        if len(text) > LONGEST_NUMBER:
            return self._unreadable(f"a number of more than {LONGEST_NUMBER} digits", event, path)
        if _ZERO_FIRST.match(text):
            return self._unreadable(
                f'{text} begins with a zero; write a code in quotes: "{text}", and a number without the zero',
                event,
                path,
            )
        if _INTEGER.match(text):
            return int(text)
        number = float(text)
        if not isfinite(number):
            return self._unreadable(f"{text} is too large", event, path)
        return number

    def _unreadable(self, message: str, event: Any, path: tuple[Step, ...]) -> Any:
        """Gather what is wrong with a single value; nothing stands in its place."""
        self.unreadable.add(self._error(message, event, path))
        return None

    def _error(self, message: str, event: Any, path: tuple[Step, ...] = ()) -> InputError:
        key = ".".join(str(step) for step in ((self.key, *path) if self.key else path)) or None
        return InputError(message, self.file, event.start_mark.line + 1 if self.file else None, key)


def _cut(text: str) -> str:
    """Return the parser's own words, which may repeat all of what was written, at a readable length."""
    return text if len(text) <= LONGEST_REASON else f"{text[:LONGEST_REASON]}..."

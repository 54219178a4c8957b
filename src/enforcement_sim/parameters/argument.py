"""What stands behind a number's range: why it ends where it does, who would dispute it, and what it moves.

A range without an argument invites the choice of convenient ends, so every entry of the register gives one, in six
keys: ``range_from`` (why these ends), ``disputed_by`` (who would argue for the low end and who for the high one),
``moves`` (printed measures that differ between the ends, or the word *nothing*), ``with`` (settings of a scenario
without which the number does nothing), ``unmoved`` (members of a table that move nothing) and ``because`` (why nothing
moves, or why it takes those settings). The names of measures are known on a higher floor; a test holds them to it, and
runs a small world at both ends of every entry.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from enforcement_sim.codes import LISTS
from enforcement_sim.errors import InputError, nearest_names
from enforcement_sim.yaml_lines import Document

__all__ = ["KEYS", "NOTHING", "REQUIRED", "Argument", "in_one_line", "read_argument"]

REQUIRED = ("range_from", "disputed_by", "moves")
KEYS = (*REQUIRED, "with", "unmoved", "because")
"""Keys of an entry that make its argument."""
NOTHING = "nothing"
"""Written for ``moves`` where no printed measure can differ."""


@dataclass(frozen=True, slots=True)
class Argument:
    """The argument for a range.

    Attributes
    ----------
    range_from : str
        Why the range ends where it does.
    disputed_by : str
        Who would argue for the low end and who for the high one, and why.
    moves : tuple of str
        Measures that differ between the ends; empty where none can.
    acts_with : mapping of str to object
        Settings of a scenario, by dotted address, under which the number acts; empty where it always does.
    unmoved : tuple of str
        Members of a table whose own number moves nothing.
    because : str
        Why nothing moves, or why it takes those settings; empty where neither is so.

    Examples
    --------
    >>> from enforcement_sim.parameters.register import load_register
    >>> load_register()["booking.citable_share.traffic"].argument.moves
    ('cited', 'booked')
    """

    range_from: str
    disputed_by: str
    moves: tuple[str, ...]
    acts_with: Mapping[str, Any] = field(default_factory=dict)
    unmoved: tuple[str, ...] = ()
    because: str = ""


def in_one_line(value: object) -> str:
    """Return a setting as it would be written in a file, on one line.

    Examples
    --------
    >>> in_one_line({"decision": "citation", "where": {"states": ["CA", "GA"]}})
    '{decision: citation, where: {states: [CA, GA]}}'
    """
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {in_one_line(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(in_one_line(inner) for inner in value) + "]"
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def read_argument(document: Document, address: str, entry: Mapping[str, Any]) -> Argument:
    """Return the argument of an entry, whose required keys are there.

    Raises
    ------
    InputError
        With file, line and key, if a key has the wrong form or ``because`` is missing where it is needed.
    """
    for key in ("range_from", "disputed_by", "because"):
        if key in entry and not isinstance(entry[key], str):
            raise InputError("expected text", document.path, document.line((address, key)), f"{address}.{key}")
    moves = _read_moves(document, address, entry["moves"])
    acts_with = entry.get("with", {})
    if "with" in entry and (not isinstance(acts_with, dict) or not acts_with):
        where = document.line((address, "with"))
        raise InputError("expected settings of a scenario, {address: value}", document.path, where, f"{address}.with")
    unmoved = _read_unmoved(document, address, entry)
    because = entry.get("because", "")
    if not because and (acts_with or unmoved or not moves):
        key = "with" if acts_with else "unmoved" if unmoved else "moves"
        where = document.line((address, key))
        raise InputError(f"has no because, which {key} needs here", document.path, where, f"{address}.{key}")
    return Argument(entry["range_from"], entry["disputed_by"], moves, acts_with, unmoved, because)


def _read_moves(document: Document, address: str, written: object) -> tuple[str, ...]:
    where, key = document.line((address, "moves")), f"{address}.moves"
    if written == NOTHING:
        return ()
    if not isinstance(written, list) or not written or not all(isinstance(name, str) for name in written):
        near = nearest_names(str(written), [NOTHING])
        raise InputError(f"expected a list of measures, or {NOTHING}", document.path, where, key, nearest=near)
    for position, name in enumerate(written):
        if name in written[:position]:
            line = document.line((address, "moves", position))
            raise InputError(f"measure {name!r} named twice", document.path, line, key)
    return tuple(written)


def _read_unmoved(document: Document, address: str, entry: Mapping[str, Any]) -> tuple[str, ...]:
    if "unmoved" not in entry:
        return ()
    written, by = entry["unmoved"], entry.get("by")
    where, key = document.line((address, "unmoved")), f"{address}.unmoved"
    members = LISTS.get(by, ()) if isinstance(by, str) else ()
    if not isinstance(written, list) or not written or not members:
        raise InputError("expected a list of members of a table", document.path, where, key, members or None)
    for position, member in enumerate(written):
        if member not in members or member in written[:position]:
            line = document.line((address, "unmoved", position))
            near = nearest_names(str(member), members)
            raise InputError(f"unknown or repeated {by} {member!r}", document.path, line, key, members, near)
    return tuple(written)

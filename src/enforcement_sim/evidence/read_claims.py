"""Reads published claims from their file: whole, or refused with file, line and key.

A claim without a source, a unit, a definition or a run to compute it from cannot be audited. Arithmetic is given as numbers
and an expression; what comes out is computed here and typed nowhere, and a number that no line uses is refused.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from os import PathLike
from typing import Any

from enforcement_sim.errors import InputError, nearest_names
from enforcement_sim.evidence.arithmetic import computed, names_in
from enforcement_sim.evidence.claim_runs import RUNS
from enforcement_sim.evidence.published_claims import (
    BASES,
    SIDES,
    STAGES,
    UNITS,
    ByHand,
    Claim,
    Claimed,
    Claims,
    HandNumber,
    Line,
    Part,
    Source,
)
from enforcement_sim.yaml_lines import Document, Step, read_yaml

__all__ = ["read_claims"]

GRADES = ("seen", "derived", "stated")
FULLY, PARTLY, NOT = "fully", "partly", "not"

_REQUIRED = ("says", "said_by", "side", "claimed", "own", "others", "runs", "expressed")
_OPTIONAL = ("by_hand", "no_arithmetic", "limits", "note")
_OWN = ("measure", "stage", "from", "to", "scope", "denominator")
_BOUNDS = ("value", "at_least", "below", "above")
_NUMBER = ("value", "unit", "source", "grade")
_LINE = ("says", "expression", "unit")
_PARTS = ("this", "by")
_PART = ("says", "expression", "counts", "stage", "programme", "place", "basis", "from", "to")
_QUOTIENT = {
    "percent": "this / by * 100",
    "percent more": "(this / by - 1) * 100",
    "percent less": "(1 - this / by) * 100",
    "ratio": "this / by",
}
"""How two parts make a figure of a unit."""
_EXACT = 1e-9


def read_claims(path: str | PathLike[str], text: str | None = None) -> Claims:
    """Read claims from a file.

    Parameters
    ----------
    path : str or path
    text : str, optional
        The content, when it is already in memory.

    Raises
    ------
    InputError
        For the first thing that is wrong, with file, line and key.
    """
    document = read_yaml(path, text)
    known = ("claims", "sources")
    _known(document, (), document.data, known)
    for part in known:
        if not isinstance(document.data.get(part), dict):
            raise InputError("missing, or not a mapping", file=document.path, line=1, key=part)
    sources = {str(key): _source(document, key) for key in document.data["sources"]}
    return Claims({name: _claim(document, name, sources) for name in document.data["claims"]})


def _source(document: Document, key: str) -> Source:
    here = ("sources", key)
    entry = _mapping(document, here, document.data["sources"][key], ("side", "text"))
    return Source(
        key, _one_of(document, (*here, "side"), entry["side"], SIDES), _text(document, (*here, "text"), entry["text"])
    )


def _claim(document: Document, name: str, sources: Mapping[str, Source]) -> Claim:
    """Return one checked entry."""
    here = ("claims", name)
    entry = _mapping(document, here, document.data["claims"][name], _REQUIRED, _OPTIONAL)
    own_at = (*here, "own")
    own = _mapping(document, own_at, entry["own"], _OWN)
    start, end = (_day(document, (*own_at, key), own[key]) for key in ("from", "to"))
    if end < start:
        raise _wrong(document, (*own_at, "to"), f"ends on {end}, before it begins on {start}")
    expressed = _one_of(document, (*here, "expressed"), entry["expressed"], (FULLY, PARTLY, NOT))
    if (expressed == FULLY) == ("limits" in entry):
        wanted = "is fully expressed and has limits" if expressed == FULLY else "has no limits"
        raise _wrong(document, (*here, "expressed"), wanted)
    if ("by_hand" in entry) == ("no_arithmetic" in entry):
        raise _wrong(document, here, "needs one of by_hand and no_arithmetic")
    runs = _names(document, (*here, "runs"), entry["runs"], RUNS, "run")
    claimed = _claimed(document, (*here, "claimed"), entry["claimed"])
    return Claim(
        id=name,
        says=_text(document, (*here, "says"), entry["says"]),
        said_by=_cited(document, (*here, "said_by"), entry["said_by"], sources),
        side=_one_of(document, (*here, "side"), entry["side"], SIDES),
        claimed=claimed,
        by_hand=_by_hand(document, here, entry["by_hand"], claimed.unit, sources) if "by_hand" in entry else None,
        no_arithmetic=_optional(document, here, entry, "no_arithmetic"),
        measure=_text(document, (*own_at, "measure"), own["measure"]),
        stage=_text(document, (*own_at, "stage"), own["stage"]),
        scope=_scope(document, (*own_at, "scope"), own["scope"]),
        denominator=_text(document, (*own_at, "denominator"), own["denominator"]),
        start=start,
        end=end,
        others=_texts(document, (*here, "others"), entry["others"]),
        runs=runs,
        expressed=expressed,
        limits=_optional(document, here, entry, "limits"),
        note=_optional(document, here, entry, "note"),
    )


def _claimed(document: Document, at: tuple[Step, ...], written: Any) -> Claimed:
    entry = _mapping(document, at, written, ("unit",), (*_BOUNDS, "implied"))
    kinds = [kind for kind in _BOUNDS if kind in entry]
    if len(kinds) != 1:
        raise _wrong(document, at, "needs one figure", allowed=_BOUNDS)
    implied = entry.get("implied", False)
    if not isinstance(implied, bool):
        raise _wrong(document, (*at, "implied"), "neither true nor false")
    unit = _one_of(document, (*at, "unit"), entry["unit"], UNITS)
    return Claimed(kinds[0], _number(document, (*at, kinds[0]), entry[kinds[0]]), unit, implied)


def _by_hand(
    document: Document, claim: tuple[Step, ...], written: Any, unit: str, sources: Mapping[str, Source]
) -> ByHand:
    """Return the arithmetic, computed; a number that nothing uses is refused."""
    at = (*claim, "by_hand")
    entry = _mapping(document, at, written, ("numbers", "gives"), ("also", "divided", "in_words"))
    if ("divided" in entry) == ("in_words" in entry):
        raise _wrong(document, at, "needs one of divided and in_words")
    if not isinstance(entry["numbers"], dict):
        raise _wrong(document, (*at, "numbers"), "not a mapping")
    numbers = []
    for name, number in entry["numbers"].items():
        here = (*at, "numbers", name)
        parts = _mapping(document, here, number, _NUMBER)
        numbers.append(
            HandNumber(
                name,
                _number(document, (*here, "value"), parts["value"]),
                _text(document, (*here, "unit"), parts["unit"]),
                _one_of(document, (*here, "grade"), parts["grade"], GRADES),
                _cited(document, (*here, "source"), parts["source"], sources),
            )
        )
    values = {number.name: number.value for number in numbers}
    also = entry.get("also", [])
    if not isinstance(also, list):
        raise _wrong(document, (*at, "also"), "not a list")
    lines = []
    for index, line in enumerate(also):
        here = (*at, "also", index)
        parts = _mapping(document, here, line, _LINE)
        says, expression, of = (_text(document, (*here, key), parts[key]) for key in _LINE)
        lines.append(Line(says, expression, of, _result(document, (*here, "expression"), expression, values)))
    gives = _text(document, (*at, "gives"), entry["gives"])
    value = _result(document, (*at, "gives"), gives, values)
    used = {name for expression in (gives, *(line.expression for line in lines)) for name in names_in(expression)}
    for name in values:
        if name not in used:
            raise _wrong(document, (*at, "numbers", name), "no line of the arithmetic uses this number")
    in_words = _filled(document, (*at, "in_words"), entry["in_words"], values) if "in_words" in entry else ""
    divided: tuple[Part, ...] = ()
    if "divided" in entry:
        divided = _divided(document, (*at, "divided"), entry["divided"], values)
        whole = _QUOTIENT.get(unit)
        if whole is None:
            raise _wrong(document, (*at, "divided"), f"a figure in {unit} is no quotient", allowed=tuple(_QUOTIENT))
        made = computed(whole, dict(zip(_PARTS, (part.value for part in divided), strict=True)))
        if abs(made - value) > _EXACT * max(abs(made), abs(value)):
            raise _wrong(document, (*at, "divided"), f"makes {made:g} and the arithmetic {value:g}")
    return ByHand(tuple(numbers), gives, value, tuple(lines), divided, in_words)


def _divided(document: Document, at: tuple[Step, ...], written: Any, numbers: Mapping[str, float]) -> tuple[Part, ...]:
    """Return what is divided and what it is divided by."""
    entry = _mapping(document, at, written, _PARTS)
    return tuple(_part(document, (*at, key), entry[key], numbers) for key in _PARTS)


def _part(document: Document, at: tuple[Step, ...], written: Any, numbers: Mapping[str, float]) -> Part:
    entry = _mapping(document, at, written, _PART)
    says, expression, counts, programme, place = (
        _text(document, (*at, key), entry[key]) for key in ("says", "expression", "counts", "programme", "place")
    )
    start, end = (_day(document, (*at, key), entry[key]) for key in ("from", "to"))
    if end < start:
        raise _wrong(document, (*at, "to"), f"ends on {end}, before it begins on {start}")
    return Part(
        says=says,
        value=_result(document, (*at, "expression"), expression, numbers),
        counts=counts,
        stage=_one_of(document, (*at, "stage"), entry["stage"], STAGES),
        programme=programme,
        place=place,
        basis=_one_of(document, (*at, "basis"), entry["basis"], BASES),
        start=start,
        end=end,
    )


def _filled(document: Document, at: tuple[Step, ...], written: Any, numbers: Mapping[str, float]) -> str:
    """Return a text with the numbers that it names, so that none is typed twice."""
    text = _text(document, at, written)
    told = {name: f"{value:,.10g}" for name, value in numbers.items()}
    try:
        return text.format_map(told)
    except (KeyError, ValueError, IndexError):
        raise _wrong(document, at, "names a number that is not there", allowed=tuple(told)) from None


def _result(document: Document, at: tuple[Step, ...], expression: str, numbers: Mapping[str, float]) -> float:
    try:
        return computed(expression, numbers)
    except InputError as error:
        raise _wrong(document, at, error.message, allowed=error.allowed, nearest=error.nearest) from None


# ---- pieces -------------------------------------------------------------------------------------------------------------


def _mapping(
    document: Document, at: tuple[Step, ...], written: Any, required: tuple[str, ...], optional: tuple[str, ...] = ()
) -> dict[str, Any]:
    """Return a mapping that has what it must and nothing unknown."""
    if not isinstance(written, dict):
        raise _wrong(document, at, "not a mapping")
    _known(document, at, written, (*required, *optional))
    for key in required:
        if written.get(key) in (None, "", []):
            raise _wrong(document, at, f"has no {key}")
    return written


def _known(document: Document, at: tuple[Step, ...], written: Mapping[str, Any], known: tuple[str, ...]) -> None:
    for key in written:
        if key not in known:
            raise _wrong(document, (*at, key), "unknown key", allowed=known, nearest=nearest_names(key, known))


def _names(
    document: Document, at: tuple[Step, ...], written: Any, known: Mapping[str, Any], what: str
) -> tuple[str, ...]:
    if not isinstance(written, list):
        raise _wrong(document, at, f"not a list of names of a {what}")
    for index, name in enumerate(written):
        if name not in known:
            raise _wrong(document, (*at, index), f"unknown {what} {name!r}", nearest=nearest_names(str(name), known))
    return tuple(written)


def _cited(document: Document, at: tuple[Step, ...], written: Any, sources: Mapping[str, Source]) -> tuple[Source, ...]:
    return tuple(sources[key] for key in _names(document, at, written, sources, "source"))


def _scope(document: Document, at: tuple[Step, ...], written: Any) -> str:
    if written == "nation":
        return "United States"
    if isinstance(written, dict) and len(written) == 1:
        kind, members = next(iter(written.items()))
        if (
            kind in ("states", "counties")
            and isinstance(members, list)
            and all(isinstance(one, str) for one in members)
        ):
            return f"{kind} {', '.join(members)}"
    raise _wrong(document, at, "not a scope", allowed='nation, {states: [CA]} or {counties: ["06037"]}')


def _one_of(document: Document, at: tuple[Step, ...], written: Any, known: tuple[str, ...]) -> str:
    if written not in known:
        near = nearest_names(str(written), known)
        raise _wrong(document, at, f"{written!r} is not known", allowed=known, nearest=near)
    return str(written)


def _day(document: Document, at: tuple[Step, ...], written: Any) -> date:
    if not isinstance(written, date):
        raise _wrong(document, at, f"{written!r} is not a day, such as 2011-06-30")
    return written


def _number(document: Document, at: tuple[Step, ...], written: Any) -> float:
    if isinstance(written, bool) or not isinstance(written, (int, float)) or not math.isfinite(written):
        raise _wrong(document, at, f"{written!r} is not a number")
    return float(written)


def _text(document: Document, at: tuple[Step, ...], written: Any) -> str:
    if not isinstance(written, str) or not written.strip():
        raise _wrong(document, at, "not text")
    return written


def _texts(document: Document, at: tuple[Step, ...], written: Any) -> tuple[str, ...]:
    if not isinstance(written, list):
        raise _wrong(document, at, "not a list")
    return tuple(_text(document, (*at, index), one) for index, one in enumerate(written))


def _optional(document: Document, here: tuple[Step, ...], entry: Mapping[str, Any], key: str) -> str:
    return _text(document, (*here, key), entry[key]) if key in entry else ""


def _wrong(document: Document, at: tuple[Step, ...], message: str, **more: Any) -> InputError:
    key = ".".join(str(step) for step in at)
    return InputError(message, file=document.path, line=document.line(at), key=key or None, **more)

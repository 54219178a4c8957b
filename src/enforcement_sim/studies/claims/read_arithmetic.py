"""Reads a claim's arithmetic by hand: its numbers, what is divided by what, and what comes out, which is computed here.

A number that no line uses is refused, and so are two parts whose quotient is not what the arithmetic gives.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from enforcement_sim.errors import InputError
from enforcement_sim.studies.claims.arithmetic import computed, names_in
from enforcement_sim.studies.claims.published import BASES, STAGES, ByHand, HandNumber, Line, Part, Source
from enforcement_sim.studies.claims.read_pieces import (
    cited_at,
    day_at,
    mapping_at,
    number_at,
    one_of_at,
    text_at,
    wrong_at,
)
from enforcement_sim.yaml_lines import Document, Step

__all__ = ["by_hand"]

GRADES = ("seen", "derived", "stated")
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


def by_hand(
    document: Document, claim: tuple[Step, ...], written: Any, unit: str, sources: Mapping[str, Source]
) -> ByHand:
    """Return the arithmetic, computed; a number that nothing uses is refused."""
    at = (*claim, "by_hand")
    entry = mapping_at(document, at, written, ("numbers", "gives"), ("also", "divided", "in_words"))
    if ("divided" in entry) == ("in_words" in entry):
        raise wrong_at(document, at, "needs one of divided and in_words")
    numbers = _numbers(document, (*at, "numbers"), entry["numbers"], sources)
    values = {number.name: number.value for number in numbers}
    lines = _lines(document, (*at, "also"), entry.get("also", []), values)
    gives = text_at(document, (*at, "gives"), entry["gives"])
    value = _result(document, (*at, "gives"), gives, values)
    used = {name for expression in (gives, *(line.expression for line in lines)) for name in names_in(expression)}
    for name in values:
        if name not in used:
            raise wrong_at(document, (*at, "numbers", name), "no line of the arithmetic uses this number")
    if "in_words" in entry:
        return ByHand(numbers, gives, value, lines, (), _filled(document, (*at, "in_words"), entry["in_words"], values))
    divided = _divided(document, (*at, "divided"), entry["divided"], values)
    whole = _QUOTIENT.get(unit)
    if whole is None:
        raise wrong_at(document, (*at, "divided"), f"a figure in {unit} is no quotient", allowed=tuple(_QUOTIENT))
    made = computed(whole, dict(zip(_PARTS, (part.value for part in divided), strict=True)))
    if abs(made - value) > _EXACT * max(abs(made), abs(value)):
        raise wrong_at(document, (*at, "divided"), f"makes {made:g} and the arithmetic {value:g}")
    return ByHand(numbers, gives, value, lines, divided)


def _numbers(
    document: Document, at: tuple[Step, ...], written: Any, sources: Mapping[str, Source]
) -> tuple[HandNumber, ...]:
    """Return the numbers, each with unit, source and grade."""
    if not isinstance(written, dict):
        raise wrong_at(document, at, "not a mapping")
    numbers = []
    for name, number in written.items():
        here = (*at, name)
        parts = mapping_at(document, here, number, _NUMBER)
        numbers.append(
            HandNumber(
                name,
                number_at(document, (*here, "value"), parts["value"]),
                text_at(document, (*here, "unit"), parts["unit"]),
                one_of_at(document, (*here, "grade"), parts["grade"], GRADES),
                cited_at(document, (*here, "source"), parts["source"], sources),
            )
        )
    return tuple(numbers)


def _lines(document: Document, at: tuple[Step, ...], written: Any, numbers: Mapping[str, float]) -> tuple[Line, ...]:
    """Return further lines of arithmetic."""
    if not isinstance(written, list):
        raise wrong_at(document, at, "not a list")
    lines = []
    for index, line in enumerate(written):
        here = (*at, index)
        parts = mapping_at(document, here, line, _LINE)
        says, expression, unit = (text_at(document, (*here, key), parts[key]) for key in _LINE)
        lines.append(Line(says, expression, unit, _result(document, (*here, "expression"), expression, numbers)))
    return tuple(lines)


def _divided(document: Document, at: tuple[Step, ...], written: Any, numbers: Mapping[str, float]) -> tuple[Part, ...]:
    """Return what is divided and what it is divided by."""
    entry = mapping_at(document, at, written, _PARTS)
    return tuple(_part(document, (*at, key), entry[key], numbers) for key in _PARTS)


def _part(document: Document, at: tuple[Step, ...], written: Any, numbers: Mapping[str, float]) -> Part:
    entry = mapping_at(document, at, written, _PART)
    says, expression, counts, programme, place = (
        text_at(document, (*at, key), entry[key]) for key in ("says", "expression", "counts", "programme", "place")
    )
    start, end = (day_at(document, (*at, key), entry[key]) for key in ("from", "to"))
    if end < start:
        raise wrong_at(document, (*at, "to"), f"ends on {end}, before it begins on {start}")
    return Part(
        says=says,
        value=_result(document, (*at, "expression"), expression, numbers),
        counts=counts,
        stage=one_of_at(document, (*at, "stage"), entry["stage"], STAGES),
        programme=programme,
        place=place,
        basis=one_of_at(document, (*at, "basis"), entry["basis"], BASES),
        start=start,
        end=end,
    )


def _filled(document: Document, at: tuple[Step, ...], written: Any, numbers: Mapping[str, float]) -> str:
    """Return a text with the numbers that it names, so that none is typed twice."""
    text = text_at(document, at, written)
    told = {name: f"{value:,.10g}" for name, value in numbers.items()}
    try:
        return text.format_map(told)
    except (KeyError, ValueError, IndexError):
        raise wrong_at(document, at, "names a number that is not there", allowed=tuple(told)) from None


def _result(document: Document, at: tuple[Step, ...], expression: str, numbers: Mapping[str, float]) -> float:
    try:
        return computed(expression, numbers)
    except InputError as error:
        raise wrong_at(document, at, error.message, allowed=error.allowed, nearest=error.nearest) from None

"""Arithmetic by hand: a published claim's own numbers put together again, so that nobody has to type a result.

An expression is a line of plain arithmetic over named numbers (``identified * 4 / 6``). It is read as a tree and computed
here; names, numbers, the four operations, powers and brackets are all there is, so a file can compute and nothing else.
Each of two numbers that are divided says what it counts, at which stage, by which programme, where, when and how it came
about, so that :func:`unlike` can find in what they differ though they should be alike.
"""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, model_validator

from enforcement_sim.errors import InputError, nearest_names
from enforcement_sim.yaml_models import (
    Day,
    Many,
    Named,
    NamedModel,
    Number,
    StrictModel,
    Text,
    defines,
    one_of,
    refers_to,
)

Side = Literal["advocacy for restriction", "advocacy for immigrants", "government", "press", "research"]
"""Who speaks."""
Grade = Literal["seen", "derived", "stated"]
Basis = Literal["counted", "appropriated", "pro-rated", "sampled"]
"""How a number came about."""
ANY, NATION = "any", "nation"
"""What a part of a division says where it takes in every stage or programme, and every place."""
STAGES = (
    ANY,
    "in force",
    "matched",
    "identified",
    "interviewed",
    "released",
    "re-arrested",
    "detainer",
    "ICE custody",
    "convicted and removed",
    "removed",
)
"""Stages at which a part of a division was counted, in the order in which people reach them."""
QUOTIENTS = {
    "percent": "this / by * 100",
    "percent more": "(this / by - 1) * 100",
    "percent less": "(1 - this / by) * 100",
    "ratio": "this / by",
}
"""How two parts make a figure of a unit."""
OPERATIONS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}
ALLOWED = "names, numbers, + - * / ** and brackets"

# ---- expressions --------------------------------------------------------------------------------------------------------


def names_in(expression: str) -> set[str]:
    """Return the names an expression uses.

    Examples
    --------
    >>> sorted(names_in("(a / b - 1) * 100 + a"))
    ['a', 'b']
    """
    return {node.id for node in ast.walk(_tree(expression)) if isinstance(node, ast.Name)}


def computed(expression: str, numbers: Mapping[str, float]) -> float:
    """Return the value of an expression.

    Raises
    ------
    InputError
        If it is not plain arithmetic, names something else, or has no finite value.

    Examples
    --------
    >>> round(computed("(identified / removed - 1) * 100", {"identified": 186207, "removed": 119912}), 1)
    55.3
    """
    try:
        value = _value(_tree(expression), numbers)
    except (ZeroDivisionError, OverflowError):
        value = math.nan
    if not math.isfinite(value):
        raise InputError(f"{expression!r} has no finite value")
    return value


def _tree(expression: str) -> ast.expr:
    try:
        return ast.parse(expression.strip(), mode="eval").body
    except SyntaxError:
        raise InputError(f"{expression!r} is not arithmetic", allowed=ALLOWED) from None


def _value(node: ast.expr, numbers: Mapping[str, float]) -> float:
    match node:
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            return float(value)
        case ast.Name(id=name) if name in numbers:
            return float(numbers[name])
        case ast.Name(id=name):
            near = nearest_names(name, numbers)
            raise InputError(f"no number is called {name!r}", allowed=list(numbers), nearest=near)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_value(operand, numbers)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATIONS:
            found = OPERATIONS[type(op)](_value(left, numbers), _value(right, numbers))
            return found if isinstance(found, float) else math.nan  # a root of a negative number is complex
    raise InputError("only plain arithmetic", allowed=ALLOWED)


@dataclass(frozen=True)
class Computed:
    """An expression with its value."""

    text: str
    value: float


def _compute(written: object, info: ValidationInfo) -> Computed:
    if not isinstance(written, str):
        raise InputError("expected arithmetic", allowed=ALLOWED)
    numbers = (info.context or {}).get("number")
    # Without numbers one of them is wrong itself, which is reported.
    return Computed(written, math.nan if numbers is None else computed(written, _values(numbers)))


def _fill(written: str, info: ValidationInfo) -> str:
    """Return a text with the numbers that it names, so that none is typed twice."""
    told = {name: f"{value:,.10g}" for name, value in _values((info.context or {}).get("number") or {}).items()}
    try:
        return written.format_map(told)
    except (KeyError, ValueError, IndexError):
        raise InputError("names a number that is not there", allowed=tuple(told)) from None


def _values(numbers: Mapping[str, HandNumber]) -> dict[str, float]:
    return {name: number.value for name, number in numbers.items()}


Expression = Annotated[Computed, BeforeValidator(_compute)]

# ---- the arithmetic of a claim in its file ------------------------------------------------------------------------------


class Source(NamedModel):
    """A document, and on which side it speaks."""

    side: Side
    text: Text


Cited = Annotated[Many[Annotated[Source, refers_to("source", look_up=True)]], Field(min_length=1)]


class HandNumber(NamedModel):
    """A published number that goes into arithmetic by hand."""

    value: Number
    unit: Text
    sources: Cited = Field(validation_alias="source")
    grade: Grade


class Line(StrictModel):
    """A further line of arithmetic: what it gives, in words, and its computed value."""

    says: Text
    expression: Expression
    unit: Text


class Period(StrictModel):
    """First and last day."""

    start: Day = Field(validation_alias="from")
    end: Day = Field(validation_alias="to")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.end < self.start:
            raise InputError(f"ends on {self.end}, before it begins on {self.start}", key="to")
        return self


class Part(Period):
    """One of the two numbers of a division, with all that makes it like or unlike the other."""

    says: Text
    expression: Expression
    counts: Text
    stage: Annotated[str, one_of(STAGES, "stage")]
    programme: Text
    place: Text
    basis: Basis


class _Division(StrictModel):
    this: Part
    by: Part


class ByHand(StrictModel):
    """A claim's arithmetic: its numbers, the expression that gives its figure, and further lines."""

    numbers: Annotated[Named[HandNumber], defines("number")]
    gives: Expression
    divided: _Division | None = None
    in_words: Annotated[Text, AfterValidator(_fill)] = ""
    also: Many[Line] = ()

    @property
    def value(self) -> float:
        """The claim's figure, computed."""
        return self.gives.value

    @property
    def values(self) -> dict[str, float]:
        """The numbers by their names."""
        return _values(self.numbers)

    @property
    def parts(self) -> tuple[Part, ...]:
        """What is divided by what; empty where nothing is divided."""
        return () if self.divided is None else (self.divided.this, self.divided.by)

    @model_validator(mode="before")
    @classmethod
    def _forget_numbers(cls, written: object, info: ValidationInfo) -> object:
        """Let an expression never be computed with the numbers of the claim before."""
        if info.context is not None:
            info.context.pop("number", None)
        return written

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        if (self.divided is None) == (not self.in_words):
            raise InputError("needs one of divided and in_words")
        used = set().union(*(names_in(one.text) for one in (self.gives, *(line.expression for line in self.also))))
        for name in self.numbers:
            if name not in used:
                raise InputError("no line of the arithmetic uses this number", key=f"numbers.{name}")
        return self

    def check_quotient(self, unit: str) -> None:
        """Raise an InputError unless the two parts of a division make the claim's figure."""
        if not self.parts:
            return
        if unit not in QUOTIENTS:
            raise InputError(f"a figure in {unit} is no quotient", key="by_hand.divided", allowed=tuple(QUOTIENTS))
        this, by = (part.expression.value for part in self.parts)
        made = computed(QUOTIENTS[unit], {"this": this, "by": by})
        if not math.isclose(made, self.value, rel_tol=1e-9):
            raise InputError(f"makes {made:g} and the arithmetic {self.value:g}", key="by_hand.divided")


def unlike(divided: Sequence[Part], unit: str) -> tuple[str, ...]:
    """Return in what the two parts of a division differ though they should be alike.

    Two quantities that are *compared* (percent more or less, a ratio) may differ in the programme, which is what they are
    compared by, and in nothing else. In a *share* (percent) the first must be able to be a part of the second: the same
    things, got in the same way, in a place and a programme that the second takes in, within its period, and at its stage or
    at a later one.

    Parameters
    ----------
    divided
        What is divided, and what it is divided by; nothing differs in an empty one.
    unit
        Of the claim's figure.

    Returns
    -------
    tuple of str
        What differs, with both in brackets.
    """
    if not divided:
        return ()
    one, two = divided
    share = unit == "percent"
    later = share and STAGES.index(one.stage) >= STAGES.index(two.stage)
    within = share and two.start <= one.start and one.end <= two.end
    alike = {
        "what is counted": (one.counts, two.counts, False),
        "stage": (one.stage, two.stage, later),
        "programme": (one.programme, two.programme, not share or two.programme == ANY),
        "place": (one.place, two.place, share and two.place == NATION),
        "period": (_dates(one), _dates(two), within),
        "how the number came about": (one.basis, two.basis, False),
    }
    return tuple(
        f"{name} ({first}; {second})" for name, (first, second, may) in alike.items() if first != second and not may
    )


def _dates(part: Part) -> str:
    return f"{part.start}" if part.start == part.end else f"{part.start:%b %Y} to {part.end:%b %Y}"

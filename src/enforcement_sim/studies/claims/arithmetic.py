"""Arithmetic by hand: a published claim's own numbers put together again, so that nobody has to type a result.

An expression is a line of plain arithmetic over named numbers (``identified * 4 / 6``). It is read as a tree and
computed here; names, numbers, the four operations, powers and brackets are all there is, so a file can compute and
nothing else.
"""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Mapping

from enforcement_sim.errors import InputError, nearest_names

__all__ = ["computed", "names_in"]

_TWO_SIDED: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}
_LONGEST = 200
"""Characters of an expression; nobody follows a longer one by hand."""


def names_in(expression: str) -> tuple[str, ...]:
    """Return the names an expression uses, each once, in order of appearance.

    Examples
    --------
    >>> names_in("(a / b - 1) * 100 + a")
    ('a', 'b')
    """
    nodes = (node for node in ast.walk(_tree(expression)) if isinstance(node, ast.Name))
    return tuple(dict.fromkeys(node.id for node in sorted(nodes, key=lambda node: (node.lineno, node.col_offset))))


def computed(expression: str, numbers: Mapping[str, float]) -> float:
    """Return the value of an expression.

    Parameters
    ----------
    expression
        Plain arithmetic over names.
    numbers
        What the names stand for.

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
    """Return an expression as a tree, or say that it is none."""
    if len(expression) > _LONGEST:
        raise InputError(f"an expression of more than {_LONGEST} characters")
    try:
        return ast.parse(expression.strip(), mode="eval").body
    except SyntaxError:
        raise InputError(
            f"{expression!r} is not arithmetic", allowed="names, numbers, + - * / ** and brackets"
        ) from None


def _value(node: ast.expr, numbers: Mapping[str, float]) -> float:
    """Return the value of a part of the tree."""
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        return float(node.value)  # type: ignore[arg-type]
    if isinstance(node, ast.Name):
        if node.id not in numbers:
            near = nearest_names(node.id, numbers)
            raise InputError(f"no number is called {node.id!r}", allowed=list(numbers), nearest=near)
        return float(numbers[node.id])
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_value(node.operand, numbers)
    if isinstance(node, ast.BinOp) and type(node.op) in _TWO_SIDED:
        found = _TWO_SIDED[type(node.op)](_value(node.left, numbers), _value(node.right, numbers))
        return found if isinstance(found, float) else math.nan
    raise InputError("only plain arithmetic", allowed="names, numbers, + - * / ** and brackets")

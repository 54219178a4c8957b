"""Finds the numbers written in code: which, where, and in what constant or function.

0, 1 and 2, with either sign, and positions in a subscript say nothing about the world by themselves and are passed over.
Everything else has a *place*: the constant it is assigned to, or the class or function it stands in.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator

PLAIN = (0, 1, 2)
"""Nothing, one, and two: counts, signs, halves and squares."""

Numbers = dict[str, tuple[float, ...]]
"""By place, the numbers that stand there, each once, ascending."""


def numbers_in(source: str) -> Numbers:
    """Return the numbers of a module's source that are not plain, by the place they stand in.

    Examples
    --------
    >>> numbers_in("HOURS = 24\\nRELEASED = 3\\ndef longer(days):\\n    return 1.5 * days * HOURS")
    {'HOURS': (24,), 'RELEASED': (3,), 'longer': (1.5,)}
    """
    found: dict[str, set[float]] = defaultdict(set)
    for place, number in _walk(ast.parse(source), ()):
        if number not in PLAIN:
            found[place].add(number)
    return {place: tuple(sorted(numbers)) for place, numbers in found.items()}


def _walk(node: ast.AST, inside: tuple[str, ...]) -> Iterator[tuple[str, float]]:
    """Yield every number below a node with its place; methods are named with their class, constants of a class too."""
    for child in ast.iter_child_nodes(node):
        if isinstance(node, ast.Subscript) and child is node.slice:
            yield from _outside_positions(child, inside)
        elif isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            # What stands inside a function's function counts as the outer one's.
            deeper = inside if inside and inside[-1].islower() else (*inside, child.name)
            yield from _walk(child, deeper)
        elif isinstance(child, (ast.Assign, ast.AnnAssign)) and not (inside and inside[-1].islower()):
            targets = child.targets if isinstance(child, ast.Assign) else [child.target]
            name = ", ".join(ast.unparse(target).strip("()") for target in targets)
            yield from ((".".join((*inside, name)), number) for _, number in _walk(child, ("constant",)))
        elif isinstance(child, ast.Constant):
            if isinstance(child.value, (int, float)) and not isinstance(child.value, bool):
                yield ".".join(inside), child.value
        else:
            yield from _walk(child, inside)


def _outside_positions(position: ast.expr, inside: tuple[str, ...]) -> Iterator[tuple[str, float]]:
    """Yield the numbers of a subscript that are reckoned with, ``x[i // 24]``, but not bare positions, ``x[3]``, ``x[:12]``."""
    parts = position.elts if isinstance(position, ast.Tuple) else [position]
    for part in parts:
        ends = [part.lower, part.upper, part.step] if isinstance(part, ast.Slice) else [part]
        for end in ends:
            bare = end.operand if isinstance(end, ast.UnaryOp) else end
            if end is not None and not isinstance(bare, ast.Constant):
                yield from _walk(ast.Expression(end), inside)

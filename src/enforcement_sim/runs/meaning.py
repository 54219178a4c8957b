"""Hashes of what reaches a number and of nothing else: code without its words, rules without their texts.

A hash of bytes changes with every comment. Where results are kept for long and made again at some cost, they should be
out of date when a number may be another, and not when a sentence is. Comments, docstrings, blank lines and the words of
errors are left out of code; titles, citations and notes are left out of files of rules. What is left is hashed as it
stands, so that a line broken elsewhere counts as a change: too often is the safe side.
"""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from enforcement_sim.runs.run import canonical_json, digest
from enforcement_sim.yaml_lines import read_yaml

__all__ = ["meaning_of_code", "meaning_of_rules", "meaning_of_sources"]

WORDS = frozenset({"title", "citation", "grade", "note", "text", "called", "why", "dated"})
"""Keys of rules and definitions that are for readers only."""
LENGTH = 16
"""Hexadecimal digits kept."""


def meaning_of_sources(sources: Mapping[str, Path]) -> str:
    """Return one hash of Python files by their names."""
    return _hashed({name: meaning_of_code(path.read_text(encoding="utf-8")) for name, path in sources.items()})


def meaning_of_code(source: str) -> str:
    """Return Python source without what cannot change a result.

    Examples
    --------
    >>> print(meaning_of_code('def twice(x):\\n    \\"\\"\\"Return it.\\"\\"\\"\\n\\n    return 2 * x  # two\\n'))
    def twice(x):
        return 2 * x
    """
    lines = source.splitlines()
    spans = [*_comments(source), *_sayings(source)]
    for (top, left), (bottom, right) in sorted(spans, reverse=True):
        kept = _at(lines[top], 0, left) + _at(lines[bottom], right)
        lines[top : bottom + 1] = [kept]
    return "\n".join(line.rstrip() for line in lines if line.strip())


Span = tuple[tuple[int, int], tuple[int, int]]
"""First and last place of a piece of text: line from 0, byte of the line."""


def _comments(source: str) -> Iterable[Span]:
    lines = source.splitlines()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            line = token.start[0] - 1
            yield (line, len(lines[line][: token.start[1]].encode())), (line, len(lines[line].encode()))


def _sayings(source: str) -> Iterable[Span]:
    """Return where docstrings stand, and what is raised."""
    for node in ast.walk(ast.parse(source)):
        raised = isinstance(node, ast.Raise) and node.exc is not None
        told = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        if raised or told:
            assert isinstance(node, ast.stmt) and node.end_lineno is not None and node.end_col_offset is not None
            left = node.col_offset + len("raise") if raised else node.col_offset
            yield (node.lineno - 1, left), (node.end_lineno - 1, node.end_col_offset)


def _at(line: str, left: int, right: int | None = None) -> str:
    """Return part of a line by bytes, as the syntax tree counts columns."""
    return line.encode()[left:right].decode()


def meaning_of_rules(path: Path) -> str:
    """Return one hash of a YAML file of rules or definitions without its words for readers."""
    return _hashed(_without_words(read_yaml(path).data))


def _without_words(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _without_words(item) for key, item in value.items() if key not in WORDS}
    if isinstance(value, list):
        return [_without_words(item) for item in value]
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)


def _hashed(value: Any) -> str:
    return digest(canonical_json(value))[:LENGTH]

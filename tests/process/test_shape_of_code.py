"""The stages stay readable: no function of the room takes more than eight parameters, none is longer than a screen."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import enforcement_sim

ROOM = Path(enforcement_sim.__file__).parent / "process"
MOST_PARAMETERS = 8
MOST_LINES = 60
"""Of a stage: what is read at once."""
STAGES = (
    "bookings", "calendar", "case", "counts", "day", "decisions", "detainer", "hold", "immigration_court",
    "prison", "responses", "screening",
)  # fmt: skip


def functions(path: Path) -> Iterator[ast.FunctionDef]:
    return (node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.FunctionDef))


def parameters(function: ast.FunctionDef) -> int:
    arguments = function.args
    named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    return len([one for one in named if one.arg not in ("self", "cls")])


def test_no_function_takes_more_than_eight_parameters() -> None:
    found = {
        f"{path.stem}.{function.name}": parameters(function)
        for path in sorted(ROOM.glob("*.py"))
        for function in functions(path)
    }
    assert len(found) > 150
    assert {name: count for name, count in found.items() if count > MOST_PARAMETERS} == {}


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_is_read_at_once(stage: str) -> None:
    for function in functions(ROOM / f"{stage}.py"):
        assert function.end_lineno is not None
        assert function.end_lineno - function.lineno < MOST_LINES, function.name


def test_argument_lists_are_not_walls() -> None:
    """Nothing of the stages is kept out of the formatter."""
    for stage in STAGES:
        assert "# fmt: skip" not in (ROOM / f"{stage}.py").read_text(encoding="utf-8"), stage

"""Text goes into files and comes out of them as UTF-8, whatever the locale: every call says so."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MODULES = sorted(path for home in ("src", "tools", "benchmarks") for path in (ROOT / home).rglob("*.py"))

TEXT = {"read_text": 0, "write_text": 1}
"""Methods that read or write text, and where their encoding stands among the arguments."""

UNICODE = ("utf-8", "utf-8-sig", "latin-1")
"""Encodings that may be named; the last only where a source of another says that it is in it."""


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """Yield the last name of everything that is called."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            named = node.func
            name = named.attr if isinstance(named, ast.Attribute) else named.id if isinstance(named, ast.Name) else ""
            yield name, node


NO_TEXT = ("os", "io", "codecs", "webbrowser", "Image", "tarfile", "zipfile")
"""Modules whose ``open`` is another."""

RUN = ("run", "Popen", "check_output")


def is_method(call: ast.Call) -> bool:
    """Whether something's own method is called, and not a function of one of these modules or a builtin."""
    named = call.func
    return isinstance(named, ast.Attribute) and not (isinstance(named.value, ast.Name) and named.value.id in NO_TEXT)


def encoding_of(call: ast.Call, place: int) -> object:
    given = [word.value for word in call.keywords if word.arg == "encoding"] or call.args[place : place + 1]
    return given[0].value if given and isinstance(given[0], ast.Constant) else None


def mode_of(call: ast.Call, place: int) -> object:
    given = [word.value for word in call.keywords if word.arg == "mode"] or call.args[place : place + 1]
    return given[0].value if given and isinstance(given[0], ast.Constant) else "r"


def without_encoding(tree: ast.AST) -> Iterator[int]:
    """Yield the lines at which text is read or written in an encoding that nobody named."""
    for name, call in calls(tree):
        if name in TEXT and encoding_of(call, TEXT[name]) not in UNICODE:
            yield call.lineno
        elif name == "open" and isinstance(call.func, ast.Name):
            if "b" not in str(mode_of(call, 1)) and encoding_of(call, 3) not in UNICODE:
                yield call.lineno
        elif name == "open" and is_method(call) and (call.args or call.keywords):
            if "b" not in str(mode_of(call, 0)) and encoding_of(call, 2) not in UNICODE:
                yield call.lineno
        elif name in ("fdopen", "TextIOWrapper", "NamedTemporaryFile") and encoding_of(call, 99) not in UNICODE:
            if "b" not in str(mode_of(call, 1)):
                yield call.lineno
        elif name in RUN and "text" in {word.arg for word in call.keywords} and encoding_of(call, 99) not in UNICODE:
            yield call.lineno


def test_text_has_a_named_encoding() -> None:
    found = {str(path): list(without_encoding(ast.parse(path.read_text(encoding="utf-8")))) for path in MODULES}
    assert len(found) > 300
    assert {path: lines for path, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    "text",
    ["open('a')", "open('a', 'w')", "path.read_text()", "path.write_text(text)", "path.open('w')", "os.fdopen(1)",
     "subprocess.run(words, text=True)", "open('a', encoding=chosen)"],
)  # fmt: skip
def test_what_would_follow_the_locale_is_found(text: str) -> None:
    assert list(without_encoding(ast.parse(text))) == [1]

"""Fenced blocks of a page, with what a comment before them says about how they are tried.

A block is tried unless a comment in the line before it says otherwise::

    <!-- not run: REASON -->         it is left alone, for that reason
    <!-- file: NAME -->              it is the content of a file, written where the page's later commands find it
    <!-- part of a scenario -->      a few keys of a scenario file, tried with the others around them
    <!-- needs command: NAME -->     tried as soon as the program has the command
    <!-- exit code: N -->            the last command of the block ends so, and not with 0
    <!-- whole output -->            what follows the block's only command is all it prints; ``tools.make_outputs`` writes it
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]

SAID = ("python", "console", "yaml")
"""Languages of blocks that are tried. ``text`` is output and is not."""

MARKS = ("not run", "file", "part of a scenario", "needs command", "exit code", "whole output")

WIDTH = 100
"""Columns that a command may print where a page shows its output."""

FENCE = re.compile(r"^(?P<indent> *)```(?P<language>\S*)\s*$")
COMMENT = re.compile(r"^\s*<!-- (?P<mark>[a-z ]+)(?::\s*(?P<value>.*?))?\s*-->\s*$")
INDENTED = re.compile(r"^ {4}\$? ?(?:\.venv/bin/)?enforcement-sim ")


@dataclass(frozen=True)
class Block:
    """One fenced block: where it begins (line of the fence), its language, its text and its marks."""

    page: str
    line: int
    language: str
    text: str
    marks: dict[str, str]

    @property
    def where(self) -> str:
        """Page and line, as an editor opens them."""
        return f"{self.page}:{self.line}"


@dataclass(frozen=True)
class Command:
    """One command of a console block, and what the page says it prints (nothing if the page does not say)."""

    words: str
    output: str


def pages() -> list[Path]:
    """The pages whose blocks are tried."""
    return [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


def blocks_of(page: str, text: str) -> list[Block]:
    """Every fenced block of a page, in order.

    Raises
    ------
    ValueError
        If a fence is not closed.
    """
    found: list[Block] = []
    lines = text.splitlines()
    number = 0
    while number < len(lines):
        fence = FENCE.match(lines[number])
        if fence is None:
            number += 1
            continue
        start, indent = number, fence["indent"]
        number += 1
        while number < len(lines) and lines[number].strip() != "```":
            number += 1
        if number == len(lines):
            raise ValueError(f"{page}:{start + 1}: the block is not closed")
        content = "\n".join(line.removeprefix(indent) for line in lines[start + 1 : number])
        found.append(Block(page, start + 1, fence["language"], content, _marks(lines, start)))
        number += 1
    return found


def commands_of(block: Block) -> list[Command]:
    """Commands of a console block: lines after ``$``, with lines that a backslash continues; others are output."""
    found: list[Command] = []
    lines = block.text.splitlines()
    while lines:
        first = lines.pop(0)
        if not first.startswith("$ "):
            raise ValueError(f"{block.where}: output before any command: {first!r}")
        words = first.removeprefix("$ ")
        while words.endswith("\\"):
            words = words.removesuffix("\\") + lines.pop(0).lstrip()
        output = []
        while lines and not lines[0].startswith("$ "):
            output.append(lines.pop(0))
        found.append(Command(words, "\n".join(output).strip()))
    return found


def faults_of(block: Block) -> list[str]:
    """What is wrong with a block before it is tried: an unknown language or mark, a mark without its value."""
    found = [f"{block.where}: unknown mark {mark!r}" for mark in block.marks if mark not in MARKS]
    if "not run" in block.marks:
        if len(block.marks["not run"].split()) < 2:
            found.append(f"{block.where}: not run, and no reason is given")
    elif block.language not in (*SAID, "text"):
        found.append(f"{block.where}: language {block.language!r} is none of {', '.join(SAID)} and text")
    return found


def indented_commands(page: str, text: str) -> list[str]:
    """Commands in blocks that are only indented, which nothing would try."""
    return [f"{page}:{number}" for number, line in enumerate(text.splitlines(), 1) if INDENTED.match(line)]


def _marks(lines: list[str], fence: int) -> dict[str, str]:
    """The comments in the lines right before a fence."""
    found: dict[str, str] = {}
    for line in reversed(lines[:fence]):
        comment = COMMENT.match(line)
        if comment is None:
            break
        found[comment["mark"].strip()] = comment["value"] or ""
    return found

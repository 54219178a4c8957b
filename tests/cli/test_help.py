"""The help lists every command once, under a heading, in one line that is not cut; ``-h`` works everywhere."""

from __future__ import annotations

import re
from typing import Any

import pytest
from tests.cli.every_command import commands
from tests.command_line import printed
from typer.main import get_command

from enforcement_sim import cli
from enforcement_sim.cli.grouped_help import HEADINGS, OTHERS

COLUMNS = 80


def groups(command: Any = None, name: str = "") -> list[tuple[str, ...]]:
    """Return the words of every group of commands, the program itself first."""
    command = command or get_command(cli.app)
    inner = getattr(command, "commands", None) or {}
    below = [words for word, one in inner.items() for words in groups(one, f"{name} {word}")]
    return [tuple(name.split()), *below] if inner else []


def test_every_command_stands_under_a_heading_and_every_line_has_its_command() -> None:
    known = set(get_command(cli.app).commands)  # type: ignore[attr-defined]
    assert [name for lines in HEADINGS.values() for name in lines if name not in known] == []
    text = printed("--help", columns=COLUMNS)
    for heading, lines in HEADINGS.items():
        assert f"\n{heading}:\n" in text
        for name, line in lines.items():
            assert re.search(rf"^  {name} +{re.escape(line)}$", text, flags=re.MULTILINE)
    listed = {name for lines in HEADINGS.values() for name in lines}
    assert (f"\n{OTHERS}:\n" in text) == bool(known - listed)


@pytest.mark.parametrize("words", groups())
def test_no_line_of_a_group_is_cut(words: tuple[str, ...]) -> None:
    text = printed(*words, "--help", columns=COLUMNS)
    assert max(map(len, text.splitlines())) <= COLUMNS
    assert "..." not in text.partition("Options:")[2]


@pytest.mark.parametrize("name", sorted(commands()))
def test_the_short_option_for_help_is_the_long_one(name: str) -> None:
    assert printed(*name.split(), "-h", columns=COLUMNS) == printed(*name.split(), "--help", columns=COLUMNS)

"""Every command that a page, the terminal or a file suggests can be given as it stands there."""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from tests.command_line import printed
from typer.main import get_command

import enforcement_sim
from enforcement_sim import load_scenario, sweep
from enforcement_sim.cli import app
from enforcement_sim.report.page import report_of

PACKAGE = Path(enforcement_sim.__file__).parent
PROGRAM: Any = get_command(app)
SUGGESTED = re.compile(r"enforcement-sim( [a-z][a-z-]+(?:(?!enforcement-sim)[^\n|<`\"])*)")
PLACEHOLDER = re.compile(r"\b[A-Z]{2,}\b")
THE_READERS_OWN = {("places/imported.py", "FILE")}
"""A file that only the reader has, so that no name can stand for it."""
SMALL = """
schema: 1
name: small
title: Two ways to honour
asks: What does a refusal change?
extends: baseline
scope: {counties: ["10003"]}
simulate: alone
period: {start: 2012-01-01, end: 2012-01-31}
replications: 2
parameters: {start.warm_days: 30}
changes:
  who: {decision: honour, rule: honour-all, where: nation}
sweep:
  changes.who.rule: [honour-all, honour-none]
"""
SETTINGS = ("scope={counties: ['10003']}", "simulate=alone", "period.start=2012-01-01", "period.end=2012-01-31")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sweep of two settings in one county, called as nobody should have to quote."""
    home = tmp_path_factory.mktemp("suggested")
    (home / "small.yaml").write_text(SMALL, encoding="utf-8")
    return sweep(load_scenario(home / "small.yaml"), out=home / "my results", workers=1).folder


@pytest.fixture(scope="module")
def page(folder: Path) -> str:
    """The page of the sweep, with a section on its county."""
    return report_of(folder, ("10003",))


def suggestions(text: str) -> list[str]:
    """What follows the program's name, wherever it is named with a command in its place; a table's lines are joined."""
    flat = text if "|" in text else re.sub(r"\s*│?\n\s*│?\s*", " ", text)
    return [found.group(1).strip() for found in SUGGESTED.finditer(flat)]


def parsed(words: list[str]) -> str:
    """Return the command that words are, having parsed it as the program does; raises what the program would."""
    name, *rest = words
    chosen = PROGRAM.commands[name]
    if hasattr(chosen, "commands"):
        chosen, name, rest = chosen.commands[rest[0]], f"{name} {rest[0]}", rest[1:]
    if "--help" not in rest:
        chosen.make_context(name, list(rest))
    return name


def longest(text: str) -> list[str]:
    """Return the most words from the beginning that are a command, where a sentence goes on behind it."""
    words = text.split()
    beginnings = [" ".join(words[:count]) for count in range(len(words), 0, -1)]
    for given in [one for whole in beginnings for one in (whole, whole.rstrip(".,;:)'"))]:
        try:
            parsed(shlex.split(given))
        except Exception:  # whatever says that these words are no command
            continue
        return shlex.split(given)
    raise AssertionError(f"no command: enforcement-sim {text}")


def outputs(folder: Path) -> Iterator[str]:
    """What the terminal says of a small sweep."""
    yield printed("card", f"{folder}:0", f"{folder}:1")
    yield printed("jail-cost", str(folder))
    yield printed("compare", f"{folder}:0", f"{folder}:1")
    yield printed("stages", str(folder))
    yield printed("who-changed", f"{folder}:0", f"{folder}:1")
    sets = [word for setting in SETTINGS for word in ("--set", setting)]
    yield printed("run", "hold-length", *sets, "--out", str(folder.parent / "run"))


@pytest.mark.slow
def test_what_is_suggested_is_a_command_without_gaps(folder: Path, page: str) -> None:
    in_page = suggestions(unescape(re.sub(r"<[^>]+>", "|", page)))
    found = in_page + [text for output in outputs(folder) for text in suggestions(output)]
    assert len(found) >= 8
    for text in found:
        words = longest(text)
        assert not any(PLACEHOLDER.fullmatch(word.strip(".,;:()")) for word in text.split()[: len(words) + 1]), text


@pytest.mark.slow
def test_commands_of_the_page_do_what_they_say(folder: Path, page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    blocks = re.findall(r"<pre[^>]*>(.*?)</pre>", page, re.DOTALL)
    commands = [line for block in blocks for line in unescape(re.sub(r"<[^>]+>", "", block)).splitlines()]
    commands = [line.strip() for line in commands if line.strip().startswith("enforcement-sim ")]
    assert {line.split()[1] for line in commands} == {"who-changed", "card", "county", "reproduce", "report", "study"}
    monkeypatch.chdir(folder)
    for line in commands:
        words = shlex.split(line)[1:]
        parsed(words)
        if words[0] not in ("report", "study"):  # these take long, and are tried with the page and with the studies
            printed(*words)
    assert (folder / "card" / "card.csv").is_file()


@pytest.mark.slow
def test_the_card_suggests_a_sample_only_where_rows_lack_one(folder: Path) -> None:
    without = printed("card", f"{folder}:0", f"{folder}:1")
    given = [text for text in suggestions(without) if text.startswith("card ")]
    assert len(given) == 1 and "--lives 10003" in given[0]
    counted = printed(*longest(given[0]))
    assert "--lives" not in counted and "not counted" not in counted.replace("Not counted", "")


@pytest.mark.slow
def test_who_changed_takes_the_points_of_a_folder(folder: Path) -> None:
    printed_text = printed("who-changed", f"{folder}:0", f"{folder}:1")
    assert "changes.who: honour honour-all" in printed_text or "honour-none" in printed_text
    same = printed("who-changed", str(folder), f"{folder}:0")
    assert "They differ in: nothing" in same


# ---- what no small sweep brings out ------------------------------------------------------------------------------------


def texts_in(path: Path) -> Iterator[tuple[int, str]]:
    """Text of a module that can reach a reader: everything between quotation marks but docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    documentation = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation:
            yield node.lineno, node.value


SOURCES = [
    (path.relative_to(PACKAGE).as_posix(), line, text)
    for path in sorted(PACKAGE.rglob("*.py"))
    if "claims" not in path.name
    for line, text in texts_in(path)
    if re.search(r"enforcement-sim [a-z-]+", text) and not text.startswith("<meta")
]


@pytest.mark.parametrize(("module", "line", "text"), SOURCES, ids=[f"{module}:{line}" for module, line, _ in SOURCES])
def test_commands_named_in_the_sources_exist_with_their_options(module: str, line: int, text: str) -> None:
    for found in re.finditer(r"enforcement-sim ([a-z-]+)([^:;.,)`']*)", text):
        chosen = PROGRAM.commands[found.group(1)]
        options = {name for parameter in chosen.params for name in parameter.opts} | {"--help"}
        assert set(re.findall(r"--[a-z-]+", found.group(2))) <= options
        gaps = {word for word in PLACEHOLDER.findall(found.group(2)) if (module, word) not in THE_READERS_OWN}
        assert not gaps, f"{module}:{line} names {gaps}"

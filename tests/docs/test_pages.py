"""README, CONTRIBUTING and every page of the documentation do what they say: their blocks are tried, page by page.

Each page is tried in order in an empty folder, as a reader would. A block that is not tried says why, in a comment before it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests import own_data_files
from tests.docs.trying import Page, prints
from tools.page_blocks import ROOT, Block, blocks_of, commands_of, faults_of, indented_commands, pages
from typer.main import get_command

import enforcement_sim
from enforcement_sim.cli import app

PACKAGE = Path(enforcement_sim.__file__).parent


def _own_files(folder: Path) -> None:
    """A roster and a Census table, as a reader would have them."""
    own_data_files.written(folder, own_data_files.ROSTER, "roster.csv")
    own_data_files.written(folder, own_data_files.CENSUS, "B05001.csv")


INLINE_CODE = re.compile(r"`([^`\n]+)`")
PATH = re.compile(r"[a-z_]+/[\w./-]*|[\w-]+\.(?:py|md|yaml|yml|csv)")
"""A file or a folder, from the top of the repository or of the package."""

INLINE = re.compile(r"`(?:\.venv/bin/)?enforcement-sim ([^`]+)`")
"""A command in running text."""

GIVEN: dict[str, Callable[[Path], None]] = {"docs/own-data.md": _own_files}
"""What a page takes for granted that its reader has."""

BLOCKS = {
    str(path.relative_to(ROOT)): blocks_of(str(path.relative_to(ROOT)), path.read_text(encoding="utf-8"))
    for path in pages()
}


@pytest.mark.parametrize(
    "page", [page for page, blocks in BLOCKS.items() if any("not run" not in b.marks for b in blocks)]
)
def test_every_block_of_the_page_does_what_it_says(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tried = Page(tmp_path, monkeypatch, capsys)
    GIVEN.get(page, lambda _: None)(tmp_path)
    for block in BLOCKS[page]:
        tried.try_block(block)


def test_every_block_is_tried_or_says_why_not() -> None:
    assert not [fault for blocks in BLOCKS.values() for block in blocks for fault in faults_of(block)]


def test_no_command_hides_in_a_block_that_is_only_indented() -> None:
    found = [where for path in pages() for where in indented_commands(path.name, path.read_text(encoding="utf-8"))]
    assert not found


def test_the_how_tos_of_contributing_name_files_that_are_there() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    for what in ("a rule", "a stage", "a decision", "a measure", "a figure"):
        assert f"## How to add {what}" in text
    named = {
        word.rstrip("/")
        for words in INLINE_CODE.findall(text)
        for word in words.split()
        if PATH.fullmatch(word.strip())
    }
    homes = (ROOT, PACKAGE)
    assert len(named) >= 20
    named -= {"site"}  # built by `make docs`
    assert sorted(path for path in named if not any((home / path).exists() for home in homes)) == []


def test_commands_named_in_passing_exist_with_their_options() -> None:
    found = [
        f"{path.name}: {words}"
        for path in pages()
        for words in INLINE.findall(_prose(path.read_text(encoding="utf-8")))
        if not _is_known(words.split())
    ]
    assert not found


def test_a_command_that_is_not_there_would_be_noticed() -> None:
    assert _is_known(["sweep", "FILE", "--dry-run"]) and _is_known(["scenario", "check", "x.yaml"]) and _is_known([])
    assert not _is_known(["sweap", "FILE"])
    assert not _is_known(["sweep", "FILE", "--dryrun"])
    assert not _is_known(["scenario", "chek", "FILE"])


def _prose(text: str) -> str:
    """A page without its blocks."""
    return re.sub(r"^ *```.*?^ *```$", "", text, flags=re.DOTALL | re.MULTILINE)


def _is_known(words: list[str]) -> bool:
    """Whether the program has this command, and the command each of these options."""
    command: Any = get_command(app)
    while words and hasattr(command, "commands"):
        if words[0].startswith("-"):
            break
        if words[0] not in command.commands:
            return words[0].isupper()  # `enforcement-sim COMMAND`
        command, words = command.commands[words[0]], words[1:]
    options = {option for one in command.params for option in one.opts} | {"--help"}
    return all(word.partition("=")[0] in options for word in words if re.fullmatch(r"--?[a-z][a-z-]*(=.*)?", word))


def _block(text: str) -> Block:
    return blocks_of("page.md", text)[0]


def test_a_block_without_a_known_language_and_one_without_a_reason_are_faults() -> None:
    assert faults_of(_block("```\nls\n```"))
    assert faults_of(_block("```perl\n1\n```"))
    assert faults_of(_block("<!-- not run: -->\n```console\n$ ls\n```"))
    assert faults_of(_block("<!-- not run -->\n```console\n$ ls\n```"))
    assert faults_of(_block("<!-- do not run: no reason at all -->\n```console\n$ ls\n```"))
    assert not faults_of(_block("<!-- not run: needs a cluster -->\n```console\n$ ls\n```"))
    assert not faults_of(_block("```console\n$ ls\n```"))


def test_a_mark_counts_only_right_before_its_block() -> None:
    assert not _block("<!-- not run: needs a cluster -->\nwords\n```console\n$ ls\n```").marks


def test_commands_are_continued_and_their_output_is_kept_apart() -> None:
    first, second = commands_of(_block("```console\n$ echo a \\\n    b\na b\n$ true\n```"))
    assert (first.words, first.output) == ("echo a b", "a b")
    assert (second.words, second.output) == ("true", "")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("```console\n$ false\n```", "exit code 1"),
        ("```console\n$ echo one\ntwo\n```", "other output"),
        ("<!-- exit code: 2 -->\n```console\n$ true\n```", "exit code 0, not 2"),
        ("```console\n$ enforcement-sim scenario check gone.yaml\n```", "exit code 2, not 0"),
        ("```console\n$ .venv/bin/enforcement-sim --version\nanother\n```", "other output"),
        ("```yaml\nreplications: 2\n```", "neither a scenario"),
        ("<!-- part of a scenario -->\n```yaml\nreplicatons: 2\n```", "replicatons"),
        ("```yaml\nschema: 1\nname: a\ntitle: A\nasks: A?\nextends: baselin\n```", "baselin"),
        ("```python\nassert 1 == 2, 'unequal'\n```", "unequal"),
    ],
)
def test_what_does_not_do_what_it_says_is_noticed(
    text: str, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(Exception, match=why):
        Page(tmp_path, monkeypatch, capsys).try_block(_block(text))


def test_output_is_compared_apart_from_spaces_and_what_is_left_out() -> None:
    assert prints("a  b\n c d", "a b ... d")
    assert not prints("a b c", "a c")

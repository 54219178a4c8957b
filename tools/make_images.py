"""Draws the pictures of pages that show a command's figure, by running the command as the page has it.

``python -m tools.make_images [NAME ...]``: all of them, or those named. Some need runs of two years of a field office's area, so
they are no part of ``make pages``; run it after a change of the engine, of the ensemble or of these figures.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tools.page_blocks import ROOT, blocks_of, commands_of
from tools.pictures import with_few_colours

IMAGES = ROOT / "docs" / "images"


@dataclass(frozen=True)
class Drawn:
    """A picture that a command of a page draws: the page, the command's beginning, the file it writes, and whether it writes
    there without ``--out``."""

    page: str
    begins: str
    writes: str
    by_default: bool = False


PICTURES = {
    "answer": Drawn(
        "docs/guides/answer.md",
        'enforcement-sim answer "end 287(g)" --county "Mecklenburg, NC"',
        "out/answers/end-287g-37119.png",
        by_default=True,
    ),
    "life": Drawn("docs/trace.md", "enforcement-sim trace baseline --where 12021 --set ensemble=0", "lives/life-1.png"),
    "who-changed": Drawn(
        "docs/trace.md",
        "enforcement-sim who-changed baseline baseline --where CT",
        "changed/figures/who-changed-causes.png",
    ),
    "card": Drawn("docs/both-sides.md", "enforcement-sim card baseline baseline", "out/card/card.png"),
}


def command_of(picture: Drawn) -> str:
    """Return the first command of the page that begins so and writes to the picture's folder; see :class:`Drawn`.

    Raises
    ------
    LookupError
        If the page has none.
    """
    text = (ROOT / picture.page).read_text(encoding="utf-8")
    folder = str(Path(picture.writes).parent).removesuffix("/figures")
    for block in blocks_of(picture.page, text):
        for command in commands_of(block) if block.language == "console" else []:
            there = picture.by_default or command.words.endswith(f"--out {folder}")
            if command.words.startswith(picture.begins) and there:
                return command.words
    raise LookupError(f"{picture.page} has no command that begins with {picture.begins!r} and writes to {folder}")


def draw(name: str) -> None:
    """Run a picture's command in an empty folder, and keep what it draws with few colours."""
    picture = PICTURES[name]
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": programs, "PYTHONPATH": str(ROOT / "src")}
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            command_of(picture), shell=True, cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL
        )
        with_few_colours((Path(folder) / picture.writes).read_bytes(), IMAGES / f"{name}.png")


def main() -> None:
    """Draw the pictures that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*PICTURES, []], help="pictures; all unless given")
    for name in parser.parse_args().names or PICTURES:
        draw(name)
        print(f"{name}: {(IMAGES / f'{name}.png').stat().st_size / 1024:.0f} KiB", flush=True)


if __name__ == "__main__":
    main()

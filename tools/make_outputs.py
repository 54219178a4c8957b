"""Writes anew what pages of the documentation show of a command's output, where a block is marked ``<!-- whole output -->``.

``python -m tools.make_outputs``, a part of ``make pages``. The numbers of such an example change with the engine and the
register; nobody should copy them by hand. Everything else about blocks is in ``tools/page_blocks.py``.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tools.page_blocks import ROOT, WIDTH, Block, blocks_of, commands_of, pages


def output_of(words: str) -> str:
    """Return what a command prints, in an empty folder.

    Raises
    ------
    subprocess.CalledProcessError
        If it does not end well.
    """
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT / "src"),
        "COLUMNS": str(WIDTH),
    }
    with tempfile.TemporaryDirectory() as folder:
        ended = subprocess.run(
            words, shell=True, cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8", check=True
        )
    return "\n".join(line.rstrip() for line in ended.stdout.strip().splitlines())


def renewed(text: str, block: Block) -> str:
    """Return the page with the output of the block's only command as it is now."""
    (command,) = commands_of(block)
    shown, kept = block.text, []
    for line in block.text.splitlines():
        kept.append(line)
        if not line.endswith("\\"):
            break
    return text.replace(shown, "\n".join([*kept, output_of(command.words)]), 1)


def main() -> None:
    """Renew every marked block of every page."""
    for path in pages():
        text = path.read_text(encoding="utf-8")
        for block in blocks_of(path.name, text):
            if "whole output" in block.marks:
                text = renewed(text, block)
                print(f"{path.relative_to(ROOT)}:{block.line}")
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()

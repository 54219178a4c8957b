"""Pages that the site has and the folder ``docs/`` has not, made whenever the site is built (a hook of MkDocs).

The changelog and the page on contributing stand at the top of the repository, where people look for them; the commands are
asked of the command line itself, so that the page cannot drift; and one picture lies with the results it was drawn from.
Pages link to all of them as they stand in the repository, and the links are turned here.
``mkdocs.yml`` names this file; nothing else imports it.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

ROOT = Path(__file__).parents[1]
FROM_THE_TOP = {"changelog.md": "CHANGELOG.md", "contributing.md": "CONTRIBUTING.md"}
"""Page of the site to file at the top of the repository."""
RESULTS = "results/claims"
"""Folder of results whose pictures a page shows."""
COMMANDS = "reference/commands.md"
COMMANDS_IN_CODE = "src/enforcement_sim/cli/"
"""Where a reader of the repository finds the commands."""

COMMANDS_HEAD = """# Commands

What `enforcement-sim COMMAND --help` prints, for every command. Exit codes: 0 if all went well; 1 if a run failed or a check
did not hold; 2, with a line for everything that was written wrongly. Nothing is computed or written in that last case.

Tables fit the terminal, from 60 columns on without a broken number or word; `COLUMNS=160 enforcement-sim ...` chooses a width,
also in a pipe, and without terminal and `COLUMNS` it is 100. Characters that a terminal lacks are replaced by plain ones; a file
or pipe whose encoding is not Unicode gets ASCII alone, in which JSON and scenarios read back as they were. Files of results are
always UTF-8. A closed pipe (`| head`) ends no work and changes no exit code; output that cannot be written, as on a full disk, is
printed in one line, with exit code 1, and the requested files are complete.

`enforcement-sim --install-completion` makes the shell you are in (bash, zsh, fish or PowerShell) complete commands, options,
names of shipped scenarios, parameters and claims with the Tab key, from the next shell on; `--show-completion` prints what
it would add.
"""


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages and the pictures."""
    for page, source in FROM_THE_TOP.items():
        files.append(File.generated(config, page, content=from_the_top((ROOT / source).read_text(encoding="utf-8"))))
    files.append(File.generated(config, COMMANDS, content=commands_page()))
    for picture in sorted((ROOT / RESULTS).glob("*.png")):
        files.append(File.generated(config, f"{RESULTS}/{picture.name}", abs_src_path=str(picture)))
    return files


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Let links that lead out of ``docs/`` in the repository lead to the same pages and pictures in the site."""
    markdown = markdown.replace(f"](../{RESULTS}/", f"]({RESULTS}/")
    for page, source in {**FROM_THE_TOP, COMMANDS: COMMANDS_IN_CODE}.items():
        markdown = re.sub(rf"\]\(((?:\.\./)*)\.\./{re.escape(source)}", rf"](\1{page}", markdown)
    return markdown


def from_the_top(markdown: str) -> str:
    """Return a page of the top folder with its links as they are from inside ``docs/``."""
    return re.sub(r"\]\(docs/", "](", markdown)


def commands_page() -> str:
    """Return the page of commands, from the command line's own help."""
    from typer.main import get_command

    from enforcement_sim.cli import app

    parts = [COMMANDS_HEAD]
    whole: Any = get_command(app)
    for name, command in sorted(whole.commands.items()):
        parts.append(f"## {name}\n\n{_told(command, f'enforcement-sim {name}')}")
        for below, one in sorted(getattr(command, "commands", {}).items()):
            parts.append(f"### {name} {below}\n\n{_told(one, f'enforcement-sim {name} {below}')}")
    return "\n".join(parts)


def _told(command: Any, name: str) -> str:
    """Return a command's help as a block of text."""
    context = command.context_class(command, info_name=name, max_content_width=100, terminal_width=100)
    return f"```text\n{command.get_help(context)}\n```\n"

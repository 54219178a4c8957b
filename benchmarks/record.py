"""Where a benchmark's numbers are kept: a JSON file beside it, and a table in the README between two marked lines.

Every benchmark prints what it measured, writes it here, and replaces its own part of the README and nothing else, so
the README never shows a number that no run produced.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parent
README = HERE / "README.md"


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table; the first column is text, the others are numbers."""
    lines = [f"| {' | '.join(headings)} |", f"|---|{'---:|' * (len(headings) - 1)}"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])


def keep(name: str, found: Mapping[str, Any], text: str) -> None:
    """Print what a benchmark found, write ``NAME.json``, and put the text into the README's part of that name.

    Parameters
    ----------
    name
        Of the benchmark, and of its two marked lines in the README.
    found
        Numbers as they were measured.
    text
        The same for readers, in Markdown.
    """
    print(f"\n{text}\n")
    (HERE / f"{name}.json").write_text(json.dumps({**found, "machine": machine()}, indent=1) + "\n", encoding="utf-8")
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    before, _, rest = README.read_text(encoding="utf-8").partition(begin)
    _, _, after = rest.partition(end)
    README.write_text(f"{before}{begin}\n{text}\n{end}{after}", encoding="utf-8")


def machine() -> dict[str, Any]:
    """Say on what kind of machine this was measured, without naming it."""
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "cores": os.cpu_count(),
    }


def child(script: str, *arguments: str, **environment: str) -> dict[str, Any]:
    """Run a script of this folder in a fresh process and return the JSON object it prints last.

    The compiled code's folder is handed down only if it is named here: Numba's own setting, which the package makes
    when it is imported, is left out.
    """
    inherited = {key: value for key, value in os.environ.items() if key != "NUMBA_CACHE_DIR"}
    inherited["PYTHONPATH"] = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
    done = subprocess.run(
        [sys.executable, str(HERE / script), *arguments],
        env=inherited | environment,
        stdout=subprocess.PIPE,
        check=True,
        text=True,
        encoding="utf-8",
    )
    last: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return last

"""Files that were cut, swapped, or damaged: read or refused in one line, nothing half written, every county accounted for.

``python -m tests.places.data_import.test_mutated_files 500`` tries as many as it is told and counts what became of them.
"""

from __future__ import annotations

import io
import os
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import pytest
from tests.places.data_import.test_layouts import EXAMPLES

from enforcement_sim.errors import InputError
from enforcement_sim.places.data_import.import_file import Choices, import_files
from enforcement_sim.places.geography import load_geography
from enforcement_sim.places.imported import FOLDER_VARIABLE

openpyxl = pytest.importorskip("openpyxl")
ALL_CODES = {f"{code:05d}" for code in load_geography().counties["fips"].tolist()}
TRIED = 60
"""Files that the test tries; more of them are tried by hand."""


def workbook(text: str, chance: random.Random) -> bytes:
    """The cells of a text in a workbook, with other sheets around them, some hidden, some empty."""
    book = openpyxl.Workbook()
    for number in range(chance.randint(0, 3)):
        sheet = book.create_sheet(f"Sheet {number}", chance.randint(0, 1))
        sheet.sheet_state = chance.choice(["visible", "hidden", "veryHidden"])
        for line in chance.choices(text.splitlines() or [""], k=chance.randint(0, 2)):
            sheet.append(line.split(","))
    book.active.sheet_state = "visible"
    for line in text.splitlines():
        book.active.append(
            [
                chance.choice([cell, cell, cell, f"=A{cell}", None]) if chance.random() < 0.1 else cell
                for cell in line.split(",")
            ]
        )
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def mutated(chance: random.Random) -> tuple[str, bytes]:
    """A file's name and its damaged content."""
    name, text = chance.choice(list(EXAMPLES.items()))
    lines = text.splitlines()
    for _ in range(chance.randint(0, 3)):
        at, other = (chance.randrange(len(lines)) for _ in range(2))
        how = chance.choice(["cut", "drop", "double", "swap rows", "swap cells", "cell"])
        cells, others = lines[at].split(","), lines[other].split(",")
        one, two = chance.randrange(len(cells)), chance.randrange(len(others))
        if how == "cut":
            lines[at] = lines[at][: chance.randint(0, len(lines[at]))]
        elif how == "drop" and len(lines) > 1:
            del lines[at]
        elif how == "double":
            lines.insert(other, lines[at])
        elif how == "swap rows":
            lines[at], lines[other] = lines[other], lines[at]
        elif how == "swap cells":
            cells[one], others[two] = others[two], cells[one]
            lines[at], lines[other] = ",".join(cells), ",".join(others)
        else:
            cells[one] = chance.choice(
                [
                    "",
                    "-1",
                    "1e9",
                    "=1+1",
                    '"',
                    "\u0661",
                    "nan",
                    "2012",
                    "10003",
                    "Kent",
                    "\U0001f600",
                    "9" * 40,
                    "[[",
                    "Total",
                ]
            )
            lines[at] = ",".join(cells)
    text = "\n".join(lines) + chance.choice(["\n", "", "\r\n", "\n\n\n"])
    if chance.random() < 0.2:
        name, content = "book.xlsx", workbook(text, chance)
    else:
        text = text.replace(",", chance.choice([",", ",", ",", ";", "\t"]))
        content = text.encode(
            chance.choice(["utf-8", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252", "utf-32"]), "replace"
        )
    damaged = bytearray(content)
    if damaged and chance.random() < 0.5:
        for _ in range(chance.randint(1, 4)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
    if damaged and chance.random() < 0.2:
        del damaged[chance.randrange(len(damaged)) :]
    return name, bytes(damaged)


def tried(folder: Path, seed: int) -> str:
    """What became of one damaged file; raises for a traceback, a half-written table and a county without an account."""
    name, content = mutated(random.Random(seed))
    path = folder / name
    path.write_bytes(content)
    own, listed = folder / "own", folder / "list.csv"
    choices = Choices(
        accept_sums=seed % 2 == 0, accept_unknown=seed % 3 == 0, county="10001" if seed % 5 else None, list_file=listed
    )
    try:
        found = import_files([path], choices)
    except InputError as error:
        assert "\n" not in str(error) and len(str(error)) < 10_000
        assert not own.exists() and not listed.exists() and [path] == list(folder.iterdir())
        return "refused"
    for one in found:
        table = own / one.checked.kind / f"{one.checked.name}.csv"
        assert table.read_bytes() == one.checked.content
        taken = {row[0] for row in one.checked.rows}
        accounts = {account.fips for account in one.checked.accounts if account.fips}
        assert taken | accounts == ALL_CODES
        lines = listed.read_text(encoding="utf-8").splitlines()
        assert {line.split(",")[1] for line in lines} >= ALL_CODES
    return "read"


@pytest.mark.parametrize("first", range(0, TRIED, 10))
@pytest.mark.slow
def test_damaged_files_are_read_or_refused_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, first: int) -> None:
    for seed in range(first, first + 10):
        folder = tmp_path / str(seed)
        folder.mkdir()
        monkeypatch.setenv(FOLDER_VARIABLE, str(folder / "own"))
        assert tried(folder, seed) in ("read", "refused")


if __name__ == "__main__":
    outcomes: Counter[str] = Counter()
    slowest = 0.0
    for seed in range(int(sys.argv[1])):
        with tempfile.TemporaryDirectory() as folder:
            os.environ[FOLDER_VARIABLE] = str(Path(folder) / "own")
            start = time.perf_counter()
            try:
                outcomes[tried(Path(folder), seed)] += 1
            except Exception as error:
                outcomes[f"FAILED {seed}: {type(error).__name__} {error}"[:200]] += 1
            slowest = max(slowest, time.perf_counter() - start)
    for outcome, number in outcomes.items():
        print(f"{outcome}: {number}")
    print(f"slowest: {slowest:.2f} s")

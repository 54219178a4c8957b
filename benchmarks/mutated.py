"""Are scenario files, settings, seeds and addresses refused in words, whatever is written? Prints, keeps nothing.

Shipped scenarios, settings and addresses are changed at random: bytes flipped, lines cut, doubled and swapped, values put in
the place of others, numbers made huge, Unicode and pieces of YAML thrown in. Each is handed to the program, which may take
it or refuse it with exit code 2 and lines that begin with ``error:``; anything else is a fault, and so is a file or folder
that a refused input leaves behind. ``python benchmarks/mutated.py 20000`` tries so many of all kinds together.
"""

from __future__ import annotations

import contextlib
import io
import os
import random
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from enforcement_sim.cli import main
from enforcement_sim.commands.running import chosen_scenario
from enforcement_sim.errors import InputError, InputNotice
from enforcement_sim.explorer.choices import choices_of, pair_of
from enforcement_sim.scenarios.file_format import read_seed
from enforcement_sim.scenarios.load import load_scenario, shipped_folder

DELAWARE = """\
schema: 1
name: plan
extends: baseline
period: {start: 2010-10-01, end: 2011-09-30}
scope: {states: [DE]}
replications: {at_least: 4, at_most: 8, until: {measure: removed, half_width: 20, of: difference}}
seed: 7
thin: 2
ensemble: 1
data: {activation: embedded}
parameters:
  detainer.hold_hours: 72
changes:
  decline: {decision: honour, rule: honour-none, where: {counties: ["10003"]}, from: 2011-01-01, until: 2011-06-01}
  share: {decision: sharing, rule: not-shared, where: {states: [DE]}}
sweep:
  detainer.hold_hours: [24, 48]
  changes.decline.rule: [honour-all, honour-trust]
"""
SETTINGS = (
    "detainer.hold_hours=72",
    "scope={states: [CA, TX]}",
    'scope={counties: ["06037", "46102"]}',
    "period.start=2011-02-28",
    "changes.x={decision: honour, rule: honour-none, where: nation, from: 2011-01-01}",
    "thin=10",
    "ensemble=2",
    "data.activation=embedded",
    "title=A title",
)
ADDRESSES = (
    "?place=CA,NV&from=2011-01-01&to=2012-06-30&hold=96&activated=2011-07-01",
    "?place=06037&rule=honour:honour-trust:2011-02-01:2012-01-01:CA&rule=honour:honour-none",
    "?set=pickup.crew_capacity%3D0.04&set=start.warm_days%3D0&show=map&month=2011-05&person=3",
)
SEEDS = ("1", "4611686018427387903", "9223372036854775807")
JUNK = (
    *(
        "null",
        "~",
        "true",
        "[]",
        "{}",
        "''",
        "-1",
        "0",
        "2.5",
        "1e400",
        ".5e400",
        ".nan",
        "-.inf",
        "0x30",
        "0o60",
        "048",
    ),
    *("9" * 30, "9" * 60, "1" + "0" * 5_000, "2011-02-30", "2011-13-01", "2012-01-01T00:00:00", "0001-01-01", "nation"),
    *(
        "&a [*a]",
        "*a",
        "!!int 3",
        "!!python/object:os.system",
        "<<: {a: 1}",
        "{a: 1, a: 2}",
        "[[[[[[[[[[",
        "{{{{",
        "- - - -",
    ),
    *(
        "\u00e9",
        "\u202e",
        "\U0001f600",
        "\ufeff",
        "\u0663\u0663",
        "\x00",
        "\x07",
        "\u2028",
        "\ud7ff",
        "a\tb",
        "%",
        "%zz",
        "%ff",
    ),
    *(
        "nation: x",
        "states",
        "counties",
        '"12025"',
        '"09110"',
        '"06o37"',
        "Los Angeles",
        "CA",
        "zz",
        "honour-none",
        "..",
        "~x.yaml",
    ),
    *(
        "? a",
        ": b",
        "|",
        ">-",
        "'",
        '"',
        "#",
        "---",
        "...",
        "%YAML 1.1",
        "@",
        "`",
        "\\",
        "a" * 300,
        ",",
        "=",
        "&",
        "==",
    ),
)
KEYS = (
    "name",
    "extends",
    "scope",
    "changes",
    "sweep",
    "design",
    "seed",
    "replications",
    "parameters",
    "data",
    "until",
    "a.b",
    "",
)


@dataclass
class Found:
    """What became of the inputs."""

    tried: int = 0
    refused: int = 0
    faults: list[str] = field(default_factory=list)
    slowest: float = 0.0
    slowest_input: str = ""


def mutated(text: str, dice: random.Random) -> str:
    """Return a text with one to four changes."""
    for _ in range(dice.randint(1, 4)):
        text = dice.choice(CHANGES)(text, dice)
    return text


def _flipped(text: str, dice: random.Random) -> str:
    raw = bytearray(text.encode("utf-8", "surrogatepass") or b" ")
    for _ in range(dice.randint(1, 3)):
        raw[dice.randrange(len(raw))] ^= 1 << dice.randrange(8)
    return raw.decode("utf-8", "replace" if dice.random() < 0.5 else "surrogateescape")


def _cut(text: str, dice: random.Random) -> str:
    first, last = sorted(dice.randrange(len(text) + 1) for _ in range(2))
    return text[:first] + (text[last:] if dice.random() < 0.7 else "")


def _lines(text: str, dice: random.Random) -> str:
    lines = text.splitlines(keepends=True) or [""]
    at, other = dice.randrange(len(lines)), dice.randrange(len(lines))
    how = dice.randrange(3)
    if how == 0:
        del lines[at]
    elif how == 1:
        lines.insert(at, lines[other])
    else:
        lines[at], lines[other] = lines[other], lines[at]
    return "".join(lines)


def _thrown_in(text: str, dice: random.Random) -> str:
    at = dice.randrange(len(text) + 1)
    return text[:at] + dice.choice(JUNK) + text[at:]


def _another_value(text: str, dice: random.Random) -> str:
    """Put something in the place of a value: behind a colon, an equals sign or a comma, up to the next one."""
    starts = [at + 1 for at, one in enumerate(text) if one in ":=,["]
    if not starts:
        return dice.choice(JUNK)
    start = dice.choice(starts)
    ends = [at for at in range(start, len(text)) if text[at] in ",]}\n&"]
    end = ends[0] if ends else len(text)
    value = dice.choice(JUNK) if dice.random() < 0.7 else text[slice(*sorted(dice.randrange(len(text)) for _ in "ab"))]
    return f"{text[:start]} {value}{text[end:]}"


def _another_key(text: str, dice: random.Random) -> str:
    lines = text.splitlines(keepends=True) or [""]
    at = dice.randrange(len(lines))
    _, colon, rest = lines[at].partition(":")
    indent = " " * dice.choice((0, 0, 2, 4))
    lines[at] = f"{indent}{dice.choice(KEYS)}:{rest if colon else ' 1'}"
    return "".join(lines)


CHANGES: tuple[Callable[[str, random.Random], str], ...] = (
    _flipped,
    _cut,
    _lines,
    _thrown_in,
    _another_value,
    _another_value,
    _another_key,
)


def _refused(words: list[str]) -> bool:
    """Call the program; return whether it refused, and raise for any other end than 0 and 2."""
    said, errors = io.StringIO(), io.StringIO()
    before = sys.argv
    sys.argv = ["enforcement-sim", *words]
    try:
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(errors):
            main()
        code: object = 0
    except SystemExit as ended:
        code = ended.code or 0
    finally:
        sys.argv = before
    lines = errors.getvalue().split("\n")
    if code == 0:
        return False
    if code != 2 or not all(line.startswith(("error: ", "note: ")) or not line for line in lines):
        raise AssertionError(f"exit code {code}: {errors.getvalue()[-300:]}")
    if not any(line.startswith("error: ") for line in lines):
        raise AssertionError("exit code 2 without a word")
    return True


def _file(dice: random.Random, folder: Path) -> tuple[str, Callable[[], bool]]:
    """Return a changed scenario file, and what tries it."""
    shipped = sorted(shipped_folder().glob("*.yaml"))
    base = DELAWARE if dice.random() < 0.5 else dice.choice(shipped).read_text(encoding="utf-8")
    text = mutated(base, dice)
    path = folder / "plan.yaml"
    path.write_bytes(text.encode("utf-8", "surrogateescape" if dice.random() < 0.9 else "replace"))

    def tried() -> bool:
        try:
            scenario = load_scenario(path)
        except InputError as error:
            lines = str(error).split("\n")
            assert all(line.startswith((str(path.parent), "and more")) for line in lines), str(error)
            placed = [(one.file or "", one.line or 0) for one in error.errors if one.file == str(path)]
            assert placed == sorted(placed), "not in the order of the lines"
            assert _refused(["sweep", str(path), "--dry-run", "--out", str(folder / "out")])
            return True
        assert scenario.resolved()["schema"] == 1
        return False

    return text, tried


def _setting(dice: random.Random, folder: Path) -> tuple[str, Callable[[], bool]]:
    """Return changed settings, and what tries them."""
    chosen = dice.sample(SETTINGS, dice.randint(1, 3))
    chosen[0] = mutated(chosen[0], dice).replace("\0", "")
    words = [word for one in chosen for word in ("--set", one)]

    def tried() -> bool:
        try:
            chosen_scenario("null", chosen, {})
        except InputError as error:
            assert all("\n" not in str(one) for one in error.errors)
            assert _refused(["sweep", "null", "--dry-run", "--out", str(folder / "out"), *words])
            return True
        return False

    return " ".join(chosen), tried


def _seed(dice: random.Random, folder: Path) -> tuple[str, Callable[[], bool]]:
    """Return a changed seed, and what tries it."""
    text = mutated(dice.choice(SEEDS), dice).replace("\0", "")

    def tried() -> bool:
        try:
            read_seed(text)
        except InputError as error:
            assert "\n" not in str(error)
            assert _refused(["run", "baseline", "--out", str(folder / "out"), f"--seed={text}"])
            return True
        return False

    return text, tried


def _address(dice: random.Random, _: Path) -> tuple[str, Callable[[], bool]]:
    """Return a changed address, and what tries it."""
    text = mutated(dice.choice(ADDRESSES), dice)
    if dice.random() < 0.3:
        text = quote(text, safe="?=&", errors="surrogateescape")

    def tried() -> bool:
        try:
            pair_of(choices_of(text))
        except InputError as error:
            assert all(str(one) and "\n" not in str(one) for one in error.errors)
            return True
        return False

    return text, tried


KINDS = (_file, _file, _file, _setting, _setting, _address, _seed)


def try_many(number: int, seed: int = 1) -> Found:
    """Try a number of changed inputs, the same ones for a seed."""
    found = Found()
    with tempfile.TemporaryDirectory() as home, contextlib.chdir(home), warnings.catch_warnings():
        warnings.simplefilter("ignore", InputNotice)
        folder = Path(home) / "inputs"
        folder.mkdir()
        for index in range(number):
            dice = random.Random(f"{seed}-{index}")
            text, tried = KINDS[index % len(KINDS)](dice, folder)
            began = time.perf_counter()
            try:
                found.refused += tried()
            except Exception as error:
                found.faults.append(f"{seed}-{index}: {text!r}: {type(error).__name__}: {error}")
            took = time.perf_counter() - began
            if took > found.slowest:
                found.slowest, found.slowest_input = took, f"{seed}-{index}: {text[:200]!r}"
            left = set(os.listdir(home)) - {"inputs"} | set(os.listdir(folder)) - {"plan.yaml"}
            if left:
                found.faults.append(f"{seed}-{index}: {text!r}: left {sorted(left)}")
            found.tried += 1
    return found


if __name__ == "__main__":
    began = time.perf_counter()
    result = try_many(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000, int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    print(f"{result.tried:,} tried, {result.refused:,} refused, {len(result.faults)} faults")
    print(f"{time.perf_counter() - began:.0f} s; the slowest took {result.slowest:.2f} s: {result.slowest_input}")
    print("\n".join(result.faults[:20]))
    sys.exit(bool(result.faults))

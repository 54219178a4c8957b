"""What makes stored numbers out of date: a number that may be another, and no sentence."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from enforcement_sim.process.jit import ENGINE_SOURCES
from enforcement_sim.runs.provenance import code_without_text, rules_digest
from enforcement_sim.studies.claims import made_with as claims_made_with
from enforcement_sim.studies.claims import runs as claim_runs
from enforcement_sim.studies.claims.made_with import CHANGED, PACKAGE, made_with

SOURCE = '''"""What it is."""

LIMIT = 3  # days
"""A comment of the module."""


def days(hours: float) -> float:
    """Return days."""
    if hours < 0:
        raise ValueError(
            "there are no"  # in words
            " such hours"
        )
    return min(hours / 24, LIMIT)
'''


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("What it is.", "What it may be, in é words."),
        ("  # days", ""),
        ("A comment of", "Another comment of"),
        ("Return days.", "Return\n    days.\n    "),
        ("there are no", "one cannot have"),
        ("\n\n\n", "\n\n"),
    ],
)
def test_a_sentence_of_code_changes_nothing(old: str, new: str) -> None:
    assert old in SOURCE
    assert code_without_text(SOURCE.replace(old, new)) == code_without_text(SOURCE)


@pytest.mark.parametrize(
    ("old", "new"), [("= 3", "= 4"), ("hours / 24", "hours / 25"), ("hours < 0", "hours <= 0"), ("min(", "max(")]
)
def test_a_number_or_a_step_does(old: str, new: str) -> None:
    assert code_without_text(SOURCE.replace(old, new)) != code_without_text(SOURCE)


def test_what_is_left_of_code_is_code() -> None:
    left = code_without_text(SOURCE)
    assert left.splitlines() == [
        "LIMIT = 3",
        "def days(hours: float) -> float:",
        "    if hours < 0:",
        "        raise",
        "    return min(hours / 24, LIMIT)",
    ]


NO_NUMBER = {
    "runs/": "carries runs out and compares them",
    "scenarios/": "what is read from scenario files is in the runs",
    "parameters/": "what is read from the register is in the runs",
    "process/": "reads records or looks after machine code: histories, outcomes, cache",
    "studies/": "the file of claims and what validation reads",
    "law/": "a layer over the counts that claims do not lay: recording",
    "no_effect/": "tells what does nothing, and simulates nothing",
    "": "words, errors, names: __init__, amounts, csv_text, errors, notebook, labels, place_labels, yaml_lines",
}
"""Why modules that a run, a count or a recipe imports are in no hash; whole rooms, or the modules named."""


def imported_modules(*names: str) -> set[str]:
    """Return the files of all modules that some modules import, directly or through others."""
    found: set[str] = set()
    ahead = list(names)
    while ahead:
        path = PACKAGE.joinpath(*ahead.pop().split(".")[1:])
        for file in (path.with_suffix(".py"), path / "__init__.py"):
            name = file.relative_to(PACKAGE).as_posix() if file.is_file() else ""
            if (
                name and name not in found and not name.startswith("plots/")
            ):  # fetched to be typed, and when they are used
                found.add(name)
                for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                    if isinstance(node, ast.ImportFrom) and str(node.module).startswith("enforcement_sim"):
                        ahead += [str(node.module), *(f"{node.module}.{one.name}" for one in node.names)]
    return found


def test_every_module_that_reaches_a_number_is_hashed() -> None:
    hashed = {*claims_made_with.ENGINE_TOO, *(f"process/{name}.py" for name in ENGINE_SOURCES)}
    for pattern in (*claims_made_with.AROUND, *claims_made_with.RECIPES):
        hashed |= {path.relative_to(PACKAGE).as_posix() for path in PACKAGE.glob(pattern)}
    imported = imported_modules(
        "enforcement_sim.model", "enforcement_sim.studies.claims.measured", "enforcement_sim.studies.claims.runs"
    )
    assert "process/profiles.py" in hashed & imported and len(imported) > 50
    for name in imported - hashed - {"process/__init__.py"}:
        room = name[: name.index("/") + 1] if "/" in name else ""
        why = NO_NUMBER.get(room, "")
        stem = name.removeprefix(room).removesuffix(".py")
        whole = room in ("runs/", "scenarios/", "parameters/", "no_effect/", "studies/")
        assert whole or stem in why.replace(",", "").split(), (
            f"{name} is in no hash of claims_made_with: add it there, or say in NO_NUMBER why it reaches no number"
        )


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Let the hashes be those of a copy of the package's files."""
    patterns = (*claims_made_with.AROUND, *claims_made_with.RULES, *claims_made_with.DATA, *claims_made_with.RECIPES)
    for pattern in (*patterns, "process/*.py", *claims_made_with.ENGINE_TOO):
        for path in PACKAGE.glob(pattern):
            here = tmp_path / path.relative_to(PACKAGE)
            here.parent.mkdir(parents=True, exist_ok=True)
            here.write_bytes(path.read_bytes())
    monkeypatch.setattr(claims_made_with, "PACKAGE", tmp_path)
    made_with.cache_clear()
    yield tmp_path
    made_with.cache_clear()


def changed(root: Path, name: str, old: str, new: str) -> set[str]:
    """Return which hashes change with a file of the copy."""
    before = made_with()
    path = root / name
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{name} has no {old!r}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    made_with.cache_clear()
    now = made_with()
    path.write_text(text, encoding="utf-8")
    made_with.cache_clear()
    return {part for part in CHANGED if now[part] != before[part]}


def test_files_of_the_package_make_the_part_that_they_belong_to_out_of_date(copied: Path) -> None:
    assert changed(copied, "process/detainer.py", "import", "import math, ") == {"engine"}
    assert changed(copied, "codes.py", "removed", "removed_") == {"engine"}
    assert changed(copied, "results/costs.py", "CENTS = 100", "CENTS = 101") == {"inputs"}
    assert changed(copied, "law/rulebook.yaml", "effective: 2008-03-28", "effective: 2008-03-29") == {"inputs"}
    assert changed(copied, "places/data/agreements_287g.csv", "20", "21") == {"inputs"}
    assert changed(copied, "studies/claims/recipes/reach.py", "3181", "3182") == {"recipes"}


def test_sentences_of_the_package_make_nothing_out_of_date(copied: Path) -> None:
    for name in ("process/detainer.py", "results/costs.py", "studies/claims/recipes/reach.py"):
        assert changed(copied, name, '"""', '"""Another sentence. ') == set()
    assert (
        changed(copied, "law/rulebook.yaml", "Anyone found removable, the most", "Whoever is removable, the most")
        == set()
    )
    assert changed(copied, "law/rulebook.yaml", "Wording of levels 1 and 2 seen", "Levels 1 and 2 seen") == set()


def test_a_parameter_makes_the_runs_out_of_date(monkeypatch: pytest.MonkeyPatch) -> None:
    made_with.cache_clear()
    before = made_with()
    design = claim_runs.claims_design()
    points = [point.scenario.with_(**{"detainer.hold_hours": 47.0}) for point in design.points]
    monkeypatch.setattr(claim_runs, "_scenarios", lambda thin: tuple(points))
    made_with.cache_clear()
    assert {part for part in CHANGED if made_with()[part] != before[part]} == {"runs"}
    retold = [point.scenario.with_(title="Another title") for point in design.points]
    monkeypatch.setattr(claim_runs, "_scenarios", lambda thin: tuple(retold))
    made_with.cache_clear()
    assert made_with() == before
    made_with.cache_clear()


def test_definitions_are_hashed_without_their_words(tmp_path: Path) -> None:
    path = tmp_path / "definitions.yaml"
    text = (PACKAGE / "law" / "definitions.yaml").read_text(encoding="utf-8")
    path.write_text(text, encoding="utf-8")
    whole = rules_digest(path)
    path.write_text(text.replace("ICE levels from 2010", "Levels of ICE from 2010", 1), encoding="utf-8")
    assert rules_digest(path) == whole
    path.write_text(text.replace("felony_conviction", "any_conviction", 1), encoding="utf-8")
    assert rules_digest(path) != whole

"""What makes stored numbers out of date: a number that may be another, and no sentence."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from enforcement_sim.runs.design import Design
from enforcement_sim.studies.claims import measured
from enforcement_sim.studies.claims.measured import CHANGED, FILES, PACKAGE, made_with, meaning_of_code
from enforcement_sim.studies.claims.worlds import claims_design

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
        ("min(hours / 24, LIMIT)", "min(\n        hours / 24, LIMIT\n    )"),
    ],
)
def test_a_sentence_of_code_changes_nothing(old: str, new: str) -> None:
    assert old in SOURCE
    assert meaning_of_code(SOURCE.replace(old, new)) == meaning_of_code(SOURCE)


@pytest.mark.parametrize(
    ("old", "new"), [("= 3", "= 4"), ("hours / 24", "hours / 25"), ("hours < 0", "hours <= 0"), ("min(", "max(")]
)
def test_a_number_or_a_step_does(old: str, new: str) -> None:
    assert meaning_of_code(SOURCE.replace(old, new)) != meaning_of_code(SOURCE)


def test_what_is_left_of_code_is_code() -> None:
    left = meaning_of_code(SOURCE)
    assert left.splitlines() == [
        "LIMIT = 3",
        "def days(hours: float) -> float:",
        "    if hours < 0:",
        "        raise",
        "    return min(hours / 24, LIMIT)",
    ]


NO_NUMBER = {
    "parameters": "what is read from the register is in the runs",
    "runs": "carries runs out and compares them",
    "no_effect": "says what has no effect, and simulates nothing",
    "tables": "writes and shows tables of what is counted",
    "plots": "imported for types, and when figures are drawn",
}
"""Why modules of a room that a run or a count imports are in no hash."""
WORDS = {
    *("__init__", "amounts", "csv_text", "errors", "labels", "notebook"),
    *("place_labels", "written_places", "yaml_lines", "yaml_models"),
}
"""Modules outside the rooms that read, word and write; names of counties are codes before a run is named."""
CLAIMS_FILE = {"studies/claims/arithmetic.py", "studies/claims/published.py"}
"""Read the claims; the numbers that are counted with are hashed themselves."""


def imported_modules(*names: str) -> set[str]:
    """Return the files of all modules that some modules import, directly or through others."""
    found: set[str] = set()
    ahead = list(names)
    while ahead:
        path = PACKAGE.joinpath(*ahead.pop().split(".")[1:])
        for file in (path.with_suffix(".py"), path / "__init__.py"):
            name = file.relative_to(PACKAGE).as_posix() if file.is_file() else ""
            if name and name not in found:
                found.add(name)
                if name.startswith("plots/"):
                    continue
                for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                    if isinstance(node, ast.ImportFrom) and str(node.module).startswith("enforcement_sim"):
                        ahead += [str(node.module), *(f"{node.module}.{one.name}" for one in node.names)]
    return found


def test_every_module_that_reaches_a_number_is_hashed() -> None:
    hashed = {
        path.relative_to(PACKAGE).as_posix()
        for patterns in FILES.values()
        for pattern in patterns
        for path in PACKAGE.glob(pattern)
    }
    imported = imported_modules("enforcement_sim.model", "enforcement_sim.studies.claims.worlds")
    assert {"results/dimensions.py", "studies/claims/observe_people.py", "results/result.py"} <= hashed & imported
    for name in imported - hashed - CLAIMS_FILE:
        room, _, module = name.rpartition("/")
        no_number = room.split("/")[0] in NO_NUMBER or (not room and module.removesuffix(".py") in WORDS)
        assert no_number or module == "__init__.py", (
            f"{name} is in no hash of studies/claims/measured.py: add it to FILES, or say here why it reaches no number"
        )


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Let the hashes be those of a copy of the package's files."""
    for pattern in (pattern for patterns in FILES.values() for pattern in patterns):
        for path in PACKAGE.glob(pattern):
            here = tmp_path / path.relative_to(PACKAGE)
            here.parent.mkdir(parents=True, exist_ok=True)
            here.write_bytes(path.read_bytes())
    monkeypatch.setattr(measured, "PACKAGE", tmp_path)
    made_with.cache_clear()
    yield tmp_path
    made_with.cache_clear()


def changed(root: Path, name: str, old: str, new: str) -> set[str]:
    """Return which hashes change with a file of the copy; those of the copy as it was are computed once."""
    before = made_with()
    path = root / name
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{name} has no {old!r}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    now = made_with.__wrapped__()
    path.write_text(text, encoding="utf-8")
    return {part for part in CHANGED if now[part] != before[part]}


@pytest.mark.slow
def test_files_of_the_package_make_the_part_that_they_belong_to_out_of_date(copied: Path) -> None:
    assert changed(copied, "process/detainer.py", "import", "import math, ") == {"engine"}
    assert changed(copied, "codes.py", "removed", "removed_") == {"engine"}
    assert changed(copied, "results/costs.py", "CENTS = 100", "CENTS = 101") == {"inputs"}
    assert changed(copied, "law/rulebook.yaml", "effective: 2008-03-28", "effective: 2008-03-29") == {"inputs"}
    assert changed(copied, "law/definitions.yaml", "felony_conviction", "any_conviction") == {"inputs"}
    assert changed(copied, "places/data/agreements_287g.csv", "20", "21") == {"inputs"}
    assert changed(copied, "studies/claims/observe_places.py", "date(2011, 4, 1)", "date(2011, 4, 2)") == {"counting"}


@pytest.mark.slow
def test_sentences_of_the_package_make_nothing_out_of_date(copied: Path) -> None:
    for name in ("process/detainer.py", "results/costs.py", "studies/claims/observe_places.py"):
        assert changed(copied, name, '"""', '"""Another sentence. ') == set()
    for file, old, new in (
        ("rulebook", "Anyone found removable, the most", "Whoever is removable, the most"),
        ("rulebook", "Wording of levels 1 and 2 seen", "Levels 1 and 2 seen"),
        ("definitions", "ICE levels from 2010", "Levels of ICE from 2010"),
    ):
        assert changed(copied, f"law/{file}.yaml", old, new) == set()


@pytest.mark.slow
def test_a_parameter_makes_the_runs_out_of_date(monkeypatch: pytest.MonkeyPatch) -> None:
    made_with.cache_clear()
    before, design = made_with(), claims_design()

    def with_settings(**settings: object) -> Design:
        points = [replace(point, scenario=point.scenario.with_(**settings)) for point in design.points]
        return replace(design, points=tuple(points))

    for settings, parts in (({"detainer.hold_hours": 47.0}, {"runs"}), ({"title": "Another title"}, set())):
        monkeypatch.setattr(measured, "claims_design", lambda settings=settings: with_settings(**settings))
        made_with.cache_clear()
        assert {part for part in CHANGED if made_with()[part] != before[part]} == parts
    made_with.cache_clear()


@pytest.mark.parametrize("what", ["number", "period"])
def test_what_operators_take_from_a_claim_makes_the_counting_out_of_date(
    what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made_with.cache_clear()
    before, known = made_with(), measured.load_claims()
    claim = known["enrolled-02"]
    assert claim.by_hand is not None
    if what == "number":
        numbers = claim.by_hand.numbers
        larger = numbers | {"jurisdictions": numbers["jurisdictions"].model_copy(update={"value": 3182.0})}
        update: dict[str, object] = {"by_hand": claim.by_hand.model_copy(update={"numbers": larger})}
    else:
        update = {"own": claim.own.model_copy(update={"end": date(2012, 3, 31)})}
    changed_claims = {**known, "enrolled-02": claim.model_copy(update=update)}
    monkeypatch.setattr(measured, "load_claims", lambda: changed_claims)
    made_with.cache_clear()
    assert {part for part in CHANGED if made_with()[part] != before[part]} == {"counting"}
    made_with.cache_clear()

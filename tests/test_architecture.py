"""The arrows of the house: which room may import which, and what no room may touch.

Every import in the package is read with `ast`. A room may import the rooms below it in the list and nothing else of
ours; the first name of a module's path inside the package is its room. What stands under `if TYPE_CHECKING` is not
imported when the program runs, and may name a type from above.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import enforcement_sim

PACKAGE = Path(enforcement_sim.__file__).parent

# From the top down. Rooms of one floor do not import each other.
FLOORS = (
    ("cli",),
    ("explorer",),
    ("report",),
    ("studies",),
    ("plots",),
    ("commands",),
    ("runs",),
    ("model",),
    ("results",),
    ("scenarios",),
    ("notebook",),
    ("terminal",),
    ("no_effect",),
    ("place_labels", "labels"),
    ("places",),
    ("process",),
    ("law", "parameters"),
    ("yaml_models",),
    ("yaml_lines",),
    ("tables", "errors", "codes"),
)
FLOOR_OF = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}

# Narrower than the floors: what these rooms may see of ours.
ONLY = {
    "law": {"errors", "codes", "yaml_lines", "yaml_models"},
    "parameters": {"errors", "codes", "yaml_lines", "yaml_models"},
    "process": {"errors", "codes", "law", "parameters"},
}
MESA = ("model",)

# Which worlds are run may be sampled from a seed, for a design or a calibration; what happens in one may not.
SAMPLES = {
    "runs/sampling.py",
    "studies/calibration/compute.py",
    "studies/calibration/search.py",
    "studies/calibration/unknowns.py",
}

# The public face fetches from the rooms and is not one of them.
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(tree: ast.AST) -> Iterator[str]:
    """Yield the full dotted name of everything a module imports when it runs, also inside functions."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "write imports in full"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        else:
            yield from imports(node)


def test_every_room_has_its_floor() -> None:
    assert {room_of(path) for path in MODULES} <= set(FLOOR_OF)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_arrows_point_down(path: Path) -> None:
    room = room_of(path)
    for name in imports(ast.parse(path.read_text(encoding="utf-8"))):
        top, _, rest = name.partition(".")
        if top == "mesa":
            assert room in MESA, f"{room} imports {name}"
        below = rest.partition(".")[0]
        if top != "enforcement_sim" or below in (room, "__version__"):
            continue
        assert below in FLOOR_OF, f"{room} imports {name}: import from the room it lives in"
        assert FLOOR_OF[below] > FLOOR_OF[room], f"{room} imports {name}, which is not below it"
        assert below in ONLY.get(room, {below}), f"{room} imports {name}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_nothing_touches_a_stream_of_random_numbers(path: Path) -> None:
    """Draws are functions of keys: `random`, `numpy.random` and Mesa's `model.random` are not for results."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert not [
        name for name in imports(tree) if "random" in name.split(".") and not name.startswith("enforcement_sim.")
    ]
    touched = [node.lineno for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr == "random"]
    if path.relative_to(PACKAGE).as_posix() in SAMPLES:
        return
    assert not touched, f"{path}: lines {touched}"


def test_process_knows_records_and_never_agents_or_places() -> None:
    for path in MODULES:
        if room_of(path) == "process":
            names = set(imports(ast.parse(path.read_text(encoding="utf-8"))))
            assert not [name for name in names if name.startswith(("mesa", "enforcement_sim.places"))]

"""The arrows of the house: which room may import which, and what no room may touch.

Every import in the package is read with `ast`. A room may import the rooms below it in the list and nothing else of
ours; the first name of a module's path inside the package is its room. Imports of types alone, and imports inside functions,
count like all others.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
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
    ("place_labels", "labels", "written_places"),
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
    "law": {"errors", "codes", "tables", "yaml_lines", "yaml_models"},
    "parameters": {"errors", "codes", "tables", "yaml_lines", "yaml_models"},
    "process": {"errors", "codes", "law", "parameters"},
}
MESA = ("model",)

# Names that a file may have in every study's folder; every other name stands once in the package.
OF_EVERY_STUDY = ("compute.py", "figure.py", "command.py", "page.py")

# Which worlds are run may be sampled from a seed, for a design or a calibration; what happens in one may not. Offences of
# repeated worlds are imported and happen in none.
SAMPLES = {
    "runs/sampling.py",
    "studies/calibration/compute.py",
    "studies/calibration/observed.py",
    "studies/calibration/posterior_draws.py",
    "studies/calibration/sampler.py",
    "studies/calibration/simulation_based.py",
    "studies/calibration/unknowns.py",
    "studies/research_designs/repeated_offences.py",
}

# The public face fetches from the rooms and is not one of them.
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(tree: ast.AST) -> Iterator[str]:
    """Yield the full dotted name of everything a module imports, also inside functions and for types alone."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "write imports in full"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_every_room_has_its_floor() -> None:
    assert {room_of(path) for path in MODULES} <= set(FLOOR_OF)


def upward_imports(path: Path) -> Iterator[str]:
    """Say of a module which imports go to a room that is not below its own."""
    room = room_of(path)
    for name in imports(ast.parse(path.read_text(encoding="utf-8"))):
        top, _, rest = name.partition(".")
        below = rest.partition(".")[0]
        if top == "mesa" and room not in MESA:
            yield f"{path}: {room} imports {name}"
        if top != "enforcement_sim" or below in (room, "__version__"):
            continue
        if below not in FLOOR_OF:
            yield f"{path}: {room} imports {name}: import from the room it lives in"
        elif FLOOR_OF[below] <= FLOOR_OF[room]:
            yield f"{path}: {room} imports {name}, which is not below it"
        elif below not in ONLY.get(room, {below}):
            yield f"{path}: {room} imports {name}"


def test_arrows_point_down() -> None:
    faults = [fault for path in MODULES for fault in upward_imports(path)]
    assert not faults, "\n".join(faults)


def streams_in(path: Path) -> Iterator[str]:
    """Say of a module where it imports or touches a stream of random numbers."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for name in imports(tree):
        if "random" in name.split(".") and not name.startswith("enforcement_sim."):
            yield f"{path}: {name}"
    if path.relative_to(PACKAGE).as_posix() not in SAMPLES:
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and node.attr == "random":
                yield f"{path}: line {node.lineno}"


def test_nothing_touches_a_stream_of_random_numbers() -> None:
    """Draws are functions of keys: `random`, `numpy.random` and Mesa's `model.random` are not for results."""
    faults = [fault for path in MODULES for fault in streams_in(path)]
    assert not faults, "\n".join(faults)


def test_process_knows_records_and_never_agents_or_places() -> None:
    for path in MODULES:
        if room_of(path) == "process":
            names = set(imports(ast.parse(path.read_text(encoding="utf-8"))))
            assert not [name for name in names if name.startswith(("mesa", "enforcement_sim.places"))]


MOST_PARAMETERS = 8


def parameters_of(function: ast.FunctionDef) -> int:
    """Return how many values a caller may give, whatever is bound before the call left out."""
    given = function.args
    named = [one.arg for one in (*given.posonlyargs, *given.args, *given.kwonlyargs) if one.arg not in ("self", "cls")]
    return len(named) + (given.vararg is not None) + (given.kwarg is not None)


def test_no_function_takes_more_than_eight_parameters() -> None:
    """Commands aside, whose parameters are the options of a command line."""
    found = [
        f"{path.relative_to(PACKAGE)}: {one.name}"
        for path in MODULES
        if room_of(path) != "cli" and path.name != "command.py"
        for one in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(one, ast.FunctionDef) and parameters_of(one) > MOST_PARAMETERS
    ]
    assert found == []


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__")


def test_no_imports_run_in_circles() -> None:
    """Modules can be put in an order in which each imports only those before it."""
    paths = {module_name(path): path for path in MODULES}
    imported: dict[str, set[str]] = {}
    for name, path in paths.items():
        found = {one.removeprefix("enforcement_sim.") for one in imports(ast.parse(path.read_text(encoding="utf-8")))}
        modules = {one if one in paths else one.rpartition(".")[0] for one in found}
        imported[name] = (modules & set(paths)) - {name}
    try:
        list(TopologicalSorter(imported).static_order())
    except CycleError as error:
        pytest.fail(f"a circle of imports: {' -> '.join(error.args[1])}")


def test_a_file_name_stands_once() -> None:
    """A stranger who looks for a module by its name finds one; only a study's folder has names of its own."""
    counted = Counter(path.name for path in MODULES if path.name != "__init__.py")
    twice = {name for name, count in counted.items() if count > 1}
    assert twice <= set(OF_EVERY_STUDY)
    homes = {path.parent.parent for path in MODULES if path.name in twice}
    assert homes <= {PACKAGE / "studies"}

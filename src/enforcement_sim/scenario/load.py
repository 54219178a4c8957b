"""From a name or a path to a resolved scenario.

A scenario is named in one of two ways: a shipped name (``baseline``) or the path of a YAML file. A file may extend
another; the extending file's keys win, one by one inside ``period``, ``parameters``, ``data`` and each change, and as a whole
for everything else. Every file is checked by itself for keys and types, then all together for meaning, and an error
is reported in the file, and on the line, where the offending value was written.
"""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import Any

from enforcement_sim.errors import InputError, nearest_names
from enforcement_sim.scenario.assemble import assemble, read_shape
from enforcement_sim.scenario.schema import Scenario
from enforcement_sim.world.imported import supplies_of
from enforcement_sim.yaml_lines import Document, read_yaml

SUFFIXES = (".yaml", ".yml")


def shipped_folder() -> Path:
    """Return the folder of the shipped scenarios: inside an installed package, or at the top of a checkout."""
    packaged = Path(__file__).with_name("shipped")
    return packaged if packaged.is_dir() else Path(__file__).parents[3] / "scenarios"


def shipped_names() -> tuple[str, ...]:
    """Return the names of the shipped scenarios, ``baseline`` first."""
    names = sorted(path.stem for path in shipped_folder().glob("*.yaml"))
    return tuple(sorted(names, key=lambda name: name != "baseline"))


def load_scenario(ref: str | PathLike[str]) -> Scenario:
    """Return a scenario, resolved and checked.

    Parameters
    ----------
    ref : str or path
        A shipped scenario's name, or the path of a YAML file. Text that ends in ``.yaml`` or contains a slash is a
        path.

    Raises
    ------
    InputError
        For the first thing that is wrong, with file, line and key.

    Examples
    --------
    >>> load_scenario("baseline").period_start
    datetime.date(2008, 10, 1)
    """
    documents = _chain(find(ref))
    for document in documents:
        try:
            read_shape(document.data)
        except InputError as error:
            raise _placed(error, [document]) from None
    plain: dict[str, Any] = {}
    for document in documents:
        plain = _merged(plain, document.data)
    try:
        scenario = assemble(plain)
        supplies_of([scenario.data])  # a file that names a table is only of use where the table is
    except InputError as error:
        raise _placed(error, documents) from None
    return scenario


def find(ref: str | PathLike[str], beside: Path | None = None) -> Path:
    """Return the file that a name or path means; a relative path is taken from the folder ``beside``.

    Raises
    ------
    InputError
        If there is no such shipped scenario or file.
    """
    if isinstance(ref, str) and not ref.endswith(SUFFIXES) and "/" not in ref and "\\" not in ref:
        shipped = shipped_folder() / f"{ref}.yaml"
        names = shipped_names()
        if ref not in names:
            near = nearest_names(ref, names)
            raise InputError(f"no shipped scenario {ref!r}", allowed=(*names, "the path of a .yaml file"), nearest=near)
        return shipped
    path = Path(ref).expanduser()
    if beside is not None and not path.is_absolute():
        path = beside / path
    if not path.exists():
        near = nearest_names(path.name, [one.name for one in path.parent.glob("*.y*ml")])
        raise InputError("no such file", file=path, nearest=near)
    return path


def _chain(path: Path) -> list[Document]:
    """Return a file and everything it extends, the most basic first."""
    documents = [read_yaml(path)]
    seen = [path.resolve()]
    while "extends" in documents[0].data:
        document = documents[0]
        ref = document.data["extends"]
        line = document.line(("extends",))
        if not isinstance(ref, str):
            raise InputError("expected a name or a path", document.path, line, "extends")
        try:
            base = find(ref, beside=document.path.parent)
        except InputError as error:
            missing = error.message if error.file is None else f"no such file {error.file}"
            raise InputError(missing, document.path, line, "extends", error.allowed, error.nearest) from None
        if base.resolve() in seen:
            names = " -> ".join(one.name for one in (*seen[seen.index(base.resolve()) :], base))
            raise InputError(f"extends itself in a circle: {names}", document.path, line, "extends")
        seen.append(base.resolve())
        documents.insert(0, read_yaml(base))
    return documents


def _merged(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``base`` with the keys of the file that extends it laid over."""
    merged = {**base, **over}
    # A title and a question belong to the file that asks it.
    for label in ("title", "asks"):
        if label not in over:
            merged.pop(label, None)
    for section in ("period", "parameters", "data"):
        if section in base and section in over:
            merged[section] = {**base[section], **over[section]}
    if "changes" in base and "changes" in over:
        changes = dict(base["changes"])
        for name, change in over["changes"].items():
            changes[name] = {**changes.get(name, {}), **change}
        merged["changes"] = changes
    # A sweep and a design are two ways to say the same thing: the later file's replaces the other's.
    for said, replaced in (("sweep", "design"), ("design", "sweep")):
        if said in over and replaced not in over:
            merged.pop(replaced, None)
    merged.pop("extends", None)
    return merged


def _placed(error: InputError, documents: list[Document]) -> InputError:
    """Return the error with the file and line where its key, or what is nearest around it, was last written."""
    nearest: tuple[int, Document, int] = (0, documents[-1], 1)
    for document in reversed(documents):
        steps, line = _nearest_line(document, error.key or "")
        if steps > nearest[0]:
            nearest = (steps, document, line)
        # Two steps lead to one parameter, change or swept address: the last file that wrote it is the one to mend.
        if steps > 1:
            break
    _, document, line = nearest
    return InputError(error.message, document.path, line, error.key, error.allowed, error.nearest)


def _nearest_line(document: Document, key: str) -> tuple[int, int]:
    """Return how many steps of a dotted key a file contains, and the line of the last of them."""
    found = (0, 1)
    for path, line in document.lines.items():
        written = ".".join(str(step) for step in path)
        if len(path) > found[0] and f"{key}.".startswith(f"{written}."):
            found = (len(path), line)
    return found

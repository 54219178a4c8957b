"""From a name or a path to a resolved scenario.

A scenario is named in one of two ways: a shipped name (``baseline``) or the path of a YAML file. A file may extend
another; the extending file's keys win, one by one inside ``period``, ``parameters``, ``history``, ``data`` and each change,
and as a whole for everything else. Every error is reported in the file, and on the line, where the wrong value was written,
all of them at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import Any

from enforcement_sim.errors import InputError, Problems, nearest_names, notify, shown
from enforcement_sim.places.imported import supplies_of
from enforcement_sim.scenarios.schema import Scenario, assemble
from enforcement_sim.yaml_lines import Document, read_yaml
from enforcement_sim.yaml_models import MISSING

SUFFIXES = (".yaml", ".yml")
LONGEST_CHAIN = 20
"""Files that extend each other beyond this number are refused."""


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

    Returns
    -------
    Scenario
        With every parameter of the register, and everything checked.

    Raises
    ------
    InputError
        For everything that is wrong in the file and those that it extends, each with file, line and key, in the order of
        the lines; for a file that is no YAML, for the first thing only.

    Examples
    --------
    >>> load_scenario("baseline").period_start
    datetime.date(2008, 10, 1)
    """
    problems = Problems()
    documents = chain(find(ref), problems)
    plain: dict[str, Any] = {}
    for document in documents:
        plain = merged(plain, document.data)
    return assembled(plain, documents, problems)


def assembled(plain: dict[str, Any], documents: list[Document], problems: Problems) -> Scenario:
    """Return the scenario of merged files, with what is wrong or read otherwise told where it was written.

    Parameters
    ----------
    plain : dict
        What the files say together.
    documents : list of Document
        The files, the most basic first.
    problems : Problems
        What was found wrong so far; it is raised together with the rest.

    Raises
    ------
    InputError
        For everything that is wrong.
    """
    whole = all(one.key != "extends" for one in problems.errors)
    notices: list[tuple[str, str]] = []
    try:
        scenario = assemble(plain, problems.errors, lambda key, notice: notices.append((key, notice)))
        supplies_of([scenario.data])  # a file that names a table is only of use where the table is
    except InputError as error:
        # What a file lacks may stand in the one that it extends and that was not found.
        problems.errors += [_placed(one, documents) for one in error.errors if whole or not _may_be_extended(one)]
    problems.errors = _in_order(problems.errors, documents)
    problems.raise_if_any()
    for key, notice in notices:
        placed = _placed(InputError(notice, key=key), documents)
        notify(notice, placed.file, placed.line, key)
    return scenario


def as_scenario(scenario: Scenario | str | PathLike[str]) -> Scenario:
    """Return a scenario as it is, and load one that is given by name or path."""
    return load_scenario(str(scenario)) if isinstance(scenario, (str, PathLike)) else scenario


def _may_be_extended(error: InputError) -> bool:
    """Return whether an error may only be there because the file that is extended is missing."""
    return error.message == MISSING or error.message.startswith("unknown change")


def _in_order(errors: list[InputError], documents: list[Document]) -> list[InputError]:
    """Return errors by line, those of the file that was asked for first, and then of what it extends."""
    files = [str(document.path) for document in reversed(documents)]

    def place(error: InputError) -> tuple[int, int]:
        return (files.index(error.file) if error.file in files else len(files), error.line or 0)

    return sorted(errors, key=place)


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
    try:
        path = Path(ref).expanduser()
        if beside is not None and not path.is_absolute():
            path = beside / path
        if path.exists():
            return path
        near = nearest_names(path.name, [one.name for one in path.parent.glob("*.y*ml")])
    except (OSError, ValueError, RuntimeError):  # a name that no file can have, or the home of a user who is none
        raise InputError(f"{shown(str(ref))} is not the name of a file") from None
    raise InputError("no such file", file=path, nearest=near)


def chain(path: Path, problems: Problems) -> list[Document]:
    """Return a file and everything it extends, the most basic first; ``problems`` gathers what ends the chain early."""
    documents = [read_yaml(path, problems=problems)]
    seen = [path.resolve()]
    while "extends" in documents[0].data:
        document = documents[0]
        if any(one.key == "extends" and one.file == str(document.path) for one in problems.errors):
            break  # it could not be read at all
        with problems.gathering():
            base = _extended(document, seen)
            documents.insert(0, read_yaml(base, problems=problems))
            continue
        break
    return documents


def _extended(document: Document, seen: list[Path]) -> Path:
    """Return the file that a file extends, and note it as seen."""
    ref = document.data["extends"]
    line = document.line("extends")
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
    if len(seen) >= LONGEST_CHAIN:
        raise InputError(f"more than {LONGEST_CHAIN} files extend each other", document.path, line, "extends")
    seen.append(base.resolve())
    return base


def merged(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``base`` with the keys of the file that extends it laid over; what has a wrong form is refused later."""
    merged = {**base, **over}
    # A name, a title and a question belong to the file that asks it.
    for label in ("name", "title", "asks"):
        if label not in over:
            merged.pop(label, None)
    for section in ("period", "parameters", "history", "data", "changes"):
        merged |= _laid_over(base, over, section)
    for name in merged["changes"] if isinstance(merged.get("changes"), Mapping) else ():
        merged["changes"] |= _laid_over(base.get("changes"), over.get("changes"), name)
    # A sweep and a design are two ways to say the same thing: the later file's replaces the other's.
    for said, replaced in (("sweep", "design"), ("design", "sweep")):
        if said in over and replaced not in over:
            merged.pop(replaced, None)
    merged.pop("extends", None)
    return merged


def _laid_over(base: object, over: object, key: str) -> dict[str, Any]:
    """Return an entry that two mappings have, merged; nothing if it is not a mapping in both."""
    entries = [one.get(key) if isinstance(one, Mapping) else None for one in (base, over)]
    merged: dict[str, Any] = {}
    for entry in entries:
        if not isinstance(entry, Mapping):
            return {}
        merged |= entry
    return {key: merged}


def _placed(error: InputError, documents: list[Document]) -> InputError:
    """Return the error with the file and line where its key, or what is nearest around it, was last written."""
    key = error.key or ""
    # What is missing has to be written beside what is there.
    sought = key.rpartition(".")[0] if error.message == MISSING else key
    longest, nearest = 0, documents[-1]
    for document in reversed(documents):
        steps = len(document.steps(sought))
        if steps > longest:
            longest, nearest = steps, document
        # Two steps lead to one parameter, change or swept address: the last file that wrote it is the one to correct.
        if steps > 1:
            break
    return nearest.placed(error)

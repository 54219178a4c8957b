"""Named sets of assumptions: what one side of a debate takes the parameters to be, value by value with its source.

A set is a short YAML file. It groups parameters into assumptions, named things that a person may hold or not hold as a
whole ("a detainer costs people their bail"), and gives each parameter a value inside the register's range and a source
or an argument for it. Two sets together say in what two readers of the same world differ. Every set is read and checked
whole, and nothing here runs anything; what the difference comes to is asked in ``gap``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any

from enforcement_sim.errors import ERRORS_AT_MOST, InputError, Problems, nearest_names, shown
from enforcement_sim.parameters.register import load_register
from enforcement_sim.yaml_lines import Document, Step, read_yaml

SCHEMA_VERSION = 1
SUFFIXES = (".yaml", ".yml")
KEYS = ("schema", "name", "title", "argues", "assumptions")
ASSUMPTION_KEYS = ("says", "values")
VALUE_KEYS = ("value", "source")


@dataclass(frozen=True)
class Assumption:
    """Parameters that are believed, or not, as a whole.

    Attributes
    ----------
    says : str
        What is assumed, in one sentence.
    values : dict
        Address -> value.
    sources : dict
        Address -> where the value comes from, or the argument for it.
    """

    says: str
    values: Mapping[str, float]
    sources: Mapping[str, str]


@dataclass(frozen=True)
class AssumptionSet:
    """One side: its assumptions by name.

    Attributes
    ----------
    name, title, argues : str
        Short name, one line, and the position in plain sentences.
    assumptions : dict
        Name -> :class:`Assumption`.
    """

    name: str
    title: str
    argues: str
    assumptions: Mapping[str, Assumption]


@dataclass(frozen=True)
class Opposed:
    """One assumption in which two sets differ.

    Attributes
    ----------
    name : str
    says : tuple of str
        What it is in A's words and in B's; empty where a side says nothing and the scenario's own values stand.
    values : tuple of dict
        Address -> value as A and as B have it, for every parameter that either names.
    sources : tuple of dict
        Address -> source, likewise; empty text where the scenario's own value stands.
    """

    name: str
    says: tuple[str, str]
    values: tuple[Mapping[str, float], Mapping[str, float]]
    sources: tuple[Mapping[str, str], Mapping[str, str]]


def opposed(a: AssumptionSet, b: AssumptionSet, own: Mapping[str, float]) -> tuple[Opposed, ...]:
    """Return in which assumptions two sets differ, in the order of the files.

    Parameters
    ----------
    a, b : AssumptionSet
    own : mapping
        The scenario's value of every parameter: what a side that says nothing about a parameter is taken to assume.

    Raises
    ------
    InputError
        If they differ in nothing, or put one parameter into two assumptions.
    """
    home: dict[str, str] = {}
    for side in (a, b):
        for name, assumption in side.assumptions.items():
            for address in assumption.values:
                if home.setdefault(address, name) != name:
                    raise InputError(
                        f"{address} belongs to {home[address]} in {a.name} and to {name} in {b.name}; "
                        "sets are compared assumption by assumption, so it must be one of them"
                    )
    found = []
    for name in dict.fromkeys([*a.assumptions, *b.assumptions]):
        sides = [side.assumptions.get(name) for side in (a, b)]
        addresses = list(dict.fromkeys(address for one in sides if one for address in one.values))
        values = [
            {address: (one.values.get(address, own[address]) if one else own[address]) for address in addresses}
            for one in sides
        ]
        if values[0] == values[1]:
            continue
        sources = [{address: (one.sources.get(address, "") if one else "") for address in addresses} for one in sides]
        says = [one.says if one else "" for one in sides]
        found.append(Opposed(name, (says[0], says[1]), (values[0], values[1]), (sources[0], sources[1])))
    if not found:
        raise InputError(f"{a.name} and {b.name} assume the same, so there is no gap to split")
    return tuple(found)


def shipped_folder() -> Path:
    """Return the folder of the shipped sets: inside an installed package, or at the top of a checkout."""
    packaged = Path(__file__).with_name("shipped")
    return packaged if packaged.is_dir() else Path(__file__).parents[4] / "assumptions"


def shipped_names() -> tuple[str, ...]:
    """Return the names of the shipped sets.

    Examples
    --------
    >>> shipped_names()
    ('larger-cost', 'larger-reach')
    """
    return tuple(sorted(path.stem for path in shipped_folder().glob("*.yaml")))


def load_assumptions(ref: str | PathLike[str]) -> AssumptionSet:
    """Return a set of assumptions, checked.

    Parameters
    ----------
    ref : str or path
        A shipped set's name, or the path of a YAML file.

    Raises
    ------
    InputError
        For everything that is wrong, each with file, line and key.
    """
    problems = Problems()
    document = read_yaml(_find(ref), problems=problems)
    data = document.data
    _only_keys(document, data, KEYS, (), problems)
    if data.get("schema") != SCHEMA_VERSION:
        says = f"unknown schema version {shown(data.get('schema'))}"
        problems.add(_error(document, ("schema",), says, str(SCHEMA_VERSION)))
    name, title, argues = (_text(document, data, key, (), problems) for key in ("name", "title", "argues"))
    written = data.get("assumptions")
    if not isinstance(written, dict) or not written:
        problems.add(
            _error(document, ("assumptions",), "expected 'name: ...' entries", "one entry for each assumption")
        )
        written = {}
    assumptions: dict[str, Assumption] = {}
    seen: dict[str, str] = {}
    for one, body in written.items():
        assumptions[one] = _assumption(document, one, body, problems)
        for address in assumptions[one].values:
            if address in seen:
                path = ("assumptions", one, "values", address)
                problems.add(_error(document, path, f"stands in {seen[address]} already"))
            seen[address] = one
        if problems.enough:
            break
    problems.errors = _told_once(problems.errors)
    problems.raise_if_any()
    return AssumptionSet(name, title, argues, assumptions)


def _told_once(errors: list[InputError]) -> list[InputError]:
    """Return errors by line, without a key that is missing only because it stands there misspelt."""
    misspelt = {
        ((one.key or "").rpartition(".")[0], f"has no {near}") for one in errors if one.nearest for near in one.nearest
    }
    told = [one for one in errors if (one.key or "", one.message) not in misspelt]
    return sorted(told, key=lambda error: error.line or 0)


def _assumption(document: Document, name: str, body: object, problems: Problems) -> Assumption:
    """Return one assumption of a file; ``problems`` gathers what is wrong with it."""
    path: tuple[Step, ...] = ("assumptions", name)
    values: dict[str, float] = {}
    sources: dict[str, str] = {}
    if not isinstance(body, dict):
        problems.add(_error(document, path, "expected 'key: value' lines", ", ".join(ASSUMPTION_KEYS)))
        return Assumption("", values, sources)
    _only_keys(document, body, ASSUMPTION_KEYS, path, problems)
    says = _text(document, body, "says", path, problems)
    written = body.get("values")
    if not isinstance(written, dict) or not written:
        problems.add(_error(document, (*path, "values"), "expected a parameter's address and its value"))
        written = {}
    for address, entry in written.items():
        here = (*path, "values", address)
        if not isinstance(entry, dict):
            problems.add(_error(document, here, "expected {value: ..., source: ...}: no value without its source"))
            continue
        _only_keys(document, entry, VALUE_KEYS, here, problems)
        sources[address] = _text(document, entry, "source", here, problems)
        if "value" not in entry:
            problems.add(_error(document, here, "has no value"))
            continue
        try:
            values[address] = load_register().check(address, entry["value"])
        except InputError as error:
            unknown = address not in load_register()
            where = here if unknown else (*here, "value")
            problems.add(_error(document, where, error.message, error.allowed, error.nearest))
        if problems.enough:
            break
    return Assumption(says, values, sources)


def _find(ref: str | PathLike[str]) -> Path:
    """Return the file that a name or path means."""
    if isinstance(ref, str) and not ref.endswith(SUFFIXES) and "/" not in ref and "\\" not in ref:
        names = shipped_names()
        if ref not in names:
            raise InputError(
                f"no shipped assumptions {ref!r}",
                allowed=(*names, "the path of a .yaml file"),
                nearest=nearest_names(ref, names),
            )
        return shipped_folder() / f"{ref}.yaml"
    return Path(ref).expanduser()


def _text(document: Document, holder: Mapping[str, Any], key: str, path: tuple[Step, ...], problems: Problems) -> str:
    """Return a text that must be there."""
    text = holder.get(key)
    if text is None or text == "":
        problems.add(_error(document, path, f"has no {key}"))
    elif not isinstance(text, str):
        problems.add(_error(document, (*path, key), "expected text"))
    return text.strip() if isinstance(text, str) else ""


def _only_keys(
    document: Document, holder: Mapping[str, Any], known: tuple[str, ...], path: tuple[Step, ...], problems: Problems
) -> None:
    for key in list(holder)[: ERRORS_AT_MOST + 1]:
        if key not in known:
            problems.add(_error(document, (*path, key), "unknown key", known, nearest_names(key, known)))


def _error(
    document: Document, path: tuple[Step, ...], message: str, allowed: Any = None, nearest: Any = None
) -> InputError:
    """Return an error at the place in the file where it was written."""
    key = ".".join(str(step) for step in path) or None
    return InputError(message, document.path, document.line(path), key, allowed, nearest)

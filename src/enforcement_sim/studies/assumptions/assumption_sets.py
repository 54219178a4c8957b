"""Named sets of assumptions: one side's values of the parameters, each with its source.

A set is a short YAML file. It groups parameters into named assumptions, which are accepted or rejected as a whole ("a
detainer costs people their bail"), and gives each parameter a value inside the register's range with a source or an
argument. Comparing two sets shows where two sides differ.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from enforcement_sim.errors import InputError, Problems, nearest_names
from enforcement_sim.parameters.register import load_register
from enforcement_sim.yaml_models import Number, StrictModel, Text, read_model

SUFFIXES = (".yaml", ".yml")


class AssumedValue(StrictModel):
    """A parameter's value, and where it comes from or the argument for it."""

    value: Number
    source: Text


class Assumption(StrictModel):
    """Parameters that are believed, or not, as a whole: what is assumed, in a sentence, and values by address."""

    says: Text
    values: Annotated[dict[str, AssumedValue], Field(min_length=1)]

    @model_validator(mode="after")
    def _in_the_register(self) -> Self:
        problems, register = Problems(), load_register()
        for address, assumed in self.values.items():
            with problems.gathering():
                try:
                    register.check(address, assumed.value)
                except InputError as error:
                    key = f"values.{address}.value" if address in register else f"values.{address}"
                    raise InputError(error.message, key=key, allowed=error.allowed, nearest=error.nearest) from None
        problems.raise_if_any()
        return self


class AssumptionSet(StrictModel):
    """One side: its name, a title, its position in plain sentences, and its assumptions by name."""

    version: Literal[1] = Field(default=1, validation_alias="schema")
    name: Text
    title: Text
    argues: Text
    assumptions: Annotated[dict[str, Assumption], Field(min_length=1)]

    @model_validator(mode="after")
    def _each_parameter_once(self) -> Self:
        problems = Problems()
        seen: dict[str, str] = {}
        for name, assumption in self.assumptions.items():
            for address in assumption.values:
                if seen.setdefault(address, name) != name:
                    key = f"assumptions.{name}.values.{address}"
                    problems.add(InputError(f"stands in {seen[address]} already", key=key))
        problems.raise_if_any()
        return self


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
    """Return the assumptions in which two sets differ, in the order of the files.

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
        assumed = [one.values if one else {} for one in sides]
        addresses = list(dict.fromkeys(address for values in assumed for address in values))
        a_values, b_values = (
            {address: held[address].value if address in held else own[address] for address in addresses}
            for held in assumed
        )
        if a_values == b_values:
            continue
        a_sources, b_sources = (
            {address: held[address].source if address in held else "" for address in addresses} for held in assumed
        )
        a_says, b_says = (one.says if one else "" for one in sides)
        found.append(Opposed(name, (a_says, b_says), (a_values, b_values), (a_sources, b_sources)))
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
    return read_model(_find(ref), AssumptionSet)


def _find(ref: str | PathLike[str]) -> Path:
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

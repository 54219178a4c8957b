"""The models' complaints, each in one line of our own words.

Pydantic reports a list of errors, each with a place, a type and a sentence about Python types. A person who wrote a
YAML file needs sentences about the file. This module says each error with the key, what is allowed there and the nearest
name; a key that is missing because it is misspelt is told once. It does not know files or lines: ``load`` adds them.
"""

from __future__ import annotations

from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from enforcement_sim.errors import ERRORS_AT_MOST, InputError, nearest_names, shown
from enforcement_sim.scenarios.own import DataFile
from enforcement_sim.scenarios.plan import DesignFile, Method, Of, PartFile, ReplicationsFile, Together, UntilFile
from enforcement_sim.scenarios.schema import ChangeFile, Decision, PeriodFile, ScenarioFile
from enforcement_sim.scenarios.seeds import ALLOWED

_EXPECTED = {
    "int_type": "a whole number",
    "string_type": "text",
    "dict_type": "'key: value' lines",
    "model_type": "'key: value' lines",
    "list_type": "a list",
    "tuple_type": "a list",
    "model_attributes_type": "'key: value' lines",
    "float_type": "a number",
}

_CHOICES = {"method": Method, "together": Together, "of": Of}
"""Keys whose value is one of a fixed few."""

MISSING = "is missing"


def explain(error: ValidationError) -> tuple[InputError, ...]:
    """Return an :class:`InputError`, with the dotted key, for each of a validation's errors, unknown keys first."""
    details = sorted(error.errors(), key=lambda detail: detail["type"] != "extra_forbidden")[:ERRORS_AT_MOST]
    found = [one for detail in details for one in _explained(detail)]
    misspelt = {_beside(one.key, near) for one in found if one.nearest for near in one.nearest}
    return tuple(one for one in found if one.message != MISSING or one.key not in misspelt)


def _beside(key: str | None, name: str) -> str:
    """Return the key of another name beside a key."""
    around, dot, _ = (key or "").rpartition(".")
    return f"{around}{dot}{name}"


def _explained(detail: ErrorDetails) -> list[InputError]:
    """Return what one of a validation's errors says; a list of places may have several mistakes."""
    if detail["type"] == "inputs":
        around = ".".join(str(step) for step in detail["loc"])
        return [InputError(message, key=f"{around}.{key}") for key, message in detail["ctx"]["wrong"]]
    return [_in_our_words(detail)]


def _in_our_words(detail: ErrorDetails) -> InputError:
    # Steps in brackets are pydantic's: the key itself is meant, or one of two forms was taken.
    path = [step for step in detail["loc"] if step not in ("[key]", "[count]", "[rule]")]
    context: dict[str, Any] = detail.get("ctx", {})
    if "key" in context:
        path.append(context["key"])
    key = ".".join(str(step) for step in path)
    found = detail["input"]
    kind = detail["type"]

    if kind == "extra_forbidden":
        known = _keys_of(_model_at(path[:-1]))
        return InputError("unknown key", key=key, allowed=known, nearest=nearest_names(str(path[-1]), known))
    if kind == "missing":
        return InputError(MISSING, key=key)
    if kind == "literal_error":
        return _not_a_choice(key, path, found)
    if kind == "string_pattern_mismatch":
        return InputError(f"{shown(found)} is not a name", key=key, allowed="small letters, digits and hyphens")
    if kind == "string_too_long":
        return InputError(f"longer than {context['max_length']} characters", key=key)
    if kind in ("greater_than_equal", "less_than_equal", "less_than", "greater_than"):
        bound = {"ge": "at least", "le": "at most", "lt": "less than", "gt": "above"}
        ((limit, value),) = ((word, context[short]) for short, word in bound.items() if short in context)
        what = "a number" if kind == "greater_than" else "a whole number"
        possible = ALLOWED if path[-1] == "seed" else f"{what}, {limit} {value}"
        return InputError(f"{found} is not possible", key=key, allowed=possible)
    if kind in _EXPECTED:
        allowed = ALLOWED if path[-1:] == ["seed"] else None
        return InputError(f"expected {_EXPECTED[kind]}, found {_shown(found)}", key=key, allowed=allowed)
    if kind == "input":
        near = nearest_names(str(context["name"]), context["known"]) if "name" in context else None
        return InputError(detail["msg"], key=key, allowed=context.get("allowed"), nearest=near)
    return InputError(detail["msg"], key=key)


def _not_a_choice(key: str, path: list[Any], found: object) -> InputError:
    """Return the error for a value that is none of a fixed few."""
    if path[-1] == "schema":
        return InputError(f"unknown schema version {shown(found)}", key=key, allowed="1")
    choices = get_args(_CHOICES.get(path[-1], Decision))
    what = path[-1] if path[-1] in _CHOICES else "decision"
    return InputError(
        f"unknown {what} {shown(found)}", key=key, allowed=choices, nearest=nearest_names(str(found), choices)
    )


def _model_at(path: list[Any]) -> type[BaseModel]:
    """Return the model whose keys stand at this place in a file."""
    if path[:1] == ["period"]:
        return PeriodFile
    if path[:1] == ["changes"]:
        return ChangeFile
    if path[:1] == ["data"]:
        return DataFile
    if path[:1] == ["design"]:
        return PartFile if len(path) > 1 else DesignFile
    if path[:1] == ["replications"]:
        return UntilFile if len(path) > 1 else ReplicationsFile
    return ScenarioFile


def _keys_of(model: type[BaseModel]) -> tuple[str, ...]:
    """Return the keys a person may write for a model."""
    return tuple(field.alias or name for name, field in model.model_fields.items())


def _shown(value: object) -> str:
    """Return a value as a person would recognise it."""
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "'key: value' lines"
    if isinstance(value, (list, tuple)):
        return "a list"
    return shown(value)

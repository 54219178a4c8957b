"""Checks the content of a YAML file against pydantic models, and reports every mistake with file, line and key.

A file's format is a :class:`StrictModel`. :func:`read_model` reads a file into one. What pydantic finds is reported as
:class:`~enforcement_sim.errors.InputError`: unknown keys with the nearest known one, missing keys, wrong types, bounds, and
choices with what is allowed. A validator of a model raises an ``InputError`` itself, with a key relative to the value that it
checks; several mistakes are raised together through :class:`~enforcement_sim.errors.Problems`.

Entries may refer to each other by name: a mapping declared with :func:`defines` is known to every field that is checked after
it and declared with :func:`refers_to`. Names that come from elsewhere are given as ``context``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date
from os import PathLike
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    Strict,
    TypeAdapter,
    ValidationError,
    ValidationInfo,
)
from pydantic_core import ErrorDetails, PydanticCustomError

from enforcement_sim.errors import ERRORS_AT_MOST, InputError, Problems, nearest_names, shown
from enforcement_sim.tables.described import fields_html, in_one_line
from enforcement_sim.yaml_lines import Document, read_yaml

MISSING = "is missing"

NAME_KEY = "[name]"
"""Under this key an entry of a :data:`Named` mapping receives its own name; nobody can write it by accident."""
_FOLLOWS = "follows"
"""Type of an error that only follows from another one, and is not reported."""
_EXPECTED = {
    "bool_type": "true or false",
    "date_type": "a date such as 2010-06-30",
    "dict_type": "'key: value' lines",
    "float_type": "a number",
    "int_type": "a whole number",
    "list_type": "a list",
    "mapping_type": "'key: value' lines",
    "model_type": "'key: value' lines",
    "string_type": "text",
    "tuple_type": "a list",
}
_BOUNDS = {"greater_than_equal", "less_than_equal", "less_than", "greater_than"}
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")

T = TypeVar("T")
Options = list[tuple[Any, tuple[Any, ...]]]
"""The types that a value may have, each with its annotations."""


class StrictModel(BaseModel):
    """The base of all file formats: no conversion of types, no unknown keys, no changes.

    A key that is no Python name is declared by ``Field(validation_alias="from")``; the field's own name is then not a key of
    the file, but code can construct the model with it.
    """

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, populate_by_name=True)

    def __repr_args__(self) -> Iterator[tuple[str | None, Any]]:
        """Yield the fields for one line in a console, long values as what they are."""
        for name, value in super().__repr_args__():
            yield name, in_one_line(value)

    def _repr_html_(self) -> str:
        """Show the fields in a notebook."""
        return fields_html(type(self).__name__, {name: getattr(self, name) for name in type(self).model_fields})


class NamedModel(StrictModel):
    """An entry of a :data:`Named` mapping.

    Attributes
    ----------
    id : str
        The key under which it is written.
    """

    id: str = Field(validation_alias=NAME_KEY)


def _day(written: object) -> object:
    """Return a date; ISO text is understood too, because JSON has no dates."""
    if isinstance(written, str) and _ISO_DAY.fullmatch(written):
        try:
            return date.fromisoformat(written)
        except ValueError:
            raise InputError(f"{written} is not a day of the calendar") from None
    if type(written) is not date:
        raise InputError(f"expected a date such as 2010-06-30, found {_found(written)}")
    return written


def _not_blank(written: str) -> str:
    if not written.strip():
        raise InputError("is empty; expected text")
    return written.strip()


def _with_names(written: object) -> object:
    """Return a mapping whose entries know the names under which they are written."""
    if not isinstance(written, Mapping):
        return written
    return {name: {NAME_KEY: name, **entry} if isinstance(entry, Mapping) else entry for name, entry in written.items()}


Day = Annotated[date, BeforeValidator(_day)]
Text = Annotated[str, AfterValidator(_not_blank)]
"""Text that is not empty, without white space around it."""
LONGEST_NAME = 60
NAME_PATTERN = r"^[a-z0-9][a-z0-9-]*$"
Name = Annotated[str, Field(pattern=NAME_PATTERN, max_length=LONGEST_NAME)]
"""Small letters, digits and hyphens."""
Number = Annotated[float, Field(allow_inf_nan=False)]
Many = Annotated[tuple[T, ...], Strict(False)]
"""A list of values of one type, such as ``Many[Text]``; kept as a tuple."""
Named = Annotated[dict[str, T], BeforeValidator(_with_names)]
"""A mapping from names to entries, such as ``Named[Source]``, where ``Source`` is a :class:`NamedModel`."""


def one_of(names: Iterable[str] | Callable[[], Iterable[str]], what: str = "name") -> BeforeValidator:
    """Return an annotation for text that must be one of some names.

    Parameters
    ----------
    names : iterable of str, or a function that returns one
        A function is called when a value is checked.
    what : str
        What is named, for the message.

    Examples
    --------
    >>> class Row(StrictModel):
    ...     grade: Annotated[str, one_of(("seen", "assumed"), "grade")]
    >>> validated(read_yaml("row.yaml", "grade: sen"), Row)
    Traceback (most recent call last):
    ...
    enforcement_sim.errors.InputError: row.yaml:1: grade: unknown grade 'sen'; allowed: seen, assumed; did you mean 'seen'?
    """

    def check(written: object) -> object:
        known = tuple(names() if callable(names) else names)
        if not isinstance(written, str) or written not in known:
            raise _unknown(written, what, known)
        return written

    return BeforeValidator(check)


def or_word(word: str) -> BeforeValidator:
    """Return an annotation for a list that is not empty, or one word in its place, which is kept as an empty list.

    Examples
    --------
    >>> class Row(StrictModel):
    ...     moves: Annotated[Many[Text], or_word("nothing")]
    >>> validated(read_yaml("row.yaml", "moves: nothing"), Row).moves
    ()
    """

    def check(written: object) -> object:
        if written == word:
            return ()
        if not isinstance(written, (list, tuple)) or not written:
            near = nearest_names(written, [word]) if isinstance(written, str) else None
            raise InputError(f"expected a list or {word!r}, found {_found(written)}", nearest=near)
        return written

    return BeforeValidator(check)


def defines(kind: str) -> AfterValidator:
    """Return an annotation for a mapping whose keys :func:`refers_to` knows in all fields that are declared after it."""

    def remember(entries: object, info: ValidationInfo) -> object:
        _context(info)[kind] = entries
        return entries

    return AfterValidator(remember)


def refers_to(kind: str, look_up: bool = False) -> BeforeValidator:
    """Return an annotation for the name of something in the same file or in the ``context``.

    Parameters
    ----------
    kind : str
        As in :func:`defines`, or a key of the ``context``; used in the message.
    look_up : bool
        Whether the field holds the entry itself instead of its name.

    Examples
    --------
    >>> class File(StrictModel):
    ...     sources: Annotated[dict[str, Text], defines("source")]
    ...     cited: Many[Annotated[str, refers_to("source")]]
    >>> validated(read_yaml("a.yaml", "sources: {trac: TRAC}\\ncited: [track]"), File)
    Traceback (most recent call last):
    ...
    enforcement_sim.errors.InputError: a.yaml:2: cited.0: unknown source 'track'; allowed: trac; did you mean 'trac'?
    """

    def check(written: object, info: ValidationInfo) -> object:
        known: Collection[str] | None = _context(info).get(kind)
        if known is None:  # what defines the names is wrong itself
            raise PydanticCustomError(_FOLLOWS, "follows from another mistake")
        if not isinstance(written, str) or written not in known:
            raise _unknown(written, kind, tuple(known))
        return known[written] if look_up and isinstance(known, Mapping) else written

    return BeforeValidator(check)


def read_model[T](
    path: str | PathLike[str], kind: type[T], context: Mapping[str, Any] | None = None, text: str | None = None
) -> T:
    """Read a file of one format.

    Parameters
    ----------
    path : str or path
    kind : type
        The format: a :class:`StrictModel`, or a type such as ``dict[str, Model]``.
    context : mapping, optional
        Names that the file may refer to, by kind; see :func:`refers_to`.
    text : str, optional
        The content, when it is already in memory.

    Returns
    -------
    object
        Of that type.

    Raises
    ------
    InputError
        For everything that is wrong, each with file, line, key, what is allowed, and the nearest name.

    Examples
    --------
    >>> class Period(StrictModel):
    ...     start: Day
    ...     days: int = Field(ge=1, le=31)
    >>> read_model("period.yaml", Period, text="start: 2010-06-01\\ndays: 32")
    Traceback (most recent call last):
    ...
    enforcement_sim.errors.InputError: period.yaml:2: days: 32 is not possible; allowed: a whole number, 1 to 31
    """
    problems = Problems()
    document = read_yaml(path, text, problems)
    unreadable = {one.key for one in problems.errors}
    try:
        found = validated(document, kind, context)
    except InputError as error:
        problems.errors += [one for one in error.errors if one.key not in unreadable]
    problems.errors.sort(key=lambda one: one.line or 0)
    problems.raise_if_any()
    return found


def validated[T](document: Document, kind: type[T], context: Mapping[str, Any] | None = None) -> T:
    """Return the content of a file that is read already; see :func:`read_model`.

    Raises
    ------
    InputError
        For everything that is wrong.
    """
    try:
        return checked(document.data, kind, context)
    except InputError as error:
        problems = Problems()
        problems.errors = sorted(map(document.placed, error.errors), key=lambda one: one.line or 0)
    problems.raise_if_any()
    raise AssertionError("a validation failed without an error")


def checked[T](value: object, kind: type[T], context: Mapping[str, Any] | None = None) -> T:
    """Return a plain value as an object of a format; it stands in no file, or in one that the caller knows.

    Raises
    ------
    InputError
        For everything that is wrong, with keys inside the value.

    Examples
    --------
    >>> checked(3, int)
    3
    """
    problems = Problems()
    try:
        return TypeAdapter(kind).validate_python(value, by_alias=True, by_name=False, context={**(context or {})})
    except ValidationError as error:
        problems.errors = list(input_errors(error, kind))
    problems.raise_if_any()
    raise AssertionError("a validation failed without an error")


def input_errors(error: ValidationError, kind: Any) -> tuple[InputError, ...]:
    """Return a validation's errors, each with its dotted key; file and line are not known here.

    Parameters
    ----------
    error : ValidationError
    kind : type
        What was validated; it tells which keys and choices there are.
    """
    # Unknown keys first: of very many errors only the first are reported.
    details = sorted(error.errors(include_url=False), key=lambda detail: detail["type"] != "extra_forbidden")
    found = [one for detail in details[: ERRORS_AT_MOST + 1] for one in _explained(detail, kind)]
    misspelt = {_beside(one.key, near) for one in found for near in one.nearest or () if one.message == "unknown key"}
    return tuple(one for one in found if one.message != MISSING or one.key not in misspelt)


def _explained(detail: ErrorDetails, kind: Any) -> list[InputError]:
    """Return what one of pydantic's errors says; a validator of ours may have found several."""
    # Steps in brackets are pydantic's: the key itself is meant, or one of several forms was taken.
    path = [step for step in detail["loc"] if not (isinstance(step, str) and step.startswith("["))]
    key = ".".join(map(str, path))
    context = detail.get("ctx", {})
    if detail["type"] == _FOLLOWS or (detail["type"] == "too_short" and detail["input"]):
        return []  # too short only because entries with mistakes do not count
    if isinstance(context.get("error"), InputError):
        return [one.at(".".join(filter(None, (key, one.key)))) for one in context["error"].errors]
    message, allowed, nearest = _sentence(detail, kind, path)
    return [InputError(message, None, None, key, allowed or None, nearest or None)]


def _sentence(detail: ErrorDetails, kind: Any, path: list[Any]) -> tuple[str, Any, Any]:
    """Return message, what is allowed, and the nearest name, for an error of pydantic's own."""
    found, what = detail["input"], detail["type"]
    context: dict[str, Any] = detail.get("ctx", {})
    if what == "extra_forbidden":
        keys = _keys(_types_at(kind, path[:-1]))
        return "unknown key", keys, nearest_names(str(path[-1]), keys)
    if what == "missing":
        return MISSING, None, None
    options = _types_at(kind, path)
    if what == "literal_error":
        choices = tuple(str(one) for option, _ in options for one in get_args(option))
        named = path[-1] if path and isinstance(path[-1], str) else "value"
        return f"unknown {named} {shown(found)}", choices, nearest_names(str(found), choices)
    if what in _BOUNDS:
        return f"{shown(found)} is not possible", _range(options), None
    if what == "too_short":
        return "is empty", None, None
    if what in ("too_long", "string_too_long"):
        units = "characters" if isinstance(found, str) else "entries"
        return f"longer than {context['max_length']} {units}", None, None
    if what == "string_pattern_mismatch":
        return f"{shown(found)} is not a name", "small letters, digits and hyphens", None
    if what in _EXPECTED:
        return f"expected {_EXPECTED[what]}, found {_found(found)}", _range(options) or _keys(options), None
    return detail["msg"], context.get("allowed"), None


def _range(options: Options) -> str:
    """Return in words which numbers are allowed, from the annotations of a field; empty if there are no bounds."""
    bounds: dict[str, Any] = {}
    whole = any(option is int for option, _ in options)
    for _, noted in options:
        for one in _flat(noted):
            bounds |= {name: getattr(one, name) for name in ("ge", "gt", "le", "lt") if hasattr(one, name)}
    number = "a whole number" if whole else "a number"
    if {"ge", "le"} <= bounds.keys():
        return f"{number}, {bounds['ge']} to {bounds['le']}"
    words = {"ge": "at least", "gt": "above", "le": "at most", "lt": "below"}
    told = " and ".join(f"{words[name]} {value}" for name, value in bounds.items())
    return f"{number}, {told}" if told else ""


def _flat(annotations: Iterable[Any]) -> Iterator[Any]:
    """Yield annotations, and those inside a ``Field``."""
    for one in annotations:
        yield from getattr(one, "metadata", (one,))


def _keys(options: Options) -> tuple[str, ...]:
    """Return the keys a person may write for the models among some types."""
    models = [option for option, _ in options if _is_model(option)]
    keys = [_key(name, field) for model in models for name, field in model.model_fields.items()]
    return tuple(key for key in dict.fromkeys(keys) if key != NAME_KEY)


def _key(name: str, field: Any) -> str:
    """Return the key of a field in a file."""
    return str(field.validation_alias or name)


def _is_model(option: Any) -> bool:
    return isinstance(option, type) and issubclass(option, BaseModel)


def _types_at(kind: Any, path: Iterable[Any]) -> Options:
    """Return the types that are possible at a place in a file of some format."""
    options = list(_options(kind))
    for step in path:
        options = [one for option, _ in options for one in _below(option, step)]
    return options


def _options(kind: Any, annotations: tuple[Any, ...] = ()) -> Iterator[tuple[Any, tuple[Any, ...]]]:
    """Yield the types that an annotation allows, without aliases, unions and annotations around them."""
    origin = get_origin(kind)
    if origin is Annotated:
        inner, *more = get_args(kind)
        yield from _options(inner, (*more, *annotations))
    elif origin in (Union, UnionType):
        for one in get_args(kind):
            yield from _options(one, annotations)
    elif hasattr(kind, "__value__"):
        yield from _options(kind.__value__, annotations)
    else:
        yield kind, annotations


def _below(option: Any, step: object) -> Iterator[tuple[Any, tuple[Any, ...]]]:
    """Yield the types that are possible one step inside a type."""
    if _is_model(option):
        for name, field in option.model_fields.items():
            if _key(name, field) == step:
                yield from _options(field.annotation, tuple(field.metadata))
        return
    inside, origin = get_args(option), get_origin(option)
    if inside and isinstance(origin, type):
        yield from _options(inside[1 if issubclass(origin, Mapping) else 0])


def _context(info: ValidationInfo) -> dict[str, Any]:
    """Return the names known so far, by kind."""
    assert info.context is not None, "read it with read_model or validated"
    context: dict[str, Any] = info.context
    return context


def _beside(key: str | None, name: str) -> str:
    """Return the key of another name beside a key."""
    around, dot, _ = (key or "").rpartition(".")
    return f"{around}{dot}{name}"


def _unknown(written: object, what: str, known: tuple[str, ...]) -> InputError:
    return InputError(f"unknown {what} {_found(written)}", allowed=known, nearest=nearest_names(str(written), known))


def _found(value: object) -> str:
    """Return a value as a person would recognise it."""
    if value is None:
        return "nothing"
    if isinstance(value, Mapping):
        return "'key: value' lines"
    if isinstance(value, (list, tuple)):
        return "a list"
    return shown(value)

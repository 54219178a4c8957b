"""The register of parameters: loaded once, checked whole, asked by address.

An entry of ``parameters.yaml`` says what a number means, its unit, its default, the range in which it may be set,
how well it is known (its *grade*) and where it comes from; ``argument`` reads why the range ends where it does. An
entry may be a table, one number for each member of a named list (``by: offence``); its numbers then have addresses of
their own, ``offence.felony_share.dui``. Nothing is filled in silently: an entry that lacks one of these, or whose
default lies outside its own range, is refused with its file and line. The lists that tables run over are the package's
vocabulary.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from os import PathLike
from pathlib import Path
from typing import Any

from enforcement_sim.codes import LISTS
from enforcement_sim.errors import InputError, nearest_names, shown
from enforcement_sim.parameters import argument
from enforcement_sim.parameters.argument import Argument, read_argument
from enforcement_sim.yaml_lines import Document, read_yaml

GRADES = ("seen", "derived", "recalled", "assumed")
"""How well a number is known: read in a source, computed from one, remembered from one, or argued for."""

_REQUIRED = ("meaning", "unit", "default", "range", "grade", "source", *argument.REQUIRED)
_ALLOWED = tuple(dict.fromkeys((*_REQUIRED, "by", "integer", *argument.KEYS)))
_SHIPPED = Path(__file__).with_name("parameters.yaml")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number of the model.

    Attributes
    ----------
    address : str
        Its full dotted name, such as ``detainer.hold_hours`` or ``offence.felony_share.dui``.
    meaning, unit : str
        What it says, and in what unit.
    default, low, high : float
        Its value when a scenario sets none, and the closed range in which it may be set.
    integer : bool
        Whether only whole numbers make sense.
    grade : str
        One of :data:`GRADES`.
    source : str
        A citation (seen, derived) or an argument (recalled, assumed).
    argument : Argument
        Why the range ends where it does, who would dispute it, and what the number moves.
    table : str or None
        The address of the table it is a member of.
    """

    address: str
    meaning: str
    unit: str
    default: float
    low: float
    high: float
    integer: bool
    grade: str
    source: str
    argument: Argument
    table: str | None = None

    @property
    def moves(self) -> tuple[str, ...]:
        """Measures that differ between the ends of its range; empty where none can, as the argument says."""
        member = self.address.rpartition(".")[2]
        return () if self.table and member in self.argument.unmoved else self.argument.moves

    @property
    def allowed(self) -> str:
        """What may be written for this parameter, in words."""
        number = "a whole number" if self.integer else "a number"
        return f"{number} from {self.low:g} to {self.high:g} ({self.unit})"


class Register(Mapping[str, Parameter]):
    """Every parameter by its full address, in the order of the file.

    Examples
    --------
    >>> register = load_register()
    >>> register.check("detainer.hold_hours", 72)
    72.0
    """

    def __init__(self, parameters: Mapping[str, Parameter], path: Path) -> None:
        self._parameters = dict(parameters)
        self.path = path

    def __getitem__(self, address: str) -> Parameter:
        return self._parameters[address]

    def __iter__(self) -> Iterator[str]:
        return iter(self._parameters)

    def __len__(self) -> int:
        return len(self._parameters)

    def __repr__(self) -> str:
        return f"Register({len(self)} parameters from {self.path.name})"

    def defaults(self) -> dict[str, float]:
        """Return every address with its default, in the order of the file."""
        return {address: parameter.default for address, parameter in self._parameters.items()}

    def under(self, prefix: str) -> tuple[Parameter, ...]:
        """Return the parameters at this address or below it (``detainer`` finds ``detainer.hold_hours``).

        A prefix may stop inside a word (``detainer.hold``). The empty prefix finds everything.
        """
        return tuple(found for address, found in self._parameters.items() if address.startswith(prefix))

    def check(self, address: str, value: object) -> float:
        """Return a value for a parameter as a number, or say why it cannot be used.

        Raises
        ------
        InputError
            If the address is unknown, the value is not a number, or it lies outside the parameter's range.
        """
        parameter = self._parameters.get(address)
        if parameter is None:
            members = [name.rpartition(".")[2] for name in self._parameters if name.startswith(f"{address}.")]
            if members:
                raise InputError(f"this is a table; set a member of it, such as {address}.{members[0]}", key=address)
            near = nearest_names(address, self._parameters)
            hint = None if near else "the names that `enforcement-sim parameters` lists"
            raise InputError("unknown parameter", key=address, allowed=hint, nearest=near)
        # A truth value is an integer in Python, and never a number in a scenario.
        if isinstance(value, bool) or not isinstance(value, (int, float)) or value != value:
            raise InputError(f"{shown(value)} is not a number", key=address, allowed=parameter.allowed)
        if not parameter.low <= value <= parameter.high:
            raise InputError(f"{value:g} is outside the range", key=address, allowed=parameter.allowed)
        if parameter.integer and value != int(value):
            raise InputError(f"{value:g} is not a whole number", key=address, allowed=parameter.allowed)
        return float(value)


def load_register(path: str | PathLike[str] | None = None) -> Register:
    """Load and check a register: the shipped one, read once for the process, or another file.

    Raises
    ------
    InputError
        At the first entry that is incomplete, contradicts itself or has an unknown key; file and line are named.
    """
    return _shipped_register() if path is None else _read_register(Path(path))


@cache
def _shipped_register() -> Register:
    return _read_register(_SHIPPED)


def _read_register(path: Path) -> Register:
    document = read_yaml(path)
    parameters: dict[str, Parameter] = {}
    for address, entry in document.data.items():
        for parameter in _read_entry(document, address, entry):
            if parameter.address in parameters:
                raise InputError("address written twice", path, document.line((address,)), parameter.address)
            parameters[parameter.address] = parameter
    return Register(parameters, path)


def _read_entry(document: Document, address: str, entry: object) -> Iterator[Parameter]:
    """Yield the parameter of an entry, or every member of a table."""
    line = document.line((address,))
    if not isinstance(entry, dict):
        raise InputError("expected 'key: value' lines", document.path, line, address, allowed=_ALLOWED)
    for key in entry:
        if key not in _ALLOWED:
            where = document.line((address, key))
            raise InputError(
                "unknown key", document.path, where, f"{address}.{key}", _ALLOWED, nearest_names(key, _ALLOWED)
            )
    for key in _REQUIRED:
        if entry.get(key) in (None, ""):
            raise InputError(f"has no {key}", document.path, line, address)
    for key in ("meaning", "unit", "source"):
        if not isinstance(entry[key], str):
            raise InputError("expected text", document.path, document.line((address, key)), f"{address}.{key}")
    grade = entry["grade"]
    if grade not in GRADES:
        where = document.line((address, "grade"))
        raise InputError(f"unknown grade {grade!r}", document.path, where, f"{address}.grade", GRADES)
    integer = entry.get("integer", False)
    if not isinstance(integer, bool):
        where = document.line((address, "integer"))
        raise InputError("expected true or false", document.path, where, f"{address}.integer")
    low, high = _read_range(document, address, entry["range"])
    argued = read_argument(document, address, entry)

    for member, default in _read_defaults(document, address, entry):
        name = address if member is None else f"{address}.{member}"
        where = document.line((address, "default") if member is None else (address, "default", member))
        parameter = Parameter(
            address=name,
            meaning=entry["meaning"],
            unit=entry["unit"],
            default=default,
            low=low,
            high=high,
            integer=integer,
            grade=grade,
            source=entry["source"],
            argument=argued,
            table=None if member is None else address,
        )
        if not low <= default <= high:
            raise InputError(f"default {default:g} is outside its range", document.path, where, name, parameter.allowed)
        if integer and default != int(default):
            raise InputError(f"default {default:g} is not a whole number", document.path, where, name)
        yield parameter


def _read_range(document: Document, address: str, written: object) -> tuple[float, float]:
    where, key = document.line((address, "range")), f"{address}.range"
    if not isinstance(written, list) or len(written) != 2 or not all(_is_number(bound) for bound in written):
        raise InputError("expected two numbers, [low, high]", document.path, where, key)
    low, high = float(written[0]), float(written[1])
    if low > high:
        raise InputError(f"the low end {low:g} is above the high end {high:g}", document.path, where, key)
    return low, high


def _read_defaults(document: Document, address: str, entry: dict[str, Any]) -> Iterator[tuple[str | None, float]]:
    """Yield (None, number) for a plain entry and (member, number) for a table, in the list's own order."""
    written, by = entry["default"], entry.get("by")
    where, key = document.line((address, "default")), f"{address}.default"
    if by is None:
        if not _is_number(written):
            raise InputError(
                "expected a number (a table says what it runs over: by: offence)", document.path, where, key
            )
        yield None, float(written)
        return
    if not isinstance(by, str) or by not in LISTS:
        line = document.line((address, "by"))
        near = nearest_names(str(by), LISTS)
        raise InputError(f"unknown list {by!r}", document.path, line, f"{address}.by", LISTS, near)
    if not isinstance(written, dict):
        raise InputError(f"expected one number for each {by}", document.path, where, key)
    for member in written:
        if member not in LISTS[by]:
            line = document.line((address, "default", member))
            near = nearest_names(member, LISTS[by])
            raise InputError(f"unknown {by}", document.path, line, f"{key}.{member}", LISTS[by], near)
    for member in LISTS[by]:
        if member not in written:
            raise InputError(f"has no number for {member}", document.path, where, key)
        if not _is_number(written[member]):
            line = document.line((address, "default", member))
            raise InputError(f"{written[member]!r} is not a number", document.path, line, f"{key}.{member}")
        yield member, float(written[member])


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and not math.isnan(value)

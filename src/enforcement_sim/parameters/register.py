"""The register of parameters: loaded once, checked whole, asked by address.

An entry of ``parameters.yaml`` says what a number means, its unit, its default, the range in which it may be set, how well
it is known (its *grade*), where it comes from, and the argument for its range: why the range ends where it does, who would
dispute it, and which printed measures differ between its ends. An entry may be a table, one number for each member of a
named list (``by: offence``); its numbers then have addresses of their own, ``offence.felony_share.dui``. An entry that lacks
one of these, or whose default lies outside its own range, is refused with its file and line.

The names of measures are known on a higher floor; a test holds them to it, and runs a small world at both ends of every entry.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from os import PathLike
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import AfterValidator, Field, Strict, model_validator

from enforcement_sim.codes import LISTS
from enforcement_sim.errors import InputError, Problems, nearest_names, shown
from enforcement_sim.tables.described import entries_html, fields_html
from enforcement_sim.yaml_models import Many, Named, NamedModel, Number, StrictModel, Text, one_of, or_word, read_model

GRADES = ("seen", "derived", "recalled", "assumed")
"""How well a number is known: read in a source, computed from one, remembered from one, or argued for."""

_SHIPPED = Path(__file__).with_name("parameters.yaml")


def _once(names: tuple[str, ...]) -> tuple[str, ...]:
    for index, name in enumerate(names):
        if name in names[:index]:
            raise InputError(f"{name!r} is named twice", key=str(index))
    return names


class Argument(StrictModel):
    """What stands behind a number's range. A range without an argument invites the choice of convenient ends.

    Attributes
    ----------
    range_from : str
        Why the range ends where it does.
    disputed_by : str
        Who would argue for the low end and who for the high one, and why.
    moves : tuple of str
        Measures that differ between the ends; written as *nothing*, and empty, where none can.
    acts_with : mapping of str to object
        Settings of a scenario, by dotted address, under which the number acts (``with``); empty where it always does.
    unmoved : tuple of str
        Members of a table whose own number moves nothing.
    because : str
        Why nothing moves, or why it takes those settings; empty where neither is so.

    Examples
    --------
    >>> load_register()["booking.citable_share.traffic"].argument.moves
    ('cited', 'booked')
    """

    range_from: Text
    disputed_by: Text
    moves: Annotated[Many[Text], AfterValidator(_once), or_word("nothing")]
    acts_with: dict[str, Any] = Field(default={}, min_length=1, validation_alias="with")
    unmoved: Annotated[Many[Text], AfterValidator(_once)] = Field(default=(), min_length=1)
    because: Text = ""

    @model_validator(mode="after")
    def _has_because(self) -> Self:
        if not self.because and (self.acts_with or self.unmoved or not self.moves):
            key = "with" if self.acts_with else "unmoved" if self.unmoved else "moves"
            raise InputError(f"has no because, which {key} needs here", key=key)
        return self


class _Entry(NamedModel, Argument):
    """An entry of the file: a number, or a table of numbers."""

    meaning: Text
    unit: Text
    default: Any
    range: Annotated[tuple[Number, Number], Strict(False)]
    grade: Annotated[str, one_of(GRADES, "grade")]
    source: Text
    by: Annotated[str, one_of(LISTS, "list")] | None = None
    integer: bool = False
    lever: bool = False

    @property
    def members(self) -> tuple[str, ...]:
        """Members of the list that a table runs over."""
        return tuple(LISTS[self.by]) if self.by else ()

    def parameters(self) -> Iterator[Parameter]:
        """Yield the entry's parameter, or those of a table in the order of its list."""
        for member in self.members or (None,):
            yield Parameter(
                address=self.id if member is None else f"{self.id}.{member}",
                meaning=self.meaning,
                unit=self.unit,
                default=float(self.default if member is None else self.default[member]),
                low=self.range[0],
                high=self.range[1],
                integer=self.integer,
                grade=self.grade,
                source=self.source,
                argument=self,
                table=None if member is None else self.id,
                lever=self.lever,
            )

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        problems = Problems()
        low, high = self.range
        if low > high:
            problems.add(InputError(f"the low end {low:g} is above the high end {high:g}", key="range"))
        for member in self.unmoved:
            if member not in self.members:
                problems.add(_no_member(self, member, "unmoved"))
        if self.by is None:
            self._check_default("default", self.default, problems)
        elif not isinstance(self.default, Mapping):
            problems.add(InputError(f"expected one number for each {self.by}", key="default"))
        else:
            for member, number in self.default.items():
                if member not in self.members:
                    problems.add(_no_member(self, member, f"default.{member}"))
                else:
                    self._check_default(f"default.{member}", number, problems)
            for member in self.members:
                if member not in self.default:
                    problems.add(InputError(f"has no number for {member}", key="default"))
        problems.raise_if_any()
        return self

    def _check_default(self, key: str, number: Any, problems: Problems) -> None:
        if isinstance(number, Mapping):
            says, allowed = "expected a number; a table says what it runs over, such as by: offence", None
        elif not _is_number(number):
            says, allowed = f"expected a number, found {shown(number)}", _allowed(self.integer, *self.range, self.unit)
        elif not self.range[0] <= number <= self.range[1]:
            says, allowed = f"default {number:g} is outside its range", _allowed(self.integer, *self.range, self.unit)
        elif self.integer and number != int(number):
            says, allowed = f"default {number:g} is not a whole number", None
        else:
            return
        problems.add(InputError(says, key=key, allowed=allowed))


def _no_member(entry: _Entry, member: str, key: str) -> InputError:
    near = nearest_names(member, entry.members)
    return InputError(f"unknown {entry.by or 'member of a table'} {member!r}", None, None, key, entry.members, near)


def _allowed(integer: bool, low: float, high: float, unit: str) -> str:
    return f"{'a whole number' if integer else 'a number'} from {low:g} to {high:g} ({unit})"


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
    lever : bool
        Whether it is policy or resources, which somebody decides: a scenario's own value then holds from the first counted day
        on, and history's before it.
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
    lever: bool = False

    def __repr__(self) -> str:
        """Return address, value, range and grade in one line."""
        ends = f"{self.low:g} to {self.high:g}"
        return f"Parameter({self.address} = {self.default:g} {self.unit}, {ends}; {self.grade})"

    def _repr_html_(self) -> str:
        """Show in a notebook what the number means, its range, source and argument."""
        fields = {name: getattr(self, name) for name in self.__dataclass_fields__ if name != "argument"}
        return fields_html(
            self.address, fields | {name: getattr(self.argument, name) for name in Argument.model_fields}
        )

    @property
    def moves(self) -> tuple[str, ...]:
        """Measures that differ between the ends of its range; empty where none can, as the argument says."""
        member = self.address.rpartition(".")[2]
        return () if self.table and member in self.argument.unmoved else self.argument.moves

    @property
    def allowed(self) -> str:
        """What may be written for this parameter, in words."""
        return _allowed(self.integer, self.low, self.high, self.unit)


class Register(dict[str, Parameter]):
    """Every parameter by its full address, in the order of the file.

    Examples
    --------
    >>> register = load_register()
    >>> register.check("detainer.hold_hours", 72)
    72.0
    """

    def __repr__(self) -> str:
        return f"Register({len(self)} parameters)"

    def _repr_html_(self) -> str:
        """Show the parameters in a notebook."""
        headings = ("address", "meaning", "unit", "default", "low", "high", "grade")
        rows = ([getattr(parameter, name) for name in headings] for parameter in self.values())
        return entries_html(repr(self), headings, rows, "enforcement-sim parameters prints them all, under() some")

    def defaults(self) -> dict[str, float]:
        """Return every address with its default, in the order of the file."""
        return {address: parameter.default for address, parameter in self.items()}

    @cached_property
    def levers(self) -> tuple[str, ...]:
        """The addresses of policy and resources, in the order of the file."""
        return tuple(address for address, parameter in self.items() if parameter.lever)

    def under(self, prefix: str) -> tuple[Parameter, ...]:
        """Return the parameters at this address or below it (``detainer`` finds ``detainer.hold_hours``).

        A prefix may stop inside a word (``detainer.hold``). The empty prefix finds everything.
        """
        return tuple(found for address, found in self.items() if address.startswith(prefix))

    def check(self, address: str, value: object) -> float:
        """Return a value for a parameter as a number, or say why it cannot be used.

        Raises
        ------
        InputError
            If the address is unknown, the value is not a number, or it lies outside the parameter's range.
        """
        parameter = self.get(address)
        if parameter is None:
            members = [name.rpartition(".")[2] for name in self if name.startswith(f"{address}.")]
            if members:
                raise InputError(f"this is a table; set a member of it, such as {address}.{members[0]}", key=address)
            near = nearest_names(address, self)
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
        For every entry that is incomplete, contradicts itself or has an unknown key; file and line are named.
    """
    return _shipped() if path is None else _read(Path(path))


@cache
def _shipped() -> Register:
    return _read(_SHIPPED)


def _read(path: Path) -> Register:
    entries = read_model(path, _Entries)
    return Register((one.address, one) for entry in entries.values() for one in entry.parameters())


def _each_address_once(entries: dict[str, _Entry]) -> dict[str, _Entry]:
    """Raise if an entry has the address of a table's member."""
    for address, entry in entries.items():
        for member in entry.members:
            if f"{address}.{member}" in entries:
                raise InputError("address written twice", key=f"{address}.{member}")
    return entries


_Entries = Annotated[Named[_Entry], AfterValidator(_each_address_once)]


def in_one_line(value: object) -> str:
    """Return a setting as it would be written in a file, on one line.

    Examples
    --------
    >>> in_one_line({"decision": "citation", "where": {"states": ["CA", "GA"]}})
    '{decision: citation, where: {states: [CA, GA]}}'
    """
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {in_one_line(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(in_one_line(inner) for inner in value) + "]"
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and not math.isnan(value)

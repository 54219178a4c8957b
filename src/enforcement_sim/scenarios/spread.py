"""What an address of a design may be: a list of values, a range, or the register's own range.

One reading for levers and uncertainties, and for every method. A parameter's values are checked here against the
register; whether other values make a scenario is tried in ``read_plan``, which puts them together.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from enforcement_sim.errors import InputError, Problems, nearest_names, shown
from enforcement_sim.parameters.register import load_register
from enforcement_sim.scenarios import plan as p
from enforcement_sim.scenarios.address import PERIOD, plain_value
from enforcement_sim.scenarios.check import rekeyed
from enforcement_sim.scenarios.own import pinned
from enforcement_sim.scenarios.plan import Choices, Range

Spread = Range | Choices

ENDS = ("from", "to")
MOST_VALUES = 10_000
A_SPREAD = "a list such as [24, 48, 96], a range such as {from: 6, to: 48}, or register (the parameter's own range)"


def read_spread(address: str, written: object, key: str) -> Spread:
    """Return what is written for an address as a range or as choices; a parameter's values are checked here."""
    register = load_register()
    parameter = register.get(address)
    if written == p.REGISTER and parameter is not None:
        if parameter.low == parameter.high:
            return Choices(values=(parameter.low,))
        return Range(low=parameter.low, high=parameter.high, whole=parameter.integer)
    if isinstance(written, Mapping):
        return _range(address, written, key)
    if not isinstance(written, (list, tuple)):
        raise InputError(f"cannot read {shown(written)}", key=key, allowed=A_SPREAD)
    if not written:
        raise InputError("the list of values is empty", key=key)
    if len(written) > MOST_VALUES:
        raise InputError(f"more than {MOST_VALUES:,} values", key=key)
    values: list[Any] = []
    problems = Problems()
    for index, value in enumerate(written):
        try:
            one = register.check(address, value) if parameter is not None else pinned(address, plain_value(value))
        except InputError as error:
            problems.add(rekeyed(error, f"{key}.{index}"))
            continue
        if one in values:
            problems.add(InputError(f"{shown(one)} is written twice", key=f"{key}.{index}"))
        values.append(one)
        if problems.enough:
            break
    problems.raise_if_any()
    return Choices(values=tuple(values))


def candidates(spread: Spread) -> tuple[Any, ...]:
    """Return the values of a list, or the two ends of a range."""
    return spread.values if isinstance(spread, Choices) else (spread.low, spread.high)


def as_setting(address: str, value: Any) -> Any:
    """Return a value in the plain form that a setting has: dates as text, ``thin`` as a whole number."""
    return int(value) if address == "thin" else plain_value(value)


def _range(address: str, written: Mapping[str, Any], key: str) -> Range:
    """Return a written range, ``{from: 6, to: 48}``."""
    for end in written:
        if end not in ENDS:
            raise InputError("unknown key", key=f"{key}.{end}", allowed=ENDS, nearest=nearest_names(end, ENDS))
    for end in ENDS:
        if end not in written:
            raise InputError(f"the range has no {end}", key=key, allowed="{from: 6, to: 48}")
    parameter = load_register().get(address)
    low, high = (_end(address, written[end], f"{key}.{end}") for end in ENDS)
    if isinstance(low, date) != isinstance(high, date):
        raise InputError("one end is a date and the other a number", key=key)
    if not low < high:  # type: ignore[operator]
        raise InputError(f"the range ends at {written['to']}, not above {written['from']}", key=key)
    whole = parameter.integer if parameter is not None else not isinstance(low, date)
    return Range(low=low, high=high, whole=whole)


def _end(address: str, value: object, key: str) -> float | date:
    """Return one end of a range as a number or a date."""
    parameter = load_register().get(address)
    if parameter is not None:
        try:
            return load_register().check(address, value)
        except InputError as error:
            raise rekeyed(error, key) from None
    if address in PERIOD or address.rpartition(".")[2] in ("from", "until"):
        if isinstance(value, date):
            return value
        if isinstance(value, str):
            try:
                return date.fromisoformat(value)
            except ValueError:
                pass
        raise InputError(f"{shown(value)} is not a date such as 2010-06-30", key=key)
    if address == "thin" and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    raise InputError("has no ranges; write a list of values", key=key.rpartition(".")[0])

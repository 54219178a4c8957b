"""Dotted addresses: one name for each thing in a scenario that can be set.

An address is a parameter of the register (``detainer.hold_hours``), a lever before the first counted day
(``history.detainer.hold_hours``), a setting of the run (``thin``, ``period.start``,
``data.activation``), or a part of a named change (``changes.california-declines.rule``). The same addresses serve a file's
``parameters``, its ``sweep`` and :meth:`Scenario.with_`, so that setting something in Python and writing it in a file
cannot come to mean two things. This module writes plain values into a plain scenario; whether the value is allowed is
asked when the scenario is assembled. It also writes a plain scenario as the text of a file (:func:`dump`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from enforcement_sim.errors import InputError, nearest_names, shown
from enforcement_sim.parameters.ensemble import load_ensemble
from enforcement_sim.parameters.register import load_register
from enforcement_sim.places.imported import EMBEDDED, IMPORTED, KINDS, found_name

DATA_ADDRESSES = tuple(f"data.{kind}" for kind in KINDS)
PERIOD = ("period.start", "period.end")
SETTINGS = ("thin", "scope", "simulate")
ENSEMBLE = "ensemble"
"""Which calibrated set parameters start from; setting it sets every parameter that the sets have."""
LABELS = ("name", "title", "asks", "seed", "replications")
"""What can be set but not swept: it does not change what one run does, except the seed, which replications vary."""
HISTORY = "history."
"""What begins the address of a lever before the first counted day."""
_SECTIONS = ("parameters", "history", "changes", "sweep")
"""Written with a line for each entry; everything else fits on its own line."""
CHANGE_PARTS = ("decision", "rule", "where", "from", "until", "followed")


def write(plain: dict[str, Any], address: str, value: object) -> None:
    """Set one address in a plain scenario (the form of a file), in place.

    ``changes.NAME`` with a mapping adds a change, or sets several parts of one at once.

    Raises
    ------
    InputError
        If there is no such address.
    """
    if address in load_register():
        plain.setdefault("parameters", {})[address] = value
    elif address in SETTINGS or address in LABELS:
        plain[address] = value
    elif address == ENSEMBLE:
        moved = load_ensemble()[0].parameters
        for section in ("parameters", "history"):
            plain[section] = {name: one for name, one in plain.get(section, {}).items() if name not in moved}
        plain[ENSEMBLE] = value
    elif address.startswith(HISTORY):
        plain.setdefault("history", {})[address.removeprefix(HISTORY)] = value
    elif address in PERIOD:
        plain.setdefault("period", {})[address.removeprefix("period.")] = value
    elif address in DATA_ADDRESSES:
        kind = address.removeprefix("data.")
        plain["data"] = {**plain.get("data", {}), kind: EMBEDDED if value is None else value}
    elif address.startswith("changes."):
        _write_change(plain, address, value)
    else:
        raise _unknown(plain, address)


def _write_change(plain: dict[str, Any], address: str, value: object) -> None:
    _, name, *rest = address.split(".")
    changes = plain.setdefault("changes", {})
    before = changes.get(name, {})
    if not rest and isinstance(value, Mapping):
        parts = value
    elif len(rest) == 1 and rest[0] in CHANGE_PARTS and name in changes:
        parts = {rest[0]: value}
    else:
        raise _unknown(plain, address)
    if parts.get("decision", before.get("decision")) != before.get("decision"):
        # How closely a rule is followed was said of the decision that was there before.
        before = {part: one for part, one in before.items() if part != "followed"}
    changes[name] = {**before, **parts}


def refuse_in_sweep(address: str) -> None:
    """Raise unless an address may be swept.

    Raises
    ------
    InputError
        For names, titles, the seed and the number of replications; and for the ensemble, which is no policy.
    """
    if address == ENSEMBLE:
        raise InputError("cannot be swept; a design draws it: uncertainties: {method: ensemble, draws: 20}")
    if address in LABELS:
        hint = "; replications already vary the seed" if address in ("seed", "replications") else ""
        raise InputError(f"cannot be swept{hint}")


def known_addresses(plain: Mapping[str, Any]) -> tuple[str, ...]:
    """Return every address that can be set in this scenario, settings of the run first.

    Examples
    --------
    >>> "changes.early.rule" in known_addresses({"changes": {"early": {"decision": "honour"}}})
    True
    """
    changes = tuple(f"changes.{name}.{part}" for name in plain.get("changes", {}) for part in CHANGE_PARTS)
    before = tuple(HISTORY + address for address in load_register().levers)
    return (*PERIOD, *SETTINGS, ENSEMBLE, *LABELS, *DATA_ADDRESSES, *changes, *before, *load_register())


def plain_value(value: object) -> Any:
    """Return a value as JSON knows it: dates as ISO text, tuples as lists, everything else as it is."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: plain_value(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain_value(item) for item in value]
    return value


def _unknown(plain: Mapping[str, Any], address: str) -> InputError:
    """Return the error for an address that does not exist, with the one most like it."""
    known = known_addresses(plain)
    if address.startswith("changes."):
        names = tuple(plain.get("changes", {}))
        name = address.split(".")[1]
        if name not in names:
            allowed = names or "none: this scenario has no changes"
            return InputError(f"unknown change {shown(name)}", allowed=allowed, nearest=nearest_names(name, names))
        near = nearest_names(address, [one for one in known if one.startswith(f"changes.{name}.")])
        return InputError("unknown address", allowed=CHANGE_PARTS, nearest=near)
    if address.startswith("parameters.") and address.removeprefix("parameters.") in load_register():
        return InputError("unknown address", nearest=address.removeprefix("parameters."))
    near = nearest_names(address, known)
    hint = None if near else "a parameter, period.start, period.end, thin, scope, simulate or changes.NAME.rule"
    return InputError("unknown address", allowed=hint, nearest=near)


def value_at(plain: Mapping[str, Any], address: str) -> Any:
    """Return what a plain scenario has at an address; None where nothing is written.

    Examples
    --------
    >>> value_at({"schema": 1}, "data.activation"), value_at({"period": {"end": "2012-01-01"}}, "period.end")
    ('embedded', '2012-01-01')
    """
    if address in DATA_ADDRESSES:
        return plain.get("data", {}).get(address.removeprefix("data."), EMBEDDED)
    if address in plain.get("parameters", {}):
        return plain["parameters"][address]
    if address.startswith(HISTORY):
        return plain.get("history", {}).get(address.removeprefix(HISTORY))
    value: Any = plain
    for step in address.split("."):
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


def setting(address: str, value: object) -> Any:
    """Return a value for an address in the plain form that it has in a scenario: a parameter's as a number.

    ``imported`` becomes the name of the table that it means now, so that it cannot move later.

    Raises
    ------
    InputError
        If a parameter's value is outside its range, or nothing of the kind has been imported on this machine.
    """
    register = load_register()
    if address in register:
        try:
            return register.check(address, value)
        except InputError as error:
            raise error.at(None) from None
    if address in DATA_ADDRESSES and value == IMPORTED:
        return found_name(address.removeprefix("data."), value)
    return plain_value(value)


def dump(plain: Mapping[str, Any], ascii_only: bool = False) -> str:
    """Return a plain scenario, such as :meth:`Scenario.resolved` gives, as YAML text.

    Parameters
    ----------
    plain : mapping
    ascii_only : bool
        Write every other character as an escape, which reads back as the same text.

    Examples
    --------
    >>> print(dump({"schema": 1, "scope": {"states": ["CA"]}, "parameters": {"detainer.hold_hours": 72.0}}), end="")
    schema: 1
    scope: {"states": ["CA"]}
    parameters:
      detainer.hold_hours: 72.0
    """
    lines = []
    for key, value in plain.items():
        if key in _SECTIONS and value:
            lines.append(f"{key}:")
            lines += [f"  {name}: {_inline(entry, ascii_only)}" for name, entry in value.items()]
        else:
            lines.append(f"{key}: {_inline(value, ascii_only)}")
    return "\n".join(lines) + "\n"


def _inline(value: object, ascii_only: bool) -> str:
    """Return a value on one line; characters that YAML does not take as they are become its escapes."""
    text = json.dumps(value, ensure_ascii=False)
    return "".join(one if _stays(one, ascii_only) else f"\\U{ord(one):08x}" for one in text)


def _stays(one: str, ascii_only: bool) -> bool:
    return one.isprintable() and (one.isascii() or not ascii_only)

"""Which of the package's figures a scenario replaces by a user's own: the ``data`` section.

Written, each kind is ``embedded`` (the package's, the default), ``imported`` (what was imported last on this machine) or
the name of one imported table. Resolved, ``imported`` has become that name, which is a hash of the table: a scenario says
exactly what it was run with, wherever it is read. Whether a named table is on this machine is asked when it is needed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from enforcement_sim.errors import InputError, shown
from enforcement_sim.places.imported import EMBEDDED, IMPORTED, KINDS, found_name, is_name
from enforcement_sim.scenarios.where import Frozen

__all__ = ["DATA_ADDRESSES", "EMBEDDED", "DataFile", "pinned", "read_data", "written_at"]

DATA_ADDRESSES = tuple(f"data.{kind}" for kind in KINDS)
CHOICES = f"{EMBEDDED}, {IMPORTED} or a name that 'enforcement-sim data status' shows"


def _choice(written: object) -> object:
    if isinstance(written, str) and (written in (EMBEDDED, IMPORTED) or is_name(written)):
        return written
    context: dict[str, object] = {"found": shown(written), "allowed": CHOICES}
    if isinstance(written, str):
        context |= {"name": written, "known": (EMBEDDED, IMPORTED)}
    raise PydanticCustomError("input", "unknown data {found}", context)


Choice = Annotated[
    str,
    BeforeValidator(_choice),
    WithJsonSchema({"type": "string", "pattern": f"^({EMBEDDED}|{IMPORTED}(-[0-9a-f]{{16}})?)$"}),
]


class DataFile(Frozen):
    """Figures of the package, or a user's own in their place; see docs/own-data.md."""

    activation: Choice = Field(default=EMBEDDED, description="days on which Secure Communities became active")
    noncitizens: Choice = Field(default=EMBEDDED, description="people who are not citizens, by county")
    bookings: Choice = Field(default=EMBEDDED, description="bookings by county and month")


def read_data(written: DataFile) -> dict[str, str]:
    """Return the imported tables that a scenario names, by kind; nothing where everything is the package's.

    Raises
    ------
    InputError
        If one is asked for and nothing of its kind has been imported on this machine.
    """
    found = {}
    for kind in KINDS:
        chosen = getattr(written, kind)
        if chosen == EMBEDDED:
            continue
        try:
            found[kind] = found_name(kind, chosen)
        except InputError as error:
            raise InputError(error.message, key=f"data.{kind}", allowed=error.allowed) from None
    return found


def pinned(address: str, value: Any) -> Any:
    """Return a value of a sweep or design with ``imported`` as the name that it means now, so that it cannot move later.

    Raises
    ------
    InputError
        If nothing of the kind has been imported on this machine.
    """
    if address in DATA_ADDRESSES and value == IMPORTED:
        return found_name(address.removeprefix("data."), value)
    return value


def written_at(plain: Mapping[str, Any], address: str) -> str:
    """Return what a plain scenario has at one of :data:`DATA_ADDRESSES`.

    Examples
    --------
    >>> written_at({"schema": 1}, "data.activation")
    'embedded'
    """
    return str(plain.get("data", {}).get(address.removeprefix("data."), EMBEDDED))

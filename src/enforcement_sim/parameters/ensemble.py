"""The ensemble: sets of parameters under which the model agrees with what was published, shipped as a small table.

Each row is one set of the addresses that calibration may move; all others keep their defaults. Which set is true is not
known, so an interval over them holds more than chance. How the sets were found stands beside the table
(``ensemble.json``), and may not enter here.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from enforcement_sim.errors import InputError
from enforcement_sim.parameters.register import load_register
from enforcement_sim.tables.described import entries_html

_SHIPPED = Path(__file__).with_name("ensemble.csv")
_RECIPE = Path(__file__).with_name("ensemble.json")
MEMBER = "member"


@dataclass(frozen=True)
class Member:
    """One set of parameters.

    Attributes
    ----------
    number : int
        From 1, in the order of the table; the first is the one nearest to all published figures.
    parameters : dict
        Address -> value.
    """

    number: int
    parameters: dict[str, float]

    def __repr__(self) -> str:
        """Return the number of the set and its size in one line."""
        return f"Member(set {self.number}: {len(self.parameters)} parameters)"

    def _repr_html_(self) -> str:
        """Show the values of the set in a notebook."""
        return entries_html(repr(self), ("address", "value"), self.parameters.items(), "they are in parameters")


def load_ensemble(members: int | None = None, path: Path | None = None) -> tuple[Member, ...]:
    """Return the first so many sets of the ensemble; all of them if not said.

    Raises
    ------
    InputError
        If there are not so many, or the table names a parameter that the register does not have, or a value outside
        its range.

    Examples
    --------
    >>> [member.number for member in load_ensemble(2)]
    [1, 2]
    """
    found = _load(path or _SHIPPED)
    if members is None:
        return found
    if not 1 <= members <= len(found):
        raise InputError(f"{members} sets of the ensemble", allowed=f"1 to {len(found)}")
    return found[:members]


@cache
def _load(path: Path) -> tuple[Member, ...]:
    register = load_register()
    found = []
    with path.open(encoding="utf-8", newline="") as text:
        for line, row in enumerate(csv.DictReader(text), start=2):
            try:
                number = int(row.pop(MEMBER))
                parameters = {address: register.check(address, float(value)) for address, value in row.items()}
            except (InputError, KeyError, TypeError, ValueError) as error:
                raise InputError(f"cannot be used: {error}", file=path, line=line) from error
            found.append(Member(number, parameters))
    return tuple(found)


def recipe() -> dict[str, Any]:
    """Return how the ensemble was found: settings, rounds, how many sets fitted, how each unknown was narrowed."""
    found: dict[str, Any] = json.loads(_RECIPE.read_text(encoding="utf-8"))
    return found


def written(sets: Sequence[dict[str, float]]) -> str:
    """Return the table of some sets as text; numbers with six digits, which is more than anything published has."""
    addresses = list(sets[0])
    lines = [",".join([MEMBER, *addresses])]
    for number, one in enumerate(sets, start=1):
        lines.append(",".join([str(number), *(f"{one[address]:.6g}" for address in addresses)]))
    return "\n".join(lines) + "\n"

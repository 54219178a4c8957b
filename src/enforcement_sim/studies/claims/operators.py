"""What an observation operator of a claim returns: the rows of its table, and the arithmetic and definitions they share.

A row is one number under one definition. The claim's own definition is one row; other definitions in the same unit make
the range; paired differences between two runs are effects; anything in another unit stands beside. A number that the model
cannot give is a row too, without a value and with the reason.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from enforcement_sim.law.definitions import Definition, load_definitions
from enforcement_sim.results.measures import ratio
from enforcement_sim.studies.claims.counted import EVER, Counted, Span

__all__ = [
    "BESIDE",
    "COMPARED",
    "EFFECT",
    "OTHER",
    "OWN",
    "ROLES",
    "STAGE",
    "Operator",
    "Row",
    "Rows",
    "Worlds",
    "minor_categories",
    "non_criminal_categories",
    "percent",
    "percent_less",
    "percent_more",
    "share",
    "shares_by_definition",
]

OWN, OTHER, COMPARED, EFFECT, BESIDE = "own", "other", "compared", "effect", "beside"
ROLES = (OWN, OTHER, COMPARED, EFFECT, BESIDE)
STAGE = {
    "matched": "matched",
    "identified": "identified",
    "detainer_issued": "detainer",
    "held": "held",
    "ice_custody": "ICE custody",
    "removed": "removed",
}
"""Stages in words."""
_MINOR = ("level 3", "traffic", "misdemeanour", "minor")
"""Beginnings of the names of categories that count as minor."""


@dataclass(frozen=True, slots=True)
class Row:
    """One number of a claim's table.

    Attributes
    ----------
    role : str
        One of :data:`ROLES`.
    group : str
        What differs from the claim's own definition: stage, period, denominator, definition, attribution, without it.
    label : str
        Which one.
    value : float
        Not a number where the model has none.
    unit : str
    note : str
        What the number is, where the label does not say it, or why there is none.
    """

    role: str
    group: str
    label: str
    value: float
    unit: str
    note: str = ""


class Rows(list[Row]):
    """The rows of one claim's table, in their order; every method adds numbers by their labels.

    Parameters
    ----------
    unit
        Of the claim's figure and of every definition that is compared with it.

    Examples
    --------
    >>> rows = Rows("percent")
    >>> rows.own(40.0)
    >>> rows.other("stage", {"detainer": 41.0, "removed": 38.0})
    >>> [(row.role, row.label, row.value, row.unit) for row in rows][1]
    ('other', 'detainer', 41.0, 'percent')
    """

    def __init__(self, unit: str) -> None:
        super().__init__()
        self.unit = unit

    def own(self, value: float, note: str = "") -> None:
        """Add the number under the claim's own definition."""
        self.append(Row(OWN, "own definition", "as claimed", value, self.unit, note))

    def other(self, group: str, values: Mapping[str, float], note: str = "") -> None:
        """Add numbers under other definitions, in the claim's unit."""
        self._add(OTHER, group, self.unit, values, note)

    def compared(self, group: str, values: Mapping[str, float], note: str = "") -> None:
        """Add the claim's measure in another world, place or group of people, in the claim's unit."""
        self._add(COMPARED, group, self.unit, values, note)

    def effect(self, unit: str, values: Mapping[str, float]) -> None:
        """Add paired differences between two runs."""
        self._add(EFFECT, "difference between runs", unit, values)

    def beside(self, group: str, unit: str, values: Mapping[str, float], note: str = "") -> None:
        """Add numbers in another unit."""
        self._add(BESIDE, group, unit, values, note)

    def no_value(self, group: str, unit: str, label: str, why: str) -> None:
        """Add something that the model does not express."""
        self.beside(group, unit, {label: math.nan}, f"not expressed: {why}")

    def _add(self, role: str, group: str, unit: str, values: Mapping[str, float], note: str = "") -> None:
        self += [Row(role, group, label, value, unit, note) for label, value in values.items()]


Worlds = Mapping[str, Counted]
"""The runs of one seed by name."""
Operator = Callable[[Worlds, Rows], None]
"""Counts a claim in the runs of one seed and adds its rows."""


def percent(part: float, whole: float) -> float:
    """Return a share in percent; not a number over nothing."""
    return 100.0 * ratio(part, whole)


def percent_more(one: float, two: float) -> float:
    """Return by how many percent one exceeds two."""
    return 100.0 * (ratio(one, two) - 1.0)


def percent_less(one: float, two: float) -> float:
    """Return by how many percent one falls short of two."""
    return 100.0 * (1.0 - ratio(one, two))


# ---- definitions ----------------------------------------------------------------------------------------------------


def non_criminal_categories(definition: Definition) -> tuple[str, ...]:
    """Return the categories that a definition's source adds up as non-criminal, in their order; none of offence classes.

    Examples
    --------
    >>> non_criminal_categories(load_definitions()["ice-levels-2010"])
    ('no conviction',)
    """
    return tuple(name for name in definition.categories if name in definition.non_criminal)


def minor_categories(definition: Definition) -> tuple[str, ...]:
    """Return the categories that count as minor or as no crime; empty if a definition tells no degrees apart.

    Examples
    --------
    >>> minor_categories(load_definitions()["agreement-levels-2009"])
    ('traffic', 'level 3', 'no charge')
    """
    none = non_criminal_categories(definition)
    minor = tuple(name for name in definition.categories if name in none or name.startswith(_MINOR))
    return minor if set(minor) - set(none) else ()


def share(
    counted: Counted,
    definition: str,
    wanted: tuple[str, ...],
    event: str,
    by: tuple[str, ...] | None,
    span: Span = EVER,
    state: str | None = None,
) -> float:
    """Return the share of the people of an event in some categories of a definition, in percent."""
    people = counted.categories(event, definition, by, span, state)
    return percent(sum(people[name] for name in wanted), sum(people.values()))


def shares_by_definition(
    counted: Counted,
    event: str,
    by: tuple[str, ...] | None,
    span: Span,
    wanted: Callable[[Definition], tuple[str, ...]],
    without: str = "",
) -> dict[str, float]:
    """Return the share of some categories under every definition that has them but one, in percent, by a label.

    Every definition that is loaded is used, so a definition that is added later adds its rows.
    """
    categories = {name: wanted(one) for name, one in load_definitions().items() if name != without}
    return {
        f"{' or '.join(names)} ({definition})": share(counted, definition, names, event, by, span)
        for definition, names in categories.items()
        if names
    }

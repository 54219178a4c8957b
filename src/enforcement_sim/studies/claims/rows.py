"""What a recipe answers with: rows of a claim's table, and the words they are sorted by.

A row is one number under one definition. The claim's own definition is one row; other definitions in the same unit make
the range; paired differences between two runs are effects; anything in another unit stands beside. A number that the
model cannot give is a row too, without a value and with the reason.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from enforcement_sim.law.definitions import Definition, load_definitions
from enforcement_sim.results.measures import ratio
from enforcement_sim.studies.claims.counted import Counted

__all__ = [
    "BESIDE",
    "COMPARED",
    "EFFECT",
    "OTHER",
    "OWN",
    "ROLES",
    "Recipe",
    "Row",
    "beside",
    "compared",
    "effect",
    "minor_categories",
    "no_value",
    "non_criminal_categories",
    "other",
    "own",
    "percent",
    "percent_less",
    "percent_more",
    "shares_by_definition",
    "sorting_definitions",
]

OWN, OTHER, COMPARED, EFFECT, BESIDE = "own", "other", "compared", "effect", "beside"
ROLES = (OWN, OTHER, COMPARED, EFFECT, BESIDE)

_NOTHING = ("no conviction", "no charge")
"""Categories without conviction or charge, where a definition does not say itself which they are."""
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

    @property
    def key(self) -> str:
        """What the row is called in every seed."""
        return f"{self.role}/{self.group}/{self.label}"


Recipe = Callable[[Mapping[str, Counted]], list[Row]]
"""Runs of one seed by name -> rows."""


def own(value: float, unit: str, label: str = "as claimed", note: str = "") -> Row:
    """Return the row of the claim's own definition."""
    return Row(OWN, "own definition", label, value, unit, note)


def other(group: str, label: str, value: float, unit: str, note: str = "") -> Row:
    """Return a row under another definition, in the claim's unit."""
    return Row(OTHER, group, label, value, unit, note)


def compared(group: str, label: str, value: float, unit: str, note: str = "") -> Row:
    """Return the claim's measure in another world, place or group of people, in the claim's unit."""
    return Row(COMPARED, group, label, value, unit, note)


def effect(label: str, value: float, unit: str, note: str = "") -> Row:
    """Return a paired difference between two runs."""
    return Row(EFFECT, "difference between runs", label, value, unit, note)


def beside(group: str, label: str, value: float, unit: str, note: str = "") -> Row:
    """Return a number in another unit."""
    return Row(BESIDE, group, label, value, unit, note)


def no_value(group: str, label: str, unit: str, why: str) -> Row:
    """Return the row of something the model does not express."""
    return Row(BESIDE, group, label, math.nan, unit, f"not expressed: {why}")


def percent(part: float, whole: float) -> float:
    """Return a share in percent; not a number over nothing."""
    return 100.0 * ratio(part, whole)


def percent_more(one: float, two: float) -> float:
    """Return by how many percent one exceeds two."""
    return 100.0 * (ratio(one, two) - 1.0)


def percent_less(one: float, two: float) -> float:
    """Return by how many percent one falls short of two."""
    return 100.0 * (1.0 - ratio(one, two))


# ---- definitions --------------------------------------------------------------------------------------------------------


def sorting_definitions() -> tuple[Definition, ...]:
    """Return the definitions that sort people by record or charge; the list of offence classes is not one."""
    return tuple(definition for definition in load_definitions().values() if not definition.by_offence)


def non_criminal_categories(definition: Definition) -> tuple[str, ...]:
    """Return the categories of a definition that have no crime in them: its own list, or those named so.

    Examples
    --------
    >>> non_criminal_categories(load_definitions()["ice-levels-2010"])
    ('no conviction',)
    """
    named = getattr(definition, "non_criminal", None)
    if named:
        names = (named,) if isinstance(named, str) else tuple(named)
        return tuple(name for name in definition.categories if name in names)
    return tuple(name for name in definition.categories if name in _NOTHING)


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


def shares_by_definition(
    counts: Callable[[str], Mapping[str, float]], of: Callable[[Definition], tuple[str, ...]]
) -> list[tuple[str, float]]:
    """Return, for each definition that has the wanted categories, a label and their share in percent.

    Parameters
    ----------
    counts
        Name of a definition -> people by category.
    of
        Definition -> the wanted categories.
    """
    found = []
    for definition in sorting_definitions():
        wanted = of(definition)
        if wanted:
            people = counts(definition.id)
            label = f"{' or '.join(wanted)} ({definition.id})"
            found.append((label, percent(sum(people[name] for name in wanted), sum(people.values()))))
    return found

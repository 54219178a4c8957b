"""What an observation operator of a claim returns: the rows of its table, and the arithmetic and definitions they share.

A row is one number under one definition. The claim's own definition is one row; other definitions in the same unit make
the range; paired differences between two runs are effects; anything in another unit stands beside. A number that the model
cannot give is a row too, without a value and with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from enforcement_sim.law.definitions import Definition, load_definitions
from enforcement_sim.results.measures import ratio
from enforcement_sim.studies.claims.counted import EVER, Counted, Span
from enforcement_sim.studies.claims.published import Claim

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
MAIN_STAGES = ("identified", "detainer_issued", "ice_custody", "removed")
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

    Labels are formatted into ``label``, stages among them in words (:data:`STAGE`).

    Parameters
    ----------
    claim
        Whose unit and period the rows have, unless another is given, and whose published numbers they may use.

    Examples
    --------
    >>> from enforcement_sim.studies.claims.published import load_claims
    >>> rows = Rows(load_claims()["california-40"])
    >>> rows.own(40.0)
    >>> rows.other("stage", {"detainer_issued": 41.0, "removed": 38.0}, label="{}, to March 2011")
    >>> [(row.role, row.label, row.value, row.unit) for row in rows][1]
    ('other', 'detainer, to March 2011', 41.0, 'percent')
    """

    def __init__(self, claim: Claim) -> None:
        super().__init__()
        self.claim = claim
        self.span: Span = (f"{claim.own.start:%Y-%m}", f"{claim.own.end:%Y-%m}")

    def number(self, name: str) -> float:
        """Return a published number of the claim's arithmetic, in the unit of its file."""
        assert self.claim.by_hand is not None
        return self.claim.by_hand.numbers[name].value

    def own(self, value: float, note: str = "") -> None:
        """Add the number under the claim's own definition."""
        self.append(Row(OWN, "own definition", "as claimed", value, self.claim.unit, note))

    def other(self, group: str, values: Mapping[str, float], note: str = "", label: str = "{}") -> None:
        """Add numbers under other definitions, in the claim's unit."""
        self._add(OTHER, group, self.claim.unit, values, note, label)

    def compared(self, group: str, values: Mapping[str, float], note: str = "", label: str = "{}") -> None:
        """Add the claim's measure in another world, place or group of people, in the claim's unit."""
        self._add(COMPARED, group, self.claim.unit, values, note, label)

    def effect(self, unit: str, values: Mapping[str, float], label: str = "{}") -> None:
        """Add paired differences between two runs."""
        self._add(EFFECT, "difference between runs", unit, values, "", label)

    def beside(self, group: str, unit: str, values: Mapping[str, float], note: str = "", label: str = "{}") -> None:
        """Add numbers in another unit; not a number, with the reason as a note, where the model has none."""
        self._add(BESIDE, group, unit, values, note, label)

    def _add(self, role: str, group: str, unit: str, values: Mapping[str, float], note: str, label: str) -> None:
        for name, value in values.items():
            self.append(Row(role, group, label.format(STAGE.get(name, name)), value, unit, note))


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


def removed_with_conviction(
    counted: Counted, by: tuple[str, ...] | None, span: Span, state: str | None = None
) -> float:
    """Count people removed who have a conviction, now or before."""
    people = counted.categories("removed", "ice-levels-2010", by, span, state)
    return sum(people.values()) - people["no conviction"]


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

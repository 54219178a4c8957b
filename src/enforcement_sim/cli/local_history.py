"""The programmes of a place for ``enforcement-sim rules``: its 287(g) agreements, and when prints began to be shared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from enforcement_sim.places.geography import Agreement

AGREEMENT = "287(g) agreement"
SECURE_COMMUNITIES = "Secure Communities"
DECISION_OF = {AGREEMENT: "screen", SECURE_COMMUNITIES: ""}
"""The decision of the rulebook that a programme belongs to; with ``--decision`` only its own are printed."""

POINTS = {"at-booking": ", who interview at booking", "post-case": ", who interview after the criminal case"}
GRADES = {"S": "seen", "D": "derived", "R-h": "recalled surely", "R-m": "recalled fairly", "A": "assumed"}
ACTIVATED = "ICE, Secure Communities: Activated Jurisdictions, lists of 2009-2013"
BASES = {
    "month": "the month is in the lists, the day is set where they give none",
    "count": "estimated: the lists give how many of the state's counties were active, not when this one began",
}


@dataclass(frozen=True)
class Programme:
    """A programme at a place.

    Attributes
    ----------
    name : str
        `AGREEMENT` or `SECURE_COMMUNITIES`.
    start, end : date or None
        First and last day; an end of None is after the period.
    says, cited : str
        What it is, in one line, and its sources with how well they give its dates.
    """

    name: str
    start: date
    end: date | None
    says: str
    cited: str

    def in_force(self, day: date) -> bool:
        """Return whether it was in force on a day."""
        return self.start <= day and (self.end is None or day <= self.end)

    def as_data(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "programme": self.name,
            "from": self.start,
            "until": self.end,
            "what": self.says,
            "citation": self.cited,
        }


def programmes_of(places: Sequence[tuple[str, str]], decisions: Collection[str], every: bool) -> list[Programme]:
    """Return the programmes of some counties in time order.

    Parameters
    ----------
    places : sequence of (str, str)
        FIPS code of each county, and postal code of its state.
    decisions : collection of str
        The decisions of the rulebook that are printed.
    every : bool
        All decisions are printed.

    Examples
    --------
    >>> [one.says for one in programmes_of([("37119", "NC")], (), every=True)][1]
    'active in Mecklenburg County'
    """
    found: list[Programme] = []
    if every or DECISION_OF[AGREEMENT] in decisions:
        found += _agreements(places)
    if every:
        found += _activation([fips for fips, _ in places])
    return sorted(found, key=lambda one: one.start)


# ---- agreements ------------------------------------------------------------------------------------------------------


def _agreements(places: Sequence[tuple[str, str]]) -> list[Programme]:
    """Return the agreements of the counties, and those of state agencies that work in their states."""
    from enforcement_sim.places.geography import agreements, load_geography

    geography = load_geography()
    indices, states = {geography.index_of(fips) for fips, _ in places}, {postal for _, postal in places}
    return [
        Programme(AGREEMENT, one.start, one.end, _in_words(one), _sources(one))
        for one in agreements()
        if (one.county in indices if one.county is not None else one.state in states)
    ]


def _in_words(one: Agreement) -> str:
    """Return an agreement in one line: agency, model, officers, when they interview, whom they process."""
    from enforcement_sim.studies.county.county_inputs import MODELS

    where = "the state's prisons" if one.kind == "prison" else MODELS[one.model]
    whom = "everyone found removable" if one.approach == "universal" else "serious offences first"
    ended = "" if one.end is None else f", to {one.end}"
    field = f"; task force to {one.task_force_end}" if one.task_force_end and one.task_force_end != one.end else ""
    return f"{one.agency}: {where}, {one.officers} officers{POINTS.get(one.screening_point, '')}, {whom}{ended}{field}"


def _sources(one: Agreement) -> str:
    """Return an agreement's sources and how well its facts are known."""
    facts = {"start": "start", "end": "end", "officers": "officers", "approach": "whom they process"}
    known = [name for name in facts if name != "end" or one.end is not None]
    graded = ", ".join(f"{facts[name]} {GRADES[one.grades[name]]}" for name in known)
    return f"{one.sources} ({graded})"


# ---- activation ------------------------------------------------------------------------------------------------------


@cache
def _activation_rows() -> dict[str, tuple[date | None, str]]:
    """Return the day on which prints began to be shared in each county, and how it is known."""
    from enforcement_sim.studies.county.county_inputs import table_rows

    return {
        row["fips"]: (date.fromisoformat(row["active_from"]) if row["active_from"] else None, row["basis"])
        for row in table_rows("secure_communities_activation.csv")
    }


def _activation(counties: Sequence[str]) -> list[Programme]:
    """Return the activation of one county, or of the first, the middle and the last of several."""
    from enforcement_sim.places.county_codes import county_names

    known = _activation_rows()
    dated = sorted((known[fips][0] or date.max, fips) for fips in counties)
    active = [(day, fips) for day, fips in dated if day < date.max]
    if not active:
        return []
    if len(counties) == 1:
        ((day, fips),) = active
        name = county_names()[fips].rpartition(", ")[0]
        return [Programme(SECURE_COMMUNITIES, day, None, f"active in {name}", f"{ACTIVATED} ({BASES[known[fips][1]]})")]
    bases = Counter(known[fips][1] for _, fips in active)
    how = f"{ACTIVATED} (month in the lists for {bases['month']:,} counties, estimated for {bases['count']:,})"
    total = f"{len(counties):,} counties"
    at = {
        0: f"active in the first of {total}",
        len(active) // 2: f"active in half of {total}",
        len(active) - 1: f"active in {'all' if len(active) == len(counties) else f'{len(active):,} of'} {total}",
    }
    return [Programme(SECURE_COMMUNITIES, active[place][0], None, says, how) for place, says in at.items()]


def counties_active(counties: Sequence[str], day: date) -> int:
    """Return in how many of some counties prints were shared on a day."""
    known = _activation_rows()
    return sum((known[fips][0] or date.max) <= day for fips in counties)

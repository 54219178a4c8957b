"""Checks that every parameter, taken from one end of its range to the other, moves a printed measure.

A small world is run at both ends of each address of the register, everything else as it is, under the settings that its
entry says it needs (``with``). The counties and settings of that world are chosen so that rare things happen in it: jails
with 287(g) officers and a task force, prints shared, prisons, citizens taken for removable. What moves in it is no finding
about the nation. Printed is what does not do what its entry says; the table at the end of docs/parameters.md is made from
what is written to docs/parameters-at-their-ends.csv. ``tests/parameters/test_every_parameter_moves.py`` runs a shorter form,
whole entries. ``python -m tools.check_parameters_move [PREFIX]``: about a minute and a half, and nothing written with a prefix.
"""

from __future__ import annotations

import csv
import math
import sys
import time
from collections.abc import Mapping, Sequence
from typing import Any

from tools.make_parameters import ENDS as OUT
from tools.make_parameters import ENDS_COLUMNS as COLUMNS
from tools.make_parameters import entries

from enforcement_sim.codes import STATUSES
from enforcement_sim.model import EnforcementModel
from enforcement_sim.parameters.register import Parameter, load_register
from enforcement_sim.scenarios.load import load_scenario
from enforcement_sim.scenarios.schema import Scenario

COLLIER, HENDRY, FREDERICK, BUTLER = "12021", "12051", "24021", "39017"
SEED, OTHER_SEED = 3, 4
"""Two counts can be equal by chance: where a measure that an entry names seems not to move, another seed is tried."""
WORLD: dict[str, Any] = {
    "scope": {"counties": [COLLIER, HENDRY, FREDERICK, BUTLER]},
    "simulate": "alone",
    "period.start": "2012-08-01",
    "period.end": "2013-02-28",
    "start.warm_days": 200,
    "status.arrest_ratio.us_born": 0.2,
    **{f"status.arrest_ratio.{status}": 2.5 for status in STATUSES[1:]},
    "booking.state_ratio.california": 1.0,
    "booking.state_ratio.texas": 1.0,
    **{f"status.lawful_split.{status}": 0.33 for status in STATUSES[2:5]},
    **{f"status.removable_share.{status}": 0.5 for status in STATUSES[2:5]},
    "status.in_ident.us_born": 0.5,
    "status.in_ident.permanent_resident": 0.85,
    "status.in_ident.naturalised": 0.9,
    "screening.mistake_share": 0.05,
    "pickup.crew_capacity": 0.2,
    "custody.discretion_share": 0.6,
    "beds.funded": 40_000,
    "beds.interior_share": 0.8,
    **{
        f"status.{share}.{status}": 0.1
        for share in ("long_residence_share", "citizen_family_share")
        for status in STATUSES
    },
}
"""Three counties with agreements for jail and field, one of which targets, and one without; five months of the priorities and
of task forces, one of the guidance that followed; many who can be found, and citizens mistaken for them."""

YEARS = "booking.national_per_year."
STEPS = ("effort.national_step.", "effort.california_step.")
"""A step of a path moves what is between its beginning and the path's zero in 2011."""
FIRST_DAY = "2005-10-01"
DAYS_WITHIN = ({"start": "03-01", "end": "04-30"}, {"start": "09-01", "end": "10-31"})
"""Some days of a first half-year, or of a year, and of a second half-year."""
LONG_WARM = 400
"""Days of warm start that reach into the year before the first that can be counted."""


def world(settings: Mapping[str, Any]) -> Scenario:
    """Return the small world with some settings; levers are so throughout, like all that is tried here."""
    every = {**WORLD, **settings}
    levers = {address: value for address, value in every.items() if address in load_register().levers}
    return load_scenario("baseline").with_(ensemble=0).with_(**every).throughout(levers)


def settings_for(parameter: Parameter) -> dict[str, Any]:
    """Return what a parameter acts with: its entry's settings, and for the bookings or steps of a year some days in it."""
    settings = dict(parameter.argument.acts_with)
    if parameter.address.startswith(YEARS):
        year = parameter.address.removeprefix(YEARS)
        settings |= {"period.start": max(FIRST_DAY, f"{year}-03-01"), "period.end": max("2005-12-31", f"{year}-04-30")}
        settings["start.warm_days"] = LONG_WARM if year < FIRST_DAY else WORLD["start.warm_days"]
    if parameter.address.startswith(STEPS):
        year, half = parameter.address.rpartition(".")[2][:4], parameter.address[-2:]
        settings |= {f"period.{end}": f"{year}-{day}" for end, day in DAYS_WITHIN[half == "h2"].items()}
    return settings


def measures_with(settings: Mapping[str, Any], seed: int = SEED) -> dict[str, float]:
    """Run the small world with some settings; return its measures."""
    return EnforcementModel(world(settings), seed).run().measures()


def at_ends(parameter: Parameter, seed: int = SEED) -> tuple[dict[str, float], dict[str, float]]:
    """Return the measures at the low and at the high end of a parameter's range."""
    settings = settings_for(parameter)
    low, high = (measures_with({**settings, parameter.address: end}, seed) for end in (parameter.low, parameter.high))
    return low, high


def bent(members: Sequence[Parameter], seed: int = SEED) -> tuple[dict[str, float], dict[str, float]]:
    """Return the measures with a whole entry at its ends; of a table every other member at the other end.

    Many tables are weights, whose sum says nothing: to move all of them alike would change nothing.
    """
    settings = members[0].argument.acts_with
    ends = [[one.low, one.high] if position % 2 == 0 else [one.high, one.low] for position, one in enumerate(members)]
    low, high = (
        measures_with({**settings, **{one.address: end[side] for one, end in zip(members, ends, strict=True)}}, seed)
        for side in (0, 1)
    )
    return low, high


def moved(low: Mapping[str, float], high: Mapping[str, float]) -> tuple[str, ...]:
    """Return the measures that differ; two that are both not a number do not.

    Examples
    --------
    >>> moved({"booked": 1.0, "share": math.nan}, {"booked": 2.0, "share": math.nan})
    ('booked',)
    """
    return tuple(
        name for name in low if low[name] != high[name] and not (math.isnan(low[name]) and math.isnan(high[name]))
    )


def not_as_said(members: Sequence[Parameter], found: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Return in what an entry does not do what it says, given what each of its members moved.

    A member moves something, or the entry names it among those that do not; a measure named is moved by some member.
    """
    wrong = [
        f"{one.address} moves {', '.join(found[one.address]) or 'nothing'}"
        for one in members
        if bool(found[one.address]) != bool(one.moves)
    ]
    by_any = {name for names in found.values() for name in names}
    entry = members[0].table or members[0].address
    return wrong + [f"{entry} does not move {name}" for name in members[0].argument.moves if name not in by_any]


def row_of(parameter: Parameter, low: Mapping[str, float], high: Mapping[str, float]) -> tuple[str, ...]:
    """Return a line of the table: the first measure that its entry names and it moved, or else the first it moved."""
    found = moved(low, high)
    told = next((name for name in (*parameter.moves, *found) if name in found), "")
    values = (low.get(told, math.nan), high.get(told, math.nan))
    ends = (f"{parameter.low:.10g}", f"{parameter.high:.10g}")
    return (parameter.address, *ends, told, *(f"{value:.6g}" if told else "" for value in values), str(len(found)))


def main(prefix: str = "") -> int:
    """Run every address that begins so; without a beginning, write the table; return 1 if an entry is not as it says."""
    began = time.process_time()
    rows: list[tuple[str, ...]] = []
    wrong: list[str] = []
    for address, members in entries().items():
        found: dict[str, tuple[str, ...]] = {}
        for one in members if address.startswith(prefix) else ():
            low, high = at_ends(one)
            found[one.address] = moved(low, high)
            rows.append(row_of(one, low, high))
        named = set(members[0].argument.moves)
        if found and not named <= {name for names in found.values() for name in names}:
            found = {one.address: (*found[one.address], *moved(*at_ends(one, OTHER_SEED))) for one in members}
        wrong += not_as_said(members, found) if found else []
    if not prefix:
        with OUT.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([COLUMNS, *rows])
    print("\n".join(wrong))
    print(f"{len(rows)} addresses, {len(wrong)} things not as said, {time.process_time() - began:.0f} s of computing")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))

"""Checks that every parameter, taken from one end of its range to the other, moves a printed measure.

A small world is run at both ends of each address of the register, everything else as it is, under the settings that its
entry says it needs (``with``). The counties and settings of that world are chosen so that rare things happen in it: jails
with 287(g) officers and a task force, prints shared, prisons, citizens taken for removable. What moves in it is no finding
about the nation. Printed are the entries that do not do what they say, and the addresses that move nothing;
``tests/parameters/test_every_parameter_moves.py`` holds them to it. ``python -m tools.check_parameters_move [PREFIX]``.
"""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Mapping
from typing import Any

from enforcement_sim.model import EnforcementModel
from enforcement_sim.parameters.register import Parameter, load_register
from enforcement_sim.scenario.load import load_scenario
from enforcement_sim.scenario.schema import Scenario

COLLIER, HENDRY, FREDERICK = "12021", "12051", "24021"
SEED = 5
WORLD: dict[str, Any] = {
    "scope": {"counties": [COLLIER, HENDRY, FREDERICK]},
    "period.start": "2012-08-01",
    "period.end": "2013-01-31",
    "status.arrest_ratio.us_born": 0.2,
    "status.arrest_ratio.naturalised": 2.0,
    "status.arrest_ratio.entered_without_inspection": 2.5,
    "status.arrest_ratio.overstay": 2.5,
    "status.in_ident.naturalised": 0.9,
    "screening.mistake_share": 0.05,
}
"""Two counties with agreements for jail and field, one of them beside a county without; five months of the priorities and
of task forces, one of the guidance that followed; many who can be found, and citizens mistaken for them."""

YEARS = "booking.national_per_year."
FIRST_DAY = "2005-10-01"


def world(settings: Mapping[str, Any]) -> Scenario:
    """Return the small world with some settings."""
    return load_scenario("baseline").with_(**{**WORLD, **settings})


def settings_for(parameter: Parameter) -> dict[str, Any]:
    """Return what a parameter acts with: its entry's settings, and for the bookings of a year some days of that year."""
    settings = dict(parameter.argument.acts_with)
    if parameter.address.startswith(YEARS):
        year = parameter.address.removeprefix(YEARS)
        settings |= {"period.start": max(FIRST_DAY, f"{year}-03-01"), "period.end": max("2005-12-31", f"{year}-04-30")}
    return settings


def measures_at(parameter: Parameter, value: float) -> dict[str, float]:
    """Run the small world with one parameter set, under what it acts with; return the measures."""
    scenario = world({**settings_for(parameter), parameter.address: value})
    return EnforcementModel(scenario, SEED).run().measures()


def moved_by(parameter: Parameter) -> tuple[str, ...]:
    """Return the measures that differ between the ends of a parameter's range."""
    return moved(measures_at(parameter, parameter.low), measures_at(parameter, parameter.high))


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


def main(prefix: str = "") -> int:
    """Run every address that begins so; return 1 if one does not do what its entry says."""
    wrong = 0
    began = time.process_time()
    parameters = load_register().under(prefix)
    for parameter in parameters:
        found = moved_by(parameter)
        said = parameter.argument.moves
        lacking = [name for name in said if name not in found]
        if bool(found) != bool(said) or lacking:
            wrong += bool(found) != bool(said) or len(lacking) == len(said)
            print(
                f"{parameter.address}: said {', '.join(said) or 'nothing'}; lacking {', '.join(lacking) or 'nothing'}"
            )
            print(f"    moved {len(found)}: {', '.join(found)}")
    print(f"{len(parameters)} addresses, {wrong} not as said, {time.process_time() - began:.0f} s of computing")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))

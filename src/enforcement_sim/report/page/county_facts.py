"""What the package knows of a county, in short: a part of a report, which leads to the county's own page.

Which days and agreements were in force there is history's, whatever a sweep changes; each line has its grade and source.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from enforcement_sim.studies.county.booking_level import CountyLevel
from enforcement_sim.studies.county.county_inputs import NATION, agreement_rows, people_and_jail, rules_in_time
from enforcement_sim.studies.page_parts import Grid, Part, words
from enforcement_sim.studies.place_asked import place_asked
from enforcement_sim.terminal.printing import command

IN_SHORT = ("Secure Communities active from", "ICE field office", "Jail")
"""Of the county's figures those that say when and by whom people were found."""
MOST_IN_SCOPE = 4
"""Up to this many counties that a sweep names as its places have their facts in its report unasked."""
NO_AGREEMENT = ("287(g) agreement", "none reached it in the period", "", "")
HEADS = ["What", "Value", "Grade", "Source"]


def known_in_short(fips: str, level: CountyLevel) -> tuple[Part, ...]:
    """Return a table of what is known of a county, and the command for the whole page.

    Parameters
    ----------
    fips : str
    level : CountyLevel
        Where the level of its bookings comes from in these runs.

    Examples
    --------
    >>> from enforcement_sim.studies.county.booking_level import level_of_bookings
    >>> table, _, whole = known_in_short("37119", level_of_bookings("37119", {"county.bookings_sd": 0.0}))
    >>> table.rows.iloc[0].tolist()[:3], whole.texts
    (['Secure Communities active from', '13 October 2009', 'seen'], ('enforcement-sim county 37119 --out county-37119.html',))
    """
    place = place_asked(county=fips)
    figures = people_and_jail(place).set_index("What")
    rows = [(what, *figures.loc[what, ["Value", "Grade", "Where it is from"]]) for what in IN_SHORT]
    found = [
        (f"287(g): {one['Agency']}", f"in force from {one['In force']}; {one['Model']}", one["Grades"], one["Sources"])
        for one in agreement_rows(place).to_dict("records")
    ]
    rules = rules_in_time(place)
    own = rules[rules["Where"] != NATION].to_dict("records")
    decided = [(one["Decides"], f"from {one['From']}: {one['Rule']}", one["Grade"], one["Citation"]) for one in own]
    rows.append(("Bookings", level.value, level.grade, level.source))
    table = pd.DataFrame([*rows, *(found or [NO_AGREEMENT]), *decided], columns=HEADS)
    more = "The whole page, with what is simulated, what is published beside it, and what was never recorded:"
    return (
        Grid(table, f"{place.name}: what is known, under history", prose=True),
        words(more),
        words(command("county", fips, "--out", f"county-{fips}.html"), command=True),
    )


def named_in_scope(scenario: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the counties that a scenario names as its places, if they are few; nothing for states and the nation.

    Examples
    --------
    >>> named_in_scope({"scope": {"counties": ["37119"]}}), named_in_scope({"scope": {"states": ["NC"]}})
    (('37119',), ())
    """
    scope = scenario.get("scope")
    named = tuple(scope.get("counties", ())) if isinstance(scope, Mapping) else ()
    return named if len(named) <= MOST_IN_SCOPE else ()

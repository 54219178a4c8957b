"""The section on jail time and money: the stay in two parts, its price by place, and the bridge to each payer's net cost.

Takes a reading and returns a section; nothing is computed here that the rooms below do not compute.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from enforcement_sim import plots
from enforcement_sim.results.result import Result
from enforcement_sim.studies.jail_cost import cost_tables
from enforcement_sim.studies.jail_cost.bridge_table import BRIDGE_TITLE, about_bridge, bridge_rows
from enforcement_sim.studies.jail_cost.jail_cost import ALL_PLACES, JailCost, jail_time
from enforcement_sim.studies.page_parts import Choice, Grid, Part, Section, Words, picture_of
from enforcement_sim.studies.reading import Reading

__all__ = ["indented", "measured", "section"]

COSTLY_PLACES = 8


def measured(result: Result) -> Mapping[str, float]:
    """Return the jail time of every county."""
    return jail_time("county")(result)


def section(reading: Reading) -> Section:
    """The stay and its cost in two parts, and who pays."""
    parts: list[Part] = [
        Words(
            (
                "A detainer adds to a stay in two ways that must not be mixed: the statutory hold, which begins when the "
                "criminal case lets a person go, and the stay that a detainer induces before that, through bail and plea.",
            )
        ),
        picture_of(plots.stay(reading.drawable)),
    ]
    cost = JailCost("county", reading.found)
    places = (ALL_PLACES, *cost.most(COSTLY_PLACES))
    parts.append(
        Grid(
            indented(cost_tables.level_rows(cost, places)),
            "Jail cost of detainers at the reference",
            cost_tables.how_to_read(cost),
        )
    )
    bridged = BRIDGE_TITLE, about_bridge(reading.found)
    parts.append(Grid(bridge_rows(reading.found), *bridged))
    options = [
        (
            f"Setting {place}: {reading.labels[place]}",
            (
                Grid(
                    bridge_rows(reading.found, place),
                    f"{BRIDGE_TITLE}: the reference (A) and this setting (B)",
                    about_bridge(reading.found, place),
                ),
                Grid(
                    indented(cost_tables.difference_rows(cost, places, place)),
                    "Jail cost, difference from the reference",
                    cost_tables.about_detainers(cost),
                ),
            ),
        )
        for place in range(1, len(reading.points))
    ]
    if options:
        parts.append(Choice("cost-setting", "Setting compared with the reference", tuple(options)))
    return Section("cost", "Jail time and money, in two parts", tuple(parts))


def indented(rows: pd.DataFrame) -> pd.DataFrame:
    """Keep the parts under their place visibly apart, where spaces at the beginning would be lost."""
    first = rows.columns[0]
    return rows.assign(**{first: rows[first].str.replace(r"^ +", "\N{EM SPACE}", regex=True)})

"""What each setting changes: the measures of a report, compared with the reference, and settings with the same numbers.

People removed at each level of conviction are measured here from the offence mix, beside the named measures of a run.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from enforcement_sim.plots import seed_means
from enforcement_sim.plots.sources import Drawable
from enforcement_sim.process.clock import HOURS_A_DAY
from enforcement_sim.studies.reading import Reading

LEVELS = "ice-levels-2010"
NO_CONVICTION = "removed, no conviction"
BY_CONVICTION = ("removed, level 1", "removed, level 2", "removed, level 3", NO_CONVICTION)
GROUPS = (
    ("Detained and removed", ("detainer_issued", "ice_custody", "removed")),
    (
        "Asked first by those who put public safety first",
        ("removed, level 1", "removed, level 2", "removed, level 3", "level_1_share.removed", "detainer_declined"),
    ),
    (
        "Asked first by those who put liberty and community first",
        (NO_CONVICTION, "no_conviction_share.removed", "detainers_on_citizens", "held_citizens", "overdetained"),
    ),
    (
        "Time and money",
        (
            "person_days.statutory_hold",
            "person_days.induced",
            "days_per_detainer.statutory_hold",
            "days_per_detainer.induced",
            "net_cost.county",
            "net_cost.federal",
        ),
    ),
)
"""Heading and measures of each group; the two groups that a side asks first have the same number of rows."""
MEASURES = tuple(name for _, names in GROUPS for name in names)
ABOUT_LEVELS = (
    "Levels are ICE's of 2010, by conviction: level 1 an aggravated felony or two felonies, level 2 another felony or three "
    "misdemeanours, level 3 any other conviction. Held past the limit: longer than the hold of the setting allows, which in "
    "history was 48 hours without weekends and holidays."
)
ABOUT_DAYS = (
    "Days in total are person-days in jails. Days per detainer are of the detainers still sent under each setting: where fewer "
    "are sent, they go to other people, and the number may rise while the total falls."
)
HELD_FIXED = (
    "What is held fixed: in all settings of a seed the people and their random draws are the same, so that only the rules "
    "differ; between seeds people and draws differ."
)
PERSON_DAYS = "person_days"


def measures_of(reading: Reading) -> pd.DataFrame:
    """Return the measures of every run: ``point``, ``seed``, ``measure``, ``value``."""
    drawable = reading.drawable
    named = drawable.measures[["point", "seed", "measure", "value"]]
    days = {name: name.replace(PERSON_DAYS, "hours") for name in MEASURES if name.startswith(PERSON_DAYS)}
    in_days = [
        named[named["measure"] == hours].assign(measure=name, value=lambda rows: rows["value"] / HOURS_A_DAY)
        for name, hours in days.items()
    ]
    mix = drawable.table("mix", list(reading.points))
    removed = mix[(mix["definition"] == LEVELS) & (mix["stage"] == "removed")]
    removed = removed.assign(measure="removed, " + removed["category"].astype(str))
    counted = removed.groupby(["point", "seed", "measure"], observed=True)["count"].sum().reset_index(name="value")
    here = named[named["point"].isin(reading.points)]
    # The mix has no row where nobody was removed, which is a count of zero.
    every = here[["point", "seed"]].drop_duplicates().merge(pd.DataFrame({"measure": BY_CONVICTION}), how="cross")
    filled = every.merge(counted, on=["point", "seed", "measure"], how="left").fillna({"value": 0.0})
    return pd.concat([here, *(one[one["point"].isin(reading.points)] for one in in_days), filled], ignore_index=True)


def changes_of(reading: Reading) -> pd.DataFrame:
    """Return the differences of each setting from the reference, paired by seed, for the measures of a report.

    Parameters
    ----------
    reading : Reading

    Returns
    -------
    DataFrame
        As :func:`enforcement_sim.plots.seed_means.paired` has them, in the order of :data:`MEASURES` and of the settings.
    """
    measures = measures_of(reading)
    found = seed_means.paired(measures[measures["measure"].isin(MEASURES)], reading.points[0])
    order = found["measure"].map(MEASURES.index), found["point"].map(reading.points.index)
    return found.assign(row=order[0], column=order[1]).sort_values(["row", "column"], ignore_index=True)


def with_same_numbers(drawable: Drawable, points: Sequence[int]) -> dict[int, tuple[int, ...]]:
    """Return the settings that differ in a number, each with the later ones that have the same numbers in every run.

    Parameters
    ----------
    drawable : Drawable
    points : sequence of int
        Settings in the order of the report, the reference first.
    """
    runs = drawable.sweep.measures.drop(columns=["run", *drawable.addresses], errors="ignore")
    keys = [name for name in ("draw", "replication", "seed") if name in runs]
    first: dict[tuple[object, ...], int] = {}
    found: dict[int, tuple[int, ...]] = {}
    for point in points:
        here = runs[runs["point"] == point].drop(columns="point").sort_values(keys)
        numbers = here.astype(object).where(here.notna(), None)
        earlier = first.setdefault(tuple(numbers.to_numpy().ravel().tolist()), point)
        found[earlier] = (*found.get(earlier, ()), *((point,) if point != earlier else ()))
    return found

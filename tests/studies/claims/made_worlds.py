"""Results made by hand for the audit of claims, and one small real run that stands for every named run."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from enforcement_sim import load_scenario, run
from enforcement_sim.codes import EVENTS, HOUR_KINDS, PROGRAMMES, STATUS_GROUPS
from enforcement_sim.law.definitions import load_definitions
from enforcement_sim.process.counts import PROFILES, profile_parts
from enforcement_sim.results.dimensions import category_of_profile
from enforcement_sim.results.result import Result
from enforcement_sim.studies.claims.counted import Counted
from enforcement_sim.studies.claims.published import load_claims

SMALL_COUNTY = "24021"
"""Frederick, Maryland: small, and with 287(g) officers at booking."""

Event = tuple[str, int, str, str, int]
Person = tuple[str, str, str, str, int, int]


def profile_of(category: str, definition: str = "ice-levels-2010", group: str = "unauthorised") -> int:
    """Return some profile of a category and a status group."""
    chosen = load_definitions()[definition]
    found = category_of_profile(definition) == chosen.categories.index(category)
    found &= profile_parts(np.arange(PROFILES))[4] == STATUS_GROUPS.index(group)
    return int(np.flatnonzero(found)[0])


def words(values: list[str], known: list[str] | tuple[str, ...]) -> pd.Categorical:
    return pd.Categorical(values, categories=list(known))


def made(
    events: list[Event] | None = None,
    people: list[Person] | None = None,
    hours: list[tuple[str, str, str, int]] | None = None,
    thin: int = 1,
    period: tuple[str, str] = ("2005-10-01", "2014-09-30"),
) -> Counted:
    """Return (month, fips, event, programme, count), (month, area, ..., profile, count), (month, area, kind, hours)."""
    months = [str(month) for month in pd.period_range(period[0], period[1], freq="M")]
    events, people, hours = events or [], people or [], hours or []
    areas = sorted({row[1] for row in (*people, *hours)})
    tables = {
        "events": pd.DataFrame(
            {
                "month": words([row[0] for row in events], months),
                "fips": np.array([row[1] for row in events], np.uint16),
                "event": words([row[2] for row in events], EVENTS),
                "programme": words([row[3] for row in events], PROGRAMMES),
                "count": np.array([row[4] for row in events], np.int32),
            }
        ),
        "profiles": pd.DataFrame(
            {
                "month": words([row[0] for row in people], months),
                "area": words([row[1] for row in people], areas),
                "event": words([row[2] for row in people], EVENTS),
                "programme": words([row[3] for row in people], PROGRAMMES),
                "profile": np.array([row[4] for row in people], np.int16),
                "count": np.array([row[5] for row in people], np.int32),
            }
        ),
        "hours": pd.DataFrame(
            {
                "month": words([row[0] for row in hours], months),
                "area": words([row[1] for row in hours], areas),
                "kind": words([row[2] for row in hours], HOUR_KINDS),
                "status_group": words(["unauthorised"] * len(hours), STATUS_GROUPS),
                "hours": np.array([row[3] for row in hours], np.int64),
            }
        ),
        "any_programme": pd.DataFrame(
            {
                "month": words([], months),
                "area": words([], []),
                "event": words([], EVENTS),
                "programme": words([], PROGRAMMES),
                "count": np.array([], np.int32),
            }
        ),
    }
    parameters = load_scenario("baseline").with_(ensemble=0).parameters
    meta: dict[str, Any] = {
        "scenario": {"parameters": parameters},
        "thin": thin,
        "counties": [6037, 17031],
        "officer_years": 1.0,
    }
    return Counted(Result.from_tables(tables, meta))


@cache
def small_result(seed: int = 1) -> Result:
    """Return three months of one small county."""
    scenario = (
        load_scenario("baseline")
        .with_(ensemble=0)
        .with_(
            **{
                "scope": {"counties": [SMALL_COUNTY]},
                "simulate": "alone",
                "period.start": "2010-01-01",
                "period.end": "2010-03-31",
                "start.warm_days": 60,
            }
        )
    )
    return run(scenario, seed)


def small_worlds(seeds: int = 2) -> dict[int, dict[str, Counted]]:
    """Return the small county as every named run, under some seeds."""
    return {seed: dict.fromkeys(load_claims().runs, Counted(small_result(seed))) for seed in range(1, seeds + 1)}

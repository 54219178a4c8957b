"""Results made by hand from people of known profiles, so that every share can be worked out by eye."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from enforcement_sim.codes import EVENTS, OFFENCES, PRIOR_RECORDS, PROGRAMMES, STATUS_GROUPS
from enforcement_sim.places.geography import load_geography
from enforcement_sim.process.counts import CONVICTED_STATES, GRADES
from enforcement_sim.results.result import Result

EVERYWHERE = [int(code) for code in load_geography().counties["fips"]]
SC, JAIL = "secure_communities", "jail_287g"
Row = tuple[str, str, str, str, int, int]
"""Month, area, event, programme, profile, count."""


def profile(offence: str = "traffic", felony: bool = False, convicted: bool = False, record: str = "none") -> int:
    """Return the number of the profile of an unauthorised person."""
    shape = (len(OFFENCES), GRADES, CONVICTED_STATES, len(PRIOR_RECORDS), len(STATUS_GROUPS))
    parts = (OFFENCES.index(offence), int(felony), int(convicted), PRIOR_RECORDS.index(record), 3)
    return int(np.ravel_multi_index(parts, shape))


CLEAN, CHARGED = profile(), profile("serious_violent", felony=True)
EARLIER, CONVICTED = profile(record="misdemeanour"), profile("dui", convicted=True)
HOLD = profile("immigration_hold")


def result(
    rows: Sequence[Row],
    period: tuple[str, str] = ("2008-10-01", "2014-11-20"),
    thin: int = 1,
    counties: Sequence[int] | None = None,
    seed: int = 1,
) -> Result:
    """Return a result of nothing but people counted by profile."""
    months = [str(month) for month in pd.period_range(period[0], period[1], freq="M")]
    columns = list(zip(*rows, strict=True)) if rows else [()] * 6
    known: list[Sequence[str]] = [months, sorted(set(columns[1])), EVENTS, PROGRAMMES]
    tables = {
        "profiles": pd.DataFrame(
            {
                **{
                    name: pd.Categorical(column, categories=list(levels))
                    for name, column, levels in zip(
                        ("month", "area", "event", "programme"), columns, known, strict=False
                    )
                },
                "profile": np.array(columns[4], np.int16),
                "count": np.array(columns[5], np.int32),
            }
        )
    }
    meta: dict[str, Any] = {
        "scenario": {"name": "by hand", "period": {"start": period[0], "end": period[1]}},
        "seed": seed,
        "thin": thin,
        "counties": EVERYWHERE if counties is None else list(counties),
    }
    return Result.from_tables(tables, meta)


def at(event: str, profile: int, count: int, month: str = "2010-01", area: str = "TX-HOU", programme: str = SC) -> Row:
    """Return some people of one profile at one event."""
    return month, area, event, programme, profile, count

"""Results written by hand: a few events, profiles and hours whose sums anyone can do in the head."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from enforcement_sim import load_scenario
from enforcement_sim.codes import EVENTS, HOUR_KINDS, OFFENCES, PRIOR_RECORDS, PROGRAMMES, STATUS_GROUPS
from enforcement_sim.process.counts import PROFILES, profile_parts
from enforcement_sim.results.result import Result

MONTH, AREA = "2012-01", "CA-LOS"
LOS_ANGELES, ORANGE, COOK, CALIFORNIA_PRISON = 6037, 6059, 17031, 6000
SCENARIO = load_scenario("baseline").with_(
    **{
        "scope": {"counties": ["06037", "06059", "17031"]},
        "simulate": "alone",
        "period.start": "2012-01-01",
        "period.end": "2012-01-31",
        "cost.jail_day": 100,
        "cost.refund_share": 0.25,
    }
)


def profile(offence: str, felony: bool, convicted: bool, record: str, group: str) -> int:
    """The number of a profile, found by what it is split into."""
    wanted = (
        OFFENCES.index(offence), int(felony), int(convicted), PRIOR_RECORDS.index(record), STATUS_GROUPS.index(group)
    )  # fmt: skip
    parts = np.array(profile_parts(np.arange(PROFILES))).T
    (found,) = np.flatnonzero((parts == wanted).all(axis=1))
    return int(found)


def _of(values: Sequence[str], names: Sequence[str]) -> Any:
    return pd.Categorical(list(values), categories=list(names))


def result(
    events: Mapping[tuple[int, str, str], int] | None = None,
    profiles: Mapping[tuple[str, int], int] | None = None,
    hours: Mapping[tuple[int, str, str], int] | None = None,
    seed: int = 1,
    thin: int = 1,
    officer_years: float = 2.0,
    **parameters: float,
) -> Result:
    """A result with events by place, programme and event, profiles by event, and hours by place, kind and group."""
    events, profiles, hours = events or {}, profiles or {}, hours or {}
    scenario = SCENARIO.with_(**parameters) if parameters else SCENARIO
    places, programmes, names = zip(*events, strict=True) if events else ((), (), ())
    kinds = [kind for _, kind, _ in hours]
    groups = [group for _, _, group in hours]
    amounts = np.array(list(hours.values()), np.int64)
    tables = {
        "events": pd.DataFrame(
            {
                "month": _of([MONTH] * len(events), [MONTH]),
                "fips": np.array(places, np.uint16),
                "programme": _of(programmes, PROGRAMMES),
                "event": _of(names, EVENTS),
                "count": np.array(list(events.values()), np.int32),
            }
        ),
        "profiles": pd.DataFrame(
            {
                "month": _of([MONTH] * len(profiles), [MONTH]),
                "area": _of([AREA] * len(profiles), [AREA]),
                "programme": _of(["secure_communities"] * len(profiles), PROGRAMMES),
                "event": _of([event for event, _ in profiles], EVENTS),
                "profile": np.array([number for _, number in profiles], np.int16),
                "count": np.array(list(profiles.values()), np.int32),
            }
        ),
        "hours_by_place": pd.DataFrame(
            {
                "fips": np.array([place for place, _, _ in hours], np.uint16),
                "kind": _of(kinds, HOUR_KINDS),
                "status_group": _of(groups, STATUS_GROUPS),
                "hours": amounts,
            }
        ),
        "hours": pd.DataFrame(
            {
                "month": _of([MONTH] * len(hours), [MONTH]),
                "area": _of([AREA] * len(hours), [AREA]),
                "kind": _of(kinds, HOUR_KINDS),
                "status_group": _of(groups, STATUS_GROUPS),
                "hours": amounts,
            }
        ),
    }
    meta = {
        "scenario": scenario.resolved(),
        "seed": seed,
        "thin": thin,
        "engine_version": "0123456789ab",
        "office_shares": {"LOS": 0.5},
        "counties": [LOS_ANGELES, ORANGE, COOK],
        "prisons": [CALIFORNIA_PRISON],
        "officer_years": officer_years,
    }
    return Result.from_tables(tables, meta)

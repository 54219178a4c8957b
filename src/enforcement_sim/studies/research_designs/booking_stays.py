"""Days in jail of single bookings, with and without a detainer, for designs on durations.

The engine records events one booking at a time for a small place. What is returned is used at once and never written: no
record of a person is kept, of synthetic people either. Bookings that no programme could touch are counted and not recorded,
so those compared are of people born abroad, or whose prints the Department of Homeland Security has.
"""

from __future__ import annotations

import gc

import numpy as np
import pandas as pd

from enforcement_sim.codes import EVENTS, OFFENCES
from enforcement_sim.model import EnforcementModel
from enforcement_sim.process.counts import profile_parts
from enforcement_sim.process.histories import Records
from enforcement_sim.process.recorder import Row
from enforcement_sim.scenarios.schema import Scenario
from enforcement_sim.studies.research_designs.study_file import Study
from enforcement_sim.studies.research_designs.study_worlds import Draw, Worlds

ENDS = ("released", "prison", "ice_custody")
"""Events with which a stay in jail is over."""
DETAINER = "detainer_issued"
HOURS_A_DAY = 24
SHORTEST_HOURS = 1
"""Stays within the hour of booking count as this long, because they have no logarithm otherwise."""
BOOKING = "booking"


def stays_of(scenario: Scenario, seed: int) -> pd.DataFrame:
    """Return the stays of one run that began in its period and ended before the end of the run.

    Returns
    -------
    DataFrame
        A row a booking: ``booking`` (its key), ``county``, ``days`` in jail, ``treated`` (1 with a detainer), ``offence``
        and ``felony`` as numbers.
    """
    found = _stays_of(scenario, seed)
    # A model refers to itself in circles, and its record takes up to a gigabyte: fifty of them would fill the memory.
    gc.collect()
    return found


def _stays_of(scenario: Scenario, seed: int) -> pd.DataFrame:
    model = EnforcementModel(scenario, seed, record=True, collect=False)
    model.run()
    records: Records = model.arrestees.records
    rows = records.rows[records.rows["kind"] == Row.EVENT]
    frame = pd.DataFrame({name: rows[name] for name in ("key", "hour", "number", "profile")})
    frame = frame[frame["key"].isin(records.keys)]
    ends = frame[frame["number"].isin([EVENTS.index(event) for event in ENDS])]
    ended = ends.groupby("key")["hour"].min()
    detained = set(frame.loc[frame["number"] == EVENTS.index(DETAINER), "key"])
    profile = frame.groupby("key")["profile"].first().loc[ended.index]
    booked = np.array([records.hour_of_booking(int(key)) for key in ended.index])
    offence, felony, *_ = profile_parts(profile.to_numpy().astype(np.int64))
    keys = ended.index.to_numpy()
    found = pd.DataFrame(
        {
            BOOKING: keys,
            "county": [f"{int(key) & ((1 << 17) - 1):05d}" for key in keys],
            "days": np.maximum(ended.to_numpy() - booked, SHORTEST_HOURS) / HOURS_A_DAY,
            "treated": [float(key in detained) for key in keys],
            "offence": np.array(OFFENCES)[offence],
            "felony": felony.astype(int),
        }
    )
    first = records.clock.first_counted_day * HOURS_A_DAY
    return found[booked >= first].reset_index(drop=True)


def pair_of_stays(worlds: Worlds, study: Study, draw: Draw) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the stays of history, and those of the same bookings in the world without the policy."""
    history = stays_of(worlds.history(study, draw.number), draw.seed)
    return history, stays_of(worlds.without(study, draw.number), draw.seed)


def with_log_days(stays: pd.DataFrame) -> pd.DataFrame:
    """Return stays as the rows of a regression on the logarithm of days."""
    return stays.assign(outcome=np.log(stays["days"]), unit=stays[BOOKING], state=stays["county"].str[:2], weight=1.0)


def true_log_days(history: pd.DataFrame, without: pd.DataFrame) -> float:
    """Return by how much longer people with a detainer stay than the same people without the policy, in log points.

    Examples
    --------
    >>> history = pd.DataFrame({"booking": [1, 2], "days": [4.0, 9.0], "treated": [1.0, 0.0]})
    >>> without = pd.DataFrame({"booking": [1, 2], "days": [2.0, 9.0]})
    >>> round(true_log_days(history, without), 3)
    0.693
    """
    both = history[history["treated"] > 0].merge(without[[BOOKING, "days"]], on=BOOKING, suffixes=("", "_without"))
    return float(np.log(both["days"] / both["days_without"]).mean())

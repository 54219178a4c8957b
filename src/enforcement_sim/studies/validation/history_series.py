"""A run's history for small multiples: by month, by programme and month, and by state and fiscal year."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from enforcement_sim.results.result import Result
from enforcement_sim.studies.validation.observation_operators import published_detainers
from enforcement_sim.studies.validation.place_operators import BY_287G, GONE

SERIES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "matched": (("matched",), ()),
    "detainers": (("detainer_issued",), ()),
    "custody": (("ice_custody",), ()),
    "removals": (GONE, ()),
    "sc_detainers": (("detainer_issued",), ("secure_communities",)),
    "sc_removals": (GONE, ("secure_communities",)),
    "cap_detainers": (("detainer_issued",), ("criminal_alien_program",)),
    "cap_removals": (GONE, ("criminal_alien_program",)),
    "g287_identified": (("identified",), BY_287G),
    "g287_removals": (GONE, BY_287G),
}
"""Name of a series -> its events, and the programmes that had found the people, first or later; none for everybody."""

CALIFORNIAN_JAILS, BASE_YEAR = ("06013", "06029", "06073", "06075"), 2011
"""Counties whose detainers were published by year, and the year that they are compared with."""

OF_STATES = {"detainers": ("detainer_issued",), "custody": ("ice_custody",)}
COLUMNS = ("series", "state", "time", "count")


def series_of(result: Result) -> pd.DataFrame:
    """Return the series of a run of the nation.

    Returns
    -------
    DataFrame
        ``series``, ``state`` (empty for the nation), ``time`` (a month's first day; of a state's fiscal year its first
        day) and ``count`` (people; detainers of the nation as TRAC counts them, federal prisons included; those of the
        Californian jails over the mean month of 2011).
    """
    frames = [_national(result, name, *asked) for name, asked in SERIES.items()]
    for name, events in OF_STATES.items():
        counted = result.count(events, by=("state", "fiscal_year"))
        time = pd.to_datetime([f"{year - 1}-10-01" for year in counted["fiscal_year"]])
        frames.append(
            pd.DataFrame({"series": name, "state": counted["state"], "time": time, "count": counted["count"]})
        )
    frames.append(_californian_jails(result))
    return pd.concat(frames, ignore_index=True)[list(COLUMNS)]


def _californian_jails(result: Result) -> pd.DataFrame:
    """Return detainers of each month over the mean month of 2011, as far as it was run."""
    counted = result.count("detainer_issued", by="month", where={"county": list(CALIFORNIAN_JAILS)})
    count = counted["count"].astype(float)
    base = count[counted["month"].dt.year == BASE_YEAR].mean()
    return pd.DataFrame({"series": "californian_jails", "state": "", "time": counted["month"], "count": count / base})


def _national(result: Result, name: str, events: Sequence[str], programmes: Sequence[str]) -> pd.DataFrame:
    where = {"any_programme": list(programmes)} if programmes else None
    counted = result.count(events, by="month", where=where)
    count = counted["count"].astype(float)
    if name == "detainers":
        count = published_detainers(1.0) * count
    return pd.DataFrame({"series": name, "state": "", "time": counted["month"], "count": count})

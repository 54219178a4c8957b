"""The table ``counties`` of a sweep: what happened in each county at each setting, over all its runs.

The runs are read one at a time when the tables of a sweep are written. Over the runs of a setting a count has its mean and the
smallest and largest of the runs, which needs no assumption and is the same with draws of parameters. State prisons have
no county and are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from enforcement_sim import labels
from enforcement_sim.places.county_codes import county_names

if TYPE_CHECKING:
    import pandas as pd

    from enforcement_sim.results.result import Result

EVENTS = (
    "booked",
    "matched",
    "interviewed",
    "detainer_issued",
    "detainer_declined",
    "ice_custody",
    "removed",
)
"""The stages of the table, in the order in which they happen."""
COUNTIES = "counties"
"""Name of the table."""
LOWEST, HIGHEST = "lowest", "highest"
COLUMN_MEANINGS = {
    (COUNTIES, event): (labels.event(event), "people", "mean over the runs of the setting") for event in EVENTS
} | {
    (COUNTIES, f"{event}_{end}"): (
        f"{labels.event(event)}, {end}",
        "people",
        f"the {end} count of the runs of the setting",
    )
    for event in EVENTS
    for end in (LOWEST, HIGHEST)
}
"""What the columns of stages are, for the dictionary of columns."""


def county_counts(result: Result) -> pd.DataFrame:
    """Return the counts of one run: a row for each county, a column for each stage.

    Examples
    --------
    >>> from enforcement_sim import load_scenario, run
    >>> scenario = load_scenario("baseline").with_(**{"scope": {"counties": ["10003"]}, "simulate": "alone",
    ...     "start.warm_days": 0, "period.start": "2012-01-01", "period.end": "2012-01-31"})
    >>> list(county_counts(run(scenario, seed=1)).columns[:3])
    ['county', 'booked', 'matched']
    """
    counted = result.count(EVENTS, by=("county", "event"))
    wide = counted.pivot(index="county", columns="event", values="count")
    wide.columns.name = None
    return wide.reindex(columns=list(EVENTS), fill_value=0).astype("int64").reset_index().astype({"county": "string"})


def county_rows(
    points: Sequence[int], settings: pd.DataFrame, counts_at: Iterable[Iterable[pd.DataFrame]]
) -> Iterator[pd.DataFrame]:
    """Yield the rows of each setting.

    Parameters
    ----------
    points : sequence of int
        The settings that have runs.
    settings : DataFrame
        One row for each setting of the design, a column for each swept address.
    counts_at : iterable of iterable of DataFrame
        The counts of the runs of each of these settings (:func:`county_counts`), read one run at a time.
    """
    for point, counts in zip(points, counts_at, strict=True):
        table = _over_runs(counts)
        for place, address in enumerate(settings.columns):
            table.insert(place, address, settings[address].iloc[[point] * len(table)].to_numpy())
        table.insert(0, "point", point)
        yield table.astype({name: settings[name].dtype for name in settings.columns})


def _over_runs(counts: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Return mean, smallest and largest count over some runs, with the names of the counties."""
    import pandas as pd

    read = iter(counts)
    first = next(read)
    counties = list(first["county"])
    total = smallest = largest = first[list(EVENTS)].to_numpy(dtype=np.int64)
    runs = 1
    for one in read:
        runs += 1
        values = one[list(EVENTS)].to_numpy(dtype=np.int64)
        total = total + values
        smallest, largest = np.minimum(smallest, values), np.maximum(largest, values)
    names = [county_names()[fips].rpartition(", ") for fips in counties]
    columns: dict[str, object] = {
        "county": counties,
        "name": [name for name, _, _ in names],
        "state": [state for _, _, state in names],
        "runs": runs,
    }
    for at, event in enumerate(EVENTS):
        columns[event] = total[:, at] / runs
        columns[f"{event}_{LOWEST}"] = smallest[:, at]
        columns[f"{event}_{HIGHEST}"] = largest[:, at]
    return pd.DataFrame(columns)

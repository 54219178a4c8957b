"""County map: a measure per 1,000 bookings, for every simulated county.

No place is smaller than a county. Counties outside the scope are grey, so that they cannot be read as zero; for a scope of
a few states the map zooms to them. The scale ends at a high quantile, because otherwise a few tiny jails with two or three
cases would leave all other counties in one colour.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
from matplotlib.cm import ScalarMappable
from matplotlib.collections import PathCollection
from matplotlib.colors import Normalize
from matplotlib.path import Path

from enforcement_sim import labels
from enforcement_sim.notebook import FEW_PEOPLE
from enforcement_sim.places.geography import county_shapes, load_geography
from enforcement_sim.plots import frame, seed_means, style
from enforcement_sim.plots.sources import Source, drawn_from

COLOUR_MAP = "YlGnBu"
_TOP_QUANTILE = 0.97
_MANY = 400
_BORDER = 0.08
_BORDERLINE = "#8f8f8f"
_INSETS = ("02", "15")
_MOST_ZOOMED_SHARE = 0.6


@frame.styled
def county_map(source: Source, event: str = "removed") -> frame.Plot:
    """Draw a map of the people with an event, per 1,000 bookings of the county.

    Parameters
    ----------
    source : Result, sequence of Result, or Sweep
        One run, runs of one scenario under different seeds, or a sweep, of which the reference is drawn.
    event : str
        Such as ``removed`` or ``detainer_issued``.

    Returns
    -------
    Plot
        A Matplotlib figure; its ``numbers`` have ``fips``, ``name``, ``state``, then ``mean``, ``low``, ``high``, ``runs``
        of the rate, and ``count``, the mean number of people.

    Raises
    ------
    InputError
        If the event is unknown.

    Examples
    --------
    >>> from enforcement_sim import load_scenario, plots, run
    >>> delaware = load_scenario("baseline").with_(**{
    ...     "scope": {"states": ["DE"]}, "period.start": "2012-01-01", "period.end": "2012-01-31"})
    >>> list(plots.county_map(run(delaware, seed=1), "detainer_issued").numbers["fips"])
    ['10001', '10003', '10005']
    """
    runs = drawn_from(source)
    counted = runs.table("counties", event)
    named = counted.assign(fips=counted["fips"].astype(str).str.zfill(5))
    rates = seed_means.over_seeds(named, ["fips", "name", "state"], "per_1000_bookings", fill=None)
    people = seed_means.over_seeds(named, ["fips"], "count")[["fips", "mean"]].rename(columns={"mean": "count"})
    found = rates.merge(people, on="fips", how="left").sort_values("fips", ignore_index=True)
    known = found.dropna(subset="mean")
    rate = {str(fips): float(mean) for fips, mean in zip(known["fips"], known["mean"], strict=True)}
    few = set(found.loc[found["count"] * found["runs"] / runs.about.thin < FEW_PEOPLE, "fips"]) & set(rate)
    figure = frame.framed(
        (frame.WIDTH, 6.2),
        f"{labels.event(event)}: people per 1,000 bookings, by county",
        f"{runs.note}Every county of the simulated area, over the whole period, all programmes; "
        "grey: outside the simulated area.",
        runs.about.caption(
            "",
            f"Colours are means over seeds; intervals are in the numbers beside this figure. Hatched: fewer than {FEW_PEOPLE} "
            f"simulated people in all runs together ({len(few):,} of {len(found):,} counties), so the colour is mostly "
            f"chance. Colours end at the {100 * _TOP_QUANTILE:.0f}th percentile of counties. People whom ICE took over from a "
            "state's prisons are counted there and with no county.",
        ),
        numbers=found,
        about=runs.about,
    )
    axes = figure.subplots()
    shapes = outlines()
    inside = [fips for fips in shapes if fips in rate]
    top = float(np.quantile([rate[fips] for fips in inside], _TOP_QUANTILE)) if inside else 1.0
    scale = Normalize(0.0, top if top > 0 else 1.0)
    low, high, zoomed = _window(inside)
    # Alaska and Hawaii are in insets, and on a zoomed map would look like neighbours. Counties outside the window would
    # only enlarge the file.
    hidden = _INSETS if zoomed else ()
    ends = corners()
    elsewhere = [
        fips
        for fips in shapes
        if fips not in rate
        and not fips.startswith(hidden)
        and bool(np.all(ends[fips][:2] <= high) and np.all(ends[fips][2:] >= low))
    ]
    chancy = [fips for fips in inside if fips in few]
    border = {"edgecolor": _BORDERLINE, "linewidth": 0.15 if len(inside) > _MANY else 0.5}
    axes.add_collection(_areas(elsewhere, facecolor=style.NO_DATA, edgecolor="white", linewidth=0.25))
    axes.add_collection(_areas(inside, array=[rate[fips] for fips in inside], cmap=COLOUR_MAP, norm=scale, **border))
    axes.add_collection(_areas(chancy, facecolor="none", edgecolor=style.QUIET, hatch="////", linewidth=0))
    axes.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]), aspect="equal")
    axes.set_axis_off()
    colours = ScalarMappable(scale, COLOUR_MAP)
    bar = figure.colorbar(colours, ax=axes, orientation="horizontal", shrink=0.5, aspect=40, extend="max")
    bar.set_label(f"{labels.event(event).lower()}, people per 1,000 bookings")
    return figure


@cache
def outlines() -> dict[str, list[np.ndarray]]:
    """Return the outlines of every county of the period by its five-digit FIPS code."""
    codes = load_geography().counties["fips"].tolist()
    return {f"{code:05d}": rings for code, rings in zip(codes, county_shapes(), strict=True)}


@cache
def corners() -> dict[str, np.ndarray]:
    """Return the lower left and the upper right corner of every county."""
    found = {}
    for fips, rings in outlines().items():
        points = np.concatenate(rings)
        found[fips] = np.concatenate([points.min(axis=0), points.max(axis=0)])
    return found


def _areas(fips: Sequence[str], **settings: Any) -> PathCollection:
    """Return each county as one path; islands are filled, and holes, which have the opposite orientation, stay open."""
    return PathCollection([_area(outlines()[code]) for code in fips], **settings)


def _area(rings: Sequence[np.ndarray]) -> Path:
    """Return closed rings as one path, as ``Path.make_compound_path`` does in three times the time."""
    codes = np.full(sum(map(len, rings)), Path.LINETO, dtype=Path.code_type)
    ends = np.cumsum([len(ring) for ring in rings])
    codes[[0, *ends[:-1]]], codes[ends - 1] = Path.MOVETO, Path.CLOSEPOLY
    return Path(np.concatenate(rings), codes)


def _window(inside: Sequence[str]) -> tuple[np.ndarray, np.ndarray, bool]:
    """Return the lower left and upper right corner to show, and whether that is only a part of the country."""
    every = np.array(list(corners().values()))
    here = np.array([corners()[fips] for fips in inside]) if inside else every
    (whole_low, whole_high), (low, high) = (
        (rows[:, :2].min(axis=0), rows[:, 2:].max(axis=0)) for rows in (every, here)
    )
    if np.all(high - low > _MOST_ZOOMED_SHARE * (whole_high - whole_low)):
        return whole_low, whole_high, False
    border = _BORDER * float(np.max(high - low))
    return low - border, high + border, True

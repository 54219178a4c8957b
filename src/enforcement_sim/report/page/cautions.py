"""What a reader must know beside the numbers: what an interval holds, what follows a refusal, how far counties are known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from enforcement_sim.parameters.register import load_register
from enforcement_sim.places.geography import known_figures, load_geography
from enforcement_sim.report.page.county_level import numbers_of
from enforcement_sim.studies.county.booking_level import OF_A_LEVEL, STANDARD_DEVIATION, USES_KNOWN, in_times
from enforcement_sim.studies.reading import Reading
from enforcement_sim.tables.amounts import whole

FOLLOWS_REFUSAL = (
    ("refusal.unsent_share", "ICE does not send {} of the detainers that would be declined"),
    ("refusal.noncompliance_share", "jails hold {} of the people all the same"),
    ("refusal.notice_share", "ICE waits at the jail's door for {} of those whom it wants"),
    ("refusal.at_large_share", "and it arrests {} of those let go later, at large"),
)
"""Parameters of what follows when a jail declines a detainer, and what each says."""
HONOURS_ALL = "honour-all"


def what_the_interval_holds(reading: Reading) -> str:
    """Return what the interval of the answer holds and what it leaves out; empty for one run."""
    seeds, draws = len(reading.drawable.sweep.seeds), len(reading.drawable.sweep.draws)
    if len(reading.points) == 1 or seeds < 2:
        return ""
    paired = f"{seeds} seeds, the same people in both settings"
    if draws > 1:
        return f"The interval holds chance and {draws} sets of parameters ({paired}); what the model leaves out is not in it."
    return (
        f"The interval holds chance alone ({paired}, one set of parameters); what is not known may move the number far more "
        "(see Doubt)."
    )


def after_a_refusal(reading: Reading) -> str:
    """Return what follows in these results when a jail declines; empty where no setting lets jails decline."""
    declining = [scenario for scenario in reading.made_from if _declines(scenario)]
    if not declining:
        return ""
    values = {**load_register().defaults(), **(declining[0].get("parameters") or {})}
    told = [text.format(_share(values, address)) for address, text in FOLLOWS_REFUSAL]
    return (
        f"What these runs assume where jails decline detainers: {'; '.join(told)}. So detainers fall by more than jails decline, "
        "and some people are removed all the same. People in state prisons are handed over whatever jails do. The shares are "
        "fitted within wide ranges: enforcement-sim parameters refusal."
    )


def _declines(scenario: Mapping[str, Any]) -> bool:
    changes = scenario.get("changes") or []
    listed = changes.values() if isinstance(changes, Mapping) else changes
    return any(change["decision"] == "honour" and change["rule"] != HONOURS_ALL for change in listed)


def _share(values: Mapping[str, float], address: str) -> str:
    """Return a share in per cent; a range where it differs by seriousness."""
    found = sorted({values[name] for name in values if name == address or name.startswith(f"{address}.")})
    ends = [f"{100 * value:.1f}".removesuffix(".0") + "%" for value in found]
    return ends[0] if ends[0] == ends[-1] else f"{ends[0]} to {ends[-1]}"


def county_levels(reading: Reading) -> str:
    """Return how far the number of bookings is known by county, and where it is furthest from the others."""
    frame, places = reading.by_county, load_geography()
    numbers = numbers_of(reading)
    deviation = numbers[STANDARD_DEVIATION]
    if not deviation or len(reading.fips) < 2:
        return ""
    figures = [one for one in known_figures() if one.kind == OF_A_LEVEL and numbers[USES_KNOWN]]
    known = {int(places.counties["fips"][one.county]) for one in figures}
    there = [fips for fips in reading.fips if int(fips) in known]
    booked = frame.groupby("fips")["booked"].mean().reindex(list(reading.fips)).to_numpy()
    residents = np.array([places.counties["population"][places.index_of(fips)] for fips in reading.fips], float)
    rates = booked / residents * (residents.sum() / booked.sum())
    large = np.flatnonzero(residents >= np.median(residents))
    furthest = int(large[np.argmax(rates[large])])
    return (
        f"How many people a county books follows from a published figure in {whole(len(there))} of the "
        f"{whole(len(reading.fips))} counties here; in the others it is drawn, and is the same in all settings. "
        f"{in_times(deviation)} {_name(reading.fips[furthest])}, of the larger half, has {rates[furthest]:.1f} times as many "
        "bookings for each resident as all counties here together. To set a county's level, import its own bookings."
    )


def _name(fips: str) -> str:
    places = load_geography()
    return places.names[places.index_of(fips)]

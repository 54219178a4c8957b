"""Which counties of a report have a drawn level of bookings, and how much of the headline's count is theirs."""

from __future__ import annotations

from enforcement_sim import labels
from enforcement_sim.parameters.register import load_register
from enforcement_sim.places.geography import load_geography
from enforcement_sim.report.page.sentences import listed
from enforcement_sim.studies.county.booking_level import level_of_bookings
from enforcement_sim.studies.reading import COUNTY_EVENTS, Reading

LARGE_SHARE = 0.2
"""Share of the headline's count from which a county whose level is drawn is named beside it."""


def numbers_of(reading: Reading) -> dict[str, float]:
    """Return the parameters of the reference setting."""
    return {**load_register().defaults(), **(reading.made_from[0].get("parameters") or {})}


def reads_own_bookings(reading: Reading) -> bool:
    """Return whether the runs read bookings from a file of the reader's own."""
    return bool((reading.scenario.get("data") or {}).get("bookings"))


def drawn_and_large(reading: Reading, measure: str) -> str:
    """Return which counties with a drawn level have a large part of the headline's count at the reference; empty if none has.

    Parameters
    ----------
    reading : Reading
    measure : str
        The headline's measure.
    """
    if measure not in COUNTY_EVENTS or reads_own_bookings(reading):
        return ""
    counted = reading.drawable.measures
    at_reference = counted[(counted["point"] == reading.points[0]) & (counted["measure"] == measure)]
    total = float(at_reference["value"].mean())
    means, numbers = reading.by_county.groupby("fips")[measure].mean(), numbers_of(reading)
    found = [
        (fips, float(count) / total)
        for fips, count in means.sort_values(ascending=False).items()
        if total and count > LARGE_SHARE * total and level_of_bookings(str(fips), numbers).drawn
    ]
    if not found:
        return ""
    places = load_geography()
    shares = [f"{100 * share:.0f}% are {places.names[places.index_of(str(fips))]}'s" for fips, share in found]
    whose = "whose level of bookings is" if len(found) == 1 else "whose levels of bookings are"
    return (
        f"Of {labels.COUNTED[measure]} at the reference, {listed(shares)}, {whose} drawn, "
        "not published: rely on the per cent more than on the number."
    )

"""What a thinned run gets wrong: one booking in k, with capacities made smaller alike, against every booking.

Thinned and full runs share people, so a difference is chance only in which of them were kept, and otherwise bias: with
few bookings a day a crew or an officer is more often idle, and later overrun, than a large one. Shown for a year of the
nation: each count multiplied back, relative to the full run, as a mean over seeds with its interval.
"""

from __future__ import annotations

from typing import Any

from record import keep, table

from enforcement_sim.results.intervals import mean_and_interval
from enforcement_sim.runs.run import run
from enforcement_sim.scenarios.load import load_scenario

THINNINGS = (5, 10, 20, 50)
SEEDS = range(1, 5)
PERIOD = {"period.start": "2010-10-01", "period.end": "2011-09-30"}
SHOWN = (
    "booked",
    "matched",
    "identified.jail_287g",
    "detainer_issued",
    "ice_custody",
    "detainer_lapsed",
    "removed",
    "custody_per_detainer",
    "no_conviction_share.removed",
    "jail_inmates",
)

LONGER_HOLD = 96
GAINED = f"ice_custody gained by {LONGER_HOLD} h"


def measures_of(thin: int, seed: int) -> dict[str, float]:
    """Return the measures of a year of history in the nation, and what a longer hold would add."""
    scenario = load_scenario("baseline").with_(thin=thin, **PERIOD)
    found = run(scenario, seed).measures()
    longer = run(scenario.with_(**{"detainer.hold_hours": LONGER_HOLD}), seed).measures()
    gained = longer["ice_custody"] - found["ice_custody"]
    return {name: found[name] for name in SHOWN} | {GAINED: gained}


def measure() -> list[dict[str, Any]]:
    """Run every thinning and the full run under every seed."""
    full = {seed: measures_of(1, seed) for seed in SEEDS}
    found = []
    for thin in THINNINGS:
        thinned = {seed: measures_of(thin, seed) for seed in SEEDS}
        relative = {name: [thinned[seed][name] / full[seed][name] - 1 for seed in SEEDS] for name in (*SHOWN, GAINED)}
        found.append({"thin": thin, "relative": relative})
        print(f"one booking in {thin}: done", flush=True)
    return found


def told(found: list[dict[str, Any]]) -> str:
    """Return the numbers as Markdown."""
    rows = []
    for name in (*SHOWN, GAINED):
        cells = []
        for row in found:
            mean, low, high = mean_and_interval(row["relative"][name])
            cells.append(f"{mean:+.1%} ± {(high - low) / 2:.1%}")
        rows.append([name, *cells])
    return (
        f"Difference from the full run, nation, {PERIOD['period.start']} to {PERIOD['period.end']}, {len(SEEDS)} seeds; ± is "
        "half of the 95% interval (Student's t over seeds). Small capacities rounded to whole numbers run short more often, so "
        "a heavily thinned run overstates what a longer hold adds: thin for a draft, not for an answer.\n\n"
        + table(["measure", *(f"one in {row['thin']}" for row in found)], rows)
    )


def main() -> None:
    """Measure, print and keep."""
    found = measure()
    keep("thinning", {"thinnings": found, "seeds": list(SEEDS), **PERIOD}, told(found))


if __name__ == "__main__":
    main()

"""A region alone against the same region in the nation: what a stated share of its field office leaves out.

A run of part of a field office's area gets that part's share of its crews and beds, by expected non-citizen bookings. The
same bookings happen either way; what may differ is who is taken into custody when crews or beds are short, because alone
a region never lends to its neighbours nor borrows from them. So each region is run alone and in the nation under one seed,
with crews as shipped, ample and scarce, and with ample beds, and the counts of its counties are laid side by side.
"""

from __future__ import annotations

from typing import Any

from record import keep, table

from enforcement_sim.experiment.run import run
from enforcement_sim.parameters.register import load_register
from enforcement_sim.results import Result
from enforcement_sim.scenario.load import load_scenario
from enforcement_sim.scenario.schema import Scenario
from enforcement_sim.world.geography import load_geography

REGIONS = ("GA", "CA")
PERIOD = {"period.start": "2010-10-01", "period.end": "2011-09-30"}
SEED = 1
CREWS = "pickup.crew_capacity"
BEDS = ("beds.funded", "beds.interior_share")
ENOUGH = 500
"""People an event needs before its relative difference is worth a word."""

SHOWN = ("booked", "detainer_issued", "held", "ice_custody", "detainer_lapsed", "overdetained", "removed")


def settings() -> dict[str, dict[str, float]]:
    """Return the settings to try: as shipped, and with crews or beds at an end of the register's range."""
    known = load_register()
    return {
        "as shipped": {},
        "crews ample": {CREWS: known[CREWS].high},
        "crews scarce": {CREWS: known[CREWS].low},
        "beds ample": {address: known[address].high for address in BEDS},
    }


def scenario_of(setting: dict[str, float], state: str | None = None) -> Scenario:
    """Return a year of history in one state or the nation."""
    scope: Any = "nation" if state is None else {"states": [state]}
    return load_scenario("baseline").with_(scope=scope, **PERIOD, **setting)


def counts_in(result: Result, state: str) -> dict[str, int]:
    """Count every event in the counties of one state."""
    number = next(int(found.fips) for found in load_geography().states if found.postal == state)
    events = result.tables()["events"]
    here = events[events["fips"].to_numpy() // 1000 == number]
    counts = here.groupby("event", observed=False)["count"].sum()
    return {str(event): int(count) for event, count in counts.items()}


def shares_of(result: Result) -> dict[str, float]:
    """Return the share of each field office's crews that a run has."""
    return {str(office): float(share) for office, share in result.meta["office_shares"].items()}


def measure() -> list[dict[str, Any]]:
    """Run the nation and every region with every setting."""
    found = []
    for label, setting in settings().items():
        nation = run(scenario_of(setting), SEED)
        for state in REGIONS:
            alone = run(scenario_of(setting, state), SEED)
            found.append(
                {
                    "state": state,
                    "setting": label,
                    "values": setting,
                    "office_shares": shares_of(alone),
                    "nation": counts_in(nation, state),
                    "alone": counts_in(alone, state),
                }
            )
        print(f"{label}: done", flush=True)
    return found


def relative(alone: int, nation: int) -> float:
    """Return the relative difference of a count alone from the count in the nation."""
    return alone / nation - 1 if nation else 0.0 if alone == 0 else float("inf")


def most_different(row: dict[str, Any]) -> str:
    """Return the event with the largest relative difference, of those with enough people."""
    events = [event for event, count in row["nation"].items() if count >= ENOUGH]
    return str(max(events, key=lambda event: abs(relative(row["alone"][event], row["nation"][event]))))


def told(found: list[dict[str, Any]]) -> str:
    """Return the numbers as Markdown."""
    shares, rows = [], []
    for row in found:
        if row["setting"] == "as shipped":
            offices = ", ".join(f"{office} {share:.3f}" for office, share in row["office_shares"].items())
            shares.append(f"{row['state']} has these shares of field offices: {offices}.")
        events = [f"{row['alone'][name]:,} ({_percent(row, name)})" for name in SHOWN]
        rows.append([f"{row['state']}, {row['setting']}", *events])
    largest = [
        f"{row['state']}, {row['setting']}: {name} {_percent(row, name)}"
        for row in found
        for name in [most_different(row)]
    ]
    return "\n\n".join(
        [
            "People in a state's counties, run alone, and in brackets how far that is from the same counties in a "
            f"national run; {PERIOD['period.start']} to {PERIOD['period.end']}, every booking, the same seed ({SEED}) "
            "and so the same bookings. Ample and scarce: the ends of the ranges in the register.",
            " ".join(shares),
            table(["alone (against the nation)", *SHOWN], rows),
            f"The event that differs most, of all events with at least {ENOUGH} people: {'; '.join(largest)}.",
        ]
    )


def _percent(row: dict[str, Any], event: str) -> str:
    difference = relative(row["alone"][event], row["nation"][event])
    return "equal" if difference == 0 else f"{difference:+.2%}"


def main() -> None:
    """Measure, print and keep."""
    found = measure()
    keep("regional", {"regions": found, "seed": SEED, **PERIOD}, told(found))


if __name__ == "__main__":
    main()

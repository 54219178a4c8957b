"""Places reported by themselves against the same places in the nation; and what simulating a part alone would have said.

By default every place of the field offices that serve a scope is simulated, so that what is reported equals the nation to
the last person. Twelve places and four changes are laid beside the nation here, event by event, with the time and the memory
that each takes in a process of its own. The second table shows what a part alone answers, where its fixed share of crews and
beds binds differently.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from typing import Any

import numpy as np
from record import child, keep, table

from enforcement_sim.results.result import Result
from enforcement_sim.runs.compare import compare
from enforcement_sim.runs.run import run
from enforcement_sim.scenarios.load import load_scenario
from enforcement_sim.scenarios.schema import Scenario

PERIOD = {"period.start": "2010-01-01", "period.end": "2012-12-31"}
SEED = 1
SEEDS = 4
MIB = 1024.0

PLACES: dict[str, Any] = {
    "Mecklenburg County, NC": {"counties": ["37119"]},
    "Wake County, NC": {"counties": ["37183"]},
    "Los Angeles County, CA": {"counties": ["06037"]},
    "Cook County, IL": {"counties": ["17031"]},
    "Harris County, TX": {"counties": ["48201"]},
    "Loving County, TX, 82 people": {"counties": ["48301"]},
    "Yakutat, AK, without a jail": {"counties": ["02282"]},
    "Erie County, NY, one of two offices": {"counties": ["36029"]},
    "New York, two offices": {"states": ["NY"]},
    "Georgia": {"states": ["GA"]},
    "North Carolina, with its prisons": {"states": ["NC"]},
    "Hawaii, coupled to California": {"states": ["HI"]},
}
CHANGES: dict[str, dict[str, Any]] = {
    "history": {},
    "a hold of 24 hours": {"detainer.hold_hours": 24},
    "every detainer refused": {"changes.no": {"decision": "honour", "rule": "honour-none", "where": "nation"}},
    "287(g) ended": {"changes.end": {"decision": "agreement", "rule": "ended", "where": "nation"}},
    "prints not shared": {"changes.no": {"decision": "sharing", "rule": "not-shared", "where": "nation"}},
}
ALONE = {
    "Mecklenburg County, NC": ("287(g) ended", "removed"),
    "Wake County, NC": ("a hold of 24 hours", "ice_custody"),
    "Georgia": ("a hold of 24 hours", "ice_custody"),
}


def scenario_of(change: str, scope: Any) -> Scenario:
    """Return three years in some places."""
    return load_scenario("baseline").with_(scope=scope, **PERIOD, **CHANGES[change])


def counts_in(result: Result, codes: list[int]) -> dict[str, int]:
    """Count every event under every programme at some places, by code and month."""
    events = result.tables()["events"]
    here = events[np.isin(events["fips"].to_numpy(), codes)]
    keys = (
        here["month"].astype(str) + here["fips"].astype(str) + here["programme"].astype(str) + here["event"].astype(str)
    )
    return dict(zip(keys, here["count"].astype(int), strict=True))


def in_this_process(name: str) -> dict[str, Any]:
    """Run one place under every change; the first run, of a month, loads the engine."""
    run(
        load_scenario("baseline").with_(
            scope=PLACES[name], **{"period.start": "2012-01-01", "period.end": "2012-01-31"}
        )
    )
    seconds, counts = {}, {}
    for change in CHANGES:
        began = time.perf_counter()
        result = run(scenario_of(change, PLACES[name]), SEED)
        seconds[change] = time.perf_counter() - began
        codes = [*result.meta["counties"], *result.meta["prisons"]]
        counts[change] = counts_in(result, codes)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MIB
    return {
        "codes": codes,
        "simulated": result.meta["simulated"],
        "seconds": seconds,
        "peak_mebibytes": peak,
        "counts": counts,
    }


def measure() -> list[dict[str, Any]]:
    """Run every place by itself, then the nation once for each change, and count where they differ."""
    found = {name: child("regional.py", name) for name in PLACES}
    for change in CHANGES:
        nation = run(scenario_of(change, "nation"), SEED)
        for one in found.values():
            there, here = counts_in(nation, one["codes"]), one["counts"].pop(change)
            keys = there.keys() | here.keys()
            one.setdefault("people", {})[change] = sum(here.values())
            one.setdefault("differ", {})[change] = sum(there.get(key, 0) != here.get(key, 0) for key in keys)
        del nation
        print(f"{change}: done", flush=True)
    return [{"place": name, **one} for name, one in found.items()]


def measure_alone() -> list[dict[str, Any]]:
    """Compare history with a change in a part, with its field offices and alone."""
    rows = []
    for name, (change, measure_name) in ALONE.items():
        for simulate in ("offices", "alone"):
            sides = (scenario_of(one, PLACES[name]).with_(simulate=simulate) for one in ("history", change))
            frame = compare(*sides, replications=SEEDS).frame()
            row = frame[frame["measure"] == measure_name].iloc[0]
            rows.append(
                {
                    "place": name,
                    "change": change,
                    "measure": measure_name,
                    "simulate": simulate,
                    **{key: float(row[key]) for key in ("reference_mean", "difference", "low", "high")},
                    "verdict": str(row["verdict"]),
                }
            )
    return rows


def told(found: list[dict[str, Any]], alone: list[dict[str, Any]]) -> str:
    """Return the numbers as Markdown."""
    rows = []
    for one in found:
        differ = sum(one["differ"].values())
        rows.append(
            [
                one["place"],
                f"{one['simulated']['counties']:,}",
                f"{sum(one['people'].values()):,}",
                "equal" if not differ else f"{differ} cells differ",
                f"{np.median(list(one['seconds'].values())):.1f} s",
                f"{one['peak_mebibytes']:.0f} MiB",
            ]
        )
    effects = [
        [
            f"{row['place']}: {row['change']}, {row['measure']}",
            "its field offices" if row["simulate"] == "offices" else "alone",
            f"{row['reference_mean']:,.0f}",
            f"{row['difference']:+,.0f}",
            f"{row['low']:+,.0f} to {row['high']:+,.0f}",
            row["verdict"],
        ]
        for row in alone
    ]
    changes = ", ".join(CHANGES)
    return "\n\n".join(
        [
            f"Places reported by themselves, {PERIOD['period.start']} to {PERIOD['period.end']}, seed {SEED}, under each of: "
            f"{changes}. Every count by month, place, programme and event is laid beside a run of the nation.",
            table(
                ["reported", "counties simulated", "events counted", "against the nation", "a run", "peak memory"], rows
            ),
            f"What is answered when a part is simulated with its field offices (the default) and alone, {SEEDS} seeds:",
            table(["question", "simulated", "under history", "difference", "95% interval", "verdict"], effects),
        ]
    )


def main() -> None:
    """Measure, print and keep."""
    if len(sys.argv) > 1:
        print(json.dumps(in_this_process(sys.argv[1])))
        return
    found, alone = measure(), measure_alone()
    keep("regional", {"places": found, "alone": alone, "seed": SEED, **PERIOD}, told(found, alone))


if __name__ == "__main__":
    main()

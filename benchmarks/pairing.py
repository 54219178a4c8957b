"""What it buys to give both policies the same people: the interval of a difference, paired against unpaired.

Over seeds, at fixed parameters, the difference in ICE custody and in removals between holds of 48 and 96 hours, between
honouring and refusing detainers, and between history and one county that refuses. Paired, both settings meet the same
bookings under each seed; unpaired, the difference is taken between runs of different seeds. The ratio of the two
intervals says how much finer the same number of runs sees; the ratio of the variances, how many times more runs would be
needed without pairing; the share of unpaired pairs with the wrong sign, how often two single runs would mislead.

Every run is made once, in as many processes as there are cores, however many comparisons it serves.
``python benchmarks/pairing.py`` takes about ten minutes on two cores; ``--seeds 3 --small`` shows in seconds that it works, and
keeps nothing.
"""

from __future__ import annotations

import argparse
import itertools
import math
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from record import keep, table

from enforcement_sim.law.where import Where
from enforcement_sim.results.intervals import difference_of
from enforcement_sim.runs.executors import WorkerDied, run_tasks, worker_count
from enforcement_sim.runs.run import run
from enforcement_sim.scenarios.file_format import Change
from enforcement_sim.scenarios.load import load_scenario
from enforcement_sim.scenarios.schema import Scenario

SEEDS = 20
PERIOD = {"period.start": "2010-10-01", "period.end": "2011-09-30"}
MEASURED = {"ice_custody": "custody", "removed": "removals"}
THINNING = 5
SMALL = {"thin": 50, "period.start": "2010-10-01", "period.end": "2010-10-31", "start.warm_days": 30}

BUDGETS = {"hold": 10, "county": 20}
"""Times narrower that the paired interval should be where a national count of every booking is compared."""


@dataclass(frozen=True)
class Pair:
    """Two settings to compare: what is asked, how it was run, the two scenarios, and which budget it is held to."""

    asked: str
    how: str
    reference: Scenario
    other: Scenario
    budget: str = ""


def held(scenario: Scenario, hours: float) -> Scenario:
    """Return a scenario with another hold."""
    return scenario.with_(**{"detainer.hold_hours": hours})


def honouring(scenario: Scenario, kind: str, member: str, rule: str) -> Scenario:
    """Return a scenario in which the jails of one state or county honour by a rule throughout."""
    change = Change(name="pair", decision="honour", rule=rule, where=Where(kind=kind, members=(member,)))  # type: ignore[arg-type]
    return scenario.model_copy(update={"changes": (*scenario.changes, change)})


def pairs(small: bool = False) -> list[Pair]:
    """Return what is compared; small, as a month of few bookings."""
    history = load_scenario("baseline").with_(**PERIOD)
    nation = history.with_(**SMALL) if small else history
    thinned_nation = nation.with_(thin=nation.thin * THINNING)
    california = nation.with_(scope={"states": ["CA"]})
    every, thinned, one_state = (
        "nation, every booking",
        f"nation, one booking in {THINNING}",
        "California, every booking",
    )
    return [
        Pair("48 → 96 hours", every, held(nation, 48), held(nation, 96), "hold"),
        *(
            Pair(
                f"history → {name} honours none", every, held(nation, 48),
                honouring(held(nation, 48), "counties", fips, "honour-none"), "county",
            )
            for name, fips in (("Cook County", "17031"), ("Santa Clara County", "06085"))
        ),
        Pair("48 → 96 hours", thinned, held(thinned_nation, 48), held(thinned_nation, 96)),
        Pair("48 → 96 hours", one_state, held(california, 48), held(california, 96)),
        Pair(
            "California honours all → none",
            one_state,
            honouring(california, "states", "CA", "honour-all"),
            honouring(california, "states", "CA", "honour-none"),
        ),
        Pair(
            "Illinois honours all → none",
            thinned,
            honouring(thinned_nation, "states", "IL", "honour-all"),
            honouring(thinned_nation, "states", "IL", "honour-none"),
        ),
    ]  # fmt: skip


def counted(task: tuple[Scenario, int]) -> dict[str, float]:
    """Return the people who came into ICE custody, and who were removed, in one run."""
    scenario, seed = task
    counts = run(scenario, seed).funnel(by="none").set_index("event")["count"]
    return {name: float(counts[name]) for name in MEASURED}


def wrong_signs(reference: Sequence[float], other: Sequence[float]) -> float:
    """Return the share of pairs of runs with different seeds whose difference has the other sign, or none."""
    paired = sum(other) - sum(reference)
    pairs_of_runs = list(itertools.permutations(range(len(reference)), 2))
    wrong = sum((other[j] - reference[i]) * paired <= 0 for i, j in pairs_of_runs)
    return wrong / len(pairs_of_runs)


def half_of_shifted(reference: Sequence[float], other: Sequence[float]) -> float:
    """Return half the interval from as many pairs of different seeds, a mean over all ways of shifting the seeds.

    Each of the other runs is set against the reference's of another seed, one, two, ... places further on; the interval is
    Student's t over these pairs, as it is over pairs of one seed.
    """
    halves = []
    for by in range(1, len(reference)):
        shifted = [*other[by:], *other[:by]]
        found = difference_of(reference, shifted)
        halves.append((found.high - found.low) / 2)
    return statistics.fmean(halves)


def ratio(wide: float, narrow: float) -> float:
    """Return how many times wider the first is; infinite if the other has no width."""
    return wide / narrow if narrow else math.inf


def compared(reference: Sequence[float], other: Sequence[float]) -> dict[str, Any]:
    """Return everything that is said of one measure of one pair."""
    found = difference_of(reference, other)
    half, unpaired = (found.high - found.low) / 2, (found.unpaired_high - found.unpaired_low) / 2
    return asdict(found) | {
        "width_ratio": ratio(unpaired, half),
        "width_ratio_shifted": ratio(half_of_shifted(reference, other), half),
        "wrong_sign_share": wrong_signs(reference, other),
        "reference_runs": list(reference),
        "other_runs": list(other),
    }


def runs_of(
    scenarios: Sequence[Scenario], seeds: Sequence[int], workers: int
) -> dict[tuple[str, int], dict[str, float]]:
    """Run every different scenario under every seed, in any order, and return the counts by scenario and seed."""
    different = {name_of(scenario): scenario for scenario in scenarios}
    tasks = [(scenario, seed) for scenario in different.values() for seed in seeds]
    found: dict[tuple[str, int], dict[str, float]] = {}
    for (scenario, seed), counts in run_tasks(counted, tasks, workers):
        if isinstance(counts, WorkerDied):
            raise counts
        found[name_of(scenario), seed] = counts
        print(f"{len(found)} of {len(tasks)} runs", end="\r" if len(found) < len(tasks) else "\n", flush=True)
    return found


def name_of(scenario: Scenario) -> str:
    """Return everything a scenario says, as text."""
    return scenario.model_dump_json()


def measure(seeds: Sequence[int], small: bool = False, workers: int | None = None) -> list[dict[str, Any]]:
    """Run every pair under every seed."""
    asked = pairs(small)
    scenarios = [scenario for pair in asked for scenario in (pair.reference, pair.other)]
    runs = runs_of(scenarios, seeds, worker_count(workers, len(scenarios) * len(seeds)))
    found = []
    for pair in asked:
        for name in MEASURED:
            reference, other = (
                [runs[name_of(scenario), seed][name] for seed in seeds] for scenario in (pair.reference, pair.other)
            )
            said = {"asked": pair.asked, "how": pair.how, "measure": name, "budget": BUDGETS.get(pair.budget)}
            found.append(said | compared(reference, other))
    return found


def told(found: list[dict[str, Any]], seeds: int) -> str:
    """Return the numbers as Markdown."""
    headings = [
        "change", "run", "measure", "before", "difference", "95%, paired", "95%, unpaired", "width ratio",
        "seeds shifted", "budget", "variance ratio", "wrong sign, unpaired",
    ]  # fmt: skip
    rows = [
        [
            row["asked"],
            row["how"],
            MEASURED[row["measure"]],
            f"{row['reference_mean']:,.0f}",
            f"{row['difference']:+,.0f}",
            f"{row['low']:+,.0f} to {row['high']:+,.0f}",
            f"{row['unpaired_low']:+,.0f} to {row['unpaired_high']:+,.0f}",
            f"{row['width_ratio']:.1f}",
            f"{row['width_ratio_shifted']:.1f}",
            f"≥ {row['budget']}" if row["budget"] else "",
            f"{row['variance_ratio']:.1f}",
            f"{row['wrong_sign_share']:.0%}",
        ]
        for row in found
    ]
    return (
        f"People into ICE custody and people removed from {PERIOD['period.start']} to {PERIOD['period.end']}, {seeds} seeds, "
        "parameters as shipped; counted where the run is, so in the nation for a change in one county. *Width ratio*: half "
        "of the 95% interval from runs without a seed in common over half of that from runs on the same people. "
        "*Seeds shifted*: the same with the unpaired interval from as many pairs of different seeds, a mean over all ways of "
        "shifting the seeds. *Variance ratio*: that of the variances of the mean difference. *Wrong sign*: share of all pairs of "
        "two different seeds whose difference has the other sign or is nothing. Intervals: Student's t over seeds (unpaired: "
        "Welch); they hold chance in the simulation, not doubt about its parameters. Thinned counts are multiplied back.\n\n"
        + table(headings, rows)
    )


def main() -> None:
    """Measure, print and keep."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=SEEDS)
    parser.add_argument("--small", action="store_true", help="a month of few bookings; print only, and keep nothing")
    parser.add_argument("--workers", type=int, help="processes; as many as cores if not said")
    asked = parser.parse_args()
    found = measure(range(1, asked.seeds + 1), asked.small, asked.workers)
    if asked.small:
        print(told(found, asked.seeds))
        return
    keep("pairing", {"pairs": found, "seeds": asked.seeds, **PERIOD}, told(found, asked.seeds))


if __name__ == "__main__":
    main()

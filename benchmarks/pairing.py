"""What it buys to give both policies the same people: the variance of a difference, paired against unpaired.

Over seeds, at fixed parameters, the difference in ICE custody between holds of 48 and 96 hours and between honouring
and refusing detainers. Paired, both settings meet the same bookings under each seed; unpaired, the difference is taken
between runs of different seeds. The ratio of the two variances says how many times more runs would be needed without
pairing; the share of unpaired pairs with the wrong sign says how often two single runs would mislead.
"""

from __future__ import annotations

import itertools
from dataclasses import asdict, dataclass
from typing import Any

from record import keep, table

from enforcement_sim.experiment.comparison import difference_of
from enforcement_sim.experiment.run import run
from enforcement_sim.scenario.load import load_scenario
from enforcement_sim.scenario.schema import Change, Scenario, Where

SEEDS = range(1, 17)
PERIOD = {"period.start": "2010-10-01", "period.end": "2011-09-30"}
MEASURED = "ice_custody"
THINNING = 5


@dataclass(frozen=True)
class Pair:
    """Two settings to compare: what is asked, how it was run, and the two scenarios."""

    asked: str
    how: str
    reference: Scenario
    other: Scenario


def held(scenario: Scenario, hours: float) -> Scenario:
    """Return a scenario with another hold."""
    return scenario.with_(**{"detainer.hold_hours": hours})


def honouring(scenario: Scenario, state: str, rule: str) -> Scenario:
    """Return a scenario in which the jails of one state honour by a rule throughout."""
    change = Change(name="pair", decision="honour", rule=rule, where=Where(kind="states", members=(state,)))
    return scenario.model_copy(update={"changes": (change,)})


def pairs() -> list[Pair]:
    """Return what is compared."""
    nation = load_scenario("baseline").with_(thin=THINNING, **PERIOD)
    california = load_scenario("baseline").with_(scope={"states": ["CA"]}, **PERIOD)
    thinned = f"nation, one booking in {THINNING}"
    return [
        Pair("48 → 96 hours", thinned, held(nation, 48), held(nation, 96)),
        Pair("48 → 96 hours", "California, every booking", held(california, 48), held(california, 96)),
        Pair(
            "California honours all → none",
            "California, every booking",
            honouring(california, "CA", "honour-all"),
            honouring(california, "CA", "honour-none"),
        ),
        Pair(
            "Illinois honours all → none",
            f"{thinned}, national custody",
            honouring(nation, "IL", "honour-all"),
            honouring(nation, "IL", "honour-none"),
        ),
    ]


def counted(scenario: Scenario, seed: int) -> float:
    """Return the people who came into ICE custody in one run."""
    return float(run(scenario, seed).funnel(by="none").set_index("event")["count"][MEASURED])


def wrong_signs(reference: list[float], other: list[float]) -> float:
    """Return the share of pairs of runs with different seeds whose difference has the other sign, or none."""
    paired = sum(other) - sum(reference)
    pairs_of_runs = list(itertools.permutations(range(len(reference)), 2))
    wrong = sum((other[j] - reference[i]) * paired <= 0 for i, j in pairs_of_runs)
    return wrong / len(pairs_of_runs)


def measure() -> list[dict[str, Any]]:
    """Run every pair under every seed."""
    found = []
    for pair in pairs():
        reference = [counted(pair.reference, seed) for seed in SEEDS]
        other = [counted(pair.other, seed) for seed in SEEDS]
        difference = difference_of(reference, other)
        found.append(
            {"asked": pair.asked, "how": pair.how, **asdict(difference)}
            | {"wrong_sign_share": wrong_signs(reference, other), "reference_runs": reference, "other_runs": other}
        )
        print(f"{pair.asked}, {pair.how}: done", flush=True)
    return found


def told(found: list[dict[str, Any]]) -> str:
    """Return the numbers as Markdown."""
    headings = [
        "change", "run", "custody before", "difference", "95%, paired", "95%, unpaired", "variance ratio",
        "wrong sign, unpaired",
    ]  # fmt: skip
    rows = [
        [
            row["asked"],
            row["how"],
            f"{row['reference_mean']:,.0f}",
            f"{row['difference']:+,.0f}",
            f"{row['low']:+,.0f} to {row['high']:+,.0f}",
            f"{row['unpaired_low']:+,.0f} to {row['unpaired_high']:+,.0f}",
            f"{row['variance_ratio']:.1f}",
            f"{row['wrong_sign_share']:.0%}",
        ]
        for row in found
    ]
    return (
        f"People into ICE custody from {PERIOD['period.start']} to {PERIOD['period.end']}, {len(SEEDS)} seeds, "
        "parameters as shipped. *Variance ratio*: variance of the mean difference between unrelated runs over that "
        "between runs on the same people. *Wrong sign*: share of all pairs of two different seeds whose difference has "
        "the other sign or is nothing. Intervals: Student's t over seeds (unpaired: Welch); they hold chance in the "
        "simulation, not doubt about its parameters. Thinned counts are multiplied back.\n\n" + table(headings, rows)
    )


def main() -> None:
    """Measure, print and keep."""
    found = measure()
    keep("pairing", {"pairs": found}, told(found))


if __name__ == "__main__":
    main()

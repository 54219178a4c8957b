"""The runs that an audit of claims reads, and the measured numbers of every claim in them.

``claims.yaml`` names the runs: history over the years of the claims, and what-ifs on the same people. Each is the baseline
with its own period, places and changes. National runs keep one booking in five (within a percent of all bookings for what is
asked here, `benchmarks/`); runs of single counties keep every one. They are stored as one sweep, so an interrupted
preparation continues.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from functools import cache
from pathlib import Path

import pandas as pd

from enforcement_sim.errors import InputError
from enforcement_sim.runs.design import Design, DesignPoint, seeds_of
from enforcement_sim.runs.sweep_result import Sweep, load_sweep
from enforcement_sim.scenarios.load import load_scenario
from enforcement_sim.scenarios.schema import Scenario, assemble
from enforcement_sim.studies.claims import observe_people, observe_places, observe_programmes
from enforcement_sim.studies.claims.counted import Counted
from enforcement_sim.studies.claims.operators import Operator, Rows, Worlds
from enforcement_sim.studies.claims.published import Claim, ClaimRun, load_claims

NAME = "claims"
THIN = 5
"""One booking in this many is kept in national runs."""
SEEDS = 3
FIRST_SEED = 1
OPERATORS: dict[str, Operator] = {
    **observe_programmes.OPERATORS,
    **observe_places.OPERATORS,
    **observe_people.OPERATORS,
}
"""How each claim is counted, by its id."""
COLUMNS = ("claim", "role", "group", "label", "unit", "note", "seed", "value")
"""Of the measured table: one row a claim, definition and seed."""


def scenario_of(run: ClaimRun, thin: int = THIN) -> Scenario:
    """Return a run's scenario, checked; ``thin`` is for national runs."""
    plain = load_scenario("baseline").resolved()
    plain |= {
        "name": f"claims-{run.id.replace('_', '-')}",
        "title": run.title,
        "period": {"start": str(run.start), "end": str(run.end)},
        "scope": {"counties": list(run.counties)} if run.counties else "nation",
        "replications": 1,
        "thin": 1 if run.counties else thin,
        "changes": run.changes,
        "parameters": plain["parameters"] | run.parameters,
    }
    return assemble(plain)


@cache
def _points(thin: int) -> tuple[DesignPoint, ...]:
    return tuple(DesignPoint({"scenario": name}, scenario_of(run, thin)) for name, run in load_claims().runs.items())


def claims_design(replications: int = SEEDS, thin: int = THIN) -> Design:
    """Return the design of all named runs.

    Examples
    --------
    >>> len(claims_design(2).points) == len(load_claims().runs)
    True
    """
    described = load_scenario("baseline").with_(replications=replications, thin=thin).resolved()
    described |= {
        "name": NAME,
        "title": "The runs of the audit of claims",
        "asks": "What do published claims mean here?",
    }
    return Design(NAME, _points(thin), seeds_of(FIRST_SEED, replications), described)


def load_runs(folder: Path) -> Sweep:
    """Return the prepared runs of a folder.

    Raises
    ------
    InputError
        If it holds none, or another sweep.
    """
    found = load_sweep(folder)
    name = found.manifest["design"]["name"]
    if name != NAME:
        raise InputError(
            f"{folder} holds the sweep {name!r} and not the runs of the claims", allowed="--prepare FOLDER"
        )
    return found


def worlds_of(found: Sweep) -> Iterator[tuple[int, Worlds]]:
    """Yield every seed with its runs by name, read seed by seed; a run that failed is absent."""
    failed = {(run["point"], run["replication"]) for run in found.manifest["runs"] if "failed" in run}
    for replication, seed in enumerate(found.seeds):
        yield (
            seed,
            {
                str(settings["scenario"]): Counted(found.result(point, replication))
                for point, settings in enumerate(found.settings)
                if (point, replication) not in failed
            },
        )


# ---- measuring ----------------------------------------------------------------------------------------------------------


def measure(worlds: Mapping[int, Worlds], claims: Iterable[Claim] | None = None) -> pd.DataFrame:
    """Count every claim in every seed.

    Parameters
    ----------
    worlds
        Seed -> name of a run -> the run.

    Returns
    -------
    DataFrame
        Columns :data:`COLUMNS`. A claim of which a run is missing has one row without a value, which says so.
    """
    chosen = tuple(load_claims().values() if claims is None else claims)
    found = [
        {"claim": claim.id, **asdict(row), "seed": seed}
        for seed, runs in worlds.items()
        for claim in chosen
        for row in rows_of(claim, runs)
    ]
    return pd.DataFrame(found, columns=list(COLUMNS))


def rows_of(claim: Claim, runs: Worlds) -> Rows:
    """Return the rows of a claim's table in the runs of one seed."""
    rows = Rows(claim)
    missing = [name for name in claim.runs if name not in runs]
    if missing:
        rows.own(math.nan, f"not computed: the run {missing[0]} is not there")
    else:
        OPERATORS[claim.id](runs, rows)
    return rows

"""The runs that an audit of claims reads: history over the years of the claims, and what-ifs on the same people.

Each run is the baseline with its own period, places and changes, under a name that claims ask for. Runs that are compared
with each other have the same period, so that under a seed they meet the same people. National runs keep one booking in
five (within a percent of all bookings for what is asked here, `benchmarks/`); runs of single counties keep every one. The
sweep's own store carries them out: an interrupted preparation goes on where it was.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from enforcement_sim.errors import InputError
from enforcement_sim.runs.design import Design, DesignPoint, seeds_of
from enforcement_sim.runs.run import Runner, real_runner
from enforcement_sim.runs.sweep import run_design
from enforcement_sim.runs.sweep_result import Sweep, load_sweep
from enforcement_sim.runs.worker import Progress
from enforcement_sim.scenarios.load import load_scenario
from enforcement_sim.scenarios.schema import Scenario, assemble
from enforcement_sim.studies.claims.counted import Counted

__all__ = ["RUNS", "SEEDS", "THIN", "ClaimRun", "Worlds", "claims_design", "load_runs", "prepare", "worlds_of"]

NAME = "claims"
THIN = 5
"""One booking in this many is kept in national runs."""
SEEDS = 3
FIRST_SEED = 1

_THREE_YEARS = ("2009-10-01", "2012-09-30")
_GUIDANCE = ("2011-10-01", "2014-09-30")
_TWO_JAILS = ("2010-01-01", "2011-08-31")
_DALLAS = ("2009-10-01", "2011-09-30")
COOK, LOS_ANGELES, DALLAS = "17031", "06037", "48113"


@dataclass(frozen=True)
class ClaimRun:
    """One named run.

    Attributes
    ----------
    name : str
        What claims ask for.
    why : str
        What it is, in a line.
    period : tuple of str
        First and last counted day.
    counties : tuple of str
        FIPS codes; the nation if empty.
    changes : dict
        As in a scenario file.
    parameters : dict
        Addresses that differ from the register.
    """

    name: str
    why: str
    period: tuple[str, str]
    counties: tuple[str, ...] = ()
    changes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    parameters: Mapping[str, float] = field(default_factory=dict)

    def scenario(self, thin: int = THIN) -> Scenario:
        """Return the run's scenario, checked; ``thin`` is for national runs."""
        plain = load_scenario("baseline").resolved()
        plain |= {
            "name": f"claims-{self.name.replace('_', '-')}",
            "title": self.why,
            "period": dict(zip(("start", "end"), self.period, strict=True)),
            "scope": {"counties": list(self.counties)} if self.counties else "nation",
            "replications": 1,
            "thin": 1 if self.counties else thin,
            "changes": {name: dict(change) for name, change in self.changes.items()},
            "parameters": plain["parameters"] | dict(self.parameters),
        }
        return assemble(plain)


def _everywhere(decision: str, rule: str, **more: str) -> dict[str, dict[str, Any]]:
    return {decision.replace("_", "-"): {"decision": decision, "rule": rule, "where": "nation", **more}}


def _review(name: str, measure: int, what: str) -> ClaimRun:
    parameters = {"institutions.review_measure": measure, "institutions.review_year": 2011}
    why = f"A quarter of the counties' 287(g) agreements ended in October 2011: those with the {what}"
    return ClaimRun(name, why, _THREE_YEARS, parameters=parameters)


_LIST = (
    ClaimRun(
        "history_from_2005", "History, from the first year of 287(g) figures to 2014", ("2005-10-01", "2014-09-30")
    ),
    ClaimRun("history", "History, fiscal 2010 to 2012", _THREE_YEARS),
    ClaimRun(
        "without_secure_communities",
        "No prints shared anywhere, fiscal 2010 to 2012",
        _THREE_YEARS,
        changes=_everywhere("sharing", "not-shared"),
    ),
    ClaimRun(
        "without_287g",
        "No 287(g) agreements, fiscal 2010 to 2012",
        _THREE_YEARS,
        changes=_everywhere("agreement", "ended"),
    ),
    ClaimRun(
        "at_booking",
        "287(g) officers in jails interview at booking everywhere",
        _THREE_YEARS,
        changes=_everywhere("screening_point", "at-booking"),
    ),
    ClaimRun(
        "post_case",
        "287(g) officers in jails interview after the case everywhere",
        _THREE_YEARS,
        changes=_everywhere("screening_point", "post-case"),
    ),
    ClaimRun(
        "universal",
        "287(g) officers process everyone found removable",
        _THREE_YEARS,
        changes=_everywhere("screen", "screen-universal"),
    ),
    ClaimRun(
        "targeted",
        "287(g) officers process serious offences only",
        _THREE_YEARS,
        changes=_everywhere("screen", "screen-targeted"),
    ),
    _review("review_detainers", 1, "fewest detainers an officer-day"),
    _review("review_levels", 2, "lowest share at level 1 or 2"),
    _review("review_cost", 3, "fewest detainers by their cost"),
    _review("review_removals", 4, "fewest removals and returns an officer-day"),
    ClaimRun(
        "shared_everywhere",
        "Every county shares prints from October 2008",
        ("2008-10-01", "2011-03-31"),
        changes=_everywhere("sharing", "shared", **{"from": "2008-10-01"}),
    ),
    ClaimRun("guidance_as_issued", "History around the guidance of December 2012", _GUIDANCE),
    ClaimRun(
        "guidance_always",
        "The guidance of December 2012 in force all the time",
        _GUIDANCE,
        changes=_everywhere("detainer", "detainer-2012-guidance"),
    ),
    ClaimRun(
        "no_guidance_2012",
        "The rule of April 2012 goes on, without the guidance of December 2012",
        _GUIDANCE,
        changes=_everywhere("detainer", "detainer-2012-minor-traffic", **{"from": "2012-12-21"}),
    ),
    ClaimRun("two_jails", "History in Cook and Los Angeles Counties, to August 2011", _TWO_JAILS, (COOK, LOS_ANGELES)),
    ClaimRun(
        "two_jails_without_detainers",
        "The jails of Cook and Los Angeles Counties decline every detainer",
        _TWO_JAILS,
        (COOK, LOS_ANGELES),
        changes={"honour": {"decision": "honour", "rule": "honour-none", "where": {"counties": [COOK, LOS_ANGELES]}}},
    ),
    ClaimRun("dallas", "History in Dallas County", _DALLAS, (DALLAS,)),
    ClaimRun(
        "dallas_more_arrests",
        "Half as many bookings of non-citizens for minor traffic again, seen in Dallas County",
        _DALLAS,
        (DALLAS,),
        parameters={"response.traffic_arrests": 0.5},
    ),
    ClaimRun(
        "dallas_fewer_arrests",
        "Half of those bookings not made, seen in Dallas County",
        _DALLAS,
        (DALLAS,),
        parameters={"response.traffic_arrests": -0.5},
    ),
)

RUNS: dict[str, ClaimRun] = {run.name: run for run in _LIST}
"""Every named run, history first."""

Worlds = Mapping[str, Counted]
"""The runs of one seed by name."""


@cache
def _scenarios(thin: int) -> tuple[Scenario, ...]:
    return tuple(run.scenario(thin) for run in RUNS.values())


def claims_design(replications: int = SEEDS, thin: int = THIN) -> Design:
    """Return the design of all named runs.

    Parameters
    ----------
    replications
        Seeds of each run.
    thin
        One booking in this many is kept in national runs.

    Examples
    --------
    >>> len(claims_design(2).points) == len(RUNS)
    True
    """
    points = tuple(DesignPoint({"scenario": name}, one) for name, one in zip(RUNS, _scenarios(thin), strict=True))
    described = load_scenario("baseline").with_(replications=replications, thin=thin).resolved()
    described |= {
        "name": NAME,
        "title": "The runs of the audit of claims",
        "asks": "What do published claims mean here?",
    }
    return Design(NAME, points, seeds_of(FIRST_SEED, replications), described)


def prepare(
    folder: Path,
    replications: int = SEEDS,
    thin: int = THIN,
    workers: int | None = None,
    progress: Progress | None = None,
    runner: Runner | None = None,
) -> Sweep:
    """Carry out the runs that a folder lacks; see :func:`enforcement_sim.runs.sweep.run_design` for the errors."""
    return run_design(claims_design(replications, thin), folder, runner or real_runner(), workers, progress)


def load_runs(folder: Path) -> Sweep:
    """Return the prepared runs of a folder.

    Raises
    ------
    InputError
        If it holds none, or another sweep.
    """
    found = load_sweep(folder)
    if found.manifest["design"]["name"] != NAME:
        name = found.manifest["design"]["name"]
        raise InputError(
            f"{folder} holds the sweep {name!r} and not the runs of the claims", allowed="--prepare FOLDER"
        )
    return found


class StoredWorlds(dict[str, Counted]):
    """The runs of one seed, each read from its folder when it is first asked for."""

    def __init__(self, names: Mapping[str, Callable[[], Counted]]) -> None:
        super().__init__()
        self._names = names

    def __missing__(self, name: str) -> Counted:
        self[name] = self._names[name]()
        return self[name]

    def __contains__(self, name: object) -> bool:
        """Say whether a run can be had, read already or not."""
        return name in self._names


def worlds_of(found: Sweep) -> dict[int, Worlds]:
    """Return the runs of every seed of a prepared folder; a run that failed is absent."""
    failed = {(run["point"], run["replication"]) for run in found.manifest["runs"] if "failed" in run}

    def reader(point: int, replication: int) -> Callable[[], Counted]:
        return lambda: Counted(found.result(point, replication))

    return {
        seed: StoredWorlds(
            {
                str(settings["scenario"]): reader(point, replication)
                for point, settings in enumerate(found.settings)
                if (point, replication) not in failed
            }
        )
        for replication, seed in enumerate(found.seeds)
    }

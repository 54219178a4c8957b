"""What an answer costs before it is computed, and how long the whole of it still takes while it is.

Costs are in units of one run of the answer's own scenario. How long such a run takes follows from how many people live in the
places simulated and from the days; the speed was measured once, and another machine may be twice as fast or slow.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from enforcement_sim.no_effect.in_force import in_force
from enforcement_sim.places.geography import load_geography
from enforcement_sim.runs.executors import worker_count
from enforcement_sim.runs.worker import Progress, RunOutcome
from enforcement_sim.scenarios.schema import Scenario
from enforcement_sim.studies.answer.weakest import (
    AGAIN,
    EACH_ALONE,
    MORE_SETS,
    THEM_AGAIN,
    Steps,
    candidates,
    moved_ends,
    quickly,
)

BOTH_SIDES = "step 1 of 4: history and the policy, on the same people (times left are for all steps)"
PUBLISHED = "step 2 of 4: the published figure to check it against"
"""The first two steps in words; :mod:`~enforcement_sim.studies.answer.weakest` has the others."""
SECONDS_A_MILLION_PEOPLE_AND_YEAR = 0.003
"""Of one core, for one run, warm start included, where every second run goes on from the history of another; measured on
Mecklenburg County, alone and with all of its field office."""
SECONDS_ANY_RUN = 0.14
"""What a run takes however small it is: building its places, and counting."""
SECONDS_OF_START = 8.0
"""Until the first run begins, and for the start of the processes of each step and the files at the end; measured in processor
time: the program and its tables 2.5 s, the server that worker processes come from 2 s, these in each of four steps 0.6 s, and
the files 1 s."""
DAYS_A_YEAR = 365.25


@dataclass(frozen=True)
class Cost:
    """The cost of the steps of an answer.

    Attributes
    ----------
    runs : int
        Of all steps.
    steps : dict
        Step in words -> its cost, in runs of the answer's own scenario.
    seconds_a_run : float
        Of one core.
    """

    runs: int
    steps: Mapping[str, float]
    seconds_a_run: float

    def minutes(self, workers: int | None) -> float:
        """Return how long all steps take with so many processes, start of the program and of these included."""
        computing = sum(self.steps.values()) * self.seconds_a_run / worker_count(workers, self.runs)
        return (SECONDS_OF_START + computing) / 60

    def takes(self, workers: int | None) -> str:
        """Return in words how long all steps take with the processes of this machine, start included."""
        minutes = max(1, ceil(self.minutes(workers)))
        return f"about {minutes} minute{'' if minutes == 1 else 's'} if nothing else runs"


def seconds_of_run(scenario: Scenario) -> float:
    """Return about how long one run of a scenario takes on one core.

    Examples
    --------
    >>> from enforcement_sim import load_scenario
    >>> month = {"period.start": "2012-01-01", "period.end": "2012-01-31"}
    >>> small, large = (load_scenario("baseline").with_(scope={"states": [one]}, **month) for one in ("DE", "CA"))
    >>> seconds_of_run(small) < seconds_of_run(large)
    True
    """
    here = in_force(scenario)
    people = float(load_geography().counties["population"][here.places.counties].sum()) / scenario.thin
    years = ((here.last - here.first).days + 1) / DAYS_A_YEAR
    return SECONDS_ANY_RUN + SECONDS_A_MILLION_PEOPLE_AND_YEAR * people / 1e6 * years


def cost_of(
    history: Scenario,
    turns_on: Sequence[str],
    checked: Scenario | None,
    sets: int,
    sets_of_check: int,
    replications: int,
) -> Cost:
    """Return what an answer costs.

    Parameters
    ----------
    history
        The scenario of history.
    turns_on
        Measures on the way to the answer, which say what is tried for the weakest assumptions.
    checked
        History in the place and days of the published figure; None if there is none.
    sets, sets_of_check, replications
        Sets of parameters of the answer and of the check, and seeds of the answer.
    """
    one = seconds_of_run(history)
    alone = seconds_of_run(quickly(history)) / one
    check = 0.0 if checked is None else seconds_of_run(checked) / one
    tried = len(moved_ends(candidates(turns_on), history)) + 1
    runs = {BOTH_SIDES: 2 * sets * replications, PUBLISHED: sets_of_check if check else 0, EACH_ALONE: 2 * tried,
            THEM_AGAIN: 4 * AGAIN + 2 * min(MORE_SETS, sets - 1)}  # fmt: skip
    relative = {PUBLISHED: check, EACH_ALONE: alone}
    return Cost(sum(runs.values()), {name: number * relative.get(name, 1.0) for name, number in runs.items()}, one)


class TimeLeft:
    """Tells of each step how long all of them still take.

    Parameters
    ----------
    cost : Cost
    steps : callable
        From a step in words to what is told of its progress.
    """

    def __init__(self, cost: Cost, steps: Steps) -> None:
        self.cost, self.steps = cost, steps
        self.names = list(cost.steps)

    def __call__(self, step: str) -> Progress:
        """Return what is told of the progress of one step."""
        later = sum(self.cost.steps[name] for name in self.names[self.names.index(step) + 1 :])
        return _OneStep(self.steps(step), self.cost.steps[step], later)


class _OneStep:
    """Adds to the time left of one step that of those after it, at the speed of this one."""

    def __init__(self, told: Progress, cost: float, later: float) -> None:
        self.told, self.cost, self.later = told, cost, later
        self.runs, self.began = 1, 0.0

    def begin(self, runs: int, ready: int, workers: int) -> None:
        """Begin a step."""
        self.runs, self.began = max(1, runs), time.perf_counter()
        self.told.begin(runs, ready, workers)

    def advance(self, outcome: RunOutcome, done: int, seconds_left: float) -> None:
        """Tell that a run has ended, and the seconds that all steps still take."""
        speed = (time.perf_counter() - self.began) / (done / self.runs * self.cost)
        self.told.advance(outcome, done, seconds_left + speed * self.later)

    def end(self) -> None:
        """End a step."""
        self.told.end()

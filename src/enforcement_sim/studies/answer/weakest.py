"""The weakest assumptions of an answer: which of the numbers that nobody has measured would change it most.

Candidates come from the register: single numbers that are graded assumed or recalled, move a measure on the way to the
answer, act without further settings, and are held fixed in the intervals, because the ensemble does not draw them. Numbers
that let agencies decide otherwise than history did are none: they end agreements whose end is on record, or have jails decline
that did not, so they ask about another policy and not about what is unknown of this one.

Each is set to both ends of its range, with and without the policy, in the place alone and under one seed; those that move the
answer most there are then run again with all that the place shares crews and beds with, under the same seed, and those that
move it most then are shown. A place alone fills beds that it shares in truth, so the two orders may differ.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import ceil, nan

from enforcement_sim.parameters.ensemble import load_ensemble
from enforcement_sim.parameters.register import Parameter, load_register
from enforcement_sim.results.intervals import Difference, difference_of
from enforcement_sim.results.measures import measures_of
from enforcement_sim.runs.run import FromSharedHistory
from enforcement_sim.runs.states_folder import states_folder
from enforcement_sim.runs.worker import NoProgress, Progress
from enforcement_sim.scenarios.schema import Scenario
from enforcement_sim.studies.told_runs import found_for_each

WEAK = ("assumed", "recalled")
"""Grades of numbers without a document."""
SHOWN = 2
MORE_SETS = 2
"""Under so many sets after the first the candidate that moves the place alone most is run again, at that end of its range."""
AGAIN = 3
"""So many candidates are run again with all that the place shares crews and beds with."""
THIN_OF_STATE, THIN_OF_NATION = 8, 40
"""One booking in so many is simulated in the first comparison of all candidates."""
EACH_ALONE = "step 3 of 4: the weakest assumptions, each at both ends of its range"
THEM_AGAIN = "step 4 of 4: the weakest of them again, with all that the place shares crews and beds with"
"""What is done in the two steps, in words."""
TECHNICAL = ("start.", "institutions.office_draw")
"""Numbers that say how a run begins, or which of many like offices are drawn: chance, and no assumption about the world."""


type Steps = Callable[[str], Progress]
"""From a step in words to what is told of its progress."""


def untold(_: str) -> Progress:
    """Return a progress that tells nothing of a step."""
    return NoProgress()


@dataclass(frozen=True)
class WeakAssumption:
    """A number that nobody has measured, and the policy's effect with it at both ends of its range.

    ``as_it_is`` is the effect with the number's own value; all under the first seed and set of the answer, in people.
    ``elsewhere`` has, for one value of it, the effect with its own value and with that under each of a few further sets.
    """

    parameter: Parameter
    at_low: Difference
    at_high: Difference
    as_it_is: float
    elsewhere_at: float = nan
    elsewhere: tuple[tuple[float, float], ...] = ()

    @property
    def moved(self) -> float:
        """By how much the policy's effect differs between the two ends, in people."""
        return abs(self.at_high.difference - self.at_low.difference)


@dataclass(frozen=True)
class Weakest:
    """The weakest assumptions, the weakest first, and among how many they were found.

    ``others_move`` is the most that any other moves the answer between the ends of its range, as a share of the answer.
    """

    found: tuple[WeakAssumption, ...]
    candidates: int
    others_move: float

    @property
    def method(self) -> str:
        """How they were found, as a sentence."""
        percent = ceil(100.0 * self.others_move)
        rest = f"no other changes it by more than {percent}%" if percent else "no other changes it"
        return (
            f"{self.candidates} single numbers that bear on this answer were never measured (they are graded assumed or "
            "recalled) and have the same value in every set. Each was set to the lowest and to the highest value that a "
            f"scenario may have, which can be further apart than what is plausible. Shown are the two that change the answer "
            f"most; {rest}. Left out are tables, such as shares by offence, and numbers that would have agencies act against the "
            "record, such as a county that ends its agreement earlier than it did."
        )


def candidates(turns_on: Sequence[str]) -> tuple[Parameter, ...]:
    """Return the unmeasured numbers that move a measure, that the ensemble does not draw, and that rewrite no record.

    Examples
    --------
    >>> {parameter.grade for parameter in candidates(["ice_custody"])} <= set(WEAK)
    True
    """
    from enforcement_sim.model.model import RESPONSES  # here, because Mesa takes a second to load

    drawn = load_ensemble(1)[0].parameters
    return tuple(
        parameter
        for address, parameter in load_register().items()
        if parameter.grade in WEAK
        and parameter.table is None
        and parameter.low < parameter.high
        and not parameter.argument.acts_with
        and address not in drawn
        and address not in RESPONSES
        and not address.startswith(TECHNICAL)
        and {measure.partition(".")[0] for measure in parameter.moves} & set(turns_on)
    )


def weakest(
    history: Scenario,
    policy: Scenario,
    measure: str,
    turns_on: Sequence[str],
    as_it_is: Sequence[float],
    seed: int,
    workers: int | None,
    steps: Steps = untold,
) -> Weakest:
    """Return the assumptions that move the effect of a policy on a measure most.

    Parameters
    ----------
    turns_on
        Measures on the way to it.
    as_it_is
        The effect under each set of the answer and this seed, in people.
    """
    known = candidates(turns_on)
    quick = quickly(history), quickly(policy)
    tried = moved_ends(known, history)
    pairs = [quick, *(_at(quick, one, end) for one, end in tried)]
    alone = _effects(pairs, measure, (seed,), workers, steps(EACH_ALONE))
    unmoved, *changes = [after - before for ((before, after),) in alone]
    change_at = {(one.address, end): change for (one, end), change in zip(tried, changes, strict=True)}
    moved = {
        one.address: abs(
            change_at.get((one.address, one.low), unmoved) - change_at.get((one.address, one.high), unmoved)
        )
        for one in known
    }
    chosen = sorted((one for one in known if moved[one.address] > 0.0), key=lambda one: -moved[one.address])[:AGAIN]
    whole = [_at((history, policy), parameter, end) for parameter in chosen for end in (parameter.low, parameter.high)]
    further = load_ensemble(len(as_it_is))[1 : 1 + MORE_SETS] if chosen else ()
    far = nan
    if chosen:
        first = chosen[0]
        far = max((first.low, first.high), key=lambda end: abs(change_at.get((first.address, end), unmoved) - unmoved))
        whole += [
            _at((history.throughout(one.parameters), policy.throughout(one.parameters)), first, far) for one in further
        ]
    effects = _effects(whole, measure, (seed,), workers, steps(THEM_AGAIN))
    again = [difference_of(*zip(*both, strict=True)) for both in effects]
    found = [
        WeakAssumption(one, again[2 * place], again[2 * place + 1], as_it_is[0]) for place, one in enumerate(chosen)
    ]
    if further:
        there = tuple(one.difference for one in again[2 * len(chosen) :])
        own = as_it_is[1 : 1 + len(there)]
        found[0] = replace(found[0], elsewhere_at=far, elsewhere=tuple(zip(own, there, strict=True)))
    found.sort(key=lambda one: -one.moved)
    shown = tuple(one for one in found[:SHOWN] if one.moved > 0.0)
    others = [share_of(one.moved, as_it_is[0]) for one in found[len(shown) :]]
    tried_again = {one.address for one in chosen}
    others += [share_of(change, unmoved) for address, change in moved.items() if address not in tried_again]
    return Weakest(shown, len(known), max(others, default=0.0))


def share_of(moved: float, answer: float) -> float:
    """Return by what share of itself an answer moves; the whole where it was none."""
    if not answer:
        return 1.0 if moved else 0.0
    return abs(moved / answer)


def moved_ends(known: Sequence[Parameter], history: Scenario) -> list[tuple[Parameter, float]]:
    """Return every candidate with each end of its range that is not the value it has in history."""
    own = history.parameters
    return [(one, end) for one in known for end in (one.low, one.high) if end != own[one.address]]


def quickly(scenario: Scenario) -> Scenario:
    """Return a scenario of the same place and days that runs faster: a part alone, and thinned where that is allowed."""
    thin = {"counties": 1, "states": THIN_OF_STATE, "nation": THIN_OF_NATION}[scenario.scope.kind]
    return scenario.with_(thin=thin, **({} if scenario.scope.kind == "nation" else {"simulate": "alone"}))


def _at(sides: Sequence[Scenario], parameter: Parameter, value: float) -> tuple[Scenario, Scenario]:
    first, second = (side.throughout({parameter.address: value}) for side in sides)
    return first, second


def _effects(
    pairs: Sequence[tuple[Scenario, Scenario]],
    measure: str,
    seeds: Sequence[int],
    workers: int | None,
    progress: Progress,
) -> list[list[tuple[float, float]]]:
    runs = [_PairOfRuns(pair, seed, measure) for pair in pairs for seed in seeds]
    if not runs:
        return []
    values = iter(found_for_each(_measured, runs, workers, progress, runs=2))
    return [[next(values) for _ in seeds] for _ in pairs]


@dataclass(frozen=True)
class _PairOfRuns:
    """A pair of runs of which a measure is wanted."""

    sides: tuple[Scenario, Scenario]
    seed: int
    measure: str


def _measured(pair: _PairOfRuns) -> tuple[float, float]:
    """Return one measure of both runs of a pair; the second goes on from the history of the first."""
    with states_folder() as folder:
        simulated = FromSharedHistory(folder)
        before, after = (measures_of(simulated(side, pair.seed))[pair.measure] for side in pair.sides)
    return before, after

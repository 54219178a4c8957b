"""Calibration: draws from the posterior of the unknowns, given the published figures of the bin *fit*.

The first round runs independent draws of the prior. Each further round fits an emulator to all runs so far, draws from
the posterior that it implies (:mod:`~enforcement_sim.studies.calibration.sampler`) and runs these draws. The draws of the
last round, weighted by what their own runs gave, are the posterior; the ensemble is drawn from them. Figures of other
bins are not used (``simulated`` rejects them). Every finished evaluation is saved under a hash of its inputs, so that an
interrupted calibration can continue, a refit to fewer figures uses the same runs, and the same files give the same
ensemble with any number of processes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from enforcement_sim.studies.calibration.density import Posterior
from enforcement_sim.studies.calibration.emulator import Emulator, fit_emulator
from enforcement_sim.studies.calibration.evaluations import Evaluated, Evaluation, evaluate, evaluate_all
from enforcement_sim.studies.calibration.observed import Observations, observations_of
from enforcement_sim.studies.calibration.posterior_draws import (
    DRAWS_FOR_EACH_KEPT,
    Weighted,
    discrepancies,
    drawn_by_weight,
    filled,
    narrowing,
    short,
    weigh,
)
from enforcement_sim.studies.calibration.sampler import sample
from enforcement_sim.studies.calibration.unknowns import Calibration
from enforcement_sim.studies.validation.targets import Target

CHAINS, WARM_UP, EVERY = 32, 150, 3
"""Chains of a round, transitions thrown away, and transitions for each draw that is kept."""

LEAST_KEPT = 40
"""Draws that are kept of each chain at least, so that R-hat can tell whether chains agree."""

METHOD = (
    "Draws of the prior, then rounds of draws from the posterior by a quadratic emulator with a discrepancy for each family of "
    "figures (Hamiltonian Monte Carlo); the last round is weighted by its own runs"
)

OnProgress = Callable[[str], None]


@dataclass(frozen=True)
class Plan:
    """How much is run: draws of the prior and of each further round, the further rounds, the sets to keep, and which draws."""

    prior: int = 800
    draws: int = 300
    rounds: int = 3
    keep: int = 50
    seed: int = 1

    @property
    def runs(self) -> int:
        """Runs in all."""
        return self.prior + self.rounds * self.draws


@dataclass(frozen=True)
class Calibrated:
    """The posterior.

    Attributes
    ----------
    observed : Observations
    rounds : list of list of Evaluated
        The draws of the prior, then those of each round.
    emulator : Emulator
        By which the last round was drawn.
    states : float array, shape (draws, unknowns + families)
        The last round's unknowns and sizes of discrepancies.
    weighted : Weighted
    mixing : float
        The largest R-hat of the last round's chains.
    chosen : list of int
        Positions in the last round of the sets of the ensemble.
    """

    observed: Observations
    rounds: list[list[Evaluated]]
    emulator: Emulator
    states: np.ndarray
    weighted: Weighted
    mixing: float
    chosen: list[int]

    @property
    def ensemble(self) -> list[Evaluated]:
        """The sets of the ensemble."""
        return [self.rounds[-1][position] for position in self.chosen]


def calibrate(
    calibration: Calibration,
    targets: Sequence[Target],
    folder: Path,
    executor: Executor,
    engine_version: str,
    plan: Plan,
    on_progress: OnProgress = lambda _: None,
    evaluation: Evaluation = evaluate,
) -> Calibrated:
    """Draw from the posterior of the unknowns.

    Parameters
    ----------
    calibration
        What may move, and the runs it is tried in.
    targets
        The figures to fit.
    folder
        Where evaluations are kept; those already there, made from the same inputs, are not made again.
    executor
        Where runs are computed.
    engine_version
        Hash of the engine's sources.
    plan
        How much is run.
    on_progress
        Called with a line of progress.
    evaluation
        What one evaluation is; a run unless given.

    Returns
    -------
    Calibrated
        The runs of all rounds, the weighted draws of the last one, and which of them are the ensemble.

    Raises
    ------
    InputError
        If there is no figure to fit, or no family of discrepancies names one.

    Examples
    --------
    A run of the nation takes seconds, so here every figure of every set is its published value, and nothing is learnt:

    >>> from concurrent.futures import ThreadPoolExecutor
    >>> from tempfile import TemporaryDirectory
    >>> from enforcement_sim.studies.calibration.evaluations import fitted_targets
    >>> from enforcement_sim.studies.calibration.unknowns import load_calibration
    >>> calibration = load_calibration()
    >>> targets = fitted_targets(calibration)[:2]
    >>> def published(calibration, deviates):
    ...     return Evaluated(tuple(deviates), {one.id: one.value for one in targets})
    >>> with TemporaryDirectory() as folder, ThreadPoolExecutor(1) as executor:
    ...     plan = Plan(prior=20, draws=8, rounds=1, keep=4)
    ...     found = calibrate(calibration, targets, Path(folder), executor, "engine", plan, evaluation=published)
    >>> [len(evaluated) for evaluated in found.rounds], len(found.ensemble)
    ([20, 8], 4)
    """
    observed = observations_of(calibration, targets)

    def run(deviates: np.ndarray) -> list[Evaluated]:
        return evaluate_all(calibration, folder, executor, engine_version, deviates, evaluation)

    rounds = [run(calibration.prior(plan.prior, plan.seed))]
    on_progress(_in_words(0, rounds[0], targets))
    for number in range(1, plan.rounds + 1):
        emulator = emulator_of(observed, rounds)
        states, mixing = _drawn(observed, emulator, plan, number)
        rounds.append(run(states[:, : len(calibration.unknowns)]))
        on_progress(_in_words(number, rounds[number], targets) + f", R-hat {mixing:.3f}")
    figures = filled(observed, rounds[-1], emulator.figures(states[:, : len(calibration.unknowns)]))
    weighted = weigh(observed, emulator, states, figures, DRAWS_FOR_EACH_KEPT * plan.keep)
    on_progress(
        f"{weighted.effective:.0f} effective draws of {len(states)} (weights to the power {weighted.power:.2f})"
    )
    chosen = drawn_by_weight(observed, states, figures, weighted.weights, plan.keep, plan.seed)
    return Calibrated(observed, rounds, emulator, states, weighted, mixing, chosen)


def emulator_of(observed: Observations, rounds: Sequence[Sequence[Evaluated]]) -> Emulator:
    """Return an emulator fitted to the runs of all rounds and judged by those of the last."""
    everything = [one for each in rounds for one in each]
    last = np.arange(len(everything)) >= len(everything) - len(rounds[-1])
    return fit_emulator(np.array([one.deviates for one in everything]), observed.scaled(everything), last)


def _drawn(observed: Observations, emulator: Emulator, plan: Plan, number: int) -> tuple[np.ndarray, float]:
    """Return draws from the posterior by an emulator, each of the same weight, and the largest R-hat."""
    posterior = Posterior(observed, emulator, observed.published[None, :])
    kept = max(LEAST_KEPT, -(-4 * plan.draws // CHAINS))
    seed = int(np.random.SeedSequence([plan.seed, number]).generate_state(1)[0])
    draws = sample(posterior, 1, CHAINS, WARM_UP, kept, EVERY, seed)
    pooled = draws.pooled()[0]
    positions = np.random.default_rng(seed).choice(len(pooled), plan.draws, replace=False)
    return pooled[positions], float(draws.worst_mixing()[0])


def share_inside(one: Evaluated, targets: Sequence[Target]) -> float:
    """Return the share of figures inside their ranges."""
    inside = [target.id in one.figures and target.verdict(one.figures[target.id]) == "inside" for target in targets]
    return float(np.mean(inside))


def _in_words(number: int, evaluated: Sequence[Evaluated], targets: Sequence[Target]) -> str:
    shares = [share_inside(one, targets) for one in evaluated]
    what = "prior" if number == 0 else f"round {number}"
    return f"{what}: {len(evaluated)} sets, figures inside: middle {np.median(shares):.0%}, most {max(shares):.0%}"


def recipe_of(
    calibration: Calibration,
    targets: Sequence[Target],
    found: Calibrated,
    plan: Plan,
    engine_version: str,
    limits: dict[str, str],
) -> dict[str, Any]:
    """Return how an ensemble was found, for the file beside its table; ``limits`` says what left figures out."""
    settings = calibration.settings
    shares = [[share_inside(one, targets) for one in each] for each in found.rounds]
    table = narrowing(calibration, found.ensemble)
    sizes = discrepancies(calibration, found.observed, found.states, found.weighted.weights)
    emulated = zip(found.observed.names, found.emulator.error, found.emulator.explained, strict=True)
    return {
        "method": METHOD,
        "engine_version": engine_version,
        "seed": plan.seed,
        "period": [settings.period.start.isoformat(), settings.period.end.isoformat()],
        "thin": settings.thin,
        "run_seed": settings.seed,
        "limits": limits,
        "figures": [target.id for target in targets],
        "rounds": [
            {
                "sets": len(each),
                "middle_share_inside": round(float(np.median(each)), 3),
                "most_inside": round(max(each), 3),
            }
            for each in shares
        ],
        "mixing": short(found.mixing),
        "effective_draws": short(found.weighted.effective),
        "power_of_weights": short(found.weighted.power),
        "kept": len(found.chosen),
        "emulator": {
            name: {"error": short(float(error)), "explained": short(float(share))} for name, error, share in emulated
        },
        "discrepancies": _by_name(sizes, "family"),
        "unknowns": _by_name(table.drop(columns=["low", "high"]), "unknown"),
        "presses": [str(name) for name in table["unknown"][table["presses"] != ""]],
    }


def _by_name(table: Any, name: str) -> dict[str, dict[str, Any]]:
    return {
        str(row[name]): {str(key): short(value) for key, value in row.items() if key != name}
        for row in table.to_dict("records")
    }

"""Calibration: find an ensemble of parameter sets that fit the published figures.

A designed sample of the prior is run and moved towards the published figures of the bin *fit* in a few rounds by an
ensemble smoother; then a surrogate fitted to all runs proposes further sets, which are run, too. A run is accepted if
seventeen in twenty figures lie inside their ranges, and every ratio of the funnel; the ensemble is selected from the
accepted runs. Figures of other bins are not used (``simulated`` rejects them). Every finished evaluation is saved under a
hash of its inputs, so that an interrupted calibration can continue, and the same files give the same ensemble with any
number of processes.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from enforcement_sim.runs.atomic_files import readable_json, write_atomic
from enforcement_sim.runs.provenance import canonical_json, digest
from enforcement_sim.runs.run import simulate
from enforcement_sim.scenarios.load import load_scenario
from enforcement_sim.studies.calibration.search import assimilate, fit_surrogate, propose
from enforcement_sim.studies.calibration.unknowns import Calibration
from enforcement_sim.studies.validation.compute import simulated
from enforcement_sim.studies.validation.observation_operators import operator_of
from enforcement_sim.studies.validation.targets import Target, Targets, load_targets

FITTED = "fit"
PROPOSALS = 3
"""Rounds of proposals after those of the smoother; each uses all earlier runs."""

ROUNDS = 3
"""Rounds of moving; each takes a share of the evidence, so the doubts are inflated by as much."""

DOUBT_OF_RANGE, DOUBT_OF_RATIO = 1.5, 2.0
"""Standard deviations from the middle of a figure's range to its ends: seven in eight doubts lie inside; of a ratio of the
funnel, which has to hold, nineteen in twenty."""

LEAST_INSIDE = 0.85
"""Share of the fitted figures that an accepted set has inside their ranges: a little less than the nine in ten that ``validate``
asks of the ensemble's middle, because different sets miss different figures."""
FLOOR = 1e-9
OnProgress = Callable[[str], None]


@dataclass(frozen=True)
class Evaluated:
    """One set of parameters and what its run gave.

    Attributes
    ----------
    deviates : tuple of float
        The unknowns as standard normal deviates.
    figures : mapping
        By a figure's id, the simulated value; without those that had none.
    """

    deviates: tuple[float, ...]
    figures: Mapping[str, float]


def fitted_targets(calibration: Calibration, targets: Targets | None = None) -> list[Target]:
    """Return the figures that calibration uses: of the bin *fit*, one of each family, expressible, and whole in its years."""
    left_out = calibration.settings.left_out
    return [
        target
        for target in (targets or load_targets()).counted(FITTED)
        if operator_of(target) and target.id not in left_out
    ]


def evaluate(calibration: Calibration, deviates: Sequence[float]) -> Evaluated:
    """Run history with one set of the unknowns and return what it says about each figure."""
    settings = calibration.settings
    scenario = load_scenario(settings.scenario).with_(
        **{
            "ensemble": 0,
            "period.start": settings.period.start.isoformat(),
            "period.end": settings.period.end.isoformat(),
            "thin": settings.thin,
            **calibration.parameters(calibration.values(deviates)),
        }
    )
    result = simulate(scenario, seed=settings.seed)
    figures = {}
    for target in fitted_targets(calibration):
        found = simulated(target, [result], settings.instead.get(target.id))
        if found.values and math.isfinite(found.values[0]):
            figures[target.id] = found.values[0]
    return Evaluated(tuple(float(one) for one in deviates), figures)


def fraction_inside(evaluated: Evaluated, targets: Sequence[Target]) -> tuple[float, bool]:
    """Return the share of figures inside their ranges, and whether every ratio of the funnel is."""
    inside = {
        target.id: target.id in evaluated.figures and target.verdict(evaluated.figures[target.id]) == "inside"
        for target in targets
    }
    return sum(inside.values()) / len(inside), all(inside[target.id] for target in targets if target.funnel)


def calibrate(
    calibration: Calibration,
    folder: Path,
    executor: Executor,
    engine_version: str,
    members: int,
    seed: int = 1,
    on_progress: OnProgress = lambda _: None,
    evaluation: Callable[[Calibration, Sequence[float]], Evaluated] = evaluate,
) -> list[list[Evaluated]]:
    """Run the prior, every round of moving and every round of proposals.

    Parameters
    ----------
    calibration
        What may move, and the runs it is tried in.
    folder
        Where evaluations are kept; those already there, of the same engine and settings, are not made again.
    executor
        Where runs are computed.
    engine_version
        Hash of the engine's sources.
    members
        How many sets are moved together.
    seed
        Which sample of the prior, and which blurs.
    on_progress
        Called with a line of progress.
    evaluation
        What one evaluation is; a run unless given.

    Returns
    -------
    list of list of Evaluated
        The evaluations of each round in this order: the prior, the rounds of moving, the rounds of proposals.

    Examples
    --------
    A run of the nation takes minutes, so here every figure of every set is its published value:

    >>> from concurrent.futures import ThreadPoolExecutor
    >>> from tempfile import TemporaryDirectory
    >>> from enforcement_sim.studies.calibration.unknowns import load_calibration
    >>> def published(calibration, deviates):
    ...     return Evaluated(tuple(deviates), {one.id: one.value for one in fitted_targets(calibration)})
    >>> with TemporaryDirectory() as folder, ThreadPoolExecutor(1) as executor:
    ...     rounds = calibrate(load_calibration(), Path(folder), executor, "engine", 4, evaluation=published)
    >>> [len(evaluated) for evaluated in rounds] == [4] * (1 + ROUNDS + PROPOSALS)
    True
    """
    targets = fitted_targets(calibration)
    names = [target.id for target in targets]
    published, doubts = _observed(targets)
    rng = np.random.default_rng(seed)
    deviates = calibration.prior(members, seed)
    rounds: list[list[Evaluated]] = []
    moved = deviates
    for number in range(ROUNDS + PROPOSALS + 1):
        evaluated = _evaluate_all(calibration, folder, executor, engine_version, deviates, evaluation)
        rounds.append(evaluated)
        on_progress(_in_words(number, evaluated, targets))
        if number < ROUNDS:
            moved = assimilate(deviates, _figures(evaluated, names), published, doubts, float(ROUNDS), rng)
            deviates = moved
        elif number < ROUNDS + PROPOSALS:
            everything = [one for each in rounds for one in each]
            surrogate = fit_surrogate(np.array([one.deviates for one in everything]), _figures(everything, names))
            low = np.log([FLOOR if target.ceiling else max(target.low, FLOOR) for target in targets])
            high = np.log([target.high for target in targets])
            must = np.array([target.funnel for target in targets])
            deviates = propose(surrogate, moved, low, high, must, members, rng)
    return rounds


def _figures(evaluated: Sequence[Evaluated], names: Sequence[str]) -> np.ndarray:
    """Return logarithms of figures, shape (sets, figures)."""
    return _filled(np.array([[_scale(one.figures.get(name)) for name in names] for one in evaluated]))


def _observed(targets: Sequence[Target]) -> tuple[np.ndarray, np.ndarray]:
    """Return published figures and doubts on the scale on which they are compared: logarithms, as ratios matter."""
    published, doubts = [], []
    for target in targets:
        low, high = math.log(max(target.low, FLOOR)), math.log(target.high)
        published.append((low + high) / 2.0)
        doubts.append((high - low) / 2.0 / (DOUBT_OF_RATIO if target.funnel else DOUBT_OF_RANGE))
    return np.array(published), np.array(doubts)


def _scale(value: float | None) -> float:
    return math.nan if value is None else math.log(max(value, FLOOR))


def _filled(figures: np.ndarray) -> np.ndarray:
    """Fill what a run could not say (a share of nothing) with the other members' mean, so that it moves nobody."""
    means = np.nanmean(figures, axis=0)
    return np.where(np.isnan(figures), means[None, :], figures)


def _evaluate_all(
    calibration: Calibration,
    folder: Path,
    executor: Executor,
    engine_version: str,
    deviates: np.ndarray,
    evaluation: Callable[[Calibration, Sequence[float]], Evaluated],
) -> list[Evaluated]:
    paths = [_path(folder, calibration, engine_version, row) for row in deviates]
    folder.mkdir(parents=True, exist_ok=True)
    futures = {
        executor.submit(_make, evaluation, calibration, row, path)
        for row, path in zip(deviates, paths, strict=True)
        if not path.exists()
    }
    for future in futures:
        future.result()
    return [_read(path) for path in paths]


def _make(
    evaluation: Callable[[Calibration, Sequence[float]], Evaluated],
    calibration: Calibration,
    deviates: np.ndarray,
    path: Path,
) -> None:
    found = evaluation(calibration, [float(one) for one in deviates])
    write_atomic(path, readable_json({"deviates": list(found.deviates), "figures": dict(found.figures)}))


def _read(path: Path) -> Evaluated:
    plain = json.loads(path.read_bytes())
    return Evaluated(tuple(plain["deviates"]), plain["figures"])


def _path(folder: Path, calibration: Calibration, engine_version: str, deviates: np.ndarray) -> Path:
    settings = calibration.settings
    made_from: dict[str, Any] = {
        "engine": engine_version,
        "parameters": calibration.parameters(calibration.values(deviates)),
        "period": [settings.period.start.isoformat(), settings.period.end.isoformat()],
        "thin": settings.thin,
        "seed": settings.seed,
        "scenario": settings.scenario,
    }
    return folder / f"{digest(canonical_json(made_from))[:16]}.json"


def _in_words(number: int, evaluated: Sequence[Evaluated], targets: Sequence[Target]) -> str:
    shares = [fraction_inside(one, targets) for one in evaluated]
    what = "prior" if number == 0 else f"round {number}" if number <= ROUNDS else f"proposals {number - ROUNDS}"
    fits = sum(share >= LEAST_INSIDE and funnel for share, funnel in shares)
    inside = np.array([share for share, _ in shares])
    return (
        f"{what}: {len(evaluated)} sets, figures inside: middle {np.median(inside):.0%}, most {inside.max():.0%}; "
        f"{fits} sets fit"
    )

"""The scorecard: every published figure with the simulated one, its status, hit or miss, and a score.

History is run from October 2005 once for each of some sets of the ensemble, or under several seeds without an ensemble.
Each figure is compared under its own definition, period, place and attribution. Of the figures that may be fitted and count,
nine in ten must lie inside their ranges, and every ratio of two stages of the funnel. Held-out figures are only reported; no
parameter is chosen by them, and this module changes none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import date
from os import PathLike
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from enforcement_sim.errors import InputError
from enforcement_sim.parameters.ensemble import Member, recipe
from enforcement_sim.runs.labelled_tables import LabelledTables
from enforcement_sim.runs.run import simulate
from enforcement_sim.scenarios.load import load_scenario
from enforcement_sim.studies.validation.compute import simulated
from enforcement_sim.studies.validation.held_out_targets import every_target
from enforcement_sim.studies.validation.history_series import COLUMNS, series_of
from enforcement_sim.studies.validation.predictive import learnt_discrepancies, predictive
from enforcement_sim.studies.validation.rival_comparison import compared_with_rival, rival_columns
from enforcement_sim.studies.validation.scorecard_columns import COLUMNS_OF_A_SCORECARD
from enforcement_sim.studies.validation.scores import COVERAGE, LEAST_SETS, Forecast, log_spread, rank_correlation
from enforcement_sim.studies.validation.targets import BINS, FITTED, HELD_OUT, Target, Targets
from enforcement_sim.tables.described import entries_html

INSIDE = "inside"
NOT_YET = "not expressible yet"
LEAST_INSIDE = 0.9
"""Share of the expressible figures of the bin *fit* that must lie inside their ranges."""

FIRST_DAY, LAST_DAY = date(2005, 10, 1), date(2014, 9, 30)
"""The first day of the model, and the last of the last fiscal year."""

THIN = 10
"""One person in this many is simulated; national figures change by about one per cent (see the benchmarks)."""

SETS = "sets"

LONG_VECTOR = 10
"""A vector of more values than this is one line of the scorecard."""

MEANS_OF_VECTORS = ("score", "previous", "interval_score", "rival_score", "rival_interval_score")

PREVIOUS = Path(__file__).with_name("previous_release.csv")
"""The scorecard of the release before, of which the scores are read."""


@dataclass(frozen=True)
class Observed:
    """What one run of history says: by a figure's id the simulated value, None if there is none, and a note; and the history."""

    figures: Mapping[str, tuple[float | None, str]]
    series: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(COLUMNS)))


@dataclass(frozen=True)
class Validation(LabelledTables):
    """Published and simulated figures.

    Attributes
    ----------
    table : DataFrame
        One row a figure, the weakest first in each bin; its columns are described in ``scorecard_columns``.
    runs : int
        Sets of the ensemble, or seeds.
    of : str
        What the runs differ in: ``sets`` or ``seeds``.
    series : DataFrame
        History of every run: the columns of :class:`Observed` and ``run``.
    """

    AXES: ClassVar = {"scorecard": ("id",), "history": ("run", "series", "state", "time")}
    COLUMNS_MEAN: ClassVar = COLUMNS_OF_A_SCORECARD

    table: pd.DataFrame
    runs: int
    of: str
    series: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=["run", *COLUMNS]))

    def __repr__(self) -> str:
        return f"Validation({self.runs} {self.of}: {self.share_inside:.0%} of {self.figures_counted} figures inside)"

    def _repr_html_(self) -> str:
        headings = ("bin", "measures", "published", "simulated", "simulated_low", "simulated_high", "verdict")
        rows = self.table[list(headings)].itertuples(index=False)
        return entries_html(repr(self), headings, rows, "they are in table")

    def _exported(self) -> dict[str, pd.DataFrame]:
        return {"scorecard": self.table} | ({"history": self.series} if len(self.series) else {})

    def _origin(self) -> dict[str, Any]:
        return {"runs": self.runs, "of": self.of, "intervals": self.predictive_in_words}

    @property
    def interval_in_words(self) -> str:
        """What an interval of the table is."""
        if self.runs >= LEAST_SETS:
            return f"the middle {COVERAGE}% of {self.runs} {self.of}"
        return f"the range of {self.runs} {self.of}, which has no coverage"

    @property
    def predictive_in_words(self) -> str:
        """What an interval of the table is, the discrepancy included that calibration learnt; seeds have none."""
        if self.of != SETS or self.runs < LEAST_SETS:
            return self.interval_in_words
        return f"{self.interval_in_words}, each blurred by the model's own discrepancy as calibration learnt it"

    @property
    def fitted(self) -> pd.DataFrame:
        """The expressible rows of the bin *fit* that count towards the verdict."""
        rows = self.table
        return rows[(rows["bin"] == FITTED) & (rows["verdict"] != NOT_YET) & (rows["weight"] > 0.0)]

    @property
    def share_inside(self) -> float:
        """Share of the counted figures whose middle lies inside its range; a vector counts as one figure."""
        return float(np.average(self.fitted["verdict"] == INSIDE, weights=self.fitted["weight"]))

    @property
    def figures_counted(self) -> int:
        """How many figures and vectors count."""
        return round(float(self.fitted["weight"].sum()))

    @property
    def funnel_misses(self) -> list[str]:
        """Ratios of the funnel outside their ranges."""
        rows = self.fitted[self.fitted["funnel"]]
        return [str(name) for name in rows["id"][rows["verdict"] != INSIDE]]

    @property
    def holds(self) -> bool:
        """Whether nine in ten figures are inside, and every ratio of the funnel."""
        return self.share_inside >= LEAST_INSIDE and not self.funnel_misses

    @property
    def held_out(self) -> pd.DataFrame:
        """Held-out figures in two groups, 287(g) and all others: ``group``, ``figures``, ``hits``, ``narrow_hits``.

        Vectors by place are apart, in :attr:`vectors`.
        """
        rows = self.table[(self.table["bin"] == HELD_OUT) & (self.table["weight"] == 1.0)]
        is_287g = rows["subject"].str.startswith("g287")
        return pd.DataFrame(
            [
                {
                    "group": name,
                    "figures": len(group),
                    "hits": int(group["hit"].sum()),
                    "narrow_hits": int((group["hit"] & group["narrow"]).sum()),
                }
                for name, group in (("287(g)", rows[is_287g]), ("others", rows[~is_287g]))
            ]
        )

    @property
    def beside_rival(self) -> pd.DataFrame:
        """The model and its rival in each group of figures, as
        :func:`~enforcement_sim.studies.validation.rival_comparison.compared_with_rival` returns it."""
        return compared_with_rival(self.table)

    @property
    def vectors(self) -> pd.DataFrame:
        """A row a vector.

        ``vector``, ``bin``, ``values``, ``hits``, ``inside``; means of ``score``, ``previous``, ``interval_score`` and of the
        rival's ``rival_score`` and ``rival_interval_score``; of a long one ``rank_correlation`` and ``log_spread`` of the
        simulated middle with, and over, the published values.
        """
        rows = []
        for name, group in self.table[self.table["vector"] != ""].groupby("vector", sort=False):
            middle, published = (group[column].to_numpy(float) for column in ("simulated", "published"))
            known = np.isfinite(middle) & (len(group) > LONG_VECTOR)
            rows.append(
                {
                    "vector": str(name),
                    "bin": str(group["bin"].iloc[0]),
                    "values": len(group),
                    "hits": int(group["hit"].sum()),
                    "inside": int((group["verdict"] == INSIDE).sum()),
                    **{column: float(group[column].mean()) for column in MEANS_OF_VECTORS},
                    "rank_correlation": rank_correlation(middle[known], published[known]),
                    "log_spread": log_spread(middle[known], published[known]),
                }
            )
        return pd.DataFrame(rows)


def observe(parameters: Mapping[str, float], seed: int, thin: int = THIN) -> Observed:
    """Run history once and return the simulated value of every figure, and the history.

    ``parameters`` are addresses of the register with values; others have their defaults.
    """
    days = {"period.start": FIRST_DAY.isoformat(), "period.end": LAST_DAY.isoformat()}
    history = load_scenario("baseline").with_(ensemble=0, thin=thin, **days)
    result = simulate(history.throughout(parameters), seed=seed)
    found: dict[str, tuple[float | None, str]] = {}
    for target in every_target().values():
        one = simulated(target, [result], bins=BINS)
        found[target.id] = (one.values[0] if one.values else None, one.note)
    return Observed(found, series_of(result))


def validate(
    members: Sequence[Member],
    executor: Executor,
    seeds: Sequence[int] = (1,),
    thin: int = THIN,
    targets: Targets | None = None,
    on_progress: Callable[[str], None] = lambda _: None,
    observation: Callable[..., Observed] = observe,
    previous: Mapping[str, float] | None = None,
) -> Validation:
    """Run history for sets of an ensemble, or for seeds, and compare every figure with the published one.

    Parameters
    ----------
    members
        Sets of parameters, each run once (with the first seed); none for the register's defaults under each seed.
    executor
        Where runs are computed.
    seeds
        Used where there are no sets.
    thin
        One person in this many is simulated.
    targets
        By default the shipped ones, those that are held out included.
    on_progress
        Called with a line of progress after each run.
    observation
        Function that returns what one run says; by default a run of the nation.
    previous
        Scores (CRPS, in logarithms) by a figure's id to put beside; by default those of the release before.

    Returns
    -------
    Validation
        Its ``table`` has a row for each published figure.

    Raises
    ------
    InputError
        If there is nothing to run.

    Examples
    --------
    A run of the nation from 2005 to 2014 takes minutes, so here every figure is simulated by its published value:

    >>> from concurrent.futures import ThreadPoolExecutor
    >>> def published(parameters, seed, thin):
    ...     return Observed({target.id: (target.value, "") for target in every_target().values()})
    >>> with ThreadPoolExecutor(1) as executor:
    ...     found = validate([], executor, seeds=[1, 2], observation=published)
    >>> found.holds, found.runs, found.of, float(found.table["score"].max())
    (True, 2, 'seeds', 0.0)
    """
    if not members and not seeds:
        raise InputError("nothing to run", allowed="sets of the ensemble, or seeds")
    tasks: list[tuple[Mapping[str, float], int]] = (
        [(member.parameters, seeds[0]) for member in members] if members else [({}, seed) for seed in seeds]
    )
    futures = [executor.submit(observation, parameters, seed, thin) for parameters, seed in tasks]
    found: list[Observed] = []
    for number, future in enumerate(futures, start=1):
        found.append(future.result())
        on_progress(f"{number} of {len(futures)} runs")
    chosen = every_target() if targets is None else targets
    before = previous_scores() if previous is None else previous
    weights = chosen.weights()
    learnt = learnt_discrepancies(recipe()) if members else {}
    rows = [
        {**_row(target, [one.figures[target.id] for one in found], learnt), "weight": weights[target.id]}
        for target in chosen.values()
    ]
    table = pd.concat([pd.DataFrame(rows), rival_columns(list(chosen.values()))], axis=1)
    table["previous"] = [before.get(name, float("nan")) for name in table["id"]]
    table["bin"] = pd.Categorical(table["bin"], BINS)
    table = table.sort_values(["bin", "score"], ascending=[True, False], kind="stable", ignore_index=True)
    table["bin"] = table["bin"].astype(str)
    series = [one.series.assign(run=number) for number, one in enumerate(found, start=1)]
    return Validation(table, len(tasks), SETS if members else "seeds", pd.concat(series, ignore_index=True))


def previous_scores(path: str | PathLike[str] | None = None) -> dict[str, float]:
    """Return the scores of another scorecard by a figure's id: the table of ``--csv``, or that of the release before.

    Raises
    ------
    InputError
        If the file cannot be read or has no ids and scores.

    Examples
    --------
    >>> "sc_match_rate" in previous_scores()
    True
    """
    wanted = PREVIOUS if path is None else Path(path)
    try:
        table = pd.read_csv(wanted, dtype={"id": str})
        return dict(zip(table["id"], table["score"].astype(float), strict=True))
    except FileNotFoundError:
        raise InputError("no such file", file=wanted) from None
    except (KeyError, ValueError, pd.errors.ParserError):
        raise InputError("not a scorecard", file=wanted, allowed="a table with the columns id and score") from None


def _row(target: Target, found: Sequence[tuple[float | None, str]], learnt: Mapping[str, float]) -> dict[str, Any]:
    values = np.array([value for value, _ in found if value is not None and np.isfinite(value)])
    forecast = predictive(target, values, learnt)
    middle = Forecast(values).interval[0]
    _, low, high = forecast.interval
    expressible = values.size > 0
    return {
        "bin": target.bin,
        "id": target.id,
        "status": target.status,
        "ahead": target.ahead or "",
        "subject": target.subject,
        "vector": target.vector,
        "measures": target.measures,
        "scope": str(target.scope),
        "published_from": target.start,
        "published_to": target.end,
        "published": target.value,
        "low": target.low,
        "high": target.high,
        "unit": target.unit,
        "simulated": middle,
        "simulated_low": low,
        "simulated_high": high,
        "verdict": target.verdict(middle) if expressible else NOT_YET,
        "share_inside": float(np.mean([target.verdict(float(one)) == INSIDE for one in values]))
        if expressible
        else 0.0,
        "hit": expressible and forecast.hits(target.value),
        "narrow": expressible and forecast.narrow(target.value, target.unit),
        "score": forecast.crps(target.value),
        "interval_score": forecast.interval_score(target.value),
        "funnel": target.funnel,
        "note": found[0][1],
        "citation": target.citation,
    }

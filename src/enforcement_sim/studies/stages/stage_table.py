"""One simulated world under every definition: who counts as "non-criminal", by stage and by definition, in one call.

Reputable sources put the share without a criminal record anywhere between 15% and 77% for the same system, because stage,
period, recording and definition differ. Here the same people are counted at every stage under every definition, with and
without the layer of recording, as means over runs with their intervals. People belong to the programme that found them
first. Published figures beside these cells are laid by :mod:`enforcement_sim.studies.validation.published`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np
import pandas as pd

from enforcement_sim.codes import EVENTS, PROGRAMMES
from enforcement_sim.errors import InputError, nearest_names
from enforcement_sim.law.definitions import load_definitions
from enforcement_sim.law.recording import COUNTED_EVENTS
from enforcement_sim.process.profiles import category_of_profile
from enforcement_sim.results.intervals import mean_and_interval
from enforcement_sim.results.result import Result
from enforcement_sim.studies.validation.recorded import as_recorded, recorded_shares
from enforcement_sim.studies.validation.targets import Scope
from enforcement_sim.studies.validation.window import Window, fips_of, overlap, period_of

__all__ = ["STAGES", "check_asked", "in_headline", "profile_counts", "stage_cells", "stage_mix", "stage_table"]

STAGES = (
    "matched",
    "interviewed",
    "identified",
    "detainer_issued",
    "held",
    "ice_custody",
    "charged",
    "removed",
    "returned",
)
"""The stages shown unless others are asked for; any event from ``matched`` on may be."""

EVERY_STAGE = "all"
"""In place of a list of stages: every event that the ledger counts by profile."""


@cache
def in_headline(definition: str) -> np.ndarray:
    """Return which profiles a definition's source adds up as non-criminal, bool, shape (profiles,).

    Examples
    --------
    >>> ever, current = in_headline("no-conviction-ever"), in_headline("no-conviction-current")
    >>> bool((current | ~ever).all()), int(ever.sum()) < int(current.sum())
    (True, True)
    """
    chosen = load_definitions()[definition]
    positions = [chosen.all_categories.index(name) for name in chosen.non_criminal]
    return np.asarray(np.isin(category_of_profile(definition), positions))


@dataclass(frozen=True)
class _Asked:
    """What is asked of runs, checked."""

    stages: tuple[str, ...]
    definitions: tuple[str, ...]
    counts: tuple[np.ndarray, ...]
    """One a run: people by stage and profile."""

    def counted(self, recording: str | float | None) -> Iterator[tuple[str, np.ndarray]]:
        """Yield each definition with people by run, stage and profile, as that definition's file showed them."""
        whole = np.stack(self.counts)
        known: dict[object, np.ndarray] = {}
        for name in self.definitions:
            own = _recording_of(name, recording)
            if own not in known:
                known[own] = as_recorded(whole, recorded_shares(own, self.stages))
            yield name, known[own]


def _recording_of(definition: str, recording: str | float | None) -> str | float | None:
    """Return the recording under which a definition is counted.

    What it says of its own file stands, at the end of the range that is asked for: a record cannot be lost twice.
    """
    own = load_definitions()[definition].recording
    if own is None:
        return recording
    _, colon, end = str(recording).partition(":")
    return f"{own}{colon}{end}"


def profile_counts(
    result: Result,
    programme: str | None = None,
    scope: Scope | None = None,
    start: date | None = None,
    end: date | None = None,
) -> np.ndarray:
    """Count a run's people by event and profile, int64, shape (events, profiles), multiplied back if thinned.

    Parameters
    ----------
    result
        One run.
    programme
        The programme that found the person first; ``None`` for all people.
    scope
        The nation or states, all of which were run; ``None`` for every place of the run.
    start, end
        First and last day, cut to the run's period and widened to whole months; ``None`` for the run's own.

    Raises
    ------
    InputError
        If there is no such programme, the run does not cover the scope or any of the days, or counties are asked for.
    """
    _check_programme(programme)
    first, last = period_of(result)
    days = overlap(start or first, end or last, result)
    if days is None:
        raise InputError(f"the run covers {first} to {last} and no day of {start or first} to {end or last}")
    if scope is not None:
        if scope.kind == "counties":
            raise InputError("profiles are counted by area, not by county", key="scope", allowed="the nation or states")
        if not np.isin(fips_of(scope), result.meta["counties"]).all():
            raise InputError(f"the run does not cover {scope}", key="scope")
    return Window(result, *days, scope or Scope("nation")).by_profile(programme)


def stage_cells(
    results: Sequence[Result],
    programme: str | None = None,
    scope: Scope | None = None,
    start: date | None = None,
    end: date | None = None,
    recording: str | float | None = None,
    stages: Sequence[str] | str = STAGES,
    definitions: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Return :func:`stage_table` in long form: a row for each stage and definition.

    Returns
    -------
    DataFrame
        Columns ``stage``, ``definition``, ``people`` (mean over runs), ``runs`` (those with anybody at the stage),
        ``share``, ``low``, ``high``, and with a recording ``recorded``, ``recorded_low``, ``recorded_high``.
    """
    asked = _asked(results, programme, scope, start, end, stages, definitions)
    thinned = dict(asked.counted(recording)) if recording is not None else {}
    rows = []
    for name, counts in asked.counted(None):
        headline = in_headline(name)
        for position, stage in enumerate(asked.stages):
            people = counts[:, position].sum(axis=1)
            shares = _shares(counts[:, position], headline)
            row = {"stage": stage, "definition": name, "people": float(people.mean()), "runs": len(shares)}
            row |= dict(zip(("share", "low", "high"), mean_and_interval(shares), strict=True))
            if thinned:
                found = mean_and_interval(_shares(thinned[name][:, position], headline))
                row |= dict(zip(("recorded", "recorded_low", "recorded_high"), found, strict=True))
            rows.append(row)
    return pd.DataFrame(rows)


def stage_table(
    results: Sequence[Result],
    programme: str | None = None,
    scope: Scope | None = None,
    start: date | None = None,
    end: date | None = None,
    recording: str | float | None = None,
    stages: Sequence[str] | str = STAGES,
    definitions: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Return the share non-criminal at every stage under every definition.

    Parameters
    ----------
    results
        Runs of one scenario and period under different seeds.
    programme, scope, start, end
        See :func:`profile_counts`.
    recording
        ``None``: what a definition says of its own file, and the whole record where it says nothing. Otherwise the layer of
        recording is laid over the other definitions too, beside the first numbers; see
        :func:`~enforcement_sim.studies.validation.recorded.recorded_shares`.
    stages
        Events from ``matched`` on, or ``all``.
    definitions
        All shipped ones unless some are named.

    Returns
    -------
    DataFrame
        Rows are stages. Columns have two levels: the definition, and ``share``, ``low``, ``high`` (mean over runs and its 95%
        interval, Student's t; one run has none) and, with a recording, ``recorded``, ``recorded_low``, ``recorded_high``.
        Not a number where nobody reached the stage.

    Raises
    ------
    InputError
        If there are no results, or something is asked for that does not exist or was not run.

    Examples
    --------
    >>> from enforcement_sim import load_scenario, run
    >>> scenario = load_scenario("baseline").with_(**{
    ...     "scope": {"counties": ["10003"]}, "period.start": "2012-01-01", "period.end": "2012-02-29"})
    >>> table = stage_table([run(scenario, seed=1)], stages=["matched"], recording="at_issue")
    >>> plain = table.loc["matched", "no-conviction-ever"]
    >>> bool(plain["share"] < plain["recorded"])
    True
    """
    cells = stage_cells(results, programme, scope, start, end, recording, stages, definitions)
    values = [column for column in cells.columns if column not in ("stage", "definition", "people", "runs")]
    wide = cells.pivot(index="stage", columns="definition", values=values).swaplevel(axis=1)
    order = [(name, value) for name in dict.fromkeys(cells["definition"]) for value in values]
    return wide.reindex(index=list(dict.fromkeys(cells["stage"])), columns=pd.MultiIndex.from_tuples(order))


def stage_mix(
    results: Sequence[Result],
    programme: str | None = None,
    scope: Scope | None = None,
    start: date | None = None,
    end: date | None = None,
    recording: str | float | None = None,
    stages: Sequence[str] | str = STAGES,
    definitions: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Return the whole mix of categories at every stage under every definition.

    Parameters are those of :func:`stage_table`; with a recording, the mix is the one that the file showed.

    Returns
    -------
    DataFrame
        Columns ``stage``, ``definition``, ``category``, ``non_criminal`` (whether the source adds it to its headline),
        ``people`` (mean over runs), ``runs``, ``share``, ``low``, ``high``.
    """
    asked = _asked(results, programme, scope, start, end, stages, definitions)
    rows = []
    for name, counts in asked.counted(recording):
        chosen, codes = load_definitions()[name], category_of_profile(name)
        for position, stage in enumerate(asked.stages):
            here = counts[:, position]
            for number, category in enumerate(chosen.all_categories):
                inside = codes == number
                shares = _shares(here, inside)
                row = {
                    "stage": stage,
                    "definition": name,
                    "category": category,
                    "non_criminal": category in chosen.non_criminal,
                    "people": float(here[:, inside].sum(axis=1).mean()),
                    "runs": len(shares),
                }
                rows.append(row | dict(zip(("share", "low", "high"), mean_and_interval(shares), strict=True)))
    return pd.DataFrame(rows)


def check_asked(programme: str | None, recording: str | float | None, stages: Sequence[str] | str) -> None:
    """Refuse what cannot be asked of any run, before one is made.

    Raises
    ------
    InputError
        If there is no such programme, recording or stage.
    """
    _check_programme(programme)
    recorded_shares(recording, _stages(stages))


def _check_programme(programme: str | None) -> None:
    if programme is not None and programme not in PROGRAMMES:
        nearest = nearest_names(programme, PROGRAMMES)
        raise InputError(f"unknown programme {programme!r}", key="programme", allowed=PROGRAMMES, nearest=nearest)


def _stages(stages: Sequence[str] | str) -> tuple[str, ...]:
    """Return the stages meant, each of which the ledger counts by profile."""
    wanted = COUNTED_EVENTS if stages == EVERY_STAGE else (stages,) if isinstance(stages, str) else tuple(stages)
    for stage in wanted:
        if stage not in COUNTED_EVENTS:
            nearest = nearest_names(stage, COUNTED_EVENTS)
            raise InputError(f"unknown stage {stage!r}", key="stages", allowed=COUNTED_EVENTS, nearest=nearest)
    return wanted


def _shares(counts: np.ndarray, inside: np.ndarray) -> list[float]:
    """Return the share of people inside, one a run in which there is anybody; counts of shape (runs, profiles)."""
    people = counts.sum(axis=1)
    some = people > 0
    return [float(share) for share in counts[some][:, inside].sum(axis=1) / people[some]]


def _asked(
    results: Sequence[Result],
    programme: str | None,
    scope: Scope | None,
    start: date | None,
    end: date | None,
    stages: Sequence[str] | str,
    definitions: Sequence[str] | None,
) -> _Asked:
    """Check what is asked for and count."""
    if not results:
        raise InputError("no results to count in")
    if len({period_of(result) for result in results}) > 1:
        raise InputError("the runs are not of one period", key="results")
    wanted = _stages(stages)
    shipped = load_definitions()
    names = tuple(shipped) if definitions is None else tuple(definitions)
    for name in names:
        if name not in shipped:
            nearest = nearest_names(name, shipped)
            raise InputError(f"unknown definition {name!r}", key="definitions", allowed=tuple(shipped), nearest=nearest)
    rows = [EVENTS.index(stage) for stage in wanted]
    counts = tuple(profile_counts(result, programme, scope, start, end)[rows] for result in results)
    return _Asked(wanted, names, counts)

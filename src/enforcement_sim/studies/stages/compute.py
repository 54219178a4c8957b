"""The share counted as "non-criminal" in the same runs, by stage and by definition.

Published shares without a criminal record range from 15% to 77% for the same system, because stage, period, recording and
definition differ. Here the same people are counted at every stage under every definition, as means over runs with
intervals. People belong to the programme that found them first.

Record completeness can be applied to any definition (:mod:`~enforcement_sim.studies.stages.record_completeness`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import TypedDict, Unpack

import numpy as np
import pandas as pd

from enforcement_sim.codes import PROGRAMMES
from enforcement_sim.errors import InputError, nearest_names
from enforcement_sim.law.definitions import load_definitions
from enforcement_sim.law.recording import COUNTED_EVENTS
from enforcement_sim.results.dimensions import category_of_profile
from enforcement_sim.results.intervals import mean_and_interval
from enforcement_sim.results.result import Result
from enforcement_sim.studies.stages.record_completeness import as_recorded, recorded_shares
from enforcement_sim.studies.validation.period import ObservedPeriod, covers, overlap, period_of
from enforcement_sim.studies.validation.targets import Scope

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
"""Default stages; any event from ``matched`` on is allowed."""

EVERY_STAGE = "all"
"""Instead of a list of stages: every event that is counted by profile."""


class People(TypedDict, total=False):
    """The people counted: by default everybody in the runs.

    ``programme``: the programme that found the person first. ``scope``: states, all of which were run. ``start``, ``end``:
    first and last day, cut to the run's period and widened to whole months.
    """

    programme: str | None
    scope: Scope | None
    start: date | None
    end: date | None


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


# ---- tables -----------------------------------------------------------------------------------------------------------


def stage_table(
    results: Sequence[Result],
    recording: str | float | None = None,
    stages: Sequence[str] | str = STAGES,
    definitions: Sequence[str] | None = None,
    **people: Unpack[People],
) -> pd.DataFrame:
    """Return the share non-criminal at every stage under every definition.

    Parameters
    ----------
    results : sequence of Result
        Runs of one scenario and period under different seeds.
    recording : str or float, optional
        Share of the record that is complete, 0 to 1, or its name. Unless given, what a definition says of its own file,
        and the whole record where it says nothing. Otherwise the record completeness is applied to the other definitions
        too, beside the first numbers; see :func:`~enforcement_sim.studies.stages.record_completeness.recorded_shares`.
    stages : sequence of str
        Events from ``matched`` on, or ``all``.
    definitions : sequence of str, optional
        All shipped ones unless some are named.
    **people
        See :class:`People`.

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
    cells = stage_cells(results, recording, stages, definitions, **people)
    values = [column for column in cells.columns if column not in ("stage", "definition", "people", "runs")]
    wide = cells.pivot(index="stage", columns="definition", values=values).swaplevel(axis=1)
    order = [(name, value) for name in dict.fromkeys(cells["definition"]) for value in values]
    return wide.reindex(index=list(dict.fromkeys(cells["stage"])), columns=pd.MultiIndex.from_tuples(order))


def stage_cells(
    results: Sequence[Result],
    recording: str | float | None = None,
    stages: Sequence[str] | str = STAGES,
    definitions: Sequence[str] | None = None,
    **people: Unpack[People],
) -> pd.DataFrame:
    """Return :func:`stage_table` in long form: a row for each stage and definition.

    Returns
    -------
    DataFrame
        Columns ``stage``, ``definition``, ``people`` (mean over runs), ``runs`` (those with anybody at the stage),
        ``share``, ``low``, ``high``, and with a recording ``recorded``, ``recorded_low``, ``recorded_high``.
    """
    wanted, names, counts = _counted(results, stages, definitions, people)
    rows = []
    for name in names:
        headline = in_headline(name)
        plain = _as_defined(counts, name, None, wanted)
        thinned = _as_defined(counts, name, recording, wanted)
        for position, stage in enumerate(wanted):
            shares = _shares(plain[:, position], headline)
            row = {"stage": stage, "definition": name, "people": _mean(plain[:, position]), "runs": len(shares)}
            row |= dict(zip(("share", "low", "high"), mean_and_interval(shares), strict=True))
            if recording is not None:
                found = mean_and_interval(_shares(thinned[:, position], headline))
                row |= dict(zip(("recorded", "recorded_low", "recorded_high"), found, strict=True))
            rows.append(row)
    return pd.DataFrame(rows)


def stage_mix(
    results: Sequence[Result],
    recording: str | float | None = None,
    stages: Sequence[str] | str = STAGES,
    definitions: Sequence[str] | None = None,
    **people: Unpack[People],
) -> pd.DataFrame:
    """Return the whole mix of categories at every stage under every definition.

    Parameters are those of :func:`stage_table`; with a recording, the mix is the one that the file showed.

    Returns
    -------
    DataFrame
        Columns ``stage``, ``definition``, ``category``, ``non_criminal`` (whether the source adds it to its headline),
        ``people`` (mean over runs), ``runs``, ``share``, ``low``, ``high``.
    """
    wanted, names, counts = _counted(results, stages, definitions, people)
    rows = []
    for name in names:
        chosen, codes = load_definitions()[name], category_of_profile(name)
        recorded = _as_defined(counts, name, recording, wanted)
        for position, stage in enumerate(wanted):
            here = recorded[:, position]
            for number, category in enumerate(chosen.all_categories):
                inside = codes == number
                shares = _shares(here, inside)
                row = {
                    "stage": stage,
                    "definition": name,
                    "category": category,
                    "non_criminal": category in chosen.non_criminal,
                    "people": _mean(here[:, inside]),
                    "runs": len(shares),
                }
                rows.append(row | dict(zip(("share", "low", "high"), mean_and_interval(shares), strict=True)))
    return pd.DataFrame(rows)


def check_asked(programme: str | None, recording: str | float | None, stages: Sequence[str] | str) -> None:
    """Raise an error for settings that are invalid for any run, before one is made.

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


def _mean(counts: np.ndarray) -> float:
    """Return the people of all profiles, mean over runs; counts of shape (runs, profiles)."""
    return float(counts.sum(axis=1).mean())


def _shares(counts: np.ndarray, inside: np.ndarray) -> list[float]:
    """Return the share of people inside, one a run in which there is anybody; counts of shape (runs, profiles)."""
    people = counts.sum(axis=1)
    some = people > 0
    return [float(share) for share in counts[some][:, inside].sum(axis=1) / people[some]]


def _counted(
    results: Sequence[Result], stages: Sequence[str] | str, definitions: Sequence[str] | None, people: People
) -> tuple[tuple[str, ...], tuple[str, ...], np.ndarray]:
    """Check what is asked for, and count: stages, definitions, and people by run, stage and profile."""
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
    return wanted, names, np.stack([_by_profile(result, wanted, **people) for result in results])


def _by_profile(
    result: Result,
    stages: Sequence[str],
    programme: str | None = None,
    scope: Scope | None = None,
    start: date | None = None,
    end: date | None = None,
) -> np.ndarray:
    """Count a run's people by stage and profile, int64, scaled up if thinned."""
    _check_programme(programme)
    first, last = period_of(result)
    days = overlap(start or first, end or last, result)
    if days is None:
        raise InputError(f"the run covers {first} to {last} and no day of {start or first} to {end or last}")
    if scope is not None:
        if scope.kind == "counties":
            raise InputError("profiles are counted by area, not by county", key="scope", allowed="the nation or states")
        if not covers(result, scope):
            raise InputError(f"the run does not cover {scope}", key="scope")
    return ObservedPeriod(result, *days, scope or Scope("nation")).by_profile(stages, programme)


def _as_defined(
    counts: np.ndarray, definition: str, recording: str | float | None, stages: Sequence[str]
) -> np.ndarray:
    """Return people by run, stage and profile, as a definition's file showed them.

    What a definition says of its own file stands, at the end of the range that is asked for: a record cannot be lost twice.
    """
    own = load_definitions()[definition].recording
    if own is not None:
        _, colon, end = str(recording).partition(":")
        recording = f"{own}{colon}{end}"
    return counts if recording is None else as_recorded(counts, recorded_shares(recording, stages))

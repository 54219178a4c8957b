"""The share counted as "non-criminal" in the same runs, by stage and by definition.

Published shares without a criminal record range from 15% to 77% for the same system, because stage, period, recording and
definition differ. Here the same people are counted at every stage under every definition, as means over runs with
intervals. People belong to the programme that found them first.

Record completeness can be applied to any definition: of the people with a conviction, now or before, a share had one in
the file; the others are counted as the same person booked on the same charge without any. These are expected counts;
nothing is drawn. The share at each moment is data (:mod:`enforcement_sim.law.recording`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import TypedDict, Unpack

import numpy as np
import pandas as pd

from enforcement_sim.codes import OFFENCES, PRIOR_RECORDS, PROGRAMMES, STATUS_GROUPS
from enforcement_sim.errors import InputError, nearest_names
from enforcement_sim.law.definitions import load_definitions
from enforcement_sim.law.recording import COUNTED_EVENTS, load_recording
from enforcement_sim.process.counts import CONVICTED_STATES, GRADES, PROFILES, profile_parts
from enforcement_sim.results.dimensions import category_of_profile
from enforcement_sim.results.intervals import mean_and_interval
from enforcement_sim.results.result import Result
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
        too, beside the first numbers; see :func:`recorded_shares`.
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


# ---- record completeness ----------------------------------------------------------------------------------------------

BY_STAGE = "by_stage"
"""The recording in which every stage is counted at its own moment."""

ENDS = ("low", "high")
"""The ends of a moment's range, as suffixes of its name: ``at_issue:low``."""

_SHAPE = (len(OFFENCES), GRADES, CONVICTED_STATES, len(PRIOR_RECORDS), len(STATUS_GROUPS))


@cache
def without_convictions() -> np.ndarray:
    """Return for every profile the profile of the same person without any conviction, int64, shape (profiles,).

    Offence class, grade and status group stay: the booking itself reports the charge.

    Examples
    --------
    >>> unconvicted = without_convictions()
    >>> bool((unconvicted[unconvicted] == unconvicted).all())
    True
    """
    offence, felony, _, _, group = profile_parts(np.arange(PROFILES))
    nothing = np.zeros(PROFILES, np.int64)
    return np.asarray(np.ravel_multi_index((offence, felony, nothing, nothing, group), _SHAPE), np.int64)


def recorded_shares(recording: str | float | None, stages: Sequence[str]) -> np.ndarray:
    """Return what share of convictions was in the file at each stage, float64, shape (stages,).

    Parameters
    ----------
    recording
        ``None`` for all of them, a share from 0 to 1 for every stage alike, the name of a moment for every stage alike
        (``at_issue``: how people who got as far were known when the detainer was issued), or ``by_stage`` for each stage at
        its own moment. Behind a name, ``:low`` or ``:high`` takes that end of the range.
    stages
        Events from ``matched`` on.

    Raises
    ------
    InputError
        If there is no such moment or end, or the share is not between 0 and 1.

    Examples
    --------
    >>> recorded_shares("by_stage", ["detainer_issued", "removed"]).tolist()
    [0.45, 0.95]
    >>> recorded_shares("at_issue:low", ["removed"]).tolist()
    [0.25]
    """
    if recording is None:
        return np.ones(len(stages))
    if isinstance(recording, (int, float)):
        if not 0 <= recording <= 1:
            raise InputError(f"{recording:g} is not a share", key="recording", allowed="0 to 1")
        return np.full(len(stages), float(recording))
    name, _, end = recording.partition(":")
    moments = load_recording()
    known = (*moments, BY_STAGE)
    if name not in known:
        nearest = nearest_names(name, known)
        raise InputError(f"unknown recording {name!r}", key="recording", allowed=known, nearest=nearest)
    if end and end not in ENDS:
        raise InputError(
            f"unknown end {end!r} of a range", key="recording", allowed=ENDS, nearest=nearest_names(end, ENDS)
        )
    value = end or "share"
    if name != BY_STAGE:
        return np.full(len(stages), getattr(moments[name], value))
    of_stage = {stage: getattr(moment, value) for moment in moments.values() for stage in moment.stages}
    return np.array([of_stage[stage] for stage in stages])


def as_recorded(counts: np.ndarray, recorded: float | np.ndarray) -> np.ndarray:
    """Return expected counts by profile as the file showed people, float64, of the shape of ``counts``.

    Parameters
    ----------
    counts
        Any shape that ends in (profiles,).
    recorded
        Share of convictions in the file, 0 to 1; a number, or an array of the shape of ``counts`` without the last axis.

    Examples
    --------
    >>> counts = np.zeros(PROFILES)
    >>> convicted = int(np.flatnonzero(without_convictions() != np.arange(PROFILES))[0])
    >>> counts[convicted] = 10.0
    >>> thinned = as_recorded(counts, 0.6)
    >>> float(thinned[convicted]), float(thinned.sum())
    (6.0, 10.0)
    """
    unconvicted = without_convictions()
    share = np.asarray(recorded, float)[..., np.newaxis]
    has_one = unconvicted != np.arange(PROFILES)
    kept = counts * np.where(has_one, share, 1.0)
    lost = counts - kept
    thinned = np.ascontiguousarray(kept)
    by_profile = np.moveaxis(thinned, -1, 0)  # a view: what is added to it is added to the counts
    np.add.at(by_profile, unconvicted[has_one], np.moveaxis(lost, -1, 0)[has_one])
    return thinned

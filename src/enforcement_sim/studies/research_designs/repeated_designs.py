"""The designs of a study of offences that can be estimated in many worlds at once, each with its layout.

Least squares with effects of counties, and of periods or of each state's periods, with or without trends of counties or states,
on counties or on border pairs; or with effects of each border pair and period. The county file is annual, so on it a design by
month or quarter is run by year.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from enforcement_sim.errors import InputError
from enforcement_sim.studies.records.ucr_files import COUNTY
from enforcement_sim.studies.research_designs.imported_offences import months_of
from enforcement_sim.studies.research_designs.observations import FREQUENCIES, PER, in_pairs, rows_of
from enforcement_sim.studies.research_designs.repeated_estimates import Layout, Matrix
from enforcement_sim.studies.research_designs.repeated_offences import Cells
from enforcement_sim.studies.research_designs.study_file import Study
from enforcement_sim.studies.research_designs.study_parts import Design

DATES_SEED = 1
"""Of the states that delayed Secure Communities: the same dates in every world."""
BY_STATE, BY_PAIR = "state^period", "pair^period"
FEWEST_PERIODS = 3


@dataclass(frozen=True)
class RepeatedSample:
    """A study's sample on the file of one recorder, and its designs there by name; ``by`` is the length of a period."""

    by: str
    cells: Cells
    population: Matrix
    form: str
    designs: dict[str, Layout]

    def outcome(self, counts: Matrix) -> Matrix:
        """Return counts in the outcome's form; not a number where there is none."""
        if self.form == "log":
            return np.log(counts, out=np.full(counts.shape, np.nan), where=counts > 0)
        return PER * counts / self.population[:, np.newaxis] if self.form == "per_100000" else counts


def repeatable(study: Study) -> dict[str, Design]:
    """Return the designs that can be repeated, by name; those that differ by the recorder alone are one.

    Raises
    ------
    InputError
        If there is none.

    Examples
    --------
    >>> from enforcement_sim.studies.research_designs.shipped_studies import load_study
    >>> list(repeatable(load_study("miles-cox-2014")))
    ['as published', 'without-trends']
    """
    if not study.of_offences:
        raise InputError(
            "false positives are counted in worlds of imported offences", key="outcome", allowed="a study of offences"
        )
    found: dict[str, Design] = {}
    for name, design in study.designs().items():
        same = design.model_copy(update={"recorder": study.design.recorder})
        if _can_be_repeated(study, design) and same not in found.values():
            found[name] = same
    if not found:
        raise InputError(
            "no design of the study can be repeated in many worlds",
            key="design",
            allowed="twfe or border-pairs of counties, fixed_effects: [county, period], [county, state^period] or, "
            "without trends, [county, pair^period], no controls, cluster: county or state",
        )
    return found


def _can_be_repeated(study: Study, design: Design) -> bool:
    return (
        study.sample.unit == "county"
        and study.treatment.times is None
        and not study.treatment.through
        and design.estimator in ("twfe", "border-pairs")
        and _has_layout(design)
        and not design.controls
        and design.cluster in ("county", "state")
    )


def _has_layout(design: Design) -> bool:
    """Return whether the effects and trends of a design can be removed at once."""
    effects = set(design.fixed_effects)
    if design.trends == "state":
        return effects == {"county", "period"}
    pairs = [{"county", BY_PAIR}] if design.estimator == "border-pairs" and design.trends == "none" else []
    return effects in ({"county", "period"}, {"county", BY_STATE}, *pairs)


def repeated_sample(study: Study, recorder: str) -> RepeatedSample | None:
    """Return a study's sample on a recorder's file; None where the county file has too few whole years of it."""
    months = months_of(study, DATES_SEED)
    if recorder == COUNTY:
        annual = _by_year(study)
        if annual is None:
            return None
        study = annual
    rows = rows_of(months.assign(**dict.fromkeys(study.outcome.offences, 1)), study)
    units = rows["unit"].drop_duplicates().to_numpy()
    every = months["county"].drop_duplicates()
    first = rows[rows["period"] == 1]
    cells = Cells(pd.Index(every).get_indexer(units), _first_months(months["period"].drop_duplicates(), study))
    treated = rows["treated"].to_numpy().reshape(units.size, -1)
    state = pd.factorize(first["state"])[0].astype(np.int64)
    layouts = {
        name: Layout(
            treated,
            first["weight"].to_numpy() if design.weights == "population" else np.ones(units.size),
            _pairs(rows, units) if design.estimator == "border-pairs" else None,
            state if BY_STATE in design.fixed_effects else np.zeros_like(state),
            state if design.cluster == "state" else np.arange(units.size),
            design.trends == "county",
            state if design.trends == "state" else None,
            BY_PAIR in design.fixed_effects,
        )
        for name, design in repeatable(study).items()
    }
    return RepeatedSample(study.sample.by, cells, first["population"].to_numpy(float), study.outcome.form, layouts)


def _by_year(study: Study) -> Study | None:
    """Return a study by whole calendar years; None if they are too few."""
    sample = study.sample
    first = sample.start.year + ((sample.start.month, sample.start.day) != (1, 1))
    last = sample.end.year - ((sample.end.month, sample.end.day) != (12, 31))
    if last - first + 1 < FEWEST_PERIODS:
        return None
    days = {"by": "year", "start": date(first, 1, 1), "end": date(last, 12, 31)}
    return study.model_copy(update={"sample": sample.model_copy(update=days)})


def _first_months(months: pd.Series[pd.Timestamp], study: Study) -> np.ndarray:
    periods = pd.PeriodIndex(months, freq="M").asfreq(FREQUENCIES[study.sample.by]).asi8
    return np.flatnonzero(np.diff(periods, prepend=periods[0] - 1))


def _pairs(rows: pd.DataFrame, units: np.ndarray) -> np.ndarray:
    paired = in_pairs(rows)["pair"].drop_duplicates().str.split("-", expand=True)
    return np.stack([pd.Index(units).get_indexer(paired[side]) for side in (0, 1)], axis=1)

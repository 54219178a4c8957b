"""The results of a study in files: its tables, what their columns mean, and what made them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import pandas as pd

from enforcement_sim.results.data_dictionary import HEADINGS
from enforcement_sim.runs.atomic_files import readable_json, write_atomic
from enforcement_sim.studies.research_designs.power_tables import power_as_data
from enforcement_sim.studies.research_designs.result_folder import ABOUT, made_from
from enforcement_sim.studies.research_designs.result_tables import worlds_without_effect
from enforcement_sim.studies.research_designs.short_answers import answers_to_effects
from enforcement_sim.studies.research_designs.study_columns import (
    CURVE_COLUMNS,
    DESIGNS,
    ESTIMATES,
    FIGURE,
    FIGURE_COLUMNS,
    POWER,
    POWER_CURVE,
    designs_as_data,
    meaning,
    published_as_data,
)
from enforcement_sim.studies.research_designs.study_file import Study
from enforcement_sim.studies.research_designs.study_tables import Results, caption
from enforcement_sim.tables.csv_text import csv_text

COLUMNS = "columns.csv"
DIGITS = 6
"""Significant digits of numbers in files."""


def listed_studies(studies: Iterable[Study]) -> pd.DataFrame:
    """Return a row for each study and design: what it is and what was published, as data.

    Examples
    --------
    >>> from enforcement_sim.studies.research_designs.shipped_studies import load_study
    >>> listed_studies([load_study("miles-cox-2014")])[["design", "published"]].values.tolist()[:2]
    [['as published', 0.0], ['without-trends', -0.04]]
    """
    rows = []
    for study in studies:
        for name, design in study.designs().items():
            about = {"study": study.name, "title": study.title, "design": name, "estimator": design.estimator}
            about |= {"recorder": design.recorder, "outcome_is": study.outcome.outcome_is, "status": study.status}
            rows.append(about | published_as_data(study.published_of(name)))
    return pd.DataFrame(rows)


def estimates_as_data(results: Sequence[Results]) -> pd.DataFrame:
    """Return the estimates of every world, with the effect that is put into it."""
    of_effects = [
        one.estimates.assign(effect_put_in=one.plan.effect) if one.study.of_offences else one.estimates
        for one in results
    ]
    return pd.concat(of_effects, ignore_index=True)


def written_tables(results: Sequence[Results], home: Path) -> tuple[list[Path], bool]:
    """Write a study's results, one for each effect, into a folder, with what their columns mean.

    Returns
    -------
    list of Path
        The files.
    bool
        Whether all of them were there already, the same to the byte.
    """
    home.mkdir(parents=True, exist_ok=True)
    first, plans = results[0], [one.plan for one in results]
    tables = {ESTIMATES: estimates_as_data(results), DESIGNS: designs_as_data(results)}
    if worlds := worlds_without_effect(results):
        tables[POWER] = power_as_data(first.study, worlds, [plan.effect for plan in plans])
    about = {
        **made_from(first.study, first.plan, [plan.effect for plan in plans]),
        "about": caption(first, [plan.effect for plan in plans], "a row for each in every table"),
        "in_short": answers_to_effects(first.study, plans, [one.estimates for one in results]),
    }
    files = {f"{name}.csv": csv_text(table, float_format=f"%.{DIGITS}g").encode() for name, table in tables.items()}
    drawn = {FIGURE: pd.DataFrame(columns=list(FIGURE_COLUMNS))}
    if worlds:
        drawn[POWER_CURVE] = pd.DataFrame(columns=list(CURVE_COLUMNS))
    files |= {COLUMNS: csv_text(columns_of(tables | drawn)).encode(), ABOUT: readable_json(about)}
    same = all((home / name).is_file() and (home / name).read_bytes() == content for name, content in files.items())
    for name, content in files.items():
        write_atomic(home / name, content)
    return [home / name for name in files], same


def figures_in(home: Path, with_power: bool) -> list[Path]:
    """Return the pictures of a study in its folder; nothing if any of them is missing."""
    names = (FIGURE, POWER_CURVE) if with_power else (FIGURE,)
    found = [home / f"{name}.{ending}" for name in names for ending in ("png", "svg", "csv")]
    return found if all(path.is_file() for path in found) else []


def columns_of(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return what every column of some tables is: label, unit and meaning."""
    rows = [
        (table, str(column), *meaning(table, str(column)))
        for table, frame in tables.items()
        for column in frame.columns
    ]
    return pd.DataFrame(rows, columns=list(HEADINGS))

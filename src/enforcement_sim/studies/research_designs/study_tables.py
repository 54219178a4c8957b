"""The results of a study as tables for the screen and for files, and what must be said beside them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from enforcement_sim.results.exported import Exported
from enforcement_sim.runs.atomic_files import readable_json, write_atomic
from enforcement_sim.runs.shown_measures import shortly
from enforcement_sim.studies.research_designs.compute import Plan
from enforcement_sim.studies.research_designs.design_performance import false_positives, performance
from enforcement_sim.studies.research_designs.study_file import Published, Study
from enforcement_sim.tables.csv_text import csv_text
from enforcement_sim.tables.table import Table

if TYPE_CHECKING:
    from xarray import Dataset

    from enforcement_sim.results.data_dictionary import Meanings

ESTIMATES, DESIGNS, FALSE, ABOUT = "estimates.csv", "designs.csv", "false-positives.csv", "about.json"
HEADINGS = (
    "design",
    "published (95%)",
    "simulated (middle 95% of worlds)",
    "truth in the world",
    "bias (95%)",
    "own 95% interval holds the truth",
    "differs from 0 at 5%",
    "fall found in 80%",
)
COLUMNS = {
    "set": ("Set", "number", "of the ensemble, or of the settings of imported offences"),
    "design": ("Design", "name", "as published, or a variant of it"),
    "coefficient": ("Coefficient", "of the design", "what the design finds in one world"),
    "standard_error": ("Standard error", "of the design", "the design's own"),
    "observations": ("Observations", "rows", "that the design used"),
    "truth": ("True effect", "of the design", "in the world, which no author could see"),
    "truth_low": ("True effect, low end", "of the design", "of the middle 95% of worlds"),
    "truth_high": ("True effect, high end", "of the design", "of the middle 95% of worlds"),
    "failure": ("Failure", "text", "why there is no coefficient; empty where there is one"),
    "worlds": ("Worlds", "number", "with an estimate"),
    "failed": ("Failed", "number", "worlds without an estimate"),
    "mean": ("Mean", "of the design", "of the estimates"),
    "low": (
        "Low end",
        "of the design",
        "in estimates the design's own 95% interval; in designs the middle 95% of worlds",
    ),
    "high": (
        "High end",
        "of the design",
        "in estimates the design's own 95% interval; in designs the middle 95% of worlds",
    ),
    "bias": ("Bias", "of the design", "mean of estimate less truth"),
    "bias_half": ("Bias, half interval", "of the design", "half the 95% interval over sets"),
    "coverage": ("Coverage", "share, 0 to 1", "of worlds whose own 95% interval holds the truth"),
    "coverage_low": ("Coverage, low end", "share, 0 to 1", "of its 95% interval"),
    "coverage_high": ("Coverage, high end", "share, 0 to 1", "of its 95% interval"),
    "found": ("Differs from 0 at 5%", "share, 0 to 1", "of worlds"),
    "found_low": ("Differs from 0, low end", "share, 0 to 1", "of its 95% interval"),
    "found_high": ("Differs from 0, high end", "share, 0 to 1", "of its 95% interval"),
    "detectable": ("Fall found in 80%", "of the design", "the smallest fall found in 80% of worlds"),
    "published_place": ("Below the published", "share, 0 to 1", "of the estimates"),
}
"""Columns of the two tables: label, unit and meaning."""


@dataclass(frozen=True)
class Results(Exported):
    """A study that was run.

    Attributes
    ----------
    study : Study
    plan : Plan
    estimates : DataFrame
        A row for each world and design.
    designs : DataFrame
        A row for each design; see :func:`~enforcement_sim.studies.research_designs.design_performance.performance`.
    """

    study: Study
    plan: Plan
    estimates: pd.DataFrame
    designs: pd.DataFrame

    def __repr__(self) -> str:
        """Return the study and its size in one line."""
        return f"Results({self.study.name}: {len(self.designs)} designs, {len(self.estimates)} estimates)"

    def _repr_html_(self) -> str:
        """Show the designs in a notebook, beside what was published of them."""
        return performance_table(self).html()

    def _exported(self) -> dict[str, pd.DataFrame]:
        return {"designs": self.designs, "estimates": self.estimates}

    def _origin(self) -> dict[str, Any]:
        plan, study = self.plan, self.study
        named = {"study": study.name, "title": study.title, "citation": str(study.citation), "status": study.status}
        return named | {"sets": plan.sets, "seeds": plan.replications, "thin": plan.thin, "about": caption(self)}

    def _own_meanings(self) -> Meanings:
        return {(table, column): meaning for table in ("designs", "estimates") for column, meaning in COLUMNS.items()}

    def to_xarray(self) -> Dataset:
        """Return the estimates as arrays over design, set and seed; needs the extra ``data``.

        Returns
        -------
        Dataset
            An array for each column of ``estimates`` that is a number.

        Raises
        ------
        InputError
            If xarray is not installed.
        """
        axes = ["design", "set", "seed"]
        numbers = [name for name in self.estimates.select_dtypes("number").columns if name not in axes]
        return self._labelled(self.estimates[[*axes, *numbers]], axes)


def results_of(study: Study, plan: Plan, estimates: pd.DataFrame) -> Results:
    """Return a study's results from the table of estimates of all worlds."""
    return Results(study, plan, estimates, performance(estimates, study))


def published_in_words(published: Published) -> str:
    """Return a published coefficient with its interval, as text.

    Examples
    --------
    >>> from enforcement_sim.studies.research_designs.shipped_studies import load_study
    >>> published_in_words(load_study("miles-cox-2014").published)
    '0 [-0.009, 0.009]'
    """
    if published.coefficient is None:
        return "in words alone"
    interval = published.interval
    return f"{published.coefficient:.4g}" + ("" if interval is None else f" [{interval[0]:.2g}, {interval[1]:.2g}]")


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
            rows.append(about | _published_as_data(study.published_of(name)))
    return pd.DataFrame(rows)


def designs_with_published(results: Results) -> pd.DataFrame:
    """Return the row of each design over its worlds, with what was published of it, as data."""
    published = [_published_as_data(results.study.published_of(str(name))) for name in results.designs["design"]]
    beside = pd.DataFrame(published, index=results.designs.index)
    return pd.concat([results.designs, beside], axis="columns").assign(study=results.study.name)


def _published_as_data(published: Published | None) -> dict[str, Any]:
    """Return a published coefficient, the ends of its interval and its unit; nothing where nothing was published."""
    if published is None:
        return {"published": math.nan, "published_low": math.nan, "published_high": math.nan, "unit": ""}
    low, high = published.interval or (math.nan, math.nan)
    value = math.nan if published.coefficient is None else published.coefficient
    return {"published": value, "published_low": low, "published_high": high, "unit": published.unit}


def performance_table(results: Results) -> Table:
    """Return the main table: each design over its worlds, beside what was published of it."""
    study = results.study
    rows = tuple(_row(row, study.published_of(str(row["design"]))) for row in results.designs.to_dict("records"))
    return Table(HEADINGS, rows, study.title, caption(results))


def _row(row: Mapping[Any, Any], published: Published | None) -> tuple[str, ...]:
    bias = number(row["bias"])
    if not math.isnan(row["bias_half"]):
        bias += f" \N{PLUS-MINUS SIGN} {number(row['bias_half'])}"
    return (
        str(row["design"]),
        "-" if published is None else published_in_words(published),
        _with_ends(row["mean"], row["low"], row["high"]),
        _with_ends(row["truth"], row["truth_low"], row["truth_high"]),
        bias,
        _share(row["coverage"], row["coverage_low"], row["coverage_high"]),
        _share(row["found"], row["found_low"], row["found_high"]),
        number(row["detectable"]),
    )


def number(value: float) -> str:
    """Return a coefficient as short text; a dash for none.

    Examples
    --------
    >>> number(-0.01234), number(float("nan"))
    ('-0.0123', '-')
    """
    if math.isnan(value):
        return "-"
    return f"{value:.3g}" if abs(value) < 1000 else shortly(value)


def _with_ends(value: float, low: float, high: float) -> str:
    if math.isnan(value):
        return "-"
    return number(value) if low == high else f"{number(value)} [{number(low)}, {number(high)}]"


def _share(value: float, low: float, high: float) -> str:
    return "-" if math.isnan(value) else f"{value:.0%} [{low:.0%}, {high:.0%}]"


def caption(results: Results) -> str:
    """Return what the worlds of a table are."""
    plan, study = results.plan, results.study
    sets = "sets of the settings of imported offences" if study.of_offences else "sets of the ensemble"
    thinned = "" if study.of_offences else f", one booking in {plan.thin} simulated"
    what = (
        f"; what-if: {', '.join(f'{key} = {value}' for key, value in plan.settings.items())}" if plan.settings else ""
    )
    effect = f"; effect put in: {plan.effect:g} log points" if study.of_offences else ""
    return (
        f"Simulated, not a record: {plan.sets} {sets} by {plan.replications} seeds{thinned}{effect}{what}. "
        f"Unit: {study.published.unit}. Published: {study.published.grade}."
    )


def false_positive_table(results: Results) -> Table:
    """Return how often a crime design finds an effect that is not there; without rows where it does not apply."""
    headings = ("design", "worlds", "setting", "half", "finds an effect at 5%", "mean estimate")
    if not results.study.of_offences or results.plan.effect:
        return Table(headings, ())
    rows = []
    for row in false_positives(results.estimates).to_dict("records"):
        share = _share(row["found"], row["found_low"], row["found_high"])
        rows.append((row["design"], str(row["worlds"]), row["setting"], row["half"], share, number(row["mean"])))
    return Table(headings, tuple(rows), "False positives: no effect is in these worlds", grouped=True)


def remarks(results: Results) -> list[str]:
    """Return what a reader must know beside the table."""
    study, designs = results.study, results.designs
    told = [f"Status here: {study.status}. Outcome: {study.outcome.outcome_is}."]
    told += [f"Constructed: {text}" for text in study.constructed]
    told += [f"Missing: {text}" for text in study.cannot]
    told += [
        f"{row['design']}: {row['published_place']:.0%} of the simulated coefficients lie below the published one."
        for row in designs.to_dict("records")
        if not math.isnan(row["published_place"])
    ]
    if study.of_offences:
        told.append(
            "Offences are imported, so this row is a placebo: it tests the design and the roll-out, not enforcement."
        )
    failed = int(designs["failed"].sum())
    if failed:
        first = results.estimates.loc[results.estimates["failure"] != "", "failure"].iloc[0]
        told.append(f"{failed} estimates failed; the first: {first}")
    return told


def written_tables(results: Results, folder: Path) -> list[Path]:
    """Write the estimates of every world, a row for each design, and what they are; return the files."""
    home = folder / results.study.name
    home.mkdir(parents=True, exist_ok=True)
    plan, study = results.plan, results.study
    about = {
        "study": study.model_dump(mode="json"),
        "sets": plan.sets,
        "replications": plan.replications,
        "thin": plan.thin,
        "world": {**plan.settings, "effect": plan.effect},
        "about": caption(results),
    }
    files = {
        ESTIMATES: csv_text(results.estimates).encode(),
        DESIGNS: csv_text(results.designs).encode(),
        ABOUT: readable_json(about),
    }
    if study.of_offences and not plan.effect:
        files[FALSE] = csv_text(false_positives(results.estimates)).encode()
    for name, content in files.items():
        write_atomic(home / name, content)
    return [home / name for name in files]

"""Two pictures of crime designs in worlds without an effect: how often they find one, and what trends do to the coefficient."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, PowerNorm

from enforcement_sim.errors import InputError
from enforcement_sim.plots import frame, style
from enforcement_sim.runs.atomic_files import write_atomic
from enforcement_sim.studies.records.offence_settings import load_offence_settings
from enforcement_sim.studies.research_designs.error_rate_tables import (
    IN_WORDS,
    about,
    along_activation,
    in_order,
    percent,
)
from enforcement_sim.studies.research_designs.error_rates import BY_ACTIVATION, DISPERSION, VARIED, table_columns
from enforcement_sim.studies.research_designs.study_columns import design_in_words
from enforcement_sim.studies.research_designs.study_file import Study
from enforcement_sim.tables.csv_text import csv_text

_COLOURS = LinearSegmentedColormap.from_list("found", ["#f4f7fb", "#9ecae1", "#E69F00", "#882255"])
_ROW_INCHES, _PANEL_INCHES, _HALF, _DARK = 0.27, 0.55, 0.5, 0.45
_NOMINAL = 0.05
RATES, MATRIX, TRENDS = "false-positives.csv", "false-positives-matrix", "trends"
"""Names of the files: the table, and the pictures without their endings."""


@frame.styled
def false_positives(rates: pd.DataFrame, studies: Sequence[Study]) -> frame.Plot:
    """Draw how often each design finds an effect that is not there: settings as columns, designs and records as rows.

    Returns
    -------
    Plot
        A Matplotlib figure; its ``numbers`` are the rates.

    Examples
    --------
    >>> from enforcement_sim.studies.research_designs.error_rates import full_grid
    >>> from enforcement_sim.studies.research_designs.shipped_studies import load_study
    >>> study = load_study("miles-cox-2014")
    >>> rows = [{"study": study.name, "design": "as published", "recorder": "as-counted", "by": "month", "found": 0.05,
    ...     "worlds": 200, **setting} for setting in full_grid()]
    >>> figure = false_positives(pd.DataFrame(rows), [study])
    >>> sum(text.get_text() == "5" for text in figure.axes[0].texts)  # a cell each for trends by dispersion
    15
    """
    known, columns = load_offence_settings(), table_columns()
    lines = [len(in_order(rates[rates["study"] == one.name])) for one in studies]
    figure = frame.framed(
        (frame.WIDTH, sum(lines) * _ROW_INCHES + len(studies) * _PANEL_INCHES + 0.5),
        f"How often a crime design finds an effect that is not there, where {percent(_NOMINAL)} is meant",
        "Share of worlds without an effect whose 95% interval leaves out zero. Columns: trends of counties, and under each the "
        f"dispersion of counts ({_three(known[DISPERSION])}).",
        about(rates),
        0,
        rates,
    )
    axes = figure.subplots(len(studies), 1, sharex=True, squeeze=False, gridspec_kw={"height_ratios": lines})[:, 0]
    for place, (one, panel) in enumerate(zip(studies, axes, strict=True)):
        _matrix(panel, rates[rates["study"] == one.name], columns)
        frame.heading(
            panel, f"{one.citation.authors} ({one.citation.year}): {one.title}", pad=34 if place == 0 else None
        )
    _heads(axes[0], columns)
    return figure


def _three(setting: object) -> str:
    return ", ".join(f"{getattr(setting, name):g}" for name in ("low", "value", "high"))


def _matrix(axes: Axes, rates: pd.DataFrame, columns: Sequence[tuple[float, float, float]]) -> None:
    table = rates.set_index(["design", "recorder", *VARIED])["found"]
    rows = in_order(rates)
    values = np.array([[float(table.loc[(*row, *column)]) for column in columns] for row in rows])
    scale = PowerNorm(_HALF, 0.0, 1.0)
    axes.pcolormesh(values, cmap=_COLOURS, norm=scale, edgecolor="white", linewidth=1.5)
    for (row, column), value in np.ndenumerate(values):
        colour = "white" if value > _DARK else style.INK
        says = f"{100 * value:.0f}"
        axes.text(column + _HALF, row + _HALF, says, ha="center", va="center", color=colour, size=8.5)
    names = [f"{design.replace('-', ' ')}: {IN_WORDS[recorder]}" for design, recorder in rows]
    axes.set_yticks(np.arange(len(rows)) + _HALF, names)
    axes.set_xticks([])
    axes.tick_params(length=0)
    axes.invert_yaxis()
    axes.grid(False)
    axes.spines[:].set_visible(False)
    for edge in range(3, len(columns), 3):
        axes.axvline(edge, color=style.QUIET, linewidth=1.0)


def _heads(axes: Axes, columns: Sequence[tuple[float, float, float]]) -> None:
    """Label the groups of columns by their trends, and each column by its dispersion, above the first panel."""
    for first in range(0, len(columns), 3):
        spread, early, _ = columns[first]
        says = (
            f"own trends {spread:g} a year"
            if not early
            else f"early ones {'fall' if early < 0 else 'rise'}, {early:+g}"
        )
        axes.annotate(
            says, (first + 1.5, 1.0), (0, 15), ("data", "axes fraction"), "offset points", ha="center", size=8.5
        )
    for place, (_, _, more) in enumerate(columns):
        at = (place + _HALF, 1.0)
        axes.annotate(f"{more:g}", at, (0, 4), ("data", "axes fraction"), "offset points", ha="center", size=7.5)


@frame.styled
def by_trend(rates: pd.DataFrame, study: Study) -> frame.Plot:
    """Draw the coefficient of each design against the trend that goes with activation, with what was published.

    Returns
    -------
    Plot
        A Matplotlib figure; its ``numbers`` are the rows drawn.

    Examples
    --------
    >>> from enforcement_sim.studies.research_designs.shipped_studies import load_study
    >>> rows = [{"design": "as published", "recorder": "ucr-agency-month", "trend_spread": 0.02, "dispersion": 0.01,
    ...     "trend_by_activation": early, "worlds": 200, "mean": 0.0, "low": -0.01, "high": 0.01} for early in (-0.02, 0.0, 0.02)]
    >>> figure = by_trend(pd.DataFrame(rows), load_study("miles-cox-2014"))
    >>> len(figure.numbers)
    3
    """
    recorder = study.design.recorder
    designs = [name for name in study.designs() if name in set(rates["design"])]
    curves = {name: along_activation(rates, name, recorder) for name in designs}
    with_number = [one for name in designs if (one := study.published_of(name)) and one.coefficient is not None]
    dashed = " Dashed: published." if with_number else ""
    shown = pd.concat(curves.values(), ignore_index=True)
    figure = frame.framed(
        (8.0, 4.2),
        f"{study.title}: what trends alone do to the coefficient",
        f"No effect is in these worlds. Points: mean coefficient; bands: middle 95% of worlds.{dashed}",
        f"{about(rates)} Record: {IN_WORDS[recorder]}. Spread of trends and dispersion as stated.",
        1,
        shown,
    )
    axes = figure.subplots()
    marks = {}
    for place, (name, curve) in enumerate(curves.items()):
        colour = style.SERIES_COLOURS[(0, 5, 3, 4)[place % 4]]
        says = design_in_words(study, name)
        axes.fill_between(curve[BY_ACTIVATION], curve["low"], curve["high"], color=colour, alpha=0.15, linewidth=0)
        axes.plot(curve[BY_ACTIVATION], curve["mean"], color=colour, marker=style.SERIES_MARKERS[place])
        published = study.published_of(name)
        if published is not None and published.coefficient is not None:
            axes.axhline(published.coefficient, color=colour, linestyle="--", linewidth=1.2)
        marks[says] = frame.key(colour, style.SERIES_MARKERS[place], line="-")
    axes.axvline(0.0, color=style.GRID, linewidth=1.0, zorder=0)
    axes.set_xticks(shown[BY_ACTIVATION].unique())
    axes.set_xlabel(
        "trend of a county for each year that it was activated before the others (log points a year)\n"
        "\N{LEFTWARDS ARROW} offences fall faster where activation is early        "
        "they fall more slowly, or rise \N{RIGHTWARDS ARROW}"
    )
    axes.set_ylabel(f"coefficient ({study.published.unit.split(' of ')[0]})")
    frame.legend(figure, marks)
    return figure


def written_rates(rates: pd.DataFrame, study: Study, folder: Path, figures: bool) -> list[Path]:
    """Write the rates into a folder of the study's name, with the pictures if ``figures``; return the files."""
    home = folder / study.name
    home.mkdir(parents=True, exist_ok=True)
    path = home / RATES
    write_atomic(path, csv_text(rates).encode())
    if not figures:
        return [path]
    return [
        path,
        *frame.save(false_positives(rates, [study]), home, MATRIX),
        *frame.save(by_trend(rates, study), home, TRENDS),
    ]


def refuse_earlier_rates(study: Study, folder: Path) -> None:
    """Raise if :func:`written_rates` would take the place of earlier files.

    Raises
    ------
    InputError
        If one of its files is there; it may have been counted in other worlds or by another version of the model.
    """
    home = folder / study.name
    there = [path for path in (home / RATES, *home.glob(f"{MATRIX}.*"), *home.glob(f"{TRENDS}.*")) if path.exists()]
    if there:
        raise InputError(
            f"{there[0]} exists already, and would be replaced",
            key="--out",
            allowed="another folder, or remove the file",
        )

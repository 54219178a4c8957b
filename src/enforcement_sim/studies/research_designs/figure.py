"""What a design finds in many worlds, the truth there, and what was published: one panel for each design."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from enforcement_sim.plots import frame, style
from enforcement_sim.plots.frame import save
from enforcement_sim.studies.research_designs.effect_words import with_minus, with_per_cent
from enforcement_sim.studies.research_designs.short_answers import ENOUGH_WORLDS
from enforcement_sim.studies.research_designs.study_columns import DECIMALS, FIGURE, FIGURE_COLUMNS, design_in_words
from enforcement_sim.studies.research_designs.study_file import Study
from enforcement_sim.studies.research_designs.study_parts import Design
from enforcement_sim.studies.research_designs.study_tables import (
    Results,
    caption,
    fall_cell,
    number,
    published_in_words,
    where_seen,
)

FOUND, TRUTH, PUBLISHED = style.SERIES_COLOURS[2], style.SERIES_COLOURS[3], style.SERIES_COLOURS[5]
PANEL_INCHES, BINS = 1.45, 30
SHOWN = (0.5, 99.5)
"""Percentiles of the estimates between which they are drawn: a single world far out must not press the others together."""
BESIDE_BARS = 0.02
"""Room between the end bars and the frame, as a share of the axis."""


def draw_study(results: Results, home: Path, effects: Sequence[float] = ()) -> list[Path]:
    """Draw a study's results into a folder as PNG, SVG and CSV, and return the files."""
    return save(coefficients(results, effects), home, FIGURE)


@frame.styled
def coefficients(results: Results, effects: Sequence[float] = ()) -> frame.Plot:
    """Draw the simulated coefficients of every design, with the truth in these worlds and what was published.

    Parameters
    ----------
    results : Results
        From :func:`enforcement_sim.studies.research_designs.study_tables.results_of`.
    effects
        All that were put in, in log points, if the figure shows one of several.

    Returns
    -------
    Plot
        A Matplotlib figure; its ``numbers`` are a row for each bar.

    Examples
    --------
    >>> import pandas as pd
    >>> from pathlib import Path
    >>> from enforcement_sim.studies.research_designs.compute import Plan
    >>> from enforcement_sim.studies.research_designs.shipped_studies import load_study
    >>> from enforcement_sim.studies.research_designs.study_tables import results_of
    >>> rows = [{"set": world, "seed": 1, "design": "as published", "coefficient": 0.01 * world, "standard_error": 0.01,
    ...     "low": 0.01 * world - 0.02, "high": 0.01 * world + 0.02, "truth": 0.0, "failure": ""} for world in (-1, 0, 1)]
    >>> figure = coefficients(results_of(load_study("miles-cox-2014"), Plan(Path("out"), 3, 1), pd.DataFrame(rows)))
    >>> int(figure.numbers["worlds"].sum())
    3
    """
    designs = results.designs[results.designs["worlds"] > 0]
    study = results.study
    limits = _limits(results, designs)
    bars = {str(name): _bars(results, str(name), limits[_unit(study, str(name))]) for name in designs["design"]}
    several = len(set(limits)) > 1
    figure = frame.framed(
        (frame.WIDTH, PANEL_INCHES * max(1, len(designs)) + 0.5),
        study.title,
        with_minus(
            f"{first_look(designs)}{study.citation.authors} ({study.citation.year}). Published: "
            f"{published_in_words(study.published)} ({where_seen(study.published)}). Status here: {study.status}."
        ),
        with_minus(
            f"{caption(results, effects, _shown(results, effects))} Bars: worlds by the coefficient that the design finds in "
            "them; the end bars also hold the worlds beyond the axis. "
            f"{'Designs in one unit share an axis.' if several else 'All panels share one axis.'}{_about_falls(study)}"
        ),
        1,
        pd.concat(bars.values(), ignore_index=True) if bars else pd.DataFrame(columns=list(FIGURE_COLUMNS)),
    )
    panels = frame.panels(figure, list(bars), 1)
    tallest = max((int(one["worlds"].max()) for one in bars.values()), default=1)
    for name, axes in panels.items():
        row = designs[designs["design"] == name].iloc[0].to_dict()
        _panel(axes, row, bars[name], results, limits[_unit(study, name)])
        axes.set_ylim(0, tallest * 1.08)
    if panels:
        list(panels.values())[-1].set_xlabel(f"coefficient: {study.published.unit}")
    frame.legend(figure, _entries(results, designs))
    return figure


def first_look(designs: pd.DataFrame) -> str:
    """Return a warning of few worlds for the head of a figure; nothing of enough.

    Examples
    --------
    >>> first_look(pd.DataFrame({"worlds": [20, 19]})), first_look(pd.DataFrame({"worlds": [50]}))
    ('First look, 20 worlds. ', '')
    """
    worlds = int(designs["worlds"].max()) if len(designs) else 0
    return f"First look, {worlds} world{'' if worlds == 1 else 's'}. " if worlds < ENOUGH_WORLDS else ""


def _about_falls(study: Study) -> str:
    return " Fall found in 80%: the smallest that would be found in four worlds of five." if study.of_offences else ""


def _entries(results: Results, designs: pd.DataFrame) -> dict[str, Artist]:
    """Return the legend: what is drawn, and nothing else."""
    published = [one for name in designs["design"] if (one := results.study.published_of(str(name))) is not None]
    shown = [one for one in published if one.coefficient is not None]
    entries: dict[str, Artist] = {"simulated coefficients": Patch(color=FOUND)}
    if designs["truth"].notna().any():
        entries["mean of the true effects"] = frame.key(TRUTH, "none", line="-")
    if shown:
        interval = ", with its 95% interval" if any(one.interval is not None for one in shown) else ""
        entries[f"published{interval}"] = frame.key(PUBLISHED, "none", line="--")
    return entries


def _unit(study: Study, name: str) -> str:
    """Return what the coefficient of a design is in: designs with the same have one axis."""
    design: Design = study.designs()[name]
    in_logs = study.outcome.form in ("log", "days") or design.estimator == "poisson"
    return "log points" if in_logs else study.outcome.form


def _shown(results: Results, effects: Sequence[float]) -> str:
    return (
        f"here: {'none' if not results.plan.effect else with_per_cent(results.plan.effect)} put in" if effects else ""
    )


def _limits(results: Results, designs: pd.DataFrame) -> dict[str, tuple[float, float]]:
    """Return the ends of the axis of each unit: what is simulated, true and published."""
    ends: dict[str, list[float]] = {}
    for row in designs.to_dict("records"):
        name = str(row["design"])
        found = results.estimates.loc[results.estimates["design"] == name, "coefficient"].dropna()
        published = results.study.published_of(name)
        values = [*np.percentile(found, SHOWN), row["truth"]]
        if published is not None and published.coefficient is not None:
            values += [published.coefficient, *(published.interval or ())]
        unit = _unit(results.study, name)
        ends.setdefault(unit, []).extend(float(value) for value in values if not math.isnan(value))
    limits = {}
    for unit, values in ends.items():
        margin = 0.05 * (max(values) - min(values)) or 1.0
        limits[unit] = min(values) - margin, max(values) + margin
    return limits


def _bars(results: Results, name: str, limits: tuple[float, float]) -> pd.DataFrame:
    """Return the bars of a design: how many worlds found a coefficient between two ends."""
    found = results.estimates.loc[results.estimates["design"] == name, "coefficient"].dropna().to_numpy()
    worlds, edges = np.histogram(np.clip(found, *limits), bins=BINS, range=limits)
    beyond = np.zeros(BINS, dtype=int)
    beyond[0], beyond[-1] = (found < limits[0]).sum(), (found > limits[1]).sum()
    says = design_in_words(results.study, name)
    return pd.DataFrame(
        {"design": name, "says": says, "from": edges[:-1], "to": edges[1:], "worlds": worlds, "beyond": beyond}
    )[list(FIGURE_COLUMNS)].round({"from": DECIMALS, "to": DECIMALS})


def _panel(
    axes: Axes, row: Mapping[Any, Any], bars: pd.DataFrame, results: Results, limits: tuple[float, float]
) -> None:
    """Draw one design: its coefficients as bars, and lines for the truth and for what was published."""
    widths = bars["to"] - bars["from"]
    axes.bar(bars["from"], bars["worlds"], width=widths, align="edge", color=FOUND, edgecolor="white", linewidth=0.6)
    if not math.isnan(row["truth"]):
        axes.axvline(row["truth"], color=TRUTH, linewidth=2.2)
    published = results.study.published_of(str(row["design"]))
    if published is not None and published.coefficient is not None:
        if published.interval is not None:
            axes.axvspan(*published.interval, color=PUBLISHED, alpha=0.12, linewidth=0)
        axes.axvline(published.coefficient, color=PUBLISHED, linestyle="--", linewidth=1.4, zorder=3)
    frame.heading(axes, design_in_words(results.study, str(row["design"])), with_minus(_under(row, results.study)))
    room = BESIDE_BARS * (limits[1] - limits[0])
    axes.set_xlim(limits[0] - room, limits[1] + room)
    axes.xaxis.set_major_locator(MaxNLocator(9, steps=[1, 2, 2.5, 5, 10]))
    axes.yaxis.set_major_locator(MaxNLocator(4, integer=True, min_n_ticks=3))
    axes.grid(False, axis="x")
    axes.set_ylabel("worlds")


def _under(row: Mapping[Any, Any], study: Study) -> str:
    """Return the line under a panel's title: what the design finds, how often, and the fall it would find."""
    parts = [f"mean {number(row['mean'])}, truth {number(row['truth'])}"]
    if not math.isnan(row["coverage"]):
        parts.append(f"own interval holds the truth in {row['coverage']:.0%} of worlds")
    parts.append(f"differs from 0 in {row['found']:.0%} [{row['found_low']:.0%}, {row['found_high']:.0%}]")
    if study.of_offences and not math.isnan(row["detectable"]):
        parts.append(f"fall found in 80%: {fall_cell(row, study)}")
    return "; ".join(parts)

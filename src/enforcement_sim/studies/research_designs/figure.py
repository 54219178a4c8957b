"""What a design finds in many worlds, the truth there, and what was published: one panel for each design."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from enforcement_sim.plots import frame, style
from enforcement_sim.plots.frame import save
from enforcement_sim.studies.research_designs.study_tables import Results, caption, number, published_in_words

FOUND, TRUTH, PUBLISHED = style.SERIES_COLOURS[2], style.SERIES_COLOURS[3], style.SERIES_COLOURS[5]
PANEL_INCHES, BINS = 1.25, 30
SHOWN = (0.5, 99.5)
"""Percentiles of the estimates between which they are drawn: a single world far out must not press the others together."""


def draw_study(results: Results, folder: Path) -> list[Path]:
    """Draw a study's results into its own folder as PNG, SVG and CSV, and return the files."""
    return save(coefficients(results), folder / results.study.name, "figure")


@frame.styled
def coefficients(results: Results) -> frame.Plot:
    """Draw the simulated coefficients of every design, with the truth in these worlds and what was published.

    Parameters
    ----------
    results : Results
        From :func:`enforcement_sim.studies.research_designs.study_tables.results_of`.

    Returns
    -------
    Plot
        A Matplotlib figure; its ``numbers`` are a row for each design, as
        :func:`enforcement_sim.studies.research_designs.design_performance.performance` returns them.

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
    >>> float(figure.numbers["mean"].iloc[0])
    0.0
    """
    designs = results.designs[results.designs["worlds"] > 0]
    study = results.study
    figure = frame.framed(
        (frame.WIDTH, PANEL_INCHES * max(1, len(designs)) + 0.4),
        study.title,
        f"{study.citation.authors} ({study.citation.year}). Published: {published_in_words(study.published)} "
        f"({study.published.grade}). Status here: {study.status}.",
        f"{caption(results)} Bars: worlds by the coefficient that the design finds in them. Every panel has its own axis; "
        "a design of another form has another unit.",
        1,
        results.designs,
    )
    named = list(designs["design"])
    for name, axes in frame.panels(figure, named, 1).items():
        row = designs[designs["design"] == name].iloc[0]
        found = results.estimates.loc[results.estimates["design"] == name, "coefficient"].dropna()
        _panel(axes, row.to_dict(), found.to_numpy(), results)
    frame.legend(
        figure,
        {
            "simulated coefficients": Patch(color=FOUND),
            "mean of the true effects": frame.key(TRUTH, "none", line="-"),
            "published, with its 95% interval": frame.key(PUBLISHED, "none", line="--"),
        },
    )
    return figure


def _panel(axes: Axes, row: Mapping[Any, Any], found: np.ndarray, results: Results) -> None:
    """Draw one design: its coefficients as bars, and lines for the truth and for what was published."""
    low, high = np.percentile(found, SHOWN)
    published = results.study.published_of(str(row["design"]))
    ends = [low, high, *([row["truth"]] if not math.isnan(row["truth"]) else [])]
    if published is not None and published.coefficient is not None:
        ends += [published.coefficient, *(published.interval or ())]
    margin = 0.05 * (max(ends) - min(ends)) or 1.0
    limits = min(ends) - margin, max(ends) + margin
    axes.hist(np.clip(found, *limits), bins=BINS, range=limits, color=FOUND)
    if published is not None and published.coefficient is not None:
        if published.interval is not None:
            axes.axvspan(*published.interval, color=PUBLISHED, alpha=0.12, linewidth=0)
        axes.axvline(published.coefficient, color=PUBLISHED, linestyle="--", linewidth=1.4)
    if not math.isnan(row["truth"]):
        axes.axvline(row["truth"], color=TRUTH, linewidth=1.6)
    covered = (
        "" if math.isnan(row["coverage"]) else f"; own interval holds the truth in {row['coverage']:.0%} of worlds"
    )
    frame.heading(axes, str(row["design"]), f"mean {number(row['mean'])}, truth {number(row['truth'])}{covered}")
    axes.set_xlim(*limits)
    axes.set_yticks([])
    axes.grid(False, axis="y")
    axes.set_ylabel("worlds")

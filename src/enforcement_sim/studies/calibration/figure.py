"""Rank histograms of simulation-based calibration: a panel for each headline measure and each unknown."""

from __future__ import annotations

from math import ceil

import numpy as np
import pandas as pd
from scipy.stats import binom

from enforcement_sim.plots import frame, style
from enforcement_sim.studies.calibration.simulation_based import BAND, BARS, HEADLINE, RANKS, UNKNOWN, Checked

COLUMNS = 6
BAND_COLOUR, MISSED_COLOUR = "#DDDDDD", "#CC3311"
_PANEL_INCHES = 0.95


def rank_histograms(found: Checked) -> frame.Plot:
    """Draw the histogram of ranks of each headline measure and each unknown.

    Returns
    -------
    Plot
        A Matplotlib figure; its ``numbers`` have a row for each bar: ``name``, ``kind``, ``bar``, ``truths``.

    Examples
    --------
    >>> ranks = pd.DataFrame({"x": np.arange(202) % 101})
    >>> table = pd.DataFrame([{"name": "x", "kind": "unknown", "covered": 0.9, "inside": True}])
    >>> figure = rank_histograms(Checked(ranks, table, mixing=1.0))
    >>> int(figure.numbers["truths"].sum())
    202
    """
    rows = pd.concat([found.table[found.table["kind"] == kind] for kind in (HEADLINE, UNKNOWN)])
    numbers = [
        {"name": name, "kind": kind, "bar": bar, "truths": int(count)}
        for name, kind in zip(rows["name"], rows["kind"], strict=True)
        for bar, count in enumerate(np.bincount(found.ranks[name] * BARS // RANKS, minlength=BARS))
    ]
    return _draw(rows, pd.DataFrame(numbers), len(found.ranks))


@frame.styled
def _draw(rows: pd.DataFrame, numbers: pd.DataFrame, truths: int) -> frame.Plot:
    low, high = binom.interval(BAND, truths, 1.0 / BARS)
    inside = int(rows["inside"].sum())
    figure = frame.framed(
        (frame.WIDTH, _PANEL_INCHES * ceil(len(rows) / COLUMNS)),
        "Ranks of the truth among posterior draws",
        f"{truths} simulated truths. Flat is right; a hump means intervals that are too wide, a trough too narrow. "
        f"The 90% interval covers the truth as often as it should for {inside} of {len(rows)}.",
        "Each truth is a run with unknowns drawn from the prior; published figures are drawn from it, with doubts and "
        "discrepancies, and the unknowns are inferred from them. The band holds a bar of a flat histogram in 99 of 100 cases. "
        "In red: coverage of the 90% interval (the number in each title) outside its own 99% band. Simulated, not a record.",
        0,
        numbers,
    )
    panels = frame.panels(figure, list(rows["name"]), COLUMNS, sharex=True, sharey=True)
    for row in rows.to_dict("records"):
        axes = panels[row["name"]]
        bars = numbers[numbers["name"] == row["name"]]
        axes.axhspan(low, high, color=BAND_COLOUR, zorder=0, linewidth=0)
        axes.bar(bars["bar"], bars["truths"], width=0.9, color=style.INK if row["inside"] else MISSED_COLOUR, zorder=1)
        axes.set_title(f"{row['name']}  {row['covered']:.0%}", size=6.0, pad=2)
        axes.set_xticks([])
        axes.tick_params(length=0, labelsize=6)
        axes.grid(visible=False)
    return figure

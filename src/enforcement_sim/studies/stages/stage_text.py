"""Who counts as "non-criminal", by stage and definition, as tables of text: shares with intervals, the published beside."""

from __future__ import annotations

from math import isnan

import pandas as pd

from enforcement_sim import labels
from enforcement_sim.studies.stages.figure import points

__all__ = ["definition_rows", "published_rows"]


def definition_rows(cells: pd.DataFrame, value: str = "share") -> pd.DataFrame:
    """The table as text for a terminal: a row for each definition, a column for each stage, in per cent with half-widths.

    Parameters
    ----------
    cells : DataFrame
        From :func:`enforcement_sim.studies.stages.stage_table.stage_cells`.
    value : str
        ``share``, or ``recorded`` for the shares as the file showed people.
    """
    low, high = ("low", "high") if value == "share" else ("recorded_low", "recorded_high")
    stages = list(dict.fromkeys(cells["stage"]))
    rows = []
    for name, here in cells.groupby("definition", sort=False):
        of_stage = {row["stage"]: row for row in here.to_dict("records")}
        texts = (
            _with_interval(of_stage[stage][value], of_stage[stage][low], of_stage[stage][high]) for stage in stages
        )
        rows.append([str(name), *texts])
    return pd.DataFrame(rows, columns=["Definition", *(labels.event(stage) for stage in stages)])


def published_rows(published: pd.DataFrame) -> tuple[pd.DataFrame, str, str]:
    """Published figures as text for a terminal, each beside the simulated share of its own cell, in per cent.

    Returns
    -------
    tuple
        The rows, of the figures whose place and time were run; a title; and a caption that names the others.
    """
    rows, left = [], []
    for row in published.to_dict("records"):
        if isnan(row["simulated"]):
            left.append(row["target"])
            continue
        value, low, high = (f"{100 * row[key]:.0f}" for key in ("published", "published_low", "published_high"))
        texts = [_with_interval(row["simulated"], row["low"], row["high"]), points(row["gap"])]
        if "recorded" in row:
            recorded = _with_interval(row["recorded"], row["recorded_low"], row["recorded_high"])
            texts += [recorded, points(row["recorded_gap"])]
        rows.append([row["target"], row["stage"], row["definition"], f"{value} ({low} to {high})", *texts, row["note"]])
    both = ["As recorded", "Gap as recorded"] if "recorded" in published else []
    heads = ["Figure", "Stage", "Definition", "Published (range)", "Simulated", "Gap", *both, "Note"]
    caption = f"Of places or months that were not run: {', '.join(left)}." if left else ""
    return pd.DataFrame(rows, columns=heads), "Published figures in their own cells, in %", caption


def _with_interval(mean: float, low: float, high: float) -> str:
    if isnan(mean):
        return "–"
    return f"{100 * mean:.1f}" if isnan(low) else f"{100 * mean:.1f} ±{100 * (high - low) / 2:.1f}"

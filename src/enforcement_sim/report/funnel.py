"""Funnel by programme: how many people reached each stage, for each programme that found them first.

Stages are events a person ever reached, not a chain, so nothing is drawn as flowing from one to the next. Counts run
from tens to millions: they stand as points on a logarithmic axis (a bar on one has no honest length), each with its
number written at the end of its row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import floor, isnan, log10
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from enforcement_sim.report import intervals, style, words
from enforcement_sim.report.provenance import Provenance

STAGES = (
    "submitted",
    "matched",
    "interviewed",
    "identified",
    "detainer_issued",
    "held",
    "ice_custody",
    "removed",
    "returned",
)
PROGRAMMES = ("secure_communities", "jail_287g", "criminal_alien_program", "task_force")
ONLY_IF_ANY = ("task_force",)
"""Programmes that most places never had: left out of a figure in which they found nobody."""
_SHARED_STAGES = ("held", "ice_custody", "removed", "returned")


def numbers(funnel: pd.DataFrame, stages: Sequence[str] = STAGES) -> pd.DataFrame:
    """What the funnel figure shows.

    Parameters
    ----------
    funnel : DataFrame
        Columns ``seed``, ``programme``, ``event``, ``count``: one setting, one or more runs.
    stages : sequence of str
        Events to keep, in the order of the figure.

    Returns
    -------
    DataFrame
        ``programme``, ``event``, ``mean``, ``low``, ``high``, ``runs`` (people), and ``of_detainers``, the mean as a
        share of the programme's detainers.
    """
    kept = funnel[funnel["event"].isin(stages) & funnel["programme"].isin(drawn(funnel))]
    found = intervals.over_seeds(_with_every_run(kept, funnel), ["programme", "event"], "count")
    found["programme"] = pd.Categorical(found["programme"], PROGRAMMES, ordered=True)
    found["event"] = pd.Categorical(found["event"], list(stages), ordered=True)
    found = found.sort_values(["programme", "event"], ignore_index=True).astype({"programme": str, "event": str})
    detainers = found[found["event"] == "detainer_issued"].set_index("programme")["mean"]
    base = found["programme"].map(detainers).astype(float)
    found["of_detainers"] = found["mean"] / base.where(base > 0)
    return found


def drawn(counts: pd.DataFrame) -> tuple[str, ...]:
    """Return the programmes to draw, of a table with columns ``programme`` and ``count``."""
    found = set(counts.loc[counts["count"] > 0, "programme"].astype(str))
    return tuple(name for name in PROGRAMMES if name in found or name not in ONLY_IF_ANY)


def _with_every_run(kept: pd.DataFrame, whole: pd.DataFrame) -> pd.DataFrame:
    """Let runs in which nothing of this happened at all count as zero, by adding a zero row for them."""
    missing = sorted(set(whole["seed"]) - set(kept["seed"]))
    if not missing or kept.empty:
        return kept
    zeros = pd.concat([kept.head(1).assign(seed=seed, count=0) for seed in missing])
    return pd.concat([kept, zeros], ignore_index=True)


@style.styled
def draw(found: pd.DataFrame, about: Provenance, bookings: float | None = None, note: str = "") -> Figure:
    """Draw the funnel: a panel for each programme, a row for each stage.

    Parameters
    ----------
    found : DataFrame
        From :func:`numbers`.
    about : Provenance
        For the caption.
    bookings : float, optional
        Mean bookings in the scope, named in the subtitle.
    note : str
        Put before the subtitle: which of several settings is shown.
    """
    programmes = list(dict.fromkeys(found["programme"]))
    stages = [stage for stage in STAGES if (found[found["event"] == stage]["mean"] > 0).any()]
    opening = f"Out of {style.thousands(bookings)} bookings. " if bookings else ""
    figure = style.framed_figure(
        11.5,
        0.8 + 0.36 * max(len(stages), 3),
        "How many people reached each stage, by the programme that found them first",
        f"{note}{opening}People over the whole period, logarithmic axis; in brackets the share of the programme's detainers.",
        about.caption(
            "Whiskers and \N{PLUS-MINUS SIGN}",
            "A person counts under the first programme that found them and at every stage they ever reached; whom ICE takes "
            f"over from a prison is not held on the detainer before. {words.ABOUT_DETAINERS}",
        ),
    )
    panels = figure.subplots(1, max(len(programmes), 1), sharex=True, sharey=True, squeeze=False)[0]
    rows = {stage: -row for row, stage in enumerate(stages)}
    positive = found[found["mean"] > 0]["mean"]
    lowest = 10.0 ** max(0, floor(log10(positive.min()))) if len(positive) else 1.0
    for axes, programme in zip(panels, programmes, strict=False):
        here = found[(found["programme"] == programme) & found["event"].isin(stages) & (found["mean"] > 0)]
        heights = [rows[event] for event in here["event"]]
        colour = style.PROGRAMME_COLOURS[programme]
        axes.set_xscale("log")
        axes.errorbar(
            here["mean"],
            heights,
            xerr=intervals.whiskers(here),
            fmt=style.PROGRAMME_MARKERS[programme],
            color=colour,
            markersize=7,
            capsize=2.5,
            elinewidth=1.2,
        )
        labels = {row["event"]: _label(row) for row in here.to_dict("records")}
        for stage, height in rows.items():
            # In a column beside the panel: written next to its point, a long number would run into the next panel.
            axes.annotate(
                labels.get(stage, "0"),
                (1.03, height),
                xycoords=("axes fraction", "data"),
                va="center",
                size=8.5,
                color=style.INK if stage in labels else style.QUIET,
                annotation_clip=False,
            )
        axes.set_title(words.programme(programme), color=colour, weight="bold", loc="left")
        axes.set_xlabel("people (log scale)")
        axes.xaxis.set_major_formatter(style.POWERS)
    if len(positive):
        panels[0].set_xlim(lowest * 0.6, positive.max() * 3)
    panels[0].set_yticks(list(rows.values()), [words.event(stage) for stage in stages])
    panels[0].set_ylim(-len(stages) + 0.4, 0.6)
    return figure


def _label(row: Mapping[Any, Any]) -> str:
    """A stage's count with its interval and, from the detainer on, its share of the programme's detainers."""
    mean, high, share = (float(row[name]) for name in ("mean", "high", "of_detainers"))
    spread = "" if isnan(high) else f" \N{PLUS-MINUS SIGN} {high - mean:,.0f}"
    part = f"  ({style.percent(share)})" if row["event"] in _SHARED_STAGES and not isnan(share) else ""
    return f"{mean:,.0f}{spread}{part}"

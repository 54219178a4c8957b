"""Published claims beside the model: a panel for each, or every definition of one.

In the overview each panel has the claim's own unit and its verdict: what is stated, what its figures make by hand, the model
counting the claim's way with its interval, and the range of all other definitions. A single claim is drawn as its table: a
row for each definition in the claim's unit, under a title that says that it is a claim, who makes it, and its verdict.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from enforcement_sim.evidence.claim_rows import OTHER, OWN
from enforcement_sim.evidence.claim_runs import RUNS
from enforcement_sim.evidence.claims import Audit
from enforcement_sim.evidence.findings import LABEL, amount, claimed_by, headline, stated
from enforcement_sim.evidence.stored_claims import Measured
from enforcement_sim.evidence.verdicts import figures_of, near
from enforcement_sim.report import style
from enforcement_sim.report.provenance import Provenance, save

__all__ = ["draw", "draw_one", "numbers", "numbers_of_one", "write"]

COLUMNS = 3
PANEL_WIDTH, PANEL_HEIGHT = 4.2, 0.98
PANEL_LETTERS = 72
"""Letters of a line over a panel."""
EITHER = "Where a published count and the model part, either may be wrong."
WIDTH, ROW_HEIGHT = 10.5, 0.24
LABEL_LETTERS = 75
NEAR_COLOUR = "#f3e3d3"
STATED_COLOUR, HAND_COLOUR, MODEL_COLOUR, RANGE_COLOUR = "#D55E00", "#E69F00", "#0072B2", "#b9d3e6"
STATED_AT, MODEL_AT = 0.62, 0.0
MARGIN = 0.12
TICKS = 4


def numbers(audits: Sequence[Audit]) -> pd.DataFrame:
    """Return what the overview shows, a row a claim.

    Returns
    -------
    DataFrame
        ``claim``, ``unit``, ``stated``, ``bound`` (value, at_least, below, above), ``by_hand``, ``model``, ``low``, ``high``,
        ``range_low``, ``range_high`` (over other definitions), ``verdict``.
    """
    rows = []
    for one in audits:
        others = [row.row.value for row in one.rows if row.row.role == OTHER and math.isfinite(row.row.value)]
        rows.append(
            {
                "claim": one.claim.id,
                "unit": one.claim.unit,
                "stated": one.claim.claimed.value,
                "bound": one.claim.claimed.kind,
                "by_hand": math.nan if one.claim.by_hand is None else one.claim.by_hand.value,
                "model": one.own.row.value,
                "low": one.own.low,
                "high": one.own.high,
                "range_low": min(others, default=math.nan),
                "range_high": max(others, default=math.nan),
                "verdict": one.finding.verdict.words,
            }
        )
    return pd.DataFrame(rows)


def numbers_of_one(one: Audit) -> pd.DataFrame:
    """Return what the figure of a single claim shows: a row for each definition in its unit, the own one first."""
    shown = [audited for audited in one.rows if audited.row.role in (OWN, OTHER) and math.isfinite(audited.row.value)]
    return pd.DataFrame(
        {
            "definition": one.claim.measure if audited.row.role == OWN else audited.row.label,
            "group": audited.row.group,
            "unit": audited.row.unit,
            "value": audited.row.value,
            "low": audited.low,
            "high": audited.high,
        }
        for audited in shown
    )


@style.styled
def draw(frame: pd.DataFrame, about: Provenance) -> Figure:
    """Draw the overview: a panel a claim."""
    lines = math.ceil(len(frame) / COLUMNS)
    width = COLUMNS * PANEL_WIDTH
    figure = style.framed_figure(
        width,
        lines * PANEL_HEIGHT + 0.3,
        "Published claims beside the simulated world",
        "A panel is a claim in its own unit; under its name stands its verdict, by hand and in the simulated world. The band is "
        "the range of all other definitions.",
        about.caption(
            "Whiskers", f"What is claimed, by whom and how it is counted: enforcement-sim claims ID. {EITHER}"
        ),
        legend_lines=1,
    )
    grid = figure.subplots(lines, COLUMNS, squeeze=False)
    rows: list[dict[str, Any]] = [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]
    for axes, row in zip(grid.flat, rows, strict=False):
        _panel(axes, row)
    for axes in list(grid.flat)[len(rows) :]:
        axes.set_visible(False)
    handles, labels = _handles()
    style.legend(figure, handles, labels, columns=len(labels))
    return figure


def _panel(axes: Axes, row: dict[str, Any]) -> None:
    """Draw one claim: what was published above, the model below."""
    if math.isfinite(row["range_low"]):
        axes.barh(
            MODEL_AT, row["range_high"] - row["range_low"], left=row["range_low"], height=0.42, color=RANGE_COLOUR, lw=0
        )
    if math.isfinite(row["low"]) and row["high"] > row["low"]:
        axes.plot([row["low"], row["high"]], [MODEL_AT] * 2, color=MODEL_COLOUR, lw=1.4)
    axes.plot(row["model"], MODEL_AT, "o", color=MODEL_COLOUR, ms=5)
    axes.plot(row["by_hand"], STATED_AT, "D", color=HAND_COLOUR, ms=5.5)
    marker = {"value": "D", "at_least": ">", "below": "<", "above": ">"}[row["bound"]]
    axes.plot(row["stated"], STATED_AT, marker, color=STATED_COLOUR, ms=8, mfc="none", mew=1.3)
    shown = [row[key] for key in ("stated", "by_hand", "model", "low", "high", "range_low", "range_high")]
    shown = [value for value in shown if math.isfinite(value)]
    low, high = min(shown), max(shown)
    room = MARGIN * (high - low or abs(high) or 1.0)
    axes.set_xlim(low - room, high + room)
    axes.set_ylim(-0.42, 1.0)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.locator_params(axis="x", nbins=TICKS)
    axes.xaxis.set_major_formatter(lambda value, _: _tick(value, row["unit"]))
    axes.tick_params(axis="x", labelsize=7)
    style.only_grid(axes, "x")
    verdict = textwrap.fill(row["verdict"], PANEL_LETTERS)
    axes.set_title(f"Claim {row['claim']} ({row['unit']})\n{verdict}", loc="left", size=7.5, pad=3)


def _tick(value: float, unit: str) -> str:
    """Return a tick's number, as short as it can be."""
    if unit == "people":
        return style.powers(value) if abs(value) >= 1000 else f"{value:g}"
    return f"{value:g}".replace("-", "\N{MINUS SIGN}")


def _handles() -> tuple[list[Any], list[str]]:
    """Return the legend."""
    stated = Line2D([], [], ls="", marker="D", color=STATED_COLOUR, ms=8, mfc="none", mew=1.3)
    by_hand = Line2D([], [], ls="", marker="D", color=HAND_COLOUR, ms=5.5)
    model = Line2D([], [], marker="o", color=MODEL_COLOUR, ms=5, lw=1.4)
    band = Patch(color=RANGE_COLOUR, lw=0)
    labels = ["as claimed", "the claim's figures, by hand", "model, the claim's way (95%)", "model, other definitions"]
    return [stated, by_hand, model, band], labels


@style.styled
def draw_one(frame: pd.DataFrame, one: Audit, about: Provenance) -> Figure:
    """Draw one claim: the model under every definition, with what is stated and what its figures make as lines."""
    claim = one.claim
    labels = [textwrap.fill(str(label), LABEL_LETTERS) for label in frame["definition"]]
    under = f"{claimed_by(claim)}\n{LABEL}: {one.finding.verdict.words}.\n{one.finding.arithmetic}\n{one.finding.world}"
    figure = style.framed_figure(
        WIDTH,
        ROW_HEIGHT * len(frame) + 0.9,
        headline(claim),
        under,
        about.caption("Whiskers", EITHER),
        legend_lines=1,
    )
    axes = figure.subplots()
    positions = list(range(len(frame)))
    for position, (_, row) in zip(positions, frame.iterrows(), strict=True):
        colour = MODEL_COLOUR if position == 0 else "#56B4E9"
        if math.isfinite(row["low"]) and row["high"] > row["low"]:
            axes.plot([row["low"], row["high"]], [position] * 2, color=colour, lw=1.4)
        axes.plot(row["value"], position, "o", color=colour, ms=6 if position == 0 else 4.5)
    figures = figures_of(claim)
    banded = figures.expressible and not claim.claimed.is_direction
    if banded:
        axes.axvspan(*near(figures), color=NEAR_COLOUR, lw=0, zorder=0)
    axes.axvline(claim.claimed.value, color=STATED_COLOUR, lw=1.2, ls="--")
    if claim.by_hand is not None:
        axes.axvline(claim.by_hand.value, color=HAND_COLOUR, lw=1.2)
    axes.set_yticks(positions, labels)
    axes.set_ylim(len(frame) - 0.4, -0.8)
    axes.set_xlabel(f"{claim.unit}, in the simulated world")
    axes.xaxis.set_major_formatter(lambda value, _: _tick(value, claim.unit))
    style.only_grid(axes, "x")
    handles: list[Any] = [
        Line2D([], [], color=STATED_COLOUR, ls="--", lw=1.2),
        Line2D([], [], marker="o", color=MODEL_COLOUR, lw=1.4),
        Line2D([], [], marker="o", color="#56B4E9", lw=1.4),
    ]
    told = [
        f"as claimed: {stated(claim)}",
        "model, the claim's way (95%)" if figures.expressible else "the nearest that the model counts (95%)",
        "model, other definitions",
    ]
    if claim.by_hand is not None:
        handles.insert(1, Line2D([], [], color=HAND_COLOUR, lw=1.2))
        told.insert(1, f"by hand: {amount(claim.by_hand.value, claim.unit)}")
    if banded:
        handles.append(Patch(color=NEAR_COLOUR, lw=0))
        told.append(f"within a tenth of {amount(figures.figure, claim.unit)}")
    style.legend(figure, handles, told, columns=len(told))
    return figure


def write(audits: Sequence[Audit], measured: Measured, path: Path) -> list[Path]:
    """Draw the overview, or a single claim if there is one only, and write it as PNG, SVG and CSV."""
    about = provenance_of(audits, measured)
    if len(audits) == 1 and not (frame := numbers_of_one(audits[0])).empty:
        return save(draw_one(frame, audits[0], about), path.parent, path.stem, frame, about)
    frame = numbers(audits)
    return save(draw(frame, about), path.parent, path.stem, frame, about)


def provenance_of(audits: Sequence[Audit], measured: Measured) -> Provenance:
    """Return what was run for these claims."""
    names = dict.fromkeys(name for one in audits for name in one.claim.runs)
    runs = tuple(run for name in names for run in measured.about["runs"].get(name, ()))
    periods = [tuple(map(date.fromisoformat, RUNS[name].period)) for name in names]
    nation, counties = (any(bool(RUNS[name].counties) == single for name in names) for single in (False, True))
    scope = " and ".join(part for part, here in (("the nation", nation), ("single counties", counties)) if here)
    return Provenance(
        scenario="claims",
        title="Published claims, audited",
        engine_version=str(measured.about["engine_version"]),
        run_ids=runs,
        seeds=tuple(measured.about["seeds"]),
        period=(min(period[0] for period in periods), max(period[1] for period in periods)),
        scope=scope,
        thin=int(measured.about["thin"]) if nation else 1,
        settings=len(names),
    )

"""Published claims beside the model: a panel for each, or every definition of one.

In the overview each panel has the claim's own unit and its verdict: what is stated, what its figures make by hand, the model
counting the claim's way with its interval, and the range of all other definitions. A single claim is drawn as its table: a
row for each definition in the claim's unit, under a title that says that it is a claim, who makes it, and its verdict.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter

from enforcement_sim.plots import frame, style
from enforcement_sim.plots.captions import Provenance
from enforcement_sim.plots.frame import save
from enforcement_sim.studies.claims.audit import LABEL, Audit, table
from enforcement_sim.studies.claims.claim_amounts import amount, stated
from enforcement_sim.studies.claims.claim_sentences import claimed_by, headline
from enforcement_sim.studies.claims.measured import Measured
from enforcement_sim.studies.claims.operators import OTHER, OWN
from enforcement_sim.studies.claims.published import load_claims
from enforcement_sim.studies.claims.verdicts import figures_of, near

COLUMNS = 3
PANEL_HEIGHT = 0.98
PANEL_LETTERS = 66
"""Letters of a line over a panel."""
EITHER = "Where a published count and the model part, either may be wrong."
ROW_HEIGHT = 0.28
LABEL_LETTERS = 75
NEAR_COLOUR = "#f3e3d3"
STATED_COLOUR, HAND_COLOUR, MODEL_COLOUR, RANGE_COLOUR = style.CONTRAST, "#E69F00", style.MAIN, "#cfc9e6"
OTHER_COLOUR = "#56B4E9"
STATED_AT, MODEL_AT = 0.62, 0.0
MARKERS = {"value": "D", "at_least": ">", "below": "<", "above": ">"}
MARGIN = 0.12
TICKS = 4


def draw_claims(audits: Sequence[Audit], measured: Measured, path: Path) -> list[Path]:
    """Draw audited claims side by side, or a single one if there is one only, as PNG, SVG and CSV."""
    single = len(audits) == 1 and not _rows_of(audits[0]).empty
    figure = claim(audits[0], measured) if single else claims(audits, measured)
    return save(figure, path.parent, path.stem)


# ---- all claims ---------------------------------------------------------------------------------------------------------


@frame.styled
def claims(audits: Sequence[Audit], measured: Measured) -> frame.Plot:
    """Draw audited claims side by side, a panel each in the claim's own unit, with its verdict.

    Parameters
    ----------
    audits : sequence of Audit
        From :func:`enforcement_sim.studies.claims.audit.audit`.
    measured : Measured
        The table that the audits were made from, for the caption.

    Returns
    -------
    Plot
        A Matplotlib figure; its ``numbers`` have a row a claim: ``claim``, ``unit``, ``stated``, ``bound`` (value, at_least,
        below, above), ``by_hand``, ``model``, ``low``, ``high``, ``range_low``, ``range_high`` (over other definitions),
        ``verdict``.

    Examples
    --------
    >>> from enforcement_sim.studies.claims.audit import audit
    >>> from enforcement_sim.studies.claims.measured import shipped
    >>> measured = shipped()
    >>> figure = claims(audit(measured.numbers)[:3], measured)
    >>> len(figure.numbers), figure.axes[0].get_title(loc="left").startswith("Claim ")
    (3, True)
    """
    found, about = pd.DataFrame(map(_panel_numbers, audits)), provenance_of(audits, measured)
    figure = frame.framed(
        (frame.WIDTH, math.ceil(len(found) / COLUMNS) * PANEL_HEIGHT + 0.3),
        "Published claims beside the simulated world",
        "A panel is a claim in its own unit; under its name stands its verdict, by hand and in the simulated world. The band is "
        "the range of all other definitions.",
        about.caption(
            "Whiskers",
            f"What is claimed, by whom and how it is counted: enforcement-sim claims, with the claim's name. {EITHER}",
        ),
        1,
        found,
        about,
    )
    panels = frame.panels(figure, list(found["claim"]), COLUMNS)
    for row, axes in zip(found.to_dict("records"), panels.values(), strict=True):
        _panel(axes, {str(name): value for name, value in row.items()})
    handles: dict[str, Artist] = {
        "as claimed": frame.key(STATED_COLOUR, "D", filled=False, size=8),
        "the claim's figures, by hand": frame.key(HAND_COLOUR, "D"),
        "model, the claim's way (95%)": frame.key(MODEL_COLOUR, line="-"),
        "model, other definitions": Patch(color=RANGE_COLOUR, lw=0),
    }
    frame.legend(figure, handles)
    return figure


def _panel_numbers(one: Audit) -> dict[str, Any]:
    others = [other.value for other in one.others if math.isfinite(other.value)]
    return {
        "claim": one.claim.id,
        "unit": one.claim.unit,
        "stated": one.claim.claimed.value,
        "bound": one.claim.claimed.kind,
        "by_hand": math.nan if one.claim.by_hand is None else one.claim.by_hand.value,
        "model": one.own.value,
        "low": one.own.low,
        "high": one.own.high,
        "range_low": min(others, default=math.nan),
        "range_high": max(others, default=math.nan),
        "verdict": one.finding.verdict.words,
    }


def _panel(axes: Axes, row: dict[str, Any]) -> None:
    """Draw one claim: what was published above, the model below."""
    if math.isfinite(row["range_low"]):
        axes.barh(MODEL_AT, row["range_high"] - row["range_low"], 0.42, row["range_low"], color=RANGE_COLOUR, lw=0)
    frame.segment(axes, row["low"], row["high"], MODEL_AT, MODEL_COLOUR)
    axes.plot(row["model"], MODEL_AT, "o", color=MODEL_COLOUR, ms=5)
    axes.plot(row["by_hand"], STATED_AT, "D", color=HAND_COLOUR, ms=5.5)
    axes.plot(row["stated"], STATED_AT, MARKERS[row["bound"]], color=STATED_COLOUR, ms=8, mfc="none", mew=1.3)
    shown = [row[key] for key in ("stated", "by_hand", "model", "low", "high", "range_low", "range_high")]
    shown = [value for value in shown if math.isfinite(value)]
    low, high = min(shown), max(shown)
    room = MARGIN * (high - low or abs(high) or 1.0)
    axes.set_xlim(low - room, high + room)
    axes.set_ylim(-0.42, 1.0)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    frame.value_axis(axes, "x", "", _ticks(row["unit"]), TICKS)
    axes.tick_params(axis="x", labelsize=7)
    verdict = textwrap.fill(row["verdict"], PANEL_LETTERS)
    axes.set_title(f"Claim {row['claim']} ({row['unit']})\n{verdict}", loc="left", size=7.5, pad=3)


def _ticks(unit: str) -> FuncFormatter:
    """Return what writes a tick's number, as short as it can be."""

    def told(value: float, _position: int | None = None) -> str:
        if unit == "people" and abs(value) >= 1000:
            return style.powers(value)
        return f"{value:g}".replace("-", "\N{MINUS SIGN}")

    return FuncFormatter(told)


# ---- one claim ----------------------------------------------------------------------------------------------------------


@frame.styled
def claim(audit: Audit, measured: Measured, only: tuple[str, ...] = ()) -> frame.Plot:
    """Draw one claim: the model under every definition, with what is stated and what its figures make as lines.

    Parameters
    ----------
    audit : Audit
        From :func:`enforcement_sim.studies.claims.audit.audit`.
    measured : Measured
        The table that the audit was made from, for the caption.
    only : tuple of str
        How a definition must begin to be drawn beside the claim's own, such as ``removed:``; all are drawn if empty.

    Returns
    -------
    Plot
        A Matplotlib figure; its ``numbers`` have a row for each definition in the claim's unit, its own first.

    Examples
    --------
    >>> from enforcement_sim.studies.claims.audit import audit
    >>> from enforcement_sim.studies.claims.measured import shipped
    >>> measured = shipped()
    >>> enrolled, = (one for one in audit(measured.numbers) if one.claim.id == "enrolled-02")
    >>> claim(enrolled, measured).axes[0].get_xlabel()
    'percent, in the simulated world'
    """
    found, about = _rows_of(audit, only), provenance_of([audit], measured)
    published, finding, figures = audit.claim, audit.finding, figures_of(audit.claim)
    figure = frame.framed(
        (frame.WIDTH, ROW_HEIGHT * len(found) + 0.9),
        headline(published),
        f"{claimed_by(published)}\n{LABEL}: {finding.verdict.words}.\n{finding.arithmetic}\n{finding.world}",
        about.caption("Whiskers", EITHER),
        1,
        found,
        about,
    )
    axes = figure.subplots()
    labels = [textwrap.fill(str(label), LABEL_LETTERS) for label in found["definition"]]
    places = frame.rows(axes, range(len(found)), labels)
    for place, row in zip(places.values(), found.to_dict("records"), strict=True):
        colour = OTHER_COLOUR if place else MODEL_COLOUR
        frame.segment(axes, row["low"], row["high"], place, colour)
        axes.plot(row["value"], place, "o", color=colour, ms=4.5 if place else 6)
    axes.axvline(published.claimed.value, color=STATED_COLOUR, lw=1.2, ls="--")
    handles: dict[str, Artist] = {
        f"as claimed: {stated(published)}": Line2D([], [], color=STATED_COLOUR, ls="--", lw=1.2)
    }
    if published.by_hand is not None:
        axes.axvline(published.by_hand.value, color=HAND_COLOUR, lw=1.2)
        by_hand = amount(published.by_hand.value, published.unit)
        handles[f"by hand: {by_hand}"] = Line2D([], [], color=HAND_COLOUR, lw=1.2)
    way = "model, the claim's way (95%)" if figures.expressible else "the nearest that the model counts (95%)"
    handles[way] = frame.key(MODEL_COLOUR, line="-")
    handles["model, other definitions"] = frame.key(OTHER_COLOUR, line="-")
    if figures.expressible and not published.claimed.is_direction:
        axes.axvspan(*near(figures), color=NEAR_COLOUR, lw=0, zorder=0)
        handles[f"within a tenth of {amount(figures.figure, published.unit)}"] = Patch(color=NEAR_COLOUR, lw=0)
    frame.value_axis(axes, "x", f"{published.unit}, in the simulated world", _ticks(published.unit), 8)
    frame.legend(figure, handles)
    return figure


def _rows_of(one: Audit, only: tuple[str, ...] = ()) -> pd.DataFrame:
    """Return a row for each definition in the claim's unit that has a value, the own one first."""
    rows = table([one])
    shown = rows["role"].isin((OWN, OTHER)) & np.isfinite(rows["value"])
    shown &= (rows["role"] == OWN) | rows["definition"].str.startswith(only or "")
    columns = ["definition", "group", "unit", "value", "low", "high"]
    found: pd.DataFrame = rows[shown].reset_index(drop=True)[columns]
    return found


def provenance_of(audits: Sequence[Audit], measured: Measured) -> Provenance:
    """Return what was run for these claims."""
    known, about = load_claims().runs, measured.about
    names = dict.fromkeys(name for one in audits for name in one.claim.runs)
    kinds = {"the nation": False, "single counties": True}
    parts = [part for part, single in kinds.items() if any(bool(known[name].counties) == single for name in names)]
    return Provenance(
        scenario="claims",
        title="Published claims, audited",
        engine_version=str(about["engine_version"]),
        run_ids=tuple(run for name in names for run in about["runs"].get(name, ())),
        seeds=tuple(about["seeds"]),
        period=(min(known[name].start for name in names), max(known[name].end for name in names)),
        scope=" and ".join(parts),
        thin=int(about["thin"]) if "the nation" in parts else 1,
        settings=len(names),
    )

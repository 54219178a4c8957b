"""Which uncertain parameters a result depends on: Sobol' indices, a panel for each measure.

A parameter's row has two marks: the share of the variance that it accounts for alone (filled) and the share that would
remain if everything else were known (hollow). Where they stand apart, it acts together with others. Rows are in one
order in all panels, the parameter that matters most anywhere first.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, isnan
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from enforcement_sim.experiment.sensitivity import FIRST, TOTAL, too_few_draws
from enforcement_sim.report import style, words
from enforcement_sim.report.folder import Drawable
from enforcement_sim.report.provenance import Provenance, save
from enforcement_sim.report.waterfall import MEASURES
from enforcement_sim.scenario.plan import DIFFERENCE, LEVEL

if TYPE_CHECKING:
    from enforcement_sim.experiment.swept import Sweep

COLOUR = "#332288"
_COLUMNS = 3
_ROW_INCHES = 0.3
_APART = 0.13
_MOST_DICE = 0.05
"""Above this share of luck the panel says how much of the variance no parameter can account for."""


def draw_indices(found: Sweep, indices: pd.DataFrame, measures: Sequence[str] = MEASURES) -> list[Path]:
    """Draw the indices of a sweep into the ``figures`` of its folder.

    Parameters
    ----------
    found : Sweep
    indices : DataFrame
        From :func:`enforcement_sim.experiment.sensitivity.sobol_indices`.
    measures : sequence of str
        A panel each; those that do not vary are left out.

    Returns
    -------
    list of Path
        The PNG, SVG and CSV files written: ``sensitivity`` for levels at the reference, ``sensitivity-of-effect-N`` for
        the effect of policy N.
    """
    drawable = Drawable(found)
    written: list[Path] = []
    for point in range(len(found.settings)):
        shown = numbers(indices, DIFFERENCE if point else LEVEL, point, measures)
        if shown.empty:
            continue
        about = drawable.about([0, point] if point else [0])
        effect = f"{drawable.label(point)}, compared with {drawable.label(0)}" if point else ""
        figure = draw(shown, about, effect)
        name = f"sensitivity-of-effect-{point}" if point else "sensitivity"
        written += save(figure, found.folder / "figures", name, shown, about)
    return written


def numbers(indices: pd.DataFrame, of: str, point: int, measures: Sequence[str] = MEASURES) -> pd.DataFrame:
    """What the figure shows: the indices of some measures of one policy, the parameter that matters most first."""
    here = indices[(indices["of"] == of) & (indices["point"] == point) & indices["measure"].isin(measures)]
    here = here[here["value"].notna()]
    largest = here[here["order"] == TOTAL].groupby("parameter")["value"].max().sort_values(ascending=False)
    order = {name: place for place, name in enumerate(largest.index)}
    rank = {name: place for place, name in enumerate(measures)}
    return here.sort_values(
        ["measure", "parameter", "order"],
        key=lambda column: column.map(
            rank if column.name == "measure" else order if column.name == "parameter" else str
        ),
        ignore_index=True,
    )


@style.styled
def draw(found: pd.DataFrame, about: Provenance, effect: str = "") -> Figure:
    """Draw the indices.

    Parameters
    ----------
    found : DataFrame
        From :func:`numbers`.
    about : Provenance
        For the caption.
    effect : str
        For differences: the policy and what it is compared with, in words.
    """
    names = list(dict.fromkeys(found["measure"]))
    parameters = list(dict.fromkeys(found["parameter"]))
    columns = min(_COLUMNS, len(names))
    lines = ceil(len(names) / columns)
    what = f"the effect of a policy ({effect})" if effect else "each result"
    figure = style.framed_figure(
        12.0,
        lines * (_ROW_INCHES * max(2, len(parameters)) + 0.95),
        "Which of the things not known matter" + (" for the effect of the policy" if effect else ""),
        f"Share of the variance of {what} over draws of the uncertain parameters (Sobol' indices).",
        about.caption(
            "",
            "Every draw met the same seeds. Whiskers: 95% interval of the index from resampled draws, cut at the edge of the "
            f"panel; an estimate may lie below 0 or above 1 by chance.{_too_few(found)}",
        ),
        legend_lines=1,
    )
    panels = figure.subplots(lines, columns, squeeze=False, sharex=True, sharey=True)
    for axes, name in zip(panels.flat, names, strict=False):
        _panel(axes, found[found["measure"] == name], parameters)
        axes.set_xlim(min(-0.12, float(found["value"].min()) - 0.05), max(1.12, float(found["value"].max()) + 0.05))
    for axes in panels.flat[len(names) :]:
        axes.set_visible(False)
    for place, axes in enumerate(list(panels.flat)[: len(names)]):
        if place + columns >= len(names):
            axes.set_xlabel("share of the variance", size=8)
            axes.tick_params(labelbottom=True)
    mark: dict[str, Any] = {"linestyle": "none", "marker": "o", "markeredgecolor": COLOUR}
    style.legend(
        figure,
        [Line2D([], [], markerfacecolor=COLOUR, **mark), Line2D([], [], markerfacecolor="white", **mark)],
        ["what it accounts for alone (first order)", "what would remain if all else were known (total order)"],
        columns=2,
    )
    return figure


def _too_few(found: pd.DataFrame) -> str:
    """Say how many of the indices are too uncertain to be read as shares; nothing where none is."""
    ends = zip(found["value"], found["low"], found["high"], strict=True)
    unsure = sum(too_few_draws(value, low, high) for value, low, high in ends)
    if not unsure:
        return ""
    return f" Too few draws for {unsure} of the {len(found)} indices: known to no better than 0.20, or outside 0 to 1."


def _panel(axes: Axes, here: pd.DataFrame, parameters: Sequence[str]) -> None:
    places = {parameter: -place for place, parameter in enumerate(parameters)}
    for order, shift, fill in ((FIRST, _APART, COLOUR), (TOTAL, -_APART, "white")):
        for row in here[here["order"] == order].to_dict("records"):
            y = places[str(row["parameter"])] + shift
            axes.plot([row["low"], row["high"]], [y, y], color=COLOUR, linewidth=1.1)
            axes.plot(row["value"], y, "o", markersize=5.5, markerfacecolor=fill, markeredgecolor=COLOUR)
    label, _ = words.measure(str(here["measure"].iloc[0]))
    axes.set_title(f"{label}\n", loc="left", weight="bold", size=9)
    dice = float(here["dice"].iloc[0])
    if not isnan(dice) and dice > _MOST_DICE:
        axes.annotate(
            f"of the variance, {style.percent(min(dice, 1.0))} is luck",
            (0, 1),
            xycoords="axes fraction",
            xytext=(0, 5),
            textcoords="offset points",
            size=8,
            color=style.QUIET,
        )
    axes.set_yticks(list(places.values()), list(places), size=8)
    axes.set_ylim(-len(parameters) + 0.4, 0.6)
    axes.axvline(0, color=style.INK, linewidth=0.9, zorder=0.5)
    axes.xaxis.set_major_formatter(style.SHARES)
    style.only_grid(axes, "x")

"""Response to swept settings: paired differences from a reference setting, a small panel for each measure.

Differences, not levels: both settings met the same people under each seed, so the difference is known much better than
either level. An interval that contains zero is drawn hollow; "cannot tell" is a result too. One swept address runs
along the axis; a second becomes colours.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, isnan
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from enforcement_sim.amounts import IDENTICAL
from enforcement_sim.experiment.difference import HIGHER, LOWER
from enforcement_sim.report import intervals, style, words
from enforcement_sim.report.provenance import Provenance

MEASURES = (
    "detainer_issued",
    "detainer_declined",
    "detainer_lapsed",
    "ice_custody",
    "removed",
    "detainers_on_citizens",
    "no_conviction_share.removed",
    "level_1_share.removed",
    "overdetained",
    "days_per_detainer.statutory_hold",
    "days_per_detainer.induced",
    "net_cost.county",
)
BY_PROGRAMME = tuple(
    f"{event}.{programme}"
    for event in ("detainer_issued", "ice_custody", "removed")
    for programme in ("secure_communities", "jail_287g", "criminal_alien_program")
)
TITLE = "What changes when the rules change"
TITLE_BY_PROGRAMME = "What changes for each programme's throughput when the rules change"
_COLUMNS = 3
_DODGE = 0.14
_MOST_UNEVEN = 5


def numbers(
    measures: pd.DataFrame, points: pd.DataFrame, reference: int, names: Sequence[str] = MEASURES
) -> pd.DataFrame:
    """What the response figure shows.

    Parameters
    ----------
    measures : DataFrame
        Columns ``point``, ``seed``, ``measure``, ``value``.
    points : DataFrame
        ``point`` and a column for each swept address.
    reference : int
        The point all others are compared with.
    names : sequence of str
        Measures to keep, in the order of the panels; those without numbers are left out.

    Returns
    -------
    DataFrame
        ``measure``, ``point``, the swept addresses, ``mean``, ``low``, ``high``, ``runs``, ``verdict`` of the paired
        difference, and ``reference_mean``, ``reference_low``, ``reference_high`` of the measure at the reference.
    """
    kept = measures[measures["measure"].isin(names)]
    found = intervals.paired(kept, reference).merge(points, on="point", how="left")
    found["measure"] = pd.Categorical(found["measure"], list(names), ordered=True)
    found = found.sort_values(["measure", "point"], ignore_index=True).astype({"measure": str})
    addresses = [name for name in points.columns if name != "point"]
    ends = ["mean", "low", "high", "runs", "verdict", "reference_mean", "reference_low", "reference_high"]
    return found[["measure", "point", *addresses, *ends]]


@style.styled
def draw(
    found: pd.DataFrame,
    addresses: Sequence[str],
    reference: int,
    about: Provenance,
    title: str = TITLE,
    decisions: dict[str, str] | None = None,
) -> Figure:
    """Draw paired differences: a panel for each measure.

    Parameters
    ----------
    found : DataFrame
        From :func:`numbers`.
    addresses : sequence of str
        One or two swept addresses. Of two, one with numbers runs along the axis, the other becomes colours.
    reference : int
        The point of comparison; it stands at zero and is ringed.
    about : Provenance
        For the caption.
    title : str
        The figure's title.
    decisions : dict, optional
        Name of a change to the decision it is about, for labels.
    """
    along, colour_by = _roles(found, addresses)
    names = list(dict.fromkeys(found["measure"]))
    columns = min(_COLUMNS, len(names))
    lines = ceil(len(names) / columns)
    at_reference = found[found["point"] == reference].iloc[0]
    base = ", ".join(words.setting_value(address, at_reference[address]) for address in addresses)
    pairs = "seed by seed" if about.draws == 1 else "by draw and seed"
    figure = style.framed_figure(
        11.5,
        2.25 * lines + 0.5,
        title,
        f"Difference from the reference setting ({base}; ringed), same synthetic people in both; "
        f"hollow: the interval includes zero, so the sign cannot be told; cross: {IDENTICAL} in every run.",
        about.caption("Whiskers", f"Differences are taken {pairs} before they are averaged. {_about(names)}".rstrip()),
        legend_lines=2 if colour_by else 0,
    )
    panels = figure.subplots(lines, columns, squeeze=False, sharex=True).flat
    ticks = list(dict.fromkeys(found[along]))
    if _numeric(ticks):
        ticks = sorted(ticks)
    groups = list(dict.fromkeys(found[colour_by])) if colour_by else [None]
    for axes, name in zip(panels, names, strict=False):
        here = found[found["measure"] == name]
        _panel(axes, here, name, along, colour_by, ticks, groups, reference)
    for axes in list(figure.axes)[len(names) :]:
        axes.set_visible(False)
    for place, axes in enumerate(figure.axes[: len(names)]):
        if place + columns >= len(names):
            axes.set_xlabel(words.setting(along, decisions))
            axes.tick_params(labelbottom=True)
    if colour_by:
        handles = [
            Line2D([], [], color=style.SERIES_COLOURS[i % 6], marker=style.SERIES_MARKERS[i % 6], linestyle="none")
            for i in range(len(groups))
        ]
        style.legend(
            figure,
            handles,
            [words.setting_value(colour_by, group) for group in groups],
            columns=len(groups),
            title=words.setting(colour_by, decisions),
        )
    return figure


def _about(names: Sequence[str]) -> str:
    """What must be known of the measures drawn: which detainers are counted, and what a net cost is."""
    detainers = any(name.startswith(("detainer_issued", "days_per_detainer")) for name in names)
    costs = any(name.startswith("net_cost") for name in names)
    return " ".join([words.ABOUT_DETAINERS] * detainers + [words.ABOUT_NET_COST] * costs)


def _roles(found: pd.DataFrame, addresses: Sequence[str]) -> tuple[str, str | None]:
    """Which address runs along the axis and which becomes colours."""
    if len(addresses) == 1:
        return addresses[0], None
    first, second = addresses[:2]
    if _numeric(found[second]) and not _numeric(found[first]):
        return second, first
    return first, second


def _numeric(values: Any) -> bool:
    return all(isinstance(value, (int, float, np.number)) and not isinstance(value, bool) for value in values)


def _places(ticks: Sequence[Any]) -> dict[Any, float]:
    """Where each value stands along the axis, the smallest step being one.

    Numbers stand to scale, so that a bend in the response is in the response; names, and numbers whose steps differ so
    much that most would fall on one spot, stand side by side.
    """
    if len(ticks) > 1 and _numeric(ticks):
        steps = np.diff(np.asarray(ticks, dtype=float))
        if steps.max() <= _MOST_UNEVEN * steps.min():
            return {value: float((value - ticks[0]) / steps.min()) for value in ticks}
    return {value: float(place) for place, value in enumerate(ticks)}


def _panel(
    axes: Axes,
    here: pd.DataFrame,
    name: str,
    along: str,
    colour_by: str | None,
    ticks: list[Any],
    groups: list[Any],
    reference: int,
) -> None:
    label, unit = words.measure(name)
    places = _places(ticks)
    factor = 100.0 if unit == "share" else 1.0
    axes.axhline(0, color=style.INK, linewidth=0.9)
    for place, group in enumerate(groups):
        part = here if colour_by is None else here[here[colour_by] == group]
        dodge = (place - (len(groups) - 1) / 2) * _DODGE
        positions = [places[value] + dodge for value in part[along]]
        colour = style.SERIES_COLOURS[place % len(style.SERIES_COLOURS)]
        marker = style.SERIES_MARKERS[place % len(style.SERIES_MARKERS)]
        axes.errorbar(
            positions,
            part["mean"] * factor,
            yerr=intervals.whiskers(part) * factor,
            fmt="none",
            ecolor=colour,
            elinewidth=1.3,
            capsize=2.5,
        )
        for position, row in zip(positions, part.to_dict("records"), strict=True):
            known = row["point"] == reference or row["verdict"] in (HIGHER, LOWER)
            axes.plot(
                position,
                row["mean"] * factor,
                "x" if row["verdict"] == IDENTICAL and row["point"] != reference else marker,
                markersize=6,
                markeredgecolor=colour,
                markerfacecolor=colour if known else "white",
            )
            if row["point"] == reference:
                axes.plot(position, 0, "o", markersize=12, markeredgecolor=style.INK, markerfacecolor="none")
    row = here.iloc[0]
    told = {"people": style.whole, "dollars": style.dollars}.get(unit, style.thousands)
    level = style.percent(row["reference_mean"]) if unit == "share" else told(row["reference_mean"])
    spread = ""
    if not isnan(row["reference_high"]):
        half = row["reference_high"] - row["reference_mean"]
        spread = f" \N{PLUS-MINUS SIGN} {f'{100 * half:.1f} points' if unit == 'share' else told(half)}"
    axes.set_title(f"{label}\n", loc="left", weight="bold", size=9)
    axes.annotate(
        f"reference: {level}{spread} {'' if unit in ('share', 'dollars') else unit}".rstrip(),
        (0, 1),
        xycoords="axes fraction",
        xytext=(0, 5),
        textcoords="offset points",
        size=8,
        color=style.QUIET,
    )
    axes.set_ylabel("difference, % points" if unit == "share" else f"difference, {unit}", size=8)
    axes.set_xticks(list(places.values()), [_tick(along, value) for value in ticks])
    axes.set_xlim(-0.5, max(places.values()) + 0.5)
    axes.yaxis.set_major_formatter(style.COUNTS)
    axes.locator_params(axis="y", nbins=5)
    if (here["verdict"] == IDENTICAL).all():
        # Nothing to scale: an axis of small fractions of a person would suggest that there were.
        axes.set_yticks([0])
        axes.set_ylim(-1, 1)
        axes.annotate(IDENTICAL, (0.5, 0.75), xycoords="axes fraction", ha="center", color=style.QUIET)
    style.only_grid(axes, "y")


def _tick(address: str, value: Any) -> str:
    words_of_value = words.setting_value(address, value)
    # Long names under neighbouring ticks run into each other; one word a line does not.
    return words_of_value.replace(" ", "\n") if len(words_of_value) > 10 else words_of_value

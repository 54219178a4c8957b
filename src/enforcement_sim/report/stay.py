"""The stay in jail, split: criminal case, induced by the detainer, statutory hold, past the limit.

A sweep of the hold limit that shows only the statutory hold looks flat, because a detainer lengthens a stay mostly
through bail and plea, long before the hold begins. The parts are therefore shown apart, each on a scale of its own. The
criminal case is everybody's, with or without a detainer: it stands per booking, and outside the sum of what detainers
add; the other three stand per detainer.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from enforcement_sim.report import intervals, style, words
from enforcement_sim.report.provenance import Provenance

CASE = "criminal_case"
ADDED = ("induced", "statutory_hold", "past_limit")
KINDS = (CASE, *ADDED)
_SUM = "added"
_TOTAL, _PER_BOOKING, _PER_DETAINER = "total hours", "hours per booking", "hours per detainer"


def numbers(hours: pd.DataFrame, funnel: pd.DataFrame) -> pd.DataFrame:
    """What the stay figure shows.

    Parameters
    ----------
    hours : DataFrame
        Columns ``setting``, ``seed``, ``kind``, ``hours``; further columns are added up.
    funnel : DataFrame
        Columns ``setting``, ``seed``, ``event``, ``count``, with bookings and detainers.

    Returns
    -------
    DataFrame
        ``setting``, ``kind`` (with ``added`` for the sum of what detainers add), ``what`` (``total hours``, and ``hours
        per booking`` for the criminal case or ``hours per detainer`` for the rest), ``mean``, ``low``, ``high``,
        ``runs``.
    """
    hours, funnel = intervals.as_text(hours), intervals.as_text(funnel)
    added = hours[hours["kind"].isin(ADDED)].assign(kind=_SUM)
    every = pd.concat([hours[hours["kind"].isin(KINDS)], added], ignore_index=True)
    tidy = every.groupby(["setting", "kind", "seed"], sort=False, as_index=False)["hours"].sum()
    people = funnel.pivot_table(index=["setting", "seed"], columns="event", values="count", aggfunc="sum", fill_value=0)
    people = people.reindex(columns=["booked", "detainer_issued"], fill_value=0).reset_index()
    tidy = tidy.merge(people, on=["setting", "seed"], how="left")
    of_case = tidy["kind"] == CASE
    base = tidy["booked"].where(of_case, tidy["detainer_issued"]).astype(float)
    tidy["each"] = tidy["hours"] / base.where(base > 0)
    totals = intervals.over_seeds(tidy, ["setting", "kind"], "hours").assign(what=_TOTAL)
    each = intervals.over_seeds(tidy, ["setting", "kind"], "each", fill=None)
    each = each.assign(what=[_PER_BOOKING if kind == CASE else _PER_DETAINER for kind in each["kind"]])
    columns = ["setting", "kind", "what", "mean", "low", "high", "runs"]
    return pd.concat([totals, each], ignore_index=True)[columns]


@style.styled
def draw(found: pd.DataFrame, about: Provenance, settings: Sequence[str] = ()) -> Figure:
    """Draw the stay: what detainers add as stacked bars on the left, then a panel for each part.

    Parameters
    ----------
    found : DataFrame
        From :func:`numbers`.
    about : Provenance
        For the caption.
    settings : sequence of str
        The settings in the order of the rows; else in order of appearance.
    """
    rows = list(settings) or list(dict.fromkeys(found["setting"]))
    figure = style.framed_figure(
        12.0,
        1.25 + 0.34 * max(len(rows), 2),
        "Hours in jail: the criminal case, and what detainers add to it",
        "Left: all hours added by detainers. Right: each part on its own scale; the criminal case per booking of anybody, "
        "the other parts per detainer issued.",
        about.caption("Whiskers"),
        legend_lines=1,
    )
    panels = figure.subplots(
        1, 1 + len(KINDS), sharey=True, squeeze=False, gridspec_kw={"width_ratios": [1.9, *[1.0] * len(KINDS)]}
    )[0]
    _totals(panels[0], found[found["what"] == _TOTAL], rows)
    places = {row: -place for place, row in enumerate(rows)}
    for axes, kind in zip(panels[1:], KINDS, strict=True):
        part = found[(found["kind"] == kind) & (found["what"] != _TOTAL)]
        axes.errorbar(
            part["mean"],
            [places[row] for row in part["setting"]],
            xerr=intervals.whiskers(part),
            fmt="o",
            color=style.HOUR_COLOURS[kind],
            markersize=6,
            capsize=2.5,
            clip_on=False,
        )
        largest = float(part["high"].fillna(part["mean"]).max()) if len(part) else 0.0
        axes.set_xlim(0, largest * 1.2 if largest > 0 else 1)
        axes.set_title(words.HOUR_KINDS[kind].replace(" by ", " by\n"), loc="left", weight="bold")
        axes.set_xlabel(_PER_BOOKING if kind == CASE else _PER_DETAINER)
        axes.locator_params(axis="x", nbins=4)
    panels[0].set_yticks(list(places.values()), rows)
    panels[0].set_ylim(-len(rows) + 0.45, 0.55)
    for axes in panels:
        axes.xaxis.set_major_formatter(style.COUNTS)
        style.only_grid(axes, "x")
    handles, labels = panels[0].get_legend_handles_labels()
    style.legend(figure, handles, labels, columns=len(ADDED))
    return figure


def _totals(axes: Axes, totals: pd.DataFrame, rows: list[str]) -> None:
    """Stack the hours that detainers add, with the interval of their sum."""
    every = totals[totals["kind"] == _SUM].set_index("setting").reindex(rows)
    scale, unit = _scale(float(every["mean"].max()))
    places = [-place for place in range(len(rows))]
    left = dict.fromkeys(rows, 0.0)
    for kind in ADDED:
        of_kind = totals[totals["kind"] == kind].set_index("setting").reindex(rows)
        lengths = of_kind["mean"].fillna(0.0) / scale
        axes.barh(
            places,
            lengths,
            left=list(left.values()),
            height=0.7,
            color=style.HOUR_COLOURS[kind],
            label=words.HOUR_KINDS[kind],
        )
        left = {row: left[row] + float(lengths[row]) for row in rows}
    axes.errorbar(
        every["mean"] / scale,
        places,
        xerr=intervals.whiskers(every) / scale,
        fmt="none",
        ecolor=style.INK,
        elinewidth=1.2,
        capsize=2.5,
    )
    axes.set_title("All hours added by detainers", loc="left", weight="bold")
    axes.set_xlabel(unit)


def _scale(largest: float) -> tuple[float, str]:
    """A unit of hours in which the largest total has at most three digits before the point."""
    for scale, unit in ((1e6, "million hours"), (1e3, "thousand hours")):
        if largest >= scale:
            return scale, unit
    return 1.0, "hours"

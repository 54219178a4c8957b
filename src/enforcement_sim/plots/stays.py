"""The stay in jail, split: criminal case, induced by the detainer, statutory hold, past the limit.

A sweep of the hold limit that shows only the statutory hold looks flat, because a detainer lengthens a stay mostly
through bail and plea, long before the hold begins. The parts are therefore shown separately, each on its own scale. The
criminal case applies to everybody, with or without a detainer: it is given per booking, and is not in the sum of what
detainers add. The other three are given per detainer.
"""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from enforcement_sim import labels
from enforcement_sim.plots import frame, seed_means, style
from enforcement_sim.plots.sources import Source, drawn_from

CASE = "criminal_case"
ADDED = ("induced", "statutory_hold", "past_limit")
KINDS = (CASE, *ADDED)
_SUM = "added"
_TOTAL, _PER_BOOKING, _PER_DETAINER = "total hours", "hours per booking", "hours per detainer"


@frame.styled
def stay(source: Source) -> frame.Plot:
    """Draw the time in jail in its parts: criminal case, induced by the detainer, statutory hold, past the limit.

    Parameters
    ----------
    source : Result, sequence of Result, or Sweep
        One run (no intervals), runs of one scenario under different seeds, or a sweep, of which each setting is a row.

    Returns
    -------
    Plot
        A Matplotlib figure; its ``numbers`` have ``setting``, ``kind`` (with ``added`` for the sum of what detainers add),
        ``what`` (``total hours``, and ``hours per booking`` for the criminal case or ``hours per detainer`` for the rest),
        ``mean``, ``low``, ``high``, ``runs``.

    Raises
    ------
    InputError
        If there is no result.

    Examples
    --------
    >>> from enforcement_sim import load_scenario, plots, run
    >>> kent = load_scenario("baseline").with_(**{
    ...     "scope": {"counties": ["10001"]}, "start.warm_days": 0, "period.start": "2012-01-01", "period.end": "2012-01-31"})
    >>> [axes.get_xlabel() for axes in plots.stay(run(kent, seed=1)).axes][1:3]
    ['hours per booking', 'hours per detainer']
    """
    runs = drawn_from(source, every=True)
    found = stay_numbers(runs.table("hours", ""), runs.table("funnel", ""))
    summed = found[found["what"] == _TOTAL].groupby("kind")["mean"].sum()
    never = [kind for kind in ADDED if not summed.get(kind, 0.0)]
    none = f"No hours in any run: {', '.join(labels.HOUR_KINDS[kind].lower() for kind in never)}." if never else ""
    figure = frame.framed(
        (frame.WIDTH, 1.25 + 0.34 * max(len(runs.settings), 2)),
        "Hours in jail: the criminal case, and what detainers add to it",
        "Left: all hours added by detainers. Right: each part on its own scale; the criminal case per booking of anybody, "
        "the other parts per detainer issued.",
        runs.about.caption(frame.intervals_as(found, "Whiskers"), none),
        1,
        found,
        runs.about,
    )
    kinds = [kind for kind in KINDS if kind not in never]
    widths = {"width_ratios": [1.9, *[1.0] * len(kinds)]}
    rows = "setting", {setting: setting for setting in runs.settings}
    totals, *panels = frame.row_panels(figure, found, ("kind", (_SUM, *kinds)), rows, sharex=False, gridspec_kw=widths)
    _totals(totals.axes, found[found["what"] == _TOTAL], totals.places)
    for kind, axes, here, _ in panels:
        part = here[here["what"] != _TOTAL]
        frame.whiskers(axes, part, part["at"], style.HOUR_COLOURS[kind], "o", clip=False)
        largest = float(part["high"].fillna(part["mean"]).max()) if len(part) else 0.0
        axes.set_xlim(0, largest * 1.2 if largest > 0 else 1)
        frame.heading(axes, labels.HOUR_KINDS[kind].replace(" by ", " by\n"))
        frame.value_axis(axes, "x", _PER_BOOKING if kind == CASE else _PER_DETAINER, ticks=4)
    frame.legend(
        figure, {labels.HOUR_KINDS[kind]: Patch(color=style.HOUR_COLOURS[kind]) for kind in ADDED if kind not in never}
    )
    return figure


def stay_numbers(hours: pd.DataFrame, funnel: pd.DataFrame) -> pd.DataFrame:
    """Return the numbers of the stay figure.

    Parameters
    ----------
    hours : DataFrame
        Columns ``setting``, ``seed``, ``kind``, ``hours``; further columns are summed over.
    funnel : DataFrame
        Columns ``setting``, ``seed``, ``event``, ``count``, with bookings and detainers.
    """
    hours, funnel = seed_means.as_text(hours), seed_means.as_text(funnel)
    added = hours[hours["kind"].isin(ADDED)].assign(kind=_SUM)
    every = pd.concat([hours[hours["kind"].isin(KINDS)], added], ignore_index=True)
    tidy = every.groupby(["setting", "kind", "seed"], sort=False, as_index=False)["hours"].sum()
    people = funnel.pivot_table(index=["setting", "seed"], columns="event", values="count", aggfunc="sum", fill_value=0)
    people = people.reindex(columns=["booked", "detainer_issued"], fill_value=0).reset_index()
    tidy = tidy.merge(people, on=["setting", "seed"], how="left")
    of_case = tidy["kind"] == CASE
    base = tidy["booked"].where(of_case, tidy["detainer_issued"]).astype(float)
    tidy["each"] = tidy["hours"] / base.where(base > 0)
    totals = seed_means.over_seeds(tidy, ["setting", "kind"], "hours").assign(what=_TOTAL)
    each = seed_means.over_seeds(tidy, ["setting", "kind"], "each", fill=None)
    each = each.assign(what=[_PER_BOOKING if kind == CASE else _PER_DETAINER for kind in each["kind"]])
    return pd.concat([totals, each], ignore_index=True)[["setting", "kind", "what", "mean", "low", "high", "runs"]]


def _totals(axes: Axes, totals: pd.DataFrame, places: dict[str, float]) -> None:
    """Stack the hours that detainers add, with the interval of their sum."""
    every = totals[totals["kind"] == _SUM].set_index("setting").reindex(list(places))
    scale, unit = _scale(float(every["mean"].max()))
    left = pd.Series(0.0, index=list(places))
    for kind in ADDED:
        lengths = totals[totals["kind"] == kind].set_index("setting")["mean"].reindex(left.index).fillna(0.0) * scale
        axes.barh(list(places.values()), lengths, 0.7, left, color=style.HOUR_COLOURS[kind])
        left = left + lengths
    frame.whiskers(axes, every, list(places.values()), style.INK, scale=scale)
    frame.heading(axes, "All hours added by detainers")
    frame.value_axis(axes, "x", unit)


def _scale(largest: float) -> tuple[float, str]:
    """Return a scale and a unit in which the largest total has at most three digits before the point."""
    for size, unit in ((1e6, "million hours"), (1e3, "thousand hours")):
        if largest >= size:
            return 1 / size, unit
    return 1.0, "hours"

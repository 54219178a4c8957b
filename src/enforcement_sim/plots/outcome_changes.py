"""Who changed: outcomes of the same bookings under two policies, and the first decision that differs.

The matrix has outcomes under A as rows and under B as columns, so that unchanged bookings are on the diagonal. The bars
count bookings by the first decision or capacity that differs, with direct effects apart from those through others.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from matplotlib.colors import LinearSegmentedColormap, PowerNorm
from matplotlib.patches import Patch

from enforcement_sim import labels
from enforcement_sim.place_labels import alone_in_words, places_in_words
from enforcement_sim.plots import frame, style
from enforcement_sim.plots.captions import Provenance, differing, provenance_of
from enforcement_sim.process.decisions import CAUSES, DIRECT, KNOCK_ON
from enforcement_sim.process.histories import OUTCOMES
from enforcement_sim.runs.difference_words import called
from enforcement_sim.runs.provenance import run_id
from enforcement_sim.runs.transitions import CHANGES, EVERYONE, Transitions
from enforcement_sim.tables.amounts import whole

REACH_COLOURS = {DIRECT: style.MAIN, KNOCK_ON: "#E69F00"}
REACH_WORDS = {
    DIRECT: "decided about the booking itself",
    KNOCK_ON: "through others, or an earlier booking of the person",
}
MOST_CAUSES = 14
_CHANGED = LinearSegmentedColormap.from_list("changed", ["#eef4fa", "#5b9bd0", "#08306b"])
_SAME = "#f1f1f1"
_HALF = 0.5


@frame.styled
def who_changed(found: Transitions) -> frame.Plot:
    """Draw the outcomes of the same bookings: under A as rows, under B as columns.

    Parameters
    ----------
    found : Transitions
        From :func:`enforcement_sim.runs.transitions.who_changed`.

    Returns
    -------
    Plot
        A Matplotlib figure; its ``numbers`` have ``outcome_a``, ``outcome_b``, ``mean``, ``low`` and ``high`` (bookings).

    Examples
    --------
    >>> from enforcement_sim import load_scenario, plots
    >>> from enforcement_sim.runs.transitions import who_changed
    >>> history = load_scenario("baseline").with_(**{"scope": {"counties": ["10001"]}, "start.warm_days": 0,
    ...     "period.start": "2012-01-01", "period.end": "2012-01-31"})
    >>> refused = history.with_(**{"changes.no": {"decision": "honour", "rule": "honour-none", "where": "nation"}})
    >>> figure = plots.who_changed(who_changed(history, refused))
    >>> figure.axes[0].get_ylabel(), figure.axes[0].get_xlabel()
    ('Under A', 'Under B')
    """
    outcomes = found.outcomes()
    outcomes = outcomes[outcomes["dimension"] == EVERYONE]
    seen = {*outcomes["outcome_a"], *outcomes["outcome_b"]}
    ends = [name for name in OUTCOMES if name in seen]
    means = outcomes.pivot_table(index="outcome_a", columns="outcome_b", values="mean").reindex(
        index=ends, columns=ends
    )
    total = float(outcomes["mean"].sum())
    moved = float(outcomes.loc[outcomes["outcome_a"] != outcomes["outcome_b"], "mean"].sum())
    share = f"{100 * moved / total:.2g}%" if moved else "none"
    origin = about(found)
    figure = frame.framed(
        (max(7.5, 2.6 + 0.86 * len(ends)), 1.7 + 0.36 * len(ends)),
        f"What became of the same bookings: {share} end differently",
        f"{sides(found)} Rows: how a booking ends under A. Columns: how the same booking ends under B. Grey: the same end.",
        origin.caption(
            "",
            f"{whole(total)} bookings of the period that a programme could touch in at least one of the two, a mean "
            "over seeds; intervals are in the tables. Not booked: the person was away, or there was no such booking.",
        ),
        numbers=outcomes,
        about=origin,
    )
    axes = figure.subplots()
    values = means.to_numpy(dtype=float)
    changed = np.ma.masked_invalid(np.where(np.eye(len(ends), dtype=bool), np.nan, values))
    largest = float(changed.max()) if changed.count() else 1.0
    axes.pcolormesh(changed, cmap=_CHANGED, norm=PowerNorm(_HALF, 0, largest), edgecolor="white", linewidth=1.5)
    for row, column in np.argwhere(~np.isnan(values)):
        value, colour = values[row, column], style.QUIET
        if row == column:
            axes.fill_between([column, column + 1], row, row + 1, color=_SAME, linewidth=0)
        else:
            colour = "white" if (value / largest) ** _HALF > _HALF else style.INK
        axes.text(column + _HALF, row + _HALF, mean_in_words(value), ha="center", va="center", color=colour, size=8.5)
    axes.set_xticks(np.arange(len(ends)) + _HALF, [labels.outcome(name).replace(" ", "\n", 1) for name in ends])
    axes.set_yticks(np.arange(len(ends)) + _HALF, [labels.outcome(name) for name in ends])
    axes.xaxis.tick_top()
    axes.xaxis.set_label_position("top")
    axes.set_xlabel("Under B", weight="bold")
    axes.set_ylabel("Under A", weight="bold")
    axes.tick_params(length=0)
    axes.invert_yaxis()
    axes.grid(False)
    axes.spines[:].set_visible(False)
    return figure


@frame.styled
def first_differences(found: Transitions) -> frame.Plot:
    """Draw by which decision or capacity bookings first differ, a panel for each kind of change.

    Parameters
    ----------
    found : Transitions
        From :func:`enforcement_sim.runs.transitions.who_changed`.

    Returns
    -------
    Plot
        A Matplotlib figure; its ``numbers`` have ``cause``, ``reach``, ``change``, ``mean``, ``low`` and ``high`` (bookings).

    Examples
    --------
    >>> from enforcement_sim import load_scenario, plots
    >>> from enforcement_sim.runs.transitions import who_changed
    >>> history = load_scenario("baseline").with_(**{"scope": {"counties": ["10001"]}, "start.warm_days": 0,
    ...     "period.start": "2012-01-01", "period.end": "2012-01-31"})
    >>> refused = history.with_(**{"changes.no": {"decision": "honour", "rule": "honour-none", "where": "nation"}})
    >>> figure = plots.first_differences(who_changed(history, refused))
    >>> "Honour rule" in [label.get_text() for label in figure.axes[0].get_yticklabels()]
    True
    """
    causes = found.causes()
    totals = causes.groupby("cause", sort=False)["mean"].sum().sort_values(ascending=False)
    names = list(totals.index[:MOST_CAUSES])
    changes = [change for change in CHANGES if change in set(causes["change"])] or [CHANGES[0]]
    left_out = "" if len(totals) <= MOST_CAUSES else f" The {len(totals) - MOST_CAUSES} rarest causes are left out."
    origin = about(found)
    figure = frame.framed(
        (frame.WIDTH, 1.0 + 0.3 * max(2, len(names))),
        "The first decision that differs",
        f"{sides(found)} Bookings with another history, by the first decision or capacity that fell differently.",
        origin.caption(frame.intervals_as(causes, "Whiskers"), f"Each panel has a scale of its own.{left_out}"),
        1,
        causes,
        origin,
    )
    rows = "cause", {name: cause_in_words(name) for name in names}
    for change, axes, here, _ in frame.row_panels(figure, causes, ("change", changes), rows, sharex=False):
        colours = [REACH_COLOURS.get(reach, style.QUIET) for reach in here["reach"]]
        axes.barh(here["at"], here["mean"], 0.66, color=colours)
        frame.whiskers(axes, here, here["at"], style.INK)
        ends = here["high"].fillna(here["mean"])
        widest = float(ends.max()) if len(here) else 1.0
        for place, mean, end in zip(here["at"], here["mean"], ends, strict=True):
            axes.text(end + 0.02 * widest, place, mean_in_words(mean), va="center", size=8.0, color=style.QUIET)
        frame.heading(axes, labels.CHANGES[change])
        frame.value_axis(axes, "x", "bookings", ticks=4)
        axes.set_xlim(0, 1.22 * widest)
    seen = {reach: Patch(color=colour) for reach, colour in REACH_COLOURS.items() if reach in set(causes["reach"])}
    frame.legend(figure, {REACH_WORDS[reach]: patch for reach, patch in seen.items()})
    return figure


def about(found: Transitions) -> Provenance:
    """Return the provenance of the numbers."""
    runs = tuple(run_id(side, seed, found.engine_version) for side in (found.a, found.b) for seed in found.seeds)
    scenarios = [found.a.resolved(), found.b.resolved()]
    named = provenance_of(scenarios[0], found.engine_version, runs, found.seeds, settings=2, scenarios=scenarios)
    a, b = _called(found)
    both = f"{a} (A) and {b} (B)"
    return replace(named, scenario=both, title=both if a != b else named.title)


def _called(found: Transitions) -> list[str]:
    return called([found.a.name, found.b.name], [found.a.title, found.b.title], found.changed)


def sides(found: Transitions) -> str:
    """Return A and B in one line."""
    plain = found.a.resolved()
    a, b = _called(found)
    text = f"A: {a}. B: {b}. {differing(found.changed)} Places: {places_in_words(plain)}."
    return f"{text} {alone_in_words(plain)}".strip()


def mean_in_words(mean: float) -> str:
    """Return a mean number of bookings as a whole number; one below 1 is not shown as 0."""
    return whole(mean) if mean >= 1 or mean == 0 else "<1"


def cause_in_words(name: str) -> str:
    """Return the label of a decision or capacity."""
    return CAUSES[name].words if name in CAUSES else labels.spelt_out(name).capitalize()

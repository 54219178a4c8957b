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
from matplotlib.ticker import NullLocator

from enforcement_sim import labels
from enforcement_sim.amounts import thousands
from enforcement_sim.plots import frame, intervals, style
from enforcement_sim.plots.captions import Provenance
from enforcement_sim.plots.sources import Source, one_setting

STAGES = (
    "submitted", "matched", "interviewed", "identified", "detainer_issued", "held", "ice_custody", "removed", "returned"
)  # fmt: skip
PROGRAMMES = ("secure_communities", "jail_287g", "criminal_alien_program", "task_force")
ONLY_IF_ANY = ("task_force",)
"""Programmes that most places never had: left out of a table in which they found nobody."""
_SHARED_STAGES = ("held", "ice_custody", "removed", "returned")


def funnel(source: Source) -> frame.Plot:
    """Draw how many people reached each stage, a panel for each programme that found them first.

    Parameters
    ----------
    source : Result, sequence of Result, or Sweep
        One run (no intervals), runs of one scenario under different seeds, or a sweep, of which the reference is drawn.

    Returns
    -------
    Plot
        A Matplotlib figure; its ``numbers`` have ``programme``, ``event``, ``mean``, ``low``, ``high``, ``runs`` (people)
        and ``of_detainers`` (share of the programme's detainers).

    Raises
    ------
    InputError
        If there is no result.

    Examples
    --------
    >>> from enforcement_sim import load_scenario, plots, run
    >>> kent = load_scenario("baseline").with_(**{
    ...     "scope": {"counties": ["10001"]}, "start.warm_days": 0, "period.start": "2012-01-01", "period.end": "2012-01-31"})
    >>> figure = plots.funnel([run(kent, seed) for seed in (1, 2)])
    >>> figure.axes[0].get_title(loc="left"), figure.axes[0].get_xlabel()
    ('Secure Communities', 'people (log scale)')
    """
    runs = one_setting(source)
    return draw(numbers(runs.table("funnel", "")), runs.about, runs.bookings, runs.note)


def numbers(funnel: pd.DataFrame, stages: Sequence[str] = STAGES) -> pd.DataFrame:
    """What the funnel figure shows.

    Parameters
    ----------
    funnel : DataFrame
        Columns ``seed``, ``programme``, ``event``, ``count``: one setting, one or more runs.
    stages : sequence of str
        Events to keep, in the order of the figure.
    """
    kept = funnel[funnel["event"].isin(stages) & funnel["programme"].isin(drawn(funnel))]
    # A run in which nothing of this happened at all counts as zero.
    found = intervals.over_seeds(kept, ["programme", "event"], "count", seeds=funnel["seed"].unique())
    found["programme"] = pd.Categorical(found["programme"], PROGRAMMES, ordered=True)
    found["event"] = pd.Categorical(found["event"], list(stages), ordered=True)
    found = found.sort_values(["programme", "event"], ignore_index=True).astype({"programme": str, "event": str})
    detainers = found[found["event"] == "detainer_issued"].set_index("programme")["mean"]
    base = found["programme"].map(detainers).astype(float)
    found["of_detainers"] = found["mean"] / base.where(base > 0)
    return found


def drawn(counts: pd.DataFrame) -> tuple[str, ...]:
    """Return the programmes to count, of a table with columns ``programme`` and ``count``."""
    found = set(counts.loc[counts["count"] > 0, "programme"].astype(str))
    return tuple(name for name in PROGRAMMES if name in found or name not in ONLY_IF_ANY)


@frame.styled
def draw(found: pd.DataFrame, about: Provenance, bookings: float | None = None, note: str = "") -> frame.Plot:
    """Draw the frame of :func:`numbers`; ``note`` says which of several settings is shown."""
    positive = found[found["mean"] > 0]
    programmes = [name for name in PROGRAMMES if name in set(positive["programme"])]
    stages = [stage for stage in STAGES if stage in set(positive["event"])]
    nobody = [labels.programme(name) for name in dict.fromkeys(found["programme"]) if name not in programmes]
    figure = frame.framed(
        (frame.WIDTH, 0.8 + 0.36 * max(len(stages), 3)),
        "How many people reached each stage, by the programme that found them first",
        f"{note}{f'Out of {thousands(bookings)} bookings. ' if bookings else ''}People over the whole period, logarithmic "
        "axis; in brackets the share of the programme's detainers.",
        about.caption(
            "Whiskers and \N{PLUS-MINUS SIGN}",
            "A person counts under the first programme that found them and at every stage they ever reached; whom ICE takes "
            f"over from a prison is not held on the detainer before. {labels.ABOUT_DETAINERS}"
            + (f" Found nobody first: {', '.join(nobody)}." if nobody else ""),
        ),
        numbers=found,
        about=about,
    )
    panels = frame.panels(figure, programmes or ["none"], sharex=True, sharey=True)
    for programme, axes in panels.items():
        here = positive[(positive["programme"] == programme) & positive["event"].isin(stages)]
        colour = style.PROGRAMME_COLOURS[programme]
        axes.set_xscale("log")
        places = frame.rows(axes, stages, [labels.event(stage) for stage in stages])
        frame.whiskers(
            axes, here, [places[event] for event in here["event"]], colour, style.PROGRAMME_MARKERS[programme]
        )
        texts = {row["event"]: _label(row) for row in here.to_dict("records")}
        for stage, place in places.items():
            frame.beside(axes, texts.get(stage, "0"), place, color=style.INK if stage in texts else style.QUIET)
        frame.heading(axes, labels.programme(programme), color=colour)
        frame.value_axis(axes, "x", "people (log scale)", style.POWERS)
        axes.xaxis.set_minor_locator(NullLocator())
        if len(positive):
            lowest = 10.0 ** max(0, floor(log10(positive["mean"].min())))
            axes.set_xlim(lowest * 0.6, positive["mean"].max() * 3)
    return figure


def _label(row: Mapping[Any, Any]) -> str:
    """A stage's count with its interval and, from the detainer on, its share of the programme's detainers."""
    mean, high, share = (float(row[name]) for name in ("mean", "high", "of_detainers"))
    spread = "" if isnan(high) else f" \N{PLUS-MINUS SIGN} {high - mean:,.0f}"
    part = f"  ({style.percent(share)})" if row["event"] in _SHARED_STAGES and not isnan(share) else ""
    return f"{mean:,.0f}{spread}{part}"

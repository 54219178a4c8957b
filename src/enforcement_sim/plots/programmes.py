"""People by the programme that found them first: how many reached each stage, and their offence mix.

Stages are events that a person ever reached, not a chain, so no flow between them is drawn. Counts range from tens to
millions, so they are points on a logarithmic axis (where the length of a bar would mislead), with the number at the end
of each row. "Criminal" means different things in different published figures, so every mix names its definition and its
stage. The fourteen offence classes of the charge definition are drawn as seven groups.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import floor, isnan, log10
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch
from matplotlib.ticker import NullLocator

from enforcement_sim import labels
from enforcement_sim.plots import frame, seed_means, style
from enforcement_sim.plots.sources import Source, definition_named, drawn_from
from enforcement_sim.runs.summaries import MIX_STAGES
from enforcement_sim.tables.amounts import thousands, whole

STAGES = (
    "submitted", "matched", "interviewed", "identified", "detainer_issued", "held", "ice_custody", "removed", "returned"
)  # fmt: skip
PROGRAMMES = ("secure_communities", "jail_287g", "criminal_alien_program", "task_force")
ONLY_IF_ANY = ("task_force",)
"""Programmes that most places never had; omitted if they found nobody."""
_SHARED_STAGES = ("held", "ice_custody", "removed", "returned")
_LABELLED_SHARE = 0.04
"""Share of a bar, times the number of panels, below which a part is too narrow for its number."""
_LEGEND_COLUMNS = 4
_AT = {name: name for name in ("removed", "matched")}
_AT |= {"detainer_issued": "with a detainer", "ice_custody": "taken into ICE custody"}


def programmes_in(counts: pd.DataFrame) -> tuple[str, ...]:
    """Return the programmes to count, of a table with columns ``programme`` and ``count``."""
    found = set(counts.loc[counts["count"] > 0, "programme"].astype(str))
    return tuple(name for name in PROGRAMMES if name in found or name not in ONLY_IF_ANY)


# ---- the funnel --------------------------------------------------------------------------------------------------------


@frame.styled
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
    runs = drawn_from(source)
    found = funnel_numbers(runs.table("funnel", ""))
    positive, bookings = found[found["mean"] > 0], runs.bookings
    programmes = [name for name in PROGRAMMES if name in set(positive["programme"])]
    stages = {stage: labels.event(stage) for stage in STAGES if stage in set(positive["event"])}
    nobody = [labels.programme(name) for name in dict.fromkeys(found["programme"]) if name not in programmes]
    figure = frame.framed(
        (frame.WIDTH, 0.8 + 0.36 * max(len(stages), 3)),
        "How many people reached each stage, by the programme that found them first",
        f"{runs.note}{f'Out of {thousands(bookings)} bookings. ' if bookings else ''}People over the whole period, "
        "logarithmic axis; in brackets the share of the programme's detainers.",
        runs.about.caption(
            frame.intervals_as(found, "Whiskers and \N{PLUS-MINUS SIGN}"),
            "A person counts under the first programme that found them and at every stage they ever reached; whom ICE takes "
            f"over from a prison is not held on the detainer before. {labels.ABOUT_DETAINERS}"
            + (f" Found nobody first: {', '.join(nobody)}." if nobody else ""),
        ),
        numbers=found,
        about=runs.about,
    )
    if not programmes:
        frame.nothing(figure.subplots(), "No programme found anybody in these runs.")
        return figure
    for panel in frame.row_panels(figure, positive, ("programme", programmes), ("event", stages)):
        axes, here, colour = panel.axes, panel.found, style.PROGRAMME_COLOURS[panel.name]
        axes.set_xscale("log")
        frame.whiskers(axes, here, here["at"], colour, style.PROGRAMME_MARKERS[panel.name])
        texts = {row["event"]: _label(row) for row in here.to_dict("records")}
        for stage, place in panel.places.items():
            frame.beside(axes, texts.get(stage, "0"), place, color=style.INK if stage in texts else style.QUIET)
        frame.heading(axes, labels.programme(panel.name), color=colour)
        frame.value_axis(axes, "x", "people (log scale)", style.POWERS)
        axes.xaxis.set_minor_locator(NullLocator())
        if len(positive):
            lowest = 10.0 ** max(0, floor(log10(positive["mean"].min())))
            axes.set_xlim(lowest * 0.6, positive["mean"].max() * 3)
    return figure


def funnel_numbers(funnel: pd.DataFrame, stages: Sequence[str] = STAGES) -> pd.DataFrame:
    """Return the numbers of the funnel.

    Parameters
    ----------
    funnel : DataFrame
        Columns ``seed``, ``programme``, ``event``, ``count``: one setting, one or more runs.
    stages : sequence of str
        Events to keep, in the order of the figure.
    """
    kept = funnel[funnel["event"].isin(stages) & funnel["programme"].isin(programmes_in(funnel))]
    # A run without any of these events counts as zero.
    found = seed_means.over_seeds(kept, ["programme", "event"], "count", seeds=funnel["seed"].unique())
    found = seed_means.in_order(found, programme=PROGRAMMES, event=stages)
    detainers = found[found["event"] == "detainer_issued"].set_index("programme")["mean"]
    base = found["programme"].map(detainers).astype(float)
    return found.assign(of_detainers=found["mean"] / base.where(base > 0))


def _label(row: Mapping[Any, Any]) -> str:
    """Return a stage's count with its interval and, from the detainer on, its share of the programme's detainers."""
    mean, high, share = (float(row[name]) for name in ("mean", "high", "of_detainers"))
    interval = "" if isnan(high) else f" \N{PLUS-MINUS SIGN} {high - mean:,.0f}"
    part = f"  ({style.percent(share)})" if row["event"] in _SHARED_STAGES and not isnan(share) else ""
    return f"{mean:,.0f}{interval}{part}"


# ---- the offence mix ---------------------------------------------------------------------------------------------------


def mix(source: Source, definition: str = "ice-levels-2010") -> frame.Plot:
    """Draw the offence mix at each stage, a panel for each programme that found people first.

    Parameters
    ----------
    source : Result, sequence of Result, or Sweep
        One run (no intervals), runs of one scenario under different seeds, or a sweep, of which the reference is drawn.
    definition : str
        Definition of the categories; ``enforcement-sim definitions`` lists them.

    Returns
    -------
    Plot
        A Matplotlib figure; its ``numbers`` have ``stage``, ``programme``, ``category``, the share's ``mean``, ``low``,
        ``high``, ``runs``, and ``people``, the mean number at the stage.

    Raises
    ------
    InputError
        If the definition is unknown, or a sweep does not hold it.

    Examples
    --------
    >>> from enforcement_sim import load_scenario, plots, run
    >>> kent = load_scenario("baseline").with_(**{
    ...     "scope": {"counties": ["10001"]}, "start.warm_days": 0, "period.start": "2012-01-01", "period.end": "2012-01-31"})
    >>> figure = plots.mix(run(kent, seed=1))
    >>> list(dict.fromkeys(figure.numbers["category"]))
    ['level 1', 'level 2', 'level 3', 'no conviction']
    """
    return _mix(source, definition)


def mix_by_setting(sweep: Source, definition: str = "ice-levels-2010", stage: str = "removed") -> frame.Plot:
    """Draw the offence mix at one stage under each setting of a sweep.

    Parameters
    ----------
    sweep : Sweep
        What :func:`enforcement_sim.sweep` or :func:`enforcement_sim.load_sweep` returns.
    definition : str
        Definition of the categories.
    stage : str
        ``matched``, ``detainer_issued``, ``ice_custody`` or ``removed``.

    Returns
    -------
    Plot
        A Matplotlib figure; its ``numbers`` are those of :func:`mix` with ``setting`` instead of ``stage``.

    Raises
    ------
    InputError
        If the definition is unknown, or the sweep does not hold it.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from enforcement_sim import load_scenario, plots, sweep
    >>> kent = load_scenario("hold-length").with_(**{"scope": {"counties": ["10001"]}, "replications": 1,
    ...     "start.warm_days": 0, "period.start": "2012-01-01", "period.end": "2012-01-31"})
    >>> with TemporaryDirectory() as folder:
    ...     figure = plots.mix_by_setting(sweep(kent, out=f"{folder}/kent", workers=1), stage="detainer_issued")
    >>> [label.get_text() for label in figure.axes[0].get_yticklabels()]
    ['0 h', '24 h', '48 h', '72 h', '96 h', '144 h']
    """
    return _mix(sweep, definition, stage)


@frame.styled
def _mix(source: Source, definition: str, stage: str = "") -> frame.Plot:
    """Draw a mix: a bar for each stage or, where ``stage`` is given, for each setting at that stage."""
    named, runs = definition_named(definition), drawn_from(source, every=bool(stage))
    counted, rows = runs.table("mix", definition), "setting" if stage else "stage"
    found = mix_numbers(counted[counted["stage"] == stage] if stage else counted, named.categories, rows)
    bars = {bar: bar for bar in runs.settings} if stage else {bar: labels.event(bar) for bar in MIX_STAGES}
    programmes = [name for name in PROGRAMMES if name in set(found["programme"])]
    categories = list(dict.fromkeys(found["category"]))
    least = _LABELLED_SHARE * max(len(programmes), 1)
    colours = dict(zip(categories, style.category_colours(categories), strict=True))
    at = _AT.get(stage, f"at the stage: {labels.event(stage).lower()}") if stage else ""
    figure = frame.framed(
        (frame.WIDTH, 1.2 + 0.5 * max(len(bars), 2)),
        f"Offence mix of people {at}, by programme and setting" if stage else "Offence mix by stage and programme",
        f"{'' if stage else runs.note}Share of the people at {'this' if stage else 'each'} stage, under the definition "
        f"\N{LEFT DOUBLE QUOTATION MARK}{named.title}\N{RIGHT DOUBLE QUOTATION MARK}; n is the mean number of people.",
        runs.about.caption(
            frame.intervals_as(found, "\N{PLUS-MINUS SIGN} in percentage points"),
            f"Shares under {style.percent(least)} are drawn but not labelled.",
        ),
        -(-len(categories) // _LEGEND_COLUMNS),
        found,
        runs.about,
    )
    if not programmes:
        frame.nothing(figure.subplots(), "No programme found anybody in these runs.")
        return figure
    for panel in frame.row_panels(figure, found, ("programme", programmes), (rows, bars)):
        axes, here = panel.axes, panel.found
        _bars(axes, here, colours, least)
        people = here.groupby(rows, sort=False)["people"].first()
        for bar, place in panel.places.items():
            text = f"n={whole(float(people[bar]))}" if bar in people.index else "nobody"
            at_bar = 1.02 if bar in people.index else 0.02
            axes.annotate(text, (at_bar, place), va="center", size=7.5, color=style.QUIET, annotation_clip=False)
        frame.heading(axes, labels.programme(panel.name), color=style.PROGRAMME_COLOURS[panel.name])
        frame.value_axis(axes, "x", "share of people", style.SHARES)
        axes.set_xticks([0, 0.25, 0.5, 0.75, 1])
        axes.set_xlim(0, 1.27)
    handles = {labels.category(name): Patch(color=colour) for name, colour in colours.items()}
    frame.legend(figure, handles, min(len(categories), _LEGEND_COLUMNS))
    return figure


def mix_numbers(mix: pd.DataFrame, categories: Sequence[str] = (), rows: str = "stage") -> pd.DataFrame:
    """Return the numbers of a mix.

    Parameters
    ----------
    mix : DataFrame
        Columns ``seed``, ``programme``, ``category``, ``count`` and the one named by ``rows``; one definition.
    categories : sequence of str
        The definition's categories in its own order; else in order of appearance. Offence classes become groups.
    rows : str
        The column whose values become the bars: ``stage``, or ``setting`` to compare the points of a sweep.
    """
    mix = seed_means.as_text(mix)
    order = list(dict.fromkeys(labels.OFFENCE_GROUPS.get(name, name) for name in (*categories, *mix["category"])))
    kept = mix[mix["programme"].isin(programmes_in(mix))]
    kept = kept.assign(category=kept["category"].replace(labels.OFFENCE_GROUPS))
    counts = kept.pivot_table(
        index=[rows, "programme", "seed"], columns="category", values="count", aggfunc="sum", fill_value=0, sort=False
    ).reindex(columns=order, fill_value=0)
    totals = counts.sum(axis=1)
    shares = counts[totals > 0].div(totals[totals > 0], axis=0)
    tidy = shares.reset_index().melt([rows, "programme", "seed"], var_name="category", value_name="share")
    found = seed_means.over_seeds(tidy, [rows, "programme", "category"], "share", fill=None, bounds=(0.0, 1.0))
    people = totals.groupby([rows, "programme"], sort=False).mean().reset_index(name="people")
    return found.merge(people, on=[rows, "programme"], how="left")


def _bars(axes: Axes, here: pd.DataFrame, colours: dict[str, str], least: float) -> None:
    """Stack the shares of one programme, with its number in each part that is wide enough."""
    left = dict.fromkeys(here["at"], 0.0)
    for category, colour in colours.items():
        part = here[here["category"] == category]
        starts = [left[place] for place in part["at"]]
        axes.barh(part["at"], part["mean"], 0.72, starts, color=colour, edgecolor="white", linewidth=0.6)
        for place, mean, high, start in zip(part["at"], part["mean"], part["high"], starts, strict=True):
            left[place] = start + mean
            if mean >= least:
                interval = "" if isnan(high) else f"\n\N{PLUS-MINUS SIGN}{100 * (high - mean):.1f}"
                axes.text(
                    start + mean / 2, place, f"{style.percent(mean)}{interval}", ha="center", va="center", size=7,
                    linespacing=0.95, color=style.ink_on(colour),
                )  # fmt: skip

"""Offence mix: what the people at a stage had been charged with or convicted of, under one named definition.

"Criminal" means different things in different published figures, so every mix names its definition and its stage. The
fourteen offence classes of the plain charge definition are drawn as seven groups.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from enforcement_sim import labels
from enforcement_sim.amounts import whole
from enforcement_sim.plots import frame, intervals, style
from enforcement_sim.plots.captions import Provenance
from enforcement_sim.plots.drawable import Drawable
from enforcement_sim.plots.funnels import PROGRAMMES, drawn
from enforcement_sim.plots.sources import MIX_STAGES as STAGES
from enforcement_sim.plots.sources import Source, definition_named, every_setting, one_setting
from enforcement_sim.runs.sweep_result import Sweep

_LABELLED_SHARE = 0.04
"""Of a bar, times the number of panels: narrower parts have no room for their number."""
_LEGEND_COLUMNS = 4
_AT = {
    "removed": "removed",
    "detainer_issued": "with a detainer",
    "ice_custody": "taken into ICE custody",
    "matched": "matched",
}


def mix(source: Source, definition: str = "ice-levels-2010") -> frame.Plot:
    """Draw the offence mix at each stage, a panel for each programme that found people first.

    Parameters
    ----------
    source : Result, sequence of Result, or Sweep
        One run (no intervals), runs of one scenario under different seeds, or a sweep, of which the reference is drawn.
    definition : str
        Under which people are sorted; ``enforcement-sim definitions`` lists them.

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
    named, runs = definition_named(definition), one_setting(source)
    found = numbers(runs.table("mix", definition), named.categories)
    return draw(found, named.title, runs.about, STAGES, note=runs.note)


def mix_by_setting(sweep: Sweep | Drawable, definition: str = "ice-levels-2010", stage: str = "removed") -> frame.Plot:
    """Draw the offence mix at one stage under each setting of a sweep.

    Parameters
    ----------
    sweep : Sweep
        What :func:`enforcement_sim.sweep` or :func:`enforcement_sim.load_sweep` returns.
    definition : str
        Under which people are sorted.
    stage : str
        ``matched``, ``detainer_issued``, ``ice_custody`` or ``removed``.

    Returns
    -------
    Plot
        A Matplotlib figure; its ``numbers`` are those of :func:`mix` with ``setting`` in the place of ``stage``.

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
    named, runs = definition_named(definition), every_setting(sweep)
    counted = runs.table("mix", definition)
    found = numbers(counted[counted["stage"] == stage], named.categories, rows="setting")
    return draw(found, named.title, runs.about, runs.settings, stage)


def numbers(mix: pd.DataFrame, categories: Sequence[str] = (), rows: str = "stage") -> pd.DataFrame:
    """What a mix figure shows.

    Parameters
    ----------
    mix : DataFrame
        Columns ``seed``, ``programme``, ``category``, ``count`` and the one named by ``rows``; one definition.
    categories : sequence of str
        The definition's categories in its own order; else in order of appearance. Offence classes become groups.
    rows : str
        The column whose values become the bars: ``stage``, or ``setting`` to compare the points of a sweep.
    """
    mix = intervals.as_text(mix)
    order = list(dict.fromkeys(labels.OFFENCE_GROUPS.get(name, name) for name in (*categories, *mix["category"])))
    kept = mix[mix["programme"].isin(drawn(mix))]
    kept = kept.assign(category=kept["category"].replace(labels.OFFENCE_GROUPS))
    counts = kept.pivot_table(
        index=[rows, "programme", "seed"], columns="category", values="count", aggfunc="sum", fill_value=0, sort=False
    ).reindex(columns=order, fill_value=0)
    totals = counts.sum(axis=1)
    shares = counts[totals > 0].div(totals[totals > 0], axis=0)
    tidy = shares.reset_index().melt([rows, "programme", "seed"], var_name="category", value_name="share")
    found = intervals.over_seeds(tidy, [rows, "programme", "category"], "share", fill=None, bounds=(0.0, 1.0))
    people = totals.groupby([rows, "programme"], sort=False).mean().reset_index(name="people")
    return found.merge(people, on=[rows, "programme"], how="left")


@frame.styled
def draw(
    found: pd.DataFrame, definition: str, about: Provenance, bars: Sequence[str], stage: str = "", note: str = ""
) -> frame.Plot:
    """Draw the frame of :func:`numbers`.

    Parameters
    ----------
    found : DataFrame
    definition : str
        Its title.
    about : Provenance
    bars : sequence of str
        Stages or, where ``stage`` is given, settings, in the order of the bars.
    stage : str
        The one stage that is shown of every setting.
    note : str
        Which of several settings is shown, where stages are the bars.
    """
    rows = "setting" if stage else "stage"
    programmes = [name for name in PROGRAMMES if name in set(found["programme"])]
    categories = list(dict.fromkeys(found["category"]))
    least = _LABELLED_SHARE * max(len(programmes), 1)
    colours = dict(zip(categories, style.category_colours(categories), strict=True))
    title = "Offence mix by stage and programme"
    if stage:
        at = _AT.get(stage, f"at the stage: {labels.event(stage).lower()}")
        title = f"Offence mix of people {at}, by programme and setting"
    figure = frame.framed(
        (frame.WIDTH, 1.2 + 0.5 * max(len(bars), 2)),
        title,
        f"{note}Share of the people at {'this' if stage else 'each'} stage, under the definition "
        f"\N{LEFT DOUBLE QUOTATION MARK}{definition}\N{RIGHT DOUBLE QUOTATION MARK}; n is the mean number of people.",
        about.caption(
            "\N{PLUS-MINUS SIGN} in percentage points",
            f"Shares under {style.percent(least)} are drawn but not labelled.",
        ),
        -(-len(categories) // _LEGEND_COLUMNS),
        found,
        about,
    )
    panels = frame.panels(figure, programmes or ["none"], sharex=True, sharey=True)
    for programme, axes in panels.items():
        places = frame.rows(axes, bars, list(bars) if stage else [labels.event(bar) for bar in bars])
        here = found[found["programme"] == programme]
        _bars(axes, here.assign(place=here[rows].map(places)), colours, least)
        people = here.groupby(rows, sort=False)["people"].first()
        for bar, place in places.items():
            told = f"n={whole(float(people[bar]))}" if bar in people.index else "nobody"
            at_bar = 1.02 if bar in people.index else 0.02
            axes.annotate(told, (at_bar, place), va="center", size=7.5, color=style.QUIET, annotation_clip=False)
        frame.heading(axes, labels.programme(programme), color=style.PROGRAMME_COLOURS[programme])
        frame.value_axis(axes, "x", "share of people", style.SHARES)
        axes.set_xticks([0, 0.25, 0.5, 0.75, 1])
        axes.set_xlim(0, 1.27)
    handles = {labels.category(name): Patch(color=colour) for name, colour in colours.items()}
    frame.legend(figure, handles, min(len(categories), _LEGEND_COLUMNS))
    return figure


def _bars(axes: Axes, here: pd.DataFrame, colours: dict[str, str], least: float) -> None:
    """Stack the shares of one programme, with a number in each that has room for it."""
    left = dict.fromkeys(here["place"], 0.0)
    for category, colour in colours.items():
        part = here[here["category"] == category]
        starts = [left[place] for place in part["place"]]
        axes.barh(part["place"], part["mean"], 0.72, starts, color=colour, edgecolor="white", linewidth=0.6)
        for place, mean, high, start in zip(part["place"], part["mean"], part["high"], starts, strict=True):
            left[place] = start + mean
            if mean >= least:
                spread = "" if isnan(high) else f"\n\N{PLUS-MINUS SIGN}{100 * (high - mean):.1f}"
                axes.text(
                    start + mean / 2, place, f"{style.percent(mean)}{spread}", ha="center", va="center", size=7,
                    linespacing=0.95, color=style.ink_on(colour),
                )  # fmt: skip

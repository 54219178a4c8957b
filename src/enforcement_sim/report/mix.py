"""Offence mix: what the people at a stage had been charged with or convicted of, under one named definition.

"Criminal" means different things in different published figures, so every mix names its definition and its stage. The
fourteen offence classes of the plain charge definition are drawn as seven groups.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan

import pandas as pd
from matplotlib.figure import Figure

from enforcement_sim.amounts import NOT_APPLICABLE
from enforcement_sim.report import intervals, style, words
from enforcement_sim.report.funnel import PROGRAMMES, drawn
from enforcement_sim.report.provenance import Provenance

STAGES = ("matched", "detainer_issued", "ice_custody", "removed")
_LABELLED_SHARE = 0.11
_LEGEND_COLUMNS = 4


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

    Returns
    -------
    DataFrame
        ``rows``, ``programme``, ``category``, then ``mean``, ``low``, ``high``, ``runs`` of the category's share, and
        ``people``, the mean number of people at that stage.
    """
    mix = intervals.as_text(mix)
    order = list(dict.fromkeys(words.OFFENCE_GROUPS.get(name, name) for name in (*categories, *mix["category"])))
    kept = mix[mix["programme"].isin(drawn(mix))]
    kept = kept.assign(category=kept["category"].replace(words.OFFENCE_GROUPS))
    counts = kept.pivot_table(
        index=[rows, "programme", "seed"], columns="category", values="count", aggfunc="sum", fill_value=0, sort=False
    ).reindex(columns=order, fill_value=0)
    totals = counts.sum(axis=1)
    shares = counts[totals > 0].div(totals[totals > 0], axis=0)
    tidy = shares.reset_index().melt([rows, "programme", "seed"], var_name="category", value_name="share")
    found = intervals.over_seeds(tidy, [rows, "programme", "category"], "share", fill=None, bounds=(0.0, 1.0))
    people = totals.groupby([rows, "programme"], sort=False).mean().reset_index(name="people")
    return found.merge(people, on=[rows, "programme"], how="left")


@style.styled
def draw(
    found: pd.DataFrame, definition: str, about: Provenance, rows: str = "stage", stage: str = "", note: str = ""
) -> Figure:
    """Draw stacked shares: a panel for each programme, a bar for each stage (or each setting).

    Parameters
    ----------
    found : DataFrame
        From :func:`numbers`.
    definition : str
        The definition's title, printed in the subtitle.
    about : Provenance
        For the caption.
    rows : str
        As in :func:`numbers`.
    stage : str
        With ``rows="setting"``, the one stage that is shown.
    note : str
        Put before the subtitle: which of several settings is shown.
    """
    programmes = [name for name in PROGRAMMES if name in set(found["programme"])]
    bars = list(dict.fromkeys(found[rows]))
    if rows == "stage":
        bars = [name for name in STAGES if name in bars] + [name for name in bars if name not in STAGES]
    categories = list(dict.fromkeys(found["category"]))
    title = "Offence mix by stage and programme"
    if rows != "stage":
        title = f"Offence mix of people {_at(stage)}, by programme and setting"
    where = "each stage" if rows == "stage" else "this stage"
    figure = style.framed_figure(
        11.5,
        1.2 + 0.5 * max(len(bars), 2),
        title,
        f"{note}Share of the people at {where}, under the definition \N{LEFT DOUBLE QUOTATION MARK}{definition}"
        "\N{RIGHT DOUBLE QUOTATION MARK}; n is the mean number of people.",
        about.caption(
            "\N{PLUS-MINUS SIGN} in percentage points",
            f"Shares under {style.percent(_LABELLED_SHARE)} are drawn but not labelled.",
        ),
        legend_lines=-(-len(categories) // _LEGEND_COLUMNS),
    )
    panels = figure.subplots(1, max(len(programmes), 1), sharex=True, sharey=True, squeeze=False)[0]
    colours = style.category_colours(categories)
    per_line = min(len(categories), _LEGEND_COLUMNS)
    places = {bar: -place for place, bar in enumerate(bars)}
    for axes, programme in zip(panels, programmes, strict=False):
        here = found[found["programme"] == programme]
        left = dict.fromkeys(bars, 0.0)
        for category, colour in zip(categories, colours, strict=True):
            part = here[here["category"] == category]
            starts = [left[bar] for bar in part[rows]]
            axes.barh(
                [places[bar] for bar in part[rows]],
                part["mean"],
                left=starts,
                height=0.72,
                color=colour,
                edgecolor="white",
                linewidth=0.6,
                label=words.category(category),
            )
            for bar, mean, high, start in zip(part[rows], part["mean"], part["high"], starts, strict=True):
                left[bar] = start + mean
                if mean >= _LABELLED_SHARE:
                    axes.annotate(
                        _label(mean, high),
                        (start + mean / 2, places[bar]),
                        ha="center",
                        va="center",
                        size=7,
                        linespacing=0.95,
                        color=style.ink_on(colour),
                    )
        for bar, people in here.groupby(rows, sort=False)["people"].first().items():
            axes.annotate(
                f"n={style.thousands(float(people))}",
                (1.02, places[bar]),
                va="center",
                size=7.5,
                color=style.QUIET,
                annotation_clip=False,
            )
        for bar in bars:
            if bar not in set(here[rows]):
                axes.annotate(NOT_APPLICABLE, (0.02, places[bar]), va="center", size=8, color=style.QUIET)
        axes.set_title(words.programme(programme), color=style.PROGRAMME_COLOURS[programme], weight="bold", loc="left")
        axes.set_xlabel("share of people")
        axes.xaxis.set_major_formatter(style.SHARES)
        axes.set_xticks([0, 0.25, 0.5, 0.75, 1])
        style.only_grid(axes, "x")
    panels[0].set_xlim(0, 1.27)
    panels[0].set_yticks(list(places.values()), [words.event(bar) if rows == "stage" else bar for bar in bars])
    panels[0].set_ylim(-len(bars) + 0.45, 0.55)
    handles, labels = panels[0].get_legend_handles_labels()
    if handles:
        style.legend(figure, handles, labels, columns=per_line)
    return figure


def _label(mean: float, high: float) -> str:
    spread = "" if isnan(high) else f"\n\N{PLUS-MINUS SIGN}{100 * (high - mean):.1f}"
    return f"{style.percent(mean)}{spread}"


def _at(stage: str) -> str:
    return {
        "removed": "removed",
        "detainer_issued": "with a detainer",
        "ice_custody": "taken into ICE custody",
        "matched": "matched",
    }.get(stage, f"at the stage: {words.event(stage).lower()}")

"""Which uncertain parameters a result depends on: Sobol' indices, a panel for each measure.

A parameter's row has two marks: the share of the variance that it explains alone (filled) and the share that would
remain if all others were known (hollow). If they differ, it interacts with other parameters. Rows have the same order in
all panels, by the largest total index.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, isnan

import pandas as pd

from enforcement_sim import labels
from enforcement_sim.errors import InputError
from enforcement_sim.plots import frame, seed_means, style
from enforcement_sim.plots.sources import Drawable, stored
from enforcement_sim.runs.sensitivity import FIRST, TOTAL, too_few_draws
from enforcement_sim.runs.sweep_result import Sweep
from enforcement_sim.scenarios.plan import DIFFERENCE, LEVEL

MEASURES = (
    "detainer_issued", "ice_custody", "removed", "days_per_detainer.induced", "detainers_on_citizens", "net_cost.county"
)  # fmt: skip
"""Default measures, one panel each."""
COLOUR = "#332288"
_COLUMNS = 3
_ROW_INCHES = 0.3
_APART = 0.13
_MOST_NOISE = 0.05
"""Above this share of random variation the panel gives the share of the variance that no parameter explains."""


@frame.styled
def importance(
    sweep: Sweep | Drawable, indices: pd.DataFrame, point: int = 0, measures: Sequence[str] = MEASURES
) -> frame.Plot:
    """Draw which uncertain parameters matter: Sobol' indices, a panel for each measure.

    Parameters
    ----------
    sweep : Sweep
        Whose design drew uncertain parameters by the method ``saltelli``.
    indices : DataFrame
        From :func:`enforcement_sim.runs.sensitivity.sobol_indices`.
    point : int
        0 for levels at the reference policy, else the number of the policy whose effect is drawn.
    measures : sequence of str
        One panel each, in this order; measures that do not vary are left out.

    Returns
    -------
    Plot
        A Matplotlib figure; its ``numbers`` are the indices drawn, the parameter that matters most first.

    Raises
    ------
    InputError
        If no measure varies.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from enforcement_sim import load_scenario, plots, sweep
    >>> kent = load_scenario("baseline").with_(**{"scope": {"counties": ["10001"]}, "replications": 1,
    ...     "start.warm_days": 0, "period.start": "2012-01-01", "period.end": "2012-01-31"})
    >>> made_up = {"of": "level", "point": 0, "measure": "removed", "parameter": "pickup.crew_capacity", "chance": 0.3}
    >>> rows = [made_up | {"order": order, "value": 0.6, "low": 0.5, "high": 0.7} for order in ("first", "total")]
    >>> with TemporaryDirectory() as folder:
    ...     figure = plots.importance(sweep(kent, out=f"{folder}/kent", workers=1), pd.DataFrame(rows))
    >>> [text.get_text() for text in figure.axes[0].texts]
    ['of the variance, 30% is chance']
    """
    drawable, effect = stored(sweep), stored(sweep).effect(point)
    found = index_numbers(indices, point, measures)
    if found.empty:
        raise InputError("none of these measures varies", key="measures", allowed=tuple(indices["measure"].unique()))
    names, parameters = (list(dict.fromkeys(found[column])) for column in ("measure", "parameter"))
    what = f"the effect of a policy ({effect})" if effect else "each result"
    about = drawable.about([0, point] if point else [0])
    figure = frame.framed(
        (frame.WIDTH, ceil(len(names) / _COLUMNS) * (_ROW_INCHES * max(2, len(parameters)) + 0.95)),
        "Which of the things not known matter" + (" for the effect of the policy" if effect else ""),
        f"Share of the variance of {what} over draws of the uncertain parameters (Sobol' indices).",
        about.caption(
            "",
            "Every draw met the same seeds. Whiskers: 95% interval of the index from resampled draws, cut at the edge of the "
            f"panel; an estimate may lie below 0 or above 1 by chance.{_too_few(found)}",
        ),
        1,
        found,
        about,
    )
    panels = frame.row_panels(
        figure, found, ("measure", names), ("parameter", dict(zip(parameters, parameters, strict=True))), _COLUMNS
    )
    for place, (name, axes, here, _) in enumerate(panels):
        for row in here.to_dict("records"):
            first = row["order"] == FIRST
            y = row["at"] + (_APART if first else -_APART)
            frame.segment(axes, row["low"], row["high"], y, COLOUR)
            fill = COLOUR if first else "white"
            axes.plot(row["value"], y, "o", markersize=5.5, markerfacecolor=fill, markeredgecolor=COLOUR)
        noise = float(here["chance"].iloc[0])
        notable = not isnan(noise) and noise > _MOST_NOISE
        noise_text = f"of the variance, {style.percent(min(noise, 1.0))} is chance" if notable else ""
        frame.heading(axes, labels.measure(name)[0] + ("" if noise_text else "\n"), noise_text, size=9)
        axes.axvline(0, color=style.INK, linewidth=0.9, zorder=0.5)
        lowest = place >= len(panels) - _COLUMNS
        frame.value_axis(axes, "x", "share of the variance" if lowest else "", style.SHARES)
        axes.set_xlim(min(-0.12, float(found["value"].min()) - 0.05), max(1.12, float(found["value"].max()) + 0.05))
    marks = {
        "what it accounts for alone (first order)": frame.key(COLOUR),
        "what would remain if all else were known (total order)": frame.key(COLOUR, filled=False),
    }
    frame.legend(figure, marks)
    return figure


def index_numbers(indices: pd.DataFrame, point: int = 0, measures: Sequence[str] = MEASURES) -> pd.DataFrame:
    """Return the indices of some measures of one policy, the parameter that matters most first."""
    of = DIFFERENCE if point else LEVEL
    here = indices[(indices["of"] == of) & (indices["point"] == point) & indices["measure"].isin(measures)]
    here = here[here["value"].notna()]
    largest = here[here["order"] == TOTAL].groupby("parameter")["value"].max().sort_values(ascending=False)
    return seed_means.in_order(here, measure=measures, parameter=list(largest.index), order=(FIRST, TOTAL))


def _too_few(found: pd.DataFrame) -> str:
    """Return how many of the indices are too uncertain to be read as shares; empty if none is."""
    ends = zip(found["value"], found["low"], found["high"], strict=True)
    unsure = sum(too_few_draws(value, low, high) for value, low, high in ends)
    if not unsure:
        return ""
    return f" Too few draws for {unsure} of the {len(found)} indices: known to no better than 0.20, or outside 0 to 1."

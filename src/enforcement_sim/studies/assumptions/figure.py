"""The decomposition of the difference between two sets of assumptions as a waterfall, from one side's result to the other's.

There is a panel for each measure, all with the same rows: A's value, a bar for each assumption that differs, and B's value.
Each bar begins where the previous one ended. A bar whose interval contains zero is hollow, and an assumption that changed
nothing in any run is a tick.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from math import ceil, isnan
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from enforcement_sim import labels
from enforcement_sim.errors import InputError
from enforcement_sim.plots import frame, style
from enforcement_sim.plots.captions import Provenance
from enforcement_sim.plots.frame import save
from enforcement_sim.plots.indices import MEASURES
from enforcement_sim.plots.sources import Drawable
from enforcement_sim.scenarios.plan import DIFFERENCE, LEVEL
from enforcement_sim.studies.assumptions.compute import END, GAP, START, Decomposition
from enforcement_sim.tables.amounts import thousands

HIGHER_COLOUR, LOWER_COLOUR = style.CONTRAST, style.MAIN
_COLUMNS = 3
_ROW_INCHES = 0.27
_BAR = 0.62
_ROOM_FOR_NUMBERS = 0.34


def waterfall(decomposition: Decomposition, point: int = 0, measures: Sequence[str] = MEASURES) -> frame.Plot:
    """Draw how much each assumption contributes to the difference between two sides, a panel for each measure.

    Parameters
    ----------
    decomposition : Decomposition
        From :func:`enforcement_sim.studies.assumptions.compute.split`.
    point : int
        0 for levels at the reference policy, else the number of the policy whose effect is split.
    measures : sequence of str
        A panel each, in this order; those without values are left out.

    Returns
    -------
    Plot
        A Matplotlib figure; its ``numbers`` have ``measure``, ``part``, ``value``, ``low``, ``high``, ``order_error`` and
        ``left``, where the bar of a part begins.

    Raises
    ------
    InputError
        If no measure has values.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from enforcement_sim import load_scenario
    >>> from enforcement_sim.studies.assumptions.assumption_sets import AssumedValue, Assumption, AssumptionSet
    >>> from enforcement_sim.studies.assumptions.compute import contest_of, split
    >>> from enforcement_sim.runs.run import real_runner
    >>> kent = load_scenario("baseline").with_(**{"ensemble": 0, "scope": {"counties": ["10001"]}, "replications": 1,
    ...     "start.warm_days": 0, "period.start": "2012-01-01", "period.end": "2012-01-31"})
    >>> def side(name, dollars):
    ...     price = Assumption(says="Why.", values={"cost.jail_day": AssumedValue(value=dollars, source="A source.")})
    ...     return AssumptionSet(name=name, title=name, argues="An argument.", assumptions={"price": price})
    >>> contest = contest_of(kent, side("cheap", 60), side("dear", 140))
    >>> with TemporaryDirectory() as folder:
    ...     figure = waterfall(split(contest, Path(folder) / "gap", real_runner(), 1), measures=["net_cost.county"])
    >>> [label.get_text() for label in figure.axes[0].get_yticklabels()]
    ['cheap', 'price', 'dear']
    """
    whole = decomposition.frame([name for name in measures if name in decomposition.measures])
    found = numbers(whole[(whole["of"] == (DIFFERENCE if point else LEVEL)) & (whole["point"] == point)], measures)
    if found.empty:
        raise InputError("no measure has values in every run", key="measures", allowed=decomposition.measures)
    drawable, contest = Drawable(decomposition.sweep), decomposition.contest
    about = replace(drawable.about([0, point] if point else [0]), draws=1, settings=len(contest.combinations))
    notes = [order_note(found["order_error"].tolist(), not contest.orders, len(contest.orders))]
    notes.insert(0, "What each side assumes, and why, is in assumptions.csv.")
    if not point:
        notes.insert(0, "Axes do not begin at zero.")
        notes = [f"Policy: {drawable.label(0)}.", *notes] if len(decomposition.sweep.settings) > 1 else notes
    a, b = (side.name for side in contest.sides)
    return draw(found, (a, b), about, drawable.effect(point), " ".join(notes))


def draw_decomposition(found: Decomposition, measures: Sequence[str] = MEASURES) -> list[Path]:
    """Draw the waterfalls of a decomposition into the ``figures`` of its folder.

    Returns
    -------
    list of Path
        The PNG, SVG and CSV files written: ``gap`` for levels at the reference policy, ``gap-in-effect-N`` for the
        effect of policy N.
    """
    written: list[Path] = []
    for point in range(len(found.sweep.settings)):
        name = f"gap-in-effect-{point}" if point else "gap"
        with suppress(InputError):  # a policy of which no measure has values gets no figure
            written += save(waterfall(found, point, measures), found.sweep.folder / "figures", name)
    return written


def numbers(parts: pd.DataFrame, measures: Sequence[str] = MEASURES) -> pd.DataFrame:
    """Return the numbers of the waterfall.

    Parameters
    ----------
    parts : DataFrame
        Columns ``measure``, ``part``, ``value``, ``low``, ``high``, ``order_error`` and any others, in the order of the
        rows: one policy, and either levels or differences.
    measures : sequence of str
        Those to keep, in the order of the panels; those without values are left out.
    """
    panels = []
    for name in measures:
        here = parts[(parts["measure"] == name) & (parts["part"] != GAP)]
        if here.empty or here["value"].isna().any():
            continue
        ends = here["part"].isin([START, END])
        before = here["value"].where(here["part"] != END, 0.0).cumsum().shift(1).fillna(0.0)
        panels.append(here.assign(left=before.where(~ends, 0.0)))
    return pd.concat(panels, ignore_index=True) if panels else parts.head(0).assign(left=0.0)


@frame.styled
def draw(
    found: pd.DataFrame, sides: tuple[str, str], about: Provenance, effect: str = "", notes: str = ""
) -> frame.Plot:
    """Draw the frame of :func:`numbers`.

    Parameters
    ----------
    found : DataFrame
    sides : tuple of str
        The names of the two sets.
    about : Provenance
    effect : str
        For differences: the policy and what it is compared with, in words; empty for levels.
    notes : str
        What else a reader must know, as full sentences.
    """
    names, never = frame.shown(found, found["value"] == 0)
    parts = list(dict.fromkeys(found["part"]))
    what = f"What a policy changes ({effect})" if effect else "What comes out"
    side_labels = {START: labels.spelt_out(sides[0]), END: labels.spelt_out(sides[1])}
    figure = frame.framed(
        (frame.WIDTH, ceil(len(names) / _COLUMNS) * (_ROW_INCHES * len(parts) + 0.95)),
        f"From {side_labels[START]} to {side_labels[END]}: which assumption makes the gap",
        f"{what} under the assumptions of each side, and the step that each assumption makes when it gives way to the other "
        "side's: the mean over all orders of changing them (Shapley). The same synthetic people throughout.",
        about.caption("Whiskers", f"{never}{notes}"),
        1,
        found,
        about,
    )
    for name, axes in frame.panels(figure, names, _COLUMNS, sharey=True).items():
        places = frame.rows(axes, parts, [side_labels.get(part, labels.spelt_out(part)) for part in parts])
        label, unit = labels.measure(name)
        factor = 100.0 if unit == "share" else 1.0
        here = found[found["measure"] == name].set_index("part")[["value", "low", "high", "left"]] * factor
        _steps(axes, here, places, bool(effect))
        # Panels that are not at the left share the labels of the one that is, and have none of their own.
        for tick, part in zip(axes.get_yticklabels(), parts, strict=False):
            tick.set_fontweight("bold" if part in side_labels else "normal")
        frame.heading(axes, label, size=9)
        unit = ("% points" if effect else "%") if unit == "share" else unit
        frame.value_axis(axes, "x", f"difference, {unit}" if effect else unit)
    handles = {"raises it": HIGHER_COLOUR, "lowers it": LOWER_COLOUR}
    unsure = Patch(facecolor="white", edgecolor=style.QUIET)
    frame.legend(
        figure,
        {text: Patch(color=colour) for text, colour in handles.items()}
        | {"the interval includes zero, so the direction is uncertain": unsure},
    )
    return figure


def _steps(axes: Axes, here: pd.DataFrame, places: dict[str, float], effect: bool) -> None:
    reach: list[float] = []
    for part, y in places.items():
        value, low, high, left = here.loc[[part]].to_numpy(dtype=float)[0]
        known = not isnan(low) and (low > 0 or high < 0)
        low, high = (value, value) if isnan(low) else (low, high)
        reach += [left + value, left + low, left + high]
        side = part in (START, END)
        if side:
            axes.plot(value, y, "D", color=style.INK, markersize=5.5)
        elif value == 0:
            axes.plot(left, y, "|", color=style.QUIET, markersize=9)
        else:
            colour = HIGHER_COLOUR if value > 0 else LOWER_COLOUR
            axes.barh(y, value, _BAR, left, facecolor=colour if known else "white", edgecolor=colour)
        frame.segment(axes, left + low, left + high, y)
        if y > -len(places) + 1:
            axes.plot([left + value] * 2, [y - _BAR / 2, y - 1 + _BAR / 2], color=style.QUIET, linewidth=0.7)
        text = thousands(value)
        axes.annotate(
            f"+{text}" if (effect or not side) and value > 0 else text,
            (max(left, left + value, left + high), y),
            xytext=(7, 0),
            textcoords="offset points",
            va="center",
            size=8,
            weight="bold" if side else "normal",
        )
    _scale(axes, reach, effect)


def _scale(axes: Axes, reach: Sequence[float], effect: bool) -> None:
    """Set the axis to the range of the bars, with room for their numbers; for an effect it includes zero."""
    low, high = (min(*reach, 0.0), max(*reach, 0.0)) if effect else (min(reach), max(reach))
    width = (high - low) or abs(high) or 1.0
    axes.set_xlim(low - 0.06 * width, high + _ROOM_FOR_NUMBERS * width)
    if effect:
        axes.axvline(0, color=style.INK, linewidth=0.9, zorder=0.5)


def order_note(errors: Sequence[float], exact: bool, orders: int) -> str:
    """Return the note on the orders over which steps are averaged."""
    if exact:
        return "Every combination of assumptions was run, so the steps add up to the gap."
    largest = float(np.nanmax(np.asarray(errors, dtype=float))) if len(errors) else float("nan")
    worst = "" if isnan(largest) else f"; the largest standard error that this leaves is {thousands(largest)}"
    return f"Averaged over {orders} orders drawn by key, so the steps add up to the gap and their sizes are estimates{worst}."

"""Power against effect: in how many worlds each design finds a fall in offences, from none to where every design finds all."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes

from enforcement_sim.plots import frame, style
from enforcement_sim.plots.frame import save
from enforcement_sim.studies.research_designs.design_performance import POWER, share_with_interval
from enforcement_sim.studies.research_designs.effect_words import as_typed, with_minus
from enforcement_sim.studies.research_designs.figure import first_look
from enforcement_sim.studies.research_designs.power_by_shift import (
    LARGEST_FALL,
    STEP,
    bias_of,
    curve,
    finds,
    found_by_arithmetic,
    published_error,
)
from enforcement_sim.studies.research_designs.short_answers import unlike_errors
from enforcement_sim.studies.research_designs.study_columns import CURVE_COLUMNS, DECIMALS, POWER_CURVE, design_in_words
from enforcement_sim.studies.research_designs.study_file import AS_PUBLISHED, Study

NOMINAL = 0.05
OFTEN = 0.15
"""From this share of false alarms on, the caption says that power is no merit of the design."""
INCHES = 3.9
WHISKERS = 0.005
"""Distance of the falls at which intervals are drawn."""
LEAST_SHOWN = 0.06
"""The axis reaches at least so far, because tables ask about falls of up to 5%."""


def draw_power(
    study: Study, worlds: Mapping[str, pd.DataFrame], home: Path, effects: Sequence[float] = ()
) -> list[Path]:
    """Draw power against effect into a folder as PNG, SVG and CSV, and return the files."""
    return save(power_against_effect(study, worlds, effects), home, POWER_CURVE)


@frame.styled
def power_against_effect(study: Study, worlds: Mapping[str, pd.DataFrame], effects: Sequence[float] = ()) -> frame.Plot:
    """Draw the share of worlds in which each design finds a fall, over all falls up to where every design finds all.

    Parameters
    ----------
    effects
        In log points, that are marked on the axis.

    Returns
    -------
    Plot
        A Matplotlib figure; its ``numbers`` are a row for each design and fall.

    Examples
    --------
    >>> from enforcement_sim.studies.research_designs.shipped_studies import load_study
    >>> from enforcement_sim.studies.research_designs.stated_worlds import stated_worlds
    >>> study = load_study("miles-cox-2014")
    >>> figure = power_against_effect(study, stated_worlds(study))
    >>> float(figure.numbers["effect_per_cent"].min()) > -10
    True
    """
    numbers = pd.concat([_numbers(study, name, rows) for name, rows in worlds.items()], ignore_index=True)
    end = _end(numbers, effects)
    numbers = numbers[numbers["fall"] <= end + STEP / 2].reset_index(drop=True)
    figure = frame.framed(
        (frame.WIDTH, INCHES),
        f"{study.title}: which falls it would find",
        f"{first_look(numbers)}{study.citation.authors} ({study.citation.year}). How often the design as it is here finds a fall "
        "in offences of a given size. Lines begin at no fall with the worlds in which one is found falsely; false alarms in the "
        "legend are of either sign.",
        _caption(study, worlds, numbers),
        len(worlds) // 2 + 1,
        _as_data(numbers),
    )
    axes = figure.subplots()
    entries: dict[str, Artist] = {}
    for place, (_, of_one) in enumerate(numbers.groupby("design", sort=False)):
        colour, _ = style.series(place)
        axes.plot(of_one["fall"], of_one["found"], color=colour, linewidth=1.8)
        _ends_at(axes, of_one, place, len(worlds), colour)
        alarms = f"{of_one['says'].iloc[0]} (false alarms {of_one['false_alarms'].iloc[0]:.0%})"
        entries[alarms] = frame.key(colour, "none", line="-")
    entries |= _by_arithmetic(axes, study, worlds)
    _levels(axes, end)
    for effect in effects:
        fall = -math.expm1(effect)
        if 0.0 < fall <= end:
            axes.axvline(fall, color=style.QUIET, linewidth=0.8, zorder=0)
            axes.annotate(
                with_minus(f"asked: {as_typed(effect)}"),
                (fall, 0.3),
                (2, 0),
                textcoords="offset points",
                rotation=90,
                size=8,
                va="center",
            )
    frame.legend(figure, entries, columns=2)
    return figure


def _numbers(study: Study, name: str, rows: pd.DataFrame) -> pd.DataFrame:
    alarms = float(finds(rows, 0.0).mean())
    says = design_in_words(study, name)
    found = curve(rows)
    ends = {share: share_with_interval([True] * round(share * len(rows)) + [False] * round((1 - share) * len(rows)))
            for share in found["found"].unique()}  # fmt: skip
    found["low"], found["high"] = ([ends[share][place] for share in found["found"]] for place in (1, 2))
    return found.assign(design=name, says=says, false_alarms=alarms, worlds=len(rows))


def _as_data(numbers: pd.DataFrame) -> pd.DataFrame:
    """Return the numbers as they are written: effects in per cent, a fall negative, and shares rounded."""
    renamed = numbers.rename(columns={"low": "found_low", "high": "found_high"})
    per_cent = -100.0 * renamed["fall"] + 0.0
    return renamed.assign(effect_per_cent=per_cent)[list(CURVE_COLUMNS)].round(DECIMALS)


def _ends_at(axes: Axes, of_one: pd.DataFrame, place: int, lines: int, colour: str) -> None:
    """Draw the 95% interval of a line at a few falls, beside those of the other lines: whole bands would hide each other."""
    every = round(WHISKERS / STEP)
    at = of_one[of_one["fall"] > 0].iloc[every - 1 :: every]
    beside = (place - (lines - 1) / 2) * STEP / 2
    axes.vlines(at["fall"] + beside, at["low"], at["high"], color=colour, linewidth=1.0, alpha=0.8)


def _by_arithmetic(axes: Axes, study: Study, worlds: Mapping[str, pd.DataFrame]) -> dict[str, Artist]:
    """Draw what the published error alone would give, with and without the bias; nothing where no error was published."""
    error = published_error(study.published)
    if math.isnan(error) or AS_PUBLISHED not in worlds:
        return {}
    falls, bias = np.linspace(0.0001, LARGEST_FALL, 600), bias_of(worlds[AS_PUBLISHED])[0]
    ends = [[found_by_arithmetic(math.log1p(-fall), off, error) for fall in falls] for off in (bias, 0.0)]
    axes.fill_between(falls, ends[0], ends[1], color=style.INK, alpha=0.13, linewidth=0)
    for chances in ends:
        axes.plot(falls, chances, color=style.INK, linestyle="--", linewidth=1.0)
    return {"From the published error, with the bias and without: arithmetic": frame.key(style.INK, "none", line="--")}


def _end(numbers: pd.DataFrame, effects: Sequence[float]) -> float:
    """Return where the axis ends: in whole per cent, where every design finds all and every effect asked about is shown."""
    every = numbers.groupby("fall")["found"].min()
    all_found = every[every >= 1.0]
    needed = max(
        [all_found.index.min() if len(all_found) else LARGEST_FALL, *(-math.expm1(one) + STEP for one in effects)]
    )
    return min(LARGEST_FALL, max(LEAST_SHOWN, math.ceil(round(100.0 * float(needed), 6)) / 100.0))


def _levels(axes: Axes, end: float) -> None:
    for level in (NOMINAL, POWER):
        axes.axhline(level, color=style.QUIET, linestyle=":", linewidth=1.0)
        axes.annotate(
            f"{level:.0%}", (1.0, level), (3, 0), ("axes fraction", "data"), "offset points", va="center", size=8
        )
    ticks = np.arange(0.0, end + 0.001, 0.01 if end <= 0.12 else 0.05)
    axes.set_xticks(ticks, [with_minus(f"{-tick:.0%}") if tick else "0%" for tick in ticks])
    axes.set_xlim(0.0, end)
    axes.set_xlabel("true change of offences (a larger fall \N{RIGHTWARDS ARROW})")
    axes.set_ylim(0, 1.02)
    frame.value_axis(axes, "y", "worlds in which a fall is found", style.SHARES)


def _caption(study: Study, worlds: Mapping[str, pd.DataFrame], numbers: pd.DataFrame) -> str:
    """Return what the worlds are, how precise the design is beside the published one, and whose power is no merit."""
    fewest, most = numbers["worlds"].min(), numbers["worlds"].max()
    says = [f"Simulated, not a record: {fewest if fewest == most else f'{fewest} to {most}'} worlds without an effect, to whose "
            "estimates effects are added. Upright lines: 95% intervals at every half per cent."]  # fmt: skip
    if AS_PUBLISHED in worlds:
        says.append(unlike_errors(study.published, float(worlds[AS_PUBLISHED]["standard_error"].mean())))
    often = numbers.drop_duplicates("design")
    often = often[often["false_alarms"] >= OFTEN]
    if len(often):
        named = "; ".join(f"{row.says}: {row.false_alarms:.0%}" for row in often.itertuples())
        says.append(f"Where false alarms are far above 5%, finding falls is no merit of the design ({named}).")
    return " ".join(filter(None, says))

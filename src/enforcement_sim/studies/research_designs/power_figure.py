"""Power against effect: in how many worlds each design finds an effect that is put in."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from enforcement_sim.plots import frame, style
from enforcement_sim.plots.frame import save
from enforcement_sim.studies.research_designs.design_performance import POWER
from enforcement_sim.studies.research_designs.effect_words import per_cent
from enforcement_sim.studies.research_designs.study_columns import designs_as_data
from enforcement_sim.studies.research_designs.study_tables import Results, caption

NOMINAL = 0.05
INCHES = 3.4
SHIFT = 0.012
"""By how much of the axis the marks of one design stand beside those of the next."""
COLUMNS = [
    "design",
    "says",
    "effect_put_in",
    "worlds",
    "differs_from_zero",
    "differs_from_zero_low",
    "differs_from_zero_high",
]


def draw_power(results: Sequence[Results], home: Path) -> list[Path]:
    """Draw power against effect into a folder as PNG, SVG and CSV, and return the files."""
    return save(power_against_effect(results), home, "figure")


@frame.styled
def power_against_effect(results: Sequence[Results]) -> frame.Plot:
    """Draw the share of worlds in which each design differs from zero, over the effects that are put in.

    Parameters
    ----------
    results
        One for each effect.

    Returns
    -------
    Plot
        A Matplotlib figure; its ``numbers`` are a row for each design and effect.
    """
    study = results[0].study
    found = designs_as_data(results)[COLUMNS].sort_values("effect_put_in", kind="stable")
    figure = frame.framed(
        (frame.WIDTH, INCHES),
        f"{study.title}: power",
        f"{study.citation.authors} ({study.citation.year}). How often the design as it is here would find an effect on offences.",
        f"{caption(results[0], effect=False)} Bars: 95% intervals of the share of worlds. Where nothing is put in, the share is "
        "the false-positive rate. Power is that of the design here, which stands in for the published one.",
        1,
        found.reset_index(drop=True),
    )
    axes = figure.subplots()
    effects = sorted(found["effect_put_in"].unique())
    width, entries = (effects[-1] - effects[0]) or 1.0, {}
    names = list(dict.fromkeys(results[0].designs["design"]))
    for place, name in enumerate(names):
        rows = found[found["design"] == name]
        colour, marker = style.series(place)
        at = rows["effect_put_in"] + (place - (len(names) - 1) / 2) * SHIFT * width
        share = rows["differs_from_zero"].to_numpy()
        ends = np.clip([share - rows["differs_from_zero_low"], rows["differs_from_zero_high"] - share], 0, None)
        axes.errorbar(at, share, yerr=ends, color=colour, marker=marker, linewidth=1.2, capsize=2.5, clip_on=False)
        entries[str(rows["says"].iloc[0])] = frame.key(colour, marker, line="-")
    for level in (NOMINAL, POWER):
        axes.axhline(level, color=style.QUIET, linestyle=":", linewidth=1.0)
        axes.annotate(
            f"{level:.0%}", (1.0, level), (3, 0), ("axes fraction", "data"), "offset points", va="center", size=8
        )
    axes.set_xticks(effects, [f"{effect:.3g}\n({per_cent(effect)})" for effect in effects])
    axes.set_xlabel("effect put in: log points (per cent)")
    axes.set_ylim(0, 1)
    frame.value_axis(axes, "y", "worlds in which it differs from 0", style.SHARES)
    frame.legend(figure, entries)
    return figure

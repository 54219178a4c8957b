"""Figures of the gap between two sets of assumptions: one of levels, and one for each policy's effect.

Reads the runs that the experiment room made and hands their split to the waterfall. It draws nothing itself and runs
nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from enforcement_sim.experiment.gap import Gap
from enforcement_sim.report import waterfall
from enforcement_sim.report.folder import Drawable
from enforcement_sim.report.provenance import save
from enforcement_sim.scenario.plan import DIFFERENCE, LEVEL


def draw_gap(gap: Gap, measures: Sequence[str] = waterfall.MEASURES) -> list[Path]:
    """Draw the waterfalls of a gap into the ``figures`` of its folder.

    Parameters
    ----------
    gap : Gap
    measures : sequence of str
        A panel each.

    Returns
    -------
    list of Path
        The PNG, SVG and CSV files written: ``gap`` for levels at the reference policy, ``gap-in-effect-N`` for the
        effect of policy N.
    """
    drawable = Drawable(gap.sweep)
    contest = gap.contest
    a, b = (side.name for side in contest.sides)
    whole = gap.frame([name for name in measures if name in gap.measures])
    written: list[Path] = []
    for point in range(len(gap.sweep.settings)):
        of = DIFFERENCE if point else LEVEL
        found = waterfall.numbers(whole[(whole["of"] == of) & (whole["point"] == point)], measures)
        if found.empty:
            continue
        about = replace(drawable.about([0, point] if point else [0]), draws=1, settings=len(contest.combinations))
        effect = f"{drawable.label(point)}, compared with {drawable.label(0)}" if point else ""
        setting = "" if point or len(gap.sweep.settings) == 1 else f"Policy: {drawable.label(0)}. "
        setting += "" if point else "Axes do not begin at zero. "
        setting += "What each side assumes, and why, is in assumptions.csv. "
        note = waterfall.order_note(found["order_error"].tolist(), not contest.orders, len(contest.orders))
        figure = waterfall.draw(found, (a, b), about, effect, setting + note)
        name = f"gap-in-effect-{point}" if point else "gap"
        written += save(figure, gap.sweep.folder / "figures", name, found, about)
    return written

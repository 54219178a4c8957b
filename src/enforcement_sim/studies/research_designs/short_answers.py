"""What a study's worlds say first: whether they are a first look, then lines on the design, on the published number and warnings.

The lines are worked out from the estimates. They give counts of worlds with 95% intervals and no verdict; a reader decides.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from enforcement_sim.studies.research_designs.compute import Plan
from enforcement_sim.studies.research_designs.crime_answers import (
    ASKED,
    UNLIKE_ERRORS,
    compatible,
    false_alarms,
    null_results,
    of_offences,
)
from enforcement_sim.studies.research_designs.design_assumptions import cannot_see
from enforcement_sim.studies.research_designs.design_performance import (
    holds,
    leaves_out_zero,
    mean_over_sets,
    of_worlds,
)
from enforcement_sim.studies.research_designs.log_points import off_by
from enforcement_sim.studies.research_designs.power_by_shift import (
    in_log_points,
    published_error,
    without_effect,
)
from enforcement_sim.studies.research_designs.study_file import AS_PUBLISHED, Study
from enforcement_sim.studies.research_designs.study_parts import Published
from enforcement_sim.terminal.printing import number

ENOUGH_WORLDS = 50
"""Below so many worlds nothing is said about where the published coefficient lies among the simulated ones."""


def short_answers(study: Study, plan: Plan, estimates: pd.DataFrame) -> dict[str, str]:
    """Return what a study's worlds say about its own design: the lines that come first, then the published number and warnings.

    Returns
    -------
    dict
        Kind of line -> line. What cannot be said is left out.
    """
    return dict(_told(study, [plan.effect], [estimates]))


def answers_to_effects(study: Study, plans: Sequence[Plan], estimates: Sequence[pd.DataFrame]) -> list[str]:
    """Return the lines for worlds with one effect after another: what differs between effects is said for each."""
    return [line for _, line in _told(study, [plan.effect for plan in plans], estimates)]


def _told(study: Study, effects: Sequence[float], estimates: Sequence[pd.DataFrame]) -> list[tuple[str, str]]:
    """Return the kinds of lines with the lines: whether worlds are few, then the design, published numbers and warnings."""
    base = next((table for effect, table in zip(effects, estimates, strict=True) if not effect), estimates[0])
    rows = base[base["design"] == AS_PUBLISHED].dropna(subset=["coefficient", "standard_error"])
    if rows.empty:
        return []
    published = study.published
    if study.of_offences and in_log_points(study, study.design):
        worlds = {str(name): without_effect(one) for name, one in base.groupby("design", sort=False)}
        asked = [effect for effect in effects if effect] or list(ASKED)
        told = list(of_offences(study, worlds, asked).items())
        told.insert(2, ("null", null_results(worlds[AS_PUBLISHED], asked, published)))
        told += [("published", compatible(worlds[AS_PUBLISHED], effect, published)) for effect in asked]
        told.append(("error", unlike_errors(published, float(rows["standard_error"].mean()))))
    else:
        truth = _false_alarms_alone(rows) if study.of_offences else _holds(rows)
        told = [("truth", truth), ("power", "" if study.of_offences else _finds(rows))]
        told.append(("off", "" if study.of_offences else _off(rows, published.unit)))
        told += [("unseen", f"Cannot see: {cannot_see(study)}"), ("published", _as_far(rows, published))]
    told.insert(0, ("worlds", _few(len(rows))))
    return [(kind, line) for kind, line in told if line]


# ---- what is simulated -------------------------------------------------------------------------------------------------


def _false_alarms_alone(rows: pd.DataFrame) -> str:
    """Return how often an effect is found where none is, of a design whose coefficient is in no log points."""
    if (rows["truth"] != 0.0).any():
        return ""
    return false_alarms(rows)


def _holds(rows: pd.DataFrame) -> str:
    known = rows.dropna(subset=["truth"])
    if known.empty:
        return "The true effect is not known in these worlds."
    counted = of_worlds(holds(known))
    return f"Truth: the design's own 95% interval holds the true effect in {counted}; a sound one does in 95%."


def _finds(rows: pd.DataFrame) -> str:
    known = rows.dropna(subset=["truth"])
    if known.empty:
        return ""
    mean = number(float(known["truth"].mean()))
    return f"Power: the true effect, {mean} on average, is told from zero at 5% in {of_worlds(leaves_out_zero(known))}."


def _off(rows: pd.DataFrame, unit: str) -> str:
    """Return how far the estimates are from the true effect on average, and on which side."""
    known = rows.dropna(subset=["truth"])
    if known.empty:
        return ""
    bias, half = mean_over_sets(known["coefficient"] - known["truth"], known["set"])
    means = float(known["coefficient"].mean()), float(known["truth"].mean())
    return f"How far off: {off_by(bias, half, *means, unit)}."


def _as_far(rows: pd.DataFrame, published: Published | None) -> str:
    if published is None or published.coefficient is None:
        return ""
    value = published.coefficient
    above = value >= float(rows["coefficient"].median())
    hits = rows["coefficient"] >= value if above else rows["coefficient"] <= value
    return f"Published number: {of_worlds(hits)} give the published {value:g} or a {'higher' if above else 'lower'} coefficient."


# ---- warnings ----------------------------------------------------------------------------------------------------------


def _few(worlds: int) -> str:
    if worlds >= ENOUGH_WORLDS:
        return ""
    are = "1 world is" if worlds == 1 else f"{worlds} worlds are"
    return (
        f"First look: {are} too few for a result. They show that the study runs, and tell a rate of 5% from one of 50%. Take "
        f"{ENOUGH_WORLDS} or more (--sets) before anything is concluded."
    )


def unlike_errors(published: Published | None, own_error: float) -> str:
    """Return a warning where the design here is much more, or much less, precise than the published one."""
    other = published_error(published)
    if math.isnan(other) or math.isnan(own_error) or not own_error > 0.0:
        return ""
    ratio = own_error / other
    if 1.0 / UNLIKE_ERRORS <= ratio <= UNLIKE_ERRORS:
        return ""
    times, than = (ratio, "larger") if ratio > 1.0 else (1.0 / ratio, "smaller")
    return (
        f"Own error: {number(other)} published, {number(own_error)} on average here, {times:.1f} times as "
        f"{'large' if than == 'larger' else 'small'}. Power is that of the design here, which stands in for the published one."
    )

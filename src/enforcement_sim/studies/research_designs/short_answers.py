"""What a study's worlds say in three lines: false positives, power, and what the published number is compatible with.

The lines are worked out from the estimates. They give counts of worlds with 95% intervals and no verdict; a reader decides.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import pandas as pd

from enforcement_sim.studies.research_designs.compute import Plan
from enforcement_sim.studies.research_designs.design_performance import share_with_interval
from enforcement_sim.studies.research_designs.effect_words import as_change
from enforcement_sim.studies.research_designs.study_file import AS_PUBLISHED, NORMAL_95, Design, Published, Study
from enforcement_sim.terminal.printing import number

ASKED = -0.02
"""The effect on offences, in log points, that the lines ask about where none is put in."""
ENOUGH_WORLDS = 50
"""Below so many worlds nothing is said about where the published coefficient lies among the simulated ones."""
UNLIKE_ERRORS = 1.5
"""The ratio of the two designs' errors from which a line warns that power is the stand-in's."""


def short_answers(study: Study, plan: Plan, estimates: pd.DataFrame, design: str = AS_PUBLISHED) -> dict[str, str]:
    """Return what a study's worlds say about one design: three lines, and warnings where they are needed.

    Parameters
    ----------
    study, plan
        What was run.
    estimates
        Of :func:`~enforcement_sim.studies.research_designs.compute.run_study`.
    design
        The study's own, unless given.

    Returns
    -------
    dict
        Kind of line -> line: ``truth``, ``power`` and ``published``, then the warnings ``worlds``, ``error`` and ``bias``.
        What cannot be said is left out.
    """
    rows = estimates[(estimates["design"] == design)].dropna(subset=["coefficient", "standard_error"])
    if rows.empty:
        return {}
    published = study.published_of(design)
    if not study.of_offences:
        told = {"truth": _holds(rows), "power": _finds(rows), "published": _as_far(rows, published)}
    elif in_log_points(study, study.designs()[design]):
        told = {"truth": _false_positives(rows), "power": _power(rows, plan.effect)}
        told["published"] = _compatible(rows, plan.effect, published)
    else:
        told = {"truth": _false_positives(rows) if plan.effect == 0.0 else "", "published": _as_far(rows, published)}
    told["worlds"] = _few(len(rows))
    told["error"] = unlike_errors(published, float(rows["standard_error"].mean()))
    told["bias"] = _without_bias(rows, study, plan)
    return {kind: line for kind, line in told.items() if line}


def answers_to_effects(study: Study, plans: Sequence[Plan], estimates: Sequence[pd.DataFrame]) -> list[str]:
    """Return the lines for worlds with one effect after another: what differs between effects is said for each.

    Parameters
    ----------
    study, plans, estimates
        A plan and its estimates for each effect.
    """
    told = [short_answers(study, *one) for one in zip(plans, estimates, strict=True)]
    if len(told) == 1:
        return list(told[0].values())
    base = next((place for place, plan in enumerate(plans) if plan.effect == 0.0), 0)
    of_effects = [lines for plan, lines in zip(plans, told, strict=True) if plan.effect]
    lines = [told[base].get("truth", "")]
    lines += [of_effect.get(kind, "") for kind in ("power", "published") for of_effect in of_effects]
    lines += [told[base].get(kind, "") for kind in ("worlds", "error", "bias")]
    return [line for line in lines if line]


def in_log_points(study: Study, design: Design) -> bool:
    """Return whether a design's coefficient is an effect on offences in log points."""
    return study.treatment.times is None and (study.outcome.form == "log" or design.estimator == "poisson")


def of_worlds(hits: Iterable[bool]) -> str:
    """Return in how many worlds something holds, with the 95% interval of the share.

    Examples
    --------
    >>> of_worlds([True] * 14 + [False] * 6)
    '14 of 20 worlds (48% to 85%)'
    """
    found = [bool(hit) for hit in hits]
    _, low, high = share_with_interval(found)
    return f"{sum(found)} of {len(found)} worlds ({low:.0%} to {high:.0%})"


# ---- offences --------------------------------------------------------------------------------------------------------


def _false_positives(rows: pd.DataFrame) -> str:
    errors = rows["coefficient"] - rows["truth"].fillna(0.0)
    hits = errors.abs() > NORMAL_95 * rows["standard_error"]
    less = " The effect that is put in is taken off for this line." if (rows["truth"].fillna(0.0) != 0.0).any() else ""
    return (
        f"False positives: where there is no effect, the design finds one at 5% in {of_worlds(hits)}; a sound one does in 5%."
        f"{less}"
    )


def _power(rows: pd.DataFrame, effect: float) -> str:
    asked = effect or ASKED
    found = _found(rows["coefficient"] + (asked - rows["truth"]), rows["standard_error"], asked)
    return f"Power: {as_change(asked)} would have been found in {of_worlds(found)}."


def _found(coefficients: pd.Series[float], errors: pd.Series[float], effect: float) -> pd.Series[bool]:
    """Return in which worlds an effect is found with its own sign."""
    sign = math.copysign(1.0, effect)
    return sign * coefficients > NORMAL_95 * errors


def _compatible(rows: pd.DataFrame, effect: float, published: Published | None) -> str:
    """Return in how many worlds with an effect the design shows the published coefficient, or one farther from the effect."""
    if published is None or published.coefficient is None:
        return ""
    asked, value = effect or ASKED, published.coefficient
    coefficients = rows["coefficient"] + (asked - rows["truth"])
    higher = value >= asked
    hits = coefficients >= value if higher else coefficients <= value
    was = "fallen" if asked < 0 else "risen"
    size = as_change(asked).partition(" of ")[2]
    return (
        f"Published number: had offences {was} by {size}, {of_worlds(hits)} would have shown the published {value:g} or a "
        f"{'higher' if higher else 'lower'} coefficient."
    )


# ---- what is simulated -------------------------------------------------------------------------------------------------


def _holds(rows: pd.DataFrame) -> str:
    known = rows.dropna(subset=["truth"])
    if known.empty:
        return "The true effect is not known in these worlds."
    inside = (known["low"] <= known["truth"]) & (known["truth"] <= known["high"])
    return (
        f"Truth: the design's own 95% interval holds the true effect in {of_worlds(inside)}; a sound one does in 95%."
    )


def _finds(rows: pd.DataFrame) -> str:
    known = rows.dropna(subset=["truth"])
    if known.empty:
        return ""
    hits = (known["low"] > 0) | (known["high"] < 0)
    mean = number(float(known["truth"].mean()))
    return f"Power: the true effect, {mean} on average, is told from zero at 5% in {of_worlds(hits)}."


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
    return f"Only {worlds} worlds: a first look. Take {ENOUGH_WORLDS} or more (--sets) before anything is concluded."


def published_error(published: Published | None) -> float:
    """Return the standard error that was published, or that of the published interval; not a number for neither."""
    if published is None:
        return math.nan
    if published.standard_error is not None:
        return published.standard_error
    return math.nan if published.interval is None else (published.interval[1] - published.interval[0]) / (2 * NORMAL_95)


def unlike_errors(published: Published | None, own_error: float) -> str:
    """Return a warning where the design here is much more, or much less, precise than the published one.

    Parameters
    ----------
    published
        With its standard error or interval; nothing is said without.
    own_error
        Mean of the standard errors in the simulated worlds.
    """
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


def _without_bias(rows: pd.DataFrame, study: Study, plan: Plan) -> str:
    """Return what power would be without the mean bias, where the estimates are off on average."""
    errors = rows["coefficient"] - rows["truth"]
    by_set = errors.groupby(rows["set"]).mean().dropna()
    if not study.of_offences or len(by_set) < 2:
        return ""
    half = NORMAL_95 * float(by_set.std(ddof=1)) / math.sqrt(len(by_set))
    bias, asked = float(errors.mean()), plan.effect or ASKED
    if math.isnan(bias) or abs(bias) <= half:
        return ""
    found = _found(errors - bias + asked, rows["standard_error"], asked)
    return (
        f"Bias: the estimates are off by {number(bias)} (\N{PLUS-MINUS SIGN} {number(half)}) on average, which moves power. "
        f"With that taken off, {as_change(asked)} would have been found in {of_worlds(found)}."
    )

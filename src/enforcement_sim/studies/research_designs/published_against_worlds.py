"""A published number held against the simulated ones, and the simulated ones against the truth, as sentences.

The sentences are worked out from the numbers, so that a new ensemble cannot leave an old sentence behind.
"""

from __future__ import annotations

from enforcement_sim.studies.research_designs.design_performance import of_worlds
from enforcement_sim.studies.research_designs.log_points import effect_in_words, off_by
from enforcement_sim.studies.research_designs.short_answers import ENOUGH_WORLDS
from enforcement_sim.studies.research_designs.stored_numbers import Simulated
from enforcement_sim.studies.research_designs.study_file import Study
from enforcement_sim.studies.research_designs.study_parts import Published
from enforcement_sim.terminal.printing import number


def in_short(study: Study, found: Simulated) -> list[str]:
    """Return what a reader asks first, as lines: is the truth found, what would be found, what of the published number."""
    holds, zero = (of_share(share, found.worlds) for share in (found.coverage, found.found))
    if study.of_offences:
        lines = [f"**False alarms:** the design finds an effect that is not there in {zero}. It should be 5%."]
    elif found.truth != found.truth:
        lines = [f"**Truth:** it is not known in this comparison. The estimate differs from zero in {zero}."]
    else:
        lines = [
            f"**Truth:** the design's own 95% interval holds the true effect in {holds}; a sound one does in 95%.",
            f"**Power:** the estimate differs from zero in {zero}; the true effect is {number(found.truth)} on average.",
            f"**How far off:** {off_by(found.bias, found.bias_half, found.mean, found.truth, study.published.unit)}.",
        ]
    value = study.published.coefficient
    if value is not None and found.worlds < ENOUGH_WORLDS:
        lines.append(
            f"**Published number:** {number(value)}, beside a middle 95% of {number(found.low)} to {number(found.high)} in "
            f"{found.worlds} worlds, which are too few to say where it lies ({ENOUGH_WORLDS} are enough)."
        )
    return lines


def of_share(share: float, worlds: int) -> str:
    """Return a share of worlds as a count, with the 95% interval that so many worlds allow.

    Examples
    --------
    >>> of_share(0.7, 20)
    '14 of 20 worlds (48% to 85%)'
    """
    hits = round(share * worlds)
    return of_worlds([True] * hits + [False] * (worlds - hits))


def compared(published: Published, found: Simulated) -> str:
    """Return whether what was published lies among the simulated estimates, as a sentence; few worlds do not say."""
    if published.coefficient is not None and found.worlds < ENOUGH_WORLDS:
        return ""
    if published.coefficient is not None:
        return _against_number(published.coefficient, published.interval, found)
    if published.at_least is not None:
        share = _agreeing(published, found)
        return (
            f"More than {number(published.at_least)} was published. Above it lie {share} of the middle 95% of the simulated "
            "estimates."
        )
    if published.sign is None:
        return "Nothing was published that a number can be held against."
    if published.sign == "none":
        return (
            f"The study reports no significant effect, without a number. In such worlds none comes out in "
            f"{of_share(1.0 - found.found, found.worlds)}."
        )
    agrees = "agree with it" if _agreeing(published, found) == "all" else "do not all agree with it"
    return f"The study reports a {published.sign} effect without a number. The middle 95% of the simulated estimates {agrees}."


def _agreeing(words: Published, found: Simulated) -> str:
    """Return how many of the middle 95% of the estimates agree with what was published in words: all, some or none."""
    if words.at_least is not None:
        return "all" if found.low >= words.at_least else "none" if found.high < words.at_least else "some"
    return "all" if {"positive": found.low > 0, "negative": found.high < 0}.get(words.sign or "", False) else "none"


def _against_number(value: float, ends: tuple[float, float] | None, found: Simulated) -> str:
    among = "the middle 95% of the simulated estimates"
    if found.low <= value <= found.high:
        return f"The published coefficient lies **inside** {among}."
    side = "above" if value > found.high else "below"
    if ends is None:
        return f"The published coefficient lies **{side}** {among} and has no published error."
    if _reaches(ends, found):
        return f"The published coefficient lies **{side}** {among}; its 95% interval reaches into it."
    return f"The published coefficient lies **{side}** {among}, and its 95% interval does not reach it either."


def _reaches(ends: tuple[float, float], found: Simulated) -> bool:
    return ends[0] <= found.high and ends[1] >= found.low


def recovered(found: Simulated) -> str:
    """Return how the design does at finding the effect that is known in the worlds, as a sentence."""
    if found.truth != found.truth:
        return "The true effect is not known in this comparison."
    if abs(found.bias) <= found.bias_half:
        bias = "On average the design is not measurably off"
    else:
        bias = f"On average the design is off by {number(found.bias)} (95% interval \u00b1 {number(found.bias_half)})"
    return (
        f"The effect known in the worlds is {number(found.truth)} on average. {bias}. Its own 95% interval holds the world's "
        f"effect in {found.coverage:.0%} of the worlds and leaves out zero in {found.found:.0%}."
    )


def what_follows(study: Study, found: Simulated) -> str:
    """Return what a study's numbers say together, as one sentence for a table."""
    unit = study.published.unit
    if study.of_offences:
        times = round(found.found * found.worlds)
        design = (
            f"no effect is in these worlds; in {times} of the {found.worlds} the design's own interval leaves out zero"
        )
    elif found.truth != found.truth:
        design = "the true effect is not known"
    elif abs(found.bias) <= found.bias_half:
        design = f"the design finds the true effect on average ({effect_in_words(found.truth, unit)})"
    else:
        design = f"the design is off {off_by(found.bias, found.bias_half, found.mean, found.truth, unit)}"
    return f"{_placed(study.published, found)}; {design}."


def _placed(published: Published, found: Simulated) -> str:
    value, ends = published.coefficient, published.interval
    if value is None:
        return _worded(published, found)
    if found.worlds < ENOUGH_WORLDS:
        return f"{found.worlds} worlds are too few to say whether the published number is unusual"
    if found.low <= value <= found.high:
        return "The published number is among those that such worlds give"
    side = "higher" if value > found.high else "lower"
    within = ends is not None and _reaches(ends, found)
    return f"The published number is {side} than those that such worlds give{', by no more than its error' if within else ''}"


def _worded(published: Published, found: Simulated) -> str:
    if published.sign is None and published.at_least is None:
        return "Nothing was published that a number can be held against"
    if published.sign == "none":
        return f"No significant effect, as published, comes out in {of_share(1.0 - found.found, found.worlds)}"
    agree = {"all": "agree", "some": "agree in part", "none": "do not agree"}[_agreeing(published, found)]
    return f"Such worlds {agree} with what was published in words"

"""Four lines on a study of offences: false alarms, falls that it sees, how far off it is, what it cannot see.

They say whether the design can be relied on, in counts of worlds with 95% intervals and without a verdict.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from enforcement_sim.studies.research_designs.design_assumptions import cannot_see
from enforcement_sim.studies.research_designs.design_performance import (
    HIGH,
    LOW,
    of_worlds,
    share_with_interval,
    smallest_found,
)
from enforcement_sim.studies.research_designs.effect_words import as_change, as_fall, per_cent
from enforcement_sim.studies.research_designs.power_by_shift import (
    bias_of,
    centred,
    fall_found_by_arithmetic,
    finds,
    found_by_arithmetic,
    published_error,
)
from enforcement_sim.studies.research_designs.study_file import AS_PUBLISHED, Published, Study
from enforcement_sim.terminal.printing import number

ASKED = math.log1p(-0.02)
"""The effect on offences, in log points, that the lines ask about where none is put in."""
MAKES_A_DIFFERENCE = 0.1
"""A variant is named beside the false alarms if its own are so much more, or fewer, as a share of worlds."""
HARDLY_EVER = 0.05
"""Share of worlds up to which something is said to happen hardly ever."""
AT_MOST = 0.2
"""The upper end of that share's interval must not lie above this one either: a handful of worlds cannot say it."""


def of_offences(study: Study, worlds: Mapping[str, pd.DataFrame], effects: Sequence[float] = ()) -> dict[str, str]:
    """Return the four lines on a study of offences: false alarms, falls that it sees, how far off it is, what it cannot see.

    Parameters
    ----------
    study
    worlds
        Name of a design -> its estimates in worlds without an effect.
    effects
        In log points, whose power is said.

    Examples
    --------
    >>> from enforcement_sim.studies.research_designs.shipped_studies import load_study
    >>> from enforcement_sim.studies.research_designs.stated_worlds import stated_worlds
    >>> study = load_study("miles-cox-2014")
    >>> of_offences(study, stated_worlds(study))["alarms"].partition(";")[0]
    'False alarms: where there is no effect, a significant one is found in 4 of 100 worlds (2% to 10%)'
    """
    own = worlds[AS_PUBLISHED]
    return {
        "alarms": _false_alarms(study, worlds),
        "falls": _falls(own, study.published, effects),
        "off": _how_far_off(own),
        "unseen": f"Cannot see: {cannot_see(study)}",
    }


def _false_alarms(study: Study, worlds: Mapping[str, pd.DataFrame]) -> str:
    """Return how often an effect is found that is not there, with the variant of the design that makes the difference."""
    hits = {name: finds(rows, 0.0) for name, rows in worlds.items() if len(rows)}
    own = hits[AS_PUBLISHED]
    apart = {name: abs(float(one.mean()) - float(own.mean())) for name, one in hits.items() if name != AS_PUBLISHED}
    most = max(apart, key=lambda name: apart[name], default="")
    other = ""
    if most and apart[most] >= MAKES_A_DIFFERENCE:
        says = study.variants[most].says
        other = f"; {says[0].lower()}{says[1:]} in {of_worlds(hits[most])}"
    return f"False alarms: where there is no effect, a significant one is found in {of_worlds(own)}{other}. It should be 5%."


def _falls(own: pd.DataFrame, published: Published, effects: Sequence[float]) -> str:
    """Return the fall that is found in 80% of the worlds and the power at each effect, with and without bias and own error."""
    error, (bias, _) = published_error(published), bias_of(own)
    seen = [f"{as_fall(smallest_found(own['coefficient'], own['standard_error']))} or more in four worlds of five"]
    for effect in effects:
        without = int(finds(centred(own), effect).sum())
        seen.append(f"{_capital(as_change(effect))}: in {of_worlds(finds(own, effect))}, {without} without its bias")
    if not math.isnan(error):
        plain, with_bias = (as_fall(-fall_found_by_arithmetic(off, error)) for off in (0.0, bias))
        chances = [[f"{found_by_arithmetic(effect, off, error):.0%}" for off in (0.0, bias)] for effect in effects]
        said = "".join(
            f"; {as_change(effect)} with a chance of {one} ({other})"
            for effect, (one, other) in zip(effects, chances, strict=True)
        )
        seen.append(
            f"By arithmetic from the published error: {plain} in four of five ({with_bias} with the bias){said}"
        )
    return f"Falls it sees: {'. '.join(seen)}."


def _capital(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}"


def _how_far_off(own: pd.DataFrame) -> str:
    """Return how far the estimates are from the truth on average, what that does to power, and where most of them lie."""
    (bias, half), (low, high) = bias_of(own), np.percentile(own["coefficient"], [LOW, HIGH])
    middle = f"middle 95% of the estimates where nothing is to be found: {number(low)} to {number(high)}"
    if math.isnan(half):
        return f"How far off: {middle}."
    if abs(bias) <= half:
        return f"How far off: not measurably, {number(bias)} \N{PLUS-MINUS SIGN} {number(half)} log points on average; {middle}."
    leans, helped = ("a fall", "easier") if bias < 0 else ("a rise", "harder")
    return (
        f"How far off: by {number(bias)} \N{PLUS-MINUS SIGN} {number(half)} log points (about {per_cent(bias)}) on average; "
        f"{middle}. It leans towards {leans}, so that true falls are {helped} to find than its precision allows."
    )


def compatible(own: pd.DataFrame, effect: float, published: Published) -> str:
    """Return in how many worlds with an effect the design shows the published coefficient, or one farther from the effect.

    Parameters
    ----------
    own
        Estimates in worlds without an effect.
    effect
        In log points, not zero.
    published
        Nothing is said without a coefficient.
    """
    if published.coefficient is None:
        return ""
    value = published.coefficient
    higher = value >= effect
    hits = own["coefficient"] + effect >= value if higher else own["coefficient"] + effect <= value
    share, _, most = share_with_interval(hits)
    change, side = as_change(effect).removeprefix("a "), "higher" if higher else "lower"
    or_more = f"the published {value:g} or a {side} number"
    missed = of_worlds(~finds(own, effect), interval=False)
    if share <= HARDLY_EVER and most <= AT_MOST:
        count = of_worlds(hits, interval=False)
        said = f"A true {change} would hardly ever have given {or_more} ({count}, at most {most:.0%})"
        return f"Published number: {said}, though {missed} would have missed significance."
    return (
        f"Published number: a true {change} would have given {or_more} in {of_worlds(hits)}; {missed} would have missed "
        "significance."
    )

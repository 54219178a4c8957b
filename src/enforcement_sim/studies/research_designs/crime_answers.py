"""The lines on a study of offences: false alarms, falls that it sees, how far off it is, what it turns on, what it cannot see.

They say whether the design can be relied on, in counts of worlds with 95% intervals and without a verdict.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from enforcement_sim.studies.research_designs.assumed_setting import turns_on
from enforcement_sim.studies.research_designs.design_assumptions import cannot_see
from enforcement_sim.studies.research_designs.design_performance import (
    HIGH,
    LOW,
    MOST_ALARMS,
    NOMINAL,
    leaves_out_zero,
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
    moved,
    published_error,
    size_adjusted,
    threshold,
    too_many_alarms,
)
from enforcement_sim.studies.research_designs.study_file import AS_PUBLISHED, Study
from enforcement_sim.studies.research_designs.study_parts import Published
from enforcement_sim.terminal.printing import number

ASKED = (math.log1p(-0.02), math.log1p(-0.05))
"""The effects on offences, in log points, that the lines ask about where none is put in."""
UNLIKE_ERRORS = 1.5
"""The ratio of the two designs' errors from which a line says that power here is not that of the published design."""
MAKES_A_DIFFERENCE = 0.1
"""A variant is named beside the false alarms if its own are so much more, or fewer, as a share of worlds."""
HARDLY_EVER = 0.05
"""Share of worlds up to which something is said to happen hardly ever."""
AT_MOST = 0.2
"""The upper end of that share's interval must not lie above this one either: a handful of worlds cannot say it."""


def of_offences(study: Study, worlds: Mapping[str, pd.DataFrame], effects: Sequence[float] = ()) -> dict[str, str]:
    """Return the lines on a study of offences: false alarms, falls seen, how far off it is, what it turns on, what it cannot see.

    Parameters
    ----------
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
        "turns": turns_on(study, own),
        "unseen": f"Cannot see: {cannot_see(study)}",
    }


def _false_alarms(study: Study, worlds: Mapping[str, pd.DataFrame]) -> str:
    """Return how often an effect is found that is not there, with the variant of the design that makes the difference."""
    variant = telling_variant(worlds)
    other = f"; {_of_variant(study, variant)} in {of_worlds(finds(worlds[variant], 0.0))}" if variant else ""
    return false_alarms(worlds[AS_PUBLISHED], other)


def false_alarms(rows: pd.DataFrame, other: str = "") -> str:
    """Return how often an effect is found that is not there, as a line."""
    counted = of_worlds(leaves_out_zero(rows))
    return f"False alarms: where there is no effect, a significant one is found in {counted}{other}. It should be 5%."


def telling_variant(worlds: Mapping[str, pd.DataFrame]) -> str:
    """Return the variant whose false alarms differ most from those of the study's own design; nothing where none differ much."""
    share = {name: float(finds(rows, 0.0).mean()) for name, rows in worlds.items() if len(rows)}
    apart = {name: abs(one - share[AS_PUBLISHED]) for name, one in share.items() if name != AS_PUBLISHED}
    most = max(apart, key=lambda name: apart[name], default="")
    return most if most and apart[most] >= MAKES_A_DIFFERENCE else ""


def _of_variant(study: Study, name: str) -> str:
    says = study.variants[name].says
    return f"{says[0].lower()}{says[1:]}"


def _falls(own: pd.DataFrame, published: Published, effects: Sequence[float]) -> str:
    """Return the fall that is found in 80% of the worlds, the power at each effect, and which power to quote.

    Of a design with too many false alarms power is given at the threshold that brings them to 5%, and not as it stands.
    """
    many = too_many_alarms(own)
    counted = size_adjusted(own) if many else own
    seen = [
        f"{as_fall(smallest_found(counted['coefficient'], counted['standard_error']))} or more in four worlds of five"
    ]
    for effect in effects:
        unbiased = "" if many else f", and in {int(finds(centred(own), effect).sum())} once its bias is taken off"
        seen.append(f"{_capital(as_change(effect))}: in {of_worlds(finds(counted, effect))}{unbiased}")
    if many:
        seen[0] = (
            f"power is not quoted as it stands, because false alarms are more than {MOST_ALARMS:.0%}. Were an estimate to count "
            f"only beyond {threshold(own):.1f} of its own errors, which brings them to {NOMINAL:.0%}, it would see {seen[0]}"
        )
    return f"Falls it sees: {'. '.join([*seen, *_to_quote(counted, published, effects)])}."


def _to_quote(own: pd.DataFrame, published: Published, effects: Sequence[float]) -> list[str]:
    """Return which power is that of the published design: by arithmetic from its own error; nothing where none was published."""
    error, own_error = published_error(published), float(own["standard_error"].mean())
    if published.is_nothing:
        return []
    if math.isnan(error):
        return ["No error was published, so that the power of the published design is not known"]
    ratio, said = own_error / error, []
    chances = [found_by_arithmetic(effect, 0.0, error) for effect in effects]
    if not 1.0 / UNLIKE_ERRORS <= ratio <= UNLIKE_ERRORS:
        less = [chance - float(finds(own, effect).mean()) for chance, effect in zip(chances, effects, strict=True)]
        are = (
            "understate them"
            if min(less, default=0.0) >= 0.0
            else "overstate them"
            if max(less, default=0.0) <= 0.0
            else "are not theirs"
        )
        times = f"{ratio:.1f} times noisier" if ratio > 1.0 else f"{1.0 / ratio:.1f} times less noisy"
        said.append(f"The design here is {times} than theirs, so these shares {are}")
    found = [
        f"{as_change(effect)} with a chance of {chance:.0%}" for effect, chance in zip(effects, chances, strict=True)
    ]
    least = as_fall(-fall_found_by_arithmetic(0.0, error))
    found.append(f"a fall of {least} in four cases of five")
    said.append(
        f"To quote for the published design: with their own error it would find {_in_words(found)} "
        "(arithmetic, without bias)"
    )
    if published.interval is not None:
        said.append(_left_out(*published.interval))
    return said


def _in_words(parts: Sequence[str]) -> str:
    """Return parts as a list in a sentence."""
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def _left_out(low: float, high: float) -> str:
    """Return which falls lie outside a published interval in log points."""
    if low >= 0.0:
        return "Their published 95% interval leaves out every fall"
    beyond = f"Their published 95% interval leaves out falls of more than {as_fall(low)}"
    return beyond if high >= 0.0 else f"{beyond}, and of less than {as_fall(high)}"


def _capital(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}"


def _how_far_off(own: pd.DataFrame) -> str:
    """Return how far the estimates are from the truth on average, what that does to power, and where most of them lie."""
    (bias, half), (low, high) = bias_of(own), np.percentile(own["coefficient"], [LOW, HIGH])
    middle = f"middle 95% of the estimates where nothing is to be found: {number(low)} to {number(high)}"
    if math.isnan(half):
        return f"How far off: {middle}."
    if abs(bias) <= half:
        hides = " Here the average hides how far single worlds are off." if too_many_alarms(own) else ""
        off = f"{number(bias)} \N{PLUS-MINUS SIGN} {number(half)} log points"
        return f"How far off: not measurably on average, {off}; {middle}.{hides}"
    leans, helped = ("a fall", "easier") if bias < 0 else ("a rise", "harder")
    return (
        f"How far off: by {number(bias)} \N{PLUS-MINUS SIGN} {number(half)} log points (about {per_cent(bias)}) on average; "
        f"{middle}. It leans towards {leans}, which makes true falls {helped} to find than its precision alone would."
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
    most = share_with_interval(hits)[2]
    change, side = as_change(effect).removeprefix("a "), "higher" if higher else "lower"
    or_more = f"the published {value:g} or a {side} number"
    by_error = _chance_beyond(value, effect, published_error(published))
    theirs = "" if math.isnan(by_error) else f"; with their own error, by arithmetic: {percent_of(by_error)}"
    if _hardly_ever(hits) and not by_error > HARDLY_EVER:
        count = of_worlds(hits, interval=False)
        said = f"A true {change} would hardly ever have given {or_more} ({count}, at most {most:.0%}{theirs})"
    else:
        said = f"A true {change} would have given {or_more} in {of_worlds(hits)}{theirs}"
    return f"Published number: {said}."


def null_results(own: pd.DataFrame, effects: Sequence[float], published: Published) -> str:
    """Return in how many worlds the published null comes out, without an effect and with each, and what it speaks against.

    Parameters
    ----------
    own
        Estimates in worlds without an effect.
    effects
        In log points.
    published
        Nothing is said of a study whose result differs from zero.

    Examples
    --------
    >>> from enforcement_sim.studies.research_designs.shipped_studies import load_study
    >>> from enforcement_sim.studies.research_designs.stated_worlds import stated_worlds
    >>> study = load_study("treyger-2014")
    >>> null_results(stated_worlds(study)["as published"], ASKED, study.published).partition("; ")[0]
    'Published null: no significant effect comes out in 46 of 100 worlds (37% to 56%) without an effect'
    """
    if not published.is_null:
        return ""
    nulls = {effect: ~leaves_out_zero(moved(own, effect)) for effect in effects if effect}
    counts = [f"{int(one.sum())} with {as_change(effect)}" for effect, one in nulls.items()]
    against = [as_change(effect) for effect, one in nulls.items() if _hardly_ever(one)]
    short_of = [as_change(effect) for effect, one in nulls.items() if not _hardly_ever(one)]
    but = f", and not against {_in_words(short_of)}" if short_of else ""
    verdict = (
        f"In such worlds a null speaks against {_in_words(against)}{but}"
        if against
        else f"In such worlds a null rules out neither of these ({_in_words(short_of)})"
    )
    error, theirs = published_error(published), ""
    if not math.isnan(error):
        chances = [percent_of(1.0 - found_by_arithmetic(effect, 0.0, error)) for effect in (0.0, *nulls)]
        theirs = f" (with the published error and no bias, by arithmetic: {', '.join(chances)})"
    return (
        f"Published null: no significant effect comes out in {of_worlds(~leaves_out_zero(own))} without an effect; in "
        f"{_in_words(counts)}{theirs}. {verdict}."
    )


def _hardly_ever(hits: pd.Series[bool]) -> bool:
    share, _, most = share_with_interval(hits)
    return share <= HARDLY_EVER and most <= AT_MOST


def _chance_beyond(value: float, effect: float, error: float) -> float:
    """Return the chance of an estimate as far from the effect as a value, or farther on its side, if errors are normal."""
    return 0.5 * math.erfc(abs(value - effect) / error / math.sqrt(2.0))


def percent_of(chance: float) -> str:
    """Return a chance in per cent; below 1% as such.

    Examples
    --------
    >>> percent_of(0.051), percent_of(0.00001)
    ('5%', 'below 1%')
    """
    return f"{chance:.0%}" if chance >= 0.005 else "below 1%"

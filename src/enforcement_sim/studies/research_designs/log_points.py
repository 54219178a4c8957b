"""Effects in log points as per cent, for readers who do not compute with logarithms; effects in other units as numbers."""

from __future__ import annotations

from math import expm1, isnan

from enforcement_sim.terminal.printing import number

LOG_POINTS = "log points of "
"""How the unit of an effect on a logarithm begins; what it is of follows."""


def what_of(unit: str) -> str:
    """Return what an effect is on, or its unit if it is no logarithm.

    Examples
    --------
    >>> what_of("log points of people removed"), what_of("matches for each added set of prints")
    ('people removed', 'matches for each added set of prints')
    """
    return unit.removeprefix(LOG_POINTS)


def effect_in_words(value: float, unit: str) -> str:
    """Return an effect in words: in per cent if its unit is log points.

    Examples
    --------
    >>> effect_in_words(-0.405, "log points of people removed"), effect_in_words(0.0373, "log points of offences")
    ('33% lower', '3.8% higher')
    >>> effect_in_words(0.25, "matches for each added set of prints")
    '0.25'
    """
    if not unit.startswith(LOG_POINTS):
        return number(value)
    percent = 100 * expm1(value)
    size = f"{abs(percent):.0f}" if abs(percent) >= 10 else f"{abs(percent):.2g}"
    return "no change" if float(size) == 0 else f"{size}% {'lower' if percent < 0 else 'higher'}"


def ends_in_words(low: float, high: float, unit: str) -> str:
    """Return the ends of an interval in words, the lower first.

    Examples
    --------
    >>> ends_in_words(-0.568, -0.242, "log points of people removed"), ends_in_words(-0.5, 0.1, "points")
    ('43% to 21% lower', '-0.5 to 0.1')
    """
    first, last = effect_in_words(low, unit), effect_in_words(high, unit)
    same = unit.startswith(LOG_POINTS) and first.partition(" ")[2] == last.partition(" ")[2] and "%" in first
    return f"{first.partition(' ')[0] if same else first} to {last}"


def off_by(bias: float, half: float, mean: float, truth: float, unit: str) -> str:
    """Return how far a design is off on average, with its interval, what it finds and what is true, and on which side it errs.

    Examples
    --------
    >>> off_by(0.0954, 0.0175, -0.415, -0.51, "log points of people removed")
    'by 0.0954 \xb1 0.0175 on average: it finds 34% lower where the truth is 40% lower, which is too small an effect'
    >>> off_by(0.01, 0.02, 0.3, 0.29, "points").partition(":")[0]
    'not measurably on average, 0.01 \xb1 0.02'
    """
    found, true = effect_in_words(mean, unit), effect_in_words(truth, unit)
    sizes = f"it finds {found} where the truth is {true}"
    if isnan(half):
        return f"{number(bias)} in the worlds of one set, which has no interval: {sizes}"
    off = f"{number(bias)} \N{PLUS-MINUS SIGN} {number(half)}"
    if abs(bias) <= half:
        return f"not measurably on average, {off}: {sizes}"
    if mean * truth < 0.0:
        side = "an effect of the wrong sign"
    else:
        side = f"too {'small' if abs(mean) < abs(truth) else 'large'} an effect"
    return f"by {off} on average: {sizes}, which is {side}"

"""Effects in log points as per cent, for readers who do not compute with logarithms; effects in other units as numbers."""

from __future__ import annotations

from math import expm1

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

"""Effects on offences: as a user writes them, in log points or per cent, and as they are printed."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from typing import Any

from enforcement_sim.errors import InputError

KEY = "--world effect"
ALLOWED = "per cent as -2%, log points as -0.02, or several with commas: 0,-2%,-5%"
PER_CENT = 100.0
LIKELY_PER_CENT = 0.5
"""Beyond so many log points, which is the end of the range, a number without a sign of per cent was probably meant as one."""
WHOLE = 1e-9
"""An effect so near a short number of per cent was written as one."""


def read_effects(written: Any) -> tuple[float, ...]:
    """Return effects in log points from what was written: a number, per cent, or several of them with commas.

    Raises
    ------
    InputError
        If a part is no effect, or stands there twice.

    Examples
    --------
    >>> read_effects(-0.02), read_effects("0,-0.05")
    ((-0.02,), (0.0, -0.05))
    >>> [round(effect, 4) for effect in read_effects("-2%")]
    [-0.0202]
    """
    parts = written if isinstance(written, list) else written.split(",") if isinstance(written, str) else [written]
    effects = tuple(_read(part) for part in parts)
    if len(set(effects)) < len(effects):
        raise InputError(f"{written!r} has an effect twice", key=KEY, allowed=ALLOWED)
    return effects


def _read(part: Any) -> float:
    text = str(part).strip().replace("\N{MINUS SIGN}", "-")
    of_hundred = text.endswith("%")
    try:
        value = float(text.removesuffix("%"))
    except ValueError:
        value = math.nan
    if isinstance(part, bool) or not math.isfinite(value) or (of_hundred and value <= -PER_CENT):
        raise InputError(f"{part!r} is not an effect", key=KEY, allowed=ALLOWED)
    if not of_hundred and abs(value) > LIKELY_PER_CENT:
        raise InputError(f"{text} log points is no effect of a policy on offences", key=KEY, nearest=f"{text}%")
    return math.log1p(value / PER_CENT) if of_hundred else value


def rises(effects: Iterable[float]) -> str:
    """Return a note on effects above zero, which are rises and may have been meant as falls; nothing where there is none.

    Examples
    --------
    >>> rises(read_effects("-2%,5%"))
    '5% is a rise in offences; a fall is written with a minus, as -5%'
    """
    above = [as_typed(effect) for effect in effects if effect > 0.0]
    return f"{', '.join(above)} is a rise in offences; a fall is written with a minus, as -{above[0]}" if above else ""


def typed_per_cent(effect: float) -> float | None:
    """Return the per cent that an effect in log points was written in; None where it was written in log points.

    Examples
    --------
    >>> typed_per_cent(read_effects("-2%")[0]), typed_per_cent(-0.02)
    (-2.0, None)
    """
    value = PER_CENT * math.expm1(effect)
    short = float(f"{value:.4g}")
    return short if effect != 0.0 and abs(value - short) < WHOLE else None


def as_typed(effect: float) -> str:
    """Return an effect as it was written.

    Examples
    --------
    >>> as_typed(read_effects("-2%")[0]), as_typed(-0.02), as_typed(0.0)
    ('-2%', '-0.02', '0')
    """
    of_hundred = typed_per_cent(effect)
    return f"{effect:.4g}" if of_hundred is None else f"{of_hundred:.4g}%"


def listed(effects: Iterable[float]) -> str:
    """Return effects as they were written, as a list in a sentence.

    Examples
    --------
    >>> listed(read_effects("0,-2%,-5%"))
    '0, -2% and -5%'
    """
    *first, last = map(as_typed, effects)
    return f"{', '.join(first)} and {last}" if first else last


def with_minus(text: str) -> str:
    """Return a text of a figure with the minus sign that its axes have.

    Examples
    --------
    >>> with_minus("0, -2% and -.5 of a two-way design")
    '0, −2% and −.5 of a two-way design'
    """
    return re.sub(r"(?<![\w.])-(?=[\d.])", "\N{MINUS SIGN}", text)


def per_cent(effect: float) -> str:
    """Return an effect in log points as per cent, with its sign.

    Examples
    --------
    >>> per_cent(-0.02), per_cent(0.0), per_cent(-0.005)
    ('-2%', '0%', '-0.5%')
    """
    return f"{PER_CENT * math.expm1(effect):.2g}%"


def as_fall(effect: float) -> str:
    """Return a fall in log points as per cent, without its sign.

    Examples
    --------
    >>> as_fall(-0.0202), as_fall(0.0)
    ('2%', '0%')
    """
    return per_cent(effect).removeprefix("-") if effect else "0%"


def as_change(effect: float) -> str:
    """Return an effect on offences as a fall or a rise, in per cent.

    Examples
    --------
    >>> as_change(-0.02), as_change(read_effects("5%")[0])
    ('a fall of 2% (-0.02 log points)', 'a rise of 5%')
    """
    exact = "" if typed_per_cent(effect) is not None else f" ({effect:.3g} log points)"
    return f"a {'fall' if effect < 0 else 'rise'} of {per_cent(effect).removeprefix('-')}{exact}"


def with_per_cent(effect: float) -> str:
    """Return an effect in log points with the per cent beside it.

    Examples
    --------
    >>> with_per_cent(-0.05), with_per_cent(read_effects("-2%")[0])
    ('-0.05 log points (about -4.9%)', '-2% (-0.0202 log points)')
    """
    if effect == 0.0:
        return "none"
    if typed_per_cent(effect) is not None:
        return f"{as_typed(effect)} ({effect:.3g} log points)"
    return f"{effect:.3g} log points (about {per_cent(effect)})"

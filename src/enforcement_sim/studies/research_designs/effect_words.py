"""Effects on offences: as a user writes them, in log points or per cent, and as they are printed."""

from __future__ import annotations

import math
from typing import Any

from enforcement_sim.errors import InputError

KEY = "--world effect"
ALLOWED = "log points as -0.02, per cent as -2%, or several with commas: 0,-0.02,-0.05"
PER_CENT = 100.0


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
    """Return one effect in log points."""
    text = str(part).strip().replace("\N{MINUS SIGN}", "-")
    of_hundred = text.endswith("%")
    try:
        value = float(text.removesuffix("%"))
    except ValueError:
        value = math.nan
    if isinstance(part, bool) or not math.isfinite(value) or (of_hundred and value <= -PER_CENT):
        raise InputError(f"{part!r} is not an effect", key=KEY, allowed=ALLOWED)
    return math.log1p(value / PER_CENT) if of_hundred else value


def per_cent(effect: float) -> str:
    """Return an effect in log points as per cent, with its sign.

    Examples
    --------
    >>> per_cent(-0.02), per_cent(0.0), per_cent(-0.005)
    ('-2%', '0%', '-0.5%')
    """
    return f"{PER_CENT * math.expm1(effect):.2g}%"


def as_change(effect: float) -> str:
    """Return an effect on offences as a fall or a rise, in per cent with the log points behind it.

    Examples
    --------
    >>> as_change(-0.02)
    'a fall of 2% (-0.02 log points)'
    """
    return f"a {'fall' if effect < 0 else 'rise'} of {per_cent(effect).removeprefix('-')} ({effect:.3g} log points)"


def with_per_cent(effect: float) -> str:
    """Return an effect in log points with the per cent beside it.

    Examples
    --------
    >>> with_per_cent(-0.05)
    '-0.05 log points (about -4.9%)'
    """
    return "none" if effect == 0.0 else f"{effect:.3g} log points (about {per_cent(effect)})"

"""Published figures that are held out: kept from every choice of a parameter, and shown by ``validate`` alone.

They stand in a file of their own, which nothing but this module opens. Calibration imports nothing from which this module
can be reached; tests hold that.
"""

from __future__ import annotations

from functools import cache
from os import PathLike
from pathlib import Path

from enforcement_sim.errors import InputError
from enforcement_sim.studies.validation.targets import HELD_OUT, Targets, load_targets, read_targets


def load_held_out(path: str | PathLike[str] | None = None) -> Targets:
    """Return the held-out figures: the shipped file unless another is named.

    Raises
    ------
    InputError
        With file, line and key, for everything that is wrong, and for a figure of another bin.

    Examples
    --------
    >>> {target.bin for target in load_held_out().values()}
    {'heldout'}
    """
    return _shipped() if path is None else _checked(path)


@cache
def _shipped() -> Targets:
    return _checked(Path(__file__).with_name("heldout.yaml"))


def _checked(path: str | PathLike[str]) -> Targets:
    found = read_targets(path)
    for target in found.values():
        if target.bin != HELD_OUT:
            raise InputError(f"{target.id} is of the bin {target.bin!r}", file=path, key="targets", allowed=HELD_OUT)
    return found


def every_target() -> Targets:
    """Return all figures, those that are held out included.

    Examples
    --------
    >>> len(every_target()) == len(load_targets()) + len(load_held_out())
    True
    """
    return Targets({**load_targets(), **load_held_out()})

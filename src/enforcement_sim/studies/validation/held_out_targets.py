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


@cache
def load_held_out() -> Targets:
    """Return the held-out figures.

    Examples
    --------
    >>> {target.bin for target in load_held_out().values()}
    {'heldout'}
    """
    return read_held_out(Path(__file__).with_name("heldout.yaml"))


def read_held_out(path: str | PathLike[str]) -> Targets:
    """Read and check a file of held-out figures.

    Raises
    ------
    InputError
        As :func:`~enforcement_sim.studies.validation.targets.read_targets`, and for a figure of another bin.
    """
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

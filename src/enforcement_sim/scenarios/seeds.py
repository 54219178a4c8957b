"""Which seeds there are: one limit for ``seed:`` in a file, for ``--seed``, and for the seeds of replications.

A run is made from its seed by the engine, which takes whole numbers from 0 to 2**63 - 1. Replications use the seeds after
the first, so the last of them has to be inside the limit too; every seed of a results folder can be written again.
"""

from __future__ import annotations

from enforcement_sim.errors import InputError, shown
from enforcement_sim.yaml_lines import read_value

__all__ = ["LARGEST_SEED", "check_last", "check_seed", "read_seed"]

LARGEST_SEED = 2**63 - 1
ALLOWED = f"a whole number, 0 to {LARGEST_SEED}"


def check_seed(seed: object, key: str = "seed") -> int:
    """Return a seed that a run can be made from.

    Raises
    ------
    InputError
        If it is not a whole number, below 0, or above the largest.

    Examples
    --------
    >>> check_seed(2**62)
    4611686018427387904
    """
    if isinstance(seed, bool) or not isinstance(seed, int):
        found = "nothing" if seed is None else shown(seed)
        raise InputError(f"expected a whole number, found {found}", key=key, allowed=ALLOWED)
    if not 0 <= seed <= LARGEST_SEED:
        raise InputError(f"{seed} is not possible", key=key, allowed=ALLOWED)
    return seed


def read_seed(text: str) -> int:
    """Return the seed that is written on the command line, read as in a file.

    Raises
    ------
    InputError
        As :func:`check_seed`, and for what a file would refuse.

    Examples
    --------
    >>> read_seed("12")
    12
    """
    return check_seed(read_value(text, "--seed"), "--seed")


def check_last(first: int, replications: int) -> None:
    """Raise unless the seeds of all replications are possible.

    Raises
    ------
    InputError
        If the last of them is above the largest.
    """
    if first + replications - 1 > LARGEST_SEED:
        allowed = f"at most {LARGEST_SEED - replications + 1} with {replications:,} replications"
        raise InputError("the last replication's seed is above the largest", key="seed", allowed=allowed)

"""Shares of assumptions in a difference (Shapley values).

If two scenarios differ in several assumptions, changing them one after another gives a step for each, whose size depends
on the order. The Shapley value is the mean step over all orders; the values add up to the total difference (Shapley 1953,
A value for n-person games). For few assumptions, all combinations are computed and the mean is exact. For many, the mean
is taken over some orders, drawn by key and each with its reverse, and has a standard error.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence

MAX_EXACT = 8
"""Maximum number of assumptions for the exact decomposition: 256 combinations."""


def combinations_of(assumptions: int) -> tuple[int, ...]:
    """Return every combination of assumptions as a number in which bit *i* means that assumption *i* is changed.

    Examples
    --------
    >>> combinations_of(2)
    (0, 1, 2, 3)
    """
    return tuple(range(1 << assumptions))


def shapley_exact(values: Mapping[int, float], assumptions: int) -> list[float]:
    """Return the Shapley value of each assumption in the difference between no and all assumptions changed.

    Parameters
    ----------
    values : mapping
        Combination -> value, for all of :func:`combinations_of`.

    Returns
    -------
    list of float
        In the order of the assumptions; they add up to ``values[all] - values[none]``.

    Examples
    --------
    Two assumptions that add 10 and 20 alone and 36 together each receive half of the interaction of 6.

    >>> shapley_exact({0: 0.0, 1: 10.0, 2: 20.0, 3: 36.0}, 2)
    [13.0, 23.0]
    """
    # Use integer weights with one division at the end, so that counts of people stay exact until then.
    weights = [math.factorial(size) * math.factorial(assumptions - size - 1) for size in range(assumptions)]
    parts = []
    for assumption in range(assumptions):
        bit = 1 << assumption
        steps = [
            weights[without.bit_count()] * (values[without | bit] - values[without])
            for without in combinations_of(assumptions)
            if not without & bit
        ]
        parts.append(_total(steps) / math.factorial(assumptions))
    return parts


def orders_of(names: Sequence[str], pairs: int, seed: int) -> tuple[tuple[int, ...], ...]:
    """Return random orders in which to change assumptions, each followed by its reverse.

    An order depends on the set of names, its number and the seed, but not on the order of the names. With more orders,
    the first ones stay the same.

    Parameters
    ----------
    pairs : int
        Number of orders with their reverses.

    Returns
    -------
    tuple of tuple of int
        Positions in ``names``; order ``2 k + 1`` is the reverse of order ``2 k``.
    """
    orders: list[tuple[int, ...]] = []
    for pair in range(pairs):
        keys = [hashlib.sha256(f"{seed}/{pair}/{name}".encode()).digest() for name in names]
        order = tuple(sorted(range(len(names)), key=lambda position: keys[position]))
        orders += [order, order[::-1]]
    return tuple(orders)


def combinations_along(orders: Sequence[Sequence[int]]) -> tuple[int, ...]:
    """Return the combinations along some orders without duplicates, beginning with none changed.

    Examples
    --------
    >>> combinations_along([(0, 1), (1, 0)])
    (0, 1, 3, 2)
    """
    found: dict[int, None] = {0: None}
    for order in orders:
        combination = 0
        for assumption in order:
            combination |= 1 << assumption
            found[combination] = None
    return tuple(found)


def shapley_sampled(
    values: Mapping[int, float], assumptions: int, orders: Sequence[Sequence[int]]
) -> tuple[list[float], list[float]]:
    """Return the mean step of each assumption over some orders, and its standard error.

    Parameters
    ----------
    values : mapping
        Combination -> value, for all of :func:`combinations_along`.
    orders : sequence
        From :func:`orders_of`.

    Returns
    -------
    list of float, list of float
        The means, which add up to the total difference, and the standard errors over pairs of an order and its reverse
        (NaN for one pair).
    """
    steps: list[list[float]] = [[] for _ in range(assumptions)]
    for order in orders:
        combination = 0
        for assumption in order:
            changed = combination | 1 << assumption
            steps[assumption].append(values[changed] - values[combination])
            combination = changed
    parts, errors = [], []
    for taken in steps:
        pairs = [(one + reverse) / 2 for one, reverse in zip(taken[::2], taken[1::2], strict=True)]
        mean = math.fsum(pairs) / len(pairs)
        parts.append(mean)
        if len(pairs) > 1:
            variance = math.fsum((pair - mean) ** 2 for pair in pairs) / (len(pairs) - 1)
            errors.append(math.sqrt(variance / len(pairs)))
        else:
            errors.append(math.nan)
    return parts, errors


def _total(steps: Sequence[float]) -> float:
    """Return a sum: rounded once for floats, exact for other numbers."""
    return math.fsum(steps) if all(isinstance(step, float) for step in steps) else sum(steps)

"""Splitting a difference fairly among the things that make it up.

Two worlds differ in several assumptions at once. Changed one after another, each makes a step, and how long the step is
depends on the order. Shapley's split is the mean step over all orders: it adds up to the whole difference, gives
nothing to what changes nothing, and the same to two that always do the same (Shapley 1953, A value for n-person games).
For few assumptions every combination is known and the mean is exact; for many it is taken over some orders, drawn by
key and each with its reverse, and has a standard error. Either way the parts add up. Only numbers may enter.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence

MOST_EXACT = 8
"""So many assumptions are split exactly: 256 combinations."""


def combinations_of(assumptions: int) -> tuple[int, ...]:
    """Return every combination of assumptions as a number whose bit *i* says whether the *i*-th is the other's.

    Examples
    --------
    >>> combinations_of(2)
    (0, 1, 2, 3)
    """
    return tuple(range(1 << assumptions))


def exact(values: Mapping[int, float], assumptions: int) -> list[float]:
    """Return each assumption's part of the difference between no and every assumption changed.

    Parameters
    ----------
    values : mapping
        Combination -> value, for all of :func:`combinations_of`.
    assumptions : int

    Returns
    -------
    list of float
        In the order of the assumptions; they add up to ``values[all] - values[none]``.

    Examples
    --------
    Two assumptions that add 10 and 20 alone and 36 together share the 6 that only both make.

    >>> exact({0: 0.0, 1: 10.0, 2: 20.0, 3: 36.0}, 2)
    [13.0, 23.0]
    """
    # Weights as whole numbers, divided once at the end: counts of people stay exact until then.
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
    """Return orders in which to change assumptions, each followed by its reverse.

    An order is a function of the names, its number and the seed: the same whatever the order in which the names are
    given, and the first orders stay when more are asked for.

    Parameters
    ----------
    names : sequence of str
    pairs : int
        How many orders and reverses.
    seed : int

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
    """Return the combinations that are met on the way through some orders, each once, none changed first.

    Examples
    --------
    >>> combinations_along([(0, 1), (1, 0)])
    (0, 1, 3, 2)
    """
    met: dict[int, None] = {0: None}
    for order in orders:
        combination = 0
        for assumption in order:
            combination |= 1 << assumption
            met[combination] = None
    return tuple(met)


def sampled(
    values: Mapping[int, float], assumptions: int, orders: Sequence[Sequence[int]]
) -> tuple[list[float], list[float]]:
    """Return each assumption's part as the mean over some orders, and its standard error.

    Parameters
    ----------
    values : mapping
        Combination -> value, for all of :func:`combinations_along`.
    assumptions : int
    orders : sequence
        From :func:`orders_of`.

    Returns
    -------
    list of float, list of float
        The parts, which add up to the whole difference as every single order's do, and the standard errors over pairs
        of an order and its reverse (NaN for one pair).
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
    """Return a sum: rounded once for floats, and exact for any other kind of number."""
    return math.fsum(steps) if all(isinstance(step, float) for step in steps) else sum(steps)

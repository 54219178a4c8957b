"""Profiles under definitions: which category of a definition each profile of the ledger falls into.

A definition is a list of cited rules over grounds; the grounds that can be read from a profile are evaluated once for all
profiles, so that any table of counts can be sorted under any definition without asking about a single person.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from enforcement_sim.codes import OFFENCES
from enforcement_sim.law.definitions import load_definitions
from enforcement_sim.process.counts import PROFILES, profile_parts
from enforcement_sim.process.tables import profile_grounds

__all__ = ["categories_of", "category_of_profile"]


def categories_of(definition: str) -> tuple[str, ...]:
    """Return a definition's categories in order, those that nobody falls into among them.

    Examples
    --------
    >>> categories_of("ice-levels-2010")[0]
    'level 1'
    """
    chosen = load_definitions()[definition]
    return OFFENCES if chosen.by_offence else chosen.categories


@cache
def category_of_profile(definition: str) -> np.ndarray:
    """Return for every profile the number of its category under a definition, int64, shape (profiles,).

    Examples
    --------
    >>> int(category_of_profile("ice-levels-2010").max()) < 5
    True
    """
    chosen = load_definitions()[definition]
    parts = profile_parts(np.arange(PROFILES))
    if chosen.by_offence:
        return parts[0]
    number = {name: position for position, name in enumerate(chosen.categories)}
    return np.array([number[chosen.category(int(word))] for word in profile_grounds(*parts)])

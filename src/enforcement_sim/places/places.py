"""Where: which counties and prisons of a run a scope, a rule or an agency is about.

A run's places are its counties in order and, behind them, the prisons of their states. Everything that is dated in
``history`` or signed in ``agreements`` says its places in words; here the words become positions.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

import numpy as np

from enforcement_sim.places.geography import Agreement, Geography

__all__ = ["NEVER", "Places", "WhereLike", "indices_of"]

NEVER = 10**6
"""A day after every run."""


class WhereLike(Protocol):
    """Places as a scenario writes them."""

    @property
    def kind(self) -> str: ...
    @property
    def members(self) -> tuple[str, ...]: ...


def indices_of(kind: str, members: Iterable[str], geography: Geography) -> np.ndarray:
    """Return the county indices that a scope names, in ascending order, int64.

    Examples
    --------
    >>> from enforcement_sim.places.geography import load_geography
    >>> indices_of("states", ("DE",), load_geography()).size
    3
    """
    if kind == "nation":
        return np.arange(geography.counties.size)
    if kind == "states":
        parts = [geography.counties_of_state(postal) for postal in members]
    else:
        parts = [np.array([geography.index_of(fips)]) for fips in members]
    return np.unique(np.concatenate(parts)) if parts else np.zeros(0, np.int64)


class Places:
    """Positions of a run's places: its counties in order, and behind them the prisons of their states."""

    def __init__(self, chosen: np.ndarray, states: np.ndarray, geography: Geography) -> None:
        self.geography = geography
        self.counties = chosen
        self.states = states
        self.size = chosen.size + states.size
        self._of_county = np.full(geography.counties.size, -1)
        self._of_county[chosen] = np.arange(chosen.size)
        self.postal = np.array([geography.states[index].postal for index in geography.counties.state[chosen]])
        self.prison_postal = np.array([geography.states[index].postal for index in states])

    def of(self, kind: str, members: Iterable[str]) -> np.ndarray:
        """Positions that a scope names; a nation's and a state's include prisons."""
        found = self._of_county[indices_of(kind, members, self.geography)]
        prisons = np.zeros(0, np.int64)
        if kind == "nation":
            prisons = np.arange(self.counties.size, self.size)
        elif kind == "states":
            prisons = self.counties.size + np.flatnonzero(np.isin(self.prison_postal, list(members)))
        return np.concatenate([found[found >= 0], prisons])

    def of_agency(self, agreement: Agreement) -> np.ndarray:
        """Positions at which an agreement's officers work: a county, a state's counties, or its prison."""
        if agreement.kind == "prison":
            return self.counties.size + np.flatnonzero(self.prison_postal == agreement.state)
        if agreement.county is None:
            return np.flatnonzero(self.postal == agreement.state)
        return np.flatnonzero(self.counties == agreement.county)

    def with_prisons(self, of_counties: np.ndarray, of_prisons: float) -> np.ndarray:
        """Counties' values, followed by one value for every prison."""
        return np.concatenate([of_counties, np.full(self.states.size, of_prisons)])

"""Labels of places: those that a run reports, those that it simulates, and a warning for a part simulated alone.

Captions, tables, pages and notebooks use these texts, so that a run is described in the same way everywhere. They are
derived from the resolved scenario; no run is needed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from enforcement_sim.parameters.register import load_register
from enforcement_sim.places.build import capacity_shares
from enforcement_sim.places.geography import load_geography
from enforcement_sim.places.scope import ALONE, simulated_counties

NAMED_PLACES = 6
NAMED_OFFICES = 4
NATION = "nation"
PER_CENT = 100.0


def _members(scope: str | Mapping[str, Sequence[str]]) -> tuple[str, tuple[str, ...]]:
    if isinstance(scope, str):
        return NATION, ()
    kind, members = next(iter(scope.items()))
    return kind, tuple(members)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:-1]) + f" and {names[-1]}" if len(names) > 1 else names[0]


def _values(plain: Mapping[str, Any]) -> dict[str, float]:
    # The scenario of a sweep omits parameters that differ between draws.
    return {**load_register().defaults(), **plain["parameters"]}


def simulated_for(plain: Mapping[str, Any]) -> str:
    """Return the ``simulate`` setting of a resolved scenario; folders without it hold parts simulated alone."""
    return str(plain.get("simulate", ALONE))


def scope_in_words(scope: str | Mapping[str, Sequence[str]]) -> str:
    """Return the places that a scope names.

    Examples
    --------
    >>> scope_in_words({"counties": ["37119"]}), scope_in_words("nation")
    ('Mecklenburg County (NC)', 'the nation, every county')
    """
    kind, members = _members(scope)
    if kind == NATION:
        return "the nation, every county"
    if len(members) > NAMED_PLACES:
        return f"{len(members)} {kind}"
    places = load_geography()
    if kind == "states":
        return _listed([places.states[places.state_index(postal)].name for postal in members])
    indices = [places.index_of(fips) for fips in members]
    states = [places.states[int(places.counties["state"][index])].postal for index in indices]
    return _listed([f"{places.names[index]} ({state})" for index, state in zip(indices, states, strict=True)])


def places_in_words(plain: Mapping[str, Any]) -> str:
    """Return the places that a scenario reports, and those that are simulated for them.

    Parameters
    ----------
    plain : mapping
        The resolved scenario: ``scope``, ``simulate`` and ``parameters`` are read.

    Examples
    --------
    >>> from enforcement_sim import load_scenario
    >>> plain = load_scenario("baseline").with_(scope={"counties": ["37119"]}).resolved()
    >>> places_in_words(plain)
    'Mecklenburg County (NC), simulated with all 305 counties of the Atlanta field office'
    >>> places_in_words(plain | {"simulate": "alone"})
    'Mecklenburg County (NC), SIMULATED ALONE'
    """
    reported = scope_in_words(plain["scope"])
    kind, members = _members(plain["scope"])
    if kind == NATION:
        return reported
    if simulated_for(plain) == ALONE:
        return f"{reported}, SIMULATED ALONE"
    places = load_geography()
    counties = simulated_counties(kind, members, simulated_for(plain), _values(plain), places).counties
    if counties.size == places.counties.size:
        return f"{reported}, simulated with the whole nation"
    offices = [places.offices[index].name for index in np.unique(places.counties.office[counties])]
    if len(offices) > NAMED_OFFICES:
        of = f"{len(offices)} field offices"
    else:
        of = f"the {_listed(offices)} field office{'s' if len(offices) > 1 else ''}"
    return f"{reported}, simulated with all {counties.size} counties of {of}"


def mark_of(simulate: str) -> dict[str, str]:
    """Return the column that marks tables of a part simulated alone; none otherwise.

    Examples
    --------
    >>> mark_of("alone"), mark_of("offices")
    ({'simulated': 'ALONE'}, {})
    """
    return {"simulated": "ALONE"} if simulate == ALONE else {}


def alone_in_words(plain: Mapping[str, Any]) -> str:
    """Return the warning for a part simulated alone, with its share of capacity; empty for other scenarios.

    Examples
    --------
    >>> from enforcement_sim import load_scenario
    >>> alone = load_scenario("baseline").with_(scope={"counties": ["37119"]}, simulate="alone")
    >>> print(alone_in_words(alone.resolved()))  # doctest: +ELLIPSIS
    SIMULATED ALONE: this part was given a fixed share of its field office's crews and beds (Atlanta 5%). ...
    >>> alone_in_words(alone.with_(simulate="offices").resolved())
    ''
    """
    kind, members = _members(plain["scope"])
    if simulated_for(plain) != ALONE or kind == NATION:
        return ""
    shares = capacity_shares(kind, members, ALONE, _values(plain), plain.get("data") or {})
    if all(share == 1.0 for share in shares.values()):
        return ""
    names = {office.code: office.name for office in load_geography().offices}
    partial = {names[code]: PER_CENT * share for code, share in shares.items() if share < 1.0}
    # A small county's share of an office is a fraction of a per cent, which must not be shown as 0%.
    given = ", ".join(
        f"{name} {share:.0f}%" if share >= 1 else f"{name} {share:.1g}%" for name, share in partial.items()
    )
    if len(partial) > NAMED_OFFICES:
        given = f"{min(partial.values()):.0f}\N{EN DASH}{max(partial.values()):.0f}% of {len(partial)} offices"
    whose = "its field office's" if len(shares) == 1 else "its field offices'"
    return (
        f"SIMULATED ALONE: this part was given a fixed share of {whose} crews and beds ({given}). The rest of the area, with "
        "which it competes for them, is left out, so differences between policies can have the wrong size and the wrong "
        "sign. Leave out `simulate: alone` for the answer with the whole area."
    )

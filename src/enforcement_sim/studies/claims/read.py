"""Reads published claims from their file: whole, or refused with file, line and key.

A claim without a source, a unit, a definition or a run to compute it from cannot be audited. Arithmetic is given as numbers
and an expression; what comes out is computed here and typed nowhere, and a number that no line uses is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike
from typing import Any

from enforcement_sim.errors import InputError
from enforcement_sim.studies.claims.published import SIDES, UNITS, Claim, Claimed, Claims, Source
from enforcement_sim.studies.claims.read_arithmetic import by_hand
from enforcement_sim.studies.claims.read_pieces import (
    cited_at,
    day_at,
    known_keys,
    mapping_at,
    names_at,
    number_at,
    one_of_at,
    optional_text,
    scope_at,
    text_at,
    texts_at,
    wrong_at,
)
from enforcement_sim.studies.claims.runs import RUNS
from enforcement_sim.yaml_lines import Document, Step, read_yaml

__all__ = ["read_claims"]

FULLY, PARTLY, NOT = "fully", "partly", "not"

_REQUIRED = ("says", "said_by", "side", "claimed", "own", "others", "runs", "expressed")
_OPTIONAL = ("by_hand", "no_arithmetic", "limits", "note")
_OWN = ("measure", "stage", "from", "to", "scope", "denominator")
_BOUNDS = ("value", "at_least", "below", "above")


def read_claims(path: str | PathLike[str], text: str | None = None) -> Claims:
    """Read claims from a file.

    Parameters
    ----------
    path : str or path
    text : str, optional
        The content, when it is already in memory.

    Raises
    ------
    InputError
        For the first thing that is wrong, with file, line and key.
    """
    document = read_yaml(path, text)
    known = ("claims", "sources")
    known_keys(document, (), document.data, known)
    for part in known:
        if not isinstance(document.data.get(part), dict):
            raise InputError("missing, or not a mapping", file=document.path, line=1, key=part)
    sources = {str(key): _source(document, key) for key in document.data["sources"]}
    return Claims({name: _claim(document, name, sources) for name in document.data["claims"]})


def _source(document: Document, key: str) -> Source:
    here = ("sources", key)
    entry = mapping_at(document, here, document.data["sources"][key], ("side", "text"))
    return Source(
        key,
        one_of_at(document, (*here, "side"), entry["side"], SIDES),
        text_at(document, (*here, "text"), entry["text"]),
    )


def _claim(document: Document, name: str, sources: Mapping[str, Source]) -> Claim:
    """Return one checked entry."""
    here = ("claims", name)
    entry = mapping_at(document, here, document.data["claims"][name], _REQUIRED, _OPTIONAL)
    own_at = (*here, "own")
    own = mapping_at(document, own_at, entry["own"], _OWN)
    start, end = (day_at(document, (*own_at, key), own[key]) for key in ("from", "to"))
    if end < start:
        raise wrong_at(document, (*own_at, "to"), f"ends on {end}, before it begins on {start}")
    expressed = one_of_at(document, (*here, "expressed"), entry["expressed"], (FULLY, PARTLY, NOT))
    if (expressed == FULLY) == ("limits" in entry):
        wanted = "is fully expressed and has limits" if expressed == FULLY else "has no limits"
        raise wrong_at(document, (*here, "expressed"), wanted)
    if ("by_hand" in entry) == ("no_arithmetic" in entry):
        raise wrong_at(document, here, "needs one of by_hand and no_arithmetic")
    runs = names_at(document, (*here, "runs"), entry["runs"], RUNS, "run")
    claimed = _claimed(document, (*here, "claimed"), entry["claimed"])
    return Claim(
        id=name,
        says=text_at(document, (*here, "says"), entry["says"]),
        said_by=cited_at(document, (*here, "said_by"), entry["said_by"], sources),
        side=one_of_at(document, (*here, "side"), entry["side"], SIDES),
        claimed=claimed,
        by_hand=by_hand(document, here, entry["by_hand"], claimed.unit, sources) if "by_hand" in entry else None,
        no_arithmetic=optional_text(document, here, entry, "no_arithmetic"),
        measure=text_at(document, (*own_at, "measure"), own["measure"]),
        stage=text_at(document, (*own_at, "stage"), own["stage"]),
        scope=scope_at(document, (*own_at, "scope"), own["scope"]),
        denominator=text_at(document, (*own_at, "denominator"), own["denominator"]),
        start=start,
        end=end,
        others=texts_at(document, (*here, "others"), entry["others"]),
        runs=runs,
        expressed=expressed,
        limits=optional_text(document, here, entry, "limits"),
        note=optional_text(document, here, entry, "note"),
    )


def _claimed(document: Document, at: tuple[Step, ...], written: Any) -> Claimed:
    entry = mapping_at(document, at, written, ("unit",), (*_BOUNDS, "implied"))
    kinds = [kind for kind in _BOUNDS if kind in entry]
    if len(kinds) != 1:
        raise wrong_at(document, at, "needs one figure", allowed=_BOUNDS)
    implied = entry.get("implied", False)
    if not isinstance(implied, bool):
        raise wrong_at(document, (*at, "implied"), "neither true nor false")
    unit = one_of_at(document, (*at, "unit"), entry["unit"], UNITS)
    return Claimed(kinds[0], number_at(document, (*at, kinds[0]), entry[kinds[0]]), unit, implied)

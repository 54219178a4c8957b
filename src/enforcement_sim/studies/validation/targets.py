"""Published figures, each with its bin, its range and its citation: loaded whole or refused.

A figure without a bin, a source or a unit is worth nothing later, so the loader refuses one, with file and line, as it
refuses a value outside its own range, a range upside down, a period that ends before it begins and a source that the
list of sources does not have. What a figure means in the model is said elsewhere.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from os import PathLike
from pathlib import Path
from typing import Any

from enforcement_sim.errors import InputError, nearest_names
from enforcement_sim.yaml_lines import Document, read_yaml

__all__ = ["BINS", "Scope", "Target", "Targets", "load_targets"]

BINS = ("fit", "heldout", "context", "imported")
"""What a figure may be used for: chosen by, tested on later, shown beside, or assumed."""

_SHIPPED = Path(__file__).with_name("targets.yaml")
_REQUIRED = ("bin", "measures", "scope", "from", "to", "value", "low", "high", "unit", "source")
_OPTIONAL = ("note", "ceiling", "funnel")
_SCOPES = ("states", "counties")


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a figure was counted: ``kind`` is nation, states or counties; ``members`` are postal or FIPS codes."""

    kind: str
    members: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return the scope in a word or two."""
        return "United States" if self.kind == "nation" else ", ".join(self.members)


@dataclass(frozen=True, slots=True)
class Target:
    """One published figure.

    Attributes
    ----------
    id : str
    bin : str
        One of :data:`BINS`.
    measures : str
        What it counts, in words.
    scope : Scope
    start, end : date
        First and last day it is about.
    value, low, high : float
        As published or derived, and the range within which a simulated value is no miss.
    unit : str
    citation : str
        Author, title and date of every source, as far as known.
    note : str
        Arithmetic, and what to know before comparing; may be empty.
    funnel : bool
        Whether it is a ratio of two stages of the funnel, which must hold whatever else does.
    ceiling : bool
        It bounds a simulated value from above only.
    """

    id: str
    bin: str
    measures: str
    scope: Scope
    start: date
    end: date
    value: float
    low: float
    high: float
    unit: str
    citation: str
    note: str = ""
    ceiling: bool = False
    funnel: bool = False

    def verdict(self, simulated: float) -> str:
        """Return "inside", "below" or "above" for a simulated value; "no value" if it is not a number."""
        if math.isnan(simulated):
            return "no value"
        if simulated > self.high:
            return "above"
        return "below" if simulated < self.low and not self.ceiling else "inside"


class Targets(Mapping[str, Target]):
    """Every figure by its id, in the order of the file.

    Examples
    --------
    >>> targets = load_targets()
    >>> targets["sc_match_rate"].value, targets["sc_match_rate"].bin
    (0.0656, 'fit')
    """

    def __init__(self, targets: Mapping[str, Target]) -> None:
        self._targets = dict(targets)

    def __getitem__(self, name: str) -> Target:
        return self._targets[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._targets)

    def __len__(self) -> int:
        return len(self._targets)

    def of(self, wanted: str) -> tuple[Target, ...]:
        """Return the figures of one bin.

        Raises
        ------
        InputError
            If there is no such bin.
        """
        if wanted not in BINS:
            raise InputError(f"unknown bin {wanted!r}", allowed=BINS, nearest=nearest_names(wanted, BINS))
        return tuple(target for target in self.values() if target.bin == wanted)


@cache
def _shipped() -> Targets:
    return _load(_SHIPPED)


def load_targets(path: str | PathLike[str] | None = None) -> Targets:
    """Read and check a file of targets; the shipped one unless another is named.

    Raises
    ------
    InputError
        With file, line and key, at the first entry that lacks something or contradicts itself.
    """
    return _shipped() if path is None else _load(Path(path))


def _load(path: Path) -> Targets:
    document = read_yaml(path)
    for part in ("targets", "sources"):
        if not isinstance(document.data.get(part), dict):
            raise InputError("missing, or not a mapping", file=path, line=1, key=part)
    sources = {key: _text(document, ("sources", key), said) for key, said in document.data["sources"].items()}
    return Targets({name: _target(document, name, sources) for name in document.data["targets"]})


def _target(document: Document, name: str, sources: Mapping[str, str]) -> Target:
    """Return one checked entry."""
    here = ("targets", name)
    entry = document.data["targets"][name]
    if not isinstance(entry, dict):
        raise _wrong(document, here, "not a mapping")
    for key in entry:
        if key not in (*_REQUIRED, *_OPTIONAL):
            known = (*_REQUIRED, *_OPTIONAL)
            raise _wrong(document, (*here, key), "unknown key", allowed=known, nearest=nearest_names(key, known))
    for key in _REQUIRED:
        if entry.get(key) in (None, "", []):
            raise _wrong(document, here, f"has no {key}")
    if entry["bin"] not in BINS:
        nearest = nearest_names(str(entry["bin"]), BINS)
        raise _wrong(document, (*here, "bin"), f"unknown bin {entry['bin']!r}", allowed=BINS, nearest=nearest)
    start, end = (_day(document, (*here, key), entry[key]) for key in ("from", "to"))
    if end < start:
        raise _wrong(document, (*here, "to"), f"ends on {end}, before it begins on {start}")
    low, value, high = (_number(document, (*here, key), entry[key]) for key in ("low", "value", "high"))
    if not low <= value <= high:
        raise _wrong(document, (*here, "value"), f"{value:g} is not within {low:g} to {high:g}")
    ceiling = entry.get("ceiling", False)
    if not isinstance(ceiling, bool):
        raise _wrong(document, (*here, "ceiling"), "neither true nor false")
    funnel = entry.get("funnel", False)
    if not isinstance(funnel, bool):
        raise _wrong(document, (*here, "funnel"), "neither true nor false")
    return Target(
        id=name,
        bin=entry["bin"],
        measures=_text(document, (*here, "measures"), entry["measures"]),
        scope=_scope(document, (*here, "scope"), entry["scope"]),
        start=start,
        end=end,
        value=value,
        low=low,
        high=high,
        unit=_text(document, (*here, "unit"), entry["unit"]),
        citation=_citation(document, (*here, "source"), entry["source"], sources),
        note=_text(document, (*here, "note"), entry["note"]) if "note" in entry else "",
        ceiling=ceiling,
        funnel=funnel,
    )


def _citation(document: Document, at: tuple[str, ...], keys: Any, sources: Mapping[str, str]) -> str:
    """Return the sources named by their keys, spelled out."""
    if not isinstance(keys, list):
        raise _wrong(document, at, "not a list of keys of the sources")
    for key in keys:
        if key not in sources:
            raise _wrong(document, at, f"unknown source {key!r}", nearest=nearest_names(str(key), sources))
    return " ".join(sources[key] for key in keys)


def _scope(document: Document, at: tuple[str, ...], written: Any) -> Scope:
    """Return where a figure was counted."""
    if written == "nation":
        return Scope("nation")
    if isinstance(written, dict) and len(written) == 1:
        kind, members = next(iter(written.items()))
        if kind in _SCOPES and isinstance(members, list) and members and all(isinstance(one, str) for one in members):
            return Scope(kind, tuple(members))
    raise _wrong(document, at, "not a scope", allowed='nation, {states: [CA]} or {counties: ["06037"]}')


def _day(document: Document, at: tuple[str, ...], written: Any) -> date:
    if not isinstance(written, date):
        raise _wrong(document, at, f"{written!r} is not a day, such as 2011-06-30")
    return written


def _number(document: Document, at: tuple[str, ...], written: Any) -> float:
    if isinstance(written, bool) or not isinstance(written, (int, float)) or not math.isfinite(written):
        raise _wrong(document, at, f"{written!r} is not a number")
    return float(written)


def _text(document: Document, at: tuple[str, ...], written: Any) -> str:
    if not isinstance(written, str) or not written.strip():
        raise _wrong(document, at, "not text")
    return written


def _wrong(document: Document, at: tuple[str, ...], message: str, **more: Any) -> InputError:
    return InputError(message, file=document.path, line=document.line(at), key=".".join(at), **more)

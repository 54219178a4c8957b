"""Recording: how much of the criminal record was in the file at the moment people were counted.

Published shares without a record differ also because files fill up: at the issue of a detainer less is known than at
removal, and a file released later knows more. A :class:`Moment` says what share of the people with a conviction had one in
the file, with its range, source and grade. Nothing simulated
depends on it: :mod:`enforcement_sim.studies.stages.compute` thins
counts that are already there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from enforcement_sim.codes import EVENTS
from enforcement_sim.law.reading import check_keys, mapping_of, number, one_of, text, wrong
from enforcement_sim.law.rules import GRADES
from enforcement_sim.yaml_lines import Document, read_yaml

__all__ = ["COUNTED_EVENTS", "Moment", "load_recording", "read_recording"]

COUNTED_EVENTS = EVENTS[EVENTS.index("matched") :]
"""Events that the ledger counts with a profile."""

_REQUIRED = ("title", "share", "low", "high", "unit", "source", "grade")


@dataclass(frozen=True, slots=True)
class Moment:
    """How full the file was at one moment.

    Attributes
    ----------
    id : str
    title : str
    share, low, high : float
        Of the people with a conviction, the share whose file shows one, from 0 to 1, and its range.
    unit, source : str
    grade : str
        One of :data:`~enforcement_sim.law.rules.GRADES`.
    stages : tuple of str
        Events counted at this moment.
    """

    id: str
    title: str
    share: float
    low: float
    high: float
    unit: str
    source: str
    grade: str
    stages: tuple[str, ...]


@cache
def load_recording() -> Mapping[str, Moment]:
    """Return the shipped moments by name.

    Raises
    ------
    InputError
        If a moment lacks a source, a grade or a range, or an event belongs to no moment or to two.

    Examples
    --------
    >>> moments = load_recording()
    >>> moments["at_issue"].share < moments["at_removal"].share
    True
    """
    return read_recording(Path(__file__).with_name("recording.yaml"))


def read_recording(path: Path) -> Mapping[str, Moment]:
    """Read moments from a file; see :func:`load_recording` for the errors."""
    document = read_yaml(path)
    written = mapping_of(document, ("moments",))
    moments = {name: _moment(document, name) for name in written}
    of_event: dict[str, str] = {}
    for name, moment in moments.items():
        for position, stage in enumerate(moment.stages):
            if stage in of_event:
                at = ("moments", name, "stages", position)
                raise wrong(document, at, f"{stage!r} is counted {of_event[stage]} already")
            of_event[stage] = name
    missing = [event for event in COUNTED_EVENTS if event not in of_event]
    if missing:
        raise wrong(document, ("moments",), f"no moment counts {missing[0]!r}", allowed="every event from matched on")
    return moments


def _moment(document: Document, name: str) -> Moment:
    """Return one checked entry."""
    at = ("moments", name)
    entry = mapping_of(document, at)
    check_keys(document, at, entry, _REQUIRED, ("stages",))
    low, share, high = (number(document, (*at, key), entry[key]) for key in ("low", "share", "high"))
    if not 0 <= low <= share <= high <= 1:
        raise wrong(
            document, (*at, "share"), f"{share:g} is not within {low:g} to {high:g}", allowed="0 to 1, in order"
        )
    return Moment(
        id=name,
        title=text(document, (*at, "title"), entry["title"]),
        share=share,
        low=low,
        high=high,
        unit=text(document, (*at, "unit"), entry["unit"]),
        source=text(document, (*at, "source"), entry["source"]),
        grade=one_of(document, (*at, "grade"), entry["grade"], GRADES, "grade"),
        stages=_stages(document, (*at, "stages"), entry.get("stages", [])),
    )


def _stages(document: Document, at: tuple[str, ...], written: Any) -> tuple[str, ...]:
    if not isinstance(written, list):
        raise wrong(document, at, "not a list of events")
    return tuple(
        one_of(document, (*at, position), stage, COUNTED_EVENTS, "event") for position, stage in enumerate(written)
    )

"""Recording: how much of the criminal record was in the file at the moment people were counted.

Published shares without a record differ also because files fill up: at the issue of a detainer less is known than at
removal, and a file released later knows more. A :class:`Moment` says what share of the people with a conviction had one in
the file, with its range, source and grade. Nothing simulated depends on it: studies thin counts that are already there.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, model_validator

from enforcement_sim.codes import EVENTS
from enforcement_sim.errors import InputError, Problems
from enforcement_sim.law.rules import Grade
from enforcement_sim.yaml_models import Many, Named, NamedModel, Number, StrictModel, Text, one_of, read_model

COUNTED_EVENTS = EVENTS[EVENTS.index("matched") :]
"""Events that the ledger counts with a profile."""


class Moment(NamedModel):
    """How full the file was at one moment.

    Attributes
    ----------
    id, title : str
    share, low, high : float
        Of the people with a conviction, the share whose file shows one, from 0 to 1, and its range.
    unit, source : str
    grade : str
        One of :data:`~enforcement_sim.law.rules.GRADES`.
    stages : tuple of str
        Events counted at this moment.
    """

    title: Text
    share: Number = Field(ge=0, le=1)
    low: Number = Field(ge=0, le=1)
    high: Number = Field(ge=0, le=1)
    unit: Text
    source: Text
    grade: Grade
    stages: Many[Annotated[str, one_of(COUNTED_EVENTS, "event")]] = ()

    @model_validator(mode="after")
    def _within_range(self) -> Self:
        if not self.low <= self.share <= self.high:
            says = f"{self.share:g} is not within {self.low:g} to {self.high:g}"
            raise InputError(says, key="share", allowed="low, share and high in order")
        return self


class _File(StrictModel):
    moments: Named[Moment]

    @model_validator(mode="after")
    def _each_event_once(self) -> Self:
        problems = Problems()
        moment_of: dict[str, str] = {}
        for name, moment in self.moments.items():
            for index, event in enumerate(moment.stages):
                if event in moment_of:
                    key = f"moments.{name}.stages.{index}"
                    problems.add(InputError(f"{event!r} is counted {moment_of[event]} already", key=key))
                moment_of[event] = name
        problems.raise_if_any()
        for event in COUNTED_EVENTS:
            if event not in moment_of:
                says = f"no moment counts {event!r}"
                problems.add(InputError(says, key="moments", allowed="every event from matched on"))
        problems.raise_if_any()
        return self


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
    return read_model(path, _File).moments

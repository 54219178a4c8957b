"""Published figures, each with its bin, range and citation, and constants that are external to the model.

A file is valid as a whole or rejected, with file, line and key: a figure needs a bin, a unit and a source, lies inside its
own range, and its period ends after it begins. How the model computes a figure is in ``observation_operators``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from os import PathLike
from pathlib import Path
from typing import Annotated, Self

from pydantic import BeforeValidator, Field, model_validator

from enforcement_sim.codes import EVENTS, PROGRAMMES
from enforcement_sim.errors import InputError, nearest_names
from enforcement_sim.law.definitions import load_definitions
from enforcement_sim.parameters.register import GRADES
from enforcement_sim.yaml_models import (
    Day,
    Many,
    Named,
    NamedModel,
    Number,
    StrictModel,
    Text,
    defines,
    one_of,
    read_model,
    refers_to,
)

BINS = ("fit", "heldout", "context", "imported")
"""Uses of a figure: fitted, held out, shown for context, or assumed."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The place of a figure: ``kind`` is nation, states or counties; ``members`` are postal or FIPS codes."""

    kind: str
    members: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return the scope in a few words."""
        return "United States" if self.kind == "nation" else ", ".join(self.members)


def _scope(written: object) -> Scope:
    """Return a scope as it is written: nation, or a list of states or counties."""
    if written == "nation":
        return Scope("nation")
    if isinstance(written, dict) and len(written) == 1:
        kind, members = next(iter(written.items()))
        listed = isinstance(members, list) and members and all(isinstance(one, str) for one in members)
        if listed and kind in ("states", "counties"):
            return Scope(kind, tuple(members))
    raise InputError("not a scope", allowed='nation, {states: [CA]} or {counties: ["06037"]}')


class _Ranged(StrictModel):
    """A number with its accepted range."""

    value: Number
    low: Number
    high: Number
    unit: Text

    @model_validator(mode="after")
    def _inside(self) -> Self:
        if not self.low <= self.value <= self.high:
            says = f"{self.value:g} is not within {self.low:g} to {self.high:g}"
            raise InputError(says, key="value")
        return self


class Cell(StrictModel):
    """Where a published share of "non-criminals" belongs in the table of stages and definitions.

    Attributes
    ----------
    stage, definition : str
    programme : str or None
        The programme that found the people first; None for all people.
    complement : bool
        What was published is one minus the share non-criminal.
    note : str
        How the simulated cell differs from what was counted.
    """

    stage: Annotated[str, one_of(EVENTS, "stage")]
    definition: Annotated[str, one_of(lambda: load_definitions(), "definition")]
    programme: Annotated[str, one_of(PROGRAMMES, "programme")] | None = None
    complement: bool = False
    note: Text = ""


class Target(_Ranged, NamedModel):
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
    sources : tuple of str
        Author, title and date of every source, as far as known.
    note : str
        Arithmetic, and what to know before comparing; may be empty.
    funnel : bool
        Whether it is a ratio of two stages of the funnel, which must hold whatever else does.
    ceiling : bool
        It bounds a simulated value from above only.
    compared_over : tuple of date or None
        Other days that are compared, where the figure's own lie outside the model's years.
    remark : str
        What the model's number is, where that is not quite what was published.
    not_expressible : str
        Why the model has nothing to say about it; empty if it has.
    cell : Cell or None
    """

    bin: Annotated[str, one_of(BINS, "bin")]
    measures: Text
    scope: Annotated[Scope, BeforeValidator(_scope)]
    start: Day = Field(validation_alias="from")
    end: Day = Field(validation_alias="to")
    sources: Many[Annotated[str, refers_to("source", look_up=True)]] = Field(min_length=1, validation_alias="source")
    note: Text = ""
    ceiling: bool = False
    funnel: bool = False
    compared_over: Annotated[tuple[Day, Day], Field(strict=False)] | None = None
    remark: Text = ""
    not_expressible: Text = ""
    cell: Cell | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.end < self.start:
            raise InputError(f"ends on {self.end}, before it begins on {self.start}", key="to")
        return self

    @property
    def citation(self) -> str:
        """Every source, spelled out."""
        return " ".join(self.sources)

    def verdict(self, simulated: float) -> str:
        """Return "inside", "below" or "above" for a simulated value; "no value" if it is not a number."""
        if math.isnan(simulated):
            return "no value"
        if simulated > self.high:
            return "above"
        return "below" if simulated < self.low and not self.ceiling else "inside"


class Targets(dict[str, Target]):
    """Every figure by its id, in the order of the file.

    Examples
    --------
    >>> targets = load_targets()
    >>> targets["sc_match_rate"].value, targets["sc_match_rate"].bin
    (0.0656, 'fit')
    """

    def of(self, wanted: str) -> tuple[Target, ...]:
        """Return the figures of one bin; raise InputError if there is no such bin."""
        if wanted not in BINS:
            raise InputError(f"unknown bin {wanted!r}", allowed=BINS, nearest=nearest_names(wanted, BINS))
        return tuple(target for target in self.values() if target.bin == wanted)


class _TargetFile(StrictModel):
    sources: Annotated[dict[str, Text], defines("source")]
    targets: Named[Target]


def load_targets(path: str | PathLike[str] | None = None) -> Targets:
    """Read and check a file of targets; the shipped one unless another is named.

    Raises
    ------
    InputError
        With file, line and key, for everything that is wrong.
    """
    return _shipped_targets() if path is None else Targets(read_model(path, _TargetFile).targets)


@cache
def _shipped_targets() -> Targets:
    return load_targets(Path(__file__).with_name("targets.yaml"))


# ---- what published figures hold and the model leaves out -------------------------------------------------------------


class ExternalConstant(_Ranged):
    """An assumed number outside the model, such as book-ins to ICE custody at the border; it enters no simulation."""

    meaning: Text
    grade: Annotated[str, one_of(GRADES, "grade")]
    source: Text


class _ConstantsFile(StrictModel):
    book_ins_a_year: ExternalConstant
    stay_days_median: ExternalConstant
    stay_days_sigma: ExternalConstant
    longest_stay_days: ExternalConstant
    federal_prison_charged_a_year: ExternalConstant


def load_external_constants(path: str | PathLike[str] | None = None) -> Mapping[str, float]:
    """Return the external constants by name: the shipped ones unless another file is given.

    Raises
    ------
    InputError
        With file, line and key, for everything that is wrong.

    Examples
    --------
    >>> load_external_constants()["longest_stay_days"]
    180.0
    """
    if path is None:
        return external_constants()
    return {name: one.value for name, one in read_model(path, _ConstantsFile)}


@cache
def external_constants() -> Mapping[str, float]:
    """Return the shipped external constants, read once."""
    return load_external_constants(Path(__file__).with_name("external_constants.yaml"))

"""Published figures, each with its bin, range and citation.

A file is valid as a whole or rejected, with file, line and key: a figure needs a bin, a unit and a source, lies inside its
own range, and its period ends after it begins. How the model computes a figure is in ``observation_operators``. Figures
that are held out stand in a file of their own, which this module does not open (``held_out_targets``).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from os import PathLike
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, model_validator

from enforcement_sim.codes import EVENTS, PROGRAMMES
from enforcement_sim.errors import InputError, nearest_names
from enforcement_sim.law.definitions import load_definitions
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

FITTED, HELD_OUT = "fit", "heldout"
BINS = (FITTED, HELD_OUT, "context", "imported")
"""Uses of a figure: fitted, held out, shown and not counted, or assumed."""

LIKENESS = ("comparable", "constructed", "concept differs")
"""How the simulated number relates to the published one: the same thing counted; put together from several counts, an input
or an assumption beside the model; another concept."""

AHEAD = ("forecast", "interpolation")
"""A held-out figure lies after every fitted figure of its subject, or fitted figures reach as far as it does."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The place of a figure: ``kind`` is nation, states, counties or places.

    ``members`` are postal or FIPS codes; a place is a county or the prison system of a state (its number, 04000).
    """

    kind: str
    members: tuple[str, ...] = ()

    def __str__(self) -> str:
        return "United States" if self.kind == "nation" else ", ".join(self.members)


def _scope(written: object) -> Scope:
    if written == "nation":
        return Scope("nation")
    if isinstance(written, Scope):
        return written
    if isinstance(written, dict) and len(written) == 1:
        kind, members = next(iter(written.items()))
        listed = isinstance(members, list) and members and all(isinstance(one, str) for one in members)
        if listed and kind in ("states", "counties"):
            return Scope(kind, tuple(members))
    raise InputError("not a scope", allowed='nation, {states: [CA]} or {counties: ["06037"]}')


class Ranged(StrictModel):
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
    """Where a published share of "non-criminals" belongs in the table of stages and definitions; ``note`` says how it differs."""

    stage: Annotated[str, one_of(EVENTS, "stage")]
    definition: Annotated[str, one_of(lambda: load_definitions(), "definition")]
    programme: Annotated[str, one_of(PROGRAMMES, "programme")] | None = None
    complement: bool = False
    note: Text = ""


class _About(NamedModel):
    """What a published figure and a vector of figures have in common; see :class:`Target`."""

    bin: Annotated[str, one_of(BINS, "bin")]
    subject: Text
    likeness: Annotated[str, one_of(LIKENESS, "likeness")]
    measures: Text
    scope: Annotated[Scope, BeforeValidator(_scope)]
    start: Day = Field(validation_alias="from")
    end: Day = Field(validation_alias="to")
    unit: Text
    sources: Many[Annotated[str, refers_to("source", look_up=True)]] = Field(min_length=1, validation_alias="source")
    family: Text = ""
    counted: bool = True
    ahead: Annotated[str, one_of(AHEAD, "kind of held-out figure")] | None = None
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
        if (self.bin == HELD_OUT) != (self.ahead is not None):
            says = "is missing: forecast or interpolation" if self.bin == HELD_OUT else "belongs to held-out figures"
            raise InputError(says, key="ahead", allowed=AHEAD)
        if self.likeness != LIKENESS[0] and not (self.remark or self.note or self.not_expressible):
            raise InputError("is missing: say why the figure is not comparable", key="remark")
        return self

    @property
    def citation(self) -> str:
        """Every source, spelled out."""
        return " ".join(self.sources)


class Target(_About, Ranged):
    """One published figure; the head of ``targets.yaml`` says what its keys are.

    ``vector`` names the figures that count as one together, such as a quantity by fiscal year; it is empty for a figure alone.
    """

    vector: Text = ""

    @property
    def status(self) -> str:
        """Its likeness and its use, in words."""
        use = {FITTED: "fitted", HELD_OUT: "held out", "context": "shown", "imported": "assumed"}[self.bin]
        return f"{'not expressible' if self.not_expressible else self.likeness}, {use}"

    def verdict(self, simulated: float) -> str:
        """Return "inside", "below" or "above" for a simulated value; "no value" if it is not a number."""
        if math.isnan(simulated):
            return "no value"
        if simulated > self.high:
            return "above"
        return "below" if simulated < self.low and not self.ceiling else "inside"


BY = {"state": "states", "place": "places"}
"""What the labels of a vector's values may be, and the kind of scope that makes: a state, or a county or prison system."""


class Vector(_About):
    """Several values of one quantity: by state, by place, or points of a distribution; they count as one figure together.

    Each value becomes a :class:`Target` named after the vector and its label; ``targets.yaml`` says what the keys are.
    """

    values: dict[str, Number] = Field(min_length=1)
    doubt: float = Field(gt=0.0, lt=1.0)
    by: Annotated[str, one_of(BY, "kind of label")] | None = None

    def targets(self) -> Iterator[Target]:
        """Yield a figure for each value."""
        common: dict[str, Any] = {name: getattr(self, name) for name in _About.model_fields}
        for label, value in self.values.items():
            own = {
                "id": f"{self.id}.{label}",
                "measures": f"{self.measures}: {label}",
                "scope": Scope(BY[self.by], (label,)) if self.by else self.scope,
            }
            low, high = value * (1.0 - self.doubt), value * (1.0 + self.doubt)
            yield Target.model_construct(**common | own, value=value, low=low, high=high, vector=self.id)


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

    def counted(self, wanted: str = FITTED) -> tuple[Target, ...]:
        """Return the figures of one bin that count: of each family one figure, or one vector."""
        return tuple(target for target in self.of(wanted) if target.counted)

    def weights(self) -> dict[str, float]:
        """Return by id how much a figure counts: 1, its part of a vector, or 0 where another says the same."""
        sizes: dict[str, int] = {}
        for one in self.values():
            sizes[one.vector] = sizes.get(one.vector, 0) + 1
        return {
            one.id: (1.0 / sizes[one.vector] if one.vector else 1.0) if one.counted else 0.0 for one in self.values()
        }


class _TargetFile(StrictModel):
    sources: Annotated[dict[str, Text], defines("source")]
    targets: Named[Target]
    vectors: Named[Vector] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_of_a_family_counts(self) -> Self:
        families: dict[tuple[str, str], set[str]] = {}
        for one in (*self.targets.values(), *self.vectors.values()):
            if one.family:
                counting = families.setdefault((one.bin, one.family), set())
                counting |= {getattr(one, "vector", "") or one.id} if one.counted else set()
        for (bin_, family), counting in families.items():
            if bin_ in (FITTED, HELD_OUT) and len(counting) != 1:
                says = (
                    f"{len(counting)} figures of the family {family!r} count: {', '.join(sorted(counting)) or 'none'}"
                )
                raise InputError(says, key="targets", allowed="one figure or one vector of a family")
        return self


def read_targets(path: str | PathLike[str]) -> Targets:
    """Read and check a file of published figures.

    Raises
    ------
    InputError
        With file, line and key, for everything that is wrong.
    """
    found = read_model(path, _TargetFile)
    every = Targets(found.targets)
    for vector in found.vectors.values():
        every.update({target.id: target for target in vector.targets()})
    return every


@cache
def load_targets() -> Targets:
    """Return the shipped figures that are not held out."""
    return read_targets(Path(__file__).with_name("targets.yaml"))

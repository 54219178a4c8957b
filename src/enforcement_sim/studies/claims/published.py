"""Published claims as ``claims.yaml`` holds them: who says what, the arithmetic by hand, the claim's own definition, its runs.

A claim without a source, a unit, a definition or a run to compute it from cannot be audited and is refused with file, line
and key. How a claim is counted in the simulated world is in the ``observe_`` modules.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from os import PathLike
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from enforcement_sim.errors import InputError, nearest_names
from enforcement_sim.studies.claims.arithmetic import ByHand, Cited, Period, Side, Source
from enforcement_sim.yaml_models import (
    Many,
    Named,
    NamedModel,
    Number,
    StrictModel,
    Text,
    defines,
    read_model,
    refers_to,
)

Unit = Literal["percent", "percent more", "percent less", "people", "million dollars", "ratio"]
"""Units of a claim's figure and of every number that is compared with it."""
NEAREST = 3
"""Names offered for one that no claim has."""


def _scope(written: object) -> str:
    match written:
        case "nation":
            return "United States"
        case {"states": [*members], **more} if not more:
            return f"states {', '.join(map(str, members))}"
        case {"counties": [*members], **more} if not more:
            return f"counties {', '.join(map(str, members))}"
    raise InputError("not a scope", allowed='nation, {states: [CA]} or {counties: ["06037"]}')


class Definition(Period):
    """The claim's own definition: what is measured, at which stage, when, where, over which denominator."""

    measure: Text
    stage: Text
    scope: Annotated[str, BeforeValidator(_scope)]
    denominator: Text


class Claimed(StrictModel):
    """The figure as stated: exactly, at least, or only as a bound, which is a direction without a figure of its own."""

    exactly: Number | None = Field(None, validation_alias="value")
    at_least: Number | None = None
    below: Number | None = None
    above: Number | None = None
    unit: Unit
    implied: bool = False

    @property
    def _given(self) -> dict[str, float]:
        figures = {"value": self.exactly, "at_least": self.at_least, "below": self.below, "above": self.above}
        return {kind: figure for kind, figure in figures.items() if figure is not None}

    @property
    def kind(self) -> str:
        """One of value, at_least, below and above."""
        return next(iter(self._given))

    @property
    def value(self) -> float:
        """The figure or bound."""
        return next(iter(self._given.values()))

    @property
    def is_direction(self) -> bool:
        """Whether only a side of the value is claimed, and no figure."""
        return self.kind in ("below", "above")

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if len(self._given) != 1:
            raise InputError("needs one figure", allowed=("value", "at_least", "below", "above"))
        return self


class Claim(NamedModel):
    """One published claim; the head of ``claims.yaml`` says what its keys are."""

    says: Text
    said_by: Cited
    side: Side
    claimed: Claimed
    by_hand: ByHand | None = None
    no_arithmetic: Text = ""
    own: Definition
    others: Many[Text] = Field(min_length=1)
    runs: Many[Annotated[str, refers_to("run")]] = Field(min_length=1)
    expressed: Literal["fully", "partly", "not"]
    limits: Text = ""
    note: Text = ""

    @property
    def unit(self) -> str:
        """The unit of the claim's figure."""
        return self.claimed.unit

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        if (self.expressed == "fully") == bool(self.limits):
            wrong = "is fully expressed and has limits" if self.limits else "has no limits"
            raise InputError(wrong, key="expressed")
        if (self.by_hand is None) == (not self.no_arithmetic):
            raise InputError("needs one of by_hand and no_arithmetic")
        if self.by_hand is not None:
            self.by_hand.check_quotient(self.unit)
        return self


class ClaimRun(NamedModel, Period):
    """A run that claims are computed from: history, or one with changes on the same people; of the nation without counties."""

    title: Text
    counties: Many[Text] = ()
    changes: dict[str, dict[str, Any]] = Field(default_factory=dict)
    parameters: dict[str, Number] = Field(default_factory=dict)


class _File(StrictModel):
    runs: Annotated[Named[ClaimRun], defines("run")]
    sources: Annotated[Named[Source], defines("source")]
    claims: Named[Claim]


class Claims(dict[str, Claim]):
    """Every claim by its id, in the order of the file, and the ``runs`` that they are computed from.

    Examples
    --------
    >>> claims = load_claims()
    >>> len(claims), round(claims["effective-156"].by_hand.value, 1)
    (20, 55.3)
    """

    def __init__(self, claims: Mapping[str, Claim], runs: Mapping[str, ClaimRun]) -> None:
        super().__init__(claims)
        self.runs = dict(runs)

    def chosen(self, name: str) -> Claim:
        """Return the claim that a person named: by its id, a part of it, some letters of it, or words of its text.

        The first of these that one claim alone fulfils says which is meant.

        Raises
        ------
        InputError
            If several fulfil it, with their names; if none does, with the nearest.

        Examples
        --------
        >>> claims = load_claims()
        >>> claims.chosen("156").id, claims.chosen("cook").id, claims.chosen("279,311").id
        ('effective-156', 'cook-15.7', 'identified-279')
        """
        wanted = name.strip().lower()
        words = {_plain(word) for word in wanted.split()}
        ways: tuple[Callable[[Claim], bool], ...] = (
            lambda claim: claim.id == wanted,
            lambda claim: wanted in claim.id.split("-"),
            lambda claim: wanted in claim.id,
            lambda claim: words <= {_plain(word) for word in claim.says.lower().split()},
        )
        for fulfils in ways if wanted else ():
            found = [claim for claim in self.values() if fulfils(claim)]
            if len(found) == 1:
                return found[0]
            if found:
                raise InputError(f"several claims have {name!r}", allowed=[claim.id for claim in found])
        near = nearest_names(name, self, at_most=NEAREST)
        raise InputError(f"no claim {name!r}", allowed=None if near else tuple(self), nearest=near)


def _plain(word: str) -> str:
    """Return a word without the marks around it, and a number without its commas."""
    plain = word.strip("$%.,;:()'\"")
    without = plain.replace(",", "")
    return without if without.replace(".", "").isdigit() else plain


def read_claims(path: str | PathLike[str], text: str | None = None) -> Claims:
    """Read claims from a file, or from ``text`` that stands for its content.

    Raises
    ------
    InputError
        For everything that is wrong, with file, line and key.
    """
    file = read_model(path, _File, text=text)
    return Claims(file.claims, file.runs)


@cache
def load_claims() -> Claims:
    """Return the shipped claims."""
    return read_claims(Path(__file__).with_name("claims.yaml"))


def number_by_hand(claim: str, name: str) -> float:
    """Return a published number of a shipped claim's arithmetic, in the unit of the file.

    Examples
    --------
    >>> number_by_hand("enrolled-02", "jurisdictions")
    3181.0
    """
    by_hand = load_claims()[claim].by_hand
    assert by_hand is not None, f"{claim} has no arithmetic"
    return by_hand.numbers[name].value

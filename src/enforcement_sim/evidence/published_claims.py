"""Published claims: what a claim is, who said it, its arithmetic by hand and its own definition.

The shapes only. ``read_claims`` reads them from the file and refuses what is incomplete; how a claim is expressed in the
model is said in the recipes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from enforcement_sim.errors import InputError, nearest_names

__all__ = ["SIDES", "UNITS", "ByHand", "Claim", "Claimed", "Claims", "HandNumber", "Line", "Source", "load_claims"]

SIDES = ("advocacy for restriction", "advocacy for immigrants", "government", "press", "research")
"""Who speaks."""

UNITS = ("percent", "percent more", "percent less", "people", "million dollars", "ratio")
"""Units of a claim's figure and of everything set beside it."""


@dataclass(frozen=True, slots=True)
class Source:
    """A document, and on which side it speaks."""

    key: str
    side: str
    text: str


@dataclass(frozen=True, slots=True)
class HandNumber:
    """A published number that goes into arithmetic by hand."""

    name: str
    value: float
    unit: str
    grade: str
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of arithmetic: what it gives, in words, and its computed value."""

    says: str
    expression: str
    unit: str
    value: float


@dataclass(frozen=True, slots=True)
class ByHand:
    """A claim's arithmetic: its numbers, the expression that gives its figure, and further lines."""

    numbers: tuple[HandNumber, ...]
    expression: str
    value: float
    also: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Claimed:
    """The figure as stated: ``kind`` is value, below or above; ``implied`` if it is only what the words amount to."""

    kind: str
    value: float
    unit: str
    implied: bool


@dataclass(frozen=True, slots=True)
class Claim:
    """One published claim.

    Attributes
    ----------
    id, says, subject : str
        Name, the claim in our words, and what it is about as a finding begins.
    said_by : tuple of Source
    side : str
        One of :data:`SIDES`.
    claimed : Claimed
    by_hand : ByHand or None
        None where there is no arithmetic; ``no_arithmetic`` then says why.
    measure, stage, scope, denominator : str
        The claim's own definition.
    start, end : date
        First and last day of it.
    others : tuple of str
        Other definitions it is shown under.
    runs : tuple of str
        Names of runs, of :data:`enforcement_sim.evidence.claim_runs.RUNS`.
    expressed : str
        fully or partly; ``limits`` says what is missing.
    put_in : bool
        The model is given what the claim is about and cannot find it.
    """

    id: str
    says: str
    subject: str
    said_by: tuple[Source, ...]
    side: str
    claimed: Claimed
    by_hand: ByHand | None
    no_arithmetic: str
    measure: str
    stage: str
    scope: str
    denominator: str
    start: date
    end: date
    others: tuple[str, ...]
    runs: tuple[str, ...]
    expressed: str
    limits: str
    note: str
    put_in: bool

    @property
    def unit(self) -> str:
        """The unit of the claim's figure."""
        return self.claimed.unit


class Claims(Mapping[str, Claim]):
    """Every claim by its id, in the order of the file.

    Examples
    --------
    >>> claims = load_claims()
    >>> len(claims), round(claims["effective-156"].by_hand.value, 1)
    (20, 55.3)
    """

    def __init__(self, claims: Mapping[str, Claim]) -> None:
        self._claims = dict(claims)

    def __getitem__(self, name: str) -> Claim:
        return self._claims[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._claims)

    def __len__(self) -> int:
        return len(self._claims)

    def chosen(self, name: str) -> Claim:
        """Return a claim that a person named.

        Raises
        ------
        InputError
            If there is none, with the nearest name.
        """
        if name not in self._claims:
            near = nearest_names(name, self._claims)
            raise InputError(f"no claim {name!r}", allowed=None if near else tuple(self._claims), nearest=near)
        return self._claims[name]


@cache
def load_claims() -> Claims:
    """Return the shipped claims."""
    from enforcement_sim.evidence.read_claims import read_claims

    return read_claims(Path(__file__).with_name("claims.yaml"))

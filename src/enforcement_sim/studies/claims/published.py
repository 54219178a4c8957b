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

__all__ = [
    "ANY",
    "BASES",
    "NATION",
    "SIDES",
    "STAGES",
    "UNITS",
    "ByHand",
    "Claim",
    "Claimed",
    "Claims",
    "HandNumber",
    "Line",
    "Part",
    "Source",
    "load_claims",
]

SIDES = ("advocacy for restriction", "advocacy for immigrants", "government", "press", "research")
"""Who speaks."""

UNITS = ("percent", "percent more", "percent less", "people", "million dollars", "ratio")
"""Units of a claim's figure and of everything set beside it."""

ANY, NATION = "any", "nation"
"""What a part of a division says where it takes in every stage or programme, and every place."""
STAGES = (
    ANY,
    "in force",
    "matched",
    "identified",
    "interviewed",
    "released",
    "re-arrested",
    "detainer",
    "ICE custody",
    "convicted and removed",
    "removed",
)
"""Stages at which a part of a division was counted, in the order in which people reach them."""
BASES = ("counted", "appropriated", "pro-rated", "sampled")
"""How a number came about."""


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
class Part:
    """One of the two numbers of a division, with all that makes it like or unlike the other.

    Attributes
    ----------
    says : str
        What it is, in words.
    value : float
    counts : str
        The things counted: people, dollars, agencies.
    stage, programme, place, basis : str
        At which stage, by which programme, where, and how the number came about (:data:`STAGES`, :data:`BASES`).
    start, end : date
        First and last day of its period.
    """

    says: str
    value: float
    counts: str
    stage: str
    programme: str
    place: str
    basis: str
    start: date
    end: date


@dataclass(frozen=True, slots=True)
class ByHand:
    """A claim's arithmetic: its numbers, the expression that gives its figure, and further lines.

    Attributes
    ----------
    divided : tuple of Part
        What is divided, and what it is divided by; empty where nothing is divided.
    in_words : str
        The arithmetic in words where nothing is divided.
    """

    numbers: tuple[HandNumber, ...]
    expression: str
    value: float
    also: tuple[Line, ...] = ()
    divided: tuple[Part, ...] = ()
    in_words: str = ""


@dataclass(frozen=True, slots=True)
class Claimed:
    """The figure as stated.

    Attributes
    ----------
    kind : str
        value, at_least, below or above; the last two are directions, without a figure of their own.
    value : float
    unit : str
        One of :data:`UNITS`.
    implied : bool
        Whether the figure is only what the words amount to.
    """

    kind: str
    value: float
    unit: str
    implied: bool

    @property
    def is_direction(self) -> bool:
        """Whether only a side of the value is claimed, and no figure."""
        return self.kind in ("below", "above")


@dataclass(frozen=True, slots=True)
class Claim:
    """One published claim.

    Attributes
    ----------
    id, says : str
        Name, and the claim in our words.
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
        Names of runs, of :data:`enforcement_sim.studies.claims.runs.RUNS`.
    expressed : str
        fully, partly or not; ``limits`` says what is missing. Of what is not expressed the model counts at most a
        neighbour, or is given what the claim is about and cannot find it.
    """

    id: str
    says: str
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
        """Return a claim that a person named: by its id, a part of it, or a number or word of its text.

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
        from enforcement_sim.studies.claims.names import chosen

        return chosen(name, self)


@cache
def load_claims() -> Claims:
    """Return the shipped claims."""
    from enforcement_sim.studies.claims.read import read_claims

    return read_claims(Path(__file__).with_name("claims.yaml"))

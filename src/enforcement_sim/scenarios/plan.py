"""What varies in a scenario, beyond the one it describes: the ``design`` section, and when to stop.

A design keeps two kinds of things apart. *Levers* are policy: whose choice the scenario is about. *Uncertainties* are
parameters of the register that nobody chooses and nobody knows well. Each part says what varies and by which method.
Here are the shapes only: as written in a file (:class:`DesignFile`) and as resolved (:class:`Plan`), in which every range has
its ends. ``check_plan`` asks whether the values are allowed; ``runs`` draws them.
"""

from __future__ import annotations

from datetime import date
from math import prod
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import ConfigDict, Field, WithJsonSchema, model_validator

from enforcement_sim.errors import InputError
from enforcement_sim.yaml_models import Many, StrictModel, Text

Method = Literal["grid", "one-at-a-time", "rows", "latin-hypercube", "sobol", "saltelli", "ensemble"]
LeverMethod = Literal["grid", "one-at-a-time", "rows", "latin-hypercube", "sobol"]
"""Saltelli's arrangement is made for asking which uncertainty matters, not for choosing policies; the ensemble is of
parameters."""
Together = Literal["crossed", "matched"]
Of = Literal["difference", "level"]

GRID, ONE_AT_A_TIME, ROWS, LATIN_HYPERCUBE, SOBOL, SALTELLI, ENSEMBLE = get_args(Method)
CROSSED, MATCHED = get_args(Together)
DIFFERENCE, LEVEL = get_args(Of)

SAMPLED = (LATIN_HYPERCUBE, SOBOL, SALTELLI)
"""Methods that draw from ranges; the others take the values that are written."""

IN_POWERS_OF_TWO = (SOBOL, SALTELLI)
"""Methods whose balance is lost with any other number of draws."""

LISTED = (ROWS, ENSEMBLE)
"""Methods whose rows stand in a list: the file's own, or the calibrated sets that ship."""

REGISTER = "register"
"""What is written for a parameter to vary over the register's own range."""

FIRST_SEED = 1
LARGEST_SEED = 2**63 - 1
"""Runs are made from seeds of 63 bits; the last replication's has to be inside, too."""
FEWEST_RUNS, STEP = 8, 4


class Range(StrictModel):
    """An interval from which values are drawn, all equally likely.

    Attributes
    ----------
    low, high : float or date
        Its ends, both possible.
    whole : bool
        Whether only whole numbers are drawn (days always are).
    """

    low: float | date
    high: float | date
    whole: bool = False

    @property
    def candidates(self) -> tuple[Any, ...]:
        """Its two ends."""
        return self.low, self.high

    def written(self) -> dict[str, Any]:
        """Return the form used in files."""
        low, high = (end.isoformat() if isinstance(end, date) else end for end in (self.low, self.high))
        return {"from": low, "to": high}


class Choices(StrictModel):
    """A few values, all equally likely where they are drawn."""

    values: tuple[Any, ...]

    @property
    def candidates(self) -> tuple[Any, ...]:
        """The values."""
        return self.values

    def written(self) -> list[Any]:
        """Return the form used in files."""
        return list(self.values)


class Part(StrictModel):
    """Levers or uncertainties: what varies, and by which method.

    Attributes
    ----------
    method : str
        One of :data:`Method`.
    values : dict
        Address -> :class:`Range` or :class:`Choices`; empty for rows.
    rows : tuple of dict
        Address -> value, for the methods ``rows`` and ``ensemble``.
    draws : int
        How many rows a sampling method draws (Saltelli's: how many base rows), or how many calibrated sets are taken.
    seed : int
        Which draws; nothing to do with the seeds of the runs.
    """

    method: Method
    values: dict[str, Range | Choices] = Field(default={})
    rows: tuple[dict[str, Any], ...] = ()
    draws: int = 0
    seed: int = FIRST_SEED

    @property
    def addresses(self) -> tuple[str, ...]:
        """What varies, in the order written."""
        return tuple(self.rows[0]) if self.rows else tuple(self.values)

    @property
    def adds_base(self) -> bool:
        """Whether the scenario as it stands is put in front, as the reference that the method itself does not have."""
        return self.method in (ONE_AT_A_TIME, *SAMPLED)

    @property
    def size(self) -> int:
        """How many rows there are, the scenario as it stands aside where that is put in front of policies.

        Of uncertainties one at a time, the scenario as it stands is a row too.
        """
        if self.method in LISTED:
            return len(self.rows)
        if self.method in SAMPLED:
            return self.draws * (len(self.values) + 2 if self.method == SALTELLI else 1)
        sizes = [len(one.candidates) for one in self.values.values()]
        return sum(sizes) if self.method == ONE_AT_A_TIME else prod(sizes)

    def written(self) -> dict[str, Any]:
        """Return the form used in files."""
        plain: dict[str, Any] = {"method": self.method}
        if self.method in SAMPLED:
            plain |= {"draws": self.draws, "seed": self.seed}
        if self.method == ENSEMBLE:
            return plain | {"draws": self.draws}
        if self.rows:
            return plain | {"rows": [dict(row) for row in self.rows]}
        return plain | {"values": {address: one.written() for address, one in self.values.items()}}


class Plan(StrictModel):
    """A resolved design.

    Attributes
    ----------
    levers, uncertainties : Part or None
    together : {"crossed", "matched"}
        Every policy under every draw of the uncertainties, or row i of the one with row i of the other.
    """

    levers: Part | None = None
    uncertainties: Part | None = None
    together: Together = CROSSED

    @property
    def addresses(self) -> tuple[str, ...]:
        """Everything that varies, levers first."""
        return tuple(address for part in (self.levers, self.uncertainties) if part for address in part.addresses)

    @property
    def size(self) -> int:
        """About how many settings it comes to: policies times draws where crossed."""
        policies = self.levers.size + self.levers.adds_base if self.levers else 1
        draws = self.uncertainties.size if self.uncertainties else 1
        return 2 * draws if self.levers and self.uncertainties and self.together == MATCHED else policies * draws

    def written(self) -> dict[str, Any]:
        """Return the form used in files."""
        plain: dict[str, Any] = {}
        if self.levers:
            plain["levers"] = self.levers.written()
        if self.uncertainties:
            plain["uncertainties"] = self.uncertainties.written()
        if self.levers and self.uncertainties:
            plain["together"] = self.together
        return plain


_LIST = {"type": "array", "minItems": 1, "uniqueItems": True}
_END = {"type": ["number", "string"]}
Values = Annotated[
    Any,
    WithJsonSchema(
        {
            "oneOf": [
                _LIST,
                {
                    "type": "object",
                    "properties": {"from": _END, "to": _END},
                    "required": ["from", "to"],
                    "additionalProperties": False,
                },
                {"const": REGISTER},
            ]
        }
    ),
]
"""What an address may be: a list, a range, or the register's own range."""
ListOfValues = Annotated[Any, WithJsonSchema(_LIST)]


class PartFile(StrictModel):
    """What varies, and how its values are put together."""

    method: Method | None = Field(default=None, description="how rows are made; levers without a method are a grid")
    draws: int | None = Field(default=None, ge=1, le=10_000, description="rows drawn by a sampling method")
    seed: int | None = Field(default=None, ge=0, le=LARGEST_SEED, description="which draws; another seed, other rows")
    values: dict[str, Values] | None = Field(
        default=None,
        description="dotted address to a list of values, {from: 6, to: 48}, or register (its range)",
        json_schema_extra={"minProperties": 1},
    )
    rows: Many[dict[str, Any]] | None = Field(
        default=None, description="the rows themselves", json_schema_extra={"minItems": 1}
    )


class Levers(PartFile):
    """Policy: rules, dates, and parameters that are set by law."""

    method: LeverMethod | None = Field(
        default=None, description="how rows are made; levers without a method are a grid"
    )


class Uncertainties(PartFile):
    """Parameters of the register that are not known well."""


class DesignFile(StrictModel):
    """Which worlds there are: policies (levers) under draws of what is not known (uncertainties)."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    levers: Levers | None = None
    uncertainties: Uncertainties | None = None
    together: Together | None = Field(
        default=None, description="crossed: every policy under every draw; matched: row i with draw i"
    )


class Until(StrictModel):
    """The precision at which replications end."""

    measure: Text = Field(description="a measure, such as removed")
    half_width: float = Field(gt=0, allow_inf_nan=False, description="half of its 95% interval, in the measure's unit")
    of: Of = Field(default=DIFFERENCE, description="its paired difference from the reference, or its level")


class Stopping(StrictModel):
    """When replications end: when a measure is known well enough, within bounds.

    Attributes
    ----------
    at_least, at_most, step : int
        The first number of seeds at which it is asked, the last, and how many are added between.
    until : Until
        The measure whose interval is watched, and half the width of its 95% interval at which it is precise enough: of all its
        paired differences from the reference, or of the measure itself at every setting.
    """

    at_least: int = Field(default=FEWEST_RUNS, ge=2, le=10_000, description="seeds before the first look")
    at_most: int = Field(ge=2, le=10_000, description="seeds at which it ends in any case")
    step: int = Field(default=STEP, ge=1, le=10_000, description="seeds added between two looks")
    until: Until

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.at_most < self.at_least:
            says = f"at most {self.at_most}, but at least {self.at_least}"
            raise InputError(says, key="at_most", allowed=f"a whole number from {self.at_least}")
        return self

    @property
    def measure(self) -> str:
        """The measure whose interval is watched."""
        return self.until.measure

    @property
    def half_width(self) -> float:
        """Half the width of the interval at which it is precise enough, in the measure's unit."""
        return self.until.half_width

    @property
    def of(self) -> Of:
        """Whether differences from the reference are watched, or levels."""
        return self.until.of

    def written(self) -> dict[str, Any]:
        """Return the form used in files."""
        return self.model_dump()

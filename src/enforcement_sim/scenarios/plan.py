"""Which worlds a scenario asks for, beyond the one it describes: the ``design`` section, and when to stop.

A design keeps two kinds of things apart. *Levers* are policy: whose choice the scenario is about. *Uncertainties* are
parameters of the register that nobody chooses and nobody knows well. Each part says what varies and by which method.
Here are the shapes only: as written in a file (:class:`DesignFile`, :class:`ReplicationsFile`) and as resolved
(:class:`Plan`, :class:`Stopping`), in which every range has its ends. ``check_plan`` asks whether the values are
allowed; drawing them is the business of the experiment room.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Literal, get_args

from pydantic import Field, StrictFloat, StrictInt, StrictStr

from enforcement_sim.scenarios.seeds import LARGEST_SEED
from enforcement_sim.scenarios.where import Frozen

Method = Literal["grid", "one-at-a-time", "rows", "latin-hypercube", "sobol", "saltelli", "ensemble"]
Together = Literal["crossed", "matched"]
Of = Literal["difference", "level"]

GRID, ONE_AT_A_TIME, ROWS, LATIN_HYPERCUBE, SOBOL, SALTELLI, ENSEMBLE = get_args(Method)
CROSSED, MATCHED = get_args(Together)
DIFFERENCE, LEVEL = get_args(Of)

SAMPLED = (LATIN_HYPERCUBE, SOBOL, SALTELLI)
"""Methods that draw from ranges; the others take the values that are written."""

IN_POWERS_OF_TWO = (SOBOL, SALTELLI)
"""Methods whose balance is lost with any other number of draws."""

METHODS_OF = {
    "levers": (GRID, ONE_AT_A_TIME, ROWS, LATIN_HYPERCUBE, SOBOL),
    "uncertainties": (GRID, ONE_AT_A_TIME, ROWS, LATIN_HYPERCUBE, SOBOL, SALTELLI, ENSEMBLE),
}
"""Methods by part: Saltelli's arrangement is made for asking which uncertainty matters, not for choosing policies; the
ensemble is of parameters."""

LISTED = (ROWS, ENSEMBLE)
"""Methods whose rows stand in a list: the file's own, or the calibrated sets that ship."""

REGISTER = "register"
"""What is written for a parameter to vary over the register's own range."""

FIRST_SEED = 1
FEWEST_RUNS, STEP = 8, 4


class Range(Frozen):
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

    def written(self) -> dict[str, Any]:
        """Return the form used in files."""
        low, high = (end.isoformat() if isinstance(end, date) else end for end in (self.low, self.high))
        return {"from": low, "to": high}


class Choices(Frozen):
    """A few values, all equally likely where they are drawn."""

    values: tuple[Any, ...]

    def written(self) -> list[Any]:
        """Return the form used in files."""
        return list(self.values)


class Part(Frozen):
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

    def written(self) -> dict[str, Any]:
        """Return the form used in files."""
        plain: dict[str, Any] = {"method": self.method}
        if self.method in SAMPLED:
            plain |= {"draws": self.draws, "seed": self.seed}
        if self.method == ENSEMBLE:
            return plain | {"draws": self.draws}
        if self.rows:
            return plain | {"rows": [dict(row) for row in self.rows]}
        return plain | {"values": {address: spread.written() for address, spread in self.values.items()}}


class Plan(Frozen):
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


class Stopping(Frozen):
    """When replications end: at a precision, within bounds.

    Attributes
    ----------
    measure : str
        The measure whose interval is watched.
    half_width : float
        Half the width of its 95% interval at which it is precise enough, in the measure's unit.
    of : {"difference", "level"}
        Its paired differences from the reference (all of them), or the measure itself (at every setting).
    at_least, at_most, step : int
        The first number of seeds at which it is asked, the last, and how many are added between.
    """

    measure: StrictStr
    half_width: float
    of: Of = DIFFERENCE
    at_least: int = FEWEST_RUNS
    at_most: int
    step: int = STEP

    def written(self) -> dict[str, Any]:
        """Return the form used in files."""
        return {
            "at_least": self.at_least,
            "at_most": self.at_most,
            "step": self.step,
            "until": {"measure": self.measure, "half_width": self.half_width, "of": self.of},
        }


class PartFile(Frozen):
    """What varies, and how its values are put together."""

    method: Method | None = Field(default=None, description="how rows are made; levers without a method are a grid")
    draws: StrictInt | None = Field(default=None, ge=1, le=10_000, description="rows drawn by a sampling method")
    seed: StrictInt | None = Field(
        default=None, ge=0, le=LARGEST_SEED, description="which draws; another seed, other rows"
    )
    values: dict[StrictStr, Any] | None = Field(
        default=None, description="dotted address to a list of values, {from: 6, to: 48}, or register (its range)"
    )
    rows: tuple[dict[StrictStr, Any], ...] | None = Field(default=None, description="the rows themselves")


class DesignFile(Frozen):
    """Which worlds there are: policies (levers) under draws of what is not known (uncertainties)."""

    levers: PartFile | None = Field(
        default=None, description="policy: rules, dates, and parameters that are set by law"
    )
    uncertainties: PartFile | None = Field(
        default=None, description="parameters of the register that are not known well"
    )
    together: Together | None = Field(
        default=None, description="crossed: every policy under every draw; matched: row i with draw i"
    )


class UntilFile(Frozen):
    """The precision at which replications end."""

    measure: StrictStr = Field(description="a measure, such as removed")
    half_width: StrictFloat = Field(
        gt=0, allow_inf_nan=False, description="half of its 95% interval, in the measure's unit"
    )
    of: Of = Field(default=DIFFERENCE, description="its paired difference from the reference, or its level")


class ReplicationsFile(Frozen):
    """How many seeds: until a measure is known well enough, within bounds."""

    at_least: StrictInt = Field(default=FEWEST_RUNS, ge=2, le=10_000, description="seeds before the first look")
    at_most: StrictInt = Field(ge=2, le=10_000, description="seeds at which it ends in any case")
    step: StrictInt = Field(default=STEP, ge=1, le=10_000, description="seeds added between two looks")
    until: UntilFile

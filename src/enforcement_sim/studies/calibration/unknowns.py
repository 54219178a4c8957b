"""The unknowns of the calibration, each with the addresses that it sets, its range and the argument for it.

An unknown is one uncertain number that may set several parameters of the register. The file is checked against the
register: addresses that do not exist, priors that reach outside a parameter's range and unknowns without an argument are
rejected with file, line and key. Inference sees every unknown as a standard normal deviate, whatever the scale of its prior.
"""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Literal, Self

import numpy as np
from pydantic import Field, model_validator
from scipy.special import ndtr, ndtri

from enforcement_sim.errors import InputError
from enforcement_sim.parameters.register import load_register
from enforcement_sim.yaml_models import Day, Many, Named, NamedModel, Number, StrictModel, Text, one_of, read_model

Address = Annotated[str, one_of(lambda: load_register(), "parameter")]


class Unknown(NamedModel):
    """One number that calibration may move; the head of ``calibration.yaml`` says what its keys are."""

    sets: Many[Address] = ()
    times: Many[Address] = ()
    low: Number
    high: Number
    scale: Literal["linear", "log", "normal"] = "linear"
    because: Text
    presses: Text = ""

    @model_validator(mode="after")
    def _inside_the_register(self) -> Self:
        if not self.low < self.high:
            raise InputError(f"{self.high:g} is not above {self.low:g}", key="high")
        if not self.sets and not self.times:
            raise InputError("moves nothing", allowed="sets or times")
        for address in (*self.sets, *self.times):
            one = load_register()[address]
            factor = one.default if address in self.times else 1.0
            for key, end in (("low", self.low), ("high", self.high)):
                if not one.low <= end * factor <= one.high:
                    raise InputError(f"{end * factor:g} is outside {address}'s range", key=key, allowed=one.allowed)
        return self

    def at(self, unit: float) -> float:
        """Return the value at a place between 0 and 1 of the prior.

        Examples
        --------
        >>> Unknown(id="x", sets=("people.pool_ratio",), low=2.0, high=18.0, scale="log", because="-").at(0.5)
        6.0
        """
        if self.scale == "log":
            return float(self.low * (self.high / self.low) ** unit)
        if self.scale == "normal":
            below, up_to = ndtr((self.low, self.high))
            return float(ndtri(below + (up_to - below) * unit))
        return self.low + (self.high - self.low) * unit

    def parameters(self, value: float) -> dict[str, float]:
        """Return the addresses that it moves, with their values."""
        register = load_register()
        return dict.fromkeys(self.sets, value) | {name: register[name].default * value for name in self.times}


class _Period(StrictModel):
    start: Day
    end: Day


class Settings(StrictModel):
    """The runs that calibration compares: scenario, period, thinning, seed; and the figures that it leaves out."""

    scenario: Text
    period: _Period
    thin: int = Field(ge=1)
    seed: int
    left_out: Many[Text]


class Family(NamedModel):
    """Figures that the model may miss for the same reason: by how much all together (``shared``), and each for itself (``own``).

    Sizes are standard deviations on the scale on which figures are compared: log odds of shares, logarithms of others.
    """

    figures: Many[Text]
    shared: Number = Field(ge=0.0)
    own: Number = Field(ge=0.0)
    because: Text


class Calibration(StrictModel):
    """Unknowns by name in the order of the file, the runs they are tried in, and the model's own discrepancy.

    Attributes
    ----------
    unknowns : dict of str to Unknown
    fixed : dict of str to float
        Addresses that have another value than the register's default in every set.
    drawn : tuple of str
        Addresses of whole numbers that say which of many draws of unpublished history a world has; each set has its own.
    settings : Settings
    discrepancy : dict of str to Family
    """

    unknowns: Named[Unknown]
    fixed: dict[Address, Number] = Field(default_factory=dict)
    drawn: Many[Address] = ()
    settings: Settings
    discrepancy: Named[Family]

    @model_validator(mode="after")
    def _moved_once(self) -> Self:
        register = load_register()
        for address, value in self.fixed.items():
            if not register[address].low <= value <= register[address].high:
                raise InputError(
                    f"{value:g} is out of range", key=f"fixed.{address}", allowed=register[address].allowed
                )
        taken = {*self.fixed, *self.drawn}
        for one in self.unknowns.values():
            for address in (*one.sets, *one.times):
                if address in taken:
                    says = f"moves {address}, which another entry moves too"
                    raise InputError(says, key=f"unknowns.{one.id}")
                taken.add(address)
        return self

    def values(self, deviates: Sequence[float] | np.ndarray) -> dict[str, float]:
        """Return the unknowns' values at standard normal deviates, one each: 0 is the middle of every prior."""
        units = ndtr(np.asarray(deviates, float))
        return {one.id: one.at(float(unit)) for one, unit in zip(self.unknowns.values(), units, strict=True)}

    @property
    def addresses(self) -> set[str]:
        """Every address that a set of the ensemble has a value of."""
        moved = {address for one in self.unknowns.values() for address in (*one.sets, *one.times)}
        return moved | {*self.fixed, *self.drawn}

    def parameters(self, deviates: Sequence[float] | np.ndarray) -> dict[str, float]:
        """Return the register's addresses with the values of a set: unknowns, fixed ones, and the set's own draws."""
        values = self.values(deviates)
        moved: dict[str, float] = {}
        for one in self.unknowns.values():
            moved |= one.parameters(values[one.id])
        own = int.from_bytes(sha256(np.asarray(deviates, "<f8").tobytes()).digest()[:8], "little")
        register = load_register()
        for address in self.drawn:
            low, high = int(register[address].low), int(register[address].high)
            moved[address] = float(low + own % (high - low + 1))
        return moved | dict(self.fixed)

    def prior(self, draws: int, seed: int) -> np.ndarray:
        """Return independent draws as standard normal deviates, shape (draws, unknowns); more draws begin with the same."""
        return np.random.default_rng(seed).standard_normal((draws, len(self.unknowns)))

    def family_of(self, figure: str) -> str:
        """Return the id of the first family that names a figure.

        Raises
        ------
        InputError
            If none does.
        """
        for family in self.discrepancy.values():
            if any(fnmatchcase(figure, pattern) for pattern in family.figures):
                return family.id
        raise InputError(f"no family of discrepancies names {figure}", key="discrepancy")


@cache
def load_calibration() -> Calibration:
    """Return the unknowns of the calibration.

    Examples
    --------
    >>> len(load_calibration().unknowns) > 30
    True
    """
    return read_model(Path(__file__).with_name("calibration.yaml"), Calibration)

"""The unknowns of the calibration, each with the addresses that it sets, its range and the argument for it.

An unknown is one uncertain number that may set several parameters of the register. The file is checked against the
register: addresses that do not exist, bounds outside a parameter's range and unknowns without an argument are rejected
with file, line and key.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from os import PathLike
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
    """One number that calibration may move.

    Attributes
    ----------
    id : str
    sets, times : tuple of str
        Addresses that take its value, and addresses whose default it multiplies.
    low, high : float
        Ends of the prior.
    scale : {"linear", "log"}
        Whether values are equally likely, or ratios.
    because : str
        Why these ends.
    """

    sets: Many[Address] = ()
    times: Many[Address] = ()
    low: Number
    high: Number
    scale: Literal["linear", "log"] = "linear"
    because: Text

    @model_validator(mode="after")
    def _inside_the_register(self) -> Self:
        if not self.low < self.high:
            raise InputError(f"{self.high:g} is not above {self.low:g}", key="high")
        if not self.sets and not self.times:
            raise InputError("moves nothing", allowed="sets or times")
        for address in self.sets:
            one = load_register()[address]
            if self.low < one.low or self.high > one.high:
                key = "low" if self.low < one.low else "high"
                raise InputError(f"outside {address}'s range", key=key, allowed=one.allowed)
        return self

    def at(self, unit: float) -> float:
        """Return the value at a place between 0 and 1 of the prior.

        Examples
        --------
        >>> Unknown(id="x", times=("cost.jail_day",), low=1.0, high=100.0, scale="log", because="-").at(0.5)
        10.0
        """
        if self.scale == "log":
            return float(self.low * (self.high / self.low) ** unit)
        return self.low + (self.high - self.low) * unit

    def parameters(self, value: float) -> dict[str, float]:
        """Return the addresses it moves with their values, each inside its own range in the register."""
        register = load_register()
        wanted = dict.fromkeys(self.sets, value) | {name: register[name].default * value for name in self.times}
        return {name: min(max(one, register[name].low), register[name].high) for name, one in wanted.items()}


class _Period(StrictModel):
    start: Day
    end: Day


class Settings(StrictModel):
    """The runs that calibration compares: scenario, period, thinning, seed; and what its years cannot show."""

    scenario: Text
    period: _Period
    thin: int = Field(ge=1)
    seed: int
    instead: dict[str, Annotated[tuple[Day, Day], Field(strict=False)]]
    left_out: Many[Text]


class Calibration(StrictModel):
    """Unknowns by name in the order of the file, and the runs they are tried in."""

    unknowns: Named[Unknown]
    settings: Settings

    @model_validator(mode="after")
    def _moved_once(self) -> Self:
        taken: set[str] = set()
        for one in self.unknowns.values():
            for address in (*one.sets, *one.times):
                if address in taken:
                    says = f"moves {address}, which another unknown moves too"
                    raise InputError(says, key=f"unknowns.{one.id}")
                taken.add(address)
        return self

    def values(self, deviates: Sequence[float] | np.ndarray) -> dict[str, float]:
        """Return the unknowns' values at standard normal deviates, one each: 0 is the middle of every prior."""
        units = ndtr(np.asarray(deviates, float))
        return {one.id: one.at(float(unit)) for one, unit in zip(self.unknowns.values(), units, strict=True)}

    def parameters(self, values: Mapping[str, float]) -> dict[str, float]:
        """Return the register's addresses that these values of the unknowns set."""
        moved: dict[str, float] = {}
        for one in self.unknowns.values():
            moved |= one.parameters(values[one.id])
        return moved

    def prior(self, draws: int, seed: int) -> np.ndarray:
        """Return scrambled Sobol' points as standard normal deviates, shape (draws, unknowns)."""
        from scipy.stats import qmc  # at call: a second of loading that most commands do not need

        units = qmc.Sobol(len(self.unknowns), rng=np.random.default_rng(seed)).random(draws)
        smallest = 0.5 / (1 << 20)
        return np.asarray(ndtri(np.clip(units, smallest, 1.0 - smallest)))


def load_calibration(path: str | PathLike[str] | None = None) -> Calibration:
    """Load the unknowns of the calibration, by default from the shipped file.

    Raises
    ------
    InputError
        With file, line and key, for everything that is wrong.

    Examples
    --------
    >>> len(load_calibration().unknowns) > 30
    True
    """
    return _shipped_calibration() if path is None else read_model(path, Calibration)


@cache
def _shipped_calibration() -> Calibration:
    return read_model(Path(__file__).with_name("calibration.yaml"), Calibration)

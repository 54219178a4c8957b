"""What calibration may move: unknowns, each with the addresses it moves together, its ends and the argument for them.

An unknown is one number that nobody knows; several parameters of the register may hang on it. The file is checked
whole against the register: an address that is not there, an end at which a parameter would leave its own range, and an
unknown without an argument are refused with file, line and key. How good a value is may not enter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
from scipy.special import ndtr, ndtri

from enforcement_sim.errors import InputError, nearest_names
from enforcement_sim.parameters.register import load_register
from enforcement_sim.yaml_lines import Document, read_yaml

__all__ = ["Calibration", "Settings", "Unknown", "load_calibration"]

_SHIPPED = Path(__file__).with_name("calibration.yaml")
_KEYS = ("sets", "times", "low", "high", "scale", "because")
SCALES = ("linear", "log")
_SETTINGS = ("period", "thin", "seed", "scenario", "instead", "left_out")


@dataclass(frozen=True)
class Unknown:
    """One number that calibration may move.

    Attributes
    ----------
    name : str
    sets, times : tuple of str
        Addresses that take its value, and addresses whose default it multiplies.
    low, high : float
        Ends of the prior.
    log : bool
        Whether ratios are equally likely rather than values.
    because : str
        Why these ends.
    """

    name: str
    sets: tuple[str, ...]
    times: tuple[str, ...]
    low: float
    high: float
    log: bool
    because: str

    def at(self, unit: float) -> float:
        """Return the value at a place between 0 and 1 of the prior.

        Examples
        --------
        >>> Unknown("x", (), (), 1.0, 100.0, True, "").at(0.5)
        10.0
        """
        if self.log:
            return float(self.low * (self.high / self.low) ** unit)
        return self.low + (self.high - self.low) * unit

    def parameters(self, value: float) -> dict[str, float]:
        """Return the addresses it moves with their values, each inside its own range in the register."""
        register = load_register()
        wanted = dict.fromkeys(self.sets, value) | {name: register[name].default * value for name in self.times}
        return {name: min(max(one, register[name].low), register[name].high) for name, one in wanted.items()}


@dataclass(frozen=True)
class Settings:
    """The runs that calibration compares: scenario, period, thinning, seed; and what its years cannot show."""

    scenario: str
    start: date
    end: date
    thin: int
    seed: int
    instead: Mapping[str, tuple[date, date]]
    left_out: tuple[str, ...]


@dataclass(frozen=True)
class Calibration:
    """Unknowns in the order of the file, and the runs they are tried in."""

    unknowns: tuple[Unknown, ...]
    settings: Settings

    def values(self, deviates: Sequence[float] | np.ndarray) -> dict[str, float]:
        """Return the unknowns' values at standard normal deviates, one each: 0 is the middle of every prior."""
        units = ndtr(np.asarray(deviates, float))
        return {one.name: one.at(float(unit)) for one, unit in zip(self.unknowns, units, strict=True)}

    def parameters(self, values: Mapping[str, float]) -> dict[str, float]:
        """Return the register's addresses that these values of the unknowns set."""
        moved: dict[str, float] = {}
        for one in self.unknowns:
            moved |= one.parameters(values[one.name])
        return moved

    def prior(self, draws: int, seed: int) -> np.ndarray:
        """Return scrambled Sobol' points as standard normal deviates, shape (draws, unknowns)."""
        from scipy.stats import qmc  # at call: a second of loading that most commands do not need

        units = qmc.Sobol(len(self.unknowns), rng=np.random.default_rng(seed)).random(draws)
        smallest = 0.5 / (1 << 20)
        return np.asarray(ndtri(np.clip(units, smallest, 1.0 - smallest)))


def load_calibration(path: str | PathLike[str] | None = None) -> Calibration:
    """Load what calibration may move: the shipped file unless another is given.

    Raises
    ------
    InputError
        With file, line and key, at the first entry that lacks something or does not fit the register.

    Examples
    --------
    >>> len(load_calibration().unknowns) > 30
    True
    """
    return _shipped() if path is None else _load(Path(path))


@cache
def _shipped() -> Calibration:
    return _load(_SHIPPED)


def _load(path: Path) -> Calibration:
    document = read_yaml(path)
    if not isinstance(document.data.get("unknowns"), dict):
        raise InputError("missing, or not a mapping", file=path, line=1, key="unknowns")
    unknowns = tuple(_unknown(document, name) for name in document.data["unknowns"])
    taken: set[str] = set()
    for one in unknowns:
        for address in (*one.sets, *one.times):
            if address in taken:
                raise _wrong(document, ("unknowns", one.name), f"moves {address}, which another unknown moves too")
            taken.add(address)
    return Calibration(unknowns, _settings(document))


def _unknown(document: Document, name: str) -> Unknown:
    here = ("unknowns", name)
    entry = document.data["unknowns"][name]
    if not isinstance(entry, dict):
        raise _wrong(document, here, "not a mapping")
    for key in entry:
        if key not in _KEYS:
            raise _wrong(
                document, (*here, key), "unknown key", allowed=_KEYS, nearest=nearest_names(str(key), list(_KEYS))
            )
    for key in ("low", "high", "because"):
        if entry.get(key) in (None, ""):
            raise _wrong(document, here, f"has no {key}")
    if entry.get("scale", "linear") not in SCALES:
        raise _wrong(document, (*here, "scale"), f"unknown scale {entry['scale']!r}", allowed=SCALES)
    low, high = float(entry["low"]), float(entry["high"])
    if not low < high:
        raise _wrong(document, (*here, "high"), f"{high:g} is not above {low:g}")
    sets, times = (tuple(entry.get(key, ())) for key in ("sets", "times"))
    if not sets and not times:
        raise _wrong(document, here, "moves nothing", allowed="sets or times")
    register = load_register()
    for key, addresses in (("sets", sets), ("times", times)):
        for address in addresses:
            if address not in register:
                nearest = nearest_names(str(address), list(register))
                raise _wrong(document, (*here, key), f"unknown parameter {address!r}", nearest=nearest)
    for address in sets:
        one = register[address]
        if low < one.low or high > one.high:
            raise _wrong(
                document, (*here, "low" if low < one.low else "high"), f"outside {address}'s range", allowed=one.allowed
            )
    return Unknown(name, sets, times, low, high, entry.get("scale") == "log", str(entry["because"]))


def _settings(document: Document) -> Settings:
    entry = document.data.get("settings")
    if not isinstance(entry, dict):
        raise InputError("missing, or not a mapping", file=document.path, line=1, key="settings")
    for key in _SETTINGS:
        if key not in entry:
            raise _wrong(document, ("settings",), f"has no {key}")
    for key in entry:
        if key not in _SETTINGS:
            raise _wrong(document, ("settings", key), "unknown key", allowed=_SETTINGS)
    return Settings(
        str(entry["scenario"]),
        entry["period"]["start"],
        entry["period"]["end"],
        int(entry["thin"]),
        int(entry["seed"]),
        {name: (window[0], window[1]) for name, window in entry["instead"].items()},
        tuple(entry["left_out"]),
    )


def _wrong(document: Document, at: tuple[str, ...], message: str, **more: Any) -> InputError:
    return InputError(message, file=document.path, line=document.line(at), key=".".join(at), **more)

"""Settings of imported offences: data with ranges and sources, and how a study varies them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Annotated

import numpy as np

from enforcement_sim.errors import InputError, Problems, nearest_names
from enforcement_sim.parameters.register import GRADES
from enforcement_sim.studies.panels.panel import DATES
from enforcement_sim.studies.records.keyed_draws import Purpose, uniforms
from enforcement_sim.studies.validation.targets import Ranged
from enforcement_sim.yaml_models import Text, one_of, read_model

WHAT_IF = "effect"
"""The setting that a user supposes; no study varies it by itself."""


class OffenceSetting(Ranged):
    """A number that decides how offences are laid over counties and months, with its range, grade and source."""

    meaning: Text
    grade: Annotated[str, one_of(GRADES, "grade")]
    source: Text


@cache
def load_offence_settings() -> Mapping[str, OffenceSetting]:
    """Return the settings by name, with ranges and sources.

    Examples
    --------
    >>> load_offence_settings()["dispersion"].high
    0.04
    """
    return read_model(Path(__file__).with_name("offences.yaml"), dict[str, OffenceSetting])


def setting_named(name: str) -> OffenceSetting:
    """Return one setting by name.

    Raises
    ------
    InputError
        If there is none, with the nearest name.

    Examples
    --------
    >>> setting_named("trend_spread").unit
    'log points a year'
    """
    known = load_offence_settings()
    if name not in known:
        near = nearest_names(name, known)
        raise InputError(f"unknown setting {name!r}", key="offences", allowed=tuple(known), nearest=near)
    return known[name]


@dataclass(frozen=True)
class OffenceSettings:
    """One choice of every setting; make one with :func:`offence_settings` or :func:`drawn_settings`.

    Attributes
    ----------
    values : mapping of str to float
        By name, as in :func:`load_offence_settings`.
    effect_from : str
        The column of a panel with the first day of the treatment that ``effect`` begins with.
    """

    values: Mapping[str, float] = field(default_factory=lambda: offence_settings().values)
    effect_from: str = DATES[0]

    def __getitem__(self, name: str) -> float:
        """Return a setting by name."""
        return self.values[name]


def offence_settings(effect_from: str = DATES[0], /, **chosen: float) -> OffenceSettings:
    """Return the settings, with some of them chosen.

    Parameters
    ----------
    effect_from
        One of :data:`enforcement_sim.studies.panels.panel.DATES`.
    **chosen
        Values by the name of the setting.

    Raises
    ------
    InputError
        If there is no such setting or column, or a value lies outside its range.

    Examples
    --------
    >>> offence_settings(effect=-0.02)["effect"], offence_settings()["effect"]
    (-0.02, 0.0)
    """
    known, problems = load_offence_settings(), Problems()
    if effect_from not in DATES:
        nearest = nearest_names(effect_from, DATES)
        problems.add(InputError(f"unknown date {effect_from!r}", key="effect_from", allowed=DATES, nearest=nearest))
    for name, value in chosen.items():
        with problems.gathering():
            setting_named(name)
        if name in known and not known[name].low <= value <= known[name].high:
            says = f"{known[name].low:g} to {known[name].high:g} {known[name].unit}"
            problems.add(InputError(f"{value:g} is not possible", key=f"offences.{name}", allowed=says))
    problems.raise_if_any()
    return OffenceSettings({name: float(chosen.get(name, one.value)) for name, one in known.items()}, effect_from)


def drawn_settings(seed: int, number: int, effect: float = 0.0, effect_from: str = DATES[0]) -> OffenceSettings:
    """Return one set of settings within their ranges, each drawn evenly between its ends.

    Parameters
    ----------
    seed, number
        Which set: the same two give the same settings.
    effect, effect_from
        As in :func:`offence_settings`; never drawn.

    Examples
    --------
    >>> one, other = drawn_settings(1, 0), drawn_settings(1, 1)
    >>> one["trend_spread"] == other["trend_spread"], one["effect"]
    (False, 0.0)
    """
    known = load_offence_settings()
    draws = uniforms(seed, Purpose.SETTINGS, number, np.arange(len(known)))
    chosen = {
        name: one.low + (one.high - one.low) * float(draw)
        for (name, one), draw in zip(known.items(), draws, strict=True)
    }
    return offence_settings(effect_from, **{**chosen, WHAT_IF: effect})

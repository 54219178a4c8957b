"""Runs whose lives are looked at one by one, and the choice of which to look at.

People are chosen by what happened to them or by profile, the first in the order of their keys: they are synthetic, and
which of them comes first means nothing. Explaining a life is left to ``custody.trace``; nothing is written here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from enforcement_sim.custody.draws import PRISONERS
from enforcement_sim.custody.fates import FATES
from enforcement_sim.custody.lives import key_parts
from enforcement_sim.custody.reasons import Trace
from enforcement_sim.custody.trace import trace_of
from enforcement_sim.errors import InputError, nearest_names, shown
from enforcement_sim.experiment.parting import Parting, parting_of
from enforcement_sim.experiment.who_changed import followable
from enforcement_sim.vocabulary import EVENTS, OFFENCES, PRIOR_RECORDS, PROGRAMMES, STATUS_GROUPS
from enforcement_sim.world.county_codes import nearest_counties
from enforcement_sim.world.geography import load_geography

if TYPE_CHECKING:
    from enforcement_sim.arrestees import Arrestee, Arrestees
    from enforcement_sim.scenario.schema import Scenario

__all__ = ["MOST_TRACES", "Pair", "Wanted", "first_of", "first_parted", "run_with_lives", "scope_of"]

MOST_TRACES = 50
"""More lives than that are for counting, not for reading."""
_FIPS_DIGITS = 5
_OUTCOMES = (
    *EVENTS[EVENTS.index("matched") :],
    *(fate for fate in FATES if fate not in EVENTS and fate != "not_booked"),
)


@dataclass(frozen=True)
class Wanted:
    """Which bookings are looked for; an empty condition asks for nothing.

    Attributes
    ----------
    outcome : str
        An event that happened, or a way in which the booking ended.
    offence, record, status, programme : str
        Offence class, prior record, status group, and the programme that found the person first.

    Raises
    ------
    InputError
        If a word is not of the vocabulary.
    """

    outcome: str = ""
    offence: str = ""
    record: str = ""
    status: str = ""
    programme: str = ""

    def __post_init__(self) -> None:
        known = (_OUTCOMES, OFFENCES, PRIOR_RECORDS, STATUS_GROUPS, PROGRAMMES)
        for condition, words in zip(fields(self), known, strict=True):
            word = getattr(self, condition.name)
            if word and word not in words:
                near = nearest_names(word, words, at_most=2)
                raise InputError(
                    f"unknown word {word!r}",
                    key=f"--{condition.name}",
                    allowed=None if near else words,
                    nearest=near or None,
                )

    def fits(self, one: Arrestee) -> bool:
        """Return whether a booking meets every condition."""
        return (
            (not self.outcome or self.outcome in one.events or self.outcome == one.fate)
            and self.offence in ("", one.offence)
            and self.record in ("", one.prior_record)
            and self.status in ("", one.status_group)
            and self.programme in ("", one.programme)
        )


@dataclass(frozen=True)
class Pair:
    """The lives of one booking in two worlds, and where they part."""

    a: Trace
    b: Trace
    parting: Parting


def scope_of(where: str) -> dict[str, list[str]]:
    """Return the scope that ``CT``, ``12021`` or several of either with commas between mean.

    Raises
    ------
    InputError
        If states and counties are mixed, or something is neither.

    Examples
    --------
    >>> scope_of("ct"), scope_of("12021,12015")
    ({'states': ['CT']}, {'counties': ['12021', '12015']})
    """
    codes = [code.strip().upper() for code in where.split(",") if code.strip()]
    counties = [len(code) == _FIPS_DIGITS and code.isascii() and code.isdigit() for code in codes]
    states = [len(code) == 2 and code.isalpha() for code in codes]
    if not codes or not (all(counties) or all(states)):
        neither = [
            code for code, county, state in zip(codes, counties, states, strict=True) if not county and not state
        ]
        states_by_name = {state.name.upper(): state.postal for state in load_geography().states}
        named = [states_by_name[code] for code in neither if code in states_by_name]
        near = named or (nearest_counties(neither[0]) if neither else ())
        allowed = "states such as CT or CT,NY, or counties such as 12021"
        raise InputError(f"cannot read {shown(where)}", key="--where", allowed=allowed, nearest=near)
    return {"counties" if counties[0] else "states": codes}


def run_with_lives(scenario: Scenario, seed: int | None = None) -> Arrestees:
    """Run a scenario with every life recorded.

    Raises
    ------
    InputError
        For a whole nation that is not thinned.
    """
    from enforcement_sim.model import EnforcementModel

    followable(scenario)
    model = EnforcementModel(scenario.bare, seed=seed, lives=True)
    while not model.engine.closed:
        model.step()
    return model.arrestees


def first_of(arrestees: Arrestees, wanted: Wanted, number: int) -> list[Trace]:
    """Explain the first bookings of the counted period that fit, in the order of their keys."""
    _check(number)
    found = []
    for one in _of_period(arrestees):
        if wanted.fits(one):
            found.append(one.trace())
            if len(found) == number:
                break
    return found


def first_parted(a: Arrestees, b: Arrestees, wanted: Wanted, number: int) -> list[Pair]:
    """Explain, in both worlds, the first bookings that fit under A and whose lives part.

    ``a`` and ``b`` are runs of two scenarios with the same people (``who_changed.alike``).
    """
    _check(number)
    found = []
    for one in _of_period(a):
        if wanted.fits(one):
            lives = one.trace(), trace_of(b.lives, one.key)
            parting = parting_of(*lives)
            if parting is not None:
                found.append(Pair(*lives, parting))
                if len(found) == number:
                    break
    return found


def _check(number: int) -> None:
    if not 1 <= number <= MOST_TRACES:
        raise InputError(f"{number} lives", key="-n", allowed=f"1 to {MOST_TRACES}")


def _of_period(arrestees: Arrestees) -> Iterator[Arrestee]:
    """Those booked in the counted period."""
    clock = arrestees.lives.clock
    first = clock.day_number(clock.first_counted_day)
    for one in arrestees:
        parts = key_parts(one.key)
        if parts.series != PRISONERS and parts.day >= first:
            yield one

"""Which number a "why" is about: a measure, and for a part of it the county, month, programme or category.

An address holds it as text: ``removed``, ``removed,county:12021,month:2012-03``, ``identified,programme:jail_287g``, or
``removed,by:ice-levels-2010,group:level 1``. What a summary has a number for can be asked, and nothing else.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np

from enforcement_sim import labels
from enforcement_sim.codes import EVENTS, PROGRAMMES
from enforcement_sim.errors import InputError, nearest_names, shown
from enforcement_sim.explorer.summary import MAP_EVENTS, STAGES, Summary
from enforcement_sim.law.definitions import load_definitions
from enforcement_sim.places.county_codes import county_names
from enforcement_sim.results.dimensions import categories_of
from enforcement_sim.results.measures import MEASURES

NAMES = {"county": "county", "month": "month", "programme": "programme", "definition": "by", "group": "group"}
"""Attribute of a part -> its name in an address."""
KINDS = (
    {"county"},
    {"county", "month"},
    {"month"},
    {"programme"},
    {"definition", "group"},
    {"definition", "group", "programme"},
)
"""Which parts can be asked together."""
MOST_PARTS = 4
SIDES = ("history", "the what-if")
"""What the two scenarios of a page are called in a sentence; of saved scenarios, their names."""


@dataclass(frozen=True)
class Asked:
    """A number.

    Attributes
    ----------
    measure : str
        A name of ``results.measures.MEASURES``; an event where one of the others is set.
    county, month, programme : str
        FIPS code, month such as 2012-03, programme that found people first; empty for all.
    definition, group : str
        A definition, and a category as the offence mix shows it (offence classes in groups); empty for all.
    """

    measure: str
    county: str = ""
    month: str = ""
    programme: str = ""
    definition: str = ""
    group: str = ""

    @property
    def parts(self) -> dict[str, str]:
        """What narrows the measure, by attribute."""
        return {name: value for name in NAMES if (value := getattr(self, name))}

    def written(self) -> str:
        """Return the number as a value in an address.

        Examples
        --------
        >>> Asked("removed", county="12021", month="2012-03").written()
        'removed,county:12021,month:2012-03'
        """
        return ",".join([self.measure, *(f"{NAMES[name]}:{value}" for name, value in self.parts.items())])

    @property
    def label(self) -> str:
        """The number in words.

        Examples
        --------
        >>> Asked("removed", county="12021", month="2012-03").label
        'Removed: Collier County, FL; March 2012'
        """
        words = [county_names()[self.county]] if self.county else []
        words += [labels.programme(self.programme)] if self.programme else []
        words += [labels.category(self.group)] if self.group else []
        words += [f"{date.fromisoformat(f'{self.month}-01'):%B %Y}"] if self.month else []
        return ": ".join(filter(None, (labels.measure(self.measure)[0], "; ".join(words))))


def asked_of(written: str) -> Asked:
    """Return the number that a text names.

    Raises
    ------
    InputError
        If there is no such measure or part, or no number of these parts together.

    Examples
    --------
    >>> asked_of("identified,programme:jail_287g").programme
    'jail_287g'
    """
    measure, *texts = written.split(",", MOST_PARTS)
    if measure not in MEASURES:
        near = nearest_names(measure, MEASURES)
        raise InputError(f"unknown {shown(measure)}", key="why", allowed=MEASURES, nearest=near)
    attributes = {name: attribute for attribute, name in NAMES.items()}
    found: dict[str, str] = {}
    for text in texts:
        name, _, value = text.partition(":")
        if not value or name not in attributes or attributes[name] in found:
            raise InputError(f"cannot read {shown(text)}", key="why", allowed=f"one each of {', '.join(attributes)}")
        found[attributes[name]] = value
    asked = Asked(measure, **found)
    if problem := _problem(asked):
        raise InputError(f"no number of {shown(problem)}", key="why", allowed="a number of the tables of the page")
    return asked


def _problem(asked: Asked) -> str:
    """Return the part of which there is no number; empty if there is one of all."""
    parts = asked.parts
    if parts and set(parts) not in KINDS:
        return ", ".join(NAMES[name] for name in parts)
    events = MAP_EVENTS if asked.county else STAGES if asked.definition else EVENTS
    known = {
        "measure": not parts or asked.measure in events,
        "county": not asked.county or asked.county in county_names(),
        "month": not asked.month or _is_month(asked.month),
        "programme": asked.programme in ("", *PROGRAMMES),
        "definition": asked.definition in ("", *load_definitions()),
    }
    wrong = next((name for name, right in known.items() if not right), "")
    if not wrong and asked.group and asked.group not in groups_of(asked.definition):
        wrong = "group"
    return str(getattr(asked, wrong)) if wrong else ""


def _is_month(written: str) -> bool:
    try:
        return f"{date.fromisoformat(f'{written}-01'):%Y-%m}" == written
    except ValueError:
        return False


def groups_of(definition: str) -> np.ndarray:
    """Return the group of each category of a definition: offence classes in groups that have distinct colours."""
    return np.array([labels.OFFENCE_GROUPS.get(name, name) for name in categories_of(definition)])


def number_of(asked: Asked) -> Callable[[Summary], float]:
    """Return the function that reads a number from the summary of a run; not-a-number where it has none."""
    if not asked.parts:
        return lambda one: one.measures.get(asked.measure, math.nan)
    if asked.definition:
        return lambda one: _of_mix(one, asked)
    return lambda one: _of_place_and_month(one, asked)


def _of_mix(one: Summary, asked: Asked) -> float:
    people = one.mixes[asked.definition][STAGES.index(asked.measure)]
    of = people[PROGRAMMES.index(asked.programme)] if asked.programme else people.sum(axis=0)
    return float(of[groups_of(asked.definition) == asked.group].sum())


def _of_place_and_month(one: Summary, asked: Asked) -> float:
    if asked.month and asked.month not in one.months:
        return math.nan
    when = one.months.index(asked.month) if asked.month else slice(None)
    if asked.county:
        if asked.county not in one.counties:
            return math.nan
        return float(one.by_county[one.counties.index(asked.county), when, 1 + MAP_EVENTS.index(asked.measure)].sum())
    which = PROGRAMMES.index(asked.programme) if asked.programme else slice(None)
    return float(one.series[when, ..., which, EVENTS.index(asked.measure)].sum())

"""What was in force: which rule answered each decision on a day in a place, and a place's history in time order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from enforcement_sim.cli.law_words import (
    county_in_words,
    entry_as_data,
    followed_as_usual,
    since_in_words,
    usual_parameters,
    where_in_words,
)
from enforcement_sim.cli.places import chosen_county
from enforcement_sim.terminal.printing import print_json, print_lines, unknown

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from enforcement_sim.law.rules import Entry, Rulebook
    from enforcement_sim.places.geography import Geography

__all__ = ["counties_of", "day_of", "print_history", "print_in_force"]

NAMED_AT_MOST = 4
"""How many places are named before they are only counted."""

County = tuple[str, str]
"""FIPS code of a county and postal code of its state."""


def counties_of(county: str, state: str) -> tuple[tuple[County, ...], str]:
    """Return the counties asked for, and how to call the place; every county without a place."""
    from enforcement_sim.errors import InputError
    from enforcement_sim.places.geography import load_geography

    geography = load_geography()
    if county and state:
        raise InputError("a county or a state, not both", key="--county")
    if county:
        index = geography.index_of(chosen_county(county))
        postal = geography.states[geography.counties.state[index]].postal
        return (_county(geography, index),), f"{geography.names[index]}, {postal}"
    if state:
        postal = state.upper()
        names = {one.postal: one.name for one in geography.states}
        if postal not in names:
            raise unknown("state", state, names, "--state")
        return tuple(_county(geography, index) for index in geography.counties_of_state(postal)), names[postal]
    return tuple(_county(geography, index) for index in range(geography.counties.size)), "the nation"


def _county(geography: Geography, index: int) -> County:
    fips = f"{geography.counties.fips[index]:05d}"
    return fips, geography.states[geography.counties.state[index]].postal


def day_of(text: str) -> date:
    """Return the day written, which must lie in the history that the rulebook tells."""
    from datetime import date

    from enforcement_sim.errors import InputError
    from enforcement_sim.scenarios.file_format import HISTORY_END, HISTORY_START

    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise InputError(f"not a day: {text!r}", key="--on", allowed="YYYY-MM-DD") from error
    if not HISTORY_START <= day <= HISTORY_END:
        raise InputError("outside the period", key="--on", allowed=f"{HISTORY_START} to {HISTORY_END}")
    return day


def _answers(rulebook: Rulebook, decision: str, day: date, counties: tuple[County, ...]) -> list[dict[str, Any]]:
    """Return the entries that answer a decision in some of the counties, most counties first."""
    found: dict[Entry, list[str]] = {}
    for fips, postal in counties:
        entry = rulebook.in_force(decision, day, fips, postal)
        if entry is not None:
            found.setdefault(entry, []).append(fips)
    ordered = sorted(found.items(), key=lambda pair: -len(pair[1]))
    return [{"entry": entry, "counties": fips} for entry, fips in ordered]


def print_in_force(
    rulebook: Rulebook, asked: Iterable[str], day: date, counties: tuple[County, ...], where: str, as_json: bool
) -> None:
    """Print which rule answers each decision on a day in a place."""
    from enforcement_sim.law.rules import DECISIONS

    found = {decision: _answers(rulebook, decision, day, counties) for decision in asked}
    values = usual_parameters()
    if as_json:
        print_json(
            {
                "on": day.isoformat(),
                "where": where,
                "answers": {
                    decision: [
                        {
                            **entry_as_data(answer["entry"]),
                            "followed": followed_as_usual(rulebook.rules[answer["entry"].rule], values),
                            "in_counties": answer["counties"],
                        }
                        for answer in answers
                    ]
                    for decision, answers in found.items()
                },
            }
        )
        return
    typer.echo(f"{where} on {day}")
    for decision, answers in found.items():
        typer.echo(f"\n{decision}: {DECISIONS[decision]}")
        if not answers:
            typer.echo("    no rule of history: each 287(g) agreement has its own approach")
        for answer in answers:
            entry = answer["entry"]
            places = answer["counties"]
            if len(places) == len(counties):
                share = ""
            elif len(places) <= NAMED_AT_MOST:
                share = f" ({', '.join(county_in_words(fips) for fips in places)})"
            else:
                share = f" ({len(places):,} of {len(counties):,} counties)"
            print_lines([f"{entry.rule}{share}: {rulebook.rules[entry.rule].title}"])
            print_lines([f"since {since_in_words(entry)}; {entry.citation} ({entry.grade})"], indent=8)
            print_lines([followed_as_usual(rulebook.rules[entry.rule], values)], indent=8)


def print_history(
    rulebook: Rulebook, asked: Iterable[str], counties: tuple[County, ...], where: str, as_json: bool
) -> None:
    """Print every entry of the timeline that holds in some of the counties, in time order."""
    wanted = set(asked)
    found = [
        entry
        for entry in rulebook.timeline
        if entry.decision in wanted and any(entry.touches(fips, postal) for fips, postal in counties)
    ]
    if as_json:
        print_json({"where": where, "timeline": [entry_as_data(entry) for entry in found]})
        return
    typer.echo(f"{where}, in time order\n")
    for entry in found:
        print_lines(
            [f"{since_in_words(entry)}  {entry.decision}: {entry.rule}, {where_in_words(entry.where)}"], indent=0
        )
        print_lines([f"{entry.citation} ({entry.grade})"], indent=8)

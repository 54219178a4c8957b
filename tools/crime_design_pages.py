"""What pages say of false positives and power of crime designs, composed from the stored table docs/studies/crime-designs.csv.

``tools.make_crime_designs`` stores the table. No number is typed: whether a published pair of coefficients comes out of trends
alone is worked out here.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from enforcement_sim.studies.records.offence_settings import load_offence_settings
from enforcement_sim.studies.research_designs.crime_answers import ASKED
from enforcement_sim.studies.research_designs.design_performance import leaves_out_zero
from enforcement_sim.studies.research_designs.effect_words import as_change, per_cent
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
from enforcement_sim.studies.research_designs.power_by_shift import moved
from enforcement_sim.studies.research_designs.shipped_studies import load_study, shipped_names
from enforcement_sim.studies.research_designs.stated_worlds import stated_worlds
from enforcement_sim.studies.research_designs.study_columns import design_in_words
from enforcement_sim.studies.research_designs.study_file import AS_PUBLISHED, Study

ROOT = Path(__file__).parents[1]
RATES = ROOT / "docs" / "studies" / "crime-designs.csv"
STUDIES_PAGE = ROOT / "docs" / "studies.md"
BEGINS, ENDS = "<!-- made by tools.make_crime_designs -->", "<!-- end of what is made -->"
TWO_SIGNS = "miles-cox-2014"
TREND_PICTURES = {"treyger-2014": "treyger-2014-trends"}
"""Studies without county trends -> the picture of what trends by activation do to their coefficient."""
NOMINAL = 0.05
NULLS = "What a null rules out, by one assumed setting"
BY_PROGRAMME = "secure_communities"
"""The treatment whose dates the trends by activation go with."""


def load_rates(path: Path = RATES) -> pd.DataFrame | None:
    """Return the stored table; None if there is none yet."""
    return pd.read_csv(path) if path.is_file() else None


def crime_studies() -> list[str]:
    """Return the names of the shipped studies of offences."""
    return [name for name in shipped_names() if load_study(name).of_offences]


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
    rows = [(design_in_words(study, one.design), record(one), *cells(one)) for one in summaries(rates)]
    settings = len(rates[[*VARIED]].drop_duplicates())
    parts = [
        "## How often it finds an effect that is not there, and what it would find",
        f"In {how_many(rates)} worlds of each of {settings} settings no effect is put in. A design with sound errors "
        f"finds one in {percent(NOMINAL)} of them. [What the columns say](../studies.md#false-positives-and-power)",
        markdown_table(HEADINGS, rows),
    ]
    if study.name == TWO_SIGNS:
        parts += ["## Both signs, from trends alone", *both_signs(study, rates)]
    return parts + nulls_by_setting(study, rates)


def with_trends_by_activation(study: Study, every: pd.DataFrame | None) -> str:
    """Return what the study's own design finds without an effect, over the range of trends by activation, as sentences."""
    curve = pd.DataFrame() if every is None else _own_curve(study, every[every["study"] == study.name])
    if not len(curve):
        return ""
    at = [
        f"{float(row['mean']):.3g} and {percent(row['found'])} at {row[BY_ACTIVATION]:+.2g}"
        for row in curve.iloc[[0, -1]].to_dict("records")
    ]
    return (
        "how much faster offences fell, or rose, where Secure Communities came early. These lines have it at 0. Over its range, "
        f"the average estimate where nothing is to be found, and the share of false alarms, are {at[0]}, and {at[1]} (log points "
        "a year for each year of earlier activation). No published figure says which is right. The command draws it from the "
        "range."
        + (f" [{NULLS}](#{NULLS.lower().replace(',', '').replace(' ', '-')})" if nulls_by_setting(study, every) else "")
    )


def _own_curve(study: Study, rates: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of a study's own design over trends by activation; none where it was not run."""
    own = (rates["design"] == AS_PUBLISHED) & (rates["recorder"] == study.design.recorder)
    return along_activation(rates[own], AS_PUBLISHED, study.design.recorder) if own.any() else rates[own]


def nulls_by_setting(study: Study, every: pd.DataFrame) -> list[str]:
    """Return how often no significant effect comes out over the range of trends by activation, without an effect and with one.

    Worlds of the stated setting are moved by what the setting does to the average, which is exact up to the rounding of counts:
    designs are linear in the logarithm of offences, and so are the trends. Only for treatment dates that the trends go with.
    """
    rates = every[every["study"] == study.name]
    curve, worlds = _own_curve(study, rates), stated_worlds(study).get(AS_PUBLISHED)
    if worlds is None or not len(curve) or study.treatment.begins != BY_PROGRAMME:
        return []
    stated = float(curve.loc[curve[BY_ACTIVATION] == 0.0, "mean"].iloc[0])
    rows = []
    for row in curve.to_dict("records"):
        there = moved(worlds, float(row["mean"]) - stated)
        shares = [percent(1.0 - float(leaves_out_zero(moved(there, effect)).mean())) for effect in (0.0, *ASKED)]
        rows.append((f"{row[BY_ACTIVATION]:+.2g}" if row[BY_ACTIVATION] else "0", f"{row['mean']:+.3f}", *shares))
    falls, picture = [as_change(effect) for effect in ASKED], TREND_PICTURES.get(study.name)
    headings = (
        "trend for each year of earlier activation (log points a year)",
        "average estimate without an effect",
        "no significant effect: without an effect",
        *(f"with {fall}" for fall in falls),
    )
    return [
        f"## {NULLS}",
        "The setting is by how much offences fall (below zero) or rise each year in a county for each year that Secure "
        "Communities came earlier than in the average county. The columns say in how many worlds the study's own design shows no "
        "significant effect. Where a column with a fall is high, a published null does not speak against that fall.",
        *(
            [f"![Coefficient of each design against the trend by activation](../images/{picture}.png)"]
            if picture
            else []
        ),
        markdown_table(headings, rows),
        "The worlds of the first lines, moved by what the setting does to the average estimate. The range is assumed: no "
        "published figure says how trends of offences went with activation.",
    ]


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
        f"{'every setting' if holds else 'some settings only'}. County trends take away whatever is a straight line. What they "
        "leave is the same at every setting and on every record, so it comes from what all worlds share: the published rates by "
        "state and year, which did not move in straight lines, and the dates of activation.\n"
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
            rows.append(
                (link, design_in_words(study, one.design), record(one), shares[0], shares[1], shares[4], shares[5])
            )
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

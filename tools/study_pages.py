"""The pages of single studies, composed from each study's own file, its words and its stored numbers.

The words are those of ``study_words.yaml``, the numbers those that ``tools.make_studies`` stored in the package. No number is
typed on a page.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from pathlib import Path

import pandas as pd
from tools.crime_design_pages import load_rates, markdown_table, of_study, with_trends_by_activation, without_any_effect
from tools.what_to_rely_on import three_lines

from enforcement_sim.studies.research_designs.crime_answers import ASKED
from enforcement_sim.studies.research_designs.design_assumptions import cannot_see
from enforcement_sim.studies.research_designs.power_tables import power_as_data, power_table
from enforcement_sim.studies.research_designs.published_against_worlds import (
    compared,
    in_short,
    recovered,
    what_follows,
)
from enforcement_sim.studies.research_designs.shipped_studies import load_study, shipped_names
from enforcement_sim.studies.research_designs.short_answers import ENOUGH_WORLDS, unlike_errors
from enforcement_sim.studies.research_designs.stated_worlds import STATED, stated_worlds
from enforcement_sim.studies.research_designs.stored_numbers import NO_ENGINE, Simulated, load_numbers, why_stale
from enforcement_sim.studies.research_designs.study_columns import design_in_full, design_in_words
from enforcement_sim.studies.research_designs.study_file import AS_PUBLISHED, Study
from enforcement_sim.studies.research_designs.study_parts import BUILT_IN, NOT_PUT_IN, Published
from enforcement_sim.studies.research_designs.study_tables import where_seen
from enforcement_sim.studies.research_designs.study_words import Words, load_words
from enforcement_sim.tables.csv_text import csv_text
from enforcement_sim.terminal.printing import number

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "studies"
NOT_BUILT = "not-built.md"
POWER_FILE = "crime-power.csv"
"""The tables of power of all crime designs, as data."""

RANGES = (
    "The settings of offences are drawn from [ranges, most of which are assumed](../records.md#offences-are-imported); "
    "`enforcement-sim parameters offences` prints them."
)
COMMAND_DRAWS = (
    "`enforcement-sim study` draws these settings as well, within their ranges. So its worlds differ more from one another, and "
    "designs without county trends have more false alarms there."
)
POWER_LINK = (
    "With `--world effect=-2%` an effect is put in: [How large an effect would it have found?]"
    "(../studies.md#how-large-an-effect-would-it-have-found)"
)
SIZE_ALONE = (
    "The size of the number compared was neither assumed nor fitted, so that agreement in size is a test of the model. Its sign "
    "is built in, so that agreement in sign is none."
)
PARTLY = (
    "**The sign of the number compared is built in, and a part of it was fitted** ({part}). So agreement in size is a weak test "
    "of the model, and agreement in sign is none."
)
BOTH_OPEN = (
    "Neither size nor sign of the number compared was put in or fitted, so that agreement is a test of the model."
)
ROW = {
    "as published": "the published design, whose specification was read",
    "rebuilt": "the published design as it is rebuilt here, from what was read of it",
    "main design": "the main design, which is made for this page",
}
RESTS_ON = {
    "imported": "Offences are imported. Enforcement does not change them, so that the true effect is the one put in: zero.",
    "fitted": "**The number compared was fitted**, so that agreement is weak support.",
    "assumed": "**The number compared rests on an assumption**, so that agreement in direction is no support.",
}
STATUS = {
    "comparable": "The design here is the authors' own.",
    "constructed": "The design here stands for the authors' own, with the differences "
    "[listed below](#in-what-the-design-differs).",
    "concept differs": "The design here measures something else than the authors', "
    "as [listed below](#in-what-the-design-differs).",
}


# ---- pages ---------------------------------------------------------------------------------------------------------------


def page(
    name: str, numbers: Mapping[tuple[str, str], Simulated], words: Words, rates: pd.DataFrame | None = None
) -> str:
    """Return the page of a study.

    Parameters
    ----------
    name
    numbers
        Of :func:`load_numbers`.
    words
    rates
        False positives and power of crime designs, of :func:`tools.crime_design_pages.load_rates`.
    """
    study = load_study(name)
    cite = study.citation
    parts = [
        f"# {study.title}",
        f"*{study.question}*",
        f"{cite.authors} ({cite.year}), *{cite.title}*, {_sentence(cite.where)} Read for this page: {_sentence(cite.read)}",
        f"**Status here: {study.status}.** {STATUS[study.status]} {_rests_on(study)}",
        "## In short",
        _bullets(head(study, numbers, rates)),
        "## What they did",
        "\n\n".join(words.did),
        _published(study),
        "## What such a world gives",
        *_simulated(study, numbers, words),
        *_power(study),
        *of_study(study, rates),
        "## What follows, and what does not",
        _bullets(
            [
                *_in_numbers(study, numbers),
                f"**What can be learnt:** {words.follows}",
                f"**What cannot:** {words.not_follows}",
            ]
        ),
        "## What each side would ask first",
        _bullets([f"Who favours more enforcement: {words.more}", f"Who favours less: {words.less}"]),
        "## In what the design differs",
        _bullets([*study.constructed, *study.cannot]),
        "## Run it",
        f"<!-- not run: simulates the nation under several sets of parameters -->\n```console\n"
        f"$ enforcement-sim study {name}\n```",
        POWER_LINK if study.of_offences else "",
        "[All studies](../studies.md) · [Words](../studies.md#words) · [What could not be built](not-built.md)",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _rests_on(study: Study) -> str:
    """Return what agreement of the number compared would say, as a sentence."""
    outcome = study.outcome
    if outcome.outcome_is != NOT_PUT_IN:
        return RESTS_ON[outcome.outcome_is]
    if outcome.partly_fitted:
        return PARTLY.format(part=outcome.partly_fitted)
    return SIZE_ALONE if outcome.sign == BUILT_IN else BOTH_OPEN


def _sentence(text: str) -> str:
    return text if text.endswith(".") else f"{text}."


def _bullets(texts: Iterable[str]) -> str:
    return "\n".join(f"- {_sentence(text) if not text.endswith('?') else text}" for text in texts)


def _capital(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}"


def head(study: Study, numbers: Mapping[tuple[str, str], Simulated], rates: pd.DataFrame | None) -> list[str]:
    """Return what a reader asks first, in a few lines: what can be relied on, what cannot, and what it cannot say.

    Parameters
    ----------
    study
    numbers, rates
        As for :func:`page`.
    """
    worlds = stated_worlds(study)
    if worlds:
        by_trends = with_trends_by_activation(study, rates) + without_any_effect(study, rates)
        return three_lines(study, worlds, ASKED, by_trends)
    found = numbers.get((study.name, AS_PUBLISHED))
    return [*(in_short(study, found) if found is not None else []), _bold(f"Cannot see: {cannot_see(study)}")]


def _in_numbers(study: Study, numbers: Mapping[tuple[str, str], Simulated]) -> list[str]:
    """Return what a study's numbers say together, in one line."""
    own = numbers.get((study.name, AS_PUBLISHED))
    return [] if own is None else [f"**In numbers:** {what_follows(study, own)}"]


def _bold(line: str) -> str:
    """Return a line with its label in bold."""
    label, _, text = line.partition(": ")
    return f"**{label}:** {_capital(text)}"


def _published(study: Study) -> str:
    """Return what was published, or computed here from published counts, with where it was seen."""
    published, computed_here = study.published, study.design_is == "main design"
    ends = published.interval
    shown = "No coefficient." if published.coefficient is None else f"**{published.coefficient:g}**"
    if published.standard_error is not None:
        shown += f" (standard error {published.standard_error:g})"
    if ends is not None:
        shown += f", 95% interval {number(ends[0])} to {number(ends[1])}"
    if published.n is not None:
        shown += f", N = {published.n:,}"
    note = _sentence(published.note) if published.note else ""
    unit = f", in {published.unit}{_in_per_cent(published)}" if published.coefficient is not None else ""
    return (
        f"**{'Computed here' if computed_here else 'Published'}:** {_sentence(shown + unit)} {note} Source: "
        f"{_sentence(published.source)} {_capital(where_seen(published))} (grade {published.grade})."
    ).replace("  ", " ")


def _power(study: Study) -> list[str]:
    """Return the section on the falls that a design of offences would find: the picture, and the table behind it."""
    worlds = stated_worlds(study)
    if not worlds:
        return []
    table = power_table(study, worlds)
    return [
        "## Which falls it would find",
        f"![How often each design finds a fall in offences, by its size](../images/{study.name}-power.png)",
        markdown_table(table.headings, table.rows),
        unlike_errors(study.published, float(worlds[AS_PUBLISHED]["standard_error"].mean())),
        f"{table.caption} {len(worlds[AS_PUBLISHED])} worlds {STATED}. This table, and those of the "
        f"other crime studies, as data: [{POWER_FILE}]({POWER_FILE}).",
    ]


def _in_per_cent(published: Published) -> str:
    """Return a coefficient in log points as a change in per cent, for readers who do not think in logarithms."""
    if not published.coefficient or not published.unit.startswith("log points"):
        return ""
    change = 100.0 * math.expm1(published.coefficient)
    return f" (a change of {change:+.1f}%)" if abs(change) < 10 else f" (a change of {change:+.0f}%)"


def _simulated(study: Study, numbers: Mapping[tuple[str, str], Simulated], words: Words) -> list[str]:
    """Return the table of a study's designs and the sentences under it."""
    own = numbers.get((study.name, AS_PUBLISHED))
    if own is None:
        return [
            "**Not run yet.** No number of a simulated world stands on this page. The command below makes them, and "
            "`make studies` writes them here."
        ]
    says = {key: design_in_words(study, key) for key in study.designs()}
    rows = [
        f"| {text}{_fewer(one, own)} | {_short(study.published_of(key))} | "
        f"{number(one.mean)} | {number(one.low)} to {number(one.high)} | "
        f"{number(one.truth)} | {one.coverage:.0%} | {one.found:.0%} |"
        for key, text in says.items()
        if (one := numbers.get((study.name, key))) is not None
    ]
    size = f"{_size(study, own)} Simulated, not a record."
    if own.worlds < ENOUGH_WORLDS:
        size += " So few worlds give a first look: shares of them are rough, and so are the ends of the middle 95%."
    if study.of_offences:
        size += f" {RANGES}"
    if own.failed:
        size += f" In {own.failed} more the design could not be estimated."
    size += f" {_made_with(study, own)}"
    table = [
        "| design | published | mean estimate | middle 95% | effect in the worlds | interval holds it | leaves out zero |",
        "|---|---:|---:|---:|---:|---:|---:|",
        *rows,
    ]
    of_variants = [
        f"*{variant.says}:* {said}"
        for key, variant in study.variants.items()
        if variant.published is not None
        and (one := numbers.get((study.name, key))) is not None
        and (said := compared(variant.published, one))
    ]
    judged = f"{compared(study.published, own)} {recovered(own)}".strip()
    return [
        f"The design: {design_in_full(study.design)}.",
        f"{f'The first row is {ROW[study.design_is]}; the others change one part of it' if rows[1:] else 'One design is run'}. "
        "[What the columns say](../studies.md#read-the-table)",
        "\n".join(table),
        size,
        judged,
        *of_variants,
    ]


def _fewer(one: Simulated, own: Simulated) -> str:
    """Return how many worlds a row rests on, where they are not those of the study's own design."""
    return "" if one.worlds == own.worlds else f" ({one.worlds} worlds)"


def _size(study: Study, own: Simulated) -> str:
    """Return what the worlds of a page's first table are."""
    worlds = stated_worlds(study).get(AS_PUBLISHED)
    if worlds is not None and len(worlds) == own.worlds:
        return f"{own.worlds} simulated worlds {STATED}. {COMMAND_DRAWS}"
    people = "every booking" if own.thin == 1 else f"one booking in {own.thin}"
    booking = "" if study.of_offences else f", {people}"
    sets = "sets of the settings of imported offences" if study.of_offences else "sets of the ensemble"
    seeds = f"{own.seeds} seed{'s' if own.seeds > 1 else ''} each"
    return f"{own.worlds} simulated worlds: {own.sets} {sets} with {seeds}{booking}."


def _made_with(study: Study, own: Simulated) -> str:
    """Return the marks of what made the stored numbers, and whether it has changed since."""
    engine = "" if own.engine == NO_ENGINE else f" and the engine `{own.engine}`"
    drawn = "settings of offences" if study.of_offences else "ensemble"
    stale = why_stale(study, own)
    said = f" **These numbers are {stale}, and are to be made again.**" if stale else ""
    return f"Made with the {drawn} `{own.drawn_from}`{engine}.{said}"


def _short(published: Published | None) -> str:
    """Return a published coefficient with its error, as a cell of the table."""
    if published is None or published.coefficient is None:
        return ""
    error = "" if published.standard_error is None else f" ({published.standard_error:g})"
    return f"{published.coefficient:g}{error}"


def pages() -> dict[Path, str]:
    """Return every page by where it stands."""
    numbers, words, rates = load_numbers(), load_words(), load_rates()
    return {FOLDER / f"{name}.md": page(name, numbers, words[name], rates) for name in shipped_names()}


def power_file() -> dict[Path, str]:
    """Return the tables of power of all crime designs as CSV, by where it stands."""
    of_crime = [(study, worlds) for study in map(load_study, shipped_names()) if (worlds := stated_worlds(study))]
    tables = pd.concat([power_as_data(study, worlds) for study, worlds in of_crime], ignore_index=True)
    return {FOLDER / POWER_FILE: csv_text(tables, float_format="%.5g")}

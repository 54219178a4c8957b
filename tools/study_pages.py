"""The pages of single studies, composed from each study's own file, its words and its stored numbers.

``tools/study_pages.yaml`` has the words, ``docs/studies/numbers.csv`` the numbers that ``tools.make_studies`` stored. No number
is typed on a page: whether a published coefficient lies among the simulated ones is worked out here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Literal

import pandas as pd
from pydantic import Field
from tools.crime_design_pages import load_rates, of_study

from enforcement_sim.studies.research_designs.shipped_studies import load_study, shipped_names
from enforcement_sim.studies.research_designs.study_file import AS_PUBLISHED, Published, Study
from enforcement_sim.terminal.printing import number
from enforcement_sim.yaml_models import Many, Number, StrictModel, Text, read_model

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "studies"
NUMBERS = FOLDER / "numbers.csv"
WORDS = Path(__file__).with_name("study_pages.yaml")
NOT_BUILT = "not-built.md"
FEW_WORLDS = 100
"""Below so many worlds a page says that its shares are rough."""

GRADES = {
    "S": "seen in a source",
    "D": "derived from numbers seen in a source",
    "R": "recalled, and not verified",
}
RESTS_ON = {
    "imported": "Offences are imported. Enforcement does not change them, so that the true effect is the one put in: zero.",
    "neither assumed nor fitted": "The outcome was neither assumed nor fitted.",
    "fitted": "**The outcome was fitted**, so that agreement is weak support.",
    "assumed": "**The outcome rests on an assumption**, so that agreement in direction is no support.",
}
STATUS = {
    "comparable": "The design here is the authors' own.",
    "constructed": "The design here is constructed: it stands for the authors' own with the differences listed below.",
    "concept differs": "The design here measures something else than the authors', as listed below.",
}


class InWords(StrictModel):
    """What was published where no coefficient was."""

    sign: Literal["positive", "negative", "none"] | None = None
    at_least: Number | None = None


class Words(StrictModel):
    """What a page says in words."""

    did: Many[Text] = Field(min_length=1)
    words: InWords = InWords()
    more: Text
    less: Text
    follows: Text
    not_follows: Text


class Pages(StrictModel):
    """The file of words."""

    studies: dict[str, Words]


@dataclass(frozen=True)
class Simulated:
    """The estimates of one design over worlds, with the names of ``design_performance`` and the size of the design.

    Attributes
    ----------
    mean, low, high : float
        Mean and middle 95% of the estimates.
    truth : float
        The effect that is known in the worlds, mean; nan where none is known.
    bias, bias_half : float
        Mean of estimate less truth, and half its 95% interval.
    coverage : float
        Share of the worlds in which the design's own 95% interval holds that world's true effect.
    found : float
        Share of the worlds in which that interval leaves out zero.
    worlds, failed, sets, seeds, thin : int
        Worlds with and without an estimate; sets, seeds of each, and one booking in how many.
    """

    mean: float
    low: float
    high: float
    truth: float
    bias: float
    bias_half: float
    coverage: float
    found: float
    worlds: int
    failed: int
    sets: int
    seeds: int
    thin: int


SIZE = ("sets", "seeds", "thin")
MEASURED = tuple(one.name for one in fields(Simulated) if one.name not in SIZE)
"""Columns of the stored numbers that come from the estimates."""


def load_words() -> dict[str, Words]:
    """Return the words of every page, by study."""
    return read_model(WORDS, Pages).studies


def load_numbers(path: Path = NUMBERS) -> dict[tuple[str, str], Simulated]:
    """Return the stored estimates by study and design; nothing where none were stored."""
    if not path.is_file():
        return {}
    table = pd.read_csv(path)
    return {
        (row["study"], row["design"]): Simulated(**{one.name: row[one.name] for one in fields(Simulated)})
        for row in table.to_dict("records")
    }


# ---- sentences worked out from numbers -----------------------------------------------------------------------------------


def compared(published: Published, words: InWords, found: Simulated) -> str:
    """Return whether what was published lies among the simulated estimates, as a sentence."""
    if published.coefficient is not None:
        return _against_number(published.coefficient, published.interval, found)
    if words.at_least is not None:
        share = "all" if found.low >= words.at_least else "none" if found.high < words.at_least else "some"
        return f"More than {number(words.at_least)} was published. Of the middle 95% of the simulated estimates {share} are."
    signs = {"positive": found.low > 0, "negative": found.high < 0, "none": found.low <= 0 <= found.high}
    if words.sign is None:
        return "Nothing was published that a number can be held against."
    means = "no effect" if words.sign == "none" else f"a {words.sign} effect"
    agrees = "agree with it" if signs[words.sign] else "do not agree with it"
    return f"The study reports {means} without a number. The middle 95% of the simulated estimates {agrees}."


def _against_number(value: float, ends: tuple[float, float] | None, found: Simulated) -> str:
    among = "the middle 95% of the simulated estimates"
    if found.low <= value <= found.high:
        return f"The published coefficient lies **inside** {among}."
    side = "above" if value > found.high else "below"
    if ends is None:
        return f"The published coefficient lies **{side}** {among} and has no published error."
    if ends[0] <= found.high and ends[1] >= found.low:
        return f"The published coefficient lies **{side}** {among}; its 95% interval reaches into it."
    return f"The published coefficient lies **{side}** {among}, and its 95% interval does not reach it either."


def recovered(found: Simulated) -> str:
    """Return how the design does at finding the effect that is known in the worlds, as a sentence."""
    if found.truth != found.truth:
        return "The true effect is not known in this comparison."
    if abs(found.bias) <= found.bias_half:
        bias = "On average the design is not measurably off"
    else:
        bias = f"On average the design is off by {number(found.bias)} (95% interval \u00b1 {number(found.bias_half)})"
    return (
        f"The effect known in the worlds is {number(found.truth)} on average. {bias}. Its own 95% interval holds the world's "
        f"effect in {found.coverage:.0%} of the worlds and leaves out zero in {found.found:.0%}."
    )


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
        "## What they did",
        "\n\n".join(words.did),
        _published(study.published),
        "## What such a world gives",
        *_simulated(study, numbers, words),
        *of_study(study, rates),
        "## What follows, and what does not",
        _bullets([f"**What can be learnt:** {words.follows}", f"**What cannot:** {words.not_follows}"]),
        "## What each side would ask first",
        _bullets([f"Who favours more enforcement: {words.more}", f"Who favours less: {words.less}"]),
        "## In what the design differs",
        f"{STATUS[study.status]} {RESTS_ON[study.outcome.outcome_is]}",
        _bullets([*study.constructed, *study.cannot]),
        "## Run it",
        f"<!-- not run: simulates the nation under several sets of parameters -->\n```console\n"
        f"$ enforcement-sim study {name} --out out/{name}\n```",
        "[How to read the table](../studies.md) · [What could not be built](not-built.md)",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _sentence(text: str) -> str:
    return text if text.endswith(".") else f"{text}."


def _bullets(texts: Iterable[str]) -> str:
    return "\n".join(f"- {_sentence(text) if not text.endswith('?') else text}" for text in texts)


def _published(published: Published) -> str:
    """Return what was published, with where it was seen."""
    ends = published.interval
    shown = "No coefficient." if published.coefficient is None else f"**{published.coefficient:g}**"
    if published.standard_error is not None:
        shown += f" (standard error {published.standard_error:g})"
    if ends is not None:
        shown += f", 95% interval {number(ends[0])} to {number(ends[1])}"
    if published.n is not None:
        shown += f", N = {published.n:,}"
    unit = f", in {published.unit}" if published.coefficient is not None else ""
    return (
        f"**Published:** {_sentence(shown + unit)} {_sentence(published.note) if published.note else ''} Source: "
        f"{_sentence(published.source)} Grade {published.grade}: {GRADES[published.grade]}."
    ).replace("  ", " ")


def _simulated(study: Study, numbers: Mapping[tuple[str, str], Simulated], words: Words) -> list[str]:
    """Return the table of a study's designs and the sentences under it."""
    own = numbers.get((study.name, AS_PUBLISHED))
    if own is None:
        return [
            "**Not run yet.** No number of a simulated world stands on this page. The command below makes them, and "
            "`make studies` writes them here."
        ]
    says = {AS_PUBLISHED: "As published"} | {key: one.says for key, one in study.variants.items()}
    rows = [
        f"| {text} | {_short(study.published_of(key))} | {number(one.mean)} | {number(one.low)} to {number(one.high)} | "
        f"{number(one.truth)} | {one.coverage:.0%} | {one.found:.0%} |"
        for key, text in says.items()
        if (one := numbers.get((study.name, key))) is not None
    ]
    people = "every booking" if own.thin == 1 else f"one booking in {own.thin}"
    booking = "" if study.of_offences else f", {people}"
    sets = "sets of the settings of imported offences" if study.of_offences else "sets of the ensemble"
    size = (
        f"{own.worlds} simulated worlds: {own.sets} {sets} with {own.seeds} seed{'s' if own.seeds > 1 else ''} "
        f"each{booking}. Simulated, not a record."
    )
    if own.worlds < FEW_WORLDS:
        size += " So few worlds give a first look: shares of them are rough, and so are the ends of the middle 95%."
    if own.failed:
        size += f" In {own.failed} more the design could not be estimated."
    table = [
        "| design | published | mean estimate | middle 95% | effect in the worlds | interval holds it | leaves out zero |",
        "|---|---:|---:|---:|---:|---:|---:|",
        *rows,
    ]
    of_variants = [
        f"*{variant.says}:* {compared(variant.published, InWords(), one)}"
        for key, variant in study.variants.items()
        if variant.published is not None and (one := numbers.get((study.name, key))) is not None
    ]
    return ["\n".join(table), size, f"{compared(study.published, words.words, own)} {recovered(own)}", *of_variants]


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

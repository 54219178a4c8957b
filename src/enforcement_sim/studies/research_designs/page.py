"""The section of a report on published studies: those about what the settings change, each on worlds whose truth is known.

The numbers are stored with the package. They are of history under many sets of parameters, not of the sweep that is reported.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from enforcement_sim.results.result import Result
from enforcement_sim.studies.page_parts import Grid, Part, Section, words
from enforcement_sim.studies.reading import Reading
from enforcement_sim.studies.research_designs.log_points import effect_in_words, ends_in_words, what_of
from enforcement_sim.studies.research_designs.published_against_worlds import what_follows
from enforcement_sim.studies.research_designs.shipped_studies import load_study, shipped_names
from enforcement_sim.studies.research_designs.short_answers import ENOUGH_WORLDS
from enforcement_sim.studies.research_designs.stored_numbers import Simulated, load_numbers, why_stale
from enforcement_sim.studies.research_designs.study_file import AS_PUBLISHED, Study
from enforcement_sim.studies.research_designs.study_parts import OUTCOME_IS
from enforcement_sim.studies.research_designs.study_subjects import SUBJECTS, subjects_changed, subjects_of
from enforcement_sim.studies.research_designs.study_tables import published_in_words
from enforcement_sim.studies.research_designs.study_words import load_words

NAME, TITLE = "studies", "What published studies found, and would find here"
MOST_SHOWN, MOST_OF_A_KIND = 6, 3
"""Studies with a row, and those among them whose outcome rests on the same; the others are named below the table."""
ORDER = ("neither assumed nor fitted", *(one for one in OUTCOME_IS if one != "neither assumed nor fitted"))
"""Studies on outcomes that nobody put in come first."""
COLUMNS = ("Study", "Published (95%)", "In simulated worlds (middle 95%)", "True effect there", "What follows")


def measured(result: Result) -> Mapping[str, float]:
    """Return nothing: the section needs no measure of the sweep's own runs."""
    return {}


def section(reading: Reading) -> Section:
    """Return the section on the studies that concern what a sweep's settings change."""
    changed = subjects_changed(reading.made_from)
    numbers = load_numbers()
    chosen = [
        study
        for study in sorted(map(load_study, shipped_names()), key=_rank)
        if subjects_of(study) & changed and (study.name, AS_PUBLISHED) in numbers
    ]
    shown = _shown(chosen)
    if not chosen:
        return Section(NAME, TITLE, (words("No shipped study is about what these settings change."),))
    about = "; ".join(text for subject, text in SUBJECTS.items() if subject in changed)
    parts: list[Part] = [
        words(
            f"These settings change: {about}. Each study below is about that. Its own design is run on records of simulated "
            "history, in which the true effect is known. The numbers are of history in the study's places and years, not "
            "of the settings above."
        ),
        *_stale(chosen, numbers),
        Grid(rows(shown, numbers), "Published studies on simulated worlds", _note(chosen, shown, numbers), prose=True),
        words("To run one of them again, with its variants:"),
        words(f"enforcement-sim study {shown[0].name}", command=True),
    ]
    return Section(NAME, TITLE, tuple(parts))


def _rank(study: Study) -> tuple[int, bool, bool, str]:
    """Return the place of a study: by what its outcome rests on, and with a published coefficient first."""
    outcome = study.outcome
    return ORDER.index(outcome.outcome_is), bool(outcome.partly_fitted), study.published.coefficient is None, study.name


def _shown(chosen: list[Study]) -> list[Study]:
    """Return the studies with a row: a few of each kind of outcome."""
    kinds: dict[str, int] = {}
    shown = []
    for study in chosen:
        kind = study.outcome.outcome_is
        kinds[kind] = kinds.get(kind, 0) + 1
        if kinds[kind] <= MOST_OF_A_KIND:
            shown.append(study)
    return shown[:MOST_SHOWN]


def _published(study: Study) -> str:
    """Return what was published, with its unit; where no coefficient was, what was said."""
    if study.published.coefficient is not None:
        unit, ends = study.published.unit, study.published.interval
        interval = f" ({ends_in_words(*ends, unit)})" if ends else ""
        return f"{effect_in_words(study.published.coefficient, unit)}{interval}: {what_of(unit)}"
    at_least = study.published.at_least is not None
    return f"{published_in_words(study.published)}{f', {study.published.unit}' if at_least else ''}"


def rows(studies: list[Study], numbers: Mapping[tuple[str, str], Simulated]) -> pd.DataFrame:
    """Return a row for each study, as text.

    Examples
    --------
    >>> rows([load_study("taken-over-287g")], load_numbers()).columns.tolist()[:2]
    ['Study', 'Published (95%)']
    """
    found = []
    for study in studies:
        unit = study.published.unit
        own, said = numbers[study.name, AS_PUBLISHED], load_words()[study.name]
        found.append(
            (
                f"{study.citation.authors} ({study.citation.year}): {said.in_short}",
                _published(study),
                f"{effect_in_words(own.mean, unit)} ({ends_in_words(own.low, own.high, unit)}) in {own.worlds} worlds",
                effect_in_words(own.truth, unit),
                f"{what_follows(study, own)} Outcome here: {study.outcome.rests_on}. "
                f"Page: docs/studies/{study.name}.md",
            )
        )
    return pd.DataFrame(found, columns=list(COLUMNS))


def _note(chosen: list[Study], shown: list[Study], numbers: Mapping[tuple[str, str], Simulated]) -> str:
    """Return what the numbers are, and the studies without a row."""
    few = (
        any(numbers[study.name, AS_PUBLISHED].worlds < ENOUGH_WORLDS for study in shown)
        * "; few worlds give a first look, and their range is rough"
    )
    others = [study for study in chosen if study not in shown]
    more = ", ".join(f"docs/studies/{study.name}.md" for study in others)
    return (
        "Simulated, not a record. Effects on a logarithm are written as changes in per cent. "
        "The simulated number is the mean of the design's estimates over worlds, with the middle "
        f"95% of them{few}. Where offences are imported, enforcement changes none of them: such a "
        "row tests the design alone, and its page has how often it finds an effect that is not there."
        + (f" More about the same: {more}." if more else "")
    )


def _stale(chosen: list[Study], numbers: Mapping[tuple[str, str], Simulated]) -> list[Part]:
    """Return a warning for each reason why stored numbers are not those of today."""
    reasons: dict[str, list[str]] = {}
    for study in chosen:
        why = why_stale(study, numbers[study.name, AS_PUBLISHED])
        if why:
            reasons.setdefault(why, []).append(study.name)
    return [words(f"Numbers {why}: {', '.join(names)}.", warning=True) for why, names in reasons.items()]

"""The page of an answer, and the same parts as tables of text for a terminal."""

from __future__ import annotations

import pandas as pd

from enforcement_sim.studies.answer import answer_sentences as sentences
from enforcement_sim.studies.answer.agreements_ended import what_ends
from enforcement_sim.studies.answer.compute import Answer
from enforcement_sim.studies.answer.figure import answer_figure
from enforcement_sim.studies.page_parts import Grid, Section, in_full, picture_of, words
from enforcement_sim.studies.single_page import SinglePage
from enforcement_sim.studies.under_doubt import A_SEED, A_SET
from enforcement_sim.tables.amounts import IDENTICAL, whole

NOTHING_PUBLISHED = "No published figure that this package holds says anything about this."
NOTHING_RESTS = "Nothing changes, so no assumption can matter."
LEVELS_TITLE = "History and the policy beside each other"


def page_of(answer: Answer) -> SinglePage:
    """Return the page of an answer: sentence and intervals, picture, check, weakest assumptions, citation."""
    rows = stages(answer)
    opening = words(sentences.sentence(answer))
    picture = Section(
        "picture",
        "What changes at each stage",
        (picture_of(answer_figure(answer), Grid(rows, LEVELS_TITLE, prose=True)),),
    )
    again = words("A citation to copy:"), words(sentences.citation(answer), command=True)
    return SinglePage(
        title=sentences.title(answer),
        subtitle=about(answer),
        lead=(opening, words(*sentences.intervals(answer), listed=True), words(*beside_the_number(answer))),
        sections=(
            picture,
            Section("check", "The published figure to check it against", (words(*check(answer)),)),
            Section(
                "weakest", "Its two weakest assumptions", (words(*weak(answer), listed=True), words(*method(answer)))
            ),
            Section("read", "How to read it", (words(answer.found.method),)),
            Section("cite", "Cite or repeat it", again),
        ),
    )


def beside_the_number(answer: Answer) -> tuple[str, ...]:
    """Return which interval to quote, and which agreements end where the question ends some."""
    return answer.found.to_quote, *what_ends(answer.question, answer.place, answer.history)


def about(answer: Answer) -> str:
    """Return in a line what was run."""
    days = f"{in_full(answer.history.period_start)} to {in_full(answer.history.period_end)}"
    thin = f", one booking in {answer.history.thin} simulated and counts scaled up" if answer.history.thin > 1 else ""
    return (
        f"Simulated, not a record. {answer.place.name}, {days}; {answer.found.runs} runs: {len(answer.found.seeds)} seeds "
        f"({A_SEED}) and {answer.found.sets} sets of parameters ({A_SET}) for each of history and the policy{thin}."
    )


def stages(answer: Answer) -> pd.DataFrame:
    """Return a row of text for each stage: history, the policy, and the difference with both intervals."""
    rows = []
    for row in answer.frame().to_dict("records"):
        same = row["verdict"] == IDENTICAL
        rows.append(
            [
                sentences.label_of(str(row["measure"])),
                whole(row["history"]),
                whole(row["policy"]),
                IDENTICAL if same else sentences.in_people(row["difference"]),
                "" if same else sentences.ends(row["seeds_low"], row["seeds_high"]),
                "" if same else sentences.ends(row["low"], row["high"]),
            ]
        )
    return pd.DataFrame(rows, columns=["People", "History", "Policy", "Change", "Over seeds", "Over seeds and sets"])


def check(answer: Answer) -> tuple[str, ...]:
    """Return the published figure beside the simulated one, and what the model has to do with it."""
    return (NOTHING_PUBLISHED,) if answer.check is None else sentences.checked(answer.check)


def weak(answer: Answer) -> tuple[str, ...]:
    """Return the weakest assumptions, a text each."""
    if answer.weakest is None:
        return (NOTHING_RESTS,)
    return tuple(map(sentences.weak_in_words, answer.weakest.found))


def method(answer: Answer) -> tuple[str, ...]:
    """Return how the weakest assumptions were found; nothing if none was looked for."""
    return () if answer.weakest is None else (answer.weakest.method,)

"""The page of an answer, and the same parts as tables of text for a terminal."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from enforcement_sim.studies.answer import answer_notes as notes
from enforcement_sim.studies.answer import answer_sentences as sentences
from enforcement_sim.studies.answer import check_in_words
from enforcement_sim.studies.answer.agreements_ended import what_ends
from enforcement_sim.studies.answer.answer_table import FOUND
from enforcement_sim.studies.answer.compute import Answer, answer_cost
from enforcement_sim.studies.answer.figure import answer_figure
from enforcement_sim.studies.page_parts import Grid, Section, Words, in_full, picture_of, words
from enforcement_sim.studies.single_page import SinglePage
from enforcement_sim.studies.under_doubt import FOR_A_MEMO, counted
from enforcement_sim.tables.amounts import IDENTICAL, whole

NOTHING_PUBLISHED = "No published figure that this package holds says anything about this."
NOTHING_TRIED = "The policy changed nothing at any stage in these runs, so no assumption was tried."
NOTHING_MOVES = "None that was tried changes the answer."
WEAKEST_TITLE = "The numbers nobody has measured that change it most"
SAME_SET = (
    "All of this is set 1, the first of the sets above, with one seed: compare the numbers with each other, and take the per "
    "cent to the answer. One seed of one set may lie beyond the range above."
)
PICTURE_SHOWS = "Change from history, in people"
TO_QUOTE = "For a number to quote:"
LEVELS_TITLE = "History and the policy beside each other"
ENGINE_IS = "The engine number names the program that computed the runs: another one may give other numbers."


def page_of(answer: Answer) -> SinglePage:
    """Return the page of an answer: sentence and intervals, picture, check, weakest assumptions, citation."""
    numbers = Grid(stages(answer), LEVELS_TITLE, prose=True)
    picture = picture_of(answer_figure(answer), numbers, answer_figure(answer, narrow=True))
    # The page has its title at its head.
    picture = replace(picture, title=PICTURE_SHOWS, subtitle="")
    again = words("A citation to copy:"), words(sentences.citation(answer), command=True), words(ENGINE_IS)
    to_quote = (words(TO_QUOTE), words(sentences.command_of(answer, FOR_A_MEMO), command=True))
    return SinglePage(
        title=sentences.title(answer),
        subtitle=about(answer),
        lead=(words(sentences.sentence(answer)), words(sentences.interval(answer), *beside_the_number(answer), listed=True)),
        sections=(
            Section("picture", "What changes at each stage", (picture, *under_the_picture(answer))),
            Section("check", "The published figure to check it against", (words(*check(answer)),)),
            Section(
                "weakest", WEAKEST_TITLE, (words(*weak(answer), listed=True), words(*method(answer)))
            ),
            Section("read", "How to read it", (words(*how_to_read(answer)),)),
            Section("cite", "Cite or repeat it", (*again, *(to_quote if answer.found.sets < FOR_A_MEMO else ()))),
        ),
    )  # fmt: skip


def beside_the_number(answer: Answer) -> tuple[str, ...]:
    """Return which interval to quote, a check that fails, and which agreements end where the question ends some."""
    return (
        quotable(answer),
        *check_in_words.failed(answer),
        *notes.level(answer),
        *what_ends(answer.question, answer.place, answer.history),
    )


def quotable(answer: Answer) -> str:
    """Return whether the interval can be quoted, and otherwise how long an answer to quote takes on this machine."""
    cost = answer_cost(answer.question, answer.place, answer.history, FOR_A_MEMO, len(answer.found.seeds))
    return answer.found.to_quote(cost.takes(None))


def in_short(answer: Answer) -> dict[str, str]:
    """Return what a workbook says beside its tables: the sentence, whether to quote it, the check, the citation, the command."""
    return {
        "answer": sentences.sentence(answer),
        "quote": quotable(answer),
        "check": " ".join(check(answer)),
        "cite": sentences.citation(answer),
        "command": sentences.command_of(answer),
    }


def under_the_picture(answer: Answer) -> tuple[Words | Grid, ...]:
    """Return what a stage means, and why the stages change as they do where that surprises."""
    means = (words(notes.FOUND_MEANS),) if FOUND in answer.question.measures else ()
    why = notes.why_more_detainers(answer)
    if why is None:
        return means
    return *means, Grid(why, notes.WHY_TITLE, prose=True), words(f"{notes.INSTEAD} {notes.NOT_ALL}")


def how_to_read(answer: Answer) -> tuple[str, ...]:
    """Return what the intervals are and are not, how numbers are rounded, and why these days."""
    doubt = " ".join(filter(None, (sentences.chance_alone(answer), notes.why_sets_differ(answer))))
    return tuple(filter(None, (answer.found.method, doubt, notes.ROUNDED, notes.days(answer))))


def about(answer: Answer) -> str:
    """Return in a line what was run."""
    days = f"{in_full(answer.history.period_start)} to {in_full(answer.history.period_end)}"
    thin = f", one booking in {answer.history.thin} simulated and counts scaled up" if answer.history.thin > 1 else ""
    found = answer.found
    return (
        f"{answer.place.name}, {days}; {found.runs} runs: {counted(len(found.seeds), 'seed')} and "
        f"{counted(found.sets, 'set')} of parameters for each of history and the policy{thin}."
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
                "" if same else sentences.ends(row["low"], row["high"]),
                "" if same else sentences.ends(row["seeds_low"], row["seeds_high"]),
            ]
        )
    return pd.DataFrame(
        rows, columns=["People", "History", "Policy", "Change", "Over sets, with chance", "Chance alone"]
    )


def check(answer: Answer) -> tuple[str, ...]:
    """Return the published figure beside the simulated one, what the model has to do with it, and where it was tested."""
    if answer.check is None:
        return NOTHING_PUBLISHED, *check_in_words.held_out(answer.place)
    return check_in_words.checked(answer)


def weak(answer: Answer) -> tuple[str, ...]:
    """Return the weakest assumptions, a text each."""
    if answer.weakest is None:
        return (NOTHING_TRIED,)
    return tuple(map(sentences.weak_in_words, answer.weakest.found)) or (NOTHING_MOVES,)


def method(answer: Answer) -> tuple[str, ...]:
    """Return how the weakest assumptions were found; nothing if none was looked for."""
    if answer.weakest is None:
        return ()
    same = (SAME_SET,) if answer.weakest.found else ()
    return *same, answer.weakest.method

"""``enforcement-sim answer``: a question about a place, answered in a sentence and on a page."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from enforcement_sim.commands import options
from enforcement_sim.commands.printed_data import AsFormat, Format, print_data
from enforcement_sim.commands.progress_lines import ProgressLines, about, compile_first
from enforcement_sim.commands.running import until_interrupted
from enforcement_sim.tables.table import table_of
from enforcement_sim.terminal.layout import print_table
from enforcement_sim.terminal.printing import paragraph, print_lines, print_text

if TYPE_CHECKING:
    from enforcement_sim.studies.answer.answer_files import AnswerFiles
    from enforcement_sim.studies.answer.compute import Answer
    from enforcement_sim.studies.answer.cost import Cost

FOLDER = Path("out") / "answers"
QUICK = 2
"""So many sets, and so many seeds, give a first answer."""


def _questions() -> Iterable[str]:
    from enforcement_sim.studies.answer.question_file import load_questions

    return [question.words[0] for question in load_questions().values()]


Asked = Annotated[
    str,
    typer.Argument(
        help='The question, such as "end 287(g)" or "hold 72 hours"; all of them are listed without one.',
        metavar="[QUESTION]",
        autocompletion=options.names_only(_questions),
    ),
]
County = Annotated[str, typer.Option("--county", help='A county, such as "Mecklenburg, NC" or 37119.')]
State = Annotated[str, typer.Option("--state", help="A state, such as NC; the nation without either.")]
From = Annotated[str, typer.Option("--from", help="First day; the question's own unless given.", metavar="YYYY-MM-DD")]
To = Annotated[str, typer.Option("--to", help="Last day; the question's own unless given.", metavar="YYYY-MM-DD")]
Sets = Annotated[
    int | None,
    typer.Option(
        "--sets",
        min=1,
        help="Sets of parameters that fit published figures; 12 unless given, 20 for a number that you quote.",
    ),
]
Seeds = Annotated[
    int | None, typer.Option("--replications", min=1, help="Seeds (draws of chance) of each set; 3 unless given.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Print how many runs and minutes; compute and write nothing.")]
Page = Annotated[
    Path | None,
    typer.Option(
        "--out",
        help="The page, a new .html file; out/answers/QUESTION-PLACE.html unless given. Beside it, under the same name, "
        "stand the picture (.png, .svg) and the numbers (.csv); a name that ends in .xlsx adds a workbook.",
    ),
]


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("answer")(answer)


def answer(
    asked: Asked = "",
    county: County = "",
    state: State = "",
    start: From = "",
    end: To = "",
    sets: Sets = None,
    replications: Seeds = None,
    workers: options.Workers = None,
    out: Page = None,
    dry_run: DryRun = False,
    wanted: AsFormat = Format.TEXT,
) -> None:
    """Answer a question about a county: number, doubt, picture, published check, weakest assumptions, citation."""
    from enforcement_sim.studies.answer import compute
    from enforcement_sim.studies.answer.answer_files import files_of
    from enforcement_sim.studies.place_asked import place_asked

    if not asked:
        _list(wanted)
        return
    place = place_asked(county, state)
    days = options.read_day(start, "--from"), options.read_day(end, "--to")
    question, _, history, _ = compute.scenarios_of(asked, place, *days)
    files = files_of(out or FOLDER / f"{question.id}-{place.code}.html")
    files.check()
    sets, replications = sets or compute.SETS, replications or compute.REPLICATIONS
    if dry_run:
        _print_cost(compute.answer_cost(question, place, history, sets, replications), workers, files)
        return

    def found() -> Answer:
        compile_first()
        return compute.answer(asked, place, *days, sets, replications, workers, lambda step: ProgressLines(step=step))

    answered = until_interrupted(found, None, _nothing_kept(sets, replications))
    if wanted is not Format.TEXT:
        from enforcement_sim.studies.answer.answer_table import answer_table, as_read

        table = answer_table(answered)
        print_data(as_read(table) if wanted is Format.CSV else table, wanted)
    else:
        _print(answered)
    replacing = files.replacing
    files.write(answered)
    typer.echo(f"{files}{replacing}", err=wanted is not Format.TEXT)


def _print_cost(cost: Cost, workers: int | None, files: AnswerFiles) -> None:
    from enforcement_sim.runs.executors import worker_count

    count = worker_count(workers, cost.runs)
    took = about(60 * cost.minutes(workers))
    typer.echo(
        f"{cost.runs} runs: {took} with {count} worker{'' if count == 1 else 's'}; would write {files}{files.replacing}"
    )


def _nothing_kept(sets: int, replications: int) -> str:
    """Return what an interrupted answer leaves, and how to be quicker."""
    quicker = f"--sets {QUICK} --replications {QUICK}"
    fewer = sets * replications > QUICK * QUICK
    return f"nothing is kept; quicker: {quicker if fewer else 'fewer days (--from, --to)'}"


def _list(wanted: Format) -> None:
    from enforcement_sim.studies.answer.question_file import load_questions

    questions = load_questions().values()
    titles = [question.title.format(place="the place", number="so many") for question in questions]
    if wanted is not Format.TEXT:
        import pandas as pd

        rows = [
            (one.words[0], title, one.measure, "; ".join(one.words[1:]))
            for one, title in zip(questions, titles, strict=True)
        ]
        print_data(pd.DataFrame(rows, columns=["question", "title", "measure", "also"]), wanted)
        return
    for question, title in zip(questions, titles, strict=True):
        print_text(paragraph(f"{question.words[0]}: {title}", more=4))
        print_lines([f"also: {', '.join(question.words[1:])}"])


def _print(found: Answer) -> None:
    """Print the sentence and its intervals, the stages, the check, the weakest assumptions and the citation."""
    from enforcement_sim.notebook import SIMULATED
    from enforcement_sim.studies.answer import answer_sentences as sentences
    from enforcement_sim.studies.answer.answer_page import (
        WEAKEST_TITLE,
        beside_the_number,
        check,
        how_to_read,
        method,
        stages,
        under_the_picture,
        weak,
    )
    from enforcement_sim.studies.answer.answer_page import (
        about as what_was_run,
    )
    from enforcement_sim.studies.page_parts import Grid

    print_text(paragraph(sentences.sentence(found)), bold=True)
    print_lines((sentences.interval(found), *beside_the_number(found)))
    print_text()
    print_table(table_of(stages(found), caption=f"{SIMULATED} {what_was_run(found)}"))
    for part in under_the_picture(found):
        if isinstance(part, Grid):
            print_table(table_of(part.rows, caption=part.title))
        else:
            print_lines(part.texts)
    for heading, texts in (
        ("To check it against", check(found)),
        (WEAKEST_TITLE, (*weak(found), *method(found))),
        ("How to read it", how_to_read(found)),
        ("To cite it", (sentences.citation(found),)),
    ):
        print_text()
        print_text(heading, bold=True)
        print_lines(texts)
    print_text()

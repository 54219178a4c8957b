"""``enforcement-sim study``: published research designs, run on simulated worlds whose truth is known."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from enforcement_sim.commands import options
from enforcement_sim.commands.printed_data import AsFormat, Format, print_data
from enforcement_sim.commands.running import ProgressBar, until_interrupted
from enforcement_sim.terminal.layout import print_table
from enforcement_sim.terminal.printing import paragraph, print_part, print_text

if TYPE_CHECKING:
    import pandas as pd

    from enforcement_sim.studies.research_designs.compute import Plan
    from enforcement_sim.studies.research_designs.study_file import Study
    from enforcement_sim.studies.research_designs.study_worlds import Draw

LABEL_COLUMNS = 14
"""Columns of the labels of a study's description."""
DEFAULT_FOLDER = Path("out") / "studies"
EFFECT = "effect"


def _study_names() -> Iterable[str]:
    from enforcement_sim.studies.research_designs.shipped_studies import shipped_names

    return shipped_names()


Ref = Annotated[
    str,
    typer.Argument(
        help="A shipped study's name, or the path of a .yaml file; without one, the studies are listed.",
        metavar="[STUDY]",
        autocompletion=options.names_or_files(_study_names),
    ),
]
Describe = Annotated[bool, typer.Option("--describe", help="Only describe the study; run nothing.")]
Sets = Annotated[int, typer.Option("--sets", help="Sets of the ensemble, or of the settings of imported offences.")]
Seeds = Annotated[int, typer.Option("--replications", help="Seeds of each set.")]
Thin = Annotated[
    int | None,
    typer.Option("--thin", help="One booking in this many is simulated; 8, or 1 for single bookings, unless given."),
]
What = Annotated[
    list[str] | None,
    typer.Option(
        "--world",
        help="A what-if world: effect=-0.02 puts an effect on offences (log points), offences.trend_spread=0.03 fixes a "
        "setting of offences, detainer.hold_hours=96 an address of the scenario; may be repeated.",
    ),
]
Shared = Annotated[
    bool,
    typer.Option(
        "--shared-worlds", help="Simulate the nation and all years, so that studies with one folder share their worlds."
    ),
]
Folder = Annotated[Path, typer.Option("--out", help="Where tables, figures and the worlds' panels are kept.")]


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("study")(study)


def study(
    ref: Ref = "",
    describe: Describe = False,
    sets: Sets = 50,
    replications: Seeds = 4,
    thin: Thin = None,
    world: What = None,
    out: Folder = DEFAULT_FOLDER,
    shared_worlds: Shared = False,
    workers: options.Workers = None,
    no_figures: options.NoFigures = False,
    wanted: AsFormat = Format.TEXT,
) -> None:
    """List published studies, or run the design of one on simulated worlds whose truth is known.

    Worlds that are kept in the folder are not simulated again, and an interrupted call continues.
    """
    from enforcement_sim.studies.research_designs.compute import Plan, thin_of
    from enforcement_sim.studies.research_designs.shipped_studies import load_study, shipped_names

    if not ref:
        _print_list([load_study(name) for name in shipped_names()], wanted)
        return
    chosen = load_study(ref)
    if describe:
        _print_one(chosen, wanted)
        return
    settings = _what_if(world or [])
    effect = float(settings.pop(EFFECT, 0.0))
    plan = Plan(out, sets, replications, thin_of(chosen) if thin is None else thin, settings, effect, shared_worlds)
    _run(chosen, plan, workers, not no_figures, wanted)


def _what_if(written: list[str]) -> dict[str, Any]:
    """Return the settings of ``--world``."""
    from enforcement_sim.errors import InputError, Problems

    problems = Problems()
    settings = options.read_settings(written, problems, "--world")
    effect = settings.get(EFFECT, 0.0)
    if isinstance(effect, bool) or not isinstance(effect, (int, float)):
        problems.add(
            InputError(f"{effect!r} is not an effect", key=f"--world {EFFECT}", allowed="log points, as -0.02")
        )
    problems.raise_if_any()
    return settings


def _run(chosen: Study, plan: Plan, workers: int | None, figures: bool, wanted: Format) -> None:
    """Run a study, print its table and write its files."""
    from enforcement_sim.runs.executors import worker_count
    from enforcement_sim.studies.research_designs.compute import run_study
    from enforcement_sim.studies.research_designs.study_tables import designs_with_published, results_of, written_tables

    draws = plan.draws()
    bar = ProgressBar()

    def told(draw: Draw, seconds: float, failure: str | None, done: int, left: float) -> None:
        from enforcement_sim.runs.worker import RunOutcome

        bar.advance(RunOutcome(f"set {draw.number}, seed {draw.seed}", None, seconds, failure), done, left)

    bar.begin(len(draws), 0, worker_count(workers, len(draws)))
    try:
        estimates = until_interrupted(lambda: run_study(chosen, plan, workers, told), plan.folder)
    finally:
        bar.end()
    results = results_of(chosen, plan, estimates)
    if wanted is Format.TEXT:
        _print_results(results)
    else:
        print_data(designs_with_published(results), wanted)
    for path in written_tables(results, plan.folder):
        typer.echo(f"wrote {path}", err=True)
    if figures:
        from enforcement_sim.studies.research_designs.figure import draw_study

        for path in draw_study(results, plan.folder):
            typer.echo(f"wrote {path}", err=True)
    if _all_failed(estimates):
        typer.echo(f"no design could be estimated: {estimates['failure'].iloc[0]}", err=True)
        raise typer.Exit(1)


def _all_failed(estimates: pd.DataFrame) -> bool:
    return bool(estimates["coefficient"].isna().all())


def _print_results(results: Any) -> None:
    from enforcement_sim.studies.research_designs.study_tables import false_positive_table, performance_table, remarks

    print_table(performance_table(results))
    print_text()
    table = false_positive_table(results)
    if table.rows:
        print_table(table)
        print_text()
    for remark in remarks(results):
        print_text(paragraph(remark))


# ---- describing ----------------------------------------------------------------------------------------------------------


def _print_list(studies: list[Study], wanted: Format) -> None:
    from enforcement_sim.studies.research_designs.study_tables import listed_studies, published_in_words
    from enforcement_sim.tables.table import Table

    if wanted is not Format.TEXT:
        print_data(listed_studies(studies), wanted)
        return
    rows = tuple((one.name, one.title, published_in_words(one.published), one.status) for one in studies)
    print_table(Table(("study", "title", "published (95%)", "status here"), rows, "Published studies"))


def _print_one(one: Study, wanted: Format) -> None:
    from enforcement_sim.studies.research_designs.study_tables import listed_studies, published_in_words

    if wanted is not Format.TEXT:
        print_data(listed_studies([one]), wanted)
        return

    cited = one.citation
    print_text(paragraph(f"{one.title}. {one.question}"))
    print_text()
    unit = f"{one.sample.unit} and {one.sample.by}, {one.sample.start} to {one.sample.end}"
    lines = [
        ("by", f"{cited.authors} ({cited.year}), {cited.title}, {cited.where}. Read: {cited.read}"),
        ("observations", unit),
        ("outcome is", one.outcome.outcome_is),
        ("estimator", one.design.estimator),
        ("published", f"{published_in_words(one.published)}: {one.published.unit} ({one.published.grade})"),
        ("", f"{one.published.note} {one.published.source}".strip()),
        ("status here", one.status),
        *[("constructed", text) for text in one.constructed],
        *[("missing", text) for text in one.cannot],
        *[(f"variant {name}", variant.says) for name, variant in one.variants.items()],
    ]
    for label, text in lines:
        print_part(label, text, indent=0, width=LABEL_COLUMNS)

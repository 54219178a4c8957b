"""``enforcement-sim study``: published research designs, run on simulated worlds whose truth is known."""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from enforcement_sim.commands import options
from enforcement_sim.commands.printed_data import AsFormat, Format, print_data, print_tables
from enforcement_sim.commands.running import until_interrupted
from enforcement_sim.terminal.layout import print_table
from enforcement_sim.terminal.printing import paragraph, print_part, print_text

if TYPE_CHECKING:
    import pandas as pd

    from enforcement_sim.studies.research_designs.compute import Plan
    from enforcement_sim.studies.research_designs.study_file import Study
    from enforcement_sim.studies.research_designs.study_tables import Results

LABEL_COLUMNS = 14
"""Columns of the labels of a study's description."""
DEFAULT_FOLDER = Path("out") / "studies"
EFFECT = "effect"
LIST_NOTE = (
    "Number is: what the simulated number rests on. Where it is neither assumed nor fitted, agreement with the published number "
    "is a test. Imported: offences, laid beside the simulated world."
)


def _study_names() -> Iterable[str]:
    from enforcement_sim.studies.research_designs.shipped_studies import shipped_names

    return shipped_names()


Ref = Annotated[
    str,
    typer.Argument(
        help="A shipped study's name, words of its authors or title such as 'Miles and Cox', or the path of a .yaml file; "
        "without one, the studies are listed.",
        metavar="[STUDY]",
        autocompletion=options.names_or_files(_study_names),
    ),
]
Describe = Annotated[bool, typer.Option("--describe", help="Only describe the study; run nothing.")]
Sets = Annotated[
    int,
    typer.Option(
        "--sets",
        help="Draws of the settings: sets of the ensemble, or of the settings of imported offences. Intervals count sets, so "
        "more sets come before more seeds. A first look in five minutes: --sets 20 --replications 1.",
    ),
]
Seeds = Annotated[
    int, typer.Option("--replications", help="Seeds of each set: other chance events under the same settings.")
]
Thin = Annotated[
    int | None,
    typer.Option("--thin", help="One booking in this many is simulated; 8, or 1 for single bookings, unless given."),
]
What = Annotated[
    list[str] | None,
    typer.Option(
        "--world",
        help="A what-if world: effect=-2% puts an effect on offences (or -0.02, log points; or several, effect=0,-2%,-5%, which "
        "take no longer), "
        "offences.trend_spread=0.03 fixes a setting of offences, detainer.hold_hours=96 an address of the scenario; may be "
        "repeated.",
    ),
]
Shared = Annotated[
    bool,
    typer.Option(
        "--shared-worlds", help="Simulate the nation and all years, so that studies with one folder share their worlds."
    ),
]
Rates = Annotated[
    int | None,
    typer.Option(
        "--false-positives",
        metavar="WORLDS",
        help="Of a study of offences: how often its designs find an effect that is not there, and the smallest fall they would "
        "find, in so many worlds for each of 17 settings of trends and dispersion and on each record.",
    ),
]
Folder = Annotated[
    Path, typer.Option("--out", help="Where a folder with tables and figures is made; its name says the world.")
]
Kept = Annotated[
    Path,
    typer.Option(
        "--kept", help="Where the worlds' panels and estimates are kept, for all studies and whatever --out is."
    ),
]


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
    kept: Kept = DEFAULT_FOLDER,
    shared_worlds: Shared = False,
    false_positives: Rates = None,
    workers: options.Workers = None,
    dry_run: options.DryRun = False,
    no_figures: options.NoFigures = False,
    wanted: AsFormat = Format.TEXT,
) -> None:
    """Test published studies, or your own, on simulated worlds: bias, false positives, power. Without a name, list them.

    The worlds' true effect is known, so a design can be held against it. With --world effect=-2% an effect on offences is put
    in, and the result is the power to find it. What is kept of worlds is not computed again, and an interrupted call continues.
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
    if false_positives is not None:
        _refuse_what_if(world)
        if dry_run:
            from enforcement_sim.studies.research_designs.study_estimate import estimate_false_positives

            typer.echo(estimate_false_positives(chosen, false_positives, workers, _told))
        else:
            _run_error_rates(chosen, false_positives, out, workers, not no_figures, wanted)
        return
    settings, effects = _what_if(world or [])
    thinned = thin_of(chosen) if thin is None else thin
    plans = [Plan(out, sets, replications, thinned, settings, effect, shared_worlds, kept) for effect in effects]
    if dry_run:
        _print_estimate(chosen, plans, workers)
    else:
        _run(chosen, plans, workers, not no_figures, wanted)


def _what_if(written: list[str]) -> tuple[dict[str, Any], tuple[float, ...]]:
    """Return the settings of ``--world``, and the effects on offences apart from them."""
    from enforcement_sim.errors import Problems
    from enforcement_sim.studies.research_designs.effect_words import read_effects, rises

    problems = Problems()
    settings = options.read_settings(written, problems, "--world")
    effects: tuple[float, ...] = (0.0,)
    with problems.gathering():
        effects = read_effects(settings.pop(EFFECT, 0.0))
    problems.raise_if_any()
    if said := rises(effects):
        typer.echo(f"note: {said}", err=True)
    return settings, effects


def _print_estimate(chosen: Study, plans: list[Plan], workers: int | None) -> None:
    """Print how many worlds a study takes, how many are kept, and about how long the others take."""
    from enforcement_sim.studies.research_designs.result_folder import result_folder
    from enforcement_sim.studies.research_designs.study_estimate import estimate_study

    home = result_folder(chosen, plans[0], [plan.effect for plan in plans])
    size = estimate_study(chosen, plans, workers, _told)
    typer.echo(f"{size}; results would be written to {home}")


def _told(line: str) -> None:
    typer.echo(line, err=True)


def _run(chosen: Study, plans: list[Plan], workers: int | None, figures: bool, wanted: Format) -> None:
    """Run a study for each effect, print its table and write its files."""
    from enforcement_sim.studies.research_designs.compute import prepare
    from enforcement_sim.studies.research_designs.kept_panels import write_index
    from enforcement_sim.studies.research_designs.progress import run_with_progress
    from enforcement_sim.studies.research_designs.result_files import figures_in, written_tables
    from enforcement_sim.studies.research_designs.result_folder import folder_name, result_folder
    from enforcement_sim.studies.research_designs.result_tables import tables_of
    from enforcement_sim.studies.research_designs.study_columns import POWER, designs_as_data
    from enforcement_sim.studies.research_designs.study_tables import results_of

    effects = [plan.effect for plan in plans]
    home, name = result_folder(chosen, plans[0], effects), folder_name(chosen, plans[0], effects)
    if home.name != name:
        typer.echo(f"note: {home.parent / name} holds another result, which stays; this one goes to {home}", err=True)

    def work() -> list[pd.DataFrame]:
        for plan in plans:
            prepare(chosen, plan)
        found = run_with_progress(chosen, plans, workers)
        write_index(plans[0].worlds.folder)
        return found

    found = until_interrupted(work, plans[0].kept)
    results = [results_of(chosen, plan, estimates) for plan, estimates in zip(plans, found, strict=True)]
    if wanted is Format.TEXT:
        _print_results(results)
    elif wanted is Format.MARKDOWN:
        print_tables(tables_of(results))
    else:
        print_data(designs_as_data(results), wanted)
    written, same = written_tables(results, home)
    kept = figures_in(home, any(path.stem == POWER for path in written)) if same else []
    if kept:
        typer.echo(
            f"the same result is in {home} already; its figures stay (remove {kept[0].name} to draw them again)",
            err=True,
        )
    else:
        for path in [*written, *(_drawn(results, home) if figures else [])]:
            typer.echo(f"wrote {path}", err=True)
    if all(estimates["coefficient"].isna().all() for estimates in found):
        typer.echo(f"no design could be estimated: {found[0]['failure'].iloc[0]}", err=True)
        raise typer.Exit(1)


def _drawn(results: list[Results], home: Path) -> list[Path]:
    """Draw the coefficients, and of a study of offences its power at every effect."""
    from enforcement_sim.studies.research_designs.figure import draw_study
    from enforcement_sim.studies.research_designs.power_figure import draw_power
    from enforcement_sim.studies.research_designs.result_tables import base_of, worlds_without_effect

    worlds = worlds_without_effect(results)
    power = draw_power(results[0].study, worlds, home, [one.plan.effect for one in results]) if worlds else []
    return [*draw_study(base_of(results), home, [one.plan.effect for one in results]), *power]


def _refuse_what_if(world: list[str] | None) -> None:
    """Raise for a what-if world where false positives are counted over a grid of worlds."""
    from enforcement_sim.errors import InputError

    if world:
        raise InputError(
            "false positives are counted over all settings, without an effect",
            key="--world",
            allowed="none with --false-positives",
        )


def _run_error_rates(chosen: Study, worlds: int, out: Path, workers: int | None, figures: bool, wanted: Format) -> None:
    """Count a study's false positives and power, print the table and write the files."""
    from enforcement_sim.commands.progress_lines import ProgressLines
    from enforcement_sim.runs.executors import worker_count
    from enforcement_sim.runs.worker import RunOutcome
    from enforcement_sim.studies.research_designs.error_rate_figure import refuse_earlier_rates, written_rates
    from enforcement_sim.studies.research_designs.error_rate_tables import error_rate_table
    from enforcement_sim.studies.research_designs.error_rates import Repetition, error_rates, repeated_estimates

    repetition = Repetition(worlds)
    repetition.check(chosen)
    refuse_earlier_rates(chosen, out)
    bar, began = ProgressLines("worlds"), time.perf_counter()

    def told(seed: int, done: int) -> None:
        each = (time.perf_counter() - began) / done
        bar.advance(RunOutcome(f"seed {seed}", None, each, None), done, each * (worlds - done))

    bar.begin(worlds, 0, worker_count(workers, worlds))
    try:
        estimates = until_interrupted(lambda: repeated_estimates(chosen, repetition, workers, told), out)
    finally:
        bar.end()
    rates = error_rates(estimates).assign(study=chosen.name)
    if wanted is Format.TEXT:
        print_table(error_rate_table(rates, chosen))
    else:
        print_data(rates, wanted)
    for path in written_rates(rates, chosen, out, figures):
        typer.echo(f"wrote {path}", err=True)


def _said(results: list[Results]) -> tuple[list[str], list[str]]:
    """Return the lines that come first, and what must be said beside the tables."""
    from enforcement_sim.studies.research_designs.result_tables import base_of
    from enforcement_sim.studies.research_designs.short_answers import answers_to_effects
    from enforcement_sim.studies.research_designs.study_glossary import explained
    from enforcement_sim.studies.research_designs.study_tables import remarks

    study, plans = results[0].study, [one.plan for one in results]
    first = answers_to_effects(study, plans, [one.estimates for one in results])
    return first, [*remarks(base_of(results), [plan.effect for plan in plans]), explained(study)]


def _print_results(results: list[Results]) -> None:
    """Print the lines that come first, the tables, and what must be said beside them."""
    from enforcement_sim.studies.research_designs.result_tables import tables_of

    first, beside = _said(results)
    for line in first:
        print_text(paragraph(line, more=2))
    for table in tables_of(results):
        print_text()
        print_table(table)
    print_text()
    for remark in beside:
        print_text(paragraph(remark))


# ---- describing ----------------------------------------------------------------------------------------------------------


def _print_list(studies: list[Study], wanted: Format) -> None:
    from enforcement_sim.studies.research_designs.result_files import listed_studies
    from enforcement_sim.studies.research_designs.study_tables import published_in_words
    from enforcement_sim.tables.table import Table

    if wanted is not Format.TEXT:
        print_data(listed_studies(studies), wanted)
        return
    rows = tuple(
        (one.name, one.title, published_in_words(one.published), one.outcome.outcome_is, one.status) for one in studies
    )
    headings = ("study", "title", "published (95%)", "number is", "status here")
    print_table(Table(headings, rows, "Published studies", LIST_NOTE))


def _print_one(one: Study, wanted: Format) -> None:
    from enforcement_sim.studies.research_designs.result_files import listed_studies
    from enforcement_sim.studies.research_designs.study_columns import design_in_full
    from enforcement_sim.studies.research_designs.study_tables import RANGES_ASSUMED, published_in_words, where_seen

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
        ("outcome is", one.outcome.rests_on),
        ("design", design_in_full(one.design)),
        (
            "published",
            f"{published_in_words(one.published)}: {one.published.unit} ({where_seen(one.published)})",
        ),
        ("", f"{one.published.note} {one.published.source}".strip()),
        ("status here", one.status),
        *[("constructed", text) for text in one.constructed],
        *[("missing", text) for text in one.cannot],
        *([("settings", RANGES_ASSUMED)] if one.of_offences else []),
        *[(f"variant {name}", variant.says) for name, variant in one.variants.items()],
    ]
    for label, text in lines:
        print_part(label, text, indent=0, width=LABEL_COLUMNS)

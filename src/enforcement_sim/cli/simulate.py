"""``enforcement-sim run``, ``sweep``, ``compare``, ``status`` and ``reproduce``: simulate, store and check results."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from enforcement_sim.commands import options
from enforcement_sim.commands.running import (
    ProgressBar,
    chosen_scenario,
    default_folder,
    print_estimate,
    print_no_effect,
    quiet_about,
    run_design,
    until_interrupted,
)
from enforcement_sim.tables.table import Table, table_of, table_of_records
from enforcement_sim.terminal.layout import print_table
from enforcement_sim.terminal.printing import command, paragraph, print_text

if TYPE_CHECKING:
    from enforcement_sim.runs.comparison import Comparison
    from enforcement_sim.runs.status import Status
    from enforcement_sim.runs.sweep_result import Sweep

MOST_ROWS = 30
"""Maximum number of runs listed by ``status``; the others are counted."""

ShowStatus = Annotated[
    bool, typer.Option("--status", help="Print what is done, missing and failed, and why; compute and write nothing.")
]
Folder = Annotated[Path, typer.Argument(help="A results folder of run, sweep or compare.", metavar="FOLDER")]
Results = Annotated[Path, typer.Argument(help="A results folder, or its manifest.json.", metavar="RESULTS")]
Runs = Annotated[int | None, typer.Option("--runs", help="How many runs, chosen at random but always the same.")]
Only = Annotated[list[str] | None, typer.Option("--run", help="The name of a run, or its beginning; may be repeated.")]


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command("run")(run)
    app.command("sweep")(sweep)
    app.command("compare")(compare)
    app.command("status")(status)
    app.command("reproduce")(reproduce)


def run(
    scenario: options.Scenario, seed: options.Seed = None, out: options.Out = None, settings: options.Set = None
) -> None:
    """Simulate a scenario once and print its funnel."""
    from enforcement_sim.runs.design import design_of_one
    from enforcement_sim.runs.run import scenario_without_effect
    from enforcement_sim.scenarios.file_format import read_seed

    given_seed = None if seed is None else read_seed(seed)
    chosen = chosen_scenario(scenario, settings)
    first_seed = chosen.seed if given_seed is None else given_seed
    design = design_of_one(chosen.without_design, first_seed)
    folder = out or default_folder(f"{chosen.name}-seed-{first_seed}", design, bool(settings))
    if chosen.sweep or chosen.design is not None:
        what = "sweep" if chosen.sweep else "design"
        typer.echo(f"(one run, without the scenario's {what}: {command('sweep', scenario)} runs all of it)")
    print_no_effect(scenario_without_effect(chosen))
    # Repeat a failed run, because the user requests this run explicitly.
    _report(run_design(design, folder, 1, retry_failed=True), folder)


def sweep(
    scenario: options.Scenario,
    out: options.Out = None,
    workers: options.Workers = None,
    dry_run: options.DryRun = False,
    replications: options.Replications = None,
    settings: options.Set = None,
    no_figures: options.NoFigures = False,
    status: ShowStatus = False,
    retry_failed: options.RetryFailed = False,
    cluster: options.Cluster = None,
) -> None:
    """Run a scenario's sweep or design under all its seeds; an interrupted one continues.

    Exit code 0 if every run is there, 1 if one failed or the disk or cluster failed, 2 for invalid input.
    """
    from enforcement_sim.runs.design import design_of

    chosen = chosen_scenario(scenario, settings, {} if replications is None else {"replications": replications})
    design = design_of(chosen)
    folder = out or default_folder(design.name, design, bool(settings) or replications is not None)
    if not status:
        print_no_effect(design.without_effect())
    if dry_run:
        print_estimate(design, workers, folder)
        return
    if status:
        from enforcement_sim.runs.run import real_runner
        from enforcement_sim.runs.status import status_of_design

        _print_status(status_of_design(design, folder, real_runner()))
        return
    found = run_design(design, folder, workers, retry_failed=retry_failed, cluster=cluster)
    if not no_figures and not found.measures.empty:
        from enforcement_sim.report.figures import draw_all

        drawn = draw_all(folder)
        typer.echo(f"{len(drawn)} files of figures in {folder / 'figures'}")
    _report(found, folder)


def compare(
    a: options.Reference,
    b: options.Other,
    replications: options.Replications = None,
    workers: options.Workers = None,
    out: options.Out = None,
    cluster: options.Cluster = None,
    retry_failed: options.RetryFailed = False,
) -> None:
    """Compare two scenarios, or stored sweeps, on the same synthetic people."""
    from enforcement_sim.runs.compare import collect, read_side, without_effect_of

    quiet_about(cluster)
    sides = [read_side(side) for side in (a, b)]
    print_no_effect(without_effect_of(sides))
    found = until_interrupted(
        lambda: collect(
            sides,
            replications=replications,
            workers=workers,
            out=out,
            progress=ProgressBar(),
            cluster=cluster,
            retry_failed=retry_failed,
            least=2,
        ),
        out,
    )
    _print_comparison(found)
    if out is not None:
        typer.echo(f"\nstored in {out}")


def status(folder: Folder) -> None:
    """Print which runs of a results folder are done, missing and failed, and why; compute and write nothing.

    Exit code 0 if everything is there and intact, 1 if not, 2 if the folder holds no sweep.
    """
    from enforcement_sim.runs.status import status_of

    _print_status(status_of(folder))


def reproduce(results: Results, runs: Runs = None, run: Only = None, workers: options.Workers = None) -> None:
    """Compute runs of a results folder again, and print whether they are the same, or why not.

    Exit code 0 if everything is the same, 1 if something differs, 2 for invalid input. Nothing is written.
    """
    from enforcement_sim.runs.reproduce import reproduce as compute_again

    found = until_interrupted(
        lambda: compute_again(results, runs=runs, only=run or (), workers=workers, progress=ProgressBar()), None
    )
    rows = [
        {
            "run": check.run,
            "setting": check.setting,
            "seed": str(check.seed),
            "outcome": check.verdict,
            "compared": check.compared,
            "differs": "; ".join(check.differs) or "-",
            "why": "; ".join(check.why) or "-",
        }
        for check in found.checks
    ]
    _print_verdict(found.lines(), rows, found.same)


def _print_status(found: Status) -> None:
    """Print the state of a folder and its unfinished runs; exit with 1 unless it is complete."""
    from enforcement_sim.runs.status import DONE

    missing = [run for run in found.runs if run.state != DONE]
    rows = [
        {"run": run.run, "setting": run.setting, "seed": str(run.seed), "state": run.state, "why": run.why}
        for run in missing[:MOST_ROWS]
    ]
    more = f"and {len(missing) - MOST_ROWS:,} more" if len(missing) > MOST_ROWS else ""
    _print_verdict(found.lines(), rows, found.complete, more)


def _print_verdict(lines: Iterable[str], rows: list[dict[str, str]], good: bool, more: str = "") -> None:
    """Print lines of text and a table of runs; exit with 1 unless all are good."""
    for line in lines:
        typer.echo(line)
    print_table(table_of_records(rows, caption=more))
    if not good:
        raise typer.Exit(1)


def _report(found: Sweep, folder: Path) -> None:
    """Print the results of a finished sweep and their folder; exit with 1 if a run failed."""
    from enforcement_sim.runs.store import FAILED

    if not found.measures.empty:
        _print_funnel(found)
        if len(found.settings) > 1:
            print_text()
            _print_comparison(found.comparison)
            print_text(f"Every measure: {folder / 'comparison.csv'}")
    stopping = found.manifest["design"].get("stopping")
    if stopping:
        typer.echo(f"\nReplications ended after {len(found.seeds)}: {stopping['ended']}.")
    stored = len(found.manifest["runs"]) - len(found.failures)
    typer.echo(f"\n{_count(stored)} in {folder}")
    if found.failures:
        failed = f"{_count(len(found.failures))} failed"
        typer.echo(f"{failed}; tracebacks are in {folder / FAILED}, and --retry-failed repeats the runs", err=True)
        raise typer.Exit(1)


def _count(runs: int) -> str:
    return f"{runs} run{'' if runs == 1 else 's'}"


def _print_funnel(found: Sweep) -> None:
    """Print the funnel of the reference by programme: means over seeds with their intervals."""
    from enforcement_sim.labels import ABOUT_DETAINERS
    from enforcement_sim.place_labels import alone_in_words, places_in_words
    from enforcement_sim.plots.programmes import funnel_numbers
    from enforcement_sim.plots.sources import Drawable
    from enforcement_sim.report.notebook_tables import funnel_rows
    from enforcement_sim.runs.design import label_of
    from enforcement_sim.tables.amounts import NO_INTERVAL

    funnel = Drawable(found).table("funnel", [0])
    seeds = found.seeds if found.draws else sorted(set(funnel["seed"]))
    about = found.manifest["scenario"]
    title = f"{about['name']}: {about['title']}"
    if len(found.settings) > 1:
        title += f" (at {label_of(found.settings[0])})"
    intervals = f", with 95% intervals of the mean over {len(seeds)} seeds"
    if found.draws:
        runs = f"{len(found.draws)} draws, {len(seeds)} seed{'s' if len(seeds) > 1 else ''}"
        intervals = f"; intervals include the uncertainty of the parameters ({runs})"
    elif len(seeds) == 1:
        intervals = f", seed {seeds[0]}, {NO_INTERVAL}"
    if alone := alone_in_words(about):
        print_text(paragraph(alone))
    caption = (
        f"People by the programme that found them first{intervals}. {ABOUT_DETAINERS} "
        f"Places: {places_in_words(about)}. Simulated, not a record."
    )
    print_table(table_of(funnel_rows(funnel_numbers(funnel)), title, caption, uniform=True))


def _print_comparison(found: Comparison) -> None:
    """Print paired differences from the reference with their intervals and verdicts."""
    from enforcement_sim.runs.comparison import HEADINGS

    for line in found.preamble():
        print_text(paragraph(line, more=4))
    rows = tuple(tuple(row[key] for key in HEADINGS) for row in found.rows())
    title = f"Compared with A: {found.reference}"
    print_table(Table(tuple(HEADINGS.values()), rows, title, found.how_to_read(), grouped=True))

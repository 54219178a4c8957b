"""``enforcement-sim run``, ``sweep`` and ``compare``: simulate, keep, and look at what came out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from enforcement_sim.commands import options
from enforcement_sim.commands.running import (
    ProgressBar,
    chosen_scenario,
    default_folder,
    print_estimate,
    quiet_about,
    run_design,
    until_interrupted,
)
from enforcement_sim.scenarios.seeds import read_seed
from enforcement_sim.terminal.printing import command, paragraph, say, tell_no_effect
from enforcement_sim.terminal.table import TextTable, print_table, table_of

if TYPE_CHECKING:
    from enforcement_sim.runs.comparison import Comparison
    from enforcement_sim.runs.swept import Sweep

ShowStatus = Annotated[
    bool, typer.Option("--status", help="Say what is done, lacking and failed, and why; compute and write nothing.")
]


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command("run")(run)
    app.command("sweep")(sweep)
    app.command("compare")(compare)


def run(
    scenario: options.Scenario, seed: options.Seed = None, out: options.Out = None, settings: options.Set = None
) -> None:
    """Simulate a scenario once and print its funnel."""
    from enforcement_sim.runs.design import design_of_one
    from enforcement_sim.runs.run import idle_parts

    asked = None if seed is None else read_seed(seed)
    chosen = chosen_scenario(scenario, settings)
    first = chosen.seed if asked is None else asked
    design = design_of_one(chosen.bare, first)
    folder = out or default_folder(f"{chosen.name}-seed-{first}", design, bool(settings))
    if chosen.sweep or chosen.design is not None:
        what = "sweep" if chosen.sweep else "design"
        typer.echo(f"(one run, without the scenario's {what}: {command('sweep', scenario)} runs all of it)")
    tell_no_effect(idle_parts(chosen))
    # One run that is asked for again is wanted, whatever became of it the first time.
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

    Exit code 0 if every run is there, 1 if one failed or the disk or cluster gave out, 2 for what cannot be read.
    """
    from enforcement_sim.runs.design import design_of

    chosen = chosen_scenario(scenario, settings, {} if replications is None else {"replications": replications})
    design = design_of(chosen)
    folder = out or default_folder(design.name, design, bool(settings) or replications is not None)
    if not status:
        tell_no_effect(design.without_effect())
    if dry_run:
        print_estimate(design, workers, folder)
        return
    if status:
        from enforcement_sim.cli.folders import print_status
        from enforcement_sim.runs.runner import real_runner
        from enforcement_sim.runs.status import status_of_design

        print_status(status_of_design(design, folder, real_runner()))
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
    from enforcement_sim.runs.compare import gathered, read_side, without_effect_of

    quiet_about(cluster)
    sides = [read_side(side) for side in (a, b)]
    tell_no_effect(without_effect_of(sides))
    found = until_interrupted(
        lambda: gathered(
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
        typer.echo(f"\nkept in {out}")


def _report(found: Sweep, folder: Path) -> None:
    """Print what a finished sweep found and where it is; exit with 1 if a run failed."""
    from enforcement_sim.runs.failures import FAILED

    if not found.measures.empty:
        _print_funnel(found)
        if len(found.settings) > 1:
            say()
            _print_comparison(found.comparison)
            say(f"Every measure: {folder / 'comparison.csv'}")
    stopping = found.manifest["design"].get("stopping")
    if stopping:
        typer.echo(f"\nReplications ended after {len(found.seeds)}: {stopping['ended']}.")
    stored = len(found.manifest["runs"]) - len(found.failures)
    typer.echo(f"\n{stored} runs in {folder}" if stored != 1 else f"\n1 run in {folder}")
    if found.failures:
        told = f"{len(found.failures)} run{'s' if len(found.failures) > 1 else ''} failed"
        typer.echo(f"{told}; tracebacks are in {folder / FAILED}, and --retry-failed tries again", err=True)
        raise typer.Exit(1)


def _print_funnel(found: Sweep) -> None:
    """Print the reference setting's funnel by programme: means over seeds with their intervals."""
    from enforcement_sim.amounts import NO_INTERVAL
    from enforcement_sim.labels import ABOUT_DETAINERS
    from enforcement_sim.place_labels import alone_in_words, places_in_words
    from enforcement_sim.plots.drawable import Drawable
    from enforcement_sim.plots.funnels import numbers
    from enforcement_sim.report.tables import funnel_rows

    first = Drawable(found).table("funnel", [0])
    seeds = found.seeds if found.draws else sorted(set(first["seed"]))
    about = found.manifest["scenario"]
    title = f"{about['name']}: {about['title']}"
    if len(found.settings) > 1:
        title += f" (at {_first_setting(found)})"
    told = (
        f"with 95% intervals of the mean over {len(seeds)} seeds"
        if len(seeds) > 1
        else f"seed {seeds[0]}, {NO_INTERVAL}"
    )
    caption = f"People by the programme that found them first, {told}. {ABOUT_DETAINERS} "
    if found.draws:
        told = f"{len(found.draws)} draws, {len(seeds)} seed{'s' if len(seeds) > 1 else ''}"
        caption = (
            f"People by the programme that found them first; intervals hold doubt about the parameters ({told}). "
            f"{ABOUT_DETAINERS} "
        )
    caption = f"{caption}Places: {places_in_words(about)}. "
    rows = funnel_rows(numbers(first))
    if alone := alone_in_words(about):
        say(paragraph(alone))
    print_table(table_of(rows, title, caption + "Simulated, not a record.", alike=True))


def _first_setting(found: Sweep) -> str:
    """Return the reference setting in words."""
    from enforcement_sim.runs.design import label_of

    return label_of(found.settings[0])


def _print_comparison(found: Comparison) -> None:
    """Print paired differences from the reference with their intervals and verdicts."""
    from enforcement_sim.runs.comparison import HEADINGS

    for line in found.preamble():
        say(paragraph(line, more=4))
    rows = tuple(tuple(row[key] for key in HEADINGS) for row in found.rows())
    title = f"Compared with A: {found.reference}"
    print_table(TextTable(tuple(HEADINGS.values()), rows, title, found.how_to_read(), grouped=True))

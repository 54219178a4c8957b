"""``enforcement-sim run``, ``sweep``, ``compare``, ``status`` and ``reproduce``: simulate, store and check results."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from enforcement_sim.cli.printed_results import print_comparison, print_sweep, print_verdict
from enforcement_sim.cli.sweeps_beside import print_two_sweeps, two_sweeps_of
from enforcement_sim.commands import options
from enforcement_sim.commands.printed_data import AsFormat, Format, print_data
from enforcement_sim.commands.progress_bar import ProgressBar
from enforcement_sim.commands.running import (
    check_comparable,
    chosen_scenario,
    default_folder,
    print_estimate,
    print_no_effect,
    quiet_about,
    run_design,
    sides_of,
    until_interrupted,
)
from enforcement_sim.studies.one_set import print_cautions
from enforcement_sim.terminal.printing import command

if TYPE_CHECKING:
    from enforcement_sim.runs.status import Status

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
    scenario: options.Scenario,
    seed: options.Seed = None,
    out: options.Out = None,
    settings: options.Set = None,
    stacked: options.With = None,
    wanted: AsFormat = Format.TEXT,
) -> None:
    """Simulate a scenario once and print its funnel."""
    from enforcement_sim.runs.design import design_of_one
    from enforcement_sim.runs.run import scenario_without_effect
    from enforcement_sim.scenarios.file_format import read_seed

    given_seed = None if seed is None else read_seed(seed)
    chosen = chosen_scenario(scenario, settings, stacked=stacked)
    first_seed = chosen.seed if given_seed is None else given_seed
    design = design_of_one(chosen.without_design, first_seed)
    folder = out or default_folder(f"{chosen.name}-seed-{first_seed}", design, bool(settings))
    if chosen.sweep or chosen.design is not None:
        what = "sweep" if chosen.sweep else "design"
        laid = [part for one in stacked or () for part in ("--with", one)]
        typer.echo(
            f"(one run, without the scenario's {what}: {command('sweep', scenario, *laid)} runs all of it)",
            err=wanted is not Format.TEXT,
        )
    print_no_effect(scenario_without_effect(chosen))
    # Repeat a failed run, because the user requests this run explicitly.
    print_sweep(run_design(design, folder, 1, retry_failed=True), folder, wanted)


def sweep(
    scenario: options.Scenario,
    out: options.Out = None,
    workers: options.Workers = None,
    dry_run: options.DryRun = False,
    replications: options.Replications = None,
    settings: options.Set = None,
    stacked: options.With = None,
    no_figures: options.NoFigures = False,
    status: ShowStatus = False,
    retry_failed: options.RetryFailed = False,
    cluster: options.Cluster = None,
    wanted: AsFormat = Format.TEXT,
) -> None:
    """Run a scenario's sweep or design under all its seeds; an interrupted one continues.

    Exit code 0 if every run is there, 1 if one failed or the disk or cluster failed, 2 for invalid input.
    """
    from enforcement_sim.runs.design import design_of

    more = {} if replications is None else {"replications": replications}
    chosen = chosen_scenario(scenario, settings, more, stacked=stacked)
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

        _print_status(status_of_design(design, folder, real_runner()), wanted)
        return
    found = run_design(design, folder, workers, retry_failed=retry_failed, cluster=cluster)
    if not no_figures and not found.measures.empty:
        from enforcement_sim.report.figures import draw_all

        drawn = draw_all(folder)
        typer.echo(f"{len(drawn)} files of figures in {folder / 'figures'}", err=wanted is not Format.TEXT)
    print_sweep(found, folder, wanted)


def compare(
    a: options.Reference,
    b: options.Other = "",
    replications: options.Replications = None,
    settings: options.Set = None,
    settings_b: options.SetB = None,
    workers: options.Workers = None,
    out: options.Out = None,
    cluster: options.Cluster = None,
    retry_failed: options.RetryFailed = False,
    wanted: AsFormat = Format.TEXT,
) -> None:
    """Compare two scenarios, or stored sweeps, on the same synthetic people.

    Without B, a results folder's settings are compared with its first, and a scenario is compared with itself under the
    settings of --set-b. Of two sweeps with settings in common, each of these is told in both, with the difference of the
    differences.
    """
    from enforcement_sim.runs.compare import collect, read_side, without_effect_of

    quiet_about(cluster)
    sides = [read_side(side) for side in sides_of(a, b, settings, settings_b)]
    check_comparable(sides)
    if (beside := two_sweeps_of(sides, out)) is not None:
        print_two_sweeps(beside, out, wanted)
        return
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
    if wanted is Format.TEXT:
        print_comparison(found)
        print_cautions(found.made_from, found.samples[0].draws)
    else:
        print_data(found.frame(), wanted)
    if out is not None:
        typer.echo(f"\nstored in {out}", err=wanted is not Format.TEXT)


def status(folder: Folder, wanted: AsFormat = Format.TEXT) -> None:
    """Print which runs of a results folder are done, missing and failed, and why; compute and write nothing.

    Exit code 0 if everything is there and intact, 1 if not, 2 if the folder holds no sweep.
    """
    from enforcement_sim.runs.status import status_of

    _print_status(status_of(folder), wanted)


def reproduce(
    results: Results,
    runs: Runs = None,
    run: Only = None,
    workers: options.Workers = None,
    wanted: AsFormat = Format.TEXT,
) -> None:
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
    print_verdict(found.lines(), rows, found.same, wanted=wanted)


def _print_status(found: Status, wanted: Format) -> None:
    """Print the state of a folder and its unfinished runs; exit with 1 unless it is complete."""
    from enforcement_sim.runs.status import DONE

    missing = [run for run in found.runs if run.state != DONE]
    rows = [
        {"run": run.run, "setting": run.setting, "seed": str(run.seed), "state": run.state, "why": run.why}
        for run in (missing[:MOST_ROWS] if wanted is Format.TEXT else found.runs)
    ]
    more = f"and {len(missing) - MOST_ROWS:,} more" if len(missing) > MOST_ROWS else ""
    print_verdict(found.lines(), rows, found.complete, more, wanted)

"""``enforcement-sim calibrate``: draws from the posterior of the unknowns, and a check of the inference."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from enforcement_sim.commands import options
from enforcement_sim.commands.printed_data import AsFormat, Format, print_data
from enforcement_sim.errors import InputError
from enforcement_sim.tables.csv_text import csv_text
from enforcement_sim.tables.table import table_of_records
from enforcement_sim.terminal.layout import print_table
from enforcement_sim.terminal.printing import number, paragraph, print_text

if TYPE_CHECKING:
    import pandas as pd

    from enforcement_sim.studies.calibration.compute import Calibrated, Plan
    from enforcement_sim.studies.calibration.unknowns import Calibration
    from enforcement_sim.studies.validation.targets import Target

LEAST_RUNS = 20


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("calibrate")(calibrate)


def calibrate(
    out: Annotated[Path, typer.Option("--out", help="Folder of the evaluations, the ensemble and its recipe.")],
    prior: Annotated[int, typer.Option("--prior", min=LEAST_RUNS, help="Runs drawn from the prior.")] = 800,
    draws: Annotated[int, typer.Option("--draws", min=LEAST_RUNS, help="Runs of each further round.")] = 300,
    rounds: Annotated[int, typer.Option("--rounds", min=1, help="Rounds of draws from the posterior.")] = 3,
    keep: Annotated[int, typer.Option("--keep", min=1, help="Sets of the ensemble.")] = 50,
    seed: Annotated[str, typer.Option("--seed", help="Which draws.", metavar="INTEGER")] = "1",
    until: Annotated[
        str | None,
        typer.Option("--until", help="Leave out figures whose window ends after a day.", metavar="YYYY-MM-DD"),
    ] = None,
    without: Annotated[
        str | None, typer.Option("--without", help="Leave out figures that cite a source which begins so.")
    ] = None,
    check: Annotated[
        int, typer.Option("--check", min=0, help="Infer so many simulated truths instead; runs of the prior only.")
    ] = 0,
    workers: options.Workers = None,
    wanted: AsFormat = Format.TEXT,
) -> None:
    """Draw sets of parameters from their posterior, given the published figures that may be fitted."""
    from enforcement_sim.scenarios.file_format import read_seed
    from enforcement_sim.studies.calibration.compute import Plan
    from enforcement_sim.studies.calibration.evaluations import fitted_targets
    from enforcement_sim.studies.calibration.observed import chosen
    from enforcement_sim.studies.calibration.unknowns import load_calibration

    if keep > draws:
        raise InputError(f"{keep} sets of {draws} draws", key="--keep", allowed=f"1 to {draws}")
    if check > prior:
        raise InputError(f"{check} truths of {prior} runs", key="--check", allowed=f"0 to {prior}")
    plan = Plan(prior, draws, rounds, keep, read_seed(seed))
    calibration = load_calibration()
    everything = fitted_targets(calibration)
    limits = {name: value for name, value in (("until", until), ("without", without)) if value is not None}
    targets = chosen(everything, _day(until), without)
    if check:
        _check(calibration, targets, out, plan, check, workers, wanted)
    else:
        _calibrate(calibration, everything, targets, out, plan, limits, workers, wanted)


def _day(written: str | None) -> date | None:
    if written is None:
        return None
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise InputError(f"{written!r} is not a day", key="--until", allowed="such as 2010-09-30") from None


def name_of(limits: dict[str, str]) -> str:
    """Return the name of the files of a fit: the ensemble's, with what was left out.

    Examples
    --------
    >>> name_of({"until": "2010-09-30"}), name_of({})
    ('ensemble-until-2010-09-30', 'ensemble')
    """
    parts = [
        f"-{key}-{''.join(one if one.isalnum() or one == '-' else '-' for one in value)}"
        for key, value in limits.items()
    ]
    return "ensemble" + "".join(parts)


def _calibrate(
    calibration: Calibration,
    everything: list[Target],
    targets: list[Target],
    out: Path,
    plan: Plan,
    limits: dict[str, str],
    workers: int | None,
    wanted: Format,
) -> None:
    """Draw from the posterior; write the ensemble, its recipe and its predictions."""
    from enforcement_sim.parameters.ensemble import written
    from enforcement_sim.process import engine_version
    from enforcement_sim.runs.atomic_files import readable_json, write_atomic
    from enforcement_sim.runs.executors import local_backend, worker_count
    from enforcement_sim.studies.calibration import compute
    from enforcement_sim.studies.calibration.posterior_draws import narrowing, predictions

    with local_backend(worker_count(workers, plan.runs)).start() as executor:
        found = compute.calibrate(
            calibration,
            targets,
            out / "evaluations",
            executor,
            engine_version(),
            plan,
            lambda line: typer.echo(line, err=wanted is not Format.TEXT),
        )
    name = name_of(limits)
    sets = [calibration.parameters(one.deviates) for one in found.ensemble]
    recipe = compute.recipe_of(calibration, targets, found, plan, engine_version(), limits)
    predicted = predictions(calibration, everything, targets, found.rounds[-1], found.weighted.weights, plan.seed)
    write_atomic(out / f"{name}.csv", written(sets).encode())
    write_atomic(out / f"{name}.json", readable_json(recipe))
    write_atomic(out / f"{name}-predicted.csv", csv_text(predicted).encode())
    if wanted is Format.TEXT:
        _print(calibration, found)
    else:
        print_data(narrowing(calibration, found.ensemble), wanted)
    typer.echo(f"{len(sets)} sets in {out / f'{name}.csv'}", err=wanted is not Format.TEXT)


def _print(calibration: Calibration, found: Calibrated) -> None:
    """Print how far each unknown is narrowed, which discrepancies the figures ask for, and what presses."""
    from enforcement_sim.studies.calibration.posterior_draws import discrepancies, narrowing

    table = narrowing(calibration, found.ensemble)
    _print_frame(table, "unknowns")
    _print_frame(discrepancies(calibration, found.observed, found.states, found.weighted.weights), "discrepancies")
    for name, end in zip(table["unknown"], table["presses"], strict=True):
        if end:
            says = calibration.unknowns[name].presses or "No sentence in calibration.yaml says what it means."
            print_text(paragraph(f"{name} presses on the {end} end of its prior. {says}"))


def _check(
    calibration: Calibration,
    targets: list[Target],
    out: Path,
    plan: Plan,
    truths: int,
    workers: int | None,
    wanted: Format,
) -> None:
    """Check the inference on simulated truths; write coverage, ranks and the figure."""
    from enforcement_sim.plots import DOTS_PER_INCH
    from enforcement_sim.process import engine_version
    from enforcement_sim.runs.atomic_files import write_atomic
    from enforcement_sim.runs.executors import local_backend, worker_count
    from enforcement_sim.studies.calibration import evaluations, simulation_based
    from enforcement_sim.studies.calibration.figure import rank_histograms
    from enforcement_sim.studies.calibration.observed import observations_of

    with local_backend(worker_count(workers, plan.prior)).start() as executor:
        runs = evaluations.evaluate_all(
            calibration, out / "evaluations", executor, engine_version(), calibration.prior(plan.prior, plan.seed)
        )
    found = simulation_based.check(calibration, observations_of(calibration, targets), runs, truths, plan.seed)
    for name, table in (("check", found.table), ("check-ranks", found.ranks)):
        write_atomic(out / f"{name}.csv", csv_text(table).encode())
    rank_histograms(found).savefig(out / "check.png", dpi=DOTS_PER_INCH)
    if wanted is not Format.TEXT:
        print_data(found.table, wanted)
        return
    _print_frame(found.table, "coverage of 90% intervals")
    summary = (
        f"Coverage inside its 99% band: {found.share_inside(simulation_based.UNKNOWN):.0%} of the unknowns, "
        f"{found.share_inside(simulation_based.HEADLINE):.0%} of the headline measures; {truths} truths, "
        f"R-hat below {found.mixing:.3f} for nineteen in twenty of them."
    )
    print_text(paragraph(summary))


def _print_frame(table: pd.DataFrame, title: str) -> None:
    rows = [{str(key): number(value) for key, value in row.items()} for row in table.to_dict("records")]
    print_table(table_of_records(rows, title=title))

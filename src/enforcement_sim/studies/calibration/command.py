"""``enforcement-sim calibrate``: sets of parameters under which the model agrees with the figures that may be fitted."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from enforcement_sim.commands import options
from enforcement_sim.errors import InputError
from enforcement_sim.tables.table import table_of_records
from enforcement_sim.terminal.layout import print_table
from enforcement_sim.terminal.printing import number

SETS_MOVED, SETS_KEPT = 128, 50


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("calibrate")(calibrate)


def calibrate(
    out: Annotated[Path, typer.Option("--out", help="Folder of the evaluations, the ensemble and its recipe.")],
    sets: Annotated[int, typer.Option("--sets", min=8, help="How many sets are moved together.")] = SETS_MOVED,
    keep: Annotated[int, typer.Option("--keep", min=1, help="How many accepted sets are kept.")] = SETS_KEPT,
    seed: Annotated[str, typer.Option("--seed", help="Which sample of the prior.", metavar="INTEGER")] = "1",
    workers: options.Workers = None,
) -> None:
    """Find sets of parameters under which the model agrees with the figures that may be fitted."""
    from enforcement_sim.parameters.ensemble import written
    from enforcement_sim.process import engine_version
    from enforcement_sim.runs.atomic_files import readable_json, write_atomic
    from enforcement_sim.runs.executors import local_backend, worker_count
    from enforcement_sim.scenarios.file_format import read_seed
    from enforcement_sim.studies.calibration import ensemble_selection
    from enforcement_sim.studies.calibration.compute import calibrate as search
    from enforcement_sim.studies.calibration.compute import fitted_targets
    from enforcement_sim.studies.calibration.unknowns import load_calibration

    sample = read_seed(seed)
    unknowns = load_calibration()
    targets = fitted_targets(unknowns)
    place = local_backend(worker_count(workers, sets))
    with place.start() as executor:
        rounds = search(unknowns, out / "evaluations", executor, engine_version(), sets, sample, typer.echo)
    fitting = ensemble_selection.accepted([one for each in rounds for one in each], targets)
    ensemble = ensemble_selection.kept(fitting, keep)
    if not ensemble:
        raise InputError("no set fits: widen what may move, or see which figures contradict each other")
    parameters = [unknowns.parameters(unknowns.values(one.deviates)) for one in ensemble]
    write_atomic(out / "ensemble.csv", written(parameters).encode())
    recipe = ensemble_selection.recipe_of(unknowns, rounds, targets, ensemble, sample, engine_version())
    write_atomic(out / "ensemble.json", readable_json(recipe))
    table = ensemble_selection.narrowing(unknowns, ensemble)
    rows = [{str(key): number(value) for key, value in row.items()} for row in table.to_dict("records")]
    print_table(table_of_records(rows))
    typer.echo(f"{len(fitting)} sets fit, {len(ensemble)} kept in {out / 'ensemble.csv'}")

"""``enforcement-sim validate`` and ``calibrate``: does the model agree with what was published, and under which sets?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from enforcement_sim.errors import InputError
from enforcement_sim.scenarios.seeds import read_seed
from enforcement_sim.terminal.printing import paragraph, say
from enforcement_sim.terminal.table import print_table, table_of_records

if TYPE_CHECKING:
    import pandas as pd

    from enforcement_sim.studies.validation.validate import Validation

MEMBERS, SETS_MOVED, SETS_KEPT = 12, 128, 50
DISAGREES = 1
FIGURE_ENDINGS = (".png", ".svg", ".pdf")

Members = Annotated[
    int, typer.Option("--members", min=0, help="Sets of the ensemble to run; 0 for the register's defaults.")
]
Thin = Annotated[int, typer.Option("--thin", min=1, help="Keep one person in so many.")]
Seeds = Annotated[int, typer.Option("--seeds", min=1, help="Seeds, where no sets are run.")]
Workers = Annotated[int | None, typer.Option("--workers", help="Processes; all cores unless given.")]
Csv = Annotated[Path | None, typer.Option("--csv", help="Write the table to this file too.")]
Figure = Annotated[Path | None, typer.Option("--figure", help="Draw every figure to this file (png, svg or pdf).")]


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command("validate")(validate)
    app.command("calibrate")(calibrate)


def validate(
    members: Members = MEMBERS,
    thin: Thin = 10,
    seeds: Seeds = 1,
    workers: Workers = None,
    csv: Csv = None,
    figure: Figure = None,
) -> None:
    """Run history and lay every published figure beside the simulated one; exit 1 if too few agree."""
    from enforcement_sim.parameters.ensemble import load_ensemble
    from enforcement_sim.runs.executors import local_place, worker_count
    from enforcement_sim.studies.validation import validate as evidence

    for path in (csv, figure):
        _refuse_existing(path)
    if figure is not None and figure.suffix not in FIGURE_ENDINGS:
        raise InputError(f"cannot draw to {figure.name}", key="--figure", allowed=FIGURE_ENDINGS)
    chosen = load_ensemble(members) if members else ()
    place = local_place(worker_count(workers, max(members, seeds)))
    with place.open() as executor:
        found = evidence.validate(
            chosen, executor, tuple(range(1, seeds + 1)), thin, told=lambda line: typer.echo(line, err=True)
        )
    if csv is not None:
        from enforcement_sim.csv_text import csv_text

        _write_text(csv, csv_text(found.table))
    if figure is not None:
        from enforcement_sim import plots

        plots.validation(found).savefig(figure, dpi=plots.DOTS_PER_INCH)
    _print(found)
    if not found.holds:
        raise typer.Exit(DISAGREES)


def calibrate(
    out: Annotated[Path, typer.Option("--out", help="Folder of the evaluations, the ensemble and its recipe.")],
    sets: Annotated[int, typer.Option("--sets", min=8, help="How many sets are moved together.")] = SETS_MOVED,
    keep: Annotated[int, typer.Option("--keep", min=1, help="How many accepted sets are kept.")] = SETS_KEPT,
    seed: Annotated[str, typer.Option("--seed", help="Which sample of the prior.", metavar="INTEGER")] = "1",
    workers: Workers = None,
) -> None:
    """Find sets of parameters under which the model agrees with the figures that may be fitted."""
    from enforcement_sim.parameters.ensemble import written
    from enforcement_sim.process import engine_version
    from enforcement_sim.runs.disk import readable_json, write_whole
    from enforcement_sim.runs.executors import local_place, worker_count
    from enforcement_sim.studies.calibration import choose
    from enforcement_sim.studies.calibration.calibrate import calibrate as search
    from enforcement_sim.studies.calibration.calibrate import fitted_targets
    from enforcement_sim.studies.calibration.unknowns import load_calibration

    sample = read_seed(seed)
    unknowns = load_calibration()
    targets = fitted_targets(unknowns)
    place = local_place(worker_count(workers, sets))
    with place.open() as executor:
        rounds = search(unknowns, out / "evaluations", executor, engine_version(), sets, sample, typer.echo)
    fitting = choose.accepted([one for each in rounds for one in each], targets)
    ensemble = choose.kept(fitting, keep)
    if not ensemble:
        raise InputError("no set fits: widen what may move, or see which figures contradict each other")
    parameters = [unknowns.parameters(unknowns.values(one.deviates)) for one in ensemble]
    write_whole(out / "ensemble.csv", written(parameters).encode())
    recipe = choose.recipe_of(unknowns, rounds, targets, ensemble, sample, engine_version())
    write_whole(out / "ensemble.json", readable_json(recipe))
    table = choose.narrowing(unknowns, ensemble)
    rows = [{str(key): _number(value) for key, value in row.items()} for row in table.to_dict("records")]
    print_table(table_of_records(rows))
    typer.echo(f"{len(fitting)} sets fit, {len(ensemble)} kept in {out / 'ensemble.csv'}")


def _refuse_existing(path: Path | None) -> None:
    if path is not None and path.exists():
        raise InputError(f"{path} is there already; name another file, or remove it")


def _write_text(path: Path, text: str) -> None:
    from enforcement_sim.runs.disk import write_whole

    write_whole(path, text.encode())


def _print(found: Validation) -> None:
    """Print a row a figure, bin by bin, and what follows."""
    for bin_, rows in found.table.groupby("bin", sort=False):
        print_table(table_of_records([_in_words(row) for _, row in rows.iterrows()], title=f"bin: {bin_}"))
        say()
    fitted = found.fitted
    inside = int((fitted["verdict"] == "inside").sum())
    told = (
        f"{inside} of {len(fitted)} figures that may be fitted are inside their ranges ({found.share_inside:.0%}); "
        f"{found.runs} {found.of}. Not expressible: {int((found.table['verdict'] == 'not expressible yet').sum())}."
    )
    say(paragraph(told))
    misses = found.funnel_misses
    say(paragraph(f"ratios of the funnel outside: {', '.join(misses) if misses else 'none'}"))


def _in_words(row: pd.Series) -> dict[str, str]:
    return {
        "figure": str(row["id"]),
        "published (range)": f"{_number(row['published'])} ({_number(row['low'])} to {_number(row['high'])})",
        "simulated": "" if row["simulated"] != row["simulated"] else _number(row["simulated"]),
        "interval": ""
        if row["simulated_low"] != row["simulated_low"]
        else f"{_number(row['simulated_low'])} to {_number(row['simulated_high'])}",
        "verdict": str(row["verdict"]) + (" (funnel)" if row["funnel"] else ""),
        "note": str(row["note"]),
    }


def _number(value: object) -> str:
    if not isinstance(value, (int, float)):
        return str(value)
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"

"""``enforcement-sim sensitivity`` and ``export``: which parameters a result depends on, and export to other tools."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from enforcement_sim.commands import options
from enforcement_sim.commands.printed_data import AsFormat, Format, print_data
from enforcement_sim.commands.running import chosen_scenario, default_folder, print_estimate, run_design
from enforcement_sim.tables.table import Table
from enforcement_sim.terminal.layout import print_table
from enforcement_sim.terminal.printing import paragraph, print_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from enforcement_sim.runs.sweep_result import Sweep

MOST_ROWS = 12
ABOUT_TOO_FEW = (
    "Too few draws: the uncertainty exceeds \N{PLUS-MINUS SIGN} 0.20, or the value is outside 0 to 1, so it is not a share; "
    "design.uncertainties.draws sets how many rows there are."
)

Subject = Annotated[
    str,
    typer.Argument(
        help="A scenario whose uncertainties are drawn by saltelli, or a results folder of one.",
        autocompletion=options.complete_scenario,
    ),
]
Folder = Annotated[Path, typer.Argument(help="The results folder of a finished sweep.", metavar="FOLDER")]
File = Annotated[Path | None, typer.Option("--out", help="The file; workbench.tar.gz in the folder unless given.")]


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command("sensitivity")(sensitivity)
    app.command("export")(export)


def sensitivity(
    subject: Subject,
    measure: options.Measures = None,
    out: options.Out = None,
    workers: options.Workers = None,
    replications: options.Replications = None,
    settings: options.Set = None,
    dry_run: options.DryRun = False,
    no_figures: options.NoFigures = False,
    wanted: AsFormat = Format.TEXT,
) -> None:
    """Rank uncertain parameters: Sobol' indices of levels and of policies' effects."""
    from enforcement_sim.place_labels import alone_in_words
    from enforcement_sim.plots.indices import MEASURES
    from enforcement_sim.runs.design import design_of
    from enforcement_sim.runs.sensitivity import check_design, sobol_indices
    from enforcement_sim.runs.store import MANIFEST
    from enforcement_sim.runs.summaries import write_table
    from enforcement_sim.runs.sweep_result import load_sweep

    options.check_measures(measure)
    if (Path(subject) / MANIFEST).is_file():
        found = load_sweep(subject)
    else:
        more = {} if replications is None else {"replications": replications}
        chosen = chosen_scenario(subject, settings, more)
        uncertain = chosen.design.uncertainties if chosen.design else None
        check_design(uncertain.method if uncertain else None)
        design = design_of(chosen)
        folder = out or default_folder(design.name, design, bool(settings) or bool(more))
        if dry_run:
            print_estimate(design, workers, folder)
            return
        found = run_design(design, folder, workers)
    indices = sobol_indices(found)
    write_table(found.folder, "sensitivity", [indices])
    shown, data = tuple(measure or MEASURES), wanted is not Format.TEXT
    if not no_figures:
        from enforcement_sim.report.figures import draw_indices

        drawn = draw_indices(found, indices, shown)
        typer.echo(f"{len(drawn)} files of figures in {found.folder / 'figures'}", err=data)
    if data:
        print_data(indices[indices["measure"].isin(measure)] if measure else indices, wanted)
        return
    if alone := alone_in_words(found.manifest["scenario"]):
        print_text(paragraph(alone))
    for point in range(len(found.settings)):
        table = _table(found, indices, shown, point)
        if table is not None:
            print_table(table)
            print_text()
    typer.echo(f"Every index of every measure: {found.folder / 'sensitivity.csv'}")


def export(folder: Folder, out: File = None, measure: options.Measures = None) -> None:
    """Write a sweep for the EMA workbench: experiments and outcomes in one file."""
    from enforcement_sim.runs.ema_export import write_ema_archive
    from enforcement_sim.runs.sweep_result import load_sweep

    typer.echo(f"written: {write_ema_archive(load_sweep(folder), out, measure)}")


def _table(found: Sweep, indices: pd.DataFrame, measures: tuple[str, ...], point: int) -> Table | None:
    """Return the indices of total order at one policy: one row for each parameter, one column for each measure."""
    from enforcement_sim.labels import named_settings
    from enforcement_sim.notebook import SIMULATED
    from enforcement_sim.runs.sensitivity import TOTAL
    from enforcement_sim.runs.shown_measures import labelled
    from enforcement_sim.scenarios.plan import DIFFERENCE, LEVEL
    from enforcement_sim.tables.amounts import NO_INTERVAL

    selected = indices[(indices["of"] == (DIFFERENCE if point else LEVEL)) & (indices["point"] == point)]
    selected = selected[(selected["order"] == TOTAL) & selected["measure"].isin(measures) & selected["value"].notna()]
    if selected.empty:
        return None
    title = "What the levels depend on"
    if point:
        sides = f"{named_settings(found.settings[0])} and {named_settings(found.settings[point])}"
        title = f"What the difference between {sides} depends on"
    elif len(found.settings) > 1:
        title += f", at {named_settings(found.settings[0])}"
    names = [name for name in measures if name in set(selected["measure"])]
    cells = {(row["parameter"], row["measure"]): row for row in selected.to_dict("records")}
    ranked = list(selected.groupby("parameter")["value"].max().sort_values(ascending=False).index)
    rows = [(str(one), *(_format_index(cells[one, name]) for name in names)) for one in ranked[:MOST_ROWS]]
    chance_shares = [float(cells[ranked[0], name]["chance"]) for name in names]
    shares = (NO_INTERVAL if share != share else f"{min(share, 1.0):.2f}" for share in chance_shares)
    caption = (
        f"Share of the variance over {len(found.draws)} sets of parameters that would remain if all else were known (total "
        f"order), \N{PLUS-MINUS SIGN} half its 95% interval from resampled rows. chance: the share that no parameter explains. "
        f"{SIMULATED}{f' {ABOUT_TOO_FEW}' if any(map(_unsure, cells.values())) else ''}"
    )
    chance_row = frozenset({len(rows)})
    headings = ("parameter", *(labelled(name)[0] for name in names))
    return Table(headings, (*rows, ("chance", *shares)), title, caption, sections=chance_row, uniform=True)


def _unsure(row: Mapping[Any, Any]) -> bool:
    from enforcement_sim.runs.sensitivity import too_few_draws

    return too_few_draws(float(row["value"]), float(row["low"]), float(row["high"]))


def _format_index(row: Mapping[Any, Any]) -> str:
    """Return an index with half its interval, and a note if there are too few draws."""
    from enforcement_sim.runs.sensitivity import TOO_FEW_DRAWS

    text = f"{row['value']:.2f} \N{PLUS-MINUS SIGN} {(row['high'] - row['low']) / 2:.2f}"
    return f"{text} {TOO_FEW_DRAWS}" if _unsure(row) else text

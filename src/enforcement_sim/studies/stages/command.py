"""``enforcement-sim stages``: the share counted as non-criminal, by stage and by definition."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from enforcement_sim.commands import options
from enforcement_sim.commands.printed_data import AsFormat, Format, print_data
from enforcement_sim.commands.running import chosen_scenario
from enforcement_sim.tables.table import table_of
from enforcement_sim.terminal.layout import print_table
from enforcement_sim.terminal.printing import print_text

if TYPE_CHECKING:
    import pandas as pd

    from enforcement_sim.plots import Provenance
    from enforcement_sim.results.result import Result
    from enforcement_sim.studies.stages.compute import People
    from enforcement_sim.studies.validation.targets import Scope

FIGURE = "stages-by-definition"
"""Name of the figure's files."""

Ref = Annotated[
    str,
    typer.Argument(
        help="A results folder with its runs (FOLDER:2 is its point 2), a shipped scenario, or a .yaml file.",
        metavar="RESULTS_OR_SCENARIO",
    ),
]
Programme = Annotated[str, typer.Option("--programme", help="Only people whom this programme found first.")]
Recording = Annotated[
    str,
    typer.Option(
        "--recording",
        help="Also as the file showed people: by_stage, a moment such as at_issue (at_issue:low is the end of its range), "
        "or a share such as 0.5.",
    ),
]
States = Annotated[str, typer.Option("--where", help="Only these states, such as CA,TX.")]
Start = Annotated[str, typer.Option("--from", help="First day, YYYY-MM-DD; widened to the whole month.")]
End = Annotated[str, typer.Option("--to", help="Last day, YYYY-MM-DD; widened to the whole month.")]
Stage = Annotated[list[str] | None, typer.Option("--stage", help="An event from matched on, or all; may be repeated.")]
Seeds = Annotated[int, typer.Option("--seeds", min=1, help="Runs of a scenario; from two on there are intervals.")]
Mix = Annotated[Path | None, typer.Option("--mix", help="A new file for every category of every definition.")]
OutFigure = Annotated[Path | None, typer.Option("--figure", help="A folder for the figure, PNG, SVG and CSV.")]


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("stages")(stages)


def stages(
    ref: Ref,
    programme: Programme = "",
    recording: Recording = "",
    where: States = "",
    start: Start = "",
    end: End = "",
    stage: Stage = None,
    seeds: Seeds = 2,
    settings: options.Set = None,
    csv: options.CsvFile = None,
    mix: Mix = None,
    figure: OutFigure = None,
    wanted: AsFormat = Format.TEXT,
) -> None:
    """Print the share non-criminal at every stage under every definition, and published figures in their own cells."""
    from enforcement_sim.studies.stages.compute import STAGES, check_asked, stage_cells, stage_mix
    from enforcement_sim.studies.stages.published_cells import published_cells

    options.check_new_file(csv, "--csv")
    options.check_new_file(mix, "--mix")
    drawn = None if figure is None else figure / f"{FIGURE}.png"
    options.check_new_file(drawn, "--figure", makes_folder=True)
    shown = "all" if stage == ["all"] else stage or STAGES
    layer = _recording(recording)
    check_asked(programme or None, layer, shown)
    people: People = {
        "programme": programme or None,
        "scope": _states(where),
        "start": options.read_day(start, "--from"),
        "end": options.read_day(end, "--to"),
    }
    results, about = _runs_of(ref, seeds, settings)
    cells, published = stage_cells(results, layer, shown, **people), published_cells(results, layer)
    if wanted is Format.TEXT:
        _print(cells, published, about)
    else:
        print_data(cells, wanted)
    options.write_csv(csv, cells)
    if mix is not None:
        options.write_csv(mix, stage_mix(results, layer, shown, **people))
    if figure is not None:
        from enforcement_sim.plots import save
        from enforcement_sim.studies.stages.figure import definitions

        asked = _in_words(programme, where, start, end)
        for path in save(definitions(cells, published, about, asked), figure, FIGURE):
            typer.echo(f"wrote {path}", err=True)


def _runs_of(ref: str, seeds: int, settings: list[str] | None) -> tuple[list[Result], Provenance]:
    """Return the stored runs of one point (the reference unless one is named), or runs of a scenario as it stands."""
    from enforcement_sim.errors import InputError
    from enforcement_sim.plots.sources import Drawable, about_results
    from enforcement_sim.runs.compare import StoredPoint, read_side
    from enforcement_sim.runs.run import simulate
    from enforcement_sim.runs.sweep_result import Sweep

    side = read_side(ref)
    if not isinstance(side, StoredPoint | Sweep):
        scenario = chosen_scenario(ref, settings, without_design=True)
        results = []
        for done in range(1, seeds + 1):
            results.append(simulate(scenario, seed := scenario.seed + done - 1))
            typer.echo(f"seed {seed}: {done} of {seeds} done", err=True)
        return results, about_results(*results)
    if settings:
        raise InputError("stored runs cannot be set otherwise", key="--set")
    drawable = Drawable(side if isinstance(side, Sweep) else side.sweep)
    folder = drawable.sweep.folder
    if not (folder / "runs").is_dir():
        raise InputError("it keeps no runs, only tables of them", file=folder, allowed="a folder with its runs")
    point = drawable.reference if isinstance(side, Sweep) else side.point
    try:
        return [result for _, result in drawable.results(point)], drawable.about([point])
    except (FileNotFoundError, ValueError) as error:
        raise InputError(f"its runs cannot be read: {error}", file=folder) from error


def _print(cells: pd.DataFrame, published: pd.DataFrame, about: Provenance) -> None:
    """Print the table, once more with the layer of recording if asked, and the published figures."""
    from enforcement_sim.studies.stages.figure import definition_rows, published_rows

    title = f"{about.scenario}: share non-criminal, in % of the people at the stage"
    each = (
        "Each definition adds up whom its source did (enforcement-sim definitions prints them); the same people are in a "
        "column."
    )
    print_table(table_of(definition_rows(cells), title, f"{each} {about.caption('±')}", uniform=True))
    if "recorded" in cells:
        print_text()
        print_table(table_of(definition_rows(cells, "recorded"), "The same as the file showed people", uniform=True))
    print_text()
    print_table(table_of(*published_rows(published)))


def _states(where: str) -> Scope | None:
    """Return the states written, or None for every place of the runs."""
    from enforcement_sim.codes import STATES
    from enforcement_sim.studies.validation.targets import Scope

    if not where:
        return None
    postal = tuple(part.strip().upper() for part in where.split(","))
    for state in postal:
        if state not in STATES:
            raise options.unknown("state", state, list(STATES), key="--where")
    return Scope("states", postal)


def _recording(text: str) -> str | float | None:
    """Return a recording: a share if the text is a number, else the name of a moment."""
    try:
        return float(text)
    except ValueError:
        return text or None


def _in_words(programme: str, where: str, start: str, end: str) -> str:
    """Return the people counted as text; empty for everybody."""
    from enforcement_sim import labels

    parts = [f"found first by {labels.programme(programme)}"] if programme else []
    parts += [f"in {where.upper()}"] if where else []
    parts += [f"from {start or 'the beginning'} to {end or 'the end'}"] if start or end else []
    return f"Only people {', '.join(parts)}." if parts else ""

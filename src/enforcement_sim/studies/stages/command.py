"""``enforcement-sim stages``: who counts as non-criminal, by stage and by definition, in one simulated world."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from enforcement_sim.commands import options
from enforcement_sim.commands.running import chosen_scenario
from enforcement_sim.terminal.printing import say
from enforcement_sim.terminal.table import print_table, table_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    import pandas as pd

    from enforcement_sim.plots import Provenance
    from enforcement_sim.results.result import Result
    from enforcement_sim.studies.validation.targets import Scope

    Gathered = tuple[list[Result], Provenance]

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
Seeds = Annotated[int, typer.Option("--seeds", help="Runs of a scenario; from two on there are intervals.")]
Csv = Annotated[
    Path | None, typer.Option("--csv", help="A new file for the table, a row for each stage and definition.")
]
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
    csv: Csv = None,
    mix: Mix = None,
    figure: OutFigure = None,
) -> None:
    """Print the share non-criminal at every stage under every definition, and published figures in their own cells."""
    from enforcement_sim.studies.stages.stage_table import STAGES, check_asked, stage_cells, stage_mix
    from enforcement_sim.studies.validation.published import published_cells

    drawn = None if figure is None else figure / f"{FIGURE}.png"
    for path, key in ((csv, "--csv"), (mix, "--mix"), (drawn, "--figure")):
        _refuse_file(path, key)
    shown: Sequence[str] | str = "all" if stage == ["all"] else stage or STAGES
    layer = _recording(recording)
    check_asked(programme or None, layer, shown)
    people: dict[str, Any] = {
        "programme": programme or None,
        "scope": _states(where),
        "start": _day(start, "--from"),
        "end": _day(end, "--to"),
    }
    results, about = _gathered(ref, seeds, settings)
    cells = stage_cells(results, **people, recording=layer, stages=shown)
    published = published_cells(results, layer)
    _print(cells, published, about)
    _write(csv, lambda: cells)
    _write(mix, lambda: stage_mix(results, **people, recording=layer, stages=shown))
    if figure is not None:
        _draw(cells, published, about, figure, _in_words(programme, where, start, end))


def _gathered(ref: str, seeds: int, settings: list[str] | None) -> Gathered:
    """Return the runs meant, read or simulated, and where they come from."""
    from enforcement_sim.errors import InputError

    folder, _, point = ref.rpartition(":")
    if folder and point.isdigit() and Path(folder).is_dir():
        path, chosen = Path(folder), int(point)
    else:
        path, chosen = Path(ref), None
    if path.is_dir():
        if settings:
            raise InputError("stored runs cannot be set otherwise", key="--set")
        return _stored(path, chosen)
    return _simulated(ref, seeds, settings)


def _stored(folder: Path, point: int | None) -> Gathered:
    """Return the stored runs of one point, the reference unless one is named."""
    from enforcement_sim.errors import InputError
    from enforcement_sim.plots.sources import Drawable

    drawable = Drawable.read(folder)
    if not (folder / "runs").is_dir():
        raise InputError("it keeps no runs, only tables of them", file=folder, allowed="a folder with its runs")
    known = [int(number) for number in drawable.points["point"]]
    chosen = drawable.reference if point is None else point
    if chosen not in known:
        raise InputError(f"no point {chosen} in {folder}", allowed=[str(number) for number in known])
    try:
        return [result for _, result in drawable.results(chosen)], drawable.about([chosen])
    except (FileNotFoundError, ValueError) as error:
        raise InputError(f"its runs cannot be read: {error}", file=folder) from error


def _simulated(ref: str, seeds: int, settings: list[str] | None) -> Gathered:
    """Return runs of a scenario as it stands, one after another."""
    from enforcement_sim.errors import InputError
    from enforcement_sim.plots.captions import provenance_of
    from enforcement_sim.runs.provenance import run_id
    from enforcement_sim.runs.run import simulate

    if seeds < 1:
        raise InputError(f"{seeds} runs", key="--seeds", allowed="1 or more")
    scenario = chosen_scenario(ref, settings, one_world=True)
    numbers = tuple(range(scenario.seed, scenario.seed + seeds))
    results = []
    for done, seed in enumerate(numbers, start=1):
        results.append(simulate(scenario, seed))
        typer.echo(f"seed {seed}: {done} of {seeds} done", err=True)
    names = tuple(run_id(scenario, seed, results[0].meta["engine_version"]) for seed in numbers)
    return results, provenance_of(scenario.resolved(), results[0].meta["engine_version"], names, numbers)


def _print(cells: pd.DataFrame, published: pd.DataFrame, about: Provenance) -> None:
    """Print the table, once more with the layer of recording if asked, and the published figures."""
    from enforcement_sim.studies.stages.stage_text import definition_rows, published_rows

    title = f"{about.scenario}: share non-criminal, in % of the people at the stage"
    each = (
        "Each definition adds up whom its source did (enforcement-sim definitions prints them); the same people are in a "
        "column."
    )
    print_table(table_of(definition_rows(cells), title, f"{each} {about.caption('±')}", alike=True))
    if "recorded" in cells:
        say()
        print_table(table_of(definition_rows(cells, "recorded"), "The same as the file showed people", alike=True))
    say()
    print_table(table_of(*published_rows(published)))


def _draw(cells: pd.DataFrame, published: pd.DataFrame, about: Provenance, folder: Path, asked: str) -> None:
    """Draw the table into a folder."""
    from enforcement_sim.plots import save
    from enforcement_sim.studies.stages.figure import definitions

    for path in save(definitions(cells, published, about, asked), folder, FIGURE):
        typer.echo(f"wrote {path}", err=True)


def _write(path: Path | None, made: Callable[[], pd.DataFrame]) -> None:
    """Write a table whole or not at all."""
    from enforcement_sim.csv_text import csv_text
    from enforcement_sim.runs.atomic_files import write_atomic

    if path is not None:
        write_atomic(path, csv_text(made()).encode())
        typer.echo(f"wrote {path}", err=True)


def _refuse_file(path: Path | None, key: str) -> None:
    """Refuse a file that is there already, or whose folder is not; a folder for figures is made."""
    from enforcement_sim.errors import InputError

    if path is not None and path.exists():
        raise InputError(f"{path} is there already: choose another name (or move this one away)", key=key)
    if path is not None and key != "--figure" and not path.parent.is_dir():
        raise InputError(f"there is no folder {path.parent}", key=key)


def _states(where: str) -> Scope | None:
    """Return the states written, or None for every place of the runs."""
    from enforcement_sim.codes import STATES
    from enforcement_sim.errors import InputError, nearest_names
    from enforcement_sim.studies.validation.targets import Scope

    if not where:
        return None
    postal = tuple(part.strip().upper() for part in where.split(","))
    for state in postal:
        if state not in STATES:
            raise InputError(f"no state {state!r}", key="--where", allowed=STATES, nearest=nearest_names(state, STATES))
    return Scope("states", postal)


def _day(text: str, key: str) -> date | None:
    from datetime import date

    from enforcement_sim.errors import InputError

    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InputError(f"not a day: {text!r}", key=key, allowed="YYYY-MM-DD") from error


def _recording(text: str) -> str | float | None:
    """Return a recording as it is meant: a share if it is a number."""
    if not text:
        return None
    try:
        return float(text)
    except ValueError:
        return text


def _in_words(programme: str, where: str, start: str, end: str) -> str:
    """Return whose people are counted, where that is not everybody."""
    from enforcement_sim import labels

    parts = [f"found first by {labels.programme(programme)}"] if programme else []
    parts += [f"in {where.upper()}"] if where else []
    parts += [f"from {start or 'the beginning'} to {end or 'the end'}"] if start or end else []
    return f"Only people {', '.join(parts)}." if parts else ""

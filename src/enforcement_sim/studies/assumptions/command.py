"""``enforcement-sim assumptions``: two sets of assumptions on the same people, and which of them makes the gap."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from enforcement_sim.commands import options
from enforcement_sim.commands.printed_data import AsFormat, Format, print_data
from enforcement_sim.commands.progress_bar import ProgressBar
from enforcement_sim.commands.running import (
    chosen_scenario,
    default_folder,
    print_estimate,
    until_interrupted,
)
from enforcement_sim.tables.table import Table
from enforcement_sim.terminal.layout import print_table
from enforcement_sim.terminal.printing import paragraph, print_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from enforcement_sim.studies.assumptions.compute import Decomposition


def _shipped_sets() -> Iterable[str]:
    from enforcement_sim.studies.assumptions.assumption_sets import shipped_names

    return shipped_names()


ASet = Annotated[
    str,
    typer.Argument(
        help="A shipped set's name, or the path of a .yaml file.",
        metavar="A",
        autocompletion=options.names_or_files(_shipped_sets),
    ),
]
BSet = Annotated[
    str,
    typer.Argument(
        help="The set it is held against.", metavar="B", autocompletion=options.names_or_files(_shipped_sets)
    ),
]
Ground = Annotated[str, typer.Option("--scenario", help="Where, when and which policies: a shipped name or a path.")]
Orders = Annotated[int, typer.Option("--orders", help="Pairs of orders, where more than eight assumptions differ.")]


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("assumptions")(assumptions)


def assumptions(
    a: ASet,
    b: BSet,
    scenario: Ground = "reach-and-cost",
    measure: options.Measures = None,
    out: options.Out = None,
    workers: options.Workers = None,
    replications: options.Replications = None,
    settings: options.Set = None,
    orders: Orders = 24,
    dry_run: options.DryRun = False,
    no_figures: options.NoFigures = False,
    wanted: AsFormat = Format.TEXT,
) -> None:
    """Split the gap between two sets of assumptions, assumption by assumption."""
    from enforcement_sim.runs.run import real_runner
    from enforcement_sim.studies.assumptions.assumption_sets import load_assumptions
    from enforcement_sim.studies.assumptions.compute import contest_of, split

    options.check_measures(measure)
    sets = load_assumptions(a), load_assumptions(b)
    more = {} if replications is None else {"replications": replications}
    contest = contest_of(chosen_scenario(scenario, settings, more), *sets, orders)
    folder = out or default_folder(contest.design.name, contest.design, bool(settings) or replications is not None)
    if dry_run:
        print_estimate(contest.design, workers, folder)
        return

    found: Decomposition = until_interrupted(
        lambda: split(contest, folder, real_runner(), workers, ProgressBar()), folder
    )
    from enforcement_sim.plots.indices import MEASURES

    shown = tuple(measure or (name for name in MEASURES if name in found.measures))
    if not no_figures:
        from enforcement_sim.studies.assumptions.figure import draw_decomposition

        drawn = draw_decomposition(found, shown)
        typer.echo(f"{len(drawn)} files of figures in {folder / 'figures'}", err=wanted is not Format.TEXT)
    if wanted is Format.TEXT:
        _print(found, shown)
    else:
        print_data(found.frame(measure or None), wanted)
    if found.sweep.failures:
        typer.echo(f"{len(found.sweep.failures)} runs failed; seeds that lack one are left out", err=True)
        raise typer.Exit(1)


def _print(found: Decomposition, shown: tuple[str, ...]) -> None:
    """Print the split at every policy, and where the whole tables are."""
    from enforcement_sim.place_labels import alone_in_words

    folder = found.sweep.folder
    if alone := alone_in_words(found.sweep.manifest["scenario"]):
        print_text(paragraph(alone))
    for point in range(len(found.sweep.settings)):
        print_table(_table(found, shown, point))
        print_text()
    typer.echo(f"Every measure: {folder / 'gap.csv'}    What each side assumes, and why: {folder / 'assumptions.csv'}")


def _table(found: Decomposition, measures: tuple[str, ...], point: int) -> Table:
    """Return the split at one policy as a table: a row for each part, a column for each measure."""
    from enforcement_sim.labels import named_settings
    from enforcement_sim.notebook import SIMULATED
    from enforcement_sim.runs.shown_measures import labelled
    from enforcement_sim.scenarios.plan import DIFFERENCE, LEVEL
    from enforcement_sim.studies.assumptions.compute import END, GAP, START
    from enforcement_sim.tables.amounts import NO_INTERVAL

    settings = found.sweep.settings
    a, b = (side.name for side in found.contest.sides)
    title = f"From {a} to {b}"
    if point:
        title += f": the difference that {named_settings(settings[point])} makes from {named_settings(settings[0])}"
    elif len(settings) > 1:
        title += f": levels at {named_settings(settings[0])}"
    columns = {name: found.rows(name, point, DIFFERENCE if point else LEVEL) for name in measures}
    rows = next(iter(columns.values()))
    runs = max(int(str(row["runs"])) for split in columns.values() for row in split)
    how = "all orders" if not found.contest.orders else f"{len(found.contest.orders)} orders"
    interval = f"{runs} seeds; \N{PLUS-MINUS SIGN} half the 95% interval over seeds" if runs > 1 else NO_INTERVAL
    caption = f"Steps averaged over {how} of changing the assumptions (Shapley), {interval}; they add up. {SIMULATED}"
    part_labels = {START: a, END: b, GAP: f"{b} - {a}"}
    texts, sections = [], set()
    for place, row in enumerate(rows):
        part = str(row["part"])
        if part in (END, GAP):
            sections.add(place)
        texts.append((part_labels.get(part, f"  {part}"), *(_cell(split[place], part) for split in columns.values())))
        if part == START:
            sections.add(place + 1)
    named = (f"{label} ({unit})" if unit else label for label, unit in map(labelled, measures))
    return Table(("assumption", *named), tuple(texts), title, caption, frozenset(sections), uniform=True)


def _cell(row: dict[str, object], part: str) -> str:
    """Return a value with half its interval; a step that changes nothing in any run is identical."""
    from math import isnan

    from enforcement_sim.runs.shown_measures import shortly
    from enforcement_sim.studies.assumptions.compute import END, START
    from enforcement_sim.tables.amounts import IDENTICAL, NOT_APPLICABLE

    value, low, high = (float(str(row[key])) for key in ("value", "low", "high"))
    if isnan(value):
        return NOT_APPLICABLE
    if part not in (START, END) and value == 0 and not low < high:
        return IDENTICAL
    sign = "+" if value > 0 and part not in (START, END) else ""
    half = "" if isnan(low) else f" \N{PLUS-MINUS SIGN} {shortly((high - low) / 2)}"
    return f"{sign}{shortly(value)}{half}"

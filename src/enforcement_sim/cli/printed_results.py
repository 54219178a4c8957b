"""How the commands that simulate print their results: the funnel, the comparison, and lists of runs; as text or as data."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from enforcement_sim.commands.printed_data import Format, print_data, print_rows
from enforcement_sim.studies.one_set import print_cautions
from enforcement_sim.tables.amounts import several
from enforcement_sim.tables.table import Table, table_of, table_of_records
from enforcement_sim.terminal.layout import print_table
from enforcement_sim.terminal.printing import paragraph, print_text

if TYPE_CHECKING:
    import pandas as pd

    from enforcement_sim.runs.comparison import Comparison
    from enforcement_sim.runs.sweep_result import Sweep


def print_verdict(
    lines: Iterable[str], rows: list[dict[str, str]], good: bool, more: str = "", wanted: Format = Format.TEXT
) -> None:
    """Print a verdict in lines and a table of runs, with ``more`` below it; exit with 1 unless all are good.

    If the table is printed as data, the lines go to standard error.
    """
    for line in lines:
        typer.echo(line, err=wanted is not Format.TEXT)
    if wanted is Format.TEXT:
        print_table(table_of_records(rows, caption=more))
    else:
        print_rows(rows, wanted)
    if not good:
        raise typer.Exit(1)


def print_sweep(found: Sweep, folder: Path, wanted: Format = Format.TEXT) -> None:
    """Print the results of a finished sweep and their folder; exit with 1 if a run failed.

    As data, a sweep of several settings is its comparison with every measure, and one setting is its funnel.
    """
    from enforcement_sim.runs.store import FAILED

    text = wanted is Format.TEXT
    if not found.measures.empty:
        if text:
            _print_funnel(found)
            if len(found.settings) > 1:
                print_text()
                print_comparison(found.comparison)
                print_text(f"Every measure: {folder / 'comparison.csv'}")
            print_cautions(found.manifest["scenario"], len(found.draws) or 1)
        else:
            print_data(found.comparison.frame() if len(found.settings) > 1 else _funnel_frame(found), wanted)
    stopping = found.manifest["design"].get("stopping")
    if stopping:
        typer.echo(f"\nReplications ended after {len(found.seeds)}: {stopping['ended']}.", err=not text)
    stored = len(found.manifest["runs"]) - len(found.failures)
    typer.echo(f"\n{several(stored, 'run')} in {folder}", err=not text)
    if found.failures:
        failed = f"{several(len(found.failures), 'run')} failed"
        typer.echo(f"{failed}; tracebacks are in {folder / FAILED}, and --retry-failed repeats the runs", err=True)
        raise typer.Exit(1)


def _print_funnel(found: Sweep) -> None:
    """Print the funnel of the reference by programme: means over seeds with their intervals."""
    from enforcement_sim.labels import ABOUT_DETAINERS, named_settings
    from enforcement_sim.place_labels import alone_in_words, places_in_words
    from enforcement_sim.report.notebook_tables import funnel_rows
    from enforcement_sim.tables.amounts import NO_INTERVAL

    funnel = _funnel(found)
    seeds = found.seeds if found.draws else sorted(set(_seeds_of(found)))
    about = found.manifest["scenario"]
    title = f"{about['name']}: {about['title']}"
    if len(found.settings) > 1:
        title += f" (at {named_settings(found.settings[0])})"
    intervals = f", with 95% intervals of the mean over {len(seeds)} seeds"
    if found.draws:
        runs = f"{len(found.draws)} draws, {several(len(seeds), 'seed')}"
        intervals = f"; intervals include the uncertainty of the parameters ({runs})"
    elif len(seeds) == 1:
        intervals = f", seed {seeds[0]}, {NO_INTERVAL}"
    if alone := alone_in_words(about):
        print_text(paragraph(alone))
    caption = (
        f"People by the programme that found them first{intervals}. {ABOUT_DETAINERS} "
        f"Places: {places_in_words(about)}. Simulated, not a record."
    )
    rows = funnel_rows(funnel)
    if len(seeds) == 1 and not found.draws:  # the caption says it once
        rows = rows.map(lambda cell: cell.removesuffix(f" [{NO_INTERVAL}]"))
    print_table(table_of(rows, title, caption, uniform=True))


def _funnel(found: Sweep) -> pd.DataFrame:
    """Return the funnel of the reference as numbers, by programme and stage."""
    from enforcement_sim.plots.programmes import funnel_numbers
    from enforcement_sim.plots.sources import Drawable

    return funnel_numbers(Drawable(found).table("funnel", [0]))


def _seeds_of(found: Sweep) -> list[int]:
    measures = found.measures
    return [int(seed) for seed in measures.loc[measures["point"] == 0, "seed"]]


def _funnel_frame(found: Sweep) -> pd.DataFrame:
    """Return the funnel of the reference as data, with labels and the unit."""
    from enforcement_sim import labels

    numbers = _funnel(found)
    return numbers.assign(
        programme=numbers["programme"].astype(str),
        programme_label=[labels.programme(name) for name in numbers["programme"]],
        event=numbers["event"].astype(str),
        label=[labels.event(name) for name in numbers["event"]],
        unit="people",
    )[["programme", "programme_label", "event", "label", "unit", "runs", "mean", "low", "high"]]


def print_comparison(found: Comparison) -> None:
    """Print paired differences from the reference with their intervals and verdicts."""
    from enforcement_sim.runs.comparison_text import HEADINGS

    for line in found.preamble():
        print_text(paragraph(line, more=4))
    for line in found.about_folded():
        print_text(paragraph(line, more=4))
    rows = tuple(tuple(row[key] for key in HEADINGS) for row in found.rows())
    title = f"Compared with A: {found.label(0)}"
    print_table(Table(tuple(HEADINGS.values()), rows, title, found.how_to_read(), grouped=True))

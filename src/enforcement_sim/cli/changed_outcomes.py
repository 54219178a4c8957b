"""``enforcement-sim who-changed``: who ends differently under a policy, and by which decision."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from enforcement_sim.cli.tracing import scenario_at
from enforcement_sim.commands import options
from enforcement_sim.commands.printed_data import AsFormat, Format, print_data
from enforcement_sim.tables.table import table_of
from enforcement_sim.terminal.layout import print_table
from enforcement_sim.terminal.printing import paragraph, print_text

if TYPE_CHECKING:
    import pandas as pd

    from enforcement_sim.runs.transitions import Transitions

SHOWN = 20
"""Rows of a table that are printed."""


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("who-changed")(who_changed)


def who_changed(
    a: options.Reference,
    b: options.Other = "",
    where: options.Where = "",
    seeds: options.Seeds = 1,
    settings: options.Set = None,
    settings_b: options.SetB = None,
    workers: options.Workers = 1,
    out: options.NewFolder = None,
    wanted: AsFormat = Format.TEXT,
) -> None:
    """Follow the same synthetic people under A and B: who ends differently, and by which decision.

    Without B, the two settings of a results folder are followed, or a scenario and itself under --set-b.
    """
    from enforcement_sim.runs.transitions import who_changed as count_changes

    options.check_new_folder(out)
    a, b = _two_worlds(a, b, settings_b)
    found = count_changes(
        scenario_at(a, where, settings),
        scenario_at(b, where, options.settings_of_b(settings, settings_b)),
        replications=seeds,
        workers=workers,
        report=lambda line: typer.echo(line, err=True),
    )
    if wanted is Format.TEXT:
        _print_changes(found)
    else:
        print_data(found.outcomes(), wanted)
    if out is not None:
        from enforcement_sim.report.who_changed import write

        typer.echo(f"\n{len(write(found, out))} files in {out}", err=wanted is not Format.TEXT)


def _two_worlds(a: str, b: str, settings_b: list[str] | None) -> tuple[str, str]:
    """Return the two sides; without ``b``, the two points of a folder, or a scenario twice with settings for the second."""
    from enforcement_sim.commands.running import COMPARABLE
    from enforcement_sim.errors import InputError
    from enforcement_sim.runs.compare import read_side
    from enforcement_sim.runs.sweep_result import Sweep

    if b:
        return a, b
    if settings_b:
        return a, a
    side = read_side(a)
    points = len(side.settings) if isinstance(side, Sweep) else 1
    if points == 2:
        return f"{a}:0", f"{a}:1"
    if points > 2:
        raise InputError(f"{a} has {points} settings", key="B", allowed=f"two of them, such as {a}:0 {a}:1")
    raise InputError("there is nothing to compare it with", key="A", allowed=COMPARABLE)


def _print_changes(found: Transitions) -> None:
    """Print the outcomes of the same bookings, and the first decision that differs."""
    from enforcement_sim.plots.outcome_changes import sides
    from enforcement_sim.report.who_changed import cause_rows, end_rows, outcome_rows, rules_followed_in

    seeds = f"seed {found.seeds[0]}" if len(found.seeds) == 1 else f"{len(found.seeds)} seeds, means"
    print_text(paragraph(sides(found)))
    print_text()
    caption = "Bookings of the period that a programme could touch in at least one world. Simulated, not a record."
    print_table(table_of(end_rows(found), f"How the same bookings end ({seeds})", caption))
    ends, causes = outcome_rows(found), cause_rows(found)
    for rows, title, about, file in (
        (ends, "Who ends differently", "", "outcomes.csv"),
        (causes, "The first decision or capacity that differs", _about_rules(causes), "first_differences.csv"),
    ):
        print_text()
        more = f" {len(rows) - SHOWN} rarer rows are in {file} (--out)." if len(rows) > SHOWN else ""
        print_table(table_of(rows.head(SHOWN), title, f"{about}{more}".strip()))
    for line in rules_followed_in(found):
        print_text(paragraph(line))


def _about_rules(rows: pd.DataFrame) -> str:
    """Return the command for the citation of a rule of the table; empty if there is no rule."""
    named = [name for cell in rows["Rule, A / B"] for name in str(cell).split(" / ") if name]
    return f"enforcement-sim rules {named[0]} prints that rule with its citation." if named else ""

"""``enforcement-sim trace`` and ``who-changed``: single synthetic bookings, and whom a policy changes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from enforcement_sim.cli.life_printing import print_lives
from enforcement_sim.commands import options
from enforcement_sim.commands.running import chosen_scenario
from enforcement_sim.scenarios.seeds import read_seed
from enforcement_sim.terminal.printing import paragraph, print_json, say
from enforcement_sim.terminal.table import print_table, table_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from enforcement_sim.process.histories import History
    from enforcement_sim.runs.divergence import Divergence
    from enforcement_sim.runs.histories import Followed
    from enforcement_sim.runs.who_changed import WhoChanged
    from enforcement_sim.scenarios.schema import Scenario

    Found = tuple[tuple[History, ...], Divergence | None]

SHOWN = 20
"""Rows of the table of causes that a terminal shows."""

OutPictures = Annotated[Path | None, typer.Option("--out", help="A folder for the drawn lives, PNG and SVG.")]
Outcome = Annotated[str, typer.Option("--outcome", help="An event or an end, such as overdetained or removed.")]
OfOffence = Annotated[str, typer.Option("--offence", help="Offence class, such as traffic.")]
OfRecord = Annotated[str, typer.Option("--record", help="Prior record, such as none or felony.")]
OfStatus = Annotated[str, typer.Option("--status", help="Status group, such as unauthorised.")]
OfProgramme = Annotated[str, typer.Option("--programme", help="The programme that found the person first.")]
OneBooking = Annotated[
    str,
    typer.Option(
        "--booking",
        help="One booking, of a run of any size, by its key as printed or as SERIES:COUNTY:DAY:NUMBER, such as "
        "counted:12021:2010-11-03:7 (series: booking, counted, field, response).",
    ),
]
Number = Annotated[int, typer.Option("-n", help="How many lives.")]
Against = Annotated[
    str, typer.Option("--against", help="Another scenario: both histories, and the first decision that differs.")
]


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command("trace")(trace)
    app.command("who-changed")(who_changed)


def trace(
    scenario: options.Scenario,
    where: options.Where = "",
    outcome: Outcome = "",
    offence: OfOffence = "",
    record: OfRecord = "",
    status: OfStatus = "",
    programme: OfProgramme = "",
    booking: OneBooking = "",
    number: Number = 3,
    seed: options.Seed = None,
    against: Against = "",
    settings: options.Set = None,
    settings_b: options.SetB = None,
    as_json: options.AsJson = False,
    out: OutPictures = None,
) -> None:
    """Explain synthetic bookings hour by hour: rules, draws, clocks and capacities behind every event."""
    from enforcement_sim.errors import InputError
    from enforcement_sim.place_labels import alone_in_words
    from enforcement_sim.report.trace import CHOSEN, SYNTHETIC
    from enforcement_sim.runs.divergence import divergence_of
    from enforcement_sim.runs.histories import Wanted, asked_for, first_diverging, first_of, followed, read_key
    from enforcement_sim.runs.who_changed import alike

    wanted = Wanted(outcome, offence, record, status, programme)
    asked = None if seed is None else read_seed(seed)
    a = _placed(scenario, where, settings)
    b = _placed(against, where, options.settings_of_b(settings, settings_b)) if against else None
    if settings_b and b is None:
        raise InputError("there is no second scenario without --against", key="--set-b")
    if b is not None:
        alike(a, b)
    first = a.seed if asked is None else asked
    found: list[Found]
    if booking:
        if wanted != Wanted():
            raise InputError(
                "one booking is asked for, so nothing is searched", key="--booking", allowed="no other condition"
            )
        key = read_key(booking)
        worlds = [asked_for(side, key, first) for side in (a, b) if side is not None]
        world, lives = worlds[0], tuple(each.arrestees.records.history(key) for each in worlds)
        found = [(lives, divergence_of(*lives) if len(lives) > 1 else None)]
    elif b is None:
        world = followed(a, first)
        found = [((history,), None) for history in first_of(world, wanted, number)]
    else:
        world = followed(a, first)
        pairs = first_diverging(world, followed(b, world.seed), wanted, number)
        found = [((pair.a, pair.b), pair.divergence) for pair in pairs]
    names = (a.name,) if b is None else (a.name, ", ".join([b.name, *(settings_b or [])]))
    about = list(filter(None, (SYNTHETIC if booking else f"{SYNTHETIC} {CHOSEN}", alone_in_words(a.resolved()))))
    _print_json(found, names, world, about) if as_json else _print_lives(found, names, world, about)
    if out is not None:
        from enforcement_sim.report.trace_figure import draw, write

        for place, (lives, divergence) in enumerate(found, start=1):
            for path in write(draw(lives, world.arrestees.places, names, divergence), out, f"life-{place}"):
                typer.echo(f"wrote {path}", err=True)


def who_changed(
    a: options.Reference,
    b: options.Other,
    where: options.Where = "",
    seeds: options.Seeds = 1,
    settings: options.Set = None,
    settings_b: options.SetB = None,
    workers: options.Workers = 1,
    out: options.NewFolder = None,
) -> None:
    """Follow the same synthetic people under A and B: who ends differently, and by which decision."""
    from enforcement_sim.runs.who_changed import who_changed as count_changes

    options.check_new_folder(out)
    found = count_changes(
        _placed(a, where, settings),
        _placed(b, where, options.settings_of_b(settings, settings_b)),
        replications=seeds,
        workers=workers,
        told=lambda line: typer.echo(line, err=True),
    )
    _print_changes(found)
    if out is not None:
        from enforcement_sim.report.who_changed import write

        typer.echo(f"\n{len(write(found, out))} files in {out}")


def _placed(ref: str, where: str, settings: list[str] | None) -> Scenario:
    """Return a scenario, or that of a stored point, with the places and settings of the command line."""
    from enforcement_sim.errors import Problems
    from enforcement_sim.runs.histories import scope_of

    more: dict[str, Any] = {"scope": scope_of(where)} if where else {}
    stored = _stored(ref)
    if stored is None:
        return chosen_scenario(ref, settings, more, one_world=True)
    problems = Problems()
    more |= options.read_settings(settings or [], problems)
    problems.raise_if_any()
    return stored.with_(**more) if more else stored


def _stored(ref: str) -> Scenario | None:
    """Return what was run at a point of a results folder (FOLDER, or FOLDER:2); None if there is no such folder."""
    from enforcement_sim.runs.compare import StoredPoint, read_side
    from enforcement_sim.runs.swept import Sweep
    from enforcement_sim.scenarios.assemble import assemble

    side = read_side(ref)
    if isinstance(side, Sweep):
        side = StoredPoint(side, 0)
    return assemble(side.sweep.result(side.point, 0).meta["scenario"]).bare if isinstance(side, StoredPoint) else None


def _print_lives(found: Sequence[Found], names: tuple[str, ...], world: Followed, about: list[str]) -> None:
    """Print lives one after another."""
    from enforcement_sim.report.trace import told

    for line in about:
        say(paragraph(line))
    if not found:
        parts = " and has a life that parts" if len(names) > 1 else ""
        say(f"None of the bookings of the period fits{parts}.")
    for lives, divergence in found:
        say()
        print_lives(told(lives, world.arrestees.places, divergence), names)


def _print_json(found: Sequence[Found], names: tuple[str, ...], world: Followed, about: list[str]) -> None:
    """Print lives as JSON."""
    lives_as_data: list[dict[str, Any]] = []
    for lives, divergence in found:
        sides = [life.as_data(world.arrestees.places) for life in lives]
        lives_as_data.append(
            sides[0] if divergence is None else {"a": sides[0], "b": sides[1], "parting": divergence.as_data()}
        )
    print_json({"about": " ".join(about), "scenarios": list(names), "seed": world.seed, "lives": lives_as_data})


def _print_changes(found: WhoChanged) -> None:
    """Print what became of the same bookings, and the first decision that differs."""
    from enforcement_sim.plots.transitions import sides
    from enforcement_sim.report.who_changed import cause_rows, end_rows, fate_rows, rules_followed_in

    seeds = f"seed {found.seeds[0]}" if len(found.seeds) == 1 else f"{len(found.seeds)} seeds, means"
    say(paragraph(sides(found)))
    say()
    caption = "Bookings of the period that a programme could touch in at least one world. Simulated, not a record."
    print_table(table_of(end_rows(found), f"How the same bookings end ({seeds})", caption))
    for rows, title, table in (
        (fate_rows(found), "Who ends differently", "fates.csv"),
        (cause_rows(found), "The first decision or capacity that differs", "partings.csv"),
    ):
        say()
        more = f" {len(rows) - SHOWN} rarer rows are in {table} (--out)." if len(rows) > SHOWN else ""
        rules = _about_rules(rows) if table == "partings.csv" else ""
        print_table(table_of(rows.head(SHOWN), title, f"{rules}{more}".strip()))
    for line in rules_followed_in(found):
        say(paragraph(line))


def _about_rules(rows: pd.DataFrame) -> str:
    """Say how a rule of the table is printed with its citation; nothing where no rule was asked."""
    named = [name for cell in rows["Rule, A / B"] for name in str(cell).split(" / ") if name]
    return f"enforcement-sim rules {named[0]} prints that rule with its citation." if named else ""

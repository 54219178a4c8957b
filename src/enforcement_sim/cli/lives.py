"""``enforcement-sim trace`` and ``who-changed``: single synthetic bookings, and whom a policy changes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from enforcement_sim.cli import completion
from enforcement_sim.cli.runs import Ref, Seed, Set, Workers, chosen_scenario
from enforcement_sim.cli.terminal import wide_console

if TYPE_CHECKING:
    from collections.abc import Sequence

    from enforcement_sim.experiment.divergence import Divergence
    from enforcement_sim.experiment.histories import Followed
    from enforcement_sim.experiment.who_changed import WhoChanged
    from enforcement_sim.process.histories import History
    from enforcement_sim.scenario.schema import Scenario

    Found = tuple[tuple[History, ...], Divergence | None]

SHOWN = 20
"""Rows of the table of causes that a terminal shows."""

Where = Annotated[str, typer.Option("--where", help="States such as CT, or counties such as 12021; commas between.")]
A = Annotated[
    str,
    typer.Argument(
        help="The reference: a shipped scenario's name, or the path of a .yaml file.",
        autocompletion=completion.scenarios,
    ),
]
B = Annotated[str, typer.Argument(help="What is compared with it.", autocompletion=completion.scenarios)]
Seeds = Annotated[int, typer.Option("--seeds", help="How many seeds; from two on there are intervals.")]
OutFolder = Annotated[Path | None, typer.Option("--out", help="A new folder for tables and figures.")]
OutPictures = Annotated[Path | None, typer.Option("--out", help="A folder for the drawn lives, PNG and SVG.")]
Outcome = Annotated[str, typer.Option("--outcome", help="An event or an end, such as overdetained or removed.")]
OfOffence = Annotated[str, typer.Option("--offence", help="Offence class, such as traffic.")]
OfRecord = Annotated[str, typer.Option("--record", help="Prior record, such as none or felony.")]
OfStatus = Annotated[str, typer.Option("--status", help="Status group, such as unauthorised.")]
OfProgramme = Annotated[str, typer.Option("--programme", help="The programme that found the person first.")]
Number = Annotated[int, typer.Option("-n", help="How many lives.")]
Against = Annotated[
    str, typer.Option("--against", help="Another scenario: both histories, and the first decision that differs.")
]
SetB = Annotated[
    list[str] | None, typer.Option("--set-b", help="Set a dotted address in the second scenario only; may be repeated.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command("trace")(trace)
    app.command("who-changed")(who_changed)


def trace(
    scenario: Ref,
    where: Where = "",
    outcome: Outcome = "",
    offence: OfOffence = "",
    record: OfRecord = "",
    status: OfStatus = "",
    programme: OfProgramme = "",
    number: Number = 3,
    seed: Seed = None,
    against: Against = "",
    settings: Set = None,
    settings_b: SetB = None,
    as_json: AsJson = False,
    out: OutPictures = None,
) -> None:
    """Explain synthetic bookings hour by hour: rules, draws, clocks and capacities behind every event."""
    from enforcement_sim.errors import InputError
    from enforcement_sim.experiment.histories import Wanted, first_diverging, first_of, followed
    from enforcement_sim.experiment.who_changed import alike

    wanted = Wanted(outcome, offence, record, status, programme)
    a = _placed(scenario, where, settings)
    b = _placed(against, where, [*(settings or []), *(settings_b or [])]) if against else None
    if settings_b and b is None:
        raise InputError("there is no second scenario without --against", key="--set-b")
    if b is not None:
        alike(a, b)
    first = a.seed if seed is None else seed
    world = followed(a, first)
    if b is None:
        found: list[Found] = [((history,), None) for history in first_of(world, wanted, number)]
    else:
        pairs = first_diverging(world, followed(b, first), wanted, number)
        found = [((pair.a, pair.b), pair.divergence) for pair in pairs]
    names = (a.name,) if b is None else (a.name, ", ".join([b.name, *(settings_b or [])]))
    if as_json:
        _print_json(found, world, names, first)
    else:
        _print_lives(found, world, names)
    if out is not None:
        _draw_lives(found, world, names, out)


def who_changed(
    a: A,
    b: B,
    where: Where = "",
    seeds: Seeds = 1,
    settings: Set = None,
    settings_b: SetB = None,
    workers: Workers = 1,
    out: OutFolder = None,
) -> None:
    """Follow the same synthetic people under A and B: who ends differently, and by which decision."""
    from enforcement_sim.experiment.who_changed import who_changed as count_changes

    if out is not None:
        from enforcement_sim.report.who_changed import refuse_full

        refuse_full(out)
    found = count_changes(
        _placed(a, where, settings),
        _placed(b, where, [*(settings or []), *(settings_b or [])]),
        replications=seeds,
        workers=workers,
        told=lambda line: typer.echo(line, err=True),
    )
    _print_changes(found)
    if out is not None:
        from enforcement_sim.report.who_changed import write

        typer.echo(f"\n{len(write(found, out))} files in {out}")


def _placed(ref: str, where: str, settings: list[str] | None) -> Scenario:
    """Return a scenario with the places and settings of the command line."""
    from enforcement_sim.experiment.histories import scope_of

    return chosen_scenario(ref, settings, {"scope": scope_of(where)} if where else {}, one_world=True)


def _print_lives(found: Sequence[Found], world: Followed, names: tuple[str, ...]) -> None:
    """Print lives one after another."""
    from enforcement_sim.report.trace import SYNTHETIC, as_rich, both_as_rich

    console = wide_console()
    console.print(SYNTHETIC)
    if not found:
        parts = " and has a life that parts" if len(names) > 1 else ""
        console.print(f"None of the bookings of the period fits{parts}.")
    for lives, divergence in found:
        console.print()
        if len(lives) == 1:
            console.print(as_rich(lives[0], world.arrestees.places, names[0]))
        else:
            console.print(both_as_rich(lives[0], lives[1], divergence, world.arrestees.places, (names[0], names[1])))


def _print_json(found: Sequence[Found], world: Followed, names: tuple[str, ...], seed: int) -> None:
    """Print lives as JSON."""
    from enforcement_sim.report.trace import SYNTHETIC

    told: list[dict[str, Any]] = []
    for lives, divergence in found:
        sides = [life.as_data(world.arrestees.places) for life in lives]
        if divergence is None:
            told.append(sides[0])
        else:
            parted = {"cause": divergence.cause.name, "reach": divergence.cause.reach, "at_step": divergence.at}
            parted |= {"rule_a": divergence.rule_a, "rule_b": divergence.rule_b}
            told.append({"a": sides[0], "b": sides[1], "parting": parted})
    about = {"about": SYNTHETIC, "scenarios": list(names), "seed": seed, "lives": told}
    typer.echo(json.dumps(about, indent=1, ensure_ascii=False))


def _draw_lives(found: Sequence[Found], world: Followed, names: tuple[str, ...], folder: Path) -> None:
    """Draw each life, or pair of lives, into files of its own."""
    from enforcement_sim.report.trace_figure import draw, write

    for number, (lives, divergence) in enumerate(found, start=1):
        for path in write(draw(lives, world.arrestees.places, names, divergence), folder, f"life-{number}"):
            typer.echo(f"wrote {path}", err=True)


def _print_changes(found: WhoChanged) -> None:
    """Print what became of the same bookings, and the first decision that differs."""
    from enforcement_sim.report.tables import as_rich
    from enforcement_sim.report.who_changed import cause_rows, end_rows, fate_rows, sides

    console = wide_console()
    seeds = f"seed {found.seeds[0]}" if len(found.seeds) == 1 else f"{len(found.seeds)} seeds, means"
    console.print(sides(found))
    console.print()
    caption = "Bookings of the period that a programme could touch in at least one world. Simulated, not a record."
    console.print(as_rich(end_rows(found), f"How the same bookings end ({seeds})", caption))
    for rows, title, table in (
        (fate_rows(found), "Who ends differently", "fates.csv"),
        (cause_rows(found), "The first decision or capacity that differs", "partings.csv"),
    ):
        console.print()
        more = f" {len(rows) - SHOWN} rarer rows are in {table} (--out)." if len(rows) > SHOWN else ""
        rules = "enforcement-sim rules NAME prints a rule with its citation." if table == "partings.csv" else ""
        console.print(as_rich(rows.head(SHOWN), title, f"{rules}{more}".strip()))

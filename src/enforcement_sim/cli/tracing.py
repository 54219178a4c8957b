"""``enforcement-sim trace``: single synthetic bookings, hour by hour."""

from __future__ import annotations

from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from enforcement_sim.commands import options
from enforcement_sim.commands.printed_data import Format, TextOrJson
from enforcement_sim.commands.running import chosen_scenario
from enforcement_sim.terminal.grid import wrap_cell
from enforcement_sim.terminal.printing import columns, paragraph, print_json, print_text
from enforcement_sim.terminal.streams import as_printed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from enforcement_sim.process.histories import History
    from enforcement_sim.report.trace import HistoryText
    from enforcement_sim.runs.divergence import Divergence
    from enforcement_sim.runs.recorded_runs import RecordedRun
    from enforcement_sim.scenarios.schema import Scenario

SIDE_BY_SIDE = 140
"""Terminal width from which two histories are printed side by side."""
GAP = "  "

OutPictures = Annotated[Path | None, typer.Option("--out", help="A folder for the drawn histories, PNG and SVG.")]
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
Number = Annotated[int, typer.Option("-n", help="How many bookings.")]
Against = Annotated[
    str, typer.Option("--against", help="Another scenario: both histories, and the first decision that differs.")
]


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("trace")(trace)


class _Histories(NamedTuple):
    """The histories of one booking in one or two scenarios, and their divergence."""

    histories: tuple[History, ...]
    divergence: Divergence | None = None


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
    wanted: TextOrJson = Format.TEXT,
    out: OutPictures = None,
) -> None:
    """Explain synthetic bookings hour by hour: rules, draws, clocks and capacities behind every event."""
    from enforcement_sim.errors import InputError
    from enforcement_sim.place_labels import alone_in_words
    from enforcement_sim.report.trace import CHOSEN, SYNTHETIC
    from enforcement_sim.runs.recorded_runs import BookingFilter, first_divergences, first_histories, record_events
    from enforcement_sim.runs.transitions import check_same_people
    from enforcement_sim.scenarios.file_format import read_seed

    booking_filter = BookingFilter(outcome, offence, record, status, programme)
    given_seed = None if seed is None else read_seed(seed)
    a = scenario_at(scenario, where, settings)
    b = scenario_at(against, where, options.settings_of_b(settings, settings_b)) if against else None
    if settings_b and b is None:
        raise InputError("requires a second scenario, given by --against", key="--set-b")
    if b is not None:
        check_same_people(a, b)
    first = a.seed if given_seed is None else given_seed
    if booking:
        if booking_filter != BookingFilter():
            raise InputError("cannot be combined with a search", key="--booking", allowed="no other condition")
        recorded, found = _one_booking(booking, [a] if b is None else [a, b], first)
    else:
        recorded = record_events(a, first)
        if b is None:
            found = [_Histories((history,)) for history in first_histories(recorded, booking_filter, number)]
        else:
            pairs = first_divergences(recorded, record_events(b, recorded.seed), booking_filter, number)
            found = [_Histories((pair.a, pair.b), pair.divergence) for pair in pairs]
    names = (a.name,) if b is None else (a.name, ", ".join([b.name, *(settings_b or [])]))
    words = names if b is None else _called(a, b, scenario_at(against, where, settings))
    about = list(filter(None, (SYNTHETIC if booking else f"{SYNTHETIC} {CHOSEN}", alone_in_words(a.resolved()))))
    if wanted is Format.JSON:
        _print_as_json(found, names, recorded, about)
    else:
        _print_histories(found, words, recorded, about)
    if out is not None:
        from enforcement_sim.report.trace_figure import draw, write

        for place, one in enumerate(found, start=1):
            for path in write(
                draw(one.histories, recorded.arrestees.places, words, one.divergence), out, f"life-{place}"
            ):
                typer.echo(f"wrote {path}", err=True)


def _called(a: Scenario, b: Scenario, unset: Scenario) -> tuple[str, str]:
    """Return what readers call two scenarios; ``unset`` is B without ``--set-b``, which is named beside another title."""
    from enforcement_sim.runs.difference_words import called, instead_of
    from enforcement_sim.runs.manifest import changed_settings
    from enforcement_sim.runs.provenance import canonical

    made_a, made_b, without = map(canonical, (a, b, unset))
    one, other = called([a.name, b.name], [a.title, b.title], changed_settings(made_a, made_b))
    own = "" if a.title == b.title else instead_of(changed_settings(without, made_b))
    return one, ", ".join(filter(None, (other, own)))


def _one_booking(booking: str, scenarios: Sequence[Scenario], seed: int) -> tuple[RecordedRun, list[_Histories]]:
    """Return the run of the first scenario, and the histories of one booking in all of them."""
    from enforcement_sim.runs.divergence import divergence_of
    from enforcement_sim.runs.recorded_runs import read_key, record_booking

    key = read_key(booking)
    runs = [record_booking(scenario, key, seed) for scenario in scenarios]
    histories = tuple(run.arrestees.records.history(key) for run in runs)
    return runs[0], [_Histories(histories, divergence_of(*histories) if len(histories) > 1 else None)]


def scenario_at(ref: str, where: str, settings: list[str] | None) -> Scenario:
    """Return a scenario, or that of a stored point, with the places and settings of the command line."""
    from enforcement_sim.errors import Problems
    from enforcement_sim.runs.compare import StoredPoint, read_side
    from enforcement_sim.runs.sweep_result import Sweep
    from enforcement_sim.scenarios.schema import assemble
    from enforcement_sim.written_places import scope_of

    more: dict[str, Any] = {"scope": scope_of(where)} if where else {}
    side = read_side(ref)
    if isinstance(side, Sweep):
        side = StoredPoint(side, 0)
    if not isinstance(side, StoredPoint):
        return chosen_scenario(ref, settings, more, without_design=True)
    stored = assemble(side.sweep.result(side.point, 0).meta["scenario"]).without_design
    problems = Problems()
    more |= options.read_settings(settings or [], problems)
    problems.raise_if_any()
    return stored.with_(**more) if more else stored


def _print_histories(
    found: Sequence[_Histories], names: tuple[str, ...], recorded: RecordedRun, about: list[str]
) -> None:
    """Print histories one after another."""
    from enforcement_sim.report.trace import history_text

    for line in about:
        print_text(paragraph(line))
    if not found:
        print_text(f"No booking of the period meets the conditions{' and differs' if len(names) > 1 else ''}.")
    for one in found:
        print_text()
        _print_history(history_text(one.histories, recorded.arrestees.places, one.divergence), names)


def _print_as_json(
    found: Sequence[_Histories], names: tuple[str, ...], recorded: RecordedRun, about: list[str]
) -> None:
    """Print histories as JSON."""
    bookings: list[dict[str, Any]] = []
    for histories, divergence in found:
        sides = [history.as_data(recorded.arrestees.places) for history in histories]
        bookings.append(
            sides[0] if divergence is None else {"a": sides[0], "b": sides[1], "divergence": divergence.as_data()}
        )
    print_json({"about": " ".join(about), "scenarios": list(names), "seed": recorded.seed, "lives": bookings})


class _Line(NamedTuple):
    """An unwrapped line: its text, its indent, and whether it is bold."""

    text: str
    indent: int = 0
    strong: bool = False

    def wrapped(self, width: int) -> list[str]:
        """Return the lines of a width; a narrow terminal gets a smaller indent."""
        indent = " " * min(self.indent, width // 10)
        return wrap_cell(as_printed(self.text), width, indent, indent + GAP)


def _print_history(history: HistoryText, names: Sequence[str]) -> None:
    """Print the common part of the histories of a booking, and then each of them, side by side if they fit."""

    def lines_of(moments: Any, *more: str) -> list[_Line]:
        lines = []
        for one in moments:
            lines.append(_Line(f"{one.when}  {one.what}".rstrip(), 2, strong=True))
            lines += [_Line(why, 6) for why in one.why]
        return [*lines, *(_Line(text, 2, strong=True) for text in more)]

    width, alone = columns(), len(history.sides) == 1
    sides = [
        [_Line(f"{letter}: {name}", strong=True), *lines_of(side.moments, f"End: {side.end}")][alone:]
        for letter, name, side in zip("AB", names, history.sides, strict=False)
    ]
    heading = f"{names[0]}: {history.heading}" if alone else history.heading
    blocks = [[_Line(heading, strong=True), *lines_of(history.common, *history.first_difference)], *sides]
    beside = not alone and width >= SIDE_BY_SIDE
    for place, block in enumerate(blocks[:1] if beside else blocks):
        if place and not alone:
            print_text()
        for line in block:
            print_text("\n".join(line.wrapped(width)), bold=line.strong)
    if beside:
        half = (width - len(GAP)) // 2
        stacks = ([text for line in side for text in line.wrapped(half)] for side in sides)
        for left, right in zip_longest(*stacks, fillvalue=""):
            print_text(f"{left:{half}}{GAP}{right}".rstrip())

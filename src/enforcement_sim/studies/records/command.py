"""``enforcement-sim records``: the runs of a results folder as the files that a researcher would have had."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from enforcement_sim.commands import options
from enforcement_sim.commands.printed_data import AsFormat, Format, print_data
from enforcement_sim.terminal.printing import paragraph, print_part, print_text

if TYPE_CHECKING:
    import pandas as pd

    from enforcement_sim.studies.records.offence_settings import OffenceSettings
    from enforcement_sim.studies.records.recorder_rules import Recorder

OFFENCES_FORM = "NAME=VALUE, such as dispersion=0.02"


def _recorder_names() -> Iterable[str]:
    from enforcement_sim.studies.records.recorder_rules import load_recorders

    return load_recorders()


Results = Annotated[
    str,
    typer.Argument(
        help="A results folder with its runs (FOLDER:2 is its point 2); without one, the recorders are listed.",
        metavar="[RESULTS]",
    ),
]
As = Annotated[
    str,
    typer.Option(
        "--as",
        help="The recorder; without results, it is described with its rules and sources.",
        autocompletion=options.names_only(_recorder_names),
    ),
]
NewFile = Annotated[Path | None, typer.Option("--out", help="A new file, .csv or .parquet.")]
Without = Annotated[list[str] | None, typer.Option("--without", help="Switch off a rule; may be repeated.")]
Seed = Annotated[int, typer.Option("--seed", min=0, help="Seed of the records' own draws.")]
Offences = Annotated[
    list[str] | None,
    typer.Option("--offences", help="Set how imported offences vary, such as dispersion=0.02; may be repeated."),
]

Extract = Annotated[
    str,
    typer.Option("--extract", help="Day on which ICE's files were extracted, YYYY-MM-DD; the run's last if not given."),
]


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("records")(records)


def records(
    results: Results = "",
    name: As = "",
    out: NewFile = None,
    without: Without = None,
    seed: Seed = 1,
    offences: Offences = None,
    extract: Extract = "",
    wanted: AsFormat = Format.TEXT,
) -> None:
    """Write or print stored runs as the files that a researcher would have had, with their gaps and the true counts beside."""
    from enforcement_sim.errors import InputError
    from enforcement_sim.studies.panels.tidy_files import check_goes_somewhere, of_every_run, write_tidy
    from enforcement_sim.studies.records.recorder_rules import load_recorders, recorder_named, rules_in_force
    from enforcement_sim.studies.records.recorders import record
    from enforcement_sim.studies.records.recording_asked import Recording

    if not results:
        listed = [recorder_named(name)] if name else list(load_recorders().values())
        if wanted is Format.TEXT:
            _print_recorders(listed, in_full=bool(name))
        else:
            print_data(_recorders_frame(listed), wanted)
        return
    if not name:
        raise InputError("is missing", key="--as", allowed=tuple(load_recorders()))
    check_goes_somewhere(out, wanted is not Format.TEXT)
    day = options.read_day(extract, "--extract")
    asked = Recording(tuple(without or ()), seed, _read_offences(offences or []), day)
    rules_in_force(name, asked.without)
    frame = of_every_run(results, lambda result: record(result, name, asked))
    if out is not None:
        write_tidy(frame, out)
        typer.echo(f"wrote {out}: {len(frame):,} rows", err=True)
    if wanted is not Format.TEXT:
        print_data(frame, wanted)


def _read_offences(written: list[str]) -> OffenceSettings:
    """Return the settings of offences that are written as NAME=VALUE."""
    from enforcement_sim.errors import InputError, shown
    from enforcement_sim.studies.records.offence_settings import offence_settings

    values: dict[str, float] = {}
    for text in written:
        name, equals, number = text.partition("=")
        try:
            values[name.strip()] = float(number)
        except ValueError:
            raise InputError(f"cannot read {shown(text)}", key="--offences", allowed=OFFENCES_FORM) from None
        if not equals:
            raise InputError(f"cannot read {shown(text)}", key="--offences", allowed=OFFENCES_FORM)
    return offence_settings(**values)


def _recorders_frame(recorders: Iterable[Recorder]) -> pd.DataFrame:
    """Return a row for each rule of the recorders; a recorder without rules has one row."""
    import pandas as pd

    rows = [
        {"recorder": one.id, "title": one.title, "holds": one.holds, "rule": rule.id, "does": rule.does}
        | {"source": rule.source, "grade": rule.grade}
        for one in recorders
        for rule in one.rules
    ]
    bare = [{"recorder": one.id, "title": one.title, "holds": one.holds} for one in recorders if not one.rules]
    return pd.DataFrame(rows + bare)


def _print_recorders(recorders: Iterable[Recorder], in_full: bool) -> None:
    for recorder in recorders:
        print_text(paragraph(f"{recorder.id}: {recorder.title}", more=4))
        print_text(paragraph(f"A row: {recorder.holds}.", 4, 4))
        for rule in recorder.rules:
            print_part(f"without {rule.id}" if not in_full else rule.id, rule.does)
            if in_full:
                for name, value in rule.values.items():
                    print_part(f"  {name}", f"{value.value:g} ({value.low:g} to {value.high:g}) {value.unit}")
                print_part("  source", f"{rule.source} ({rule.grade})")
        print_text()

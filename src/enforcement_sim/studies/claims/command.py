"""``enforcement-sim claims``: published claims under their own definition and under every other."""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from enforcement_sim.commands import options
from enforcement_sim.commands.printed_data import AsFormat, Format, print_data
from enforcement_sim.commands.progress_bar import ProgressBar
from enforcement_sim.commands.running import until_interrupted
from enforcement_sim.tables.table import Table
from enforcement_sim.terminal.layout import print_table
from enforcement_sim.terminal.printing import paragraph, print_json, print_part, print_text

if TYPE_CHECKING:
    from enforcement_sim.studies.claims.audit import Audit
    from enforcement_sim.studies.claims.measured import Measured

LABEL_COLUMNS = 14
"""Columns of the labels of a claim's figures."""
HOLDS = {"yes": "comes to the claim's figure", "cannot tell": "cannot be told"}
"""What a definition's row says of it; nothing where it does not come to the figure."""


def _claim_names() -> Iterable[str]:
    from enforcement_sim.studies.claims.published import load_claims

    return load_claims()


Id = Annotated[
    str,
    typer.Argument(
        help="A claim, such as minor-55, or a part of its name or a number of its text: its whole table.",
        metavar="[ID]",
        autocompletion=options.names_only(_claim_names),
    ),
]
Prepare = Annotated[
    Path | None, typer.Option("--prepare", help="Make the runs that this folder lacks; an interrupted call continues.")
]
From = Annotated[Path | None, typer.Option("--from", help="A prepared folder, or one with a measured table.")]
Seeds = Annotated[int | None, typer.Option("--replications", help="Seeds of each run, with --prepare.")]
Thin = Annotated[int | None, typer.Option("--thin", help="One booking in this many in national runs, with --prepare.")]
Csv = Annotated[Path | None, typer.Option("--csv", help="Write every row as CSV into a new file.")]
Figure = Annotated[
    Path | None,
    typer.Option("--figure", help="Draw into a new .png, with an .svg and a .csv of the same name beside it."),
]


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("claims")(claims)


def claims(
    name: Id = "",
    prepare: Prepare = None,
    from_folder: From = None,
    replications: Seeds = None,
    thin: Thin = None,
    workers: options.Workers = None,
    csv: Csv = None,
    figure: Figure = None,
    wanted: AsFormat = Format.TEXT,
) -> None:
    """Audit published claims: their arithmetic, and whether they hold as they count and as others count.

    Numbers are read from --from FOLDER, else from out/claims, else from the table that ships; if there is none the runs
    are made in out/claims.
    """
    from enforcement_sim.studies.claims.audit import as_data, audit, table
    from enforcement_sim.studies.claims.published import load_claims

    known = load_claims()
    chosen = [known.chosen(name)] if name else list(known.values())
    _check_how(prepare, from_folder, {"--replications": replications, "--thin": thin})
    _check_new_files(csv, figure)
    measured = _measured(prepare, from_folder, replications, thin, workers)
    audits = audit(measured.numbers, chosen)
    if wanted is Format.JSON:
        about = {"about": "Simulated, not a record.", "stale": measured.stale, "seeds": measured.about["seeds"]}
        print_json(about | {"claims": as_data(audits)})
    elif wanted is Format.TEXT:
        _print(audits, measured, whole=bool(name))
    else:
        print_data(table(audits), wanted)
    if csv is not None:
        options.write_csv(csv, table(audits))
    if figure is not None:
        from enforcement_sim.studies.claims.figure import draw_claims

        for path in draw_claims(audits, measured, figure):
            typer.echo(f"wrote {path}", err=True)


def _check_how(prepare: Path | None, from_folder: Path | None, how: dict[str, int | None]) -> None:
    """Raise for options that contradict each other, before anything is computed."""
    from enforcement_sim.errors import InputError

    if prepare is not None and from_folder is not None:
        raise InputError("numbers are prepared or read, not both", key="--from", allowed="one of --prepare and --from")
    for option, value in how.items():
        if value is not None and prepare is None:
            raise InputError("says how runs are made, and none are", key=option, allowed="with --prepare FOLDER")
        if value is not None and value < 1:
            raise InputError(f"{value} is not a number of them", key=option, allowed="a whole number from 1")


def _check_new_files(csv: Path | None, figure: Path | None) -> None:
    """Raise unless every file that is asked for can be written."""
    from enforcement_sim.errors import InputError

    options.check_new_file(csv, "--csv")
    options.check_new_file(figure, "--figure", (".png",))
    if figure is not None:
        beside = [figure.with_suffix(ending) for ending in (".svg", ".csv")]
        for path in beside:
            options.check_new_file(path, "--figure")
        if csv in beside:
            raise InputError(f"{csv} is the name of the figure's own numbers", key="--csv", allowed="another name")


def _measured(
    prepare: Path | None, from_folder: Path | None, replications: int | None, thin: int | None, workers: int | None
) -> Measured:
    """Return the numbers, read, or made with a progress bar."""
    from enforcement_sim.runs.store import MANIFEST
    from enforcement_sim.studies.claims.measured import DEFAULT_FOLDER, measured_in, prepared, shipped
    from enforcement_sim.studies.claims.worlds import SEEDS, THIN

    if from_folder is not None:
        return measured_in(from_folder)
    if prepare is None:
        there = measured_in(DEFAULT_FOLDER) if (DEFAULT_FOLDER / MANIFEST).exists() else shipped()
        if there is not None:
            return there
    folder = prepare or DEFAULT_FOLDER
    measured, found = until_interrupted(
        lambda: prepared(folder, replications or SEEDS, thin or THIN, workers, ProgressBar()), folder
    )
    typer.echo(f"kept in {folder}", err=True)
    if found.failures:
        typer.echo(f"{len(found.failures)} runs failed; claims that need them have no value", err=True)
    return measured


# ---- printing -----------------------------------------------------------------------------------------------------------


def _print(audits: list[Audit], measured: Measured, whole: bool) -> None:
    """Print one claim's table, or a line a claim; and the findings."""
    if whole:
        for one in audits:
            _print_whole(one)
    else:
        _print_overview(audits)
        for one in audits:
            told = f"Claim {one.claim.id}: {one.finding.verdict.words}. {one.finding.sentences}"
            print_text(paragraph(told, more=4))
    print_text()
    print_text(paragraph(_foot(measured)))


def _print_overview(audits: list[Audit]) -> None:
    headings = (
        "claim",
        "claimed",
        "by hand",
        "model, the claim's way (95%)",
        "model, every way",
        "verdict, by hand and in the simulated world",
        "expressed",
    )
    rows = tuple((one.claim.id, *one.in_short("-"), one.finding.verdict.words, one.claim.expressed) for one in audits)
    print_table(Table(headings, rows, "Published claims, counted as they count and as others count"))
    print_text()


def _print_whole(one: Audit) -> None:
    from enforcement_sim.studies.claims.audit import LABEL
    from enforcement_sim.studies.claims.claim_amounts import amount, interval
    from enforcement_sim.studies.claims.claim_sentences import claimed_by, headline
    from enforcement_sim.studies.claims.operators import COMPARED

    print_text(paragraph(headline(one.claim)))
    print_text(paragraph(claimed_by(one.claim)))
    print_text()
    for sentence in (f"{LABEL}: {one.finding.verdict.words}.", one.finding.arithmetic, one.finding.world):
        print_text(paragraph(sentence))
    print_text()
    for label, text in _about(one):
        print_part(label, text, indent=0, width=LABEL_COLUMNS)
    print_text()
    rows = []
    for row in one.rows:
        band = interval(row, row.unit) if math.isfinite(row.value) else ""
        about = "no definition of the claim" if row.role == COMPARED else HOLDS.get(row.holds, "")
        note = "; ".join(part for part in (row.difference, about, row.note) if part)
        rows.append((row.group, one.definition(row), amount(row.value, row.unit), band, note))
    headings = ("what differs", "definition", "model", "95%", "note")
    title = f"Claim {one.claim.id} under every definition, in the simulated world"
    print_table(Table(headings, tuple(rows), title, grouped=True))


def _about(one: Audit) -> list[tuple[str, str]]:
    from enforcement_sim.studies.claims.claim_amounts import amount, stated

    claim, own, by_hand = one.claim, one.claim.own, one.claim.by_hand
    lines = [("claimed", stated(claim))]
    if by_hand is None:
        lines.append(("by hand", claim.no_arithmetic))
    else:
        lines.append(("by hand", f"{by_hand.gives.text} = {amount(by_hand.value, claim.unit)}"))
        for name, number in by_hand.numbers.items():
            cited = " ".join(f"{source.text} [{source.side}]" for source in number.sources)
            lines.append(("", f"{name} = {number.value:,.10g} {number.unit} ({number.grade}): {cited}"))
        for line in by_hand.also:
            value = amount(line.expression.value, line.unit, exactly=True)
            lines.append(("", f"{line.says}: {line.expression.text} = {value}"))
    when = f"{own.start}" if own.start == own.end else f"{own.start} to {own.end}"
    lines.append(("own way", f"{own.measure}; {own.stage}; {when}; {own.scope}; over: {own.denominator}"))
    lines.append(("expressed", f"{claim.expressed}. {claim.limits}".strip()))
    return [*lines, ("note", claim.note)] if claim.note else lines


def _foot(measured: Measured) -> str:
    """Return what every number on the screen is."""
    thin, seeds = int(measured.about["thin"]), len(measured.about["seeds"])
    every = "every booking" if thin == 1 else f"one booking in {thin} in national runs"
    text = (
        f"Simulated, not a record: {seeds} seed{'s' if seeds > 1 else ''}, {every}. Intervals are over seeds (Student's t): they "
        "reflect variation over seeds, not uncertainty about parameters. Where a published count and the model part, "
        "either may be wrong. "
    )
    if measured.stale:
        text += f"These numbers were made by another version ({measured.stale} changed since): --prepare FOLDER makes them anew."
    return text.strip()

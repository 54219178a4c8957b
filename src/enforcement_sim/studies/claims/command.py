"""``enforcement-sim claims``: published claims under their own definition and under every other."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from enforcement_sim.commands import options
from enforcement_sim.commands.running import ProgressBar, until_interrupted
from enforcement_sim.terminal.printing import paragraph, print_json, print_part, say
from enforcement_sim.terminal.table import TextTable, print_table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from enforcement_sim.studies.claims.claims import Audit
    from enforcement_sim.studies.claims.stored import Measured

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
Workers = Annotated[int | None, typer.Option("--workers", help="Processes; all cores unless given.")]
Csv = Annotated[Path | None, typer.Option("--csv", help="Write every row as CSV into a new file.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
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
    workers: Workers = None,
    csv: Csv = None,
    as_json: AsJson = False,
    figure: Figure = None,
) -> None:
    """Audit published claims: their arithmetic, and whether they hold as they count and as others count.

    Numbers are read from --from FOLDER, else from out/claims, else from the table that ships; if there is none the runs
    are made in out/claims.
    """
    from enforcement_sim.studies.claims.claims import audit, table
    from enforcement_sim.studies.claims.published import load_claims

    known = load_claims()
    chosen = [known.chosen(name)] if name else list(known.values())
    _refuse(prepare, from_folder, replications, thin, csv, figure)
    measured = _measured(prepare, from_folder, replications, thin, workers)
    audits = audit(measured.numbers, chosen)
    if as_json:
        from enforcement_sim.studies.claims.claims import as_data

        told = {"about": "Simulated, not a record.", "stale": measured.stale, "seeds": measured.about["seeds"]}
        told["claims"] = as_data(audits)
        print_json(told)
    else:
        _print(audits, measured, whole=bool(name))
    if csv is not None:
        from enforcement_sim.csv_text import csv_text
        from enforcement_sim.runs.disk import write_whole

        write_whole(csv, csv_text(table(audits)).encode())
        typer.echo(f"wrote {csv}", err=True)
    if figure is not None:
        from enforcement_sim.studies.claims.figure import draw_claims

        for path in draw_claims(audits, measured, figure):
            typer.echo(f"wrote {path}", err=True)


def _refuse(
    prepare: Path | None,
    from_folder: Path | None,
    replications: int | None,
    thin: int | None,
    csv: Path | None,
    figure: Path | None,
) -> None:
    """Raise for options that contradict each other, and for files that are there already, before anything is computed."""
    from enforcement_sim.errors import InputError

    if prepare is not None and from_folder is not None:
        raise InputError("numbers are prepared or read, not both", key="--from", allowed="one of --prepare and --from")
    for option, value in (("--replications", replications), ("--thin", thin)):
        if value is not None and prepare is None:
            raise InputError("says how runs are made, and none are", key=option, allowed="with --prepare FOLDER")
        if value is not None and value < 1:
            raise InputError(f"{value} is not a number of them", key=option, allowed="a whole number from 1")
    if figure is not None and figure.suffix != ".png":
        raise InputError(f"{figure} is not the name of a picture", key="--figure", allowed="a name that ends in .png")
    beside = () if figure is None else (figure, figure.with_suffix(".svg"), figure.with_suffix(".csv"))
    for option, path in (("--csv", csv), *(("--figure", path) for path in beside)):
        if path is not None and path.exists():
            raise InputError(f"{path} is there already", key=option, allowed="the name of a new file")
    if csv is not None and csv in beside:
        raise InputError(f"{csv} is the name of the figure's own numbers", key="--csv", allowed="another name")
    for option, path in (("--csv", csv), ("--figure", figure)):
        if path is not None and not path.parent.is_dir():
            raise InputError(f"there is no folder {path.parent}", key=option)


def _measured(
    prepare: Path | None, from_folder: Path | None, replications: int | None, thin: int | None, workers: int | None
) -> Measured:
    """Return the numbers, made or read."""
    from enforcement_sim.runs.folder import MANIFEST
    from enforcement_sim.studies.claims.stored import DEFAULT_FOLDER, measured_in, shipped

    if from_folder is not None:
        return measured_in(from_folder)
    if prepare is None:
        if (DEFAULT_FOLDER / MANIFEST).exists():
            return measured_in(DEFAULT_FOLDER)
        there = shipped()
        if there is not None:
            return there
    return _made(prepare or DEFAULT_FOLDER, replications, thin, workers)


def _made(folder: Path, replications: int | None, thin: int | None, workers: int | None) -> Measured:
    """Make the runs, with a bar, and measure them."""
    from enforcement_sim.studies.claims.runs import SEEDS, THIN
    from enforcement_sim.studies.claims.stored import prepared

    measured: Measured
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
            say(paragraph(told, more=4))
    say()
    say(paragraph(_foot(measured)))


def _print_overview(audits: list[Audit]) -> None:
    from enforcement_sim.studies.claims.findings import amount, interval, stated

    claims_way, every_way = "model, the claim's way (95%)", "model, every way"
    verdict = "verdict, by hand and in the simulated world"
    headings = ("claim", "claimed", "by hand", claims_way, every_way, verdict, "expressed")
    rows = []
    for one in audits:
        claim, finding = one.claim, one.finding
        unit, own = claim.unit, one.own
        by_hand = "-" if claim.by_hand is None else amount(claim.by_hand.value, unit, exactly=True)
        model = amount(own.row.value, unit)
        if math.isfinite(own.row.value):
            model += f" ({interval(own.estimate, unit)})"
        ends = [end for end in (finding.lowest, finding.highest) if end is not None]
        every = " to ".join(dict.fromkeys(amount(end.mean, unit) for end in ends)) or "-"
        rows.append((claim.id, stated(claim), by_hand, model, every, finding.verdict.words, claim.expressed))
    print_table(TextTable(headings, tuple(rows), "Published claims, counted as they count and as others count"))
    say()


def _print_whole(one: Audit) -> None:
    from enforcement_sim.studies.claims.findings import LABEL, amount, claimed_by, headline, interval
    from enforcement_sim.studies.claims.rows import COMPARED

    claim = one.claim
    say(paragraph(headline(claim)))
    say(paragraph(claimed_by(claim)))
    say()
    say(paragraph(f"{LABEL}: {one.finding.verdict.words}."))
    for sentence in (one.finding.arithmetic, one.finding.world):
        say(paragraph(sentence))
    say()
    for label, text in _about(one):
        print_part(label, text, indent=0, width=LABEL_COLUMNS)
    say()
    rows = []
    for audited in one.rows:
        row = audited.row
        band = interval(audited.estimate, row.unit) if math.isfinite(row.value) else ""
        about = "no definition of the claim" if row.role == COMPARED else HOLDS.get(audited.holds, "")
        note = "; ".join(part for part in (audited.difference, about, row.note) if part)
        label = claim.measure if row.role == "own" else row.label
        rows.append((row.group, label, amount(row.value, row.unit), band, note))
    headings = ("what differs", "definition", "model", "95%", "note")
    title = f"Claim {claim.id} under every definition, in the simulated world"
    print_table(TextTable(headings, tuple(rows), title, grouped=True))


def _about(one: Audit) -> list[tuple[str, str]]:
    """Return a claim's figures, as labelled lines."""
    from enforcement_sim.studies.claims.findings import amount, stated

    claim = one.claim
    lines = [("claimed", stated(one.claim))]
    if claim.by_hand is None:
        lines.append(("by hand", claim.no_arithmetic))
    else:
        lines.append(("by hand", f"{claim.by_hand.expression} = {amount(claim.by_hand.value, claim.unit)}"))
        for number in claim.by_hand.numbers:
            cited = " ".join(f"{source.text} [{source.side}]" for source in number.sources)
            lines.append(("", f"{number.name} = {number.value:,.10g} {number.unit} ({number.grade}): {cited}"))
        lines += [
            ("", f"{line.says}: {line.expression} = {amount(line.value, line.unit, exactly=True)}")
            for line in claim.by_hand.also
        ]
    when = f"{claim.start}" if claim.start == claim.end else f"{claim.start} to {claim.end}"
    lines.append(("own way", f"{claim.measure}; {claim.stage}; {when}; {claim.scope}; over: {claim.denominator}"))
    lines.append(("expressed", f"{claim.expressed}. {claim.limits}".strip()))
    if claim.note:
        lines.append(("note", claim.note))
    return lines


def _foot(measured: Measured) -> str:
    """Return what every number on the screen is."""
    about = measured.about
    thin = int(about["thin"])
    every = "every booking" if thin == 1 else f"one booking in {thin} in national runs"
    seeds = len(about["seeds"])
    text = (
        f"Simulated, not a record: {seeds} seed{'s' if seeds > 1 else ''}, {every}. Intervals are over seeds (Student's t): they "
        "hold the chance in the simulation, not doubt about its parameters. Where a published count and the model part, "
        "either may be wrong. "
    )
    if measured.stale:
        text += f"These numbers were made by another version ({measured.stale} changed since): --prepare FOLDER makes them anew."
    return text.strip()

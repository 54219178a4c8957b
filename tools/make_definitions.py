"""Writes docs/definitions.md: what each definition counts, by which text, and the share it gives at every stage.

The first part comes from the shipped definitions and moments of recording alone. The second is measured on stored runs of the
nation (``enforcement-sim sweep baseline --set period.start=2007-10-01 --replications 4 --out FOLDER``) and keeps what is
on the page unless a folder is named. ``python -m tools.make_definitions [FOLDER]``.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from math import isnan
from pathlib import Path
from typing import Any

import pandas as pd
from tools.pictures import save_picture

from enforcement_sim import labels
from enforcement_sim.codes import PROGRAMMES
from enforcement_sim.law.definitions import Definition, load_definitions
from enforcement_sim.law.recording import load_recording
from enforcement_sim.plots.sources import Drawable
from enforcement_sim.results.result import Result
from enforcement_sim.studies.stages.compute import stage_cells
from enforcement_sim.studies.stages.figure import definitions as draw_definitions
from enforcement_sim.studies.stages.published_cells import published_cells
from enforcement_sim.studies.stages.record_completeness import BY_STAGE

DOCS = Path(__file__).parents[1] / "docs"
OUT = DOCS / "definitions.md"
IMAGE = "images/stages-by-definition.png"
BEGIN = "<!-- measured: begin -->"
ENDED = "<!-- measured: end -->"

NO_RECORD = ("ice-levels-2010", "trac-at-issue", "trac-later", "no-conviction-ever", "no-conviction-current")
"""Definitions whose headline is people without a conviction or record; the others ask for a charge, or for how serious."""

HEAD = """# Definitions: what published figures mean by "non-criminal"

Reputable sources put the share of people without a criminal record anywhere between 15% and 77% for the same system, because
they count at different stages, in different months, from files more or less complete, by different definitions. Here each
definition is data: an ordered list of categories over what the ledger keeps of a person (offence class, grade, convicted by
then, earlier record), with its source, the days on which people were counted so, and the categories that the source adds up
in the number it is quoted for. One run answers under all of them, by stage.

`enforcement-sim definitions NAME` prints one with its categories; `enforcement-sim stages RESULTS_OR_SCENARIO` prints the table
below for any runs (`--programme`, `--where`, `--from`, `--to`, `--recording`, `--csv`, `--mix`, `--figure`); in Python it is
`enforcement_sim.studies.stages.compute.stage_table`.
Categories and grounds are spelt out in [rules.md](rules.md). *Recalled* means
that no document was seen: it is no citation.
"""

LAYER = """## How much was in the file

A layer over any definition. Of the people with a conviction, a share had one in the file at the moment they were counted; the
others are counted as without any. It is an expected value laid over counts that are already there, and changes no simulation:
the present charge stays, because the booking itself reports it. No document gives these shares, so all are assumed, with a range,
and `--recording by_stage:low` or `:high` takes its ends. A definition that names a moment of its own keeps it.
"""


def definitions_part() -> str:
    """Return the table of definitions, with a note for each that has one."""
    lines = [
        "## What each definition counts",
        "",
        "| definition | added up in its headline | in use | grade | source |",
        "|---|---|---|---|---|",
    ]
    shipped = load_definitions()
    lines += [_definition_row(one) for one in shipped.values()]
    notes = [f"- `{one.id}`: {one.note}" for one in shipped.values() if one.note]
    return "\n".join([*lines, "", "What the rules cannot express, or approximate:", "", *notes])


def _definition_row(one: Definition) -> str:
    added = " + ".join(name.replace("_", " ") for name in one.non_criminal)
    called = f"{added}: *{one.called}*" if added != one.called else f"*{added}*"
    if one.recording:
        called += f"; recorded `{one.recording}`"
    until = one.until or "…"
    cells = (f"`{one.id}`<br>{one.title}", called, f"{one.since} to {until}", one.grade, one.citation)
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def recording_part() -> str:
    """Return the table of moments."""
    lines = [LAYER, "| moment | in the file | range | grade | why | stages |", "|---|---:|---|---|---|---|"]
    for name, one in load_recording().items():
        stages = ", ".join(stage.replace("_", " ") for stage in one.stages) or "none of its own"
        span = f"{one.low:.0%} to {one.high:.0%}"
        lines.append(f"| `{name}`<br>{one.title} | {one.share:.0%} | {span} | {one.grade} | {one.source} | {stages} |")
    return "\n".join(lines)


def measured_part(folder: Path) -> str:
    """Return the tables of stored runs, and draw the figure."""
    drawable = Drawable.read(folder)
    point = drawable.reference
    results = [result for _, result in drawable.results(point)]
    about = drawable.about([point])
    cells = stage_cells(results, recording=BY_STAGE)
    ends = {end: stage_cells(results, recording=f"{BY_STAGE}:{end}") for end in ("low", "high")}
    published = published_cells(results, BY_STAGE)
    figure = draw_definitions(cells, published, about)
    save_picture(figure, DOCS / IMAGE)
    widest = ((cells["high"] - cells["low"]) / 2).max()
    intervals = f"No 95% interval over seeds (Student's t) is wider than ±{100 * widest:.1f} points."
    layer = pd.concat([frame["recorded"] for frame in ends.values()])
    parts = [
        "## One simulated world, by stage and by definition",
        about.caption() + f" {intervals} Intervals reflect variation over seeds, not uncertainty about parameters.",
        _spans(cells, layer, _by_programme(results)),
        "Share non-criminal, of the people at the stage; in brackets as the file showed people (`--recording by_stage`).",
        _stage_rows(figure.numbers),
        f"![Shares by stage and definition, with published figures]({IMAGE})",
        "## Published figures in their own cells",
        "Each is counted for its own stage, definition, programme, place and months. *Gap* is simulated less published, in "
        "points. Figures kept for a later test of the model are not shown.",
        _published_rows(published),
    ]
    return "\n\n".join(parts)


def _by_programme(results: Sequence[Result]) -> pd.DataFrame:
    """Count the definitions without a conviction or record for each programme's own people."""
    frames = [
        stage_cells(results, definitions=NO_RECORD, programme=programme).assign(programme=programme)
        for programme in PROGRAMMES[1:]
    ]
    return pd.concat(frames, ignore_index=True)


def _spans(cells: pd.DataFrame, layer: pd.Series, by_programme: pd.DataFrame) -> str:
    """Say between which shares the answers lie, over stages and definitions, without and with the layer of recording."""
    shown = cells[cells["definition"] != "charge"]
    record = shown[shown["definition"].isin(NO_RECORD)]
    late = record[record["stage"].isin(["detainer_issued", "removed"])]
    lines = []
    for what, frame in (
        ("No conviction or no record, at all stages", record),
        ("No conviction or no record, at detainers and removals only", late),
        ("No conviction or no record, of one programme's own people, at all stages", by_programme),
        ("All headlines, at all stages", shown),
    ):
        low, high = frame.loc[frame["share"].idxmin()], frame.loc[frame["share"].idxmax()]
        lines.append(f"- {what}: from {_cell(low)} to {_cell(high)}.")
    of_layer = layer[cells["definition"].isin(NO_RECORD).to_numpy().tolist() * 2]
    lines.append(
        f"- No conviction or no record, with the layer of recording at either end of its range: from "
        f"{_percent(of_layer.min())} to {_percent(of_layer.max())}."
    )
    return "\n".join(
        [
            "Between which shares the answers lie; but for the line of one programme's people, the same people at each stage:",
            "",
            *lines,
        ]
    )


def _cell(row: pd.Series) -> str:
    by = f", {labels.programme(row['programme'])}" if row.get("programme") else ""
    return f"{_percent(row['share'])} ({labels.event(row['stage'])}, `{row['definition']}`{by})"


def _stage_rows(found: pd.DataFrame) -> str:
    stages = list(dict.fromkeys(found["stage"]))
    rows = found.set_index(["definition", "stage"])
    lines = [f"| definition | {' | '.join(map(labels.event, stages))} |", f"|---|{'---:|' * len(stages)}"]
    for name in dict.fromkeys(found["definition"]):
        texts = []
        for stage in stages:
            share, recorded = rows.loc[(name, stage), ["share", "recorded"]]
            texts.append(f"{_percent(share)} ({_percent(recorded)})")
        lines.append(f"| `{name}` | {' | '.join(texts)} |")
    return "\n".join(lines)


def _published_rows(published: pd.DataFrame) -> str:
    lines = [
        "| figure | cell | published (range) | simulated | gap | as recorded | gap | |",
        "|---|---|---:|---:|---:|---:|---:|---|",
    ]
    for row in published.to_dict("records"):
        place = f"{labels.event(row['stage'])}, `{row['definition']}`"
        if row["programme"]:
            place += f", {labels.programme(row['programme'])}"
        value, low, high = (_percent(row[key]) for key in ("published", "published_low", "published_high"))
        texts = [f"{row['measures']} (`{row['target']}`)", f"{place}, {_months(row)}", f"{value} ({low} to {high})"]
        texts += [_mean(row, "simulated", "low", "high"), _points(row["gap"])]
        texts += [_mean(row, "recorded", "recorded_low", "recorded_high"), _points(row["recorded_gap"]), row["note"]]
        lines.append(f"| {' | '.join(texts)} |")
    return "\n".join(lines)


def _months(row: dict[Any, Any]) -> str:
    return f"{row['start']:%b %Y} to {row['end']:%b %Y}" if row["start"] is not None else "not run"


def _mean(row: dict[Any, Any], mean: str, low: str, high: str) -> str:
    half = "" if isnan(row[low]) else f" ± {100 * (row[high] - row[low]) / 2:.1f}"
    return "–" if isnan(row[mean]) else f"{100 * row[mean]:.1f}%{half}"


def _percent(share: float) -> str:
    if isnan(share):
        return "–"
    return f"{100 * share:.1f}%" if 0 < share < 0.095 else f"{100 * share:.0f}%"


def _points(gap: float) -> str:
    return "–" if isnan(gap) else f"{100 * gap:+.0f}"


def page(measured: str) -> str:
    """Return the whole page around what was measured."""
    parts = [HEAD, definitions_part(), recording_part(), f"{BEGIN}\n{measured}\n{ENDED}"]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def kept() -> str:
    """Return what the committed page says was measured."""
    text = OUT.read_text(encoding="utf-8")
    return text[text.index(BEGIN) + len(BEGIN) : text.index(ENDED)].strip()


def main() -> None:
    """Write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", help="stored runs of the nation; without them the tables stay")
    chosen = parser.parse_args()
    OUT.write_text(page(measured_part(chosen.folder) if chosen.folder else kept()), encoding="utf-8")
    print(OUT.name, "written")


if __name__ == "__main__":
    main()

"""Published figures in their own cells: each beside the simulated share of the same stage, definition, programme and time.

A published share of "non-criminals" belongs to one cell of the table of stages and definitions, and to its own programme,
place and months. Here each is compared with the simulated share of its own cell, with and without record completeness.
Figures kept for a later test (bin *heldout*) are left out unless the caller says that they may be shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import nan

import pandas as pd

from enforcement_sim.codes import EVENTS
from enforcement_sim.errors import InputError
from enforcement_sim.results.result import Result
from enforcement_sim.studies.stages.compute import People, stage_cells
from enforcement_sim.studies.validation.held_out_targets import every_target
from enforcement_sim.studies.validation.period import covers, overlap
from enforcement_sim.studies.validation.targets import Cell, Target, load_targets


def published_cells(
    results: Sequence[Result], recording: str | float | None = None, show_heldout: bool = False
) -> pd.DataFrame:
    """Compare each published share with the simulated one of its own cell.

    Parameters
    ----------
    results
        Runs of one scenario and period under different seeds.
    recording
        As in :func:`~enforcement_sim.studies.stages.compute.stage_table`.
    show_heldout
        Whether figures kept for a later test of the model may be shown. Once seen they can no longer test it.

    Returns
    -------
    DataFrame
        Columns ``target``, ``measures``, ``bin``, ``stage``, ``definition``, ``programme`` (empty for all), ``scope``,
        ``start``, ``end`` (the part of its window that was run), ``published``, ``published_low``, ``published_high`` (its
        range), ``simulated``, ``low``, ``high`` (95% over runs), ``gap`` (simulated less published), with a recording the
        same again as ``recorded``, ``recorded_low``, ``recorded_high``, ``recorded_gap``; ``runs``, ``note``, ``citation``.
        Not a number where the figure's place or time was not run; the note says so.

    Raises
    ------
    InputError
        If there are no results, or there is no such recording.
    """
    if not results:
        raise InputError("no results to compare with")
    shown = (every_target() if show_heldout else load_targets()).values()
    rows = [_row(target, target.cell, results, recording) for target in shown if target.cell]
    return pd.DataFrame(rows).sort_values(
        "stage", key=lambda stages: stages.map(EVENTS.index), kind="stable", ignore_index=True
    )


def _row(target: Target, cell: Cell, results: Sequence[Result], recording: str | float | None) -> dict[str, object]:
    days = overlap(target.start, target.end, results[0])
    ends = (target.low, target.value, target.high)
    low, value, high = sorted(1 - end for end in ends) if cell.complement else ends
    row: dict[str, object] = {
        "target": target.id,
        "measures": _measures(cell, target),
        "bin": target.bin,
        "stage": cell.stage,
        "definition": cell.definition,
        "programme": cell.programme or "",
        "scope": str(target.scope),
        "start": days[0] if days else None,
        "end": days[1] if days else None,
        "published": value,
        "published_low": low,
        "published_high": high,
    }
    notes = [cell.note] if cell.note else []
    found: dict[str, float] = {"runs": 0}
    if days is None:
        notes.append("its window lies outside the period that was run")
    elif not covers(results[0], target.scope):
        notes.append(f"the run does not cover {target.scope}")
    else:
        if days != (target.start, target.end):
            notes.append(f"its window reaches outside the runs; counted over {days[0]} to {days[1]}")
        scope = None if target.scope.kind == "nation" else target.scope
        people: People = {"programme": cell.programme, "scope": scope, "start": days[0], "end": days[1]}
        cells = stage_cells(results, recording, [cell.stage], [cell.definition], **people)
        found = {str(key): number for key, number in cells.iloc[0].items()}
    row |= {name: found.get(key, nan) for name, key in (("simulated", "share"), ("low", "low"), ("high", "high"))}
    row["gap"] = found.get("share", nan) - value
    if recording is not None:
        row |= {key: found.get(key, nan) for key in ("recorded", "recorded_low", "recorded_high")}
        row["recorded_gap"] = found.get("recorded", nan) - value
    return row | {"runs": int(found["runs"]), "note": "; ".join(notes), "citation": target.citation}


def _measures(cell: Cell, target: Target) -> str:
    if not cell.complement:
        return target.measures
    return f"One minus the {target.measures[:1].lower()}{target.measures[1:]}"

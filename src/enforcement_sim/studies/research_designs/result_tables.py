"""The tables of a study that was run for one effect or several: its designs, and of offences their power at every effect."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from enforcement_sim.studies.research_designs.power_by_shift import adds, moves_exactly, without_effect
from enforcement_sim.studies.research_designs.power_tables import power_table
from enforcement_sim.studies.research_designs.study_tables import Results, effects_table, in_two, performance_table
from enforcement_sim.tables.table import Table


def base_of(results: Sequence[Results]) -> Results:
    """Return the results without an effect, or the only ones; otherwise those of the first effect."""
    return next((one for one in results if not one.plan.effect), results[0])


def worlds_without_effect(results: Sequence[Results]) -> dict[str, pd.DataFrame]:
    """Return each design's estimates in worlds without an effect, where effects add to them; nothing of other designs."""
    base = base_of(results)
    designs = base.study.designs()
    found = {
        str(name): without_effect(rows)
        for name, rows in base.estimates.groupby("design", sort=False)
        if adds(base.study, designs[str(name)])
    }
    return {name: rows for name, rows in found.items() if len(rows)}


def tables_of(results: Sequence[Results]) -> list[Table]:
    """Return the tables of a study: its designs, and their power."""
    worlds, base = worlds_without_effect(results), base_of(results)
    study, effects = base.study, [one.plan.effect for one in results]
    moved = all(moves_exactly(study, design) for design in study.designs().values())
    tables = in_two(performance_table(base, effects)) if moved or len(results) == 1 else [effects_table(results)]
    return [*tables, power_table(study, worlds, effects)] if worlds else tables

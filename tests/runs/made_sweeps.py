"""Finished sweeps made from a formula instead of runs: the tables and the manifest that reading one needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from enforcement_sim.runs.design import settings_frame
from enforcement_sim.runs.sweep_result import Sweep

Formula = Callable[[Mapping[str, Any], Mapping[str, float], int], Mapping[str, float]]
"""From a point's settings, a draw's values and a seed to measures."""


def made_sweep(
    folder: Path,
    formula: Formula,
    draws: Sequence[Mapping[str, float]],
    settings: Sequence[Mapping[str, Any]] = ({},),
    seeds: Sequence[int] = (1,),
    method: str | None = "saltelli",
    cells: Sequence[tuple[int, int]] | None = None,
) -> Sweep:
    """A sweep in which every point meets every draw and seed, or the cells (draw, point) that are given."""
    table = settings_frame(list(settings))
    pairs = cells or [(draw, point) for draw in range(max(1, len(draws))) for point in range(len(settings))]
    rows = []
    for draw, point in sorted(pairs, key=lambda pair: pair[::-1]):
        values = draws[draw] if draws else {}
        for replication, seed in enumerate(seeds):
            labels = {"point": point, **{name: table[name].iloc[point] for name in table.columns}}
            labels |= {"draw": draw, **values} if draws else {}
            labels |= {"replication": replication, "seed": seed, "run": f"{len(rows):016x}"}
            rows.append(labels | dict(formula(settings[point], values, seed)))
    folder.mkdir(exist_ok=True)
    pd.DataFrame(rows).to_parquet(folder / "measures.parquet")
    addresses = list(dict.fromkeys(name for one in settings for name in one))
    design: dict[str, Any] = {
        "addresses": addresses,
        "points": [{"point": place, "settings": dict(one)} for place, one in enumerate(settings)],
        "seeds": list(seeds),
    }
    if draws:
        design["draws"] = {"addresses": list(draws[0]), "values": [dict(draw) for draw in draws]}
    scenario: dict[str, Any] = {"name": "made-up", "title": "Made up"}
    if method:
        scenario["design"] = {"uncertainties": {"method": method}}
    outputs = {"measures.parquet": "not hashed"}
    return Sweep(folder, {"design": design, "scenario": scenario, "runs": [], "outputs": outputs})


def named(rows: np.ndarray, *names: str) -> list[dict[str, float]]:
    """Rows of numbers as draws."""
    return [dict(zip(names, map(float, row), strict=True)) for row in rows]

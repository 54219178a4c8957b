"""All figures of a finished sweep, one result or a study, drawn into a folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from enforcement_sim import plots
from enforcement_sim.plots.differences import BY_PROGRAMME, MEASURES, TITLE, TITLE_BY_PROGRAMME
from enforcement_sim.plots.indices import MEASURES as MAIN_MEASURES
from enforcement_sim.plots.sources import Drawable, Source
from enforcement_sim.runs.compare import StoredPoint
from enforcement_sim.runs.sweep_result import Sweep
from enforcement_sim.scenarios.plan import DIFFERENCE, LEVEL
from enforcement_sim.studies.card.compute import cards_of
from enforcement_sim.studies.card.figure import card as drawn_card

DEFINITIONS = {"mix-levels-2010": "ice-levels-2010", "mix-charge": "charge"}
"""File name of a mix figure to the definition it is drawn under."""

MOST_FOR_CARDS = 20_000
"""Most runs times counties of a sweep whose figures include cards, which read every run in full. Above it, run
``enforcement-sim card FOLDER``."""


def draw_all(folder: Path | str) -> list[Path]:
    """Draw every figure of a finished sweep.

    Raises
    ------
    InputError
        If the folder holds no finished sweep.

    Examples
    --------
    >>> draw_all("out/hold-and-opt-out")    # doctest: +SKIP
    """
    drawable = Drawable.read(folder)
    home = Path(folder) / "figures"
    written = draw_result(drawable, home)
    if len(drawable.points) > 1:
        for name, measures, title in (
            ("response", MEASURES, TITLE),
            ("response-by-programme", BY_PROGRAMME, TITLE_BY_PROGRAMME),
        ):
            if drawable.measures["measure"].isin(measures).any():
                written += plots.save(plots.response(drawable, measures, title), home, name)
        written += plots.save(plots.mix_by_setting(drawable), home, "mix-by-setting")
        written += _cards(drawable, home)
    return written


def draw_result(result: Source, folder: Path | str) -> list[Path]:
    """Draw the figures of one setting: funnel, throughput, mixes, map and stay; of a sweep the stay of all settings.

    Parameters
    ----------
    result : Result, sequence of Result, or Sweep
        Of one run no interval can be drawn; the captions say so.
    folder : Path or str
        Made if missing.

    Examples
    --------
    >>> draw_result(result, "out/figures")    # doctest: +SKIP
    """
    figures = {
        "funnel": plots.funnel(result),
        "throughput": plots.throughput(result),
        **{name: plots.mix(result, definition) for name, definition in DEFINITIONS.items()},
        "county-map": plots.county_map(result),
        "stay": plots.stay(result),
    }
    return [path for name, figure in figures.items() for path in plots.save(figure, folder, name)]


def _cards(drawable: Drawable, home: Path) -> list[Path]:
    """Draw the card of every setting against the reference; none if the sweep is too large."""
    others = [point for point in drawable.shown if point != drawable.reference]
    _, first = next(iter(drawable.results(drawable.reference)))
    if len(drawable.sweep.measures) * len(first.meta["counties"]) > MOST_FOR_CARDS:
        return []
    found = cards_of(*(StoredPoint(drawable.sweep, point) for point in (drawable.reference, *others)))
    cards = zip(others, found, strict=True)
    return [path for point, card in cards for path in plots.save(drawn_card(card), home, f"card-{point}")]


def draw_indices(found: Sweep, indices: pd.DataFrame, measures: Sequence[str] = MAIN_MEASURES) -> list[Path]:
    """Draw the indices of a sweep into the ``figures`` of its folder.

    Returns
    -------
    list of Path
        The PNG, SVG and CSV files written: ``sensitivity`` for levels at the reference, ``sensitivity-of-effect-N`` for
        the effect of policy N.
    """
    written: list[Path] = []
    of_point = indices["of"] == np.where(indices["point"] == 0, LEVEL, DIFFERENCE)
    known = indices[of_point & indices["value"].notna() & indices["measure"].isin(measures)]
    for point in sorted(set(known["point"])):
        name = f"sensitivity-of-effect-{point}" if point else "sensitivity"
        written += plots.save(plots.importance(found, indices, point, measures), found.folder / "figures", name)
    return written

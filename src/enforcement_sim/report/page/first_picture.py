"""The first picture of a report: what each setting changes in three measures, a row for each setting."""

from __future__ import annotations

from math import isnan

import pandas as pd
from matplotlib.axes import Axes

from enforcement_sim import labels
from enforcement_sim.place_labels import scope_in_words
from enforcement_sim.plots import frame, style
from enforcement_sim.report.page.changes import NO_CONVICTION
from enforcement_sim.report.page.sentence import headline
from enforcement_sim.results.intervals import HIGHER, LOWER
from enforcement_sim.studies.reading import Reading
from enforcement_sim.tables.amounts import IDENTICAL, NOT_APPLICABLE, dollars, signed, whole

MONEY = "net_cost.county"
_ROW_INCHES, _ROW_INCHES_NARROW = 0.23, 0.2
_NARROW_INCHES = 4.7
_COLOUR = style.SERIES_COLOURS[0]
_DOT = 0.035
"""Width of a dot as a share of what a panel spans."""


@frame.styled
def first_picture(reading: Reading, found: pd.DataFrame, narrow: bool = False) -> frame.Plot:
    """Draw the change of the headline measure, of removals without conviction and of the counties' cost.

    Parameters
    ----------
    reading : Reading
    found : DataFrame
        From :func:`enforcement_sim.report.page.changes.changes_of`.
    narrow : bool
        Draw panels below each other, for a phone.
    """
    names = measures_drawn(found)
    here = found[found["measure"].isin(names) & (found["point"] != reading.points[0])]
    about = reading.drawable.about(list(reading.points))
    settings = dict(zip(reading.points[1:], reading.labels[1:], strict=True))
    rows, row_inches = len(settings), _ROW_INCHES_NARROW if narrow else _ROW_INCHES
    panel = row_inches * rows + (0.85 if narrow else 0.75)
    several = here["low"].notna().any()
    drawn = "line: its 95% interval" if wider_than_dots(here) else "95% intervals are narrower than the dots"
    interval = drawn if several else "one run, no interval"
    dots = f"Dot: the change; {interval}. Hollow: the direction cannot be told. Cross: identical."
    place = scope_in_words(reading.scenario["scope"])
    figure = frame.framed(
        (_NARROW_INCHES, panel * len(names)) if narrow else (frame.WIDTH, panel),
        f"The change from {reading.labels[0]}",
        f"{place[:1].upper()}{place[1:]}. {dots}",
        about.caption("Intervals" if several else ""),
        numbers=here,
        about=about,
    )
    columns = 1 if narrow else len(names)
    shared = {"sharex": False, "sharey": not narrow}
    at = {int(point): str(label) for point, label in settings.items()}
    for name, axes, part, _ in frame.row_panels(figure, here, ("measure", names), ("point", at), columns, **shared):  # type: ignore[arg-type]
        _panel(axes, part, name, found)
    return figure


def measures_drawn(found: pd.DataFrame) -> list[str]:
    """Return the measures of the panels: the one of the sentence first."""
    known = set(found["measure"])
    return [name for name in dict.fromkeys((headline(found), NO_CONVICTION, MONEY)) if name in known]


def wider_than_dots(changes: pd.DataFrame) -> bool:
    """Return whether any interval reaches out of its dot in its measure's panel.

    Examples
    --------
    >>> wide, narrow = (
    ...     pd.DataFrame({"measure": ["removed"], "low": [-100.0 - half], "high": [-100.0 + half]}) for half in (9.0, 1.0)
    ... )
    >>> wider_than_dots(wide), wider_than_dots(narrow)
    (True, False)
    """
    panels = changes.groupby("measure")
    spans = panels["high"].transform("max").clip(lower=0) - panels["low"].transform("min").clip(upper=0)
    return bool((changes["high"] - changes["low"] > _DOT * spans).any())


def _panel(axes: Axes, part: pd.DataFrame, name: str, found: pd.DataFrame) -> None:
    label, unit = labels.measure(name)
    text_of = dollars if unit == "dollars" else whole
    level = float(found.loc[found["measure"] == name, "reference_mean"].iloc[0])
    said = NOT_APPLICABLE if isnan(level) else f"{text_of(level)}{'' if unit == 'dollars' else f' {unit}'}"
    frame.heading(axes, label, f"reference: {said}")
    axes.axvline(0, color=style.INK, linewidth=0.9)
    frame.whiskers(axes, part, part["at"].tolist(), _COLOUR)
    for row in part.to_dict("records"):
        face = _COLOUR if row["verdict"] in (HIGHER, LOWER) else "white"
        shape = "x" if row["verdict"] == IDENTICAL else "o"
        axes.plot(row["mean"], row["at"], shape, ms=6, mec=_COLOUR, mfc=face)
    _write_numbers(axes, part, unit)
    frame.value_axis(axes, "x", f"change, {unit}", ticks=3 if unit == "dollars" else 4)
    if unit == "dollars":
        axes.xaxis.set_major_formatter(lambda value, _: dollars(value))


def _write_numbers(axes: Axes, part: pd.DataFrame, unit: str) -> None:
    """Write each number at the right of its row, where no mark can reach it."""
    text_of = signed(dollars if unit == "dollars" else whole)
    for row in part.to_dict("records"):
        if row["verdict"] != NOT_APPLICABLE:
            text = "=" if row["verdict"] == IDENTICAL else text_of(row["mean"])
            frame.beside(axes, text, row["at"], at=1.02, size=8.0, color=style.INK)

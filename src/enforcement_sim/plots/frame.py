"""Parts common to all figures: the frame with its caption, panels, rows, intervals, axes with units, and legends.

A figure is a :class:`Plot`: a Matplotlib figure with the numbers drawn and their provenance. It is saved as PNG and SVG, with
the numbers as CSV. Picture files hold the scenario, the runs, their seeds and the engine version as metadata, so that a
figure can be traced and reproduced. Figures use Matplotlib's object interface and are laid out once, in the package's
style, so that they look the same wherever they are shown.
"""

from __future__ import annotations

import io
import textwrap
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from functools import wraps
from math import ceil, isfinite
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.lines import Line2D
from matplotlib.ticker import Formatter

from enforcement_sim import labels
from enforcement_sim.place_labels import mark_of
from enforcement_sim.places.scope import ALONE
from enforcement_sim.plots import style
from enforcement_sim.plots.captions import Provenance
from enforcement_sim.tables.csv_text import csv_text

WIDTH = 11.5
"""Width of most figures, in inches."""
DOTS_PER_INCH = 150
_TITLE_POINTS, _SUBTITLE_POINTS, _CAPTION_POINTS = 13.0, 9.5, 8.0
_LINE = 1.35
_MARGIN_INCHES = 0.15
_LEGEND_LINE_INCHES = 0.22
_POSITION_DIGITS = 5
_VISIBLE = 0.002
"""Share of a figure's largest number below which an interval cannot be seen."""
# Mean advance of DejaVu Sans in running English text, in ems; used to wrap lines to the figure's width.
_EMS_PER_CHARACTER = 0.535


class Plot(Figure):
    """A Matplotlib figure with the numbers that it shows.

    Attributes
    ----------
    numbers : DataFrame
        The numbers drawn.
    about : Provenance or None
        The runs behind the numbers.

    Examples
    --------
    >>> from enforcement_sim import load_scenario, plots, run
    >>> delaware = load_scenario("baseline").with_(**{"scope": {"counties": ["10003"]}, "start.warm_days": 0,
    ...     "period.start": "2012-01-01", "period.end": "2012-01-31"})
    >>> figure = plots.funnel(run(delaware, seed=1))
    >>> isinstance(figure, plots.Plot), "event" in figure.numbers, figure.about.seeds
    (True, True, (1,))
    """

    numbers: pd.DataFrame
    about: Provenance | None = None

    def _repr_png_(self) -> bytes:
        """Show the figure in a notebook."""
        file = io.BytesIO()
        with style.applied():
            self.savefig(file, format="png", dpi=DOTS_PER_INCH / 1.5)
        return file.getvalue()


def styled[**P](draw: Callable[P, Plot]) -> Callable[P, Plot]:
    """Make a drawing function draw in this package's style.

    Matplotlib creates ticks when a figure is first laid out, with the settings of that moment, so the figure is laid out
    here once. Axes are then fixed at rounded positions, because the layout's last digits vary and the same numbers must
    give the same file. With no layout engine left, a figure is drawn once when it is saved, and not twice.
    """

    @wraps(draw)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> Plot:
        with style.applied():
            figure = draw(*args, **kwargs)
            engine = figure.get_layout_engine()
            if engine is not None:
                engine.execute(figure)
            figure.set_layout_engine(None)
            # The frame's texts were excluded from the layout of the axes; a notebook crops a picture to its layout.
            for artist in (*figure.texts, *figure.legends):
                artist.set_in_layout(True)
            for axes in figure.axes:
                for which in ("original", "active"):
                    bounds = axes.get_position(original=which == "original").bounds
                    axes.set_position(tuple(round(bound, _POSITION_DIGITS) for bound in bounds), which=which)
            return figure

    return drawn


def framed(
    size: tuple[float, float],
    title: str,
    subtitle: str,
    caption: str,
    legend_lines: int = 0,
    numbers: pd.DataFrame | None = None,
    about: Provenance | None = None,
) -> Plot:
    """Return an empty figure with title, subtitle and caption, and room for axes between them.

    Parameters
    ----------
    size : tuple of float
        Width and height in inches; the height is increased by the title and caption, so that a long caption never shrinks
        the axes.
    title, subtitle, caption : str
        Wrapped to the width. The texts carry the gids ``title``, ``subtitle`` and ``caption``.
    legend_lines : int
        Lines to keep free between head and axes for :func:`legend`.
    numbers, about
        Attributes of the figure. What ``about`` says was run, where and when, is the title's second line.
    """
    width, height = size
    title = f"{title}:\n{about.heading}" if about else title
    points = {"title": _TITLE_POINTS, "subtitle": _SUBTITLE_POINTS, "caption": _CAPTION_POINTS}
    texts = {"title": title, "subtitle": subtitle, "caption": caption}
    lines = {gid: _wrapped(text, width, points[gid]) for gid, text in texts.items()}
    inches = {gid: len(lines[gid]) * points[gid] * _LINE / 72 for gid in lines}
    foot = inches["caption"] + 2 * _MARGIN_INCHES
    head = inches["title"] + inches["subtitle"] + 1.6 * _MARGIN_INCHES + legend_lines * _LEGEND_LINE_INCHES
    total = height + head + foot
    engine = ConstrainedLayoutEngine(
        rect=(0.01, foot / total, 0.98, 1 - (foot + head) / total), w_pad=0.06, h_pad=0.06, hspace=0.04, wspace=0.04
    )
    figure = Plot(figsize=(width, total), layout=engine)
    figure.numbers, figure.about = pd.DataFrame() if numbers is None else numbers, about
    top, bottom = 1 - _MARGIN_INCHES * 0.8 / total, _MARGIN_INCHES * 0.8 / total
    places = {"title": top, "subtitle": top - inches["title"] / total, "caption": bottom}
    for gid, place in places.items():
        figure.text(
            _MARGIN_INCHES / width, place, "\n".join(lines[gid]), ha="left", va="bottom" if gid == "caption" else "top",
            size=points[gid], weight="bold" if gid == "title" else "normal", linespacing=_LINE * 0.9, gid=gid,
            color=style.INK if gid == "title" else style.QUIET, in_layout=False,
        )  # fmt: skip
    return figure


def text_of(figure: Figure, gid: str) -> str:
    """Return the text of a framed figure's title, subtitle or caption, unwrapped."""
    return next(" ".join(text.get_text().split()) for text in figure.texts if text.get_gid() == gid)


def _wrapped(text: str, width: float, points: float) -> list[str]:
    characters = int((width - 2 * _MARGIN_INCHES) * 72 / (points * _EMS_PER_CHARACTER))
    # Bold, large type is wider than the caption's.
    if points > 10:
        characters = int(characters * 0.86)
    return [line for paragraph in text.split("\n") for line in textwrap.wrap(paragraph, characters)]


def save(figure: Plot, folder: Path | str, name: str) -> list[Path]:
    """Write a figure as PNG and SVG and its numbers as CSV.

    Parameters
    ----------
    figure : Plot
        From a function of :mod:`enforcement_sim.plots`.
    folder : Path or str
        Made if missing.
    name : str
        File name without its ending.

    Returns
    -------
    list of Path
        The files; no CSV if the figure has no numbers. Scenario, runs and engine version are in the PNG's text fields and
        the SVG's metadata.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from enforcement_sim import load_scenario, plots, run
    >>> kent = load_scenario("baseline").with_(**{
    ...     "scope": {"counties": ["10001"]}, "start.warm_days": 0, "period.start": "2012-01-01", "period.end": "2012-01-31"})
    >>> with TemporaryDirectory() as folder:
    ...     [path.name for path in plots.save(plots.funnel(run(kent, seed=1)), folder, "funnel")]
    ['funnel.png', 'funnel.svg', 'funnel.csv']
    """
    folder, about = Path(folder), figure.about
    folder.mkdir(parents=True, exist_ok=True)
    metadata = {"Title": text_of(figure, "title"), "Description": text_of(figure, "caption")}
    metadata |= {"Source": about.as_json()} if about else {}
    png, svg, csv = (folder / f"{name}.{ending}" for ending in ("png", "svg", "csv"))
    with style.applied():
        figure.savefig(png, dpi=DOTS_PER_INCH, metadata=metadata)
        figure.savefig(svg, metadata={**metadata, "Date": None})
    if not len(figure.numbers.columns):
        return [png, svg]
    csv.write_bytes(csv_text(figure.numbers.assign(**mark_of(ALONE if about and about.alone else ""))).encode())
    return [png, svg, csv]


def panels[Name: Hashable](
    figure: Figure, names: Sequence[Name], columns: int | None = None, **shared: Any
) -> dict[Name, Axes]:
    """Return a panel for each name, row by row; remaining places are empty.

    Parameters
    ----------
    columns : int, optional
        Panels in a row; all in one row unless given.
    **shared
        To ``Figure.subplots``. With ``sharex`` the lowest panel of every column shows the labels.
    """
    columns = min(columns or len(names), max(len(names), 1))
    grid = figure.subplots(ceil(max(len(names), 1) / columns), columns, squeeze=False, **shared).flat
    for axes in grid[len(names) :]:
        axes.set_visible(False)
    if shared.get("sharex"):
        for axes in grid[: len(names)][-columns:]:
            axes.tick_params(labelbottom=True)
    return dict(zip(names, grid, strict=False))


class Panel(NamedTuple):
    """A panel of rows: its rows of the numbers, with their positions in a column ``at``."""

    name: str
    axes: Axes
    found: pd.DataFrame
    places: dict[str, float]


def row_panels(
    figure: Figure,
    found: pd.DataFrame,
    of: tuple[str, Sequence[str]],
    rows_of: tuple[str, Mapping[str, str]],
    columns: int | None = None,
    **shared: Any,
) -> list[Panel]:
    """Return a panel for each value of one column, all with the same rows, one for each value of another.

    Parameters
    ----------
    found : DataFrame
        Tidy numbers.
    of, rows_of : tuple
        The column of the panels and its values; the column of the rows and its values with their labels.
    columns : int, optional
        Panels in a row; all in one row unless given.
    **shared
        To ``Figure.subplots``; axes are shared unless it says otherwise.
    """
    (panel, names), (row, row_labels) = of, rows_of
    made = []
    for name, axes in panels(figure, names, columns, **{"sharex": True, "sharey": True, **shared}).items():
        places = rows(axes, row_labels, list(row_labels.values()))
        here = found[(found[panel] == name) & found[row].isin(row_labels)]
        made.append(Panel(name, axes, here.assign(at=here[row].map(places)), places))
    return made


def shown(found: pd.DataFrame, nothing: pd.Series) -> tuple[list[str], str]:
    """Return the measures with a panel, and a sentence on those that are zero in every row, which have none."""
    names = list(dict.fromkeys(found["measure"]))
    never = [name for name in names if nothing[found["measure"] == name].all()]
    if not never or len(never) == len(names):
        return names, ""
    omitted = "; ".join(labels.measure(name)[0] for name in never)
    sentence = f"Zero in every run under every setting, and not drawn: {omitted}. "
    return [name for name in names if name not in never], sentence


def rows[Name: Hashable](axes: Axes, names: Iterable[Name], labels: Sequence[str] | None = None) -> dict[Name, float]:
    """Give an axis a row for each name, the first at the top.

    Returns
    -------
    dict
        Name -> position of its row.
    """
    places = {name: -float(place) for place, name in enumerate(dict.fromkeys(names))}
    axes.set_yticks(list(places.values()), [str(name) for name in places] if labels is None else labels)
    axes.set_ylim(-len(places) + 0.42, 0.58)
    return places


def heading(axes: Axes, title: str, under: str = "", **settings: Any) -> None:
    """Set a panel's title, and a grey line below it."""
    axes.set_title(f"{title}\n" if under else title, loc="left", weight="bold", **settings)
    if under:
        axes.annotate(under, (0, 1), (0, 5), "axes fraction", "offset points", size=8, color=style.QUIET)


def value_axis(
    axes: Axes, which: Literal["x", "y"], label: str, formatter: Formatter = style.COUNTS, ticks: int = 5
) -> None:
    """Set up the axis of the values: its unit, its format, and the only grid lines."""
    axis = axes.xaxis if which == "x" else axes.yaxis
    axis.set_label_text(label)
    axis.set_major_formatter(formatter)
    if axis.get_scale() == "linear":
        axes.locator_params(axis=which, nbins=ticks)
    axes.grid(False, axis="y" if which == "x" else "x")


def whiskers(
    axes: Axes,
    found: pd.DataFrame,
    places: Any,
    colour: str,
    marker: str = "none",
    across: bool = True,
    scale: float = 1.0,
    clip: bool = True,
) -> None:
    """Draw ``mean`` with its interval, ``low`` to ``high``, at places on the other axis; one without width is not drawn.

    No marker if the means are drawn otherwise; ``across`` if the values are on the x axis; all are multiplied by ``scale``.
    """
    mean = found["mean"].to_numpy(dtype=float)
    ends = np.vstack([mean - found["low"].to_numpy(dtype=float), found["high"].to_numpy(dtype=float) - mean])
    ends[:, ~(ends.sum(axis=0) > 0)] = np.nan
    x, y = (mean * scale, places) if across else (places, mean * scale)
    error = {"xerr" if across else "yerr": np.clip(ends, 0, None) * scale}
    settings: dict[str, Any] = {"fmt": marker, "color": colour, "markersize": 6.5, "capsize": 2.5, "elinewidth": 1.2}
    axes.errorbar(x, y, **error, **settings, clip_on=clip)


def intervals_as(found: pd.DataFrame, drawn: str) -> str:
    """Return how a figure draws its intervals, for the caption; empty if none of them is wide enough to be seen.

    Examples
    --------
    >>> wide, none = ({"mean": [100.0], "low": [100.0 - half], "high": [100.0 + half]} for half in (5.0, 0.0))
    >>> intervals_as(pd.DataFrame(wide), "Whiskers"), intervals_as(pd.DataFrame(none), "Whiskers")
    ('Whiskers', '')
    """
    scale = float(np.nanmax(np.abs(found[["mean", "low", "high"]].to_numpy(dtype=float)), initial=0.0))
    return drawn if bool((found["high"] - found["low"] > _VISIBLE * scale).any()) else ""


def nothing(axes: Axes, sentence: str) -> None:
    """Write in place of a panel why there is none."""
    axes.set_axis_off()
    axes.annotate(sentence, (0.0, 0.5), xycoords="axes fraction", va="center", color=style.QUIET)


def segment(axes: Axes, low: float, high: float, place: float, colour: str = style.INK, **settings: Any) -> None:
    """Draw an interval as a line; nothing if there is none."""
    if isfinite(low) and isfinite(high) and high > low:
        axes.plot([low, high], [place, place], color=colour, **{"linewidth": 1.2, **settings})


def beside(axes: Axes, text: str, place: float, at: float = 1.03, **settings: Any) -> None:
    """Write text at the right of a panel, level with a row; next to its mark a long number would reach the next panel."""
    fixed: dict[str, Any] = {"xycoords": ("axes fraction", "data"), "va": "center", "annotation_clip": False}
    axes.annotate(text, (at, place), **fixed, **{"size": 8.5, **settings})


def key(colour: str, marker: str = "o", *, filled: bool = True, line: Any = "none", size: float = 6.0) -> Line2D:
    """Return a mark for a legend."""
    face = colour if filled else "white"
    return Line2D([], [], color=colour, marker=marker, linestyle=line, markerfacecolor=face, markersize=size)


def legend(figure: Figure, entries: Mapping[str, Artist], columns: int | None = None, title: str = "") -> None:
    """Add one legend for all panels, in the lines reserved below the subtitle."""
    if not entries:
        return
    engine = figure.get_layout_engine()
    left, bottom, _, height = engine.get()["rect"] if engine is not None else (0.0, 0.0, 1.0, 1.0)
    drawn = figure.legend(
        list(entries.values()), list(entries), title=title or None, ncols=columns or len(entries), alignment="left",
        loc="lower left", bbox_to_anchor=(left, bottom + height), borderaxespad=0.0, columnspacing=1.6, handletextpad=0.5,
    )  # fmt: skip
    drawn.set_in_layout(False)

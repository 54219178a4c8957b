"""One look for every figure.

Colours (Okabe and Ito's palette, which readers with any common colour blindness can tell apart), markers, type sizes,
and the frame every figure shares: a title that says what is shown, a line under it, and a caption at the foot. Figures
are made through Matplotlib's object interface inside a settings context, so that neither a user's own Matplotlib
configuration nor a notebook's changes what is drawn, and drawing changes neither of them.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from typing import Any

import matplotlib.style
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.ticker import FuncFormatter

from enforcement_sim.amounts import dollars as dollars
from enforcement_sim.amounts import thousands as thousands
from enforcement_sim.amounts import whole as whole

INK = "#222222"
QUIET = "#6b6b6b"
GRID = "#dddddd"
NO_DATA = "#e4e4e4"

PROGRAMME_COLOURS = {
    "secure_communities": "#0072B2",
    "jail_287g": "#D55E00",
    "criminal_alien_program": "#009E73",
    "task_force": "#CC79A7",
    "none": "#7f7f7f",
}
PROGRAMME_MARKERS = {
    "secure_communities": "o",
    "jail_287g": "s",
    "criminal_alien_program": "^",
    "task_force": "v",
    "none": "D",
}
PROGRAMME_LINES = {
    "secure_communities": "-",
    "jail_287g": "--",
    "criminal_alien_program": "-.",
    "task_force": (0, (1, 1)),
    "none": ":",
}

HOUR_COLOURS = {
    "criminal_case": "#999999",
    "induced": "#E69F00",
    "statutory_hold": "#0072B2",
    "past_limit": "#882255",
    "ice_custody": "#009E73",
}

# For the values of a swept setting: another order than the programmes', so that one is not taken for the other.
SERIES_COLOURS = ("#332288", "#CC79A7", "#56B4E9", "#117733", "#E69F00", "#882255")
SERIES_MARKERS = ("o", "s", "^", "D", "v", "P")

_CATEGORY_COLOURS = {
    "violence, weapons": "#332288",
    "drugs": "#0072B2",
    "property": "#56B4E9",
    "driving under the influence": "#D55E00",
    "traffic, no licence": "#E69F00",
    "public order, other": "#c9b8a0",
    "immigration hold": "#d9d9d9",
    "level 1": "#08306b",
    "level 2": "#2f79b5",
    "level 3": "#9ecae1",
    "no conviction": "#e6ddc6",
    "no charge": "#e6ddc6",
    "convicted": "#2f79b5",
}
_MORE_CATEGORY_COLOURS = ("#44337a", "#0072B2", "#56B4E9", "#009E73", "#E69F00", "#D55E00", "#CC79A7", "#bbbbbb")

SETTINGS = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 9.0,
    "axes.titlesize": 9.5,
    "axes.labelsize": 9.0,
    "axes.edgecolor": "#888888",
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.grid": True,
    "grid.color": GRID,
    "grid.linewidth": 0.7,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.labelsize": 8.5,
    "ytick.labelsize": 8.5,
    "xtick.major.size": 3.0,
    "ytick.major.size": 0.0,
    "legend.frameon": False,
    "legend.fontsize": 8.5,
    "text.color": INK,
    "hatch.linewidth": 0.4,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    # Element names in an SVG are hashes of this salt and the drawing, never of the clock: same numbers, same bytes.
    "svg.hashsalt": "enforcement-sim",
    "svg.fonttype": "path",
    "text.parse_math": False,  # a title with two dollar signs is no formula
}

_TITLE_POINTS = 13.0
_SUBTITLE_POINTS = 9.5
_CAPTION_POINTS = 8.0
_LINE = 1.35
_MARGIN_INCHES = 0.15
_LEGEND_LINE_INCHES = 0.22
_POSITION_DIGITS = 5
# Mean advance of DejaVu Sans in running English text, in ems; used to wrap lines to the figure's width.
_EMS_PER_CHARACTER = 0.535


@contextmanager
def applied() -> Iterator[None]:
    """Matplotlib's defaults and this style, for the length of a ``with`` block and no longer."""
    with matplotlib.style.context(["default", SETTINGS]):
        yield


def styled[**P](draw: Callable[P, Figure]) -> Callable[P, Figure]:
    """Make a drawing function draw in this style.

    Ticks are created only when a figure is first drawn, with the settings of that moment; so the figure is laid out
    here once, inside the style, and looks the same wherever it is shown later.
    """

    @wraps(draw)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> Figure:
        with applied():
            figure = draw(*args, **kwargs)
            figure.draw_without_rendering()
            _settle(figure)
            return figure

    return drawn


def _settle(figure: Figure) -> None:
    """Fix the axes where the layout has put them, rounded.

    The layout's solver walks its constraints in the order of their addresses in memory, so its last digits differ from
    one time to the next; rounded far below a pixel they do not, and the same numbers give the same file.
    """
    figure.set_layout_engine("none")
    # The frame's texts stood outside the layout of the axes; a notebook crops a picture to what is inside it.
    for artist in (*figure.texts, *figure.legends):
        artist.set_in_layout(True)
    for axes in figure.axes:
        for which in ("original", "active"):
            bounds = axes.get_position(original=which == "original").bounds
            axes.set_position(tuple(round(bound, _POSITION_DIGITS) for bound in bounds), which=which)


def framed_figure(
    width: float, height: float, title: str, subtitle: str, caption: str, legend_lines: int = 0
) -> Figure:
    """An empty figure with its title, the line under it and its caption; the room between is left for axes.

    Parameters
    ----------
    width, height : float
        Size in inches; the height grows by what title and caption need, so that a long caption never squeezes a plot.
    title, subtitle, caption : str
        Wrapped to the width. The texts carry the gids ``title``, ``subtitle`` and ``caption``.
    legend_lines : int
        Lines to keep free between head and axes for :func:`legend`.
    """
    title_lines = _wrapped(title, width, _TITLE_POINTS)
    subtitle_lines = _wrapped(subtitle, width, _SUBTITLE_POINTS)
    caption_lines = _wrapped(caption, width, _CAPTION_POINTS)
    title_height = len(title_lines) * _TITLE_POINTS * _LINE / 72
    subtitle_height = len(subtitle_lines) * _SUBTITLE_POINTS * _LINE / 72
    foot = len(caption_lines) * _CAPTION_POINTS * _LINE / 72 + 2 * _MARGIN_INCHES
    head = title_height + subtitle_height + 1.6 * _MARGIN_INCHES + legend_lines * _LEGEND_LINE_INCHES
    total = height + head + foot
    engine = ConstrainedLayoutEngine(
        rect=(0.01, foot / total, 0.98, 1 - (foot + head) / total), w_pad=0.06, h_pad=0.06, hspace=0.04, wspace=0.04
    )
    figure = Figure(figsize=(width, total), layout=engine)
    left = _MARGIN_INCHES / width
    top = 1 - _MARGIN_INCHES * 0.8 / total
    # A dollar sign is money here, and not the beginning of a formula.
    common: dict[str, Any] = {"ha": "left", "linespacing": _LINE * 0.9, "in_layout": False, "parse_math": False}
    figure.text(left, top, "\n".join(title_lines), va="top", size=_TITLE_POINTS, weight="bold", gid="title", **common)
    figure.text(
        left,
        top - title_height / total,
        "\n".join(subtitle_lines),
        va="top",
        size=_SUBTITLE_POINTS,
        color=QUIET,
        gid="subtitle",
        **common,
    )
    figure.text(
        left,
        _MARGIN_INCHES * 0.8 / total,
        "\n".join(caption_lines),
        va="bottom",
        size=_CAPTION_POINTS,
        color=QUIET,
        gid="caption",
        **common,
    )
    return figure


def legend(figure: Figure, handles: Sequence[Artist], labels: Sequence[str], columns: int, title: str = "") -> None:
    """One legend for all panels, in the lines that the frame keeps free under its head."""
    engine = figure.get_layout_engine()
    left, bottom, _, height = engine.get()["rect"] if engine is not None else (0.0, 0.0, 1.0, 1.0)
    drawn = figure.legend(
        handles,
        labels,
        title=title or None,
        loc="lower left",
        bbox_to_anchor=(left, bottom + height),
        borderaxespad=0.0,
        ncols=columns,
        alignment="left",
        columnspacing=1.6,
        handletextpad=0.5,
    )
    drawn.set_in_layout(False)


def text_of(figure: Figure, gid: str) -> str:
    """The text of a framed figure's title, subtitle or caption, unwrapped."""
    return next(" ".join(text.get_text().split()) for text in figure.texts if text.get_gid() == gid)


def _wrapped(text: str, width: float, points: float) -> list[str]:
    characters = int((width - 2 * _MARGIN_INCHES) * 72 / (points * _EMS_PER_CHARACTER))
    # Bold, large type runs wider than the caption's.
    if points > 10:
        characters = int(characters * 0.86)
    return [line for paragraph in text.split("\n") for line in textwrap.wrap(paragraph, characters)]


def category_colours(categories: Sequence[str]) -> list[str]:
    """A colour for each category: fixed where the category is known, else from the palette in order."""
    spare = iter(_MORE_CATEGORY_COLOURS * (1 + len(categories) // len(_MORE_CATEGORY_COLOURS)))
    return [_CATEGORY_COLOURS.get(name) or next(spare) for name in categories]


def ink_on(colour: str) -> str:
    """Black or white, whichever reads better on the colour."""
    red, green, blue = to_rgb(colour)
    return "white" if 0.299 * red + 0.587 * green + 0.114 * blue < 0.55 else INK


def percent(value: float, _position: int | None = None) -> str:
    """A share as a percentage for an axis or label."""
    return f"{100 * value:.0f}%".replace("-", "\N{MINUS SIGN}")


def powers(value: float, _position: int | None = None) -> str:
    """A power of ten for a logarithmic axis, short enough to stand beside its neighbours: 100, 1k, 10k, 1M."""
    for size, letter in ((1e9, "B"), (1e6, "M"), (1e3, "k")):
        if value >= size:
            return f"{value / size:,.0f}{letter}"
    return f"{value:g}"


POWERS = FuncFormatter(powers)
COUNTS = FuncFormatter(thousands)
SHARES = FuncFormatter(percent)


def only_grid(axes: Axes, which: str) -> None:
    """Grid lines along one axis only (``x`` or ``y``): the axis that carries the numbers."""
    axes.grid(False, axis="x" if which == "y" else "y")

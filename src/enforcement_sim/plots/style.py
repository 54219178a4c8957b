"""Colours, markers, type and number formats of every figure.

Colours are from Okabe and Ito's palette, which readers with any common colour blindness can distinguish. A programme has
the same colour and marker everywhere. The settings apply inside :func:`applied` only, so that a user's or a notebook's
Matplotlib configuration neither affects the figures nor is changed by them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import matplotlib.style
from matplotlib.colors import to_rgb
from matplotlib.ticker import FuncFormatter

from enforcement_sim.tables.amounts import thousands

INK = "#222222"
QUIET = "#6b6b6b"
GRID = "#dddddd"
NO_DATA = "#e4e4e4"

_PROGRAMMES = ("secure_communities", "jail_287g", "criminal_alien_program", "task_force", "none")
PROGRAMME_COLOURS = dict(zip(_PROGRAMMES, ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#7f7f7f"), strict=True))
PROGRAMME_MARKERS = dict(zip(_PROGRAMMES, "os^vD", strict=True))
PROGRAMME_LINES = dict(zip(_PROGRAMMES, ("-", "--", "-.", (0, (1, 1)), ":"), strict=True))

# Colours of no programme, for what is not one: they may stand beside programmes in one figure.
MAIN, CONTRAST = "#332288", "#882255"
EVENT_COLOURS = {"detainer_issued": "#56B4E9", "ice_custody": "#E69F00", "removed": MAIN}
EVENT_MARKERS = {"detainer_issued": "o", "ice_custody": "s", "removed": "^"}

HOUR_COLOURS = {
    "criminal_case": "#999999",
    "induced": "#E69F00",
    "statutory_hold": "#0072B2",
    "past_limit": "#882255",
    "ice_custody": "#009E73",
}

# For the values of a swept setting: in another order than the programmes', to avoid confusion.
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
    # Element names in an SVG are hashes of this salt and the drawing, so that the same numbers give the same bytes.
    "svg.hashsalt": "enforcement-sim",
    "svg.fonttype": "path",
    "text.parse_math": False,  # a title with two dollar signs is not a formula
}


@contextmanager
def applied() -> Iterator[None]:
    """Apply Matplotlib's defaults and this style within a ``with`` block."""
    with matplotlib.style.context(["default", SETTINGS]):
        yield


def category_colours(categories: Sequence[str]) -> list[str]:
    """Return a colour for each category: fixed for known categories, else from the palette in order."""
    spare = iter(_MORE_CATEGORY_COLOURS * (1 + len(categories) // len(_MORE_CATEGORY_COLOURS)))
    return [_CATEGORY_COLOURS.get(name) or next(spare) for name in categories]


def series(place: int) -> tuple[str, str]:
    """Return colour and marker of the value of a swept setting, in the order of the values."""
    return SERIES_COLOURS[place % len(SERIES_COLOURS)], SERIES_MARKERS[place % len(SERIES_MARKERS)]


def ink_on(colour: str) -> str:
    """Return black or white, whichever has the better contrast with the colour."""
    red, green, blue = to_rgb(colour)
    return "white" if 0.299 * red + 0.587 * green + 0.114 * blue < 0.55 else INK


def percent(value: float, _position: int | None = None) -> str:
    """Format a share as a percentage for an axis or label."""
    return f"{100 * value:.0f}%".replace("-", "\N{MINUS SIGN}")


def powers(value: float, _position: int | None = None) -> str:
    """Format a power of ten for a logarithmic axis: 100, 1k, 10k, 1M."""
    for size, letter in ((1e9, "B"), (1e6, "M"), (1e3, "k")):
        if value >= size:
            return f"{value / size:,.0f}{letter}"
    return f"{value:g}"


POWERS = FuncFormatter(powers)
COUNTS = FuncFormatter(thousands)
SHARES = FuncFormatter(percent)

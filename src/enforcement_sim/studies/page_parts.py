"""Parts of a page: sections with text, tables, figures and choices, without the page's markup.

A figure is embedded as SVG, a map of many counties as PNG, with a description for readers who cannot see it and its numbers
as a table. Numbers in the SVG's paths are rounded to a tenth of a point, which is invisible and saves a third of the size.
"""

from __future__ import annotations

import base64
import io
import re
from dataclasses import dataclass
from datetime import date
from html import escape
from math import isnan

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from enforcement_sim.notebook import FEW_PEOPLE
from enforcement_sim.plots import frame, style
from enforcement_sim.studies.matrix_part import Matrix

FEW_WORD = "few"
_PATH = re.compile(r' d="[^"]*"')
_LONG_NUMBER = re.compile(r"-?\d+\.\d{3,}")
_DIGITS = 1
_PNG_DOTS_PER_INCH = 110
_FRAME = ("title", "subtitle", "caption")
_METADATA = re.compile(r"<metadata>.*?</metadata>", re.DOTALL)


@dataclass(frozen=True)
class Words:
    """Paragraphs, a list of points, a command to copy, or a warning."""

    texts: tuple[str, ...]
    listed: bool = False
    command: bool = False
    warning: bool = False
    kind: str = "words"


def words(*texts: str, listed: bool = False, command: bool = False, warning: bool = False) -> Words:
    """Return paragraphs, a list, or commands."""
    return Words(texts, listed, command, warning)


@dataclass(frozen=True)
class Grid:
    """A table of text, of which the first column heads its row.

    ``find`` labels a box that filters rows. Cells that are sentences (``prose``) are aligned left, and on a phone a row becomes a
    block of labelled lines; with ``stacked`` it does so though its cells are numbers.
    """

    rows: pd.DataFrame
    title: str
    note: str = ""
    find: str = ""
    prose: bool = False
    stacked: bool = False
    kind: str = "grid"

    @property
    def html(self) -> str:
        """Rows as HTML; the first cell of a row heads it."""
        rows = ([_cell(cell) for cell in row] for row in self.rows.itertuples(index=False))
        heads = [f' data-head="{escape(head)}"' if self.prose or self.stacked else "" for head in self.heads[1:]]
        return "\n".join(
            f'<tr><th scope="row">{first}</th>'
            + "".join(f"<td{head}>{cell}</td>" for head, cell in zip(heads, others, strict=True))
            + "</tr>"
            for first, *others in rows
        )

    @property
    def heads(self) -> list[str]:
        """Heads of the columns."""
        return [str(column) for column in self.rows.columns]


@dataclass(frozen=True)
class Picture:
    """A figure.

    Attributes
    ----------
    uri : str
        The SVG as text, without its head and its caption.
    alt : str
        What it shows, for a reader who cannot see it.
    title, subtitle, caption : str
        Its title, subtitle and caption, as text of the page, which wraps and can be read by a screen reader.
    numbers : Grid or None
        The numbers drawn.
    narrow : str
        The same drawn for a phone, as an address like ``uri``; where it is empty, a phone scrolls the picture sideways.
    data : str
        The file with its numbers in the folder of the results, if there is one.
    """

    uri: str
    alt: str
    title: str
    subtitle: str
    caption: str
    numbers: Grid | None = None
    narrow: str = ""
    data: str = ""
    kind: str = "picture"


@dataclass(frozen=True)
class Choice:
    """Several versions of a part, by label, of which a reader chooses one; without scripts each can be opened.

    ``name`` identifies it inside the page, ``asks`` labels the choice, and ``first`` is the version that is open with the page.
    """

    name: str
    asks: str
    options: tuple[tuple[str, tuple[Part, ...]], ...]
    first: int = 0
    kind: str = "choice"


@dataclass(frozen=True)
class Fold:
    """Parts that a reader opens; on paper, and with ``wide`` on a wide screen, they are open."""

    title: str
    parts: tuple[Part, ...]
    wide: bool = False
    kind: str = "fold"


type Part = Words | Grid | Picture | Choice | Fold | Matrix


@dataclass(frozen=True)
class Section:
    """A section of the page, with its address inside it."""

    name: str
    title: str
    parts: tuple[Part, ...]


def picture_of(
    figure: Figure, numbers: Grid | None = None, narrow: Figure | None = None, *, raster: bool = False, data: str = ""
) -> Picture:
    """Return a figure of this package as a picture of the page.

    Parameters
    ----------
    figure : Figure
        From a drawing function of this package, with title, subtitle and caption.
    numbers : Grid, optional
        The numbers drawn.
    narrow : Figure, optional
        The same drawn for a phone.
    raster : bool
        Whether to embed it as a PNG: right for a drawing of thousands of shapes, which would be large as SVG.
    data : str
        The file with its numbers in the folder of the results, if there is one.
    """
    texts = {gid: frame.text_of(figure, gid) for gid in _FRAME}
    alt = f"{texts['title']}. {texts['subtitle']}".strip()
    on_phone = _address(narrow) if narrow is not None else ""
    return Picture(_address(figure, raster), alt, **texts, numbers=numbers, narrow=on_phone, data=data)


def _address(figure: Figure, raster: bool = False) -> str:
    """Return a figure without its head and its caption, as an address that holds its SVG or its PNG."""
    box = _between_head_and_caption(figure)
    for text in figure.texts:
        text.set_visible(text.get_gid() not in _FRAME)
    file = io.BytesIO()
    with style.applied():
        if raster:
            figure.savefig(file, format="png", dpi=_PNG_DOTS_PER_INCH, bbox_inches=box, metadata={"Software": None})
            return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()
        figure.savefig(file, format="svg", bbox_inches=box, metadata={"Date": None, "Creator": None})
    plain = _METADATA.sub("", file.getvalue().decode())
    # Only in paths: letters are scaled by small numbers, which must not be rounded.
    small = _PATH.sub(lambda path: _LONG_NUMBER.sub(lambda found: _short(found.group()), path.group()), plain)
    return "data:image/svg+xml;base64," + base64.b64encode(small.encode()).decode()


def _between_head_and_caption(figure: Figure) -> Bbox:
    """Return the part of a figure below its subtitle and above its caption, in inches."""
    heights = {text.get_gid(): text.get_window_extent() for text in figure.texts if text.get_gid() in _FRAME}
    head = [heights[gid].y0 for gid in ("title", "subtitle") if heights[gid].height > 0]
    width, height = figure.get_size_inches()
    bottom = heights["caption"].y1 / figure.dpi if heights["caption"].height > 0 else 0.0
    return Bbox([[0.0, bottom], [width, min(head) / figure.dpi if head else height]])


def _short(number: str) -> str:
    text = f"{float(number):.{_DIGITS}f}".rstrip("0").rstrip(".")
    return text if text not in ("-0", "") else "0"


def _cell(cell: object) -> str:
    text = "" if cell is None or (isinstance(cell, float) and isnan(cell)) else str(cell)
    escaped = escape(text)
    marked = f" [{FEW_WORD}]"
    if text.endswith(marked):
        return escaped.removesuffix(marked) + f' <abbr class="few" title="Mostly chance">{FEW_WORD}</abbr>'
    return escaped


def marked(text: str, simulated: float) -> str:
    """Return a cell, marked if it rests on few simulated people.

    Examples
    --------
    >>> marked("12", 7.0), marked("1,200", 900.0), marked("0", 0.0)
    ('12 [few]', '1,200', '0')
    """
    return f"{text} [{FEW_WORD}]" if 0.0 < simulated < FEW_PEOPLE else text


def in_full(day: date) -> str:
    """Return a day as text.

    Examples
    --------
    >>> in_full(date(2010, 10, 1))
    '1 October 2010'
    """
    return f"{day.day} {day:%B %Y}"

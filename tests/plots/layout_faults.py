"""What a reader would stumble on in a figure: texts that collide or are cut, and panels in which nothing is drawn."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from enforcement_sim.plots import style

TOLERANCE = 1.0
"""Pixels by which texts may touch: extents include the space around letters."""


def faults_of(figure: Figure) -> list[str]:
    """Return a line for each pair of texts that overlap, each text outside the canvas, and each empty panel."""
    with style.applied():
        figure.draw_without_rendering()
        boxes = [(text, box) for text in _texts(figure) if (box := _drawn(text)) is not None]
    page = figure.bbox
    faults = [f"cut: {_said(text)}" for text, box in boxes if not _inside(box, page)]
    for (one, first), (other, second) in itertools.combinations(boxes, 2):
        if _overlap(first, second):
            faults.append(f"collide: {_said(one)} and {_said(other)}")
    return faults + [f"empty panel: {axes.get_title(loc='left')!r}" for axes in figure.axes if _empty(axes)]


def _texts(figure: Figure) -> Iterator[Text]:
    """Yield the texts that are seen: of the frame, of legends, and of panels that are not switched off."""
    yield from figure.texts
    for legend in figure.legends:
        yield from (*legend.get_texts(), legend.get_title())
    for axes in figure.axes:
        if not axes.get_visible():
            continue
        yield from axes.texts
        yield from (getattr(axes, name) for name in ("title", "_left_title", "_right_title"))
        if not axes.axison:
            continue
        for axis in (axes.xaxis, axes.yaxis):
            yield axis.label
            low, high = sorted(axis.get_view_interval())
            for tick in axis.get_major_ticks():
                if low <= tick.get_loc() <= high:
                    yield from (label for label in (tick.label1, tick.label2) if label.get_visible())


def _drawn(text: Text) -> Bbox | None:
    """Return the extent of a text; None if nothing of it is drawn."""
    if not text.get_visible() or not text.get_text().strip():
        return None
    box, lines = text.get_window_extent(), text.get_text().split("\n")
    # A heading keeps lines free below it, for the grey line that belongs to it.
    free = len(lines) - len(text.get_text().rstrip("\n").split("\n"))
    return Bbox.from_extents(box.x0, box.y0 + box.height * free / len(lines), box.x1, box.y1)


def _inside(box: Bbox, page: Bbox) -> bool:
    across = page.x0 - TOLERANCE <= box.x0 and box.x1 <= page.x1 + TOLERANCE
    return bool(across and page.y0 - TOLERANCE <= box.y0 and box.y1 <= page.y1 + TOLERANCE)


def _overlap(one: Bbox, other: Bbox) -> bool:
    width = min(one.x1, other.x1) - max(one.x0, other.x0)
    height = min(one.y1, other.y1) - max(one.y0, other.y0)
    return width > TOLERANCE and height > TOLERANCE


def _empty(axes: Axes) -> bool:
    """Return whether a panel shows neither a mark nor a sentence."""
    drawn = [*axes.lines, *axes.patches, *axes.collections, *axes.images, *axes.texts, *axes.containers]
    return bool(axes.get_visible() and not drawn)


def _said(text: Text) -> str:
    return repr(" ".join(text.get_text().split())[:60])

"""Pictures of the documentation: a figure as a PNG of few colours, so that a page loads quickly.

A figure has flat colours, so a palette loses nothing that can be seen and takes a third of the bytes.
"""

from __future__ import annotations

import io
from pathlib import Path

from matplotlib.figure import Figure
from PIL import Image

from enforcement_sim import plots

COLOURS = 128
LARGEST = 500 * 1024
"""Bytes that a picture of the documentation may take."""


def save_picture(figure: Figure, path: Path, dots_per_inch: float = plots.DOTS_PER_INCH) -> None:
    """Write a figure as a PNG with a palette, in place of what was there."""
    drawn = io.BytesIO()
    figure.savefig(drawn, format="png", dpi=dots_per_inch)
    picture = Image.open(drawn).convert("RGB")
    few = picture.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    path.unlink(missing_ok=True)
    few.save(path, "png", optimize=True)

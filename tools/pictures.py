"""Pictures of the documentation: a figure as a PNG of few colours, so that a page loads quickly.

A figure has flat colours, so a palette loses nothing that can be seen and takes a third of the bytes.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from enforcement_sim import plots
from enforcement_sim.tables.csv_text import csv_text

COLOURS = 128
LARGEST = 500 * 1024
"""Bytes that a picture of the documentation may take."""


NUMBERS = "Numbers"
DIGITS = 6


def save_picture(figure: plots.Plot, path: Path, dots_per_inch: float = plots.DOTS_PER_INCH) -> None:
    """Write a figure as a PNG with a palette and a hash of its numbers, in place of what was there."""
    drawn = io.BytesIO()
    figure.savefig(drawn, format="png", dpi=dots_per_inch)
    with_few_colours(drawn.getvalue(), path, {NUMBERS: digest_of(figure)})


def with_few_colours(drawn: bytes, path: Path, about: Mapping[str, str] | None = None) -> None:
    """Write a picture with a palette, and with text about it."""
    picture = Image.open(io.BytesIO(drawn)).convert("RGB")
    few = picture.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    info = PngInfo()
    for name, text in (about or {}).items():
        info.add_text(name, text)
    path.unlink(missing_ok=True)
    few.save(path, "png", optimize=True, pnginfo=info)


def digest_of(figure: plots.Plot) -> str:
    """Return a hash of the numbers of a figure, to six digits."""
    numbers = figure.numbers.copy()
    for name in numbers.select_dtypes("number"):
        numbers[name] = [float(np.format_float_scientific(value, DIGITS - 1)) for value in numbers[name].astype(float)]
    return hashlib.sha256(csv_text(numbers).encode()).hexdigest()


def numbers_in(path: Path) -> str:
    """Return the hash of the numbers behind a picture."""
    with Image.open(path) as picture:
        return str(picture.info.get(NUMBERS, ""))

"""Do files fill up? A curve of completeness, fitted on two of TRAC's three shares, and the third predicted with its error.

Three reports give the share of detainers on people without a criminal record, of three windows. If people were alike apart
from what the model knows of them, and files only fill up with time, one curve passes through all three: of the people with a
conviction, the share that has one in the file rises from issue towards a level reached years later. Two shares fix the
curve, and the third tests it. Where no rising curve passes through two of them, or the third is far off, what changed
was not the filling of a file but what was counted or who.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import combinations, product
from math import isnan, log2, nan
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from enforcement_sim.errors import InputError
from enforcement_sim.law.recording import load_recording
from enforcement_sim.law.rules import Grade
from enforcement_sim.yaml_models import Day, Named, NamedModel, StrictModel, Text, read_model

DAYS_A_MONTH = 30.4375
NO_CURVE = "no curve that rises with age passes through both"
COLUMNS = ("id", "published", "published_from", "published_to", "simulated", "simulated_low", "simulated_high")
"""What is read of a scorecard."""


class PublishedFile(NamedModel):
    """A published share, by the name of its target, and the file that it was counted in."""

    report: Text
    released: Day
    grade: Grade
    shows: Text


class _File(StrictModel):
    files: Named[PublishedFile]


@cache
def load_published_files() -> Mapping[str, PublishedFile]:
    """Return the files by the name of their target.

    Examples
    --------
    >>> list(load_published_files())[0]
    'detainers_no_record'
    """
    return read_model(Path(__file__).with_name("completeness.yaml"), _File).files


def on_file(age: npt.ArrayLike, at_issue: float, later: float, half_months: float) -> npt.NDArray[np.float64]:
    """Return the share of people with a conviction who have one in the file.

    Parameters
    ----------
    age
        Months from issue to the extract.
    at_issue, later
        The share at issue, and that which it nears.
    half_months
        Months in which half of what is missing is added.

    Examples
    --------
    >>> on_file([0.0, 12.0, 1200.0], 0.4, 0.8, 12.0).round(3).tolist()
    [0.4, 0.6, 0.8]
    """
    return np.asarray(later - (later - at_issue) * 0.5 ** (np.asarray(age, float) / half_months))


@dataclass(frozen=True)
class FileShare:
    """One published share without a record, beside the simulated share without a conviction of the same detainers.

    ``simulated`` is when all is known: mean, low, high. ``age`` holds the least and the most months from the middle of the
    window to the extract.
    """

    id: str
    published: float
    simulated: tuple[float, float, float]
    age: tuple[float, float]

    def complete(self, end: int = 0) -> float:
        """Return the share of people with a conviction who had one in the file; ``end`` 1 or 2 for the ends of the interval.

        Examples
        --------
        >>> FileShare("made", 0.75, (0.5, 0.4, 0.6), (1.0, 2.0)).complete()
        0.5
        """
        return (1.0 - self.published) / (1.0 - self.simulated[end])


def file_shares(scorecard: pd.DataFrame) -> tuple[FileShare, ...]:
    """Return the three shares from a table of ``enforcement-sim validate --csv``.

    Parameters
    ----------
    scorecard
        With a row for each published figure, and :data:`COLUMNS`.

    Raises
    ------
    InputError
        If a column or one of the three figures is missing.
    """
    missing = [column for column in COLUMNS if column not in scorecard]
    if missing:
        raise InputError(f"no column {missing[0]!r}", key="scorecard", allowed="a table of validate --csv")
    rows: dict[str, dict[Any, Any]] = {str(row["id"]): row for row in scorecard.to_dict("records")}
    found = []
    for name, one in load_published_files().items():
        row = rows.get(name, {"simulated": nan})
        if isnan(float(row["simulated"])):
            allowed = "a run of the nation that covers it"
            raise InputError(f"no simulated figure {name!r}", key="scorecard", allowed=allowed)
        start, end = pd.Timestamp(row["published_from"]), pd.Timestamp(row["published_to"])
        middle = start + (end - start) / 2
        ages = [(pd.Timestamp(day) - middle).days / DAYS_A_MONTH for day in (end, one.released)]
        mean, low, high = (float(row[column]) for column in ("simulated", "simulated_low", "simulated_high"))
        found.append(FileShare(name, float(row["published"]), (mean, low, high), (ages[0], ages[1])))
    return tuple(found)


def curve_through(young: tuple[float, float], old: tuple[float, float], later: float) -> tuple[float, float] | None:
    """Return the curve of completeness through two points: the share at issue, and the months that halve what is missing.

    Parameters
    ----------
    young, old
        Age in months and share in the file, the younger file first.
    later
        The share that the curve nears.

    Returns
    -------
    tuple of float or None
        None if no curve that rises with age, from a share of 0 or more at issue, passes through both.

    Examples
    --------
    >>> at_issue, half_months = curve_through((0.0, 0.4), (12.0, 0.6), later=0.8)
    >>> round(at_issue, 6), round(half_months, 6)
    (0.4, 12.0)
    >>> curve_through((0.0, 0.6), (12.0, 0.4), later=0.8) is None
    True
    """
    (young_age, young_share), (old_age, old_share) = young, old
    if not (young_age < old_age and young_share < old_share < later):
        return None
    half = (old_age - young_age) / log2((later - young_share) / (later - old_share))
    at_issue = later - (later - young_share) * 2.0 ** (young_age / half)
    return (at_issue, half) if at_issue >= 0.0 else None


def predictions(shares: tuple[FileShare, ...], later: float | None = None) -> pd.DataFrame:
    """Fit the curve on every two of the shares and predict the third.

    Parameters
    ----------
    shares
        Of :func:`file_shares`.
    later
        The share in the file that is neared years later; that of ``law/recording.yaml`` unless given.

    Returns
    -------
    DataFrame
        A row for each share that is left out: ``left_out``, ``fitted`` (the other two), ``at_issue``, ``half_months``,
        ``predicted``, ``predicted_low``, ``predicted_high`` (over the earliest and latest extract and the ends of the
        simulated intervals, where a curve exists), ``published``, ``error`` (predicted less published) and ``says``.
        Not a number where no curve passes through both.

    Examples
    --------
    >>> made = [FileShare("a", 0.76, (0.4, 0.4, 0.4), (0.0, 0.0)), FileShare("b", 0.64, (0.4, 0.4, 0.4), (12.0, 12.0)),
    ...     FileShare("c", 0.58, (0.4, 0.4, 0.4), (24.0, 24.0))]
    >>> found = predictions(tuple(made), later=0.8).set_index("left_out").loc["c"]
    >>> round(float(found["predicted"]), 6), round(float(found["error"]), 6)
    (0.58, 0.0)
    """
    level = load_recording()["later_file"].share if later is None else later
    rows = []
    for pair in combinations(shares, 2):
        left_out = next(one for one in shares if one not in pair)
        curve = _curve(pair, level, 0, 0)
        predicted = _predicted(left_out, curve, level, 0, 0)
        spread = [found for found in _over_doubt(pair, left_out, level) if not np.isnan(found)]
        rows.append(
            {
                "left_out": left_out.id,
                "fitted": " and ".join(one.id for one in pair),
                "at_issue": nan if curve is None else curve[0],
                "half_months": nan if curve is None else curve[1],
                "predicted": predicted,
                "predicted_low": min(spread, default=nan),
                "predicted_high": max(spread, default=nan),
                "published": left_out.published,
                "error": predicted - left_out.published,
                "says": NO_CURVE if curve is None else "",
            }
        )
    return pd.DataFrame(rows)


def _curve(pair: tuple[FileShare, ...], later: float, extract: int, end: int) -> tuple[float, float] | None:
    """Return the curve through two files at the earliest (0) or latest (1) extract, at an end of the simulated intervals."""
    young, old = sorted(pair, key=lambda one: one.age[extract])
    first, second = ((one.age[extract], one.complete(end)) for one in (young, old))
    return curve_through(first, second, later)


def _predicted(left_out: FileShare, curve: tuple[float, float] | None, later: float, extract: int, end: int) -> float:
    """Return the share without a record that a curve gives for a file."""
    if curve is None:
        return nan
    share = float(on_file(left_out.age[extract], curve[0], later, curve[1]))
    return 1.0 - share * (1.0 - left_out.simulated[end])


def _over_doubt(pair: tuple[FileShare, ...], left_out: FileShare, later: float) -> Iterator[float]:
    """Yield the prediction for either extract and for each end of the simulated intervals."""
    for extract, end in product((0, 1), (0, 1, 2)):
        yield _predicted(left_out, _curve(pair, later, extract, end), later, extract, end)

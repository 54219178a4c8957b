"""The curve of completeness: three published files by their age, a curve through two of them, and where the third lies."""

from __future__ import annotations

import numpy as np
import pandas as pd

from enforcement_sim.law.recording import load_recording
from enforcement_sim.plots import frame, style
from enforcement_sim.studies.records.completeness import FileShare, load_published_files, on_file, predictions

TITLE = "Do files fill up? Convictions in three published files"
AGES = np.linspace(0.0, 48.0, 97)
_POINT, _CURVE = style.MAIN, style.CONTRAST


@frame.styled
def completeness(shares: tuple[FileShare, ...]) -> frame.Plot:
    """Draw the three files by age, the curves that pass through two of them, and what each predicts for the third.

    Parameters
    ----------
    shares : tuple of FileShare
        Of :func:`enforcement_sim.studies.records.completeness.file_shares`.

    Returns
    -------
    Plot
        A Matplotlib figure; its ``numbers`` have a row for each file: ``id``, ``age_earliest``, ``age_latest``,
        ``complete``, ``complete_low``, ``complete_high``, and ``predicted_complete`` by the curve through the other two
        (not a number where there is none).

    Examples
    --------
    >>> made = [FileShare(name, share, (0.4, 0.38, 0.42), (age, age + 3.0)) for name, share, age in (
    ...     ("detainers_no_record", 0.77, 24.0), ("detainers_no_conviction_2012", 0.48, 8.0),
    ...     ("detainers_no_conviction_2013_06", 0.6, 1.0))]
    >>> completeness(tuple(made)).numbers["complete"].round(2).tolist()
    [0.38, 0.87, 0.67]
    """
    later = load_recording()["later_file"].share
    fitted = predictions(shares, later).set_index("left_out")
    numbers = _numbers(shares, fitted, later)
    figure = frame.framed(
        (8.5, 4.2),
        TITLE,
        "Of the people with a conviction (simulated), the share that the published file implies, by the age of the file",
        "Marks: published share with a record over the simulated share of the same detainers with a conviction, all of them "
        "known; bars are its interval over sets of parameters, and the earliest and latest possible extract. Curves rise from "
        f"issue towards the share that is assumed for years later ({later:.0%}); a cross is what the curve gives for the file "
        "that it was not fitted on.",
        numbers=numbers,
    )
    axes = figure.subplots()
    for row in numbers.to_dict("records"):
        axes.plot([row["age_earliest"], row["age_latest"]], [row["complete"]] * 2, color=_POINT, linewidth=1.2)
        axes.plot([row["age_earliest"]] * 2, [row["complete_low"], row["complete_high"]], color=_POINT, linewidth=1.2)
        axes.plot(row["age_earliest"], row["complete"], "o", color=_POINT)
        axes.annotate(
            load_published_files()[row["id"]].report.removeprefix("TRAC, immigration "),
            (row["age_latest"], row["complete"]),
            (6, -12),
            textcoords="offset points",
            size=8.5,
        )
        curve = fitted.loc[row["id"]]
        if np.isfinite(curve["half_months"]):
            axes.plot(AGES, on_file(AGES, curve["at_issue"], later, curve["half_months"]), color=_CURVE, linewidth=1.4)
            axes.plot(row["age_earliest"], row["predicted_complete"], "x", color=_CURVE, markersize=8)
    axes.set_xlim(0.0, AGES[-1])
    axes.set_ylim(0.0, 1.02)
    axes.set_xlabel("Months from issue (middle of the window) to the extract")
    frame.value_axis(axes, "y", "Share of convictions in the file", style.SHARES)
    return figure


def _numbers(shares: tuple[FileShare, ...], fitted: pd.DataFrame, later: float) -> pd.DataFrame:
    """Return the numbers of the figure."""
    rows = []
    for one in shares:
        curve = {str(key): float(fitted.loc[one.id, key]) for key in ("at_issue", "half_months")}  # type: ignore[arg-type]
        ends = sorted((one.complete(1), one.complete(2)))
        rows.append(
            {
                "id": one.id,
                "age_earliest": one.age[0],
                "age_latest": one.age[1],
                "complete": one.complete(),
                "complete_low": ends[0],
                "complete_high": ends[1],
                "predicted_complete": float(on_file(one.age[0], curve["at_issue"], later, curve["half_months"])),
            }
        )
    return pd.DataFrame(rows)

"""The sections of docs/validation.md on refits that leave figures out, and on the check of the inference.

Their tables are in ``results/calibration``, as ``enforcement-sim calibrate`` wrote them with ``--until``, ``--without`` and
``--check``; they are copied there by hand, because each takes a quarter of an hour.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from enforcement_sim.studies.validation.targets import load_targets
from enforcement_sim.terminal.printing import number

FOLDER = Path(__file__).parents[1] / "results" / "calibration"
CHECK, RANKS, SUFFIX = "check.csv", "check-ranks.csv", "-predicted.csv"


def refits(folder: Path = FOLDER) -> list[str]:
    """Return the section on refits: for each, how many figures that were left out it predicts, and each of them."""
    lines = [
        "## Refits that leave figures out",
        "",
        "The calibration was done again with fewer figures, and predicts those that were left out (none of them held-out "
        "figures, which no calibration opens). A prediction holds the model's own discrepancy at its stated size and the doubt "
        "of the published figure; nine in ten should be inside.",
        "",
    ]
    for path in sorted(folder.glob(f"ensemble-*{SUFFIX}")):
        lines += _refit(path.name.removeprefix("ensemble-").removesuffix(SUFFIX), pd.read_csv(path))
    return lines


def _refit(name: str, table: pd.DataFrame) -> list[str]:
    left_out = table[~table["used"]]
    rows = [
        f"| {load_targets()[row['figure']].measures} (`{row['figure']}`) | {row['from']} to {row['to']} | "
        f"{number(row['published'])} | {number(row['predicted'])} ({number(row['predicted_low'])} to "
        f"{number(row['predicted_high'])}) | {'inside' if row['inside'] else '**outside**'} |"
        for row in left_out.to_dict("records")
    ]
    return [
        f"**{name.replace('-', ' ', 1)}**: fitted to {int(table['used'].sum())} figures; of {len(left_out)} left out "
        f"{int(left_out['inside'].sum())} are inside what is predicted.",
        "",
        "| figure left out | when | published | predicted (nine in ten) | |",
        "|---|---|---:|---:|---|",
        *rows,
        "",
    ]


def inference(folder: Path = FOLDER) -> list[str]:
    """Return the section on the check of the inference: coverage of 90% intervals by kind, and what is outside its band."""
    table = pd.read_csv(folder / CHECK)
    outside = table[~table["inside"]]
    kinds = "; ".join(
        f"{int(group['inside'].sum())} of {len(group)} {kind}s" for kind, group in table.groupby("kind", sort=False)
    )
    named = "; ".join(f"`{row['name']}` {row['covered']:.0%}" for row in outside.to_dict("records"))
    band, truths = table.iloc[0], len(pd.read_csv(folder / RANKS))
    return [
        "## Is the inference right?",
        "",
        f"Simulated truths, {truths} of them, were inferred as the published figures were. The coverage of 90% "
        f"intervals lies inside the band of 99 in 100 ({band['band_low']:.0%} to {band['band_high']:.0%}) for {kinds}. "
        f"Outside: {named or 'none'}. [Calibration](background/calibration.md) says how, and how to do it again.",
        "",
        "![Ranks of the truth among draws of the posterior](images/calibration-check.png)",
        "",
    ]

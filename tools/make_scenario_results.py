"""Rebuilds the small committed results of the shipped scenarios that vary one mechanism or institution each.

Every scenario named below is carried out as shipped (its places, period and seeds) in a temporary folder, and what is
small is kept under ``results/NAME``: the manifest, every named number of every run, the differences that a reader would
look for first, and two figures. After a change of the engine, of a parameter or of shipped data this is to be run again.
``python -m tools.make_scenario_results [NAME ...] [--workers N]``.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from pathlib import Path

import pandas as pd
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from tools.keeping import seal_what_is_kept

from enforcement_sim.report.figures import draw_all
from enforcement_sim.runs.sweep import sweep
from enforcement_sim.runs.sweep_result import Sweep
from enforcement_sim.scenarios.load import load_scenario

RESULTS = Path(__file__).parents[1] / "results"
SCENARIOS = (
    "programmes",
    "universal-or-targeted",
    "detainer-guidance",
    "phase-out",
    "phase-out-review",
    "phase-out-budget",
    "counsel",
    "race",
    "trust-act",
    "diffusion",
    "prisons",
)
FIGURES = ("response.png", "mix-by-setting.png")
LARGEST = 450_000
"""Bytes that the results of one scenario may take together."""
DIGITS, DIGITS_OF_RUNS = 5, 10
"""Significant digits kept of a comparison, more than any interval supports, and of a run's own numbers."""
COLOURS = 64
LEFT_OUT = ("reference", "unpaired_low", "unpaired_high")
"""Columns of a comparison that are left out; the reference is point 0 throughout."""
LAST_OF_RUN = "run"
"""Last of the columns that say which run a row is; the named numbers follow it."""

OF_RUNS = ("booked", "matched", "missed_in_time", "interviewed", "identified", "also_found", "detainer_issued")
OF_EVENTS = (
    "detainer_declined",
    "detainer_lapsed",
    "overdetained",
    "ice_custody",
    "represented",
    "removed",
    "returned",
)
"""Events whose totals are kept; the families below follow them."""
FAMILIES = (
    "identified.",
    "detainer_issued.",
    "removed.",
    "no_conviction_share.",
    "level_1_share.",
    "traffic_share.",
    "hours.",
    "dollars.",
    "net_cost.",
    "days_per_detainer.",
)
SINGLE = ("match_share", "custody_per_detainer", "relief", "terminated", "pending", "detainers_on_citizens")


def is_kept(measure: str) -> bool:
    """Return whether a named number belongs in the small tables.

    Examples
    --------
    >>> is_kept("removed.secure_communities"), is_kept("jail_inmates")
    (True, False)
    """
    return measure in (*OF_RUNS, *OF_EVENTS, *SINGLE) or measure.startswith(FAMILIES)


def keep(found: Sweep, folder: Path) -> int:
    """Write what is kept of a finished sweep, in place of what was there; returns its bytes."""
    if folder.exists():
        shutil.rmtree(folder)
    (folder / "figures").mkdir(parents=True)
    shutil.copyfile(found.folder / "manifest.json", folder / "manifest.json")
    compared = pd.read_csv(found.folder / "comparison.csv")
    compared = compared[compared["measure"].map(is_kept)].drop(columns=list(LEFT_OUT), errors="ignore")
    compared.to_csv(folder / "comparison.csv", index=False, float_format=f"%.{DIGITS}g", lineterminator="\n")
    measured = pd.read_csv(found.folder / "measures.csv")
    which_run = measured.columns.get_loc(LAST_OF_RUN) + 1
    kept = [*measured.columns[:which_run], *filter(is_kept, measured.columns[which_run:])]
    measured[kept].to_csv(
        folder / "measures.csv", index=False, float_format=f"%.{DIGITS_OF_RUNS}g", lineterminator="\n"
    )
    for name in FIGURES:
        if (found.folder / "figures" / name).exists():
            shrink(found.folder / "figures" / name, folder / "figures" / name)
    seal_what_is_kept(folder)
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def shrink(figure: Path, to: Path) -> None:
    """Write a figure with few colours, and with what it says of itself (scenario, seeds, versions) kept."""
    with Image.open(figure) as image:
        said = PngInfo()
        for key, text in getattr(image, "text", {}).items():
            said.add_itxt(key, text)
        small = image.convert("RGB").resize((image.width * 2 // 3, image.height * 2 // 3), Image.Resampling.LANCZOS)
        small.quantize(COLOURS, dither=Image.Dither.NONE).save(to, optimize=True, pnginfo=said)


def main() -> None:
    """Carry out the scenarios asked for, keep what is small, and say how long and how large each is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="which of the scenarios; all unless given")
    parser.add_argument("--workers", type=int, default=None, help="processes; all cores unless given")
    chosen = parser.parse_args()
    unknown = sorted(set(chosen.names) - set(SCENARIOS))
    if unknown:
        raise SystemExit(f"not among {', '.join(SCENARIOS)}: {', '.join(unknown)}")
    too_large = []
    for name in chosen.names or SCENARIOS:
        began = time.perf_counter()
        with tempfile.TemporaryDirectory() as temporary:
            found = sweep(load_scenario(name), out=Path(temporary) / name, workers=chosen.workers)
            if found.failures:
                raise SystemExit("\n".join(found.failures.values()))
            draw_all(found.folder)
            size = keep(found, RESULTS / name)
        print(f"{name}: {size / 1000:.0f} kB, {time.perf_counter() - began:.0f} s", flush=True)
        if size > LARGEST:
            too_large.append(name)
    if too_large:
        raise SystemExit(f"larger than {LARGEST / 1000:g} kB: {', '.join(too_large)}")


if __name__ == "__main__":
    main()

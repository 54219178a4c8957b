"""Rebuilds the reference results in results/: a small sweep, its tables and a few of its figures.

The sweep is computed whole in a temporary folder; what is small is kept: manifest, measures, funnel, hours, comparison,
and four figures. A test computes one of its runs again and expects the same counts, so after a change of the engine,
of a parameter or of shipped data this is to be run again. ``python -m tools.make_results [--workers N]``.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path

from tools.keeping import seal_what_is_kept

from enforcement_sim.report.figures import draw_all
from enforcement_sim.runs.sweep import sweep
from enforcement_sim.runs.sweep_result import Sweep
from enforcement_sim.scenarios.load import load_scenario
from enforcement_sim.scenarios.schema import Scenario

RESULTS = Path(__file__).parents[1] / "results"
SCENARIO = "hold-and-opt-out"
REPLICATIONS = 4
TABLES = ("manifest.json", "measures.csv", "funnel.csv", "hours.csv", "comparison.csv")
FIGURES = ("response.png", "response-by-programme.png", "mix-by-setting.png", "stay.png")
LARGEST = 2_200_000
"""Bytes that these reference results may take."""

README = """# Reference results

Small results that the package must give again, and a first look at what it gives.

## `{name}`

{title}: {asks}

California, {start} to {end}, every booking, {seeds} seeds for each of {points} settings. Simulated, not a record; the
parameters are the first set of the calibrated ensemble (see `docs/validation.md`). Intervals in `comparison.csv` are over seeds.

| file | what it holds |
|---|---|
| `manifest.json` | the scenario as resolved, versions, engine, seeds and hashes of what the sweep was made from |
| `measures.csv` | one row a run: every named number |
| `funnel.csv` | people by programme and event in each run |
| `hours.csv` | person-hours by kind and status group in each run |
| `comparison.csv` | differences of every setting from the first, paired by seed, with 95% intervals |
| `figures/` | response to hold length and to who honours, offence mix, and the split of the stay |

The raw runs and the longer tables are left out for their size. `make results` rebuilds everything here; the whole sweep,
with all its seeds, is `enforcement-sim sweep {name}`. `tests/runs/test_reference_results.py` computes one run again
and expects the same counts.

![Response to the hold and to who honours](./{name}/figures/response.png)
"""


def reference_scenario() -> Scenario:
    """Return the sweep that the reference results come from."""
    return load_scenario(SCENARIO).with_(replications=REPLICATIONS)


def keep(found: Sweep, folder: Path) -> None:
    """Copy what is kept of a finished sweep, in place of what was there."""
    if folder.exists():
        shutil.rmtree(folder)
    (folder / "figures").mkdir(parents=True)
    for name in TABLES:
        shutil.copyfile(found.folder / name, folder / name)
    for name in FIGURES:
        shutil.copyfile(found.folder / "figures" / name, folder / "figures" / name)
    seal_what_is_kept(folder)


def readme(scenario: Scenario) -> str:
    """Return the page that says what the results are."""
    return README.format(
        name=scenario.name,
        title=scenario.title,
        asks=scenario.asks[0].lower() + scenario.asks[1:],
        start=scenario.period_start,
        end=scenario.period_end,
        seeds=scenario.replications,
        points=len(scenario.points()),
    )


def main() -> None:
    """Compute, keep and say how large it is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, default=None, help="processes; all cores unless given")
    workers = parser.parse_args().workers
    scenario = reference_scenario()
    with tempfile.TemporaryDirectory() as temporary:
        found = sweep(scenario, out=Path(temporary) / SCENARIO, workers=workers)
        if found.failures:
            raise SystemExit("\n".join(found.failures.values()))
        draw_all(found.folder)
        keep(found, RESULTS / SCENARIO)
    (RESULTS / "README.md").write_text(readme(scenario), encoding="utf-8")
    size = sum(path.stat().st_size for path in (RESULTS / SCENARIO).rglob("*") if path.is_file())
    print(f"{size / 1e6:.2f} MB in {RESULTS.name}")
    if size > LARGEST:
        raise SystemExit(f"reference results are larger than {LARGEST / 1e6:g} MB")


if __name__ == "__main__":
    main()

"""What a national design of 10,000 runs costs on 2, 64 and 1,000 cores, worked out from what the other benchmarks measured.

Nobody has run it: seconds and memory of a run are read from ``engine.json``; a sweep's overhead and what two workers gain
over one, from ``sweeping.json``; what a run takes on the disk is measured here, once, by keeping one. The page
``cost-of-a-design.md`` says what was measured, what was assumed, and what follows; the same command after a new measurement
writes it again. While ``sweeping.json`` is not there nothing is measured, and the page says so.
"""

from __future__ import annotations

import argparse
import json
import math
import statistics
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from record import HERE, machine, table

RUNS = 10_000
PAGE = HERE / "cost-of-a-design.md"
KEPT = HERE / "cost.json"
REBUILD = "python benchmarks/cost.py"
YEARS = "6"
"""Which of the measured national runs: the default period."""

SECONDS_AN_HOUR = 3600.0
SECONDS_A_MINUTE = 60.0
MEBIBYTES_A_GIBIBYTE = 1024
BYTES_A_MEGABYTE, BYTES_A_GIGABYTE = 10**6, 10**9
TWO = 2


@dataclass(frozen=True)
class Measured:
    """What was measured.

    Attributes
    ----------
    seconds : float
        Wall seconds of one run alone on the machine, its warm start included.
    peak_mebibytes : float
        Memory of one process that runs it.
    overhead : float
        What a sweep in one process takes more than its runs, as a share.
    overhead_seconds : float
        The same in seconds a run, as it was on the runs it was measured on.
    gain : float
        How many times faster two processes sweep than one.
    cluster_overhead, cluster_gain : float
        The same on workers of a Dask cluster.
    stored_bytes : float
        What one kept run takes on the disk.
    """

    seconds: float
    peak_mebibytes: float
    overhead: float
    overhead_seconds: float
    gain: float
    cluster_overhead: float
    cluster_gain: float
    stored_bytes: float


@dataclass(frozen=True)
class Cores:
    """So many cores, and whether they are a cluster's or one machine's."""

    number: int
    cluster: bool

    @property
    def named(self) -> str:
        """What readers call it."""
        return f"{self.number:,} cores, " + ("a Dask cluster" if self.cluster else "processes of one machine")


PLACES = (Cores(2, cluster=False), Cores(64, cluster=False), Cores(1000, cluster=True))


@dataclass(frozen=True)
class Cost:
    """What a design costs on some cores: wall hours, core hours, and what decides the wall time."""

    wall_seconds: float
    core_hours: float
    memory_gibibytes: float
    limit: str


def cost_of(runs: int, cores: Cores, measured: Measured) -> Cost:
    """Return what a design costs.

    A worker's run takes as long as one of two measured side by side. Runs go in waves, the last of which is waited for
    whole. However many workers there are, the process that hands out runs cannot finish before it has spent its time on
    each of them. That time is taken from a sweep in one process, where nothing hides behind another's computing: all that
    the sweep added to a run, which is more than the books alone.

    Parameters
    ----------
    runs
        Of the design, of one length.
    cores
        One worker each.
    measured
        The parts.
    """
    share, gain = (
        (measured.cluster_overhead, measured.cluster_gain) if cores.cluster else (measured.overhead, measured.gain)
    )
    efficiency = min(1.0, gain / TWO)
    a_run = measured.seconds * (1 + max(0.0, share)) / efficiency
    computing = math.ceil(runs / cores.number) * a_run
    serial = runs * max(0.0, measured.overhead_seconds)
    wall = max(computing, serial)
    return Cost(
        wall_seconds=wall,
        core_hours=wall * cores.number / SECONDS_AN_HOUR,
        memory_gibibytes=cores.number * measured.peak_mebibytes / MEBIBYTES_A_GIBIBYTE,
        limit="workers" if computing >= serial else "one process that keeps books",
    )


def measured_from(engine: Mapping[str, Any], sweeping: Mapping[str, Any], stored_bytes: float) -> Measured:
    """Return the parts from the files of the other benchmarks; of repeated measurements, the middle ones."""
    runs = engine["runs"][YEARS]
    ways, ratios = sweeping["ways"], sweeping["ratios"]
    return Measured(
        seconds=statistics.median(run["wall"] + run["warm_wall"] for run in runs),
        peak_mebibytes=max(run["peak_mebibytes"] for run in runs),
        overhead=ratios["overhead_wall"],
        overhead_seconds=(ways["swept by 1"]["wall"] - ways["called"]["wall"]) / sweeping["runs"],
        gain=ratios["gain_of_two_processes"],
        cluster_overhead=ratios["dask_overhead"],
        cluster_gain=ratios["gain_of_two_dask_workers"],
        stored_bytes=stored_bytes,
    )


def stored_bytes_of_a_run(**settings: Any) -> int:
    """Keep one national run of the default period as a sweep does, and return the bytes of its files.

    What a folder holds once however many runs it has (tables, figures, the manifest) is left out.
    """
    from enforcement_sim.runs.sweep import sweep
    from enforcement_sim.scenarios.load import load_scenario

    scenario = load_scenario("baseline").with_(replications=1, name="cost", **settings)
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "one"
        sweep(scenario, out=out, workers=1)
        return sum(path.stat().st_size for path in (out / "runs").rglob("*") if path.is_file())


def duration(seconds: float) -> str:
    """Return a time in the unit that people would use.

    Examples
    --------
    >>> duration(90), duration(7200), duration(400000)
    ('1.5 min', '2.0 h', '4.6 days')
    """
    if seconds < SECONDS_AN_HOUR:
        return f"{seconds / SECONDS_A_MINUTE:.1f} min"
    hours = seconds / SECONDS_AN_HOUR
    return f"{hours:.1f} h" if hours < 48 else f"{hours / 24:.1f} days"


def lacking(missing: list[str]) -> str:
    """Return the page while a measurement is missing."""
    return (
        "# What a national design costs\n\n"
        f"Not worked out yet: {' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} not in this folder. Nothing was "
        f"measured for this page. `make bench` measures everything; `{REBUILD}` then writes this page.\n"
    )


def told(measured: Measured, costs: Mapping[Cores, Cost], runs: int) -> str:
    """Return the page in Markdown."""
    parts = [
        ["one national run, warm start included, wall", f"{measured.seconds:.1f} s", "`engine.json`, middle of its repeats"],
        ["memory of a worker, peak", f"{measured.peak_mebibytes:.0f} MiB", "`engine.json`, largest"],
        ["a sweep's overhead on its runs, wall", f"{measured.overhead:.1%}", "`sweeping.json`"],
        ["the same, seconds a run", f"{measured.overhead_seconds:.2f} s", "`sweeping.json`"],
        ["two processes against one", f"{measured.gain:.2f}", "`sweeping.json`"],
        ["one Dask worker: overhead", f"{measured.cluster_overhead:.1%}", "`sweeping.json`"],
        ["two Dask workers against one", f"{measured.cluster_gain:.2f}", "`sweeping.json`"],
        ["one kept run on the disk", f"{measured.stored_bytes / BYTES_A_MEGABYTE:.2f} MB", "here"],
    ]  # fmt: skip
    rows = [
        [
            cores.named,
            duration(cost.wall_seconds),
            f"{cost.core_hours:,.0f}",
            f"{cost.memory_gibibytes:,.1f}",
            cost.limit,
        ]
        for cores, cost in costs.items()
    ]
    disk = runs * measured.stored_bytes / BYTES_A_GIGABYTE
    return "\n".join(
        [
            "# What a national design costs",
            "",
            f"{runs:,} national runs of the default period, every booking. Worked out from measured parts; nobody has run it on "
            f"more than two cores. `{REBUILD}` writes this page again after a new measurement.",
            "",
            table(["on", "wall time", "core hours", "memory, GiB", "held up by"], rows),
            "",
            f"On the disk, wherever it is computed: {disk:,.1f} GB.",
            "",
            "## Measured",
            "",
            table(["part", "measured", "where"], parts),
            "",
            "## Assumed",
            "",
            "- Every run takes as long as history does. Policies that hold more people may take longer.",
            "- The cores are like the one measured on, and each has a worker's memory.",
            "- A worker among 64 is slowed by its neighbours as much as one of two. This flatters 64 cores: two cores can say "
            "little about caches and memory that 64 share.",
            "- A cluster's workers are slowed as one of two measured on one machine; its network is as fast as "
            "that machine's own. Runs come back over it as bytes.",
            "- A sweep's overhead is the same share of these runs as of the shorter ones it was measured on, as "
            "if writing a run grew with its days as computing it does.",
            "- The one process that hands out runs and keeps books needs at most the whole overhead for each of them. Where that "
            "is longer than computing, it is what holds the design up, and the table says so. For one machine this is an upper "
            "limit, because its workers write their runs themselves; on a cluster that process also takes in every run's bytes, "
            "which is not in it.",
            "- Runs go in waves of one a core, and the last wave is waited for whole. Starting workers and compiling the engine "
            "(once a machine) are left out: seconds to a minute. So are failures, and time in a cluster's queue.",
            "",
        ]
    )


def main() -> None:
    """Work out, print and keep; or say what is missing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument(
        "--storage-as-kept", action="store_true", help="take a run's bytes from cost.json instead of keeping one again"
    )
    asked = parser.parse_args()
    files = {name: HERE / name for name in ("engine.json", "sweeping.json")}
    missing = [f"`{name}`" for name, path in files.items() if not path.exists()]
    if missing:
        text = lacking(missing)
        KEPT.unlink(missing_ok=True)
    else:
        engine, sweeping = (json.loads(path.read_text(encoding="utf-8")) for path in files.values())
        stored = (
            float(json.loads(KEPT.read_text(encoding="utf-8"))["measured"]["stored_bytes"])
            if asked.storage_as_kept and KEPT.exists()
            else float(stored_bytes_of_a_run())
        )
        measured = measured_from(engine, sweeping, stored)
        costs = {cores: cost_of(asked.runs, cores, measured) for cores in PLACES}
        text = told(measured, costs, asked.runs)
        found = {
            "runs": asked.runs,
            "measured": asdict(measured),
            "costs": [asdict(cores) | asdict(cost) for cores, cost in costs.items()],
            "machine": machine(),
        }
        KEPT.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    PAGE.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()

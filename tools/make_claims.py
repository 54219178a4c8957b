"""Rebuilds the audit of claims: its runs, the small table that ships, one figure and the page ``docs/claims.md``.

``python -m tools.make_claims [--workers N] [--from FOLDER] [--page]``. The runs are kept under ``out/``, in a folder named
after what they are made with, so that an interrupted call continues and a change of parameters begins anew. ``--page``
writes only the page and the figure, from the table that ships.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from pathlib import Path

from enforcement_sim.evidence.claim_runs import RUNS, claims_design
from enforcement_sim.evidence.claims import Audit, audit
from enforcement_sim.evidence.findings import amount, interval, stated
from enforcement_sim.evidence.stored_claims import Measured, measured_in, prepared, shipped, write_measured
from enforcement_sim.experiment.runner import real_runner
from enforcement_sim.report.claims import write

ROOT = Path(__file__).parents[1]
RESULTS, PAGE = ROOT / "results" / "claims", ROOT / "docs" / "claims.md"
FIGURE = "overview"

HEAD = """# Published claims

Twenty claims about 287(g) and Secure Communities that were in circulation, each counted by its own definition in the
simulated world and then by every other definition that can be counted. Claims of all sides are treated alike, and a finding
is chosen by the numbers: other parameters give other sentences. **Simulated, not a record**, and no better than the model and
its parameters.

```console
$ enforcement-sim claims                 # all, from the table that ships or the folder out/claims
$ enforcement-sim claims minor-55        # one: its arithmetic, its sources, every definition
$ enforcement-sim claims minor-55 --csv rows.csv --figure minor.png
```

<!-- not run: makes some forty national runs -->
```console
$ enforcement-sim claims --prepare out/claims   # make the runs with this version, and audit them
```

## How to read it

- *Stated* is the figure as published, *by hand* what the claim's own numbers give. Where the two part, the difference is
  **arithmetic**.
- *Model, the claim's way* counts what the claim counts: the same stage, months, places and denominator. Its distance from
  the published figure is **substance**. Intervals are over seeds and hold the chance in the simulation, not doubt about
  its parameters.
- *Every way* is the range over all other stages, periods, definitions of a conviction, attributions and denominators. How
  far they move the figure is **definition**. *Mainly* names the largest of the three; two are named where they weigh alike.
- A claim is *partly* expressed where the model lacks something that the claim is about; what that is stands under it.
- Differences between runs are paired: the same synthetic people with and without a programme or a rule.

The claims, their numbers and sources are in `src/enforcement_sim/evidence/claims.yaml`; how each is counted is in
`src/enforcement_sim/evidence/claim_recipes/`. This page and the table are made by `make claims`.
"""


def page(measured: Measured) -> str:
    """Return the whole page."""
    audits = audit(measured.numbers)
    about = measured.about
    thin = "every booking" if about["thin"] == 1 else f"one booking in {about['thin']} in national runs"
    seeds = len(about["seeds"])
    sources = {source.text: source.side for one in audits for source in one.claim.said_by}
    parts = [
        HEAD.strip(),
        "## All claims",
        f"{seeds} seed{'s' if seeds > 1 else ''}, {thin}; engine {about['engine_version'][:12]}.",
        "\n".join(_table(audits)),
        f"![Published claims beside the model](../results/claims/{FIGURE}.png)",
        "## Findings",
        "\n\n".join(_finding(one) for one in audits),
        "## Runs",
        "\n".join(f"- `{run.name}`: {run.why}, {run.period[0]} to {run.period[1]}." for run in RUNS.values()),
        "## Who said it",
        "\n".join(f"- {text} *{side.capitalize()}.*" for text, side in sources.items()),
    ]
    return "\n\n".join(parts) + "\n"


def _table(audits: list[Audit]) -> list[str]:
    """Return the overview, a row a claim."""
    lines = [
        "| claim | stated | by hand | model, the claim's way (95%) | every way | agrees? | mainly |",
        "|---|---|---|---|---|---|---|",
    ]
    for one in audits:
        claim, finding, unit = one.claim, one.finding, one.claim.unit
        own = one.own.estimate
        by_hand = "–" if claim.by_hand is None else amount(claim.by_hand.value, unit, exactly=True)
        ends = [amount(end.mean, unit) for end in (finding.lowest, finding.highest) if end is not None]
        every = " to ".join(dict.fromkeys(ends)) or "–"
        model = f"{amount(own.mean, unit)} ({interval(own, unit)})" if ends else "–"
        cells = [f"`{claim.id}`", stated(claim), by_hand, model, every, finding.substance, finding.mainly or "–"]
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def _finding(one: Audit) -> str:
    """Return a claim, who makes it, its finding and its limits."""
    claim = one.claim
    said = f"**`{claim.id}`** ({claim.side}): {claim.says}\n{one.finding.sentence}"
    return f"{said}\n*Partly expressed:* {claim.limits}" if claim.limits else said


def main() -> None:
    """Make or read the runs, and write table, figure and page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, default=None, help="processes; all cores unless given")
    parser.add_argument(
        "--from", dest="folder", type=Path, default=None, help="a prepared folder, instead of making runs"
    )
    parser.add_argument("--page", action="store_true", help="only page and figure, from the table that ships")
    chosen = parser.parse_args()
    began = time.perf_counter()
    if chosen.page:
        measured = shipped()
        if measured is None:
            raise SystemExit("there is no table yet: run this without --page")
    else:
        if chosen.folder is not None:
            measured = measured_in(chosen.folder)
        else:
            runner = real_runner()
            mark = claims_design().identity(runner.version, runner.inputs)[:8]
            measured, found = prepared(ROOT / "out" / f"claims-{mark}", workers=chosen.workers)
            if found.failures:
                raise SystemExit("\n".join(found.failures.values()))
        write_measured(measured, RESULTS)
    with tempfile.TemporaryDirectory() as temporary:
        drawn = write(audit(measured.numbers), measured, Path(temporary) / f"{FIGURE}.png")
        shutil.copyfile(drawn[0], RESULTS / f"{FIGURE}.png")
    PAGE.write_text(page(measured), encoding="utf-8")
    size = sum(path.stat().st_size for path in RESULTS.iterdir())
    print(f"{PAGE.name} written; results/claims {size / 1000:.0f} kB, {time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()

"""Rebuilds the audit of claims: its runs, the small table that ships, one figure and the page ``docs/claims.md``.

``python -m tools.make_claims [--workers N] [--from FOLDER] [--page]``. Beside every verdict stands how it was checked by hand
(``claim_checks.yaml``). The runs are kept under ``out/``, in a folder named
after what they are made with, so that an interrupted call continues and a change of parameters begins anew. ``--page``
writes only the page and the figure, from the table that ships.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

from enforcement_sim.runs.run import real_runner
from enforcement_sim.studies.claims.audit import LABEL, Audit, audit
from enforcement_sim.studies.claims.claim_amounts import amount
from enforcement_sim.studies.claims.claim_sentences import claimed_by
from enforcement_sim.studies.claims.figure import draw_claims
from enforcement_sim.studies.claims.measured import Measured, measured_in, prepared, shipped, write_measured
from enforcement_sim.studies.claims.published import load_claims
from enforcement_sim.studies.claims.verdicts import AS_NEAR, MEANING, TOO_WIDE, figures_of, judge
from enforcement_sim.studies.claims.worlds import claims_design
from enforcement_sim.yaml_lines import read_yaml

ROOT = Path(__file__).parents[1]
RESULTS, PAGE = ROOT / "results" / "claims", ROOT / "docs" / "claims.md"
CHECKS = Path(__file__).with_name("claim_checks.yaml")
FIGURE = "overview"
OTHER_TOLERANCES = (0.05, 0.2)
"""Tolerances in place of a tenth under which verdicts are told too."""

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

A claim is marked as one wherever it stands, with who makes it. Its verdict is computed from its figures and the stored numbers
by one function, which sees neither its words nor who made it (`src/enforcement_sim/studies/claims/verdicts.py`). Two sentences
follow: what was divided by what and what that gives, and what the simulated world gives. The verdicts:

{meaning}

The first two are about the claim's own numbers and can stand beside one of the others, which is about the simulated world.

- A definition *comes to* a figure if its mean is within {near:.0%} of it, as a part of the larger: rounding to the nearest ten
  moves a half by as much. It does not if the mean is further off and the 95% interval leaves the figure out. It *cannot be
  told* if the interval is wider than {wide:.0%} of the larger to each side, or holds the figure though the mean is not near.
  "At least" is also met by an interval above, "below" only by one wholly below. Percent more or less are compared as ratios.
- The figure is the one that the claim's own numbers give where what is stated is that figure rounded, and as stated otherwise.
- *By hand* is what the claim's own numbers give. *Model, the claim's way* counts what the claim counts: the same stage, months,
  places and denominator. *Every way* is the range over all stages, periods, definitions of a conviction, attributions and
  denominators that the model counts. They are not weighed: how many come to a figure depends on which there are.
- Differences between runs are paired: the same synthetic people with and without a programme or a rule. They, and the claim's
  measure in another world or of other people, stand in a claim's table and are no definitions of it.
- "Holds" is said of the simulated world. Where a published count and the model part, either may be wrong.
- A claim is *partly* expressed where the model lacks something that the claim is about; what that is stands under it.

The claims, their numbers, sources and runs are in `src/enforcement_sim/studies/claims/claims.yaml`; how each is counted is in
the `observe_` modules beside it. This page and the table are made by `make claims`. The checks by hand are in
`tools/claim_checks.yaml`, and a test works them out again apart from the package.
"""


def page(measured: Measured) -> str:
    """Return the whole page."""
    audits = audit(measured.numbers)
    about = measured.about
    thin = "every booking" if about["thin"] == 1 else f"one booking in {about['thin']} in national runs"
    seeds = len(about["seeds"])
    sources = {source.text: source.side for one in audits for source in one.claim.said_by}
    checks = read_yaml(CHECKS).data
    meaning = "\n".join(
        ["| verdict | when |", "|---|---|", *(f"| {kind} | {when} |" for kind, when in MEANING.items())]
    )
    head = HEAD.format(meaning=meaning, near=AS_NEAR, wide=TOO_WIDE)
    parts = [
        head.strip(),
        "## All claims",
        f"{seeds} seed{'s' if seeds > 1 else ''}, {thin}; engine {about['engine_version'][:12]}.",
        "\n".join(_table(audits)),
        f"![Published claims beside the simulated world](../results/claims/{FIGURE}.png)",
        "## Claim by claim",
        "\n\n".join(_told(one, checks[one.claim.id], measured) for one in audits),
        "## What depends on the tenth",
        "\n".join(_tolerances(audits)),
        "## Runs",
        "\n".join(f"- `{run.id}`: {run.title}, {run.start} to {run.end}." for run in load_claims().runs.values()),
        "## Who said it",
        "\n".join(f"- {text} *{side.capitalize()}.*" for text, side in sources.items()),
    ]
    return "\n\n".join(parts) + "\n"


def _table(audits: list[Audit]) -> list[str]:
    """Return the overview, a row a claim."""
    lines = [
        f"| claim | claimed | by hand | model, the claim's way (95%) | every way | {LABEL[0].lower()}{LABEL[1:]} |",
        "|---|---|---|---|---|---|",
    ]
    for one in audits:
        cells = (f"`{one.claim.id}`", *one.in_short("–"), one.finding.verdict.words)
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def _told(one: Audit, check: dict[str, Any], measured: Measured) -> str:
    """Return a claim, who makes it, its verdict and two sentences, how it was checked by hand, and its limits."""
    claim, finding = one.claim, one.finding
    numbers = measured.numbers
    seeds = numbers[(numbers["claim"] == claim.id) & (numbers["role"] == "own")]["value"]
    each = ", ".join(amount(value, claim.unit) for value in seeds)
    lines = [
        f"### Claim `{claim.id}`",
        "",
        f"> {claim.says}",
        "",
        f"{claimed_by(claim)}",
        "",
        f"**{LABEL}: {finding.verdict.words}.** {finding.sentences}",
        "",
        f"*Checked by hand:* {check['why']} The claim's way, seed by seed: {each}.",
    ]
    if claim.limits:
        lines += ["", f"*{claim.expressed.capitalize()} expressed:* {claim.limits}"]
    return "\n".join(lines)


def _tolerances(audits: list[Audit]) -> list[str]:
    """Return which verdicts would be others under another tolerance."""
    lines = []
    for tolerance in OTHER_TOLERANCES:
        changed = []
        for one in audits:
            verdict = judge(figures_of(one.claim), one.own, one.others, tolerance)
            if verdict.kinds != one.finding.verdict.kinds:
                changed.append(f"`{one.claim.id}` ({verdict.words})")
        told = "; ".join(changed) or "no claim"
        lines.append(f"- With {tolerance:.0%} in place of {AS_NEAR:.0%}, another verdict comes for: {told}.")
    return lines


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
        drawn = draw_claims(audit(measured.numbers), measured, Path(temporary) / f"{FIGURE}.png")
        shutil.copyfile(drawn[0], RESULTS / f"{FIGURE}.png")
    PAGE.write_text(page(measured), encoding="utf-8")
    size = sum(path.stat().st_size for path in RESULTS.iterdir())
    print(f"{PAGE.name} written; results/claims {size / 1000:.0f} kB, {time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()

"""Writes docs/gallery.md: every figure of ``plots`` with the code that draws it, and its picture.

One small world serves all. The code of the page is what is run here; a test runs it again and compares the numbers behind each
picture with those in the picture's file, so neither can go stale. ``python -m tools.make_gallery``, a part of ``make pages``.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import chdir
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tools.pictures import save_picture

from enforcement_sim.plots import Plot

ROOT = Path(__file__).parents[1]
OUT, IMAGES = ROOT / "docs" / "gallery.md", ROOT / "docs" / "images" / "gallery"
DOTS_PER_INCH = 80

SETUP = """\
from enforcement_sim import compare, load_scenario, plots, run, sweep
from enforcement_sim.runs.transitions import who_changed
from enforcement_sim.studies.card.compute import cards_of

small = {
    "scope": {"states": ["VA"]},
    "period.start": "2011-10-01",
    "period.end": "2012-03-31",
    "start.warm_days": 60,
}
history = load_scenario("baseline").with_(**small)
refusal = {"decision": "honour", "rule": "honour-trust", "where": "nation"}
refused = history.with_(**{"name": "refusal", "title": "TRUST-type refusal", "changes.trust": refusal})
results = [run(history, seed) for seed in (1, 2, 3)]
results_refused = [run(refused, seed) for seed in (1, 2, 3)]
comparison = compare(history, refused, replications=3, workers=1)
changes = {"changes.who-honours": {"decision": "honour", "rule": "honour-all", "where": "nation"}}
named = {"title": "Hold length by who honours", "replications": 2}
design = load_scenario("hold-and-opt-out").with_(**small, **changes, **named)
swept = sweep(design, out="gallery", workers=1)
"""


@dataclass(frozen=True)
class Example:
    """A figure of the gallery: the function that draws it, what it answers, and the expression."""

    name: str
    asks: str
    code: str

    @property
    def function(self) -> str:
        """The function of ``plots``."""
        return self.code.partition("(")[0].removeprefix("plots.")


EXAMPLES = (
    Example("funnel", "How many people reached each stage?", "plots.funnel(results)"),
    Example("throughput", "How many people a month, and when did rules change?", "plots.throughput(results)"),
    Example("mix", "Who are they, under a definition?", 'plots.mix(results, "no-conviction-ever")'),
    Example("stay", "How long are they in jail, and why?", "plots.stay(swept)"),
    Example("county-map", "Where?", 'plots.county_map(results, "detainer_issued")'),
    Example("compared", "What does B change, beside the levels of A and B?", "plots.compared(comparison)"),
    Example("over-time", "When does B change it?", "plots.over_time(results, results_refused)"),
    Example("response", "What changes with the settings of a sweep?", "plots.response(swept)"),
    Example("mix-by-setting", "Who, under each setting?", 'plots.mix_by_setting(swept, stage="detainer_issued")'),
    Example("who-changed", "What became of the same bookings?", "plots.who_changed(who_changed(history, refused))"),
    Example(
        "first-differences",
        "By which decision do they part?",
        "plots.first_differences(who_changed(history, refused))",
    ),
    Example(
        "study",
        "What does a study's object show? Here a card; the same function draws answers, gaps, scorecards and designs.",
        "plots.study(*cards_of(history, refused, replications=2, workers=1))",
    ),
)
LEFT_OUT = {
    "importance": "needs a design of many runs; see [designs](designs.md)",
    "two_sweeps": "needs two sweeps; see [how do I draw a figure](plots.md)",
}
"""Functions without an example, and why."""


@cache
def world() -> dict[str, Any]:
    """Return the names that the code of the page sets."""
    names: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder, chdir(folder):
        exec(SETUP, names)
        for example in EXAMPLES:
            names[example.name] = eval(example.code, names)
    return names


def drawn() -> Iterator[tuple[Example, Plot]]:
    """Yield every example with its figure."""
    for example in EXAMPLES:
        yield example, world()[example.name]


def page() -> str:
    """Return the page."""
    lines = [
        "# What can I draw?",
        "",
        "Every figure of `enforcement_sim.plots`, with the line of code that draws it. Made by `python -m tools.make_gallery`;",
        "a test runs the code and compares the numbers behind each picture. [How do I draw a figure in Python?](plots.md) says",
        "how to save one and get at its numbers.",
        "",
        "The world is one state and six months under two or three seeds, which takes seconds. Simulated, not a record: with so",
        "few people many directions cannot be told.",
        "",
        "<!-- not run: a test draws these very pictures -->",
        "```python",
        *SETUP.splitlines(),
        "```",
        "",
    ]
    for example in EXAMPLES:
        lines += [
            f"## `{example.function}`",
            "",
            example.asks,
            "",
            "<!-- not run: a test draws these very pictures -->",
            "```python",
            example.code,
            "```",
            "",
            f"![{example.asks}](images/gallery/{example.name}.png)",
            "",
        ]
    lines += ["## Not shown here", "", *(f"- `{name}`: {why}." for name, why in LEFT_OUT.items())]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Draw every picture whose numbers have changed, and write the page."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    for example, figure in drawn():
        save_picture(figure, IMAGES / f"{example.name}.png", DOTS_PER_INCH)
        print(f"{example.name}: {os.path.getsize(IMAGES / f'{example.name}.png') / 1024:.0f} KiB")
    OUT.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()

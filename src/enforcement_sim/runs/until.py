"""Replications until something is known well enough, and not beyond.

A file may ask for seeds until half the width of a measure's 95% interval is small enough. The first look is taken after
``at_least`` seeds, the next after every ``step`` more, the last at ``at_most``. A look sees whole batches of seeds in
their order and nothing else, so it decides alike whatever the number of workers, and a continued sweep decides as an
undisturbed one. What is watched is what more seeds can narrow: the interval that the dice alone give. The manifest says
why it ended. How runs are computed and kept is ``carry_out``'s business, once for each batch.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from enforcement_sim.errors import InputError, nearest_names
from enforcement_sim.results.intervals import difference_between, level_of
from enforcement_sim.runs.design import Design
from enforcement_sim.runs.folder import MANIFEST, read_manifest, write_manifest
from enforcement_sim.runs.progress import Progress
from enforcement_sim.runs.runner import Runner
from enforcement_sim.runs.sweep import carry_out
from enforcement_sim.runs.swept import Sweep, load_sweep
from enforcement_sim.scenarios.plan import DIFFERENCE, Stopping

PRECISE, EXHAUSTED, NOTHING_TO_WATCH = "precise enough", "at_most reached", "no run has a value of the measure"
GOING_ON = "not ended yet; the same command continues"


def carry_out_until(
    design: Design,
    folder: Path,
    runner: Runner,
    workers: int | None = None,
    progress: Progress | None = None,
    tell: Callable[[str], object] = lambda line: None,
    **how: Any,
) -> Sweep:
    """Carry a design out, batch by batch where its replications end by a rule.

    Parameters
    ----------
    design : Design
        With as many seeds as there may be at most. Without a rule it is simply carried out.
    folder, runner, workers, progress
        See :func:`~enforcement_sim.runs.sweep.carry_out`; ``progress`` begins anew with each batch.
    tell : callable, optional
        Given a line after each look: what is known how well, and what follows.
    **how
        Handed on to every ``carry_out``.

    Returns
    -------
    Sweep
        With the seeds that were needed.

    Raises
    ------
    InputError
        If the rule cannot be followed: no such measure, or a difference where there is one setting only.
    """
    rule = design.stopping
    if rule is None:
        return carry_out(design, folder, runner, workers, progress, **how)
    check_rule(rule, len(design.points))
    computed: list[str] = []
    failures: dict[str, str] = {}
    taken = _taken_already(design, folder, runner)
    while True:
        batch = replace(design, seeds=design.seeds[:taken], stopped={"ended": GOING_ON})
        found = carry_out(batch, folder, runner, workers, progress, **how)
        computed += found.computed
        failures = {run: text for run, text in failures.items() if run not in found.computed} | dict(found.failures)
        widest, ended = look(found, rule, taken)
        known = f"half-width of {rule.measure} ({rule.of}): {_told(widest)}, wanted {rule.half_width:g}"
        if ended is not None:
            _write_why(folder, {"ended": ended, "half_width": None if math.isnan(widest) else widest})
            tell(f"{taken} seeds; {known}: {ended}")
            return replace(load_sweep(folder), computed=tuple(computed), failures=failures, runner=runner)
        further = min(taken + rule.step, rule.at_most)
        tell(f"{taken} seeds; {known}: {further - taken} more")
        taken = further


def look(found: Sweep, rule: Stopping, taken: int) -> tuple[float, str | None]:
    """Return how wide the widest watched interval is (its half), and why replications end here, if they do.

    Differences are watched at every setting but the reference, levels at every setting. Settings at which no run has a
    value are left aside; if that is all of them, more runs would not help.
    """
    samples = [found.sample(point).values(rule.measure) for point in range(len(found.settings))]
    if rule.of == DIFFERENCE:
        known = [difference_between(samples[0], other) for other in samples[1:]]
    else:
        known = [level_of(values) for values in samples]
    widths = [one.half_width for one in known if one.runs]
    widest = max(widths, key=lambda width: math.inf if math.isnan(width) else width, default=math.nan)
    if not widths:
        return widest, NOTHING_TO_WATCH
    if widest <= rule.half_width:
        return widest, PRECISE
    return widest, EXHAUSTED if taken >= rule.at_most else None


def check_rule(rule: Stopping, points: int) -> None:
    """Raise unless a rule can be followed in a design with this many points.

    Raises
    ------
    InputError
        With the key in the file.
    """
    from enforcement_sim.results.measures import MEASURES

    if rule.measure not in MEASURES:
        near = nearest_names(rule.measure, MEASURES)
        raise InputError(
            f"unknown measure {rule.measure!r}", key="replications.until.measure", allowed=MEASURES, nearest=near
        )
    if rule.of == DIFFERENCE and points < 2:
        raise InputError(
            "one setting alone has no difference from another", key="replications.until.of", allowed="level"
        )


def _taken_already(design: Design, folder: Path, runner: Runner) -> int:
    """Return how many seeds an earlier call of the same sweep had come to; the first batch if there was none.

    Looks before that were taken by it, and said to go on.
    """
    assert design.stopping is not None
    first = min(design.stopping.at_least, len(design.seeds))
    if not (folder / MANIFEST).exists():
        return first
    held: dict[str, Any] = read_manifest(folder).get("design", {})
    same = held.get("identity") == design.identity(runner.version, runner.inputs)
    return max(first, len(held.get("seeds", []))) if same else first


def _write_why(folder: Path, why: dict[str, Any]) -> None:
    """Write into the manifest why replications ended."""
    manifest = read_manifest(folder)
    manifest["design"]["stopping"] |= why
    write_manifest(folder, manifest)


def _told(width: float) -> str:
    return "unknown" if math.isnan(width) else f"{width:.4g}"

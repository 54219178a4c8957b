"""Power of a study's designs at falls of one to five per cent, as a table: simulated, without bias, and by arithmetic."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from enforcement_sim.studies.records.ucr_files import COUNTY
from enforcement_sim.studies.research_designs.design_performance import share_with_interval, smallest_found
from enforcement_sim.studies.research_designs.effect_words import as_fall, per_cent, typed_per_cent
from enforcement_sim.studies.research_designs.power_by_shift import (
    FALLS,
    bias_of,
    centred,
    excluded,
    fall_found_by_arithmetic,
    finds,
    found_by_arithmetic,
    published_error,
)
from enforcement_sim.studies.research_designs.study_columns import design_in_words
from enforcement_sim.studies.research_designs.study_file import AS_PUBLISHED, Published, Study
from enforcement_sim.tables.table import Table

WITHOUT_BIAS = "without its bias"
ARITHMETIC = "With the published error, by arithmetic"
EXCLUDED = "Published 95% interval leaves it out"
FALL = "fall found in 80%"
NOTE = (
    "Share of worlds in which a fall is found at 5%, with the interval that so many worlds allow. No effect: the share that "
    "finds one, of either sign; it should be 5%. Effects are added to the estimates of worlds without one. Without its bias: a "
    "design whose mean estimate is below zero where there is no effect starts nearer to finding a fall; here that mean is taken "
    "off."
)
BY_ARITHMETIC = (
    " With the published error: the chance of finding the fall if estimates are normal, with that error and the bias found "
    "here."
)
FROM_COUNTY_FILE = (
    " From the county file a design finds only some 80% to 90% of an effect, because the file fills missing months from other "
    "agencies, treated or not (measured in national worlds). So falls must be up to a fifth larger there than these rows say."
)


@dataclass(frozen=True)
class Asked:
    """The effects that a table asks about, in log points, zero first."""

    effects: tuple[float, ...]

    @property
    def headings(self) -> tuple[str, ...]:
        """The heading of each effect."""
        return tuple(_heading(effect) for effect in self.effects)


def asked_about(effects: Iterable[float] = ()) -> Asked:
    """Return the effects of a table: none, the usual falls, and others, from rises to larger falls.

    Examples
    --------
    >>> asked_about([-0.02]).headings
    ('no effect', '1%', '2% (-0.02)', '2%', '3%', '5%')
    """
    usual = [math.log1p(-fall) for fall in FALLS]
    more = [effect for effect in effects if effect and not any(math.isclose(effect, one) for one in usual)]
    return Asked((0.0, *sorted([*usual, *more], reverse=True)))


def _heading(effect: float) -> str:
    if effect == 0.0:
        return "no effect"
    usual = any(math.isclose(effect, math.log1p(-fall)) for fall in FALLS)
    shown = per_cent(effect).removeprefix("-")
    if effect > 0.0:
        return f"rise of {shown}"
    return shown if usual or typed_per_cent(effect) is not None else f"{shown} ({effect:.3g})"


def power_table(study: Study, worlds: Mapping[str, pd.DataFrame], effects: Sequence[float] = ()) -> Table:
    """Return the power of each design, and under the study's own what its bias and its error do to it.

    Parameters
    ----------
    study
        Of offences.
    worlds
        Name of a design -> its estimates in worlds without an effect, of
        :func:`~enforcement_sim.studies.research_designs.power_by_shift.without_effect`.
    effects
        In log points, beside the usual falls.

    Examples
    --------
    >>> from enforcement_sim.studies.research_designs.shipped_studies import load_study
    >>> from enforcement_sim.studies.research_designs.stated_worlds import stated_worlds
    >>> study = load_study("miles-cox-2014")
    >>> power_table(study, stated_worlds(study)).headings
    ('design', 'no effect', '1%', '2%', '3%', '5%', 'fall found in 80%')
    """
    asked, rows = asked_about(effects), []
    for name, of_one in worlds.items():
        says = design_in_words(study, name)
        rows.append((says, *simulated(of_one, asked)))
        rows.append((f"{says}, {WITHOUT_BIAS}", *simulated(centred(of_one), asked)))
        if name == AS_PUBLISHED:
            rows += _of_the_published_error(study.published_of(name), bias_of(of_one)[0], asked)
    note = NOTE + (BY_ARITHMETIC if any(row[0] == ARITHMETIC for row in rows) else "")
    if any(study.designs()[name].recorder == COUNTY for name in worlds):
        note += FROM_COUNTY_FILE
    return Table(("design", *asked.headings, FALL), tuple(rows), f"Power: {study.title}", note)


def simulated(rows: pd.DataFrame, asked: Asked) -> tuple[str, ...]:
    """Return the cells of a design: the share that finds each effect, and the fall that is found in four worlds of five."""
    shares = [share_with_interval(finds(rows, effect)) for effect in asked.effects]
    fall = smallest_found(rows["coefficient"], rows["standard_error"])
    return (*(f"{value:.0%} [{low:.0%}, {high:.0%}]" for value, low, high in shares), as_fall(fall))


def _of_the_published_error(published: Published | None, bias: float, asked: Asked) -> list[tuple[str, ...]]:
    """Return what the published error and interval say of each effect; nothing where no error was published."""
    error = published_error(published)
    if published is None or math.isnan(error):
        return []
    rows = []
    for says, off in ((ARITHMETIC, bias), (f"{ARITHMETIC}, {WITHOUT_BIAS}", 0.0)):
        chances = [f"{found_by_arithmetic(effect, off, error):.0%}" for effect in asked.effects]
        rows.append((says, *chances, as_fall(-fall_found_by_arithmetic(off, error))))
    if published.interval is not None:
        out = ["yes" if one else "no" for one in excluded(asked.effects, *published.interval)]
        rows.append((EXCLUDED, *out, ""))
    return rows

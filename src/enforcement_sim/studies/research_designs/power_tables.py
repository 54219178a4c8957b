"""Power of a study's designs at falls of one to five per cent, as a table: simulated, without bias, and by arithmetic."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from enforcement_sim.studies.records.ucr_files import COUNTY
from enforcement_sim.studies.research_designs.design_performance import MOST_ALARMS, share_with_interval, smallest_found
from enforcement_sim.studies.research_designs.effect_words import as_fall, per_cent, typed_per_cent
from enforcement_sim.studies.research_designs.power_by_shift import (
    FALLS,
    bias_of,
    centred,
    fall_found_by_arithmetic,
    finds,
    found_by_arithmetic,
    published_error,
    size_adjusted,
    too_many_alarms,
)
from enforcement_sim.studies.research_designs.study_columns import design_in_words
from enforcement_sim.studies.research_designs.study_file import AS_PUBLISHED, Study
from enforcement_sim.studies.research_designs.study_parts import Published
from enforcement_sim.tables.table import Table

WITHOUT_BIAS = "its bias taken off"
AT_NOMINAL = "at 5% false alarms"
NOT_QUOTED = "-"
ARITHMETIC = "With the published error, by arithmetic"
EXCLUDED = "Published 95% interval leaves it out"
ALARMS = "false alarms"
FALL = "fall found in 80%"
NOTE = (
    "Share of worlds in which a fall is found at 5%, with the interval that so many worlds allow. False alarms: the share in "
    "which an effect of either sign is found where there is none; it should be 5%. Effects are added to the "
    "estimates of worlds without one. Its bias taken off: a design whose mean estimate is below zero where there is no effect "
    "starts nearer to finding a fall; here that mean is taken off."
)
NO_POWER = (
    f" Where false alarms are more than {MOST_ALARMS:.0%}, power is not quoted as it stands: a test that rejects a true zero so "
    "often finds falls that are there and falls that are not. The row at 5% false alarms asks for an estimate so many errors "
    "from zero that only 5% of the worlds without an effect have one. Nobody outside these worlds knows that number."
)
BY_ARITHMETIC = (
    " With the published error: the chance of finding the fall if estimates are normal, with that error. The first such row adds "
    "the bias of the design here. It takes for granted that the authors' own regression has the same bias, which nobody has "
    "shown."
)
FROM_COUNTY_FILE = (
    " From the county file a design finds only some 80% to 90% of an effect, because the file fills missing months from other "
    "agencies, treated or not (measured in national worlds). So falls must be up to a fifth larger there than these rows say."
)


@dataclass(frozen=True)
class Asked:
    """The effects that a table asks about, in log points."""

    effects: tuple[float, ...]

    @property
    def headings(self) -> tuple[str, ...]:
        """The heading of each effect."""
        return tuple(_heading(effect) for effect in self.effects)


Share = tuple[float, float, float]
"""A share with both ends of its interval; not a number where there are none."""


@dataclass(frozen=True)
class PowerRow:
    """A row of the table, unformatted: the share of false alarms, the share that finds each effect, and the fall found in 80%.

    Behind arithmetic there are no worlds. ``quoted`` is false where false alarms are too many for power to mean something; data
    keep the shares. ``leaves_out`` says whether the published interval leaves out each effect, yes or no.
    """

    design: str
    says: str
    alarms: Share
    found: tuple[Share, ...]
    fall: float
    worlds: int = 0
    leaves_out: tuple[str, ...] = ()
    quoted: bool = True

    @property
    def cells(self) -> tuple[str, ...]:
        """The row as text."""
        if not self.quoted:
            return (self.says, _as_cell(self.alarms), *[NOT_QUOTED] * (len(self.found) + 1))
        shares = self.leaves_out or tuple(map(_as_cell, self.found))
        return (self.says, _as_cell(self.alarms), *shares, "" if math.isnan(self.fall) else as_fall(self.fall))


def _as_cell(share: Share) -> str:
    value, low, high = share
    if math.isnan(value):
        return ""
    return f"{value:.0%}" if math.isnan(low) else f"{value:.0%} [{low:.0%}, {high:.0%}]"


def asked_about(effects: Iterable[float] = ()) -> Asked:
    """Return the effects of a table: the usual falls, and others, from rises to larger falls.

    Examples
    --------
    >>> asked_about([-0.02]).headings
    ('1%', '2% (-0.02)', '2%', '3%', '5%')
    """
    usual = [math.log1p(-fall) for fall in FALLS]
    more = [effect for effect in effects if effect and not any(math.isclose(effect, one) for one in usual)]
    return Asked(tuple(sorted([*usual, *more], reverse=True)))


def _heading(effect: float) -> str:
    usual = any(math.isclose(effect, math.log1p(-fall)) for fall in FALLS)
    shown = per_cent(effect).removeprefix("-")
    if effect > 0.0:
        return f"rise of {shown}"
    return shown if usual or typed_per_cent(effect) is not None else f"{shown} ({effect:.3g})"


def power_table(study: Study, worlds: Mapping[str, pd.DataFrame], effects: Sequence[float] = ()) -> Table:
    """Return the power of each design, and under the study's own what its bias and its error do to it.

    Parameters
    ----------
    worlds
        Name of a design -> its estimates in worlds without an effect, of
        :func:`~enforcement_sim.studies.research_designs.power_by_shift.without_effect`.

    Examples
    --------
    >>> from enforcement_sim.studies.research_designs.shipped_studies import load_study
    >>> from enforcement_sim.studies.research_designs.stated_worlds import stated_worlds
    >>> study = load_study("miles-cox-2014")
    >>> power_table(study, stated_worlds(study)).headings
    ('design', 'false alarms', '1%', '2%', '3%', '5%', 'fall found in 80%')
    """
    asked, found = asked_about(effects), power_rows(study, worlds, effects)
    rows = [one.cells for one in found]
    note = NOTE + (NO_POWER if any(not one.quoted for one in found) else "")
    note += BY_ARITHMETIC if any(row[0] == ARITHMETIC for row in rows) else ""
    if any(study.designs()[name].recorder == COUNTY for name in worlds):
        note += FROM_COUNTY_FILE
    return Table(("design", ALARMS, *asked.headings, FALL), tuple(rows), f"Power: {study.title}", note)


def power_rows(study: Study, worlds: Mapping[str, pd.DataFrame], effects: Sequence[float] = ()) -> list[PowerRow]:
    """Return the rows of :func:`power_table`, unformatted."""
    asked, rows = asked_about(effects), []
    for name, of_one in worlds.items():
        says = design_in_words(study, name)
        rows.append(_simulated(name, says, of_one, asked))
        if too_many_alarms(of_one):
            rows.append(_simulated(name, f"{says}, {AT_NOMINAL}", size_adjusted(of_one), asked))
        else:
            rows.append(_simulated(name, f"{says}, {WITHOUT_BIAS}", centred(of_one), asked))
        if name == AS_PUBLISHED:
            rows += _of_the_published_error(study.published_of(name), bias_of(of_one)[0], asked)
    return rows


def power_as_data(study: Study, worlds: Mapping[str, pd.DataFrame], effects: Sequence[float] = ()) -> pd.DataFrame:
    """Return the power table as data: a row for each row of the table and effect, with falls in per cent and negative.

    Examples
    --------
    >>> from enforcement_sim.studies.research_designs.shipped_studies import load_study
    >>> from enforcement_sim.studies.research_designs.stated_worlds import stated_worlds
    >>> study = load_study("miles-cox-2014")
    >>> power_as_data(study, stated_worlds(study)).loc[1, ["says", "effect_per_cent", "found"]].map(str).tolist()
    ['Rebuilt', '-2.0', '0.73']
    """
    asked, rows = asked_about(effects), []
    for one in power_rows(study, worlds, effects):
        for place, effect in enumerate(asked.effects):
            row = {"study": study.name, "design": one.design, "says": one.says, "effect_per_cent": _in_per_cent(effect)}
            row |= dict(zip(("found", "found_low", "found_high"), one.found[place], strict=True))
            row |= dict(zip(("false_alarms", "false_alarms_low", "false_alarms_high"), one.alarms, strict=True))
            row |= {"fall_found_in_80_per_cent": _in_per_cent(one.fall), "worlds": one.worlds}
            rows.append(row | {"leaves_it_out": one.leaves_out[place] if one.leaves_out else ""})
    return pd.DataFrame(rows)


def _in_per_cent(effect: float) -> float:
    return round(100.0 * math.expm1(effect), 6)


def _simulated(design: str, says: str, rows: pd.DataFrame, asked: Asked) -> PowerRow:
    """Return the row of a design: the share that finds each effect, and the fall that is found in four worlds of five."""
    found = tuple(share_with_interval(finds(rows, effect)) for effect in asked.effects)
    fall = smallest_found(rows["coefficient"], rows["standard_error"])
    return PowerRow(
        design, says, share_with_interval(finds(rows, 0.0)), found, fall, len(rows), quoted=not too_many_alarms(rows)
    )


def _of_the_published_error(published: Published | None, bias: float, asked: Asked) -> list[PowerRow]:
    """Return what the published error and interval say of each effect; nothing where no error was published."""
    error = published_error(published)
    if published is None or math.isnan(error):
        return []
    rows = []
    for says, off in ((ARITHMETIC, bias), (f"{ARITHMETIC}, {WITHOUT_BIAS}", 0.0)):
        alarms, *found = (_certain(found_by_arithmetic(effect, off, error)) for effect in (0.0, *asked.effects))
        rows.append(PowerRow(AS_PUBLISHED, says, alarms, tuple(found), -fall_found_by_arithmetic(off, error)))
    if published.interval is not None:
        low, high = published.interval
        out = tuple("no" if low <= effect <= high else "yes" for effect in asked.effects)
        unknown = (math.nan, math.nan, math.nan)
        rows.append(PowerRow(AS_PUBLISHED, EXCLUDED, unknown, (unknown,) * len(out), math.nan, 0, out))
    return rows


def _certain(chance: float) -> Share:
    """Return a chance by arithmetic, which has no interval."""
    return chance, math.nan, math.nan

"""The results of a study as tables for the screen and for files, and what must be said beside them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

import pandas as pd

from enforcement_sim.runs.labelled_tables import LabelledTables
from enforcement_sim.runs.shown_measures import shortly
from enforcement_sim.studies.research_designs.compute import Plan
from enforcement_sim.studies.research_designs.design_performance import performance
from enforcement_sim.studies.research_designs.effect_words import as_fall, listed, with_per_cent
from enforcement_sim.studies.research_designs.power_by_shift import in_log_points, published_error
from enforcement_sim.studies.research_designs.short_answers import ENOUGH_WORLDS
from enforcement_sim.studies.research_designs.study_columns import (
    DESIGNS,
    ESTIMATES,
    design_in_words,
    designs_as_data,
    meaning,
)
from enforcement_sim.studies.research_designs.study_file import Study
from enforcement_sim.studies.research_designs.study_parts import Published
from enforcement_sim.tables.table import Table

if TYPE_CHECKING:
    from enforcement_sim.results.data_dictionary import Meanings

GRADE_WORDS = {
    "S": "seen in the source, and can be cited from it",
    "D": "derived from numbers seen in the source; cite those, and say what was derived",
    "R": "recalled and not verified; not to be cited",
}
"""Grade of a published number -> what it means for somebody who wants to cite it."""
ALL = "a row for each"
"""What a table of several effects shows."""
SECOND_HAND = "seen at second hand, in a text that quotes the source; look it up there before citing it"
RANGES_ASSUMED = (
    "The settings of imported offences (trends, dispersion) are drawn from ranges, most of which are assumed: "
    "enforcement-sim parameters offences lists them."
)
BY_ACTIVATION = "offences.trend_by_activation"
FALL = "fall found in 80%"
HEADINGS = (
    "design",
    "published (95%)",
    "simulated (middle 95% of worlds)",
    "truth in the world",
    "bias (95%)",
    "own error: published / simulated",
    "own 95% interval holds the truth",
    "differs from 0 at 5%",
    FALL,
)
ESTIMATE_COLUMNS = 5
"""How many columns of the main table tell estimates, the design's name included; the others tell errors."""


@dataclass(frozen=True)
class Results(LabelledTables):
    """A study that was run: a row for each world and design, and a row for each design over its worlds."""

    AXES: ClassVar = {ESTIMATES: ("design", "set", "seed"), DESIGNS: ("study", "design")}

    study: Study
    plan: Plan
    estimates: pd.DataFrame
    designs: pd.DataFrame

    def __repr__(self) -> str:
        return f"Results({self.study.name}: {len(self.designs)} designs, {len(self.estimates)} estimates)"

    def _repr_html_(self) -> str:
        return performance_table(self).html()

    def _exported(self) -> dict[str, pd.DataFrame]:
        return {DESIGNS: designs_as_data([self]), ESTIMATES: self.estimates}

    def _origin(self) -> dict[str, Any]:
        plan, study = self.plan, self.study
        named = {"study": study.name, "title": study.title, "citation": str(study.citation), "status": study.status}
        return named | {"sets": plan.sets, "seeds": plan.replications, "thin": plan.thin, "about": caption(self)}

    def _own_meanings(self) -> Meanings:
        return {
            (table, name): meaning(table, name) for table, found in self._exported().items() for name in found.columns
        }


def results_of(study: Study, plan: Plan, estimates: pd.DataFrame) -> Results:
    """Return a study's results from the table of estimates of all worlds."""
    return Results(study, plan, estimates, performance(estimates, study))


def where_seen(published: Published) -> str:
    """Return where a published number was seen, and whether it can be cited, as one statement.

    Examples
    --------
    >>> from enforcement_sim.studies.research_designs.shipped_studies import load_study
    >>> where_seen(load_study("miles-cox-2014").published).partition(",")[0]
    'seen at second hand'
    """
    if published.is_nothing:
        return "nothing is published"
    return SECOND_HAND if published.second_hand else GRADE_WORDS[published.grade]


def published_in_words(published: Published) -> str:
    """Return a published coefficient with its interval, as text; where none was, what was said.

    Examples
    --------
    >>> from enforcement_sim.studies.research_designs.shipped_studies import load_study
    >>> published_in_words(load_study("miles-cox-2014").published)
    '0 [-0.009, 0.009]'
    """
    if published.is_nothing:
        return "nothing published"
    if published.at_least is not None:
        return f"in words: more than {number(published.at_least)}"
    if published.coefficient is None:
        said = {"none": "no significant effect", None: published.note.rstrip(".")}
        return f"in words: {said.get(published.sign, f'a {published.sign} effect')}"
    interval = published.interval
    return f"{published.coefficient:.4g}" + ("" if interval is None else f" [{interval[0]:.2g}, {interval[1]:.2g}]")


def performance_table(results: Results, effects: Sequence[float] = ()) -> Table:
    """Return the main table: each design over its worlds, beside what was published of it; falls are of offences alone."""
    rows = tuple(_row(row, results.study) for row in results.designs.to_dict("records"))
    whole = Table(HEADINGS, rows, results.study.title, caption(results, effects))
    return whole if results.study.of_offences else whole.without(FALL)


def in_two(table: Table) -> list[Table]:
    """Return the main table as two, of estimates and of errors, each of which fits a terminal and a page of paper."""
    parts = [
        Table(
            tuple(table.headings[place] for place in places),
            tuple(tuple(row[place] for place in places) for row in table.rows),
            f"{table.title}: {says}",
        )
        for says, places in (
            ("estimates", range(ESTIMATE_COLUMNS)),
            ("errors, and how often an effect is found", (0, *range(ESTIMATE_COLUMNS, len(table.headings)))),
        )
    ]
    return [parts[0], replace(parts[1], caption=table.caption)]


def _row(row: Mapping[Any, Any], study: Study) -> tuple[str, ...]:
    published = study.published_of(str(row["design"]))
    bias = number(row["bias"])
    if not math.isnan(row["bias_half"]):
        bias += f" \N{PLUS-MINUS SIGN} {number(row['bias_half'])}"
    return (
        design_in_words(study, str(row["design"])),
        "-" if published is None else published_in_words(published),
        _with_ends(row["mean"], row["low"], row["high"]),
        _with_ends(row["truth"], row["truth_low"], row["truth_high"]),
        bias,
        _errors(published, row["own_error"]),
        _share(row["coverage"], row["coverage_low"], row["coverage_high"]),
        _share(row["found"], row["found_low"], row["found_high"]),
        fall_cell(row, study),
    )


def fall_cell(row: Mapping[Any, Any], study: Study) -> str:
    """Return the fall that is found in 80% with its interval: in per cent, where the coefficient is in log points.

    A dash of one world, or of sets without an interval.
    """
    ends = [row[name] for name in ("detectable", "detectable_high", "detectable_low")]
    if any(map(math.isnan, ends)):
        return "-"
    if not in_log_points(study, study.designs()[str(row["design"])]):
        return _with_ends(*ends)
    found, least, most = map(as_fall, ends)
    return f"{found} [{least}, {most}]"


def _errors(published: Published | None, own_error: float) -> str:
    return f"{number(published_error(published))} / {number(own_error)}"


def effects_table(results: Sequence[Results]) -> Table:
    """Return power against effect: a row for each design and effect that is put in."""
    headings = ("design", "effect put in", *HEADINGS[2:3], *HEADINGS[4:5], *HEADINGS[6:8])
    names = list(dict.fromkeys(name for one in results for name in one.designs["design"]))
    rows = []
    for name in names:
        for one in results:
            (row,) = one.designs[one.designs["design"] == name].to_dict("records")
            cells = _row(row, one.study)
            rows.append((cells[0], with_per_cent(one.plan.effect), cells[2], cells[4], *cells[6:8]))
    first = results[0]
    return Table(
        headings,
        tuple(rows),
        first.study.title,
        caption(first, [one.plan.effect for one in results], ALL),
        grouped=True,
    )


def number(value: float) -> str:
    """Return a coefficient as short text; a dash for none.

    Examples
    --------
    >>> number(-0.01234), number(float("nan"))
    ('-0.0123', '-')
    """
    if math.isnan(value):
        return "-"
    return f"{value:.3g}" if abs(value) < 1000 else shortly(value)


def _with_ends(value: float, low: float, high: float) -> str:
    if math.isnan(value):
        return "-"
    return number(value) if low == high else f"{number(value)} [{number(low)}, {number(high)}]"


def _share(value: float, low: float, high: float) -> str:
    return "-" if math.isnan(value) else f"{value:.0%} [{low:.0%}, {high:.0%}]"


def caption(results: Results, effects: Sequence[float] = (), shows: str = "") -> str:
    """Return what the worlds of a table are.

    Parameters
    ----------
    results
    effects
        All that were put in, in log points, if they are several.
    shows
        What the table holds of several effects; by default that of these results alone.
    """
    plan, study = results.plan, results.study
    sets = _counted(plan.sets, "set") + (
        " of the settings of imported offences" if study.of_offences else " of the ensemble"
    )
    thinned = "" if study.of_offences else f", one booking in {plan.thin} simulated"
    what = (
        f"; what-if: {', '.join(f'{key} = {value}' for key, value in plan.settings.items())}" if plan.settings else ""
    )
    put_in = f"; {_effects(plan.effect, effects, shows)}" if study.of_offences else ""
    return (
        f"Simulated, not a record: {sets} by {_counted(plan.replications, 'seed')}{thinned}{put_in}{what}. "
        f"Unit: {study.published.unit}. {_seen(study.published)}"
    )


def _seen(published: Published) -> str:
    return "Nothing is published." if published.is_nothing else f"Published number: {where_seen(published)}."


def _effects(own: float, effects: Sequence[float], shows: str) -> str:
    """Return which effects were put in, and which of them a table shows."""
    if len(effects) < 2:
        return f"effect put in: {with_per_cent(own)}"
    shown = shows or f"this table: {'none' if own == 0.0 else with_per_cent(own)} put in; the table of power has all"
    return f"effects {listed(effects)}; {shown}"


def _counted(how_many: int, what: str) -> str:
    return f"{how_many} {what}{'' if how_many == 1 else 's'}"


def remarks(results: Results, effects: Sequence[float] = ()) -> list[str]:
    """Return what a reader must know beside the table."""
    study, designs = results.study, results.designs
    told = [f"Status here: {study.status}. Outcome: {study.outcome.rests_on}."]
    told += [f"Constructed: {text}" for text in study.constructed]
    told += [f"Missing: {text}" for text in study.cannot]
    told += [
        f"{design_in_words(study, str(row['design']))}: {row['published_place']:.0%} of the simulated coefficients lie below "
        "the published one."
        for row in designs.to_dict("records")
        if not math.isnan(row["published_place"]) and row["worlds"] >= ENOUGH_WORLDS
    ]
    if study.of_offences:
        told += [*_what_offences_show(effects or [results.plan.effect]), RANGES_ASSUMED, *_unlike_the_page(results)]
    failed = int(designs["failed"].sum())
    if failed:
        first = results.estimates.loc[results.estimates["failure"] != "", "failure"].iloc[0]
        told.append(f"{failed} estimates failed; the first: {first}")
    return told


def _what_offences_show(effects: Sequence[float]) -> list[str]:
    """Return what rows with an effect show, and what rows without one."""
    told = ["Offences are imported."]
    if not all(effects):
        told.append(
            "Where no effect is put in, rows are placebos: they test the design and the roll-out. "
            "--false-positives 200 counts how often they find an effect over the range of trends and dispersion."
        )
    if any(effects):
        told.append("Where an effect on them is put in, rows show how often the design finds it (its power).")
    told.append("No row says anything about what enforcement does to crime.")
    return [" ".join(told)]


def _unlike_the_page(results: Results) -> list[str]:
    """Return why rows differ from those of the study's page, whose worlds have fixed trends; nothing of other studies."""
    from enforcement_sim.studies.research_designs.stated_worlds import stated_worlds  # at call: it reads a table

    study = results.study
    if BY_ACTIVATION in results.plan.settings or not stated_worlds(study):
        return []
    return [
        "These worlds also draw trends that go with activation, and the spread of trends, within their ranges; those of "
        f"docs/studies/{study.name}.md have the stated spread and no such trends. So a design without county trends finds other "
        "effects here than there."
    ]

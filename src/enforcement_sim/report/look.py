"""Tables for a notebook: one call from finished runs, a comparison of costs or an audited claim to a table.

Every function takes what other modules return and gives a :class:`Shown`: a notebook shows it, ``print`` writes it, ``rows``
is the frame. Figures come from :mod:`enforcement_sim.plots`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd
from matplotlib.figure import Figure

from enforcement_sim import labels
from enforcement_sim.notebook import COUNTED_CLOSELY, few_warning
from enforcement_sim.plots import about_results, funnels
from enforcement_sim.plots.sources import one_setting
from enforcement_sim.report import tables, trace_figure
from enforcement_sim.runs.comparison import SIMULATED
from enforcement_sim.studies.claims.claims import Audit
from enforcement_sim.studies.claims.findings import LABEL, amount, claimed_by, headline, stated
from enforcement_sim.studies.claims.findings import interval as interval_in_words
from enforcement_sim.studies.jail_cost import bridge_table, cost_tables
from enforcement_sim.studies.jail_cost.jail_cost import ALL_PLACES, JailCost
from enforcement_sim.studies.stages.stage_table import STAGES as COUNTED_STAGES
from enforcement_sim.studies.stages.stage_table import stage_cells
from enforcement_sim.studies.stages.stage_text import definition_rows

if TYPE_CHECKING:
    from enforcement_sim.results.result import Result
    from enforcement_sim.runs.histories import Followed, Pair

__all__ = ["Shown", "both_lives", "claim_table", "funnel_table", "jail_cost_tables", "share_table"]


@dataclass(frozen=True)
class Shown:
    """A table of text with a title and a caption.

    Attributes
    ----------
    rows : DataFrame
        Text in every cell.
    title, caption : str

    Examples
    --------
    >>> print(Shown(pd.DataFrame({"Stage": ["Removed"], "All": ["12"]}), "Who <is> counted", "One run."))
    Who <is> counted
    Stage    All
    Removed  12
    One run.
    """

    rows: pd.DataFrame
    title: str
    caption: str

    def __str__(self) -> str:
        """Return the table as text."""
        cells = [[str(cell) for cell in row] for row in (list(self.rows.columns), *self.rows.to_numpy().tolist())]
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        lines = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in cells]
        return "\n".join([self.title, *lines, self.caption])

    def _repr_html_(self) -> str:
        """Show the table in a notebook."""
        return tables.as_html(self.rows, self.title, self.caption)


# ---- runs of one scenario -----------------------------------------------------------------------------------------------


def funnel_table(results: Sequence[Result]) -> Shown:
    """Return how many people reached each stage by programme, with a warning where counts are small.

    Examples
    --------
    >>> from enforcement_sim import load_scenario, run
    >>> small = load_scenario("baseline").with_(**{
    ...     "scope": {"counties": ["10003"]}, "period.start": "2012-01-01", "period.end": "2012-01-31"})
    >>> "Small numbers" in funnel_table([run(small, seed=1)]).caption
    True
    """
    runs = one_setting(results)
    counted, about = runs.table("funnel", ""), runs.about
    people = counted.groupby("event")["count"].sum() / about.thin
    warning = few_warning({event: float(people[event]) for event in COUNTED_CLOSELY})
    title = f"{about.title}: people by the programme that found them first"
    return Shown(tables.funnel_rows(funnels.numbers(counted)), title, about.caption("In brackets", warning))


def share_table(
    results: Sequence[Result],
    programme: str | None = None,
    stages: Sequence[str] = COUNTED_STAGES,
    definitions: Sequence[str] | None = None,
) -> Shown:
    """Return the share whom each definition's source adds up as non-criminal, at every stage, in per cent.

    Parameters
    ----------
    results : sequence of Result
    programme : str, optional
        The programme that found people first; everybody unless given.
    stages, definitions : sequence of str, optional
        See :func:`enforcement_sim.studies.stages.stage_table.stage_table`.
    """
    cells = stage_cells(results, programme, stages=stages, definitions=definitions)
    who = "everybody" if programme is None else f"found first by {labels.programme(programme)}"
    # An interval from two or three people is no interval: which cells stand on few is said under the table.
    weight, runs = results[0].weight, len(results)
    people = cells.drop_duplicates("stage").set_index("stage")["people"] * runs / weight
    caption = about_results(*results).caption(
        "\N{PLUS-MINUS SIGN}", few_warning({str(k): float(v) for k, v in people.items()})
    )
    rows = definition_rows(cells)
    return Shown(rows, f"Share counted as non-criminal, in %: {who}, by stage and definition", caption)


# ---- the cost of a comparison ------------------------------------------------------------------------------


def jail_cost_tables(cost: JailCost, places: int = 0) -> list[Shown]:
    """Return what detainers cost jails: a table, one for every other setting, and the bridges to the net costs.

    Parameters
    ----------
    cost : JailCost
    places : int
        How many single places to show under all together, those with most time first.
    """
    shown = (ALL_PLACES, *cost.most(places))
    first = Shown(
        cost_tables.level_rows(cost, shown), f"Jail cost of detainers: {cost.labels[0]}", cost_tables.how_to_read(cost)
    )
    others = [
        Shown(
            cost_tables.difference_rows(cost, shown, point),
            f"Jail cost of detainers: {label} less {cost.labels[0]}",
            f"Differences seed by seed, with 95% intervals. {cost_tables.about_detainers(cost)} {SIMULATED}",
        )
        for point, label in enumerate(cost.labels[1:], start=1)
    ]
    points = range(1, len(cost.labels)) or (0,)
    bridges = [
        Shown(
            bridge_table.bridge_rows(cost.found, point),
            f"{bridge_table.BRIDGE_TITLE}: {cost.labels[0]}{f' (A) and {cost.labels[point]} (B)' if point else ''}",
            bridge_table.about_bridge(cost.found, point),
        )
        for point in points
    ]
    return [first, *others, *bridges]


# ---- a published claim --------------------------------------------------------------------------------------------------


def claim_table(one: Audit) -> Shown:
    """Return a claim under its own definition and under every other, with its verdict and two sentences under it."""
    rows = [
        [
            audited.row.group,
            one.claim.measure if audited.row.role == "own" else audited.row.label,
            amount(audited.row.value, audited.row.unit),
            interval_in_words(audited.estimate, audited.row.unit),
        ]
        for audited in one.rows
    ]
    frame = pd.DataFrame(rows, columns=["What differs", "Definition", "Model", "95%"])
    title = f"{headline(one.claim)} {claimed_by(one.claim)}. Stated: {stated(one.claim)}."
    return Shown(frame, title, f"{LABEL}: {one.finding.verdict.words}. {one.finding.sentences} {SIMULATED}")


# ---- a life -------------------------------------------------------------------------------------------------------------


def both_lives(pair: Pair, world: Followed, names: tuple[str, str]) -> Figure:
    """Draw one synthetic booking in two worlds, with the first decision that differs."""
    return trace_figure.draw((pair.a, pair.b), world.arrestees.places, names, pair.divergence)

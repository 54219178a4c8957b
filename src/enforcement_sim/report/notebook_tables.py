"""Tables for a notebook, each made by one call from runs, a cost comparison, an audited claim or a county code.

Most functions return a :class:`~enforcement_sim.tables.table.Table`, which a notebook displays, ``print`` writes as text and
whose cells are in ``frame``. Figures come from :mod:`enforcement_sim.plots`.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from math import nan
from typing import TYPE_CHECKING

import pandas as pd
from matplotlib.figure import Figure

from enforcement_sim import labels
from enforcement_sim.notebook import COUNTED_CLOSELY, SIMULATED, few_warning
from enforcement_sim.plots import about_results
from enforcement_sim.plots.programmes import PROGRAMMES, STAGES, funnel_numbers
from enforcement_sim.plots.sources import drawn_from
from enforcement_sim.report import trace_figure
from enforcement_sim.studies.claims import audit, claim_amounts, claim_sentences
from enforcement_sim.studies.county.county_inputs import agreement_rows, people_and_jail
from enforcement_sim.studies.jail_cost.compute import ALL_PLACES, JailCost
from enforcement_sim.studies.jail_cost.page import cost_grids
from enforcement_sim.studies.place_asked import place_asked
from enforcement_sim.studies.stages.compute import STAGES as COUNTED_STAGES
from enforcement_sim.studies.stages.compute import stage_cells
from enforcement_sim.studies.stages.figure import definition_rows
from enforcement_sim.tables.amounts import amount
from enforcement_sim.tables.table import Table, table_of

if TYPE_CHECKING:
    from enforcement_sim.results.result import Result
    from enforcement_sim.runs.recorded_runs import HistoryPair, RecordedRun

ABOUT_COUNTY = (
    "The model's inputs, before any run. All but the population are estimates, scaled to add up to published totals; you can "
    "replace them with your own figures (enforcement-sim data --help)."
)


# ---- runs of one scenario -----------------------------------------------------------------------------------------------


def funnel_table(results: Sequence[Result]) -> Table:
    """Return how many people reached each stage by programme, with a warning where counts are small.

    Examples
    --------
    >>> from enforcement_sim import load_scenario, run
    >>> small = load_scenario("baseline").with_(**{
    ...     "scope": {"counties": ["10003"]}, "period.start": "2012-01-01", "period.end": "2012-01-31"})
    >>> "Small numbers" in funnel_table([run(small, seed=1)]).caption
    True
    """
    runs = drawn_from(results)
    counted, about = runs.table("funnel", ""), runs.about
    people = counted.groupby("event")["count"].sum() / about.thin
    warning = few_warning({event: float(people[event]) for event in COUNTED_CLOSELY})
    title = f"{about.title}: people by the programme that found them first"
    return table_of(funnel_rows(funnel_numbers(counted)), title, about.caption("In brackets", warning))


def funnel_rows(found: pd.DataFrame) -> pd.DataFrame:
    """Return the funnel as text: a row for each stage, a column for each programme."""
    programmes = [name for name in PROGRAMMES if name in set(found["programme"])]
    cells = {
        (event, programme): amount(mean, low, high, "people")
        for event, programme, mean, low, high in found[["event", "programme", "mean", "low", "high"]].itertuples(
            index=False
        )
    }
    # A table of events has no rows for events that never happened.
    end = 0.0 if found["runs"].max() > 1 else nan
    never = amount(0.0, end, end, "people")
    rows = [
        [labels.event(stage), *(cells.get((stage, programme), never) for programme in programmes)]
        for stage in STAGES
        if stage in set(found["event"])
    ]
    return pd.DataFrame(rows, columns=["Stage", *map(labels.programme, programmes)])


def share_table(
    results: Sequence[Result],
    programme: str | None = None,
    stages: Sequence[str] = COUNTED_STAGES,
    definitions: Sequence[str] | None = None,
) -> Table:
    """Return the share that each definition's source counts as non-criminal, at every stage, in per cent.

    Parameters
    ----------
    programme : str, optional
        The programme that found people first; everybody unless given.
    stages, definitions : sequence of str, optional
        See :func:`enforcement_sim.studies.stages.compute.stage_table`.
    """
    cells = stage_cells(results, stages=stages, definitions=definitions, programme=programme)
    who = "everybody" if programme is None else f"found first by {labels.programme(programme)}"
    # An interval from two or three people means nothing, so the caption names the cells that rest on few people.
    people = cells.drop_duplicates("stage").set_index("stage")["people"] * len(results) / results[0].weight
    few = few_warning({str(stage): float(number) for stage, number in people.items()})
    caption = about_results(*results).caption("\N{PLUS-MINUS SIGN}", few)
    title = f"Share counted as non-criminal, in %: {who}, by stage and definition"
    return table_of(definition_rows(cells), title, caption)


# ---- the cost of a comparison, a published claim, one booking -----------------------------------------------------------------


def jail_cost_tables(cost: JailCost, places: int = 0) -> list[Table]:
    """Return what detainers cost jails: a table, one for every other setting, and the bridges to the net costs.

    Parameters
    ----------
    places : int
        How many single places to show below the total, those with the most time first.
    """
    grids = cost_grids(cost, (ALL_PLACES, *cost.most(places)))
    return [table_of(grid.rows, grid.title, grid.note) for grid in grids]


def claim_table(one: audit.Audit) -> Table:
    """Return a claim under its own definition and every other; the caption has its verdict and two sentences."""
    rows = [
        [
            row.group,
            one.definition(row),
            claim_amounts.amount(row.value, row.unit),
            claim_amounts.interval(row, row.unit),
        ]
        for row in one.rows
    ]
    said = f"{claim_sentences.headline(one.claim)} {claim_sentences.claimed_by(one.claim)}"
    title = f"{said}. Stated: {claim_amounts.stated(one.claim)}."
    caption = f"{audit.LABEL}: {one.finding.verdict.words}. {one.finding.sentences} {SIMULATED}"
    return table_of(pd.DataFrame(rows, columns=["What differs", "Definition", "Model", "95%"]), title, caption)


def compared_histories(pair: HistoryPair, world: RecordedRun, names: tuple[str, str]) -> Figure:
    """Draw one synthetic booking in two worlds, with the first decision that differs."""
    return trace_figure.draw((pair.a, pair.b), world.arrestees.places, names, pair.divergence)


# ---- a county before anything is run -------------------------------------------------------------------------------------


def county_facts(county: str) -> Table:
    """Return the model's inputs for a county: people, jail, field office, dates, each with its grade and source.

    Parameters
    ----------
    county : str
        A name with its state, or a five-digit code as text.

    Raises
    ------
    InputError
        If no county of 2008-2014 has this name or code.

    Examples
    --------
    >>> facts = county_facts("Collier, FL")
    >>> facts.title
    'Collier County, FL (FIPS 12021)'
    >>> facts.frame.set_index("What").loc["Secure Communities active from", "Value"]
    '6 January 2009'
    """
    place = place_asked(county=str(county), key="county")
    rows = people_and_jail(place)
    none = pd.DataFrame([["287(g)", "no agreement", "seen", "ICE's lists of agreements"]], columns=rows.columns)
    more = pd.DataFrame([_agreement(one) for one in agreement_rows(place).to_dict("records")], columns=rows.columns)
    return table_of(
        pd.concat([rows, more if len(more) else none], ignore_index=True),
        f"{place.name} (FIPS {place.code})",
        ABOUT_COUNTY,
    )


def _agreement(one: Mapping[Hashable, str]) -> list[str]:
    """Return an agreement as a row: in words, how well it is known, and by which documents."""
    words = f"{one['Agency']}: {one['Model']}, {one['In force']}, {one['Officers']} officers"
    return ["287(g)", words, one["Grades"], one["Sources"]]

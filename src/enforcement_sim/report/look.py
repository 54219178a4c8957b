"""The room's front door for a notebook: one call from finished runs to a figure or a table.

Each figure has a module of its own with ``numbers`` and ``draw``; here the two are put together for results that are at
hand, so that a cell says what is looked at and not how frames are joined. Every function takes runs of one scenario under
different seeds (from two on there are intervals), a sweep, or an audited claim. Tables are :class:`Shown`: a notebook
shows them, ``print`` writes them, ``rows`` is the frame. Runs are made elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd
from matplotlib.figure import Figure

from enforcement_sim.errors import InputError, nearest_names
from enforcement_sim.evidence.claims import Audit
from enforcement_sim.evidence.findings import LABEL, amount, claimed_by, headline, stated
from enforcement_sim.evidence.findings import interval as interval_in_words
from enforcement_sim.evidence.jail_cost import ALL_PLACES, JailCost
from enforcement_sim.evidence.stage_table import STAGES as COUNTED_STAGES
from enforcement_sim.evidence.stage_table import stage_cells
from enforcement_sim.evidence.stored_claims import Measured
from enforcement_sim.experiment.comparison import SIMULATED
from enforcement_sim.law.definitions import load_definitions
from enforcement_sim.notebook import COUNTED_CLOSELY, few_warning
from enforcement_sim.report import claims, jail_cost, net_cost, stage_table, tables, trace_figure, words
from enforcement_sim.report import funnel as funnel_figure
from enforcement_sim.report import mix as mix_figure
from enforcement_sim.report import response as response_figure
from enforcement_sim.report import stay as stay_figure
from enforcement_sim.report import throughput as throughput_figure
from enforcement_sim.report.figures import about_results, drawn_response, marked_dates
from enforcement_sim.report.folder import Drawable
from enforcement_sim.report.provenance import Provenance

if TYPE_CHECKING:
    from enforcement_sim.arrestees import Arrestees
    from enforcement_sim.experiment.lives import Pair
    from enforcement_sim.experiment.swept import Sweep
    from enforcement_sim.results import Result

__all__ = [
    "Shown",
    "both_lives",
    "claim_figure",
    "claim_table",
    "funnel",
    "funnel_table",
    "jail_cost_tables",
    "mix",
    "response",
    "share_table",
    "stay",
    "throughput",
]


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


def funnel(results: Sequence[Result]) -> Figure:
    """Draw how many people reached each stage, by the programme that found them first."""
    counted, about = _counted(results, lambda result: result.funnel(by="programme"))
    booked = counted[counted["event"] == "booked"].groupby("seed")["count"].sum()
    return funnel_figure.draw(funnel_figure.numbers(counted), about, float(booked.mean()))


def funnel_table(results: Sequence[Result]) -> Shown:
    """Return the same as a table, with a warning where counts are small.

    Examples
    --------
    >>> from enforcement_sim import load_scenario, run
    >>> small = load_scenario("baseline").with_(**{
    ...     "scope": {"counties": ["10003"]}, "period.start": "2012-01-01", "period.end": "2012-01-31"})
    >>> "Small numbers" in funnel_table([run(small, seed=1)]).caption
    True
    """
    counted, about = _counted(results, lambda result: result.funnel(by="programme"))
    people = counted.groupby("event")["count"].sum() / about.thin
    warning = few_warning({event: float(people[event]) for event in COUNTED_CLOSELY})
    title = f"{about.title}: people by the programme that found them first"
    return Shown(tables.funnel_rows(funnel_figure.numbers(counted)), title, about.caption("In brackets", warning))


def throughput(results: Sequence[Result]) -> Figure:
    """Draw detainers, ICE custody and removals a month by programme, with the dates on which a rule changed."""
    counted, about = _counted(results, lambda result: result.series(by="programme"))
    scenario, places = results[0].meta["scenario"], results[0].counties()
    where = None if scenario["scope"] == "nation" else {*places["state"], *places["fips"]}
    found = throughput_figure.numbers(counted, about.period)
    return throughput_figure.draw(found, about, marked_dates(scenario, about, where))


def mix(results: Sequence[Result], definition: str = "ice-levels-2010") -> Figure:
    """Draw the offence mix at every stage for each programme, under a definition."""
    known = load_definitions()
    if definition not in known:
        near = nearest_names(definition, known)
        raise InputError(f"unknown definition {definition!r}", allowed=tuple(known), nearest=near)
    counted, about = _counted(
        results,
        lambda result: pd.concat(
            [result.mix(stage, "programme", definition).assign(stage=stage) for stage in mix_figure.STAGES]
        ),
    )
    return mix_figure.draw(mix_figure.numbers(counted, known[definition].categories), known[definition].title, about)


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
        See :func:`enforcement_sim.evidence.stage_table.stage_table`.
    """
    cells = stage_cells(results, programme, stages=stages, definitions=definitions)
    who = "everybody" if programme is None else f"found first by {words.programme(programme)}"
    # An interval from two or three people is no interval: which cells stand on few is said under the table.
    weight, runs = results[0].weight, len(results)
    people = cells.drop_duplicates("stage").set_index("stage")["people"] * runs / weight
    caption = about_results(*results).caption(
        "\N{PLUS-MINUS SIGN}", few_warning({str(k): float(v) for k, v in people.items()})
    )
    rows = stage_table.definition_rows(cells)
    return Shown(rows, f"Share counted as non-criminal, in %: {who}, by stage and definition", caption)


def stay(results: Sequence[Result]) -> Figure:
    """Draw the time in jail in its parts: criminal case, induced by the detainer, statutory hold, past the limit."""
    hours, about = _counted(results, lambda result: result.hours(by="none"))
    counted, _ = _counted(results, lambda result: result.funnel(by="none"))
    setting = about.scenario
    return stay_figure.draw(stay_figure.numbers(hours.assign(setting=setting), counted.assign(setting=setting)), about)


def _counted(results: Sequence[Result], of: Callable[[Result], pd.DataFrame]) -> tuple[pd.DataFrame, Provenance]:
    """Return a frame of each run under one another with their seeds, and where they come from."""
    if not results:
        raise InputError("no results to look at", allowed="a list of them: [run(scenario, seed) for seed in (1, 2)]")
    frames = [of(result).assign(seed=int(result.meta["seed"])) for result in results]
    return pd.concat(frames, ignore_index=True), about_results(*results)


# ---- a sweep, and the cost of a comparison ------------------------------------------------------------------------------


def response(found: Sweep, measures: Sequence[str] = response_figure.MEASURES) -> Figure:
    """Draw what changes with the swept settings: paired differences from the reference setting.

    Parameters
    ----------
    found : Sweep
        What :func:`enforcement_sim.sweep` returns.
    measures : sequence of str
        A panel each.
    """
    drawn = drawn_response(Drawable(found), response_figure.TITLE, measures)
    if drawn is None:
        raise InputError("no run has any of these measures", key="measures", allowed=response_figure.MEASURES)
    return drawn[0]


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
        jail_cost.level_rows(cost, shown), f"Jail cost of detainers: {cost.labels[0]}", jail_cost.how_to_read(cost)
    )
    others = [
        Shown(
            jail_cost.difference_rows(cost, shown, point),
            f"Jail cost of detainers: {label} less {cost.labels[0]}",
            f"Differences seed by seed, with 95% intervals. {jail_cost.about_detainers(cost)} {SIMULATED}",
        )
        for point, label in enumerate(cost.labels[1:], start=1)
    ]
    points = range(1, len(cost.labels)) or (0,)
    bridges = [
        Shown(
            net_cost.bridge_rows(cost.found, point),
            f"{net_cost.BRIDGE_TITLE}: {cost.labels[0]}{f' (A) and {cost.labels[point]} (B)' if point else ''}",
            net_cost.about_bridge(cost.found, point),
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


def claim_figure(one: Audit, measured: Measured, only: tuple[str, ...] = ()) -> Figure:
    """Draw a claim: the model under every definition, with what is stated as a line.

    Parameters
    ----------
    one : Audit
    measured : Measured
        The table that the audit was made from, for the caption.
    only : tuple of str
        How a definition must begin to be drawn beside the claim's own, such as ``removed:``; all are drawn if empty.
    """
    found = claims.numbers_of_one(one)
    if only:
        own = found.index == found.index[0]
        found = found[own | found["definition"].str.startswith(only)].reset_index(drop=True)
    return claims.draw_one(found, one, claims.provenance_of([one], measured))


# ---- a life -------------------------------------------------------------------------------------------------------------


def both_lives(pair: Pair, world: Arrestees, names: tuple[str, str]) -> Figure:
    """Draw one synthetic booking's life in two worlds, and where the two part."""
    return trace_figure.draw((pair.a, pair.b), world.places, names, pair.parting)

"""The flow of people from a match to an outcome: which programme found them, and what happened next.

Events are counted when they happen, so people who leave a step within the period may have entered it before. The
difference is a separate flow, *from before the period* or *still open at the end*; numbers are not adjusted. They are the
funnel's; this module defines which event follows which.
"""

from __future__ import annotations

from typing import Any

import holoviews as hv
import numpy as np

from enforcement_sim import labels
from enforcement_sim.codes import EVENTS, PROGRAMMES
from enforcement_sim.explorer.change_tables import numbers_table
from enforcement_sim.explorer.choices import Choices
from enforcement_sim.explorer.picture import Picture
from enforcement_sim.explorer.summary import Summary
from enforcement_sim.explorer.why_asked import Asked
from enforcement_sim.explorer.why_links import rows_with_links
from enforcement_sim.plots import style

FOUND = "identified"
DETAINER = "detainer_issued"
CUSTODY = "ice_custody"
BEFORE = "From before the period"
ON_THE_WAY = {
    FOUND: "No detainer, other reasons",
    DETAINER: "Detainer open at the end",
    CUSTODY: "Case open at the end",
}
REFUSED = ("detainer_declined", "detainer_not_sent")
WITHOUT_HOLD = ("picked_up_at_release", "arrested_at_large")
LET_GO = "Let go without a hold"
FOLLOWS = {
    FOUND: (DETAINER, "declined_by_ice", "detainer_not_sent"),
    DETAINER: (CUSTODY, "detainer_lapsed", "detainer_declined", "detainer_lifted"),
    CUSTODY: ("removed", "returned", "relief", "terminated", "discretion_release"),
}
"""Events that can follow each step."""
COLOURS = style.PROGRAMME_COLOURS | {
    "removed": "#882255",
    "returned": "#AA4499",
    "relief": "#117733",
    "terminated": "#44AA99",
    "discretion_release": "#56B4E9",
}
COLOURS |= {step: COLOURS.get(step, "#5b6770") for step in FOLLOWS}
ASIDE_COLOUR = "#c9b8a0"
HEIGHT = 460
WIDTH, EDGE, HEADROOM = 1000.0, 25.0, 30.0
"""Width, side margin and top margin, in the coordinates of the drawing."""
SHORT = {
    "secure_communities": "Secure Comm.",
    "jail_287g": "287(g) jails",
    "criminal_alien_program": "CAP",
    "task_force": "Task forces",
    "identified": "Found",
    "ice_custody": "ICE custody",
    "detainer_issued": "Detainer",
    "declined_by_ice": "Not authorised",
    "detainer_lapsed": "Lapsed",
    "detainer_declined": "Declined by jail",
    "detainer_lifted": "Lifted",
    "discretion_release": "ICE discretion",
    "terminated": "Terminated",
    "relief": "Relief",
    "detainer_not_sent": "Not sent",
    "picked_up_at_release": "At the door",
    "arrested_at_large": "At large",
    LET_GO: "Let go",
    ON_THE_WAY[FOUND]: "No detainer",
    ON_THE_WAY[DETAINER]: "Still open",
    ON_THE_WAY[CUSTODY]: "Case open",
    BEFORE: "From before",
}
"""Names short enough to stand in the drawing."""


ABOUT_WHY = (
    "<p class='quiet'>Each why leads to people counted in the event behind the arrow. What is from before the period or still "
    "open is a difference between events: its why leads to the people of the step.</p>"
)


def edges_of(funnel: np.ndarray) -> list[tuple[str, str, float]]:
    """Return the flows of a funnel: from, to, people.

    Parameters
    ----------
    funnel : array, shape (len(PROGRAMMES), len(EVENTS))
        People by programme and event.

    Examples
    --------
    >>> funnel = np.zeros((len(PROGRAMMES), len(EVENTS)))
    >>> funnel[1, EVENTS.index("identified")] = 10
    >>> funnel[1, EVENTS.index("detainer_issued")] = 7
    >>> edges_of(funnel)[:2]
    [('secure_communities', 'identified', 10.0), ('identified', 'detainer_issued', 7.0)]
    """
    total = dict(zip(EVENTS, funnel.sum(axis=0).tolist(), strict=True))
    of_found = funnel[:, EVENTS.index(FOUND)].tolist()
    edges = [(programme, FOUND, people) for programme, people in zip(PROGRAMMES, of_found, strict=True)]
    without_hold = sum(total[event] for event in WITHOUT_HOLD)
    for step, following in FOLLOWS.items():
        ways = {event: total[event] for event in following}
        if step == DETAINER:
            ways[CUSTODY] -= without_hold
        edges += [(step, event, people) for event, people in ways.items()]
        rest = total[step] - sum(ways.values())
        edges += [(step, ON_THE_WAY[step], rest), (BEFORE, step, -rest)]
    if without_hold:
        edges += [(event, LET_GO, total[event]) for event in REFUSED]
        edges += [(LET_GO, event, total[event]) for event in WITHOUT_HOLD]
        edges += [(event, CUSTODY, total[event]) for event in WITHOUT_HOLD]
    return [(start, end, float(people)) for start, end, people in edges if people > 0]


def _in_words(name: str) -> str:
    """Return a node's name as a reader knows it."""
    if name in PROGRAMMES:
        return labels.programme(name)
    return labels.event(name) if name in EVENTS else name


def asked_of_way(start: str, end: str) -> Asked:
    """Return the number that says whom a flow counts; of a difference between steps, that of the step.

    Examples
    --------
    >>> asked_of_way("jail_287g", "identified"), asked_of_way("identified", ON_THE_WAY["identified"]).measure
    (Asked(measure='identified', county='', month='', programme='jail_287g', definition='', group=''), 'identified')
    """
    if start in PROGRAMMES:
        return Asked(end, programme=start)
    return Asked(end if end in EVENTS else start if start in EVENTS else REFUSED[0])


def table(picture: Picture, choices: Choices) -> str:
    """Return the flows under history and what-if as an HTML table."""
    both = [(a, b) for world in ("history", "what-if") for a, b, _ in edges_of(picture.mean(world, _funnel))]
    ways = list(dict.fromkeys(both))

    def people_on(summary: Summary, way: tuple[str, str]) -> float:
        return next((people for a, b, people in edges_of(summary.funnel) if (a, b) == way), 0.0)

    rows = [(f"{_in_words(way[0])} → {_in_words(way[1])}", lambda one, way=way: people_on(one, way)) for way in ways]
    numbers = numbers_table(picture, "From being found to an outcome", rows)
    return rows_with_links(numbers, choices, [asked_of_way(*way) for way in ways]) + ABOUT_WHY


def _funnel(summary: Summary) -> np.ndarray:
    return summary.funnel


def sankey(picture: Picture, world: str) -> Any:
    """Return the flow of ``history`` or ``what-if`` as a HoloViews element; node labels say how many people."""
    edges = edges_of(picture.mean(world, _funnel))
    names = list(dict.fromkeys(name for edge in edges for name in edge[:2]))
    most = [max(sum(people for *ends, people in edges if ends[side] == name) for side in (0, 1)) for name in names]
    label = [f"{SHORT.get(name, _in_words(name))} {people:,.0f}" for name, people in zip(names, most, strict=True)]
    nodes = hv.Dataset(list(enumerate(label)), "index", "label")
    flows = [(names.index(a), names.index(b), people) for a, b, people in edges]
    colours = [COLOURS.get(name, ASIDE_COLOUR) for name in names]
    return hv.Sankey((flows, nodes), vdims=hv.Dimension("people")).opts(
        labels="label",
        node_color="label",
        edge_color="start",
        cmap=dict(zip(label, colours, strict=True)),
        edge_cmap=colours,
        node_padding=22,
        node_width=12,
        hooks=[_as_wide_as_its_place],
        height=HEIGHT,
        toolbar=None,
        default_tools=[],
        show_values=False,
        edge_alpha=0.35,
        shared_axes=False,
    )


def _as_wide_as_its_place(plot: Any, _: object) -> None:
    """Let the flow fill its place, which HoloViews does for no Sankey, with labels that a narrow one has room for.

    Names stand above their bars, those of the last column before them, where the flows end.
    """
    drawn, bars, names = plot.state, plot.handles["quad_1_source"].data, plot.handles["text_1_source"].data["text"]
    drawn.sizing_mode, drawn.width = "stretch_width", None
    drawn.x_range.start, drawn.x_range.end = -EDGE, WIDTH + EDGE
    drawn.y_range.end += HEADROOM
    plot.handles["scatter_1_glyph"].size = 0  # dots under the labels, for graphs
    plot.handles["text_1_glyph_renderer"].visible = False
    last = max(bars["x0"])
    for chosen, align, baseline, across in (
        ([at for at, x in enumerate(bars["x0"]) if x < last], "left", "bottom", 0),
        ([at for at, x in enumerate(bars["x0"]) if x >= last], "right", "middle", -6),
    ):
        ends = [(bars["y0"][at], bars["y1"][at]) for at in chosen]
        drawn.text(
            x=[bars["x0"][at] for at in chosen],
            y=[max(one) if baseline == "bottom" else sum(one) / 2 for one in ends],
            text=[str(names[at]) for at in chosen],
            text_align=align,
            text_baseline=baseline,
            x_offset=across,
            text_font_size="12px",
            text_color=style.INK,
            background_fill_color="white",  # flows pass behind names
            background_fill_alpha=0.75,
        )

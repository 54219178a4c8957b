"""How a run shows itself in a notebook: its funnel by programme, what it was made of, and what to beware of."""

from __future__ import annotations

from enforcement_sim import labels
from enforcement_sim.codes import PROGRAMMES
from enforcement_sim.notebook import (
    COUNTED_CLOSELY,
    FUNNEL,
    SIMULATED,
    about_places,
    few_warning,
    made_of,
    number,
    page,
)
from enforcement_sim.results.questions import Questions
from enforcement_sim.tables.table import Table


def result_html(result: Questions) -> str:
    """Return a run as a page: its funnel by programme, what it was made of, and what to beware of."""
    plain = result.meta["scenario"]
    counts = {
        (str(row["event"]), str(row["programme"])): int(row["count"])
        for row in result.funnel(by="programme").to_dict("records")
    }
    found = [name for name in PROGRAMMES[1:] if any(counts[event, name] for event in FUNNEL)]
    total = {event: sum(counts[event, name] for name in PROGRAMMES) for event in FUNNEL}
    names = [event for event in FUNNEL if total[event]]
    rows = []
    for event in names:
        by_programme = [counts[event, name] for name in found]
        # Before a programme finds somebody nobody is counted under one.
        cells = [number(count) for count in by_programme] if any(by_programme) else [""] * len(found)
        rows.append([labels.event(event), *cells, number(total[event])])
    head = ["People, by the programme that found them first", *map(labels.programme, found), "All"]
    simulated = {event: total[event] / result.weight for event in COUNTED_CLOSELY}
    notes = [
        f"{SIMULATED} {about_places(plain)}",
        labels.ABOUT_DETAINERS if "detainer_issued" in names else "",
        few_warning(simulated),
        "One run: no interval, so no difference can be read from it. Run several seeds, or compare().",
    ]
    seed = f"seed {result.meta['seed']}"
    lines = made_of(plain, seed, str(result.meta["engine_version"]))
    return page(
        f"One run of {plain['name']}: {plain['title']}",
        lines,
        Table(tuple(head), tuple(map(tuple, rows)), hints=tuple(names)).html(),
        notes,
    )

"""How programmes differ, in one sentence: whom of those removed each found first, where the question asks about programmes."""

from __future__ import annotations

from enforcement_sim import labels
from enforcement_sim.report.page.changes import LEVELS
from enforcement_sim.report.page.sentence import in_which_they_differ
from enforcement_sim.studies.reading import Reading
from enforcement_sim.tables.amounts import whole

ASKED = ("287(g)", "secure communities", "programme")
"""Words of a question about programmes, in lower case."""
UNCONVICTED = "no conviction"


def programmes_in_words(reading: Reading) -> str:
    """Return how many of the people removed each programme found first, and how many had no conviction; empty unless asked.

    Parameters
    ----------
    reading : Reading

    Examples
    --------
    >>> from enforcement_sim.report.page.write import read
    >>> programmes_in_words(read("out/hold-and-opt-out"))[:42]    # doctest: +SKIP
    'At the reference, Secure Communities found'
    """
    asks = f"{reading.scenario['title']} {reading.scenario.get('asks') or ''}".lower()
    if len(reading.points) == 1 or not any(word in asks for word in ASKED):
        return ""
    before, after = (found_by(reading, point) for point in (reading.points[0], reading.points[reading.answered]))
    named = [name for name in labels.PROGRAMMES if name in before and before[name][0] > 0]
    if len(named) < 2:
        return ""
    setting, _ = in_which_they_differ(reading, reading.points[reading.answered])
    first, *others = named
    removed, unconvicted = before[first]
    there = "; ".join(f"{labels.programme(name)} {_counted(*after.get(name, (0.0, 0.0)))}" for name in named)
    return (
        f"At the reference, {labels.programme(first)} found first {whole(removed)} of the people removed, "
        f"{100 * unconvicted / removed:.0f}% of them without a conviction; "
        f"{'; '.join(f'{labels.programme(name)} {_counted(*before[name])}' for name in others)}. With {setting}: {there}."
    )


def found_by(reading: Reading, point: int) -> dict[str, tuple[float, float]]:
    """Return the people removed, and those of them without a conviction, by the programme that found them first."""
    mix = reading.drawable.table("mix", [point])
    removed = mix[(mix["definition"] == LEVELS) & (mix["stage"] == "removed")]
    runs = len(reading.found.samples[reading.points.index(point)].measures)
    found: dict[str, tuple[float, float]] = {}
    for programme, rows in removed.groupby(removed["programme"].astype(str)):
        unconvicted = rows.loc[rows["category"].astype(str) == UNCONVICTED, "count"].sum()
        found[str(programme)] = float(rows["count"].sum()) / runs, float(unconvicted) / runs
    return found


def _counted(removed: float, unconvicted: float) -> str:
    return f"{whole(removed)}, {100 * unconvicted / removed:.0f}%" if removed else "none"

"""Where bookings end: every ending under each setting beside the reference, so that it shows what comes instead of removal.

A stored run counts events and follows nobody, so the changes are net. The rows add up to the bookings, level by level and
change by change: the last ending is what the others leave.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from enforcement_sim import labels
from enforcement_sim.plots import seed_means
from enforcement_sim.report.page import matrix
from enforcement_sim.report.page.sentence import in_which_they_differ, interval_in_words
from enforcement_sim.results.intervals import HIGHER, LOWER
from enforcement_sim.studies.answer.answer_sentences import in_people
from enforcement_sim.studies.matrix_part import Matrix
from enforcement_sim.studies.page_parts import Fold, Part, words
from enforcement_sim.studies.reading import Reading

REMOVED, BOOKED = "removed", "booked"
LET_GO = "let_go_without_hold"
DOORS, AFTERWARDS = ("released", "detainer_declined"), ("picked_up_at_release", "arrested_at_large")
"""Events of people who leave without a hold, and of those among them whom ICE takes all the same."""
ENDINGS = (
    REMOVED,
    LET_GO,
    "detainer_lapsed",
    "detainer_lifted",
    "returned",
    "relief",
    "terminated",
    "discretion_release",
    "pending",
)
"""Endings of a booking, the first the one that the others take the place of."""
OTHER = "other"
"""What the endings leave of the bookings: mostly people sent to prison without a detainer, whom no later event ends."""
UNIT = "bookings"
ROWS = (*ENDINGS, OTHER, BOOKED)
_LABELS = {OTHER: "Other endings"}
TITLE = "How bookings end under each setting"
MOST_NAMED = 3
_NAMED_FROM = 0.01
"""Smallest change that a sentence names, as a share of the change in removals."""
NET = (
    "Bookings, not people: one person may be booked, and so counted, more than once. Net counts: within a row, increases and "
    "decreases cancel out, and nobody is followed. The endings add up to the bookings, but for rounding; bookings change because "
    "whoever is not removed can be booked again. Pending at the end: in jail on a detainer, with ICE, before an immigration "
    "court or sought when the period ends. Other endings: sent to prison without a detainer, or in jail without one when the "
    "period ends; less endings of people who were in jail, prison or custody when it began, and less those let go whom ICE still "
    "seeks at the end, as they stand in two rows."
)


def parts(reading: Reading) -> tuple[Part, ...]:
    """Return the sentence on where people are instead, the matrix of endings, and its numbers with intervals."""
    found = endings(reading)
    shown = {_label(name): row for name, row in found.items() if not matrix.always_zero(row)}
    lines = tuple(matrix.line(reading, by_point, label, UNIT) for label, by_point in shown.items())
    rows = [matrix.row_of(reading, by_point, label, UNIT) for label, by_point in shown.items()]
    title, said = f"{TITLE}, against the reference ({reading.labels[0]})", instead(reading, found)
    return (
        *([words(said)] if said else []),
        Matrix(title, tuple(reading.labels[1:]), (("", lines),), NET),
        Fold("Endings with intervals", (matrix.grid_of(reading, rows, title),)),
    )


def endings(reading: Reading) -> dict[str, dict[int, Mapping[Any, Any]]]:
    """Return the paired changes of every ending and of the bookings, by setting.

    Examples
    --------
    >>> from enforcement_sim.report.page.write import read
    >>> list(endings(read("out/hold-and-opt-out")))[:2]    # doctest: +SKIP
    ['removed', 'let_go_without_hold']
    """
    counted = reading.drawable.measures
    here = counted[counted["point"].isin(reading.points)]
    wide = here.pivot_table(index=["point", "seed"], columns="measure", values="value", sort=False)
    # Results of earlier versions lack events that did not exist then: nobody met them.
    wide = wide.reindex(columns=[*{*ENDINGS, BOOKED, *DOORS, *AFTERWARDS} - {LET_GO}], fill_value=0.0)
    wide[LET_GO] = wide[list(DOORS)].sum(axis="columns") - wide[list(AFTERWARDS)].sum(axis="columns")
    wide[OTHER] = wide[BOOKED] - wide[list(ENDINGS)].sum(axis="columns")
    long = wide[list(ROWS)].melt(ignore_index=False, var_name="measure").reset_index()
    rows: dict[str, dict[int, Mapping[Any, Any]]] = {}
    for row in seed_means.paired(long, reading.points[0]).to_dict("records"):
        rows.setdefault(str(row["measure"]), {})[int(row["point"])] = row
    return rows


def instead(reading: Reading, found: Mapping[str, Mapping[int, Mapping[Any, Any]]]) -> str:
    """Return where people are instead under the setting that the answer names; empty where removals do not change.

    Parameters
    ----------
    reading : Reading
    found : mapping
        From :func:`endings`.
    """
    point = reading.points[reading.answered]
    removed = found[REMOVED][point]
    if removed["verdict"] not in (HIGHER, LOWER):
        return ""
    setting, reference = in_which_they_differ(reading, point)
    others = [found[name][point] for name in ROWS[1:-1] if _known(found[name][point], removed)]
    ordered = sorted(others, key=lambda row: -abs(row["mean"]))
    against = [row for row in ordered if row["mean"] * removed["mean"] < 0][:MOST_NAMED]
    along = [row for row in ordered if row["mean"] * removed["mean"] > 0]
    if not against:
        return ""
    text = (
        f"Where people are instead, with {setting} instead of {reference}. {_counted([removed])}. {_counted(against)}."
    )
    booked = found[BOOKED][point]
    smaller = "; and smaller ones" if len(along) > MOST_NAMED else ""
    rest = [f"of other endings ({_counted(along[:MOST_NAMED], interval=False)}{smaller})"] if along else []
    if _known(booked, removed) and booked["mean"] * removed["mean"] < 0:
        again = "can be booked again" if booked["mean"] > 0 else "cannot be booked again"
        who = "not removed" if booked["mean"] > 0 else "removed"
        rest.append(f"of {in_people(booked['mean'], 'bookings')}, as whoever is {who} {again}")
    if rest:
        text += f" The numbers differ because {' and because '.join(rest)}. Intervals are in the table."
    return text


def _label(name: str) -> str:
    return _LABELS.get(name) or labels.measure(name)[0]


def _known(row: Mapping[Any, Any], removed: Mapping[Any, Any]) -> bool:
    return row["verdict"] in (HIGHER, LOWER) and abs(row["mean"]) >= _NAMED_FROM * abs(removed["mean"])


def _counted(rows: list[Mapping[Any, Any]], interval: bool = True) -> str:
    return "; ".join(
        f"{_label(str(row['measure']))}: {in_people(row['mean'])}"
        + (f" ({interval_in_words(row)})" if interval else "")
        for row in rows
    )

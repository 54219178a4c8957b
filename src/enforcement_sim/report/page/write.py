"""Write the report of a results folder as one HTML file.

The page has no timestamp and no machine path, so the same folder gives the same bytes. A file that is not such a report
is never overwritten.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from enforcement_sim.errors import InputError, nearest_names, notify
from enforcement_sim.places.county_codes import read_counties
from enforcement_sim.plots.months import EVENTS
from enforcement_sim.plots.sources import Drawable
from enforcement_sim.report.page import background, by_year, flows, lead, people
from enforcement_sim.report.page.changes import changes_of, with_same_numbers
from enforcement_sim.report.page.meanings import COMPARED
from enforcement_sim.report.page.sentence import answered
from enforcement_sim.report.page.sentences import listed
from enforcement_sim.results.result import Result
from enforcement_sim.runs.atomic_files import write_atomic
from enforcement_sim.runs.compare import StoredPoint, collect
from enforcement_sim.studies import pages
from enforcement_sim.studies.card.measured_runs import MeasuredRuns
from enforcement_sim.studies.page_parts import Section
from enforcement_sim.studies.reading import COUNTY_EVENTS, Reading, name_at_county
from enforcement_sim.studies.single_page import refuse_other_file, templates

GENERATOR = '<meta name="generator" content="enforcement-sim report">'
"""This line identifies a page as a report, which may be overwritten."""
NAME = "report.html"
ORDER = ("answer", "who", "mix", "cost", "sides", "counties", "studies", "doubt", "provenance")
"""Sections by name, in the order of the page."""


def write_report(folder: Path | str, out: Path | str | None = None, counties: Sequence[str] = ()) -> Path:
    """Write the page of a finished sweep.

    Parameters
    ----------
    folder : Path or str
        The results folder of a run, sweep or comparison, with its runs.
    out : Path or str, optional
        The file; ``report.html`` in the folder unless given.
    counties : sequence of str
        FIPS codes of counties with a section of their own.

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    InputError
        If the folder holds no finished sweep with its runs, a county was not simulated, or the file is not such a page.

    Examples
    --------
    >>> write_report("out/hold-and-opt-out", counties=["06037"])    # doctest: +SKIP
    """
    path = Path(folder) / NAME if out is None else Path(out)
    refuse_other_file(path, GENERATOR, "a report")
    with _without_collector():
        page = report_of(folder, counties)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(path, page.encode("utf-8"))
    return path


@contextmanager
def _without_collector() -> Iterator[None]:
    """Keep Python from looking for cycles among objects, which takes a twentieth of the time; a page makes few of them."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def report_of(folder: Path | str, counties: Sequence[str] = ()) -> str:
    """Return the page of a finished sweep as text; see :func:`write_report`."""
    reading = read(folder, counties)
    found = changes_of(reading)
    if len(reading.points) > 1:
        reading = replace(reading, answered=reading.points.index(int(answered(reading, found)["point"])))
    command = " ".join(["enforcement-sim report .", *(f"--county {fips}" for fips in reading.counties)])
    sections = [
        lead.answer(reading, found),
        people.who_changed(reading),
        people.mix_by_stage(reading),
        flows.counties(reading),
        background.doubt(reading),
        background.provenance(reading, command),
    ]
    sections = in_order([*sections, *(page.section(reading) for page in pages())])
    title = str(reading.scenario["title"] or reading.scenario["name"])
    # A comparison of scenarios: the first one's title alone would not name the others.
    if reading.drawable.addresses == [COMPARED]:
        title = f"{title}, against: {listed(reading.labels[1:])}"
    named = "; ".join(flows.county_name(fips) for fips in reading.counties)
    template = templates("enforcement_sim.report.page").get_template("page.html.jinja")
    return template.render(
        title=title,
        subtitle=lead.days_and_places(reading) + (f" With {named} in detail." if named else ""),
        question=lead.question(reading),
        generator=GENERATOR,
        sections=sections,
    )


def in_order(sections: Sequence[Section]) -> list[Section]:
    """Return sections in the order of the page; one that the order does not name stands before the doubt.

    Examples
    --------
    >>> [one.name for one in in_order([Section(name, "", ()) for name in ("doubt", "new", "cost", "answer")])]
    ['answer', 'cost', 'new', 'doubt']
    """
    places = {name: place for place, name in enumerate(ORDER)}
    return sorted(sections, key=lambda section: places.get(section.name, places["doubt"] - 0.5))


def read(folder: Path | str, counties: Sequence[str] = ()) -> Reading:
    """Read a finished sweep; each stored run of the settings shown is opened once.

    Parameters
    ----------
    folder : Path or str
    counties : sequence of str
        FIPS codes with a section of their own.

    Raises
    ------
    InputError
        If the folder holds no finished sweep with its runs, or a county does not exist or was not simulated.
    """
    drawable = Drawable.read(folder)
    if not len(drawable.sweep.measures):
        raise InputError("no run has succeeded, so there is nothing to report", file=Path(folder))
    try:
        found = read_counties(counties)
    except InputError as error:
        raise InputError(error.message, key="--county", allowed=error.allowed, nearest=error.nearest) from None
    for notice in found.notices:
        notify(notice, key="--county")
    own = tuple(dict.fromkeys(found.fips))
    shown = (drawable.reference, *(point for point in drawable.shown if point != drawable.reference))
    same = with_same_numbers(drawable, shown)
    chosen = tuple(same)
    recorder = MeasuredRuns(lambda result: _measured(result, own))
    comparison = collect([StoredPoint(drawable.sweep, point) for point in chosen], measured=recorder)
    reading = Reading(drawable, chosen, comparison, recorder.of(comparison), own, same)
    for fips in own:
        if fips not in reading.fips:
            wrong, nearest = f"county {fips} was not simulated", nearest_names(fips, list(reading.fips))
            raise InputError(wrong, key="--county", allowed="counties of these results", nearest=nearest)
    return reading


def _measured(result: Result, counties: Sequence[str]) -> dict[str, float]:
    """Measure a run for all sections: events by place, events by month in some counties, and each study's measures."""
    found: dict[str, float] = {}
    by_place = result.count(COUNTY_EVENTS, by=("event", "place"))
    some = by_place[by_place["count"] > 0]
    for event, place, count in zip(*(some[name].tolist() for name in ("event", "place", "count")), strict=True):
        found[name_at_county(f"{place:05d}", event)] = float(count)
    if counties:
        by_month = result.count(EVENTS, by=("county", "month", "event"), where={"county": counties})
        for row in by_month[by_month["count"] > 0].to_dict("records"):
            found[f"month:{row['county']}:{row['month']:%Y-%m}:{row['event']}"] = float(row["count"])
    for page in pages():
        found |= page.measured(result)
    return found | by_year.measured(result)

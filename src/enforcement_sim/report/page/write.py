"""The way in: a results folder to one HTML file.

The page holds no clock and no path of this machine, so the same results give the same bytes. A file that is not such a page
is never written over.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from enforcement_sim.errors import InputError
from enforcement_sim.report.page import answers, background, flows
from enforcement_sim.report.page.county import county, county_name
from enforcement_sim.report.page.read import read
from enforcement_sim.report.page.sentences import listed
from enforcement_sim.runs.disk import write_whole
from enforcement_sim.studies import pages
from enforcement_sim.studies.page_parts import Section
from enforcement_sim.studies.reading import Reading

__all__ = ["report_of", "write_report"]

GENERATOR = '<meta name="generator" content="enforcement-sim report">'
"""By this line a page is known as one of ours, which may be written over."""
_HEAD = 2000
NAME = "report.html"
COMPARED = "scenario"
"""The address of a comparison's settings: which scenario."""


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
    _refuse_stranger(path)
    page = report_of(folder, counties)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, page.encode("utf-8"))
    return path


def report_of(folder: Path | str, counties: Sequence[str] = ()) -> str:
    """Return the page of a finished sweep as text; see :func:`write_report`."""
    reading = read(folder, counties)
    sections = _sections(reading, counties)
    environment = Environment(
        loader=PackageLoader("enforcement_sim.report.page", "templates"),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("page.html.jinja").render(
        title=_title(reading),
        subtitle=_subtitle(reading, counties),
        generator=GENERATOR,
        sections=sections,
    )


def _sections(reading: Reading, counties: Sequence[str]) -> list[Section]:
    own = [county(reading, fips) for fips in dict.fromkeys(counties)]
    return [
        answers.question(reading),
        answers.answer(reading),
        *own,
        flows.funnel_by_programme(reading),
        flows.months(reading),
        answers.mix_by_stage(reading),
        answers.who_changed(reading),
        *(page.section(reading) for page in pages()),
        flows.counties_of_the_scope(reading),
        background.uncertainty(reading),
        background.not_modelled(),
        background.provenance(reading, _command(counties)),
    ]


def _title(reading: Reading) -> str:
    title = str(reading.scenario["title"] or reading.scenario["name"])
    # Scenarios compared by name: the first one's title alone would hide the others.
    if reading.drawable.addresses == [COMPARED]:
        return f"{title}, against: {listed(reading.labels[1:])}"
    return title


def _subtitle(reading: Reading, counties: Sequence[str]) -> str:
    about = reading.drawable.about(list(reading.points))
    places = (
        f" With sections on {'; '.join(county_name(fips) for fips in dict.fromkeys(counties))}." if counties else ""
    )
    return about.caption("Intervals") + places


def _command(counties: Sequence[str]) -> str:
    return " ".join(["enforcement-sim report .", *(f"--county {fips}" for fips in dict.fromkeys(counties))])


def _refuse_stranger(path: Path) -> None:
    """Raise if a file stands there that is no page of ours."""
    if path.is_dir():
        raise InputError("is a folder", file=path, key="--out", allowed="a file, such as report.html")
    if path.exists() and GENERATOR not in path.read_text("utf-8", errors="replace")[:_HEAD]:
        raise InputError("exists and is no report, so it is not written over", file=path, key="--out")

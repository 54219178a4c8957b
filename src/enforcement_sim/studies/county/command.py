"""``enforcement-sim county``: what is known of a county, what is simulated, what is published, what nobody recorded."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from enforcement_sim.commands import options
from enforcement_sim.commands.printed_data import AsFormat, Format, print_data
from enforcement_sim.commands.progress_lines import ProgressLines, compile_first
from enforcement_sim.commands.running import until_interrupted
from enforcement_sim.tables.table import table_of
from enforcement_sim.terminal.layout import print_table
from enforcement_sim.terminal.printing import paragraph, print_lines, print_text

if TYPE_CHECKING:
    from enforcement_sim.studies.county.compute import CountyRuns
    from enforcement_sim.studies.page_parts import Part
    from enforcement_sim.studies.place_asked import PlaceAsked

Written = Annotated[str, typer.Argument(help='A county, such as "Mecklenburg, NC" or 37119.', metavar="COUNTY")]
From = Annotated[
    str, typer.Option("--from", help="First day simulated; 2005-10-01 unless given.", metavar="YYYY-MM-DD")
]
To = Annotated[str, typer.Option("--to", help="Last day simulated; 2014-12-31 unless given.", metavar="YYYY-MM-DD")]
Sets = Annotated[
    int | None,
    typer.Option("--sets", min=1, help="Sets of parameters that fit published figures; 6 unless given."),
]
Seeds = Annotated[
    int | None, typer.Option("--replications", min=1, help="Seeds (draws of chance) of each set; 3 unless given.")
]
Facts = Annotated[bool, typer.Option("--facts", help="Simulate nothing: what is known, published and not recorded.")]
Page = Annotated[Path | None, typer.Option("--out", help="Write the page to this .html file.")]

NOTHING_KEPT = "nothing is kept; quicker: --sets 2 --replications 2, or fewer days (--from, --to)"


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("county")(county)


def county(
    written: Written,
    start: From = "",
    end: To = "",
    sets: Sets = None,
    replications: Seeds = None,
    facts: Facts = False,
    workers: options.Workers = None,
    out: Page = None,
    wanted: AsFormat = Format.TEXT,
) -> None:
    """Tell what is known of a county, what is simulated with doubt, what is published beside it, what is not recorded."""
    from enforcement_sim.process.clock import HISTORY_START
    from enforcement_sim.scenarios.file_format import HISTORY_END
    from enforcement_sim.studies.county import compute
    from enforcement_sim.studies.place_asked import place_asked
    from enforcement_sim.studies.single_page import check_page_file, write_page

    place = place_asked(county=written, key="COUNTY")
    days = options.read_day(start, "--from") or HISTORY_START, options.read_day(end, "--to") or HISTORY_END
    check_page_file(out)
    runs: CountyRuns | None = None
    if not facts:

        def simulated() -> CountyRuns:
            compile_first()
            size = sets or compute.SETS, replications or compute.REPLICATIONS
            return compute.county_runs(place, *days, *size, workers, ProgressLines())

        runs = until_interrupted(simulated, None, NOTHING_KEPT)
    if wanted is Format.TEXT:
        _print(place, runs)
    else:
        from enforcement_sim.studies.county.county_data import county_data

        print_data(county_data(place, runs), wanted)
    if out is not None:
        from enforcement_sim.studies.county.county_page import page_of

        typer.echo(f"page: {write_page(page_of(place, runs), out)}", err=wanted is not Format.TEXT)


def _print(place: PlaceAsked, runs: CountyRuns | None) -> None:
    """Print the lead and every section as tables."""
    from enforcement_sim.studies.county.county_page import GRADES_MEAN, about, grids, in_short, lead

    print_text(paragraph(lead(place, runs)), bold=True)
    print_lines(in_short(place, runs))
    print_text(paragraph(about(place, runs)))
    print_text(paragraph(GRADES_MEAN))
    for title, parts in grids(place, runs).values():
        print_text()
        print_text(title, bold=True)
        for part in parts:
            _print_part(part)


def _print_part(part: Part) -> None:
    from enforcement_sim.studies.page_parts import Grid, Words

    if isinstance(part, Grid):
        print_table(table_of(part.rows, caption=part.note))
    elif isinstance(part, Words):
        print_lines(part.texts, indent=0)

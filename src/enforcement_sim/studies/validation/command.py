"""``enforcement-sim validate``: does the model agree with what was published?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from enforcement_sim.commands import options
from enforcement_sim.commands.printed_data import AsFormat, Format, print_data
from enforcement_sim.tables.table import table_of_records
from enforcement_sim.terminal.layout import print_table
from enforcement_sim.terminal.printing import number, paragraph, print_text

if TYPE_CHECKING:
    import pandas as pd

    from enforcement_sim.studies.validation.scorecard import Validation

MEMBERS = 20
DISAGREES = 1
FIGURE_ENDINGS = (".png", ".svg", ".pdf")
RIVAL_IN_WORDS = (
    "The rival has ten parameters and no people: compartments by month and state, fitted to the same figures. Its column is "
    "its score, empty where it cannot express a figure; its interval of 90% holds its own discrepancy. By group:"
)
TITLES = {
    "fit": "May be fitted, weakest first",
    "heldout": "Held out: never fitted, weakest first",
    "context": "Shown and not counted",
    "imported": "Taken over as an assumption",
}

Members = Annotated[
    int, typer.Option("--members", min=0, help="Sets of the ensemble to run; 0 for the register's defaults.")
]
Thin = Annotated[int, typer.Option("--thin", min=1, help="Keep one person in so many.")]
Seeds = Annotated[int, typer.Option("--seeds", min=1, help="Seeds, where no sets are run.")]
Figure = Annotated[Path | None, typer.Option("--figure", help="Draw every figure to this file (png, svg or pdf).")]
Series = Annotated[
    Path | None,
    typer.Option("--series", help="Draw history by month, by programme and by state to files of this name and ending."),
]
Previous = Annotated[
    Path | None,
    typer.Option(
        "--previous", help="The --csv of another scorecard, whose scores stand beside; the release before by default."
    ),
]


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("validate")(validate)


def validate(
    members: Members = MEMBERS,
    thin: Thin = 10,
    seeds: Seeds = 1,
    workers: options.Workers = None,
    csv: options.CsvFile = None,
    figure: Figure = None,
    series: Series = None,
    previous: Previous = None,
    wanted: AsFormat = Format.TEXT,
) -> None:
    """Run history and score every published figure beside the simulated one; exit 1 if too few agree."""
    from enforcement_sim.parameters.ensemble import load_ensemble
    from enforcement_sim.runs.executors import local_backend, worker_count
    from enforcement_sim.studies.validation import scorecard

    options.check_new_file(csv, "--csv")
    options.check_new_file(figure, "--figure", FIGURE_ENDINGS)
    options.check_new_file(series, "--series", FIGURE_ENDINGS)
    before = scorecard.previous_scores(previous)
    chosen = load_ensemble(members) if members else ()
    place = local_backend(worker_count(workers, max(members, seeds)))
    with place.start() as executor:
        found = scorecard.validate(
            chosen,
            executor,
            tuple(range(1, seeds + 1)),
            thin,
            on_progress=lambda line: typer.echo(line, err=True),
            previous=before,
        )
    options.write_csv(csv, found.table)
    _draw(found, figure, series)
    if wanted is Format.TEXT:
        _print(found)
    else:
        print_data(found.table, wanted)
    if not found.holds:
        raise typer.Exit(DISAGREES)


def _draw(found: Validation, figure: Path | None, series: Path | None) -> None:
    """Draw the scorecard, and history as small multiples, each into a file of its own."""
    from enforcement_sim.plots import DOTS_PER_INCH
    from enforcement_sim.studies.validation.figure import validation
    from enforcement_sim.studies.validation.small_multiples import MULTIPLES

    if figure is not None:
        validation(found).savefig(figure, dpi=DOTS_PER_INCH)
    if series is not None:
        for name, draw in MULTIPLES.items():
            draw(found).savefig(series.with_stem(f"{series.stem}-{name}"), dpi=DOTS_PER_INCH)


def _print(found: Validation) -> None:
    """Print a row for each figure, bin by bin, the vectors, and a summary."""
    from enforcement_sim.studies.validation.scorecard import LONG_VECTOR, NOT_YET

    sizes = found.table["vector"].map(found.table["vector"].value_counts())
    single = found.table[(found.table["vector"] == "") | (sizes <= LONG_VECTOR)]
    for bin_, rows in single.groupby("bin", sort=False):
        print_table(table_of_records([_in_words(row) for _, row in rows.iterrows()], title=TITLES[str(bin_)]))
        print_text()
    print_table(
        table_of_records([_vector_in_words(row) for _, row in found.vectors.iterrows()], title="Vectors of figures")
    )
    print_text()
    inside = float((found.fitted["weight"] * (found.fitted["verdict"] == "inside")).sum())
    summary = (
        f"{inside:.3g} of {found.figures_counted} figures that may be fitted and count are inside their ranges "
        f"({found.share_inside:.0%}). Not expressible: {int((found.table['verdict'] == NOT_YET).sum())}. An interval is "
        f"{found.predictive_in_words}; a hit is a published value inside it. The score is the CRPS on the logarithmic scale: "
        ".1 is about ten per cent of the figure, and smaller is better."
    )
    print_text(paragraph(summary))
    misses = found.funnel_misses
    print_text(paragraph(f"ratios of the funnel outside: {', '.join(misses) if misses else 'none'}"))
    for row in found.held_out.itertuples():
        says = f"held out, {row.group}: {row.hits} of {row.figures} hit, {row.narrow_hits} by an interval that is narrow enough"
        print_text(paragraph(says))
    print_text(paragraph(RIVAL_IN_WORDS))
    for says in found.beside_rival["says"]:
        print_text(paragraph(says))


def _in_words(row: pd.Series) -> dict[str, str]:
    simulated = number(row["simulated"])
    interval = f" ({number(row['simulated_low'])} to {number(row['simulated_high'])})" if simulated else ""
    marks = ["hit" if row["hit"] else "miss", str(row["verdict"])] if simulated else [str(row["verdict"])]
    marks += ["wide"] if row["hit"] and not row["narrow"] else []
    marks += ["funnel"] if row["funnel"] else []
    status = f"{row['status']}, {row['ahead']}" if row["ahead"] else str(row["status"])
    return {
        "figure": str(row["id"]),
        "status": status if row["weight"] else f"{status}, not counted",
        "published (range)": f"{number(row['published'])} ({number(row['low'])} to {number(row['high'])})",
        "simulated (interval)": simulated + interval,
        "result": ", ".join(marks),
        "score": number(row["score"]),
        "before": number(row["previous"]),
        "rival": number(row["rival_score"]),
        "note": str(row["note"]),
    }


def _vector_in_words(row: pd.Series) -> dict[str, str]:
    return {
        "vector": str(row["vector"]),
        "bin": str(row["bin"]),
        "inside": f"{row['inside']} of {row['values']}",
        "hit": f"{row['hits']} of {row['values']}",
        "score": number(row["score"]),
        "before": number(row["previous"]),
        "interval score": number(row["interval_score"]),
        "rival": number(row["rival_score"]),
        "rival's interval score": number(row["rival_interval_score"]),
        "rank correlation": number(row["rank_correlation"]),
        "log spread": number(row["log_spread"]),
    }

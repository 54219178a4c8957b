"""``enforcement-sim study``: published research designs, run on simulated worlds whose truth is known."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from enforcement_sim.commands import options
from enforcement_sim.terminal.layout import print_table
from enforcement_sim.terminal.printing import paragraph, print_part, print_text

if TYPE_CHECKING:
    from enforcement_sim.studies.research_designs.study_file import Published, Study

LABEL_COLUMNS = 14
"""Columns of the labels of a study's description."""


def _study_names() -> Iterable[str]:
    from enforcement_sim.studies.research_designs.shipped_studies import shipped_names

    return shipped_names()


Ref = Annotated[
    str,
    typer.Argument(
        help="A shipped study's name, or the path of a .yaml file; without one, the studies are listed.",
        metavar="[STUDY]",
        autocompletion=options.names_or_files(_study_names),
    ),
]


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("study")(study)


def study(ref: Ref = "") -> None:
    """List published studies, or describe one: what it compared, what it published, what is constructed here."""
    from enforcement_sim.studies.research_designs.shipped_studies import load_study, shipped_names

    if not ref:
        _print_list([load_study(name) for name in shipped_names()])
        return
    _print_one(load_study(ref))


def _print_list(studies: list[Study]) -> None:
    from enforcement_sim.tables.table import Table

    rows = tuple((one.name, one.title, published_in_words(one.published), one.status) for one in studies)
    print_table(Table(("study", "title", "published (95%)", "status here"), rows, "Published studies"))


def published_in_words(published: Published) -> str:
    """Return a published coefficient with its interval, as text.

    Examples
    --------
    >>> from enforcement_sim.studies.research_designs.shipped_studies import load_study
    >>> published_in_words(load_study("miles-cox-2014").published)
    '0 [-0.009, 0.009]'
    """
    if published.coefficient is None:
        return "in words alone"
    interval = published.interval
    return f"{published.coefficient:.4g}" + ("" if interval is None else f" [{interval[0]:.2g}, {interval[1]:.2g}]")


def _print_one(one: Study) -> None:
    cited = one.citation
    print_text(paragraph(f"{one.title}. {one.question}"))
    print_text()
    unit = f"{one.sample.unit} and {one.sample.by}, {one.sample.start} to {one.sample.end}"
    lines = [
        ("by", f"{cited.authors} ({cited.year}), {cited.title}, {cited.where}. Read: {cited.read}"),
        ("observations", unit),
        ("estimator", one.design.estimator),
        ("published", f"{published_in_words(one.published)}: {one.published.unit} ({one.published.grade})"),
        ("", f"{one.published.note} {one.published.source}".strip()),
        ("status here", one.status),
        *[("constructed", text) for text in one.constructed],
        *[("missing", text) for text in one.cannot],
        *[(f"variant {name}", variant.says) for name, variant in one.variants.items()],
    ]
    for label, text in lines:
        print_part(label, text, indent=0, width=LABEL_COLUMNS)

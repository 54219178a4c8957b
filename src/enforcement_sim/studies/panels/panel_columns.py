"""What every column of a panel is: label, unit and meaning, in a file beside the panel."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from enforcement_sim import labels
from enforcement_sim.codes import EVENTS
from enforcement_sim.results.data_dictionary import OTHERS, SHARE, column_rows
from enforcement_sim.runs.atomic_files import write_atomic
from enforcement_sim.studies.panels.panel import EVENTS_BY_PROGRAMME, FINDERS
from enforcement_sim.tables.csv_text import csv_text

PANEL = "panel"
FIXED = "of the county, about 2010; the same in every period"
EMPTY = "empty for never"
MEANINGS: dict[str, tuple[str, str, str]] = {
    "seed": OTHERS["seed"],
    "county": OTHERS["county"],
    "period": ("Period", "date", "its first day, even if the run begins later in it"),
    "days": ("Days", "days", "of the period that were counted"),
    "inmate_days": ("Inmate days", "days", "people in the county's jail at the end of each counted day, added up"),
    "secure_communities_from": ("Secure Communities from", "date", f"first day of sharing fingerprints; {EMPTY}"),
    "agreement_from": (
        "287(g) agreement from", "date", f"first day in force of an agreement of an agency of the county; {EMPTY}"
    ),
    "state_agreement_from": (
        "State's agreement from", "date",
        f"first day in force of an agreement of an agency of the state that works in counties; {EMPTY}",
    ),
    "detainer_policy_from": (
        "Detainer policy from", "date",
        f"first day on which the county honoured less than every detainer, as history has it; {EMPTY}",
    ),
    "state": ("State", "postal code", "of the county"),
    "name": ("Name", "text", "of the county"),
    "population": ("Residents", "people", "of the county, 2010 Census"),
    "foreign_born": ("Born abroad", "people", FIXED),
    "noncitizens": ("Non-citizens", "people", FIXED),
    "unauthorised": ("Unauthorised", "people", FIXED),
    "noncitizen_share": ("Share of non-citizens", SHARE, f"of residents; {FIXED}"),
    "unauthorised_share": ("Share of unauthorised people", SHARE, f"of residents; {FIXED}"),
    "border": ("On the border", "True or False", "whether the county lies on the boundary with Mexico"),
}  # fmt: skip
"""Column -> label, unit and meaning, but for counts."""
SCALED = "in the period; a thinned run is scaled up"


def meaning(column: str) -> tuple[str, str, str]:
    """Return label, unit and meaning of a column of a panel.

    Examples
    --------
    >>> meaning("removed_secure_communities")[0]
    'Removed: Secure Communities first'
    >>> meaning("detainer_policy_from")[1]
    'date'
    """
    if column in MEANINGS:
        return MEANINGS[column]
    if column in EVENTS:
        return labels.event(column), "people", SCALED
    for event in EVENTS_BY_PROGRAMME:
        for programme in FINDERS:
            if column == f"{event}_{programme}":
                label = f"{labels.event(event)}: {labels.programme(programme)} first"
                return label, "people", f"whom this programme found first, {SCALED}"
    raise KeyError(column)


def write_columns(columns: Iterable[str], beside: Path) -> Path:
    """Write what the columns of a panel are beside its file, and return the new file.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     write_columns(["county"], Path(folder) / "panel.csv").name
    'panel-columns.csv'
    """
    named = list(columns)
    rows: pd.DataFrame = column_rows({PANEL: named}, own={(PANEL, name): meaning(name) for name in named})
    path = columns_file(beside)
    write_atomic(path, csv_text(rows.drop(columns="table")).encode())
    return path


def columns_file(panel: Path) -> Path:
    """Return the file that explains a panel's columns: in the same folder, under the same name."""
    return panel.with_name(f"{panel.stem}-columns.csv")

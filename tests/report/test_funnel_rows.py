"""Tables say what the figures say, and never a number without its interval."""

from __future__ import annotations

import pandas as pd

from enforcement_sim.plots.programmes import funnel_numbers
from enforcement_sim.report.notebook_tables import funnel_rows
from enforcement_sim.tables.table import table_of


def counts(seeds: tuple[int, ...]) -> pd.DataFrame:
    rows = [
        (seed, programme, event, size + 10 * seed)
        for seed in seeds
        for programme, event, size in (
            ("secure_communities", "detainer_issued", 2000),
            ("secure_communities", "removed", 900),
            ("jail_287g", "interviewed", 300),
        )
    ]
    return pd.DataFrame(rows, columns=["seed", "programme", "event", "count"])


def test_a_funnel_table_has_a_row_a_stage_and_a_column_a_programme() -> None:
    rows = funnel_rows(funnel_numbers(counts((1, 2, 3))))
    assert list(rows.columns) == ["Stage", "Secure Communities", "287(g) in jails"]
    assert rows.loc[rows["Stage"] == "Detainer issued", "Secure Communities"].item() == "2,020 [1,995 to 2,045]"
    assert rows.loc[rows["Stage"] == "Removed", "287(g) in jails"].item() == "0 [in every run]"


def test_one_run_is_said_to_have_no_interval() -> None:
    rows = funnel_rows(funnel_numbers(counts((1,))))
    assert rows["287(g) in jails"].str.contains("310 [one run, no interval]", regex=False).any()


def test_every_cell_reaches_the_page() -> None:
    rows = funnel_rows(funnel_numbers(counts((1, 2, 3))))
    text = table_of(rows, "Funnel <by programme>", "3 runs & seeds")._repr_html_()
    assert "Funnel &lt;by programme&gt;" in text
    assert "3 runs &amp; seeds" in text
    for cell in rows.to_numpy().ravel():
        assert cell in text

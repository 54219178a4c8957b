"""Tables say what the figures say, and never a number without its interval."""

from __future__ import annotations

import pandas as pd

from enforcement_sim import labels
from enforcement_sim.plots.differences import response_numbers
from enforcement_sim.plots.programmes import funnel_numbers
from enforcement_sim.report import tables
from enforcement_sim.tables.amounts import NO_INTERVAL
from enforcement_sim.tables.table import table_of

POINTS = pd.DataFrame({"point": [0, 1], "detainer.hold_hours": [48, 96]})


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


def paired(seeds: tuple[int, ...]) -> pd.DataFrame:
    rows = [
        (point, seed, measure, value)
        for seed in seeds
        for point in (0, 1)
        for measure, value in (
            ("ice_custody", 5000 + 40 * point + seed * (1 + point)),
            ("matched", 8000.0 + seed),
            ("removed", 100 + point * (-1) ** seed),
            ("no_conviction_share.removed", 0.30 - point * (0.0212 + 0.001 * seed)),
        )
    ]
    measures = pd.DataFrame(rows, columns=["point", "seed", "measure", "value"])
    return response_numbers(measures, POINTS, 0)


def test_a_funnel_table_has_a_row_a_stage_and_a_column_a_programme() -> None:
    rows = tables.funnel_rows(funnel_numbers(counts((1, 2, 3))))
    assert list(rows.columns) == ["Stage", "Secure Communities", "287(g) in jails"]
    assert rows.loc[rows["Stage"] == "Detainer issued", "Secure Communities"].item() == "2,020 [1,995 to 2,045]"
    assert rows.loc[rows["Stage"] == "Removed", "287(g) in jails"].item() == "0 [in every run]"


def test_one_run_is_said_to_have_no_interval() -> None:
    rows = tables.funnel_rows(funnel_numbers(counts((1,))))
    assert rows["287(g) in jails"].str.contains("310 [one run, no interval]", regex=False).any()


def differences(found: pd.DataFrame) -> dict[str, str]:
    """Return the cell of every measure at the other setting."""
    return {
        row["measure"]: tables.difference(row, labels.measure(row["measure"])[1])
        for row in found[found["point"] == 1].to_dict("records")
    }


def test_a_comparison_says_what_cannot_be_told_and_what_is_identical() -> None:
    cells = differences(paired((1, 2, 3, 4)))
    assert cells["ice_custody"] == "+42.5 [+40.4 to +44.6]"
    assert cells["removed"].endswith("cannot tell")
    assert cells["no_conviction_share.removed"] == "\N{MINUS SIGN}2.4 [\N{MINUS SIGN}2.6 to \N{MINUS SIGN}2.2]"
    same = pd.DataFrame(
        [(point, seed, "removed", 7.0 * seed) for point in (0, 1) for seed in (1, 2)],
        columns=["point", "seed", "measure", "value"],
    )
    assert differences(response_numbers(same, POINTS, 0)) == {"removed": "identical"}


def test_a_difference_of_one_run_has_no_interval_and_is_a_cell_all_the_same() -> None:
    told = differences(paired((1,)))["removed"]
    assert told.endswith(f"[{NO_INTERVAL}]") and told[0] in "+\N{MINUS SIGN}"


def test_every_cell_reaches_the_page() -> None:
    rows = tables.funnel_rows(funnel_numbers(counts((1, 2, 3))))
    text = table_of(rows, "Funnel <by programme>", "3 runs & seeds").html()
    assert "Funnel &lt;by programme&gt;" in text
    assert "3 runs &amp; seeds" in text
    for cell in rows.to_numpy().ravel():
        assert cell in text

"""Tables say what the figures say, and never a number without its interval."""

from __future__ import annotations

import pandas as pd

from enforcement_sim.amounts import NO_INTERVAL
from enforcement_sim.plots.differences import response_numbers
from enforcement_sim.plots.programmes import funnel_numbers
from enforcement_sim.report import tables

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


def test_a_comparison_says_what_cannot_be_told_and_what_is_identical() -> None:
    found = tables.comparison_rows(paired((1, 2, 3, 4)), ["detainer.hold_hours"], reference=0)
    at = found.set_index("Measure")
    assert set(at["Setting"]) == {"96 h"}
    column = "Difference [95% interval]"
    assert at.loc["Taken into ICE custody", column] == "+42.5 [+40.4 to +44.6]"
    assert at.loc["Removed", column].endswith("cannot tell")
    assert (
        at.loc["Without conviction, of removed", column] == "\N{MINUS SIGN}2.4 [\N{MINUS SIGN}2.6 to \N{MINUS SIGN}2.2]"
    )
    assert at.loc["Without conviction, of removed", "Unit"] == "%, difference in points"
    assert at.loc["Without conviction, of removed", "At the reference"].startswith("30.0%")


def test_a_difference_of_one_run_has_no_interval_and_is_a_cell_all_the_same() -> None:
    found = tables.comparison_rows(paired((1,)), ["detainer.hold_hours"], reference=0)
    told = found.set_index("Measure").loc["Removed", "Difference [95% interval]"]
    assert told.endswith(f"[{NO_INTERVAL}]") and told[0] in "+\N{MINUS SIGN}"


def test_an_unchanged_measure_is_identical_and_not_a_small_difference() -> None:
    measures = pd.DataFrame(
        [(point, seed, "removed", 7.0 * seed) for point in (0, 1) for seed in (1, 2)],
        columns=["point", "seed", "measure", "value"],
    )
    rows = tables.comparison_rows(response_numbers(measures, POINTS, 0), ["detainer.hold_hours"], reference=0)
    assert rows["Difference [95% interval]"].tolist() == ["identical"]


def test_every_cell_reaches_the_page() -> None:
    rows = tables.funnel_rows(funnel_numbers(counts((1, 2, 3))))
    text = tables.as_html(rows, "Funnel <by programme>", "3 runs & seeds")
    assert "Funnel &lt;by programme&gt;" in text
    assert "3 runs &amp; seeds" in text
    for cell in rows.to_numpy().ravel():
        assert cell in text

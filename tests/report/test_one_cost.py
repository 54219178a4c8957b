"""One cost by payer: the same number in the page, the card, the terminal, the CSV files, the explorer and a notebook."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from html import unescape

import pandas as pd
import pytest
from tests.command_line import printed
from tests.explorer.explorer_pictures import SEEDS, result_of, worlds

from enforcement_sim import load_scenario, sweep
from enforcement_sim.explorer.change_tables import about_change, caption
from enforcement_sim.explorer.measure_groups import Shown, rows_of
from enforcement_sim.explorer.picture import Picture
from enforcement_sim.explorer.summary import summary_of
from enforcement_sim.report.page import report_of
from enforcement_sim.results.costs import COST_BRIDGE
from enforcement_sim.results.result_page import result_html
from enforcement_sim.runs.comparison import Comparison
from enforcement_sim.runs.comparison_html import comparison_html
from enforcement_sim.runs.cost_bridge import below_zero, bridge_frame, bridge_of, round_to_total, why_below_zero
from enforcement_sim.runs.design import Sample
from enforcement_sim.runs.sweep_result import Sweep
from enforcement_sim.studies.jail_cost.page import about_bridge, bridge_rows
from enforcement_sim.tables.amounts import dollars

PAYERS = ("county", "federal")
SMALL = """
schema: 1
name: small
title: Two ways to honour
asks: What does a refusal cost?
extends: baseline
scope: {counties: ["12021"]}
period: {start: 2012-01-01, end: 2012-03-31}
replications: 2
parameters: {start.warm_days: 60}
changes:
  who: {decision: honour, rule: honour-all, where: nation}
sweep:
  changes.who.rule: [honour-all, honour-none]
"""
MINUS = "\N{MINUS SIGN}"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Sweep:
    """Three months of a county with officers in its jail: every detainer honoured, and none."""
    home = tmp_path_factory.mktemp("one-cost")
    (home / "small.yaml").write_text(SMALL, encoding="utf-8")
    return sweep(load_scenario(home / "small.yaml"), out=home / "small", workers=1)


@pytest.fixture(scope="module")
def page(small: Sweep) -> str:
    """The page's text, its markup as bars."""
    return unescape(re.sub(r"<[^>]+>", "|", report_of(small.folder)))


@pytest.fixture(scope="module")
def terminal(small: Sweep) -> dict[str, str]:
    """What the commands print of the two settings."""
    sides = (f"{small.folder}:0", f"{small.folder}:1")
    printed_by = {name: printed(name, *sides) for name in ("card", "jail-cost")}
    printed_by["compare"] = printed("compare", *sides, columns=160)  # so wide that no label is broken
    return {**printed_by, "csv": printed("jail-cost", *sides, "--format", "csv")}


def row_of(text: str, label: str) -> str:
    """A row of a table on the terminal, which may take more lines than one."""
    first, *others = text[text.index(label) :].splitlines()
    return " ".join([first, *others[:2]])


def means(small: Sweep, name: str) -> list[float]:
    """The mean over runs under either setting, from the CSV file of the runs."""
    runs = pd.read_csv(small.folder / "measures.csv")
    return [float(runs.loc[runs["point"] == point, name].mean()) for point in (0, 1)]


@pytest.mark.parametrize("payer", PAYERS)
@pytest.mark.slow
def test_one_number_under_one_name_everywhere(small: Sweep, page: str, terminal: dict[str, str], payer: str) -> None:
    a, b = means(small, f"net_cost.{payer}")
    label = {"county": "Net cost to counties", "federal": "Net cost to the federal side"}[payer]
    gap = dollars(b - a).lstrip(MINUS)

    compared = pd.read_csv(small.folder / "comparison.csv")
    row = compared[compared["measure"] == f"net_cost.{payer}"].iloc[0]
    assert (row["reference_mean"], row["mean"]) == pytest.approx((a, b))

    line = row_of(terminal["compare"], label.removesuffix(" side"))
    assert dollars(a) in line and dollars(b) in line

    line = row_of(
        terminal["card"], {"county": label, "federal": "Net cost to the"}[payer]
    )  # the column may break the label
    assert dollars(a) in line and dollars(b) in line and gap in line

    assert page.count(label) >= 3  # the answer's table, the card, and the bridge
    assert all(f"|{dollars(value)} [" in page for value in (a, b))
    for amount in (a, b):
        assert f"{'' if amount >= 0 else MINUS}${abs(round(amount)):,}" in page  # the bridge, in whole dollars

    bridge = pd.read_csv(io.StringIO(terminal["csv"]))
    row = bridge[bridge["quantity"] == f"net_cost.{payer}"].iloc[0]
    assert (row["a"], row["b"]) == pytest.approx((a, b), abs=0.0051)
    assert f"${abs(round(a)):,}" in terminal["jail-cost"]

    cell = comparison_html(small.comparison)
    assert all(f">{dollars(value)} [" in unescape(cell) for value in (a, b))

    runs = [{seed: summary_of(small.result(point, seed - SEEDS[0])) for seed in SEEDS} for point in (0, 1)]
    ((_, shown),) = rows_of(Picture(*runs, 1, len(SEEDS)), [Shown(f"net_cost.{payer}")])
    assert (shown.label, shown.history, shown.what_if) == (label, dollars(a), dollars(b))


@pytest.mark.slow
def test_the_headline_of_a_run_is_the_bridges_sum_to_the_cent(small: Sweep) -> None:
    runs = pd.read_csv(small.folder / "measures.csv")
    for payer, lines in COST_BRIDGE.items():
        parts = sum((round(100 * runs[f"bridge.{payer}.{line}"]) for line in lines), start=0 * runs["seed"])
        assert (parts == round(100 * runs[f"net_cost.{payer}"])).all()


@pytest.mark.slow
def test_printed_bridges_add_up_down_and_across(small: Sweep) -> None:
    for table in (bridge_rows(small.comparison, 1), bridge_rows(small.comparison)):
        columns = [
            [
                int(re.sub(r"[$,+]", "", str(cell).partition(" [")[0]).replace(MINUS, "-").replace("identical", "0"))
                for cell in table[name]
            ]
            for name in table.columns[1:]
            if name != "95% interval"
        ]
        net = list(table.iloc[:, 0].str.startswith("Net cost"))
        for column in columns:
            since = 0
            for amount, is_net in zip(column, net, strict=True):
                if is_net:
                    assert since == amount
                since = 0 if is_net else since + amount
        if len(columns) == 3:
            assert [b - a for a, b, _ in zip(*columns, strict=True)] == columns[2]
    frame = bridge_frame(small.comparison.samples, 1)
    for payer in COST_BRIDGE:
        ours = frame[frame["payer"] == payer]
        for name in ("a", "b", "difference"):
            cents = (100 * ours[name]).round().astype(int).tolist()
            assert sum(cents[:-1]) == cents[-1]


@pytest.mark.parametrize(
    ("parts", "step"), [([0.3] * 7, 1.0), ([-0.6, -0.6, 5.5], 1.0), ([10.004, -3.337, 0.001], 0.01)]
)
def test_rounded_parts_add_up_and_are_off_by_less_than_a_step(parts: list[float], step: float) -> None:
    *rounded, total = round_to_total(parts, sum(parts), step)
    assert sum(rounded) == total == round(sum(parts) / step)
    assert all(abs(one - part / step) < 1 for one, part in zip(rounded, parts, strict=True))


# ---- a cost below nothing ----------------------------------------------------------------------------------------------


def costs(**lines: float) -> dict[str, float]:
    """A run's county costs, with the federal side's left at nothing."""
    known = dict.fromkeys(COST_BRIDGE["county"], 0.0) | lines
    county = {f"bridge.county.{line}": amount for line, amount in known.items()} | {
        "net_cost.county": sum(known.values())
    }
    federal = {f"bridge.federal.{line}": 0.0 for line in COST_BRIDGE["federal"]}
    return county | federal | {"net_cost.federal": 0.0, "net_cost.state": 0.0}


DEAR, CHEAP = costs(jail_days=900.0, rents=-300.0), costs(officers=100.0, rents=-300.0, refunds=-20.0)
WHY = "refunds ($20) and rents ($300) exceed what jail days and officers cost ($100)"


def compared(*runs: dict[str, float]) -> Comparison:
    return Comparison(tuple(Sample({"setting": place}, {1: run, 2: run}) for place, run in enumerate(runs)))


def explanations(found: Comparison) -> Iterator[str]:
    """Every place that prints a net cost, as text."""
    yield str(found)
    yield unescape(comparison_html(found))
    yield about_bridge(found, 1)
    yield why_below_zero(found.samples)


def test_a_cost_below_nothing_is_explained_where_it_is_printed_and_nowhere_else() -> None:
    for below in explanations(compared(DEAR, CHEAP)):
        assert WHY in below and "setting=1" in below.replace("setting = 1", "setting=1")
    for above in explanations(compared(DEAR, costs(jail_days=500.0))):
        assert "below zero" not in above
    # A smaller cost is a negative difference and needs no explanation; nothing exactly is not below it.
    assert below_zero(costs(officers=300.0, rents=-300.0)) == ""
    assert "refunds" not in below_zero(costs(officers=100.0, rents=-300.0))


def test_the_explorer_explains_it_too() -> None:
    plain = summary_of(result_of(0, 1))
    with_costs = [type(plain)(**{**vars(plain), "measures": {**plain.measures, **run}}) for run in (DEAR, CHEAP)]
    dear, cheap = ({1: one} for one in with_costs)
    assert WHY in about_change(Picture(dear, cheap, 1, 1)) and "in the what-if" in about_change(
        Picture(dear, cheap, 1, 1)
    )
    assert "below zero" not in about_change(Picture(dear, dear, 1, 1))


def test_the_card_explains_it_under_the_side_it_stands_on() -> None:
    from tests.studies.card.cards import run

    from enforcement_sim.studies.card.card_rows import ledger_measures, load_layout
    from enforcement_sim.studies.card.compute import card_of
    from enforcement_sim.studies.card.figure import note

    measured = ledger_measures(run())
    sides = [
        Sample({"scenario": name}, {seed: {**measured, **made} for seed in (1, 2)})
        for name, made in (("a", DEAR), ("b", CHEAP))
    ]
    assert f"Net cost to counties is below zero under B: {WHY}." in note(
        card_of(Comparison(tuple(sides)), 1, load_layout())
    )
    both = Comparison((sides[0], sides[0]))
    assert "below zero" not in note(card_of(both, 1, load_layout()))


def test_a_bridge_without_another_setting_has_levels_with_intervals() -> None:
    lines = bridge_of(compared(DEAR).samples)
    assert all(line.found is None and line.a == line.b for line in lines)
    assert list(bridge_rows(compared(DEAR)).columns) == ["Payer and line", "Dollars", "95% interval"]


# ---- two counts of detainers -------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_wherever_detainers_are_counted_both_counts_are_named(
    small: Sweep, page: str, terminal: dict[str, str]
) -> None:
    for text in (
        page,
        terminal["compare"],
        terminal["jail-cost"],
        unescape(comparison_html(small.comparison)),
        caption(Picture({1: summary_of(small.result(0, 0))}, {1: summary_of(small.result(1, 0))}, 1, 1), worlds()),
        unescape(result_html(small.result(0, 0))),
    ):
        said = " ".join(text.replace("│", " ").split())
        assert "in state prisons" in said and ("in jails only" in said or "in the jails" in said)


def test_a_table_without_detainers_and_costs_does_not_explain_them() -> None:
    found = Comparison(
        tuple(Sample({"hold": hold}, {1: {"removed": 1.0}, 2: {"removed": hold}}) for hold in (2.0, 3.0))
    )
    assert "prisons" not in str(found) and "Net cost" not in str(found)

"""Where people are instead, whether two changes add up, and what each fiscal year holds: numbers computed another way."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from enforcement_sim import load_scenario, sweep
from enforcement_sim.report.page import adding_up, by_year, endings, flows, programmes_found
from enforcement_sim.report.page.background import provenance
from enforcement_sim.report.page.changes import changes_of
from enforcement_sim.report.page.write import read
from enforcement_sim.runs.sweep_result import Sweep
from enforcement_sim.studies.jail_cost.compute import JailCost
from enforcement_sim.studies.jail_cost.price_range import at_other_prices, change_at
from enforcement_sim.studies.reading import Reading
from enforcement_sim.tables.amounts import dollars, signed, whole

pytestmark = pytest.mark.slow

SCENARIO = """
schema: 1
name: crossed
title: The hold by who honours detainers, over the turn of a fiscal year
extends: baseline
ensemble: 0
scope: {counties: ["10003"]}
period: {start: 2012-09-01, end: 2012-11-15}
replications: 2
changes:
  who: {decision: honour, rule: honour-all, where: nation}
sweep:
  detainer.hold_hours: [48, 0]
  changes.who.rule: [honour-all, honour-none]
"""


@pytest.fixture(scope="module")
def crossed(tmp_path_factory: pytest.TempPathFactory) -> Sweep:
    home = tmp_path_factory.mktemp("crossed")
    (home / "crossed.yaml").write_text(SCENARIO, encoding="utf-8")
    return sweep(load_scenario(home / "crossed.yaml"), out=home / "out", workers=1)


@pytest.fixture(scope="module")
def reading(crossed: Sweep) -> Reading:
    return read(crossed.folder)


def of(crossed: Sweep, measure: str) -> Any:
    return crossed.measures.pivot(index="point", columns="seed", values=measure)


def test_the_rows_of_endings_add_up_to_the_bookings(reading: Reading, crossed: Sweep) -> None:
    """Levels and changes of every setting, of the rows as the page shows them."""
    found = endings.endings(reading)
    assert list(found) == list(endings.ROWS)
    grid = next(part.parts[0] for part in endings.parts(reading) if part.kind == "fold")
    assert grid.kind == "grid"
    shown = grid.rows.map(lambda cell: cell.partition(" [")[0].replace(",", "").replace("\N{MINUS SIGN}", "-"))
    assert shown.iloc[-1, 0] == "Booked (bookings)"
    for column in shown.columns[1:]:
        *rows, booked = (float(cell) if cell != "identical" else 0.0 for cell in shown[column])
        assert sum(rows) == pytest.approx(booked, abs=0.5 * len(rows) + 0.5)  # each row is rounded
    for point in reading.points[1:]:
        of_rows = {
            side: sum(found[name][point][side] for name in endings.ROWS[:-1]) for side in ("mean", "reference_mean")
        }
        booked_there = of(crossed, "booked").loc[[0, point]].mean(axis="columns")
        assert of_rows["reference_mean"] == pytest.approx(booked_there[0])
        assert of_rows["mean"] == pytest.approx(booked_there[point] - booked_there[0])


def test_where_people_are_instead_is_said_with_its_numbers(reading: Reading, crossed: Sweep) -> None:
    said = " ".join(part.texts[0] for part in endings.parts(reading) if part.kind == "words")
    point = reading.points[reading.answered]
    removed = of(crossed, "removed")
    assert f"Removed: {whole(removed.loc[0].mean() - removed.loc[point].mean())} fewer" in said
    assert "Left jail or prison without a hold: " in said and "95% interval" in said


def test_removals_that_do_not_change_have_no_such_sentence(reading: Reading) -> None:
    found = endings.endings(reading)
    same = {point: {**row, "mean": 0.0, "verdict": "identical"} for point, row in found["removed"].items()}
    assert endings.instead(reading, {**found, "removed": same}) == ""


def test_what_two_changes_do_together_less_each_alone(reading: Reading, crossed: Sweep) -> None:
    [pair] = adding_up.pairs_of(reading.drawable, 0, "removed")
    at = {tuple(settings.values()): point for point, settings in enumerate(crossed.settings)}
    removed = of(crossed, "removed")
    none, hold, rule, both = (
        removed.loc[at[hours, name]] for name in ("honour-all", "honour-none") for hours in (48.0, 0.0)
    )
    beyond = both - hold - rule + none
    assert pair.beyond.difference == pytest.approx(beyond.mean())
    assert pair.together.difference == pytest.approx((both - none).mean())
    assert pair.added.difference == pytest.approx((hold + rule - 2 * none).mean())
    said = adding_up.adding_up(reading, changes_of(reading))[0]
    assert said.kind == "words" and said.texts[0].startswith("Interaction")
    alone, beside = [each.difference for each in pair.alone], [each.difference for each in pair.beside]
    assert alone == pytest.approx([(hold - none).mean(), (rule - none).mean()])
    assert beside == pytest.approx([(both - rule).mean(), (both - hold).mean()])


def test_without_every_combination_there_is_no_sum(reading: Reading) -> None:
    assert adding_up.pairs_of(replace(reading.drawable, only=(0, 1, 2)), 0, "removed") == []


def test_fiscal_years_add_up_to_the_run(crossed: Sweep) -> None:
    """People, hours and dollars of both years are the run's; the county's officers, stored for the whole run, are apart."""
    result = crossed.result(0, 0)
    years, whole_run = by_year.measured(result), result.measures()
    assert all(years[by_year.named(year, "removed")] > 0 for year in (2012, 2013))
    for name in by_year.PEOPLE:
        assert sum(years[by_year.named(year, name)] for year in (2012, 2013)) == whole_run[name]
    officers = whole_run[by_year.OFFICERS]
    for name, apart in (("net_cost.county", officers), ("net_cost.federal", 0.0)):
        added = sum(years[by_year.named(year, name)] for year in (2012, 2013))
        assert added == pytest.approx(whole_run[name] - apart, abs=0.05)  # each line of a year is whole cents


def test_a_price_of_a_jail_day_moves_the_lines_that_are_days(reading: Reading) -> None:
    """Rents and officers stay as they are; at the price of the runs the change is that of the net cost."""
    place = reading.answered
    before, after = (reading.found.samples[side].measures for side in (0, place))
    price = next(iter(before.values()))["cost.jail_day"]

    def change(name: str) -> float:
        return sum(after[key][name] - before[key][name] for key in before) / len(before)

    net, fixed = change("net_cost.county"), change("bridge.county.rents") + change("bridge.county.officers")
    assert abs(fixed) > 1
    assert change_at(reading.found, place, price) == pytest.approx(net, abs=0.05)
    assert change_at(reading.found, place, 2 * price) == pytest.approx(2 * (net - fixed) + fixed, abs=0.1)
    said = at_other_prices(JailCost("county", reading.found), place)
    assert (
        f"At {dollars(price)} the change in the net cost to counties is {signed(dollars)(net)}; at $40 it would be "
        in said
    )


def test_programmes_are_told_apart_where_the_question_asks(
    reading: Reading, crossed: Sweep, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert programmes_found.programmes_in_words(reading) == ""
    monkeypatch.setattr(programmes_found, "ASKED", ("hold",))  # as if the title named a programme
    said = programmes_found.programmes_in_words(reading)
    assert said.startswith("At the reference, ") and "% of them without a conviction; " in said
    found = programmes_found.found_by(reading, reading.points[0])
    assert sum(removed for removed, _ in found.values()) == pytest.approx(of(crossed, "removed").loc[0].mean())
    assert all(0 <= unconvicted <= removed for removed, unconvicted in found.values())


def test_days_in_total_are_the_hours_of_the_runs(reading: Reading, crossed: Sweep) -> None:
    found = changes_of(reading).set_index(["measure", "point"])
    point = reading.points[reading.answered]
    for kind in ("induced", "statutory_hold"):
        hours = of(crossed, f"hours.{kind}")
        row = found.loc[(f"person_days.{kind}", point)]
        assert row["reference_mean"] == pytest.approx(hours.loc[0].mean() / 24)
        assert row["mean"] == pytest.approx((hours.loc[point] - hours.loc[0]).mean() / 24)


def test_a_figure_names_its_data_where_the_file_is(reading: Reading, crossed: Sweep) -> None:
    file = crossed.folder / "figures" / "funnel.csv"
    [without] = flows.funnel_by_programme(reading)
    assert without.kind == "picture" and (without.data != "") == file.is_file()
    file.parent.mkdir(exist_ok=True)
    file.touch()
    [picture] = flows.funnel_by_programme(reading)
    assert picture.kind == "picture" and picture.data == "figures/funnel.csv"


def test_the_page_says_what_reproduce_does(reading: Reading, crossed: Sweep) -> None:
    said = " ".join(text for part in provenance(reading, "").parts if part.kind == "words" for text in part.texts)
    assert f"repeats all {len(crossed.measures)} runs and compares every stored number exactly" in said
    assert "The program is enforcement-sim " in said and "one processor took about 1 minute" in said


def test_a_year_has_its_row_under_the_setting_of_the_answer(reading: Reading) -> None:
    [fold] = by_year.by_year(reading)
    assert fold.kind == "fold"
    [choice] = fold.parts
    assert choice.kind == "choice" and choice.first == reading.answered - 1
    grid, prices = choice.options[choice.first][1]
    assert prices.kind == "words" and "at $40 it would be" in prices.texts[0]
    assert grid.kind == "grid"
    assert grid.heads[1:] == [
        "2012 (from 1 September 2012 to 30 September 2012)",
        "2013 (from 1 October 2012 to 15 November 2012)",
    ]
    assert list(grid.rows["Fiscal year"])[2:4] == ["Removed, at the reference", "Removed, change"]


def test_a_period_within_one_fiscal_year_has_one_year() -> None:
    assert len(by_year.fiscal_years(date(2011, 10, 1), date(2012, 9, 30))) == 1
    assert [year for year, _, _ in by_year.fiscal_years(date(2008, 10, 1), date(2014, 11, 30))] == [*range(2009, 2016)]

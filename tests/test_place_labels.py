"""Places in words, and the warning of a part simulated alone: in every caption, table and page, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from tests.command_line import printed

from enforcement_sim import compare, load_scenario, run
from enforcement_sim.place_labels import alone_in_words, places_in_words, scope_in_words
from enforcement_sim.plots.sources import Drawable
from enforcement_sim.runs.sweep_result import load_sweep

WARNING = "SIMULATED ALONE"
COUNTY = ("--set", "scope={counties: ['10001']}", "--set", "period.start=2012-01-01", "--set", "period.end=2012-01-31")
TWO_HOLDS = """
schema: 1
name: two-holds
title: Two holds
asks: Are places in words wherever a hold is compared with another?
extends: baseline
sweep: {detainer.hold_hours: [48, 96]}
"""
SHORT = (*COUNTY, "--set", "start.warm_days=0")
ALONE = (*SHORT, "--set", "simulate=alone")


def test_places_are_put_in_words() -> None:
    assert scope_in_words("nation") == "the nation, every county"
    assert scope_in_words({"states": ["CA", "TX"]}) == "California and Texas"
    assert scope_in_words({"states": ["AL", "AZ", "CA", "CT", "DE", "FL", "GA"]}) == "7 states"
    assert scope_in_words({"counties": ["06037"]}) == "Los Angeles County (CA)"


def plain_of(scope: object, **more: object) -> dict[str, object]:
    return load_scenario("baseline").with_(scope=scope, **more).resolved()


def test_what_is_simulated_for_a_scope_is_named() -> None:
    assert places_in_words(plain_of("nation")) == "the nation, every county"
    hawaii = places_in_words(plain_of({"states": ["HI"]}))
    assert (
        hawaii == "Hawaii, simulated with all 63 counties of the Los Angeles, San Francisco and San Diego field offices"
    )
    texas_and_ohio = places_in_words(plain_of({"states": ["TX", "OH"]}))
    assert texas_and_ohio == "Ohio and Texas, simulated with all 535 counties of 5 field offices"
    reviewed = plain_of({"states": ["HI"]}, **{"institutions.review_measure": 1})
    assert places_in_words(reviewed) == "Hawaii, simulated with the whole nation"


def test_a_part_alone_names_its_share_of_capacity() -> None:
    bay = alone_in_words(plain_of({"counties": ["06075", "06001"]}, simulate="alone"))
    assert bay.startswith(WARNING) and "(San Francisco " in bay and "wrong sign" in bay
    many = plain_of({"states": ["CA", "GA", "MD", "DE", "OH"]}, simulate="alone")
    assert "% of " not in alone_in_words(many), "offices are named while they are few"
    more = plain_of({"counties": ["06037", "13067", "24021", "10003", "39049"]}, simulate="alone")
    assert "% of 5 offices" in alone_in_words(more)


def test_a_part_that_has_all_of_its_office_is_not_warned_of() -> None:
    """Florida is the whole area of the Miami office: alone or not, nothing is left out."""
    assert alone_in_words(plain_of({"states": ["FL"]}, simulate="alone")) == ""
    assert alone_in_words(plain_of("nation", simulate="alone")) == ""


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return a small sweep of a county alone, and of the same county with its field office."""
    home = tmp_path_factory.mktemp("alone")
    (home / "two-holds.yaml").write_text(TWO_HOLDS, encoding="utf-8")
    made = {}
    for name, settings in (("alone", ALONE), ("offices", SHORT)):
        printed(
            "sweep", str(home / "two-holds.yaml"), *settings, "--set", "seed=3", "--replications", "1", "--out", str(home / name),
            "--workers", "1",
        )  # fmt: skip
        made[name] = home / name
    return made


COMMANDS = {
    "run": lambda folder: printed("run", "baseline", *SHORT, "--out", str(folder / "one")),
    "compare": lambda folder: printed("compare", f"{folder}:0", f"{folder}:1"),
    "card": lambda folder: printed("card", f"{folder}:0", f"{folder}:1"),
    "jail-cost": lambda folder: printed("jail-cost", f"{folder}:0", f"{folder}:1"),
    "stages": lambda folder: printed("stages", str(folder)),
}


@pytest.mark.parametrize("command", ["compare", "card", "jail-cost", "stages"])
@pytest.mark.slow
def test_printed_tables_are_marked(command: str, folders: dict[str, Path]) -> None:
    assert WARNING in COMMANDS[command](folders["alone"])
    assert WARNING not in COMMANDS[command](folders["offices"])


@pytest.mark.slow
def test_a_run_and_lives_are_marked(tmp_path: Path) -> None:
    assert WARNING in printed("run", "baseline", *ALONE, "--out", str(tmp_path / "one"))
    assert WARNING not in printed("run", "baseline", *SHORT, "--out", str(tmp_path / "two"))
    for more in ((), ("--format", "json")):
        assert WARNING in printed("trace", "baseline", *ALONE, *more, "-n", "1")
        assert WARNING not in printed("trace", "baseline", *SHORT, *more, "-n", "1")
    assert WARNING in printed("who-changed", "baseline", "baseline", *ALONE, "--set-b", "detainer.hold_hours=8")


@pytest.mark.slow
def test_figures_page_and_tables_in_a_folder_are_marked(folders: dict[str, Path]) -> None:
    from enforcement_sim.report.page.write import report_of

    for name, marked in (("alone", True), ("offices", False)):
        folder = folders[name]
        assert Drawable(load_sweep(folder)).about([0]).caption().startswith(WARNING) == marked
        page = report_of(folder)
        assert (WARNING in page) == marked
        if marked:
            assert page.index(WARNING) < page.index("The answer"), "before any number"
        tables = [*folder.glob("*.csv"), *(folder / "figures").glob("*.csv")]
        tables.remove(folder / "columns.csv")  # words about columns, no numbers
        assert len(tables) > 10
        for table in tables:
            assert ("simulated" in pd.read_csv(table, nrows=1).columns) == marked, table.name


@pytest.mark.slow
def test_objects_in_a_notebook_are_marked() -> None:
    month = {"period.start": "2012-01-01", "period.end": "2012-01-31", "start.warm_days": 0}
    county = load_scenario("baseline").with_(**{"scope": {"counties": ["10001"]}, "simulate": "alone", **month})
    found = compare(county, county.with_(**{"detainer.hold_hours": 24}), replications=1)
    assert WARNING in str(found) and WARNING in found._repr_html_()
    assert WARNING in run(county, 1)._repr_html_()
    assert WARNING in county._repr_html_()
    whole = county.with_(simulate="offices")
    assert WARNING not in whole._repr_html_()
    assert "simulated with all 125 counties of the Philadelphia field office" in whole._repr_html_()

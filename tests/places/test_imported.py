"""Imported tables in a world: they move what they are about and nothing else, and embedded worlds stay as they are."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.own_data_files import BOOKINGS, CENSUS, KENT, ROSTER, written

from enforcement_sim import EnforcementModel, load_scenario
from enforcement_sim.errors import InputError
from enforcement_sim.places import imported
from enforcement_sim.places.build import World, build_world
from enforcement_sim.places.data_import.import_file import import_files
from enforcement_sim.places.data_import.stored_tables import forget
from enforcement_sim.places.geography import load_geography, secure_communities_dates
from enforcement_sim.places.imported import FOLDER_VARIABLE
from enforcement_sim.process.engine import bookings_by_day
from enforcement_sim.scenarios.schema import Scenario

PLACES = load_geography()
DELAWARE = {"scope": {"states": ["DE"]}, "period.start": "2011-10-01", "period.end": "2012-03-31"}
ROW_OF_KENT = 0


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "own"))
    monkeypatch.setattr(imported, "_SUPPLIED", {})
    return tmp_path


def scenario(**data: str) -> Scenario:
    return (
        load_scenario("baseline")
        .with_(ensemble=0)
        .with_(**DELAWARE, **{f"data.{kind}": chosen for kind, chosen in data.items()})
    )


def world(**data: str) -> World:
    return build_world(scenario(**data), 1)


def bytes_of(world: World) -> tuple[bytes, ...]:
    rows = [
        (setting.day, setting.field, setting.places.tobytes(), setting.value.tobytes()) for setting in world.settings
    ]
    return world.places.tobytes(), world.offices.tobytes(), repr(rows).encode()


def test_an_embedded_world_does_not_see_the_folder(home: Path) -> None:
    before, plain = bytes_of(world()), scenario().resolved()
    import_files([written(home, text, f"{index}.csv") for index, text in enumerate((ROSTER, CENSUS, BOOKINGS))])
    assert bytes_of(world()) == before
    assert scenario().resolved() == plain and "data" not in plain
    assert scenario(activation="embedded") == scenario()


def test_days_of_activation_are_the_rosters(home: Path) -> None:
    import_files([written(home, ROSTER.replace("27-Oct-2009", "never"))])
    own = world(activation="imported")
    first = own.clock.start
    starts = {
        int(place): setting.day
        for setting in own.settings
        if setting.field == "sharing"
        for place, value in zip(setting.places, setting.value, strict=True)
        if value
    }
    assert starts[ROW_OF_KENT] == (date(2011, 12, 1) - first).days
    assert 1 not in starts  # New Castle, never active as the roster says
    sussex = secure_communities_dates()[PLACES.index_of("10005")].astype(date)
    assert starts[2] == max(0, (sussex - first).days)  # not listed
    assert np.array_equal(own.places, world().places)


def test_noncitizens_are_the_tables(home: Path) -> None:
    import_files([written(home, CENSUS)])
    settings = {"status.settlement_slope": 0.0}  # alike everywhere, so that a share is people times a ratio
    before, own = (build_world(scenario(**data).with_(**settings), 1) for data in ({}, {"noncitizens": "imported"}))
    index = PLACES.index_of(KENT)
    county = PLACES.counties[index]
    unauthorised = round(int(county["unauthorised"]) * 5_000 / int(county["noncitizens"]))
    values = own.values
    ratio = {
        name: values[f"status.arrest_ratio.{name}"] for name in ("us_born", "naturalised", "entered_without_inspection")
    }
    shares = np.diff(own.places["status_cdf"][ROW_OF_KENT], prepend=0.0)
    people_born_here = int(county["population"]) - 5_000 - 4_000
    within_reach = people_born_here * values["status.in_ident.us_born"]  # others are counted, and of no status here
    of_kent = own.places[ROW_OF_KENT]
    followed = of_kent["reachable_share"] / (1.0 - of_kent["reachable_share"])
    out_of_reach = (people_born_here - within_reach) * ratio["us_born"]
    assert followed * shares[1] == pytest.approx(4_000 * ratio["naturalised"] / out_of_reach)
    assert shares[1] / shares[0] == pytest.approx(4_000 * ratio["naturalised"] / (within_reach * ratio["us_born"]))
    crossed = unauthorised * values["status.entered_without_inspection_share"] * ratio["entered_without_inspection"]
    assert shares[5] / shares[0] == pytest.approx(crossed / (within_reach * ratio["us_born"]))
    # Other counties' people are the package's; only their share of the nation's bookings moves with the sum.
    assert np.array_equal(own.places["status_cdf"][1:], before.places["status_cdf"][1:])


def test_bookings_expected_in_a_month_are_the_countys(home: Path) -> None:
    import_files([written(home, BOOKINGS)])
    before, own = world(), world(bookings="imported")
    model = EnforcementModel(scenario(bookings="imported"), seed=1)
    a_day = bookings_by_day(own.values, own.clock)
    expected: dict[tuple[int, int], float] = {}
    for day in range(own.clock.days):
        model.headquarters.apply(day)
        when = own.clock.date_of(day)
        key = when.year, when.month
        expected[key] = expected.get(key, 0.0) + a_day[day] * float(model.engine.places["day_share"][ROW_OF_KENT])
    assert expected[2012, 1] == pytest.approx(900) and expected[2012, 2] == pytest.approx(300)
    # A month that was not counted has the county's usual bookings times counted over expected.
    usual = {
        month: sum(a_day[day] for day in range(own.clock.days) if own.clock.date_of(day).replace(day=1) == month)
        * float(before.places["day_share"][ROW_OF_KENT])
        for month in (date(2012, 1, 1), date(2012, 2, 1), date(2012, 3, 1))
    }
    scale = 1_200 / (usual[date(2012, 1, 1)] + usual[date(2012, 2, 1)])
    assert expected[2012, 3] == pytest.approx(usual[date(2012, 3, 1)] * scale)
    # The engine's room is made for the busiest month, and nobody else's bookings move.
    assert own.places["day_share"][ROW_OF_KENT] == max(
        setting.value[0] for setting in own.settings if setting.field == "day_share"
    )
    assert np.array_equal(own.places["day_share"][1:], before.places["day_share"][1:])


def test_engine_and_twin_agree_on_imported_figures(home: Path) -> None:
    from tests.twin.compare import compare

    import_files([written(home, text, f"{index}.csv") for index, text in enumerate((ROSTER, CENSUS, BOOKINGS))])
    everything: dict[str, Any] = {f"data.{kind}": "imported" for kind in ("activation", "noncitizens", "bookings")}
    small = {
        "scope": {"counties": [KENT]},
        "simulate": "alone",
        "period.start": "2011-12-15",
        "period.end": "2012-01-31",
        "start.warm_days": 20,
    }
    assert compare(load_scenario("baseline").with_(ensemble=0).with_(**small, **everything), 1) == []


# ---- which table is meant ---------------------------------------------------------------------------------------------


def test_imported_becomes_the_tables_name_and_stays_it(home: Path) -> None:
    (first,) = import_files([written(home, ROSTER)])
    pinned = scenario(activation="imported")
    assert pinned.data == {"activation": first.checked.name} == pinned.resolved()["data"]
    (second,) = import_files([written(home, ROSTER.replace("12/1/2011", "12/8/2011"))])
    assert scenario(activation="imported").data == {"activation": second.checked.name}
    # The earlier table is still there for what was run with it.
    days = {
        name: {setting.day for setting in build_world(one, 1).settings if setting.field == "sharing"}
        for name, one in (("pinned", pinned), ("now", scenario(activation="imported")))
    }
    assert days["pinned"] != days["now"]


def test_nothing_imported_is_one_error_that_names_the_command(home: Path) -> None:
    with pytest.raises(InputError, match=r"data\.bookings: no bookings data are imported here: .*data import FILE"):
        scenario(bookings="imported")
    path = written(home, "schema: 1\nname: own\ndata:\n  activation: imported\n", "own.yaml")
    with pytest.raises(InputError) as ended:
        load_scenario(path)
    assert (ended.value.line, ended.value.key) == (4, "data.activation")


def test_a_table_that_is_gone_or_changed_is_an_error(home: Path) -> None:
    (one,) = import_files([written(home, ROSTER)])
    chosen = scenario(activation="imported")
    table = imported.folder() / "activation" / f"{one.checked.name}.csv"
    whole = table.read_bytes()
    table.write_bytes(whole.replace(b"2011-12-01", b"2011-12-02"))
    with pytest.raises(InputError, match="were changed after they were imported"):
        build_world(chosen, 1)
    table.write_bytes(whole)
    build_world(chosen, 1)
    forget("activation")
    with pytest.raises(InputError, match=rf"{one.checked.name} are not on this machine: .*data import FILE"):
        build_world(chosen, 1)


@pytest.mark.parametrize("written_as", ["importd", "imported-12", 3, None, ["imported"]])
def test_other_choices_are_refused(home: Path, written_as: Any) -> None:
    path = written(home, f"schema: 1\nname: own\ndata:\n  activation: {written_as}\n", "own.yaml")
    with pytest.raises(InputError, match=r"unknown data .*embedded, imported or a name") as ended:
        load_scenario(path)
    assert ended.value.line == 4
    path = written(home, "schema: 1\nname: own\ndata:\n  activations: imported\n", "own.yaml")
    with pytest.raises(InputError, match=r"unknown key.*did you mean 'activation'"):
        load_scenario(path)

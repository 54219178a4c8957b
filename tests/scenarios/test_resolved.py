"""Properties of resolved scenarios: dumping and loading, setting addresses, and the grid of a sweep."""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import date, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from enforcement_sim.codes import LEVERS
from enforcement_sim.errors import InputError
from enforcement_sim.law.rules import load_rulebook
from enforcement_sim.parameters.register import load_register
from enforcement_sim.process.clock import HISTORY_START
from enforcement_sim.scenarios.address import DATA_ADDRESSES, dump, known_addresses, value_at
from enforcement_sim.scenarios.file_format import HISTORY_END
from enforcement_sim.scenarios.load import load_scenario
from enforcement_sim.scenarios.schema import assemble
from enforcement_sim.yaml_lines import read_yaml

REGISTER = load_register()
RULES = {
    **LEVERS,
    **{name: load_rulebook().of_decision(name) for name in ("detainer", "honour", "screen", "discretion")},
}
quick = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

days = st.dates(HISTORY_START, HISTORY_END)
places = st.one_of(
    st.just("nation"),
    st.lists(st.sampled_from(["CA", "TX", "CT", "OR", "DC"]), min_size=1, unique=True).map(lambda one: {"states": one}),
    st.lists(st.sampled_from(["06037", "48201", "17031"]), min_size=1, unique=True).map(lambda one: {"counties": one}),
)


@st.composite
def values(draw: st.DrawFn, address: str) -> float:
    """A value that a parameter may take."""
    parameter = REGISTER[address]
    if parameter.integer:
        return draw(st.integers(int(parameter.low), int(parameter.high)))
    return draw(st.floats(parameter.low, parameter.high, allow_nan=False))


@st.composite
def changes(draw: st.DrawFn) -> dict[str, Any]:
    decision = draw(st.sampled_from(sorted(RULES)))
    change = {"decision": decision, "rule": draw(st.sampled_from(RULES[decision])), "where": draw(places)}
    start = draw(st.none() | days)
    if start:
        change["from"] = start.isoformat()
    if draw(st.booleans()):
        change["until"] = draw(
            st.dates((start or HISTORY_START) + timedelta(1), HISTORY_END + timedelta(1))
        ).isoformat()
    return change


@st.composite
def scenarios(draw: st.DrawFn) -> dict[str, Any]:
    """A plain scenario, in the form of a file."""
    addresses = draw(st.lists(st.sampled_from(sorted(REGISTER)), max_size=3, unique=True))
    swept = draw(st.lists(st.sampled_from(sorted(REGISTER)), max_size=2, unique=True))
    start, end = sorted([draw(days), draw(days)])
    scope, simulate = draw(places), draw(st.sampled_from(["offices", "alone"]))
    whole = simulate == "offices" and isinstance(scope, dict) and "counties" in scope  # is not thinned
    plain: dict[str, Any] = {
        "schema": 1,
        "name": draw(st.from_regex(r"[a-z0-9][a-z0-9-]{0,20}", fullmatch=True)),
        "title": draw(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)),
        "asks": draw(st.sampled_from(["", "What if: # 1?", "- yes\nno: 2010-01-01"])),
        "period": {"start": start.isoformat(), "end": end.isoformat()},
        "scope": scope,
        "simulate": simulate,
        "replications": draw(st.integers(1, 20)),
        "seed": draw(st.integers(0, 2**40)),
        "thin": 1 if whole else draw(st.integers(1, 100)),
        "parameters": {address: draw(values(address)) for address in addresses},
        "changes": draw(st.dictionaries(st.sampled_from(["a", "b", "null", "1"]), changes(), max_size=3)),
    }
    if swept:
        plain["sweep"] = {name: draw(st.lists(values(name), min_size=1, max_size=3, unique=True)) for name in swept}
    return plain


@quick
@given(plain=scenarios())
@pytest.mark.slow
def test_dump_then_load_gives_the_same_scenario(plain: dict[str, Any], tmp_path: Path) -> None:
    scenario = assemble(plain)
    path = tmp_path / "dumped.yaml"
    path.write_text(dump(scenario.resolved()), encoding="utf-8")
    again = load_scenario(path)
    assert again == scenario
    assert list(again.resolved().items()) == list(scenario.resolved().items())
    assert json.loads(json.dumps(scenario.resolved(), allow_nan=False)) == scenario.resolved()


@quick
@given(plain=scenarios(), data=st.data())
def test_setting_a_parameter_equals_writing_it(plain: dict[str, Any], data: st.DataObject) -> None:
    address = data.draw(st.sampled_from(sorted(REGISTER)))
    value = data.draw(values(address))
    written = {**plain, "parameters": {**plain["parameters"], address: value}}
    assert assemble(plain).with_(**{address: value}) == assemble(written)


@pytest.mark.parametrize(
    ("address", "value", "section"),
    [
        ("thin", 7, {"thin": 7}),
        ("seed", 9, {"seed": 9}),
        ("replications", 3, {"replications": 3}),
        ("scope", {"states": ["TX", "CA"]}, {"scope": {"states": ["CA", "TX"]}}),
        ("title", "Another", {"title": "Another"}),
        ("period.start", date(2011, 1, 1), {"period": {"start": date(2011, 1, 1)}}),
        ("period.end", "2011-01-01", {"period": {"end": date(2011, 1, 1)}}),
        ("changes.a.rule", "honour-trust", {"changes": {"a": {"rule": "honour-trust"}}}),
        ("changes.a.from", date(2011, 1, 1), {"changes": {"a": {"from": date(2011, 1, 1)}}}),
        ("changes.a.until", "2012-01-01", {"changes": {"a": {"until": date(2012, 1, 1)}}}),
        ("changes.a.where", {"counties": ["06037"]}, {"changes": {"a": {"where": {"counties": ["06037"]}}}}),
        (
            "changes.b",
            {"decision": "sharing", "rule": "shared", "where": "nation"},
            {"changes": {"b": {"decision": "sharing", "rule": "shared", "where": "nation"}}},
        ),
    ],
)
def test_setting_an_address_equals_writing_it_in_a_file(
    tmp_path: Path, address: str, value: object, section: dict[str, Any]
) -> None:
    base = "schema: 1\nname: base\ntitle: Base\nextends: baseline\n"
    base += "changes: {a: {decision: honour, rule: honour-none, where: nation}}\n"
    (tmp_path / "base.yaml").write_text(base, encoding="utf-8")
    written = json.dumps({"schema": 1, "name": "base", "title": "Base", "extends": "base.yaml", **section}, default=str)
    (tmp_path / "child.yaml").write_text(written, encoding="utf-8")
    assert load_scenario(tmp_path / "base.yaml").with_(**{address: value}) == load_scenario(tmp_path / "child.yaml")


@quick
@given(plain=scenarios())
def test_the_points_of_a_sweep_are_the_full_grid(plain: dict[str, Any]) -> None:
    scenario = assemble(plain)
    points = scenario.points()
    grid = list(product(*scenario.sweep.values()))
    assert [tuple(point.settings.values()) for point in points] == grid
    for point in points:
        assert point.scenario.sweep == {}
        assert point.scenario == scenario.model_copy(update={"sweep": {}}).with_(**point.settings)


def test_the_first_address_of_a_sweep_is_the_slowest() -> None:
    points = load_scenario("hold-and-opt-out").points()
    assert [tuple(point.settings.values()) for point in points[:4]] == [
        (48.0, "honour-all"),
        (48.0, "honour-trust"),
        (48.0, "honour-none"),
        (24.0, "honour-all"),
    ]
    assert points[1].scenario.parameters["detainer.hold_hours"] == 48.0
    assert points[1].scenario.changes[0].rule == "honour-trust"


def test_dates_that_are_only_right_together_can_be_swept() -> None:
    plain = load_scenario("baseline").resolved()
    plain["changes"] = {
        "a": {"decision": "sharing", "rule": "shared", "where": "nation", "from": "2010-01-01", "until": "2011-01-01"}
    }
    plain["sweep"] = {"changes.a.from": [date(2012, 1, 1)], "changes.a.until": [date(2013, 1, 1), None]}
    first, second = assemble(plain).points()
    assert first.settings == {"changes.a.from": "2012-01-01", "changes.a.until": "2013-01-01"}
    assert first.scenario.changes[0].end == date(2013, 1, 1)
    assert second.scenario.changes[0].end is None


def test_a_scenario_without_a_sweep_is_one_point() -> None:
    scenario = load_scenario("baseline")
    (point,) = scenario.points()
    assert point.settings == {} and point.scenario == scenario


def test_the_order_of_changes_is_kept_and_that_of_parameters_is_not() -> None:
    base = load_scenario("baseline").resolved()
    one = {"decision": "honour", "rule": "honour-all", "where": "nation"}
    two = {"decision": "honour", "rule": "honour-none", "where": "nation"}
    forwards = assemble({**base, "changes": {"one": one, "two": two}})
    backwards = assemble({**base, "changes": {"two": two, "one": one}})
    assert forwards != backwards
    assert json.dumps(forwards.resolved()) != json.dumps(backwards.resolved())
    turned = assemble({**base, "parameters": dict(reversed(base["parameters"].items()))})
    assert json.dumps(turned.resolved()) == json.dumps(assemble(base).resolved())


@pytest.mark.parametrize(
    ("address", "value", "message"),
    [
        ("detainer.hold_hour", 1, "detainer.hold_hour: unknown address; did you mean 'detainer.hold_hours'"),
        ("detainer.hold_hours", -1, "parameters.detainer.hold_hours: -1 is outside the range"),
        ("thin", 0, "thin: 0 is not possible"),
        ("period.end", date(2016, 1, 1), "period.end: 2016-01-01 lies outside the history"),
        ("scope", {"states": ["XX"]}, "scope.states.0: unknown state 'XX'"),
        ("changes.x.rule", "honour-all", "changes.x.rule: unknown change 'x'; allowed: none"),
        ("changes.x", {"decision": "honour"}, "changes.x.rule: is missing"),
        ("changes.x", {"rul": "honour"}, "changes.x.rul: unknown key"),
        ("extends", "other", "extends: unknown address"),
        ("name", "Not a name", "name: 'Not a name' is not a name"),
    ],
)
def test_setting_is_checked(address: str, value: object, message: str) -> None:
    with pytest.raises(InputError) as raised:
        load_scenario("baseline").with_(**{address: value})
    assert message in str(raised.value)


def test_known_addresses_can_all_be_set_to_what_they_are() -> None:
    scenario = load_scenario("null")
    plain = scenario.resolved()
    for address in known_addresses(plain):
        if address in REGISTER:
            value: Any = scenario.parameters[address]
        elif address == "ensemble":
            value = 1  # what the baseline, and so this scenario, starts from
        elif address in DATA_ADDRESSES or address.startswith("history."):
            value = value_at(plain, address)
        else:
            value = plain
            for step in address.split("."):
                value = value.get(step)
        assert scenario.with_(**{address: value}) == scenario


def test_a_dump_is_plain_yaml() -> None:
    text = dump(load_scenario("hold-and-opt-out").resolved())
    assert read_yaml("dumped.yaml", text=text).data == load_scenario("hold-and-opt-out").resolved()


junk = st.one_of(
    st.sampled_from([None, True, [], {}, "", "~", -1, 0, 2.5, 10**30, "2010-01-01", "nation", ["CA"], [[]], {"a": 1}]),
    st.sampled_from([{"states": 1}, {"counties": [6037]}, {"kind": "states"}, {"states": ["CA"], "counties": []}]),
).map(deepcopy)


def paths(value: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the way to everything inside a plain value, the long list of parameters left out."""
    if path == ("parameters",):
        value = {"detainer.hold_hours": 48} if isinstance(value, dict) and "detainer.hold_hours" in value else None
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path] * bool(path) + [one for step, item in inside for one in paths(item, (*path, step))]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
@pytest.mark.slow
def test_whatever_is_written_is_a_scenario_or_one_line_a_mistake(data: st.DataObject, tmp_path: Path) -> None:
    plain = {**load_scenario("hold-and-opt-out").resolved(), "extends": "refusal"}
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(paths(plain)))
        parent: Any = plain
        for step in path[:-1]:
            parent = parent[step]
        if data.draw(st.booleans()) and isinstance(parent, dict):
            parent[data.draw(st.sampled_from(["", "x", "changes", "rule", "from", "kind", "a.b"]))] = data.draw(junk)
        else:
            parent[path[-1]] = data.draw(junk)
    file = tmp_path / "junk.yaml"
    file.write_text(json.dumps(plain), encoding="utf-8")
    try:
        scenario = load_scenario(file)
    except InputError as error:
        lines = str(error).splitlines()
        assert len(lines) == len(error.errors) and all(line.startswith(str(file)) for line in lines)
    else:
        assert assemble(scenario.resolved()) == scenario

"""Scenario files: what they resolve to, what `extends` does, and what each mistake says."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from enforcement_sim.codes import LEVERS
from enforcement_sim.errors import InputError
from enforcement_sim.law.rules import DECISIONS
from enforcement_sim.law.where import Where
from enforcement_sim.parameters.register import load_register
from enforcement_sim.scenarios.file_format import ALL_DECISIONS
from enforcement_sim.scenarios.load import load_scenario
from enforcement_sim.scenarios.schema import Scenario

PLAN = """\
schema: 1
name: plan
extends: baseline
period: {start: 2010-10-01, end: 2011-09-30}
scope: {states: [CT, CA]}
parameters:
  detainer.hold_hours: 72
changes:
  decline:
    decision: honour
    rule: honour-none
    where: {counties: ["06037"]}
    from: 2011-01-01
    until: 2011-06-01
sweep:
  detainer.hold_hours: [24, 48]
  changes.decline.rule: [honour-all, honour-trust, honour-none]
"""


def write(folder: Path, text: str, name: str = "plan.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def error_of(path: Path) -> str:
    with pytest.raises(InputError) as raised:
        load_scenario(path)
    message = str(raised.value)
    assert len(message.splitlines()) == len(raised.value.errors)
    return message.replace(f"{path.parent}/", "")


def test_levers_have_the_history_of_the_set_that_a_scenario_starts_from(tmp_path: Path) -> None:
    """Whatever it or what it extends sets, unless `history` says otherwise; a set has its own."""
    crews, hold = "pickup.crew_capacity", "detainer.hold_hours"
    baseline = load_scenario("baseline")
    assert baseline.history == {address: baseline.parameters[address] for address in load_register().levers}
    scenario = load_scenario(write(tmp_path, PLAN))
    assert (scenario.parameters[hold], scenario.history[hold]) == (72.0, 48.0)
    assert all(point.scenario.history == baseline.history for point in scenario.points())
    later = load_scenario(
        write(tmp_path, f"schema: 1\nname: later\nextends: plan.yaml\nhistory: {{{hold}: 0}}\n", "l.yaml")
    )
    assert (later.parameters[hold], later.history) == (72.0, baseline.history | {hold: 0.0})
    other = later.with_(ensemble=3)
    assert other.history[crews] == load_scenario("baseline").with_(ensemble=3).parameters[crews] != later.history[crews]
    assert other.history[hold] == 0.0


def test_what_is_no_lever_has_no_history(tmp_path: Path) -> None:
    text = PLAN + "history:\n  detainer.hold_hours: 900\n  pickup.delay_hours_median: 20\n  detainer.hold_hour: 3\n"
    first, second, third = error_of(write(tmp_path, text)).splitlines()
    assert first.startswith("plan.yaml:19: history.detainer.hold_hours: 900 is outside the range")
    assert "plan.yaml:20: history.pickup.delay_hours_median: is no lever, so it has one value throughout" in second
    assert "detainer.hold_hours" in second
    assert "plan.yaml:21: history.detainer.hold_hour: unknown parameter" in third and "detainer.hold_hours" in third


def test_a_file_is_resolved(tmp_path: Path) -> None:
    scenario = load_scenario(write(tmp_path, PLAN))
    assert scenario.name == scenario.title == "plan"
    assert (scenario.period_start, scenario.period_end) == (date(2010, 10, 1), date(2011, 9, 30))
    # Places are sorted, so that two ways of writing one scope are one scope.
    assert scenario.scope == Where(kind="states", members=("CA", "CT"))
    assert scenario.parameters == {**load_scenario("baseline").parameters, "detainer.hold_hours": 72.0}
    (change,) = scenario.changes
    assert (change.name, change.decision, change.rule) == ("decline", "honour", "honour-none")
    assert change.where == Where(kind="counties", members=("06037",))
    assert (change.start, change.end) == (date(2011, 1, 1), date(2011, 6, 1))
    # From the baseline that it extends.
    assert scenario.replications == load_scenario("baseline").replications


def test_a_county_is_named_or_coded(tmp_path: Path) -> None:
    named = PLAN.replace('"06037"', '"Los Angeles, CA", "Dade, Florida"')
    coded = PLAN.replace('"06037"', '"12086", "06037"')
    found = load_scenario(write(tmp_path, named))
    assert found == load_scenario(write(tmp_path, coded))
    assert found.with_(scope={"counties": ["Wake, NC"]}).scope.members == ("37183",)


def test_every_decision_of_the_law_and_every_lever_can_be_changed() -> None:
    assert set(ALL_DECISIONS) == {*DECISIONS, *LEVERS}


def test_the_version_of_the_format_may_be_left_out(tmp_path: Path) -> None:
    assert load_scenario(write(tmp_path, PLAN.replace("schema: 1\n", ""))) == load_scenario(write(tmp_path, PLAN))


def test_an_extending_file_wins_key_by_key(tmp_path: Path) -> None:
    write(tmp_path, PLAN, "base.yaml")
    child = """\
schema: 1
name: child
extends: base.yaml
period: {end: 2011-12-31}
parameters: {detainer.issue_if_covered: 0.5}
changes:
  decline: {rule: honour-trust, until: null}
  share: {decision: sharing, rule: not-shared, where: nation}
sweep: {thin: [1, 2]}
"""
    scenario = load_scenario(write(tmp_path, child, "child.yaml"))
    assert (scenario.period_start, scenario.period_end) == (date(2010, 10, 1), date(2011, 12, 31))
    assert scenario.parameters["detainer.hold_hours"] == 72
    assert scenario.parameters["detainer.issue_if_covered"] == 0.5
    assert [(change.name, change.rule, change.end) for change in scenario.changes] == [
        ("decline", "honour-trust", None),
        ("share", "not-shared", None),
    ]
    assert scenario.sweep == {"thin": (1, 2)}


def test_a_path_is_taken_from_the_folder_of_the_file_that_extends(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    write(tmp_path, PLAN, "base.yaml")
    path = write(tmp_path / "inner", "schema: 1\nname: child\nextends: ../base.yaml\n", "child.yaml")
    assert load_scenario(path).sweep == load_scenario(tmp_path / "base.yaml").sweep


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        # keys and types
        ("name: plan", "nam: plan", "plan.yaml:2: nam: unknown key; allowed: schema, name, title"),
        ("name: plan", "nam: plan", "did you mean 'name'?"),
        ("name: plan\n", "", "plan.yaml:1: name: is missing"),
        ("schema: 1", "schema: 2", "plan.yaml:1: schema: unknown schema 2; allowed: 1"),
        ("name: plan", "name: My plan", "plan.yaml:2: name: 'My plan' is not a name; allowed: small letters"),
        ("name: plan", "name: 5", "plan.yaml:2: name: expected text, found 5"),
        ("name: plan", f"name: {'x' * 61}", "plan.yaml:2: name: longer than 60 characters"),
        ("name: plan", "name: plan\ntitle: [a]", "plan.yaml:3: title: expected text, found a list"),
        ("name: plan", "name: plan\nname: other", "plan.yaml:3: name: key written twice (first on line 2)"),
        ("name: plan", "name: plan\nreplications: 0", "plan.yaml:3: replications: 0 is not possible; allowed: a whole"),
        (
            "name: plan",
            "name: plan\nreplications: two",
            "plan.yaml:3: replications: expected a whole number, found 'two'",
        ),
        (
            "name: plan",
            "name: plan\nreplications: 2.5",
            "plan.yaml:3: replications: expected a whole number, found 2.5",
        ),
        (
            "name: plan",
            "name: plan\nreplications: 99999",
            "replications: 99999 is not possible; allowed: a whole number, 1 to 10000",
        ),
        (
            "name: plan",
            "name: plan\nthin: 0",
            "plan.yaml:3: thin: 0 is not possible; allowed: a whole number, 1 to 10000",
        ),
        ("name: plan", "name: plan\nseed: -1", "plan.yaml:3: seed: -1 is not possible"),
        ("name: plan", "name: plan\nseed: true", "plan.yaml:3: seed: expected a whole number, found True"),
        # period
        ("2010-10-01", "2010-02-30", "plan.yaml:4: period.start: 2010-02-30 is not a day of the calendar"),
        ("2010-10-01", "'2010-02-30'", "plan.yaml:4: period.start: 2010-02-30 is not a day of the calendar"),
        ("2010-10-01", "soon", "plan.yaml:4: period.start: expected a date such as 2010-06-30, found 'soon'"),
        (
            "2010-10-01",
            "2005-09-30",
            "period.start: 2005-09-30 lies outside the history; allowed: 2005-10-01 to 2014-12-31",
        ),
        ("2011-09-30", "2015-01-01", "plan.yaml:4: period.end: 2015-01-01 lies outside the history"),
        (
            "2011-09-30",
            "2010-09-30",
            "plan.yaml:4: period: the period ends on 2010-09-30, before it starts on 2010-10-01",
        ),
        (
            "{start: 2010-10-01, end",
            "{begin: 2010-10-01, end",
            "plan.yaml:4: period.begin: unknown key; allowed: start, end",
        ),
        (
            "period: {start: 2010-10-01, end: 2011-09-30}",
            "period: 2010",
            "plan.yaml:4: period: expected 'key: value' lines",
        ),
        # places
        (
            "{states: [CT, CA]}",
            "nations",
            "plan.yaml:5: scope: expected some places; allowed: nation, {states: [CA, TX]}",
        ),
        (
            "{states: [CT, CA]}",
            "{state: [CA]}",
            "scope.state: unknown key; allowed: states, counties; did you mean 'states'?",
        ),
        ("[CT, CA]", "[]", "plan.yaml:5: scope.states: expected a list such as [CA, TX]"),
        ("[CT, CA]", "CA", "plan.yaml:5: scope.states: expected a list such as [CA, TX]"),
        ("[CT, CA]", "[CT, XX]", "plan.yaml:5: scope.states.1: unknown state 'XX'; allowed: postal codes of the fifty"),
        (
            "[CT, CA]",
            "[ca]",
            "scope.states.0: unknown state 'ca'; allowed: postal codes of the fifty states and DC; did you mean 'CA'?",
        ),
        ("[CT, CA]", "[Conecticut]", "did you mean 'CT'?"),
        ("[CT, CA]", "[CT, CT]", "plan.yaml:5: scope.states.1: CT is written twice"),
        ("[CT, CA]", "[CT, 5]", "plan.yaml:5: scope.states.1: expected text, found 5"),
        ('"06037"', '"06999"', "plan.yaml:12: changes.decline.where.counties.0: unknown county '06999'"),
        (
            '"06037"',
            "06037",
            "plan.yaml:12: changes.decline.where.counties.0: 06037 begins with a zero; write a code in",
        ),
        ('"06037"', "48201", 'plan.yaml:12: changes.decline.where.counties.0: write a county code in quotes: "48201"'),
        ('"06037"', "Los Angeles", "did you mean '06037 (Los Angeles County, CA)'?"),
        (
            '"06037"',
            '"06o37"',
            "unknown county '06o37'; allowed: names with their states or five-digit FIPS codes, in quotes: \"Wake, NC\" or "
            '"37183"; did you mean \'06037 (Los',
        ),
        (
            '"06037"',
            '"Mecklenburg"',
            "did you mean '37119 (Mecklenburg County, NC)' or '51117 (Mecklenburg County, VA)'?",
        ),
        ('"06037"', '"06037", "Los Angeles, CA"', "'Los Angeles, CA' is 06037, which is written twice"),
        ('"06037"', '"09110"', "09110 is Capitol Planning Region, CT, of 2022-06-06, which follows other lines"),
        # parameters
        (
            "detainer.hold_hours: 72",
            "detainer.hold_hour: 72",
            "plan.yaml:7: parameters.detainer.hold_hour: unknown parameter",
        ),
        ("detainer.hold_hours: 72", "detainer.hold_hour: 72", "did you mean 'detainer.hold_hours'?"),
        (
            "hold_hours: 72",
            "hold_hours: -1",
            "plan.yaml:7: parameters.detainer.hold_hours: -1 is outside the range; allowed: ",
        ),
        ("hold_hours: 72", "hold_hours: '72'", "plan.yaml:7: parameters.detainer.hold_hours: '72' is not a number"),
        ("\n  detainer.hold_hours: 72", " [72]", "plan.yaml:6: parameters: expected 'key: value' lines, found a list"),
        # changes
        (
            "decision: honour",
            "decision: honor",
            "plan.yaml:10: changes.decline.decision: unknown decision 'honor'; allowed: detainer",
        ),
        ("decision: honour", "decision: honor", "did you mean 'honour'?"),
        ("    decision: honour\n", "", "plan.yaml:9: changes.decline.decision: is missing"),
        ("    rule: honour-none\n", "", "plan.yaml:9: changes.decline.rule: is missing"),
        ('    where: {counties: ["06037"]}\n', "", "plan.yaml:9: changes.decline.where: is missing"),
        (
            "rule: honour-none",
            "rule: honour-nobody",
            "plan.yaml:11: changes.decline.rule: 'honour-nobody' does not answer 'honour'",
        ),
        (
            "rule: honour-none",
            "rule: screen-universal",
            "'screen-universal' does not answer 'honour'; allowed: honour-all",
        ),
        (
            "decision: honour",
            "decision: sharing",
            "does not answer 'sharing'; allowed: as-scheduled, shared, not-shared",
        ),
        (
            "from: 2011-01-01",
            "form: 2011-01-01",
            "plan.yaml:13: changes.decline.form: unknown key; allowed: decision, rule",
        ),
        ("from: 2011-01-01", "form: 2011-01-01", "did you mean 'from'?"),
        (
            "from: 2011-01-01",
            "from: 1999-01-01",
            "plan.yaml:13: changes.decline.from: 1999-01-01 lies outside the history",
        ),
        (
            "until: 2011-06-01",
            "until: 2015-01-02",
            "plan.yaml:14: changes.decline.until: 2015-01-02 lies outside the history",
        ),
        (
            "until: 2011-06-01",
            "until: 2011-01-01",
            "plan.yaml:9: changes.decline: ends on 2011-01-01, not after it begins",
        ),
        ("  decline:\n", "  Decline it:\n", "plan.yaml:9: changes.Decline it: 'Decline it' is not a name"),
        # sweep
        (PLAN[PLAN.index("sweep:") :], "sweep: {}\n", "plan.yaml:15: sweep: the sweep is empty"),
        (PLAN[PLAN.index("sweep:") :], "sweep:\n", "plan.yaml:15: sweep: the sweep is empty"),
        ("[24, 48]", "[]", "plan.yaml:16: sweep.detainer.hold_hours: the list of values is empty"),
        (
            "[24, 48]",
            "48",
            "plan.yaml:16: sweep.detainer.hold_hours: cannot read 48; allowed: a list such as [24, 48, 96]",
        ),
        ("[24, 48]", "[24, 9999]", "plan.yaml:16: sweep.detainer.hold_hours.1: 9999 is outside the range"),
        ("[24, 48]", "[24, long]", "plan.yaml:16: sweep.detainer.hold_hours.1: 'long' is not a number"),
        ("[24, 48]", "[24, 24]", "plan.yaml:16: sweep.detainer.hold_hours.1: 24.0 is written twice"),
        (
            "detainer.hold_hours: [",
            "detainer.hold_houres: [",
            "sweep.detainer.hold_houres: unknown address; did you mean 'detainer.hold_hours'",
        ),
        (
            "detainer.hold_hours: [24",
            "parameters.detainer.hold_hours: [24",
            "unknown address; did you mean 'detainer.hold_hours'?",
        ),
        (
            "changes.decline.rule:",
            "changes.declin.rule:",
            "plan.yaml:17: sweep.changes.declin.rule: unknown change 'declin'; allowed: decline",
        ),
        (
            "changes.decline.rule:",
            "changes.decline.rul:",
            "sweep.changes.decline.rul: unknown address; allowed: decision, rule",
        ),
        (
            "honour-trust, ",
            "honour-trusty, ",
            "plan.yaml:17: sweep.changes.decline.rule.1: 'honour-trusty' does not answer 'honour'",
        ),
        (
            "detainer.hold_hours: [24, 48]",
            "seed: [1, 2]",
            "plan.yaml:16: sweep.seed: cannot be swept; replications already vary the seed",
        ),
        ("detainer.hold_hours: [24, 48]", "title: [a, b]", "plan.yaml:16: sweep.title: cannot be swept"),
        ("detainer.hold_hours: [24, 48]", "thin: [1, 0]", "plan.yaml:16: sweep.thin.1: 0 is not possible"),
        (
            "detainer.hold_hours: [24, 48]",
            "period.start: [2010-10-01, 2012-01-01]",
            "plan.yaml:15: sweep: the point period.start = 2012-01-01",
        ),
        (
            "detainer.hold_hours: [24, 48]",
            f"thin: {list(range(1, 9999))}",
            "sweep.changes.decline.rule: the grid has more than 10,000 points",
        ),
        # extends
        (
            "extends: baseline",
            "extends: baselin",
            "plan.yaml:3: extends: no shipped scenario 'baselin'; allowed: baseline, ",
        ),
        ("extends: baseline", "extends: baselin", "did you mean 'baseline'?"),
        ("extends: baseline", "extends: other.yaml", "plan.yaml:3: extends: no such file other.yaml"),
        (
            "extends: baseline",
            "extends: plan.yaml",
            "plan.yaml:3: extends: extends itself in a circle: plan.yaml -> plan.yaml",
        ),
        ("extends: baseline", "extends: 5", "plan.yaml:3: extends: expected a name or a path"),
        ("extends: baseline", f"extends: {'a' * 300}.yaml", "(305 characters) is not the name of a file"),
        ("extends: baseline", 'extends: "a\\0.yaml"', "plan.yaml:3: extends: "),
        ("extends: baseline", 'extends: "\\ud800.yaml"', "plan.yaml:3: broken YAML: while parsing a quoted scalar"),
        ("extends: baseline", "extends: ~nobody-of-this-name/x.yaml", "plan.yaml:3: extends: "),
        # the file itself
        ("scope: {", "scope: [", "plan.yaml:5: broken YAML: "),
    ],
)
@pytest.mark.slow
def test_a_mistake_is_one_line_with_file_line_and_key(tmp_path: Path, old: str, new: str, message: str) -> None:
    """One mistake is one line: nothing is said of what only follows from it."""
    assert old in PLAN
    said = error_of(write(tmp_path, PLAN.replace(old, new, 1)))
    assert message in said
    # A change of another name is not the one that is swept; the rules swept do not answer another decision either.
    assert len(said.splitlines()) == {"  Decline it:\n": 2, "decision: sharing": 4}.get(new, 1)


def test_a_circle_of_two_files(tmp_path: Path) -> None:
    write(tmp_path, "schema: 1\nname: b\nextends: a.yaml\n", "b.yaml")
    path = write(tmp_path, "schema: 1\nname: a\nextends: b.yaml\n", "a.yaml")
    assert error_of(path) == "b.yaml:3: extends: extends itself in a circle: a.yaml -> b.yaml -> a.yaml"


def test_an_error_names_the_file_that_wrote_the_value(tmp_path: Path) -> None:
    write(tmp_path, PLAN.replace("[24, 48]", "[24, 9999]"), "base.yaml")
    child = write(tmp_path, "schema: 1\nname: child\nextends: base.yaml\n", "child.yaml")
    assert error_of(child).startswith("base.yaml:16: sweep.detainer.hold_hours.1")


def test_an_error_of_two_files_together_names_the_one_that_extends(tmp_path: Path) -> None:
    write(tmp_path, PLAN, "base.yaml")
    child = write(tmp_path, "schema: 1\nname: child\nextends: base.yaml\nperiod: {start: 2012-01-01}\n", "child.yaml")
    assert error_of(child).startswith("child.yaml:4: period: the period ends on 2011-09-30, before it starts on")


@pytest.mark.parametrize("ref", ["basline", "Baseline"])
def test_a_misspelt_shipped_name_finds_the_nearest(ref: str) -> None:
    with pytest.raises(InputError, match="did you mean 'baseline'"):
        load_scenario(ref)


def test_a_missing_file_finds_the_nearest(tmp_path: Path) -> None:
    write(tmp_path, PLAN)
    with pytest.raises(InputError, match=r"plam\.yaml: no such file; did you mean 'plan\.yaml'\?"):
        load_scenario(tmp_path / "plam.yaml")


def test_empty_and_binary_files(tmp_path: Path) -> None:
    assert error_of(write(tmp_path, "")) == "plan.yaml: the file is empty"
    path = tmp_path / "plan.yaml"
    path.write_bytes(bytes(range(256)))
    assert error_of(path) == "plan.yaml: not a text file in UTF-8"


def test_a_scenario_does_not_change() -> None:
    scenario = load_scenario("baseline")
    with pytest.raises(ValueError, match="frozen"):
        scenario.thin = 2  # type: ignore[misc]
    assert isinstance(scenario, Scenario)

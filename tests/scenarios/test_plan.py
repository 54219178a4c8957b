"""The ``design`` section and the rule that ends replications: what they resolve to, and what each mistake says."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from enforcement_sim.errors import InputError
from enforcement_sim.parameters.register import load_register
from enforcement_sim.runs.design import design_of
from enforcement_sim.runs.provenance import run_id
from enforcement_sim.scenarios.address import dump, plain_value
from enforcement_sim.scenarios.json_schema import json_schema
from enforcement_sim.scenarios.load import load_scenario
from enforcement_sim.scenarios.plan import Choices, Range
from enforcement_sim.scenarios.schema import assemble
from enforcement_sim.yaml_lines import read_yaml

PLAN = """\
schema: 1
name: plan
extends: baseline
replications: {at_least: 4, at_most: 32, until: {measure: removed, half_width: 50}}
changes:
  decline: {decision: honour, rule: honour-none, where: {states: [CT]}, from: 2011-01-01, until: 2012-01-01}
design:
  levers:
    method: latin-hypercube
    draws: 16
    values:
      detainer.hold_hours: {from: 24, to: 96}
      changes.decline.rule: [honour-all, honour-none]
      changes.decline.from: {from: 2010-01-01, to: 2011-06-30}
  uncertainties:
    method: sobol
    draws: 32
    seed: 5
    values:
      pickup.crew_capacity: register
      hold.counts_weekends: [0, 1]
      pickup.delay_hours_median: {from: 6, to: 48}
  together: crossed
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


def test_a_design_is_resolved(tmp_path: Path) -> None:
    scenario = load_scenario(write(tmp_path, PLAN))
    assert scenario.design is not None and scenario.stopping is not None
    levers, uncertainties = scenario.design.levers, scenario.design.uncertainties
    assert levers is not None and uncertainties is not None
    assert levers.values == {
        "detainer.hold_hours": Range(low=24.0, high=96.0, whole=True),
        "changes.decline.rule": Choices(values=("honour-all", "honour-none")),
        "changes.decline.from": Range(low=date(2010, 1, 1), high=date(2011, 6, 30)),
    }
    crews = load_register()["pickup.crew_capacity"]
    assert uncertainties.values["pickup.crew_capacity"] == Range(low=crews.low, high=crews.high)
    assert uncertainties.values["hold.counts_weekends"] == Choices(values=(0.0, 1.0))
    assert (levers.draws, levers.seed, uncertainties.draws, uncertainties.seed) == (16, 1, 32, 5)
    # The most there may be is what everybody else is told.
    assert scenario.replications == scenario.stopping.at_most == 32
    assert (scenario.stopping.at_least, scenario.stopping.step, scenario.stopping.of) == (4, 4, "difference")


def test_a_design_survives_dumping_json_and_setting(tmp_path: Path) -> None:
    scenario = load_scenario(write(tmp_path, PLAN))
    dumped = write(tmp_path, dump(scenario.resolved()), "dumped.yaml")
    assert load_scenario(dumped) == scenario
    assert json.loads(json.dumps(scenario.resolved())) == scenario.resolved()
    changed = scenario.with_(**{"detainer.issue_if_covered": 0.5})
    assert (changed.design, changed.stopping) == (scenario.design, scenario.stopping)
    assert scenario.with_(replications=3).stopping is None
    assert scenario.without_design.resolved().keys().isdisjoint({"design", "sweep"})
    # A design says which runs there are, not what happens in one.
    assert run_id(scenario, 1, "e") == run_id(scenario.without_design, 1, "e")


def test_the_later_of_sweep_and_design_replaces_the_other(tmp_path: Path) -> None:
    write(tmp_path, PLAN, "base.yaml")
    swept = "schema: 1\nname: child\nextends: base.yaml\nsweep: {thin: [1, 2]}\n"
    child = load_scenario(write(tmp_path, swept, "child.yaml"))
    assert child.design is None and child.sweep == {"thin": (1, 2)}
    back = "schema: 1\nname: grandchild\nextends: child.yaml\ndesign: {levers: {values: {thin: [1, 3]}}}\n"
    grandchild = load_scenario(write(tmp_path, back, "grandchild.yaml"))
    assert grandchild.sweep == {} and grandchild.design is not None
    assert grandchild.design.written() == {"levers": {"method": "grid", "values": {"thin": [1, 3]}}}


@pytest.mark.slow
def test_the_schema_for_editors_takes_the_same(tmp_path: Path) -> None:
    plain = plain_value(read_yaml(write(tmp_path, PLAN)).data)
    jsonschema.validate(plain, json_schema())
    for part, wrong in (
        ("levers", {"method": "saltelli"}),
        ("uncertainties", {"draws": 0}),
        ("uncertainties", {"values": {"changes.decline.rule": ["honour-all"]}}),
        ("uncertainties", {"values": {"pickup.crew_capacity": 3}}),
    ):
        broken = json.loads(json.dumps(plain))
        broken["design"][part] |= wrong
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(broken, json_schema())


CREWS = "pickup.crew_capacity: register"
MISTAKES = [
    ("levers:\n    m", "lever:\n    m", ":8: design.lever: unknown key; allowed: levers, uncertainties, together"),
    ("method: sobol", "methods: sobol", ":16: design.uncertainties.methods: unknown key; allowed: method, draws, seed"),
    ("method: sobol", "method: sobel", "unknown method 'sobel'; allowed: grid, one-at-a-time, rows, latin-hypercube"),
    ("method: sobol\n    ", "", ":15: design.uncertainties.method: is missing; allowed: grid, one-at-a-time, rows"),
    (
        "method: latin-hypercube",
        "method: saltelli",
        ":9: design.levers.method: unknown method 'saltelli'; allowed: grid, one-at-a-time, rows",
    ),
    ("draws: 32", "draws: 33", ":17: design.uncertainties.draws: 33 is not a power of two, and other numbers of sobol"),
    ("draws: 32", "draws: 33", "lose their balance; allowed: 32 or 64"),
    ("draws: 32\n    ", "", ":15: design.uncertainties.draws: the method sobol needs draws"),
    (
        "draws: 32",
        "draws: 0",
        ":17: design.uncertainties.draws: 0 is not possible; allowed: a whole number, 1 to 10000",
    ),
    (
        "method: sobol\n    draws: 32\n    seed: 5",
        "method: grid",
        "values.pickup.crew_capacity: cannot read 'register'; allowed: a list such as [24, 48, 96]; ranges are for",
    ),
    ("method: sobol", "method: grid", ":17: design.uncertainties.draws: the method grid has no use for draws"),
    (
        "together: crossed",
        "together: mixed",
        ":23: design.together: unknown together 'mixed'; allowed: crossed, matched",
    ),
    ("  together: crossed\n", "", "design.together: levers and uncertainties are there, and nothing says how they go"),
    ("together: crossed", "together: matched", "matched are one sample: same method, draws and seed"),
    (
        CREWS,
        "pickup.crew: register",
        ":20: design.uncertainties.values.pickup.crew: is not a parameter of the register",
    ),
    (CREWS, "pickup.crew: register", "what somebody chooses is a lever; did you mean 'pickup.crew_capacity'?"),
    (CREWS, "thin: [1, 2]", ":20: design.uncertainties.values.thin: is not a parameter of the register"),
    (CREWS, "status.in_ident: register", "did you mean 'status.in_ident.us_born'?"),
    (
        CREWS,
        "detainer.hold_hours: register",
        ":20: design.uncertainties.values.detainer.hold_hours: is a lever here too",
    ),
    (CREWS, "pickup.crew_capacity:", "crew_capacity: cannot read None; allowed: a list such as [24, 48, 96], a range"),
    (CREWS, "pickup.crew_capacity: []", "crew_capacity: the list of values is empty"),
    (
        CREWS,
        "pickup.crew_capacity: [0.1, 0.1]",
        ":20: design.uncertainties.values.pickup.crew_capacity.1: 0.1 is written",
    ),
    (CREWS, "pickup.crew_capacity: [0.1, 7]", "crew_capacity.1: 7 is outside the range; allowed: a number from 0.01"),
    (CREWS, "pickup.crew_capacity: {from: 0.1}", "crew_capacity.to: is missing"),
    (CREWS, "pickup.crew_capacity: {from: 0.1, too: 1}", "crew_capacity.too: unknown key; allowed: from, to"),
    (
        "from: 6, to: 48",
        "from: 48, to: 6",
        ":22: design.uncertainties.values.pickup.delay_hours_median: the range ends at",
    ),
    ("from: 6, to: 48", "from: 1, to: 48", "delay_hours_median.from: 1 is outside the range; allowed: a number from 2"),
    (
        "from: 24, to: 96",
        "from: 24.5, to: 96",
        ":12: design.levers.values.detainer.hold_hours.from: 24.5 is not a whole",
    ),
    ("from: 2010-01-01, to", "from: 5, to", ":14: design.levers.values.changes.decline.from.from: 5 is not a date"),
    ("to: 2011-06-30", "to: 2012-06-30", ":11: design.levers.values: the point changes.decline.rule = honour-all"),
    ("to: 2011-06-30", "to: 2015-06-30", ":14: design.levers.values.changes.decline.from.to: 2015-06-30 lies outside"),
    (
        "[honour-all, honour-none]",
        "[honour-all, honor]",
        ":13: design.levers.values.changes.decline.rule.1: 'honor' does",
    ),
    ("[honour-all, honour-none]", "{from: 1, to: 2}", "changes.decline.rule has no ranges; write a list of values"),
    (
        "changes.decline.rule: [",
        "changes.declin.rule: [",
        ":13: design.levers.values.changes.declin.rule: unknown change",
    ),
    ("detainer.hold_hours: {from: 24, to: 96}", "seed: [1, 2]", ":12: design.levers.values.seed: cannot be swept"),
    (
        "design:",
        "sweep: {thin: [1, 2]}\ndesign:",
        ":8: design: a sweep is a design with a grid of levers; write one of",
    ),
    ("draws: 16", "draws: 4000", ":7: design: the design has 128,032 settings, more than 10,000"),
    (
        "half_width: 50",
        "half_width: 0",
        ":4: replications.until.half_width: 0 is not possible; allowed: a number, above 0",
    ),
    ("half_width: 50", "half_width: few", "replications.until.half_width: expected a number, found 'few'"),
    (
        "half_width: 50",
        "half_width: 50, off: level",
        "replications.until.off: unknown key; allowed: measure, half_width, of",
    ),
    ("half_width: 50", "half_width: 50, of: levels", "unknown of 'levels'; allowed: difference, level; did you mean"),
    ("at_most: 32, ", "", ":4: replications.at_most: is missing"),
    (
        "at_most: 32",
        "at_most: 3",
        ":4: replications.at_most: at most 3, but at least 4; allowed: a whole number from 4",
    ),
    ("at_least: 4", "at_leas: 4", ":4: replications.at_leas: unknown key; allowed: at_least, at_most, step, until"),
]


@pytest.mark.parametrize(("old", "new", "message"), MISTAKES)
def test_a_mistake_is_one_line_with_its_place(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert PLAN.count(old) == 1
    told = error_of(write(tmp_path, PLAN.replace(old, new)))
    assert message in told, told


def test_nothing_varying_is_a_mistake(tmp_path: Path) -> None:
    head = PLAN.partition("design:")[0]
    assert "design: nothing varies; allowed: levers, uncertainties or both" in error_of(
        write(tmp_path, head + "design: {}")
    )
    assert "design: nothing varies" in error_of(write(tmp_path, head + "design:\n"))
    alone = head + "design: {levers: {values: {thin: [1, 2]}}, together: crossed}\n"
    assert "design.together: only levers vary, so there is nothing to put together" in error_of(write(tmp_path, alone))


ROWS = """\
schema: 1
name: rows
extends: baseline
design:
  uncertainties:
    rows:
      - {pickup.crew_capacity: 0.02, hold.counts_weekends: 0}
      - {pickup.crew_capacity: 0.1, hold.counts_weekends: 1}
"""


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("0.1,", "7,", ":8: design.uncertainties.rows.1.pickup.crew_capacity: 7 is outside the range"),
        (", hold.counts_weekends: 1}", "}", ":8: design.uncertainties.rows.1: has no hold.counts_weekends, which the"),
        ("weekends: 1}", "weekends: 1, thin: 2}", ":8: design.uncertainties.rows.1.thin: is not in the first row"),
        (
            "0.1, hold.counts_weekends: 1",
            "0.02, hold.counts_weekends: 0",
            ":8: design.uncertainties.rows.1: this row is",
        ),
        (
            "    rows:",
            "    method: sobol\n    draws: 4\n    rows:",
            ":5: design.uncertainties.values: the method sobol needs",
        ),
        (
            "    rows:",
            "    draws: 4\n    rows:",
            ":6: design.uncertainties.draws: the method rows has no use for draws",
        ),
    ],
)
def test_mistakes_in_rows(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert load_scenario(write(tmp_path, ROWS)).design is not None
    told = error_of(write(tmp_path, ROWS.replace(old, new)))
    assert message in told, told


def plan_of(**design: Any) -> dict[str, Any]:
    return {"schema": 1, "name": "plan", "design": design}


@pytest.mark.parametrize(
    ("levers", "uncertainties", "message"),
    [
        (
            {"values": {"detainer.hold_hours": [24, 48, 96]}},
            {"method": "sobol", "draws": 4, "values": {"pickup.crew_capacity": "register"}},
            "3 policies cannot be matched with 4 draws row by row; allowed: the same number of both, or crossed",
        ),
        (
            {"method": "one-at-a-time", "values": {"detainer.hold_hours": [24, 96]}},
            {"method": "sobol", "draws": 2, "values": {"pickup.crew_capacity": "register"}},
            "the rows of one-at-a-time belong together; allowed: crossed",
        ),
        (
            {"values": {"detainer.hold_hours": [24, 96]}},
            {"method": "saltelli", "draws": 2, "values": {"pickup.crew_capacity": "register"}},
            "the rows of saltelli belong together; allowed: crossed",
        ),
    ],
)
def test_what_cannot_be_matched(levers: dict[str, Any], uncertainties: dict[str, Any], message: str) -> None:
    assemble(plan_of(levers=levers, uncertainties=uncertainties, together="crossed"))
    with pytest.raises(InputError, match=r"design\.together") as raised:
        assemble(plan_of(levers=levers, uncertainties=uncertainties, together="matched"))
    assert message in str(raised.value)


DOCS = Path(__file__).parents[2] / "docs" / "designs.md"


def test_the_page_on_designs_shows_what_loads(tmp_path: Path) -> None:
    """Its first example with the head of a file, and the form of the rule beside it."""
    blocks = [block.partition("```")[0] for block in DOCS.read_text(encoding="utf-8").split("```yaml\n")[1:]]
    head = "schema: 1\nname: page\nextends: baseline\n"
    design = design_of(load_scenario(write(tmp_path, head + blocks[0])))
    # "Three policies × 40 draws × 4 seeds: 480 runs."
    assert len(design.every_cell) * len(design.seeds) == 480
    rule = load_scenario(write(tmp_path, head + blocks[1], "rule.yaml")).stopping
    assert rule is not None and (rule.at_least, rule.at_most, rule.step, rule.half_width) == (8, 64, 4, 50)

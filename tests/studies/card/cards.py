"""Cards made of hand-written runs, and a layout of four rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.studies.jail_cost.ledgers import COOK, LOS_ANGELES, profile, result

from enforcement_sim.runs.comparison import Comparison
from enforcement_sim.runs.design import Sample
from enforcement_sim.studies.card.card_rows import Layout, ledger_measures, load_layout
from enforcement_sim.studies.card.compute import Card, card_of
from enforcement_sim.studies.card.measured_runs import MeasuredRuns
from enforcement_sim.yaml_models import read_model

SC, G287, NONE = "secure_communities", "jail_287g", "none"
ROBBER = profile("serious_violent", True, True, "none", "unauthorised")
ROBBER_CHARGED = profile("serious_violent", True, False, "none", "unauthorised")
DRIVER = profile("traffic", False, False, "none", "unauthorised")
DRIVER_CONVICTED = profile("traffic", False, True, "none", "unauthorised")
OLD_FELON = profile("traffic", False, False, "aggravated_or_two_felonies", "permanent_resident")
ONE_FELONY = profile("traffic", False, False, "felony", "unauthorised")
CITIZEN = profile("dui", False, False, "none", "citizen")
RESIDENT = profile("dui", False, False, "none", "permanent_resident")


def run(seed: int = 1, thin: int = 1, citizens: int = 3) -> Any:
    events = {
        (LOS_ANGELES, SC, "detainer_declined"): 40,
        (COOK, G287, "detainer_declined"): 5,
        (LOS_ANGELES, NONE, "rearrested"): 6,
        (LOS_ANGELES, SC, "overdetained"): 4,
        (LOS_ANGELES, SC, "identified"): 90,
        (LOS_ANGELES, G287, "identified"): 30,
        (LOS_ANGELES, "task_force", "identified"): 4,
    }
    profiles = {
        ("removed", ROBBER): 7,
        ("removed", ROBBER_CHARGED): 11,
        ("removed", DRIVER): 20,
        ("removed", DRIVER_CONVICTED): 8,
        ("removed", OLD_FELON): 2,
        ("removed", ONE_FELONY): 5,
        ("returned", ROBBER): 50,
        ("held", CITIZEN): citizens,
        ("held", RESIDENT): 9,
        ("held", DRIVER): 60,
        ("ice_custody", CITIZEN): 1,
    }
    hours = {
        (LOS_ANGELES, "induced", "unauthorised"): 2_400,
        (LOS_ANGELES, "statutory_hold", "unauthorised"): 480,
        (LOS_ANGELES, "past_limit", "permanent_resident"): 48,
        (LOS_ANGELES, "ice_custody", "unauthorised"): 7_200,
        (LOS_ANGELES, "criminal_case", "unauthorised"): 24_000,
    }
    return result(events, profiles, hours, seed=seed, thin=thin, officer_years=2.0)


PLAIN = """sides:
  left: L
  right: R
rows:
  one:
    side: left
    measure: held_citizens
    label: Held
    unit: people
    definition: what
    argument: why
    led_by: [WHO]
  two:
    side: right
    missing: nobody counts it
    label: Feared
    unit: people
    definition: what
    argument: why
    led_by: [WHO]
  three:
    side: left
    measure: days_induced
    label: Induced
    unit: person-days
    definition: what
    argument: why
    led_by: [WHO]
  four:
    side: right
    measure: found_per_officer_year
    label: Found
    unit: people a year
    definition: what
    argument: why
    led_by: [WHO]
    empty: no officers
sources:
  WHO: {short: Who, kind: research, citation: Somebody}
"""


def layout_of(folder: Path, text: str) -> Layout:
    (folder / "card.yaml").write_text(text, encoding="utf-8")
    return read_model(folder / "card.yaml", Layout)


def card(a: list[Any], b: list[Any], layout: Layout | None = None, **more: Any) -> Card:
    recorder = MeasuredRuns(ledger_measures)
    samples = [Sample({"scenario": name}, {seed: recorder(one) for seed, one in enumerate(runs, start=1)})
               for name, runs in (("a", a), ("b", b))]  # fmt: skip
    found = Comparison(tuple(samples), {1: ("hold: 48 to 96",)})
    metas = recorder.of(found)
    assert [len(of_point) for of_point in metas] == [len(a), len(b)]
    return card_of(found, 1, layout or load_layout(), (*metas[0], *metas[1]), **more)


def line_of(found: Card, name: str) -> Any:
    (line,) = [line for line in found.lines if line.row.id == name]
    return line


A = [run(1, citizens=3), run(2, citizens=4), run(3, citizens=9)]
B = [run(1, citizens=4), run(2, citizens=2), run(3, citizens=11)]
C = [run(1, citizens=30), run(2, citizens=31), run(3, citizens=35)]

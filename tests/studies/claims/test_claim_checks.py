"""All twenty verdicts against a table made by hand; arithmetic and stored means are worked out here apart from the package."""

from __future__ import annotations

import csv
import math
from pathlib import Path
from statistics import mean, stdev
from typing import Any

import pytest

from enforcement_sim.studies.claims.audit import Audit, audit
from enforcement_sim.studies.claims.measured import shipped
from enforcement_sim.studies.claims.published import load_claims
from enforcement_sim.studies.claims.verdicts import KINDS
from enforcement_sim.yaml_lines import read_yaml

ROOT = Path(__file__).parents[3]
CHECKS: dict[str, dict[str, Any]] = read_yaml(ROOT / "tools" / "claim_checks.yaml").data
T_95 = {2: 12.706, 3: 4.303, 4: 3.182, 5: 2.776}
"""Student's t by number of seeds."""


@pytest.fixture(scope="module")
def audits() -> dict[str, Audit]:
    there = shipped()
    assert there is not None
    return {one.claim.id: one for one in audit(there.numbers)}


def stored() -> dict[str, list[tuple[str, list[float]]]]:
    """Return role and values over seeds of every definition of each claim, read as text."""
    found: dict[tuple[str, ...], list[float]] = {}
    with (ROOT / "results" / "claims" / "measured.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["role"] in ("own", "other") and row["value"]:
                key = row["claim"], row["role"], row["group"], row["label"]
                found.setdefault(key, []).append(float(row["value"]))
    claims: dict[str, list[tuple[str, list[float]]]] = {}
    for key, values in found.items():
        claims.setdefault(key[0], []).append((key[1], values))
    return claims


def comes_to(values: list[float], claim: str, figure: float) -> str:
    """Say whether a definition comes to a figure, as it would be told from a list of numbers with a pocket calculator."""
    half = T_95[len(values)] * stdev(values) / math.sqrt(len(values)) if len(values) > 1 else math.nan
    ends = mean(values) - half, mean(values), mean(values) + half
    if math.isnan(half):
        return "cannot tell"
    if claim == "cheaper-efficient":
        return "yes" if ends[2] < 1 else "no" if ends[0] > 1 else "cannot tell"
    sign = {"effective-156": 1, "irving-150": 1, "cost-60": -1}.get(claim)
    if sign:
        low, middle, high = sorted(1 + sign * end / 100 for end in ends)
        figure = 1 + sign * figure / 100
    else:
        low, middle, high = ends
    larger = max(abs(middle), abs(figure))
    if (high - low) / 2 > larger / 2:
        return "cannot tell"
    if abs(middle - figure) <= larger / 10 or (claim == "minor-55" and low > figure):
        return "yes"
    return "cannot tell" if low <= figure <= high else "no"


def by_pocket_calculator(claim: str, rows: list[tuple[str, list[float]]]) -> tuple[list[str], int, int]:
    """Return the verdict on a claim with how many definitions come to its figure, of how many that can be told."""
    check, published = CHECKS[claim], load_claims()[claim]
    figure, gives, kinds = published.claimed.value, check["gives"], []
    if gives is not None and not published.claimed.implied:
        if abs(figure - gives) > max(figure, gives) / 20:
            kinds.append("arithmetic wrong by a factor")
        else:
            figure = gives
    if claim in ("effective-156", "enrolled-02"):  # identified over removed; agencies over counties
        kinds.append("compares unlike things")
    answers = [(role, comes_to(values, claim, figure)) for role, values in rows]
    own = next(answer for role, answer in answers if role == "own")
    told = [answer for _, answer in answers if answer != "cannot tell"]
    yes = told.count("yes")
    if claim in ("released-rearrest", "irving-150"):
        kinds.append("not expressible")
    elif own == "cannot tell":
        kinds.append("cannot tell")
    elif len(told) > 1 and 2 * yes > len(told):
        kinds.append("holds under most definitions")
    elif own == "yes":
        kinds.append("holds under its own definition")
    else:
        kinds.append("holds under some definitions, not its own" if yes else "holds under no definition")
    return kinds, yes, len(told)


def test_every_claim_is_checked_with_a_reason() -> None:
    assert list(CHECKS) == list(load_claims())
    for check in CHECKS.values():
        assert set(check["verdict"]) <= set(KINDS) and check["why"].endswith(".") and "\n" not in check["why"]


@pytest.mark.parametrize("name", CHECKS)
def test_arithmetic_by_hand_is_that_of_the_documents(name: str) -> None:
    check, by_hand = CHECKS[name], load_claims()[name].by_hand
    if check["arithmetic"] is None:
        assert by_hand is None and check["gives"] is None
        return
    assert set(str(check["arithmetic"])) <= set("0123456789.+-*/() ")
    worked_out = eval(str(check["arithmetic"]))
    assert worked_out == pytest.approx(check["gives"], rel=5e-4)
    assert by_hand is not None and by_hand.value == pytest.approx(worked_out, rel=1e-9)


@pytest.mark.parametrize("name", CHECKS)
def test_verdict_is_the_one_found_by_hand(name: str, audits: dict[str, Audit]) -> None:
    found = audits[name].finding.verdict
    kinds, yes, told = by_pocket_calculator(name, stored()[name])
    assert (list(found.kinds), found.holding, found.told) == (kinds, yes, told)
    assert list(found.kinds) == list(CHECKS[name]["verdict"]), (
        f"the stored numbers give another verdict on {name} than tools/claim_checks.yaml: check it by hand again"
    )


def test_factors_by_hand(audits: dict[str, Audit]) -> None:
    factors = {"effective-156": 156 / 55.29, "enrolled-02": 2.138 / 0.02, "cook-15.7": 15.7 / 0.4762}
    wrong = {name: one.finding.verdict.factor for name, one in audits.items() if one.finding.verdict.factor > 0}
    assert wrong == pytest.approx(factors, rel=2e-3)

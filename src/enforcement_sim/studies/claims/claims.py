"""The audit of claims: every claim under its own definition, under every other, and what that amounts to.

``audit`` turns the table of measured numbers (``measured_claims``) into means with intervals over seeds (paired differences
seed by seed) and a finding in words. Running anything, and drawing, may not enter.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from enforcement_sim.results.intervals import difference_of, mean_and_interval
from enforcement_sim.studies.claims.findings import Finding, find
from enforcement_sim.studies.claims.published import Claim, load_claims
from enforcement_sim.studies.claims.rows import EFFECT, OTHER, OWN, Row
from enforcement_sim.studies.claims.verdicts import Estimate, Figures, figures_of, holds

__all__ = ["Audit", "Audited", "as_data", "audit", "table"]

ANSWERS = {True: "yes", False: "no", None: "cannot tell"}
"""Whether a definition comes to a claim's figure, in words."""


@dataclass(frozen=True, slots=True)
class Audited:
    """One row of a claim's table over all seeds.

    Attributes
    ----------
    row : Row
        Its value is the mean.
    low, high : float
        95% interval over seeds (Student's t); not a number from one seed.
    seeds : int
        Seeds with a value.
    difference : str
        Of a paired difference: higher, lower, cannot tell, identical; otherwise empty.
    holds : str
        Of a definition: whether it comes to the claim's figure (yes, no, cannot tell); otherwise empty.
    """

    row: Row
    low: float
    high: float
    seeds: int
    difference: str = ""
    holds: str = ""

    @property
    def estimate(self) -> Estimate:
        """What findings are chosen by."""
        return Estimate(self.row.label, self.row.value, self.low, self.high, self.seeds)


@dataclass(frozen=True, slots=True)
class Audit:
    """A claim with its table and what it amounts to."""

    claim: Claim
    own: Audited
    rows: tuple[Audited, ...]
    finding: Finding


def audit(measured: pd.DataFrame, claims: Iterable[Claim] | None = None) -> list[Audit]:
    """Return the audit of every claim of a measured table, in the order of the claims.

    Parameters
    ----------
    measured
        As :func:`measured_claims.measure` returns it, or as read back.
    claims
        All shipped ones unless given; those without a row in the table are left out.
    """
    found = []
    for claim in load_claims().values() if claims is None else claims:
        here = measured[measured["claim"] == claim.id]
        if len(here):
            figures = figures_of(claim)
            rows = tuple(
                _audited(rows, figures) for _, rows in here.groupby(["role", "group", "label", "unit"], sort=False)
            )
            own = next(one for one in rows if one.row.role == OWN)
            others = [one.estimate for one in rows if one.row.role == OTHER]
            found.append(Audit(claim, own, rows, find(claim, own.estimate, others)))
    return found


def _audited(rows: pd.DataFrame, figures: Figures) -> Audited:
    """Return one definition over its seeds; a seed without a value is left aside."""
    first = rows.iloc[0]
    values = [float(value) for value in rows["value"] if math.isfinite(value)]
    mean, low, high = mean_and_interval(values)
    note = first["note"] if isinstance(first["note"], str) else ""
    role, group, label, unit = (str(first[name]) for name in ("role", "group", "label", "unit"))
    row = Row(role, group, label, mean, unit, note)
    difference = difference_of([0.0] * len(values), values).verdict if row.role == EFFECT and values else ""
    audited = Audited(row, low, high, len(values), difference)
    if row.role not in (OWN, OTHER) or not values:
        return audited
    return replace(audited, holds=ANSWERS[holds(figures, audited.estimate)])


def table(audits: Iterable[Audit]) -> pd.DataFrame:
    """Return audits as one tidy table for people and programs, the claim's own definition first.

    Returns
    -------
    DataFrame
        Columns ``claim``, ``says``, ``side``, ``claimed``, ``by_hand``, ``role``, ``group``, ``definition``, ``value``,
        ``low``, ``high``, ``seeds``, ``unit``, ``difference`` (of a paired difference: higher, lower, cannot tell,
        identical), ``holds`` (of a definition: yes, no, cannot tell),
        ``note``, ``verdict``, ``factor``, ``holding``, ``told``, ``arithmetic``, ``world``, ``expressed``,
        ``limits``, ``said_by``.
    """
    rows = []
    for one in audits:
        claim = one.claim
        for audited in one.rows:
            row = audited.row
            rows.append(
                {
                    "claim": claim.id,
                    "says": claim.says,
                    "side": claim.side,
                    "claimed": claim.claimed.value,
                    "by_hand": math.nan if claim.by_hand is None else claim.by_hand.value,
                    "role": row.role,
                    "group": row.group,
                    "definition": claim.measure if row.role == OWN else row.label,
                    "value": row.value,
                    "low": audited.low,
                    "high": audited.high,
                    "seeds": audited.seeds,
                    "unit": row.unit,
                    "difference": audited.difference,
                    "holds": audited.holds,
                    "note": row.note,
                    "verdict": one.finding.verdict.words,
                    "factor": one.finding.verdict.factor,
                    "holding": one.finding.verdict.holding,
                    "told": one.finding.verdict.told,
                    "arithmetic": one.finding.arithmetic,
                    "world": one.finding.world,
                    "expressed": claim.expressed,
                    "limits": claim.limits,
                    "said_by": " ".join(f"{source.text} [{source.side}]" for source in claim.said_by),
                }
            )
    return pd.DataFrame(rows)


def as_data(audits: Iterable[Audit]) -> list[dict[str, Any]]:
    """Return audits as plain values; what is not a number is null."""

    def number(value: float) -> float | None:
        return value if math.isfinite(value) else None

    told = []
    for one in audits:
        claim, finding = one.claim, one.finding
        told.append(
            {
                "id": claim.id,
                "says": claim.says,
                "side": claim.side,
                "said_by": [{"text": source.text, "side": source.side} for source in claim.said_by],
                "claimed": {
                    claim.claimed.kind: claim.claimed.value,
                    "implied": claim.claimed.implied,
                    "unit": claim.unit,
                },
                "by_hand": None
                if claim.by_hand is None
                else {"expression": claim.by_hand.expression, "value": claim.by_hand.value},
                "own": {"measure": claim.measure, "from": str(claim.start), "to": str(claim.end), "scope": claim.scope},
                "rows": [
                    {
                        "role": audited.row.role,
                        "group": audited.row.group,
                        "definition": audited.row.label,
                        "value": number(audited.row.value),
                        "low": number(audited.low),
                        "high": number(audited.high),
                        "unit": audited.row.unit,
                        "difference": audited.difference,
                        "holds": audited.holds,
                        "note": audited.row.note,
                    }
                    for audited in one.rows
                ],
                "verdict": {
                    "words": finding.verdict.words,
                    "kinds": list(finding.verdict.kinds),
                    "factor": number(finding.verdict.factor),
                    "differ": list(finding.verdict.differ),
                    "holding": finding.verdict.holding,
                    "told": finding.verdict.told,
                },
                "arithmetic": finding.arithmetic,
                "world": finding.world,
                "expressed": claim.expressed,
                "limits": claim.limits,
            }
        )
    return told

"""The audit of claims: every claim under its own definition and under every other, its verdict, and two plain sentences.

The first sentence says what was divided by what (or how else the figure was made) and what that gives; the second what the
simulated world gives, with its interval, and how many definitions come to the claim's figure. The verdict is that of
:func:`enforcement_sim.studies.claims.verdicts.judge`, which sees figures only. Other numbers give other words.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import pandas as pd

from enforcement_sim.results.intervals import difference_of, mean_and_interval
from enforcement_sim.runs.labelled_tables import LabelledTables
from enforcement_sim.studies.claims.claim_amounts import amount, interval, stated
from enforcement_sim.studies.claims.claim_sentences import arithmetic, world
from enforcement_sim.studies.claims.operators import EFFECT, OTHER, OWN
from enforcement_sim.studies.claims.published import Claim, load_claims
from enforcement_sim.studies.claims.verdicts import Estimate, Figures, Verdict, figures_of, holds, judge
from enforcement_sim.tables.described import entries_html

LABEL = "Verdict, by hand and in the simulated world"
"""What stands before a verdict wherever it is told."""
ANSWERS = {True: "yes", False: "no", None: "cannot tell"}
"""Whether a definition comes to a claim's figure, in words."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a claim's numbers amount to: the verdict, a sentence on its arithmetic, and one on the simulated world.

    ``lowest`` and ``highest`` are the ends of the range over all definitions, the claim's own included.
    """

    verdict: Verdict
    arithmetic: str
    world: str
    lowest: Estimate | None
    highest: Estimate | None

    @property
    def sentences(self) -> str:
        """Both sentences."""
        return f"{self.arithmetic} {self.world}"


@dataclass(frozen=True, slots=True)
class Audited(Estimate):
    """One row of a claim's table over all seeds: mean and 95% interval (Student's t; not a number from one seed).

    ``difference`` of a paired difference: higher, lower, cannot tell, identical. ``holds`` of a definition: whether it comes to
    the claim's figure (yes, no, cannot tell). Both are empty otherwise.
    """

    role: str
    group: str
    unit: str
    note: str
    difference: str
    holds: str


@dataclass(frozen=True, slots=True)
class Audit(LabelledTables):
    """A claim with its table and what it amounts to."""

    AXES: ClassVar = {"claim": ("role", "group", "definition")}
    COLUMNS_MEAN: ClassVar = {
        "claim": ("Claim", "name", "as enforcement-sim claims lists it"),
        "says": ("Says", "text", "what is claimed"),
        "side": ("Side", "text", "who makes the claim"),
        "claimed": ("Claimed", "of the claim", "the figure as stated or implied"),
        "by_hand": ("By hand", "of the claim", "what its own arithmetic gives; empty where nothing can be divided"),
        "role": ("Role", "name", "the claim's own definition, another, or a part"),
        "group": ("What differs", "text", "in which the definition differs from the claim's own"),
        "definition": ("Definition", "text", "what is counted"),
        "value": ("Simulated", "of the row", "mean over seeds"),
        "low": ("Low end", "of the row", "of the 95% interval over seeds; empty from one seed"),
        "high": ("High end", "of the row", "of the 95% interval over seeds; empty from one seed"),
        "seeds": ("Seeds", "number", "behind the number"),
        "unit": ("Unit", "text", "of the row"),
        "difference": ("Difference", "text", "of a paired difference: higher, lower, cannot tell, identical"),
        "holds": ("Comes to the figure", "text", "whether the definition comes to the claim's figure"),
        "note": ("Note", "text", "on the definition"),
        "verdict": ("Verdict", "text", "on the claim, whoever makes it"),
        "factor": ("Factor", "ratio", "between the claim's figure and its own arithmetic, where it does not follow"),
        "holding": ("Holding", "number", "definitions that come to the claim's figure"),
        "told": ("Told", "number", "definitions of which it can be told"),
        "arithmetic": ("Arithmetic", "text", "what was divided by what, and what that gives"),
        "world": ("Simulated world", "text", "what the simulated world gives"),
        "expressed": ("Expressed", "text", "how well the model counts what is claimed"),
        "limits": ("Limits", "text", "what the model leaves out of the claim"),
        "said_by": ("Said by", "text", "sources of the claim"),
    }

    claim: Claim
    own: Audited
    rows: tuple[Audited, ...]
    finding: Finding

    def __repr__(self) -> str:
        return f"Audit({self.claim.id}: {self.finding.verdict.words})"

    def _repr_html_(self) -> str:
        rows = (
            (row.group, self.definition(row), amount(row.value, row.unit), interval(row, row.unit)) for row in self.rows
        )
        title = f"{self.claim.id}. Stated: {stated(self.claim)}. {self.finding.verdict.words}."
        return entries_html(title, ("What differs", "Definition", "Model", "95%"), rows)

    def _exported(self) -> dict[str, pd.DataFrame]:
        return {"claim": table([self])}

    def _origin(self) -> dict[str, Any]:
        return {"claim": self.claim.id, "says": self.claim.says, "verdict": self.finding.verdict.words}

    @property
    def others(self) -> list[Audited]:
        """The figure under every other definition."""
        return [one for one in self.rows if one.role == OTHER]

    def definition(self, audited: Audited) -> str:
        """Return what a row counts, in words; the claim's own definition by its measure."""
        return self.claim.own.measure if audited.role == OWN else audited.label

    def in_short(self, nothing: str) -> tuple[str, str, str, str]:
        """Return what is claimed, what it gives by hand, the model counting the claim's way, and counting every way."""
        claim, own, unit = self.claim, self.own, self.claim.unit
        by_hand = nothing if claim.by_hand is None else amount(claim.by_hand.value, unit, exactly=True)
        model = amount(own.value, unit)
        if math.isfinite(own.value):
            model += f" ({interval(own, unit)})"
        ends = [amount(end.value, unit) for end in (self.finding.lowest, self.finding.highest) if end is not None]
        return stated(claim), by_hand, model, " to ".join(dict.fromkeys(ends)) or nothing


def audit(measured: pd.DataFrame, claims: Iterable[Claim] | None = None) -> list[Audit]:
    """Return the audit of every claim of a measured table, in the order of the claims.

    Parameters
    ----------
    measured
        As :func:`enforcement_sim.studies.claims.worlds.measure` returns it, or as read back.
    claims
        All shipped ones unless given; those without a row in the table are left out.

    Returns
    -------
    list of Audit
        Each with its ``claim``, the estimates under its own and under other definitions, and the ``finding``.

    Examples
    --------
    >>> from enforcement_sim.studies.claims.measured import shipped
    >>> found = audit(shipped().numbers, [load_claims()["enrolled-71"]])[0]
    >>> found.finding.verdict.words
    'holds under its own definition (1 of 4)'
    """
    found = []
    for claim in load_claims().values() if claims is None else claims:
        here = measured[measured["claim"] == claim.id]
        if len(here):
            figures = figures_of(claim)
            groups = here.groupby(["role", "group", "label", "unit"], sort=False)
            rows = tuple(_audited(rows, figures) for _, rows in groups)
            own = next(one for one in rows if one.role == OWN)
            found.append(Audit(claim, own, rows, find(claim, own, [one for one in rows if one.role == OTHER])))
    return found


def _audited(rows: pd.DataFrame, figures: Figures) -> Audited:
    """Return one definition over its seeds; a seed without a value is left aside."""
    names = ("role", "group", "label", "unit", "note")
    role, group, label, unit, note = (one if isinstance(one := rows[name].iloc[0], str) else "" for name in names)
    values = [float(value) for value in rows["value"] if math.isfinite(value)]
    found = Estimate(label, *mean_and_interval(values), len(values))
    difference = difference_of([0.0] * len(values), values).verdict if role == EFFECT and values else ""
    comes_to = ANSWERS[holds(figures, found)] if role in (OWN, OTHER) and values else ""
    return Audited(
        label, found.value, found.low, found.high, found.seeds, role, group, unit, note, difference, comes_to
    )


def find(claim: Claim, own: Estimate, others: Sequence[Estimate]) -> Finding:
    """Return the finding on a claim; ``others`` are in its unit, and those without a value are left aside."""
    figures = figures_of(claim)
    verdict = judge(figures, own, others)
    known = sorted([one for one in (own, *others) if math.isfinite(one.value)], key=lambda one: one.value)
    lowest, highest = (known[0], known[-1]) if known else (None, None)
    by_hand = arithmetic(claim, figures, verdict)
    return Finding(verdict, by_hand, world(figures, own, known, verdict), lowest, highest)


# ---- tables -------------------------------------------------------------------------------------------------------------


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
    return pd.DataFrame(
        {
            "claim": one.claim.id,
            "says": one.claim.says,
            "side": one.claim.side,
            "claimed": one.claim.claimed.value,
            "by_hand": math.nan if one.claim.by_hand is None else one.claim.by_hand.value,
            **_row(audited, one.definition(audited)),
            "verdict": one.finding.verdict.words,
            "factor": one.finding.verdict.factor,
            "holding": one.finding.verdict.holding,
            "told": one.finding.verdict.told,
            "arithmetic": one.finding.arithmetic,
            "world": one.finding.world,
            "expressed": one.claim.expressed,
            "limits": one.claim.limits,
            "said_by": " ".join(f"{source.text} [{source.side}]" for source in one.claim.said_by),
        }
        for one in audits
        for audited in one.rows
    )


def _row(audited: Audited, definition: str) -> dict[str, Any]:
    row = {"role": audited.role, "group": audited.group, "definition": definition}
    numbers = ("value", "low", "high", "seeds", "unit", "difference", "holds", "note")
    return row | {name: getattr(audited, name) for name in numbers}


def as_data(audits: Iterable[Audit]) -> list[dict[str, Any]]:
    """Return audits as plain values; what is not a number is null."""

    def finite(values: dict[str, Any]) -> dict[str, Any]:
        return {
            key: None if isinstance(value, float) and not math.isfinite(value) else value
            for key, value in values.items()
        }

    told = []
    for one in audits:
        claim, verdict = one.claim, one.finding.verdict
        by_hand, own = claim.by_hand, claim.own
        period = {"from": str(own.start), "to": str(own.end)}
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
                "by_hand": by_hand and {"expression": by_hand.gives.text, "value": by_hand.value},
                "own": {"measure": own.measure, **period, "scope": own.scope},
                "rows": [finite(_row(audited, audited.label)) for audited in one.rows],
                "verdict": finite(
                    {key: getattr(verdict, key) for key in ("words", "kinds", "factor", "differ", "holding", "told")}
                ),
                "arithmetic": one.finding.arithmetic,
                "world": one.finding.world,
                "expressed": claim.expressed,
                "limits": claim.limits,
            }
        )
    return told

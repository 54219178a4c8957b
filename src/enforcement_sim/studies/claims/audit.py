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
from enforcement_sim.studies.claims.arithmetic import Part
from enforcement_sim.studies.claims.operators import EFFECT, OTHER, OWN
from enforcement_sim.studies.claims.published import Claim, load_claims
from enforcement_sim.studies.claims.verdicts import (
    NOT_EXPRESSIBLE,
    SIGNS,
    Estimate,
    Figures,
    Verdict,
    figures_of,
    holds,
    judge,
)
from enforcement_sim.tables.described import entries_html

LABEL = "Verdict, by hand and in the simulated world"
"""What stands before a verdict wherever it is told."""
ANSWERS = {True: "yes", False: "no", None: "cannot tell"}
"""Whether a definition comes to a claim's figure, in words."""
DIGITS = 3
WHOLE_FROM = 1000
"""A part of a division from which on decimals are left out."""


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
    arithmetic = _arithmetic(claim, figures, verdict)
    return Finding(verdict, arithmetic, _world(figures, own, known, verdict), lowest, highest)


# ---- tables -------------------------------------------------------------------------------------------------------------


def table(audits: Iterable[Audit]) -> pd.DataFrame:
    """Return audits as one tidy table, the claim's own definition first; :attr:`Audit.COLUMNS_MEAN` says what columns are."""
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


# ---- two sentences ------------------------------------------------------------------------------------------------------


def headline(claim: Claim) -> str:
    """Return a claim as a headline that nobody can take for a finding.

    Examples
    --------
    >>> headline(load_claims()["cost-60"])
    'Claim: 287(g) costs 60% less than Secure Communities.'
    """
    return f"Claim: {claim.says}"


def claimed_by(claim: Claim) -> str:
    """Return who makes a claim: its side, and its sources with theirs where that is another.

    Examples
    --------
    >>> claimed_by(load_claims()["cost-60"])[:73]
    'Claimed by advocacy for restriction: "The ongoing assault on 287(g)", 25 '
    """
    told = (f"{one.text}{'' if one.side == claim.side else f' [{one.side}]'}" for one in claim.said_by)
    return f"Claimed by {claim.side}: {' '.join(told)}"


def _arithmetic(claim: Claim, figures: Figures, verdict: Verdict) -> str:
    """Say what was divided by what, and what that gives."""
    hand = claim.by_hand
    if hand is None:
        return f"Nothing can be divided by hand: {claim.no_arithmetic[0].lower()}{claim.no_arithmetic[1:].rstrip('.')}."
    if hand.gives.text in hand.numbers:
        return f"Nothing is divided: {hand.in_words}."
    made, told = amount(hand.value, claim.unit), hand.in_words or " divided by ".join(map(_part, hand.parts))
    as_stated = amount(claim.claimed.value, claim.unit, exactly=True)
    if not figures.follows:
        made += f", and what is stated is {as_stated}"
    elif claim.claimed.implied:
        made += f", and what is implied is {as_stated}"
    elif made != amount(claim.claimed.value, claim.unit):
        made += f", stated as {as_stated}"
    unlike = f"; the two differ in {_listed(verdict.differ)}" if verdict.differ else ""
    return f"By hand, {told} gives {made}{unlike}."


def _part(part: Part) -> str:
    """Name a part with its number, a whole one where it is large: nobody counts thirds of people."""
    value = part.expression.value
    return f"{part.says} ({round(value) if value >= WHOLE_FROM else value:,.10g})"


def _world(figures: Figures, own: Estimate, known: Sequence[Estimate], verdict: Verdict) -> str:
    unit = figures.claimed.unit
    if not math.isfinite(own.value):
        return "The model has no value under the claim's own definition."
    level = "95%: " if math.isfinite(own.low) and own.low != own.high else ""
    given = f"{amount(own.value, unit)} ({level}{interval(own, unit)})"
    if NOT_EXPRESSIBLE in verdict.kinds:
        return f"The model does not count this; the nearest number that it has is {given}."
    s = "s" if verdict.holding == 1 else ""
    if figures.claimed.is_direction:
        near = f"lie{s} {figures.claimed.kind} {amount(figures.claimed.value, unit, exactly=True)}"
    else:
        near = f"come{s} within a tenth of {amount(figures.figure, unit, exactly=True)}"
        near += f" or lie{s} above it" if figures.claimed.kind == "at_least" else ""
    counted = f"{verdict.holding} of {verdict.told} definition{'s' if verdict.told != 1 else ''} {near}"
    if verdict.untold:
        counted += f" ({verdict.untold} more cannot be told)"
    if len(known) > 1:
        names = ("the claim's way" if end is own else end.label for end in (known[0], known[-1]))
        ends = (f"{amount(end.value, unit)} ({name})" for end, name in zip((known[0], known[-1]), names, strict=True))
        counted += f", from {' to '.join(ends)}"
    return f"Counted the claim's way, the simulated world gives {given}; {counted}."


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


# ---- amounts ------------------------------------------------------------------------------------------------------------


def amount(value: float, unit: str, exactly: bool = False) -> str:
    """Return a figure with its unit, to three digits unless it is told exactly.

    Examples
    --------
    >>> amount(55.286, "percent more"), amount(-12.04, "percent more"), amount(57412.0, "people")
    ('55.3% more', '12% less', '57,400')
    >>> amount(0.476, "million dollars"), amount(279311.0, "people", exactly=True)
    ('$0.476 million', '279,311')
    """
    if not math.isfinite(value):
        return "no value"
    if unit in SIGNS:
        up = (value >= 0) == (unit == "percent more")
        return f"{_rounded(abs(value))}% {'more' if up else 'less'}"
    if unit == "people":
        return f"{value:,.0f}" if exactly else _rounded(value)
    written = _rounded(value)
    if unit == "million dollars":
        return f"${written} million" if value >= 0 else f"\N{MINUS SIGN}${_rounded(-value)} million"
    return {"percent": f"{written}%", "ratio": written}.get(unit, f"{written} {unit}")


def stated(claim: Claim) -> str:
    """Return a claim's figure as stated, and whether it is only implied.

    Examples
    --------
    >>> stated(load_claims()["cheaper-efficient"])
    'below 1 (implied)'
    >>> stated(load_claims()["minor-55"])
    'at least 55%'
    """
    claimed = claim.claimed
    bound = "" if claimed.kind == "value" else f"{claimed.kind.replace('_', ' ')} "
    return f"{bound}{amount(claimed.value, claimed.unit, exactly=True)}{' (implied)' if claimed.implied else ''}"


def interval(estimate: Estimate, unit: str) -> str:
    """Return an interval in words, or that there is none."""
    low, high = estimate.low, estimate.high
    if not math.isfinite(low) or (low == high and estimate.seeds == 1):
        return "one seed, no interval"
    if low == high:
        return "in every seed"
    if unit in SIGNS and (low < 0) != (high < 0):
        return f"{amount(low, unit)} to {amount(high, unit)}"
    ends = sorted((abs(low), abs(high))) if unit in SIGNS else (low, high)
    return " to ".join(map(_rounded, ends))


def _rounded(value: float) -> str:
    """Return a number to three digits, with commas and without trailing zeros behind the point."""
    if value == 0 or not math.isfinite(value):
        return "0" if value == 0 else "no value"
    places = DIGITS - 1 - math.floor(math.log10(abs(value)))
    text = f"{round(value, places):,.{max(places, 0)}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.replace("-", "\N{MINUS SIGN}")

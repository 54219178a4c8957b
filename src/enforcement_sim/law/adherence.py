"""How closely a rule is followed: exactly, by shares of the register, or by shares that a scenario states.

A rule says whom it covers. Whether what it says is then done to everyone covered, and to nobody else, is another
matter: each decision by a rule is carried out by draws against shares, where the parameters give any. Here stands
which, and every sentence about it that is printed beside a rule. The numbers come with the caller's parameters; nothing in
these sentences is typed.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from enforcement_sim.law.grounds import bits
from enforcement_sim.law.rules import Rule, load_rulebook

STRICTLY, AS_HISTORY = "strictly", "as_history"
"""What a scenario may say in one word: everyone covered and nobody else, or by the register's shares."""
EXACTLY = "followed exactly"

PER_HUNDRED = 100.0

type Shares = tuple[float, float]
"""Of people covered by a rule, and of people not covered, the share to whom it is done."""

_EVERYONE: Shares = (1.0, 0.0)
_ANYONE = bits(["anyone"])


@dataclass(frozen=True)
class Adherence:
    """The shares by which one decision follows its rule.

    Attributes
    ----------
    done : str
        What happens to people, in the plural: ``get a detainer``.
    covered, not_covered : str
        Addresses of the shares of people covered and not covered; empty where it is everybody or nobody.
    spread : str
        Address of how far field offices differ; empty where they do not.
    before : str
        Address of the share of those whom ICE's own programmes identify for whom the rule is asked; empty where it is for all.
    then : str
        Address of the share that is authorised afterwards of what 287(g) officers propose; empty where nobody is asked.
    first : str
        Address of the share of people not covered whom the field office comes for first, where it is one of its own beside
        ``not_covered``, which is then that of the others; empty where there is one share.
    switch, proposed : str
        Addresses of whether 287(g) officers go by a share of their own for people covered, and of it; empty where they never do.
    settable : bool
        Whether a change of a scenario can say how closely its rule is followed.
    texts : mapping
        Rule -> addresses by which its own text shifts the two shares on the log odds; empty where the shares stand.
    """

    done: str
    covered: str
    not_covered: str = ""
    spread: str = ""
    before: str = ""
    then: str = ""
    first: str = ""
    switch: str = ""
    proposed: str = ""
    settable: bool = False
    texts: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def shares(self, values: Mapping[str, float], rule: str) -> Shares:
        """Return the shares that some parameters give while a rule is in force."""
        found = values[self.covered] if self.covered else 1.0, values[self.not_covered] if self.not_covered else 0.0
        covered, not_covered = self.shifts(values, rule)
        return shifted(found[0], covered), shifted(found[1], not_covered)

    def shifts(self, values: Mapping[str, float], rule: str) -> tuple[float, float]:
        """Return by how much a rule's text moves the two shares on the log odds."""
        covered, not_covered = self.texts.get(rule, ("", ""))
        return values[covered] if covered else 0.0, values[not_covered] if not_covered else 0.0


def shifted(share: float, log_odds: float) -> float:
    """Return a share moved on the log odds; 0 and 1 stay.

    Examples
    --------
    >>> shifted(0.5, 0.0), round(shifted(0.5, 1.0), 3)
    (0.5, 0.731)
    """
    return share / (share + (1.0 - share) * math.exp(-log_odds))


_RANKING = ("detainer.covered_shift.ranking_2010", "")
_MINOR_TRAFFIC = ("detainer.covered_shift.minor_traffic_2012", "detainer.not_covered_shift.minor_traffic_2012")
_ONLY_IF = ("detainer.covered_shift.only_if_2012", "detainer.not_covered_shift.only_if_2012")
DETAINER_TEXTS = {
    "detainer-2010-priorities": _RANKING,
    "detainer-2010-interim": _RANKING,
    "detainer-2012-minor-traffic": _MINOR_TRAFFIC,
    "detainer-no-minor-traffic": _MINOR_TRAFFIC,
    "detainer-2012-guidance": _ONLY_IF,
    "detainer-felonies-only": _ONLY_IF,
    "detainer-pep": _ONLY_IF,
}
"""Texts that rank people, spare a class, or allow detainers only if a ground is true, each followed in its own degree; a
what-if as the text of its kind. The register's two shares are those of the plan of 2008, which covers everybody, and of
people whom the ranking of 2010 does not name."""


ADHERENCE: dict[str, Adherence] = {
    "detainer": Adherence(
        "get a detainer",
        "detainer.issue_if_covered",
        "detainer.issue_if_not_covered",
        "detainer.adherence_spread",
        before="effort.acted_share",
        then="jail_287g.authorised_share",
        switch="jail_287g.officers_propose",
        proposed="jail_287g.proposed_share",
        settable=True,
        texts=DETAINER_TEXTS,
    ),
    "discretion": Adherence("are released in discretion", "custody.discretion_share"),
    "honour": Adherence(
        "are held", "", "refusal.noncompliance_share.other", first="refusal.noncompliance_share.priority"
    ),
    "screen": Adherence("get processed", "", "jail_287g.outside_rule_share"),
}
"""Decisions that follow their rule by a draw. Whether shares leave anything to chance depends on the parameters."""

SETTABLE = tuple(decision for decision, adherence in ADHERENCE.items() if adherence.settable)
"""Decisions whose adherence is a place's and can be stated beside the rule of a change."""


def stated_shares(written: object) -> Shares | None:
    """Return the shares that a scenario states for a change; None where the register's stand.

    Parameters
    ----------
    written
        ``strictly``, ``as_history``, a mapping with ``covered`` and ``not_covered``, or None.

    Examples
    --------
    >>> stated_shares("strictly"), stated_shares({"covered": 0.9, "not_covered": 0.05}), stated_shares("as_history")
    ((1.0, 0.0), (0.9, 0.05), None)
    """
    if written in (None, AS_HISTORY):
        return None
    if written == STRICTLY:
        return _EVERYONE
    assert isinstance(written, Mapping)
    return float(written["covered"]), float(written["not_covered"])


def followed_in_words(rule: Rule, worlds: Sequence[Mapping[str, float]], stated: Shares | None = None) -> str:
    """Return how closely a rule is followed, and what leaks.

    Parameters
    ----------
    rule : Rule
    worlds : sequence of mapping
        Parameters in force by address; where several sets are drawn, each of them, and ranges are told.
    stated : tuple of float, optional
        Shares that a scenario states beside the rule.

    Examples
    --------
    >>> rules = load_rulebook().rules
    >>> followed_in_words(rules["honour-trust"], [{}])
    'followed exactly'
    >>> followed_in_words(rules["discretion-2011"], [{"custody.discretion_share": 0.15}])
    'followed in part: of people covered 15% are released in discretion, of people not covered none'
    """
    adherence = ADHERENCE.get(rule.decision)
    if adherence is None:
        return EXACTLY
    if adherence.first:
        return _all_the_same(rule, adherence, worlds)
    if not rule.any_of and not adherence.not_covered:
        return f"{EXACTLY}: it covers nobody"
    found = [adherence.shares(values, rule.id) for values in worlds] if stated is None else [stated]
    if not adherence.covered and set(found) == {_EVERYONE}:
        return EXACTLY
    tail = _after(adherence, worlds, strict=stated == _EVERYONE)
    if stated == _EVERYONE:
        others = "" if _covers_everyone(rule) else " and nobody else does"
        return f"followed strictly: all people covered {adherence.done}{others}{tail}"
    manner = "in stated shares" if stated else "as history was" if adherence.settable else "in part"
    told = f"of people covered {_percent([share for share, _ in found])} {adherence.done}"
    if not _covers_everyone(rule):
        told += f", {_others([share for _, share in found])}"
    return f"followed {manner}: {told}{tail}"


def share_in_words(decision: str, covered: bool, share: float | None) -> str:
    """Return how closely a decision's rule is followed at one place, for people covered or for people not covered.

    Examples
    --------
    >>> share_in_words("detainer", False, 0.25)
    'of people not covered here 25% still get a detainer'
    """
    adherence = ADHERENCE.get(decision)
    if adherence is None:
        return EXACTLY
    if share is None:
        return "of people not covered here none"
    if covered:
        return f"of people covered here {_percent([share])} {adherence.done}"
    return f"of people not covered here {_percent([share])} still {adherence.done}"


@dataclass(frozen=True)
class RuleFollowed:
    """A rule that a scenario lays over history, and how closely it is followed there, in words."""

    rule: Rule
    words: str


def rules_followed(
    worlds: Iterable[tuple[Iterable[Mapping[str, Any]], Mapping[str, float]]],
) -> tuple[RuleFollowed, ...]:
    """Return every rule that some scenarios lay over history, with how closely it is followed.

    A rule that is followed in two ways is told twice. Levers, which are no rules over grounds, are left out.

    Parameters
    ----------
    worlds : iterable
        Of each scenario, or each setting and draw of one, its changes in their plain form and its parameters.

    Examples
    --------
    >>> shares = {"refusal.noncompliance_share.priority": 0.1, "refusal.noncompliance_share.other": 0.05}
    >>> found = rules_followed([([{"decision": "honour", "rule": "honour-none"}], shares)])
    >>> [(one.rule.title, one.words) for one in found]  # doctest: +NORMALIZE_WHITESPACE
    [('The jail declines every detainer', 'followed in part: of people whose detainers they decline, jails hold all the
    same 10% of those for whom ICE comes first and 5% of others')]
    """
    rules = load_rulebook().rules
    met: dict[tuple[str, Shares | None], list[Mapping[str, float]]] = {}
    for changes, values in worlds:
        for change in changes:
            if str(change["rule"]) in rules:
                met.setdefault((str(change["rule"]), stated_shares(change.get("followed"))), []).append(values)
    return tuple(
        RuleFollowed(rules[name], followed_in_words(rules[name], values, stated))
        for (name, stated), values in met.items()
    )


def _all_the_same(rule: Rule, adherence: Adherence, worlds: Sequence[Mapping[str, float]]) -> str:
    """Return how closely jails follow a rule on whom they hold: they hold some whom it does not cover."""
    # A scenario stored before the register had these shares held nobody against a rule.
    first, others = (
        [values.get(address, 0.0) for values in worlds] for address in (adherence.first, adherence.not_covered)
    )
    if _covers_everyone(rule) or not any(first + others):
        return EXACTLY
    held = _percent(others)
    if first != others:
        held = f"{_percent(first)} of those for whom ICE comes first and {held} of others"
    return f"followed in part: of people whose detainers they decline, jails hold all the same {held}"


def _covers_everyone(rule: Rule) -> bool:
    return bool(rule.any_of & _ANYONE) and not rule.none_of


def _others(shares: Sequence[float]) -> str:
    """Return what is done to people not covered."""
    return f"of people not covered {_percent(shares)} still do" if any(shares) else "of people not covered none"


def _after(adherence: Adherence, worlds: Sequence[Mapping[str, float]], strict: bool) -> str:
    """Return in which ways the shares are not the whole story: offices, people left alone, 287(g) officers, authorisation."""
    told = ""
    if adherence.spread and not strict and any(values[adherence.spread] for values in worlds):
        told += "; field offices differ around that"
    if adherence.before and any(values[adherence.before] < 1.0 for values in worlds):
        acted = _percent([values[adherence.before] for values in worlds])
        told += f"; in October 2011 ICE acts on {acted} of those whom its own programmes identify"
    own = [values[adherence.proposed] for values in worlds if adherence.switch and values[adherence.switch]]
    if own:
        told += f"; 287(g) officers seek one for {_percent(own)} of the people covered whom they find in jail"
    if adherence.then and any(values[adherence.then] < 1.0 for values in worlds):
        told += f"; ICE authorises {_percent([values[adherence.then] for values in worlds])} of what 287(g) officers propose"
    return told


def _percent(shares: Sequence[float]) -> str:
    """Return a share, or the range of several, in percent; a share below 1 is never called 100%."""
    low, high = (_one_percent(end) for end in (min(shares), max(shares)))
    return low if low == high else f"{low} to {high}"


def _one_percent(share: float) -> str:
    told = f"{PER_HUNDRED * share:.3g}"
    if told == "100" and share < 1.0:
        return "over 99.9%"
    return f"{told}%"

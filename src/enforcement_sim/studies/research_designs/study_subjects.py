"""Which policies a study is about, and which a sweep changes, so that a report names the studies that concern it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from enforcement_sim.runs.provenance import canonical_json
from enforcement_sim.studies.research_designs.study_file import Study

AGREEMENTS, SHARING, HOLDS, GUIDANCE, CRIME = "agreements", "sharing", "holds", "guidance", "crime"
SUBJECTS = {
    AGREEMENTS: "agreements under section 287(g)",
    SHARING: "sharing of fingerprints (Secure Communities)",
    HOLDS: "holds, and which detainers jails honour",
    GUIDANCE: "ICE's guidance on detainers and release",
    CRIME: "responses of crime and of victims",
}
"""Subjects, as a report calls them."""
OF_DECISIONS = {
    "agreement": AGREEMENTS,
    "agreement_budget": AGREEMENTS,
    "task_force": AGREEMENTS,
    "screening_point": AGREEMENTS,
    "screen": AGREEMENTS,
    "oversight": AGREEMENTS,
    "sharing": SHARING,
    "honour": HOLDS,
    "detainer": GUIDANCE,
    "discretion": GUIDANCE,
}
OF_ADDRESSES = (
    ("jail_287g.", AGREEMENTS),
    ("task_force.", AGREEMENTS),
    ("secure_communities.", SHARING),
    ("detainer.issue_", GUIDANCE),
    ("detainer.covered_", GUIDANCE),
    ("detainer.not_covered_", GUIDANCE),
    ("detainer.", HOLDS),
    ("hold.", HOLDS),
    ("refusal.", HOLDS),
    ("response.", CRIME),
)
"""Subjects of parameters, by how their addresses begin; the first that fits."""
OF_TREATMENTS = {"secure_communities": SHARING, "agreement": AGREEMENTS, "detainer_policy": HOLDS, "detainer": HOLDS}


def subjects_of(study: Study) -> frozenset[str]:
    """Return the subjects of a study.

    Examples
    --------
    >>> from enforcement_sim.studies.research_designs.shipped_studies import load_study
    >>> sorted(subjects_of(load_study("taken-over-287g")))
    ['agreements', 'sharing']
    """
    begins = study.treatment.begins
    found = {GUIDANCE if isinstance(begins, date) else OF_TREATMENTS[begins]}
    if study.outcome.programme in ("jail_287g", "task_force"):
        found.add(AGREEMENTS)
    if study.of_offences:
        found.add(CRIME)
    return frozenset(found)


def subjects_changed(scenarios: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    """Return the subjects in which settings differ; of a single setting, those in which it differs from history.

    Parameters
    ----------
    scenarios
        Canonical scenarios, the reference first.

    Examples
    --------
    >>> sorted(subjects_changed([{"parameters": {"detainer.hold_hours": 48.0}}, {"parameters": {"detainer.hold_hours": 0.0}}]))
    ['holds']
    """
    reference, others = scenarios[0], scenarios[1:]
    if not others:
        return _of_decisions(_by_decision(reference)) | _of_addresses(_history(reference), _numbers(reference))
    found: frozenset[str] = frozenset()
    for other in others:
        before, after = _by_decision(reference), _by_decision(other)
        found |= _of_decisions(one for one in {*before, *after} if before.get(one) != after.get(one))
        found |= _of_addresses(_numbers(reference), _numbers(other))
    return found


def _by_decision(scenario: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the changes of a scenario by decision, as text that can be compared; names do not matter."""
    stated = scenario.get("changes") or []
    changes = stated.values() if isinstance(stated, Mapping) else stated
    found: dict[str, list[str]] = {}
    for change in changes:
        plain = {key: str(value) for key, value in change.items() if key != "name"}
        found.setdefault(str(change["decision"]), []).append(canonical_json(plain))
    return found


def _numbers(scenario: Mapping[str, Any]) -> Mapping[str, Any]:
    return scenario.get("parameters") or {}


def _history(scenario: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a scenario's parameters as they are in history: what it does not set for history alone stands as it is."""
    return {**_numbers(scenario), **(scenario.get("history") or {})}


def _of_decisions(decisions: Any) -> frozenset[str]:
    return frozenset(OF_DECISIONS[one] for one in decisions if one in OF_DECISIONS)


def _of_addresses(before: Mapping[str, Any], after: Mapping[str, Any]) -> frozenset[str]:
    moved = [address for address in {*before, *after} if before.get(address) != after.get(address)]
    firsts = (next((subject for start, subject in OF_ADDRESSES if one.startswith(start)), None) for one in moved)
    return frozenset(one for one in firsts if one)

"""Which settings two sweeps have in common, and in what else the sweeps differ, as sentences.

People are the same in two sweeps if both report the same places and days, simulated in the same way, under common seeds and
the same draws of what is not known. Other differences are told and do not forbid a comparison: they may be what is asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from enforcement_sim import labels
from enforcement_sim.place_labels import scope_in_words
from enforcement_sim.runs.manifest import changed_settings
from enforcement_sim.runs.provenance import canonical_json
from enforcement_sim.runs.sweep_result import Sweep

MOST_LISTED = 4
"""So many inputs in which two sweeps differ are listed; the others are counted."""


@dataclass(frozen=True)
class MatchedSetting:
    """A setting that both sweeps have: its number in each, and what it sets."""

    settings: Mapping[str, Any]
    a: int
    b: int

    @property
    def label(self) -> str:
        """The setting in words."""
        return labels.named_settings(self.settings) or "as it stands"


def matched_settings(a: Sweep, b: Sweep) -> tuple[MatchedSetting, ...]:
    """Return the settings that both sweeps have, the reference first; empty if their references differ."""
    of_b = {canonical_json(settings): at for at, settings in reversed(list(enumerate(b.settings)))}
    found = [
        MatchedSetting(settings, at, of_b[canonical_json(settings)])
        for at, settings in enumerate(a.settings)
        if canonical_json(settings) in of_b
    ]
    return tuple(found) if found and (found[0].a, found[0].b) == (0, 0) else ()


def other_people(a: Sweep, b: Sweep) -> list[str]:
    """Return sentences on why the people of two sweeps are not the same; none if they are."""
    one, other = a.manifest["scenario"], b.manifest["scenario"]
    found = []
    if one["scope"] != other["scope"]:
        found.append(f"Other places: {scope_in_words(one['scope'])} in A, {scope_in_words(other['scope'])} in B.")
    if one["period"] != other["period"]:
        days = [f"{each['period']['start']} to {each['period']['end']}" for each in (one, other)]
        found.append(f"Other days: {days[0]} in A, {days[1]} in B.")
    if one.get("simulate") != other.get("simulate"):
        found.append(f"Simulated otherwise: {one.get('simulate')} in A, {other.get('simulate')} in B.")
    if one["thin"] != other["thin"]:
        found.append(f"Thinned otherwise: one booking in {one['thin']} in A, one in {other['thin']} in B.")
    if not set(a.seeds) & set(b.seeds):
        found.append("No common seed.")
    if canonical_json(a.draws) != canonical_json(b.draws):
        found.append("Not the same draws of uncertain parameters.")
    return found


def reservations(a: Sweep, b: Sweep, matched: Sequence[MatchedSetting]) -> list[str]:
    """Return sentences on what else differs: seeds, the engine, inputs, and settings that only one sweep has."""
    found = []
    common = set(a.seeds) & set(b.seeds)
    if common and set(a.seeds) != set(b.seeds):
        counted = f"{len(a.seeds)} in A, {len(b.seeds)} in B, {len(common)} in both"
        found.append(f"Seeds: {counted}; only common ones are used.")
    engines = [str(each.manifest["engine_version"])[:12] for each in (a, b)]
    if engines[0] != engines[1]:
        found.append(
            f"Made by different versions of the engine ({engines[0]} and {engines[1]}): a part of what differs may be theirs."
        )
    found += _inputs(a, b, matched[0])
    for name, sweep, kept in (
        ("A", a, {one.a for one in matched}),
        ("B", b, {one.b for one in matched}),
    ):
        left = [labels.named_settings(each) for at, each in enumerate(sweep.settings) if at not in kept]
        if left:
            found.append(f"Only {name} has: {'; '.join(left)}.")
    return found


def _inputs(a: Sweep, b: Sweep, first: MatchedSetting) -> list[str]:
    """Return a sentence on the parameters and changes in which the references differ."""
    drawn = set(a.draws[0] if a.draws else ())
    sides = [sweep.scenario_of(at) for sweep, at in ((a, first.a), (b, first.b))]
    if not all(sides):
        return []
    parts = [
        {"parameters": {key: value for key, value in side["parameters"].items() if key not in drawn}}
        | {key: side[key] for key in ("changes", "history", "data") if key in side}
        for side in sides
    ]
    lines = changed_settings(*parts)
    if not lines:
        return []
    more = f" and {len(lines) - MOST_LISTED} more" if len(lines) > MOST_LISTED else ""
    what = "other parameters, as other sets of the ensemble have" if more else "these inputs"
    return [f"B differs from A in {what}: {'; '.join(lines[:MOST_LISTED])}{more}."]

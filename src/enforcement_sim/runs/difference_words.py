"""Words for what differs between two scenarios, from the lines of :func:`~enforcement_sim.runs.manifest.changed_settings`.

Figures and tables name A and B by their titles. Where both have one title, as a scenario and the same with one setting
changed, B is named by what it changes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from enforcement_sim import labels
from enforcement_sim.parameters.register import load_register

MOST_NAMED = 2
"""Settings that name a scenario; more are counted."""
NOT_SAID = ("", "share)")
"""Units that a number is read without, as :func:`~enforcement_sim.labels.setting` writes them."""

_CHANGE = re.compile(
    r"changes\.[^:]+: (?P<before>.*) → decision (?P<decision>[\w-]+), rule (?P<rule>[\w-]+)(?P<rest>.*)"
)
"""A change of which the two scenarios differ as a whole."""


def called(names: Sequence[str], titles: Sequence[str], changed: Sequence[str]) -> list[str]:
    """Return what readers call two scenarios: their titles, and where these are the same, B by what it changes.

    Examples
    --------
    >>> history = "History, as it was"
    >>> called(["baseline", "longer"], [history, history], ["detainer.hold_hours: 48 → 96"])
    ['History, as it was', 'hold limit 96 instead of 48 hours']
    """
    if changed and len(titles) == 2 and titles[0] and titles[0] == titles[1]:
        return [titles[0], instead_of(changed)]
    return labels.called(names, titles)


def line_in_words(line: str) -> str:
    """Return a setting in which two scenarios differ with its label, and a change with the labels of decision and rule.

    Examples
    --------
    >>> line_in_words("detainer.hold_hours: 48 → 96")
    'Hold limit (hours): 48 → 96'
    """
    change = _CHANGE.fullmatch(line)
    if change:
        before = "as history" if change["before"] == "nothing" else change["before"]
        after = f"{labels.setting_value('', change['rule'])}{change['rest']}"
        return f"{labels.decision(change['decision'])}: {before} → {after}"
    address, between, values = line.partition(": ")
    known = address in load_register() or address.startswith("changes.")
    return f"{labels.setting(address)}{between}{values}" if known else line


def instead_of(changed: Sequence[str]) -> str:
    """Return what the second of two scenarios changes, as a name for it; empty if nothing differs.

    Examples
    --------
    >>> instead_of(["detainer.hold_hours: 48 → 24"])
    'hold limit 24 instead of 48 hours'
    >>> instead_of(["changes.no: nothing → decision honour, rule honour-none, where nation"])
    'no detainer honoured'
    """
    named = [_as_name(line) for line in changed[:MOST_NAMED]]
    more = [f"{len(changed) - MOST_NAMED} more settings"] if len(changed) > MOST_NAMED else []
    return " and ".join([*named, *more])


def _as_name(line: str) -> str:
    change = _CHANGE.fullmatch(line)
    if change:
        where = change["rest"].replace(", where nation", "").replace(", where ", " in ")
        return f"{labels.setting_value('', change['rule'])}{where}"
    address, _, values = line.partition(": ")
    before, _, after = values.partition(" → ")
    if before.startswith("decision ") and after == "nothing":
        return f"{labels.decision(before.split()[1].rstrip(','))} as history"
    if address.startswith("changes."):
        before, after = (labels.setting_value("", value) for value in (before, after))
        if address.endswith(".rule"):
            return f"{after} instead of {before}"
    known = address in load_register() or address.startswith("changes.")
    name, _, unit = (labels.setting(address) if known else labels.spelt_out(address)).partition(" (")
    measured_in = "" if unit in NOT_SAID else f" {unit.removesuffix(')')}"
    return f"{name[:1].lower()}{name[1:]} {after} instead of {before}{measured_in}"

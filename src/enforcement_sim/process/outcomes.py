"""Outcomes: how a booking ended, as far as it was followed, read from its events.

An outcome is the last thing that is known of a booking; it is what is compared when the same booking is followed under two
scenarios. Which decisions led there is in ``decisions``.
"""

from __future__ import annotations

__all__ = ["OUTCOMES", "outcome_of"]

OUTCOMES = (
    "not_booked",
    "never_found",
    "found_no_detainer",
    "lifted",
    "declined",
    "lapsed",
    "removed",
    "returned",
    "relief",
    "terminated",
    "discretion_release",
    "pending_prison",
    "pending",
)
"""How a booking ends, as far as it was followed."""

_OTHERWISE_NAMED = {
    "not_drawn": "not_booked",
    "suppressed": "not_booked",
    "cited": "not_booked",
    "averted": "not_booked",
    "unreported": "not_booked",
    "not_arrested": "not_booked",
    "detainer_lifted": "lifted",
    "detainer_declined": "declined",
    "detainer_lapsed": "lapsed",
}
"""Last events that do not name the outcome themselves."""


def outcome_of(events: tuple[str, ...]) -> str:
    """Return how a booking with these events ended, one of `OUTCOMES`.

    Examples
    --------
    >>> outcome_of(("matched", "identified", "detainer_issued", "held", "detainer_lapsed")), outcome_of(("matched", "released"))
    ('lapsed', 'never_found')
    """
    last = events[-1] if events else ""
    if last == "pending" and "detainer_moved" in events and "ice_custody" not in events:
        return "pending_prison"
    outcome = _OTHERWISE_NAMED.get(last, last)
    if outcome in OUTCOMES:
        return outcome
    return "found_no_detainer" if "identified" in events else "never_found"

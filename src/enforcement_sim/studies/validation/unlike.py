"""Whether two numbers that a claim divides are alike, from what is said of each and from nothing else.

Each number says what things it counts, at which stage, by which programme, where, when, and how it came about. What must
agree depends on what the quotient is: a comparison of two quantities, or the share of a part in its whole.
"""

from __future__ import annotations

from collections.abc import Sequence

from enforcement_sim.studies.claims.published import ANY, NATION, STAGES, Part

__all__ = ["unlike"]


def unlike(divided: Sequence[Part], unit: str) -> tuple[str, ...]:
    """Return in what the two parts of a division differ though they should be alike.

    Two quantities that are *compared* (percent more or less, a ratio) may differ in the programme, which is what they are
    compared by, and in nothing else. In a *share* (percent) the first must be able to be a part of the second: the same
    things, got in the same way, in a place and a programme that the second takes in, within its period, and at its stage or
    at a later one.

    Parameters
    ----------
    divided
        What is divided, and what it is divided by; nothing differs in an empty one.
    unit
        Of the claim's figure.

    Returns
    -------
    tuple of str
        What differs, with both in brackets.
    """
    if not divided:
        return ()
    one, two = divided
    share = unit == "percent"
    later = share and STAGES.index(one.stage) >= STAGES.index(two.stage)
    within = share and two.start <= one.start and one.end <= two.end
    alike = {
        "what is counted": (one.counts, two.counts, False),
        "stage": (one.stage, two.stage, later),
        "programme": (one.programme, two.programme, not share or two.programme == ANY),
        "place": (one.place, two.place, share and two.place == NATION),
        "period": (_period(one), _period(two), within),
        "how the number came about": (one.basis, two.basis, False),
    }
    return tuple(
        f"{name} ({first}; {second})" for name, (first, second, may) in alike.items() if first != second and not may
    )


def _period(part: Part) -> str:
    if part.start == part.end:
        return f"{part.start}"
    return f"{part.start:%b %Y} to {part.end:%b %Y}"

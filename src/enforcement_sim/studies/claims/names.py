"""Which claim a person means by a part of its name, or by a number or word of its text.

The name itself comes before its parts, a whole part before some letters of it, and names before texts. The first of these that
one claim alone fulfils says which is meant; if several fulfil it, they are named and none is taken.
"""

from __future__ import annotations

from collections.abc import Mapping

from enforcement_sim.errors import InputError, nearest_names
from enforcement_sim.studies.claims.published import Claim

__all__ = ["chosen"]

NEAREST = 3
"""Names offered for one that no claim has."""


def chosen(name: str, claims: Mapping[str, Claim]) -> Claim:
    """Return the claim that is meant.

    Parameters
    ----------
    name
        As a person wrote it.
    claims
        By their names.

    Raises
    ------
    InputError
        If several claims fulfil it, with their names; if none does, with the nearest.

    Examples
    --------
    >>> from enforcement_sim.studies.claims.published import load_claims
    >>> chosen("cook", load_claims()).id, chosen("$26 million", load_claims()).id
    ('cook-15.7', 'la-26m')
    """
    wanted = name.strip().lower()
    for fulfils in (_is_id, _is_part_of_id, _is_inside_id, _is_in_text) if wanted else ():
        found = [claim for claim in claims.values() if fulfils(claim, wanted)]
        if len(found) == 1:
            return found[0]
        if found:
            raise InputError(f"several claims have {name!r}", allowed=[claim.id for claim in found])
    near = nearest_names(name, claims, at_most=NEAREST)
    raise InputError(f"no claim {name!r}", allowed=None if near else tuple(claims), nearest=near)


def _is_id(claim: Claim, wanted: str) -> bool:
    return claim.id == wanted


def _is_part_of_id(claim: Claim, wanted: str) -> bool:
    return wanted in claim.id.split("-")


def _is_inside_id(claim: Claim, wanted: str) -> bool:
    return wanted in claim.id


def _is_in_text(claim: Claim, wanted: str) -> bool:
    """Say whether every word wanted is a word of the claim's text; a number is one however it is written."""
    words = {_bare(word) for word in claim.says.lower().split()}
    return all(_bare(word) in words for word in wanted.split())


def _bare(word: str) -> str:
    """Return a word without the marks around it, and a number without its commas."""
    bare = word.strip("$%.,;:()'\"")
    without = bare.replace(",", "")
    return without if without.replace(".", "").isdigit() else bare

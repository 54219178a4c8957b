"""How each published claim is expressed in the model: a recipe a claim, gathered by theme.

A recipe takes the runs of one seed and returns the rows of the claim's table. It computes and says nothing: what the
numbers amount to is worded elsewhere, from the numbers.
"""

from __future__ import annotations

from enforcement_sim.studies.claims.recipes import agreements, effectiveness, jails, money, offences, people, reach
from enforcement_sim.studies.claims.rows import Recipe

__all__ = ["RECIPES"]

RECIPES: dict[str, Recipe] = {
    **effectiveness.RECIPES,
    **money.RECIPES,
    **reach.RECIPES,
    **offences.RECIPES,
    **agreements.RECIPES,
    **people.RECIPES,
    **jails.RECIPES,
}
"""By the claim's id."""

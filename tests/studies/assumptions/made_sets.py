"""Sets of assumptions made in a test: assumption by assumption, a value for each parameter."""

from __future__ import annotations

from collections.abc import Mapping

from enforcement_sim.studies.assumptions.assumption_sets import AssumedValue, Assumption, AssumptionSet


def made_set(name: str, **assumed: Mapping[str, float]) -> AssumptionSet:
    assumptions = {
        one: Assumption(
            says="Something.",
            values={address: AssumedValue(value=value, source="A source.") for address, value in values.items()},
        )
        for one, values in assumed.items()
    }
    return AssumptionSet(name=name, title=name, argues="An argument.", assumptions=assumptions)

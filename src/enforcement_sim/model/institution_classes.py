"""The class of each kind of institution, the package's or a user's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from enforcement_sim.errors import InputError, nearest_names
from enforcement_sim.model.county_institutions import Jail, Jurisdiction
from enforcement_sim.model.federal_offices import FieldOffice, Headquarters
from enforcement_sim.model.institution import Institution
from enforcement_sim.model.state_institutions import StateGovernment, StatePrison

KINDS: Mapping[str, type[Institution]] = {
    each.kind: each for each in (Headquarters, FieldOffice, StateGovernment, StatePrison, Jurisdiction, Jail)
}
"""The class of each kind of institution where nothing else is asked for."""


def classes_of(own: Mapping[str, type[Institution]] | None) -> dict[str, type[Any]]:
    """Return the class of every kind, a user's own where there is one.

    Parameters
    ----------
    own
        Classes by kind, each a subclass of the kind's class in ``KINDS``.

    Raises
    ------
    InputError
        For an unknown kind, and for a class that is not a subclass of its kind's.

    Examples
    --------
    >>> class Quiet(Jurisdiction):
    ...     def decide(self) -> None:
    ...         pass
    >>> classes_of({"jurisdiction": Quiet})["jurisdiction"] is Quiet
    True
    """
    for kind, each in (own or {}).items():
        if kind not in KINDS:
            near = nearest_names(str(kind), KINDS)
            raise InputError(f"unknown kind {kind!r}", key="agent_classes", allowed=tuple(KINDS), nearest=near)
        if not (isinstance(each, type) and issubclass(each, KINDS[kind])):
            allowed = f"a subclass of {KINDS[kind].__name__}"
            raise InputError(f"found {each!r}", key=f"agent_classes.{kind}", allowed=allowed)
    return {**KINDS, **(own or {})}

"""Which class stands for each kind of institution, and look-up by class with subclasses included.

A model is made with classes of the user's own where ``agent_classes`` names them. Everything that asks for
institutions asks with ``issubclass``, so a subclass is found wherever its kind is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from enforcement_sim.errors import InputError, nearest_names
from enforcement_sim.model.counties import Jail, Jurisdiction
from enforcement_sim.model.institutions import FieldOffice, Headquarters, Institution, StateGovernment, StatePrison

if TYPE_CHECKING:
    from mesa.agentset import AgentSet

__all__ = ["KINDS", "AgentsByType", "classes_of"]

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


class AgentsByType(Mapping[type, "AgentSet[Any]"]):
    """Mesa's sets of agents by type; a class gives the agents of its subclasses, too.

    Parameters
    ----------
    exact
        Mesa's own mapping, by the very class of each agent. Iteration and length are its own.
    everybody
        All agents.
    """

    def __init__(self, exact: Mapping[type, AgentSet[Any]], everybody: AgentSet[Any]) -> None:
        self._exact = exact
        self._everybody = everybody

    def __getitem__(self, kind: type) -> AgentSet[Any]:
        """Return the agents of a class and its subclasses.

        Raises
        ------
        KeyError
            If there are none.
        """
        found = [agents for each, agents in self._exact.items() if issubclass(each, kind)]
        if not found:
            raise KeyError(kind)
        return found[0] if len(found) == 1 else self._everybody.select(agent_type=kind)

    def __iter__(self) -> Iterator[type]:
        return iter(self._exact)

    def __len__(self) -> int:
        return len(self._exact)

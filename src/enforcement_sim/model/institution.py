"""What every institution of the model is: a Mesa agent that reads and sets its rows of the engine's arrays.

Reading ``jurisdiction.honours`` reads the row, setting it changes what the compiled clock does the next day, and nothing is
copied. Institutions apply what history, or a scenario, lays down for a day, and decide on the first of each month where a
scenario, or a class of the user's own, lets them. They never see a person.
"""

from __future__ import annotations

from typing import ClassVar

import mesa
import numpy as np

from enforcement_sim.codes import EVENTS
from enforcement_sim.model.world_model import WorldModel

EVENT_NUMBERS = {event: number for number, event in enumerate(EVENTS)}


class Institution(mesa.Agent):  # type: ignore[misc]
    """What decides. ``decide`` is called on the first of each month; most institutions then do nothing.

    A subclass may also have Mesa's ``step``, which is then called on every day before the people of that day.

    Parameters
    ----------
    model : WorldModel
        The model that it belongs to.
    name : str
        As in :attr:`name`.
    rows : int or int array
        As in :attr:`rows`.

    Attributes
    ----------
    kind : str
        The kind's name in ``agent_classes``.
    name : str
        What it is called, such as ``Kent County``.
    rows : int or int array, shape (places answered for,)
        Rows of the places that the institution answers for.

    Examples
    --------
    >>> from enforcement_sim import EnforcementModel
    >>> from enforcement_sim.model.county_institutions import Jurisdiction
    >>> january = {"ensemble": 0, "scope": {"counties": ["10003"]}, "period.start": "2012-01-01", "period.end": "2012-01-31"}
    >>> class Cautious(Jurisdiction):
    ...     def decide(self) -> None:
    ...         if self.last_month("detainer_issued") > 100:
    ...             self.honours = "honour-none"
    ...         super().decide()
    >>> model = EnforcementModel("baseline", seed=1, agent_classes={"jurisdiction": Cautious}, **january)
    >>> model.step()
    >>> county = model.jurisdictions.to_list()[0]
    >>> county.decide()
    >>> county.kind, county.honours
    ('jurisdiction', 'honour-all')
    """

    model: WorldModel
    kind: ClassVar[str]

    def __init__(self, model: WorldModel, name: str, rows: int | np.ndarray) -> None:
        super().__init__(model)
        self.name = name
        self.rows = rows

    def decide(self) -> None:
        """Take this month's decision."""

    def last_month(self, event: str) -> int:
        """Return how often an event happened here in the calendar month that ended last.

        Parameters
        ----------
        event
            A word of ``codes.EVENTS``, such as ``"detainer_issued"``.

        Returns
        -------
        int
            People; multiplied back in a thinned run.
        """
        counts = self.model.engine.ledger.last_month[self.rows, EVENT_NUMBERS[event]]
        return int(counts if isinstance(self.rows, int) else counts.sum()) * self.model.world.thin

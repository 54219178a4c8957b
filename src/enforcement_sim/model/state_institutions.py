"""State governments, and the prisons from which states hand people over."""

from __future__ import annotations

import numpy as np

from enforcement_sim.model.institution import Institution
from enforcement_sim.model.world_model import WorldModel
from enforcement_sim.places.geography import State


class StateGovernment(Institution):
    """A state or the District of Columbia. Its delays, where a scenario asks for them, are laid down beforehand.

    Parameters
    ----------
    model : WorldModel
        The model that it belongs to.
    rows : int array, shape (places of the state,)
        Rows of its places in the engine's arrays.
    state : State
        Its name and postal code.

    Attributes
    ----------
    postal : str
        Two-letter postal code.

    Examples
    --------
    >>> from enforcement_sim import EnforcementModel
    >>> january = {"ensemble": 0, "scope": {"counties": ["10003"]}, "period.start": "2012-01-01", "period.end": "2012-01-31"}
    >>> states = EnforcementModel("baseline", seed=1, **january).states
    >>> sorted(state.postal for state in states)
    ['DE', 'PA', 'WV']
    """

    kind = "state"

    def __init__(self, model: WorldModel, rows: np.ndarray, state: State) -> None:
        super().__init__(model, state.name, rows)
        self.postal = state.postal


class StatePrison(Institution):
    """The prisons of one state, as one place: people convicted of felonies wait there for ICE, some for years.

    Parameters
    ----------
    model : WorldModel
        The model that it belongs to.
    row : int
        Its row in the engine's arrays of places.
    state : State
        Whose prisons they are.

    Attributes
    ----------
    row : int
        Its row in the engine's arrays of places.
    postal : str
        Two-letter postal code of the state.

    Examples
    --------
    >>> from enforcement_sim import EnforcementModel
    >>> january = {"ensemble": 0, "scope": {"counties": ["10003"]}, "period.start": "2012-01-01", "period.end": "2012-01-31"}
    >>> model = EnforcementModel("baseline", seed=1, **january)
    >>> model.step()
    >>> prison = model.prisons.select(lambda one: one.postal == "DE").to_list()[0]
    >>> prison.prisoners > 0, prison.has_officers
    (True, True)
    """

    kind = "prison"

    def __init__(self, model: WorldModel, row: int, state: State) -> None:
        super().__init__(model, f"{state.name} state prisons", row)
        self.row = row
        self.postal = state.postal

    @property
    def prisoners(self) -> int:
        """People in prison now whom a programme may touch; multiply by the run's thinning for the real number."""
        return int(self.model.engine.places["inmates"][self.row])

    @property
    def has_officers(self) -> bool:
        """Whether a 287(g) agreement for the prison is in force."""
        return float(self.model.engine.places["officer_share"][self.row]) > 0.0

"""What a model collects by itself at the end of each month: the month's events, in all and by institution.

Columns of the model are totals of the reported places, as in the run's result. Columns of agents are what an institution
answers for, also where it is simulated and not reported. Both count people: thinned ones stand for those left out.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import mesa

from enforcement_sim.codes import EVENTS

if TYPE_CHECKING:
    from enforcement_sim.model.institutions import Institution
    from enforcement_sim.model.model import EnforcementModel

__all__ = ["TOTAL", "default_collector"]

TOTAL = "total_"
"""What begins the name of a model's event; ``mesa.batch_run`` puts columns of model and agent into one row."""


def default_collector() -> mesa.DataCollector:
    """Return the collector of a model that was not given another: see the module for what its columns are."""
    return mesa.DataCollector(
        model_reporters={"month": partial(_month), "seed": "seed"}
        | {TOTAL + event: partial(_total, event=number) for number, event in enumerate(EVENTS)},
        agent_reporters={"kind": "kind", "name": "name"}
        | {event: partial(_of_institution, event=event) for event in EVENTS},
    )


def _month(model: EnforcementModel) -> str:
    """Return the month that the last simulated day lies in, such as ``2012-05``."""
    return f"{model.world.clock.date_of(model.engine.day - 1):%Y-%m}"


def _total(model: EnforcementModel, event: int) -> int:
    return int(model.engine.ledger.last_month[model.world.reported, event].sum()) * model.world.thin


def _of_institution(institution: Institution, event: str) -> int:
    return institution.last_month(event)

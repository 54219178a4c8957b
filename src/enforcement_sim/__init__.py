"""Immigration-enforcement policy at the jail door, 2006-2014, as an agent-based simulation.

Synthetic people are arrested and booked in the real counties of the United States. Fingerprints are shared or not,
287(g) officers interview or do not, a detainer is issued and honoured or declined, and the clock of the hold runs
against the pick-up. Two policies are compared on the same people, so that every difference is caused by the policy.
Results are aggregates; nobody in them is real.

    from enforcement_sim import load_scenario, run

    scenario = load_scenario("baseline").with_(**{"scope": {"states": ["CT"]}, "detainer.hold_hours": 72})
    print(run(scenario, seed=1).funnel(by="programme"))

The public names are ``load_scenario``, ``load_stacked``, ``run``, ``sweep``, ``load_sweep``, ``compare``,
``compare_sweeps``, ``EnforcementModel`` and the module ``plots``. They are fetched when first used, so that importing the
package costs nothing.
"""

from __future__ import annotations

import warnings
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from enforcement_sim import plots as plots
    from enforcement_sim.model import EnforcementModel
    from enforcement_sim.runs.compare import compare
    from enforcement_sim.runs.compared_sweeps import compare_sweeps
    from enforcement_sim.runs.run import run
    from enforcement_sim.runs.sweep import sweep
    from enforcement_sim.runs.sweep_result import load_sweep
    from enforcement_sim.scenarios.load import load_scenario
    from enforcement_sim.scenarios.stack import load_stacked

__version__ = "0.1.0"
__all__ = [
    "EnforcementModel",
    "__version__",
    "compare",
    "compare_sweeps",
    "load_scenario",
    "load_stacked",
    "load_sweep",
    "plots",
    "run",
    "sweep",
]

# Mesa brings a progress bar that complains in notebooks without widgets. Nothing here shows one, and a reader of a notebook
# should not wonder what went wrong.
warnings.filterwarnings("ignore", message="IProgress not found")

_HOMES = {
    "EnforcementModel": "enforcement_sim.model",
    "compare": "enforcement_sim.runs.compare",
    "compare_sweeps": "enforcement_sim.runs.compared_sweeps",
    "load_scenario": "enforcement_sim.scenarios.load",
    "load_stacked": "enforcement_sim.scenarios.stack",
    "load_sweep": "enforcement_sim.runs.sweep_result",
    "run": "enforcement_sim.runs.run",
    "sweep": "enforcement_sim.runs.sweep",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used."""
    if name not in __all__ or name == "__version__":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = import_module("enforcement_sim.plots") if name == "plots" else getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)

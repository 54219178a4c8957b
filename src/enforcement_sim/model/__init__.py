"""The world of a run as a Mesa model: institutions are agents, and the compiled engine moves the people."""

from enforcement_sim.model.model import EnforcementModel

__all__ = ["EnforcementModel"]

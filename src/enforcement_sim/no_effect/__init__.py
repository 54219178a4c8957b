"""Parts of a scenario without effect: changes and parameters that alter nothing, and settings that are the same scenario."""

from enforcement_sim.no_effect.found import MOST_POINTS, NoEffect, SweptScenario, warn, without_effect

__all__ = ["MOST_POINTS", "NoEffect", "SweptScenario", "warn", "without_effect"]

"""What of a scenario can do nothing: changes that alter nothing that is simulated, and settings that are the same world."""

from enforcement_sim.no_effect.found import MOST_WORLDS, NoEffect, World, warn, without_effect

__all__ = ["MOST_WORLDS", "NoEffect", "World", "warn", "without_effect"]

"""What happens to a person between arrest and outcome, and how it is counted: the compiled engine.

Records flow through stages; each stage is one small function that reads like the rule it implements. This room
knows records, never institutions: a place is a row with a rule number, whoever decided it.
"""

from enforcement_sim.custody.compiled import engine_version

__all__ = ["compile_engine", "engine_version"]


def compile_engine() -> None:
    """Compile the engine, or load its machine code from the cache, by running a tiny world once.

    Call it in a parent process before workers start, so that they find the machine code on disk.
    """
    from enforcement_sim.custody.engine import smallest_engine

    smallest_engine().run_to_end()

"""What happens to a person between arrest and outcome, and how it is counted and recorded: the compiled engine.

The stages stand in modules of their own names (``bookings``, ``case``, ``screening``, ``detainer``, ``hold``, ``prison``,
``immigration_court``) and run in the order of ``day``. Whatever is decided about a person is a row of the table in
``decisions``, whose functions decide. ``histories`` reads what was recorded. Here a place is a row with a rule's number,
whoever decided on the rule.
"""

from enforcement_sim.process.jit import engine_version

__all__ = ["compile_engine", "engine_version"]


def compile_engine() -> None:
    """Compile the engine, or load its machine code from the cache, by running a tiny world once.

    Call it in a parent process before workers start, so that they find the machine code on disk.
    """
    from enforcement_sim.process.engine import smallest_engine

    smallest_engine().run_to_end()

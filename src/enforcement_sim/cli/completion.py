"""What a shell completes after the program's own words: names of shipped scenarios and parameters.

Asked by the shell at every press of the Tab key, so each function imports no more than it must and answers with nothing
where something is wrong. Files are offered beside names, because a scenario may be either.
"""

from __future__ import annotations

from enforcement_sim.runs.options import beginning


def scenarios(incomplete: str) -> list[str]:
    """Return shipped scenarios and the user's own YAML files that begin as written.

    Parameters
    ----------
    incomplete : str
        What has been typed of the word.

    Examples
    --------
    >>> scenarios("hold-l")
    ['hold-length']
    """
    from enforcement_sim.scenarios.load import shipped_names

    return beginning(incomplete, shipped_names(), files=True)


def parameters(incomplete: str) -> list[str]:
    """Return addresses of the register that begin as written.

    Examples
    --------
    >>> parameters("detainer.hold")
    ['detainer.hold_hours']
    """
    from enforcement_sim.parameters.register import load_register

    return beginning(incomplete, load_register())

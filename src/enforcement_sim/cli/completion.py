"""What a shell completes after the program's own words: names of shipped scenarios, sets, parameters and claims.

Asked by the shell at every press of the Tab key, so each function imports no more than it must and answers with nothing
where something is wrong. Files are offered beside names, because a scenario may be either.
"""

from __future__ import annotations

from pathlib import Path

SCENARIO_FILES = (".yaml", ".yml")


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

    return [name for name in shipped_names() if name.startswith(incomplete)] + _files(incomplete)


def assumption_sets(incomplete: str) -> list[str]:
    """Return shipped sets of assumptions and the user's own YAML files that begin as written.

    Examples
    --------
    >>> assumption_sets("larger-r")
    ['larger-reach']
    """
    from enforcement_sim.studies.assumptions.assumptions import shipped_names

    return [name for name in shipped_names() if name.startswith(incomplete)] + _files(incomplete)


def parameters(incomplete: str) -> list[str]:
    """Return addresses of the register that begin as written.

    Examples
    --------
    >>> parameters("detainer.hold")
    ['detainer.hold_hours']
    """
    from enforcement_sim.parameters.register import load_register

    return [address for address in load_register() if address.startswith(incomplete)]


def claims(incomplete: str) -> list[str]:
    """Return published claims whose names begin as written.

    Examples
    --------
    >>> claims("minor")
    ['minor-55']
    """
    from enforcement_sim.studies.claims.published import load_claims

    return [name for name in load_claims() if name.startswith(incomplete)]


def _files(incomplete: str) -> list[str]:
    """YAML files, and folders to look into, where the typed text is the beginning of a path."""
    if not incomplete:
        return []
    given = Path(incomplete)
    folder, begun = (given, "") if incomplete.endswith("/") else (given.parent, given.name)
    try:
        inside = sorted(path for path in folder.iterdir() if path.name.startswith(begun))
    except OSError:
        return []
    folders = [f"{path}/" for path in inside if path.is_dir()]
    return folders + [str(path) for path in inside if path.suffix in SCENARIO_FILES]

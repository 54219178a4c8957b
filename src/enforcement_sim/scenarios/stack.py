"""Several scenarios laid over each other, as long as none of them contradicts another.

``load_stacked("baseline", "trust-act", "hold-length")`` begins with the first scenario; each later one changes what the
earlier ones left alone. A file may override what it extends, because its author knew that file. Two files of which neither
extends the other must not disagree: they may not give one key two values, and they may not decide the same thing
differently for the same places at the same time. Every such conflict is an error that names both files and lines, because
the order in which scenarios are stacked must not decide silently between two policies.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from os import PathLike
from typing import Any

from enforcement_sim.errors import InputError, Problems
from enforcement_sim.scenarios.conflicts import VARIES, Chain, extends, two_policies, two_values
from enforcement_sim.scenarios.load import assembled, chain, find, merged
from enforcement_sim.scenarios.schema import Scenario
from enforcement_sim.yaml_lines import Document
from enforcement_sim.yaml_models import LONGEST_NAME


def load_stacked(first: str | PathLike[str], *others: str | PathLike[str], settled: Collection[str] = ()) -> Scenario:
    """Return one scenario made of several, in which later ones change what earlier ones left alone.

    Parameters
    ----------
    first, *others : str or path
        Shipped names, or paths of YAML files.
    settled : collection of str, optional
        Addresses that the caller sets afterwards, about which files may disagree.

    Returns
    -------
    Scenario
        Its name, title and question are those of all of them. Sweeps over different addresses become one grid.

    Raises
    ------
    InputError
        For everything that is wrong in one of the files, and for every conflict between two of them.

    Examples
    --------
    >>> stacked = load_stacked("baseline", "trust-act", "hold-length")
    >>> stacked.name, list(stacked.sweep)
    ('trust-act-hold-length', ['changes.california.from', 'detainer.hold_hours'])
    """
    problems = Problems()
    chains: list[list[Document]] = []
    for ref in (first, *others):
        with problems.gathering():
            chains.append(chain(find(ref), problems))
    problems.raise_if_any()
    _refuse_empty(chains)
    varying = _varying(chains)
    documents = list({one.path.resolve(): one for files in chains for one in files}.values())
    problems.errors += two_values(chains, varying, settled)
    problems.raise_if_any()
    scenario = assembled(_together(chains, documents, varying), documents, problems)
    problems.errors += two_policies(scenario, documents, chains)
    problems.raise_if_any()
    return scenario


def _refuse_empty(chains: Sequence[Chain]) -> None:
    """Raise for a scenario that adds nothing, because an earlier one is built on it."""
    known = {one.path.resolve() for one in chains[0]}
    for files in chains[1:]:
        if files[-1].path.resolve() in known:
            raise InputError("adds nothing: it is there already", file=files[-1].path)
        known |= {one.path.resolve() for one in files}


def _together(chains: Sequence[Chain], documents: Sequence[Document], varying: Sequence[Document]) -> dict[str, Any]:
    """Return what all files say together, in the form of a file."""
    plain: dict[str, Any] = {}
    for document in documents:
        plain = merged(plain, document.data)
    for key in VARIES:
        plain.pop(key, None)
    for document in varying:
        for key in VARIES:
            if key in document.data:
                plain[key] = {**plain.get(key, {}), **document.data[key]} if len(varying) > 1 else document.data[key]
    return plain | _labels(chains)


def _labels(chains: Sequence[Chain]) -> dict[str, str]:
    """Return name, title and question of all files that are stacked; what others extend is told by them."""
    told = [
        files[-1].data | {"name": str(files[-1].data.get("name", files[-1].path.stem))}
        for files in chains
        if not any(extends(others, files[-1], others[-1]) for others in chains)
    ]
    return {
        "name": "-".join(one["name"] for one in told)[:LONGEST_NAME].rstrip("-"),
        "title": " + ".join(str(one.get("title", one["name"])) for one in told),
        "asks": " ".join(str(one["asks"]) for one in told if "asks" in one),
    }


def _varying(chains: Sequence[Chain]) -> list[Document]:
    """Return the files whose sweep or design counts: of files that extend each other the last."""
    last = [
        files[max(at for at, one in enumerate(files) if _varies(one))] for files in chains if any(map(_varies, files))
    ]
    replaced = [
        one.path
        for one in last
        if any(extends(files, one, other) for files in chains for other in last if other.path != one.path)
    ]
    return list({one.path: one for one in last if one.path not in replaced}.values())


def _varies(document: Document) -> bool:
    return any(key in document.data for key in VARIES)

"""Where scenarios that are stacked contradict each other, told with both files and lines.

Files of which one extends the other never do: the later one overrides on purpose. All others may not give one address two
values, and may not decide the same thing differently for the same places on the same days.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from enforcement_sim.errors import InputError, shown
from enforcement_sim.scenarios.address import HISTORY, plain_value
from enforcement_sim.scenarios.overlap import reaches_of
from enforcement_sim.scenarios.schema import Scenario
from enforcement_sim.yaml_lines import Document

_DESIGN = "design"
VARIES = ("sweep", _DESIGN)
"""The two sections of a file that say what varies."""
_ADDRESSED = {
    "parameters": "",
    "history": HISTORY,
    "period": "period.",
    "data": "data.",
    "changes": "changes.",
    "sweep": "",
}
"""Sections whose entries are set one by one, with what begins the address of an entry."""
_OWN = ("schema", "extends", "name", "title", "asks")
"""Keys that each file has for itself."""

Chain = Sequence[Document]
"""Files of which each extends the one before."""


@dataclass(frozen=True)
class _Written:
    """What one file writes at one key: the address that it sets, the value, and whether it is one of several."""

    document: Document
    key: str
    value: Any
    varied: bool = False

    @property
    def place(self) -> str:
        """File and line."""
        return f"{self.document.path}:{self.document.line(self.key)}"

    def says_the_same(self, other: _Written) -> bool:
        """Return whether two files agree."""
        return (self.varied, plain_value(self.value)) == (other.varied, plain_value(other.value))


def extends(files: Chain, base: Document, over: Document) -> bool:
    """Return whether one of these files is built on another one of them."""
    paths = [one.path.resolve() for one in files]
    here = [one.path.resolve() for one in (base, over)]
    return all(one in paths for one in here) and paths.index(here[0]) < paths.index(here[1])


def related(chains: Sequence[Chain], one: Document, other: Document) -> bool:
    """Return whether two files are one, or one of them extends the other."""
    wanted = {one.path.resolve(), other.path.resolve()}
    return any(wanted <= {each.path.resolve() for each in files} for files in chains)


# ---- one key with two values -----------------------------------------------------------------------------------------


def two_values(chains: Sequence[Chain], varying: Sequence[Document], settled: Collection[str]) -> list[InputError]:
    """Return an error for every address to which two files that do not extend each other give different values.

    Parameters
    ----------
    chains : sequence of Chain
        Each scenario of the stack with what it extends.
    varying : sequence of Document
        The files whose sweep or design counts.
    settled : collection of str
        Addresses about which files may disagree.
    """
    found: list[InputError] = []
    for earlier, later in combinations([_last_written(files, varying) for files in chains], 2):
        unlike = {
            address: _contradiction(earlier[address], second, address)
            for address, second in later.items()
            if address in earlier and address not in settled and not second.says_the_same(earlier[address])
            if not related(chains, earlier[address].document, second.document)
        }
        # A sweep and a design contradict each other once, not at every address.
        found += [unlike[_DESIGN]] if _DESIGN in unlike else unlike.values()
    return found


def _contradiction(first: _Written, second: _Written, address: str) -> InputError:
    """Return the error for two files that disagree about an address."""
    if address == _DESIGN:
        message, way = f"cannot be combined with the {first.key} of {first.place}", ""
    else:
        message = f"{_told(second)} here, and {_told(first)} in {first.place}"
        way = f", or --set {address}=VALUE"
    whole = first.varied or second.varied or address.startswith("changes.")
    allowed = f"one of the two{'' if whole else way}"
    return InputError(message, second.document.path, second.document.line(second.key), second.key, allowed)


def _told(one: _Written) -> str:
    value = "" if one.key == _DESIGN else f" {shown(plain_value(one.value))}"
    return f"varied{value and ' over'}{value}" if one.varied else f"set to{value}"


def _last_written(files: Chain, varying: Sequence[Document]) -> dict[str, _Written]:
    """Return what files that extend each other say at last, by address; what is swept stands before what is set."""
    last: dict[str, _Written] = {}
    for document in files:
        last |= {address: one for address, one in _entries(document) if not one.varied}
    for document in files:
        if document in varying:
            last |= {address: one for address, one in _entries(document) if one.varied}
    return last


def _entries(document: Document) -> Iterator[tuple[str, _Written]]:
    """Yield every address that a file sets or varies."""
    for key in VARIES:
        if key in document.data:
            # A sweep and a design, or two designs, are no grid together.
            yield _DESIGN, _Written(document, key, None if key == "sweep" else document.path, varied=True)
    for key, value in document.data.items():
        if key in _OWN:
            continue
        if key in _ADDRESSED and isinstance(value, Mapping):
            for name, one in value.items():
                yield f"{_ADDRESSED[key]}{name}", _Written(document, f"{key}.{name}", one, key == "sweep")
        elif key != _DESIGN:
            yield key, _Written(document, key, value)
    for address in _designed(document.data.get(_DESIGN)):
        yield address, _Written(document, _DESIGN, document.path, varied=True)


def _designed(design: object) -> Iterator[str]:
    """Yield the addresses that a design varies."""
    for part in design.values() if isinstance(design, Mapping) else ():
        if isinstance(part, Mapping):
            rows = part.get("rows")
            first = rows[0] if isinstance(rows, list) and rows else {}
            for entries in (part.get("values"), first):
                yield from entries if isinstance(entries, Mapping) else ()


# ---- one decision with two rules -------------------------------------------------------------------------------------


def two_policies(scenario: Scenario, documents: Sequence[Document], chains: Sequence[Chain]) -> list[InputError]:
    """Return an error for every two changes of unrelated files that decide the same thing differently somewhere."""
    writers = {
        name: document
        for document in documents
        for name in (document.data["changes"] if isinstance(document.data.get("changes"), Mapping) else ())
    }
    found = []
    reaches = reaches_of(scenario).values()
    for first, second in combinations(reaches, 2):
        before, after = writers[first.name], writers[second.name]
        if related(chains, before, after):
            continue
        decision = second.met_by(first)
        if decision:
            key = f"changes.{second.name}"
            there = f"changes.{first.name} in {before.path}:{before.line(f'changes.{first.name}')}"
            message = f"decides {decision!r} otherwise than {there}, for the same places on the same days"
            found.append(InputError(message, after.path, after.line(key), key, "other places, dates or decisions"))
    return found

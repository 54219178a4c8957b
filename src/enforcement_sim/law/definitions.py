"""Definitions: what a published figure means by "level 1", "no conviction" or "minor offence".

A definition is an ordered list of categories, each a rule over grounds; a person falls in the first that covers
them. It is applied to ledger profiles after a run, so one run answers under every definition. The definition
``charge`` is the exception that names the offence class itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from enforcement_sim.errors import InputError
from enforcement_sim.law.grounds import PROFILE_GROUNDS, bits
from enforcement_sim.law.rules import Rule
from enforcement_sim.yaml_lines import read_yaml

__all__ = ["Definition", "load_definitions"]


@dataclass(frozen=True)
class Definition:
    """A named, cited way of sorting people into categories.

    Attributes
    ----------
    rules : tuple of Rule
        One a category, in order (a name may come twice); empty when the category is the offence class.
    otherwise : str
        The category of those whom no rule covers.
    by_offence : bool
        Whether the category is the offence class itself.
    """

    id: str
    title: str
    citation: str
    rules: tuple[Rule, ...]
    otherwise: str
    by_offence: bool

    @property
    def categories(self) -> tuple[str, ...]:
        """The categories in order, the rest last; empty for offence classes."""
        return (*dict.fromkeys(rule.title for rule in self.rules), self.otherwise) if self.rules else ()

    def category(self, grounds: int) -> str:
        """Return the category of a person with these grounds.

        Examples
        --------
        >>> from enforcement_sim.law.grounds import bits
        >>> load_definitions()["no-conviction-ever"].category(bits(("anyone", "felony_charge")))
        'no conviction'
        """
        for rule in self.rules:
            if rule.covers(grounds):
                return rule.title
        return self.otherwise


@cache
def load_definitions() -> Mapping[str, Definition]:
    """Return the shipped definitions by name.

    Raises
    ------
    InputError
        If a definition has no citation or uses a ground that profiles do not carry.

    Examples
    --------
    >>> load_definitions()["ice-levels-2010"].categories
    ('level 1', 'level 2', 'level 3', 'no conviction')
    """
    return read_definitions(Path(__file__).with_name("definitions.yaml"))


def read_definitions(path: Path) -> Mapping[str, Definition]:
    """Read definitions from a file; see :func:`load_definitions` for the errors."""
    document = read_yaml(path)
    definitions = {}
    for name, entry in document.data["definitions"].items():
        key = ("definitions", name)
        if not str(entry.get("citation") or "").strip():
            raise InputError("a definition without a citation", file=path, line=document.line(key), key=".".join(key))
        by_offence = entry["categories"] == "by offence"
        rules = []
        for category in [] if by_offence else entry["categories"]:
            for ground in (*category["any_of"], *category["none_of"]):
                if ground not in PROFILE_GROUNDS:
                    raise InputError(
                        f"ground {ground!r} cannot be read from a profile",
                        file=path,
                        line=document.line(key),
                        key=".".join(key),
                        allowed=sorted(PROFILE_GROUNDS),
                    )
            rules.append(
                Rule(
                    f"{name}: {category['name']}",
                    "definition",
                    category["name"],
                    bits(category["any_of"]),
                    bits(category["none_of"]),
                    None,
                    entry["citation"],
                )
            )
        definitions[name] = Definition(
            name, entry["title"], entry["citation"], tuple(rules), entry["otherwise"], by_offence
        )
    return definitions

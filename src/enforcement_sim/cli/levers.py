"""``enforcement-sim levers``: what a policy can change, with the rules of each lever and an example to copy."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Annotated

import typer

from enforcement_sim.commands.options import unknown
from enforcement_sim.commands.printed_data import AsFormat, Format, print_rows
from enforcement_sim.tables.table import Table
from enforcement_sim.terminal.layout import print_table
from enforcement_sim.terminal.printing import paragraph, print_part, print_text

YEAR = ("2011-10-01", "2012-09-30")
"""Days of an example that has none of its own."""
SEEDS = 4
MOST_VALUES = 4
"""Most values that the table of all levers names."""
REFERENCE = "baseline"
QUOTED = re.compile(r'"([^"]+)"')

Name = Annotated[str, typer.Argument(help="A lever, such as agreement: all about it.", metavar="[NAME]")]


@dataclass(frozen=True)
class Lever:
    """A decision that a scenario can change.

    Attributes
    ----------
    decision : str
        Its name in a change.
    title, changes : str
        The question it answers, and what differs in the model.
    values : dict
        The rules or values it takes, and what each says.
    name, change : str
        Name and content of a change as an example.
    place : str
        Scope of the example.
    start, end : str
        Its period.
    """

    decision: str
    title: str
    changes: str
    values: dict[str, str]
    name: str
    change: str
    place: str
    start: str
    end: str

    @property
    def settings(self) -> tuple[str, str, str]:
        """The places and days of the example, as ``--set`` takes them."""
        return f"scope={self.place}", f"period.start={self.start}", f"period.end={self.end}"

    @property
    def setting(self) -> str:
        """The change of the example, as ``--set`` takes it."""
        return f"changes.{self.name}={self.change}"

    @property
    def command(self) -> str:
        """The example as a command: history compared with the change, in the same places on the same days."""
        shared = [word for setting in self.settings for word in ("--set", setting)]
        words = ["enforcement-sim", "compare", REFERENCE, *shared, "--set-b", self.setting]
        return shlex.join([*words, "--replications", str(SEEDS)])

    @property
    def in_a_file(self) -> str:
        """The change as a line of a scenario file, where counties stand by their codes."""
        from enforcement_sim.written_places import county_code

        coded = QUOTED.sub(lambda found: f'"{county_code(found[1])}"', self.change)
        return f"changes: {{{self.name}: {coded}}}"


@cache
def load_levers() -> dict[str, Lever]:
    """Return every lever by its name, rules over people first.

    Examples
    --------
    >>> load_levers()["agreement"].values["ended"]
    'not in force; nobody is interviewed under it'
    """
    from enforcement_sim.law.rules import load_rulebook
    from enforcement_sim.yaml_lines import read_yaml

    file = files("enforcement_sim.cli").joinpath("levers.yaml")
    written = read_yaml("levers.yaml", file.read_text(encoding="utf-8")).data
    rulebook = load_rulebook()
    found: dict[str, Lever] = {}
    for decision, one in written.items():
        values = one.get("values") or {name: rulebook.rules[name].title for name in rulebook.of_decision(decision)}
        days = (str(one.get("from", YEAR[0])), str(one.get("until", YEAR[1])))
        parts = (one["title"], one["changes"], values, one["name"], one["example"], one["place"])
        found[decision] = Lever(decision, *parts, *days)
    return found


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("levers")(levers)


def levers(name: Name = "", wanted: AsFormat = Format.TEXT) -> None:
    """Print what a policy can change: each lever with its rules, what it changes, and an example to copy.

    Ending a 287(g) agreement is the lever `agreement`; leaving Secure Communities is `sharing`.
    """
    known = load_levers()
    if name and name not in known:
        raise unknown("lever", name, known)
    chosen = [known[name]] if name else list(known.values())
    if wanted is not Format.TEXT:
        print_rows(_as_data(chosen), wanted)
    elif name:
        _print_lever(known[name])
    else:
        _print_all(chosen)


def _print_all(found: list[Lever]) -> None:
    """Print the levers, one a row, and how to set them."""
    rows = tuple((one.decision, one.title, _some(one.values)) for one in found)
    print_table(Table(("lever", "what is decided", "its rules or values"), rows, "What a policy can change"))
    print_text()
    ending = next(one for one in found if one.decision == "agreement")
    print_text(
        paragraph(
            "enforcement-sim levers agreement, for one, prints what a lever changes, what each rule says, and an example. "
            "A change holds in "
            "its places (where) from and until its days; what it leaves out stays as in history. To end an agreement:"
        )
    )
    print_text(f"\n{ending.command}\n")
    print_table(_parameters())


def _parameters() -> Table:
    """Return the parameters that somebody decides, such as the hold: a scenario's value holds from its first day on."""
    from enforcement_sim.parameters.register import load_register

    register = load_register()
    rows = tuple(
        (one.address, f"{one.default:.10g}", one.unit, f"{one.low:.10g} to {one.high:.10g}")
        for one in (register[address] for address in register.levers)
    )
    caption = "Set with --set detainer.hold_hours=96. enforcement-sim parameters prints what each means and its source."
    return Table(("parameter", "value", "unit", "range"), rows, "Policy and resources as numbers", caption)


def _some(values: dict[str, str]) -> str:
    """Return the values of a lever, or the number of its rules if there are many."""
    return ", ".join(values) if len(values) <= MOST_VALUES else f"{len(values)} rules"


def _print_lever(one: Lever) -> None:
    """Print everything about one lever."""
    print_text(paragraph(f"{one.decision}: {one.title}"))
    print_part("changes", one.changes, indent=2)
    print_text()
    print_table(Table(("rule" if one.decision in _rule_decisions() else "value", "meaning"), tuple(one.values.items())))
    shipped = _shipped_with(one.decision)
    if shipped:
        print_text()
        print_part("used in", f"{', '.join(shipped)} (enforcement-sim scenario show prints one)", indent=2)
    print_text(f"\n  History compared with the change, in one place:\n\n{one.command}\n")
    print_text(f"  The same change in a scenario file:\n\n{one.in_a_file}")


def _rule_decisions() -> dict[str, str]:
    from enforcement_sim.law.rules import DECISIONS

    return DECISIONS


def _shipped_with(decision: str) -> list[str]:
    """Return the shipped scenarios that change a decision."""
    from enforcement_sim.scenarios.load import load_scenario, shipped_names

    return [name for name in shipped_names() if any(one.decision == decision for one in load_scenario(name).changes)]


def _as_data(found: list[Lever]) -> list[dict[str, str]]:
    """Return one record for each rule or value of each lever."""
    return [
        {
            "lever": one.decision,
            "decides": one.title,
            "changes": one.changes,
            "rule": rule,
            "meaning": meaning,
            "example": one.command,
        }
        for one in found
        for rule, meaning in one.values.items()
    ]

"""Writes docs/parameters.md: the whole register as tables, section by section, with the argument for every range.

Nothing is written here but headings: what a number means, where it comes from, why its range ends where it does, who would
dispute that and what it moves are the register's own words. A test makes the page again and compares.
``python -m tools.make_parameters``.
"""

from __future__ import annotations

import csv
from collections import Counter
from itertools import groupby
from pathlib import Path
from textwrap import fill

from enforcement_sim.parameters.register import GRADES, Argument, Parameter, in_one_line, load_register
from enforcement_sim.results.measures import MEASURES

DOCS = Path(__file__).parents[1] / "docs"
OUT = DOCS / "parameters.md"
ENDS = DOCS / "parameters-at-their-ends.csv"
"""Written by ``python -m tools.check_parameters_move``, which takes a minute and a half of computing."""
ENDS_COLUMNS = ("parameter", "low", "high", "measure", "at_low", "at_high", "measures_moved")

SECTIONS = {
    "booking": "Bookings",
    "county": "How counties differ",
    "status": "Who is booked",
    "people": "People who are booked once or more",
    "record": "Earlier convictions",
    "offence": "Offences",
    "case": "The criminal case",
    "screening": "Secure Communities and what all programmes share",
    "jail_287g": "287(g) in jails",
    "task_force": "287(g) in the field",
    "background": "The Criminal Alien Program",
    "secure_communities": "The early gate of Secure Communities",
    "effort": "ICE's effort",
    "detainer": "The detainer",
    "hold": "The hold",
    "pickup": "The pick-up",
    "refusal": "A jail that declines",
    "custody": "ICE custody and after",
    "beds": "Beds",
    "institutions": "Institutions that may respond",
    "response": "Imported responses of victims, police and offenders",
    "cost": "Money",
    "start": "The start of a run",
}
"""Heading of each group of addresses; a group that is not named here stops the page."""

HEAD = """# Parameters

Every number that the model believes about the world: {numbers} numbers under {entries} entries ({grades}). Made by
`python -m tools.make_parameters` from `src/enforcement_sim/parameters/parameters.yaml`; `enforcement-sim parameters NAME`
prints one in full.

*Seen*: the figure stands in the document named; *derived*: arithmetic on seen figures; *recalled*: a prior, no document at
hand; *assumed*: chosen, with an argument. A table runs over a list (*by*) and has one number a member, at the address with the
member's name behind a dot. *Moves* names printed measures that differ between the two ends of the range in a small world where
rare things happen often, everything else as it is; `tests/parameters/test_every_parameter_moves.py` runs it. Where a number
acts only under some setting of a scenario, the setting stands there. {nothing}

A *lever* is policy or resources: what a scenario sets holds from the first counted day on, and the value of history before it
([guide](guides/own-policy.md)). Everything else describes people, cases or the world, and has one value throughout a run."""

ENDS_HEAD = """## What each number moves

Every number at both ends of its range in a small world, everything else as it is: the first measure that its entry names, and
how many of the {measures} printed measures differ at all. Made by `python -m tools.check_parameters_move`, which says what the
world is. It shows that a number reaches a result; the size of an effect in a world so small is no finding."""

WIDTH = 126
COLUMNS = (
    "address and meaning",
    "unit",
    "default",
    "range",
    "grade",
    "why these ends",
    "who would dispute it",
    "source",
    "moves",
)


def entries() -> dict[str, list[Parameter]]:
    """Return the register by entry: a plain entry has one parameter, a table one a member."""
    found: dict[str, list[Parameter]] = {}
    for parameter in load_register().values():
        found.setdefault(parameter.table or parameter.address, []).append(parameter)
    return found


def row(address: str, members: list[Parameter]) -> str:
    """Return the row of an entry."""
    one = members[0]
    if one.table is None:
        default = f"{one.default:.10g}"
    else:
        default = ", ".join(f"{each.address.rpartition('.')[2]} {each.default:.10g}" for each in members)
    cells = (
        f"`{address}`<br>{one.meaning}{' *Lever.*' if one.lever else ''}",
        one.unit,
        default,
        f"{one.low:.10g} to {one.high:.10g}",
        one.grade,
        one.argument.range_from,
        one.argument.disputed_by,
        one.source,
        told_moves(one.argument),
    )
    return f"| {' | '.join(in_cell(cell) for cell in cells)} |"


def in_cell(text: str) -> str:
    """Return a text for a cell of a table: no bar, and no dollar that would begin a formula.

    Examples
    --------
    >>> print(in_cell("$63 | $143"))
    \\$63 / \\$143
    """
    return text.replace("|", "/").replace("$", "\\$")


def told_moves(argument: Argument) -> str:
    """Return what a number moves, under which settings, and why."""
    told = ", ".join(f"`{name}`" for name in argument.moves) or "nothing"
    if argument.unmoved:
        told += f"; not by {', '.join(argument.unmoved)}"
    if argument.acts_with:
        told += " with " + ", ".join(
            f"`{address}: {in_one_line(value)}`" for address, value in argument.acts_with.items()
        )
    return f"{told}. {argument.because}" if argument.because else told


def page() -> str:
    """Return the whole page."""
    found = entries()
    known = Counter(members[0].grade for members in found.values())
    still = [address for address, members in found.items() if not members[0].argument.moves]
    named = ", ".join(f"`{address}`" for address in still)
    head = HEAD.format(
        numbers=len(load_register()),
        entries=len(found),
        grades=", ".join(f"{known[grade]} {grade}" for grade in GRADES),
        nothing=f"Nothing can move for {named}, and the row says why." if still else "Every entry moves something.",
    )
    lines = ["\n\n".join(fill(" ".join(part.split()), WIDTH, break_long_words=False) for part in head.split("\n\n"))]
    by_group = groupby(sorted(found, key=lambda address: list(SECTIONS).index(group_of(address))), key=group_of)
    for group, addresses in by_group:
        lines += ["", f"## {SECTIONS[group]}", "", f"| {' | '.join(COLUMNS)} |", f"|{'---|' * len(COLUMNS)}"]
        lines += [row(address, found[address]) for address in addresses]
    return "\n".join([*lines, "", ENDS_HEAD.format(measures=len(MEASURES)), "", *rows_of_ends()]) + "\n"


def rows_of_ends() -> list[str]:
    """Return the table of what each number moved, from the file that the check wrote."""
    with ENDS.open(encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file))
    lines = ["| parameter | from | to | measure | at the low end | at the high end | measures moved |"]
    lines.append("|---|---:|---:|---|---:|---:|---:|")
    for each in found:
        cells = [f"`{each['parameter']}`", each["low"], each["high"], f"`{each['measure']}`" if each["measure"] else ""]
        lines.append(f"| {' | '.join([*cells, each['at_low'], each['at_high'], each['measures_moved']])} |")
    return lines


def group_of(address: str) -> str:
    """Return the group of an address: its part before the first point."""
    return address.partition(".")[0]


def main() -> None:
    """Write the page."""
    OUT.write_text(page(), encoding="utf-8")
    print(OUT.name, "written")


if __name__ == "__main__":
    main()

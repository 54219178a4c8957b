"""The whole rulebook as a page of Markdown: ``docs/rules.md`` is what this writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from enforcement_sim.cli.law_words import (
    about,
    categories_of,
    parts_of,
    since_in_words,
    usual_parameters,
    where_in_words,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from enforcement_sim.law.rules import Entry, Mark, Rulebook

__all__ = ["page_of"]

INTRODUCTION = """\
# Rules and definitions

Every rule the model knows: whom it covers, since when, and by which text. This page is printed by
`enforcement-sim rules --markdown`; the rules themselves are in `src/enforcement_sim/law/rulebook.yaml`.

A rule covers a person of whom at least one ground under *covers* is true and none under *except*. The grades say how
well a text and its dates are known: *seen* in the document or in a page that quotes it; *derived* from what was seen;
*recalled* from general knowledge, to be checked before it is cited; *assumed*. Where the parts of a rule differ, its
grade is that of the weakest. A *note* says what the grounds cannot express.

Whom a rule covers is not yet to whom it is done: *followed* says how closely the rule is followed with the parameters of
the scenario `baseline`. A scenario with other parameters, or one that says `followed` beside the rule, has other shares;
`enforcement-sim scenario check` prints them.
"""


def page_of(rulebook: Rulebook) -> str:
    """Return the whole rulebook, the definitions and the meaning of the grounds as a Markdown page."""
    from enforcement_sim.law.definitions import load_definitions
    from enforcement_sim.law.grounds import GROUNDS
    from enforcement_sim.law.rules import DECISIONS

    lines, values = [INTRODUCTION], usual_parameters()
    for decision, question in DECISIONS.items():
        lines += [f"## {decision.capitalize()}: {question}", ""]
        for name in rulebook.of_decision(decision):
            rule = rulebook.rules[name]
            lines += [f"### `{name}`", "", f"{rule.title}.", ""]
            lines += [f"- {label}: {text}" for label, text in parts_of(rule, values) if label != "decision"]
            lines.append("")
    lines += [
        "## Timeline",
        "",
        "A later line replaces an earlier one for the same decision and place.",
        "",
        *_table(("from", "decision", "rule", "where", "citation", "grade"), map(_timeline_row, rulebook.timeline)),
        "",
        "## Dates on figures",
        "",
        *_table(("date", "what", "where", "citation", "grade"), map(_mark_row, rulebook.marks)),
        "",
        "## Definitions",
        "",
        "Each sorts people into the first category that covers them.",
        "",
    ]
    for one in load_definitions().values():
        lines += [f"### `{one.id}`", "", f"{one.title}. {one.citation}.", ""]
        lines += [f"- {category}: {grounds}" for category, grounds in categories_of(one)]
        lines += [*(f"- *{label}*: {text}" for label, text in about(one) if label != "citation"), ""]
    lines += [
        "## Grounds",
        "",
        *_table(
            ("ground", "what is true", "by which text"),
            [(one.name.replace("_", " "), one.definition, one.citation) for one in GROUNDS],
        ),
    ]
    return "\n".join(lines) + "\n"


def _timeline_row(entry: Entry) -> tuple[str, ...]:
    note = f" {entry.note}" if entry.note else ""
    where = where_in_words(entry.where).removeprefix("in ")
    return since_in_words(entry), entry.decision, f"`{entry.rule}`", where, f"{entry.citation}.{note}", entry.grade


def _mark_row(mark: Mark) -> tuple[str, ...]:
    return str(mark.day), mark.text, where_in_words(mark.where).removeprefix("in "), mark.citation, mark.grade


def _table(headings: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    written = [headings, tuple("---" for _ in headings), *rows]
    return ["| " + " | ".join(cell.replace("|", "/") for cell in row) + " |" for row in written]

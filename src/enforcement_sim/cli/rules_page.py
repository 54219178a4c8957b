"""The page ``docs/rules.md``, which ``enforcement-sim rules --markdown`` prints: rules, timeline, definitions and grounds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from enforcement_sim.cli.rule_text import categories_of, parts_of_definition, parts_of_rule, start_of, where_in_force

if TYPE_CHECKING:
    from enforcement_sim.law.rules import Rulebook

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


def rules_page(rulebook: Rulebook) -> str:
    """Return the whole rulebook, the definitions and the meaning of the grounds as a Markdown page."""
    from enforcement_sim.law.definitions import load_definitions
    from enforcement_sim.law.grounds import GROUNDS
    from enforcement_sim.law.rules import DECISIONS

    lines = [INTRODUCTION]
    for decision, question in DECISIONS.items():
        lines += [f"## {decision.capitalize()}: {question}", ""]
        for name in rulebook.of_decision(decision):
            rule = rulebook.rules[name]
            lines += [f"### `{name}`", "", f"{rule.title}.", ""]
            lines += [*(f"- {label}: {text}" for label, text in parts_of_rule(rule) if label != "decision"), ""]
    timeline = [
        (
            start_of(one),
            one.decision,
            f"`{one.rule}`",
            where_in_force(one),
            f"{one.citation}. {one.note}".rstrip(),
            one.grade,
        )
        for one in rulebook.timeline
    ]
    marks = [(str(one.day), one.text, where_in_force(one), one.citation, one.grade) for one in rulebook.marks]
    grounds = [(one.name.replace("_", " "), one.definition, one.citation) for one in GROUNDS]
    lines += [
        *("## Timeline", "", "A later line replaces an earlier one for the same decision and place.", ""),
        *_rows(("from", "decision", "rule", "where", "citation", "grade"), timeline),
        *("", "## Dates on figures", ""),
        *_rows(("date", "what", "where", "citation", "grade"), marks),
        *("", "## Definitions", "", "Each sorts people into the first category that covers them.", ""),
    ]
    for one in load_definitions().values():
        lines += [f"### `{one.id}`", "", f"{one.title}. {one.citation}.", ""]
        lines += [f"- {category}: {text}" for category, text in categories_of(one)]
        lines += [*(f"- *{label}*: {text}" for label, text in parts_of_definition(one) if label != "citation"), ""]
    lines += ["## Grounds", "", *_rows(("ground", "what is true", "by which text"), grounds)]
    return "\n".join(lines) + "\n"


def _rows(headings: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    """Return a Markdown table; the places in it are written without their preposition."""
    written = [headings, tuple("---" for _ in headings), *rows]
    return ["| " + " | ".join(cell.replace("|", "/").removeprefix("in ") for cell in row) + " |" for row in written]

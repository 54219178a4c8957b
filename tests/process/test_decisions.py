"""The table of decisions: the engine asks every row, every row names what there is, and a row that does not is refused."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import enforcement_sim
from enforcement_sim.errors import InputError
from enforcement_sim.law.rules import load_rulebook
from enforcement_sim.parameters.register import load_register
from enforcement_sim.process.decisions import BY_DRAW, CAUSES, COLUMNS, DRAW_MASK, TABLE, Decision, Kind, read_table
from enforcement_sim.process.jit import ENGINE_SOURCES
from enforcement_sim.process.rng import Draw

PACKAGE = Path(enforcement_sim.__file__).parent
WHETHER_DRAWN = {"DRAWN", "FIELD_DRAWN", "RESPONSE_DRAWN"}
"""Answered by whether a booking has a record at all."""
UNDER_A_STATUTE = ("authorisation", "counsel", "detainer_adherence", "hold_clock", "record", "route")
"""Causes whose decisions are taken under a statute or regulation."""


def named(paths: list[Path]) -> set[str]:
    """The names of decisions that modules use."""
    nodes = (node for path in paths for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    return {
        node.attr
        for node in nodes
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Decision"
    }


def test_the_engine_asks_every_decision_and_no_other() -> None:
    asked = named([PACKAGE / "process" / f"{name}.py" for name in ENGINE_SOURCES])
    assert asked == set(Decision.__members__) - WHETHER_DRAWN
    everywhere = named([path for room in ("process", "runs", "report") for path in (PACKAGE / room).glob("*.py")])
    assert everywhere == set(Decision.__members__)


def test_what_a_decision_reads_exists() -> None:
    addresses = {one for decision in Decision for one in decision.shares if ": " not in one}
    assert len(addresses) > 20 and addresses <= set(load_register())
    assert all(bool(decision.draw) == (decision.kind in BY_DRAW) for decision in Decision)
    assert all(decision.reads for decision in Decision if decision.kind not in (Kind.FACT, Kind.CLOCK))


def test_every_draw_has_its_own_number() -> None:
    """Two draws of one number would move together; a decision shares another's only where the table says so."""
    normal = {draw + 1 for draw in (Draw.COUNT, Draw.FIELD_COUNT, Draw.STOCK, Draw.RESPONSE_COUNT)}
    assert len(Draw.__members__) == len(set(Draw) - normal) and max(Draw) <= DRAW_MASK
    shared = {one.name: one.draw.name for one in Decision if one.draw is not None and one.draw.name != one.name}
    assert shared == {"PRISON_TIME": "SENTENCE_TIME", "COUNSEL_EARLY": "COUNSEL"}


def test_law_is_cited_once() -> None:
    """A rule brings its citation from the rulebook; what is decided under a statute has it in the table."""
    assert all(rule.citation for rule in load_rulebook().rules.values())
    assert not [decision.name for decision in Decision if decision.kind == Kind.RULE and decision.citation]
    missing = [one.name for one in Decision if one.cause.name in UNDER_A_STATUTE and not one.citation]
    assert missing == []


def test_every_cause_is_used() -> None:
    lacked = {what for decision in Decision if decision.kind == Kind.CAPACITY for what in decision.reads} & set(CAUSES)
    assert {decision.cause.name for decision in Decision} | lacked == set(CAUSES)


ROW = "LIFTED,draw,ICE has lifted the detainer,lifted,,37,detainer.lifted_share,,"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (
            ROW.replace("lifted,,37", "lifte,,37"),
            "decisions.csv:3: cause: invalid value 'lifte'; .*did you mean 'lifted'",
        ),
        (ROW.replace("draw,ICE", "drawn,ICE"), "kind: invalid value 'drawn'; .*did you mean 'draw'"),
        (ROW.replace("37", "LIFT"), "draw: invalid value 'LIFT'; allowed: a number up to 127"),
        (ROW.replace("37", "128"), "draw: invalid value '128'"),
        (ROW.replace("37", ""), "draw: invalid value ''"),
        (ROW.replace("draw,ICE", "fact,ICE"), "draw: invalid value '37'"),
        (ROW.replace("detainer.lifted_share", "place: lifted"), "reads: invalid value 'lifted'"),
        (ROW.replace("draw,", "duration,"), "reads: invalid value 'detainer.lifted_share'"),
        (ROW + ",", "name: invalid value 'LIFTED'"),
        (f"{ROW}\n{ROW}", "decisions.csv:4: name: invalid value 'LIFTED'"),
        (
            f"{ROW}\n{ROW.replace('LIFTED', 'AGAIN')}",
            "draw: invalid value '37'; allowed: each draw once; LIFTED has it",
        ),
        (ROW[:-1] + "cap,", "planned_for: invalid value 'cap'"),
    ],
)
def test_a_row_that_names_what_there_is_not_is_refused(wrong: str, said: str) -> None:
    head = ",".join(COLUMNS) + "\nlifted,cause,Detainers lifted,,direct,,,,\n"
    assert read_table(head + ROW)[1]["LIFTED"][0] == 37
    with pytest.raises(InputError, match=said):
        read_table(head + wrong)


def test_an_unknown_column_is_refused() -> None:
    text = TABLE.read_text(encoding="utf-8")
    for wrong in (text.replace(",reads,", ",read,", 1), text.replace("citation", "citation,note", 1)):
        with pytest.raises(InputError, match=r"decisions.csv:1: columns: "):
            read_table(wrong)

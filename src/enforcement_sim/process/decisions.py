"""Every decision between booking and outcome: the one table of them, ``decisions.csv``, and the functions that decide.

The engine, the explanations and the docs read the same rows. A row of the kind ``cause`` says what decisions are called
where two histories of one booking part by them. A draw's number is stated once; a decision that shares another's draw names
that decision. Thresholds that stand in the register, and the rows of durations, are taken from the table; a threshold in a
place's, a status's or an offence's record is read there, under the name that the table gives.

:func:`decide` draws, :func:`duration` draws hours, :func:`verdict` asks a rule, and :func:`note` passes on what a fact, a
capacity or a clock answers. Each writes the decision down where the run is recorded.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from enum import EnumType, IntEnum, StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from enforcement_sim.codes import PROGRAMMES
from enforcement_sim.errors import InputError, nearest_names
from enforcement_sim.process.jit import inlined, part, stage
from enforcement_sim.process.layouts import OFFENCE, PLACE, QUANTILES, STATUS, Duration
from enforcement_sim.process.recorder import Row, new_row
from enforcement_sim.process.rng import Draw, uniform

TABLE = Path(__file__).with_name("decisions.csv")
COLUMNS = ("name", "kind", "words", "cause", "reach", "draw", "reads", "planned_for", "citation")
DRAW_MASK = 127
"""The part of a decision's number that names its draw."""
_AGAIN = DRAW_MASK + 1  # another decision by the same draw
_LAST = DRAW_MASK + _AGAIN
DIRECT, KNOCK_ON = "direct", "knock-on"
CAUSE = "cause"
_RECORDS = {"place": PLACE, "status": STATUS, "offence": OFFENCE}


class Kind(StrEnum):
    """What answers a decision."""

    RULE = "rule"  # a rule over grounds
    FOLLOWED = "followed"  # a draw: how closely a rule is followed
    DRAW = "draw"
    SETTING = "setting"  # what is in force at the place on the day
    FACT = "fact"  # about the person, remembered or read from the grounds
    DURATION = "duration"
    CAPACITY = "capacity"
    CLOCK = "clock"


BY_DRAW = (Kind.DRAW, Kind.FOLLOWED, Kind.DURATION)


@dataclass(frozen=True)
class Cause:
    """What a decision is called where two histories of one booking part by it.

    Attributes
    ----------
    name, words : str
        As in tables, and as in figures.
    reach : str
        ``direct`` where the decision is about this booking; ``knock-on`` where others, or an earlier booking of the
        person, made the difference.
    """

    name: str
    words: str
    reach: str = DIRECT


UNEXPLAINED = Cause("unexplained", "Unexplained")
Rows = dict[str, tuple[int, dict[str, Any]]]


def read_table(text: str) -> tuple[dict[str, Cause], Rows]:
    """Read the table of decisions.

    Parameters
    ----------
    text : str
        CSV with the columns of `COLUMNS`; several things that a decision reads are parted by semicolons.

    Returns
    -------
    causes : dict of str to Cause
    rows : dict of str to (int, dict)
        By the decision's name its number, which a run's record holds, and its row. The low seven bits of the number are
        those of its draw; a decision without one is numbered from above.

    Raises
    ------
    InputError
        At the first column, kind, cause, draw, programme or thing read that is not known, or name or draw given twice.
    """
    lines = list(csv.DictReader(text.splitlines(), restkey="more", restval=""))
    if not lines or tuple(lines[0]) != COLUMNS:
        raise _wrong(1, "columns", ",".join(lines[0] if lines else ()), COLUMNS)
    causes: dict[str, Cause] = {}
    rows: Rows = {}
    numbered: dict[int, str] = {}
    without_draw = iter(range(_LAST, DRAW_MASK, -1))
    for line, row in enumerate(lines, start=2):
        name = row["name"]
        _known(line, "kind", row["kind"], (CAUSE, *Kind))
        if name in causes or name in rows or tuple(row) != COLUMNS:
            raise _wrong(line, "name", name, "each name once, in a row of as many fields as the table has columns")
        if row["kind"] == CAUSE:
            causes[name] = Cause(name, row["words"], _known(line, "reach", row["reach"], (DIRECT, KNOCK_ON)))
            continue
        kind = Kind(row["kind"])
        _known(line, "cause", row["cause"], causes)
        _known(line, "planned_for", row["planned_for"], ("", *PROGRAMMES))
        draw = _draw(line, row["draw"], kind, lines)
        number = next(without_draw) if draw is None else draw + _AGAIN * (not row["draw"].isdecimal())
        if number in numbered:
            raise _wrong(line, "draw", row["draw"], f"each draw once; {numbered[number]} has it")
        numbered[number] = name
        reads = tuple(_read(line, one, kind) for one in row["reads"].split("; ") if one)
        rows[name] = number, {**row, "kind": kind, "cause": causes[row["cause"]], "draw": draw, "reads": reads}
    return causes, rows


def _draw(line: int, written: str, kind: Kind, lines: list[dict[str, str]]) -> int | None:
    """The number of a decision's draw: its own, or that of another decision."""
    if kind not in BY_DRAW:
        _known(line, "draw", written, ("",))
        return None
    number = {row["name"]: row["draw"] for row in lines}.get(written, written)
    if not number.isdecimal() or int(number) > DRAW_MASK:
        raise _wrong(line, "draw", written, f"a number up to {DRAW_MASK}, or the name of a decision with a number")
    return int(number)


def _read(line: int, written: str, kind: Kind) -> str:
    """Something that a decision reads: a duration, a field of a record, an address or another field of the place."""
    record, _, field = written.partition(": ")
    if kind == Kind.DURATION:
        _known(line, "reads", written, Duration.__members__)
    elif field:
        _known(line, "reads", field, _RECORDS[_known(line, "reads", record, _RECORDS)].names or ())
    elif kind in (Kind.RULE, Kind.SETTING):
        _known(line, "reads", written, PLACE.names or ())
    return written


def _known(line: int, column: str, written: str, known: Any) -> str:
    if written not in known:
        raise _wrong(line, column, written, tuple(map(str, known)))
    return written


def _wrong(line: int, column: str, written: str, allowed: str | tuple[str, ...]) -> InputError:
    near = nearest_names(written, allowed) if isinstance(allowed, tuple) else None
    return InputError(f"invalid value {written!r}", TABLE.name, line, column, allowed, near)


if TYPE_CHECKING:

    class _Named(EnumType):
        def __getattr__(cls, name: str) -> Decision: ...

else:
    _Named = EnumType

CAUSES, _ROWS = read_table(TABLE.read_text(encoding="utf-8"))


class Decision(IntEnum, metaclass=_Named):
    """The decisions in the order in which a person meets them.

    Attributes
    ----------
    question : str
        In words that are followed by yes or no.
    kind : Kind
        What answers it.
    cause : Cause
        What it is called where two histories part by it.
    draw : Draw or None
        The draw that answers it, if one does.
    reads : tuple of str
        By case. A draw: where its threshold stands, an address of the register or ``record: field``. A rule or setting:
        the place's field that holds it. A capacity: what a try that is not met lacked. A duration: its rows.
    planned_for : str
        The programme that comes by the decision; no other programme's events follow from it.
    citation : str
        The law that is applied, where it is not a rule of the rulebook.
    """

    question: str
    kind: Kind
    cause: Cause
    draw: Draw | None
    reads: tuple[str, ...]
    planned_for: str
    citation: str

    def __new__(cls, number: int, row: Any = None) -> Decision:
        """Make the member of a row; later, as in every enumeration, a number alone finds its member."""
        one = int.__new__(cls, number)
        one._value_ = number
        one.question, one.kind, one.cause, one.reads = row["words"], row["kind"], row["cause"], row["reads"]
        one.draw = None if row["draw"] is None else Draw(row["draw"])
        one.planned_for, one.citation = row["planned_for"], row["citation"]
        return one

    vars().update(_ROWS)

    @property
    def shares(self) -> tuple[str, ...]:
        """Where the threshold of a draw stands, by case."""
        return self.reads if self.kind in (Kind.DRAW, Kind.FOLLOWED) else ()

    @property
    def durations(self) -> tuple[Duration, ...]:
        """Rows of the table of durations, by case."""
        return tuple(Duration[one] for one in self.reads) if self.kind == Kind.DURATION else ()


_MASK = np.uint64(DRAW_MASK)


@part
def share(w, decision, case=0):
    """The register's threshold of a decision."""
    return w.shares[decision, case]


@inlined
def with_odds(threshold, ratio):
    """A threshold whose odds are multiplied; 0 and 1 stay, and so does every threshold where the ratio is 1."""
    if ratio == 1.0:
        return threshold
    return threshold * ratio / (1.0 - threshold + threshold * ratio)


@part
def decide(w, p, decision, threshold, case=0):
    """Yes with probability ``threshold``, by the decision's draw of this booking."""
    draw = uniform(p.stream, np.uint64(decision) & _MASK)
    if w.record.rows.shape[0]:
        _note_draw(w.record, p.row, decision, draw, threshold, case)
    return draw < threshold


@part
def quantile(w, stream, purpose, row):
    """Hours of a duration: the quantile in which the draw falls."""
    return w.durations[row, int(uniform(stream, purpose) * QUANTILES)]


@part
def duration(w, p, decision, since, case=0):
    """The hours that something takes from an hour on."""
    draw = uniform(p.stream, np.uint64(decision) & _MASK)
    hours = w.durations[w.duration_rows[decision, case], int(draw * QUANTILES)]
    if w.record.rows.shape[0]:
        _note_duration(w.record, p.row, decision, draw, since, hours, case)
    return hours


@part
def ends(w, p, hour):
    """An hour at which the duration drawn last really ends; returns it."""
    if w.record.rows.shape[0]:
        _note_end(w.record, p.row, hour)
    return hour


@inlined
def covered(rule, grounds):
    """A rule's verdict: at least one ground that brings in, none that takes out."""
    return (grounds & rule.any_of) != 0 and (grounds & rule.none_of) == 0


@part
def verdict(w, p, decision, rule):
    """Whether the rule in force covers the person."""
    covers = covered(w.rules[rule], p.row.grounds)
    if w.record.rows.shape[0]:
        _note_answer(w.record, p.row, decision, covers, 0, rule)
    return covers


@part
def note(w, p, decision, answer, case=0):
    """Pass on what a fact, a setting, a capacity or a clock answers."""
    if w.record.rows.shape[0]:
        _note_answer(w.record, p.row, decision, answer, case, 0)
    return answer


@stage
def _note_draw(record, row, decision, draw, threshold, case):
    position = new_row(record, row, Row.DECISION.value, decision)
    if position >= 0:
        written = record.rows[position]
        written.draw, written.threshold, written.answer, written.case = draw, threshold, draw < threshold, case


@stage
def _note_duration(record, row, decision, draw, since, hours, case):
    position = new_row(record, row, Row.DECISION.value, decision)
    if position >= 0:
        written = record.rows[position]
        written.draw, written.threshold, written.case = draw, hours, case
        written.since, written.until = since, since + hours


@stage
def _note_end(record, row, hour):
    position = record.state[0].rows - 1
    if position >= 0:
        written = record.rows[position]
        if written.key == row.key and written.kind == Row.DECISION:
            written.until = hour


@stage
def _note_answer(record, row, decision, answer, case, rule):
    position = new_row(record, row, Row.DECISION.value, decision)
    if position >= 0:
        written = record.rows[position]
        written.answer, written.case, written.rule = answer, case, rule
        written.since, written.until = row.since, row.bound

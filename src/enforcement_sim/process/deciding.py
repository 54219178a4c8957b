"""Deciding: one function each for a draw, a duration, a rule's verdict and everything else that is asked of a person.

Whatever is decided about a person is decided here, by a row of the table in ``decisions``; where the run is recorded, it is
written down in the same breath.
"""

from __future__ import annotations

import numpy as np

from enforcement_sim.process.decisions import DRAW_MASK
from enforcement_sim.process.jit import inlined, part, stage
from enforcement_sim.process.layouts import QUANTILES
from enforcement_sim.process.recorder import Row, new_row
from enforcement_sim.process.rng import uniform

__all__ = ["covered", "decide", "duration", "ends", "note", "quantile", "share", "verdict"]

_MASK = np.uint64(DRAW_MASK)


@part
def share(w, decision, case=0):
    """The register's threshold of a decision."""
    return w.shares[decision, case]


@part
def decide(w, p, decision, threshold, case=0):
    """Yes with probability ``threshold``, by the decision's draw of this booking."""
    draw = uniform(p.luck, np.uint64(decision) & _MASK)
    if w.record.rows.shape[0]:
        _note_draw(w.record, p.row, decision, draw, threshold, case)
    return draw < threshold


@part
def quantile(w, luck, purpose, row):
    """Hours of a duration: the quantile in which the draw falls."""
    return w.durations[row, int(uniform(luck, purpose) * QUANTILES)]


@part
def duration(w, p, decision, since, case=0):
    """The hours that something takes from an hour on."""
    draw = uniform(p.luck, np.uint64(decision) & _MASK)
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

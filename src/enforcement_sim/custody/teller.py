"""Telling one booking's life: the state a story needs, and the asking of decisions from the table.

A teller knows whose booking it is, recomputes draws from keys, looks up the rule or share that stood at the place on the
day, and writes down what it was told. The order in which things are asked is the story's (``trace``); what a question
means is the table's (``decisions``).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time
from typing import TYPE_CHECKING

import numpy as np

from enforcement_sim.custody.clock import HOURS_A_DAY
from enforcement_sim.custody.decisions import DECISIONS, Kind, Share
from enforcement_sim.custody.draws import Purpose, luck_of, uniform
from enforcement_sim.custody.reasons import Facts, Reason, Step, Trace
from enforcement_sim.custody.records import QUANTILES, Duration
from enforcement_sim.law.grounds import bits
from enforcement_sim.vocabulary import PROGRAMMES

if TYPE_CHECKING:
    from enforcement_sim.custody.lives import Lives

__all__ = ["NEVER", "NOBODY", "Teller"]

NEVER = -1
_FELONY_CONVICTION = bits(["felony_conviction"])
_TWO_FELONIES = bits(["aggravated_or_two_felonies"])
NOBODY = PROGRAMMES[0]
"""The programme of whom nobody has found."""


class Teller:
    """One booking while its life is told.

    Attributes
    ----------
    row : int
        The place where the person is now; ``county`` is the one whose pool the person is of.
    grounds : int
    released, disposition : int
        Hour at which the jail would let go, and hour of a conviction (-1 for none).
    answer, interview, visit : int
        Hours at which the programmes come (-1 for never or no more).
    detainer, felony, convicted, pretrial, to_prison, sentenced : bool
    first : str
        The programme that found the person first; ``found`` are all.
    """

    def __init__(self, lives: Lives, key: int, row: int) -> None:
        self.lives, self.key, self.row, self.county = lives, key, row, row
        self.luck = np.uint64(luck_of(lives.seed, np.uint64(key)))
        self.person_luck = self.luck
        self.steps: list[Step] = []
        self._reasons: list[Reason] = []
        self.facts: Facts | None = None
        self.status = lives.statuses[0]
        self.offence = lives.offences[0]
        self.booked = 0
        self.grounds = 0
        self.released = self.disposition = self.answer = self.interview = self.visit = NEVER
        self.detainer = self.felony = self.convicted = self.pretrial = self.to_prison = self.sentenced = False
        self.first = NOBODY
        self.found: set[str] = set()

    # ---- what stood ----------------------------------------------------------------------------------------------------

    def place(self, hour: int, row: int | None = None) -> np.void:
        """Return the record of the person's place, or of another, on the day of an hour."""
        return self.lives.journal.place_on(max(0, hour) // HOURS_A_DAY, self.row if row is None else row)

    def at_end(self, hour: int) -> bool:
        """Return whether an hour lies beyond the run."""
        return hour >= self.lives.clock.hours

    def draw(self, purpose: Purpose, of_person: bool = False) -> float:
        """Return the number drawn for a purpose."""
        return float(uniform(self.person_luck if of_person else self.luck, int(purpose)))

    # ---- what is asked -------------------------------------------------------------------------------------------------

    def ask(self, decision: str, hour: int, case: str = "", row: int | None = None, given: float = 0.0) -> bool:
        """Ask a decision of the table, write down how it fell, and return it.

        Parameters
        ----------
        decision : str
            A name in ``decisions.DECISIONS`` that a rule, a setting or a draw answers.
        hour : int
        case : str
            Which of its shares applies; a rule's verdict says so by itself.
        row : int, optional
            Another place than the person's.
        given : float
            The threshold where it is computed by the caller.
        """
        reason = self.answered(decision, hour, case, row, given)
        self._reasons.append(reason)
        return bool(reason.yes)

    def answered(self, decision: str, hour: int, case: str = "", row: int | None = None, given: float = 0.0) -> Reason:
        """Return how a decision falls, without writing it down."""
        asked = DECISIONS[decision]
        place = self.place(hour, row)
        if asked.kind == Kind.SETTING:
            return Reason(decision, hour, bool(place[asked.setting]))
        rule, covers = None, None
        if asked.rule:
            rule = self.lives.rules[int(place[asked.rule])]
            covers = rule.covers(self.grounds)
            case = "covered" if covers else "not covered"
            if asked.kind == Kind.RULE:
                return Reason(decision, hour, covers, rule, covers)
        share = asked.shares.get(case)
        if share is None or asked.purpose is None:
            return Reason(decision, hour, False, rule, covers)
        drawn = self.draw(asked.purpose, asked.of_person)
        below = self._threshold(share, place, given)
        name = share.name if share.source in ("register", "computed") else f"{share.source}: {share.name}"
        return Reason(decision, hour, drawn < below, rule, covers, asked.purpose, drawn, below, name)

    def _threshold(self, share: Share, place: np.void, given: float) -> float:
        values = self.lives.values
        sources = {"place": place, "status": self.status, "offence": self.offence, "register": values}
        below = given if share.source == "computed" else float(sources[share.source][share.name])
        if share.times:
            below *= values[share.times]
        if share.less_if_overseen and place["oversight"]:
            below *= 1.0 - values[share.less_if_overseen]
        if share.times_odds:
            odds = values[share.times_odds] * below
            below = odds / (odds + 1.0 - below)
        if share.over_odds:
            kept_out = (1.0 - below) * values[share.over_odds]
            below = below / (below + kept_out)
        return below

    def lasts(self, decision: str, since: int, row: Duration | None = None) -> int:
        """Return the hours that a duration takes, and write it down."""
        asked = DECISIONS[decision]
        chosen = asked.duration if row is None else row
        assert asked.purpose is not None and chosen is not None
        drawn = self.draw(asked.purpose)
        hours = int(self.lives.durations[chosen, int(drawn * QUANTILES)])
        self.write(
            Reason(decision, since, purpose=asked.purpose, drawn=drawn, since=since, until=since + hours, hours=hours)
        )
        return hours

    def until(self, hour: int) -> None:
        """Say of the reason written down last until when it lasted."""
        self._reasons[-1] = replace(self._reasons[-1], until=hour)

    def write(self, reason: Reason) -> None:
        """Write down a reason that the story has made itself."""
        self._reasons.append(reason)

    def mark(self) -> int:
        """Return where the reasons stand, for :meth:`retract` and :meth:`set_until`."""
        return len(self._reasons)

    def retract(self, mark: int) -> None:
        """Strike out the reasons written down since a mark."""
        del self._reasons[mark:]

    def set_until(self, mark: int, hour: int) -> None:
        """Say of the reason written down at a mark until when it lasted."""
        self._reasons[mark] = replace(self._reasons[mark], until=hour)

    def forget_steps(self) -> None:
        """Leave the events so far out of the record, and keep their reasons for the next."""
        self._reasons = [*(reason for step in self.steps for reason in step.reasons), *self._reasons]
        self.steps.clear()

    def event(self, name: str, hour: int, programme: str = "") -> None:
        """Write down an event with the reasons since the one before, under the first programme or a named one."""
        counted = programme or self.first
        self.steps.append(Step(hour, name, counted, self.row, self.convicted, tuple(self._reasons)))
        self._reasons.clear()

    # ---- what happens to the person ------------------------------------------------------------------------------------

    def convict_when_due(self, hour: int) -> None:
        """Note a conviction whose hour has come."""
        if 0 <= self.disposition <= hour and not self.convicted:
            self.convicted = True
            if self.felony and self.grounds & _FELONY_CONVICTION:
                self.grounds |= _TWO_FELONIES
            which = "felony_conviction_grounds" if self.felony else "misdemeanour_conviction_grounds"
            self.grounds |= int(self.offence[which])

    def removable(self, hour: int) -> bool:
        """Ask whether the law allows the person's removal now."""
        if self.ask("removable", hour):
            return True
        return self.convicted and self.felony and self.ask("removable_by_felony", hour)

    def told(self) -> Trace:
        """Return the life as told."""
        start = datetime.combine(self.lives.clock.start, time())
        return Trace(self.key, int(self.lives.seed), start, self.facts, tuple(self.steps), tuple(self._reasons))

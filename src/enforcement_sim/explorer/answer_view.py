"""The top of the page: what was asked, the answer in sentences, and one big picture.

While another question is being computed, the former answer stays, grey and said to be former. A draft is marked as one.
"""

from __future__ import annotations

from collections.abc import Callable
from html import escape

import panel as pn

from enforcement_sim import labels
from enforcement_sim.explorer import answer_text, change_tables
from enforcement_sim.explorer.big_picture import SERIES, BigPicture
from enforcement_sim.explorer.choices import HOLD, Choices
from enforcement_sim.explorer.picture import Picture
from enforcement_sim.explorer.theme import SELECT, WIDE, html, select
from enforcement_sim.explorer.why_links import links_line
from enforcement_sim.scenarios.schema import Scenario

FORMER = "<p class='former-mark'>The former answer, until the new one is computed:</p>"


class AnswerView:
    """The answer of one page.

    Parameters
    ----------
    event : str
        The event of the big picture; one of :data:`~enforcement_sim.explorer.big_picture.SERIES`.
    on_view : callable
        Called without arguments when another event is chosen.
    """

    def __init__(self, event: str, on_view: Callable[[], None]) -> None:
        self._question, self._answer, self._is_former = "", "", False
        self.text, self.caption = html(), html()
        self.event = select("Shown by month", {labels.event(name): name for name in SERIES}, event, **SELECT)
        self.picture = BigPicture()
        self.event.param.watch(lambda _: on_view(), "value")
        self._below = pn.Column(self.event, self.picture.content, margin=0, visible=False, **WIDE)

    def content(self) -> pn.Column:
        """Return the answer's part of the page."""
        return pn.Column(self.text, self._below, margin=0, **WIDE)

    def ask(self, choices: Choices, pair: tuple[Scenario, Scenario]) -> None:
        """Show the question that is asked now, above the former answer if there is one."""
        self._question = answer_text.question(choices, pair)
        self.make_former()

    def make_former(self) -> None:
        """Show what is there as the answer to a former question."""
        self._is_former = True
        self.picture.make_former()
        self._write()

    def show(self, picture: Picture, pair: tuple[Scenario, Scenario], choices: Choices) -> None:
        """Show a picture as the answer, in sentences."""
        self._is_former = False
        hold = f"{pair[1].parameters[HOLD]:g}"
        mark, text = answer_text.state_of_picture(picture), answer_text.answer(picture, choices)
        text += links_line(choices, answer_text.HEADLINES)
        self._answer = f'data-picture="{picture.thin}" data-hold="{hold}">{mark}{text}</div>'
        self._question = answer_text.question(choices, pair)
        self.caption.object = f'<p class="quiet">{escape(change_tables.caption(picture, pair))}</p>'
        self._write()

    def show_event(self, picture: Picture, choices: Choices) -> None:
        """Show the chosen event in the big picture."""
        self.picture.show(picture, choices)
        self._below.visible = True

    def clear(self) -> None:
        """Show no answer, because the question cannot be asked."""
        self._question = self._answer = self.text.object = self.caption.object = ""
        self._below.visible = False

    def _write(self) -> None:
        if not self._answer:
            self.text.object = self._question
        elif self._is_former:
            self.text.object = f'{self._question}{FORMER}<div class="headline former" {self._answer}'
        else:
            self.text.object = f'{self._question}<div class="headline" {self._answer}'

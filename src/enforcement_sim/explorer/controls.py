"""The widgets for place, period, hold limit, rules and further parameters.

They are filled from :class:`~enforcement_sim.explorer.choices.Choices` and read back into one. ``choices`` checks the
values; nothing is computed here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from html import escape
from typing import Any

import panel as pn
import panel_material_ui as pmui

from enforcement_sim.explorer.browser_link import say_button
from enforcement_sim.explorer.choices import HOLD, NATION, PARAMETERS, Choices, Override
from enforcement_sim.explorer.rule_labels import DECISION_LABELS, FOLLOWS_HISTORY, rule_label, rule_title
from enforcement_sim.explorer.theme import FULL, WIDE, field, html, select
from enforcement_sim.explorer.timeline_bars import state_of
from enforcement_sim.law.adherence import SETTABLE, STRICTLY
from enforcement_sim.no_effect import NoEffect
from enforcement_sim.parameters.register import load_register
from enforcement_sim.places.geography import load_geography
from enforcement_sim.scenarios.file_format import rules_of
from enforcement_sim.scenarios.load import load_scenario
from enforcement_sim.yaml_lines import LONGEST_NUMBER

HOLD_END, HOLD_STEP = 240, 12
"""End of the slider unless a link has a larger value, and its step unless a link has another whole number."""
COUNTY = re.compile(r"[0-9]{5}")
"""A county's code; any other text in a link is shown unchanged, and rejected when it is checked."""
MAIN_DECISIONS = ("honour", "agreement", "sharing", "detainer", "screen", "screening_point")
DATE_HELP = "YYYY-MM-DD"


@cache
def _states() -> dict[str, str]:
    """Name -> postal code, in the order of names."""
    return dict(sorted((state.name, state.postal) for state in load_geography().states))


def _county_options(place: str) -> dict[str, str]:
    """Return the counties of a state, name -> FIPS code, after an entry for all counties."""
    geography = load_geography()
    here = geography.counties_of_state(place).tolist() if place in _states().values() else []
    codes = geography.counties["fips"]
    return {"all counties": ""} | {geography.names[at]: f"{codes[at]:05d}" for at in here}


def _manner(name: str, written: str, settable: bool) -> pn.widgets.Select:
    """Return the list of how closely a rule is followed; hidden for decisions that always follow theirs exactly."""
    options = {"as history was": "", "strictly: all covered, nobody else": STRICTLY}
    if written not in options.values():  # shares from a link, or an invalid value, which is rejected later
        options[written.replace(",", " of those covered, of others ")] = written
    return select(f"{name}: followed", options, written, visible=settable or bool(written), **FULL)


def _noted(found: Iterable[tuple[str, NoEffect]]) -> str:
    """Return what has no effect, each with its label, as HTML."""
    return "".join(
        f'<p class="{"quiet" if one.softly else "refused"}" role="note">{escape(label)}: {escape(one.why)}.</p>'
        for label, one in found
    )


def _says(rule: str) -> str:
    """Return what a rule says, as HTML; empty for a lever."""
    title = rule_title(rule)
    return f"<p class='quiet'>{escape(title)}.</p>" if title else ""


def another(decision: str) -> str:
    """Return the kind of the message that asks for another row of a decision."""
    return f"another {decision}"


class Rows:
    """The rules of one decision, one row of widgets each."""

    def __init__(self, decision: str, overrides: Iterable[Override], changed: Callable[[], None]) -> None:
        self.decision, self._changed = decision, changed
        self.label = DECISION_LABELS[decision]
        known = [rule for rule in rules_of(decision) if rule not in FOLLOWS_HISTORY]
        self._options = {"as in history": ""} | {rule_label(decision, rule): rule for rule in known}
        self.column = pn.Column(margin=0, **WIDE)
        self.note = html()
        self._rows: list[tuple[Any, list[Any], pn.Column]] = []
        label = f"{self.label}: another period"
        self._more = html(say_button(label, label, kind=another(decision)))
        self._more.visible = False
        for rule in list(overrides) or [Override(decision, "")]:
            self._add(rule)

    def add(self) -> None:
        """Add an empty row, for another period."""
        self._add(Override(self.decision, ""))

    def _add(self, rule: Override) -> None:
        name = f"{self.label}, {len(self._rows) + 1}" if self._rows else self.label
        # A link may name an unknown rule; it is shown, and rejected when it is checked.
        options = self._options | ({} if rule.rule in self._options.values() else {rule.rule: rule.rule})
        choice = select(name, options, rule.rule, **FULL)
        details = pn.Column(margin=(0, 0, 0, 10), visible=bool(rule.rule), **WIDE)
        says = html(_says(rule.rule))
        fields: list[Any] = []
        self._rows.append((choice, fields, details))

        def fill() -> None:
            """Make the fields of a row when it has a rule; most rows never need them."""
            if fields or not choice.value:
                return
            fields.extend(
                (
                    field("from", rule.start, DATE_HELP),
                    field("until", rule.until, DATE_HELP),
                    field("only in these places", rule.where, "CA or 06037,06073"),
                    _manner(name, rule.followed, self.decision in SETTABLE),
                )
            )
            details[:] = [says, pn.Row(*fields[:2], margin=0, **WIDE), *fields[2:]]
            for one in fields:
                one.param.watch(lambda _: self._changed(), "value")

        def chosen(_: object) -> None:
            says.object = _says(choice.value)
            fill()
            details.visible = bool(choice.value)
            self._more.visible = bool(self._rows[-1][0].value)
            self._changed()

        fill()
        choice.param.watch(chosen, "value")
        self._more.visible = bool(rule.rule)
        self.column[:] = [one for row in self._rows for one in (row[0], row[2])] + [self.note, self._more]

    def show_no_effect(self, found: Iterable[tuple[str, NoEffect]]) -> None:
        """Show below the rules which of them have no effect, and why."""
        self.note.object = _noted((rule_label(self.decision, rule), one) for rule, one in found)

    def read(self) -> list[Override]:
        """Return the chosen rules."""
        return [
            Override(self.decision, choice.value, *(one.value.strip() for one in fields))
            for choice, fields, _ in self._rows
            if choice.value
        ]


class Controls:
    """All widgets that determine what is simulated.

    Parameters
    ----------
    choices : Choices
        Initial values.
    changed : callable
        Called without arguments after any of them changed.
    """

    def __init__(self, choices: Choices, changed: Callable[[], None]) -> None:
        self._changed, self._filling = changed, False
        whole, county = self._split(choices.place)
        states = {"The nation": NATION} | _states()
        states |= {} if whole in states.values() else {whole: whole}
        self.place = select("Place", states, whole, **FULL)
        self.county = select("County", _county_options(whole), county, **FULL)
        self.first, self.last = field("First day", choices.first), field("Last day", choices.last)
        register = load_register()[HOLD]
        self.usual_hold = int(load_scenario("baseline").parameters[HOLD])
        digits = choices.hold.isascii() and choices.hold.isdigit() and len(choices.hold) <= LONGEST_NUMBER
        wanted = int(choices.hold) if digits and int(choices.hold) <= register.high else self.usual_hold
        self.hold = pmui.IntSlider(
            label="Hold limit in hours (history: 48)",
            start=int(register.low),
            end=HOLD_END if wanted <= HOLD_END else int(register.high),
            step=HOLD_STEP if wanted % HOLD_STEP == 0 else 1,
            value=wanted,
            tooltips=False,  # it would cover the label, which shows the value already
            margin=(6, 14),
            **WIDE,
        )
        help_text = f"as in history; or {DATE_HELP}"
        self.activated = field("Prints shared everywhere from", choices.activated, help_text, **FULL)
        self.settings_note = html()
        self.settings = pmui.TextAreaInput(
            label="Parameters, one a line",
            placeholder="ADDRESS=VALUE, such as pickup.crew_capacity=0.04",
            value="\n".join(choices.settings),
            **FULL,
        )
        self.rows = [
            Rows(decision, [rule for rule in choices.overrides if rule.decision == decision], self._moved)
            for decision in DECISION_LABELS
        ]
        self._unknown = tuple(rule for rule in choices.overrides if rule.decision not in DECISION_LABELS)
        self.place.param.watch(self._placed, "value")
        for widget in (self.county, self.first, self.last, self.hold, self.activated, self.settings):
            widget.param.watch(lambda _: self._moved(), "value")

    @staticmethod
    def _split(place: str) -> tuple[str, str]:
        """Return the values of the two lists for a place."""
        state = state_of(place) if COUNTY.fullmatch(place) else None
        return (state, place) if state is not None else (place.upper() if len(place) == 2 else place, "")

    def _placed(self, _: object) -> None:
        self._filling = True
        try:
            options = _county_options(self.place.value)
            self.county.value = ""
            self.county.param.update(options=options, disabled=len(options) == 1)
        finally:
            self._filling = False
        self._moved()

    def _moved(self) -> None:
        if not self._filling:
            self._changed()

    def read(self) -> Choices:
        """Return the current choices."""
        return Choices(
            place=self.county.value or self.place.value,
            first=self.first.value.strip(),
            last=self.last.value.strip(),
            hold="" if self.hold.value == self.usual_hold else str(self.hold.value),
            activated=self.activated.value.strip(),
            overrides=tuple(rule for rows in self.rows for rule in rows.read()) + self._unknown,
            settings=tuple(line.strip() for line in self.settings.value.splitlines() if line.strip()),
        )

    def add(self, decision: str) -> None:
        """Add an empty row for another period of a decision."""
        next(rows for rows in self.rows if rows.decision == decision).add()

    def show_no_effect(self, found: Mapping[str, Iterable[tuple[str, NoEffect]]]) -> None:
        """Show beside the rules of each decision, and the parameters, which of them have no effect, and why."""
        for rows in self.rows:
            rows.show_no_effect(found.get(rows.decision, ()))
        self.settings_note.object = _noted(found.get(PARAMETERS, ()))

    def panel(self) -> pn.Column:
        """Return the layout of the widgets."""
        main = [rows.column for rows in self.rows if rows.decision in MAIN_DECISIONS]
        rest = [rows.column for rows in self.rows if rows.decision not in MAIN_DECISIONS]
        changed = {rule.decision for rows in self.rows for rule in rows.read()}
        opened = [0] if changed & set(MAIN_DECISIONS) or self.activated.value else []
        opened += [1] if changed - set(MAIN_DECISIONS) or self.settings.value else []
        accordion = pmui.Accordion(
            ("Lay rules on the timeline", pn.Column(*main, self.activated, **WIDE)),
            ("More rules and parameters", pn.Column(*rest, self.settings, self.settings_note, **WIDE)),
            active=opened,
            title_variant="subtitle1",
            margin=(10, 0),
            sx={"& .MuiAccordion-heading": {"margin": 0}, "& .MuiAccordionSummary-content span": {"fontWeight": 700}},
            **WIDE,
        )
        period = pn.Row(self.first, self.last, margin=0, **WIDE)
        return pn.Column(self.place, self.county, period, self.hold, accordion, margin=0, **WIDE)

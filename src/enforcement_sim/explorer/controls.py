"""What can be chosen on the page: place, period, hold, rules laid on the timeline, further parameters.

Widgets only: they are filled from :class:`~enforcement_sim.explorer.state.Choices` and read back into them. Whether a
choice is possible is asked in ``state``; nothing is computed here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from html import escape
from typing import TYPE_CHECKING, Any

import panel as pn
import panel_material_ui as pmui

from enforcement_sim.explorer.look import FIELD, html
from enforcement_sim.explorer.state import HOLD, NATION, PARAMETERS, Choices, Laid
from enforcement_sim.explorer.timeline import DECISION_LABELS, FOLLOWS_HISTORY, rule_label, state_of
from enforcement_sim.law.adherence import SETTABLE, STRICTLY
from enforcement_sim.parameters.register import load_register
from enforcement_sim.scenarios.file_format import rules_of
from enforcement_sim.scenarios.load import load_scenario
from enforcement_sim.yaml_lines import LONGEST_NUMBER

if TYPE_CHECKING:
    from enforcement_sim.no_effect import NoEffect

__all__ = ["Controls", "select"]

WHOLE_STATE = "all counties"
AS_IN_HISTORY = "as in history"
HOLD_END, HOLD_STEP = 240, 12
"""Where the slider ends unless a link asks for more, and its step; any whole number can be set below it."""
COUNTY = re.compile(r"[0-9]{5}")
"""A county's code; anything else in a link is shown as it is, and refused elsewhere in words."""
MAIN_DECISIONS = ("honour", "sharing", "detainer", "screen", "screening_point")
DATE_HELP = "YYYY-MM-DD"
WIDE: dict[str, Any] = {"sizing_mode": "stretch_width", "margin": (6, 0)}
HALF: dict[str, Any] = {"sizing_mode": "stretch_width", "margin": (6, 4)}


@cache
def _states() -> dict[str, str]:
    """Name -> postal code, in the order of names."""
    from enforcement_sim.places.geography import load_geography

    return dict(sorted((state.name, state.postal) for state in load_geography().states))


@cache
def _counties(postal: str) -> dict[str, str]:
    """Name -> FIPS code of a state's counties."""
    from enforcement_sim.places.geography import load_geography

    geography = load_geography()
    number = geography.state_index(postal)
    rows = zip(geography.counties["fips"], geography.counties["state"], geography.names, strict=True)
    return {name: f"{fips:05d}" for fips, state, name in rows if state == number}


def select(label: str, **settings: Any) -> pn.widgets.Select:
    """Return a list to choose from: the browser's own, which a keyboard and a phone can open."""
    return pn.widgets.Select(name=label, stylesheets=[FIELD], **settings)


def _manner(name: str, written: str, settable: bool) -> pn.widgets.Select:
    """Return the list of how closely a rule is followed; out of sight for decisions that follow theirs exactly."""
    options = {"as history was": "", "strictly: all covered, nobody else": STRICTLY}
    if written not in options.values():  # shares of a link, or what is not possible and will be refused
        options[written.replace(",", " of those covered, of others ")] = written
    widget = select(f"{name}: followed", options=options, value=written, **WIDE)
    widget.visible = settable or bool(written)
    return widget


def _noted(found: Iterable[tuple[str, NoEffect]]) -> str:
    """Return what does nothing, each with its label in front, as HTML."""
    return "".join(
        f'<p class="{"quiet" if one.softly else "refused"}" role="note">{escape(label)}: {escape(one.why)}.</p>'
        for label, one in found
    )


class Rows:
    """The rules laid for one decision, one row of widgets each."""

    def __init__(self, decision: str, laid: Iterable[Laid], changed: Callable[[], None]) -> None:
        self.decision, self._changed = decision, changed
        self.label = DECISION_LABELS[decision]
        known = [rule for rule in rules_of(decision) if rule not in FOLLOWS_HISTORY]
        self._options = {AS_IN_HISTORY: ""} | {rule_label(decision, rule): rule for rule in known}
        self.column = pn.Column(sizing_mode="stretch_width", margin=0)
        self.note = html()
        self._rows: list[tuple[Any, list[Any], pn.Column]] = []
        self._more = pmui.Button(
            label=f"{self.label}: another period", variant="text", size="small", margin=(0, 0), visible=False
        )
        self._more.on_click(lambda _: self._add(Laid(decision, "")))
        for rule in list(laid) or [Laid(decision, "")]:
            self._add(rule)

    def _add(self, rule: Laid) -> None:
        number = len(self._rows) + 1
        name = self.label if number == 1 else f"{self.label}, {number}"
        options = dict(self._options)
        if rule.rule not in options.values():  # a link may name what is not a rule; it is refused, and shown
            options[rule.rule] = rule.rule
        choice = select(name, options=options, value=rule.rule, **WIDE)
        details = pn.Column(sizing_mode="stretch_width", margin=(0, 0, 0, 10), visible=bool(rule.rule))
        fields: list[Any] = []
        self._rows.append((choice, fields, details))

        def fill() -> None:
            """Make the fields of a row only when there is a rule: most rows never need them."""
            if fields or not choice.value:
                return
            fields.extend((*_fields(rule), _manner(name, rule.followed, self.decision in SETTABLE)))
            details[:] = [pn.Row(*fields[:2], sizing_mode="stretch_width", margin=0), *fields[2:]]
            for field in fields:
                field.param.watch(lambda _: self._changed(), "value")

        def chosen(_: object) -> None:
            fill()
            details.visible = bool(choice.value)
            self._more.visible = bool(self._rows[-1][0].value)
            self._changed()

        fill()
        choice.param.watch(chosen, "value")
        self._more.visible = bool(rule.rule)
        self.column[:] = [one for row in self._rows for one in (row[0], row[2])] + [self.note, self._more]

    def tell(self, found: Iterable[tuple[str, NoEffect]]) -> None:
        """Write under the rules which of them do nothing, and why."""
        self.note.object = _noted((rule_label(self.decision, rule), one) for rule, one in found)

    def read(self) -> Iterable[Laid]:
        """Return the rules that are laid."""
        for choice, fields, _ in self._rows:
            if choice.value:
                yield Laid(self.decision, choice.value, *(field.value.strip() for field in fields))


def _fields(rule: Laid) -> list[pmui.TextInput]:
    """Return the fields of a rule that is laid: from, until, and where."""
    return [
        pmui.TextInput(label="from", placeholder=DATE_HELP, value=rule.start, size="small", **HALF),
        pmui.TextInput(label="until", placeholder=DATE_HELP, value=rule.until, size="small", **HALF),
        pmui.TextInput(label="only in", placeholder="CA or 06037,06073", value=rule.where, size="small", **HALF),
    ]


class Controls:
    """All widgets that choose what is simulated.

    Parameters
    ----------
    choices : Choices
        What they show at first.
    changed : callable
        Called without arguments after any of them moved.
    """

    def __init__(self, choices: Choices, changed: Callable[[], None]) -> None:
        self._changed, self._filling = changed, False
        states = {"The nation": NATION} | _states()
        whole, county = self._split(choices.place)
        if whole not in states.values():
            states[whole] = whole
        self.place = select("Place", options=states, value=whole, **WIDE)
        self.county = select("County", options=self._county_options(whole), value=county, **WIDE)
        self.first = pmui.TextInput(label="First day", value=choices.first, size="small", **HALF)
        self.last = pmui.TextInput(label="Last day", value=choices.last, size="small", **HALF)
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
            sizing_mode="stretch_width",
            margin=(6, 14),
        )
        self.activated = pmui.TextInput(
            label="Prints shared everywhere from",
            placeholder=f"as in history; or {DATE_HELP}",
            value=choices.activated,
            size="small",
            **WIDE,
        )
        self.settings_note = html()
        self.settings = pmui.TextAreaInput(
            label="Parameters, one a line: ADDRESS=VALUE",
            placeholder="pickup.crew_capacity=0.04",
            value="\n".join(choices.settings),
            **WIDE,
        )
        self.rows = [
            Rows(decision, [rule for rule in choices.laid if rule.decision == decision], self._moved)
            for decision in DECISION_LABELS
        ]
        self._unknown = tuple(rule for rule in choices.laid if rule.decision not in DECISION_LABELS)
        self.place.param.watch(self._placed, "value")
        for widget in (self.county, self.first, self.last, self.hold, self.activated, self.settings):
            widget.param.watch(lambda _: self._moved(), "value")

    @staticmethod
    def _split(place: str) -> tuple[str, str]:
        """Return what the two selects show for a place."""
        state = state_of(place) if COUNTY.fullmatch(place) else None
        return (state, place) if state is not None else (place.upper() if len(place) == 2 else place, "")

    @staticmethod
    def _county_options(place: str) -> dict[str, str]:
        return {WHOLE_STATE: ""} | (_counties(place) if place in _states().values() else {})

    def _placed(self, _: object) -> None:
        self._filling = True
        try:
            self.county.value = ""
            self.county.options = self._county_options(self.place.value)
            self.county.disabled = len(self.county.options) == 1
        finally:
            self._filling = False
        self._moved()

    def _moved(self) -> None:
        if not self._filling:
            self._changed()

    def read(self) -> Choices:
        """Return what is chosen."""
        laid = tuple(rule for rows in self.rows for rule in rows.read()) + self._unknown
        return Choices(
            place=self.county.value or self.place.value,
            first=self.first.value.strip(),
            last=self.last.value.strip(),
            hold="" if self.hold.value == self.usual_hold else str(self.hold.value),
            activated=self.activated.value.strip(),
            laid=laid,
            settings=tuple(line.strip() for line in self.settings.value.splitlines() if line.strip()),
        )

    def tell(self, found: Mapping[str, Iterable[tuple[str, NoEffect]]]) -> None:
        """Write beside the rules of each decision, and the parameters, which of them do nothing, and why."""
        for rows in self.rows:
            rows.tell(found.get(rows.decision, ()))
        self.settings_note.object = _noted(found.get(PARAMETERS, ()))

    def panel(self) -> pn.Column:
        """Return the widgets, laid out."""
        by_decision = {rows.decision: rows.column for rows in self.rows}
        main = [by_decision[decision] for decision in MAIN_DECISIONS]
        rest = [column for decision, column in by_decision.items() if decision not in MAIN_DECISIONS]
        laid = {rule.decision for rows in self.rows for rule in rows.read()}
        opened = [0] if laid & set(MAIN_DECISIONS) or self.activated.value else []
        opened += [1] if laid - set(MAIN_DECISIONS) or self.settings.value else []
        return pn.Column(
            self.place,
            self.county,
            pn.Row(self.first, self.last, sizing_mode="stretch_width", margin=0),
            self.hold,
            pmui.Accordion(
                ("Lay rules on the timeline", pn.Column(*main, self.activated, sizing_mode="stretch_width")),
                (
                    "More rules and parameters",
                    pn.Column(*rest, self.settings, self.settings_note, sizing_mode="stretch_width"),
                ),
                active=opened,
                title_variant="h2",
                sizing_mode="stretch_width",
                margin=(10, 0),
                sx={"& .MuiAccordionSummary-content h2": {"fontSize": "1rem", "margin": 0}},
            ),
            sizing_mode="stretch_width",
            margin=0,
        )

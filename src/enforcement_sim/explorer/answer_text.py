"""The answer of a picture in sentences: what was asked, the number with its interval, and what to try first.

The direction of a sentence follows from the sign of the difference alone; where the interval holds zero, the sentence says
that the direction cannot be told.
"""

from __future__ import annotations

from dataclasses import replace
from html import escape

from enforcement_sim.explorer.change_tables import MOSTLY_CHANCE, few_people, number
from enforcement_sim.explorer.choices import HOLD, NATION, Choices, Override, query_of
from enforcement_sim.explorer.picture import Picture
from enforcement_sim.explorer.rule_labels import DECISION_LABELS, rule_label
from enforcement_sim.parameters.register import load_register
from enforcement_sim.place_labels import scope_in_words
from enforcement_sim.results.intervals import Difference
from enforcement_sim.scenarios.schema import Scenario
from enforcement_sim.tables.amounts import CANNOT_TELL, IDENTICAL

HEADLINES = {"removed": "removed", "ice_custody": "taken into ICE custody"}
"""Measures of the answer, and what happens to the people whom they count."""
TRIALS = {
    "holds of up to 96 hours": {"hold": "96"},
    "no holds": {"hold": "0"},
    "no detainer honoured": {"overrides": (Override("honour", "honour-none"),)},
    "every detainer honoured": {"overrides": (Override("honour", "honour-all"),)},
    "prints not shared": {"overrides": (Override("sharing", "not-shared"),)},
    "287(g) agreements ended": {"overrides": (Override("agreement", "ended"),)},
}
"""Changes to try first, each with what it sets; for every one that narrows enforcement, one that widens it or is neutral."""


def changes_in_words(choices: Choices) -> str:
    """Return what is laid over history, in the order of the controls; empty for nothing.

    Examples
    --------
    >>> changes_in_words(Choices(hold="96", overrides=(Override("honour", "honour-none", "2012-01-01"),)))
    'hold limit 96 hours (history: 48); who is held: no detainer honoured from 2012-01-01'
    """
    parts = []
    if choices.hold:
        parts.append(f"hold limit {choices.hold} hours (history: {load_register()[HOLD].default:g})")
    if choices.activated:
        parts.append(f"prints shared everywhere from {choices.activated}")
    for one in choices.overrides:
        label = DECISION_LABELS.get(one.decision, one.decision)
        named = label if label[:1].isdigit() else label[:1].lower() + label[1:]
        days = (f"from {one.start}" if one.start else "", f"until {one.until}" if one.until else "")
        where = f"in {one.where}" if one.where and one.where != NATION else ""
        parts.append(" ".join(filter(None, (f"{named}: {rule_label(one.decision, one.rule)}", *days, where))))
    return "; ".join((*parts, *choices.settings))


def question(choices: Choices, pair: tuple[Scenario, Scenario]) -> str:
    """Return the place, the days and the change as HTML."""
    history = pair[0]
    scope = NATION if history.scope.kind == NATION else {str(history.scope.kind): history.scope.members}
    first, last = (f"{day.day} {day:%B %Y}" for day in (history.period_start, history.period_end))
    where = scope_in_words(scope)
    changed = changes_in_words(choices) or "history, nothing changed"
    return f"<p class='question'>{escape(f'{where[:1].upper()}{where[1:]}, {first} to {last}: {changed}.')}</p>"


def answer(picture: Picture, choices: Choices) -> str:
    """Return the answer as HTML: a sentence for each measure, or the levels of history if nothing is changed."""
    found = {name: picture.difference(lambda one, name=name: one.measures[name]) for name in HEADLINES}  # type: ignore[misc]
    if not any(one.reference_mean or one.mean for one in found.values()):
        where = "this draft of the period" if picture.thin > 1 else "the simulated period"
        return f"<p>Nobody is taken into ICE custody or removed under history or the what-if, in {where}.</p>"
    if choices.changes_nothing:
        totals = " and ".join(
            f"<b>{number(one.reference_mean, 'people')}</b> people are {HEADLINES[name]}" for name, one in found.items()
        )
        return f"<p>Nothing is changed yet. Under history, {totals}.</p>{trials(choices)}"
    first, *others = (
        sentence(HEADLINES[name], one, few_people(picture, one.reference_mean, one.mean)) for name, one in found.items()
    )
    rest = "".join(f"<p class='second'>{text}</p>" for text in others)
    return f"<p class='first'>{first}</p>{rest}"


def trials(choices: Choices) -> str:
    """Return links to changes to try, for the same place and days, as HTML."""
    links = (
        f'<a href="{escape(query_of(replace(choices, **settings)))}">{escape(label)}</a>'  # type: ignore[arg-type]
        for label, settings in TRIALS.items()
    )
    return f"<p class='trials'>Move the hold limit, or try: {', '.join(links)}.</p>"


def sentence(happens: str, found: Difference, few: bool) -> str:
    """Return one measure's change as a sentence, in HTML.

    Examples
    --------
    >>> from enforcement_sim.results.intervals import difference_of
    >>> sentence("removed", difference_of([100.0, 200.0, 300.0], [100.0, 200.0, 300.0]), False)
    '<b>Exactly as many people removed</b> as under history: 200.'
    """
    before, after = number(found.reference_mean, "people"), number(found.mean, "people")
    if found.verdict == IDENTICAL:
        return f"<b>Exactly as many people {happens}</b> as under history: {before}."
    interval = f"95% interval over {found.runs} seeds: {ends(found.low, found.high)}"
    levels = f"{after} instead of {before} under history"
    if found.verdict == CANNOT_TELL or few:
        start = f"<b>Cannot tell</b> whether more or fewer people are {happens}"
        if found.verdict != CANNOT_TELL:
            start = f"<b>{counted(found.difference, 'people')} {happens}</b>, but"
        because = f" <em>{MOSTLY_CHANCE}</em>;" if few else ""
        return f"{start}:{because} the estimate is {counted(found.difference)} ({interval}), {levels}."
    percent = ""
    if found.reference_mean:
        percent = f", {100 * found.difference / found.reference_mean:+.1f}%".replace("-", "\N{MINUS SIGN}")
    return f"<b>{counted(found.difference, 'people')} {happens}</b> ({interval}): {levels}{percent}."


def counted(change: float, who: str = "") -> str:
    """Return a change in people with its direction.

    Examples
    --------
    >>> counted(-310.4), counted(1.25, "people")
    ('310 fewer', '1.2 more people')
    """
    return " ".join(filter(None, (number(abs(change), "people"), "fewer" if change < 0 else "more", who)))


def ends(low: float, high: float) -> str:
    """Return the ends of an interval of a change, the smaller change first where both have one direction.

    Examples
    --------
    >>> ends(-500.0, -140.0), ends(-5.0, 12.0), ends(3.0, 3.0)
    ('140 to 500 fewer', '5 fewer to 12 more', '3 more in every run')
    """
    if low < 0 < high:
        return f"{counted(low)} to {counted(high)}"
    near, far = sorted((low, high), key=abs)
    if number(abs(near), "people") == number(abs(far), "people"):
        return f"{counted(far)} in every run"
    return f"{number(abs(near), 'people')} to {counted(far)}"


def state_of_picture(picture: Picture) -> str:
    """Return a mark for a picture that will be replaced, as HTML; empty for the exact one."""
    if picture.complete:
        return ""
    if picture.thin == 1:
        return _mark(
            "Part", f"{len(picture.seeds)} of {picture.wanted} seeds are done; every booking of them was simulated."
        )
    return _mark(
        "Draft",
        f"one booking in {picture.thin} was simulated. Small capacities run out more often so, and what a longer hold "
        "adds is overstated; the exact answer replaces this one.",
    )


def _mark(word: str, text: str) -> str:
    return f"<p class='draft'><b>{word}</b> {text}</p>"


def in_progress(share: float) -> str:
    """Return what is being computed, with a bar, as HTML."""
    bar = f'<progress aria-label="Progress of the exact answer" max="1" value="{share:.3f}"></progress>'
    return f"Computing the exact answer: {100 * share:.0f}% done.{bar}"

"""An answer in words: the sentence with the interval to quote, what chance does, the weakest assumptions, how to cite it.

The direction in the sentence follows from the sign of the difference and from nothing else; where the interval over seeds and
sets holds zero, the sentence says that the direction cannot be told.
"""

from __future__ import annotations

from math import isnan

from enforcement_sim import __version__, labels
from enforcement_sim.results.intervals import Difference
from enforcement_sim.studies.answer.compute import Answer
from enforcement_sim.studies.answer.weakest import WeakAssumption
from enforcement_sim.studies.page_parts import in_full
from enforcement_sim.studies.under_doubt import A_SEED, A_SET, counted
from enforcement_sim.tables.amounts import CANNOT_TELL, IDENTICAL, NO_INTERVAL, whole
from enforcement_sim.terminal.printing import command

FEWER, MORE = "fewer", "more"
AS_MANY = "exactly as many people"
AUTHORS, YEAR = "The developers of enforcement-sim", 2026
"""As ``CITATION.cff`` has them."""


def title(answer: Answer) -> str:
    """Return the question as a title."""
    return answer.question.in_words(answer.question.title, answer.place, answer.number)


def sentence(answer: Answer) -> str:
    """Return the answer in one sentence, with its number and what it is compared with."""
    question, found = answer.question, answer.difference
    condition = question.in_words(question.condition, answer.place, answer.number)
    outcome = question.in_words(question.outcome, answer.place, answer.number)
    days = f"from {in_full(answer.history.period_start)} to {in_full(answer.history.period_end)}"
    levels = f"{whole(found.mean)} instead of {whole(found.reference_mean)}"
    if found.verdict == IDENTICAL:
        return f"{condition} {days}, {AS_MANY} {outcome}: {whole(found.reference_mean)}. {answer.why_nothing}"
    if isnan(found.low):
        return (
            f"{condition} {days}, it cannot be told from one run whether more or fewer people {outcome}: it has "
            f"{in_people(found.difference)}, {levels}."
        )
    if found.verdict == CANNOT_TELL:
        return (
            f"{condition} {days}, it cannot be told whether more or fewer people {outcome}: the estimate is "
            f"{in_people(found.difference)} ({ends(found.low, found.high)}), {levels}."
        )
    span = f"({ends(found.low, found.high, brief=True)})"
    return f"{condition} {days}, about {in_people(found.difference, 'people')} {span} {outcome}: {levels}{_in_percent(found)}."


def intervals(answer: Answer) -> tuple[str, str]:
    """Return what the interval in the sentence is, and what chance alone does, each as a sentence."""
    found, runs = answer.difference, answer.found
    seeds = counted(len(runs.seeds), "seed")
    if runs.sets == 1:
        both = f"Over {seeds} ({A_SEED}), with one set of parameters ({A_SET}): {ends(found.low, found.high)}."
        return both, "With one set of parameters the interval says nothing of what is not known about them."
    both = f"{ends(found.low, found.high)}: {runs.spread} ({A_SET}), chance included."
    if isnan(found.chance_low):
        return both, f"One seed ({A_SEED}) does not tell how much is chance."
    chance = ends(found.chance_low, found.chance_high)
    return both, f"Chance alone ({A_SEED}) moves the mean over these sets less: {chance}, 95% over {seeds}."


def in_people(change: float, people: str = "") -> str:
    """Return a change as a number with its direction.

    Examples
    --------
    >>> in_people(-310.4), in_people(12.0, "people")
    ('310 fewer', '12 more people')
    """
    direction = FEWER if change < 0 else MORE
    return " ".join(filter(None, (whole(abs(change)), direction, people)))


def ends(low: float, high: float, brief: bool = False) -> str:
    """Return the ends of an interval of a change, smaller first; brief without the direction where both have the same.

    Examples
    --------
    >>> ends(-500.0, -140.0), ends(-5.0, 12.0), ends(3.0, 9.0), ends(0.0, 0.0)
    ('140 to 500 fewer', '5 fewer to 12 more', '3 to 9 more', 'none')
    >>> ends(-500.0, -140.0, brief=True), ends(-5.0, 12.0, brief=True)
    ('140 to 500', '5 fewer to 12 more')
    """
    if isnan(low) or isnan(high):
        return NO_INTERVAL
    if low == high == 0.0:
        return "none"
    if low < 0 < high:
        return f"{in_people(low)} to {in_people(high)}"
    near, far = sorted((abs(low), abs(high)))
    return f"{whole(near)} to {whole(far) if brief else in_people(far if low >= 0 else -far)}"


def weak_in_words(one: WeakAssumption, headline: Difference, sets: int) -> str:
    """Return an assumption with the answer at both ends of its range, and whether the answer's interval reaches there."""
    parameter = one.parameter
    unit = "" if parameter.unit in ("share", "ratio") else f" {parameter.unit}"
    ends_of = ((parameter.low, one.at_low.difference), (parameter.high, one.at_high.difference))
    moved = " and ".join(f"at {value:g} it is {in_people(change)}" for value, change in ends_of)
    beyond = [in_people(change) for _, change in ends_of if change < headline.low or change > headline.high]
    reach = f"does not reach {' or '.join(beyond)}" if beyond else "reaches as far as both"
    mean = f"the mean of {counted(sets, 'set')} is {in_people(headline.difference)}"
    return (
        f"{parameter.meaning} Nobody has measured it; it is {parameter.grade}, {parameter.default:g}{unit} here "
        f"({parameter.address}). Set 1 with one seed gives {in_people(one.as_it_is)} ({mean}); {moved}. The interval above "
        f"{reach}. Why the range ends there: {parameter.argument.range_from}"
    )


def command_of(answer: Answer) -> str:
    """Return the command that gives this answer again."""
    days = ("--from", answer.history.period_start.isoformat(), "--to", answer.history.period_end.isoformat())
    how = ("--sets", str(answer.found.sets), "--replications", str(len(answer.found.seeds)))
    return command("answer", answer.asked, *answer.place.option, *days, *how)


def citation(answer: Answer) -> str:
    """Return a citation to copy: authors, years, version, question, place, days, what was run, and the command."""
    seeds = answer.found.seeds
    ran = f"{_numbered('set', 1, answer.found.sets)} of parameters, {_numbered('seed', seeds[0], seeds[-1])}"
    return (
        f"{AUTHORS} ({YEAR}). enforcement-sim, version {__version__} (engine {answer.found.engine[:12]}). "
        f"{title(answer)}, {answer.history.period_start} to {answer.history.period_end}; simulated with {ran}. Repeat it with: "
        f"{command_of(answer)}"
    )


def _numbered(what: str, first: int, last: int) -> str:
    return f"{what} {first}" if first == last else f"{what}s {first} to {last}"


def label_of(measure: str) -> str:
    """Return the label of a measure, its programme included."""
    return labels.measure(measure)[0]


def _in_percent(found: Difference) -> str:
    """Return a change in percent of the reference, in brackets; nothing if there is no reference."""
    if not found.reference_mean:
        return ""
    change = 100.0 * found.difference / found.reference_mean
    return f" ({abs(change):.0f}% {'less' if change < 0 else 'more'})"

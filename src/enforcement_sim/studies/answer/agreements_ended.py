"""Which 287(g) agreements a question ends: a county may be reached by its sheriff's and by its state's.

Ending agreements in a place takes away every agency's officers there, whoever signed; an agency of the state goes on in the
state's other counties.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from enforcement_sim.places.geography import Agreement, agreements, load_geography
from enforcement_sim.scenarios.schema import Scenario
from enforcement_sim.studies.answer.question_file import Question
from enforcement_sim.studies.county.county_inputs import MODELS
from enforcement_sim.studies.page_parts import in_full
from enforcement_sim.studies.place_asked import PlaceAsked

DECISION = "agreement"
MOST_NAMED = 6
IN_WORDS = ("No", "One", "Two", "Three", "Four", "Five", "Six")
"""More agreements than this are counted, and not named."""
DAYS_A_MONTH = 365.25 / 12


def what_ends(question: Question, place: PlaceAsked, history: Scenario) -> tuple[str, ...]:
    """Return which agreements a question ends, as a sentence; nothing if it ends none.

    Examples
    --------
    >>> from enforcement_sim.studies.answer.compute import scenarios_of
    >>> from enforcement_sim.studies.place_asked import place_asked
    >>> place = place_asked(county="Mecklenburg, NC")
    >>> question, _, history, _ = scenarios_of("end 287(g)", place)
    >>> what_ends(question, place, history)[0].partition(": ")[2]
    "Mecklenburg County Sheriff's Office (officers in the jail, in force since 27 February 2006)."
    """
    if not any(change["decision"] == DECISION for change in question.changes.values()):
        return ()
    found = ending(place, history.period_start, history.period_end)
    if not found:
        return (f"No 287(g) agreement was in force in {place.name} in these days, so none ends.",)
    if len(found) > MOST_NAMED:
        return (f"All {len(found)} agreements under 287(g) that were in force in {place.name} in these days end.",)
    ends = "One 287(g) agreement ends" if len(found) == 1 else f"{IN_WORDS[len(found)]} 287(g) agreements end"
    period = history.period_start, history.period_end
    together = (
        ""
        if len(found) == 1
        else (" The question ends all of them; a policy of your own may end one alone (docs/guides/own-policy.md).")
    )
    return (
        f"{ends} there on {in_full(period[0])}, and what was done before that day stays: "
        f"{'; '.join(_named(one, place, *period) for one in found)}.{together}",
    )


def ending(place: PlaceAsked, first: date, last: date) -> Sequence[Agreement]:
    """Return the agreements that reach a place in these days, those of counties first.

    Examples
    --------
    >>> from enforcement_sim.studies.place_asked import place_asked
    >>> found = ending(place_asked(county="Gwinnett, GA"), date(2010, 10, 1), date(2012, 9, 30))
    >>> [(one.agency, one.model) for one in found]
    [("Gwinnett County Sheriff's Office", 'jail'), ('Georgia Department of Public Safety', 'task_force')]
    """
    found = [one for one in agreements() if _reaches(one, place) and one.start <= last and _last_day(one) >= first]
    return sorted(found, key=lambda one: (one.county is None, one.start))


def _last_day(agreement: Agreement) -> date:
    """Return the last day of an agreement; officers who work in the field alone stop with their task force."""
    ends = (agreement.end, agreement.task_force_end if agreement.in_field_only else None)
    return min((day for day in ends if day is not None), default=date.max)


def _reaches(agreement: Agreement, place: PlaceAsked) -> bool:
    """Return whether an agency's officers work in a place. A county's scope leaves out the state's prisons."""
    if place.kind == "nation":
        return True
    if place.kind == "state":
        return agreement.state == place.code
    if agreement.county is None:
        return agreement.state == place.state and agreement.kind != "prison"
    return agreement.county == load_geography().index_of(place.code)


def _named(agreement: Agreement, place: PlaceAsked, first: date, last: date) -> str:
    """Return an agreement by its agency and model, how long it was in force, and whether it goes on elsewhere."""
    elsewhere = agreement.county is None and place.kind == "county"
    goes_on = ", in this county only: its officers go on in the rest of the state" if elsewhere else ""
    since = "" if agreement.start >= first else f", in force since {in_full(agreement.start)}"
    return f"{agreement.agency} ({MODELS[agreement.model]}{since}{months_in_force(agreement, first, last)}{goes_on})"


def months_in_force(agreement: Agreement, first: date, last: date) -> str:
    """Return for how many months of a period an agreement was in force; nothing if it was throughout.

    Examples
    --------
    >>> from enforcement_sim.studies.place_asked import place_asked
    >>> guilford = ending(place_asked(county="Guilford, NC"), date(2010, 10, 1), date(2012, 9, 30))[0]
    >>> months_in_force(guilford, date(2010, 10, 1), date(2012, 9, 30)).partition(" months")[0]
    ', in force for 6 of these 24'
    """
    since, until = max(first, agreement.start), min(last, _last_day(agreement))
    if (since, until) == (first, last):
        return ""
    here, whole = (
        max(1, round(((end - start).days + 1) / DAYS_A_MONTH)) for start, end in ((since, until), (first, last))
    )
    return f", in force for {here} of these {whole} months, {in_full(since)} to {in_full(until)}"

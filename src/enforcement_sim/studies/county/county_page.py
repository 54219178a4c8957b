"""The page of a county, and the same parts as tables of text for a terminal."""

from __future__ import annotations

import pandas as pd

from enforcement_sim import labels
from enforcement_sim.parameters.ensemble import load_ensemble
from enforcement_sim.parameters.register import load_register
from enforcement_sim.place_labels import places_in_words
from enforcement_sim.plots.captions import provenance_of
from enforcement_sim.plots.months import county_months
from enforcement_sim.studies.county.booking_level import level_of_bookings
from enforcement_sim.studies.county.compute import CountyRuns, county_targets
from enforcement_sim.studies.county.county_inputs import (
    NATION,
    agreement_rows,
    own_agreements,
    people_and_jail,
    rules_in_time,
)
from enforcement_sim.studies.county.named_in_register import named_rows
from enforcement_sim.studies.county.never_recorded import never_recorded
from enforcement_sim.studies.county.published_beside import SIMULATED_COLUMNS, beside, claims_about
from enforcement_sim.studies.page_parts import Grid, Part, Section, in_full, picture_of, words
from enforcement_sim.studies.place_asked import PlaceAsked
from enforcement_sim.studies.reading import COUNTY_EVENTS
from enforcement_sim.studies.single_page import PAGE_INCHES, SinglePage
from enforcement_sim.studies.under_doubt import A_SEED, A_SET, counted, over_both, over_seeds
from enforcement_sim.tables.amounts import whole
from enforcement_sim.terminal.printing import command

NO_AGREEMENT = "No agency of the county or of its state had a 287(g) agreement in the period."
NOTHING_PUBLISHED = "The package holds no published figure of this county."
NOTHING_RUN = "Nothing was simulated; leave out --facts to simulate the county."
HELD_OUT = "Figures that validation holds out are not shown here, whatever the county."
ENDS_AT = (
    "ICE's figures by agency end here at fiscal 2010, because its later years are among them: they test the model."
)
MODELS_MEAN = (
    "Universal: a detainer on everyone found removable; targeted: serious offences first. The approach is derived where the "
    "report of 2011 names the region and not the agency."
)
STANDS_IN = (
    "The project found no figure; the county may hold one. The values are those of the sets of parameters that fit what was "
    "published (in sources: the ensemble), and the register's where the sets leave a number alone. A log standard deviation "
    "says by what factor a quantity spreads around its middle: at 0.5 most values lie between 0.6 and 1.6 times it."
)
GRADES_MEAN = (
    "Grades: seen, it stands in the document named; derived, computed from such numbers; recalled, from general knowledge "
    "and no document; assumed, chosen, with a reason."
)
NOT_FOUND = "What was not found recorded or published"
OTHER_SETS = (
    "The scorecard of validation tells the same figure in runs of its own, with other sets and seeds, so that its simulated "
    "value differs from this one. A figure is outside only where no part of its own range lies inside what is simulated."
)
NAMED = (
    "The sources of some numbers of the model name this county. These numbers are used for every county alike; a figure of the "
    "county's own is used for it alone only where the table above says that it is an input."
)
SMALL_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
HEADLINES = ("identified", "detainer_issued", "ice_custody", "removed")
MOST_NAMED = 3
"""More agreements than this are not named in the first lines."""
SIMULATED = "simulated"
"""Name of the section of what is simulated."""
LATER = "A later entry replaces an earlier one that decides the same, whatever the reach of either."
NO_RULE_OF_ITS_OWN = "The rulebook has no rule of this county or its state alone."


def grids(
    place: PlaceAsked, runs: CountyRuns | None, not_run: str = NOTHING_RUN
) -> dict[str, tuple[str, tuple[Part, ...]]]:
    """Return the sections of a county by name: a title, and tables or texts; ``not_run`` in place of runs that there are not."""
    agreements = agreement_rows(place)
    published, named = beside(place, runs), named_rows(place)
    if runs is None:  # three columns would say that nothing is simulated, in every row
        published = published.drop(columns=list(SIMULATED_COLUMNS))
    about_claims = tuple(f"{claim.says} ({command('claims', claim.id)})" for claim in claims_about(place))
    parts: dict[str, tuple[str, tuple[Part, ...]]] = {
        SIMULATED: ("What is simulated, with doubt", _simulated(runs, not_run)),
        "published": (
            "What is published beside it",
            (*((Grid(published, "Published and simulated", published_note(place), prose=True),) if len(published)
               else (words(f"{NOTHING_PUBLISHED} {HELD_OUT}"),)),
             *((words(NAMED), Grid(named, "Numbers of the model whose source names this county", prose=True))
               if len(named) else ()),
             *((words("Published claims about the county:"), words(*about_claims, listed=True)) if about_claims else ())),
        ),
        "agreements": (
            "287(g) agreements",
            (Grid(agreements, "Agreements, how they are known, and by which documents", MODELS_MEAN, prose=True),)
            if len(agreements) else (words(NO_AGREEMENT),),
        ),
        "people": ("People, jail and dates", (Grid(people_and_jail(place), "What goes into the model", prose=True),)),
        "rules": ("Rules in force, by date", _rules(place)),
        "unrecorded": (
            NOT_FOUND,
            (Grid(never_recorded(place), "Not known, and the number in its place", STANDS_IN, prose=True),),
        ),
    }  # fmt: skip
    return parts


def published_note(place: PlaceAsked) -> str:
    """Return which figures are left out, and why those of its own agencies end when they do."""
    own = any(agreement.county is not None for agreement in own_agreements(place))
    texts = (HELD_OUT, ENDS_AT if own else "", OTHER_SETS if county_targets(place) else "")
    return " ".join(filter(None, texts))


def in_short(place: PlaceAsked, runs: CountyRuns | None) -> tuple[str, ...]:
    """Return what matters most, a line each: people, agreements, rules, and the stages that are asked for first."""
    facts = people_and_jail(place).set_index("What")["Value"]
    agreements = [
        f"{row['Agency']} ({row['Model']}), {row['In force']}" for row in agreement_rows(place).to_dict("records")
    ]
    national = rules_in_time(place)["Where"] == NATION
    own = int((~national).sum())
    more = ", and others" if len(agreements) > MOST_NAMED else ""
    lines = [
        f"People, 2010: {facts['People, 2010']}; non-citizens, an estimate: {facts['Non-citizens, about 2010']}.",
        f"287(g): {'; '.join(agreements[:MOST_NAMED]) or 'no agreement'}{more}.",
        f"Rules of its own or its state's: {own or 'none'}. Rules of the nation: {int(national.sum())}, by date below.",
    ]
    for event in HEADLINES if runs is not None else ():
        assert runs is not None
        found = runs.level(event)
        lines.append(f"{labels.event(event)}, simulated: {whole(found.mean)} ({over_both(found, whole)}).")
    if runs is not None:
        lines.append(_level(place, runs))
    return tuple(lines)


def _level(place: PlaceAsked, runs: CountyRuns) -> str:
    """Return how far the number of people booked is known, on which every count of the county rests."""
    first = runs.scenario.throughout(load_ensemble(1)[0].parameters).parameters
    return level_of_bookings(place.code, {**load_register().defaults(), **first}).sentence


def stage_notes(runs: CountyRuns) -> tuple[str, ...]:
    """Return why stages stand to one another as they do, where that surprises."""
    notes = []
    if runs.level("matched").mean < runs.level("identified").mean:
        notes.append(
            "Matched counts people whose prints DHS had from before. Found removable also counts people whom officers found "
            "without a match, so it may be larger."
        )
    if not runs.level("detainer_declined").high > 0.0:
        notes.append(
            "Detainer declined by jail is zero because no rule in force there in these days had it decline any."
        )
    return tuple(notes)


def page_of(place: PlaceAsked, runs: CountyRuns | None, not_run: str = NOTHING_RUN) -> SinglePage:
    """Return the page of a county; ``not_run`` says why nothing is simulated where nothing is."""
    sections = tuple(Section(name, title, parts) for name, (title, parts) in grids(place, runs, not_run).items())
    opening = words(lead(place, runs)), words(*in_short(place, runs), listed=True), words(GRADES_MEAN)
    return SinglePage(place.name, about(place, runs, not_run), opening, sections)


def lead(place: PlaceAsked, runs: CountyRuns | None) -> str:
    """Return the county in a few sentences: what was in force, how many people were removed, which interval to quote."""
    facts = people_and_jail(place).set_index("What")["Value"]
    own = len(agreement_rows(place))
    active = facts["Secure Communities active from"]
    shared = f"shared fingerprints from {active}" if active[0].isdigit() else "shared no fingerprints in the period"
    number = SMALL_NUMBERS[own] if own < len(SMALL_NUMBERS) else f"{own}"
    agreements = f"{number} 287(g) agreement{'' if own < 2 else 's'} reached it"
    first = f"{place.name} {shared}, and {agreements}; its people are in the charge of ICE's {facts['ICE field office']} office."
    if runs is None:
        return first
    found = runs.level("removed")
    days = f"{in_full(runs.scenario.period_start)} to {in_full(runs.scenario.period_end)}"
    spread = f"{over_both(found, whole)}, {runs.found.spread} ({A_SET}) and {counted(len(runs.found.seeds), 'seed')} ({A_SEED})"
    return (
        f"{first} In the simulated world {whole(found.mean)} people ({spread}) were removed after a booking there from {days}. "
        f"{runs.found.to_quote()}"
    )


def about(place: PlaceAsked, runs: CountyRuns | None, not_run: str = NOTHING_RUN) -> str:
    """Return in a line what was run."""
    if runs is None:
        return f"FIPS {place.code}. {not_run}"
    found = runs.found
    return (
        f"FIPS {place.code}. Simulated, not a record: {found.runs} runs, {counted(len(found.seeds), 'seed')} of each of "
        f"{counted(found.sets, 'set')} of parameters; {places_in_words(runs.scenario.resolved())}. Engine {found.engine[:12]}."
    )


def stages(runs: CountyRuns) -> pd.DataFrame:
    """Return a row of text for each stage, with both intervals."""
    rows = []
    for event in COUNTY_EVENTS:
        found = runs.level(event)
        rows.append([labels.event(event), whole(found.mean), over_both(found, whole), over_seeds(found, whole)])
    return pd.DataFrame(rows, columns=["People", "Mean", "Over sets, with chance", "Chance alone"])


def _rules(place: PlaceAsked) -> tuple[Part, ...]:
    """Return the rules of the county and its state, and those of the nation, each in order of time."""
    found = rules_in_time(place)
    national = found["Where"] == NATION
    own = found[~national]
    first = Grid(own, "Of the county and its state", LATER, prose=True) if len(own) else words(NO_RULE_OF_ITS_OWN)
    return first, Grid(found[national], "Of the nation", LATER, prose=True)


def _simulated(runs: CountyRuns | None, not_run: str) -> tuple[Part, ...]:
    if runs is None:
        return (words(not_run),)
    found = runs.found
    days = f"{in_full(runs.scenario.period_start)} to {in_full(runs.scenario.period_end)}"
    provenance = provenance_of(
        runs.scenario.resolved(), found.engine, ("",) * found.runs, found.seeds, draws=found.sets
    )
    picture = picture_of(county_months(runs.months, runs.place.name, provenance, PAGE_INCHES))
    table = Grid(stages(runs), f"People at each stage, {days}", " ".join((*stage_notes(runs), found.method)))
    return table, picture

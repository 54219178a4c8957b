"""The page of a county, and the same parts as tables of text for a terminal."""

from __future__ import annotations

import pandas as pd

from enforcement_sim import labels
from enforcement_sim.place_labels import places_in_words
from enforcement_sim.plots.captions import provenance_of
from enforcement_sim.plots.months import county_months
from enforcement_sim.studies.county.compute import CountyRuns
from enforcement_sim.studies.county.county_inputs import NATION, agreement_rows, people_and_jail, rules_in_time
from enforcement_sim.studies.county.never_recorded import never_recorded
from enforcement_sim.studies.county.published_beside import beside, claims_about
from enforcement_sim.studies.page_parts import Grid, Part, Section, in_full, picture_of, words
from enforcement_sim.studies.place_asked import PlaceAsked
from enforcement_sim.studies.reading import COUNTY_EVENTS
from enforcement_sim.studies.single_page import PAGE_INCHES, SinglePage
from enforcement_sim.studies.under_doubt import A_SEED, A_SET, over_both, over_seeds
from enforcement_sim.tables.amounts import whole
from enforcement_sim.terminal.printing import command

NO_AGREEMENT = "No agency of the county or of its state had a 287(g) agreement in the period."
NOTHING_PUBLISHED = "The package holds no published figure of this county."
NOTHING_RUN = "Nothing was simulated; leave out --facts to simulate the county."
HELD_OUT = "Figures that validation holds out are not shown here, whatever the county."
STANDS_IN = (
    "The values are the register's defaults; the sets of parameters that fit what was published (in sources: the ensemble) "
    "move some of them."
)
GRADES_MEAN = (
    "Grades: seen, it stands in the document named; derived, computed from such numbers; recalled, from general knowledge "
    "and no document; assumed, chosen, with a reason."
)
SIMULATED = "simulated"
"""Name of the section of what is simulated."""
LATER = "A later entry replaces an earlier one that decides the same, whatever the reach of either."
NO_RULE_OF_ITS_OWN = "The rulebook has no rule of this county or its state alone."


def grids(
    place: PlaceAsked, runs: CountyRuns | None, not_run: str = NOTHING_RUN
) -> dict[str, tuple[str, tuple[Part, ...]]]:
    """Return the sections of a county by name: a title, and tables or texts; ``not_run`` in place of runs that there are not."""
    agreements = agreement_rows(place)
    published = beside(place, runs)
    about_claims = tuple(f"{claim.says} ({command('claims', claim.id)})" for claim in claims_about(place))
    parts: dict[str, tuple[str, tuple[Part, ...]]] = {
        "people": ("People, jail and dates", (Grid(people_and_jail(place), "What goes into the model", prose=True),)),
        "agreements": (
            "287(g) agreements",
            (Grid(agreements, "Agreements, how they are known, and by which documents", prose=True),) if len(agreements)
            else (words(NO_AGREEMENT),),
        ),
        "rules": ("Rules in force, by date", _rules(place)),
        SIMULATED: ("What is simulated, with doubt", _simulated(runs, not_run)),
        "published": (
            "What is published beside it",
            (*((Grid(published, "Published and simulated", HELD_OUT, prose=True),) if len(published)
               else (words(f"{NOTHING_PUBLISHED} {HELD_OUT}"),)),
             *((words("Published claims about the county:"), words(*about_claims, listed=True)) if about_claims else ())),
        ),
        "unrecorded": (
            "What was never recorded or published",
            (Grid(never_recorded(place), "Not known, and the number in its place", STANDS_IN, prose=True),),
        ),
    }  # fmt: skip
    return parts


def page_of(place: PlaceAsked, runs: CountyRuns | None, not_run: str = NOTHING_RUN) -> SinglePage:
    """Return the page of a county; ``not_run`` says why nothing is simulated where nothing is."""
    sections = tuple(Section(name, title, parts) for name, (title, parts) in grids(place, runs, not_run).items())
    return SinglePage(place.name, about(place, runs, not_run), (words(lead(place, runs), GRADES_MEAN),), sections)


def lead(place: PlaceAsked, runs: CountyRuns | None) -> str:
    """Return the county in a few sentences: what was in force, how many people were removed, which interval to quote."""
    facts = people_and_jail(place).set_index("What")["Value"]
    own = len(agreement_rows(place))
    active = facts["Secure Communities active from"]
    shared = f"shared fingerprints from {active}" if active[0].isdigit() else "shared no fingerprints in the period"
    agreements = {0: "no 287(g) agreement reached it", 1: "one 287(g) agreement reached it"}.get(
        own, f"{own} 287(g) agreements reached it"
    )
    first = f"{place.name} {shared}, and {agreements}; its people are in the charge of ICE's {facts['ICE field office']} office."
    if runs is None:
        return first
    found = runs.level("removed")
    days = f"{in_full(runs.scenario.period_start)} to {in_full(runs.scenario.period_end)}"
    return (
        f"{first} In the simulated world {whole(found.mean)} people were removed after a booking there from {days}: "
        f"{over_seeds(found, whole)} over seeds ({A_SEED}), {over_both(found, whole)} over seeds and sets of parameters "
        f"({A_SET}). {runs.found.to_quote}"
    )


def about(place: PlaceAsked, runs: CountyRuns | None, not_run: str = NOTHING_RUN) -> str:
    """Return in a line what was run."""
    if runs is None:
        return f"FIPS {place.code}. {not_run}"
    found = runs.found
    return (
        f"FIPS {place.code}. Simulated, not a record: {found.runs} runs, {len(found.seeds)} seeds of each of {found.sets} sets "
        f"of parameters; {places_in_words(runs.scenario.resolved())}. Engine {found.engine[:12]}."
    )


def stages(runs: CountyRuns) -> pd.DataFrame:
    """Return a row of text for each stage, with both intervals."""
    rows = []
    for event in COUNTY_EVENTS:
        found = runs.level(event)
        rows.append([labels.event(event), whole(found.mean), over_seeds(found, whole), over_both(found, whole)])
    return pd.DataFrame(rows, columns=["People", "Mean", "Over seeds", "Over seeds and sets"])


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
    return Grid(stages(runs), f"People at each stage, {days}", found.method), picture

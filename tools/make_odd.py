"""Writes docs/odd.md: a description of the model by the ODD+D protocol, taken from the model's own declarations.

Institutions come from the classes that simulate them, parameters from the register, rules and dates from the rulebook,
the order of a day from docs/process.md, events and purposes of draws from the lists the engine counts in. Only what no
declaration holds is written here: purpose, concepts, decisions in words. A test makes the page again and compares.
``python -m tools.make_odd``.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import groupby
from pathlib import Path
from textwrap import fill

from enforcement_sim.codes import EVENTS, HOUR_KINDS, LEVERS, OFFENCES, PROGRAMMES, STATUSES
from enforcement_sim.law.adherence import followed_in_words
from enforcement_sim.law.definitions import load_definitions
from enforcement_sim.law.grounds import GROUNDS
from enforcement_sim.law.rules import DECISIONS, Entry, Rule, load_rulebook
from enforcement_sim.model.institution_classes import KINDS
from enforcement_sim.parameters.register import GRADES, load_register
from enforcement_sim.places.geography import agreements, load_geography
from enforcement_sim.process.rng import Draw
from enforcement_sim.scenarios.file_format import HISTORY_END, HISTORY_START
from enforcement_sim.scenarios.load import load_scenario, shipped_names

DOCS = Path(__file__).parents[1] / "docs"
OUT = DOCS / "odd.md"
PROCESS = DOCS / "process.md"

PURPOSE = f"""# The model described by the ODD+D protocol

Overview, Design concepts and Details, with human decisions (Müller and others 2013, after Grimm and others 2020). Made by
`python -m tools.make_odd` from the model's own declarations; what each step does exactly is in [process.md](process.md).

## I. Overview

### I.i Purpose

To compare designs of immigration enforcement at the jail door in the United States between {HISTORY_START.year} and
{HISTORY_END.year}: the 287(g) programme and Secure Communities, alone, together and not at all, beside the Criminal Alien
Program. It asks how many people each sends on, with which offences, what time in jail and whose money goes with it, and
how the answer depends on rules that can be changed: whom ICE issues a detainer for, which detainers a jail honours, how
long it may hold, when officers screen and whom. It is for researchers and for readers of policy on any side. It describes
institutions and aggregates. It is not a record, predicts no person, and says nothing of arrests at large, of places
smaller than a county, or of years outside the period.

### I.ii Entities, state variables and scales"""

PEOPLE = """*People and bookings.* A person is a number in a county's pool and holds no storage: status, record with DHS,
earlier convictions and how often the person is booked follow from the number. What enforcement changed is remembered for
those it touched: away until an hour or for good, enrolled in IDENT, removed before, let go. A booking is what flows:
offence class, grade, hour, lock-up, case, prison, found by whom, detainer, hold, custody, docket. Bookings that a response
of victims, police or offenders keeps out or adds are counted as such; every such response is imported and off by default."""

SCALES = """*Space.* {counties:,} counties and equivalents of the fifty states and the District of Columbia, {offices}
field offices of ICE; a county lies in one state and one field office's area, and a state's prisons are one
more place. Any part can be simulated by itself, with
its share of the crews and beds. *Time.* {start} to {end}; the default period is {first} to {last}. A step is a day;
inside it the engine works in hours. One booking in *k* can be simulated instead of all (thinning), with the counts
multiplied back."""

CONCEPTS = """## II. Design concepts

### II.i Theoretical and empirical background

The jail is a race: a person leaves when a criminal case lets them go, and each programme needs its own time to find them.
What decides who is found is who is in the records, how fast the answer comes, and who is convicted, more than the text of
any rule. The law of the period is data: a rule is a list of facts that bring a person in or take them out, with a
citation. Arrests, releases, dispositions and sentences are given from statistics of justice; the model explains none of
them.

### II.ii Individual decision making

*People do not decide.* Nobody chooses to offend, to flee or to plead; these are draws with sourced shares. *Institutions
decide*, and by default as history says: every rule, agreement and activation on its date. They decide otherwise only
where a scenario asks. {deciding} Decisions use what the institution can know: a jail sees the charge and the record, a
field office what a match or an interview told it. ICE is sometimes wrong about citizens. None optimises; none expects.

### II.iii Learning

None.

### II.iv Individual sensing

Secure Communities senses people whose prints are submitted and in IDENT. An officer under 287(g), a task force and a
visit of the Criminal Alien Program sense removability by interview, with a chance of missing it, also in people whose
prints DHS never had.

### II.v Individual prediction

None.

### II.vi Interaction

Through scarce things and through the record: officers' interviews, crews, and beds are shared; a person found by one
programme is not found anew by another (it is counted as also found); a removal leaves a record that the next booking of
the person meets.

### II.vii Collectives

Programmes ({programmes}) are labels of who found a person first, not actors. Counties belong to states and to field
offices.

### II.viii Heterogeneity

People differ in {statuses} statuses, {offences} offence classes, records and how often they are booked; counties in size,
status mix, dates, agreements and rules, and by what is drawn or known of each in bookings a head, traffic, presence of ICE,
whom it comes for and loss of bail (alike as shipped); field offices in crews, visits and beds, in how closely they follow
the rule on detainers, whom they come for and how fast (drawn once, the same for every seed).

### II.ix Stochasticity

Every draw is a function of the seed, a key and a purpose, not the next number of a stream. Two scenarios with one seed
have the same people with the same draws, so a policy moves only the draws that it touches, and differences are taken seed
by seed. There are {purposes} purposes: {purpose_list}.

### II.x Observation

Events, each counted when it happens, by month, place, programme and profile: {events}. Person-hours: {hours}. Every
detainer is also held against every detainer rule of the rulebook. Offence mix is asked for by stage and by definition,
because published shares without a conviction differ by both: {definitions}. Intervals over seeds accompany every mean;
they reflect variation over seeds, not uncertainty about parameters."""

INITIAL = """## III. Details

### III.i Implementation

Python; a compiled engine for people, Mesa agents for institutions. A second, slow program written from process.md alone
gives the same counts, number for number, in the tests. The same resolved scenario, seed and engine version give the same
result to the last count; the version and hashes of all data are in every result's manifest.

### III.ii Initialisation

A run begins `start.warm_days` (default {warm}) before the first counted day with empty jails, and history in force for
that day. What happens before the first counted day is not counted, and what a scenario decides takes effect on it: rules,
and parameters that are policy or resources (levers). Prison terms are longer than the default warm start,
so prisons hold a steady-state stock of people of earlier years from the first day, drawn from admissions and mean terms.
With `start.earlier_removals` a run knows what enforcement did before it: people within reach are simulated from the first
day of the history on, and those removed in the years before are drawn person by person, so that no month depends on the
day on which a run begins.

### III.iii Input data

Shipped as files with their sources: population by citizenship and county, jail beds, neighbours and outlines of counties,
ICE's areas, the activation of Secure Communities by county, and {agreements} agreements under 287(g)
(`src/enforcement_sim/places/data/`). Rules with their dates are below, as are all parameters by group. Figures to hold the
model against are in `src/enforcement_sim/studies/validation/targets.yaml`, and those kept for tests beside it in
`heldout.yaml`."""

DAY = "The order of a day"
"""The section of the specification that is the schedule."""
MOST_NAMED = 7
"""Counties that are named one by one in a line of the timeline."""
WIDTH = 126

LEVERS_IN_WORDS = {
    "sharing": "whether prints reach DHS",
    "screening_point": "when 287(g) officers screen",
    "agreement": "whether an agreement under 287(g) is in force, with its jail officers and its task force",
    "task_force": "whether task forces arrest in the field",
    "agreement_budget": "whether agreements keep all their officers",
    "citation": "whether minor charges are booked or cited",
    "oversight": "whether civil-rights monitoring is in force",
}


def paragraph(doc: str | None) -> str:
    """Return a docstring as one line.

    Examples
    --------
    >>> paragraph("One line.\\n\\n    And another.")
    'One line. And another.'
    """
    return " ".join((doc or "").split())


def institutions_part() -> str:
    """Return the institutions, each as its class describes it, with what it holds and can do."""
    lines = ["*Institutions* are agents.", ""]
    for kind in KINDS.values():
        holds = [name for name, value in vars(kind).items() if isinstance(value, property)]
        told = f" Reads or sets: {', '.join(f'`{name}`' for name in holds)}." if holds else ""
        lines.append(f"- **{spaced(kind.__name__)}.** {paragraph((kind.__doc__ or '').partition('\n\n')[0])}{told}")
    return "\n".join(lines)


def spaced(name: str) -> str:
    """Return a class name as words: ``FieldOffice`` becomes ``Field office``."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).capitalize()


def deciding_part() -> str:
    """Return which institutions can decide something of their own, as their classes describe it."""
    able = [kind for kind in KINDS.values() if "decide" in vars(kind)]
    return " ".join(f"*{spaced(kind.__name__)}:* {paragraph(kind.decide.__doc__)}" for kind in able)


def schedule_part() -> str:
    """Return the order of a day and the submodels, from the headings and lists of the exact specification."""
    text = PROCESS.read_text(encoding="utf-8")
    sections = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL))
    steps = re.findall(r"^(\d)\. (.+?)(?=^\d\. |\Z)", sections[DAY].strip() + "\n", re.MULTILINE | re.DOTALL)
    passes = re.findall(
        r"^   [a-z]\. \*(.+?)\* — (.+?)(?=^   [a-z]\. |^   A person|\Z)", sections[DAY], re.MULTILINE | re.DOTALL
    )
    lines = [
        "### I.iii Process overview and scheduling",
        "",
        f"Each day, in this order ([process.md](process.md#{anchor(DAY)})):",
        "",
    ]
    lines += [f"{number}. {first_sentence(body)}" for number, body in steps]
    lines += ["", "The passes of an hour:", ""]
    lines += [f"- *{name}*: {paragraph(body).rstrip('.')}." for name, body in passes]
    return "\n".join(lines)


def first_sentence(body: str) -> str:
    """Return the first sentence of a paragraph, or what stands before a list; of one word, the next sentence too.

    Examples
    --------
    >>> first_sentence("**Capacities.** Every place may. And more."), first_sentence("All of it, in passes:\\n   a. *One*")
    ('Capacities. Every place may.', 'All of it, in passes.')
    """
    text = paragraph(re.split(r"\n   [a-z]\. ", body)[0]).replace("**", "").replace(' (section "Booking")', "")
    sentences = re.findall(r".+?[.:](?=\s|$)", text) or [text]
    chosen = sentences[: 1 + (" " not in sentences[0])]
    return "".join(chosen).rstrip(":.") + "."


def flowed(part: str) -> str:
    """Return a part with its paragraphs wrapped; headings, tables and lists stay as they are."""
    return "\n\n".join(
        block if block.startswith(("#", "|", "-", "1.")) else fill(paragraph(block), WIDTH, break_long_words=False)
        for block in part.strip().split("\n\n")
    )


def anchor(heading: str) -> str:
    """Return the link target of a heading."""
    return re.sub(r"[^a-z0-9 -]", "", heading.lower()).replace(" ", "-")


def submodels_part() -> str:
    """Return the sections of the exact specification as the list of submodels."""
    headings = re.findall(r"^## (.+)$", PROCESS.read_text(encoding="utf-8"), re.MULTILINE)
    links = [f"[{heading}](process.md#{anchor(heading)})" for heading in headings]
    return "### III.iv Submodels\n\n" + "\n".join(f"- {link}" for link in links)


def rules_part() -> str:
    """Return every rule with its citation, where each was in force, and the levers that are not rules."""
    book = load_rulebook()
    lines = ["### III.v Rules", ""]
    for decision, question in DECISIONS.items():
        lines += [
            f"**{decision.capitalize()}**: {question}.",
            "",
            "| rule | covers | since | text | known |",
            "|---|---|---|---|---|",
        ]
        for rule in book.rules.values():
            if rule.decision == decision:
                since = rule.effective.isoformat() if rule.effective else "never in force"
                lines.append(f"| `{rule.id}` | {rule.title} | {since} | {rule.citation} | {rule.grade} |")
        lines += ["", *how_followed([rule for rule in book.rules.values() if rule.decision == decision]), ""]
    lines += [
        f"Rules turn on {len(GROUNDS)} grounds, facts about a person: {', '.join(ground.name for ground in GROUNDS)}.",
        "",
        "In force, in time order; a later line for the same decision and place replaces an earlier one:",
        "",
        "| from | where | decision | rule |",
        "|---|---|---|---|",
        *(
            f"| {entry.start or 'the beginning'} | {where(entry)} | {entry.decision} | `{entry.rule}` |"
            for entry in book.timeline
        ),
        "",
        "Levers that are not rules over grounds:",
        "",
        *(f"- `{name}`, {LEVERS_IN_WORDS[name]}: {', '.join(values)}" for name, values in LEVERS.items()),
    ]
    return "\n".join(lines)


def how_followed(rules: list[Rule]) -> list[str]:
    """Return how closely the rules of a decision are followed with the parameters of the baseline, a line each way."""
    values = load_scenario("baseline").parameters
    by_words: dict[str, list[str]] = {}
    for rule in rules:
        by_words.setdefault(followed_in_words(rule, [values]), []).append(f"`{rule.id}`")
    if len(by_words) == 1:
        return [f"All of them, with the parameters of `baseline`: {next(iter(by_words))}."]
    return [
        "With the parameters of `baseline`:",
        "",
        *(f"- {', '.join(names)}: {told}." for told, names in by_words.items()),
    ]


def where(entry: Entry) -> str:
    """Return the places of a line of the timeline, counties by name; long lists by their number."""
    kind, members = entry.where.kind, entry.where.members
    if kind == "nation":
        return "nation"
    if kind == "states":
        return ", ".join(members)
    geography = load_geography()
    indices = [geography.index_of(fips) for fips in members]
    states = {geography.states[geography.counties.state[index]].postal for index in indices}
    named = ", ".join(geography.names[index] for index in indices)
    of_state = ", ".join(sorted(states))
    return f"{named} ({of_state})" if len(members) <= MOST_NAMED else f"{len(members)} counties ({of_state})"


def parameters_part() -> str:
    """Return the parameters by group: how many numbers, how well known, and what they say."""
    register = load_register()
    entries: dict[str, tuple[str, int, str]] = {}
    for parameter in register.values():
        address = parameter.table or parameter.address
        _, numbers, _ = entries.get(address, ("", 0, ""))
        entries[address] = (parameter.meaning, numbers + 1, parameter.grade)
    grades = Counter(grade for _, _, grade in entries.values())
    told = ", ".join(f"{grades[grade]} {grade}" for grade in GRADES)
    lines = [
        "### III.vi Parameters",
        "",
        f"{len(register)} numbers under {len(entries)} entries ({told}); each has a unit, a range and a source in the "
        "register. *Seen*: the figure stands in the document named; *derived*: arithmetic on seen figures; *recalled*: a "
        "prior, no document at hand; *assumed*: chosen, with an argument.",
        "",
        f"| group | entries | numbers | {' | '.join(GRADES)} | what they say |",
        f"|---|---:|---:|{'---:|' * len(GRADES)}---|",
    ]
    for group, members in groupby(
        sorted(entries.items(), key=lambda item: group_of(item[0])), key=lambda item: group_of(item[0])
    ):
        listed = list(members)
        known = Counter(grade for _, (_, _, grade) in listed)
        names = ", ".join(address.partition(".")[2].replace("_", " ") for address, _ in listed)
        counts = [len(listed), sum(numbers for _, (_, numbers, _) in listed), *(known[grade] for grade in GRADES)]
        lines.append(f"| `{group}` | {' | '.join(str(count) for count in counts)} | {names} |")
    return "\n".join(lines)


def group_of(address: str) -> str:
    """Return the group of an address: its part before the first point."""
    return address.partition(".")[0]


def scenarios_part() -> str:
    """Return the shipped scenarios with their titles."""
    lines = ["### III.vii Scenarios shipped", ""]
    return "\n".join([*lines, *(f"- `{name}`: {load_scenario(name).title}" for name in shipped_names())])


def listed(names: tuple[str, ...]) -> str:
    """Return machine names as words with commas."""
    return ", ".join(name.replace("_", " ") for name in names)


def page() -> str:
    """Return the whole description."""
    geography = load_geography()
    baseline = load_scenario("baseline")
    concepts = CONCEPTS.format(
        deciding=deciding_part(),
        programmes=listed(PROGRAMMES[1:]),
        statuses=len(STATUSES),
        offences=len(OFFENCES),
        purposes=len(Draw),
        purpose_list=listed(tuple(purpose.name.lower() for purpose in sorted(Draw))),
        events=listed(EVENTS),
        hours=listed(HOUR_KINDS),
        definitions="; ".join(definition.title for definition in load_definitions().values()),
    )
    scales = SCALES.format(
        counties=geography.counties.size,
        offices=len(geography.offices),
        start=HISTORY_START,
        end=HISTORY_END,
        first=baseline.period_start,
        last=baseline.period_end,
    )
    details = INITIAL.format(warm=f"{baseline.parameters['start.warm_days']:g} days", agreements=len(agreements()))
    parts = [
        PURPOSE,
        institutions_part(),
        PEOPLE,
        scales,
        schedule_part(),
        concepts,
        details,
        submodels_part(),
        rules_part(),
        parameters_part(),
        scenarios_part(),
    ]
    return "\n\n".join(flowed(part) for part in parts) + "\n"


def main() -> None:
    """Write the page."""
    OUT.write_text(page(), encoding="utf-8")
    print(OUT.name, "written")


if __name__ == "__main__":
    main()

"""What stands under the numbers of one set of parameters: that this doubt is missing, and that a county's level is drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from enforcement_sim.terminal.printing import paragraph, print_text

ONE_SET = (
    "One set of parameters: no interval here holds the doubt about parameters, and another set that fits what was "
    "published may give several times as much, or a fraction."
)
WITH_DOUBT = "With this doubt: answer or jail-cost with --sets 20, or a design (docs/guides/how-sure.md)."


def cautions(plain: Mapping[str, Any], draws: int, with_doubt: str = WITH_DOUBT) -> tuple[str, ...]:
    """Return what a reader of levels must know before quoting one.

    Parameters
    ----------
    plain
        The resolved scenario; empty if unknown.
    draws
        Sets of parameters, or draws of them, under which it was run.
    with_doubt
        How to get the doubt about parameters into the intervals.

    Examples
    --------
    >>> cautions({}, 1)[0].partition(":")[0], cautions({}, 20)
    ('One set of parameters', ())
    >>> from enforcement_sim import load_scenario
    >>> found = cautions(load_scenario("baseline").with_(scope={"counties": ["13135"]}).resolved(), 1)
    >>> found[1].partition(",")[0]
    'How many people Gwinnett County books is drawn'
    """
    lines = [f"{ONE_SET} {with_doubt}"] if draws == 1 else []
    county = single_county(plain)
    if county and not (plain.get("data") or {}).get("bookings"):
        from enforcement_sim.parameters.register import load_register
        from enforcement_sim.places.geography import load_geography
        from enforcement_sim.studies.county.booking_level import level_of_bookings

        numbers = {**load_register().defaults(), **plain["parameters"]}
        if level_of_bookings(county, numbers).drawn:
            places = load_geography()
            name = places.names[places.index_of(county)]
            lines.append(
                f"How many people {name} books is drawn, because the model has no published figure of it. Every count here "
                "rises and falls with it: rely on changes in per cent more than on numbers of people."
            )
    return tuple(lines)


def single_county(plain: Mapping[str, Any]) -> str:
    """Return the code of the one county that a resolved scenario reports; empty if it reports anything else.

    Examples
    --------
    >>> single_county({"scope": {"counties": ["37119"]}}), single_county({"scope": "nation"}), single_county({})
    ('37119', '', '')
    """
    scope = plain.get("scope", "")
    counties: Sequence[str] = scope.get("counties", ()) if isinstance(scope, Mapping) else ()
    return str(counties[0]) if len(counties) == 1 else ""


def print_cautions(plain: Mapping[str, Any], draws: int, with_doubt: str = WITH_DOUBT) -> None:
    """Print them, a paragraph each."""
    for line in cautions(plain, draws, with_doubt):
        print_text(paragraph(line))

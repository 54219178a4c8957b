"""What the words of the settings mean: named rules and swept numbers, explained before the first picture that uses them."""

from __future__ import annotations

from enforcement_sim import labels
from enforcement_sim.law.rules import load_rulebook
from enforcement_sim.parameters.register import load_register
from enforcement_sim.report.page.sentences import differences_in_words
from enforcement_sim.studies.page_parts import Fold, Part, words
from enforcement_sim.studies.reading import Reading

TITLE = "What the words of the settings mean"
COMPARED = "scenario"
"""Address under which a comparison names its scenarios."""
MOST_CHARACTERS = 400
"""Longest text on how a compared scenario differs; a longer one is told with where the page comes from."""


def meanings(reading: Reading) -> tuple[Part, ...]:
    """Return what each word that names a setting means, folded; nothing where no word needs it.

    Parameters
    ----------
    reading : Reading
    """
    texts = [
        f"\N{LEFT DOUBLE QUOTATION MARK}{word}\N{RIGHT DOUBLE QUOTATION MARK}: {meaning}"
        for word, meaning in _found(reading).items()
    ]
    return (Fold(TITLE, (words(*texts, listed=True),), wide=True),) if texts else ()


def _found(reading: Reading) -> dict[str, str]:
    """Return word -> meaning, in the order of the swept quantities and their values."""
    found: dict[str, str] = {}
    for address in reading.drawable.addresses:
        parameter = load_register().get(address)
        if parameter is not None:
            found[labels.setting(address).partition(" (")[0]] = parameter.meaning
        for settings in reading.drawable.sweep.settings:
            value = str(settings.get(address))
            rule = load_rulebook().rules.get(value)
            if rule is not None:
                found[labels.setting_value(address, value)] = f"{rule.title} ({rule.citation})."
    if reading.drawable.addresses == [COMPARED]:
        others = zip(reading.labels[1:], reading.made_from[1:], strict=True)
        told = {label: " ".join(differences_in_words(reading.made_from[0], other)) for label, other in others}
        found |= {label: text for label, text in told.items() if len(text) <= MOST_CHARACTERS}
    return found

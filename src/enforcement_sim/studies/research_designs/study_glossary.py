"""Words of studies that a reader may not know, each in half a line: printed below a result, and listed in docs/studies.md."""

from __future__ import annotations

from enforcement_sim.studies.research_designs.study_file import Study

WORDS = {
    "imported": "offences are published rates laid beside the simulated world; enforcement does not change them",
    "constructed": "built here in place of what the authors had",
    "set": "one draw of all uncertain settings; a seed is one draw of chance under them",
    "dispersion": "how much more monthly counts vary than pure chance would have them",
    "recorder": "whose file the design reads: every offence, or what agencies reported, or ICE's file",
    "log points": "changes of a logarithm: -0.02 log points are a fall of about 2%",
    "false alarm": "a significant effect where there is none",
    "power": "the share of worlds in which an effect that is there is found",
}
"""Word -> what it means."""
OF_OFFENCES = ("imported", "dispersion", "log points", "false alarm")
"""Words that only studies of offences use."""


def explained(study: Study) -> str:
    """Return the words that a study's output uses, with what they mean, as one line.

    Examples
    --------
    >>> from enforcement_sim.studies.research_designs.shipped_studies import load_study
    >>> explained(load_study("hausman-2020")).startswith("Words: constructed: built here")
    True
    """
    used = {word: says for word, says in WORDS.items() if study.of_offences or word not in OF_OFFENCES}
    return f"Words: {'; '.join(f'{word}: {says}' for word, says in used.items())}."

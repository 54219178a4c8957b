"""What a design cannot see, and what it takes for granted, in plain words: it follows from its estimator, trends and records."""

from __future__ import annotations

from enforcement_sim.studies.research_designs.study_file import Study

GROWS = "An effect that grows with time: a straight trend of each {whose} takes it away, as if it were no effect"
EARLY = "Whether a difference comes from the policy, or from other paths of places that began early"
ACROSS = "An effect that reaches across the border into the neighbouring county"
SAME_TIME = "Whether a change comes from the policy, or from anything else that began at the same time"
WHO_IS_HELD = "Whether stays differ because of the detainer, or because of who gets one"
ALONG = {
    "twfe": "apart from the policy, places move alike from period to period",
    "event-study": "apart from the policy, places move alike from period to period",
    "sun-abraham": "without the policy, places that began at different times would have moved alike",
    "callaway-santanna": "without the policy, places that began at different times would have moved alike",
    "poisson": "apart from the policy, counts of all places move by the same per cent from period to period",
    "border-pairs": "without the policy, counties on both sides of a border would have moved alike",
    "interrupted-series": "without the change, the line before it would have gone on",
    "log-duration": "people with and without a detainer would otherwise stay equally long",
}
"""What each estimator takes for granted."""


def cannot_see(study: Study) -> str:
    """Return what a study's own design cannot see, and what it takes for granted, in two sentences.

    Examples
    --------
    >>> from enforcement_sim.studies.research_designs.shipped_studies import load_study
    >>> cannot_see(load_study("treyger-2014")).partition(". ")[2]
    'It takes for granted that apart from the policy, places move alike from period to period.'
    """
    design = study.design
    granted = ALONG[design.estimator]
    if design.trends != "none":
        whose = design.trends
        return (
            f"{GROWS.format(whose=whose)}. It takes for granted that {granted}, but for each {whose}'s straight trend."
        )
    blind = {"border-pairs": ACROSS, "interrupted-series": SAME_TIME, "log-duration": WHO_IS_HELD}
    return f"{blind.get(design.estimator, EARLY)}. It takes for granted that {granted}."

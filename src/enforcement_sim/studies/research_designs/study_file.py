"""The format of a study: a published research design in a short YAML file, which is run on simulated worlds.

A file says what the authors looked at (``sample``), counted (``outcome``) and compared (``treatment``), with which
estimator, and what they published. ``world`` says which policy is taken away to know the true effect, and ``variants`` what
part of the design is changed. ``status``, ``constructed`` and ``cannot`` say in what the design run here differs from theirs.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from enforcement_sim.errors import InputError
from enforcement_sim.studies.research_designs.study_parts import (
    BY_CONVICTION,
    CONVICTIONS_ON_FILE,
    DESIGN_IS,
    ICE_FILES,
    ONE_DATE,
    POLICY,
    STAGGERED,
    STATUSES,
    Citation,
    Design,
    Outcome,
    Published,
    Sample,
    Treatment,
    Variant,
    World,
)
from enforcement_sim.yaml_models import Many, Name, StrictModel, Text, one_of


class Study(StrictModel):
    """One study."""

    version: Literal[1] = Field(default=1, validation_alias="schema")
    name: Name
    title: Text
    question: Text
    citation: Citation
    sample: Sample
    outcome: Outcome
    treatment: Treatment
    design: Design
    world: World = World()
    published: Published
    status: Annotated[str, one_of(STATUSES, "status")]
    design_is: Annotated[str, one_of(DESIGN_IS, "design_is")] = "main design"
    constructed: Many[Text] = ()
    cannot: Many[Text] = ()
    variants: dict[Name, Variant] = Field(default={})

    @property
    def of_offences(self) -> bool:
        """Whether the outcome is imported offences."""
        return bool(self.outcome.offences)

    def designs(self) -> dict[str, Design]:
        """Return the study's own design under ``as published``, and each variant's."""
        changed = {name: self.varied(variant) for name, variant in self.variants.items()}
        return {AS_PUBLISHED: self.design, **changed}

    def published_of(self, design: str) -> Published | None:
        """Return what was published of the study's own design, or of a variant; None if nothing was."""
        return self.published if design == AS_PUBLISHED else self.variants[design].published

    def varied(self, variant: Variant) -> Design:
        """Return the design with what a variant changes."""
        changes = {key: value for key in Design.model_fields if (value := getattr(variant, key, None)) is not None}
        if changes.get("recorder", self.design.recorder) not in ICE_FILES:
            changes.setdefault("extract", None)  # the day of the extract belongs to the file that is left
        return self.design.model_copy(update=changes)

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.status != "comparable" and not (self.constructed or self.cannot):
            raise InputError(f"is {self.status!r} but says nowhere in what", key="constructed")
        if (self.design_is == AS_PUBLISHED) != bool(self.citation.specification):
            raise InputError(
                f"is {self.design_is!r}",
                key="design_is",
                allowed="as published, with where the specification was read in citation.specification; without it rebuilt, "
                "or main design",
            )
        if self.of_offences == bool(self.world.without):
            raise InputError(
                "the true effect is known from the world without the policy; on imported offences it is put in",
                key="world.without",
                allowed="changes of a scenario, unless the outcome is offences",
            )
        keys = ["design", *(f"variants.{name}" for name in self.variants)]
        for key, design in zip(keys, self.designs().values(), strict=True):
            _check_design(self, design, key)
        return self


AS_PUBLISHED = "as published"
"""Key of a study's own design in tables; ``design_is`` says how it is called in words."""


def _check_design(study: Study, design: Design, key: str) -> None:
    """Raise for an estimator that cannot be run on the study's sample, outcome and treatment."""
    one_day = isinstance(study.treatment.begins, date)
    wrong: list[tuple[bool, str, str]] = [
        (
            (design.estimator == ONE_DATE) != (one_day and study.sample.unit == "nation"),
            "an interrupted series is of the nation, with one day of treatment",
            "unit: nation, treatment: {from: a date} and estimator: interrupted-series together",
        ),
        (
            (design.estimator == "log-duration") != (study.sample.unit == "booking"),
            "log-duration is of single bookings",
            "unit: booking, form: days and estimator: log-duration together",
        ),
        (
            design.estimator == "poisson" and study.outcome.form != "count",
            f"a Poisson regression is of counts, and the outcome is a {study.outcome.form}",
            "form: count",
        ),
        (
            design.estimator in STAGGERED and study.treatment.times is not None,
            f"{design.estimator} has no interaction",
            "times with twfe and poisson alone",
        ),
        (
            design.trends == "county" and not set(design.fixed_effects) <= {"county", "period"},
            "county trends stand beside effects of counties and periods alone",
            "fixed_effects: [county, period]",
        ),
        (
            design.trends == "county" and (bool(design.controls) or design.estimator not in ("twfe", "border-pairs")),
            "county trends are removed for twfe and border-pairs, without controls",
            "estimator: twfe and no controls, or trends: state",
        ),
        (
            design.trends == "state" and design.estimator not in ("twfe", "poisson", "border-pairs"),
            f"{design.estimator} has no trends",
            "trends: none",
        ),
        (
            bool(study.treatment.through) and design.estimator != "twfe",
            "what is instrumented is estimated by twfe",
            "estimator: twfe",
        ),
        (
            study.outcome.among is not None and study.sample.unit == "county",
            "categories are counted by state and nation",
            "unit: state or nation",
        ),
        (
            study.outcome.among is not None and not one_day and study.treatment.begins != POLICY,
            f"where {study.treatment.begins} began is known by county, and categories are counted by state",
            f"from: a date, or {POLICY}",
        ),
        (
            design.recorder.startswith("ucr") and not study.of_offences,
            f"{design.recorder} records offences",
            "offences as the outcome",
        ),
        (
            design.recorder == "ucr-county" and study.sample.by != "year",
            "the county file is annual",
            "by: year",
        ),
    ]
    for is_wrong, says, allowed in wrong:
        if is_wrong:
            raise InputError(says, key=f"{key}.estimator" if "recorder" not in says else key, allowed=allowed)
    _check_ice_file(study, design, key)


def _check_ice_file(study: Study, design: Design, key: str) -> None:
    """Raise for one of ICE's files that does not hold the study's outcome, or a day of extract without such a file."""
    if design.recorder not in ICE_FILES:
        if design.extract is not None:
            raise InputError(
                "is the day of one of ICE's files", key=f"{key}.extract", allowed=f"with {', '.join(ICE_FILES)}"
            )
        return
    outcome, counts = study.outcome, ICE_FILES[design.recorder]
    if set(outcome.counts) != set(counts) or outcome.programme is not None:
        raise InputError(f"{design.recorder} counts {' and '.join(counts)}", key=f"{key}.recorder", allowed=counts)
    if (design.recorder in BY_CONVICTION) != (outcome.among is not None):
        raise InputError(
            f"{design.recorder} is {'of people by conviction' if design.recorder in BY_CONVICTION else 'of everybody'}",
            key=f"{key}.recorder",
            allowed=f"{', '.join(BY_CONVICTION)} with among, and no other file of ICE's",
        )
    if outcome.among is not None and not set(outcome.among.categories) <= set(CONVICTIONS_ON_FILE):
        raise InputError(
            f"{design.recorder} sorts people otherwise", key="outcome.among.categories", allowed=CONVICTIONS_ON_FILE
        )

"""The parts of a study file: who published it, sample, outcome, treatment, published numbers, design, variants and world.

``shipped/miles-cox-2014.yaml`` has a comment on every key.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from enforcement_sim.codes import EVENTS, PROGRAMMES
from enforcement_sim.errors import InputError, nearest_names
from enforcement_sim.scenarios.file_format import Change, ExistingPlaces
from enforcement_sim.studies.panels.panel import EVENTS_BY_PROGRAMME
from enforcement_sim.yaml_models import Day, Many, Named, Number, StrictModel, Text, checked, one_of

By = Literal["month", "quarter", "year", "fiscal_year"]
Unit = Literal["county", "state", "nation", "booking"]
Form = Literal["count", "log", "share", "per_100000", "days"]
Estimator = Literal[
    "twfe",
    "event-study",
    "sun-abraham",
    "callaway-santanna",
    "poisson",
    "border-pairs",
    "interrupted-series",
    "log-duration",
]
OFFENCE_KINDS = ("violent", "property")
"""Kinds of offences known to the police, which are imported."""
POLICY = "detainer_policy"
TREATMENTS = ("secure_communities", "agreement", POLICY, "detainer")
"""What begins: Secure Communities in a county, any agreement under section 287(g), the first local limit on honouring
detainers; of single bookings, that a detainer was issued."""
COVARIATES = ("population", "foreign_born", "noncitizens", "unauthorised", "noncitizen_share", "unauthorised_share")
"""Fixed figures of a county, about 2010; shares are of its population."""
PARTS = ("county", "state", "period", "month_of_year", "pair", "offence", "felony")
"""Of which fixed effects are made, the last two for single bookings; with ``^`` between them, their combinations."""
ICE_FILES = {
    "ice-detainers": ("detainer_issued",),
    "ice-removals": ("removed", "returned"),
    "ice-detainer-convictions": ("detainer_issued",),
    "ice-removal-convictions": ("removed", "returned"),
}
"""ICE's files, and the events that each counts, together."""
BY_CONVICTION = ("ice-detainer-convictions", "ice-removal-convictions")
"""Files by most serious conviction, of states and months."""
CONVICTIONS_ON_FILE = ("level 1", "level 2", "level 3", "no conviction")
"""Categories of these files."""
RECORDERS = ("as-counted", "ucr-agency-month", "ucr-county", *ICE_FILES)
"""Files that a researcher would have had; ``as-counted`` is the ledger itself, ``ucr-...`` are of offences."""
NOT_PUT_IN = "neither assumed nor fitted"
OUTCOME_IS = ("imported", NOT_PUT_IN, "fitted", "assumed")
BUILT_IN = "built in"
STATUSES = ("comparable", "constructed", "concept differs")
DESIGN_IS = ("as published", "rebuilt", "main design")
"""Of a study's own design: built from a specification that was read, rebuilt without one, or nobody's but this file's."""
NOTHING = "none"
GRADES = ("S", "D", "R")
"""Of a published number: seen in a source, derived from numbers seen, or recalled."""
NORMAL_95 = 1.96
"""Standard errors on each side of a 95% interval."""
STAGGERED: tuple[Estimator, ...] = ("event-study", "sun-abraham", "callaway-santanna")
ONE_DATE: Estimator = "interrupted-series"


def _fixed_effect(written: object) -> object:
    """Check one fixed effect, such as ``county`` or ``state^period``."""
    if not isinstance(written, str):
        raise InputError("expected a name", allowed=PARTS)
    for part in written.split("^"):
        if part not in PARTS:
            raise InputError(f"unknown fixed effect {part!r}", allowed=PARTS, nearest=nearest_names(part, PARTS))
    return written


def _begins(written: object) -> object:
    """Check where a treatment begins: a name or one day for everybody."""
    if isinstance(written, date):
        return checked(written, Day)
    if not isinstance(written, str) or written not in TREATMENTS:
        near = nearest_names(written, TREATMENTS) if isinstance(written, str) else None
        raise InputError(
            f"unknown treatment {written!r}", allowed=(*TREATMENTS, "a date such as 2012-12-21"), nearest=near
        )
    return written


FixedEffect = Annotated[str, BeforeValidator(_fixed_effect)]
Event = Annotated[str, one_of(EVENTS, "event")]
Programme = Annotated[str, one_of(PROGRAMMES[1:], "programme")]
Offence = Annotated[str, one_of(OFFENCE_KINDS, "kind of offence")]
Covariate = Annotated[str, one_of(COVARIATES, "covariate")]


class Citation(StrictModel):
    """Who published the study, what of it was read, and where its specification was, if that was read."""

    authors: Text
    year: int = Field(ge=1980, le=2100)
    title: Text
    where: Text
    read: Text
    specification: str = ""


class Sample(StrictModel):
    """Places, days and unit of the observations.

    ``keep`` is ``all``; ``once treated``: units that are treated at some time; ``with agreement``: counties with an agreement
    under section 287(g) at some time; ``border``: treated counties with an untreated neighbour, and that neighbour.
    """

    places: ExistingPlaces
    leave_out: ExistingPlaces | None = None
    start: Day = Field(validation_alias="from")
    end: Day = Field(validation_alias="to")
    by: By
    unit: Unit = "county"
    keep: Literal["all", "once treated", "with agreement", "border"] = "all"
    least_population: int = Field(default=0, ge=0)

    @property
    def last_day_of_last_month(self) -> date:
        """The last day of the month in which the sample ends."""
        return self.end.replace(day=monthrange(self.end.year, self.end.month)[1])

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.end <= self.start:
            raise InputError(f"ends on {self.end}, not after it begins on {self.start}", key="to")
        return self


class Among(StrictModel):
    """People who fall into some categories of a definition."""

    definition: Text
    categories: Many[Text] = Field(min_length=1)


class Outcome(StrictModel):
    """What is counted, as the dependent variable.

    ``outcome_is`` (``is`` in the file) says what the size of the model's number rests on, ``sign`` whether the direction of the
    effect is built into the model, ``partly_fitted`` which part of a ratio was fitted.
    """

    counts: Many[Event] = ()
    offences: Many[Offence] = ()
    programme: Programme | None = None
    among: Among | None = None
    over: Many[Event] = ()
    form: Form
    outcome_is: Annotated[str, one_of(OUTCOME_IS)] = Field(validation_alias="is")
    sign: Literal["built in", "open"] = "open"
    partly_fitted: str = ""

    @property
    def rests_on(self) -> str:
        """What size and sign of the model's number rest on, in words."""
        if self.outcome_is != NOT_PUT_IN:
            return self.outcome_is
        size = f"size partly fitted ({self.partly_fitted})" if self.partly_fitted else "size not fitted"
        return f"{size}, sign built in" if self.sign == BUILT_IN else f"{size}, sign open"

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if self.form == "days":
            return self
        if bool(self.counts) == bool(self.offences):
            raise InputError("needs events or offences", key="counts", allowed="one of counts and offences")
        if (self.form == "share") != bool(self.over):
            raise InputError("a share is of something", key="over", allowed="events, with the form share alone")
        without_columns = [event for event in self.counts if event not in EVENTS_BY_PROGRAMME]
        if self.programme and without_columns:
            raise InputError(
                f"{without_columns[0]} is not counted by programme", key="counts", allowed=EVENTS_BY_PROGRAMME
            )
        if bool(self.offences) != (self.outcome_is == "imported"):
            raise InputError("offences are imported, and nothing else is", key="is", allowed=OUTCOME_IS)
        return self


class Treatment(StrictModel):
    """What is compared: before and after a date, perhaps times a fixed figure of the county, less its mean.

    With ``through`` the count of these events stands in the treatment's place and is instrumented by it: the coefficient is the
    effect on the outcome for each of them.
    """

    begins: Annotated[str | date, BeforeValidator(_begins)] = Field(validation_alias="from")
    times: Covariate | None = None
    through: Many[Event] = ()


class Published(StrictModel):
    """The coefficient as published; where only a direction or a size in words was, ``sign`` or ``at_least``, with a ``note``.

    ``second_hand``: the number was seen in a text that quotes the source, and not in the source. ``source: none`` says that
    nothing is published, as of a study that is planned.
    """

    coefficient: Number | None = None
    sign: Literal["positive", "negative", "none"] | None = None
    at_least: Number | None = None
    standard_error: Annotated[Number, Field(gt=0)] | None = None
    low: Number | None = None
    high: Number | None = None
    n: int | None = Field(default=None, ge=1)
    unit: Text
    source: Text
    grade: Annotated[str, one_of(GRADES, "grade")] = "R"
    second_hand: bool = False
    note: str = ""

    @property
    def is_nothing(self) -> bool:
        """Whether nothing is published."""
        return self.source.strip().rstrip(".").casefold() == NOTHING

    @property
    def is_null(self) -> bool:
        """Whether what was published does not differ from zero."""
        ends = self.interval
        return self.sign == "none" or (ends is not None and ends[0] <= 0.0 <= ends[1])

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95% interval, from its ends or from the standard error; None where neither was published."""
        if self.low is not None and self.high is not None:
            return self.low, self.high
        if self.coefficient is None or self.standard_error is None:
            return None
        return self.coefficient - NORMAL_95 * self.standard_error, self.coefficient + NORMAL_95 * self.standard_error

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.coefficient is None and not self.note and not self.is_nothing:
            raise InputError(
                "says nothing", key="coefficient", allowed="a number, a note on what was published, or source: none"
            )
        if (self.low is None) != (self.high is None):
            raise InputError("an interval has two ends", key="low", allowed="low and high")
        return self


class Design(StrictModel):
    """The part of a study that a variant can change: how the effect is estimated, and from which records.

    ``trends`` says whose own straight trends are removed. Each of ``controls`` has a coefficient in every period; in an event
    study ``leads`` and ``lags`` periods around the treatment have one. Months after ``extract``, the day on which ICE's file was
    extracted, are not in it; without it the file holds the whole sample.
    """

    estimator: Estimator
    fixed_effects: Many[FixedEffect] = ()
    trends: Literal["none", "county", "state"] = "none"
    controls: Many[Covariate] = ()
    weights: Literal["none", "population"] = "none"
    cluster: Literal["county", "state", "pair", "none"] = "county"
    recorder: Annotated[str, one_of(RECORDERS, "recorder")] = "as-counted"
    extract: Day | None = None
    leads: int = Field(default=4, ge=1, le=48)
    lags: int = Field(default=8, ge=1, le=96)


class Variant(StrictModel):
    """What a variant of the design changes, by the design's own keys; the rest stays."""

    says: Text
    estimator: Estimator | None = None
    fixed_effects: Many[FixedEffect] | None = None
    trends: Literal["none", "county", "state"] | None = None
    controls: Many[Covariate] | None = None
    weights: Literal["none", "population"] | None = None
    cluster: Literal["county", "state", "pair", "none"] | None = None
    recorder: Annotated[str, one_of(RECORDERS, "recorder")] | None = None
    extract: Day | None = None
    published: Published | None = None


class World(StrictModel):
    """The world without the policy, on the same people; of imported offences nothing is changed, and the effect is put in."""

    without: Named[Change] = Field(default={})

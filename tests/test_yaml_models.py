"""One broken file for every kind of mistake: the message names file, line, key, what is allowed and the nearest name."""

from __future__ import annotations

from typing import Annotated, Literal, Self

import pytest
from pydantic import Field, model_validator

from enforcement_sim.errors import InputError, Problems, lines_of
from enforcement_sim.yaml_models import (
    Day,
    Many,
    Named,
    NamedModel,
    Number,
    StrictModel,
    Text,
    defines,
    one_of,
    read_model,
    refers_to,
)


class Source(NamedModel):
    text: Text
    grade: Annotated[str, one_of(("seen", "recalled"), "grade")] = "seen"


class Period(StrictModel):
    start: Day = Field(validation_alias="from")
    end: Day = Field(validation_alias="to")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.end < self.start:
            raise InputError(f"ends on {self.end}, before it begins on {self.start}", key="to")
        return self


class Figure(NamedModel):
    unit: Literal["people", "dollars"]
    share: Number = Field(ge=0, le=1)
    years: int = Field(default=1, ge=1)
    cited: Many[Annotated[str, refers_to("source")]] = Field(min_length=1)
    first: Annotated[Source | None, refers_to("source", look_up=True)] = None
    period: Period | None = None
    exact: bool = False


class Report(StrictModel):
    sources: Annotated[Named[Source], defines("source")]
    figures: Named[Figure]
    place: Annotated[str, refers_to("place")] = "CA"

    @model_validator(mode="after")
    def _all_used(self) -> Self:
        problems = Problems()
        for name in self.sources:
            if not any(name in figure.cited for figure in self.figures.values()):
                problems.add(InputError("no figure cites this source", key=f"sources.{name}"))
        problems.raise_if_any()
        return self


GOOD = """\
sources:
  trac: {text: TRAC, grade: recalled}
figures:
  detained:
    unit: people
    share: 0.5
    cited: [trac]
    first: trac
    period: {from: 2010-01-01, to: 2010-12-31}
"""


def read(text: str) -> Report:
    return read_model("report.yaml", Report, {"place": ("CA", "TX")}, text)


def test_a_good_file_becomes_the_model() -> None:
    report = read(GOOD)
    figure = report.figures["detained"]
    assert figure.id == "detained"
    assert figure.cited == ("trac",)
    assert figure.first is report.sources["trac"]
    assert figure.period is not None
    assert figure.period.end.isoformat() == "2010-12-31"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("unit: people", "unti: people", "5: figures.detained.unti: unknown key; allowed: unit, share, years, cited, "),
        ("    share: 0.5\n", "", "4: figures.detained.share: is missing"),
        (
            "unit: people",
            "unit: peopel",
            "5: figures.detained.unit: unknown unit 'peopel'; allowed: people, dollars; d",
        ),
        (
            "share: 0.5",
            "share: half",
            "6: figures.detained.share: expected a number, found 'half'; allowed: a number, 0",
        ),
        ("share: 0.5", "share:", "6: figures.detained.share: expected a number, found nothing"),
        ("share: 0.5", "share: true", "6: figures.detained.share: expected a number, found True"),
        ("share: 0.5", "share: 1.5", "6: figures.detained.share: 1.5 is not possible; allowed: a number, 0 to 1"),
        (
            "share: 0.5",
            "share: 0.5\n    years: 1.5",
            "7: figures.detained.years: expected a whole number, found 1.5; al",
        ),
        (
            "share: 0.5",
            "share: 0.5\n    years: 0",
            "7: figures.detained.years: 0 is not possible; allowed: a whole numb",
        ),
        ("share: 0.5", "share: 0.5\n    exact: 1", "7: figures.detained.exact: expected true or false, found 1"),
        ("cited: [trac]", "cited: trac", "7: figures.detained.cited: expected a list, found 'trac'"),
        ("cited: [trac]", "cited: []", "7: figures.detained.cited: is empty"),
        (
            "cited: [trac]",
            "cited:\n      - trac\n      - tracs",
            "9: figures.detained.cited.1: unknown source 'tracs'; allo",
        ),
        (
            "first: trac",
            "first: tarc",
            "8: figures.detained.first: unknown source 'tarc'; allowed: trac; did you mean 'tr",
        ),
        ("text: TRAC", "text: ' '", "2: sources.trac.text: is empty; expected text"),
        ("text: TRAC", "text: 7", "2: sources.trac.text: expected text, found 7"),
        (
            "recalled}",
            "recaled}",
            "2: sources.trac.grade: unknown grade 'recaled'; allowed: seen, recalled; did you mean",
        ),
        (
            "from: 2010-01-01",
            "from: soon",
            "9: figures.detained.period.from: expected a date such as 2010-06-30, found",
        ),
        ("from: 2010-01-01", "form: 2010-01-01", "9: figures.detained.period.form: unknown key; allowed: from, to; d"),
        (
            "from: 2010-01-01",
            "from: 2011-01-01",
            "9: figures.detained.period.to: ends on 2010-12-31, before it begins o",
        ),
        ("from: 2010-01-01", "from: 2010-02-30", "9: figures.detained.period.from: 2010-02-30 is not a day of the cal"),
        (
            "period: {from: 2010-01-01, to: 2010-12-31}",
            "period: 2010",
            "9: figures.detained.period: expected 'key: value'",
        ),
        ("sources:\n", "place: TY\nsources:\n", "1: place: unknown place 'TY'; allowed: CA, TX"),
        ("figures:\n", "  other: {text: Other}\nfigures:\n", "3: sources.other: no figure cites this source"),
    ],
)
def test_each_mistake_is_one_line(old: str, new: str, message: str) -> None:
    assert old in GOOD
    with pytest.raises(InputError) as caught:
        read(GOOD.replace(old, new, 1))
    lines = lines_of(caught.value)
    assert len(lines) == 1, lines
    assert lines[0].startswith(f"report.yaml:{message}"), lines[0]


def test_all_mistakes_are_reported_at_once_by_line() -> None:
    broken = GOOD.replace("unit: people", "unit: peopel").replace("share: 0.5", "share: 2").replace("2010-01-01", "007")
    with pytest.raises(InputError) as caught:
        read(broken)
    assert [one.key for one in caught.value.errors] == [
        "figures.detained.unit",
        "figures.detained.share",
        "figures.detained.period.from",
    ]


def test_references_to_broken_definitions_are_not_reported() -> None:
    with pytest.raises(InputError) as caught:
        read(GOOD.replace("text: TRAC", "txt: TRAC"))
    assert [(one.key, one.nearest) for one in caught.value.errors] == [("sources.trac.txt", ("text",))]


def test_models_can_be_constructed_by_the_names_of_their_fields() -> None:
    day = read(GOOD).figures["detained"].period
    assert day == Period(start=day.start, end=day.end)

"""What is said of each shipped study in words, on its own page and in the report of a sweep."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from pydantic import Field

from enforcement_sim.yaml_models import Many, StrictModel, Text, read_model

WORDS = Path(__file__).with_name("study_words.yaml")


class Words(StrictModel):
    """What is said of one study; the head of ``study_words.yaml`` explains the keys."""

    in_short: Text
    did: Many[Text] = Field(min_length=1)
    more: Text
    less: Text
    follows: Text
    not_follows: Text


class _File(StrictModel):
    studies: dict[str, Words]


@cache
def load_words() -> Mapping[str, Words]:
    """Return what is said of every shipped study, by its name.

    Examples
    --------
    >>> load_words()["treyger-2014"].in_short
    'Compare crimes in cities before and after activation.'
    """
    return read_model(WORDS, _File).studies

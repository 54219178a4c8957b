"""The scenario of a page as a file: ``enforcement-sim run`` and ``sweep`` take it as it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.command_line import invoke

from enforcement_sim.explorer.choices import Choices, Override, yaml_of
from enforcement_sim.explorer.scenario_text import scenario_html

CHANGED = Choices(
    place="10003",
    first="2012-01-01",
    last="2012-01-31",
    hold="96",
    overrides=(Override("honour", "honour-trust", "2012-01-10"),),
    settings=("start.warm_days=0",),
)

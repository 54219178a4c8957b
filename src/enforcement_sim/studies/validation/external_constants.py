"""What published figures hold and the model leaves out: numbers beside the model, each with unit, range, source and grade.

None of them enters a simulation. Operators put them beside the simulated counts, and the figure's remark says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated

from enforcement_sim.parameters.register import GRADES
from enforcement_sim.studies.validation.targets import Ranged
from enforcement_sim.yaml_models import StrictModel, Text, one_of, read_model


class ExternalConstant(Ranged):
    """An assumed number outside the model, such as book-ins to ICE custody at the border; it enters no simulation."""

    meaning: Text
    grade: Annotated[str, one_of(GRADES, "grade")]
    source: Text


class ExternalConstants(StrictModel):
    """What ``external_constants.yaml`` holds."""

    book_ins_a_year: ExternalConstant
    stay_days_median: ExternalConstant
    stay_days_sigma: ExternalConstant
    longest_stay_days: ExternalConstant
    federal_prison_charged_a_year: ExternalConstant
    federal_detainer_share: ExternalConstant


@cache
def external_constants() -> Mapping[str, float]:
    """Return the external constants by name.

    Examples
    --------
    >>> external_constants()["longest_stay_days"]
    180.0
    """
    found = read_model(Path(__file__).with_name("external_constants.yaml"), ExternalConstants)
    return {name: one.value for name, one in found}

"""What is asked of a recorder: rules to leave out, its own seed, the day of the extract, and how offences vary."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from enforcement_sim.studies.records.offence_settings import OffenceSettings, offence_settings


@dataclass(frozen=True)
class Recording:
    """What is asked of a recorder: rules to switch off, the seed of the records' own draws, offences, and the day of an extract.

    ICE's files are extracted on the last day of the run unless a day is given.
    """

    without: tuple[str, ...] = ()
    seed: int = 1
    offences: OffenceSettings = field(default_factory=offence_settings)
    extract: date | None = None

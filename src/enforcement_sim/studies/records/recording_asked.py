"""What is asked of a recorder: rules to leave out, its own seed, the day of the extract, and how offences vary."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from enforcement_sim.studies.records.offence_settings import OffenceSettings, offence_settings


@dataclass(frozen=True)
class Recording:
    """What is asked of a recorder.

    Attributes
    ----------
    without : tuple of str
        Rules that are switched off.
    seed : int
        Of the records' own draws, which are not those of the run.
    offences : OffenceSettings
        How imported offences are laid over counties and months.
    extract : date or None
        The day on which ICE's files were extracted; the last of the run unless given.
    """

    without: tuple[str, ...] = ()
    seed: int = 1
    offences: OffenceSettings = field(default_factory=offence_settings)
    extract: date | None = None

"""The log of a results folder: an entry for each call with its time, its runs and why some were computed again.

It is for information only; no number depends on it.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from enforcement_sim.runs.atomic_files import readable_json, write_atomic
from enforcement_sim.runs.failures import last_line
from enforcement_sim.runs.store import LOG


@dataclass
class CallLog:
    """The log entry of one call: written when the work begins, and again when it ends.

    Attributes
    ----------
    stored : int
        Runs that were stored already.
    missing : int
        Runs to compute.
    again : mapping
        Run id -> why it is computed again.
    left_failed : int
        Runs with an earlier failure that this call does not retry.
    where : str
        Name of the backend.
    repaired : sequence of str
        Files of the folder that could not be read and are written again.
    ended : str
        "finished", "stopped: ...", or "interrupted" if the call was killed or stopped by the user.
    """

    folder: Path
    stored: int
    missing: int
    again: Mapping[str, str]
    left_failed: int
    where: str
    workers: int
    repaired: Sequence[str] = ()
    ended: str = "interrupted"
    seconds: dict[str, float] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    _began: float = field(default_factory=time.perf_counter)
    _started: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))

    def __post_init__(self) -> None:
        self._earlier = read_log(self.folder)

    def note(self, run: str, seconds: float, failure: str | None) -> None:
        """Add a run that has ended."""
        self.seconds[run] = round(seconds, 3)
        if failure is not None:
            self.failed[run] = last_line(failure)

    def seconds_left(self) -> float:
        """Return the estimated time of the remaining runs, from the average so far."""
        done = len(self.seconds)
        return (time.perf_counter() - self._began) / done * (self.missing - done)

    def write(self) -> None:
        """Append the current entry to those of earlier calls."""
        entry = {
            "started": self._started,
            "seconds": round(time.perf_counter() - self._began, 3),
            "where": self.where,
            "workers": self.workers,
            "stored_already": self.stored,
            "failed_earlier": self.left_failed,
            "computed": len(self.seconds) - len(self.failed),
            "ended": self.ended,
            "interrupted": self.ended == "interrupted",
            "computed_again_because": dict(self.again),
            "repaired": list(self.repaired),
            "run_seconds": self.seconds,
            "failed": self.failed,
        }
        write_atomic(self.folder / LOG, readable_json({"calls": [*self._earlier, entry]}))


def read_log(folder: Path) -> list[dict[str, Any]]:
    """Return the calls in the log of a folder; none if it cannot be read."""
    try:
        calls = json.loads((folder / LOG).read_bytes())["calls"]
        return [call for call in calls if isinstance(call, dict)]
    except (OSError, ValueError, KeyError, TypeError):
        return []

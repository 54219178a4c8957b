"""What happened while a results folder was made: one entry for each call, in ``log.json``.

Everything that differs from one time to the next is here and nowhere else: when, how long, with how many workers, which
runs were made again and why, and which failed. An entry is written when the work begins and
replaced when it ends, so a call that was killed has left its reasons behind. Nothing may depend on what is in it.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from enforcement_sim.runs.disk import readable_json, write_whole
from enforcement_sim.runs.failures import last_line

if TYPE_CHECKING:
    from enforcement_sim.runs.progress import Outcome

LOG = "log.json"
INTERRUPTED = "interrupted"
"""How a call ended that did not come to write anything else: killed, or stopped by hand."""


@dataclass
class Account:
    """What happens in one call.

    Attributes
    ----------
    stored : int
        Runs that were there already.
    lacking : int
        Runs to compute.
    again : mapping
        Run id -> why a run that was there is made again.
    left_failed : int
        Runs recorded as failed earlier, which this call leaves as they are.
    where : str
        Where the runs are computed.
    workers : int
    repaired : sequence of str
        Files of the folder itself that could not be read and are written again.
    """

    stored: int
    lacking: int
    again: Mapping[str, str]
    left_failed: int
    where: str
    workers: int
    repaired: Sequence[str] = ()
    ended: str = INTERRUPTED
    seconds: dict[str, float] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    _began: float = field(default_factory=time.perf_counter)
    _started: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))

    def note(self, outcome: Outcome) -> None:
        """Keep what is worth telling of a run."""
        self.seconds[outcome.run] = round(outcome.seconds, 3)
        if outcome.failure is not None:
            self.failed[outcome.run] = last_line(outcome.failure)

    def seconds_left(self) -> float:
        """Return how long the remaining runs will take at the pace so far."""
        done = len(self.seconds)
        return (time.perf_counter() - self._began) / done * (self.lacking - done)

    def told(self) -> dict[str, Any]:
        """Return the account as the log keeps it."""
        return {
            "started": self._started,
            "seconds": round(time.perf_counter() - self._began, 3),
            "where": self.where,
            "workers": self.workers,
            "stored_already": self.stored,
            "failed_earlier": self.left_failed,
            "computed": len(self.seconds) - len(self.failed),
            "ended": self.ended,
            "interrupted": self.ended == INTERRUPTED,
            "computed_again_because": dict(self.again),
            "repaired": list(self.repaired),
            "run_seconds": self.seconds,
            "failed": self.failed,
        }


class Log:
    """The log of a folder, with an entry for the call that opens it."""

    def __init__(self, folder: Path, account: Account) -> None:
        self._path = folder / LOG
        self._account = account
        self._earlier = read_log(folder)

    def write(self) -> None:
        """Write the account as it stands behind those of earlier calls.

        Raises
        ------
        OSError
            If the disk does not take it.
        """
        write_whole(self._path, readable_json({"calls": [*self._earlier, self._account.told()]}))


def read_log(folder: Path) -> list[dict[str, Any]]:
    """Return the calls that a folder's log tells of; none if it cannot be read."""
    try:
        calls = json.loads((folder / LOG).read_bytes())["calls"]
        return [call for call in calls if isinstance(call, dict)]
    except (OSError, ValueError, KeyError, TypeError):
        return []

"""The synthetic people of a finished run, one booking at a time: a read-only view with Mesa's habits.

The model owns no agents for people; they were rows of the engine. Where a run was recorded, this view shows every booking
that was followed: iterate over it, select by what happened or by profile, and ask one for its history. It is for
understanding the model: nobody in it is real, and nothing here writes anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cached_property

import numpy as np

from enforcement_sim.codes import EVENTS, PROGRAMMES
from enforcement_sim.process.histories import History, Profile, Records, key_parts, outcome_of

HEXADECIMAL = 16


@dataclass(frozen=True, eq=False)
class Arrestee:
    """One synthetic booking that was followed.

    Attributes
    ----------
    key : int
        What identifies the booking under every scenario with this seed.

    Examples
    --------
    >>> from enforcement_sim import EnforcementModel
    >>> model = EnforcementModel("baseline", seed=1, record=True, **{"ensemble": 0, "scope": {"counties": ["10001"]},
    ...     "start.warm_days": 0, "period.start": "2012-01-01", "period.end": "2012-01-31"})
    >>> _ = model.run()
    >>> one = next(iter(model.arrestees.select(lambda one: "detainer_issued" in one.events)))
    >>> one.county, one.programme, f"{one.booked:%Y-%m}", one.outcome
    ('Kent County, DE', 'secure_communities', '2012-01', 'lifted')
    >>> isinstance(one.felony, bool), {type(word) for word in (one.offence, one.prior_record, one.status_group)}
    (True, {<class 'str'>})
    >>> one.history().steps[0].event
    'matched'
    """

    key: int
    _records: Records
    _places: Sequence[str]

    @property
    def events(self) -> tuple[str, ...]:
        """What happened, in order."""
        return self._records.happened(self.key)

    @property
    def programme(self) -> str:
        """The programme that found the person first; ``none`` if nobody did."""
        rows = self._records.events_of(self.key)
        found = rows["programme"][rows["number"] == EVENTS.index("identified")]
        return PROGRAMMES[found[0]] if found.size else PROGRAMMES[0]

    @cached_property
    def _profile(self) -> Profile:
        return self._records.profile_of(self.key)

    @property
    def offence(self) -> str:
        """Offence class of the booking."""
        return self._profile.offence

    @property
    def felony(self) -> bool:
        """Whether the charge is a felony."""
        return self._profile.felony

    @property
    def prior_record(self) -> str:
        """The worst that applies of the convictions before."""
        return self._profile.prior_record

    @property
    def status_group(self) -> str:
        """Status as tables group it."""
        return self._profile.status_group

    @property
    def county(self) -> str:
        """Name and state of the county of booking."""
        return self._places[self._records.row_of_fips[key_parts(self.key).fips]]

    @property
    def booked(self) -> datetime:
        """Date and hour of the booking; of people in prison as the run began, that hour."""
        hour = self._records.hour_of_booking(self.key)
        return datetime.combine(self._records.clock.start, time()) + timedelta(hours=hour)

    @property
    def outcome(self) -> str:
        """How the booking ended, as far as it was followed: one of ``process.histories.OUTCOMES``."""
        return outcome_of(self.events)

    def history(self) -> History:
        """Return every event with the decisions, draws, clocks and capacities that led to it.

        Returns
        -------
        History
            Its ``steps`` are the events in order.

        Raises
        ------
        InputError
            If the run recorded events alone.
        """
        return self._records.history(self.key)

    def __repr__(self) -> str:
        return f"Arrestee({self.key:#x}: {self.county}, {self.booked:%Y-%m-%d}, {' / '.join(self.events)})"


class Arrestees:
    """Followed bookings of a run, in order of their keys.

    Parameters
    ----------
    records : Records
        What the run recorded.
    places : sequence of str
        Names of the run's places.
    keys : uint64 array, shape (bookings,), optional
        Which of them; all unless given.

    Examples
    --------
    >>> from enforcement_sim import EnforcementModel, load_scenario
    >>> scenario = load_scenario("baseline").with_(**{"scope": {"counties": ["10001"]}, "start.warm_days": 0,
    ...     "period.start": "2012-01-01", "period.end": "2012-01-31"})
    >>> model = EnforcementModel(scenario, seed=1, record=True)
    >>> _ = model.run()
    >>> matched = model.arrestees.select(lambda one: "matched" in one.events)
    >>> 0 < len(matched) < len(model.arrestees)
    True
    >>> next(iter(matched)).history().steps[0].event
    'matched'
    """

    def __init__(self, records: Records, places: Sequence[str], keys: np.ndarray | None = None) -> None:
        self.records = records
        self.places = tuple(places)
        self._keys = records.keys if keys is None else keys

    def __len__(self) -> int:
        return int(self._keys.size)

    def __iter__(self) -> Iterator[Arrestee]:
        return (Arrestee(int(key), self.records, self.places) for key in self._keys)

    def __contains__(self, key: int) -> bool:
        return bool(np.isin(np.uint64(key), self._keys))

    def __getitem__(self, key: int | str) -> Arrestee:
        """Return one booking by its key, a number or hexadecimal text such as ``"0x1f18334f"``.

        Raises
        ------
        KeyError
            If it is not among these.
        """
        number = int(key, HEXADECIMAL) if isinstance(key, str) else int(key)
        if number not in self:
            raise KeyError(f"no followed booking {number:#x} among these {len(self)}")
        return Arrestee(number, self.records, self.places)

    def select(self, wanted: Callable[[Arrestee], bool]) -> Arrestees:
        """Return those for which a function says yes.

        Parameters
        ----------
        wanted : callable
            From an :class:`Arrestee` to true or false.

        Returns
        -------
        Arrestees
            In order of their keys; may be empty.
        """
        keys = np.array([one.key for one in self if wanted(one)], np.uint64)
        return Arrestees(self.records, self.places, keys)

    def __repr__(self) -> str:
        return f"Arrestees({len(self):,} followed bookings of synthetic people)"

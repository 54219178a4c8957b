"""The days before the first counted one, simulated once for every what-if that begins from them.

What a scenario decides takes effect on the first counted day, so that what-ifs for the same places, days and seed have the
same history before it, which is most of a run. The first of these runs writes the engine's state on the eve of that day to
a file; the others read it and go on from there. The name of the file is a hash of everything that the days before depend
on; a scenario that changes any of it has another name and simulates its own history. Results are the same to the last
number (a test compares them).
"""

from __future__ import annotations

import hashlib
import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

from enforcement_sim.model import EnforcementModel
from enforcement_sim.model.model import RESPONSES
from enforcement_sim.process.engine import Engine
from enforcement_sim.runs.shared_bookings import CountedBookings, add_to_hash, can_be_apart, name_of
from enforcement_sim.scenarios.schema import Scenario

MOST_BYTES = 2 << 30
"""Size of all states of a folder; those unused for longest are deleted first."""
BY_SCENARIO = (
    *("seed", "thin", "clock", "values", "rules", "recorder", "durations", "expected", "_gate_shares", "_visits_grown"),
    *("_constant", "_decided", "_capacities", "_before"),
)
"""Attributes of an engine that the scenario gives; every other is its state."""
IN_PLACE = ("places", "offices", "_today")
"""Arrays that others hold as well, so that their content is replaced."""


class HistoryStore:
    """A folder with the states of engines on the eve of the first counted day.

    Parameters
    ----------
    folder : Path
        Shared by the worker processes that compute what-ifs of one another.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, name: str) -> dict[str, Any] | None:
        """Return a state; None if there is none."""
        path = self._folder / name
        try:
            state: dict[str, Any] = pickle.loads(path.read_bytes())
            os.utime(path)
        except OSError:
            return None
        return state

    def write(self, name: str, state: dict[str, Any]) -> None:
        """Keep a state, and delete others if all of them take too much room."""
        written = self._folder / f"{name}.{os.getpid()}"
        try:
            written.write_bytes(pickle.dumps(state, protocol=5))
            written.replace(self._folder / name)
            self._make_room()
        except OSError:  # no room on the disk, or the server has ended: the next run simulates its own history
            written.unlink(missing_ok=True)

    def _make_room(self) -> None:
        found = sorted(((path.stat(), path) for path in self._folder.iterdir()), key=lambda one: -one[0].st_mtime)
        size = 0
        for number, (about, path) in enumerate(found):
            size += about.st_size
            if number and size > MOST_BYTES:
                path.unlink(missing_ok=True)


class ContinuedModel(EnforcementModel):
    """A model that begins on the eve of its first counted day, from a stored state if there is one.

    Parameters
    ----------
    scenario : Scenario
        Without a sweep or a design.
    seed : int
    store : HistoryStore
    after_day : callable, optional
        Called with the model after each simulated day of the history.

    Attributes
    ----------
    begun_on : int
        The first day that was simulated here; 0 unless a state was read.
    """

    def __init__(
        self,
        scenario: Scenario,
        seed: int,
        store: HistoryStore,
        after_day: Callable[[ContinuedModel], None] = lambda model: None,
    ) -> None:
        self._store, self._after_day = store, after_day
        self.begun_on = 0
        self._counted: CountedBookings | None = None
        super().__init__(scenario, seed, collect=False)

    def step(self) -> None:
        """Simulate one day; counted bookings of the counted period come from the store, if it has them."""
        self.headquarters.apply(self.engine.day)
        if self.engine.day == self.world.clock.first_counted_day and not self._institutions_respond():
            self._begin_counted()
        if self._counted is not None and self._counted.before_step():
            self._keep_counted(self._counted)
        super().step()

    def run_model(self, after_day: Callable[[Any], None] | None = None) -> None:
        """Simulate every day that is left; without Mesa's calendar where nobody has put anything on it."""
        if self._institutions_respond():
            super().run_model(after_day)
            return
        while self.running:
            type(self).step(self)  # the method itself, which Mesa has put its calendar around
            if after_day is not None:
                after_day(self)

    def _simulate_history(self) -> None:
        """Read the state on the eve of the first counted day, or simulate until then and write it."""
        eve = self.world.clock.first_counted_day - 1
        if eve < 1 or self._institutions_respond():
            super()._simulate_history()  # institutions that decide by themselves may differ in what they remember
            return
        name = self._name_of_history(eve)
        state = self._store.read(name)
        if state is None:
            while self.engine.day < eve:
                self.headquarters.apply(self.engine.day)
                self.engine.step()
                self._after_day(self)
            self._store.write(name, _state_of(self.engine))
        else:
            self.headquarters.apply(eve - 1)
            _restore(self.engine, state)
            self.begun_on = eve

    def _institutions_respond(self) -> bool:
        return any(self.scenario.parameters[address] for address in RESPONSES)

    def _begin_counted(self) -> None:
        if can_be_apart(self.engine):
            self._name_of_counted = name_of(self.engine, self.world.settings)
            self._counted = CountedBookings(self.engine, self._store.read(self._name_of_counted))

    def _keep_counted(self, counted: CountedBookings) -> None:
        kept = counted.kept()
        if kept is not None:
            self._store.write(self._name_of_counted, kept)

    def _name_of_history(self, eve: int) -> str:
        """Return a hash of everything that the days before the eve depend on."""
        engine, clock = self.engine, self.world.clock
        digest = hashlib.sha256()
        digest.update(repr((eve, clock.days, clock.start, sorted(engine.values_at(0).items()))).encode())
        digest.update(repr([rule.id for rule in engine.rules]).encode())
        own = vars(engine)
        days = [own[name][: eve + 1] for name in ("expected", "_gate_shares", "_visits_grown")]
        add_to_hash(digest, (*days, engine.durations, engine.ledger.area_of_place, *own["_constant"].values()))
        for setting in self.world.settings:
            if setting.day < eve:
                digest.update(repr((setting.day, setting.field)).encode())
                add_to_hash(digest, (setting.places, setting.value))
        return digest.hexdigest()


def _state_of(engine: Engine) -> dict[str, Any]:
    return {name: value for name, value in vars(engine).items() if name not in BY_SCENARIO}


def _restore(engine: Engine, state: dict[str, Any]) -> None:
    for name, value in state.items():
        if name in IN_PLACE:
            getattr(engine, name)[...] = value
        else:
            setattr(engine, name, value)

"""Every command of the program with small arguments, and a folder in which all of them have what they need.

Runs come from a stand-in for the engine where a command only keeps and compares them, and from the engine itself, for one
small county and a month, where a command looks into them.
"""

from __future__ import annotations

import io
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from experiment_fakes import fake_run, files_of, runner
from tests.explorer.test_command import free_port
from tests.own_data_files import ROSTER, written
from tests.studies.validation.scorecards import agreeing
from typer.main import get_command

from enforcement_sim import cli
from enforcement_sim.explorer import server
from enforcement_sim.parameters.ensemble import load_ensemble
from enforcement_sim.places import imported
from enforcement_sim.places.imported import FOLDER_VARIABLE
from enforcement_sim.report import page
from enforcement_sim.runs import compare as compare_module
from enforcement_sim.runs import reproduce as reproduce_module
from enforcement_sim.runs import run as runner_module
from enforcement_sim.runs.executors import SerialExecutor
from enforcement_sim.studies.calibration import compute as calibrate
from enforcement_sim.studies.calibration.emulator import Emulator
from enforcement_sim.studies.calibration.evaluations import Evaluated
from enforcement_sim.studies.calibration.observed import observations_of
from enforcement_sim.studies.calibration.posterior_draws import Weighted
from enforcement_sim.studies.validation import scorecard
from enforcement_sim.studies.validation.scorecard import validate
from enforcement_sim.tables.table import Table
from enforcement_sim.terminal import layout

PLAN = """
schema: 1
name: plan
title: “Été” – 48 → 96 h, ±
asks: Does it work – and for whom?
extends: baseline
scope: {counties: ["12021"]}
simulate: alone
period: {start: 2010-11-05, end: 2010-11-30}
parameters: {start.warm_days: 0}
replications: 2
sweep: {detainer.hold_hours: [48, 96]}
"""
LONGER = (
    PLAN.partition("sweep:")[0]
    .replace("name: plan", "name: longer")
    .replace("{start.", "{detainer.hold_hours: 96, start.")
)
PLAIN = PLAN.partition("sweep:")[0].replace("name: plan", "name: plain")
SIDE = """
schema: 1
name: {name}
title: {name}
argues: An argument.
assumptions:
  crews: {{says: Something., values: {{pickup.delay_hours_median: {{value: {delay}, source: A source.}}}}}}
  limit: {{says: Something else., values: {{detainer.issue_if_covered: {{value: {issue}, source: A source.}}}}}}
"""
DOUBT = """
schema: 1
name: doubt
title: In doubt
asks: What matters?
extends: baseline
design:
  uncertainties: {method: saltelli, draws: 4, values: {detainer.hold_hours: register, pickup.delay_hours_median: register}}
"""

ONE = ("--workers", "1")
NO_DRAWING = (*ONE, "--no-figures")


@dataclass(frozen=True)
class Tried:
    """A command with small arguments.

    Attributes
    ----------
    words : tuple of str
        What follows the program's name.
    tables : int
        How many tables it prints.
    fake : bool
        Its runs come from the stand-in.
    code : int
        Its exit code.
    """

    words: tuple[str, ...]
    tables: int = 0
    fake: bool = False
    code: int = 0


TRIED: dict[str, Tried] = {
    "run": Tried(("run", "plain.yaml", "--out", "one"), 1, fake=True),
    "sweep": Tried(("sweep", "plan.yaml", "--out", "swept", *NO_DRAWING), 2, fake=True),
    "compare": Tried(("compare", "plain.yaml", "longer.yaml", *ONE, "--out", "compared"), 1, fake=True),
    "status": Tried(("status", "torn"), 1, fake=True, code=1),
    "reproduce": Tried(("reproduce", "done", "--runs", "2", *ONE), 1, fake=True),
    "answer": Tried(("answer",)),
    "county": Tried(("county", "Collier, FL", "--facts", "--out", "county.html"), 6),
    "assumptions": Tried(
        ("assumptions", "soon.yaml", "late.yaml", "--scenario", "plain.yaml", "--out", "gap", *NO_DRAWING), 1, fake=True
    ),
    "sensitivity": Tried(("sensitivity", "doubted", "--no-figures", "--measure", "removed"), 1, fake=True),
    "export": Tried(("export", "done", "--out", "bench.tar.gz")),
    "trace": Tried(
        ("trace", "plain.yaml", "--against", "plain.yaml", "--set-b", "detainer.hold_hours=8", "-n", "1"), 0
    ),
    "who-changed": Tried(("who-changed", "plain.yaml", "plain.yaml", "--set-b", "detainer.hold_hours=8"), 3),
    "stages": Tried(("stages", "real", "--recording", "by_stage", "--csv", "cells.csv"), 3),
    "card": Tried(("card", "real", *ONE), 3),
    "jail-cost": Tried(("jail-cost", "real", "--by", "county", *ONE), 3),
    "panel": Tried(("panel", "real", "--by", "quarter", "--out", "panel.csv")),
    "records": Tried(("records", "real", "--as", "ucr-agency-month", "--out", "agencies.csv")),
    "report": Tried(("report", "done", "--out", "page.html")),
    "scenario check": Tried(("scenario", "check", "plan.yaml")),
    "scenario show": Tried(("scenario", "show", "plan.yaml")),
    "scenario schema": Tried(("scenario", "schema")),
    "scenario list": Tried(("scenario", "list")),
    "data import": Tried(("data", "import", "roster.csv")),
    "data status": Tried(("data", "status"), 1),
    "data forget": Tried(("data", "forget", "bookings")),
    "parameters": Tried(("parameters",), 1),
    "levers": Tried(("levers",), 2),
    "rules": Tried(("rules", "--on", "2014-05-01", "--state", "OR")),
    "definitions": Tried(("definitions",)),
    "validate": Tried(("validate", "--csv", "figures.csv", *ONE), 5),
    "calibrate": Tried(("calibrate", "--out", "sets", *ONE), 2),
    "claims": Tried(("claims", "minor-55"), 1),
    "study": Tried(("study",), 1),
    "explore": Tried(("explore", "--no-open", "--port", str(free_port()))),
}
"""Each command of the program; one that is not here fails the tests."""

MORE: dict[str, Tried] = {
    "a lever": Tried(("levers", "agreement"), 1),
    "a folder with itself": Tried(("compare", "done"), 1, fake=True),
    "two folders": Tried(("compare", "done", "real", "--out", "two"), 1),
    "a comparison as JSON": Tried(("compare", "done", "--format", "json"), fake=True),
    "levers as CSV": Tried(("levers", "--format", "csv")),
    "claims, all": Tried(("claims",), 1),
    "rules as JSON": Tried(("rules", "honour", "--format", "json")),
    "the rulebook": Tried(("rules", "--markdown")),
    "a parameter": Tried(("parameters", "detainer.hold_hours")),
    "lives as JSON": Tried(("trace", "plain.yaml", "-n", "1", "--format", "json")),
    "card as CSV": Tried(("card", "real", *ONE, "--format", "csv")),
    "jail-cost as CSV": Tried(("jail-cost", "real", *ONE, "--format", "csv")),
    "the recorders": Tried(("records",)),
    "a recorder": Tried(("records", "--as", "ucr-county")),
    "a refusal": Tried(("run", "plän.yaml"), code=2),
}
"""Other forms of some commands, which print in another way."""


def commands() -> set[str]:
    """Return the names of all commands, as the program itself knows them."""

    def below(command: Any, name: str) -> Iterator[str]:
        inner = getattr(command, "commands", None)
        if not inner:
            yield name
        for word, one in (inner or {}).items():
            yield from below(one, f"{name} {word}".strip())

    return set(below(get_command(cli.app), ""))


def made_ground(folder: Path) -> Path:
    """Write scenarios, files and finished sweeps into a folder that every command is tried in a copy of."""
    for name, text in (("plan", PLAN), ("longer", LONGER), ("plain", PLAIN), ("doubt", DOUBT)):
        written(folder, text, f"{name}.yaml")
    for name, delay, issue in (("soon", 6, 0.9), ("late", 40, 0.5)):
        written(folder, SIDE.format(name=name, delay=delay, issue=issue), f"{name}.yaml")
    written(folder, ROSTER, "roster.csv")
    kept = folder / "own" / "bookings"
    with as_tried(folder, fake=True):
        for words in (
            ("sweep", "plan.yaml", "--out", "done", *NO_DRAWING),
            ("sensitivity", "doubt.yaml", "--out", "doubted", "--replications", "1", *NO_DRAWING),
            ("data", "import", str(written(folder, "fips,month,bookings\n10001,2012-01,900\n", "jail.csv"))),
        ):
            ended = called(words, Streams())
            assert ended.code == 0, ended.err.decode()
    with as_tried(folder, fake=False):
        ended = called(("sweep", "plan.yaml", "--out", "real", *NO_DRAWING), Streams())
        assert ended.code == 0, ended.err.decode()
    assert kept.is_dir()
    shutil.copytree(folder / "done", folder / "torn")
    shutil.rmtree(next((folder / "torn" / "runs").iterdir()))
    return folder


@contextmanager
def as_tried(folder: Path, fake: bool) -> Iterator[pytest.MonkeyPatch]:
    """Stand in a folder, with stand-ins for what would take long or last for ever."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv(FOLDER_VARIABLE, str(folder / "own"))
        patch.setattr(imported, "_SUPPLIED", {})
        if fake:
            for module in (runner_module, compare_module, reproduce_module):
                patch.setattr(module, "real_runner", lambda: runner(fake_run))
        patch.setattr(page, "write_report", _report)
        patch.setattr(server, "serve", lambda port, address, *_: print(f"– {address} –"))
        patch.setattr(scorecard, "validate", lambda *_, **__: _validated())
        patch.setattr(calibrate, "calibrate", _calibrated)
        yield patch


@cache
def _validated() -> scorecard.Validation:
    """Return the scorecard of two sets whose runs agree with every figure; the same for each command that is tried."""
    return validate(load_ensemble(2), SerialExecutor(), observation=agreeing)


def _calibrated(calibration: Any, targets: Any, folder: Path, *_: Any) -> calibrate.Calibrated:
    folder.mkdir(parents=True)
    observed = observations_of(calibration, targets)
    unknowns, figures = len(calibration.unknowns), len(targets)
    published = {target.id: target.value for target in targets}
    sets = [Evaluated(tuple(at * np.ones(unknowns)), published) for at in (0.1, 0.2)]
    flat = np.zeros((figures, unknowns))
    emulator = Emulator(flat[:, 0], flat, np.zeros((figures, unknowns, unknowns)), flat[:, 0], flat[:, 0])
    weighted = Weighted(np.full(2, 0.5), 1.0, 2.0)
    states = np.zeros((2, unknowns + len(observed.families)))
    return calibrate.Calibrated(observed, [sets, sets], emulator, states, weighted, 1.0, [0, 1])


def _report(results: Path, out: Path | None, county: list[str]) -> str:
    assert out is not None
    out.write_text("– é →", encoding="utf-8")
    return f"{out}: – é →"


@dataclass
class Streams:
    """Where a command's output goes.

    Attributes
    ----------
    encoding : str
    columns : int
    terminal : bool
        Output says that it is a terminal.
    closed : bool
        Nobody reads: standard output is a pipe whose other end is closed.
    """

    encoding: str = "utf-8"
    columns: int = 100
    terminal: bool = False
    closed: bool = False


@dataclass
class Ended:
    """How a command ended: exit code, what it printed as bytes, its files, and the tables it handed over."""

    code: int
    out: bytes
    err: bytes
    files: dict[str, bytes] = field(default_factory=dict)
    tables: list[Table] = field(default_factory=list)


class _Screen(io.BytesIO):
    terminal = False

    def isatty(self) -> bool:
        return self.terminal


def tried(one: Tried, ground: Path, folder: Path, streams: Streams) -> Ended:
    """Call a command in a copy of the ground, with these streams."""
    home = folder / "home"
    shutil.copytree(ground, home)
    tables: list[Table] = []
    layout_lines = layout.layout_lines
    with as_tried(home, one.fake) as patch:

        def recorded(table: Table, width: int) -> tuple[list[str], list[str]]:
            tables.append(table)
            return layout_lines(table, width)

        patch.setattr(layout, "layout_lines", recorded)
        ended = called(one.words, streams)
    ended.files = {name: content for name, content in files_of(home).items() if Path(name).name != "log.json"}
    ended.tables = tables
    return ended


def called(words: tuple[str, ...], streams: Streams) -> Ended:
    """Call the program's entry point with streams of its own."""
    out, err = _Screen(), _Screen()
    out.terminal = err.terminal = streams.terminal
    open_stream: Callable[[Any], Any] = lambda raw: io.TextIOWrapper(raw, encoding=streams.encoding, newline="")  # noqa: E731
    code: Any = 0
    with pytest.MonkeyPatch.context() as patch:
        stream = _unread_pipe(streams.encoding) if streams.closed else open_stream(out)
        patch.setattr(sys, "stdout", stream)
        patch.setattr(sys, "stderr", open_stream(err))
        patch.setattr(sys, "argv", ["enforcement-sim", *words])
        patch.setenv("COLUMNS", str(streams.columns))
        try:
            cli.main()
        except SystemExit as ended:
            code = ended.code or 0
        sys.stdout.flush()
        sys.stderr.flush()
        if streams.closed:
            stream.close()
        return Ended(int(code), out.getvalue(), err.getvalue())


def _unread_pipe(encoding: str) -> Any:
    """Return a stream into a pipe that nobody reads."""
    reading, writing = os.pipe()
    os.close(reading)
    return os.fdopen(writing, "w", encoding=encoding)

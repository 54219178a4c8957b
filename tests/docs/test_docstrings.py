"""Docstrings of everything that a user gets: NumPy style and complete, read off the live objects.

Examples are run with the doctests of ``src``; here it is asked that there is one, and that it can fail.
"""

from __future__ import annotations

import ast
import dataclasses
import inspect
import re
import textwrap
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path
from types import FunctionType
from typing import Any, NamedTuple

import pytest

import enforcement_sim
from enforcement_sim import EnforcementModel, plots, studies
from enforcement_sim.model.arrestees import Arrestee, Arrestees
from enforcement_sim.model.institution import Institution
from enforcement_sim.model.institution_classes import KINDS
from enforcement_sim.results.result import Result
from enforcement_sim.runs.comparison import Comparison
from enforcement_sim.runs.design import Sample
from enforcement_sim.runs.sweep_result import Sweep
from enforcement_sim.scenarios.schema import Point, Scenario
from enforcement_sim.studies.assumptions.compute import split
from enforcement_sim.studies.assumptions.figure import waterfall
from enforcement_sim.studies.calibration.compute import calibrate
from enforcement_sim.studies.card.compute import cards_of
from enforcement_sim.studies.card.figure import card
from enforcement_sim.studies.claims.audit import audit
from enforcement_sim.studies.claims.figure import claims
from enforcement_sim.studies.jail_cost.compute import jail_time
from enforcement_sim.studies.panels.panel import panel
from enforcement_sim.studies.records.figure import completeness
from enforcement_sim.studies.records.recorders import record
from enforcement_sim.studies.research_designs.compute import run_study
from enforcement_sim.studies.research_designs.figure import coefficients
from enforcement_sim.studies.stages.compute import stage_table
from enforcement_sim.studies.stages.figure import definitions
from enforcement_sim.studies.validation.figure import validation
from enforcement_sim.studies.validation.scorecard import validate

CLASSES: tuple[type, ...] = (
    Scenario, Point, Result, Sweep, Sample, Comparison,
    EnforcementModel, Institution, *KINDS.values(), Arrestees, Arrestee, plots.Plot, plots.Provenance,
)  # fmt: skip
STUDIES: dict[str, tuple[Callable[..., Any], ...]] = {
    "assumptions": (split, waterfall),
    "calibration": (calibrate,),
    "card": (cards_of, card),
    "claims": (audit, claims),
    "jail_cost": (jail_time,),
    "panels": (panel,),
    "records": (record, completeness),
    "research_designs": (run_study, coefficients),
    "stages": (stage_table, definitions),
    "validation": (validate, validation),
}
OF_COMMANDS = {"answer", "county"}
"""Studies that are asked for by their commands: each call is a sweep of its own, which no example should run."""
CONSTANTS = {"DOTS_PER_INCH", "__version__"}
"""Public names without a docstring of their own: Python keeps none for a number or a text."""
NO_VALUE = (None, "None", inspect.Signature.empty)


class Public(NamedTuple):
    """A public object: its name, what carries its docstring, and the class that it belongs to."""

    name: str
    told: Any
    owner: type | None = None

    @property
    def doc(self) -> str:
        """The docstring of the object itself, not of what it overrides."""
        return inspect.cleandoc(getattr(self.told, "__doc__", None) or "")

    @property
    def function(self) -> FunctionType | None:
        """The Python function behind it, without decorators; None for a class or module."""
        found = self.told.fget if isinstance(self.told, property) else self.told
        found = found.func if isinstance(found, cached_property) else found
        found = inspect.unwrap(getattr(found, "__func__", found))
        return found if isinstance(found, FunctionType) else None

    @property
    def is_attribute(self) -> bool:
        """Whether it is read and not called."""
        return isinstance(self.told, (property, cached_property))


def is_ours(found: object) -> bool:
    """Return whether something is of this package; what Mesa, Matplotlib and pydantic give is told by them."""
    return str(getattr(found, "__module__", "")).startswith("enforcement_sim")


def public_objects() -> Iterator[Public]:
    """Return the exported names, the main functions of studies, and the classes with what a user can read or call."""
    for home in (enforcement_sim, plots):
        for name in home.__all__:
            if name not in CONSTANTS and getattr(home, name) not in CLASSES:
                yield Public(f"{home.__name__.rpartition('.')[2]}.{name}", getattr(home, name))
    for study, functions in STUDIES.items():
        yield from (Public(f"{study}.{each.__name__}", each) for each in functions)
    seen = set()
    for each in CLASSES:
        yield Public(each.__name__, each)
        for name in dir(each):
            owner = next((one for one in each.__mro__ if name in vars(one)), object)
            if name.startswith("_") or not is_ours(owner) or (owner, name) in seen:
                continue
            seen.add((owner, name))
            found = Public(f"{each.__name__}.{name}", vars(owner)[name], each)
            if found.function is not None and is_ours(found.function):
                yield found


OBJECTS = {one.name: one for one in public_objects()}
every_object = pytest.mark.parametrize("public", OBJECTS.values(), ids=OBJECTS)


# ---- reading a docstring -----------------------------------------------------------------------------------------------


def sections_of(doc: str) -> dict[str, str]:
    """Return the text of each NumPy section by its heading."""
    parts = re.split(r"^(\w+)\n-+$", doc, flags=re.MULTILINE)
    return {heading: text.strip("\n") for heading, text in zip(parts[1::2], parts[2::2], strict=True)}


def entries_of(section: str) -> dict[str, tuple[str, str]]:
    """Return name -> type and description of the entries of a section; ``a, b : int`` are two."""
    found = {}
    for head, described in re.findall(r"^(\S.*)\n((?:(?:[ \t].*)?\n|[ \t].*)*)", f"{section}\n", flags=re.MULTILINE):
        names, _, kind = head.partition(" : ")
        found |= {name.strip(" *"): (kind.strip(), described.strip()) for name in names.split(",")}
    return found


def parameters_of(function: Callable[..., Any]) -> dict[str, inspect.Parameter]:
    """Return what a caller may give."""
    parameters = inspect.signature(function).parameters
    return {name: one for name, one in parameters.items() if name not in ("self", "cls") and not name.startswith("_")}


def what_is_given(public: Public) -> dict[str, inspect.Parameter]:
    """Return the parameters of a function, or of a class that writes its own ``__init__``."""
    if public.function is not None:
        return {} if public.is_attribute else parameters_of(public.function)
    made = getattr(public.told, "__init__", None) if inspect.isclass(public.told) else None
    by_hand = is_ours(made) and not dataclasses.is_dataclass(public.told)
    return parameters_of(made) if by_hand and made is not None else {}


def raised_in(function: Callable[..., Any], owner: type | None = None, further: bool = True) -> set[str]:
    """Return the exceptions that a function raises, and the errors that the functions it calls raise themselves.

    Calls inside ``try`` are left aside, because what they raise may be handled there.
    """
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    handled = {
        id(node) for one in ast.walk(tree) if isinstance(one, ast.Try) for part in one.body for node in ast.walk(part)
    }
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise) and node.exc is not None and id(node) not in handled:
            error = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
            found |= {error.id} if isinstance(error, ast.Name) else set()
        elif isinstance(node, ast.Call) and id(node) not in handled:
            if isinstance(node.func, ast.Attribute) and node.func.attr == "raise_if_any":
                found.add("InputError")
            called = called_by(node.func, function, owner) if further else None
            if called is not None:
                found |= raised_in(called, further=False) & {"InputError", "RuntimeError"}
    return found & {"InputError", "RuntimeError", "KeyError", "ValueError", "FileNotFoundError"}


def called_by(node: ast.expr, function: Callable[..., Any], owner: type | None) -> Callable[..., Any] | None:
    """Return the function of this package that a call means, where the source alone tells it."""
    known: Any = None
    if isinstance(node, ast.Name):
        known = function.__globals__.get(node.id)  # type: ignore[attr-defined]
    elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        home = owner if node.value.id == "self" else function.__globals__.get(node.value.id)  # type: ignore[attr-defined]
        known = getattr(home, node.attr, None) if inspect.ismodule(home) or inspect.isclass(home) else None
    if inspect.isclass(known):
        known = vars(known).get("__post_init__") or (None if dataclasses.is_dataclass(known) else known.__init__)
    known = inspect.unwrap(known) if callable(known) else None
    return known if isinstance(known, FunctionType) and is_ours(known) and known.__name__[0] != "<" else None


# ---- what is asked of each ----------------------------------------------------------------------------------------------


def test_every_study_has_its_main_functions_here() -> None:
    home = Path(enforcement_sim.__file__).parent / "studies"
    folders = {path.parent.name for path in home.glob("*/compute.py")} | {
        path.parent.name for path in home.glob("*/figure.py")
    }
    assert folders - OF_COMMANDS <= set(STUDIES) <= set(studies.STUDIES)


def test_own_and_inherited_members_are_asked_for_and_those_of_other_packages_are_not() -> None:
    own = {
        "enforcement_sim.run",
        "plots.save",
        "Result.costs",
        "Result.count",
        "Sweep.measures",
        "EnforcementModel.network",
    }
    assert own <= set(OBJECTS)
    assert not {"Plot.set", "Scenario.model_copy", "EnforcementModel.agents", "Jail.remove"} & set(OBJECTS)


@every_object
def test_there_is_a_summary_in_one_line(public: Public) -> None:
    first, *rest = public.doc.split("\n")
    assert first, f"{public.name} has no docstring"
    assert first.endswith((".", ":")) and (not rest or not rest[0]), first


@every_object
def test_every_parameter_is_described(public: Public) -> None:
    sections = sections_of(public.doc)
    told = entries_of(sections.get("Attributes", "")) | entries_of(sections.get("Parameters", ""))
    for name, one in what_is_given(public).items():
        kind, described = told.get(name, ("", ""))
        assert described, f"{public.name}: {name} is not described"
        assert kind or one.annotation is not inspect.Parameter.empty, f"{public.name}: {name} has no type"
    if "Parameters" in sections:
        unknown = set(entries_of(sections["Parameters"])) - set(what_is_given(public))
        assert not unknown, f"{public.name} has no parameter {unknown}"


MEASURED = re.compile(
    r"\b(hours?|days?|months?|years?|people|bookings?|shares?|ratio|dollars?|numbers? of|how many|ind(ex|ices)|positions?"
    r"|seeds?|runs?|per cent|pixels|inches|codes?|bytes|one in|in this many|size|draws|processes|settings|points|dots|rows?"
    r"|version|beds|units?|arrays?|number|as the attributes|0 to 1|1 where|whether|sets|sample|line|logarithms?)\b",
    re.IGNORECASE,
)
"""Units, and words that say what is counted or numbered."""
NUMERIC = re.compile(r"\b(int|float|float64|int64|ndarray|array)\b")


@every_object
def test_every_number_has_a_unit_or_says_what_it_counts(public: Public) -> None:
    given = what_is_given(public)
    sections = sections_of(public.doc)
    for section in ("Parameters", "Attributes", "Returns"):
        for name, (kind, described) in entries_of(sections.get(section, "")).items():
            annotation = given[name].annotation if name in given else name if section == "Returns" else ""
            if NUMERIC.search(f"{kind} {annotation}"):
                assert MEASURED.search(f"{kind} {described}"), f"{public.name}: {name} has no unit"


@every_object
def test_every_field_is_described(public: Public) -> None:
    if not inspect.isclass(public.told):
        return
    fields = [one.name for one in dataclasses.fields(public.told)] if dataclasses.is_dataclass(public.told) else []
    fields += list(getattr(public.told, "model_fields", {}))
    told = entries_of(sections_of(public.doc).get("Attributes", ""))
    for name in fields:
        assert name.startswith("_") or told.get(name, ("", ""))[1], f"{public.name}: {name} is not described"


@every_object
def test_what_comes_back_is_told(public: Public) -> None:
    if public.function is None:
        return
    kind = inspect.signature(public.function).return_annotation
    if kind in NO_VALUE:
        return
    told = public.doc if public.is_attribute else sections_of(public.doc).get("Returns", "")
    assert told, f"{public.name} does not say what it returns"
    if not public.is_attribute:
        assert re.search(r"^[ \t]+\S", told, re.MULTILINE), f"{public.name} says only the type of what it returns"
    if "DataFrame" in str(kind):
        assert "``" in told, f"{public.name} does not name the columns"
    if "ndarray" in str(kind):
        assert "shape" in told, f"{public.name} does not say the shape"


@every_object
def test_what_is_raised_is_told(public: Public) -> None:
    if public.function is None:
        return
    told = entries_of(sections_of(public.doc).get("Raises", ""))
    for error in raised_in(public.function, public.owner):
        assert told.get(error, ("", ""))[1], f"{public.name} does not say when it raises {error}"


@every_object
def test_there_is_an_example(public: Public) -> None:
    """Of a method or property, in its own docstring or at work in that of a class that has it."""
    if inspect.ismodule(public.told):
        return  # its functions have theirs
    if shown_in(public.doc):
        return
    if public.owner is not None:
        name = public.name.rpartition(".")[2]
        home = next(one for one in public.owner.__mro__ if name in vars(one))
        classes = [one for one in CLASSES if issubclass(one, home)]
        examples = "\n".join(shown_in(inspect.cleandoc(one.__doc__ or "")) for one in classes)
        assert re.search(rf"\.{name}\b", examples), f"{public.name} is in no example"
        return
    pytest.fail(f"{public.name} has no example")


def shown_in(doc: str) -> str:
    """Return the lines of code of a docstring's example that are run."""
    text = sections_of(doc).get("Examples", "")
    lines = re.findall(r"^\s*(?:>>>|\.\.\.)\s(.*)$", text, re.MULTILINE)
    return "\n".join(line for line in lines if "doctest: +SKIP" not in line)


def test_a_docstring_that_lacks_something_is_found() -> None:
    """What the tests above read, on a docstring that is written for it."""

    def lacking(first: int, second: int) -> int:
        """Add.

        Parameters
        ----------
        first
            A number.
        second
        """
        if first < 0:
            raise ValueError("below zero")
        return first + second

    public = Public("lacking", lacking)
    for test in (
        test_every_parameter_is_described,
        test_what_comes_back_is_told,
        test_what_is_raised_is_told,
        test_there_is_an_example,
    ):
        with pytest.raises((AssertionError, pytest.fail.Exception)):
            test(public)

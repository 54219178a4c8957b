"""Errors in what a person wrote: files and values on the command line.

:class:`InputError` names the file, the line and the key, what is allowed there, and the nearest name to a misspelt one. The
command line prints it as one line and exits with code 2; a notebook shows the same sentence. Programming mistakes keep their
traceback, because no edit of an input corrects them.

A file is checked as a whole: :class:`Problems` collects every mistake and raises them together (:class:`InputErrors`, one line
each). Input that is used, but not quite as written, is reported as a warning (:class:`InputNotice`).
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from os import PathLike, fspath

LISTED_AT_MOST = 16
"""How many allowed names an error spells out before it says how many more there are."""

SHOWN_AT_MOST = 40
"""How many characters of a value an error repeats."""
LONGEST_NAME = 100
"""Characters beyond which a text is not compared with known names."""
LONGEST_KEY = 160
"""Characters of a key that an error repeats."""
ERRORS_AT_MOST = 50
"""How many errors of one input are printed; looking for more ends there too."""


class InputError(ValueError):
    """Invalid input: what is wrong, and where it was written.

    Parameters
    ----------
    message : str
        What is wrong, as a clause without a full stop ("unknown parameter").
    file : str or path, optional
        The file it was written in.
    line : int, optional
        The line in that file, counted from 1.
    key : str, optional
        The dotted key concerned, such as ``changes.california.rule``.
    allowed : str or iterable of str, optional
        What would have been accepted: a phrase, or names to choose from.
    nearest : str or iterable of str, optional
        The name or names probably meant.

    Examples
    --------
    >>> print(InputError("unknown key", file="plan.yaml", line=3, key="titel", nearest="title"))
    plan.yaml:3: titel: unknown key; did you mean 'title'?
    """

    def __init__(
        self,
        message: str,
        file: str | PathLike[str] | None = None,
        line: int | None = None,
        key: str | None = None,
        allowed: str | Iterable[str] | None = None,
        nearest: str | Iterable[str] | None = None,
    ) -> None:
        self.message = _one_line(message)
        self.file = None if file is None else fspath(file)
        self.line = line
        self.key = key
        self.allowed = allowed if allowed is None or isinstance(allowed, str) else tuple(allowed)
        self.nearest = nearest if nearest is None or isinstance(nearest, str) else tuple(nearest)
        # All six as positional arguments: an error raised in a worker process is pickled and rebuilt from these.
        super().__init__(self.message, self.file, self.line, self.key, self.allowed, self.nearest)

    @property
    def errors(self) -> tuple[InputError, ...]:
        """The single errors: this one, or those that were collected."""
        return (self,)

    def at(self, key: str | None, file: str | PathLike[str] | None = None, line: int | None = None) -> InputError:
        """Return the same error at another key, and in a file where one is given."""
        return InputError(self.message, file or self.file, line or self.line, key, self.allowed, self.nearest)

    def __str__(self) -> str:
        """Return the whole error as one line: where, which key, what, what is allowed, what was probably meant."""
        place = "" if self.file is None else f"{self.file}:{self.line}: " if self.line else f"{self.file}: "
        if self.file is None and self.line:
            place = f"line {self.line}: "
        key = f"{self.key if len(self.key) <= LONGEST_KEY else self.key[:LONGEST_KEY] + '...'}: " if self.key else ""
        sentence = self.message
        if self.allowed:
            sentence += f"; allowed: {_listed(self.allowed)}"
        if self.nearest:
            names = (self.nearest,) if isinstance(self.nearest, str) else self.nearest
            sentence += f"; did you mean {' or '.join(repr(name) for name in names)}?"
        return _one_line(f"{place}{key}{sentence}")


class NoEffectWarning(UserWarning):
    """Something in a scenario has no effect: the results are those without it."""


class InputErrors(InputError):
    """Several mistakes in one input, to be read and corrected together.

    Parameters
    ----------
    errors : iterable of InputError
        At least one; message, line and key are those of the first.

    Examples
    --------
    >>> print(InputErrors([InputError("unknown key", key="titel"), InputError("is missing", key="name")]))
    titel: unknown key
    name: is missing
    """

    def __init__(self, errors: Iterable[InputError]) -> None:
        self._errors = tuple(errors)
        first = self._errors[0]
        super().__init__(first.message, first.file, first.line, first.key, first.allowed, first.nearest)
        self.args = (self._errors,)

    @property
    def errors(self) -> tuple[InputError, ...]:
        """The single errors."""
        return self._errors

    def __str__(self) -> str:
        """Return all errors, one a line."""
        return "\n".join(lines_of(self))


class Problems:
    """Collects the mistakes of one input, so that they are reported together.

    Examples
    --------
    >>> problems = Problems()
    >>> with problems.gathering():
    ...     raise InputError("is missing", key="name")
    >>> problems.errors[0].key
    'name'
    """

    def __init__(self) -> None:
        self.errors: list[InputError] = []

    @property
    def enough(self) -> bool:
        """Whether there are more mistakes than are printed, so that the check can stop."""
        return len(self.errors) > ERRORS_AT_MOST

    def add(self, error: InputError) -> None:
        """Add an error, or each of several."""
        self.errors += error.errors

    @contextmanager
    def gathering(self, key: str = "") -> Iterator[None]:
        """Collect the errors that are raised inside instead of stopping there; their keys are inside ``key``."""
        try:
            yield
        except InputError as error:
            self.errors += [one.at(".".join(filter(None, (key, one.key))) or None) for one in error.errors]

    def raise_if_any(self) -> None:
        """Raise everything that was collected, each once; do nothing if there is nothing.

        Raises
        ------
        InputError
            If anything is wrong.
        """
        unlike = list({str(error): error for error in self.errors}.values())
        if unlike:
            raise unlike[0] if len(unlike) == 1 else InputErrors(unlike)


@contextmanager
def inside(key: str) -> Iterator[None]:
    """Say of the errors that are raised inside that their keys are inside another one.

    Examples
    --------
    >>> with inside("period"):
    ...     raise InputError("is missing", key="end")
    Traceback (most recent call last):
    ...
    enforcement_sim.errors.InputError: period.end: is missing
    """
    problems = Problems()
    with problems.gathering(key):
        yield
    problems.raise_if_any()


class InputNotice(UserWarning):
    """Input that is used, but not quite as it was written."""


def notify(
    notice: str, file: str | PathLike[str] | None = None, line: int | None = None, key: str | None = None
) -> None:
    """Warn of a reading that a person may not expect, in the form of an error."""
    warnings.warn(str(InputError(notice, file, line, key)), InputNotice, stacklevel=2)


def lines_of(error: InputError) -> tuple[str, ...]:
    """Return the errors, one a line; of very many only the first.

    Examples
    --------
    >>> lines_of(InputError("is missing", key="name"))
    ('name: is missing',)
    """
    lines = tuple(str(one) for one in error.errors[:ERRORS_AT_MOST])
    return lines if len(error.errors) <= ERRORS_AT_MOST else (*lines, "and more; correct these first")


def nearest_names(name: str, known: Iterable[str], at_most: int = 1) -> tuple[str, ...]:
    """Return the known names most like a misspelt one, best first; empty when nothing is like it.

    Letter case is ignored. A dotted name is also recognised by its last part, so that ``hold_hours`` finds
    ``detainer.hold_hours``.

    Examples
    --------
    >>> nearest_names("hold_hour", ["detainer.hold_hours", "jail.beds"])
    ('detainer.hold_hours',)
    """
    if len(name) > LONGEST_NAME:
        return ()
    spellings: dict[str, str] = {}
    for full in known:
        spellings.setdefault(full.lower(), full)
    matches = [spellings[match] for match in get_close_matches(name.lower(), spellings, n=at_most, cutoff=0.6)]
    if not matches:
        last_parts: dict[str, str] = {}
        for full in spellings.values():
            last_parts.setdefault(full.lower().rpartition(".")[2], full)
        last = name.lower().rpartition(".")[2]
        matches = [last_parts[match] for match in get_close_matches(last, last_parts, n=at_most, cutoff=0.75)]
    return tuple(matches)


def shown(value: object) -> str:
    """Return a value as it was written, cut short where it is very long.

    Examples
    --------
    >>> shown("48"), shown("9" * 1000)
    ("'48'", "'99999999999999999999999999999999999...' (1,000 characters)")
    """
    if isinstance(value, str) and len(value) > SHOWN_AT_MOST:
        return f"{value[: SHOWN_AT_MOST - 5] + '...'!r} ({len(value):,} characters)"
    text = repr(value)
    return text if len(text) <= 2 * SHOWN_AT_MOST else f"{text[:SHOWN_AT_MOST]}..."


def _listed(allowed: str | tuple[str, ...]) -> str:
    """Return a phrase as it is, and names joined by commas, cut short when there are very many."""
    if isinstance(allowed, str):
        return allowed
    shown = ", ".join(allowed[:LISTED_AT_MOST])
    more = len(allowed) - LISTED_AT_MOST
    return f"{shown} and {more} more" if more > 0 else shown


def _one_line(text: str) -> str:
    """Return the text with every run of white space, line breaks included, as a single space."""
    return " ".join(text.split())

"""What Windows lacks is not needed: POSIX modules and names, make, and a POSIX shell for the steps of the guide."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import enforcement_sim

ROOT = Path(__file__).parents[2]
PACKAGE = Path(enforcement_sim.__file__).parent
POSIX_MODULES = ("curses", "fcntl", "grp", "posix", "pty", "pwd", "readline", "resource", "syslog", "termios", "tty")
POSIX_NAMES = {
    "os": {
        *("chown", "fchmod", "fork", "forkpty", "getegid", "geteuid", "getgid", "getgroups", "getloadavg", "getpgid"),
        *("getpgrp", "getpriority", "getsid", "getuid", "killpg", "lchown", "mkfifo", "nice", "openpty", "pathconf"),
        *("pread", "pwrite", "sched_getaffinity", "sched_setaffinity", "setpgid", "setpriority", "setsid", "setuid"),
        *("statvfs", "sync", "uname", "wait", "wait3", "wait4", "waitid"),
    },
    "signal": {"SIGALRM", "SIGHUP", "SIGKILL", "SIGPIPE", "SIGUSR1", "SIGUSR2", "alarm", "pthread_kill", "setitimer"},
    "time": {"tzset", "clock_gettime"},
}
"""Names that the modules have on Linux and macOS alone."""
ASKED_FIRST = {("process/jit.py", "os.getgid"): "os.getuid"}
"""Uses that stand behind a question about another name that Windows lacks, too."""

IMPORT_ALL = """
import builtins, pkgutil, sys
POSIX = set(sys.argv[1].split())
before = builtins.__import__
def importing(name, globals=None, *others, **named):
    namespace = globals
    of_ours = str((namespace or {}).get("__name__", "")).startswith("enforcement_sim")
    if of_ours and name.partition(".")[0] in POSIX:
        raise ModuleNotFoundError(f"no module {name} here, which {namespace['__name__']} needs")
    return before(name, globals, *others, **named)
builtins.__import__ = importing
import enforcement_sim
for found in pkgutil.walk_packages(enforcement_sim.__path__, "enforcement_sim."):
    __import__(found.name)
print(len([name for name in sys.modules if name.startswith("enforcement_sim.")]))
"""


@pytest.mark.slow
def test_every_module_is_imported_without_what_windows_lacks() -> None:
    words = [sys.executable, "-c", IMPORT_ALL, " ".join(POSIX_MODULES)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert int(done.stdout) >= len(list(PACKAGE.rglob("[a-z]*.py")))


def test_no_module_takes_for_granted_what_windows_lacks() -> None:
    for path in sorted(PACKAGE.rglob("*.py")):
        text, where = path.read_text(encoding="utf-8"), path.relative_to(PACKAGE).as_posix()
        for node in ast.walk(ast.parse(text)):
            needed = needed_by(node, where)
            if needed:
                module, _, attribute = needed.partition(".")
                assert f'hasattr({module}, "{attribute}")' in text, f"{where} takes {needed} for granted"


def needed_by(node: ast.AST, where: str) -> str:
    """Return the name of Linux and macOS alone that a piece of code needs; empty for none."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [one.name for one in node.names]
        return " ".join({name.partition(".")[0] for name in names} & set(POSIX_MODULES))
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        name = f"{node.value.id}.{node.attr}"
        return ASKED_FIRST.get((where, name), name) if node.attr in POSIX_NAMES.get(node.value.id, ()) else ""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value if re.match(r"/(tmp|dev|proc|etc|var)/", node.value) else ""
    return ""


def test_what_is_looked_for_is_found() -> None:
    told = {"import fcntl": "fcntl", "os.fork()": "os.fork", "open('/tmp/x')": "/tmp/x", "os.stat('a')": ""}
    for code, name in told.items():
        assert "".join(needed_by(node, "x.py") for node in ast.walk(ast.parse(code))) == name


def steps() -> list[str]:
    """The commands of the guide for PowerShell."""
    section = (ROOT / "docs/guides/windows.md").read_text(encoding="utf-8")
    return [line for block in re.findall(r"```text\n(.*?)```", section, re.DOTALL) for line in block.splitlines()]


def targets() -> list[str]:
    """The commands of ``make demo`` and ``make test``, with their variables written out."""
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    variables = dict(re.findall(r"^([A-Z]+) := (.*)$", text, re.MULTILINE))
    found = []
    for target in ("$(VENV)/installed", "demo", "$(VENV)/installed-dev", "check", "test"):
        recipe = re.search(rf"^{re.escape(target)}: .*\n((?:\t.*\n)+)", text, re.MULTILINE)
        assert recipe, target
        found += [line.strip().removeprefix("@") for line in recipe[1].splitlines()]
    for _ in range(3):
        found = [re.sub(r"\$\(([A-Z]+)\)", lambda name: variables[name[1]], line) for line in found]
    return [line for line in found if not line.startswith(("touch", "echo"))]


def as_in_make(step: str) -> str:
    """Return a step as the Makefile has it: with slashes, the folder of programs of Linux, and single quotation marks."""
    step = step.replace("\\", "/").replace(".venv/Scripts/", ".venv/bin/").replace('".[dev]"', "'.[dev]'")
    for program in ("ruff", "mypy"):
        step = step.replace(f".venv/bin/python -m {program}", f".venv/bin/{program}")
    return step.replace("-m pip", "-m pip --disable-pip-version-check --quiet")


def test_the_steps_for_powershell_are_those_of_make() -> None:
    first, *others = steps()
    assert first == "py -3.12 -m venv .venv"
    assert [as_in_make(step) for step in others] == targets()


def test_the_steps_need_no_posix_shell() -> None:
    for step in steps():
        assert step.startswith(("py -3.12 ", r".venv\Scripts\python ", r".venv\Scripts\enforcement-sim "))
        outside = re.sub(r'"[^"]*"', "", step)
        assert not re.search(r"make|/|'|&&|\||\$|`|[<>]", outside), step

"""A real browser for tests of what people look at: pages served here, and files opened from disk.

Kept out of a plain ``pytest`` (``norecursedirs``), because it needs Chromium; ``make test-browser`` installs that and runs
this folder. ``BROWSER=/path`` names another Chromium. Fixtures, none of which knows the explorer but ``explorer``:

``open_page(address, width=1280)``
    Opens an address (``http://...`` or ``file://...``; a ``Path`` is opened from disk) in a browser context of its own and
    returns Playwright's page. Call it twice for two browsers that share nothing. At the end of the test every request the
    pages made is looked at: one to a host other than this machine fails the test, and so does an error of the page's own.
``accessible(page)``
    Runs axe on the page and fails on any finding that it calls more than minor.
``keep_picture(page, name)``
    Keeps a screenshot of the whole page in ``out/screenshots/NAME.png``, to be looked at.
``explorer``
    The address of an explorer that this folder's tests share, on a free port of the loopback interface.

A test of a report on disk needs no more than::

    def test_report(open_page, accessible, keep_picture, tmp_path):
        page = open_page(write_report(tmp_path), width=390)
        accessible(page)
        keep_picture(page, "report-phone")
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlparse

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

ROOT = Path(__file__).parents[2]
SCREENSHOTS = ROOT / "out" / "screenshots"
KNOWN_BROWSERS = ("/usr/bin/chromium", "chromium", "chromium-browser", "google-chrome")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
HEIGHT = 900
PATIENCE_MS = 60_000
"""How long a page may take; a machine that is busy with other things must not fail a test."""
START_PATIENCE = 900.0
LOOPBACK = ("127.0.0.1", "localhost", "::1")
NOT_REQUESTS = ("data", "blob", "file", "about")
GRAVE = ("moderate", "serious", "critical")


def browser_path() -> str:
    """Return the Chromium to drive."""
    for name in (os.environ.get("BROWSER", ""), *KNOWN_BROWSERS):
        if name and (found := shutil.which(name)):
            return found
    pytest.exit("no Chromium: `make test-browser` installs it (apt), or name one with BROWSER=/path", returncode=2)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start one browser for all tests; each page gets a context of its own."""
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=browser_path(), args=list(ARGUMENTS))
        yield started
        started.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open pages, each in a context of its own; at the end, see that none asked another host and none had an error."""
    contexts: list[BrowserContext] = []
    asked: list[str] = []
    errors: list[str] = []

    def opened(address: str | Path, width: int = 1280, height: int = HEIGHT) -> Page:
        context = browser.new_context(viewport={"width": width, "height": height}, accept_downloads=True)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(address.resolve().as_uri() if isinstance(address, Path) else address)
        return page

    yield opened
    for context in contexts:
        context.close()
    elsewhere = [
        url for url in asked if urlparse(url).scheme not in NOT_REQUESTS and urlparse(url).hostname not in LOOPBACK
    ]
    assert not elsewhere, f"asked another host: {elsewhere[:5]}"
    assert not errors, errors


@pytest.fixture
def accessible() -> Callable[[Page], None]:
    """Fail on findings of axe above minor."""

    def check(page: Page) -> None:
        found = [one for one in Axe().run(page).response["violations"] if one["impact"] in GRAVE]
        told = [
            f"{one['impact']}: {one['id']}: {one['help']}: {[node['html'][:160] for node in one['nodes'][:3]]}"
            for one in found
        ]
        assert not found, "\n".join(told)

    return check


@pytest.fixture
def keep_picture() -> Callable[[Page, str], Path]:
    """Keep a screenshot of a whole page."""

    def keep(page: Page, name: str) -> Path:
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)
        return SCREENSHOTS / f"{name}.png"

    return keep


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        return int(tried.getsockname()[1])


@pytest.fixture(scope="session")
def explorer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve an explorer as the command does, in a process of its own, and return its address."""
    port = free_port()
    log = tmp_path_factory.mktemp("explorer") / "log.txt"
    program = "from enforcement_sim.cli import main; main()"
    paths = os.pathsep.join([str(ROOT / "src"), os.environ.get("PYTHONPATH", "")])
    with log.open("w") as written:
        served = subprocess.Popen(
            [sys.executable, "-c", program, "explore", "--no-open", "--port", str(port)],
            cwd=log.parent,
            env={**os.environ, "PYTHONPATH": paths},
            stdout=written,
            stderr=subprocess.STDOUT,
        )
    address = f"http://127.0.0.1:{port}/"
    try:
        wait_for(address, served, log)
        yield address
    finally:
        served.terminate()
        served.wait(timeout=30)


def wait_for(address: str, served: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until a server answers."""
    parts, until = urlparse(address), time.monotonic() + START_PATIENCE
    while time.monotonic() < until:
        assert served.poll() is None, log.read_text()
        try:
            # Only a connection: a page that is asked for begins to compute.
            socket.create_connection((parts.hostname or "", parts.port or 0), timeout=30).close()
            return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"no answer from {address}: {log.read_text()}")

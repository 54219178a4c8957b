"""How long the explorer takes from a move of the slider to the change in the browser, for California.

A real Chromium opens the page that ``enforcement-sim explore`` serves, the first picture is waited for (the warm-up), and
then the hold is moved to settings nobody asked for before. Clocked in the browser's driver: from the key to the thinned
picture that belongs to the setting, and to the exact one. Needs Chromium and the extra ``browser``.
"""

from __future__ import annotations

import os
import shutil
import socket
import statistics
import subprocess
import sys
import time
from typing import Any

from playwright.sync_api import Page, sync_playwright
from record import keep, table

MOVES = 6
BUDGETS = {"first": 1.5, "exact": 6.0}
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking")
PATIENCE_MS = 300_000
START_PATIENCE = 300.0


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        return int(tried.getsockname()[1])


def answers(port: int) -> bool:
    """Say whether somebody listens on a port."""
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0


def moved(page: Page) -> dict[str, float]:
    """Move the hold by a step and clock both pictures."""
    before = page.locator("[data-picture]").inner_text()
    page.get_by_role("slider", name="Hold limit").focus()
    begun = time.perf_counter()
    page.keyboard.press("ArrowRight")
    page.wait_for_function(
        "before => { const all = root => [...root.querySelectorAll('*')].flatMap(one => one.shadowRoot ? "
        "[one, ...all(one.shadowRoot)] : [one]); const head = all(document).find(one => one.dataset.picture > 1); "
        "return head && head.innerText !== before }",
        arg=before,
        polling=20,
    )
    first = time.perf_counter() - begun
    page.locator('[data-picture="1"]').wait_for()
    return {"first": first, "exact": time.perf_counter() - begun}


def measure() -> dict[str, Any]:
    """Serve the explorer, warm it up, and move its slider."""
    port = free_port()
    command = [sys.executable, "-c", "from enforcement_sim.cli import main; main()", "explore", "--no-open"]
    served = subprocess.Popen([*command, "--port", str(port)], stdout=subprocess.DEVNULL)
    try:
        until = time.monotonic() + START_PATIENCE
        while not answers(port) and time.monotonic() < until:
            time.sleep(0.2)
        with sync_playwright() as driver:
            path = os.environ.get("BROWSER") or shutil.which("chromium")
            browser = driver.chromium.launch(executable_path=path, args=list(ARGUMENTS))
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.set_default_timeout(PATIENCE_MS)
            page.goto(f"http://127.0.0.1:{port}/?place=CA&hold=60")
            page.locator('[data-state="exact"]').wait_for()
            clocked = []
            for _ in range(MOVES):
                clocked.append(moved(page))
                page.locator('[data-state="exact"]').wait_for()
            browser.close()
    finally:
        served.terminate()
        served.wait()
    return {"moves": clocked, "cores": len(os.sched_getaffinity(0))}


def told(found: dict[str, Any]) -> str:
    """Return the numbers as Markdown."""
    rows = []
    for which, words in (("first", "the first, thinned picture"), ("exact", "the exact picture")):
        clocked = [move[which] for move in found["moves"]]
        ends = f"{min(clocked):.2f} / {statistics.median(clocked):.2f} / {max(clocked):.2f}"
        rows.append([words, ends, f"≤ {BUDGETS[which]:g}"])
    heading = (
        f"California, October 2010 to September 2013, four seeds, {found['cores']} cores that the browser shares; from a key "
        f"on the slider to what the browser shows, {len(found['moves'])} settings nobody had asked for, history warmed up."
    )
    return "\n\n".join(
        [heading, table(["from a move of the slider to", "s: smallest / middle / largest", "budget"], rows)]
    )


if __name__ == "__main__":
    measured = measure()
    keep("explorer", measured, told(measured))

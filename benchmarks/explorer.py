"""How long the explorer takes from a move of the slider to a sign, to a draft and to the exact answer in the browser.

A real Chromium opens the page that ``enforcement-sim explore`` serves, the first answer is waited for (the warm-up), and
then the hold is moved to settings nobody asked for before: for California, for California in two browsers at once, and for
the nation over two years. Clocked in the browser's driver: from the key to the sign that something is computed, to the first
answer that belongs to the setting (a draft where there is one), and to the exact one. Seconds depend on what else the
machine does, so that each is told as a multiple of a fixed piece of work too. Needs Chromium and the extra ``browser``.
"""

from __future__ import annotations

import http.client
import os
import shutil
import socket
import statistics
import subprocess
import sys
import threading
import time
from contextlib import suppress
from typing import Any

import numpy as np
from playwright.sync_api import Browser, Page, sync_playwright
from record import keep, table

CALIFORNIA = "?place=CA&hold=60"
NATION = "?place=nation&from=2011-01-01&to=2012-12-31&hold=60"
FIRST_HOLD, STEP = 60, 12
MOVES = {"California": 6, "California, two browsers": 3, "nation, two years": 2}
BUDGETS = {
    ("California", "sign"): 0.3,
    ("California", "exact"): 2.0,
    ("California, two browsers", "sign"): 0.3,
    ("nation, two years", "sign"): 0.3,
    ("nation, two years", "exact"): 12.0,
    **{(case, "blocked"): 0.1 for case in MOVES},
}
WORDS = {
    "sign": "a sign that it computes",
    "answer": "the first answer, marked as a draft or as part of the seeds",
    "exact": "the exact answer, all seeds",
    "blocked": "(longest wait for the server's loop)",
}
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking")
PATIENCE_MS = 600_000
START_PATIENCE = 300.0
STATE = """() => { const all = root => [...root.querySelectorAll('*')].flatMap(
  one => one.shadowRoot ? [one, ...all(one.shadowRoot)] : [one]);
  return all(document).find(one => one.dataset.state)?.dataset.state !== 'exact' }"""
"""Whether the page says that what it shows is not the exact answer."""
BUILT = """() => new Promise(built => {
  let busy = performance.now();
  const note = list => list.getEntries().forEach(one => busy = Math.max(busy, one.startTime + one.duration));
  new PerformanceObserver(note).observe({type: "longtask", buffered: true});
  const look = () => performance.now() - busy > 500 ? built() : setTimeout(look, 50);
  look();
})"""
"""Ends after half a second without a long task of the browser: an answer from the cache comes before the page is built."""
ASKED_EVERY = 0.02
"""Seconds between requests that ask whether the server's loop answers."""
PIECE = 40
"""Sorts of a million numbers in the fixed piece of work, some three seconds on an idle core."""


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        return int(tried.getsockname()[1])


def answers(port: int) -> bool:
    """Say whether somebody listens on a port."""
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0


def piece_of_work() -> float:
    """Return the seconds that a fixed piece of work takes on this machine, now."""
    numbers = np.random.default_rng(1).random(1_000_000)
    begun = time.perf_counter()
    for _ in range(PIECE):
        np.sort(numbers)
    return time.perf_counter() - begun


class LoopWatch(threading.Thread):
    """Asks the server again and again for a page that there is not, which its loop refuses at once; notes the longest wait."""

    def __init__(self, port: int) -> None:
        super().__init__(daemon=True)
        self._port, self._ended, self._longest = port, threading.Event(), 0.0

    def run(self) -> None:
        """Ask until told to end."""
        asked = http.client.HTTPConnection("127.0.0.1", self._port)
        while not self._ended.wait(ASKED_EVERY):
            begun = time.perf_counter()
            with suppress(OSError, http.client.HTTPException):
                asked.request("GET", "/autoload.js")
                asked.getresponse().read()
            self._longest = max(self._longest, time.perf_counter() - begun)

    def taken(self) -> float:
        """Return the longest wait since this was called last, in seconds."""
        longest, self._longest = self._longest, 0.0
        return longest

    def end(self) -> None:
        """Ask no longer."""
        self._ended.set()
        self.join()


def moved(pages: list[Page], hold: int) -> dict[str, float]:
    """Move the hold by a step in every page at once, and clock the last of them."""
    begun, clocked = time.perf_counter(), {}
    for page in pages:
        page.get_by_role("slider", name="Hold limit").focus()
        page.keyboard.press("ArrowRight")
    for page in pages:
        page.wait_for_function(STATE, polling=10)
    clocked["sign"] = time.perf_counter() - begun
    for which, picture in (("answer", ""), ("exact", '[data-picture="1"]')):
        for page in pages:
            page.locator(f'{picture}[data-hold="{hold}"]:not(.former)').wait_for()
            if which == "exact":
                page.locator('[data-state="exact"]').wait_for()
        clocked[which] = time.perf_counter() - begun
    return clocked


def opened(browser: Browser, address: str) -> Page:
    """Open a page, and wait for its exact answer and until the browser has built the page."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(PATIENCE_MS)
    page.goto(address)
    page.locator('[data-state="exact"]').wait_for()
    page.evaluate(BUILT)
    return page


def measure() -> dict[str, Any]:
    """Serve the explorer, warm it up, and move its slider."""
    port = free_port()
    command = [sys.executable, "-c", "from enforcement_sim.cli import main; main()", "explore", "--no-open"]
    served = subprocess.Popen([*command, "--port", str(port)], stdout=subprocess.DEVNULL)
    found: dict[str, list[dict[str, float]]] = {}
    watch = LoopWatch(port)
    try:
        until = time.monotonic() + START_PATIENCE
        while not answers(port) and time.monotonic() < until:
            time.sleep(0.2)
        piece = piece_of_work()
        watch.start()
        with sync_playwright() as driver:
            path = os.environ.get("BROWSER") or shutil.which("chromium")
            browser = driver.chromium.launch(executable_path=path, args=list(ARGUMENTS))
            hold = FIRST_HOLD
            for case, moves in MOVES.items():
                query = NATION if case.startswith("nation") else CALIFORNIA.replace(str(FIRST_HOLD), str(hold))
                hold = FIRST_HOLD if case.startswith("nation") else hold
                pages = [opened(browser, f"http://127.0.0.1:{port}/{query}") for _ in range(1 + ("two b" in case))]
                found[case] = []
                for _ in range(moves):
                    hold += STEP
                    watch.taken()
                    clocked = moved(pages, hold)
                    found[case].append(clocked | {"blocked": watch.taken()})
                    print(case, {name: round(seconds, 2) for name, seconds in found[case][-1].items()}, flush=True)
                for page in pages:
                    page.close()
            browser.close()
        watch.end()
    finally:
        served.terminate()
        served.wait()
    return {
        "moves": found,
        "cores": len(os.sched_getaffinity(0)),
        "piece": (piece + piece_of_work()) / 2,
        "load": os.getloadavg()[0],
    }


def told(found: dict[str, Any]) -> str:
    """Return the numbers as Markdown."""
    rows = []
    for case, moves in found["moves"].items():
        for which, words in WORDS.items():
            clocked = [move[which] for move in moves]
            ends = f"{min(clocked):.2f} / {statistics.median(clocked):.2f} / {max(clocked):.2f}"
            budget = BUDGETS.get((case, which))
            ratio = f"{statistics.median(clocked) / found['piece']:.2f}"
            rows.append([case, words, ends, ratio, f"≤ {budget:g} s" if budget else ""])
    heading = (
        f"California, October 2010 to September 2013, and the nation in 2011 and 2012; four seeds, {found['cores']} cores that "
        "the browser shares; from a key on the slider to what the browser shows, at settings nobody had asked for, history "
        "warmed up and the page built. Last column but one: multiples of "
        f"{PIECE} sorts of a million numbers, which took {found['piece']:.1f} s on one core between the moves "
        f"(load {found['load']:.1f})."
    )
    headings = ["place", "from a move of the slider to", "s: smallest / middle / largest", "multiple", "budget"]
    return "\n\n".join([heading, table(headings, rows)])


if __name__ == "__main__":
    measured = measure()
    keep("explorer", measured, told(measured))

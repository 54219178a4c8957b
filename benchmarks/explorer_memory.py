"""Whether the explorer gives back what its visitors cost: memory after many visits, and how long a page takes.

The server is the one that ``enforcement-sim explore`` starts. Half of the visits are plain requests that never connect;
the other half do what a browser does: ask, connect, say that the page has loaded, wait for the exact picture, and go.
Memory is the server process's own resident set, read some seconds after the last visit, when sessions have ended.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

from record import keep, table
from tornado.httpclient import HTTPRequest
from tornado.websocket import websocket_connect

QUERY = "?place=56021&from=2012-07-01&to=2012-07-31&hold=96"
MARKS = (20, 100, 200)
"""Visits after which memory is read."""
MOST_GROWTH_MB = 60
MOST_SECONDS = 0.5
SETTLING = 15.0
START_PATIENCE = 300.0
PATIENCE = 60.0
LOADED = {
    "kind": "MessageSent",
    "msg_type": "bokeh_event",
    "msg_data": {"type": "event", "name": "document_ready", "values": {"type": "map", "entries": []}},
}


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        return int(tried.getsockname()[1])


def answers(port: int) -> bool:
    """Say whether somebody listens on a port."""
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0


def resident(process: int) -> float:
    """Return the memory of a process in MB."""
    found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{process}/status").read_text(encoding="utf-8"))
    assert found is not None
    return int(found[1]) / 1024


def asked(port: int) -> tuple[float, str]:
    """Ask for the page; return how long that took, and the token with which to connect."""
    begun = time.perf_counter()
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/{QUERY}") as answer:
        body = answer.read().decode()
    took = time.perf_counter() - begun
    found = re.search(r'"token":"([^"]+)"', body)
    assert found is not None
    return took, found[1]


async def looked(port: int, token: str) -> float:
    """Connect as a browser does, wait for the exact picture, and go; return how long the picture took."""
    headers = {"Sec-WebSocket-Protocol": f"bokeh, {token}", "Origin": f"http://127.0.0.1:{port}"}
    begun = time.perf_counter()
    socket_ = await websocket_connect(
        HTTPRequest(f"ws://127.0.0.1:{port}/ws", headers=headers), subprotocols=["bokeh", token]
    )
    await asyncio.wait_for(socket_.read_message(), PATIENCE)  # the server says that it is ready
    for kind, content in (("PULL-DOC-REQ", {}), ("PATCH-DOC", {"events": [LOADED]})):
        for part in ({"msgid": kind, "msgtype": kind}, {}, content):
            await socket_.write_message(json.dumps(part))
    while True:
        message = await asyncio.wait_for(socket_.read_message(), PATIENCE)
        if message is None or "data-state=&quot;exact" in message:
            break
    socket_.close()
    return time.perf_counter() - begun


def measure() -> dict[str, Any]:
    """Serve the explorer and visit it."""
    port = free_port()
    command = [sys.executable, "-c", "from enforcement_sim.cli import main; main()", "explore", "--no-open"]
    served = subprocess.Popen([*command, "--workers", "1", "--port", str(port)], stdout=subprocess.DEVNULL)
    memory: dict[int, float] = {}
    pages: list[float] = []
    pictures: list[float] = []
    try:
        until = time.monotonic() + START_PATIENCE
        while not answers(port) and time.monotonic() < until:
            time.sleep(0.2)
        memory[0] = resident(served.pid)
        for visit in range(1, MARKS[-1] + 1):
            took, token = asked(port)
            pages.append(took)
            if visit % 2 == 0:
                pictures.append(asyncio.run(looked(port, token)))
            if visit in MARKS:
                time.sleep(SETTLING)
                memory[visit] = resident(served.pid)
                print(visit, round(memory[visit]), flush=True)
    finally:
        served.terminate()
        served.wait()
    return {"memory": memory, "pages": pages, "pictures": pictures, "cores": len(os.sched_getaffinity(0))}


def told(found: dict[str, Any]) -> str:
    """Return the numbers as Markdown."""
    memory, pages, pictures = found["memory"], found["pages"], found["pictures"]
    growth = memory[MARKS[-1]] - memory[MARKS[0]]
    rows = [[f"memory after {visits} visits, MB", f"{size:.0f}", ""] for visits, size in memory.items()]
    rows.append([f"growth from {MARKS[0]} to {MARKS[-1]} visits, MB", f"{growth:+.0f}", f"≤ {MOST_GROWTH_MB}"])
    ends = f"{min(pages):.2f} / {statistics.median(pages):.2f} / {max(pages):.2f}"
    rows.append(["a page that is asked for, s: smallest / middle / largest", ends, f"≤ {MOST_SECONDS:g}"])
    ends = f"{min(pictures):.2f} / {statistics.median(pictures):.2f} / {max(pictures):.2f}"
    rows.append(["from connecting to the exact picture, s: smallest / middle / largest", ends, ""])
    heading = (
        f"A small county, one month; every other visit connects, waits for the exact picture and goes, the others never "
        f"connect. One worker, {found['cores']} cores; memory of the server process."
    )
    return "\n\n".join([heading, table(["", "measured", "budget"], rows), "`python benchmarks/explorer_memory.py`"])


if __name__ == "__main__":
    measured = measure()
    keep("explorer_memory", measured, told(measured))

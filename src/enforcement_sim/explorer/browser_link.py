"""What passes between the page and its browser: addresses, links that are followed, what the browser remembers.

The script (``browser_link.js``) follows links within the page and the back button without loading the page again, keeps
saved scenarios in the browser's store and the settings that were tried in its tab, and copies text. Nothing is kept on the
server, and what a browser sends is checked as an address is.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

import param
from panel.custom import JSComponent

SCRIPT = Path(__file__).with_suffix(".js")
STORES = ("saved", "tried")
MOST_ENTRIES = 100
LONGEST_ENTRY = 9_000


class BrowserLink(JSComponent):  # type: ignore[misc]
    """The invisible part of a page that talks to its browser.

    Attributes
    ----------
    address : dict
        ``query``: what the address bar shows; ``instead``: whether in place of the present entry of the browser's history.
    saved, tried : list of dict
        What the browser remembers: across visits, and in this tab.
    """

    address = param.Dict(default={})
    saved = param.List(default=[])
    tried = param.List(default=[])

    _esm = SCRIPT.read_text(encoding="utf-8")

    def __init__(self, on_message: Callable[[Mapping[str, Any]], None]) -> None:
        super().__init__(margin=0, width=0, height=0)
        self._on_message = on_message

    def _handle_msg(self, data: Any) -> None:
        if isinstance(data, dict):
            self._on_message(data)


def entries_of(found: Any, names: Sequence[str]) -> list[dict[str, str]]:
    """Return the entries of a store that a browser sent; whatever is not a short text under each name is left out.

    Examples
    --------
    >>> entries_of([{"name": "one", "query": "?hold=96"}, {"name": 1}, "two"], ("name", "query"))
    [{'name': 'one', 'query': '?hold=96'}]
    """
    if not isinstance(found, list):
        return []
    texts = [{name: one.get(name) for name in names} for one in found[:MOST_ENTRIES] if isinstance(one, dict)]
    return [
        {name: str(text) for name, text in one.items()}
        for one in texts
        if all(isinstance(text, str) and len(text) <= LONGEST_ENTRY for text in one.values())
    ]


def say_button(label: str, spoken: str, *, disabled: bool = False, **message: str) -> str:
    """Return a button as HTML that sends a message to the page.

    A message waits until the browser has built the page. The press of a widget does not, and what the server draws in answer
    to it could be lost.

    Examples
    --------
    >>> say_button("Forget", "Forget one", kind="forget").partition(" data-say")[0]
    '<button type="button" aria-label="Forget one"'
    """
    said, off = escape(json.dumps(message)), " disabled" if disabled else ""
    return f'<button type="button" aria-label="{escape(spoken)}" data-say="{said}"{off}>{escape(label)}</button>'


def copy_button(label: str, text: str) -> str:
    """Return a button as HTML that copies a text; one that begins with a question mark is an address of this page."""
    return f'<button type="button" aria-live="polite" data-copy="{escape(text)}">{escape(label)}</button>'

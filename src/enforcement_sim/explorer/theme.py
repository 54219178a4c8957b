"""How the page looks: its style sheet, and how its parts are set. Colours have a contrast of 4.5 and more."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import panel as pn
import panel_material_ui as pmui

WIDE: dict[str, Any] = {"sizing_mode": "stretch_width"}
SELECT: dict[str, Any] = {**WIDE, "min_width": 200, "max_width": 320, "margin": (14, 6, 6, 6)}
FULL: dict[str, Any] = {**WIDE, "margin": (6, 0)}
HALF: dict[str, Any] = {**WIDE, "margin": (6, 4), "size": "small"}
BACK = "<script>window.onpopstate = () => window.location.reload()</script>"
"""The browser's back and forward only change the address; opening the page anew shows what the address means."""
THEME = {
    "palette": {"primary": {"main": "#1f4e79"}, "secondary": {"main": "#8a3b00"}},
    "typography": {"fontSize": 14},
}
SHEET = Path(__file__).with_suffix(".css").read_text(encoding="utf-8")
FIELD = """
label { color: #595959; font-family: Roboto, Helvetica, Arial, sans-serif; font-size: .8rem; }
select.bk-input { font-family: Roboto, Helvetica, Arial, sans-serif; font-size: .95rem; min-height: 2.3rem; color: #222; }
select.bk-input:focus-visible { outline: 2px solid #1f4e79; }
"""


def html(text: str = "") -> pn.pane.HTML:
    """Return a piece of text in the page's style."""
    return pn.pane.HTML(text, stylesheets=[SHEET], margin=(4, 0), **WIDE)


def select(label: str, options: Any, value: Any, **settings: Any) -> pn.widgets.Select:
    """Return a list to choose from: the browser's own, which a keyboard and a phone can open."""
    return pn.widgets.Select(name=label, options=options, value=value, stylesheets=[FIELD], **settings)


def small_button(kind: type[Any], label: str, **settings: Any) -> Any:
    """Return a button, or a download, in the page's style."""
    return kind(label=label, variant="outlined", size="small", margin=(4, 0), **settings)


def field(label: str, value: str, placeholder: str = "", **settings: Any) -> pmui.TextInput:
    """Return a field for a line of text."""
    return pmui.TextInput(label=label, value=value, placeholder=placeholder, **(HALF | settings))

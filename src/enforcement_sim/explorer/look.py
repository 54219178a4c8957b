"""How the page looks: its style sheet, and how its parts are set. Colours have a contrast of 4.5 and more."""

from __future__ import annotations

from typing import Any

import panel as pn

__all__ = ["BACK", "FIELD", "SELECT", "SHEET", "THEME", "WIDE", "html"]

WIDE: dict[str, Any] = {"sizing_mode": "stretch_width"}
SELECT: dict[str, Any] = {**WIDE, "min_width": 200, "max_width": 320, "margin": (14, 6, 6, 6)}
BACK = "<script>window.onpopstate = () => window.location.reload()</script>"
"""The browser's back and forward only change the address; opening the page anew shows what the address means."""

THEME = {
    "palette": {"primary": {"main": "#1f4e79"}, "secondary": {"main": "#8a3b00"}},
    "typography": {"fontSize": 14},
}

SHEET = """
:host { color: #222; font-family: Roboto, Helvetica, Arial, sans-serif; font-size: 15px; line-height: 1.45; }
h1 { font-size: 1.35rem; margin: 0 0 .3rem; }
h2 { font-size: 1.1rem; margin: .6rem 0 .2rem; }
h4 { font-size: 1rem; margin: .8rem 0 .2rem; }
p { margin: .3rem 0; }
a { color: #1f4e79; }
.headline p { font-size: 1.15rem; }
.headline em { color: #8a3b00; font-style: normal; font-size: .9em; }
.quiet { color: #595959; font-size: .85rem; }
.refused { border-left: 4px solid #b00020; background: #fdecee; padding: .5rem .8rem; color: #7a0016;
  white-space: pre-line; }
.scrolls { overflow-x: auto; }
.scrolls:focus-visible { outline: 2px solid #1f4e79; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
caption { text-align: left; font-weight: 600; padding: .4rem 0; }
th, td { padding: .25rem .6rem .25rem 0; border-bottom: 1px solid #e2e2e2; text-align: left; vertical-align: top; }
thead th { color: #595959; font-weight: 500; }
tbody th { font-weight: 400; }
td.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
thead th.number { text-align: right; }
progress { width: 100%; height: .5rem; appearance: none; border: 0; background: #dde3e9; }
progress::-webkit-progress-bar { background: #dde3e9; }
progress::-webkit-progress-value { background: #1f4e79; }
progress::-moz-progress-bar { background: #1f4e79; }
.lives ol { padding-left: 1.2rem; margin: .2rem 0; }
.lives time { color: #595959; font-size: .85rem; margin-right: .4rem; }
.lives details { font-size: .85rem; color: #444; }
.lives summary { cursor: pointer; color: #1f4e79; width: max-content; }
.lives .parting { border-top: 2px solid #b00020; color: #b00020; font-weight: 600; padding-top: .3rem; }
.lives .sides { display: flex; flex-wrap: wrap; gap: 1.2rem; }
.lives .sides section { flex: 1 1 20rem; min-width: 0; }
"""

FIELD = """
label { color: #595959; font-family: Roboto, Helvetica, Arial, sans-serif; font-size: .8rem; }
select.bk-input { font-family: Roboto, Helvetica, Arial, sans-serif; font-size: .95rem; min-height: 2.3rem; color: #222; }
select.bk-input:focus-visible { outline: 2px solid #1f4e79; }
"""


def html(text: str = "") -> pn.pane.HTML:
    """Return a piece of text in the page's style."""
    return pn.pane.HTML(text, stylesheets=[SHEET], margin=(4, 0), **WIDE)

"""The style of the page: its style sheet, widgets and figures. Colours have a contrast of at least 4.5."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import panel as pn
import panel_material_ui as pmui
from bokeh.models import HoverTool
from bokeh.plotting import figure

from enforcement_sim.plots import style

WIDE: dict[str, Any] = {"sizing_mode": "stretch_width"}
SELECT: dict[str, Any] = {**WIDE, "min_width": 200, "max_width": 320, "margin": (14, 6, 6, 6)}
FULL: dict[str, Any] = {**WIDE, "margin": (6, 0)}
HALF: dict[str, Any] = {**WIDE, "margin": (6, 4), "size": "small"}
THEME = {
    "palette": {"primary": {"main": "#1f4e79"}, "secondary": {"main": "#8a3b00"}},
    "typography": {"fontSize": 14},
    # The library's page has an empty heading of this rank above the content, which would break the order of headings; its
    # accordions put one heading into another, and skip a rank below the page's own.
    "components": {
        "MuiTypography": {"defaultProps": {"variantMapping": {"h5": "div", "subtitle1": "span"}}},
        "MuiAccordion": {"defaultProps": {"slotProps": {"heading": {"component": "h2"}}}},
    },
}
SHEET = Path(__file__).with_suffix(".css").read_text(encoding="utf-8")
FIELD = """
label { color: #595959; font-family: Roboto, Helvetica, Arial, sans-serif; font-size: .8rem; }
select.bk-input { font-family: Roboto, Helvetica, Arial, sans-serif; font-size: .95rem; min-height: 2.3rem; color: #222; }
select.bk-input:focus-visible { outline: 2px solid #1f4e79; }
"""


def html(text: str = "") -> pn.pane.HTML:
    """Return a pane of text in the page's style."""
    return pn.pane.HTML(text, stylesheets=[SHEET], margin=(4, 0), **WIDE)


def select(label: str, options: Any, value: Any, **settings: Any) -> pn.widgets.Select:
    """Return the browser's native list, which works with a keyboard and on a phone."""
    return pn.widgets.Select(name=label, options=options, value=value, stylesheets=[FIELD], **settings)


def small_button(kind: type[Any], label: str, **settings: Any) -> Any:
    """Return a button, or a download, in the page's style."""
    return kind(label=label, variant="outlined", size="small", margin=(4, 0), **settings)


def field(label: str, value: str, placeholder: str = "", **settings: Any) -> pmui.TextInput:
    """Return a field for a line of text."""
    return pmui.TextInput(label=label, value=value, placeholder=placeholder, **(HALF | settings))


def plain_figure(**settings: Any) -> figure:
    """Return an empty figure in the explorer's style: no toolbar, pale grid, full width."""
    drawn = figure(sizing_mode="stretch_width", toolbar_location=None, tools="", outline_line_color=None, **settings)
    drawn.grid.grid_line_color = style.GRID
    for axis in drawn.axis:
        axis.update(
            axis_line_color="#888888",
            major_tick_line_color=None,
            minor_tick_line_color=None,
            major_label_text_color=style.INK,
            major_label_text_font_size="12px",
            axis_label_text_font_style="normal",
            axis_label_text_color=style.INK,
        )
    return drawn


def hover(drawn: figure, glyphs: Any, *tooltips: tuple[str, str], **settings: Any) -> None:
    """Add tooltips to glyphs."""
    drawn.add_tools(HoverTool(renderers=[glyphs], tooltips=[*tooltips], **settings))


def legend_above(drawn: figure, **settings: Any) -> None:
    """Put the legend above the figure, if there is one."""
    for legend in drawn.legend[:1]:
        drawn.add_layout(legend, "above")
        legend.update(border_line_color=None, padding=0, **settings)


def milliseconds(day: date) -> int:
    """Return a day in milliseconds since 1970, as Bokeh's axes need it."""
    return int(np.datetime64(day).astype("datetime64[ms]").astype(int))

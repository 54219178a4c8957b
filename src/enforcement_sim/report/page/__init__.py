"""The report of a finished sweep: a single HTML file that opens from disk, prints, and needs no network.

``write`` reads the results once and assembles the page. The sections are in ``lead``, ``people``, ``flows`` and
``background``, and in the ``page`` module of each study that has one. ``templates`` holds the markup, the style and a short
script; the page can be read without the script.
"""

from enforcement_sim.report.page.write import report_of, write_report

__all__ = ["report_of", "write_report"]

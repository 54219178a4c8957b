"""One page for a finished sweep: a single HTML file that opens from disk, prints, and needs no network.

``write`` is the way in. The page is made of sections (``parts``), which ``answers``, ``flows``, ``background`` and
``county`` fill from one reading of the results (``read``); ``templates`` holds its markup, its look and its few lines of
script, without which everything can still be read.
"""

from enforcement_sim.report.page.write import report_of, write_report

__all__ = ["report_of", "write_report"]

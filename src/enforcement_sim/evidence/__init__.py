"""Whether the model is true: published figures, what it says beside them, and what published claims mean in it.

Targets are data with a bin, a range and a citation. ``compare`` and ``validate`` lay them beside finished results, each
under its own definition (``recipes``, ``window``, ``durations``); ``calibrate`` finds parameter sets by the figures that
may be fitted (``unknowns``, ``smoother``, ``surrogate``, ``choose``). ``stage_table`` shows the same people at every
stage and under every definition, ``recorded`` as far as their record was in the file, and ``published`` what was
printed. ``card`` and ``jail_cost`` compare two policies by what each side leads with; ``claims`` audits what was
claimed. Nothing here changes what a run does.
"""

"""Whether the model is true: published figures, what it says beside them, and what published claims mean in it.

Targets are data with a bin, a range and a citation. ``compare`` and ``validate`` lay them beside finished results, each
under its own definition (``recipes``, ``window``, ``durations``); ``calibrate`` finds parameter sets by the figures that
may be fitted (``unknowns``, ``smoother``, ``surrogate``, ``choose``). A held-out figure is refused by whatever fits.

``stage_table`` counts the same people at every stage under every definition, ``recorded`` thins counts to what the file
showed, and ``published`` puts each published share in its own cell of that table. ``card_rows`` reads which rows a card
of both sides has, ``card_measures`` and ``sampled_lives`` count them, ``card`` compares two policies by them; ``jail_cost``
tells the time that detainers add to jail in its parts. ``published_claims`` holds claims in circulation with their
arithmetic by hand; ``claim_runs`` names the runs they need, ``claim_recipes`` says how each is counted, ``claims`` audits
them, ``findings`` words what comes out, and ``stored_claims`` keeps the numbers.

Drawing may not enter; what must be run is asked of the experiment room.
"""

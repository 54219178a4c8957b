"""Is it true? What was published, and what a run says about the same thing.

``targets`` holds published figures with their bins and citations; ``window`` cuts a result down to the months and
places a figure is about; ``recipes`` says how each figure is expressed in the model; ``compare`` lays the two side by
side. A figure kept for a later test of the model (bin *heldout*) is loaded and never compared here.

What does each side of the debate lead with? ``card_rows`` reads which rows a card has and refuses a lopsided one;
``card_measures`` and ``sampled_lives`` count them, ``card`` compares two policies by them. ``jail_cost`` tells the time
that detainers add to jail in its parts. Drawing may not enter; what must be run is asked of the experiment room.
"""

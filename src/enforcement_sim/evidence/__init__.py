"""Is it true? What was published, and what a run says about the same thing.

``targets`` holds published figures with their bins and citations; ``window`` cuts a result down to the months and
places a figure is about; ``recipes`` says how each figure is expressed in the model; ``compare`` lays the two side by
side. A figure kept for a later test of the model (bin *heldout*) is loaded and never compared here.

``published_claims`` holds claims in circulation with their arithmetic by hand; ``claim_runs`` names the runs they need
and has the experiment room make them; ``claim_recipes`` says how each claim is counted, ``claims`` audits them,
``findings`` words what comes out, and ``stored_claims`` keeps the numbers. Drawing may not enter.
"""

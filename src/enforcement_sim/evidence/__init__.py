"""Is it true? What was published, and what a run says about the same thing.

``targets`` holds published figures with their bins and citations; ``window`` cuts a result down to the months and
places a figure is about; ``recipes`` says how each figure is expressed in the model; ``compare`` lays the two side by
side. A figure kept for a later test of the model (bin *heldout*) is loaded and never compared here.

``stage_table`` counts the same people at every stage under every definition, ``recorded`` thins counts to what the file
showed, and ``published`` puts each published share in its own cell of that table; it alone shows a figure kept for later,
and only if its caller says so. Drawing, and running anything, may not enter.
"""

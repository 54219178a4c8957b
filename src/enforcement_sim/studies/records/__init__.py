"""Records: what a researcher would have had of a run, with the gaps of such files, beside the true counts."""
